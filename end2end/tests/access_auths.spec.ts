// Access authorization, on the provider's side: by key ID, bound to groups and environments with the transfer list.

import { type Page } from "@playwright/test";
import { call, expect, test, visit } from "../fixtures/test";
import { Shell, row } from "../pages/shell";

/** A column of the transfer list. */
function column(page: Page, title: "Can be bound" | "Bound") {
  return page.getByRole("group", { name: title, exact: true });
}

test("a key is authorized by its ID @no-js", async ({ signedIn: page, console }) => {
  const key = await console.createKey("shop");
  await visit(page, "/access-auths");
  await expect(page.getByText("Nobody is authorized yet")).toBeVisible();
  await page.getByRole("link", { name: "Create authorization" }).first().click();
  const dialog = new Shell(page).dialog("Create authorization");
  await dialog.getByLabel("Access key ID").fill(key.id);
  await dialog.getByLabel("Description").fill("The shop");
  await dialog.getByRole("button", { name: "Create, then bind" }).click();
  await expect(page).toHaveURL(/\/access-auths\/[\w-]+$/);
  await new Shell(page).said("The authorization was created.");
  await expect(page.getByText("None of your API groups can be bound yet")).toBeVisible();
  await visit(page, "/access-auths");
  await expect(row(page, key.id)).toContainText("The shop");
});

test("an ID that names no key is refused where it was typed @no-js", async ({ signedIn: page, console, problems }) => {
  problems.allow(/status of (404|409|422)/);
  const key = await console.createKey("shop");
  await console.authorize(key);
  await visit(page, "/access-auths?dialog=create");
  const dialog = new Shell(page).dialog("Create authorization");
  const id = dialog.getByLabel("Access key ID");
  for (const wrong of ["nonsense", "0123456789ab", key.id]) {
    await id.fill(wrong);
    await dialog.getByRole("button", { name: "Create, then bind" }).click();
    await expect(dialog.getByRole("alert"), wrong).toBeVisible();
    await expect(id, wrong).toHaveValue(wrong);
    await expect(id, wrong).toHaveAttribute("aria-invalid", "true");
  }
  await expect(dialog.getByRole("alert")).toContainText("you have authorized this key already");
});

