//! How a domain is verified: the records to make, and the button that looks.

use super::dialogs::{HiddenIds, list_of};
use crate::{
    components::{
        CodeBlock, Copyable, Dialog, DialogActions, NameValue, NameValues, PostForm, SubmitButton,
        use_form,
    },
    contexts::use_texts,
    server_fns::user_domains::VerifyUserDomain,
};
use domain::{DomainCheck, UserDomain, UserDomainView};
use leptos::prelude::*;

/// Says what must be done, and looks whether it was.
#[component]
pub(super) fn VerifyDialog(
    view: UserDomainView,
    check: DomainCheck,
    /// Whether the viewer's word is enough.
    may_confirm: bool,
) -> impl IntoView {
    let words = use_texts().user_domains;
    let UserDomainView { domain, cname, .. } = view;
    let close_href = list_of(&domain.api_group_id);
    let title = (words.verify_title)(&domain.domain);
    let refusal = domain.refusal.clone().map(|reason| {
        let told = (use_texts().waiting_domains.refused_because)(&reason);
        view! { <p class="notice notice-danger">{told}</p> }
    });
    let body = match (check, may_confirm) {
        (DomainCheck::Dns, _) => {
            view! { <ByRecords domain cname close_href=close_href.clone()/> }.into_any()
        }
        (_, true) => view! { <ByHand domain cname close_href=close_href.clone()/> }.into_any(),
        (_, false) => view! { <ByOperator domain cname/> }.into_any(),
    };
    view! { <Dialog title close_href><div class="stack">{refusal}{body}</div></Dialog> }
}

/// The CNAME record, which calls need to arrive.
#[component]
fn Cname(domain: UserDomain, cname: String) -> impl IntoView {
    view! {
        <Record kind="CNAME" name=domain.domain value=cname/>
    }
}

#[component]
fn Record(kind: &'static str, name: String, value: String) -> impl IntoView {
    let texts = use_texts();
    let words = texts.user_domains;
    let copy = |what: &str| Some(format!("{} {what}", texts.common.copy));
    let (copy_name, copy_value) = (copy(&name), copy(&value));
    view! {
        <NameValues>
            <NameValue name=words.record_type><span class="font-mono">{kind}</span></NameValue>
            <NameValue name=words.record_name><Copyable text=name label=copy_name/></NameValue>
            <NameValue name=words.record_value><Copyable text=value label=copy_value/></NameValue>
        </NameValues>
    }
}

#[component]
fn ByRecords(domain: UserDomain, cname: String, close_href: String) -> impl IntoView {
    let words = use_texts().user_domains;
    let form = use_form::<VerifyUserDomain>();
    let (name, value) = (domain.record_name(), domain.record_value());
    let leads = (!domain.is_wildcard()).then(|| {
        view! {
            <p>{words.by_cname}</p>
            <Cname domain=domain.clone() cname/>
        }
    });
    let is_wildcard = domain.is_wildcard();
    view! {
        <PostForm form go=close_href.clone() notice=words.verified class="stack">
            <HiddenIds domain/>
            {leads}
            <p>{if is_wildcard { words.by_txt_only } else { words.by_txt }}</p>
            <Record kind="TXT" name value/>
            <p class="card-help">{words.records_take_time}</p>
            <DialogActions close_href>
                <SubmitButton label=words.look busy=words.looking/>
            </DialogActions>
        </PostForm>
    }
}

#[component]
fn ByHand(domain: UserDomain, cname: String, close_href: String) -> impl IntoView {
    let texts = use_texts();
    let words = texts.user_domains;
    let form = use_form::<VerifyUserDomain>();
    view! {
        <PostForm form go=close_href.clone() notice=words.verified class="stack">
            <HiddenIds domain=domain.clone()/>
            <p>{words.by_hand}</p>
            <Cname domain cname/>
            <DialogActions close_href>
                <SubmitButton label=words.confirm busy=texts.common.saving/>
            </DialogActions>
        </PostForm>
    }
}

#[component]
fn ByOperator(domain: UserDomain, cname: String) -> impl IntoView {
    let words = use_texts().user_domains;
    let (name, group) = (&domain.domain, &domain.api_group_id);
    let command = format!("paifang domain confirm --name '{name}' --group {group}");
    view! {
        <div class="stack">
            <p>{words.by_operator}</p>
            <CodeBlock code=command label=words.command/>
            <p>{words.meanwhile}</p>
            <Cname domain cname/>
        </div>
    }
}
