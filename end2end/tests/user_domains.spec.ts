// Custom domains: added, confirmed, served by HTTP and HTTPS.

import type { Page } from "@playwright/test";
import { CERTIFICATE, OTHER_KEY, PRIVATE_KEY, statusByHttps } from "../fixtures/certificate";
import type { Paifang } from "../fixtures/paifang";
import { Console, call, expect, newAccount, register, shot, signIn, test, visit } from "../fixtures/test";
import { Shell, row, valueOf } from "../pages/shell";

/** A name that no other test has. */
function freshDomain(): string {
  return `${crypto.randomUUID()}.example.test`;
}

/** Makes an account that is an operator. */
async function operator(paifang: Paifang) {
  const account = newAccount();
  const made = await paifang.command(["account", "create", "--email", account.email, "--password-stdin", "--operator"], account.password);
  expect(made.exitCode, made.stderr).toBe(0);
  return account;
}

/** Opens a row's menu. */
async function more(page: Page, name: string): Promise<void> {
  await row(page, name).locator("summary").click();
}

test("a domain is served once an operator has confirmed it at the command line, until it is deleted @no-js", async ({ page, paifang, backend }) => {
  // The first account is an operator, so this one is none.
  await operator(paifang);
  await register(page, newAccount());
  const group = await new Console(page.context().request).createPublished("PetStore", "online", backend.address);
  const domain = freshDomain();
  const status = async () => (await call(paifang, `http://${domain}/petstore/pets/1`)).status;

  await visit(page, `/groups/${group.id}/domains`);
  await expect(page.getByRole("main")).toContainText(`${group.id}-test.cn-north-1.localhost`);
  await expect(page.getByRole("main")).toContainText("No custom domain yet");
  await page.getByRole("link", { name: "Add domain" }).click();
  const adding = new Shell(page).dialog("Add custom domain");
  await expect(adding).toContainText(`${group.id}.cn-north-1.localhost`);
  await adding.getByLabel("Domain name").fill(`  ${domain.toUpperCase()}. `);
  await adding.getByRole("button", { name: "Add domain" }).click();
  const verifying = new Shell(page).dialog(`Verify ${domain}`);
  await expect(verifying).toContainText(`paifang domain confirm --name '${domain}' --group ${group.id}`);
  await expect(valueOf(page, "Value")).toContainText(`${group.id}.cn-north-1.localhost`);
  await verifying.getByRole("link", { name: "Close" }).click();
  await expect(row(page, domain)).toContainText("To be resolved");
  expect(await status()).toBe(404);

  const confirmed = await paifang.command(["domain", "confirm", "--name", domain, "--group", group.id]);
  expect(confirmed.stdout).toBe(`confirmed ${domain} for ${group.id} (online)\n`);
  await expect.poll(status).toBe(401);
  await visit(page, `/groups/${group.id}/domains`);
  await expect(row(page, domain)).toContainText("Verified");

  await more(page, domain);
  await row(page, domain).getByRole("link", { name: "Delete" }).click();
  await new Shell(page).dialog(`Delete ${domain}?`).getByRole("button", { name: "Delete domain" }).click();
  await new Shell(page).said("The domain was deleted.");
  expect(await status()).toBe(404);
});

