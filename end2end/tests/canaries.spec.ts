// Canaries: a second version beside the live one, for some of its calls, until it is promoted or stopped.

import { type Locator, type Page } from "@playwright/test";
import { call, expect, test, visit } from "../fixtures/test";
import type { Console, Group } from "../fixtures/console";
import { PublishDialog } from "../pages/publish";
import { Shell, row } from "../pages/shell";

/** PetStore, live in test at `backend`, with a version 0.0.2. */
async function twoVersions(console: Console, backend: string): Promise<Group> {
  const group = await console.createGroup("PetStore", { authType: "None" });
  await console.createApi(group);
  await console.publish(group, "test", "0.0.1", backend);
  await console.createRevision(group, "0.0.2", "0.0.1", "photos");
  await console.createApi(group, { name: "getPhoto", path: "/pets/{petId}/photo" }, "0.0.2");
  return group;
}

/** With 0.0.2 as its canary, answered by the mock. */
async function withCanary(console: Console, backend: string, share: string): Promise<Group> {
  const group = await twoVersions(console, backend);
  await console.startCanary(group, "test", "0.0.2", { share, header: "x-canary" });
  return group;
}

function canaryRow(page: Page): Locator {
  return row(page, "Canary");
}

test("a version is published as a canary, called by its header, and promoted @no-js", async ({ signedIn: page, console, backend, paifang }) => {
  const group = await twoVersions(console, backend.address);
  const pets = `http://${group.id}-test.cn-north-1.localhost:${new URL(paifang.gatewayUrl).port}/petstore/pets/1`;
  const status = async (url: string, canary = false) => (await call(paifang, url, { headers: canary ? { "x-canary": "yes" } : {} })).status;
  await visit(page, `/groups/${group.id}/revisions?dialog=publish&revision=0.0.2&environment=test`);
  const { dialog } = new PublishDialog(page, "PetStore");
  await dialog.getByRole("radio", { name: "Canary" }).check();
  await dialog.getByLabel("Share of the calls, in %").fill("0");
  await dialog.getByLabel("Calls with the header").fill("x-canary");
  await dialog.getByLabel("Value of the header").fill("yes");
  await dialog.getByRole("radio", { name: "Mock" }).check();
  await dialog.getByRole("button", { name: /^(Start the canary in|Publish to) test$/ }).click();
  await expect(page.getByText(/test runs 0\.0\.2 as a canary, for calls with x-canary: yes, in force in \d+ ms\./)).toBeVisible();

  expect(await status(pets)).toBe(200);
  expect(backend.received, "the live side").toHaveLength(1);
  expect(await status(`${pets}/photo`)).toBe(404);
  expect(await status(`${pets}/photo`, true)).toBe(200);
  expect(backend.received, "the canary is a mock").toHaveLength(1);

  await visit(page, `/groups/${group.id}/deployments`);
  await expect(page.locator(".page-heading").getByRole("listitem")).toHaveText([/test\s*0\.0\.1\s*Canary\s*0\.0\.2/]);
  await expect(canaryRow(page)).toContainText("0.0.2");
  await expect(canaryRow(page)).toContainText("calls with x-canary: yes");
  await page.getByRole("link", { name: "Promote the canary of test" }).click();
  const question = new Shell(page).dialog("Promote 0.0.2 to all of the traffic of test?");
  await expect(question).toContainText("/pets/{petId}/photo");
  await question.getByRole("button", { name: "Promote 0.0.2" }).click();
  await expect(page.getByText("test runs 0.0.2.").first()).toBeVisible();
  await expect(canaryRow(page)).toHaveCount(0);
  expect(await status(`${pets}/photo`)).toBe(200);
  await visit(page, `/groups/${group.id}/history/test`);
  for (const text of ["canary promoted", "canary started", "calls with x-canary: yes"]) {
    await expect(page.getByRole("main")).toContainText(text);
  }
});

