//! Register.

use crate::{
    components::{PostForm, SubmitButton, TextField, use_form},
    contexts::use_texts,
    layout::PlainFrame,
    paths,
    server_fns::accounts::Register,
};
use domain::account::check_email;
use leptos::prelude::*;
use leptos_meta::Title;

/// Makes an account and signs it in.
#[component]
pub fn RegisterPage() -> impl IntoView {
    let texts = use_texts();
    let form = use_form::<Register>().check(|input| input.form.parse().map(|_| ()));
    view! {
        <Title text=texts.accounts.register_title/>
        <PlainFrame>
            <h1 class="page-title">{texts.accounts.register_title}</h1>
            <PostForm form go=paths::OVERVIEW reload=true class="stack">
                <TextField
                    label=texts.accounts.email
                    name="form[email]"
                    kind="email"
                    autocomplete="username"
                    required=true
                    autofocus=true
                    check=check_email
                />
                <TextField
                    label=texts.accounts.password
                    name="form[password]"
                    kind="password"
                    autocomplete="new-password"
                    rule=(texts.accounts.password_rule)()
                    required=true
                />
                <SubmitButton label=texts.accounts.register busy=texts.accounts.registering/>
            </PostForm>
            <p class="plain-other">{texts.accounts.first_is_operator}</p>
            <p class="plain-other">
                {texts.accounts.have_account} " " <a class="link" href=paths::SIGN_IN>{texts.accounts.sign_in}</a>
            </p>
        </PlainFrame>
    }
}
