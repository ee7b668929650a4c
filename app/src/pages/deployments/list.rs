//! What runs in each environment of a group.

use super::{
    BackendShown,
    canaries::{CanaryRow, ChangeDialog, PromoteDialog, StopDialog},
    offline::OfflineDialog,
    switch::SwitchDialog,
};
use crate::{
    components::{
        Badge, Copyable, DataTable, EmptyState, EnvironmentBadge, Glyph, HeaderCell, Icon,
        LinkButton, Loaded, Menu, MenuLink, Refreshed, TableSkeleton, Time, Tone, Variant,
        form::{GO_FIELD, NOTICE_FIELD},
    },
    contexts::{use_data, use_texts},
    error::AppError,
    i18n::number,
    pages::api_groups::group_frame::use_group,
    paths,
    server_fns::deployments::list_deployments,
};
use domain::{ApiGroupId, BoundPolicy, DeploymentView, Environment, PolicyKind};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

/// A row an environment, one more where a canary runs, and the dialogs over them: `?dialog=switch&environment=`,
/// `?dialog=offline&environment=`, those of canaries.
#[component]
pub fn DeploymentListPage() -> impl IntoView {
    let group = use_group();
    let listed = use_data(
        move || group.id.get(),
        |group| async move {
            let group = group.ok_or(AppError::NotFound)?;
            Ok((group.clone(), list_deployments(group).await?))
        },
    );
    view! {
        <Loaded data=listed skeleton=|| view! { <TableSkeleton rows=3/> } let:listed>
            <Deployments id=listed.0 deployments=listed.1/>
        </Loaded>
        <Dialogs/>
    }
}

/// This page with a dialog about an environment.
pub(super) fn dialog(id: &ApiGroupId, name: &str, environment: Environment) -> String {
    format!("{}?dialog={name}&environment={environment}", paths::group_page(id, "deployments"))
}

#[component]
fn Deployments(id: ApiGroupId, deployments: Vec<DeploymentView>) -> impl IntoView {
    let texts = use_texts();
    let words = texts.deployments;
    if deployments.is_empty() {
        let publish = dialog(&id, "publish", Environment::Test);
        return view! {
            <section class="card card-flush">
                <EmptyState title=words.empty_title text=words.empty glyph=Glyph::Rocket>
                    <LinkButton href=publish variant=Variant::Primary>
                        {(words.publish_to)((texts.common.environment)(Environment::Test))}
                    </LinkButton>
                </EmptyState>
                <PastOnly id/>
            </section>
        }
        .into_any();
    }
    let head = move || {
        view! {
            <HeaderCell label=texts.common.environment_label/>
            <HeaderCell label=words.version/>
            <HeaderCell label=words.access_path/>
            <HeaderCell label=words.backend/>
            <HeaderCell label=words.published_at/>
            <HeaderCell label=words.calls_24h numeric=true/>
            <HeaderCell label=texts.common.actions/>
        }
    };
    let rows = Environment::ALL.map(|environment| {
        let runs = deployments.iter().find(|view| view.deployment.environment == environment);
        match runs {
            Some(view) => {
                let canary = view.canary.clone().map(|canary| {
                    view! { <CanaryRow id=id.clone() canary targets=view.targets.clone()/> }
                });
                view! { <LiveRow id=id.clone() view=view.clone()/> {canary} }.into_any()
            }
            None => view! { <OfflineRow id=id.clone() environment/> }.into_any(),
        }
    });
    view! {
        <section class="card card-flush">
            <div class="filters"><Refreshed/></div>
            <DataTable label=words.title head>{rows.into_iter().collect_view()}</DataTable>
        </section>
    }
    .into_any()
}

/// The histories, when nothing runs any more.
#[component]
fn PastOnly(id: ApiGroupId) -> impl IntoView {
    let texts = use_texts();
    let links = Environment::ALL.map(|environment| {
        let text = (texts.deployments.history_of)((texts.common.environment)(environment));
        view! { <li><a class="link" href=paths::history(&id, environment)>{text}</a></li> }
    });
    view! { <ul class="empty-links">{links.into_iter().collect_view()}</ul> }
}

