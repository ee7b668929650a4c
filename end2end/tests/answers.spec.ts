// How calls are answered: to pages of other sites (CORS), compressed, and from the response cache.

import { once } from "node:events";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Page } from "@playwright/test";
import { axe, call, expect, shot, test, visit } from "../fixtures/test";
import { Shell } from "../pages/shell";

/** A web site of its own: a page without content, and a long list for whoever calls it as a backend. */
class Site {
  private constructor(private readonly server: Server) {}

  static async start(): Promise<Site> {
    const server = createServer((request, response) => {
      const isPage = request.url === "/";
      const list = JSON.stringify({ pets: Array.from({ length: 2000 }, (_, id) => ({ id, type: "cat" })) });
      response.writeHead(200, { "content-type": isPage ? "text/html" : "application/json" });
      response.end(isPage ? "<!doctype html><title>shop</title><link rel=icon href=data:,>" : list);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Site(server);
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, "close");
  }
}

/** What a script of the page gets, when it calls `address` with a header of its own; `null` when the browser refuses. */
async function fetched(page: Page, address: string, headers: Record<string, string> = {}, method = "GET") {
  return page.evaluate(
    async ([address, headers, method]) => {
      try {
        const response = await fetch(address, { method, headers });
        return { status: response.status, coding: response.headers.get("content-encoding"), text: await response.text() };
      } catch {
        return null;
      }
    },
    [address, headers, method] as const,
  );
}

test("a page of another site calls a group that allows its origin, in a real browser", async ({ signedIn: page, console, paifang, problems }) => {
  test.skip(test.info().project.use.javaScriptEnabled === false, "the page that calls needs its script");
  problems.allow(/CORS policy|ERR_FAILED|status of (401|403|404)/);
  const [shop, other] = [await Site.start(), await Site.start()];
  const group = await console.createGroup("PetStore", { authType: "None" });
  await console.createApi(group);
  await console.publish(group, "test", "0.0.1", shop.origin);
  const port = new URL(paifang.gatewayUrl).port;
  const address = `http://${group.id}-test.cn-north-1.localhost:${port}/petstore/pets/1`;
  const own = { "x-shop": "1" };

  const visitor = await page.context().newPage();
  await visitor.goto(shop.origin);
  expect(await fetched(visitor, address, own), "without settings the browser refuses").toBeNull();

  await visit(page, `/groups/${group.id}/edit`);
  await expect(page.getByLabel("Allowed origins")).toBeHidden();
  await page.getByLabel("Browsers may call from other sites").check();
  await page.getByLabel("Allowed origins").fill(`${shop.origin}\nhttps://*.example.com`);
  await page.getByLabel("Readable answer headers").fill("content-encoding");
  await page.getByLabel("Compress answers").check();
  await axe(page);
  await page.getByRole("button", { name: "Save" }).click();
  await new Shell(page).said("The API group was saved.");
  await expect(page.getByText("https://*.example.com")).toBeVisible();
  expect(await fetched(visitor, address, own), "it takes effect with the next publish").toBeNull();

  await visit(page, `/groups/${group.id}/revisions?dialog=publish&revision=0.0.1&environment=test`);
  await expect(page.getByRole("dialog")).toContainText("Allowed origins");
  await console.publish(group, "test", "0.0.1", shop.origin);
  const answer = await fetched(visitor, address, own);
  expect(answer?.status).toBe(200);
  expect(answer?.coding, "Chromium takes br").toBe("br");
  expect((JSON.parse(answer?.text ?? "{}") as { pets: unknown[] }).pets).toHaveLength(2000);
  const refused = await fetched(visitor, address.replace("/pets/1", "/nowhere"));
  expect(refused?.status, "the page can read an error of the gateway").toBe(404);
  expect(await fetched(visitor, address, own, "PUT"), "the path has no such method").toBeNull();

  await visitor.goto(other.origin);
  expect(await fetched(visitor, address, own), "another site's page is refused").toBeNull();
  await visitor.close();
  await Promise.all([shop.stop(), other.stop()]);
});

test("origins that are none are refused where they were typed @no-js", async ({ signedIn: page, console, problems }) => {
  problems.allow(/status of (409|422)/);
  const group = await console.createGroup("PetStore");
  await visit(page, `/groups/${group.id}/edit`);
  await page.getByLabel("Browsers may call from other sites").check();
  const origins = page.getByLabel("Allowed origins");
  await origins.fill("shop.example.com");
  await page.getByLabel("Remembered for (seconds)").fill("100000");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("alert").getByRole("link")).toHaveCount(2);
  await expect(page.getByRole("alert")).toContainText("an origin is https://HOST[:PORT] without a path");
  await expect(origins).toHaveValue("shop.example.com");
  await expect(origins).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Browsers may call from other sites")).toBeChecked();
  await origins.fill("*");
  await page.getByLabel("Remembered for (seconds)").fill("60");
  await page.getByLabel("Browsers may send cookies along").check();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("alert")).toContainText("browsers refuse *");
  await page.getByLabel("Browsers may send cookies along").uncheck();
  await page.getByRole("button", { name: "Save" }).click();
  await new Shell(page).said("The API group was saved.");
  await visit(page, `/groups/${group.id}/edit`);
  await expect(origins).toHaveValue("*");
  await expect(page.getByLabel("Remembered for (seconds)")).toHaveValue("60");
});

