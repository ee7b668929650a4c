//! Sign in.

use crate::{
    components::{PostForm, SubmitButton, TextField, use_form},
    contexts::use_texts,
    layout::PlainFrame,
    paths,
    server_fns::accounts::SignIn,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// Signs in and goes to the page that was asked for (`?next=`).
#[component]
pub fn SignInPage() -> impl IntoView {
    let texts = use_texts();
    let next = use_query_map().get_untracked().get("next").unwrap_or_default();
    let form = use_form::<SignIn>().check(|input| input.form.parse_sign_in().map(|_| ()));
    view! {
        <Title text=texts.accounts.sign_in_title/>
        <PlainFrame>
            <h1 class="page-title">{texts.accounts.sign_in_title}</h1>
            <PostForm form go=literal(paths::local(&next)) reload=true class="stack">
                <TextField
                    label=texts.accounts.email
                    name="form[email]"
                    kind="email"
                    autocomplete="username"
                    required=true
                    autofocus=true
                />
                <TextField
                    label=texts.accounts.password
                    name="form[password]"
                    kind="password"
                    autocomplete="current-password"
                    required=true
                />
                <SubmitButton label=texts.accounts.sign_in busy=texts.accounts.signing_in/>
            </PostForm>
            <p class="plain-other">
                {texts.accounts.no_account} " " <a class="link" href=paths::REGISTER>{texts.accounts.register}</a>
            </p>
        </PlainFrame>
    }
}

/// A path in which no placeholder is looked for.
fn literal(path: &str) -> String {
    path.replace('{', "%7B").replace('}', "%7D")
}
