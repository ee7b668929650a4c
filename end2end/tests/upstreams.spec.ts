// Several backends: published through the dialog, balanced, watched; timeouts and retries of a deployment and of an API.

import { type Page } from "@playwright/test";
import { Backend } from "../fixtures/backend";
import { call, expect, test, visit } from "../fixtures/test";
import { PublishDialog } from "../pages/publish";
import { Shell } from "../pages/shell";

const hasScript = () => test.info().project.use.javaScriptEnabled !== false;

/** Fills in the row of an address, counted from 1. */
async function target(publishing: PublishDialog, row: number, address: string, weight: string): Promise<void> {
  const field = publishing.dialog.getByLabel(`Address of backend ${row}`);
  if (hasScript() && (await field.count()) === 0) await publishing.dialog.getByRole("button", { name: "Add address" }).click();
  await field.fill(address);
  await publishing.dialog.getByLabel(`Weight of backend ${row}`).fill(weight);
}

/** What the list of deployments says of the backend of test. */
function backendOf(page: Page) {
  return page.locator("tr#test .cell-backend");
}

test("calls are shared by several backends as their weights say @no-js", async ({ signedIn: page, console, paifang, backend }) => {
  const other = await Backend.start();
  const group = await console.createGroup("PetStore", { authType: "None" });
  await console.createApi(group);
  await visit(page, `/groups/${group.id}/revisions?dialog=publish&revision=0.0.1`);
  const publishing = new PublishDialog(page, "PetStore");
  await publishing.dialog.getByRole("radio", { name: "Several backends" }).check();
  await target(publishing, 1, backend.address, "3");
  await target(publishing, 2, other.address, "");
  await publishing.publish("test");
  const pet = `http://${group.id}-test.cn-north-1.localhost:${new URL(paifang.gatewayUrl).port}/petstore/pets/1`;
  for (let calls = 0; calls < 8; calls++) expect((await call(paifang, pet)).status).toBe(200);
  expect([backend.received.length, other.received.length]).toEqual([6, 2]);

  await visit(page, `/groups/${group.id}/deployments`);
  const shown = backendOf(page);
  await expect(shown.getByRole("listitem")).toHaveText([
    new RegExp(`${backend.address} weight 3 Healthy`),
    new RegExp(`${other.address} weight 1 Healthy`),
  ]);

  // What runs there comes back, and the other one is drained.
  await visit(page, `/groups/${group.id}/revisions?dialog=publish&revision=0.0.1`);
  await expect(publishing.dialog.getByRole("radio", { name: "Several backends" })).toBeChecked();
  await expect(publishing.dialog.getByLabel("Address of backend 1")).toHaveValue(backend.address);
  await target(publishing, 2, other.address, "0");
  await publishing.publish("test");
  for (let calls = 0; calls < 4; calls++) expect((await call(paifang, pet)).status).toBe(200);
  expect([backend.received.length, other.received.length]).toEqual([10, 2]);
  await visit(page, `/groups/${group.id}/deployments`);
  await expect(shown).toContainText("Drained");
  await visit(page, `/groups/${group.id}/history/test`);
  await expect(page.getByRole("main")).toContainText(`${other.address} ×0`);
  await other.stop();
});

test("a backend that is gone gets no calls, and the page says so", async ({ signedIn: page, console, paifang, backend }) => {
  const gone = await Backend.start();
  const group = await console.createGroup("PetStore", { authType: "None" });
  await console.createApi(group);
  await visit(page, `/groups/${group.id}/revisions?dialog=publish&revision=0.0.1`);
  const publishing = new PublishDialog(page, "PetStore");
  await publishing.dialog.getByRole("radio", { name: "Several backends" }).check();
  await target(publishing, 1, backend.address, "");
  await target(publishing, 2, gone.address, "");
  await publishing.publish("test");
  const address = gone.address;
  await gone.stop();
  const pet = `http://${group.id}-test.cn-north-1.localhost:${new URL(paifang.gatewayUrl).port}/petstore/pets/1`;
  for (let calls = 0; calls < 12; calls++) expect((await call(paifang, pet)).status).toBe(200);
  await visit(page, `/groups/${group.id}/deployments`);
  await expect(backendOf(page)).toContainText(new RegExp(`${address} weight 1 Left out`));
  await expect(backendOf(page)).toContainText(new RegExp(`${backend.address} weight 1 Healthy`));
});

test("what is wrong with an address or a timeout is told at its field @no-js", async ({ signedIn: page, console, backend, problems }) => {
  problems.allow(/status of 422/);
  const group = await console.createGroup("PetStore");
  await console.createApi(group);
  await visit(page, `/groups/${group.id}/revisions?dialog=publish&revision=0.0.1`);
  const publishing = new PublishDialog(page, "PetStore");
  await publishing.dialog.getByRole("radio", { name: "Several backends" }).check();
  await target(publishing, 1, backend.address, "1");
  await target(publishing, 2, backend.address, "101");
  await publishing.dialog.getByText("Advanced: timeouts, retries, health").click();
  await publishing.dialog.getByLabel("Retries").fill("9");
  await publishing.dialog.getByLabel("Path of the check").fill("health");
  await publishing.dialog.getByRole("button", { name: "Publish to test" }).click();
  for (const label of ["Address of backend 2", "Weight of backend 2", "Retries", "Path of the check"]) {
    await expect(publishing.dialog.getByLabel(label), label).toHaveAttribute("aria-invalid", "true");
  }
  await expect(publishing.dialog.getByLabel("Weight of backend 2")).toHaveValue("101");
  await expect(publishing.dialog.getByRole("radio", { name: "Several backends" })).toBeChecked();
});

test("the dialog says what changes of the backend while it is typed", async ({ signedIn: page, console, backend }) => {
  const group = await console.createPublished("PetStore", "test", backend.address);
  await visit(page, `/groups/${group.id}/revisions?dialog=publish&revision=0.0.1`);
  const publishing = new PublishDialog(page, "PetStore");
  const changes = publishing.dialog.locator("section").filter({ hasText: "What changes" });
  await expect(changes).toContainText("The APIs and settings are the same as what runs there.");
  await publishing.dialog.getByText("Advanced: timeouts, retries, health").click();
  await publishing.dialog.getByLabel("Total timeout (ms)").fill("900");
  await expect(changes).toContainText("Total timeout (ms)");
  await expect(changes).toContainText("900");
  await publishing.dialog.getByRole("radio", { name: "Several backends" }).check();
  await target(publishing, 1, backend.address, "1");
  await target(publishing, 2, "http://127.0.0.1:9", "5");
  await expect(changes).toContainText(`${backend.address}, http://127.0.0.1:9 ×5`);
  await publishing.dialog.getByRole("button", { name: "Remove backend 2" }).click();
  await expect(changes).not.toContainText("http://127.0.0.1:9 ×5");
});

test("an API has timeouts and retries of its own @no-js", async ({ signedIn: page, console }) => {
  const group = await console.createGroup("PetStore");
  const api = await console.createApi(group);
  await visit(page, `/groups/${group.id}/apis/${api}?revision=0.0.1`);
  await page.getByLabel("Total timeout (ms)").fill("1500");
  await page.getByLabel("Retries").fill("0");
  await page.getByRole("button", { name: "Save" }).click();
  await new Shell(page).said("was saved");
  await visit(page, `/groups/${group.id}/apis/${api}?revision=0.0.1`);
  await expect(page.getByLabel("Total timeout (ms)")).toHaveValue("1500");
  await expect(page.getByLabel("Retries")).toHaveValue("0");
});
