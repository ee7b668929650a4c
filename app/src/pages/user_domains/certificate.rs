//! The certificate of a domain: what it is, and another one in its place.

use super::{
    automatic::Automatic,
    dialogs::{HiddenIds, list_of},
};
use crate::{
    components::{
        Dialog, DialogActions, FileInput, FileWords, NameValue, NameValues, PostForm, SubmitButton,
        TextArea, Time, use_form,
    },
    contexts::use_texts,
    server_fns::user_domains::SetDomainCertificate,
};
use domain::{AcmeState, Certificate, UserDomainView, Validity, user_domain::PEM_MAX};
use leptos::{html, prelude::*};

/// The files that are offered.
const PEM_FILES: &str = ".pem,.crt,.cer,.key,.txt";

/// Shows the certificate that there is, and takes another, or has one come by itself.
#[component]
pub(super) fn CertificateDialog(
    view: UserDomainView,
    /// Whether HTTPS is served at all.
    https: bool,
    /// Whether certificates can come by themselves.
    acme: AcmeState,
) -> impl IntoView {
    let words = use_texts().user_domains;
    let UserDomainView { domain, validity, .. } = view.clone();
    let close_href = list_of(&domain.api_group_id);
    let title = (words.certificate_title)(&domain.domain);
    let there = domain.certificate.clone().zip(validity);
    let there = there.map(|(certificate, validity)| view! { <Shown certificate validity/> });
    let off = (!https).then(|| view! { <p class="notice notice-warning">{words.https_off}</p> });
    view! {
        <Dialog title close_href wide=true>
            <div class="stack">
                {off}
                {there}
                <Automatic view=view.clone() acme/>
                <Upload view/>
            </div>
        </Dialog>
    }
}

/// The form that takes a certificate.
#[component]
fn Upload(view: UserDomainView) -> impl IntoView {
    let texts = use_texts();
    let words = texts.user_domains;
    let form = use_form::<SetDomainCertificate>().check(|input| input.form.parse().map(|_| ()));
    let UserDomainView { domain, automatic, .. } = view;
    let close_href = list_of(&domain.api_group_id);
    let title = match (automatic, &domain.certificate) {
        (Some(_), _) => texts.automatic_certificates.upload_instead,
        (None, Some(_)) => words.replace,
        (None, None) => texts.automatic_certificates.upload,
    };
    let (chain, key) = (NodeRef::<html::Textarea>::new(), NodeRef::<html::Textarea>::new());
    view! {
        <h3 class="card-title">{title}</h3>
        <PostForm form go=close_href.clone() notice=words.certificate_saved class="stack">
            <HiddenIds domain/>
            <PemFile id="certificate-file" label=texts.automatic_certificates.chain_file area=chain/>
            <TextArea
                label=words.chain
                name="form[certificate]"
                field="certificate"
                rule=words.chain_rule
                required=true
                rows=8
                mono=true
                placeholder="-----BEGIN CERTIFICATE-----"
                node_ref=chain
            />
            <PemFile id="key-file" label=texts.automatic_certificates.key_file area=key/>
            <TextArea
                label=words.private_key
                name="form[secret_key]"
                field="privateKey"
                rule=words.private_key_rule
                required=true
                rows=5
                mono=true
                placeholder="-----BEGIN PRIVATE KEY-----"
                node_ref=key
            />
            <DialogActions close_href>
                <SubmitButton label=words.upload busy=texts.common.saving/>
            </DialogActions>
        </PostForm>
    }
}

/// A file whose text is put into `area`.
#[component]
fn PemFile(id: &'static str, label: &'static str, area: NodeRef<html::Textarea>) -> impl IntoView {
    let words = use_texts().automatic_certificates;
    let file = FileWords {
        label,
        help: words.file_help,
        too_large: words.file_too_large,
        unreadable: words.file_unreadable,
    };
    let fill = move |text: String| {
        if let Some(area) = area.get_untracked() {
            area.set_value(&text);
        }
    };
    view! { <FileInput id words=file accept=PEM_FILES max=PEM_MAX on_text=fill/> }
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
