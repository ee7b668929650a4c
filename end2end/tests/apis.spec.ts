// APIs of a version: the list, the form, and the import of documents.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { call, expect, test, visit } from "../fixtures/test";
import { ApiForm } from "../pages/api_form";
import { Shell, row } from "../pages/shell";

const SWAGGER = join(import.meta.dirname, "../../server/demo/petstore-swagger2.yaml");

test("an API is created with its parameters and bodies, and comes back into the form as it was @no-js", async ({ signedIn: page, console }) => {
  const group = await console.createGroup("PetStore");
  await visit(page, `/groups/${group.id}/apis/new?revision=0.0.1`);
  const form = new ApiForm(page);
  const pet = { type: "object", properties: { price: { type: "number" } } };
  await form.fill({ name: "createPet", description: "Adds a pet", method: "POST", path: "/pets", request: pet, response: pet });
  await test.step("a parameter in the query", async () => {
    if (test.info().project.use.javaScriptEnabled !== false) await page.getByRole("button", { name: "Add parameter" }).click();
    await form.parameter(1, "Name").fill("notify");
    await form.parameter(1, "Location").selectOption("query");
    await form.parameter(1, "Type").selectOption("boolean");
    await form.parameter(1, "Default").fill("true");
  });
  await form.save();
  await new Shell(page).said("The API createPet was created in version 0.0.1.");
  await expect(row(page, "createPet")).toContainText("/petstore/pets");
  await expect(row(page, "createPet")).toContainText("POST");

  await row(page, "createPet").getByRole("link", { name: "Edit createPet" }).click();
  await expect(form.field("Name")).toHaveValue("createPet");
  await expect(form.field("Description")).toHaveValue("Adds a pet");
  await expect(form.field("Method")).toHaveValue("POST");
  await expect(form.field("Sub path")).toHaveValue("/pets");
  await expect(form.parameter(1, "Name")).toHaveValue("notify");
  await expect(form.parameter(1, "Type")).toHaveValue("boolean");
  await expect(form.parameter(1, "Default")).toHaveValue("true");
  for (const field of ["Request body format", "Normal response format"] as const) {
    expect(JSON.parse(await form.field(field).inputValue())).toEqual(pet);
  }
});

test("wrong fields are named, those of parameters too, and nothing typed is lost @no-js", async ({ signedIn: page, console, problems }) => {
  problems.allow(/status of (409|422)/);
  const group = await console.createGroup("PetStore");
  await console.createApi(group);
  await visit(page, `/groups/${group.id}/apis/new?revision=0.0.1`);
  const form = new ApiForm(page);
  await form.fill({ name: "1st", path: "pets" });
  await form.field("Normal response format").fill("{");
  if (test.info().project.use.javaScriptEnabled !== false) await page.getByRole("button", { name: "Add parameter" }).click();
  await form.parameter(1, "Name").fill("limit");
  await form.parameter(1, "Location").selectOption("query");
  await form.parameter(1, "Type").selectOption("integer");
  await form.parameter(1, "Default").fill("ten");
  await form.save();
  await expect(page.getByRole("alert")).toContainText("Please correct the following");
  for (const field of ["Name", "Sub path", "Normal response format"] as const) {
    await expect(form.field(field), field).toHaveAttribute("aria-invalid", "true");
  }
  await form.fill({ name: "listPets", path: "/pets" });
  await form.field("Normal response format").fill("{}");
  await form.save();
  await expect(form.parameter(1, "Default")).toHaveAttribute("aria-invalid", "true");
  await expect(form.parameter(1, "Name")).toHaveValue("limit");
  await form.parameter(1, "Default").fill("10");

  await form.fill({ name: "getPetInfo" });
  await form.save();
  await expect(page.getByRole("alert")).toContainText("an API of this name exists in this revision");
  await form.fill({ name: "listPets", path: "/pets/{id}" });
  await form.save();
  await expect(page.getByRole("alert")).toContainText("an API with this method and path exists in this revision");
  await form.fill({ path: "/pets" });
  await form.save();
  await new Shell(page).said("The API listPets was created in version 0.0.1.");
});

test("the parameters follow the sub path while it is typed", async ({ signedIn: page, console }) => {
  const group = await console.createGroup("PetStore");
  await visit(page, `/groups/${group.id}/apis/new?revision=0.0.1`);
  const form = new ApiForm(page);
  await form.fill({ path: "/pets/{petId}/photos/{photoId}" });
  await expect(form.parameter(1, "Name")).toHaveValue("petId");
  await expect(form.parameter(2, "Name")).toHaveValue("photoId");
  await form.fill({ path: "/pets/{petId}" });
  await expect(form.parameter(1, "Name")).toHaveValue("petId");
  await expect(form.parameter(2, "Name")).toHaveCount(0);
});

