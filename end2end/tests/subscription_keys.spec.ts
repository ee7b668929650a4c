// Subscription keys, on the caller's side: create, the key behind "show", edit, delete; and calls with them.

import { call, expect, test, visit } from "../fixtures/test";
import { Shell, row, valueOf } from "../pages/shell";

test("a subscription key is created by name; its page does not have the key yet @no-js", async ({ signedIn: page }) => {
  await visit(page, "/subscription-keys");
  await expect(page.getByText("No subscription keys yet")).toBeVisible();
  await page.getByRole("link", { name: "Create subscription key" }).first().click();
  const dialog = new Shell(page).dialog("Create subscription key");
  await dialog.getByLabel("Name").fill("phone1");
  await dialog.getByLabel("Description").fill("Shows the pet store");
  await dialog.getByRole("button", { name: "Create subscription key" }).click();

  await expect(page).toHaveURL(/\/subscription-keys\/sk-[0-9a-z]{12}$/);
  await new Shell(page).said("The subscription key was created.");
  await expect(page.getByRole("heading", { level: 1, name: "phone1" })).toBeVisible();
  await expect(valueOf(page, "Subscription key")).not.toContainText(/[0-9a-f]{32}/);
  await expect(page.getByText("This key may not call any API group yet")).toBeVisible();
});

test("the key is in no page before it is asked for @no-js", async ({ signedIn: page, console }) => {
  const { id, key } = await console.createSubscriptionKey("phone");
  expect(key).toMatch(/^[0-9a-f]{32}$/);
  for (const path of ["/subscription-keys", `/subscription-keys/${id}`]) {
    await visit(page, path);
    expect(await page.content(), path).not.toContain(key);
    expect(await (await page.request.get(path)).text(), `${path} as it is sent`).not.toContain(key);
  }
  await page.getByRole("link", { name: "Show Subscription key" }).click();
  await expect(valueOf(page, "Subscription key")).toContainText(key);
  await page.getByRole("link", { name: "Hide Subscription key" }).click();
  await expect(valueOf(page, "Subscription key")).not.toContainText(key);
  expect(await page.content(), "after it was hidden").not.toContain(key);
});

test("a name has digits and letters only and is unique @no-js", async ({ signedIn: page, console, problems }) => {
  problems.allow(/status of (409|422)/);
  await console.createSubscriptionKey("phone");
  await visit(page, "/subscription-keys?dialog=create");
  const dialog = new Shell(page).dialog("Create subscription key");
  await dialog.getByLabel("Name").fill("my_phone");
  await dialog.getByRole("button", { name: "Create subscription key" }).click();
  await expect(dialog.getByLabel("Name")).toHaveAttribute("aria-invalid", "true");
  await dialog.getByLabel("Name").fill("phone");
  await dialog.getByRole("button", { name: "Create subscription key" }).click();
  await expect(dialog.getByRole("alert")).toContainText("you have a key of this name already");
});

test("a key is edited, found and deleted after a question that names it", async ({ signedIn: page, console }) => {
  await console.createSubscriptionKey("phone");
  await console.createSubscriptionKey("weather");
  await visit(page, "/subscription-keys");
  await row(page, "phone").getByRole("link", { name: "Edit phone" }).click();
  const dialog = new Shell(page).dialog("Edit subscription key");
  await dialog.getByLabel("Name").fill("screen");
  await dialog.getByRole("button", { name: "Save" }).click();
  await new Shell(page).said("The subscription key was saved.");
  const search = page.getByRole("searchbox");
  await search.fill("weath");
  await search.press("Enter");
  await expect(page.getByRole("rowheader")).toHaveText(["weather"]);
  await row(page, "weather").getByRole("link", { name: "Delete weather" }).click();
  const question = new Shell(page).dialog("Delete the subscription key weather?");
  await expect(question).toContainText("Calls with it fail at once");
  await question.getByRole("button", { name: "Delete subscription key" }).click();
  await new Shell(page).said("The subscription key was deleted.");
  await visit(page, "/subscription-keys");
  await expect(page.getByRole("rowheader")).toHaveText(["screen"]);
});

test("an authorized key calls without a signature, until it is deleted", async ({ signedIn: page, console, paifang, backend }) => {
  const group = await console.createPublished("PetStore", "test", backend.address);
  const { id, key } = await console.createSubscriptionKey("phone");
  const pet = `http://${group.id}-test.cn-north-1.localhost:${new URL(paifang.gatewayUrl).port}/petstore/pets/1`;
  expect((await call(paifang, pet, { subscriptionKey: key })).status).toBe(401);
  await console.bindAll(await console.authorizeCaller("jd_subscription_key", id));
  expect((await call(paifang, pet, { subscriptionKey: key })).status).toBe(200);
  await visit(page, `/subscription-keys/${id}`);
  await expect(row(page, "PetStore")).toContainText("test");

  await page.getByRole("link", { name: "Delete" }).click();
  const question = new Shell(page).dialog(/^Delete the subscription key/);
  await expect(question).toContainText("It is bound to 1 environment");
  await question.getByLabel(/^Type .* to confirm$/).fill("phone");
  await question.getByRole("button", { name: "Delete subscription key" }).click();
  await new Shell(page).said("The subscription key was deleted.");
  const refused = await call(paifang, pet, { subscriptionKey: key });
  expect(refused.json).toMatchObject({ error: { code: 401, message: "lack of header authorization" } });
});
