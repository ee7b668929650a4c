//! The dialogs over the pages of backend signatures, by `?dialog=`: create, edit, delete.

use super::form::{CreateSignatureForm, EditSignatureForm};
use crate::{
    components::{
        BoundBadges, ConfirmDialog, Dialog, DialogActions, FormSkeleton, LinkButton, Loaded,
        Variant, use_form,
    },
    contexts::{use_data, use_texts},
    paths,
    server_fns::backend_signatures::{
        DeleteBackendSignature, get_backend_signature, list_signing_keys,
    },
};
use domain::{BackendSignature, BackendSignatureId};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

/// The parameters that open a dialog.
const OPENED_BY: [(&str, Option<&str>); 2] = [("dialog", None), ("id", None)];

/// Shows the dialog that the URL asks for, for the backend signature that it names.
#[component]
pub(super) fn SignatureDialogs() -> impl IntoView {
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
        match (dialog.as_str(), id.parse::<BackendSignatureId>().ok()) {
            ("create", _) => view! { <CreateDialog close_href/> }.into_any(),
            ("edit", Some(id)) => view! { <EditDialog id close_href/> }.into_any(),
            ("delete", Some(id)) => view! { <DeleteDialog id close_href/> }.into_any(),
            _ => ().into_any(),
        }
    }
}

#[component]
fn CreateDialog(close_href: String) -> impl IntoView {
    let t = use_texts().backend_signatures;
    let keys = use_data(|| (), |()| list_signing_keys());
    let close = close_href.clone();
    view! {
        <Dialog title=t.create close_href>
            <Loaded data=keys skeleton=|| view! { <FormSkeleton fields=2/> } let:keys>
                <CreateSignatureForm keys close_href=close.clone()/>
            </Loaded>
        </Dialog>
    }
}

#[component]
fn EditDialog(id: BackendSignatureId, close_href: String) -> impl IntoView {
    let t = use_texts().backend_signatures;
    let read = use_data(
        move || id.clone(),
        |id| async move { Ok((get_backend_signature(id).await?, list_signing_keys().await?)) },
    );
    let close = close_href.clone();
    view! {
        <Dialog title=t.edit_title close_href>
            <Loaded data=read skeleton=|| view! { <FormSkeleton fields=2/> } let:read>
                <EditSignatureForm signature=read.0 keys=read.1 close_href=close.clone()/>
            </Loaded>
        </Dialog>
    }
}

#[component]
fn DeleteDialog(id: BackendSignatureId, close_href: String) -> impl IntoView {
    let data = use_data(move || id.clone(), get_backend_signature);
    view! {
        <Loaded data skeleton=|| () let:signature>
            {if signature.bound.is_empty() {
                view! { <ConfirmDelete signature close_href=close_href.clone()/> }.into_any()
            } else {
                view! { <StillBound signature close_href=close_href.clone()/> }.into_any()
            }}
        </Loaded>
    }
}

/// Tells what must be unbound first, and where that is done.
#[component]
fn StillBound(signature: BackendSignature, close_href: String) -> impl IntoView {
    let t = use_texts().backend_signatures;
    view! {
        <Dialog title=t.delete_bound_title close_href=close_href.clone()>
            <div class="prose">
                <p>{t.delete_bound}</p>
                <BoundBadges bound=signature.bound all=true/>
            </div>
            <DialogActions close_href>
                <LinkButton href=paths::backend_signature(&signature.id) variant=Variant::Primary>
                    {t.to_bindings}
                </LinkButton>
            </DialogActions>
        </Dialog>
    }
}

/// Names the key; afterwards the list is shown.
#[component]
fn ConfirmDelete(signature: BackendSignature, close_href: String) -> impl IntoView {
    let t = use_texts().backend_signatures;
    let form = use_form::<DeleteBackendSignature>();
    let on_list = close_href.split('?').next() == Some(paths::BACKEND_SIGNATURES);
    let go = if on_list { close_href.clone() } else { paths::BACKEND_SIGNATURES.to_owned() };
    view! {
        <ConfirmDialog
            title=(t.delete_question)(&signature.access_key)
            form
            confirm=t.delete_confirm
            close_href
            go
            notice=t.deleted
        >
            <input type="hidden" name="id" value=signature.id.to_string()/>
            <p>{t.delete_consequences}</p>
        </ConfirmDialog>
    }
}
