// Traffic control: a policy is made, bound, and in force at once; another one replaces it; what is bound stays.

import { type Page } from "@playwright/test";
import { call, expect, type Group, test, visit } from "../fixtures/test";
import type { Paifang } from "../fixtures/paifang";
import { Shell, row } from "../pages/shell";

/** A column of the transfer list. */
function column(page: Page, title: "Can be bound" | "Bound") {
  return page.getByRole("group", { name: title, exact: true });
}

/** A pet of a group in its test environment. */
function pet(paifang: Paifang, group: Group): string {
  const port = new URL(paifang.gatewayUrl).port;
  return `http://${group.id}-test.cn-north-1.localhost:${port}/petstore/pets/1`;
}

/** Statuses of so many calls, one after another. */
async function statuses(paifang: Paifang, address: string, count: number): Promise<number[]> {
  const statuses: number[] = [];
  for (let n = 0; n < count; n += 1) statuses.push((await call(paifang, address)).status);
  return statuses;
}

test("a policy is made, and its numbers are checked where they are typed @no-js", async ({ signedIn: page, problems }) => {
  problems.allow(/status of (409|422)/);
  await visit(page, "/rate-limit-policies");
  await expect(page.getByText("No traffic control policy yet")).toBeVisible();
  await page.getByRole("link", { name: "Create policy" }).first().click();
  const dialog = new Shell(page).dialog("Create traffic control policy");
  await dialog.getByLabel("Name").fill("per minute");
  await dialog.getByLabel("Unit of time").selectOption("minute");
  await dialog.getByLabel("Limit per API group").fill("100");
  await dialog.getByLabel("Limit per access key").fill("101");
  await dialog.getByRole("button", { name: "Create, then bind" }).click();
  await expect(dialog.getByRole("alert")).toContainText("at most the limit of the group, 100");
  await expect(dialog.getByLabel("Limit per access key")).toHaveAttribute("aria-invalid", "true");
  await expect(dialog.getByLabel("Name")).toHaveAttribute("aria-invalid", "true");
  await expect(dialog.getByLabel("Limit per API group")).toHaveValue("100");
  await dialog.getByLabel("Name").fill("per-minute");
  await dialog.getByLabel("Limit per access key").fill("10");
  await dialog.getByRole("button", { name: "Create, then bind" }).click();
  await expect(page).toHaveURL(/\/rate-limit-policies\/rlp-\w+$/);
  await new Shell(page).said("The policy was created.");
  await expect(page.getByText("100 per minute")).toBeVisible();
  await expect(page.getByText("None of your API groups in this region can be bound yet")).toBeVisible();
  await visit(page, "/rate-limit-policies");
  await expect(row(page, "per-minute")).toContainText("minute");
});

