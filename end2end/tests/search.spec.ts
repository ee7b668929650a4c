// The search over everything: from the top bar, by Ctrl-K, on its own page.

import { expect, test, visit } from "../fixtures/test";

test("groups, APIs and keys are found from every page", async ({ signedIn: page, console }) => {
  const group = await console.createGroup("PetStore");
  await console.createApi(group, { name: "getPetPhoto", path: "/pets/{petId}/photo" });
  await console.createKey("petapp");
  await visit(page, "/access-keys");
  await page.keyboard.press("Control+k");
  const field = page.getByRole("search", { name: "Search everything" }).getByRole("textbox");
  await expect(field).toBeFocused();
  await field.fill("pet");
  await field.press("Enter");

  await expect(page).toHaveURL("/search?search=pet");
  await expect(page.getByRole("main").getByRole("heading", { level: 2 })).toHaveText(["API groups", "APIs", "Access keys"]);
  await expect(page.getByRole("main").getByText("GET /pets/{petId}/photo")).toBeVisible();
  await page.getByRole("main").getByRole("link", { name: "getPetPhoto" }).click();
  await expect(page.getByLabel("Sub path")).toHaveValue("/pets/{petId}/photo");
});

test("what nobody has is not found, and said to be so @no-js", async ({ signedIn: page }) => {
  await visit(page, "/search");
  await expect(page.getByText("What are you looking for?")).toBeVisible();
  await page.getByRole("searchbox").fill("unicorn");
  await page.getByRole("searchbox").press("Enter");
  await expect(page).toHaveURL("/search?search=unicorn");
  await expect(page.getByText("Nothing found")).toBeVisible();
});
