//! The dialog that lets an environment run again what was published to it earlier: `?dialog=switch&environment=&release=`.
//! What is new is published instead.

use super::{
    choices::sample_apis,
    preview::{WhatChanges, follow},
    publish::ShowChanges,
    published::{PublishedView, refresh_after},
    warning::WarningLine,
};
use crate::{
    components::{
        Dialog, DialogActions, FormState, LinkButton, Loaded, PostForm, SubmitButton, Time,
        Variant, use_clock, use_form,
    },
    contexts::use_texts,
    error::AppError,
    pages::api_groups::group_frame::use_group,
    paths,
    server_fns::{
        api_groups::get_api_group,
        deployments::{SwitchToRelease, earlier_releases, list_deployments, preview_switch},
    },
};
use domain::{
    Api, ApiGroup, ApiGroupId, BackendService, Difference, Environment, Release, ReleaseId,
    RevisionNumber,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize};

/// What the dialog decides by, read in one go.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Choices {
    group: ApiGroup,
    environment: Environment,
    /// What runs there.
    running: Option<RevisionNumber>,
    /// What can be switched to, newest first.
    releases: Vec<Release>,
    /// What is chosen at first, and what it would change.
    offered: Option<(ReleaseId, Difference)>,
    /// APIs of what was switched to just before the page was rendered; none otherwise.
    apis: Vec<Api>,
}

impl Choices {
    fn release(&self, id: &ReleaseId) -> Option<&Release> {
        self.releases.iter().find(|release| release.id == *id)
    }
}

/// What the dialog is opened with.
#[derive(Clone)]
struct Opening {
    environment: Environment,
    /// The release that is named in the URL, or was sent.
    release: Option<ReleaseId>,
    /// What the dialog has switched to already.
    done: Option<RevisionNumber>,
}

async fn read(group: Option<ApiGroupId>, opening: Opening) -> Result<Choices, AppError> {
    let id = group.ok_or(AppError::NotFound)?;
    let group = get_api_group(id.clone()).await?.group;
    let deployments = list_deployments(id.clone()).await?.into_iter();
    let environment = opening.environment;
    let mut there = deployments.filter(|view| view.deployment.environment == environment);
    let running = there.next().map(|view| view.deployment.revision);
    let releases = earlier_releases(id.clone(), environment).await?;
    let named = releases.iter().find(|release| Some(&release.id) == opening.release.as_ref());
    let first = named.or(releases.first()).map(|release| release.id.clone());
    let offered = match first {
        Some(release) => {
            let difference = preview_switch(id.clone(), release.clone()).await?;
            Some((release, difference))
        }
        None => None,
    };
    let apis = match opening.done {
        // Its revision may be gone; a line to try is an extra.
        Some(revision) => sample_apis(id, revision).await.unwrap_or_default(),
        None => Vec::new(),
    };
    Ok(Choices { group, environment, running, releases, offered, apis })
}

/// Switch an environment back to something that was published to it.
#[component]
pub(super) fn SwitchDialog(environment: Environment, close_href: String) -> impl IntoView {
    let group = use_group();
    let form = use_form::<SwitchToRelease>();
    let named = form.typed("release").or_else(|| use_query_map().get_untracked().get("release"));
    let published = untrack(|| form.value());
    let opening = Opening {
        environment,
        release: named.and_then(|text| text.parse().ok()),
        done: published.map(|published| published.deployment.deployment.revision),
    };
    // Not read again after the switch: the dialog then tells what was done with what it had.
    let choices = Resource::new(move || group.id.get(), move |group| read(group, opening.clone()));
    view! {
        <Loaded data=choices let:choices>
            <SwitchBody form choices close_href=close_href.clone()/>
        </Loaded>
    }
}

/// The form, and once it has succeeded what it has done.
#[component]
fn SwitchBody(
    form: FormState<SwitchToRelease>,
    choices: Choices,
    close_href: String,
) -> impl IntoView {
    let texts = use_texts();
    let environment = (texts.common.environment)(choices.environment);
    let title = (texts.deployments.publishing.switch_title)(environment);
    let chosen = Chosen::new(&choices);
    // Only a success changes it: what is chosen must outlive a refusal.
    let done = Memo::new(move |_| form.value());
    refresh_after(done);
    move || {
        let (title, close, choices) = (title.clone(), close_href.clone(), choices.clone());
        let close_href = close.clone();
        let content = match (done.get(), chosen) {
            (Some(published), _) => {
                let Choices { group, apis, .. } = choices;
                view! { <PublishedView group apis published close_href/> }.into_any()
            }
            (None, Some(chosen)) => {
                view! { <SwitchForm form choices chosen close_href/> }.into_any()
            }
            (None, None) => view! { <NoOther choices close_href/> }.into_any(),
        };
        view! { <Dialog title close_href=close wide=true>{content}</Dialog> }
    }
}

