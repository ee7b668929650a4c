//! The form of an access authorization, to create one and to change one's description.

use crate::{
    components::{
        Choice, DialogActions, FormSkeleton, Loaded, NameValue, NameValues, PostForm, Select,
        SubmitButton, TextArea, TextField, use_form,
    },
    contexts::{use_data, use_texts},
    paths,
    server_fns::access_auths::{CreateAccessAuth, UpdateAccessAuth, list_own_callers},
};
use domain::{AccessAuth, AccessAuthType, OwnCaller};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

/// Chooses the kind of caller, then names it; binding it is next. The kind is a state of the URL (`?type=`).
#[component]
pub(super) fn CreateAuthForm(close_href: String) -> impl IntoView {
    let params = use_query_map();
    let kind = Memo::new(move |_| {
        let asked = params.with(|params| params.get("type"));
        asked.and_then(|kind| kind.parse::<AccessAuthType>().ok()).unwrap_or_default()
    });
    let own = use_data(move || kind.get(), list_own_callers);
    view! {
        <Kinds kind/>
        <Loaded data=own skeleton=|| view! { <FormSkeleton fields=2/> } let:own>
            <NameCaller kind=kind.get_untracked() own close_href=close_href.clone()/>
        </Loaded>
    }
}

/// The kinds of callers, to choose from.
#[component]
fn Kinds(kind: Memo<AccessAuthType>) -> impl IntoView {
    let t = use_texts().access_auths;
    let (path, params) = (use_location().pathname, use_query_map());
    let links = AccessAuthType::ALL.map(|one| {
        let href = move || {
            let chosen = [("type", Some(one.as_str()))];
            path.with(|path| params.with(|params| paths::with_query(path, params, &chosen)))
        };
        let current = move || (kind.get() == one).then_some("page");
        view! { <li><a class="tab" href=href aria-current=current>{(t.user_type_of)(one)}</a></li> }
    });
    view! { <nav class="tabs" aria-label=t.user_type><ul>{links.into_iter().collect_view()}</ul></nav> }
}

#[component]
fn NameCaller(kind: AccessAuthType, own: Vec<OwnCaller>, close_href: String) -> impl IntoView {
    let texts = use_texts();
    let t = texts.access_auths;
    let form = use_form::<CreateAccessAuth>().check(|input| input.form.parse().map(|_| ()));
    // An account is somebody else as a rule; of the own keys there may be none.
    let choose = kind != AccessAuthType::Account && !own.is_empty();
    let own = if choose { own } else { Vec::new() };
    view! {
        <PostForm form go="/access-auths/{id}" notice=t.created class="stack">
            <p class="text-muted">{(t.user_type_help)(kind)}</p>
            <input type="hidden" name="form[type]" value=kind.as_str()/>
            <OwnKeys own/>
            <TextField
                label=(t.named_by)(kind)
                name="form[access_key]"
                field="accessKey"
                rule=(t.named_by_rule)(kind)
                placeholder=example(kind)
                mono=true
                required=!choose
            />
            <Description value=String::new() name="form[description]"/>
            <DialogActions close_href>
                <SubmitButton label=t.create_and_bind busy=t.creating/>
            </DialogActions>
        </PostForm>
    }
}

/// The account's own keys, to choose from; nothing where there are none.
#[component]
fn OwnKeys(own: Vec<OwnCaller>) -> impl IntoView {
    let t = use_texts().access_auths;
    if own.is_empty() {
        return ().into_any();
    }
    let own = own.into_iter().map(|one| {
        let label = match one.name.as_str() {
            "" => one.reference.clone(),
            name => format!("{name} ({})", one.reference),
        };
        Choice::new(one.reference, label)
    });
    let choices = [Choice::new("", t.own_none)].into_iter().chain(own).collect();
    view! { <Select label=t.own name="form[own]" choices/> }.into_any()
}

/// What a name of this kind looks like.
fn example(kind: AccessAuthType) -> &'static str {
    match kind {
        AccessAuthType::SubscriptionKey => "sk-xu634ikbyia3",
        AccessAuthType::AccessKey => "6c026a79cdbb",
        AccessAuthType::PlatformKey => "1A2B3C4D5E6F708192A3B4C5D6E7F809",
        AccessAuthType::Account => "name@example.com",
    }
}

/// Changes the description; who is authorized stays.
#[component]
pub(super) fn EditAuthForm(auth: AccessAuth, close_href: String) -> impl IntoView {
    let texts = use_texts();
    let t = texts.access_auths;
    let form = use_form::<UpdateAccessAuth>();
    let (named_by, name) = ((t.named_by)(auth.r#type()), auth.name);
    view! {
        <PostForm form go=close_href.clone() notice=t.saved class="stack">
            <input type="hidden" name="id" value=auth.id.to_string()/>
            <NameValues>
                <NameValue name=named_by><span class="font-mono">{name}</span></NameValue>
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
