// Every page for everybody: axe finds nothing to mend, the keyboard reaches all of it. Errors and warnings in the browser's
// console fail these tests too, by the fixture.

import { type Page } from "@playwright/test";
import { type Group, axe, call, expect, shot, test, visit } from "../fixtures/test";
import { Shell, row } from "../pages/shell";

type Theme = "light" | "dark";
type Language = "en" | "zh";

async function prefer(page: Page, theme: Theme, language: Language): Promise<void> {
  const cookie = (name: string, value: string) => ({ name: `paifang_${name}`, value, url: new URL(page.url()).origin });
  await page.context().addCookies([cookie("theme", theme), cookie("language", language)]);
}

/** A group with two versions, published to all environments, called, and with a key bound to it; and one without APIs. */
async function fill({ console, paifang, backend }: Fixtures): Promise<{ paths: string[]; group: Group }> {
  const group = await console.createGroup("PetStore");
  const api = await console.createApi(group);
  await console.createApi(group, { name: "createPet", method: "POST", path: "/pets" });
  for (const environment of ["test", "preview", "online"] as const) {
    await console.publish(group, environment, "0.0.1", backend.address);
  }
  await console.createRevision(group, "0.0.2", "0.0.1", "a photo of each pet");
  const added = await console.createApi(group, { name: "getPhoto", path: "/pets/{petId}/photo" }, "0.0.2");
  await console.publish(group, "test", "0.0.2", backend.address);
  const empty = await console.createGroup("Empty");
  const key = await console.createKey("shop");
  const authorization = await console.authorize(key, "The shop");
  await console.bindAll(authorization);
  const limit = await console.createRateLimitPolicy("per-day", { group: 1000, accessKey: 100 });
  await console.bindRateLimitPolicy(limit);
  const deny = await console.createIpPolicy("no-tests", "deny", "192.0.2.0/24");
  const tokens = await console.createGroup("Tokens", {
    authType: "jwt",
    more: {
      "form[jwt][issuer]": "https://login.example.com/", "form[jwt][keys]": "jwks", "form[jwt][jwks_url]": "http://127.0.0.1:9/keys",
      "form[jwt][claims][0][claim]": "sub", "form[jwt][claims][0][header]": "X-User",
    },
  });
  const [subscription, platform] = [await console.createSubscriptionKey("phone"), await console.createPlatformKey("scripts")];
  const signature = await console.createSignature(platform.apiKey, "The shop's backend");
  const route = await console.createRoute(group, "online", "x-canary", "1", backend.address);
  const domain = await console.createDomain(group, `${crypto.randomUUID()}.example.test`);
  await console.startCanary(group, "test", "0.0.2", { share: "5", header: "x-canary" });
  const port = new URL(paifang.gatewayUrl).port;
  expect((await call(paifang, `http://${group.id}-test.cn-north-1.localhost:${port}/petstore/pets/1`, { key })).status).toBe(200);
  const [g, e] = [`/groups/${group.id}`, `/groups/${empty.id}`];
  const paths = [
    "/", "/account", "/search", "/search?search=pet", "/groups", "/groups?search=nothing", "/groups/new", `/groups?dialog=created&id=${group.id}`,
    `/groups?dialog=delete&id=${group.id}`, g, `${g}/edit`,
    `${g}/apis?revision=0.0.2`, `${g}/apis?revision=0.0.1`, `${g}/apis?revision=0.0.2&dialog=delete&api=${added}`,
    `${g}/apis/new?revision=0.0.2`, `${g}/apis/${added}?revision=0.0.2`, `${g}/apis/${api}?revision=0.0.1`,
    `${g}/import?revision=0.0.2`, `${g}/import?revision=0.0.1&sample=petstore`, `${g}/revisions`, `${g}/revisions?dialog=new`, `${g}/revisions?dialog=note&revision=0.0.2`, `${g}/revisions?dialog=delete&revision=0.0.2`,
    `${g}/revisions?dialog=publish&revision=0.0.2&environment=online`, `${g}/deployments`, `${g}/deployments?dialog=switch&environment=online`, `${g}/deployments?dialog=switch&environment=test`, `${g}/deployments?dialog=offline&environment=online`, `${g}/history/test`,
    ...["canary", "promote", "stop-canary"].map((dialog) => `${g}/deployments?dialog=${dialog}&environment=test`),
    `${g}/compare`, `${g}/domains`, `${g}/monitoring`,
    `${g}/domains?dialog=create`, ...["verify", "certificate", "edit", "delete"].map((dialog) => `${g}/domains?dialog=${dialog}&domain=${domain}`),
    `/groups/${tokens.id}`, `/groups/${tokens.id}/edit`, e, `${e}/apis`, `${e}/deployments`, `${e}/history/online`, `${e}/monitoring`,
    "/access-keys", "/access-keys?dialog=create", `/access-keys?dialog=delete&id=${key.id}`, `/access-keys/${key.id}`, `/access-keys/${key.id}?secret=shown`,
    "/subscription-keys", "/subscription-keys?dialog=create", `/subscription-keys/${subscription.id}`, `/subscription-keys/${subscription.id}?secret=shown`,
    "/platform-keys", "/platform-keys?dialog=create", `/platform-keys?dialog=created&id=${platform.apiKey}`, `/platform-keys?dialog=disable&id=${platform.apiKey}`,
    "/access-auths", "/access-auths?dialog=create", "/access-auths?dialog=create&type=jd_cloud_pin", `/access-auths/${authorization}`,
    "/rate-limit-policies", "/rate-limit-policies?dialog=create", `/rate-limit-policies?dialog=edit&id=${limit}`, `/rate-limit-policies?dialog=delete&id=${limit}`, `/rate-limit-policies/${limit}`,
    "/ip-policies", "/ip-policies?dialog=create", `/ip-policies?dialog=edit&id=${deny}`, `/ip-policies?dialog=delete&id=${deny}`, `/ip-policies/${deny}`,
    `${g}/routes`, `${g}/routes/new?environment=online`, `${g}/routes/${route}`, `${g}/routes?dialog=delete&route=${route}`,
    "/backend-signatures", "/backend-signatures?dialog=create", `/backend-signatures?dialog=edit&id=${signature}`,
    `/backend-signatures?dialog=delete&id=${signature}`, `/backend-signatures/${signature}`,
    "/authorized-groups",
  ];
  return { paths, group };
}

