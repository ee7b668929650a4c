//! The form of an access authorization, to create one and to change one's description.

use crate::{
    components::{
        DialogActions, NameValue, NameValues, PostForm, SubmitButton, TextArea, TextField, use_form,
    },
    contexts::use_texts,
    server_fns::access_auths::{CreateAccessAuth, UpdateAccessAuth},
};
use domain::AccessAuth;
use leptos::prelude::*;

/// Authorizes a key by its id; binding it is next.
#[component]
pub(super) fn CreateAuthForm(close_href: String) -> impl IntoView {
    let texts = use_texts();
    let t = texts.access_auths;
    let form = use_form::<CreateAccessAuth>().check(|input| input.form.parse().map(|_| ()));
    view! {
        <PostForm form go="/access-auths/{id}" notice=t.created class="stack">
            <TextField
                label=t.key_id
                name="form[access_key_id]"
                field="accessKey"
                rule=t.key_id_rule
                placeholder="6c026a79cdbb"
                mono=true
                required=true
            />
            <Description value=String::new() name="form[description]"/>
            <DialogActions close_href>
                <SubmitButton label=t.create_and_bind busy=t.creating/>
            </DialogActions>
        </PostForm>
    }
}

/// Changes the description; the key that is authorized stays.
#[component]
pub(super) fn EditAuthForm(auth: AccessAuth, close_href: String) -> impl IntoView {
    let texts = use_texts();
    let t = texts.access_auths;
    let form = use_form::<UpdateAccessAuth>();
    view! {
        <PostForm form go=close_href.clone() notice=t.saved class="stack">
            <input type="hidden" name="id" value=auth.id.to_string()/>
            <NameValues>
                <NameValue name=t.key_id><span class="font-mono">{auth.access_key_id.to_string()}</span></NameValue>
            </NameValues>
            <Description value=auth.description name="description"/>
            <DialogActions close_href>
                <SubmitButton label=texts.common.save busy=texts.common.saving/>
            </DialogActions>
        </PostForm>
    }
}

#[component]
fn Description(value: String, name: &'static str) -> impl IntoView {
    let texts = use_texts();
    view! {
        <TextArea
            label=texts.common.description
            name
            field="description"
            value
            rule=(texts.access_auths.description_rule)()
        />
    }
}