#[component]
fn LiveRow(id: ApiGroupId, view: DeploymentView) -> impl IntoView {
    let texts = use_texts();
    let words = texts.deployments;
    let DeploymentView {
        deployment,
        access_urls,
        calls_24h,
        revision_has_changed,
        policies,
        targets,
        canary: _,
    } = view;
    let (environment, revision) = (deployment.environment, deployment.revision);
    let name = (texts.common.environment)(environment);
    let urls = access_urls.into_iter().map(|url| {
        let label = format!("{} {}", texts.common.copy, words.access_path);
        view! { <li><Copyable text=url label/></li> }
    });
    let changed = revision_has_changed.then(|| {
        view! { <Badge tone=Tone::Warning>{(words.changed_since)(&revision.to_string())}</Badge> }
    });
    let description = (!deployment.description.is_empty())
        .then(|| view! { <span class="row-second">{deployment.description.clone()}</span> });
    view! {
        <tr id=environment.as_str()>
            <th scope="row"><EnvironmentBadge environment/></th>
            <td class="tabular-nums">
                <a class="row-link" href=paths::apis(&id, revision)>{revision.to_string()}</a> " " {changed}
            </td>
            <td class="cell-url"><ul>{urls.collect_view()}</ul> <PolicyLinks policies/></td>
            <td class="cell-backend"><BackendShown backend=deployment.backend targets/></td>
            <td><span class="cell-time"><Time at=deployment.published_at/></span> {description}</td>
            <td class="cell-number">{number(calls_24h)}</td>
            <td class="cell-actions">
                <div class="row-actions">
                    <a class="row-action" href=dialog(&id, "switch", environment) aria-label=(words.switch_named)(name)>
                        {words.switch}
                    </a>
                    <a class="row-action" href=paths::history(&id, environment) aria-label=(words.history_of)(name)>
                        {words.history}
                    </a>
                    <Menu label=(texts.common.more_for)(name) glyph=Glyph::More>
                        <MenuLink href=dialog(&id, "publish", environment) glyph=Glyph::Rocket>
                            {(words.publish_to)(name)}
                        </MenuLink>
                        <MenuLink href=paths::apis(&id, revision) glyph=Glyph::Api>{words.manage_apis}</MenuLink>
                        <MenuLink href=dialog(&id, "offline", environment) glyph=Glyph::Close danger=true>
                            {words.offline}
                        </MenuLink>
                    </Menu>
                </div>
            </td>
        </tr>
    }
}

/// The policies that are bound to a deployment, each a link to its page; nothing where there are none.
#[component]
fn PolicyLinks(policies: Vec<BoundPolicy>) -> impl IntoView {
    let texts = use_texts();
    if policies.is_empty() {
        return None;
    }
    let links = policies.into_iter().map(|BoundPolicy { kind, id, name }| {
        let (list, title, glyph) = match kind {
            PolicyKind::RateLimit => {
                (paths::RATE_LIMIT_POLICIES, texts.rate_limit_policies.title, Glyph::Gauge)
            }
            PolicyKind::Ip => (paths::IP_POLICIES, texts.ip_policies.title, Glyph::Funnel),
        };
        let named = (texts.policies.of_kind)(title, &name);
        view! {
            <li>
                <a class="link policy-link" href=format!("{list}/{id}") title=named.clone() aria-label=named>
                    <Icon glyph/> {name}
                </a>
            </li>
        }
    });
    Some(view! { <ul class="policy-links">{links.collect_view()}</ul> })
}

#[component]
fn OfflineRow(id: ApiGroupId, environment: Environment) -> impl IntoView {
    let texts = use_texts();
    let words = texts.deployments;
    let name = (texts.common.environment)(environment);
    view! {
        <tr id=environment.as_str()>
            <th scope="row"><EnvironmentBadge environment/></th>
            <td class="text-muted" colspan="5">{texts.common.not_published}</td>
            <td class="cell-actions">
                <div class="row-actions">
                    <a class="row-action" href=dialog(&id, "publish", environment) aria-label=(words.publish_to)(name)>
                        {words.publish}
                    </a>
                    <a class="row-action" href=paths::history(&id, environment) aria-label=(words.history_of)(name)>
                        {words.history}
                    </a>
                </div>
            </td>
        </tr>
    }
}

/// The dialog that the URL asks for; the one that publishes is the frame's.
#[component]
fn Dialogs() -> impl IntoView {
    let (path, query) = (use_location().pathname, use_query_map());
    let asked = Memo::new(move |_| {
        query.with(|query| {
            let environment: Environment = query.get("environment")?.parse().ok()?;
            Some((query.get("dialog")?, environment))
        })
    });
    move || {
        let (dialog, environment) = asked.get()?;
        let own = ["dialog", "environment", "release", "group", GO_FIELD, NOTICE_FIELD];
        let changes = own.map(|name| (name, None));
        let close_href = paths::with_query(&path.get_untracked(), &query.get_untracked(), &changes);
        match dialog.as_str() {
            "switch" => Some(view! { <SwitchDialog environment close_href/> }.into_any()),
            "offline" => Some(view! { <OfflineDialog environment close_href/> }.into_any()),
            "canary" => Some(view! { <ChangeDialog environment close_href/> }.into_any()),
            "promote" => Some(view! { <PromoteDialog environment close_href/> }.into_any()),
            "stop-canary" => Some(view! { <StopDialog environment close_href/> }.into_any()),
            _ => None,
        }
    }
}
