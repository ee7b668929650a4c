// Function Service as the backend of an API: the call is posted as an event, the function's answer is the caller's.

import { once } from "node:events";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { axe, call, expect, shot, test, visit } from "../fixtures/test";
import { ApiForm } from "../pages/api_form";
import { Shell } from "../pages/shell";

interface Event {
  readonly detail: { readonly httpMethod: string; readonly pathParameters: Record<string, string>; readonly body: string };
}

/** A function that says hello to a pet. */
class Greeter {
  private constructor(private readonly server: Server) {}

  static async start(): Promise<Greeter> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { detail } = JSON.parse(Buffer.concat(chunks).toString("utf8")) as Event;
        const hello = { hello: detail.pathParameters["petId"], by: detail.httpMethod };
        response.end(JSON.stringify({ statusCode: 201, headers: { "x-made-by": "function" }, body: JSON.stringify(hello) }));
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Greeter(server);
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/greet?version=LATEST`;
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, "close");
  }
}

test("an API is answered by a function @no-js", async ({ signedIn: page, console, paifang, problems }) => {
  problems.allow(/status of (409|422)/);
  const greeter = await Greeter.start();
  const group = await console.createGroup("PetStore", { authType: "None" });
  await visit(page, `/groups/${group.id}/apis/new?revision=0.0.1`);
  const form = new ApiForm(page);
  await form.fill({ name: "greet", path: "/greet/{petId}" });
  await page.getByRole("radio", { name: "Function Service" }).check();
  const address = page.getByLabel("Function address");
  await address.fill("greeter");
  await form.save();
  await expect(page.getByRole("alert")).toContainText("http(s)://host[:port]/path");
  await expect(address).toHaveValue("greeter");
  await address.fill(greeter.address);
  if (test.info().project.use.javaScriptEnabled !== false) {
    await axe(page);
    await shot(page, "function-api");
  }
  await form.save();
  await new Shell(page).said("The API greet was created in version 0.0.1.");
  await expect(page.getByText(greeter.address)).toBeVisible();

  await console.publish(group, "test");
  const port = new URL(paifang.gatewayUrl).port;
  const answer = await call(paifang, `http://${group.id}-test.cn-north-1.localhost:${port}/petstore/greet/Tom`);
  expect([answer.status, answer.headers["x-made-by"], answer.json]).toEqual([201, "function", { hello: "Tom", by: "GET" }]);
  await greeter.stop();
});
