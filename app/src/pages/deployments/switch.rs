//! The dialog that lets an environment run another revision: `?dialog=switch&environment=`.

use super::{
    BackendShown,
    choices::{self, Choices, Opening},
    preview::{Chosen, Note, WhatChanges},
    publish::choose,
    published::PublishedView,
    warning::ReplaceWarning,
};
use crate::{
    components::{
        Choice, Dialog, DialogActions, FormState, LinkButton, Loaded, PostForm, Select,
        SubmitButton, Variant, revision_select::revision_label, use_form,
    },
    contexts::use_texts,
    pages::api_groups::group_frame::use_group,
    paths,
    server_fns::deployments::SwitchToRevision,
};
use domain::{ApiGroupId, DeploymentView, Environment, RevisionView};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// Switch an environment to another revision; its backend stays.
#[component]
pub(super) fn SwitchDialog(environment: Environment, close_href: String) -> impl IntoView {
    let group = use_group();
    let form = use_form::<SwitchToRevision>();
    let named = form.typed("revision").or_else(|| use_query_map().get_untracked().get("revision"));
    let published = untrack(|| form.value());
    let opening = Opening {
        environment,
        revision: named.and_then(|text| text.parse().ok()),
        running_too: false,
        published: published.map(|published| published.deployment.deployment.revision),
    };
    // Not read again after the switch: the dialog then tells what was done with what it had.
    let choices =
        Resource::new(move || group.id.get(), move |group| choices::read(group, opening.clone()));
    view! {
        <Loaded data=choices let:choices>
            <SwitchBody form choices environment close_href=close_href.clone()/>
        </Loaded>
    }
}

/// The form, and once it has succeeded what it has done.
#[component]
fn SwitchBody(
    form: FormState<SwitchToRevision>,
    choices: Choices,
    environment: Environment,
    close_href: String,
) -> impl IntoView {
    let texts = use_texts();
    let title =
        (texts.deployments.publishing.switch_title)((texts.common.environment)(environment));
    let chosen = Chosen::new(&choices, environment);
    // Only a success changes it: what is chosen must outlive a refusal.
    let done = Memo::new(move |_| form.value());
    move || {
        let (title, close, choices) = (title.clone(), close_href.clone(), choices.clone());
        let running = choices.running(environment).cloned();
        let close_href = close.clone();
        let content = match (done.get(), running, chosen) {
            (Some(published), ..) => {
                view! { <PublishedView choices published close_href/> }.into_any()
            }
            (None, Some(running), Some(chosen)) => {
                view! { <SwitchForm form choices running chosen close_href/> }.into_any()
            }
            (None, Some(_), None) => view! { <NoOther id=choices.group.id close_href/> }.into_any(),
            (None, None, _) => view! { <p>{texts.common.not_published}</p> }.into_any(),
        };
        view! { <Dialog title close_href=close wide=true>{content}</Dialog> }
    }
}

#[component]
fn NoOther(id: ApiGroupId, close_href: String) -> impl IntoView {
    let texts = use_texts();
    let new = format!("{}?dialog=new", paths::group_page(&id, "revisions"));
    view! {
        <p>{texts.deployments.publishing.no_other}</p>
        <DialogActions close_href>
            <LinkButton href=new variant=Variant::Primary>{texts.revisions.create}</LinkButton>
        </DialogActions>
    }
}

#[component]
fn SwitchForm(
    form: FormState<SwitchToRevision>,
    choices: Choices,
    running: DeploymentView,
    chosen: Chosen,
    close_href: String,
) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.deployments.publishing;
    let deployment = running.deployment;
    let (environment, now) = (deployment.environment, deployment.revision);
    let option = |view: &RevisionView| {
        Choice::new(view.revision.number.to_string(), revision_label(texts, view))
    };
    let others = choices.revisions.iter().filter(|view| view.revision.number != now);
    let options: Vec<Choice> = others.map(option).collect();
    let label = Signal::derive(move || (words.switch_button)(&chosen.revision.get().to_string()));
    view! {
        <PostForm form class="stack">
            <input type="hidden" name="group" value=choices.group.id.to_string()/>
            <input type="hidden" name="environment" value=environment.as_str()/>
            <p>{(words.switch_help)((texts.common.environment)(environment))}</p>
            {move || view! { <ReplaceWarning environment now=Some(now) then=chosen.revision.get()/> }}
            <Select
                label=words.version
                name="revision"
                value=chosen.revision.get_untracked().to_string()
                choices=options
                on_change=move |text: String| choose(chosen.revision, &text)
            />
            <Note chosen/>
            <div class="field">
                <p class="field-label">{words.backend}</p>
                <p class="read-only-value"><BackendShown backend=deployment.backend/></p>
                <p class="field-rule">{words.switch_backend}</p>
            </div>
            <WhatChanges chosen empty=false/>
            <DialogActions close_href>
                <SubmitButton label busy=words.switching/>
            </DialogActions>
        </PostForm>
    }
}