test("the transfer list binds and unbinds, at once", async ({ signedIn: page, console, paifang, backend }) => {
  const group = await console.createPublished("PetStore", "test", backend.address);
  await console.createPublished("Weather", "online", backend.address);
  const key = await console.createKey("shop");
  const authorization = await console.authorize(key);
  const port = new URL(paifang.gatewayUrl).port;
  const pet = `http://${group.id}-test.cn-north-1.localhost:${port}/petstore/pets/1`;
  expect((await call(paifang, pet, { key })).status).toBe(401);

  await visit(page, `/access-auths/${authorization}`);
  const [available, bound] = [column(page, "Can be bound"), column(page, "Bound")];
  await expect(available.getByRole("listitem")).toHaveCount(2);
  await available.getByRole("searchbox").fill("pet");
  await expect(available.getByRole("listitem")).toHaveCount(1);
  await available.getByRole("checkbox", { name: /PetStore/ }).check();
  await expect(available).toContainText("1 of 1 selected");
  await page.getByRole("button", { name: "Bind the selected", exact: true }).click();
  await expect(bound.getByRole("listitem")).toContainText(["PetStore"]);
  await expect(page.getByText("Not saved yet: 1 to bind, 0 to unbind")).toBeVisible();
  await page.getByRole("button", { name: "Save" }).click();
  await new Shell(page).said("The bindings were saved and are in force.");
  expect((await call(paifang, pet, { key })).status).toBe(200);

  await page.reload();
  await expect(bound.getByRole("listitem")).toHaveCount(1);
  await visit(page, `/access-auths/${authorization}`);
  await bound.getByRole("checkbox", { name: /PetStore/ }).check();
  await page.getByRole("button", { name: "Unbind the selected" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await new Shell(page).said("The bindings were saved and are in force.");
  expect((await call(paifang, pet, { key })).status).toBe(401);
});

test("leaving the bindings with something moved and not saved asks first", async ({ signedIn: page, console }) => {
  await console.createPublished("PetStore");
  const authorization = await console.authorize(await console.createKey("shop"));
  await visit(page, `/access-auths/${authorization}`);
  const elsewhere = page.getByRole("navigation", { name: "Main navigation" }).getByRole("link", { name: "API groups" });
  // What is only selected is nothing to lose.
  await column(page, "Can be bound").getByRole("checkbox", { name: /PetStore/ }).check();
  await elsewhere.click();
  await expect(page).toHaveURL("/groups");

  await visit(page, `/access-auths/${authorization}`);
  await column(page, "Can be bound").getByRole("checkbox", { name: /PetStore/ }).check();
  await page.getByRole("button", { name: "Bind the selected", exact: true }).click();
  page.once("dialog", (question) => {
    expect(question.message()).toBe("Leave this page? What you have not saved is lost.");
    void question.dismiss();
  });
  await elsewhere.click();
  await expect(page.getByText("Not saved yet: 1 to bind, 0 to unbind")).toBeVisible();
  await page.getByRole("button", { name: "Save" }).click();
  await new Shell(page).said("The bindings were saved and are in force.");
  await elsewhere.click();
  await expect(page, "nothing is left to lose").toHaveURL("/groups");
});

test("without JavaScript the bindings are boxes to tick @no-js", async ({ signedIn: page, console }) => {
  test.skip(test.info().project.use.javaScriptEnabled !== false, "with JavaScript it is a transfer list");
  await console.createPublished("PetStore");
  const authorization = await console.authorize(await console.createKey("shop"));
  await page.goto(`/access-auths/${authorization}`);
  await column(page, "Can be bound").getByRole("checkbox", { name: /PetStore/ }).check();
  await page.getByRole("button", { name: "Save" }).click();
  await new Shell(page).said("The bindings were saved and are in force.");
  await column(page, "Bound").getByRole("checkbox", { name: /PetStore/ }).uncheck();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(column(page, "Can be bound").getByRole("checkbox", { name: /PetStore/ })).toBeVisible();
});

test("a deleted authorization is refused from then on", async ({ signedIn: page, console, paifang, backend }) => {
  const group = await console.createPublished("PetStore", "test", backend.address);
  const key = await console.createKey("shop");
  await console.bindAll(await console.authorize(key, "The shop"));
  const port = new URL(paifang.gatewayUrl).port;
  const pet = `http://${group.id}-test.cn-north-1.localhost:${port}/petstore/pets/1`;
  expect((await call(paifang, pet, { key })).status).toBe(200);

  await visit(page, "/access-auths");
  await expect(row(page, key.id)).toContainText("PetStore");
  await row(page, key.id).getByRole("link", { name: `Delete ${key.id}` }).click();
  const dialog = new Shell(page).dialog(`Delete the authorization of ${key.id}?`);
  await expect(dialog).toContainText("It loses:");
  await dialog.getByRole("button", { name: "Delete authorization" }).click();
  await new Shell(page).said("The authorization was deleted.");
  const refused = await call(paifang, pet, { key });
  expect(refused.status).toBe(401);
  expect(refused.json).toMatchObject({ error: { status: "ACCESS_ERROR", message: "Invalid authentication credentials" } });
});

test("the type is chosen first, then one's own key from a list @no-js", async ({ signedIn: page, console }) => {
  const { id } = await console.createSubscriptionKey("phone");
  await visit(page, "/access-auths?dialog=create");
  const dialog = new Shell(page).dialog("Create authorization");
  await expect(dialog.getByLabel("Your own keys")).toHaveCount(0);
  await dialog.getByRole("link", { name: "Subscription key" }).click();
  await expect(page).toHaveURL(/type=jd_subscription_key/);
  await dialog.getByLabel("Your own keys").selectOption({ label: `phone (${id})` });
  await dialog.getByRole("button", { name: "Create, then bind" }).click();
  await expect(page).toHaveURL(/\/access-auths\/[\w-]+$/);
  await visit(page, "/access-auths");
  await expect(row(page, id)).toContainText("Subscription key");
});

test("an account is authorized by its address, with all its platform keys", async ({ signedIn: page, account, console, paifang, backend }) => {
  const group = await console.createPublished("PetStore", "test", backend.address);
  const pet = `http://${group.id}-test.cn-north-1.localhost:${new URL(paifang.gatewayUrl).port}/petstore/pets/1`;
  const before = await console.createPlatformKey();
  await visit(page, "/access-auths?dialog=create");
  const dialog = new Shell(page).dialog("Create authorization");
  await dialog.getByRole("link", { name: "Account", exact: true }).click();
  await dialog.getByLabel("E-mail address").fill(account.email);
  await dialog.getByRole("button", { name: "Create, then bind" }).click();
  await expect(page).toHaveURL(/\/access-auths\/[\w-]+$/);
  await console.bindAll(new URL(page.url()).pathname.split("/").at(-1) ?? "");
  for (const key of [before, await console.createPlatformKey()]) {
    expect((await call(paifang, pet, { key })).status).toBe(200);
  }
  await visit(page, "/authorized-groups");
  await expect(row(page, "PetStore")).toContainText("Account");
  await expect(row(page, "PetStore")).toContainText(account.email);
});

test("a caller that does not exist is refused by its kind @no-js", async ({ signedIn: page, problems }) => {
  problems.allow(/status of (404|409|422)/);
  for (const [type, label, wrong] of [
    ["jd_subscription_key", "Subscription ID", ["6c026a79cdbb", "sk-000000000000"]],
    ["jd_cloud", "AccessKey", ["sk-000000000000", "0".repeat(32)]],
    ["jd_cloud_pin", "E-mail address", ["nobody", "nobody@example.com"]],
  ] as const) {
    await visit(page, `/access-auths?dialog=create&type=${type}`);
    const dialog = new Shell(page).dialog("Create authorization");
    for (const name of wrong) {
      await dialog.getByLabel(label, { exact: true }).fill(name);
      await dialog.getByRole("button", { name: "Create, then bind" }).click();
      await expect(dialog.getByRole("alert"), name).toBeVisible();
      await expect(dialog.getByLabel(label, { exact: true }), name).toHaveAttribute("aria-invalid", "true");
    }
  }
});
