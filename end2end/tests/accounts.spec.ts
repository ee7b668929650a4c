// Accounts: register, sign in and out, change the password, and how often a password may be wrong.

import { type Browser, type Page } from "@playwright/test";
import { type Account, expect, hydrated, newAccount, register, signIn, test, visit } from "../fixtures/test";
import { Shell, valueOf } from "../pages/shell";

// Begins with nobody registered, and wrong passwords here count for nobody else.
test.use({ installation: "accounts" });

const REFUSED = "E-mail and password do not match, or the account is locked.";

async function tryToSignIn(page: Page, { email, password }: Account): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

test("the first account is the operator, the next a member", async ({ page, browser, baseURL }) => {
  await page.goto("/");
  await expect(page, "a fresh installation begins with registering").toHaveURL("/register");
  await register(page, newAccount());
  await visit(page, "/account");
  await expect(valueOf(page, "Role")).toHaveText("Operator");

  const second = await another(browser, baseURL);
  await register(second, newAccount());
  await visit(second, "/account");
  await expect(valueOf(second, "Role")).toHaveText("Member");
  await second.context().close();
});

test("an account is registered and signed in @no-js", async ({ page, account }) => {
  await visit(page, "/register");
  await page.getByLabel("E-mail").fill(account.email);
  await page.getByLabel("Password").fill(account.password);
  await page.getByRole("button", { name: "Register" }).click();
  await expect(page).toHaveURL("/");
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
});

test("what is wrong with a registration stands at its fields, and the e-mail stays @no-js", async ({ page, problems }) => {
  problems.allow(/status of 422/);
  await visit(page, "/register");
  await page.getByLabel("E-mail").fill("ada@");
  await page.getByLabel("Password").fill("short");
  await page.getByRole("button", { name: "Register" }).click();
  const summary = page.getByRole("alert");
  await expect(summary).toContainText("Please correct the following");
  await expect(summary.getByRole("link")).toHaveText([/an e-mail address like/, /at least 10 characters/]);
  await expect(page.getByLabel("E-mail")).toHaveValue("ada@");
  await expect(page.getByLabel("E-mail")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Password")).toHaveAttribute("aria-invalid", "true");
});

test("an e-mail address is registered once", async ({ signedIn: page, account, browser, baseURL }) => {
  await expect(page).toHaveURL("/");
  const other = await another(browser, baseURL);
  await visit(other, "/register");
  await other.getByLabel("E-mail").fill(account.email.toUpperCase());
  await other.getByLabel("Password").fill(newAccount().password);
  await other.getByRole("button", { name: "Register" }).click();
  await expect(other.getByRole("alert")).toContainText("this e-mail address is registered already");
  await other.context().close();
});

test("a page that needs an account is shown after signing in @no-js", async ({ page, signedIn, account }) => {
  await new Shell(signedIn).menu("Account").click();
  await signedIn.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL("/sign-in");
  await page.goto("/access-keys?search=x");
  await expect(page).toHaveURL("/sign-in?next=%2Faccess-keys%3Fsearch%3Dx");
  await hydrated(page);
  await tryToSignIn(page, account);
  await expect(page).toHaveURL("/access-keys?search=x");
});

test("a wrong password is refused, in the same words as an unknown account @no-js", async ({ page, signedIn, account, problems }) => {
  problems.allow(/status of 403/);
  await signedIn.context().clearCookies();
  for (const email of [account.email, newAccount().email]) {
    await visit(page, "/sign-in");
    await tryToSignIn(page, { email, password: "not the password" });
    await expect(page.getByRole("alert")).toContainText(REFUSED);
    await expect(page.getByLabel("E-mail"), "what was typed").toHaveValue(email);
    expect(await page.content()).not.toContain("not the password");
  }
  await tryToSignIn(page, account);
  await expect(page).toHaveURL("/");
});

test("after five wrong passwords even the right one must wait", async ({ page, signedIn, account, problems }) => {
  problems.allow(/status of (403|429)/);
  await signedIn.context().clearCookies();
  await visit(page, "/sign-in");
  for (let attempt = 1; attempt <= 5; attempt++) {
    const answered = page.waitForResponse(/sign_in/);
    await tryToSignIn(page, { ...account, password: `wrong password ${attempt}` });
    expect((await answered).status(), `attempt ${attempt}`).toBe(403);
  }
  await tryToSignIn(page, account);
  await expect(page.getByRole("alert")).toContainText(/Too many attempts\. Try again in \d+ s\./);
});

test("another password signs out everywhere else", async ({ signedIn: page, account, browser, baseURL }) => {
  const elsewhere = await another(browser, baseURL);
  await signIn(elsewhere, account);

  const changed = newAccount().password;
  await visit(page, "/account");
  await page.getByLabel("Current password").fill(account.password);
  await page.getByLabel("New password").fill(changed);
  await page.getByRole("button", { name: "Change password" }).click();
  await new Shell(page).said("The password was changed. Other sessions are signed out.");

  await visit(page, "/groups");
  await expect(page, "this session goes on").toHaveURL("/groups");
  await elsewhere.goto("/groups");
  await expect(elsewhere, "the other one is over").toHaveURL("/sign-in?next=%2Fgroups");

  await hydrated(elsewhere);
  await tryToSignIn(elsewhere, { email: account.email, password: changed });
  await expect(elsewhere).toHaveURL("/groups");
  await elsewhere.context().close();
});

test("the present password is asked for before it is changed @no-js", async ({ signedIn: page, problems }) => {
  problems.allow(/status of 4\d\d/);
  await visit(page, "/account");
  await page.getByLabel("Current password").fill("not the password");
  await page.getByLabel("New password").fill(newAccount().password);
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(page).toHaveURL("/account");
});

/** A page of another browser's session. */
async function another(browser: Browser, baseURL: string | undefined): Promise<Page> {
  const context = await browser.newContext(baseURL === undefined ? {} : { baseURL });
  return context.newPage();
}

test("when the session is over, what was typed stays, and is saved after signing in again", async ({ signedIn: page, account, console, problems }) => {
  problems.allow(/status of 401/);
  const group = await console.createGroup("PetStore");
  await visit(page, `/groups/${group.id}/edit`);
  await page.getByLabel("Description").fill("a long text");
  await page.context().clearCookies({ name: "paifang_session" });
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("alert")).toContainText("Your session is over.");

  const opened = page.waitForEvent("popup");
  await page.getByRole("link", { name: "Sign in in a new tab" }).click();
  await signIn(await opened, account);
  await page.getByRole("button", { name: "Save" }).click();

  await new Shell(page).said("saved");
  await expect(page.getByText("a long text")).toBeVisible();
});
