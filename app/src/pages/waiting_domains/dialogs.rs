//! The dialogs over the list of domains that are not verified, by `?dialog=`: confirm, refuse.

use crate::{
    components::{
        ConfirmDialog, Dialog, DialogActions, Loaded, PostForm, SubmitButton, TextArea, Variant,
        use_form,
    },
    contexts::{use_data, use_texts},
    paths,
    server_fns::waiting_domains::{
        ConfirmWaitingDomain, RefuseWaitingDomain, list_waiting_domains,
    },
};
use domain::{UserDomain, UserDomainId, WaitingDomain, user_domain::check_refusal};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// Shows the dialog that the URL asks for, for the domain that it names.
#[component]
pub(super) fn WaitingDomainDialogs() -> impl IntoView {
    let params = use_query_map();
    let asked = Memo::new(move |_| {
        params.with(|params| {
            (params.get("dialog").unwrap_or_default(), params.get("domain").unwrap_or_default())
        })
    });
    move || {
        let (dialog, domain) = asked.get();
        let domain = domain.parse::<UserDomainId>().ok()?;
        let is_known = matches!(dialog.as_str(), "confirm" | "refuse");
        is_known.then(|| view! { <OneDialog dialog domain/> })
    }
}

/// A dialog, with data of its own: the list's is read again under it.
#[component]
fn OneDialog(dialog: String, domain: UserDomainId) -> impl IntoView {
    let waiting = use_data(|| (), |()| list_waiting_domains());
    view! {
        <Loaded data=waiting skeleton=|| () let:waiting>
            {waiting.domains.into_iter().find(|row| row.domain.id == domain).map(|row| {
                if dialog == "confirm" {
                    view! { <ConfirmWaiting row/> }.into_any()
                } else {
                    view! { <RefuseWaiting domain=row.domain/> }.into_any()
                }
            })}
        </Loaded>
    }
}

#[component]
fn ConfirmWaiting(row: WaitingDomain) -> impl IntoView {
    let words = use_texts().waiting_domains;
    let form = use_form::<ConfirmWaitingDomain>();
    let WaitingDomain { domain, group_name, owner, .. } = row;
    view! {
        <ConfirmDialog
            title=(words.confirm_question)(&domain.domain)
            form
            confirm=words.confirm
            close_href=paths::WAITING_DOMAINS
            notice=words.confirmed
            danger=false
        >
            <input type="hidden" name="domain" value=domain.id.to_string()/>
            <p>{(words.confirm_consequences)(&owner, &group_name)}</p>
        </ConfirmDialog>
    }
}

#[component]
fn RefuseWaiting(domain: UserDomain) -> impl IntoView {
    let texts = use_texts();
    let words = texts.waiting_domains;
    let form = use_form::<RefuseWaitingDomain>()
        .check(|input| check_refusal(&input.reason).map_or(Ok(()), |wrong| Err(vec![wrong])));
    let close_href = paths::WAITING_DOMAINS;
    view! {
        <Dialog title=(words.refuse_title)(&domain.domain) close_href>
            <PostForm form go=close_href notice=words.refused class="stack">
                <p>{words.refuse_help}</p>
                <input type="hidden" name="domain" value=domain.id.to_string()/>
                <TextArea
                    label=words.reason
                    name="reason"
                    value=domain.refusal.unwrap_or_default()
                    rule=(words.reason_rule)()
                    required=true
                    check=check_refusal
                />
                <DialogActions close_href>
                    <SubmitButton label=words.refuse busy=texts.common.saving variant=Variant::Danger/>
                </DialogActions>
            </PostForm>
        </Dialog>
    }
}
