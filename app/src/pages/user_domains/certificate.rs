//! The certificate of a domain: what it is, and another one in its place.

use super::dialogs::{HiddenIds, list_of};
use crate::{
    components::{
        Dialog, DialogActions, NameValue, NameValues, PostForm, SubmitButton, TextArea, Time,
        use_form,
    },
    contexts::use_texts,
    server_fns::user_domains::SetDomainCertificate,
};
use domain::{Certificate, UserDomainView, Validity};
use leptos::prelude::*;

/// Shows the certificate that there is, and takes another.
#[component]
pub(super) fn CertificateDialog(
    view: UserDomainView,
    /// Whether HTTPS is served at all.
    https: bool,
) -> impl IntoView {
    let texts = use_texts();
    let words = texts.user_domains;
    let form = use_form::<SetDomainCertificate>().check(|input| input.form.parse().map(|_| ()));
    let UserDomainView { domain, validity, .. } = view;
    let close_href = list_of(&domain.api_group_id);
    let title = (words.certificate_title)(&domain.domain);
    let there = domain.certificate.clone().zip(validity);
    let there = there.map(|(certificate, validity)| {
        view! {
            <Shown certificate validity/>
            <h3 class="card-title">{words.replace}</h3>
        }
    });
    let off = (!https).then(|| view! { <p class="notice notice-warning">{words.https_off}</p> });
    view! {
        <Dialog title close_href=close_href.clone() wide=true>
            <PostForm form go=close_href.clone() notice=words.certificate_saved class="stack">
                {off}
                {there}
                <HiddenIds domain/>
                <TextArea
                    label=words.chain
                    name="form[certificate]"
                    field="certificate"
                    rule=words.chain_rule
                    required=true
                    rows=8
                    mono=true
                    placeholder="-----BEGIN CERTIFICATE-----"
                />
                <TextArea
                    label=words.private_key
                    name="form[secret_key]"
                    field="privateKey"
                    rule=words.private_key_rule
                    required=true
                    rows=5
                    mono=true
                    placeholder="-----BEGIN PRIVATE KEY-----"
                />
                <DialogActions close_href>
                    <SubmitButton label=words.upload busy=texts.common.saving/>
                </DialogActions>
            </PostForm>
        </Dialog>
    }
}

#[component]
fn Shown(certificate: Certificate, validity: Validity) -> impl IntoView {
    let words = use_texts().user_domains;
    let Certificate { subject, issuer, names, not_before, not_after, fingerprint } = certificate;
    let warning = match validity {
        Validity::Valid => None,
        Validity::ExpiresSoon => Some(("notice notice-warning", words.expires_soon)),
        Validity::Expired => Some(("notice notice-danger", words.expired)),
    };
    view! {
        {warning.map(|(class, text)| view! { <p class=class>{text}</p> })}
        <NameValues>
            <NameValue name=words.subject>{subject}</NameValue>
            <NameValue name=words.issuer>{issuer}</NameValue>
            <NameValue name=words.names><span class="font-mono">{names.join(", ")}</span></NameValue>
            <NameValue name=words.not_before><Time at=not_before/></NameValue>
            <NameValue name=words.not_after><Time at=not_after/></NameValue>
            <NameValue name=words.fingerprint>
                <span class="font-mono break-all">{fingerprint}</span>
            </NameValue>
        </NameValues>
    }
}
