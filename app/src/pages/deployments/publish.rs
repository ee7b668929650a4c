//! The publish dialog, over every page of a group: `?dialog=publish&revision=&environment=`. Without JavaScript its button
//! "show what changes" sends the form to the page itself, so all that was typed is in the URL then.

use super::{
    backend_fields::BackendFields,
    canary_fields::TrafficFields,
    choices::{self, Choices, Opening},
    preview::{Chosen, Note, WhatChanges},
    published::{PublishedView, refresh_after},
    warning::ReplaceWarning,
};
use crate::{
    components::{
        Choice, Dialog, DialogActions, FormState, Loaded, PostForm, RadioGroup, Select,
        SubmitButton, TextArea, revision_select::revision_label, use_form,
    },
    contexts::use_texts,
    pages::api_groups::group_frame::use_group,
    paths,
    server_fns::deployments::Publish,
};
use domain::{DomainError, Environment, RevisionNumber, RevisionView, deployment::DESCRIPTION_MAX};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

/// A field as it was typed before the page was rendered: into a form that was refused, or one that asked what changes.
#[derive(Clone, Copy)]
pub(super) struct Earlier(StoredValue<Vec<(String, String)>>);

impl Earlier {
    fn new(form: FormState<Publish>) -> Self {
        let query = use_query_map().get_untracked();
        let asked = query.latest_values().map(|(name, value)| (name.to_string(), value.to_owned()));
        // What was sent last comes first.
        Self(StoredValue::new(form.all_typed().into_iter().chain(asked).collect()))
    }

    pub(super) fn get(self, name: &str) -> Option<String> {
        self.0.with_value(|fields| {
            fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone())
        })
    }
}

/// The page without the dialog. The list of APIs goes on showing the revision that it showed.
fn close_href() -> String {
    let path = use_location().pathname.get_untracked();
    let query = use_query_map().get_untracked();
    let fields: Vec<String> = query
        .latest_values()
        .map(|(name, _)| name.to_string())
        .filter(|name| is_own(name, &path))
        .collect();
    let changes: Vec<(&str, Option<&str>)> =
        fields.iter().map(|name| (name.as_str(), None)).collect();
    paths::with_query(&path, &query, &changes)
}

fn is_own(name: &str, path: &str) -> bool {
    let of_page = name == "revision" && path.contains("/apis");
    let own = matches!(name, "dialog" | "environment" | "revision" | "group")
        || name.starts_with("form[");
    (own || name.starts_with("__")) && !of_page
}

/// Publish a revision of the group to an environment.
#[component]
pub fn PublishDialog() -> impl IntoView {
    let group = use_group();
    let form = use_form::<Publish>().check(|input| input.form.parse().map(|_| ()));
    let earlier = Earlier::new(form);
    let asked = |long: &str, short: &str| earlier.get(long).or_else(|| earlier.get(short));
    let environment = asked("form[environment]", "environment").and_then(|text| text.parse().ok());
    let environment = environment.unwrap_or(Environment::Test);
    let published = untrack(|| form.value());
    let opening = Opening {
        environment,
        revision: asked("form[revision]", "revision").and_then(|text| text.parse().ok()),
        published: published.map(|published| published.deployment.deployment.revision),
    };
    // Not read again after a publish: the dialog then tells what was done with what it had.
    let choices =
        Resource::new(move || group.id.get(), move |group| choices::read(group, opening.clone()));
    view! {
        <Loaded data=choices let:choices>
            <PublishBody form choices environment earlier/>
        </Loaded>
    }
}

/// The form, and once it has succeeded what it has done.
#[component]
fn PublishBody(
    form: FormState<Publish>,
    choices: Choices,
    environment: Environment,
    earlier: Earlier,
) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.deployments.publishing;
    let chosen = Chosen::new(&choices, environment);
    // Only a success changes it: what is typed must outlive a refusal.
    let done = Memo::new(move |_| form.value());
    refresh_after(done);
    move || {
        let (choices, close) = (choices.clone(), close_href());
        let name = choices.group.name.clone();
        let name = name.as_str();
        let (title, content) = match (done.get(), chosen) {
            (Some(published), _) => {
                let (title, close_href) = ((words.done_title)(name), close.clone());
                let Choices { group, apis, .. } = choices;
                (title, view! { <PublishedView group apis published close_href/> }.into_any())
            }
            (None, Some(chosen)) => {
                let title = (words.title)(name);
                (title, view! { <PublishForm form choices chosen earlier/> }.into_any())
            }
            (None, None) => ((words.title)(name), ().into_any()),
        };
        view! { <Dialog title close_href=close wide=true>{content}</Dialog> }
    }
}

