//! The dialogs over the pages of IP policies, by `?dialog=`: create, edit, delete.

use super::form::{CreatePolicyForm, EditPolicyForm};
use crate::{
    components::{ConfirmDialog, Dialog, FormSkeleton, Loaded, use_form},
    contexts::{use_data, use_texts},
    pages::policies::StillBound,
    paths,
    server_fns::ip_policies::{DeleteIpPolicy, get_ip_policy},
};
use domain::{IpPolicy, IpPolicyId};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

/// The parameters that open a dialog.
const OPENED_BY: [(&str, Option<&str>); 2] = [("dialog", None), ("id", None)];

/// Shows the dialog that the URL asks for, for the policy that it names.
#[component]
pub(super) fn PolicyDialogs() -> impl IntoView {
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
        match (dialog.as_str(), id.parse::<IpPolicyId>().ok()) {
            ("create", _) => view! { <CreateDialog close_href/> }.into_any(),
            ("edit", Some(id)) => view! { <EditDialog id close_href/> }.into_any(),
            ("delete", Some(id)) => view! { <DeleteDialog id close_href/> }.into_any(),
            _ => ().into_any(),
        }
    }
}

#[component]
fn CreateDialog(close_href: String) -> impl IntoView {
    let t = use_texts().ip_policies;
    view! {
        <Dialog title=t.create_title close_href=close_href.clone()>
            <CreatePolicyForm close_href/>
        </Dialog>
    }
}

#[component]
fn EditDialog(id: IpPolicyId, close_href: String) -> impl IntoView {
    let t = use_texts().ip_policies;
    let policy = use_data(move || id.clone(), get_ip_policy);
    let close = close_href.clone();
    view! {
        <Dialog title=t.edit_title close_href>
            <Loaded data=policy skeleton=|| view! { <FormSkeleton fields=5/> } let:policy>
                <EditPolicyForm policy close_href=close.clone()/>
            </Loaded>
        </Dialog>
    }
}

#[component]
fn DeleteDialog(id: IpPolicyId, close_href: String) -> impl IntoView {
    let data = use_data(move || id.clone(), get_ip_policy);
    view! {
        <Loaded data skeleton=|| () let:policy>
            {if policy.bound.is_empty() {
                view! { <ConfirmDelete policy close_href=close_href.clone()/> }.into_any()
            } else {
                let page = paths::ip_policy(&policy.id);
                view! { <StillBound bound=policy.bound page close_href=close_href.clone()/> }.into_any()
            }}
        </Loaded>
    }
}

/// Names the policy; afterwards the list is shown.
#[component]
fn ConfirmDelete(policy: IpPolicy, close_href: String) -> impl IntoView {
    let texts = use_texts();
    let form = use_form::<DeleteIpPolicy>();
    let on_list = close_href.split('?').next() == Some(paths::IP_POLICIES);
    let go = if on_list { close_href.clone() } else { paths::IP_POLICIES.to_owned() };
    view! {
        <ConfirmDialog
            title=(texts.ip_policies.delete_question)(&policy.name)
            form
            confirm=texts.policies.delete_confirm
            close_href
            go
            notice=texts.policies.deleted
        >
            <input type="hidden" name="id" value=policy.id.to_string()/>
            <p>{texts.policies.delete_consequences}</p>
        </ConfirmDialog>
    }
}
