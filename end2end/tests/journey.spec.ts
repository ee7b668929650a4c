// The tutorial, from an empty installation to a signed call, and on: a second version, back to the first, offline.

import { type Page } from "@playwright/test";
import { join } from "node:path";
import { type Answer, call, expect, hydrated, newAccount, shot, test, visit } from "../fixtures/test";
import { ApiForm } from "../pages/api_form";
import { PublishDialog, change, takeOffline } from "../pages/publish";
import { Shell, row, tileOf, valueOf } from "../pages/shell";

// Nobody has registered here before.
test.use({ installation: "journey" });

const SWAGGER = join(import.meta.dirname, "../../server/demo/petstore-swagger2.yaml");

test("from an empty installation to a signed call, a second version, and back", async ({ page, paifang, backend }) => {
  test.setTimeout(600_000);
  const shell = new Shell(page);
  const tab = (name: string) => page.getByRole("navigation", { name: "Pages of this group" }).getByRole("link", { name }).click();
  const publishing = new PublishDialog(page, "PetStore");
  let group = "";
  let petStore = "";

  await test.step("register the first account: it is the operator", async () => {
    const account = newAccount();
    await visit(page, "/");
    await expect(page).toHaveURL("/register");
    await expect(page.getByText("The first account of a fresh installation becomes its operator.")).toBeVisible();
    await shot(page, "01-register");
    await page.getByLabel("E-mail").fill(account.email);
    await page.getByLabel("Password").fill(account.password);
    await page.getByRole("button", { name: "Register" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
    await hydrated(page);
    await expect(page.getByText("From nothing to a signed call")).toBeVisible();
    await shot(page, "02-overview-of-a-new-account");
  });

  await test.step("create the group PetStore: its content is version 0.0.1", async () => {
    await page.getByRole("main").getByRole("link", { name: "Create an API group" }).click();
    await page.getByLabel("Name").fill("PetStore");
    await page.getByLabel("Description").fill("The pets of the tutorial");
    await page.getByLabel("Group path prefix").fill("petstore");
    await expect(page.getByText("Group path /petstore")).toBeVisible();
    await shot(page, "03-create-group");
    await page.getByRole("button", { name: "Create API group" }).click();
    const created = shell.dialog("API group created");
    await expect(created).toContainText("The current content of PetStore was recorded as version 0.0.1.");
    await shot(page, "04-group-created");
    await created.getByRole("link", { name: "Manage APIs" }).click();
    await expect(page).toHaveURL(/\/groups\/[a-z0-9]{12}\/apis\?revision=0\.0\.1$/);
    group = new URL(page.url()).pathname.split("/")[2] ?? "";
    await expect(page.getByText("No APIs in version 0.0.1 yet")).toBeVisible();
    await shot(page, "05-no-apis-yet");
  });

  await test.step("import the tutorial's document: what it would do is shown first", async () => {
    await page.getByRole("link", { name: "Import APIs" }).first().click();
    await page.getByLabel("File").setInputFiles(SWAGGER);
    await page.getByRole("button", { name: "Show what it would do" }).click();
    await expect(page.getByText("3 added, 0 changed, 0 unchanged, 0 refused")).toBeVisible();
    await expect(page.getByText("Nothing has been changed yet.")).toBeVisible();
    await shot(page, "06-import-preview");
    await page.getByRole("button", { name: "Import 3 APIs" }).click();
    await shell.said("Imported into version 0.0.1: 3.");
    for (const [name, route] of [["getPetInfo", "/petstore/pets/{petId}"], ["createPet", "/petstore/pets"], ["testFunction", "/petstore/function_test"]] as const) {
      await expect(row(page, name)).toContainText(route);
    }
    await shot(page, "07-apis");
  });

  await test.step("create an API by the form, edit it, delete it", async () => {
    const form = new ApiForm(page);
    await page.getByRole("link", { name: "Create API" }).click();
    await form.fill({ name: "getPhoto", description: "A photo of a pet", path: "/pets/{petId}/photo" });
    await expect(form.parameter(1, "Name"), "the path's parameter comes by itself").toHaveValue("petId");
    await expect(page.getByText("Request path /petstore/pets/{petId}/photo")).toBeVisible();
    await form.fill({ response: { type: "object", properties: { url: { type: "string" } } } });
    await shot(page, "08-create-api");
    await form.save();
    await shell.said("The API getPhoto was created in version 0.0.1.");
    await row(page, "getPhoto").getByRole("link", { name: "Edit getPhoto" }).click();
    await expect(form.field("Sub path")).toHaveValue("/pets/{petId}/photo");
    await form.fill({ path: "/pets/{petId}/picture" });
    await form.save();
    await shell.said("The API getPhoto was saved in version 0.0.1.");
    await expect(row(page, "getPhoto")).toContainText("/petstore/pets/{petId}/picture");
    await row(page, "getPhoto").getByRole("link", { name: "Delete getPhoto" }).click();
    const question = shell.dialog("Delete the API getPhoto?");
    await shot(page, "09-delete-api");
    await question.getByRole("button", { name: "Delete API" }).click();
    await shell.said("The API was deleted.");
    await expect(page.getByRole("rowheader")).toHaveCount(3);
  });

  await test.step("publish 0.0.1 to test, with the real backend", async () => {
    await page.getByRole("link", { name: "Publish", exact: false }).first().click();
    await publishing.to("test");
    await expect(publishing.dialog).toContainText("Nothing runs in test. It will run 0.0.1 at once.");
    for (const route of ["/pets/{petId}", "/function_test"]) {
      await expect(change(publishing.dialog, route)).toContainText("added");
    }
    await publishing.backend(backend.address);
    await shot(page, "10-publish");
    const done = await publishing.publish("test");
    await expect(done).toContainText(/test runs 0\.0\.1, live in \d+ ms\./);
    const address = await done.getByText(/^http:\/\/[\w.-]+:\d+\/petstore$/).first().textContent();
    petStore = address ?? "";
    expect(petStore).toBe(`http://${group}-test.cn-north-1.localhost:${new URL(paifang.gatewayUrl).port}/petstore`);
    await shot(page, "11-published");
  });

  const key = await test.step("as the caller: create an access key", async () => {
    await visit(page, "/access-keys");
    await page.getByRole("link", { name: "Create access key" }).first().click();
    const dialog = shell.dialog("Create access key");
    await dialog.getByLabel("Name").fill("shop");
    await dialog.getByRole("button", { name: "Create access key" }).click();
    await page.getByRole("link", { name: "Show APISecret" }).click();
    await expect(valueOf(page, "APISecret")).toContainText(/[0-9A-F]{32}/);
    await shot(page, "12-access-key");
    const read = async (name: string, form: RegExp) => form.exec((await valueOf(page, name).first().textContent()) ?? "")?.[0] ?? "";
    return {
      id: await read("Access key ID", /[0-9a-f]{12}/),
      apiKey: await read("APIKey", /[0-9A-F]{32}/),
      apiSecret: await read("APISecret", /[0-9A-F]{32}/),
    };
  });

  await test.step("as the provider: authorize the key by its ID and bind it with the transfer list", async () => {
    await visit(page, "/access-auths");
    await page.getByRole("link", { name: "Create authorization" }).first().click();
    const dialog = shell.dialog("Create authorization");
    await dialog.getByLabel("Access key ID").fill(key.id);
    await dialog.getByRole("button", { name: "Create, then bind" }).click();
    const available = page.getByRole("group", { name: "Can be bound", exact: true });
    await available.getByRole("checkbox", { name: /PetStore/ }).check();
    expect((await call(paifang, `${petStore}/pets/1`, { key })).status, "not bound yet").toBe(401);
    await page.getByRole("button", { name: "Bind the selected", exact: true }).click();
    await shot(page, "13-bind");
    await page.getByRole("button", { name: "Save" }).click();
    await shell.said("The bindings were saved and are in force.");
  });

  await test.step("a signed call reaches the backend; an unsigned one is refused, in the documented words", async () => {
    const answer = await call(paifang, `${petStore}/pets/7`, { key });
    expect(answer).toMatchObject({ status: 200, json: { id: 7, type: "cat", price: 12.5 } });
    expect(backend.received.at(-1)).toMatchObject({ method: "GET", target: "/petstore/pets/7" });
    const pet = { id: 8, type: "dog", price: 30 };
    const created = await call(paifang, `${petStore}/pets?note=${encodeURIComponent("a b & 猫")}`, { method: "POST", body: pet, key });
    expect(created).toMatchObject({ status: 200, json: { pet } });
    expect(JSON.parse(backend.received.at(-1)?.body ?? "")).toEqual(pet);
    expect(backend.received).toHaveLength(2);

    const refused = await call(paifang, `${petStore}/pets/7`);
    expect(refused.status).toBe(401);
    expect(refused.json).toMatchObject({ error: { status: "ACCESS_ERROR", code: 401, message: "lack of header authorization" } });
    const mistaken = await call(paifang, `${petStore}/pets/7`, { key: { ...key, apiSecret: "0".repeat(32) } });
    expect(mistaken.json).toMatchObject({ error: { message: "sign result is not same" } });
    expect(JSON.stringify(mistaken.json), "what to compare with").toContain("JDCLOUD2-HMAC-SHA256\\n");
    expect(backend.received, "neither reached the backend").toHaveLength(2);
  });

  await test.step("0.0.1 is live, so it is read-only: one click makes 0.0.2", async () => {
    await visit(page, `/groups/${group}/apis?revision=0.0.1`);
    await expect(page.getByText("Version 0.0.1 is live in test and therefore read-only.")).toBeVisible();
    await expect(row(page, "getPetInfo").getByRole("link", { name: "Delete getPetInfo" })).toHaveCount(0);
    await shot(page, "14-read-only");
    await page.getByRole("button", { name: "Make version 0.0.2" }).click();
    await shell.said("Version 0.0.2 was made. It can be edited.");
    await expect(page).toHaveURL(/apis\?revision=0\.0\.2$/);
  });

  await test.step("change an API in 0.0.2: the price becomes a text", async () => {
    const form = new ApiForm(page);
    await row(page, "getPetInfo").getByRole("link", { name: "Edit getPetInfo" }).click();
    const format = form.field("Normal response format");
    await expect(format).toHaveValue(/"number"/);
    await format.fill((await format.inputValue()).replace('"number"', '"string"'));
    await form.save();
    await shell.said("The API getPetInfo was saved in version 0.0.2.");
  });

  await test.step("publish 0.0.2: the dialog shows what replaces what, field by field", async () => {
    await tab("Versions");
    await shot(page, "15-versions");
    await row(page, "0.0.2").getByRole("link", { name: "Publish version 0.0.2" }).click();
    await publishing.to("test");
    await expect(publishing.dialog).toContainText("test runs 0.0.1. It will run 0.0.2 at once.");
    const changed = change(publishing.dialog, "/pets/{petId}");
    await expect(changed).toContainText("changed");
    await expect(changed.getByRole("rowheader")).toHaveText("Normal response format: properties.price.type");
    await expect(changed.getByRole("cell")).toHaveText(["number", "string"]);
    await expect(publishing.dialog).toContainText("2 APIs are unchanged");
    await publishing.backend(backend.address);
    await publishing.dialog.getByLabel("Description").fill("price as text");
    await shot(page, "16-publish-difference");
    const done = await publishing.publish("test");
    await expect(done).toContainText("test runs 0.0.2");
    await expect(done).toContainText("Switch back to 0.0.1");
    expect((await call(paifang, `${petStore}/pets/1`, { key })).status, "the binding stays").toBe(200);
  });

  await test.step("the history says who did what; one click switches back to 0.0.1, and calls keep working", async () => {
    await visit(page, `/groups/${group}/history/test`);
    await expect(page.getByRole("main")).toContainText("price as text");
    await shot(page, "17-history");
    const calls = keepCalling(() => call(paifang, `${petStore}/pets/1`, { key }));
    await page.getByRole("link", { name: /^Switch to 0\.0\.1 of / }).click();
    const question = shell.dialog("Switch test to 0.0.1?");
    await shot(page, "18-switch-back");
    await question.getByRole("button", { name: "Switch to 0.0.1" }).click();
    await shell.said("test runs 0.0.1.");
    const statuses = await calls.stop();
    expect(statuses.length).toBeGreaterThan(3);
    expect(new Set(statuses), "no call failed because of the switch").toEqual(new Set([200]));
    await expect(page.getByRole("main")).toContainText("switched");
  });

  await test.step("take test offline: it is not there any more", async () => {
    await visit(page, `/groups/${group}/deployments`);
    await shot(page, "19-deployments");
    await takeOffline(page, "test");
    const question = shell.dialog("Take test offline?");
    await expect(question).toContainText(/It served \d+ calls in the last 24 hours\./);
    await question.getByRole("button", { name: "Take offline" }).click();
    await shell.said("The environment test is offline.");
    const gone = await call(paifang, `${petStore}/pets/1`, { key });
    expect(gone).toMatchObject({ status: 404, json: { error: { code: 404, message: "no route and no API found with those values" } } });
  });

  await test.step("online asks for the group's name before it goes offline", async () => {
    await visit(page, `/groups/${group}/revisions?dialog=publish&revision=0.0.2`);
    await publishing.to("online");
    await publishing.mock();
    await expect(publishing.dialog).toContainText("With a mock no call reaches a backend");
    const done = await publishing.publish("online");
    await expect(done).toContainText("online runs 0.0.2");
    const online = petStore.replace("-test.", ".");
    const before = backend.received.length;
    const sample = await call(paifang, `${online}/pets/1`);
    expect(sample.status, "a mock answers anybody").toBe(200);
    expect(sample.json).toMatchObject({ id: expect.any(Number), price: expect.any(String) });
    expect(backend.received).toHaveLength(before);

    await waitForCalls(page, `/groups/${group}/monitoring?environment=online`, 1);
    await visit(page, `/groups/${group}/deployments`);
    await takeOffline(page, "online");
    const question = shell.dialog("Take online offline?");
    await expect(question).toContainText("It served 1 call in the last 24 hours.");
    const confirm = question.getByRole("button", { name: "Take offline" });
    await expect(confirm).toBeDisabled();
    await question.getByLabel("Type PetStore to confirm").fill("PetStore");
    await shot(page, "20-take-online-offline");
    await confirm.click();
    await shell.said("The environment online is offline.");
    expect((await call(paifang, `${online}/pets/1`)).status).toBe(404);
  });

  await test.step("monitoring shows the calls", async () => {
    await visit(page, `/groups/${group}/monitoring`);
    // On a slow machine more than a thousand calls were made meanwhile.
    const shown = async (name: string) => Number((await tileOf(page, name).textContent())?.replaceAll(",", ""));
    expect(await shown("Requests")).toBeGreaterThan(6);
    expect(await shown("Failures")).toBeGreaterThan(2);
    await expect(tileOf(page, "Latency p99")).toHaveText(/\d/);
    await expect(page.getByRole("img", { name: /^Successful requests .*max [1-9]/ })).toBeVisible();
    await expect(page.getByRole("img", { name: /^Response time .*p95 max/ })).toBeVisible();
    await expect(row(page, "getPetInfo")).toBeVisible();
    await shot(page, "21-monitoring");
  });

  await test.step("the same in dark, in Chinese, and on a narrow screen", async () => {
    await shell.choose("Theme", "Dark");
    await shot(page, "22-monitoring-dark");
    await visit(page, `/groups/${group}/revisions?dialog=publish&revision=0.0.2`);
    await shot(page, "23-publish-dark");
    await visit(page, "/groups");
    await shell.choose("Language", "简体中文");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("API分组管理");
    await shot(page, "24-groups-chinese-dark");
    await page.setViewportSize({ width: 390, height: 844 });
    for (const [name, path] of [["groups", "/groups"], ["apis", `/groups/${group}/apis`], ["monitoring", `/groups/${group}/monitoring`]] as const) {
      await visit(page, path);
      await shot(page, `25-narrow-${name}`);
    }
  });
});

/** Calls again and again until it is stopped; then tells the statuses. */
function keepCalling(make: () => Promise<Answer>): { stop(): Promise<number[]> } {
  const statuses: number[] = [];
  let going = true;
  const done = (async () => {
    while (going) statuses.push((await make()).status);
  })();
  return {
    async stop() {
      going = false;
      await done;
      return statuses;
    },
  };
}

/** Waits until the monitoring page at `path` knows of `count` calls: they are written every two seconds. */
async function waitForCalls(page: Page, path: string, count: number): Promise<void> {
  await expect(async () => {
    await visit(page, path);
    await expect(tileOf(page, "Requests")).toHaveText(String(count), { timeout: 2_000 });
  }).toPass();
}
