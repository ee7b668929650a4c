//! The dialogs over the list of domains, by `?dialog=`: create, verify, certificate, remove-certificate, edit, delete.

use super::{certificate::CertificateDialog, verify::VerifyDialog};
use crate::{
    components::{
        Checkbox, Choice, ConfirmDialog, Dialog, DialogActions, Loaded, PostForm, Select,
        SubmitButton, TextField, use_form,
    },
    contexts::{use_data, use_texts},
    forms::user_domains::{DomainForm, NewDomainForm},
    i18n::Texts,
    paths,
    server_fns::user_domains::{
        CreateUserDomain, DeleteUserDomain, RemoveDomainCertificate, UpdateUserDomain,
        list_user_domains,
    },
};
use domain::{
    ApiGroupId, Environment, GroupDomains, UserDomain, UserDomainId, user_domain::check_domain,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// Shows the dialog that the URL asks for, for the domain that it names.
#[component]
pub(super) fn DomainDialogs(group: Memo<Option<ApiGroupId>>) -> impl IntoView {
    let params = use_query_map();
    let asked = Memo::new(move |_| {
        params.with(|params| {
            (params.get("dialog").unwrap_or_default(), params.get("domain").unwrap_or_default())
        })
    });
    move || {
        let (dialog, domain) = asked.get();
        let group = group.get()?;
        let domain = domain.parse::<UserDomainId>().ok();
        let is_known = DIALOGS.contains(&dialog.as_str()) && domain.is_some();
        (is_known || dialog == "create").then(|| view! { <OneDialog group dialog domain/> })
    }
}

/// Those that are about one domain.
const DIALOGS: [&str; 5] = ["verify", "certificate", "remove-certificate", "edit", "delete"];

/// A dialog, with data of its own: the list's is read again under it.
#[component]
fn OneDialog(
    group: ApiGroupId,
    dialog: String,
    /// `None` for a new one.
    domain: Option<UserDomainId>,
) -> impl IntoView {
    let read = group.clone();
    let domains = use_data(move || read.clone(), list_user_domains);
    view! {
        <Loaded data=domains skeleton=|| () let:domains>
            {opened(&group, &dialog, domain.as_ref(), domains)}
        </Loaded>
    }
}

fn opened(
    group: &ApiGroupId,
    dialog: &str,
    domain: Option<&UserDomainId>,
    domains: GroupDomains,
) -> AnyView {
    let GroupDomains { domains, check, may_confirm, https, hosts, acme } = domains;
    if dialog == "create" {
        let group = group.clone();
        return view! { <CreateDialog group hosts/> }.into_any();
    }
    let view = domains.into_iter().find(|view| Some(&view.domain.id) == domain);
    let Some(view) = view else { return ().into_any() };
    let domain = view.domain.clone();
    match dialog {
        "verify" => view! { <VerifyDialog view check may_confirm/> }.into_any(),
        "certificate" => view! { <CertificateDialog view https acme/> }.into_any(),
        "remove-certificate" => view! { <RemoveCertificateDialog domain/> }.into_any(),
        "edit" => view! { <EditDialog domain/> }.into_any(),
        _ => view! { <DeleteDialog domain/> }.into_any(),
    }
}

/// The list without a dialog.
pub(super) fn list_of(group: &ApiGroupId) -> String {
    paths::group_page(group, "domains")
}

/// What a form about one domain sends besides its fields.
#[component]
pub(super) fn HiddenIds(
    /// Which.
    domain: UserDomain,
) -> impl IntoView {
    view! {
        <input type="hidden" name="group" value=domain.api_group_id.to_string()/>
        <input type="hidden" name="domain" value=domain.id.to_string()/>
    }
}

fn environments(texts: &Texts) -> Vec<Choice> {
    let all = Environment::ALL.into_iter().rev();
    all.map(|one| Choice::new(one.as_str(), (texts.common.environment)(one))).collect()
}

#[component]
fn CreateDialog(group: ApiGroupId, hosts: Vec<(Environment, String)>) -> impl IntoView {
    let texts = use_texts();
    let words = texts.user_domains;
    let form = use_form::<CreateUserDomain>().check(|input| input.form.parse().map(|_| ()));
    let close_href = list_of(&group);
    let go = format!("{close_href}?dialog=verify&domain={{id}}");
    let host = hosts.into_iter().find(|(environment, _)| *environment == Environment::Online);
    let host = host.map(|(_, host)| host).unwrap_or_default();
    let initial = NewDomainForm::default();
    view! {
        <Dialog title=words.create_title close_href=close_href.clone()>
            <PostForm form go notice=words.created class="stack">
                <p class="card-help">{(words.create_help)(&host)}</p>
                <input type="hidden" name="group" value=group.to_string()/>
                <TextField
                    label=words.domain
                    name="form[domain]"
                    field="domain"
                    rule=words.domain_rule
                    required=true
                    placeholder="api.example.com"
                    mono=true
                    autofocus=true
                    check=check_domain
                />
                <Select
                    label=texts.common.environment_label
                    name="form[environment]"
                    field="environment"
                    value=initial.environment
                    choices=environments(texts)
                    rule=words.environment_rule
                />
                <DialogActions close_href>
                    <SubmitButton label=words.create busy=texts.common.saving/>
                </DialogActions>
            </PostForm>
        </Dialog>
    }
}

#[component]
fn EditDialog(domain: UserDomain) -> impl IntoView {
    let texts = use_texts();
    let words = texts.user_domains;
    let form = use_form::<UpdateUserDomain>().check(|input| input.form.parse().map(|_| ()));
    let close_href = list_of(&domain.api_group_id);
    let initial = DomainForm::from(&domain);
    let redirect = domain.certificate.is_some().then(|| {
        view! {
            <Checkbox
                label=words.redirect
                name="form[redirect_http]"
                checked=domain.redirect_http
                rule=words.redirect_rule
            />
        }
    });
    let without = domain
        .certificate
        .is_none()
        .then(|| view! { <p class="card-help">{words.redirect_needs_certificate}</p> });
    view! {
        <Dialog title=(words.edit_title)(&domain.domain) close_href=close_href.clone()>
            <PostForm form go=close_href.clone() notice=words.saved class="stack">
                <HiddenIds domain/>
                <Select
                    label=texts.common.environment_label
                    name="form[environment]"
                    field="environment"
                    value=initial.environment
                    choices=environments(texts)
                    rule=words.environment_rule
                />
                {redirect}
                {without}
                <DialogActions close_href>
                    <SubmitButton label=texts.common.save busy=texts.common.saving/>
                </DialogActions>
            </PostForm>
        </Dialog>
    }
}

#[component]
fn RemoveCertificateDialog(domain: UserDomain) -> impl IntoView {
    let words = use_texts().user_domains;
    let form = use_form::<RemoveDomainCertificate>();
    view! {
        <ConfirmDialog
            title=(words.remove_question)(&domain.domain)
            form
            confirm=words.remove_certificate
            close_href=list_of(&domain.api_group_id)
            notice=words.certificate_removed
        >
            <HiddenIds domain/>
            <p>{words.remove_consequences}</p>
        </ConfirmDialog>
    }
}

#[component]
fn DeleteDialog(domain: UserDomain) -> impl IntoView {
    let words = use_texts().user_domains;
    let form = use_form::<DeleteUserDomain>();
    view! {
        <ConfirmDialog
            title=(words.delete_question)(&domain.domain)
            form
            confirm=words.delete_confirm
            close_href=list_of(&domain.api_group_id)
            notice=words.deleted
        >
            <HiddenIds domain/>
            <p>{words.delete_consequences}</p>
        </ConfirmDialog>
    }
}