#[component]
fn PublishForm(
    form: FormState<Publish>,
    choices: Choices,
    chosen: Chosen,
    earlier: Earlier,
) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.deployments.publishing;
    let group = choices.group.clone();
    let choices = StoredValue::new(choices);
    let is_canary = RwSignal::new(choices.with_value(|choices| {
        let running = choices.running(chosen.environment.get_untracked());
        let can = running.is_some_and(|view| view.canary.is_none());
        can && earlier.get("form[traffic]").as_deref() == Some("canary")
    }));
    let warning = move || {
        let environment = chosen.environment.get();
        let now = choices.with_value(|choices| {
            choices.running(environment).map(|view| view.deployment.revision)
        });
        let is_canary = is_canary.get();
        view! { <ReplaceWarning environment now then=chosen.revision.get() is_canary/> }
    };
    let empty = Signal::derive(move || {
        let number = chosen.revision.get();
        choices.with_value(|choices| {
            choices
                .revisions
                .iter()
                .any(|view| view.revision.number == number && view.api_count == 0)
        })
    });
    let difference = Signal::derive(move || chosen.difference());
    let label = Signal::derive(move || {
        let name = (texts.common.environment)(chosen.environment.get());
        if is_canary.get() { (texts.canaries.button)(name) } else { (words.button)(name) }
    });
    view! {
        <PostForm form class="stack">
            <input type="hidden" name="group" value=group.id.to_string()/>
            <p>{(words.confirm)(&group.name)}</p>
            <EnvironmentField chosen/>
            <TrafficFields choices chosen earlier is_canary/>
            {warning}
            <RevisionField choices chosen/>
            <Note chosen/>
            <BackendFields choices chosen earlier/>
            <WhatChanges difference empty nothing=words.nothing_changes/>
            <TextArea
                label=texts.common.description
                name="form[description]"
                value=earlier.get("form[description]").unwrap_or_default()
                rule=words.description_rule
                rows=2
                check=check_description
            />
            <DialogActions close_href=close_href()>
                <ShowChanges dialog="publish"/>
                <SubmitButton label busy=words.busy disabled=empty/>
            </DialogActions>
        </PostForm>
    }
}

#[component]
fn EnvironmentField(chosen: Chosen) -> impl IntoView {
    let texts = use_texts();
    let choices = Environment::ALL.map(|environment| {
        Choice::new(environment.as_str(), (texts.common.environment)(environment))
    });
    view! {
        <RadioGroup
            label=texts.deployments.publishing.environment
            name="form[environment]"
            value=chosen.environment.get_untracked().as_str()
            choices=choices.to_vec()
            inline=true
            on_change=move |text: String| {
                if let Ok(environment) = text.parse() {
                    chosen.environment.set(environment);
                }
            }
        />
    }
}

#[component]
fn RevisionField(choices: StoredValue<Choices>, chosen: Chosen) -> impl IntoView {
    let texts = use_texts();
    let option = |view: &RevisionView| {
        Choice::new(view.revision.number.to_string(), revision_label(texts, view))
    };
    let options =
        choices.with_value(|choices| choices.revisions.iter().map(option).collect::<Vec<_>>());
    view! {
        <Select
            label=texts.deployments.publishing.version
            name="form[revision]"
            value=chosen.revision.get_untracked().to_string()
            choices=options
            on_change=move |text: String| choose(chosen.revision, &text)
        />
    }
}

/// Takes a revision from a list of them.
fn choose(revision: RwSignal<RevisionNumber>, text: &str) {
    if let Ok(number) = text.parse() {
        revision.set(number);
    }
}

/// Without JavaScript: sends the form to the page, which shows what would change.
#[component]
pub(super) fn ShowChanges(
    /// The dialog that the page is to show.
    dialog: &'static str,
) -> impl IntoView {
    let here = use_location().pathname.get_untracked();
    view! {
        <button
            type="submit"
            class="button only-without-script"
            formmethod="get"
            formaction=here
            name="dialog"
            value=dialog
        >
            {use_texts().deployments.publishing.update}
        </button>
    }
}

fn check_description(text: &str) -> Option<DomainError> {
    let mut violations = Vec::new();
    domain::text::check_length("description", text, DESCRIPTION_MAX, &mut violations);
    violations.pop()
}
