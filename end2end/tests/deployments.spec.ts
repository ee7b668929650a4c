// What runs where: publish, switch, take offline, the history, and the marks of what is not published yet.

import { call, expect, test, visit } from "../fixtures/test";
import { PublishDialog, change, takeOffline } from "../pages/publish";
import { Shell } from "../pages/shell";

test("a version is published through the dialog, and its address answers @no-js", async ({ signedIn: page, console, paifang, backend }) => {
  const group = await console.createGroup("PetStore", { authType: "None" });
  await console.createApi(group);
  await visit(page, `/groups/${group.id}/revisions?dialog=publish&revision=0.0.1`);
  const publishing = new PublishDialog(page, "PetStore");
  await publishing.backend(backend.address);
  await publishing.dialog.getByLabel("Description").fill("the first");
  const done = await publishing.publish("test");
  await expect(done).toContainText(/test runs 0\.0\.1, live in \d+ ms\./);
  const address = (await done.getByText(/^http:\/\/[\w.-]+:\d+\/petstore$/).first().textContent()) ?? "";
  expect((await call(paifang, `${address}/pets/1`)).status).toBe(200);
  await visit(page, `/groups/${group.id}/deployments`);
  await expect(page.getByRole("main")).toContainText(address);
  await expect(page.getByRole("main")).toContainText(backend.address);
});

test("a backend address without a scheme is refused, and the choice stays @no-js", async ({ signedIn: page, console, problems }) => {
  problems.allow(/status of 422/);
  const group = await console.createGroup("PetStore");
  await console.createApi(group);
  await visit(page, `/groups/${group.id}/revisions?dialog=publish&revision=0.0.1`);
  const publishing = new PublishDialog(page, "PetStore");
  await publishing.backend("127.0.0.1:9000/pets");
  await publishing.dialog.getByLabel("Description").fill("kept");
  await publishing.dialog.getByRole("button", { name: "Publish to test" }).click();
  const address = publishing.dialog.getByRole("textbox", { name: "Backend address" });
  await expect(address).toHaveAttribute("aria-invalid", "true");
  await expect(address).toHaveValue("127.0.0.1:9000/pets");
  await expect(publishing.dialog.getByRole("radio", { name: "Single backend" })).toBeChecked();
  await expect(publishing.dialog.getByLabel("Description")).toHaveValue("kept");
});

test("a version without APIs cannot be published", async ({ signedIn: page, console }) => {
  const group = await console.createGroup("PetStore");
  await visit(page, `/groups/${group.id}/revisions?dialog=publish&revision=0.0.1`);
  const publishing = new PublishDialog(page, "PetStore");
  await expect(publishing.dialog).toContainText("This version has no APIs yet, so it cannot be published.");
});

test("the dialog follows environment and version: what runs there, what changes", async ({ signedIn: page, console, backend }) => {
  const group = await console.createPublished("PetStore", "online", backend.address);
  await console.createRevision(group, "0.0.2", "0.0.1", "photos");
  await console.createApi(group, { name: "getPhoto", path: "/pets/{petId}/photo" }, "0.0.2");
  await visit(page, `/groups/${group.id}/revisions?dialog=publish&revision=0.0.2`);
  const publishing = new PublishDialog(page, "PetStore");
  await publishing.to("online");
  await expect(publishing.dialog).toContainText("online runs 0.0.1. It will run 0.0.2 at once.");
  await expect(change(publishing.dialog, "/pets/{petId}/photo")).toContainText("added");
  await expect(publishing.dialog).toContainText("1 API is unchanged");
  await expect(publishing.dialog.getByRole("textbox", { name: "Backend address" }), "as it runs there").toHaveValue(backend.address);
  await publishing.to("pre-launch");
  await expect(publishing.dialog).toContainText("Nothing runs in pre-launch. It will run 0.0.2 at once.");
  await publishing.dialog.getByRole("combobox", { name: "Version" }).selectOption("0.0.1");
  await expect(publishing.dialog).toContainText("Nothing runs in pre-launch. It will run 0.0.1 at once.");
});

test("edits that are live nowhere are marked until they are published", async ({ signedIn: page, console }) => {
  const group = await console.createPublished("PetStore");
  const mark = page.getByText("has edits that are live nowhere");
  await visit(page, "/groups");
  await expect(mark).toHaveCount(0);
  await console.createRevision(group, "0.0.2", "0.0.1");
  await console.createApi(group, { name: "getPhoto", path: "/pets/{petId}/photo" }, "0.0.2");
  for (const path of ["/groups", `/groups/${group.id}`]) {
    await visit(page, path);
    await expect(mark, path).toHaveCount(1);
  }
  await console.publish(group, "test", "0.0.2");
  for (const path of ["/groups", `/groups/${group.id}`]) {
    await visit(page, path);
    await expect(mark, path).toHaveCount(0);
  }
});

test("the header of a group says what runs where", async ({ signedIn: page, console }) => {
  const group = await console.createPublished("PetStore", "test");
  await console.createRevision(group, "0.0.2", "0.0.1");
  await console.publish(group, "online", "0.0.2");
  await visit(page, `/groups/${group.id}`);
  const running = page.locator(".page-heading").getByRole("listitem");
  await expect(running).toHaveText([/test\s*0\.0\.1/, /online\s*0\.0\.2/]);
});

