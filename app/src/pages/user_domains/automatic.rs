//! The part of a domain's certificate dialog about certificates that come by themselves.

use super::dialogs::HiddenIds;
use crate::{
    components::{
        NameValue, NameValues, PostForm, Refreshed, SubmitButton, Time, Variant, use_form,
    },
    contexts::use_texts,
    server_fns::user_domains::{ChooseAutomaticCertificate, TryAutomaticCertificate},
};
use domain::{AcmeState, AutomaticCertificate, DomainState, FailedTry, UserDomain, UserDomainView};
use leptos::prelude::*;

/// How the domain stands to certificates that come by themselves, and what can be done about it.
#[component]
pub(super) fn Automatic(view: UserDomainView, acme: AcmeState) -> impl IntoView {
    let words = use_texts().automatic_certificates;
    let body = match (acme, view.automatic.clone()) {
        (AcmeState::Off, _) => view! { <p class="card-help">{words.off}</p> }.into_any(),
        (AcmeState::On { .. }, Some(automatic)) => view! { <Standing view automatic/> }.into_any(),
        (AcmeState::On { .. }, None) if view.domain.is_wildcard() => {
            view! { <p class="card-help">{words.not_for_wildcards}</p> }.into_any()
        }
        (AcmeState::On { authority }, None) => {
            view! { <Choose domain=view.domain authority/> }.into_any()
        }
    };
    view! {
        <section class="stack" aria-labelledby="automatic-title">
            <h3 class="card-title" id="automatic-title">{words.title}</h3>
            {body}
        </section>
    }
}

#[component]
fn Choose(domain: UserDomain, authority: String) -> impl IntoView {
    let words = use_texts().automatic_certificates;
    let form = use_form::<ChooseAutomaticCertificate>();
    view! {
        <PostForm form notice=words.chosen class="stack">
            <HiddenIds domain/>
            <p class="card-help">{(words.help)(&authority)}</p>
            <div><SubmitButton label=words.choose busy=words.choosing/></div>
        </PostForm>
    }
}

/// What happens now, what happened last, and when it goes on.
#[component]
fn Standing(view: UserDomainView, automatic: AutomaticCertificate) -> impl IntoView {
    let words = use_texts().automatic_certificates;
    let form = use_form::<TryAutomaticCertificate>();
    let is_under_way = automatic.claimed_until.is_some();
    let has_failed = automatic.last_failure.is_some();
    let can_be_tried = view.domain.state == DomainState::Verified && view.is_live;
    let now = match () {
        () if is_under_way => Some(words.under_way),
        () if view.domain.state != DomainState::Verified => Some(words.waits_for_verification),
        () if !view.is_live => Some(words.waits_for_publish),
        () if has_failed => None,
        () if view.domain.certificate.is_some() => Some(words.renewed_by_itself),
        () => Some(words.waits),
    };
    let next_at = automatic.next_at;
    let next = match (&automatic.last_failure, &view.domain.certificate) {
        (Some(_), _) => Some(words.tried_next),
        (None, Some(_)) => Some(words.next_renewal),
        (None, None) => None,
    };
    let next = next.filter(|_| !is_under_way && can_be_tried);
    let failures = automatic.failures;
    let failure = automatic.last_failure.map(|last| view! { <Failed last failures/> });
    let button = (!is_under_way && can_be_tried).then(|| {
        view! {
            <PostForm form notice=words.tried class="stack">
                <HiddenIds domain=view.domain.clone()/>
                <div><SubmitButton label=words.try_now busy=words.trying variant=Variant::Secondary/></div>
            </PostForm>
        }
    });
    view! {
        <p>{words.is_chosen} " " {now}</p>
        {failure}
        {next.map(|name| view! {
            <NameValues><NameValue name><Time at=next_at/></NameValue></NameValues>
        })}
        <div class="flex justify-end"><Refreshed/></div>
        {button}
    }
}

#[component]
fn Failed(last: FailedTry, failures: u32) -> impl IntoView {
    let words = use_texts().automatic_certificates;
    view! {
        <p class="notice notice-danger">{(words.failed)(last.kind)}</p>
        <NameValues>
            <NameValue name=words.answer><span class="font-mono break-words">{last.detail}</span></NameValue>
            <NameValue name=words.tried_last><Time at=last.at/></NameValue>
            <NameValue name=words.failures>{failures}</NameValue>
        </NameValues>
    }
}
