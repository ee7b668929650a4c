//! The dialogs over the pages of access keys, by `?dialog=`: create, edit, delete, reset the secret.

use super::form::{CreateKeyForm, EditKeyForm};
use crate::{
    components::{ConfirmDialog, Dialog, FormSkeleton, Loaded, LoadedBoth, use_form},
    contexts::{use_data, use_texts},
    pages::authorized_groups::KeyUsageView,
    paths,
    server_fns::{
        access_keys::{DeleteAccessKey, ResetAccessKeySecret, get_access_key},
        authorized_groups::get_key_usage,
    },
};
use domain::{AccessKey, AccessKeyId, KeyId, KeyUsage};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

/// The parameters that open a dialog.
const OPENED_BY: [(&str, Option<&str>); 2] = [("dialog", None), ("id", None)];

/// Shows the dialog that the URL asks for, for the key that it names.
#[component]
pub(super) fn KeyDialogs() -> impl IntoView {
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
        match (dialog.as_str(), id.parse::<AccessKeyId>().ok()) {
            ("create", _) => view! { <CreateDialog close_href/> }.into_any(),
            ("edit", Some(id)) => view! { <EditDialog id close_href/> }.into_any(),
            ("delete", Some(id)) => view! { <DeleteDialog id close_href/> }.into_any(),
            ("reset", Some(id)) => view! { <ResetDialog id close_href/> }.into_any(),
            _ => ().into_any(),
        }
    }
}

#[component]
fn CreateDialog(close_href: String) -> impl IntoView {
    let t = use_texts().access_keys;
    view! {
        <Dialog title=t.create_title close_href=close_href.clone()>
            <CreateKeyForm close_href/>
        </Dialog>
    }
}

#[component]
fn EditDialog(id: AccessKeyId, close_href: String) -> impl IntoView {
    let t = use_texts().access_keys;
    let key = use_data(move || id.clone(), get_access_key);
    let close = close_href.clone();
    view! {
        <Dialog title=t.edit_title close_href>
            <Loaded data=key skeleton=|| view! { <FormSkeleton fields=2/> } let:key>
                <EditKeyForm key close_href=close.clone()/>
            </Loaded>
        </Dialog>
    }
}

/// Asks before a key is deleted; afterwards the list is shown.
#[component]
fn DeleteDialog(id: AccessKeyId, close_href: String) -> impl IntoView {
    let usage = use_data(
        {
            let id = id.clone();
            move || KeyId::from(id.clone())
        },
        get_key_usage,
    );
    let key = use_data(move || id.clone(), get_access_key);
    view! {
        <LoadedBoth first=key second=usage skeleton=|| () let:both>
            <ConfirmDelete key=both.0 usage=both.1 close_href=close_href.clone()/>
        </LoadedBoth>
    }
}

#[component]
fn ConfirmDelete(key: AccessKey, usage: KeyUsage, close_href: String) -> impl IntoView {
    let t = use_texts().access_keys;
    let form = use_form::<DeleteAccessKey>();
    let type_name = (!usage.bound.is_empty()).then(|| key.name.clone());
    // The page of a key is gone with it.
    let on_list = close_href.split('?').next() == Some(paths::ACCESS_KEYS);
    let go = if on_list { close_href.clone() } else { paths::ACCESS_KEYS.to_owned() };
    view! {
        <ConfirmDialog
            title=(t.delete_question)(&key.name)
            form
            confirm=t.delete_confirm
            close_href
            go
            notice=t.deleted
            nostrip:type_name=type_name
        >
            <input type="hidden" name="id" value=key.id.to_string()/>
            <p>{t.delete_consequences}</p>
            <KeyUsageView usage/>
        </ConfirmDialog>
    }
}

#[component]
fn ResetDialog(id: AccessKeyId, close_href: String) -> impl IntoView {
    let data = use_data(move || id.clone(), get_access_key);
    view! {
        <Loaded data skeleton=|| () let:key>
            <ConfirmReset key close_href=close_href.clone()/>
        </Loaded>
    }
}

#[component]
fn ConfirmReset(key: AccessKey, close_href: String) -> impl IntoView {
    let t = use_texts().access_keys;
    let form = use_form::<ResetAccessKeySecret>();
    view! {
        <ConfirmDialog
            title=(t.reset_question)(&key.name)
            form
            confirm=t.reset
            close_href
            notice=t.reset_done
        >
            <input type="hidden" name="id" value=key.id.to_string()/>
            <p>{t.reset_consequences}</p>
        </ConfirmDialog>
    }
}