test("answers of an API are kept as its form says @no-js", async ({ signedIn: page, console, paifang, backend }) => {
  const group = await console.createGroup("PetStore", { authType: "None" });
  const api = await console.createApi(group);
  await console.publish(group, "test", "0.0.1", backend.address);
  const port = new URL(paifang.gatewayUrl).port;
  const ask = async (query: string) => {
    const address = `http://${group.id}-test.cn-north-1.localhost:${port}/petstore/pets/1${query}`;
    return (await call(paifang, address)).headers["x-jdcloud-cache"];
  };
  expect(await ask("")).toBeUndefined();

  await console.createRevision(group, "0.0.2", "0.0.1");
  await visit(page, `/groups/${group.id}/apis/${api}?revision=0.0.2`);
  await page.getByLabel("Keep answers in the gateway").check();
  await page.getByLabel("Keep for (seconds)").fill("300");
  await page.getByLabel("Query parameters that matter").fill("lang");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await visit(page, `/groups/${group.id}/apis/${api}?revision=0.0.2`);
  await expect(page.getByLabel("Keep for (seconds)")).toHaveValue("300");

  await console.publish(group, "test", "0.0.2", backend.address);
  const before = backend.received.length;
  expect(await ask("?lang=en&t=1")).toBe("MISS");
  expect(await ask("?lang=en&t=2")).toBe("HIT");
  expect(await ask("?lang=zh&t=2")).toBe("MISS");
  expect(backend.received.length - before).toBe(2);
  await console.publish(group, "test", "0.0.2", backend.address);
  expect(await ask("?lang=en&t=1"), "a publish begins anew").toBe("MISS");
});

test("only answers of GET are kept @no-js", async ({ signedIn: page, console, problems }) => {
  problems.allow(/status of (409|422)/);
  const group = await console.createGroup("PetStore");
  const api = await console.createApi(group, { name: "createPet", method: "POST", path: "/pets" });
  await visit(page, `/groups/${group.id}/apis/${api}?revision=0.0.1`);
  await page.getByLabel("Keep answers in the gateway").check();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("alert")).toContainText("only the answers of GET can be kept");
});

test("the fields look as they should", async ({ signedIn: page, console }) => {
  const group = await console.createGroup("PetStore");
  const api = await console.createApi(group);
  for (const [language, theme] of [["en", "light"], ["zh", "dark"]] as const) {
    const cookie = (name: string, value: string) => ({ name: `paifang_${name}`, value, url: new URL(page.url()).origin });
    await page.context().addCookies([cookie("theme", theme), cookie("language", language)]);
    await visit(page, `/groups/${group.id}/edit`);
    await page.locator('input[name="form[answers][cors]"]').check();
    await axe(page);
    await shot(page, `answers-group-${language}-${theme}`);
    await visit(page, `/groups/${group.id}/apis/${api}?revision=0.0.1`);
    await page.locator('input[name="form[cache][enabled]"]').check();
    await axe(page);
    await shot(page, `answers-api-${language}-${theme}`);
  }
});