type Fixtures = Pick<Parameters<Parameters<typeof test>[2]>[0], "console" | "paifang" | "backend" | "account">;

test("axe finds nothing on any page, light and dark, in English and Chinese", async ({ signedIn: page, console, paifang, backend, account }) => {
  test.setTimeout(1_200_000);
  const { paths } = await fill({ console, paifang, backend, account });
  // Colours that are on their way to others have no contrast of their own.
  await page.emulateMedia({ reducedMotion: "reduce" });
  for (const [index, path] of paths.entries()) {
    // The languages take turns: what axe looks at seldom differs between them.
    const language = index % 2 ? "zh" : "en";
    await prefer(page, "light", language);
    await test.step(`${path} ${language}`, async () => {
      await visit(page, path);
      await expect(page.getByRole("heading").first()).toBeVisible();
      await axe(page);
      // The same page in other colours.
      await page.locator("html").evaluate((html) => html.setAttribute("data-theme", "dark"));
      await axe(page, ["color-contrast"]);
    });
  }
});

test("axe finds nothing where nobody is signed in, nor on errors", async ({ page, problems }) => {
  for (const [theme, language] of [["light", "en"], ["dark", "zh"]] as const) {
    await page.goto("/register");
    await prefer(page, theme, language);
    for (const path of ["/register", "/sign-in"]) {
      await visit(page, path);
      await axe(page);
    }
    // An empty form that was sent has its errors on top.
    problems.allow(/status of 422/);
    await page.locator("button[type=submit]", { hasText: language === "en" ? "Sign in" : "登录" }).click();
    await expect(page.getByRole("alert")).toBeVisible();
    await axe(page);
  }
});