test("a JSON Schema is checked while it is typed", async ({ signedIn: page, console }) => {
  const group = await console.createGroup("PetStore");
  await visit(page, `/groups/${group.id}/apis/new?revision=0.0.1`);
  const schema = new ApiForm(page).field("Normal response format");
  await schema.fill('{"type":\n "object"');
  await expect(page.getByText("Not JSON: line 2, column 9.")).toBeVisible();
  await schema.fill('{"type":"object"}');
  await expect(page.getByText("This is valid JSON.")).toBeVisible();
  await page.getByRole("button", { name: "Format" }).last().click();
  await expect(schema).toHaveValue('{\n  "type": "object"\n}');
});

test("APIs are found by name, path and description, in each version its own", async ({ signedIn: page, console }) => {
  const group = await console.createGroup("PetStore");
  await console.createApi(group);
  await console.createApi(group, { name: "createPet", method: "POST", path: "/pets" });
  await console.createRevision(group, "0.0.2", "0.0.1");
  await console.createApi(group, { name: "getPhoto", path: "/pets/{petId}/photo" }, "0.0.2");
  await visit(page, `/groups/${group.id}/apis?revision=0.0.2`);
  const apis = page.getByRole("rowheader");
  await expect(apis).toHaveCount(3);
  await page.getByRole("searchbox").fill("photo");
  await page.getByRole("searchbox").press("Enter");
  await expect(apis).toHaveText(["getPhoto"]);
  await page.getByRole("combobox", { name: "Version" }).selectOption("0.0.1");
  await expect(page.getByText("Nothing matches")).toBeVisible();
  await page.getByRole("link", { name: "Clear filters" }).last().click();
  await expect(apis).toHaveCount(2);
});

test("a live version is read-only; what was typed is saved in a new one", async ({ signedIn: page, console, problems }) => {
  problems.allow(/status of 409/);
  const group = await console.createGroup("PetStore");
  const api = await console.createApi(group);
  await visit(page, `/groups/${group.id}/apis/${api}?revision=0.0.1`);
  const form = new ApiForm(page);
  await form.fill({ description: "typed before somebody published" });
  await console.publish(group, "test");
  await form.save();
  const save = page.getByRole("button", { name: "Make version 0.0.2 and save there" }).first();
  await expect(page.getByText("Version 0.0.1 is live in test and therefore read-only.").first()).toBeVisible();
  await expect(form.field("Description")).toHaveValue("typed before somebody published");
  await save.click();
  await expect(page).toHaveURL(/apis\?revision=0\.0\.2$/);
  await expect(row(page, "getPetInfo")).toContainText("typed before somebody published");
  await expect(page.getByLabel("Version", { exact: true })).toHaveValue("0.0.2");
  await visit(page, `/groups/${group.id}/apis?revision=0.0.1`);
  await expect(row(page, "getPetInfo")).not.toContainText("typed before");
});

test("the tutorial's document is imported as text, after a look at what it would do @no-js", async ({ signedIn: page, console }) => {
  const group = await console.createGroup("PetStore");
  await visit(page, `/groups/${group.id}/import?revision=0.0.1`);
  const document = await readFile(SWAGGER, "utf8");
  await page.getByLabel("Document").fill(document);
  await page.getByRole("button", { name: "Show what it would do" }).click();
  await expect(page.getByText("3 added, 0 changed, 0 unchanged, 0 refused")).toBeVisible();
  await expect(page.getByRole("row", { name: /added .*\/pets\/\{petId\}/ })).toContainText("get one pet info");
  await page.getByRole("button", { name: "Import 3 APIs" }).click();
  await new Shell(page).said("Imported into version 0.0.1: 3.");
  await expect(page.getByRole("rowheader")).toHaveCount(3);

  await test.step("again, changed: the fields that differ are shown", async () => {
    await visit(page, `/groups/${group.id}/import?revision=0.0.1`);
    await page.getByLabel("Document").fill(document.replace("get one pet info", "one pet"));
    await page.getByRole("button", { name: "Show what it would do" }).click();
    await expect(page.getByText("0 added, 1 changed, 2 unchanged, 0 refused")).toBeVisible();
    const changed = page.locator(".field-changes");
    await expect(changed.getByRole("rowheader")).toHaveText("Description");
    await expect(changed.getByRole("cell")).toHaveText(["get one pet info", "one pet"]);
  });
});

