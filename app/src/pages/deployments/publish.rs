//! The publish dialog, over every page of a group: `?dialog=publish&revision=&environment=`. Without JavaScript its button
//! "show what changes" sends the form to the page itself, so all that was typed is in the URL then.

use super::{
    Choices, choices,
    publish_fields::{BackendFields, WhatChanges},
    published::{PublishedView, sample_apis},
    warning::ReplaceWarning,
};
use crate::{
    components::{
        Choice, Dialog, DialogActions, FormState, Loaded, PostForm, RadioGroup, Select, SubmitButton,
        TextArea, revision_select::revision_label, use_form,
    },
    contexts::use_texts,
    error::AppError,
    pages::api_groups::group_frame::use_group,
    paths,
    server_fns::{
        deployments::{Publish, preview_publish},
        revisions::all_revisions,
    },
};
use domain::{
    ApiGroupId, DomainError, Environment, PublishPreview, RevisionNumber, deployment::DESCRIPTION_MAX,
};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

/// What is chosen in the dialog.
#[derive(Clone, Copy)]
pub(super) struct Chosen {
    pub(super) environment: RwSignal<Environment>,
    /// Nothing: the newest.
    pub(super) revision: RwSignal<Option<RevisionNumber>>,
}

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

async fn read_preview(
    group: Option<ApiGroupId>,
    revision: Option<RevisionNumber>,
    environment: Environment,
) -> Result<PublishPreview, AppError> {
    let group = group.ok_or(AppError::NotFound)?;
    let revision = match revision {
        Some(revision) => revision,
        None => {
            let newest = all_revisions(group.clone()).await?.into_iter().next();
            newest.ok_or(AppError::NotFound)?.revision.number
        }
    };
    preview_publish(group, revision, environment).await
}

/// The page without the dialog. The list of APIs goes on showing the revision that it showed.
fn close_href() -> String {
    let path = use_location().pathname.get_untracked();
    let query = use_query_map().get_untracked();
    let fields: Vec<String> =
        query.latest_values().map(|(name, _)| name.to_string()).filter(|name| is_own(name, &path)).collect();
    let changes: Vec<(&str, Option<&str>)> = fields.iter().map(|name| (name.as_str(), None)).collect();
    paths::with_query(&path, &query, &changes)
}

fn is_own(name: &str, path: &str) -> bool {
    let of_page = name == "revision" && path.contains("/apis");
    let own = matches!(name, "dialog" | "environment" | "revision" | "group") || name.starts_with("form[");
    (own || name.starts_with("__")) && !of_page
}

/// Publish a revision of the group to an environment.
#[component]
pub fn PublishDialog() -> impl IntoView {
    let group = use_group();
    let form = use_form::<Publish>().check(|input| input.form.parse().map(|_| ()));
    let earlier = Earlier::new(form);
    let parsed = |long: &str, short: &str| earlier.get(long).or_else(|| earlier.get(short));
    let environment = parsed("form[environment]", "environment").and_then(|text| text.parse().ok());
    let revision = parsed("form[revision]", "revision").and_then(|text| text.parse().ok());
    let chosen = Chosen {
        environment: RwSignal::new(environment.unwrap_or(Environment::Test)),
        revision: RwSignal::new(revision),
    };
    // Not read again after a publish: the dialog then tells what was done with what it had.
    let choices = Resource::new(move || group.id.get(), choices);
    let preview = Resource::new(
        move || (group.id.get(), chosen.revision.get(), chosen.environment.get()),
        |(group, revision, environment)| read_preview(group, revision, environment),
    );
    let apis = Resource::new(
        move || (group.id.get(), form.value().map(|published| published.deployment.deployment.revision)),
        |(group, revision)| sample_apis(group, revision),
    );
    view! {
        <Loaded data=choices skeleton=|| () let:choices>
            <PublishBody form choices chosen earlier preview apis/>
        </Loaded>
    }
}

#[component]
fn PublishBody(
    form: FormState<Publish>,
    choices: Choices,
    chosen: Chosen,
    earlier: Earlier,
    preview: Resource<Result<PublishPreview, AppError>>,
    apis: Resource<Result<Vec<domain::Api>, AppError>>,
) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.deployments.publishing;
    // Only a success changes it: what is typed must outlive a refusal.
    let done = Memo::new(move |_| form.value());
    move || {
        let (choices, close) = (choices.clone(), close_href());
        let name = &choices.group.name;
        let (title, content) = match done.get() {
            Some(published) => {
                let (title, group) = ((words.done_title)(name), choices.group);
                (title, view! { <PublishedView group published apis close_href=close.clone()/> }.into_any())
            }
            None => {
                let title = (words.title)(name);
                (title, view! { <PublishForm form choices chosen earlier preview/> }.into_any())
            }
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
    preview: Resource<Result<PublishPreview, AppError>>,
) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.deployments.publishing;
    let choices = StoredValue::new(choices);
    let newest = choices.with_value(|choices| choices.revisions.first().map(|view| view.revision.number));
    let revision = move || chosen.revision.get().or(newest).unwrap_or(RevisionNumber::FIRST);
    let warning = move || {
        let environment = chosen.environment.get();
        let now = choices.with_value(|choices| {
            choices.running(environment).map(|view| view.deployment.revision)
        });
        view! { <ReplaceWarning environment now then=revision()/> }
    };
    let empty = Signal::derive(move || {
        choices.with_value(|choices| {
            let chosen = choices.revisions.iter().find(|view| view.revision.number == revision());
            chosen.is_some_and(|view| view.api_count == 0)
        })
    });
    let label = Signal::derive(move || (words.button)((texts.common.environment)(chosen.environment.get())));
    let name = choices.with_value(|choices| choices.group.name.clone());
    view! {
        <PostForm form class="stack">
            <input type="hidden" name="group" value=choices.with_value(|choices| choices.group.id.to_string())/>
            <p>{(words.confirm)(&name)}</p>
            <EnvironmentField chosen/>
            {warning}
            <RevisionField choices chosen revision=revision()/>
            <BackendFields choices chosen earlier/>
            <Loaded data=preview let:preview><WhatChanges preview empty/></Loaded>
            <TextArea
                label=texts.common.description
                name="form[description]"
                value=earlier.get("form[description]").unwrap_or_default()
                rule=words.description_rule
                rows=2
                check=check_description
            />
            <DialogActions close_href=close_href()>
                <ShowChanges/>
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
fn RevisionField(choices: StoredValue<Choices>, chosen: Chosen, revision: RevisionNumber) -> impl IntoView {
    let texts = use_texts();
    let options = choices.with_value(|choices| {
        let option = |view: &domain::RevisionView| {
            Choice::new(view.revision.number.to_string(), revision_label(texts, view))
        };
        choices.revisions.iter().map(option).collect::<Vec<_>>()
    });
    view! {
        <Select
            label=texts.deployments.publishing.version
            name="form[revision]"
            value=revision.to_string()
            choices=options
            on_change=move |text: String| chosen.revision.set(text.parse().ok())
        />
    }
}

/// Without JavaScript: sends the form to the page, which shows what would change.
#[component]
fn ShowChanges() -> impl IntoView {
    let here = use_location().pathname.get_untracked();
    view! {
        <button
            type="submit"
            class="button only-without-script"
            formmethod="get"
            formaction=here
            name="dialog"
            value="publish"
        >
            {use_texts().deployments.publishing.update}
        </button>
    }
}

pub(super) fn check_description(text: &str) -> Option<DomainError> {
    let mut violations = Vec::new();
    domain::text::check_length("description", text, DESCRIPTION_MAX, &mut violations);
    violations.pop()
}
