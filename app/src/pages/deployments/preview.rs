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
        follow(asked, chosen.preview, move |(environment, revision)| {
            preview_publish(group.clone(), revision, environment)
        });
        Some(chosen)
    }

    /// What would change, the backend included.
    pub(super) fn difference(self) -> Result<Difference, AppError> {
        let PublishPreview { current, difference, .. } = self.preview.get()?;
        let running = current.as_ref().map(|current| &current.backend);
        Ok(match self.backend.get() {
            Some(backend) => difference.with_backend(running, &backend),
            None => difference,
        })
    }
}

/// Asks again with each other choice; what was chosen first has its answer.
pub(super) fn follow<K, T, A>(
    chosen: Memo<K>,
    answer: RwSignal<Result<T, AppError>>,
    ask: impl Fn(K) -> A + 'static,
) where
    K: Clone + PartialEq + Send + Sync + 'static,
    T: Send + Sync + 'static,
    A: Future<Output = Result<T, AppError>> + 'static,
{
    Effect::new(move |before: Option<K>| {
        let now = chosen.get();
        if before.is_some_and(|before| before != now) {
            let (asked, coming) = (now.clone(), ask(now.clone()));
            spawn_local(async move {
                let got = coming.await;
                // Another choice may have been made, or the dialog closed, meanwhile.
                if chosen.try_get_untracked() == Some(asked) {
                    answer.set(got);
                }
            });
        }
        now
    });
}

/// What would change by what is chosen.
#[component]
pub(super) fn WhatChanges(
    #[prop(into)] difference: Signal<Result<Difference, AppError>>,
    /// Whether the revision has no APIs.
    #[prop(optional, into)]
    empty: Signal<bool>,
    /// Said when nothing changes.
    nothing: &'static str,
) -> impl IntoView {
    move || match difference.get() {
        Ok(difference) => view! { <Changes difference empty=empty.get() nothing/> }.into_any(),
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
fn Changes(difference: Difference, empty: bool, nothing: &'static str) -> impl IntoView {
    let words = &use_texts().deployments.publishing;
    let changes = if empty {
        view! { <p class="notice notice-danger">{words.no_apis}</p> }.into_any()
    } else if difference.is_empty() {
        view! { <p class="text-muted">{nothing}</p> }.into_any()
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
