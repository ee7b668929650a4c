// Groups whose callers are checked by JSON Web Tokens: the form, the details, what is published, and calls.

import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Locator, type Page } from "@playwright/test";
import { call, expect, test, visit } from "../fixtures/test";
import { PublishDialog } from "../pages/publish";
import { Shell, valueOf } from "../pages/shell";

const ISSUER = "https://login.example.com/";
const SECRET = "a secret of more than thirty-two bytes";

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function claims(more: Record<string, unknown> = {}): Record<string, unknown> {
  return { iss: ISSUER, sub: "ada", exp: Math.floor(Date.now() / 1000) + 600, ...more };
}

function hs256(secret: string, payload = claims()): string {
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(payload)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

function bearer(token: string) {
  return { headers: { authorization: `Bearer ${token}` } };
}

/** Chooses tokens and the kind of their keys; gives the section. */
async function chooseTokens(page: Page, keys: "Published by the issuer (JWKS)" | "A public key" | "A shared secret"): Promise<Locator> {
  await page.getByRole("radio", { name: /JSON Web Token/ }).check();
  await page.getByRole("radio", { name: keys }).check();
  return page.getByRole("main");
}

test("a group is made for tokens with a shared secret, which is never shown @no-js", async ({ signedIn: page }) => {
  await visit(page, "/groups/new");
  await page.getByLabel("Name").fill("Tokens");
  const section = await chooseTokens(page, "A shared secret");
  await section.getByLabel("Issuer", { exact: true }).fill(ISSUER);
  await section.getByLabel(/^Secret/).fill(SECRET);
  await section.getByLabel("Audiences").fill("pets\nshop");
  await page.getByRole("button", { name: "Create API group" }).click();
  await expect(new Shell(page).dialog("API group created")).toBeVisible();
  await visit(page, "/groups");
  await page.getByRole("link", { name: "Tokens", exact: true }).click();
  await expect(valueOf(page, "Issuer")).toHaveText(ISSUER);
  await expect(valueOf(page, "Algorithms")).toHaveText("HS256");
  await expect(valueOf(page, "Audiences")).toContainText("shop");
  await page.getByRole("link", { name: "Edit", exact: true }).click();
  await expect(page.getByLabel(/^Secret/)).toHaveValue("");
  expect(await page.content()).not.toContain(SECRET);
  // An empty field keeps it.
  await page.getByLabel("Issuer", { exact: true }).fill("https://another.example.com/");
  await page.getByRole("button", { name: "Save" }).click();
  await new Shell(page).said("The API group was saved.");
  await expect(valueOf(page, "Issuer")).toHaveText("https://another.example.com/");
});

test("wrong fields are named and stay as they were typed @no-js", async ({ signedIn: page, problems }) => {
  problems.allow(/status of (409|422)/);
  await visit(page, "/groups/new");
  await page.getByLabel("Name").fill("Tokens");
  const section = await chooseTokens(page, "A public key");
  await section.getByLabel("Public key", { exact: true }).fill("no key");
  await section.getByLabel("Clock leeway").fill("601");
  await page.getByRole("button", { name: "Create API group" }).click();
  const summary = page.getByRole("alert");
  await expect(summary.getByRole("link")).toHaveText([/^Issuer: /, /^Clock leeway: /, /^Public key: a public key in PEM/]);
  await expect(page.getByRole("radio", { name: /JSON Web Token/ })).toBeChecked();
  await expect(page.getByRole("radio", { name: "A public key" })).toBeChecked();
  await expect(section.getByLabel("Public key", { exact: true })).toHaveValue("no key");
});

test("the fields are there only while they are wanted", async ({ signedIn: page }) => {
  await visit(page, "/groups/new");
  await expect(page.getByLabel("Issuer", { exact: true })).toBeHidden();
  await chooseTokens(page, "A public key");
  await expect(page.getByLabel("Issuer", { exact: true })).toBeVisible();
  await expect(page.getByLabel("JWKS address")).toBeHidden();
  await page.getByRole("radio", { name: "Published by the issuer (JWKS)" }).check();
  await expect(page.getByLabel("JWKS address")).toBeVisible();
  await page.getByRole("radio", { name: /No authentication/ }).check();
  await expect(page.getByLabel("Issuer", { exact: true })).toBeHidden();
});

test("what was published decides which tokens are accepted", async ({ signedIn: page, console, paifang, backend }) => {
  const group = await console.createGroup("Tokens", {
    authType: "jwt",
    more: {
      "form[jwt][issuer]": ISSUER,
      "form[jwt][keys]": "shared_secret",
      "form[jwt][secret]": SECRET,
      "form[jwt][leeway]": "0",
      "form[jwt][claims][0][claim]": "sub",
      "form[jwt][claims][0][header]": "X-User",
    },
  });
  await console.createApi(group);
  await console.publish(group, "test", "0.0.1", backend.address);
  const pet = `http://${group.id}-test.cn-north-1.localhost:${new URL(paifang.gatewayUrl).port}/tokens/pets/1`;
  const forged = { ...bearer(hs256(SECRET)).headers, "x-user": "eve" };
  expect((await call(paifang, pet, { headers: forged })).status).toBe(200);
  const received = backend.received.at(-1)!.headers;
  expect([received["x-user"], received.authorization]).toEqual(["ada", undefined]);
  for (const [token, message] of [
    [hs256("another secret of more than thirty-two bytes"), "the token's signature is wrong"],
    [hs256(SECRET, claims({ exp: 1 })), "the token has expired"],
    [hs256(SECRET, claims({ iss: "eve" })), "the token is of another issuer"],
  ] as const) {
    const refused = await call(paifang, pet, bearer(token));
    expect(refused.status, message).toBe(401);
    expect(refused.json).toMatchObject({ error: { message } });
  }

  await visit(page, `/groups/${group.id}/edit`);
  await page.getByLabel("Issuer", { exact: true }).fill("another");
  await page.getByRole("button", { name: "Save" }).click();
  await new Shell(page).said("The API group was saved.");
  expect((await call(paifang, pet, bearer(hs256(SECRET)))).status, "nothing changes before the publish").toBe(200);
  await visit(page, `/groups/${group.id}/revisions?dialog=publish&revision=0.0.1&environment=test`);
  const publish = new PublishDialog(page, "Tokens");
  await expect(publish.dialog.getByRole("row", { name: /Issuer/ })).toContainText("another");
  const done = await publish.publish("test");
  await expect(done).toContainText("Add the header Authorization: Bearer TOKEN");
  expect((await call(paifang, pet, bearer(hs256(SECRET)))).status).toBe(401);
  expect((await call(paifang, pet, bearer(hs256(SECRET, claims({ iss: "another" }))))).status).toBe(200);
});

test("keys that the issuer publishes are fetched, and followed when they change", async ({ console, paifang, backend }) => {
  const pairs = ["1", "2"].map((kid) => ({ kid, ...generateKeyPairSync("ec", { namedCurve: "P-256" }) }));
  let published = pairs[0]!;
  const issuer = createServer((_, response) => {
    const { kid, publicKey } = published;
    response.end(JSON.stringify({ keys: [{ ...publicKey.export({ format: "jwk" }), kid }] }));
  });
  await new Promise<void>((ready) => issuer.listen(0, "127.0.0.1", ready));
  const es256 = ({ kid, privateKey }: (typeof pairs)[number]) => {
    const signed = `${part({ alg: "ES256", kid })}.${part(claims())}`;
    const signature = sign("sha256", Buffer.from(signed), { key: privateKey, dsaEncoding: "ieee-p1363" });
    return `${signed}.${signature.toString("base64url")}`;
  };
  try {
    const group = await console.createGroup("Issued", {
      authType: "jwt",
      more: {
        "form[jwt][issuer]": ISSUER,
        "form[jwt][keys]": "jwks",
        "form[jwt][jwks_url]": `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/keys`,
      },
    });
    await console.createApi(group);
    await console.publish(group, "test", "0.0.1", backend.address);
    const pet = `http://${group.id}-test.cn-north-1.localhost:${new URL(paifang.gatewayUrl).port}/issued/pets/1`;
    expect((await call(paifang, pet, bearer(es256(pairs[0]!)))).status).toBe(200);
    published = pairs[1]!;
    expect((await call(paifang, pet, bearer(es256(pairs[1]!)))).status).toBe(200);
    expect((await call(paifang, pet, bearer(es256(pairs[0]!)))).status, "it is published no more").toBe(401);
  } finally {
    issuer.close();
    issuer.closeAllConnections();
  }
});
