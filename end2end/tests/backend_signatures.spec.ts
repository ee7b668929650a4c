// Backend signature, on the provider's side: a platform key is named and bound, and the backend verifies what arrives.

import { createHash, createHmac } from "node:crypto";
import { type Page } from "@playwright/test";
import { type Received } from "../fixtures/backend";
import { type Paifang } from "../fixtures/paifang";
import { call, expect, test, visit } from "../fixtures/test";
import { Shell, row, valueOf } from "../pages/shell";

interface PlatformKey {
  readonly accessKey: string;
  readonly secretKey: string;
}

async function platformKey(paifang: Paifang, email: string): Promise<PlatformKey> {
  const made = await paifang.command(["platform-key", "create", "--email", email]);
  expect(made.exitCode, made.stderr).toBe(0);
  return JSON.parse(made.stdout) as PlatformKey;
}

/** Who signed a request without a query, when the signature is right. */
function signer(received: Received, keys: PlatformKey[]): string | undefined {
  const header = (name: string) => String(received.headers[name] ?? "null");
  const parts = /^JDCLOUD2-HMAC-SHA256 Credential=(\w+)\/(\S+), SignedHeaders=(\S+), Signature=(\w+)$/.exec(header("authorization"));
  const [, accessKey, scope = "", names = "", signature] = parts ?? [];
  const key = keys.find((key) => key.accessKey === accessKey);
  if (!key) return undefined;
  const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
  const headers = names.split(";").map((name) => `${name}:${header(name)}\n`).join("");
  const canonical = [received.method, received.target, "", headers, names, header("x-jdcloud-content-sha256")].join("\n");
  const toSign = ["JDCLOUD2-HMAC-SHA256", header("x-jdcloud-date"), scope, sha256(canonical)].join("\n");
  let derived = Buffer.from(`JDCLOUD2${key.secretKey}`);
  for (const part of scope.split("/")) derived = createHmac("sha256", derived).update(part).digest();
  const expected = createHmac("sha256", derived).update(toSign).digest("hex");
  return expected === signature && header("x-jdcloud-content-sha256") === sha256(received.body) ? accessKey : undefined;
}

function column(page: Page, title: "Can be bound" | "Bound") {
  return page.getByRole("group", { name: title, exact: true });
}

test("without a platform key the page says how to make one @no-js", async ({ signedIn: page, account }) => {
  await visit(page, "/backend-signatures");
  await expect(page.getByText("Nothing is signed yet")).toBeVisible();
  await page.getByRole("link", { name: "Create signature" }).first().click();
  const dialog = new Shell(page).dialog("Create signature");
  await expect(dialog).toContainText(`paifang platform-key create --email ${account.email}`);
});

test("what is bound is signed at once, and by one key only", async ({ signedIn: page, account, console, paifang, backend }) => {
  const group = await console.createPublished("PetStore", "test", backend.address);
  const caller = await console.createKey("shop");
  await console.bindAll(await console.authorize(caller));
  const keys = [await platformKey(paifang, account.email), await platformKey(paifang, account.email)];
  const [first, second] = [keys[0]!, keys[1]!];
  const port = new URL(paifang.gatewayUrl).port;
  const address = `http://${group.id}-test.cn-north-1.localhost:${port}/petstore/pets`;
  const signerOfTheNext = async () => {
    expect((await call(paifang, `${address}/1`, { key: caller })).status).toBe(200);
    const received = backend.received.at(-1)!;
    expect(received.headers["x-jdcloud-pin"]).toBe(account.email);
    return signer(received, keys);
  };
  expect(await signerOfTheNext()).toBeUndefined();
  expect(backend.received.at(-1)!.headers.authorization).toBeUndefined();

  await visit(page, "/backend-signatures?dialog=create");
  const dialog = new Shell(page).dialog("Create signature");
  await dialog.getByLabel("Access Key").selectOption(first.accessKey);
  await dialog.getByLabel("Description").fill("The shop's backend");
  await dialog.getByRole("button", { name: "Create, then bind" }).click();
  await new Shell(page).said("The signature was created.");
  await column(page, "Can be bound").getByRole("checkbox", { name: /PetStore/ }).check();
  await page.getByRole("button", { name: "Bind the selected", exact: true }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await new Shell(page).said("The bindings were saved and are in force.");
  expect(await signerOfTheNext()).toBe(first.accessKey);

  // With a body that is read on the way.
  await console.createRevision(group, "0.0.2", "0.0.1");
  await console.createApi(group, { name: "createPet", method: "POST", path: "/pets" }, "0.0.2");
  await console.publish(group, "test", "0.0.2", backend.address);
  await call(paifang, address, { method: "POST", body: { type: "猫" }, key: caller });
  expect(signer(backend.received.at(-1)!, keys)).toBe(first.accessKey);

  // Another one takes the place of the first.
  const other = await console.createSignature(second.accessKey);
  await visit(page, `/backend-signatures/${other}`);
  await expect(column(page, "Can be bound")).toContainText(`signed with ${first.accessKey} until now`);
  await column(page, "Can be bound").getByRole("checkbox", { name: /PetStore/ }).check();
  await page.getByRole("button", { name: "Bind the selected", exact: true }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await new Shell(page).said("The bindings were saved and are in force.");
  expect(await signerOfTheNext()).toBe(second.accessKey);
  await visit(page, "/backend-signatures");
  await expect(row(page, second.accessKey)).toContainText("PetStore");
  await expect(row(page, first.accessKey)).not.toContainText("PetStore");
});

test("key and description are changed, and only what is unbound is deleted @no-js", async ({ signedIn: page, account, console, paifang, backend }) => {
  await console.createPublished("PetStore", "test", backend.address);
  const [first, second] = [await platformKey(paifang, account.email), await platformKey(paifang, account.email)];
  const id = await console.createSignature(first.accessKey);
  await visit(page, "/backend-signatures");
  await row(page, first.accessKey).getByRole("link", { name: `Edit ${first.accessKey}` }).click();
  const dialog = new Shell(page).dialog("Edit signature");
  await dialog.getByLabel("Access Key").selectOption(second.accessKey);
  await dialog.getByLabel("Description").fill("The shop's backend");
  await dialog.getByRole("button", { name: "Save" }).click();
  await new Shell(page).said("The signature was saved.");
  await expect(row(page, second.accessKey)).toContainText("The shop's backend");
  await expect(row(page, second.accessKey)).toContainText("In use");

  await console.bindSignature(id);
  await visit(page, `/backend-signatures/${id}`);
  await expect(valueOf(page, "Access Key")).toContainText(second.accessKey);
  await page.getByRole("link", { name: "Delete", exact: true }).click();
  await expect(new Shell(page).dialog("It is still bound")).toContainText("PetStore");
  await console.bindSignature(id, []);
  await visit(page, "/backend-signatures");
  await row(page, second.accessKey).getByRole("link", { name: `Delete ${second.accessKey}` }).click();
  await new Shell(page).dialog(`Delete the signature ${second.accessKey}?`).getByRole("button", { name: "Delete signature" }).click();
  await new Shell(page).said("The signature was deleted.");
  await expect(page.getByText("Nothing is signed yet")).toBeVisible();
});
