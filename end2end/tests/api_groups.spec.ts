// API groups: the list with search, pages and region, the form, edit and delete.

import { expect, test, visit } from "../fixtures/test";
import { Shell, row, valueOf } from "../pages/shell";

test("without groups the list says what a group is and how to make one", async ({ signedIn: page }) => {
  await visit(page, "/groups");
  await expect(page.getByText("No API groups in this region yet")).toBeVisible();
  await page.getByRole("main").getByRole("link", { name: "Create API group" }).first().click();
  await expect(page).toHaveURL("/groups/new");
});

test("a group is created, and its content recorded as version 0.0.1 @no-js", async ({ signedIn: page }) => {
  await visit(page, "/groups/new");
  await page.getByLabel("Name").fill("PetStore");
  await page.getByLabel("Description").fill("Pets of the tutorial");
  await page.getByLabel("Group path prefix").fill("petstore");
  await page.getByRole("radio", { name: /No authentication/ }).check();
  await page.getByRole("button", { name: "Create API group" }).click();
  const dialog = new Shell(page).dialog("API group created");
  await expect(dialog).toContainText("The current content of PetStore was recorded as version 0.0.1.");
  await dialog.getByRole("link", { name: "Back to the list" }).click();
  await expect(row(page, /^PetStore/)).toContainText("/petstore");
  await expect(row(page, /^PetStore/)).toContainText("0.0.1");
  await expect(row(page, /^PetStore/)).toContainText("not published");
});

test("wrong fields are named, and nothing typed is lost @no-js", async ({ signedIn: page, console, problems }) => {
  problems.allow(/status of (409|422)/);
  await console.createGroup("PetStore");
  await visit(page, "/groups/new");
  const [name, description, prefix] = ["Name", "Description", "Group path prefix"].map((label) => page.getByLabel(label));
  await name!.fill("Pet Store");
  await description!.fill("kept");
  await prefix!.fill("/petstore");
  await page.getByRole("radio", { name: /No authentication/ }).check();
  const create = page.getByRole("button", { name: "Create API group" });
  await create.click();

  const summary = page.getByRole("alert");
  await expect(summary.getByRole("link")).toHaveText([
    "Name: only digits, letters, underscore and hyphen",
    /only digits, letters, "\/" and underscore/,
  ]);
  await summary.getByRole("link").first().click();
  await expect(name!, "the summary leads to the field").toBeFocused();
  for (const field of [name!, prefix!]) await expect(field).toHaveAttribute("aria-invalid", "true");
  await expect(description!).toHaveValue("kept");

  await name!.fill("PetStore");
  await prefix!.fill("petstore");
  await create.click();
  await expect(summary.getByRole("link")).toHaveText("Name: you have a group of this name in this region already");
  await expect(name!).toHaveValue("PetStore");
  await expect(description!).toHaveValue("kept");
  await expect(page.getByRole("radio", { name: /No authentication/ })).toBeChecked();

  await name!.fill("PetStore2");
  await create.click();
  await expect(new Shell(page).dialog("API group created")).toBeVisible();
});

test("a typed rule is told when its field is left", async ({ signedIn: page }) => {
  await visit(page, "/groups/new");
  const prefix = page.getByLabel("Group path prefix");
  await prefix.fill("todo/v1");
  await expect(page.getByText("Group path /todo/v1"), "the path follows the typing").toBeVisible();
  await prefix.fill("todo/");
  await prefix.blur();
  await expect(prefix).toHaveAttribute("aria-invalid", "true");
  await prefix.fill("todo");
  await prefix.blur();
  await expect(prefix).not.toHaveAttribute("aria-invalid", "true");
});

test("leaving a form with something typed asks first", async ({ signedIn: page }) => {
  await visit(page, "/groups/new");
  await page.getByLabel("Name").fill("PetStore");
  page.once("dialog", (question) => {
    expect(question.message()).toBe("Leave this page? What you have not saved is lost.");
    void question.dismiss();
  });
  await page.getByRole("main").getByRole("link", { name: "Cancel" }).click();
  await expect(page).toHaveURL("/groups/new");
  await expect(page.getByLabel("Name")).toHaveValue("PetStore");
  page.once("dialog", (question) => void question.accept());
  await page.getByRole("main").getByRole("link", { name: "Cancel" }).click();
  await expect(page).toHaveURL("/groups");
});

test("the list is searched by name, path and ID @no-js", async ({ signedIn: page, console }) => {
  const pets = await console.createGroup("PetStore");
  await console.createGroup("Weather", { prefix: "weather/v1" });
  await visit(page, "/groups");
  const search = page.getByRole("searchbox", { name: "Search by name, path or ID" });
  const groups = page.getByRole("rowheader");
  for (const [text, found] of [["pets", /^PetStore/], ["weather/", /^Weather/], [pets.id, /^PetStore/]] as const) {
    await search.fill(text);
    await search.press("Enter");
    await expect(groups).toHaveText([found]);
  }
  await search.fill("nothing like that");
  await search.press("Enter");
  await expect(page.getByText("Nothing matches")).toBeVisible();
  await page.getByRole("link", { name: "Clear filters" }).last().click();
  await expect(groups).toHaveCount(2);
});

