// The publish dialog, and what it says afterwards.

import { type Locator, type Page, expect } from "@playwright/test";
import { row } from "./shell";

/** The environments by the names that the console shows. */
export type EnvironmentName = "test" | "pre-launch" | "online";

/** The dialog that publishes a group. */
export class PublishDialog {
  /** The dialog itself. */
  readonly dialog: Locator;

  constructor(
    private readonly page: Page,
    private readonly group: string,
  ) {
    this.dialog = page.getByRole("dialog", { name: `Publish ${group}` });
  }

  /** Chooses where to. */
  async to(environment: EnvironmentName): Promise<void> {
    await this.dialog.getByRole("radio", { name: environment }).check();
  }

  /** Chooses the backend at `address`. */
  async backend(address: string): Promise<void> {
    await this.dialog.getByRole("radio", { name: "Single backend" }).check();
    await this.dialog.getByRole("textbox", { name: "Backend address" }).fill(address);
  }

  /** Chooses the mock. */
  async mock(): Promise<void> {
    await this.dialog.getByRole("radio", { name: "Mock" }).check();
  }

  /** Publishes; gives the dialog that says what became of it. */
  async publish(environment: EnvironmentName): Promise<Locator> {
    await this.dialog.getByRole("button", { name: `Publish to ${environment}` }).click();
    const done = this.page.getByRole("dialog", { name: `${this.group} is published` });
    await expect(done).toBeVisible();
    return done;
  }
}

/** An API among the changes of a difference, by its route. */
export function change(difference: Page | Locator, route: string): Locator {
  return difference.locator(".change").filter({ hasText: route });
}

/** On the list of deployments: opens the question whether to take an environment offline. */
export async function takeOffline(page: Page, environment: EnvironmentName): Promise<void> {
  await row(page, environment).locator("summary").click();
  await row(page, environment).getByRole("link", { name: "Take offline" }).click();
}