test("what an import would do is what one sees next, however long the document @no-js", async ({ signedIn: page, console }) => {
  const group = await console.createGroup("PetStore");
  await visit(page, `/groups/${group.id}/import?revision=0.0.1`);
  await page.getByLabel("Document").fill(await readFile(SWAGGER, "utf8"));
  await page.getByRole("button", { name: "Show what it would do" }).click();
  const result = page.getByRole("heading", { name: "What the import would do" });
  await expect(result).toBeInViewport();
  await expect(page.getByText("3 added, 0 changed, 0 unchanged, 0 refused")).toBeInViewport();
  await expect(page.getByRole("button", { name: "Import 3 APIs" })).toBeVisible();
  if (test.info().project.use.javaScriptEnabled !== false) await expect(result).toBeFocused();
  await page.getByRole("link", { name: "Change the document" }).click();
  await expect(page.getByLabel("Document")).toBeInViewport();
});

test("over a live version a new one is the way, not buttons that would be refused @no-js", async ({ signedIn: page, console }) => {
  const group = await console.createPublished("PetStore");
  const main = page.getByRole("main");
  await visit(page, `/groups/${group.id}/apis?revision=0.0.1`);
  await expect(main.getByText("Version 0.0.1 is live in test and therefore read-only.")).toBeVisible();
  for (const name of ["Create API", "Import APIs", "Edit getPetInfo", "Delete getPetInfo"]) {
    await expect(main.getByRole("link", { name }), name).toHaveCount(0);
  }
  await main.getByRole("link", { name: "View getPetInfo" }).click();
  await expect(main.getByText("Version 0.0.1 is live in test and therefore read-only.")).toBeVisible();
  await expect(main.getByRole("button", { name: "Make version 0.0.2 and save there" })).toBeVisible();
  await visit(page, `/groups/${group.id}/import?revision=0.0.1`);
  await expect(page.getByLabel("Document")).toHaveCount(0);
  await main.getByRole("button", { name: "Make version 0.0.2" }).click();
  await expect(page).toHaveURL(/import\?revision=0\.0\.2$/);
  await expect(page.getByLabel("Document")).toBeVisible();
});

test("what cannot be imported is refused with its reason and line; the rest is imported", async ({ signedIn: page, console, problems }) => {
  problems.allow(/status of 422/);
  const group = await console.createGroup("PetStore");
  await visit(page, `/groups/${group.id}/import?revision=0.0.1`);
  const show = page.getByRole("button", { name: "Show what it would do" });
  await page.getByLabel("Document").fill("swagger: '2.0'\npaths:\n  /a: {get: [}");
  await show.click();
  await expect(page.getByRole("alert")).toContainText("line 3: neither YAML nor JSON");
  await page.getByLabel("Document").fill("openapi: 3.0.1\npaths: {}");
  await show.click();
  await expect(page.getByRole("alert")).toContainText("this is an OpenAPI 3.0.1 document; only Swagger 2.0 can be imported");

  const operation = { responses: { 200: { description: "OK" } } };
  const document = JSON.stringify(
    { swagger: "2.0", paths: { "/pets": { get: { operationId: "listPets", ...operation } }, "/shops": { get: { operationId: "listPets", ...operation } } } },
    null, 1,
  );
  await page.getByLabel("Document").fill(document);
  await show.click();
  await expect(page.getByText("1 added, 0 changed, 0 unchanged, 1 refused")).toBeVisible();
  const refused = page.getByRole("row", { name: /refused/ });
  await expect(refused).toContainText('has the operationId "listPets" already');
  await expect(refused.getByRole("cell").last()).toHaveText(/^\d+$/);
  await page.getByRole("button", { name: "Import 1 API" }).click();
  await new Shell(page).said("Imported into version 0.0.1: 1.");
  await expect(page.getByRole("rowheader")).toHaveText(["listPets"]);
});

test("what was changed in another tab meanwhile is not overwritten @no-js", async ({ signedIn: page, console, problems }) => {
  problems.allow(/status of 409/);
  const group = await console.createGroup("PetStore");
  const api = await console.createApi(group);
  const address = `/groups/${group.id}/apis/${api}?revision=0.0.1`;
  const other = await page.context().newPage();
  await visit(page, address);
  await visit(other, address);
  await new ApiForm(other).field("Description").fill("from the other tab");
  await other.getByRole("button", { name: "Save" }).click();
  await expect(other).toHaveURL(/\/apis\?revision=0\.0\.1/);

  await new ApiForm(page).field("Description").fill("from this tab");
  await page.getByRole("button", { name: "Save" }).click();

  await expect(page.getByRole("alert")).toContainText("it was changed after this form was opened");
  await expect(new ApiForm(page).field("Description")).toHaveValue("from this tab");
  await visit(page, address);
  await expect(new ApiForm(page).field("Description")).toHaveValue("from the other tab");
});

