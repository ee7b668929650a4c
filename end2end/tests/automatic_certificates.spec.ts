// Certificates that come by themselves, on an installation whose authority cannot be reached: what is chosen, shown and tried
// again. That they come is tested with a real authority in server/tests. And files that a certificate is read from.

import { CERTIFICATE, PRIVATE_KEY, statusByHttps } from "../fixtures/certificate";
import { type Paifang, startPaifang } from "../fixtures/paifang";
import { Console, axe, expect, newAccount, register, shot, test, visit } from "../fixtures/test";
import { Shell, row, valueOf } from "../pages/shell";

test.describe("with an authority", () => {
  let paifang: Paifang;

  test.beforeAll(async () => {
    // Nobody listens at port 9.
    const acme = ["acme.directory=https://localhost:9/directory", "acme.agree-terms=true"];
    paifang = await startPaifang([...acme, "gateway.domain-check=provider"]);
  });
  test.afterAll(async () => paifang.stop());

  test("a certificate is asked for once its domain is served, and why none comes is shown @no-js", async ({ browser, javaScriptEnabled }) => {
    const context = await browser.newContext({ baseURL: paifang.consoleUrl, javaScriptEnabled });
    const page = await context.newPage();
    await register(page, newAccount());
    const console = new Console(context.request);
    const group = await console.createGroup("PetStore", { authType: "None" });
    await console.createApi(group);
    const domain = `${crypto.randomUUID()}.example.test`;
    const id = await console.createDomain(group, domain);
    const dialog = new Shell(page).dialog(`Certificate of ${domain}`);
    const open = () => visit(page, `/groups/${group.id}/domains?dialog=certificate&domain=${id}`);

    await open();
    await expect(dialog).toContainText("A certificate comes from localhost by itself");
    await dialog.getByRole("button", { name: "Get a certificate automatically" }).click();
    await new Shell(page).said("The certificate comes by itself from now on.");
    await expect(dialog).toContainText("It waits until the domain is verified.");
    await visit(page, `/groups/${group.id}/domains?dialog=verify&domain=${id}`);
    await new Shell(page).dialog(`Verify ${domain}`).getByRole("button", { name: "Confirm domain" }).click();
    await new Shell(page).said("The domain is verified and served.");
    await open();
    await expect(dialog).toContainText("It waits until something is published");
    await console.publish(group, "online");

    await expect(async () => {
      await open();
      await expect(dialog).toContainText("the authority's server could not be reached", { timeout: 100 });
    }).toPass();
    await expect(valueOf(page, "Failed tries")).toHaveText(/^\d+$/);
    await expect(valueOf(page, "Next try")).toHaveText(/^\d{4}-/);
    if (javaScriptEnabled !== false) {
      await axe(page);
      await shot(page, "automatic-certificate");
    }
    const before = Number(await valueOf(page, "Failed tries").textContent());
    await dialog.getByRole("button", { name: "Try now" }).click();
    await new Shell(page).said("It is tried now.");
    await expect(async () => {
      await open();
      expect(Number(await valueOf(page, "Failed tries").textContent({ timeout: 100 }))).toBe(before + 1);
    }).toPass();
    await visit(page, `/groups/${group.id}/domains`);
    await expect(row(page, domain)).toContainText("no certificate could be got");

    // Whoever uploads one wants none by itself.
    await open();
    await expect(dialog.getByRole("heading", { name: "Upload one instead" })).toBeVisible();
    await dialog.getByLabel("Certificate chain (PEM)").fill(CERTIFICATE);
    await dialog.getByLabel("Private key (PEM)").fill(PRIVATE_KEY);
    await dialog.getByRole("button", { name: "Save certificate" }).click();
    await new Shell(page).said("The certificate is in force.");
    await expect(row(page, domain)).toContainText("HTTP and HTTPS");
    await expect(row(page, domain)).not.toContainText("no certificate could be got");
    await context.close();
  });
});

test("a certificate and its key are read from files, and none comes by itself where no authority is set", async ({ signedIn: page, paifang, console }) => {
  const group = await console.createGroup("PetStore", { authType: "None" });
  await console.createApi(group);
  await console.publish(group, "online");
  const domain = `${crypto.randomUUID()}.example.test`;
  const id = await console.createDomain(group, domain);
  expect((await paifang.command(["domain", "confirm", "--name", domain])).exitCode).toBe(0);
  await visit(page, `/groups/${group.id}/domains?dialog=certificate&domain=${id}`);
  const dialog = new Shell(page).dialog(`Certificate of ${domain}`);
  await expect(dialog).toContainText("an operator sets acme.directory and acme.agree-terms");
  await expect(dialog.getByRole("button", { name: "Get a certificate automatically" })).toHaveCount(0);
  const file = (name: string, text: string) => ({ name, mimeType: "application/x-pem-file", buffer: Buffer.from(text) });
  await dialog.getByLabel("Certificate file").setInputFiles(file("fullchain.pem", CERTIFICATE));
  await expect(dialog.getByLabel("Certificate chain (PEM)")).toHaveValue(CERTIFICATE);
  await dialog.getByLabel("Key file").setInputFiles(file("large.pem", "x".repeat(70_000)));
  await expect(dialog).toContainText("The file is larger than 64 KiB.");
  await dialog.getByLabel("Key file").setInputFiles(file("privkey.pem", PRIVATE_KEY));
  await expect(dialog.getByLabel("Private key (PEM)")).toHaveValue(PRIVATE_KEY);
  await dialog.getByRole("button", { name: "Save certificate" }).click();
  await new Shell(page).said("The certificate is in force.");
  expect(await statusByHttps(paifang, domain, "/petstore/pets/1")).toBe(200);
});
