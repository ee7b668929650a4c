// Platform keys of the account: create, the SecretKey once, disable and enable, delete; and calls signed with them.

import { call, expect, test, visit } from "../fixtures/test";
import { Shell, row } from "../pages/shell";

test("a new key shows its SecretKey, and the list never does @no-js", async ({ signedIn: page }) => {
  await visit(page, "/platform-keys");
  await expect(page.getByText("No platform keys yet")).toBeVisible();
  await page.getByRole("link", { name: "Create platform key" }).first().click();
  const create = new Shell(page).dialog("Create platform key");
  await create.getByLabel("Description").fill("nightly scripts");
  await create.getByRole("button", { name: "Create platform key" }).click();

  await expect(page).toHaveURL(/\/platform-keys\?dialog=created&id=[0-9A-F]{32}$/);
  const created = new Shell(page).dialog("Keep the SecretKey now");
  const shown = created.getByText(/^[0-9A-F]{32}$/);
  await expect(shown).toHaveCount(2);
  const [accessKey = "", secretKey = ""] = await shown.allTextContents();
  expect(page.url()).toContain(accessKey);
  await created.getByRole("link", { name: "Done" }).click();
  await expect(page).toHaveURL("/platform-keys");
  await expect(row(page, accessKey)).toContainText("nightly scripts");
  await expect(row(page, accessKey)).toContainText("Enabled");
  expect(await (await page.request.get("/platform-keys")).text()).not.toContain(secretKey);
});

test("a disabled key is refused and an enabled one passes again", async ({ signedIn: page, console, paifang, backend }) => {
  const group = await console.createPublished("PetStore", "test", backend.address);
  const key = await console.createPlatformKey();
  await console.bindAll(await console.authorizeCaller("jd_cloud", key.apiKey));
  const pet = `http://${group.id}-test.cn-north-1.localhost:${new URL(paifang.gatewayUrl).port}/petstore/pets/1`;
  const status = async () => (await call(paifang, pet, { key })).status;
  expect(await status()).toBe(200);
  await visit(page, "/platform-keys");
  for (const [verb, said, after] of [["Disable", "disabled", 401], ["Enable", "enabled", 200]] as const) {
    await row(page, key.apiKey).getByRole("link", { name: `${verb} ${key.apiKey}` }).click();
    const dialog = new Shell(page).dialog(`${verb} the platform key ${key.apiKey}?`);
    await dialog.getByRole("button", { name: verb }).click();
    await new Shell(page).said(`The platform key was ${said}.`);
    await expect(row(page, key.apiKey)).toContainText(verb === "Disable" ? "Disabled" : "Enabled");
    expect(await status(), verb).toBe(after);
  }
});

test("a key is deleted after a question that names it", async ({ signedIn: page, console }) => {
  const { apiKey } = await console.createPlatformKey("old");
  await visit(page, "/platform-keys");
  await row(page, apiKey).getByRole("link", { name: `Delete ${apiKey}` }).click();
  const dialog = new Shell(page).dialog(`Delete the platform key ${apiKey}?`);
  await dialog.getByRole("button", { name: "Delete platform key" }).click();
  await new Shell(page).said("The platform key was deleted.");
  await expect(page.getByText("No platform keys yet")).toBeVisible();
});
