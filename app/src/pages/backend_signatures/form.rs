//! The form of a backend signature, to create one and to change one.

use crate::{
    components::{
        Choice, CodeBlock, DialogActions, PostForm, Select, SubmitButton, TextArea, use_form,
    },
    contexts::{use_texts, use_viewer},
    server_fns::backend_signatures::{CreateBackendSignature, UpdateBackendSignature},
};
use domain::BackendSignature;
use leptos::prelude::*;

/// Names a platform key; binding it is next.
#[component]
pub(super) fn CreateSignatureForm(keys: Vec<String>, close_href: String) -> impl IntoView {
    let t = use_texts().backend_signatures;
    if keys.is_empty() {
        return view! { <NoKeys/> }.into_any();
    }
    let form = use_form::<CreateBackendSignature>().check(|input| input.form.parse().map(|_| ()));
    view! {
        <PostForm form go="/backend-signatures/{id}" notice=t.created class="stack">
            <Fields keys access_key=String::new() description=String::new()/>
            <DialogActions close_href>
                <SubmitButton label=t.create_and_bind busy=t.creating/>
            </DialogActions>
        </PostForm>
    }
    .into_any()
}

/// Changes key and description. A key that is missing by now may stay.
#[component]
pub(super) fn EditSignatureForm(
    signature: BackendSignature,
    mut keys: Vec<String>,
    close_href: String,
) -> impl IntoView {
    let texts = use_texts();
    let t = texts.backend_signatures;
    let form = use_form::<UpdateBackendSignature>().check(|input| input.form.parse().map(|_| ()));
    let BackendSignature { id, access_key, description, .. } = signature;
    if !keys.contains(&access_key) {
        keys.insert(0, access_key.clone());
    }
    view! {
        <PostForm form go=close_href.clone() notice=t.saved class="stack">
            <input type="hidden" name="id" value=id.to_string()/>
            <Fields keys access_key description/>
            <DialogActions close_href>
                <SubmitButton label=texts.common.save busy=texts.common.saving/>
            </DialogActions>
        </PostForm>
    }
}

#[component]
fn Fields(keys: Vec<String>, access_key: String, description: String) -> impl IntoView {
    let texts = use_texts();
    let t = texts.backend_signatures;
    let choices = keys.into_iter().map(|key| Choice::new(key.clone(), key)).collect();
    view! {
        <p class="card-help">{t.help}</p>
        <Select
            label=t.access_key
            name="form[access_key]"
            field="accessKey"
            value=access_key
            choices
            rule=t.access_key_rule
        />
        <TextArea
            label=texts.common.description
            name="form[description]"
            field="description"
            value=description
            rule=(t.description_rule)()
        />
    }
}

/// How the account comes to a platform key.
#[component]
fn NoKeys() -> impl IntoView {
    let t = use_texts().backend_signatures;
    let email = use_viewer().map(|viewer| viewer.email).unwrap_or_default();
    let command = format!("paifang platform-key create --email {email}");
    view! {
        <p class="prose">{t.help}</p>
        <p class="prose">{t.no_keys}</p>
        <CodeBlock code=command label=t.access_key/>
    }
}
