//! The list of a group's domains.

use super::dialogs::DomainDialogs;
use crate::{
    components::{
        Badge, Copyable, DataTable, EmptyState, EnvironmentBadge, Glyph, HeaderCell, LinkButton,
        Loaded, Menu, MenuLink, TableSkeleton, Time, Tone, Variant,
    },
    contexts::{use_data, use_texts},
    error::AppError,
    pages::api_groups::group_frame::use_group,
    paths,
    server_fns::user_domains::list_user_domains,
};
use domain::{
    ApiGroupId, AutomaticCertificate, Certificate, DomainState, Environment, GroupDomains,
    UserDomain, UserDomainId, UserDomainView, Validity,
};
use leptos::prelude::*;

/// The domains of the group, and the dialog over them: `?dialog=…&domain=…`.
#[component]
pub fn UserDomainListPage() -> impl IntoView {
    let group = use_group();
    let domains = use_data(
        move || group.id.get(),
        |group| async move {
            let group = group.ok_or(AppError::NotFound)?;
            Ok((group.clone(), list_user_domains(group).await?))
        },
    );
    view! {
        <Loaded data=domains skeleton=|| view! { <TableSkeleton rows=3/> } let:read>
            <Custom group=read.0 domains=read.1.clone()/>
            <Generated hosts=read.1.hosts/>
        </Loaded>
        <DomainDialogs group=group.id/>
    }
}

#[component]
fn Generated(hosts: Vec<(Environment, String)>) -> impl IntoView {
    let texts = use_texts();
    let words = texts.user_domains;
    let head = move || {
        view! {
            <HeaderCell label=texts.common.environment_label/>
            <HeaderCell label=words.domain/>
        }
    };
    let rows = hosts.into_iter().map(|(environment, host)| {
        let label = format!("{} {host}", texts.common.copy);
        view! {
            <tr>
                <th scope="row"><EnvironmentBadge environment/></th>
                <td><Copyable text=host label/></td>
            </tr>
        }
    });
    view! {
        <section class="card card-flush">
            <header class="card-header">
                <div>
                    <h2 class="card-title">{words.generated}</h2>
                    <p class="text-muted">{words.generated_help}</p>
                </div>
            </header>
            <DataTable label=words.generated head>{rows.collect_view()}</DataTable>
        </section>
    }
}

#[component]
fn Custom(group: ApiGroupId, domains: GroupDomains) -> impl IntoView {
    let words = use_texts().user_domains;
    let add = href(&group, "create", None);
    let has_room = domains.has_room();
    let button = {
        let add = add.clone();
        move || {
            let href = add.clone();
            view! { <LinkButton href variant=Variant::Primary glyph=Glyph::Plus>{words.create}</LinkButton> }
        }
    };
    let is_empty = domains.domains.is_empty();
    view! {
        <section class="card card-flush">
            <header class="card-header">
                <div>
                    <h2 class="card-title">{words.custom}</h2>
                    <p class="text-muted">{(words.custom_help)()}</p>
                </div>
                {(has_room && !is_empty).then(&button)}
            </header>
            {if is_empty {
                view! {
                    <EmptyState title=words.empty_title text=words.empty glyph=Glyph::Globe>{button()}</EmptyState>
                }
                .into_any()
            } else {
                view! { <CustomTable group domains=domains.domains/> }.into_any()
            }}
            {(!has_room).then(|| view! { <p class="card-foot">{(words.no_room)()}</p> })}
        </section>
    }
}

#[component]
fn CustomTable(group: ApiGroupId, domains: Vec<UserDomainView>) -> impl IntoView {
    let texts = use_texts();
    let words = texts.user_domains;
    let head = move || {
        view! {
            <HeaderCell label=words.domain/>
            <HeaderCell label=words.cname/>
            <HeaderCell label=texts.common.environment_label/>
            <HeaderCell label=words.protocol/>
            <HeaderCell label=texts.common.created_at/>
            <HeaderCell label=words.state/>
            <HeaderCell label=texts.common.actions/>
        }
    };
    let rows =
        domains.into_iter().map(move |view| view! { <DomainRow group=group.clone() row=view/> });
    view! { <DataTable label=words.custom head>{rows.collect_view()}</DataTable> }
}

