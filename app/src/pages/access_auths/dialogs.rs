//! The dialogs over the pages of access authorizations, by `?dialog=`: create, edit, delete.

use super::form::{CreateAuthForm, EditAuthForm};
use crate::{
    components::{BoundBadges, ConfirmDialog, Dialog, FormSkeleton, Loaded, use_form},
    contexts::{use_data, use_texts},
    paths,
    server_fns::access_auths::{DeleteAccessAuth, get_access_auth},
};
use domain::{AccessAuth, AccessAuthId};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

/// The parameters that open a dialog.
const OPENED_BY: [(&str, Option<&str>); 3] = [("dialog", None), ("id", None), ("type", None)];

/// Shows the dialog that the URL asks for, for the authorization that it names.
#[component]
pub(super) fn AuthDialogs() -> impl IntoView {
    let (path, params) = (use_location().pathname, use_query_map());
    let asked = Memo::new(move |_| {
        params.with(|params| {
            (params.get("dialog").unwrap_or_default(), params.get("id").unwrap_or_default())
        })
    });
    move || {
        let (dialog, id) = asked.get();
        let close_href =
            paths::with_query(&path.get_untracked(), &params.get_untracked(), &OPENED_BY);
        match (dialog.as_str(), id.parse::<AccessAuthId>().ok()) {
            ("create", _) => view! { <CreateDialog close_href/> }.into_any(),
            ("edit", Some(id)) => view! { <EditDialog id close_href/> }.into_any(),
            ("delete", Some(id)) => view! { <DeleteDialog id close_href/> }.into_any(),
            _ => ().into_any(),
        }
    }
}

#[component]
fn CreateDialog(close_href: String) -> impl IntoView {
    let t = use_texts().access_auths;
    view! {
        <Dialog title=t.create_title close_href=close_href.clone() wide=true>
            <CreateAuthForm close_href/>
        </Dialog>
    }
}

#[component]
fn EditDialog(id: AccessAuthId, close_href: String) -> impl IntoView {
    let t = use_texts().access_auths;
    let auth = use_data(move || id.clone(), get_access_auth);
    let close = close_href.clone();
    view! {
        <Dialog title=t.edit_title close_href>
            <Loaded data=auth skeleton=|| view! { <FormSkeleton fields=1/> } let:auth>
                <EditAuthForm auth close_href=close.clone()/>
            </Loaded>
        </Dialog>
    }
}

#[component]
fn DeleteDialog(id: AccessAuthId, close_href: String) -> impl IntoView {
    let data = use_data(move || id.clone(), get_access_auth);
    view! {
        <Loaded data skeleton=|| () let:auth>
            <ConfirmDelete auth close_href=close_href.clone()/>
        </Loaded>
    }
}

/// Names the key and what it loses; afterwards the list is shown.
#[component]
fn ConfirmDelete(auth: AccessAuth, close_href: String) -> impl IntoView {
    let t = use_texts().access_auths;
    let form = use_form::<DeleteAccessAuth>();
    let on_list = close_href.split('?').next() == Some(paths::ACCESS_AUTHS);
    let go = if on_list { close_href.clone() } else { paths::ACCESS_AUTHS.to_owned() };
    let loses = (!auth.bound.is_empty()).then(|| {
        view! { <p>{t.delete_loses}</p> <BoundBadges bound=auth.bound.clone() all=true/> }
    });
    view! {
        <ConfirmDialog
            title=(t.delete_question)(&auth.name)
            form
            confirm=t.delete_confirm
            close_href
            go
            notice=t.deleted
        >
            <input type="hidden" name="id" value=auth.id.to_string()/>
            <p>{t.delete_consequences}</p>
            {loses}
        </ConfirmDialog>
    }
}