/// What is chosen, and what it would change.
#[derive(Clone, Copy)]
struct Chosen {
    release: RwSignal<ReleaseId>,
    difference: RwSignal<Result<Difference, AppError>>,
}

impl Chosen {
    /// The first choice; nothing when there is none.
    fn new(choices: &Choices) -> Option<Self> {
        let (release, difference) = choices.offered.clone()?;
        let chosen =
            Self { release: RwSignal::new(release), difference: RwSignal::new(Ok(difference)) };
        let group = choices.group.id.clone();
        follow(Memo::new(move |_| chosen.release.get()), chosen.difference, move |release| {
            preview_switch(group.clone(), release)
        });
        Some(chosen)
    }
}

#[component]
fn NoOther(choices: Choices, close_href: String) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.deployments.publishing;
    let environment = choices.environment;
    let name = (texts.common.environment)(environment);
    let deployments = paths::group_page(&choices.group.id, "deployments");
    let publish = format!("{deployments}?dialog=publish&environment={environment}");
    view! {
        <p>{(words.no_other)(name)}</p>
        <DialogActions close_href>
            <LinkButton href=publish variant=Variant::Primary>{(texts.deployments.publish_to)(name)}</LinkButton>
        </DialogActions>
    }
}

#[component]
fn SwitchForm(
    form: FormState<SwitchToRelease>,
    choices: Choices,
    chosen: Chosen,
    close_href: String,
) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.deployments.publishing;
    let (clock, environment) = (use_clock(), choices.environment);
    let name = (texts.common.environment)(environment);
    let (group, releases) = (choices.group.id.clone(), choices.releases.clone());
    let history = paths::history(&group, environment);
    let choices = StoredValue::new(choices);
    let version = move || {
        choices.with_value(|choices| {
            choices.release(&chosen.release.get()).map(|it| it.revision.to_string())
        })
    };
    let label = Signal::derive(move || (words.switch_button)(&version().unwrap_or_default()));
    let warning = Signal::derive(move || {
        choices.with_value(|choices| {
            let Some(release) = choices.release(&chosen.release.get()) else {
                return String::new();
            };
            let (then, at) = (release.revision.to_string(), clock.tell(release.at));
            match choices.running {
                Some(now) => (words.switch_replaces)(name, &now.to_string(), &then, &at),
                None => (words.switch_first)(name, &then, &at),
            }
        })
    });
    view! {
        <PostForm form class="stack">
            <input type="hidden" name="group" value=group.to_string()/>
            <input type="hidden" name="environment" value=environment.as_str()/>
            <p>{(words.switch_help)(name)} " " <a class="link" href=history>{words.see_history}</a></p>
            <WarningLine text=warning/>
            <ReleaseField releases chosen=chosen.release/>
            <WhatChanges difference=chosen.difference nothing=words.switch_nothing_changes/>
            <DialogActions close_href>
                <ShowChanges dialog="switch"/>
                <SubmitButton label busy=words.switching/>
            </DialogActions>
        </PostForm>
    }
}

/// What can be switched to: version, when it was published, by whom, what was said of it, and its backend.
#[component]
fn ReleaseField(releases: Vec<Release>, chosen: RwSignal<ReleaseId>) -> impl IntoView {
    let texts = use_texts();
    let at_first = chosen.get_untracked();
    let rows = releases.into_iter().map(|release| {
        let (value, checked) = (release.id.to_string(), release.id == at_first);
        let backend = match &release.backend {
            BackendService::Mock => texts.deployments.backend_mock.to_owned(),
            backend => backend.to_string(),
        };
        let note = if release.description.is_empty() { release.note } else { release.description };
        let parts = [(texts.deployments.past.done_by)(&release.by), backend, note];
        let told: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let id = release.id;
        view! {
            <label class="choice">
                <input
                    type="radio"
                    name="release"
                    value=value
                    checked=checked
                    on:change=move |_| chosen.set(id.clone())
                />
                <span class="choice-label">
                    <span>
                        <span class="strong tabular-nums">{release.revision.to_string()}</span> " "
                        <Time at=release.at/>
                    </span>
                    <span class="choice-help">{told.join(" · ")}</span>
                </span>
            </label>
        }
    });
    view! {
        <fieldset class="field">
            <legend class="field-label">{texts.deployments.publishing.switch_choices}</legend>
            <div class="choices choices-many">{rows.collect_view()}</div>
        </fieldset>
    }
}