#[component]
fn DomainRow(group: ApiGroupId, row: UserDomainView) -> impl IntoView {
    let texts = use_texts();
    let words = texts.user_domains;
    let UserDomainView { domain, cname, validity, automatic, .. } = row;
    let UserDomain { id, domain: name, environment, state, certificate, redirect_http, .. } =
        domain;
    let because = domain.refusal.map(|reason| {
        let told = (texts.waiting_domains.refused_because)(&reason);
        view! { <p class="text-muted">{told}</p> }
    });
    let copy = format!("{} {cname}", texts.common.copy);
    let link = |dialog: &str| href(&group, dialog, Some(&id));
    let verify = (state != DomainState::Verified).then(|| {
        view! {
            <a class="row-action" href=link("verify") aria-label=(words.verify_named)(&name)>{words.verify}</a>
        }
    });
    let remove = (certificate.is_some() || automatic.is_some()).then(|| {
        view! { <MenuLink href=link("remove-certificate") glyph=Glyph::Unlock>{words.remove_certificate}</MenuLink> }
    });
    let menu_links = view! {
        <MenuLink href=link("edit") glyph=Glyph::Edit>{texts.common.edit}</MenuLink>
        {remove}
        <MenuLink href=link("delete") glyph=Glyph::Trash danger=true>{texts.common.delete}</MenuLink>
    };
    let certificate_link = link("certificate");
    view! {
        <tr>
            <th scope="row" class="font-mono">{name.clone()}</th>
            <td><Copyable text=cname label=copy/></td>
            <td><EnvironmentBadge environment/></td>
            <td><Protocol certificate validity automatic redirect_http/></td>
            <td class="cell-time"><Time at=domain.created_at/></td>
            <td><StateBadge state/>{because}</td>
            <td class="cell-actions">
                <div class="row-actions">
                    {verify}
                    <a class="row-action" href=certificate_link aria-label=(words.certificate_named)(&name)>
                        {words.certificate}
                    </a>
                    <Menu label=(texts.common.more_for)(&name) glyph=Glyph::More>{menu_links}</Menu>
                </div>
            </td>
        </tr>
    }
}

/// By what a domain is served, and until when.
#[component]
fn Protocol(
    certificate: Option<Certificate>,
    validity: Option<Validity>,
    automatic: Option<AutomaticCertificate>,
    redirect_http: bool,
) -> impl IntoView {
    let texts = use_texts();
    let words = texts.user_domains;
    let by_itself = automatic.map(|automatic| {
        let words = texts.automatic_certificates;
        let told = match (automatic.failures, &certificate) {
            (1.., _) => words.row_failed,
            (0, Some(_)) => words.row_renewed,
            (0, None) => words.row_waits,
        };
        view! { <span class="text-muted">{told}</span> }
    });
    let Some((certificate, validity)) = certificate.zip(validity) else {
        return view! {
            <div class="flex flex-col items-start gap-1"><Badge>"HTTP"</Badge>{by_itself}</div>
        }
        .into_any();
    };
    let until = certificate.not_after.to_string();
    let day = until.split(' ').next().unwrap_or_default().to_owned();
    let (tone, glyph) = match validity {
        Validity::Valid => (Tone::Success, Glyph::Lock),
        Validity::ExpiresSoon => (Tone::Warning, Glyph::Warning),
        Validity::Expired => (Tone::Danger, Glyph::Alert),
    };
    let kinds = if redirect_http { words.https_only } else { words.http_and_https };
    view! {
        <div class="flex flex-col items-start gap-1">
            <Badge tone glyph>{kinds}</Badge>
            <span class="text-muted">{(words.until)(validity, &day)}</span>
            {by_itself}
        </div>
    }
    .into_any()
}

/// Whether a domain is known to be its provider's.
#[component]
pub fn StateBadge(
    /// Whether.
    state: DomainState,
) -> impl IntoView {
    let words = use_texts().user_domains;
    let (tone, glyph) = match state {
        DomainState::Pending => (Tone::Warning, Glyph::Clock),
        DomainState::Verified => (Tone::Success, Glyph::Check),
        DomainState::Invalid => (Tone::Danger, Glyph::Alert),
    };
    view! { <Badge tone glyph>{(words.state_of)(state)}</Badge> }
}

/// The list with a dialog over it.
pub(super) fn href(group: &ApiGroupId, dialog: &str, domain: Option<&UserDomainId>) -> String {
    let page = paths::group_page(group, "domains");
    match domain {
        Some(domain) => format!("{page}?dialog={dialog}&domain={domain}"),
        None => format!("{page}?dialog={dialog}"),
    }
}
