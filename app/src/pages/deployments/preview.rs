//! What a choice would change: read with the dialog for the first choice, and by the browser for each that follows.

use super::choices::{Choices, Offered};
use crate::{
    components::{ErrorNotice, difference::DifferenceView},
    contexts::use_texts,
    error::AppError,
    server_fns::deployments::preview_publish,
};
use domain::{BackendService, Difference, Environment, PublishPreview, RevisionNumber};
use leptos::{prelude::*, task::spawn_local};

/// Changes that are shown before "show more".
const SHOWN: usize = 6;

/// What is chosen, and what it would change.
#[derive(Clone, Copy)]
pub(super) struct Chosen {
    pub(super) environment: RwSignal<Environment>,
    pub(super) revision: RwSignal<RevisionNumber>,
    /// The backend as far as it is known: an address that is being typed is none yet.
    pub(super) backend: RwSignal<Option<BackendService>>,
    preview: RwSignal<Result<PublishPreview, AppError>>,
}

impl Chosen {
    /// The first choice; nothing when there is none.
    pub(super) fn new(choices: &Choices, environment: Environment) -> Option<Self> {
        let Offered { revision, preview } = choices.offered.clone()?;
        let chosen = Self {
            environment: RwSignal::new(environment),
            revision: RwSignal::new(revision),
            backend: RwSignal::new(None),
            preview: RwSignal::new(Ok(preview)),
        };
        let group = choices.group.id.clone();
        let asked = Memo::new(move |_| (chosen.environment.get(), chosen.revision.get()));
        Effect::new(move |before: Option<_>| {
            let now = asked.get();
            if before.is_some_and(|before| before != now) {
                let group = group.clone();
                spawn_local(async move {
                    let (environment, revision) = now;
                    let answer = preview_publish(group, revision, environment).await;
                    // Another choice may have been made, or the dialog closed, meanwhile.
                    if asked.try_get_untracked() == Some(now) {
                        chosen.preview.set(answer);
                    }
                });
            }
            now
        });
        Some(chosen)
    }
}

/// What would change by the chosen revision.
#[component]
pub(super) fn WhatChanges(
    chosen: Chosen,
    /// Whether the revision has no APIs.
    #[prop(into)]
    empty: Signal<bool>,
) -> impl IntoView {
    move || match chosen.preview.get() {
        Ok(PublishPreview { current, difference, .. }) => {
            let running = current.as_ref().map(|current| &current.backend);
            let difference = match chosen.backend.get() {
                Some(backend) => difference.with_backend(running, &backend),
                None => difference,
            };
            view! { <Changes difference empty=empty.get()/> }.into_any()
        }
        Err(error) => view! { <ErrorNotice error/> }.into_any(),
    }
}

/// The note of the chosen revision.
#[component]
pub(super) fn Note(chosen: Chosen) -> impl IntoView {
    let texts = use_texts();
    let note = move || match chosen.preview.get() {
        Ok(preview) if !preview.note.is_empty() => preview.note,
        _ => texts.common.none.to_owned(),
    };
    view! {
        <div class="field">
            <p class="field-label">{texts.deployments.publishing.note}</p>
            <p class="read-only-value">{note}</p>
        </div>
    }
}

#[component]
fn Changes(difference: Difference, empty: bool) -> impl IntoView {
    let words = &use_texts().deployments.publishing;
    let changes = if empty {
        view! { <p class="notice notice-danger">{words.no_apis}</p> }.into_any()
    } else if difference.is_empty() {
        view! { <p class="text-muted">{words.nothing_changes}</p> }.into_any()
    } else {
        // Scrolls, so it must be reachable by the keyboard.
        view! {
            <div class="changes-box" tabindex="0" role="region" aria-label=words.what_changes>
                <DifferenceView difference limit=SHOWN/>
            </div>
        }
        .into_any()
    };
    view! {
        <section class="field" aria-live="polite">
            <h3 class="field-label">{words.what_changes}</h3>
            {changes}
        </section>
    }
}
