// The form of an API.

import { type Locator, type Page } from "@playwright/test";

/** What is typed into the form; the rest stays as it is. */
export interface ApiFields {
  readonly name?: string;
  readonly description?: string;
  readonly method?: string;
  readonly path?: string;
  readonly request?: object;
  readonly response?: object;
}

/** The form that creates and edits an API. */
export class ApiForm {
  constructor(private readonly page: Page) {}

  /** A field by its label. */
  field(label: "Name" | "Description" | "Method" | "Sub path" | "Request body format" | "Normal response format"): Locator {
    return this.page.getByRole("main").getByLabel(new RegExp(`^${label}( optional)?$`));
  }

  /** A field of a row of the parameters, counted from 1. */
  parameter(row: number, column: "Name" | "Location" | "Type" | "Required" | "Default" | "Rules" | "Description"): Locator {
    return this.page.getByLabel(`${column} of parameter ${row}`, { exact: true });
  }

  /** Fills what is given. */
  async fill({ name, description, method, path, request, response }: ApiFields): Promise<void> {
    if (name !== undefined) await this.field("Name").fill(name);
    if (description !== undefined) await this.field("Description").fill(description);
    if (method !== undefined) await this.field("Method").selectOption(method);
    if (path !== undefined) await this.field("Sub path").fill(path);
    if (request) await this.field("Request body format").fill(JSON.stringify(request, null, 2));
    if (response) await this.field("Normal response format").fill(JSON.stringify(response, null, 2));
  }

  /** Saves. */
  async save(): Promise<void> {
    await this.page.getByRole("button", { name: "Save", exact: true }).click();
  }
}