test("an environment is switched back to what was published to it, with its backend; drafts are no choice @no-js", async ({ signedIn: page, console, backend, paifang }) => {
  const group = await console.createGroup("PetStore", { authType: "None" });
  await console.createApi(group);
  await console.publish(group, "test", "0.0.1", backend.address);
  await visit(page, `/groups/${group.id}/deployments`);
  await page.getByRole("link", { name: "Switch the version of test" }).click();
  const dialog = new Shell(page).dialog("Switch test");
  await expect(dialog).toContainText("Nothing else was published to test yet");

  await console.createRevision(group, "0.0.2", "0.0.1");
  await console.createApi(group, { name: "createPet", method: "POST", path: "/pets" }, "0.0.2");
  await console.publish(group, "test", "0.0.2");
  await console.createRevision(group, "0.0.3", "0.0.2", "a draft");
  const pet = `http://${group.id}-test.cn-north-1.localhost:${new URL(paifang.gatewayUrl).port}/petstore/pets/1`;
  await call(paifang, pet);
  expect(backend.received, "0.0.2 is a mock").toHaveLength(0);

  await visit(page, `/groups/${group.id}/deployments?dialog=switch&environment=test`);
  await expect(dialog.getByRole("radio")).toHaveCount(1);
  await expect(dialog.getByRole("radio", { name: /^0\.0\.1 / })).toBeChecked();
  await expect(dialog).toContainText(/test runs 0\.0\.2\. It will run 0\.0\.1 as published at .* UTC, at once\./);
  await expect(dialog).not.toContainText("0.0.3");
  await expect(dialog).toContainText(backend.address);
  await expect(change(dialog, "/pets")).toContainText("removed");
  await dialog.getByRole("button", { name: "Switch to 0.0.1" }).click();
  await expect(page.getByText(/test runs 0\.0\.1, live in \d+ ms\./)).toBeVisible();
  expect((await call(paifang, pet)).status).toBe(200);
  expect(backend.received).toHaveLength(1);
});

test("what another choice would change is shown before it is made", async ({ signedIn: page, console }) => {
  const group = await console.createPublished("PetStore", "test");
  await console.createRevision(group, "0.0.2", "0.0.1");
  await console.createApi(group, { name: "createPet", method: "POST", path: "/pets" }, "0.0.2");
  await console.publish(group, "test", "0.0.2");
  await console.createRevision(group, "0.0.3", "0.0.2");
  await console.createApi(group, { name: "getPhoto", path: "/pets/{petId}/photo" }, "0.0.3");
  await console.publish(group, "test", "0.0.3");
  await visit(page, `/groups/${group.id}/deployments?dialog=switch&environment=test`);
  const dialog = new Shell(page).dialog("Switch test");
  await expect(dialog.locator(".change")).toHaveCount(1);
  await dialog.getByRole("radio", { name: /^0\.0\.1 / }).check();
  await expect(dialog.locator(".change")).toHaveCount(2);
  await expect(dialog.getByRole("button", { name: "Switch to 0.0.1" })).toBeVisible();
});

test("the history keeps every publish, switch and taking offline, and each can be gone back to", async ({ signedIn: page, console, account }) => {
  const group = await console.createPublished("PetStore", "preview");
  await console.createRevision(group, "0.0.2", "0.0.1", "photos");
  await console.createApi(group, { name: "getPhoto", path: "/pets/{petId}/photo" }, "0.0.2");
  await console.publish(group, "preview", "0.0.2");
  await visit(page, `/groups/${group.id}/deployments`);
  await takeOffline(page, "pre-launch");
  const offline = new Shell(page).dialog("Take pre-launch offline?");
  await offline.getByRole("button", { name: "Take offline" }).click();
  await new Shell(page).said("The environment pre-launch is offline.");

  await visit(page, `/groups/${group.id}/history/preview`);
  const history = page.getByRole("main");
  for (const text of ["taken offline", "published", account.email, "photos", "1 added", "2 removed"]) {
    await expect(history).toContainText(text);
  }
  await page.getByRole("link", { name: /^Switch to 0\.0\.1 of / }).click();
  await new Shell(page).dialog("Switch pre-launch to 0.0.1?").getByRole("button", { name: "Switch to 0.0.1" }).click();
  await new Shell(page).said("pre-launch runs 0.0.1.");
  await expect(history).toContainText("switched");
  await expect(history).toContainText("runs now");
  // What published nothing has no note of a publish.
  await expect(page.getByRole("row", { name: "switched by" })).toContainText(/Switched back to 0\.0\.1, published at .* UTC\./);
  await expect(page.getByRole("row", { name: "taken offline by" })).toContainText(/Took 0\.0\.2 offline, published at .* UTC\./);
  await expect(history.getByText("photos", { exact: true })).toHaveCount(1);
});

test("what was published can be switched back at once @no-js", async ({ signedIn: page, console }) => {
  const group = await console.createPublished("PetStore", "test");
  await console.createRevision(group, "0.0.2", "0.0.1");
  await visit(page, `/groups/${group.id}/revisions?dialog=publish&revision=0.0.2`);
  const publishing = new PublishDialog(page, "PetStore");
  await publishing.mock();
  const done = await publishing.publish("test");
  await done.getByRole("button", { name: "Switch back to 0.0.1" }).click();
  await expect(page.getByText("test runs 0.0.1.").first()).toBeVisible();
});
