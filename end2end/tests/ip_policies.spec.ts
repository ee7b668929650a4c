// IP policies: made, bound, in force at once.

import { type Page } from "@playwright/test";
import { call, expect, test, visit } from "../fixtures/test";
import { Shell, row } from "../pages/shell";

/** A column of the transfer list. */
function column(page: Page, title: "Can be bound" | "Bound") {
  return page.getByRole("group", { name: title, exact: true });
}

test("a policy is made; an address that is none is refused where it was typed @no-js", async ({ signedIn: page, problems }) => {
  problems.allow(/status of (409|422)/);
  await visit(page, "/ip-policies");
  await expect(page.getByText("No IP policy yet")).toBeVisible();
  await page.getByRole("link", { name: "Create policy" }).first().click();
  const dialog = new Shell(page).dialog("Create IP policy");
  await dialog.getByLabel("Name").fill("办公室");
  const ranges = dialog.getByLabel("IP addresses and networks");
  await ranges.fill("192.0.2.0/24\n10.0.0.5/24");
  await dialog.getByRole("button", { name: "Create, then bind" }).click();
  await expect(dialog.getByRole("alert")).toContainText("write 10.0.0.0/24 or 10.0.0.5");
  await expect(ranges).toHaveAttribute("aria-invalid", "true");
  await expect(ranges).toHaveValue("192.0.2.0/24\n10.0.0.5/24");
  await ranges.fill("192.0.2.0/24\n10.0.0.5\n2001:db8::/32");
  await dialog.getByRole("radio", { name: /Deny/ }).check();
  await dialog.getByRole("button", { name: "Create, then bind" }).click();
  await expect(page).toHaveURL(/\/ip-policies\/ipp-\w+$/);
  await new Shell(page).said("The policy was created.");
  await expect(page.getByText("2001:db8::/32")).toBeVisible();
  await visit(page, "/ip-policies");
  await expect(row(page, "办公室")).toContainText("Deny");
  await expect(row(page, "办公室")).toContainText("192.0.2.0/24, 10.0.0.5, +1");
});

test("calls from a denied address get 403 from the moment it is bound until it is unbound", async ({ signedIn: page, console, paifang, backend }) => {
  const group = await console.createGroup("PetStore", { authType: "None" });
  await console.createApi(group);
  await console.publish(group, "test", "0.0.1", backend.address);
  const policy = await console.createIpPolicy("not-from-here", "deny", "127.0.0.0/8\n::1");
  const port = new URL(paifang.gatewayUrl).port;
  const pet = `http://${group.id}-test.cn-north-1.localhost:${port}/petstore/pets/1`;
  expect((await call(paifang, pet)).status).toBe(200);

  await visit(page, `/ip-policies/${policy}`);
  await column(page, "Can be bound").getByRole("checkbox", { name: /PetStore/ }).check();
  await page.getByRole("button", { name: "Bind the selected", exact: true }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await new Shell(page).said("The bindings were saved and are in force.");
  const refused = await call(paifang, pet);
  expect(refused.status).toBe(403);
  expect(refused.json).toMatchObject({ error: { status: "HTTP_FORBIDDEN", message: "Your IP address is not allowed" } });

  await visit(page, `/ip-policies?dialog=edit&id=${policy}`);
  const dialog = new Shell(page).dialog("Edit IP policy");
  await dialog.getByLabel("IP addresses and networks").fill("192.0.2.7");
  await dialog.getByRole("button", { name: "Save" }).click();
  await new Shell(page).said("The policy was saved.");
  expect((await call(paifang, pet)).status).toBe(200);

  await visit(page, `/groups/${group.id}/deployments`);
  await page.getByRole("link", { name: "not-from-here" }).click();
  await column(page, "Bound").getByRole("checkbox", { name: /PetStore/ }).check();
  await page.getByRole("button", { name: "Unbind the selected" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await new Shell(page).said("The bindings were saved and are in force.");
  await visit(page, `/ip-policies?dialog=delete&id=${policy}`);
  await new Shell(page).dialog("Delete the IP policy not-from-here?").getByRole("button", { name: "Delete policy" }).click();
  await new Shell(page).said("The policy was deleted.");
});
