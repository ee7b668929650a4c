// Dynamic routing: rules by header and query parameters, environment by environment.

import { type Locator, type Page } from "@playwright/test";
import { Backend } from "../fixtures/backend";
import { call, expect, test, visit } from "../fixtures/test";
import { Shell } from "../pages/shell";

/** The card of an environment. */
function section(page: Page, environment: "test" | "preview" | "online"): Locator {
  return page.locator(`section#${environment}`);
}

/** The rules of an environment as the page shows them at one moment, without their buttons. */
async function shown(section: Locator): Promise<string[]> {
  return section.locator("tbody tr").evaluateAll((rows) => rows.map((row) => row.querySelector("td")?.innerText.trim() ?? ""));
}

test("a rule sends its requests to another backend at once, in its environment alone @no-js", async ({ signedIn: page, console, paifang, backend }) => {
  const canary = await Backend.start();
  const group = await console.createGroup("PetStore", { authType: "None" });
  await console.createApi(group);
  for (const environment of ["test", "online"] as const) await console.publish(group, environment, "0.0.1", backend.address);
  const port = new URL(paifang.gatewayUrl).port;
  const ask = async (environment: "" | "-test", query: string, headers: Record<string, string> = {}) => {
    const before = canary.received.length;
    const address = `http://${group.id}${environment}.cn-north-1.localhost:${port}/petstore/pets/1${query}`;
    expect((await call(paifang, address, { headers })).status).toBe(200);
    return canary.received.length > before ? "canary" : "default";
  };
  expect(await ask("-test", "?version=v%202", { "x-canary": "yes" })).toBe("default");

  await visit(page, `/groups/${group.id}/routes`);
  await expect(section(page, "test")).toContainText(backend.address);
  await section(page, "test").getByRole("link", { name: "Create rule for Test" }).click();
  await expect(page.getByRole("heading", { name: "Create rule for Test" })).toBeVisible();
  await page.getByLabel("Name of condition 1").fill("version");
  await page.getByLabel("Value of condition 1").fill("v 2");
  if (test.info().project.use.javaScriptEnabled !== false) await page.getByRole("button", { name: "Add condition" }).click();
  await page.getByLabel("Location of condition 2").selectOption("header");
  await page.getByLabel("Name of condition 2").fill("X-Canary");
  await page.getByLabel("Value of condition 2").fill("yes");
  await page.getByLabel("Backend address").fill(canary.address);
  await page.getByLabel("Description").fill("the new version");
  await page.getByRole("button", { name: "Save" }).click();
  await new Shell(page).said("The rule was created and is in force.");
  await expect(section(page, "test")).toContainText("version=v 2");
  await expect(section(page, "test")).toContainText("X-Canary: yes");
  await expect(section(page, "test")).toContainText(canary.address);

  expect(await ask("-test", "?version=v%202", { "x-canary": "yes" })).toBe("canary");
  expect(await ask("-test", "?version=v+2&x=1", { "X-CANARY": "yes" })).toBe("canary");
  expect(await ask("-test", "?version=v%202")).toBe("default");
  expect(await ask("-test", "", { "x-canary": "yes" })).toBe("default");
  expect(await ask("", "?version=v%202", { "x-canary": "yes" })).toBe("default");
  // It stays when another version is published.
  await console.createRevision(group, "0.0.2", "0.0.1");
  await console.publish(group, "test", "0.0.2", backend.address);
  expect(await ask("-test", "?version=v%202", { "x-canary": "yes" })).toBe("canary");
  await canary.stop();
});

test("rules are moved, changed and deleted @no-js", async ({ signedIn: page, console, backend }) => {
  const group = await console.createGroup("PetStore");
  for (const name of ["a", "b", "c"]) await console.createRoute(group, "online", "x-canary", name, backend.address);
  await visit(page, `/groups/${group.id}/routes`);
  const online = section(page, "online");
  await expect(online).toContainText("Nothing is published here yet");
  const rules = ["Header x-canary: a", "Header x-canary: b", "Header x-canary: c"];
  const [a, b, c] = [rules[0]!, rules[1]!, rules[2]!];
  const order = async (...expected: string[]) => {
    await expect.poll(async () => (await shown(online)).slice(0, -1)).toEqual(expected);
  };
  await order(a, b, c);
  await expect(online.getByRole("button", { name: "Move rule 1 up" })).toBeDisabled();
  await expect(online.getByRole("button", { name: "Move rule 3 down" })).toBeDisabled();
  await online.getByRole("button", { name: "Move rule 3 up" }).click();
  await new Shell(page).said("The new order is in force.");
  await order(a, c, b);
  await online.getByRole("button", { name: "Move rule 1 down" }).click();
  await order(c, a, b);

  await online.getByRole("link", { name: "Edit rule 2" }).click();
  await expect(page.getByLabel("Value of condition 1")).toHaveValue("a");
  await page.getByLabel("Value of condition 1").fill("changed");
  await page.getByRole("radio", { name: "Mock" }).check();
  await page.getByRole("button", { name: "Save" }).click();
  await new Shell(page).said("The rule was saved and is in force.");
  await order(c, "Header x-canary: changed", b);

  await online.getByRole("link", { name: "Delete rule 1" }).click();
  const dialog = new Shell(page).dialog("Delete rule 1 of Online?");
  await dialog.getByRole("button", { name: "Delete rule" }).click();
  await new Shell(page).said("The rule was deleted.");
  await order("Header x-canary: changed", b);
});

test("what cannot be a rule is refused where it was typed @no-js", async ({ signedIn: page, console, problems }) => {
  problems.allow(/status of 422/);
  const group = await console.createGroup("PetStore");
  await visit(page, `/groups/${group.id}/routes/new?environment=test`);
  await page.getByLabel("Backend address").fill("nowhere");
  await page.getByRole("button", { name: "Save" }).click();
  const summary = page.getByRole("alert");
  await expect(summary).toContainText("at least one header or query parameter");
  await expect(summary).toContainText("http(s)://host[:port]");
  await page.getByLabel("Location of condition 1").selectOption("header");
  await page.getByLabel("Name of condition 1").fill("not a name");
  await page.getByLabel("Backend address").fill("http://127.0.0.1:9");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByLabel("Name of condition 1")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Name of condition 1")).toHaveValue("not a name");
});
