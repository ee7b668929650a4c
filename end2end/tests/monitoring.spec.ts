// Monitoring: what the gateway served, as numbers and charts, by environment and API.

import { call, expect, test, visit } from "../fixtures/test";
import { row, tileOf } from "../pages/shell";

test("a group that nobody called says how to call it", async ({ signedIn: page, console }) => {
  const group = await console.createGroup("PetStore");
  await console.createApi(group);
  await visit(page, `/groups/${group.id}/monitoring`);
  await expect(page.getByText("No calls in this time range")).toBeVisible();
  await expect(page.getByText("The group is published nowhere")).toBeVisible();
  await console.publish(group, "test");
  await page.reload();
  await expect(page.getByRole("region", { name: "Command line" })).toContainText(
    /curl 'http:\/\/\w+-test\.cn-north-1\.localhost:\d+\/petstore\/pets\/1'/,
  );
});

test("calls are counted by environment and API, with their failures, latencies and bytes", async ({ signedIn: page, console, paifang, backend }) => {
  const group = await console.createGroup("PetStore", { authType: "None" });
  await console.createApi(group);
  await console.createApi(group, { name: "createPet", method: "POST", path: "/pets" });
  await console.publish(group, "test", "0.0.1", backend.address);
  await console.publish(group, "online", "0.0.1", backend.address);
  const port = new URL(paifang.gatewayUrl).port;
  const at = (environment: string) => `http://${group.id}${environment}.cn-north-1.localhost:${port}/petstore`;
  for (let pet = 1; pet <= 4; pet++) expect((await call(paifang, `${at("-test")}/pets/${pet}`)).status).toBe(200);
  expect((await call(paifang, `${at("-test")}/pets/tom`)).status, "the backend's own 404").toBe(404);
  expect((await call(paifang, `${at("-test")}/pets`, { method: "POST", body: { id: 5 } })).status).toBe(200);
  expect((await call(paifang, `${at("")}/pets/1`)).status).toBe(200);
  expect((await call(paifang, `${at("")}/nothing`)).status).toBe(404);

  const tile = (name: string) => tileOf(page, name);
  await visit(page, `/groups/${group.id}/monitoring`);
  // What was served is written every two seconds.
  await expect(async () => {
    await page.reload();
    await expect(tile("Requests")).toHaveText("8", { timeout: 2_000 });
  }).toPass();
  await expect(tile("Failures")).toHaveText("2");
  await expect(tile("Success rate")).toHaveText(/^75\.00\s*%$/);
  for (const name of ["Latency average", "Latency p50", "Latency p95", "Latency p99"]) {
    await expect(tile(name)).toHaveText(/^\d+(\.\d+)?\s*m?s$/);
  }
  for (const name of ["Inbound", "Outbound"]) await expect(tile(name)).toHaveText(/^[1-9][\d.]*\s*k?B$/);
  for (const name of ["Successful requests", "Failed requests", "Response time", "4xx errors", "Inbound traffic", "Outbound traffic"]) {
    await expect(page.getByRole("img", { name: new RegExp(`^${name} `) })).toBeVisible();
  }

  await expect(row(page, "getPetInfo").getByRole("cell")).toHaveText(["6", "1", /^83\.3/, /ms/, /ms/, /B$/, /B$/]);
  await expect(row(page, "createPet").getByRole("cell").first()).toHaveText("1");
  await expect(row(page, "No API matched").getByRole("cell").first()).toHaveText("1");

  await page.getByRole("combobox", { name: "Environment" }).selectOption({ label: "online" });
  await expect(tile("Requests")).toHaveText("2");
  await expect(page).toHaveURL(/environment=online/);
  await page.getByRole("link", { name: "Clear filters" }).click();
  await page.getByRole("combobox", { name: "API", exact: true }).selectOption({ label: "createPet" });
  await expect(tile("Requests")).toHaveText("1");
  await page.getByRole("link", { name: "14 d" }).click();
  await expect(page).toHaveURL(/range=14d/);
  await expect(tile("Requests")).toHaveText("1");
});

test("environment and API are chosen without JavaScript too @no-js", async ({ signedIn: page, console }) => {
  test.skip(test.info().project.use.javaScriptEnabled !== false, "with JavaScript a choice needs no button");
  const group = await console.createPublished("PetStore", "test");
  await page.goto(`/groups/${group.id}/monitoring`);
  await page.getByRole("combobox", { name: "Environment" }).selectOption({ label: "test" });
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(page).toHaveURL(/environment=test/);
  await expect(page.getByRole("combobox", { name: "Environment" })).toHaveValue("test");
  await expect(page.getByText("No calls match the chosen environment and API in this time range.")).toBeVisible();
});