test("the list has pages and an order @no-js", async ({ signedIn: page, console }) => {
  for (let index = 1; index <= 12; index++) await console.createGroup(`Group${String(index).padStart(2, "0")}`);
  await visit(page, "/groups?size=10");
  const pages = page.getByRole("navigation", { name: "Pages" });
  const groups = page.getByRole("rowheader");
  await expect(pages).toContainText("1–10 of 12");
  await pages.getByRole("link", { name: "Next page" }).click();
  await expect(pages).toContainText("11–12 of 12");
  await expect(groups).toHaveCount(2);
  await page.getByRole("columnheader", { name: "API group" }).getByRole("link").click();
  await expect(pages, "another order begins at the first page").toContainText("1–10 of 12");
  await expect(groups.first()).toContainText("Group01");
  await page.getByRole("columnheader", { name: "API group" }).getByRole("link").click();
  await expect(groups.first()).toContainText("Group12");
  await expect(page.getByRole("columnheader", { name: "API group" })).toHaveAttribute("aria-sort", "descending");
  await pages.getByRole("link", { name: "20" }).click();
  await expect(groups).toHaveCount(12);
});

test("each region has its own groups @no-js", async ({ signedIn: page, console }) => {
  await console.createGroup("PetStore");
  const shell = new Shell(page);
  await visit(page, "/groups");
  await expect(row(page, /^PetStore/)).toBeVisible();
  await shell.choose("Region", "East China – Shanghai");
  await expect(page.getByText("No API groups in this region yet")).toBeVisible();

  await page.getByRole("main").getByRole("link", { name: "Create API group" }).first().click();
  await expect(page.getByRole("main")).toContainText("cn-east-2");
  await page.getByLabel("Name").fill("Shanghai");
  await page.getByRole("button", { name: "Create API group" }).click();
  await expect(shell.dialog("API group created")).toBeVisible();
  await visit(page, "/groups");
  await expect(page.getByRole("rowheader")).toHaveText([/^Shanghai/]);
  await shell.choose("Region", "North China – Beijing");
  await expect(page.getByRole("rowheader")).toHaveText([/^PetStore/]);
});

test("another region leads out of a group that lives in one, and the overview counts the chosen one @no-js", async ({ signedIn: page, console }) => {
  const group = await console.createGroup("PetStore");
  const shell = new Shell(page);
  await visit(page, `/groups/${group.id}/apis`);
  await shell.choose("Region", "East China – Shanghai");
  await expect(page).toHaveURL("/groups");
  await expect(page.getByText("No API groups in this region yet")).toBeVisible();
  await visit(page, "/");
  const tile = page.getByRole("main").getByRole("link", { name: /^API groups/ }).first();
  await expect(tile).toHaveText(/^API groups in East China – Shanghai; 1 in all regions\s*0$/);
  // Its address still leads to it, and it says where it is.
  await visit(page, `/groups/${group.id}`);
  await expect(page.getByText("in North China – Beijing")).toBeVisible();
  await shell.choose("Region", "North China – Beijing");
  await visit(page, "/");
  await expect(tile).toHaveText(/^API groups in North China – Beijing\s*1$/);
});

test("what a list is filtered by stands over it and can be taken away @no-js", async ({ signedIn: page, console }) => {
  await console.createGroup("PetStore");
  await console.createGroup("Weather", { prefix: "weather" });
  await visit(page, "/groups?search=pets&size=20");
  await expect(page.getByRole("rowheader")).toHaveText([/^PetStore/]);
  await expect(page.getByText("Search: pets")).toBeVisible();
  await page.getByRole("link", { name: "Remove filter Search: pets" }).click();
  await expect(page.getByRole("rowheader")).toHaveCount(2);
  await expect(page).toHaveURL("/groups?size=20");
  await expect(page.getByRole("searchbox", { name: "Search by name, path or ID" })).toHaveValue("");
});

test.describe("in China", () => {
  test.use({ timezoneId: "Asia/Shanghai" });

  test("times are told by the reader's clock, with its zone and the moment itself @no-js", async ({ signedIn: page, console }) => {
    const group = await console.createGroup("PetStore");
    await visit(page, `/groups/${group.id}`);
    const time = page.getByRole("main").locator("time").first();
    const scripted = test.info().project.use.javaScriptEnabled !== false;
    await expect(time).toHaveText(scripted ? /^[\d-]{10} [\d:]{8} UTC\+8$/ : /^[\d-]{10} [\d:]{8} UTC$/);
    const moment = (await time.getAttribute("title")) ?? "";
    expect(await time.getAttribute("datetime")).toBe(moment);
    const shown = ((await time.textContent()) ?? "").replace(/ UTC.*/, scripted ? "+08:00" : "Z").replace(" ", "T");
    expect(new Date(shown)).toEqual(new Date(moment));
  });
});

