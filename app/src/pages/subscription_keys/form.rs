//! The form of a subscription key, to create one and to change one.

use crate::{
    components::{DialogActions, PostForm, SubmitButton, TextArea, TextField, use_form},
    contexts::use_texts,
    server_fns::subscription_keys::{CreateSubscriptionKey, UpdateSubscriptionKey},
};
use domain::{SubscriptionKey, subscription_key::check_subscription_name};
use leptos::prelude::*;

/// Makes a key; its page is next.
#[component]
pub(super) fn CreateKeyForm(close_href: String) -> impl IntoView {
    let texts = use_texts();
    let t = texts.subscription_keys;
    let form = use_form::<CreateSubscriptionKey>().check(|input| input.form.parse().map(|_| ()));
    view! {
        <PostForm form go="/subscription-keys/{id}" notice=t.created class="stack">
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
pub(super) fn EditKeyForm(key: SubscriptionKey, close_href: String) -> impl IntoView {
    let texts = use_texts();
    let form = use_form::<UpdateSubscriptionKey>().check(|input| input.form.parse().map(|_| ()));
    view! {
        <PostForm form go=close_href.clone() notice=texts.subscription_keys.saved class="stack">
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
    let t = texts.subscription_keys;
    view! {
        <TextField
            label=texts.common.name
            name="form[name]"
            field="name"
            value=name
            rule=(t.name_rule)()
            required=true
            check=check_subscription_name
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
