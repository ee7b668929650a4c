//! What is said where a revision is live: it is read-only, and a new one is a click away.

use crate::{
    components::{LinkButton, PostForm, SubmitButton, use_form},
    contexts::use_texts,
    paths,
    server_fns::revisions::CreateRevision,
};
use domain::{ApiGroupId, Environment, RevisionNumber, RevisionView};
use leptos::prelude::*;

/// Over the APIs of a live revision: where it runs, and a button that makes a revision from it to go on with.
#[component]
pub(super) fn ReadOnlyNotice(
    group: ApiGroupId,
    /// The live revision.
    revision: RevisionView,
    /// The number of the new one; nothing when there is none left.
    next: Option<RevisionNumber>,
    /// The page of the group to go on with: `apis`, `import`.
    page: &'static str,
) -> impl IntoView {
    let texts = use_texts();
    let words = texts.apis;
    let number = revision.revision.number;
    let form = use_form::<CreateRevision>();
    let deployments = paths::group_page(&group, "deployments");
    let make = next.map(|next| {
        let go = format!("{}?revision={{number}}", paths::group_page(&group, page));
        let notice = (words.made_version)(&next.to_string());
        view! {
            <PostForm form go notice>
                <input type="hidden" name="group" value=group.to_string()/>
                <input type="hidden" name="form[number]" value=next.to_string()/>
                <input type="hidden" name="form[based_on]" value=number.to_string()/>
                <SubmitButton label=Signal::stored((words.make_version)(&next.to_string())) busy=texts.revisions.creating/>
            </PostForm>
        }
    });
    view! {
        <div class="notice notice-warning">
            <p class="notice-title">{(words.read_only)(&number.to_string(), &names(&revision.published_to))}</p>
            <p>{words.read_only_help}</p>
            <div class="notice-actions">
                {make}
                <LinkButton href=deployments>{words.deployments}</LinkButton>
            </div>
        </div>
    }
}

/// Over a form that cannot be saved to its revision: that it goes to a new one. After a refusal also with the button.
#[component]
pub(super) fn SaveInNew(
    /// The live revision.
    revision: RevisionNumber,
    /// Where it runs.
    environments: Vec<Environment>,
    /// The number of the new one.
    next: RevisionNumber,
    /// Whether a save was refused: then the form has told why.
    refused: bool,
) -> impl IntoView {
    let words = use_texts().apis;
    if refused {
        return view! {
            <div class="notice notice-warning">
                <p>{words.form.save_in_new_refused}</p>
                <div class="notice-actions"><SubmitInNew next/></div>
            </div>
        }
        .into_any();
    }
    let title = (words.read_only)(&revision.to_string(), &names(&environments));
    view! {
        <div class="notice notice-warning">
            <p class="notice-title">{title}</p>
            <p>{words.form.save_in_new_help}</p>
        </div>
    }
    .into_any()
}

/// The button that saves a form to a new revision: it sends `into`.
#[component]
pub(super) fn SubmitInNew(next: RevisionNumber) -> impl IntoView {
    let texts = use_texts();
    let label = (texts.apis.form.save_in_new)(&next.to_string());
    view! {
        <SubmitButton label=Signal::stored(label) busy=texts.common.saving name="into" value=next.to_string()/>
    }
}

fn names(environments: &[Environment]) -> String {
    let texts = use_texts();
    let names: Vec<&str> = environments.iter().map(|e| (texts.common.environment)(*e)).collect();
    names.join(texts.common.list_separator)
}
