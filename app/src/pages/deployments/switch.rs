//! The dialog that lets an environment run another revision: `?dialog=switch&environment=`.

use super::{
    BackendShown, Choices, choices,
    published::{PublishedView, sample_apis},
    publish_fields::WhatChanges,
    warning::ReplaceWarning,
};
use crate::{
    components::{
        Choice, Dialog, DialogActions, FormState, Loaded, PostForm, Select, SubmitButton,
        revision_select::revision_label, use_form,
    },
    contexts::use_texts,
    error::AppError,
    pages::api_groups::group_frame::use_group,
    paths,
    server_fns::{
        deployments::{SwitchToRevision, preview_publish},
        revisions::all_revisions,
    },
};
use domain::{
    ApiGroupId, DeploymentView, Environment, PublishPreview, RevisionNumber, RevisionView,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The revision that is offered first: the newest that does not run there.
fn offered(revisions: &[RevisionView], environment: Environment) -> Option<RevisionNumber> {
    let other = revisions.iter().find(|view| !view.published_to.contains(&environment));
    other.map(|view| view.revision.number)
}

async fn read_preview(
    group: Option<ApiGroupId>,
    revision: Option<RevisionNumber>,
    environment: Environment,
) -> Result<Option<PublishPreview>, AppError> {
    let group = group.ok_or(AppError::NotFound)?;
    let revision = match revision {
        Some(revision) => Some(revision),
        None => offered(&all_revisions(group.clone()).await?, environment),
    };
    match revision {
        Some(revision) => preview_publish(group, revision, environment).await.map(Some),
        None => Ok(None),
    }
}

/// Switch an environment to another revision; its backend stays.
#[component]
pub(super) fn SwitchDialog(environment: Environment, close_href: String) -> impl IntoView {
    let group = use_group();
    let form = use_form::<SwitchToRevision>();
    let query = use_query_map().get_untracked();
    let named = form.typed("revision").or_else(|| query.get("revision"));
    let revision = RwSignal::new(named.and_then(|text| text.parse().ok()));
    // Not read again after the switch: the dialog then tells what was done with what it had.
    let choices = Resource::new(move || group.id.get(), choices);
    let preview = Resource::new(
        move || (group.id.get(), revision.get()),
        move |(group, revision)| read_preview(group, revision, environment),
    );
    let apis = Resource::new(
        move || (group.id.get(), form.value().map(|published| published.deployment.deployment.revision)),
        |(group, revision)| sample_apis(group, revision),
    );
    view! {
        <Loaded data=choices skeleton=|| () let:choices>
            <SwitchBody form choices environment revision preview apis close_href=close_href.clone()/>
        </Loaded>
    }
}

#[component]
fn SwitchBody(
    form: FormState<SwitchToRevision>,
    choices: Choices,
    environment: Environment,
    revision: RwSignal<Option<RevisionNumber>>,
    preview: Resource<Result<Option<PublishPreview>, AppError>>,
    apis: Resource<Result<Vec<domain::Api>, AppError>>,
    close_href: String,
) -> impl IntoView {
    let texts = use_texts();
    let title = (texts.deployments.publishing.switch_title)((texts.common.environment)(environment));
    // Only a success changes it: what is chosen must outlive a refusal.
    let done = Memo::new(move |_| form.value());
    move || {
        let (title, close) = (title.clone(), close_href.clone());
        let content = match (done.get(), choices.running(environment)) {
            (Some(published), _) => {
                let group = choices.group.clone();
                view! { <PublishedView group published apis close_href=close.clone()/> }.into_any()
            }
            (None, Some(running)) => view! {
                <SwitchForm form choices=choices.clone() running=running.clone() revision preview close_href=close.clone()/>
            }
            .into_any(),
            (None, None) => view! { <p>{texts.common.not_published}</p> }.into_any(),
        };
        view! { <Dialog title close_href=close wide=true>{content}</Dialog> }
    }
}

#[component]
fn SwitchForm(
    form: FormState<SwitchToRevision>,
    choices: Choices,
    running: DeploymentView,
    revision: RwSignal<Option<RevisionNumber>>,
    preview: Resource<Result<Option<PublishPreview>, AppError>>,
    close_href: String,
) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.deployments.publishing;
    let deployment = running.deployment;
    let environment = deployment.environment;
    let Some(first) = offered(&choices.revisions, environment) else {
        return view! {
            <p>{words.no_other}</p>
            <DialogActions close_href>
                <a class="button button-primary" href=format!("{}?dialog=new", paths::group_page(&choices.group.id, "revisions"))>
                    {texts.revisions.create}
                </a>
            </DialogActions>
        }
        .into_any();
    };
    let others = choices.revisions.iter().filter(|view| view.revision.number != deployment.revision);
    let options = others.map(|view| Choice::new(view.revision.number.to_string(), revision_label(texts, view)));
    let options = options.collect::<Vec<_>>();
    let then = move || revision.get().unwrap_or(first);
    let label = Signal::derive(move || (words.switch_button)(&then().to_string()));
    let now = deployment.revision;
    view! {
        <PostForm form class="stack">
            <input type="hidden" name="group" value=choices.group.id.to_string()/>
            <input type="hidden" name="environment" value=environment.as_str()/>
            <p>{(words.switch_help)((texts.common.environment)(environment))}</p>
            {move || view! { <ReplaceWarning environment now=Some(now) then=then()/> }}
            <Select
                label=words.version
                name="revision"
                value=then().to_string()
                choices=options
                on_change=move |text: String| revision.set(text.parse().ok())
            />
            <div class="field">
                <p class="field-label">{words.backend}</p>
                <p class="read-only-value"><BackendShown backend=deployment.backend/></p>
                <p class="field-rule">{words.switch_backend}</p>
            </div>
            <Loaded data=preview let:preview>
                {preview.map(|preview| view! { <WhatChanges preview empty=false/> })}
            </Loaded>
            <DialogActions close_href>
                <SubmitButton label busy=words.switching/>
            </DialogActions>
        </PostForm>
    }
    .into_any()
}
