// What every page of the console has around it: navigation, menus, toasts, dialogs.

import { type Locator, type Page, expect } from "@playwright/test";
import { hydrated } from "../fixtures/page";

/** The menus of the top bar, by their names. */
export type MenuName = "Region" | "Language" | "Theme" | "Account";

/** The frame around the pages. */
export class Shell {
  constructor(private readonly page: Page) {}

  /** The main navigation, at the left or in the drawer. */
  get navigation(): Locator {
    return this.page.getByRole("navigation", { name: "Main navigation" });
  }

  /** The button of a menu of the top bar. */
  menu(name: MenuName): Locator {
    return this.page.locator(`summary[aria-label="${name}"]`);
  }

  /** Chooses an entry of a menu that loads the page anew. */
  async choose(menu: MenuName, entry: string): Promise<void> {
    await this.menu(menu).click();
    const loaded = this.page.waitForEvent("load");
    await this.page.getByRole("button", { name: entry, exact: true }).click();
    await loaded;
    await hydrated(this.page);
  }

  /** Expects that a toast said `text`. */
  async said(text: string | RegExp): Promise<void> {
    await expect(this.page.getByRole("region", { name: "Notifications" })).toContainText(text);
  }

  /** The dialog that is open. */
  dialog(title: string | RegExp): Locator {
    return this.page.getByRole("dialog", { name: title });
  }
}

/** The row of a table that begins with `name`. */
export function row(page: Page | Locator, name: string | RegExp): Locator {
  const heading = page.getByRole("rowheader", { name });
  return page.getByRole("row").filter({ has: heading });
}

/** The value of a row of names and values. */
export function valueOf(page: Page | Locator, name: string): Locator {
  return page.locator(".name-value").filter({ has: page.locator("dt", { hasText: new RegExp(`^${name}$`) }) }).locator("dd");
}

/** A number of the monitoring page. */
export function tileOf(page: Page, name: string): Locator {
  return page.locator("dl > div").filter({ has: page.locator("dt", { hasText: new RegExp(`^${name}$`) }) }).locator("dd");
}
