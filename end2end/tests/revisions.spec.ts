// Version revisions: made from one another, noted, compared, deleted.

import { expect, test, visit } from "../fixtures/test";
import { change } from "../pages/publish";
import { Shell, row } from "../pages/shell";

test("a version is made from another one, with the next number suggested @no-js", async ({ signedIn: page, console }) => {
  const group = await console.createGroup("PetStore");
  await console.createApi(group);
  await visit(page, `/groups/${group.id}/revisions`);
  await page.getByRole("link", { name: "New version" }).click();
  const dialog = new Shell(page).dialog("New version");
  await expect(dialog.getByLabel("Version number")).toHaveValue("0.0.2");
  await expect(dialog.getByRole("combobox", { name: "Based on" })).toHaveValue("0.0.1");
  await dialog.getByLabel("Version number").fill("1.0.0");
  await dialog.getByLabel("Note").fill("the first that counts");
  await dialog.getByRole("button", { name: "New version" }).click();
  await new Shell(page).said("Version 1.0.0 was made.");
  await visit(page, `/groups/${group.id}/revisions`);
  await expect(row(page, "1.0.0")).toContainText("the first that counts");
  await expect(row(page, "1.0.0")).toContainText("0.0.1");
  await visit(page, `/groups/${group.id}/apis?revision=1.0.0`);
  await expect(page.getByRole("rowheader")).toHaveText(["getPetInfo"]);
});

test("a number is N.N.N and made once; the note stays typed @no-js", async ({ signedIn: page, console, problems }) => {
  problems.allow(/status of (409|422)/);
  const group = await console.createGroup("PetStore");
  await visit(page, `/groups/${group.id}/revisions?dialog=new`);
  const dialog = new Shell(page).dialog("New version");
  await dialog.getByLabel("Note").fill("kept");
  for (const [wrong, reason] of [["1.0", /./], ["0.0.1000", /./], ["0.0.1", "this revision exists already"]] as const) {
    await dialog.getByLabel("Version number").fill(wrong);
    await dialog.getByRole("button", { name: "New version" }).click();
    await expect(dialog.getByRole("alert"), wrong).toContainText(reason);
    await expect(dialog.getByLabel("Version number"), wrong).toHaveValue(wrong);
    await expect(dialog.getByLabel("Note")).toHaveValue("kept");
  }
});

test("the list says where each version is live and what it changed", async ({ signedIn: page, console }) => {
  const group = await console.createGroup("PetStore");
  await console.createApi(group);
  await console.publish(group, "preview");
  await console.createRevision(group, "0.0.2", "0.0.1", "a photo of each pet");
  await console.createApi(group, { name: "getPhoto", path: "/pets/{petId}/photo" }, "0.0.2");
  await visit(page, `/groups/${group.id}/revisions`);
  await expect(row(page, "0.0.1")).toContainText("pre-launch");
  await expect(row(page, "0.0.1")).toContainText("1 API");
  await expect(row(page, "0.0.2")).toContainText("1 added, 0 changed, 0 removed");
  await page.getByRole("searchbox").fill("photo");
  await page.getByRole("searchbox").press("Enter");
  await expect(page.getByRole("rowheader")).toHaveText(["0.0.2"]);
});

test("a note is edited", async ({ signedIn: page, console }) => {
  const group = await console.createGroup("PetStore");
  await visit(page, `/groups/${group.id}/revisions`);
  await row(page, "0.0.1").locator("summary").click();
  await row(page, "0.0.1").getByRole("link", { name: "Edit note" }).click();
  const dialog = new Shell(page).dialog("Edit the note of version 0.0.1");
  await dialog.getByLabel("Note").fill("first");
  await dialog.getByRole("button", { name: "Save" }).click();
  await new Shell(page).said("The note was saved.");
  await expect(row(page, "0.0.1")).toContainText("first");
});

test("two versions are compared, field by field", async ({ signedIn: page, console }) => {
  const group = await console.createGroup("PetStore");
  await console.createApi(group);
  await console.createRevision(group, "0.0.2", "0.0.1");
  await console.createApi(group, { name: "getPhoto", path: "/pets/{petId}/photo" }, "0.0.2");
  await visit(page, `/groups/${group.id}/revisions`);
  await row(page, "0.0.2").getByRole("link", { name: "Compare version 0.0.2" }).click();
  await expect(change(page, "/pets/{petId}/photo")).toContainText("added");
  await page.getByRole("link", { name: "Swap" }).click();
  await expect(change(page, "/pets/{petId}/photo")).toContainText("removed");
});

test("a version is deleted, but not a live one", async ({ signedIn: page, console }) => {
  const group = await console.createGroup("PetStore");
  await console.createApi(group);
  await console.publish(group, "test");
  await console.createRevision(group, "0.0.2", "0.0.1");
  await visit(page, `/groups/${group.id}/revisions`);
  await row(page, "0.0.1").locator("summary").click();
  await expect(row(page, "0.0.1").getByRole("link", { name: "Delete" })).toHaveCount(0);
  await row(page, "0.0.2").locator("summary").click();
  await row(page, "0.0.2").getByRole("link", { name: "Delete" }).click();
  const dialog = new Shell(page).dialog("Delete version 0.0.2?");
  await expect(dialog).toContainText("Its API is deleted with it.");
  await dialog.getByRole("button", { name: "Delete version" }).click();
  await new Shell(page).said("The version was deleted.");
  await expect(page.getByRole("rowheader")).toHaveText(["0.0.1"]);
});