test("an empty version offers the sample", async ({ signedIn: page, console }) => {
  const group = await console.createGroup("PetStore");
  await visit(page, `/groups/${group.id}/apis`);
  await page.getByRole("link", { name: "Use the PetStore sample" }).click();
  await expect(page.getByLabel("Document")).toHaveValue(/operationId: getPetInfo/);
});

test("what the backend is sent is mapped, and a live version shows what differs @no-js", async ({ signedIn: page, console, paifang, backend }) => {
  const group = await console.createGroup("PetStore", { authType: "None" });
  const api = await console.createApi(group);
  await visit(page, `/groups/${group.id}/apis/${api}?revision=0.0.1`);
  const scripted = test.info().project.use.javaScriptEnabled !== false;
  await page.getByLabel("Backend path").fill("/v2/pets/{petId}");
  const parameter = async (row: number, location: string, name: string, from: string, value: string) => {
    if (scripted) await page.getByRole("button", { name: "Add backend parameter" }).click();
    await page.getByLabel(`Backend location of backend parameter ${row}`).selectOption(location);
    await page.getByLabel(`Backend name of backend parameter ${row}`).fill(name);
    await page.getByLabel(`Source of backend parameter ${row}`).selectOption(from);
    await page.getByLabel(`Constant or name of backend parameter ${row}`).fill(value);
  };
  await parameter(1, "header", "X-Version", "constant", "2");
  await parameter(2, "query", "lang", "header", "X-Language");
  if (scripted) await page.getByRole("button", { name: "Add header" }).click();
  await page.getByLabel("Name of answer header 1").fill("X-Answered-By");
  await page.getByLabel("Value of answer header 1").fill("the pet store");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page).toHaveURL(/\/apis\?revision=0\.0\.1/);
  await console.publish(group, "test", "0.0.1", backend.address);

  const port = new URL(paifang.gatewayUrl).port;
  const address = `http://${group.id}-test.cn-north-1.localhost:${port}/petstore/pets/1?q=1`;
  const headers = { "x-language": "zh", "x-version": "1" };
  const answer = await call(paifang, address, { headers });
  expect(answer.status).toBe(200);
  expect(answer.headers["x-answered-by"]).toBe("the pet store");
  const received = backend.received.at(-1)!;
  expect(received.target).toBe("/v2/pets/1?q=1&lang=zh");
  expect(received.headers["x-version"]).toBe("2");
  expect(received.headers["x-language"]).toBeUndefined();

  // It is kept by new versions, comes back into the form, and is told in what differs.
  await console.createRevision(group, "0.0.2", "0.0.1");
  await visit(page, `/groups/${group.id}/apis/${api}?revision=0.0.2`);
  await expect(page.getByLabel("Constant or name of backend parameter 1")).toHaveValue("2");
  await page.getByLabel("Backend path").fill("/v3/pets/{petId}");
  await page.getByRole("button", { name: "Save" }).click();
  await visit(page, `/groups/${group.id}/compare?before=0.0.1&after=0.0.2`);
  await expect(page.getByText("/v3/pets/{petId}")).toBeVisible();
});

test("a mapping that cannot be sent is refused where it was typed @no-js", async ({ signedIn: page, console, problems }) => {
  problems.allow(/status of 422/);
  const group = await console.createGroup("PetStore");
  await visit(page, `/groups/${group.id}/apis/new?revision=0.0.1`);
  await new ApiForm(page).fill({ name: "getPet", path: "/pets/{petId}" });
  await page.getByLabel("Backend path").fill("/v2/{other}");
  if (test.info().project.use.javaScriptEnabled !== false) await page.getByRole("button", { name: "Add backend parameter" }).click();
  await page.getByLabel("Backend location of backend parameter 1").selectOption("header");
  await page.getByLabel("Backend name of backend parameter 1").fill("Host");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("alert")).toContainText("{other} is no path parameter of the API");
  await expect(page.getByRole("alert")).toContainText("this header is the gateway's own");
  await expect(page.getByLabel("Backend name of backend parameter 1")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Backend name of backend parameter 1")).toHaveValue("Host");
});
