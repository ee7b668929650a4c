// Access keys, on the caller's side: create, the secret behind "show", edit, reset, delete.

import { expect, test, visit } from "../fixtures/test";
import { Shell, row, valueOf } from "../pages/shell";

test("a key is created by name; its page has the APIKey and not yet the secret @no-js", async ({ signedIn: page }) => {
  await visit(page, "/access-keys");
  await expect(page.getByText("No access keys yet")).toBeVisible();
  await page.getByRole("link", { name: "Create access key" }).first().click();
  const dialog = new Shell(page).dialog("Create access key");
  await dialog.getByLabel("Name").fill("shop_backend");
  await dialog.getByLabel("Description").fill("Calls the pet store");
  await dialog.getByRole("button", { name: "Create access key" }).click();

  await expect(page).toHaveURL(/\/access-keys\/[0-9a-f]{12}$/);
  await new Shell(page).said("The access key was created.");
  await expect(page.getByRole("heading", { level: 1, name: "shop_backend" })).toBeVisible();
  await expect(valueOf(page, "APIKey")).toContainText(/[0-9A-F]{32}/);
  await expect(valueOf(page, "APISecret")).not.toContainText(/[0-9A-F]{32}/);
  await expect(page.getByText("This key may not call any API group yet")).toBeVisible();
});

test("the secret is in no page before it is asked for @no-js", async ({ signedIn: page, console }) => {
  const key = await console.createKey("shop");
  expect(key.apiSecret).toMatch(/^[0-9A-F]{32}$/);
  for (const path of ["/access-keys", `/access-keys/${key.id}`]) {
    await visit(page, path);
    expect(await page.content(), path).not.toContain(key.apiSecret);
    expect(await (await page.request.get(path)).text(), `${path} as it is sent`).not.toContain(key.apiSecret);
  }
  await page.getByRole("link", { name: "Show APISecret" }).click();
  await expect(valueOf(page, "APISecret")).toContainText(key.apiSecret);
  await page.getByRole("link", { name: "Hide APISecret" }).click();
  await expect(valueOf(page, "APISecret")).not.toContainText(key.apiSecret);
  expect(await page.content(), "after it was hidden").not.toContain(key.apiSecret);
});

test("ids and keys are copied, and that is said", async ({ signedIn: page, console }) => {
  const key = await console.createKey("shop");
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await visit(page, `/access-keys/${key.id}`);
  await page.getByRole("button", { name: "Copy APIKey" }).click();
  await expect(page.getByText("Copied", { exact: true })).toBeAttached();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(key.apiKey);
});

test("a key's name is checked and unique @no-js", async ({ signedIn: page, console, problems }) => {
  problems.allow(/status of (409|422)/);
  await console.createKey("shop");
  await visit(page, "/access-keys?dialog=create");
  const dialog = new Shell(page).dialog("Create access key");
  await dialog.getByLabel("Name").fill("shop-2");
  await dialog.getByLabel("Description").fill("kept");
  await dialog.getByRole("button", { name: "Create access key" }).click();
  await expect(dialog.getByLabel("Name")).toHaveAttribute("aria-invalid", "true");
  await dialog.getByLabel("Name").fill("shop");
  await dialog.getByRole("button", { name: "Create access key" }).click();
  await expect(dialog.getByRole("alert")).toContainText("you have a key of this name already");
  await expect(dialog.getByLabel("Description")).toHaveValue("kept");
});

test("a key is edited and found", async ({ signedIn: page, console }) => {
  await console.createKey("shop");
  await console.createKey("weather");
  await visit(page, "/access-keys");
  await row(page, "shop").getByRole("link", { name: "Edit shop" }).click();
  const dialog = new Shell(page).dialog("Edit access key");
  await dialog.getByLabel("Name").fill("store");
  await dialog.getByRole("button", { name: "Save" }).click();
  await new Shell(page).said("The access key was saved.");
  await expect(row(page, "store")).toBeVisible();
  const search = page.getByRole("searchbox");
  await search.fill("weath");
  await search.press("Enter");
  await expect(page.getByRole("rowheader")).toHaveText(["weather"]);
});

test("a new secret replaces the old one", async ({ signedIn: page, console }) => {
  const key = await console.createKey("shop");
  await visit(page, `/access-keys/${key.id}`);
  await page.getByRole("link", { name: "Reset APISecret" }).click();
  const dialog = new Shell(page).dialog("Reset the APISecret of shop?");
  await dialog.getByRole("button", { name: "Reset APISecret" }).click();
  await new Shell(page).said("The APISecret was reset.");
  await page.getByRole("link", { name: "Show APISecret" }).click();
  await expect(valueOf(page, "APISecret")).toContainText(/[0-9A-F]{32}/);
  await expect(valueOf(page, "APISecret")).not.toContainText(key.apiSecret);
});

test("a key is deleted after a question that names it", async ({ signedIn: page, console }) => {
  await console.createKey("shop");
  await visit(page, "/access-keys");
  await row(page, "shop").getByRole("link", { name: "Delete shop" }).click();
  const dialog = new Shell(page).dialog("Delete the access key shop?");
  await expect(dialog).toContainText("Calls signed with it fail at once");
  await dialog.getByRole("button", { name: "Delete access key" }).click();
  await new Shell(page).said("The access key was deleted.");
  await expect(page.getByText("No access keys yet")).toBeVisible();
});

test("what a key may call stands on its page and among the authorized groups", async ({ signedIn: page, console }) => {
  await visit(page, "/authorized-groups");
  await expect(page.getByText("No API groups are authorized yet")).toBeVisible();
  await console.createPublished("PetStore");
  const key = await console.createKey("shop");
  await console.bindAll(await console.authorize(key));
  for (const path of [`/access-keys/${key.id}`, "/authorized-groups"]) {
    await visit(page, path);
    await expect(row(page, "PetStore"), path).toContainText("test");
    await expect(row(page, "PetStore"), path).toContainText(/http:\/\/\w+-test\.cn-north-1\.localhost:\d+\/petstore/);
  }
});

test("a key that is in use is deleted only after its name was typed, with what it is used for in view @no-js", async ({ signedIn: page, console, problems }) => {
  problems.allow(/status of 422/);
  await console.createPublished("PetStore", "test");
  const key = await console.createKey("shop");
  await console.bindAll(await console.authorize(key));
  await visit(page, `/access-keys?dialog=delete&id=${key.id}`);
  const dialog = new Shell(page).dialog("Delete the access key shop?");
  await expect(dialog).toContainText("It is bound to 1 environment, where calls with it fail from then on:");
  await expect(dialog.getByRole("listitem")).toContainText(["PetStore"]);
  await expect(dialog).toContainText("Your groups among these served 0 calls of all callers in the last 24 hours.");
  const confirm = dialog.getByRole("button", { name: "Delete access key" });
  const scripted = test.info().project.use.javaScriptEnabled !== false;
  if (scripted) {
    await expect(confirm).toBeDisabled();
  } else {
    await confirm.click();
    await expect(dialog.getByRole("alert")).toContainText("type shop to confirm");
  }
  await dialog.getByLabel("Type shop to confirm").fill("shop");
  await confirm.click();
  await new Shell(page).said("The access key was deleted.");
});
