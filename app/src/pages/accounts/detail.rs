//! One's own account.

use crate::{
    components::{
        Crumb, NameValue, NameValues, PageHeader, PostForm, SubmitButton, TextField, use_form,
    },
    contexts::{use_texts, use_viewer},
    paths,
    server_fns::accounts::ChangePassword,
};
use domain::Role;
use leptos::prelude::*;

/// E-mail address, role, change password.
#[component]
pub fn AccountPage() -> impl IntoView {
    let texts = use_texts();
    let viewer = use_viewer().map(|viewer| {
        let role = match viewer.role {
            Role::Member => texts.accounts.role_member,
            Role::Operator => texts.accounts.role_operator,
        };
        view! {
            <NameValues>
                <NameValue name=texts.accounts.email>{viewer.email}</NameValue>
                <NameValue name=texts.accounts.role>{role}</NameValue>
            </NameValues>
        }
    });
    let crumbs = vec![
        Crumb::link(texts.common.console, paths::OVERVIEW),
        Crumb::here(texts.accounts.account_title),
    ];
    view! {
        <PageHeader title=texts.accounts.account_title crumbs/>
        <section class="card">{viewer}</section>
        <section class="card">
            <h2 class="card-title">{texts.accounts.password_title}</h2>
            <p class="card-help">{texts.accounts.password_help}</p>
            <PasswordForm/>
        </section>
    }
}

#[component]
fn PasswordForm() -> impl IntoView {
    let texts = use_texts();
    let form = use_form::<ChangePassword>().check(|input| input.form.parse().map(|_| ()));
    view! {
        <PostForm form go=paths::OVERVIEW notice=texts.accounts.password_changed class="form">
            <TextField
                label=texts.accounts.old_password
                name="form[old_password]"
                field="oldPassword"
                kind="password"
                autocomplete="current-password"
                required=true
            />
            <TextField
                label=texts.accounts.new_password
                name="form[new_password]"
                field="newPassword"
                kind="password"
                autocomplete="new-password"
                rule=(texts.accounts.password_rule)()
                required=true
            />
            <div class="form-actions"><SubmitButton label=texts.accounts.change_password/></div>
        </PostForm>
    }
}