test("a group is edited @no-js", async ({ signedIn: page, console }) => {
  const group = await console.createGroup("PetStore");
  await visit(page, `/groups/${group.id}/edit`);
  await expect(page.getByLabel("Name")).toHaveValue("PetStore");
  await expect(page.getByRole("radio", { name: /Access authorization/ })).toBeChecked();
  await page.getByLabel("Name").fill("PetShop");
  await page.getByLabel("Group path prefix").fill("pets/v2");
  await page.getByLabel("Leave the prefix out of the path that the backend sees").check();
  await page.getByRole("button", { name: "Save" }).click();
  await new Shell(page).said("The API group was saved.");
  await expect(page.getByRole("heading", { level: 1, name: "PetShop" })).toBeVisible();
  await expect(valueOf(page, "Group path")).toHaveText("/pets/v2");
  await expect(valueOf(page, "Prefix left out for the backend")).toHaveText("Yes");
});

test("strict signatures are part of what the next publish changes @no-js", async ({ signedIn: page, console }) => {
  const group = await console.createPublished("PetStore");
  await visit(page, `/groups/${group.id}`);
  await expect(valueOf(page, "Strict signatures")).toHaveText("No");
  await visit(page, `/groups/${group.id}/edit`);
  await page.getByLabel("Strict signatures").check();
  await page.getByRole("button", { name: "Save" }).click();
  await new Shell(page).said("The API group was saved.");
  await expect(valueOf(page, "Strict signatures")).toHaveText("Yes");
  await visit(page, `/groups/${group.id}/revisions?dialog=publish&revision=0.0.1&environment=test`);
  await expect(page.getByRole("row").filter({ hasText: "Strict signatures" })).toContainText("Yes");
});

test("a group is deleted only when its name is typed", async ({ signedIn: page, console, problems }) => {
  const group = await console.createPublished("PetStore", "online");
  await visit(page, "/groups");
  await row(page, /^PetStore/).locator("summary").click();
  await row(page, /^PetStore/).getByRole("link", { name: "Delete" }).click();
  const dialog = new Shell(page).dialog("Delete the API group PetStore?");
  await expect(dialog).toContainText("It is live in online: calls there fail from that moment on.");
  await expect(dialog).toContainText("It served no calls in the last 24 hours.");
  const confirm = dialog.getByRole("button", { name: "Delete API group" });
  await expect(confirm).toBeDisabled();
  await dialog.getByLabel("Type PetStore to confirm").fill("petstore");
  await expect(confirm).toBeDisabled();
  await dialog.getByLabel("Type PetStore to confirm").fill("PetStore");
  await confirm.click();
  await new Shell(page).said("The API group was deleted.");
  await expect(page.getByText("No API groups in this region yet")).toBeVisible();

  expect(problems.unexpected(), "nothing asks for what was deleted").toEqual([]);
  problems.allow(/status of 404/);
  const gone = await page.goto(`/groups/${group.id}`);
  expect(gone?.status()).toBe(404);
  await expect(page.getByText("There is nothing here").first()).toBeVisible();
});

test("without JavaScript a wrong name deletes nothing @no-js", async ({ signedIn: page, console, problems }) => {
  test.skip(test.info().project.use.javaScriptEnabled !== false, "with JavaScript the button cannot be pressed");
  problems.allow(/status of 4\d\d/);
  const group = await console.createGroup("PetStore");
  await page.goto(`/groups?dialog=delete&id=${group.id}`);
  const dialog = new Shell(page).dialog("Delete the API group PetStore?");
  await dialog.getByLabel("Type PetStore to confirm").fill("petstore");
  await dialog.getByRole("button", { name: "Delete API group" }).click();
  await expect(dialog.getByRole("alert")).toBeVisible();
  await page.goto("/groups");
  await expect(row(page, /^PetStore/)).toBeVisible();
});

test("another account's group does not exist", async ({ signedIn: page, console, browser, baseURL, problems }) => {
  const group = await console.createGroup("PetStore");
  const { register, newAccount } = await import("../fixtures/account");
  const context = await browser.newContext({ baseURL: baseURL ?? "" });
  const stranger = await context.newPage();
  await register(stranger, newAccount());
  for (const path of ["", "/edit", "/apis", "/revisions", "/deployments", "/domains", "/monitoring", "/history/test"]) {
    const answer = await stranger.goto(`/groups/${group.id}${path}`);
    expect(answer?.status(), path).toBe(404);
    expect(await answer?.text(), path).not.toContain("PetStore");
  }
  await context.close();
  problems.allow(/status of 404/);
  expect((await page.goto(`/groups/${group.id}`))?.status()).toBe(200);
});
