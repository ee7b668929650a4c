//! The dialogs over the list of revisions: a new one, its note, deleting one.

use crate::{
    components::{
        Choice, ConfirmDialog, Dialog, DialogActions, Loaded, LoadedBoth, PostForm, Select,
        SubmitButton, TextArea, TextField, revision_select::revision_label, use_form,
    },
    contexts::{use_data, use_texts},
    error::AppError,
    pages::api_groups::group_frame::{GroupContext, GroupData, use_group},
    paths,
    server_fns::revisions::{CreateRevision, DeleteRevision, UpdateRevisionNote, suggest_revision},
};
use domain::{ApiGroupId, DomainError, RevisionNumber, RevisionView, revision::check_note};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

/// The dialog that the URL asks for.
#[component]
pub(super) fn Dialogs() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        query.with(|query| {
            let revision =
                query.get("revision").and_then(|text| text.parse::<RevisionNumber>().ok());
            Some((query.get("dialog")?, revision))
        })
    });
    move || {
        let (dialog, revision) = asked.get()?;
        match (dialog.as_str(), revision) {
            ("new", based_on) => Some(view! { <NewDialog based_on/> }.into_any()),
            ("note", Some(number)) => Some(view! { <NoteDialog number/> }.into_any()),
            ("delete", Some(number)) => Some(view! { <DeleteDialog number/> }.into_any()),
            _ => None,
        }
    }
}

/// The list without the dialog.
fn close_href() -> String {
    let changes = [("dialog", None), ("revision", None)];
    paths::with_query(
        &use_location().pathname.get_untracked(),
        &use_query_map().get_untracked(),
        &changes,
    )
}

/// A revision of the group's data.
fn find(data: &GroupData, number: RevisionNumber) -> Option<RevisionView> {
    data.revisions.iter().find(|view| view.revision.number == number).cloned()
}

/// A new revision: its number with a suggestion, what it begins with, its note.
#[component]
fn NewDialog(
    /// What it is based on; the newest when the URL names none.
    based_on: Option<RevisionNumber>,
) -> impl IntoView {
    let texts = use_texts();
    let GroupContext { id, data } = use_group();
    let suggestion = use_data(
        move || id.get(),
        |id| async move { suggest_revision(id.ok_or(AppError::NotFound)?).await },
    );
    view! {
        <Dialog title=texts.revisions.create_title close_href=close_href()>
            <LoadedBoth first=data second=suggestion let:both>
                <NewForm data=both.0 number=both.1 based_on/>
            </LoadedBoth>
        </Dialog>
    }
}

#[component]
fn NewForm(
    data: GroupData,
    number: RevisionNumber,
    based_on: Option<RevisionNumber>,
) -> impl IntoView {
    let texts = use_texts();
    let words = texts.revisions;
    let form = use_form::<CreateRevision>().check(|input| input.form.parse().map(|_| ()));
    let id = data.summary.group.id;
    let based_on = based_on.unwrap_or(data.summary.latest_revision);
    let choice = |view: &RevisionView| {
        Choice::new(view.revision.number.to_string(), revision_label(texts, view))
    };
    let choices: Vec<Choice> = data.revisions.iter().map(choice).collect();
    view! {
        <PostForm form go=paths::group_page(&id, "revisions") notice=(words.created)("{number}") class="stack">
            <input type="hidden" name="group" value=id.to_string()/>
            <TextField
                label=words.number
                name="form[number]"
                field="revision"
                value=number.to_string()
                rule=words.number_rule
                required=true
                mono=true
                check=check_number
            />
            <Select
                label=words.based_on_label
                name="form[based_on]"
                field="baseRevision"
                value=based_on.to_string()
                choices
                rule=words.based_on_help
            />
            <NoteField value=String::new() name="form[note]"/>
            <DialogActions close_href=close_href()>
                <SubmitButton label=words.create busy=words.creating/>
            </DialogActions>
        </PostForm>
    }
}

#[component]
fn NoteField(value: String, name: &'static str) -> impl IntoView {
    let words = use_texts().revisions;
    view! {
        <TextArea label=words.note name field="revisionNote" value rule=words.note_rule check=check_note_text/>
    }
}

#[component]
fn NoteDialog(number: RevisionNumber) -> impl IntoView {
    let texts = use_texts();
    let data = use_group().data;
    view! {
        <Dialog title=(texts.revisions.note_title)(&number.to_string()) close_href=close_href()>
            <Loaded data let:data>
                {find(&data, number).map(|view| {
                    view! { <NoteForm id=data.summary.group.id.clone() view/> }
                })}
            </Loaded>
        </Dialog>
    }
}

#[component]
fn NoteForm(id: ApiGroupId, view: RevisionView) -> impl IntoView {
    let texts = use_texts();
    let form = use_form::<UpdateRevisionNote>().check(|input| check_note(input.note.trim()));
    let revision = view.revision;
    view! {
        <PostForm form go=close_href() notice=texts.revisions.note_saved class="stack">
            <input type="hidden" name="group" value=id.to_string()/>
            <input type="hidden" name="revision" value=revision.number.to_string()/>
            <NoteField value=revision.note name="note"/>
            <DialogActions close_href=close_href()>
                <SubmitButton label=texts.common.save busy=texts.common.saving/>
            </DialogActions>
        </PostForm>
    }
}

#[component]
fn DeleteDialog(number: RevisionNumber) -> impl IntoView {
    let data = use_group().data;
    view! {
        <Loaded data let:data>
            {find(&data, number).map(|view| {
                view! { <DeleteQuestion id=data.summary.group.id.clone() view/> }
            })}
        </Loaded>
    }
}

#[component]
fn DeleteQuestion(id: ApiGroupId, view: RevisionView) -> impl IntoView {
    let words = use_texts().revisions;
    let form = use_form::<DeleteRevision>();
    let number = view.revision.number.to_string();
    view! {
        <ConfirmDialog
            title=(words.delete_question)(&number)
            form
            confirm=words.delete_confirm
            close_href=close_href()
            notice=words.deleted
        >
            <input type="hidden" name="group" value=id.to_string()/>
            <input type="hidden" name="revision" value=number.clone()/>
            <p>{(words.delete_consequences)(view.api_count)}</p>
        </ConfirmDialog>
    }
}

fn check_number(text: &str) -> Option<DomainError> {
    text.trim().parse::<RevisionNumber>().err()
}

fn check_note_text(text: &str) -> Option<DomainError> {
    check_note(text.trim()).err()?.pop()
}