test("calls beyond the limit get 429 from the moment it is bound until it is unbound", async ({ signedIn: page, console, paifang, backend }) => {
  // It asks for no signature: all deployments can be bound, whatever their authorization type.
  const group = await console.createGroup("PetStore", { authType: "None" });
  await console.createApi(group);
  await console.publish(group, "test", "0.0.1", backend.address);
  const policy = await console.createRateLimitPolicy("two-a-day", { group: 2 });
  const address = pet(paifang, group);
  expect(await statuses(paifang, address, 3)).toEqual([200, 200, 200]);

  await visit(page, `/rate-limit-policies/${policy}`);
  await column(page, "Can be bound").getByRole("checkbox", { name: /PetStore/ }).check();
  await page.getByRole("button", { name: "Bind the selected", exact: true }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await new Shell(page).said("The bindings were saved and are in force.");
  expect(await statuses(paifang, address, 3)).toEqual([200, 200, 429]);
  const refused = await call(paifang, address);
  expect(refused.json).toMatchObject({
    error: { status: "HTTP_RATE_LIMIT_EXCEEDED", code: 429, message: "day rate limit exceeded, role:api" },
  });
  expect(refused.headers).toMatchObject({ "ratelimit-limit": "2", "ratelimit-remaining": "0" });
  expect(Number(refused.headers["retry-after"])).toBeGreaterThan(80_000);

  // What was counted outlives a publish; the group's page shows the policy.
  await console.publish(group, "test", "0.0.1", backend.address);
  expect(await statuses(paifang, address, 1)).toEqual([429]);
  await visit(page, `/groups/${group.id}/deployments`);
  await page.getByRole("link", { name: "two-a-day" }).click();
  await expect(page).toHaveURL(`/rate-limit-policies/${policy}`);

  await column(page, "Bound").getByRole("checkbox", { name: /PetStore/ }).check();
  await page.getByRole("button", { name: "Unbind the selected" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await new Shell(page).said("The bindings were saved and are in force.");
  expect(await statuses(paifang, address, 3)).toEqual([200, 200, 200]);
});

test("a changed limit is in force at once, and each key is counted for itself", async ({ signedIn: page, console, paifang, backend }) => {
  const group = await console.createPublished("PetStore", "test", backend.address);
  const [one, other] = [await console.createKey("one"), await console.createKey("other")];
  for (const key of [one, other]) await console.bindAll(await console.authorize(key));
  const policy = await console.createRateLimitPolicy("per-key", { group: 100, accessKey: 1 });
  await console.bindRateLimitPolicy(policy);
  const status = async (key: typeof one) => (await call(paifang, pet(paifang, group), { key })).status;
  expect([await status(one), await status(one), await status(other), await status(other)]).toEqual([200, 429, 200, 429]);

  await visit(page, `/rate-limit-policies/${policy}?dialog=edit&id=${policy}`);
  const dialog = new Shell(page).dialog("Edit traffic control policy");
  await dialog.getByLabel("Limit per access key").fill("2");
  await dialog.getByRole("button", { name: "Save" }).click();
  await new Shell(page).said("The policy was saved.");
  expect([await status(one), await status(one)]).toEqual([200, 429]);
});

test("binding says which policy it replaces, and replaces it @no-js", async ({ signedIn: page, console }) => {
  await console.createPublished("PetStore");
  const first = await console.createRateLimitPolicy("first", { group: 1 });
  await console.bindRateLimitPolicy(first);
  const second = await console.createRateLimitPolicy("second", { group: 2 });
  await visit(page, `/rate-limit-policies/${second}`);
  const available = column(page, "Can be bound");
  await expect(available).toContainText("replaces the policy first");
  await available.getByRole("checkbox", { name: /PetStore/ }).check();
  if (test.info().project.use.javaScriptEnabled !== false) {
    await page.getByRole("button", { name: "Bind the selected", exact: true }).click();
  }
  await page.getByRole("button", { name: "Save" }).click();
  await new Shell(page).said("The bindings were saved and are in force.");
  await visit(page, "/rate-limit-policies");
  await expect(row(page, "second")).toContainText("PetStore");
  await expect(row(page, "first")).not.toContainText("PetStore");
});

test("what is bound cannot be deleted; what is not can @no-js", async ({ signedIn: page, console }) => {
  await console.createPublished("PetStore");
  const policy = await console.createRateLimitPolicy("slow", { group: 1 });
  await console.bindRateLimitPolicy(policy);
  await console.createRateLimitPolicy("unused", { group: 1 });
  await visit(page, "/rate-limit-policies");
  await row(page, "slow").getByRole("link", { name: "Delete slow" }).click();
  const still = new Shell(page).dialog("The policy is still bound");
  await expect(still).toContainText("PetStore");
  await still.getByRole("link", { name: "Change bindings" }).click();
  await expect(page).toHaveURL(`/rate-limit-policies/${policy}`);
  await visit(page, "/rate-limit-policies");
  await row(page, "unused").getByRole("link", { name: "Delete unused" }).click();
  const dialog = new Shell(page).dialog("Delete the traffic control policy unused?");
  await dialog.getByRole("button", { name: "Delete policy" }).click();
  await new Shell(page).said("The policy was deleted.");
  await expect(row(page, "slow")).toBeVisible();
  await expect(page.getByText("unused")).toHaveCount(0);
});