test("the share is changed in place, and what is no share is refused @no-js", async ({ signedIn: page, console, backend, paifang, problems }) => {
  problems.allow(/status of 422/);
  const group = await withCanary(console, backend.address, "0");
  const photo = `http://${group.id}-test.cn-north-1.localhost:${new URL(paifang.gatewayUrl).port}/petstore/pets/1/photo`;
  expect((await call(paifang, photo)).status).toBe(404);
  await visit(page, `/groups/${group.id}/deployments`);
  await page.getByRole("link", { name: "Change the canary of test" }).click();
  const dialog = new Shell(page).dialog("Change the canary of test");
  const share = dialog.getByLabel("Share of the calls, in %");
  await expect(share).toHaveValue("0");
  await share.fill("100.5");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(share).toHaveAttribute("aria-invalid", "true");
  await expect(dialog.getByLabel("Calls with the header")).toHaveValue("x-canary");
  await share.fill("100");
  await dialog.getByRole("button", { name: "Save" }).click();
  await new Shell(page).said("The canary of test was changed.");
  await expect(canaryRow(page)).toContainText("100 % of the calls, by client address, and calls with x-canary");
  expect((await call(paifang, photo)).status).toBe(200);
});

test("a canary is stopped, and its version can be edited again", async ({ signedIn: page, console, backend }) => {
  const group = await withCanary(console, backend.address, "5");
  await visit(page, `/groups/${group.id}/apis?revision=0.0.2`);
  await expect(page.getByRole("main")).toContainText("read-only");
  await visit(page, `/groups/${group.id}/deployments`);
  await canaryRow(page).locator("summary").click();
  await canaryRow(page).getByRole("link", { name: "Stop canary" }).click();
  await new Shell(page).dialog("Stop the canary of test?").getByRole("button", { name: "Stop canary" }).click();
  await new Shell(page).said("The canary of test was stopped.");
  await expect(canaryRow(page)).toHaveCount(0);
  await visit(page, `/groups/${group.id}/apis?revision=0.0.2`);
  await expect(page.getByRole("main")).not.toContainText("read-only");
});

test("a publish leaves the canary unless it is told, and says so", async ({ signedIn: page, console, backend }) => {
  const group = await withCanary(console, backend.address, "5");
  for (const stops of [false, true]) {
    await visit(page, `/groups/${group.id}/revisions?dialog=publish&revision=0.0.1&environment=test`);
    const publishing = new PublishDialog(page, "PetStore");
    await expect(publishing.dialog).toContainText("A canary runs here: 0.0.2, for 5 % of the calls, by client address, and calls with x-canary.");
    await expect(publishing.dialog.getByRole("radio", { name: "Canary" })).toHaveCount(0);
    if (stops) await publishing.dialog.getByLabel("Stop the canary").check();
    await publishing.publish("test");
    await visit(page, `/groups/${group.id}/deployments`);
    await expect(canaryRow(page)).toHaveCount(stops ? 0 : 1);
  }
});

test("both sides stand beside each other in monitoring", async ({ signedIn: page, console, backend, paifang }) => {
  const group = await withCanary(console, backend.address, "0");
  const pets = `http://${group.id}-test.cn-north-1.localhost:${new URL(paifang.gatewayUrl).port}/petstore/pets/1`;
  for (let n = 0; n < 3; n++) expect((await call(paifang, pets)).status).toBe(200);
  expect((await call(paifang, `${pets}/nothing`, { headers: { "x-canary": "" } })).status).toBe(404);
  await visit(page, `/groups/${group.id}/monitoring`);
  // What was served is written every two seconds.
  await expect(async () => {
    await page.reload();
    await expect(row(page, "Live").getByRole("cell")).toHaveText(["0.0.1", "3", "75.0 %", "0", "0", "100 %", /ms$/, /ms$/], { timeout: 2_000 });
    await expect(row(page, "Canary").getByRole("cell")).toHaveText(["0.0.2", "1", "25.0 %", "1", "0", "0 %", /ms$/, /ms$/], { timeout: 2_000 });
  }).toPass();
});