test("axe finds nothing on an open menu and on a page that is not there", async ({ signedIn: page, problems }) => {
  problems.allow(/status of 404/);
  const shell = new Shell(page);
  for (const menu of ["Region", "Language", "Theme", "Account"] as const) {
    await shell.menu(menu).click();
    await axe(page);
    await page.keyboard.press("Escape");
  }
  for (const path of ["/no-such-page", "/groups/abcdefghijkl", "/access-keys/0123456789ab"]) {
    expect((await page.goto(path))?.status(), path).toBe(404);
    await axe(page);
  }
});

test("pages are in the language that was chosen, and say so", async ({ signedIn: page }) => {
  const shell = new Shell(page);
  await visit(page, "/groups");
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await shell.choose("Language", "简体中文");
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("API分组管理");
  await page.getByRole("navigation", { name: "主导航" }).getByRole("link", { name: "访问密钥" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("访问密钥");
});

test("the theme that was chosen stays", async ({ signedIn: page }) => {
  const shell = new Shell(page);
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await shell.choose("Theme", "Light");
  const light = await background();
  await shell.choose("Theme", "Dark");
  expect(await background()).not.toBe(light);
  await visit(page, "/groups");
  expect(await background()).not.toBe(light);
});

test("the keyboard reaches the content and every entry of the main menu", async ({ signedIn: page }) => {
  await visit(page, "/");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();

  await visit(page, "/");
  const wanted = ["Overview", "API groups", "Traffic control", "Access authorization", "Backend signature", "IP policies"];
  wanted.push("Access keys", "Subscription keys", "Platform keys", "Authorized groups");
  const reached: string[] = [];
  for (let press = 0; press < 20 && reached.length < wanted.length; press++) {
    await page.keyboard.press("Tab");
    const name = await page.evaluate(() => document.activeElement?.closest("nav") && document.activeElement?.textContent?.trim());
    if (name) reached.push(name);
  }
  expect(reached).toEqual(wanted);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/authorized-groups");
});

test("a dialog takes the keyboard and gives it back", async ({ signedIn: page, console }) => {
  await console.createKey("shop");
  await visit(page, "/access-keys");
  const opener = row(page, "shop").getByRole("link", { name: "Edit shop" });
  await opener.focus();
  await page.keyboard.press("Enter");
  const dialog = new Shell(page).dialog("Edit access key");
  await expect(dialog).toBeVisible();
  for (let press = 0; press < 8; press++) {
    await page.keyboard.press("Tab");
    expect(await dialog.evaluate((element) => element.contains(document.activeElement)), `Tab ${press + 1}`).toBe(true);
  }
  await page.keyboard.press("Shift+Tab");
  expect(await dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true);
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(page).toHaveURL("/access-keys");
  await expect(opener, "where it was before").toBeFocused();
});

test("a dialog begins at its first field", async ({ signedIn: page }) => {
  await visit(page, "/access-keys");
  await page.getByRole("link", { name: "Create access key" }).first().click();
  await expect(new Shell(page).dialog("Create access key").getByLabel("Name")).toBeFocused();
});

test("a menu opens, is left by Esc, and gives the keyboard back", async ({ signedIn: page }) => {
  await visit(page, "/groups");
  const menu = new Shell(page).menu("Theme");
  await menu.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Dark", exact: true })).toBeVisible();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Dark", exact: true })).toBeHidden();
  await expect(menu).toBeFocused();
});

test("on a narrow screen nothing but tables is wider than it, and the navigation is a drawer", async ({ signedIn: page, console, paifang, backend, account }) => {
  test.setTimeout(600_000);
  const { paths } = await fill({ console, paifang, backend, account });
  await page.setViewportSize({ width: 390, height: 844 });
  for (const path of paths) {
    await page.goto(path);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect.soft(width, path).toBeLessThanOrEqual(390);
  }
  await visit(page, "/groups");
  await page.locator('summary[aria-label="Open navigation"]').click();
  await shot(page, "narrow-drawer");
  await axe(page);
  await new Shell(page).navigation.getByRole("link", { name: "Access keys" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Access keys");
  await expect(new Shell(page).navigation, "it closes behind a link").toBeHidden();
});
