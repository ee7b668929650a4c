// What protects people in the browser: headers, the session's cookie, and files that can be kept for ever.

import { expect, test, visit } from "../fixtures/test";

/** The directives of a Content-Security-Policy. */
function directives(policy: string | undefined): Map<string, string[]> {
  const parts = (policy ?? "").split(";").map((part) => part.trim().split(/\s+/));
  return new Map(parts.map(([name = "", ...values]) => [name, values]));
}

test("scripts and styles come from this site alone, none stands in the page unless its nonce is known", async ({ signedIn: page }) => {
  const nonces = new Set<string>();
  for (const path of ["/", "/groups", "/access-keys"]) {
    const answer = await page.goto(path);
    const policy = directives(answer?.headers()["content-security-policy"]);
    expect(policy.get("default-src"), path).toEqual(["'none'"]);
    const [self, nonce = "", ...others] = policy.get("script-src") ?? [];
    expect([self, others], path).toEqual(["'self'", ["'wasm-unsafe-eval'"]]);
    expect(nonce, path).toMatch(/^'nonce-[\w+/=-]{16,}'$/);
    nonces.add(nonce);
    expect(policy.get("style-src"), path).toEqual(["'self'"]);
    for (const name of ["base-uri", "frame-ancestors"]) expect(policy.get(name), `${path} ${name}`).toEqual(["'none'"]);
    expect(policy.get("form-action"), path).toEqual(["'self'"]);
    expect([...policy.values()].flat(), path).not.toContain("'unsafe-inline'");
    expect([...policy.values()].flat(), path).not.toContain("'unsafe-eval'");
  }
  expect(nonces.size, "each page has a nonce of its own").toBe(3);
});

test("an injected script does not run", async ({ signedIn: page, problems }) => {
  problems.allow(/Content Security Policy/);
  await visit(page, "/");
  const ran = await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.injected = true";
    document.body.append(script);
    return "injected" in window;
  });
  expect(ran).toBe(false);
});

test("pages are neither framed nor sniffed nor kept", async ({ signedIn: page }) => {
  const headers = (await page.goto("/access-keys"))?.headers() ?? {};
  expect(headers["x-content-type-options"]).toBe("nosniff");
  expect(headers["x-frame-options"]).toBe("DENY");
  expect(headers["referrer-policy"]).toBe("same-origin");
  expect(headers["cache-control"]).toContain("private");
});

test("the session's cookie is out of reach of scripts and of other sites", async ({ signedIn: page }) => {
  await visit(page, "/");
  const cookies = await page.context().cookies();
  const session = cookies.find(({ name }) => name === "paifang_session");
  expect(session).toMatchObject({ httpOnly: true, sameSite: "Lax", path: "/" });
  expect(await page.evaluate(() => document.cookie)).not.toContain("paifang_session");
});

test("a form that another site sends changes nothing", async ({ signedIn: page, console }) => {
  await console.createGroup("PetStore");
  const form = await (await page.request.get("/groups/new")).text();
  const action = /action="(\/console\/create_api_group\d+)"/.exec(form)?.[1] ?? "";
  const foreign: Record<string, string>[] = [{ "sec-fetch-site": "cross-site" }, { origin: "https://evil.example" }];
  for (const headers of foreign) {
    const answer = await page.request.post(action, {
      form: { region: "cn-north-1", "form[name]": "Evil", "form[auth_type]": "None" },
      headers,
    });
    expect(answer.status()).toBe(403);
  }
  await visit(page, "/groups");
  await expect(page.getByRole("rowheader")).toHaveText([/^PetStore/]);
});

test("the bundle has its content's hash in its names, is kept for ever and comes compressed", async ({ page, playwright, paifang }) => {
  await visit(page, "/register");
  const links = await page.evaluate(() =>
    performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname),
  );
  const bundle = links.filter((path) => path.startsWith("/pkg/"));
  for (const ending of [/\.css$/, /\.js$/, /\.wasm$/]) expect(bundle.some((path) => ending.test(path)), String(ending)).toBe(true);
  const http = await playwright.request.newContext({ baseURL: paifang.consoleUrl });
  for (const path of bundle) {
    expect(path, "a hash in the name").toMatch(/[.-][\w-]{8,}\.\w+$/);
    for (const coding of ["br", "gzip"]) {
      const answer = await http.head(path, { headers: { "accept-encoding": coding } });
      expect(answer.status(), path).toBe(200);
      expect(answer.headers()["cache-control"], path).toBe("public, max-age=31536000, immutable");
      expect(answer.headers()["content-encoding"], path).toBe(coding);
    }
  }
  expect((await http.get("/pkg/no-such-file.js")).status()).toBe(404);
  await http.dispose();
});
