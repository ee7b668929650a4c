// The operators' page of domains that wait to be confirmed.

import { type Account, Console, axe, call, expect, newAccount, register, shot, signIn, test, visit } from "../fixtures/test";
import type { Paifang } from "../fixtures/paifang";
import { Shell, row } from "../pages/shell";

/** A name that no other test has. */
function freshDomain(): string {
  return `${crypto.randomUUID()}.example.test`;
}

/** Makes an account that is an operator. */
async function operator(paifang: Paifang): Promise<Account> {
  const account = newAccount();
  const made = await paifang.command(["account", "create", "--email", account.email, "--password-stdin", "--operator"], account.password);
  expect(made.exitCode, made.stderr).toBe(0);
  return account;
}

test("an operator confirms one domain of somebody else and refuses another with a reason @no-js", async ({ page, browser, baseURL, paifang, backend, javaScriptEnabled }) => {
  const boss = await operator(paifang);
  const provider = newAccount();
  await register(page, provider);
  const group = await new Console(page.context().request).createPublished("PetStore", "online", backend.address);
  const [good, bad] = [freshDomain(), freshDomain()];
  const console = new Console(page.context().request);
  await console.createDomain(group, good);
  await console.createDomain(group, bad);
  await visit(page, "/");
  await expect(new Shell(page).navigation.getByRole("link", { name: "Domains to confirm" })).toBeHidden();

  const context = await browser.newContext({ baseURL, javaScriptEnabled });
  const desk = await context.newPage();
  await signIn(desk, boss);
  await new Shell(desk).navigation.getByRole("link", { name: "Domains to confirm" }).click();
  await expect(desk.getByRole("heading", { level: 1 })).toContainText("Domains to confirm");
  await expect(row(desk, good)).toContainText(provider.email);
  await expect(row(desk, good)).toContainText("PetStore");
  await shot(desk, "waiting-domains");
  await row(desk, good).getByRole("link", { name: `Confirm ${good}` }).click();
  const confirming = new Shell(desk).dialog(`Confirm ${good}?`);
  await expect(confirming).toContainText(`the group PetStore of ${provider.email}`);
  await confirming.getByRole("button", { name: "Confirm" }).click();
  await new Shell(desk).said("The domain is verified and served.");
  await expect(row(desk, good)).toHaveCount(0);
  expect((await call(paifang, `http://${good}/petstore/pets/1`)).status).toBe(401);

  await row(desk, bad).getByRole("link", { name: `Refuse ${bad}` }).click();
  const refusing = new Shell(desk).dialog(`Refuse ${bad}`);
  await refusing.getByLabel("Reason").fill("It belongs to the shop in the next street.");
  await refusing.getByRole("button", { name: "Refuse" }).click();
  await new Shell(desk).said("The domain was refused.");
  await expect(row(desk, bad)).toContainText("Invalid");
  await context.close();

  await visit(page, `/groups/${group.id}/domains`);
  await expect(row(page, good)).toContainText("Verified");
  await expect(row(page, bad)).toContainText("Refused by an operator: It belongs to the shop in the next street.");
  expect((await call(paifang, `http://${bad}/petstore/pets/1`)).status).toBe(404);
});

test("a domain is not refused without a reason, and the page is for everybody who is an operator", async ({ page, paifang, problems }) => {
  problems.allow(/status of 422/);
  await signIn(page, await operator(paifang));
  const console = new Console(page.context().request);
  const group = await console.createGroup("PetStore");
  const id = await console.createDomain(group, freshDomain());
  for (const path of ["", `?dialog=confirm&domain=${id}`, `?dialog=refuse&domain=${id}`]) {
    await visit(page, `/operator/domains${path}`);
    await axe(page);
  }
  await page.getByRole("button", { name: "Refuse" }).click();
  await expect(page.getByLabel("Reason")).toHaveAttribute("aria-invalid", "true");
  await axe(page);
});

test("who is no operator does not see the page", async ({ page, paifang, problems }) => {
  problems.allow(/status of 403/);
  await operator(paifang);
  await register(page, newAccount());
  expect((await page.goto("/operator/domains"))?.status()).toBe(403);
  await expect(page.getByRole("main")).not.toContainText("Confirm");
});