test("an operator confirms a domain by hand, uploads its certificate, and has plain calls redirected @no-js", async ({ page, paifang, backend }) => {
  await signIn(page, await operator(paifang));
  const console = new Console(page.context().request);
  const group = await console.createGroup("PetStore", { authType: "None" });
  await console.createApi(group);
  await console.publish(group, "online", "0.0.1", backend.address);
  const domain = freshDomain();
  const id = await console.createDomain(group, domain);

  await visit(page, `/groups/${group.id}/domains`);
  await row(page, domain).getByRole("link", { name: `Verify ${domain}` }).click();
  await new Shell(page).dialog(`Verify ${domain}`).getByRole("button", { name: "Confirm domain" }).click();
  await new Shell(page).said("The domain is verified and served.");
  expect((await call(paifang, `http://${domain}/petstore/pets/1`)).status).toBe(200);
  await expect(statusByHttps(paifang, domain, "/petstore/pets/1")).rejects.toThrow();

  await row(page, domain).getByRole("link", { name: `Certificate of ${domain}` }).click();
  const dialog = new Shell(page).dialog(`Certificate of ${domain}`);
  await dialog.getByLabel("Certificate chain (PEM)").fill(CERTIFICATE);
  await dialog.getByLabel("Private key (PEM)").fill(PRIVATE_KEY);
  await dialog.getByRole("button", { name: "Save certificate" }).click();
  await new Shell(page).said("The certificate is in force.");
  await expect(row(page, domain)).toContainText("HTTP and HTTPS");
  await expect(row(page, domain)).toContainText("until 2100-01-01");
  expect(await statusByHttps(paifang, domain, "/petstore/pets/1")).toBe(200);

  await visit(page, `/groups/${group.id}/domains?dialog=certificate&domain=${id}`);
  await expect(valueOf(page, "Names")).toHaveText("*.example.test");
  await expect(valueOf(page, "Issued to")).toHaveText("CN=Paifang tests");
  expect(await page.content()).not.toContain("PRIVATE KEY-----\n");
  await dialog.getByRole("link", { name: "Close" }).click();

  await more(page, domain);
  await row(page, domain).getByRole("link", { name: "Edit" }).click();
  const edit = new Shell(page).dialog(`Edit ${domain}`);
  await edit.getByLabel("HTTPS only").check();
  await edit.getByRole("button", { name: "Save" }).click();
  await new Shell(page).said("The domain was saved and is in force.");
  await expect(row(page, domain)).toContainText("HTTPS only");
  const plain = await call(paifang, `http://${domain}/petstore/pets/1?a=b`);
  expect(plain.status).toBe(301);
  expect(plain.headers.location).toBe(`https://${domain}:${paifang.httpsPort}/petstore/pets/1?a=b`);
  expect(await statusByHttps(paifang, domain, "/petstore/pets/1")).toBe(200);

  await more(page, domain);
  await row(page, domain).getByRole("link", { name: "Remove certificate" }).click();
  const removing = new Shell(page).dialog(`Remove the certificate of ${domain}?`);
  await removing.getByRole("button", { name: "Remove certificate" }).click();
  await new Shell(page).said("The certificate was removed.");
  expect((await call(paifang, `http://${domain}/petstore/pets/1`)).status).toBe(200);
});

test("what cannot be a domain or its certificate is refused where it was typed @no-js", async ({ signedIn: page, console, problems }) => {
  problems.allow(/status of 4(09|22)/);
  const group = await console.createGroup("PetStore");
  const domain = freshDomain();
  const id = await console.createDomain(group, domain);
  await visit(page, `/groups/${group.id}/domains?dialog=create`);
  const adding = new Shell(page).dialog("Add custom domain");
  for (const [name, rule] of [
    ["http://example.com", "a domain name like"],
    [`${group.id}.cn-north-1.localhost`, "a name of your own"],
    [domain, "this group has this domain already"],
  ] as const) {
    await adding.getByLabel("Domain name").fill(name);
    await adding.getByRole("button", { name: "Add domain" }).click();
    await expect(page.getByRole("alert")).toContainText(rule);
    await expect(adding.getByLabel("Domain name")).toHaveAttribute("aria-invalid", "true");
  }
  await visit(page, `/groups/${group.id}/domains?dialog=certificate&domain=${id}`);
  const dialog = new Shell(page).dialog(`Certificate of ${domain}`);
  await dialog.getByLabel("Certificate chain (PEM)").fill(CERTIFICATE);
  await dialog.getByLabel("Private key (PEM)").fill(OTHER_KEY);
  await dialog.getByRole("button", { name: "Save certificate" }).click();
  await expect(page.getByRole("alert")).toContainText("the key of this certificate; this one is of another");
  await expect(dialog.getByLabel("Private key (PEM)")).toHaveAttribute("aria-invalid", "true");
  await expect(dialog.getByLabel("Certificate chain (PEM)")).toHaveValue(CERTIFICATE);
});

test("a group has five domains and no sixth", async ({ signedIn: page, console }) => {
  const group = await console.createGroup("PetStore");
  for (let number = 0; number < 5; number++) await console.createDomain(group, freshDomain());
  await visit(page, `/groups/${group.id}/domains`);
  await expect(page.getByRole("main")).toContainText("A group has at most 5 domains: delete one to add another.");
  await expect(page.getByRole("link", { name: "Add domain" })).toBeHidden();
  await shot(page, "user-domains");
});
