// Request validation: a group's setting, the rules of parameters and bodies, and what a caller is told.

import { axe, call, expect, shot, test, visit } from "../fixtures/test";
import { ApiForm } from "../pages/api_form";
import { Shell } from "../pages/shell";

const PET = { type: "object", required: ["name"], properties: { name: { type: "string", maxLength: 10 } } };

test("a call that does not fit is refused with the parameter and the rule @no-js", async ({ signedIn: page, console, paifang, backend }) => {
  const group = await console.createGroup("PetStore", { authType: "None" });
  await visit(page, `/groups/${group.id}/apis/new?revision=0.0.1`);
  const form = new ApiForm(page);
  await form.fill({ name: "createPet", method: "POST", path: "/pets", request: PET });
  if (test.info().project.use.javaScriptEnabled !== false) await page.getByRole("button", { name: "Add parameter" }).click();
  await form.parameter(1, "Name").fill("limit");
  await form.parameter(1, "Type").selectOption("integer");
  await form.parameter(1, "Rules").fill('{"minimum": 1, "maximum": 100}');
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await new Shell(page).said("The API createPet was created in version 0.0.1.");
  await console.publish(group, "test", "0.0.1", backend.address);

  const port = new URL(paifang.gatewayUrl).port;
  const address = `http://${group.id}-test.cn-north-1.localhost:${port}/petstore/pets`;
  const ask = (query: string, body: unknown) => call(paifang, address + query, { method: "POST", body });
  const message = (answer: { json: unknown }) => (answer.json as { error: { message: string } }).error.message;
  expect((await ask("?limit=0", {})).status, "nobody looks").toBe(200);

  await visit(page, `/groups/${group.id}/edit`);
  await expect(page.getByRole("radio", { name: "Off" })).toBeChecked();
  await page.getByRole("radio", { name: "Refuse" }).check();
  await page.getByRole("button", { name: "Save" }).click();
  await new Shell(page).said("The API group was saved.");
  await expect(page.getByText("Request validation")).toBeVisible();
  await expect(page.getByText("Refuse", { exact: true })).toBeVisible();
  expect((await ask("?limit=0", {})).status, "it takes effect with the next publish").toBe(200);

  await visit(page, `/groups/${group.id}/revisions?dialog=publish&revision=0.0.1&environment=test`);
  await expect(page.getByRole("dialog")).toContainText("Request validation");
  await console.publish(group, "test", "0.0.1", backend.address);
  const refused = await ask("?limit=0", { name: "Tom" });
  expect(refused.status).toBe(400);
  expect(message(refused)).toBe("query parameter limit: the value is less than the minimum of 1");
  expect(message(await ask("?limit=ten", { name: "Tom" }))).toContain("is not an integer");
  expect(message(await ask("", { name: "a very long name" }))).toBe("request body /name: the value is longer than 10 characters");
  expect((await ask("?limit=100", { name: "Tom" })).status).toBe(200);
});

test("rules that nothing can be checked by are refused where they were typed @no-js", async ({ signedIn: page, console, problems }) => {
  problems.allow(/status of (409|422)/);
  const group = await console.createGroup("PetStore");
  const api = await console.createApi(group, { name: "createPet", method: "POST", path: "/pets/{petId}" });
  await visit(page, `/groups/${group.id}/apis/${api}?revision=0.0.1`);
  const form = new ApiForm(page);
  const rules = form.parameter(1, "Rules");
  await rules.fill('{"pattern": ');
  await form.save();
  await expect(page.getByRole("alert")).toContainText("not JSON");
  await expect(rules).toHaveAttribute("aria-invalid", "true");

  await rules.fill('{"pattern": "(?=a)b"}');
  await form.fill({ request: { properties: { pet: { $ref: "https://example.com/pet.json" } } } });
  await form.save();
  await expect(page.getByRole("alert").getByRole("link")).toHaveCount(2);
  await expect(page.getByRole("alert")).toContainText("/properties/pet/$ref: ");
  await expect(rules).toHaveValue('{"pattern": "(?=a)b"}');
  await expect(rules).toHaveAttribute("aria-invalid", "true");
  await expect(form.field("Request body format")).toHaveAttribute("aria-invalid", "true");

  await rules.fill('{"pattern": "^[a-z]+$"}');
  await form.fill({ request: PET });
  await form.save();
  await new Shell(page).said("The API createPet was saved in version 0.0.1.");
  await visit(page, `/groups/${group.id}/apis/${api}?revision=0.0.1`);
  await expect(rules).toHaveValue('{"pattern":"^[a-z]+$"}');
});

test("the fields look as they should", async ({ signedIn: page, console }) => {
  const group = await console.createGroup("PetStore");
  const api = await console.createApi(group);
  for (const [language, theme] of [["en", "light"], ["zh", "dark"]] as const) {
    const cookie = (name: string, value: string) => ({ name: `paifang_${name}`, value, url: new URL(page.url()).origin });
    await page.context().addCookies([cookie("theme", theme), cookie("language", language)]);
    await visit(page, `/groups/${group.id}/edit`);
    await page.locator('input[name="form[validation]"][value="log"]').check();
    await axe(page);
    await shot(page, `validation-group-${language}-${theme}`);
    await visit(page, `/groups/${group.id}/apis/${api}?revision=0.0.1`);
    await axe(page);
    await shot(page, `validation-api-${language}-${theme}`);
  }
  await page.setViewportSize({ width: 390, height: 844 });
  await visit(page, `/groups/${group.id}/edit`);
  await shot(page, "validation-group-narrow");
});
