//! The form of an access key, to create one and to change one.

use crate::{
    components::{DialogActions, PostForm, SubmitButton, TextArea, TextField, use_form},
    contexts::use_texts,
    server_fns::access_keys::{CreateAccessKey, UpdateAccessKey},
};
use domain::{AccessKey, access_key::check_key_name};
use leptos::prelude::*;

/// Makes a key; its page is next.
#[component]
pub(super) fn CreateKeyForm(close_href: String) -> impl IntoView {
    let texts = use_texts();
    let t = texts.access_keys;
    let form = use_form::<CreateAccessKey>().check(|input| input.form.parse().map(|_| ()));
    view! {
        <PostForm form go="/access-keys/{id}" notice=t.created class="stack">
            <p class="text-muted">{(t.limit)()}</p>
            <Fields name=String::new() description=String::new()/>
            <DialogActions close_href>
                <SubmitButton label=t.create busy=t.creating/>
            </DialogActions>
        </PostForm>
    }
}

/// Changes a key's name and description.
#[component]
pub(super) fn EditKeyForm(key: AccessKey, close_href: String) -> impl IntoView {
    let texts = use_texts();
    let form = use_form::<UpdateAccessKey>().check(|input| input.form.parse().map(|_| ()));
    view! {
        <PostForm form go=close_href.clone() notice=texts.access_keys.saved class="stack">
            <input type="hidden" name="id" value=key.id.to_string()/>
            <Fields name=key.name description=key.description/>
            <DialogActions close_href>
                <SubmitButton label=texts.common.save busy=texts.common.saving/>
            </DialogActions>
        </PostForm>
    }
}

#[component]
fn Fields(name: String, description: String) -> impl IntoView {
    let texts = use_texts();
    let t = texts.access_keys;
    view! {
        <TextField
            label=texts.common.name
            name="form[name]"
            field="keyName"
            value=name
            rule=(t.name_rule)()
            required=true
            check=check_key_name
        />
        <TextArea
            label=texts.common.description
            name="form[description]"
            field="keyDesc"
            value=description
            rule=(t.description_rule)()
        />
    }
}
