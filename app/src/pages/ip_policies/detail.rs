//! An IP policy: whom it lets pass, and what it is bound to.

use super::{bind::BindForm, dialogs::PolicyDialogs};
use crate::{
    components::{
        Copyable, Crumb, Glyph, LinkButton, Loaded, NameValue, NameValues, PageHeader, Time,
    },
    contexts::{use_data, use_texts},
    error::AppError,
    paths,
    server_fns::ip_policies::{get_ip_policy, list_ip_targets},
};
use domain::{IpPolicy, IpPolicyId, PolicyTarget};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// What the page shows: the policy, what can be bound, what is bound.
type Read = (IpPolicy, Vec<PolicyTarget>, Vec<PolicyTarget>);

/// The policy and the transfer list that binds it.
#[component]
pub fn IpPolicyDetailPage() -> impl IntoView {
    let route = use_params_map();
    let id = move || route.with(|route| route.get("id").unwrap_or_default());
    let policy = use_data(id, read);
    view! {
        <Loaded data=policy let:read>
            <PolicyView policy=read.0.clone()/>
            <BindForm id=read.0.id available=read.1 bound=read.2/>
        </Loaded>
        <PolicyDialogs/>
    }
}

async fn read(id: String) -> Result<Read, AppError> {
    // What is no id names no policy.
    let id: IpPolicyId = id.parse().ok().ok_or(AppError::NotFound)?;
    let policy = get_ip_policy(id.clone()).await?;
    let (available, bound) = list_ip_targets(id).await?;
    Ok((policy, available, bound))
}

#[component]
fn PolicyView(policy: IpPolicy) -> impl IntoView {
    let texts = use_texts();
    let (t, common) = (texts.ip_policies, texts.common);
    let page = paths::ip_policy(&policy.id);
    let dialog = |name: &str| format!("{page}?dialog={name}&id={}", policy.id);
    let (edit, delete) = (dialog("edit"), dialog("delete"));
    let crumbs = vec![
        Crumb::link(common.console, paths::OVERVIEW),
        Crumb::link(t.title, paths::IP_POLICIES),
        Crumb::here(&policy.name),
    ];
    let ranges = policy.rules.ranges.iter().map(|range| view! { <li>{range.to_string()}</li> });
    let ranges = view! { <ul class="ip-ranges font-mono">{ranges.collect_view()}</ul> };
    let description =
        if policy.description.is_empty() { common.none.to_owned() } else { policy.description };
    let id = policy.id.to_string();
    view! {
        <PageHeader title=(t.bind_title)(&policy.name) crumbs>
            <LinkButton href=edit glyph=Glyph::Edit>{common.edit}</LinkButton>
            <LinkButton href=delete glyph=Glyph::Trash>{common.delete}</LinkButton>
        </PageHeader>
        <section class="card">
            <h2 class="card-title">{texts.policies.section_basic}</h2>
            <NameValues>
                <NameValue name="ID"><Copyable text=id label=format!("{} ID", common.copy)/></NameValue>
                <NameValue name=common.region_label>{(common.region)(policy.region)}</NameValue>
                <NameValue name=t.action>
                    {(t.action_of)(policy.rules.action)}
                    <p class="field-rule">{(t.action_help)(policy.rules.action)}</p>
                </NameValue>
                <NameValue name=t.ranges>{ranges}</NameValue>
                <NameValue name=common.description>{description}</NameValue>
                <NameValue name=common.created_at><Time at=policy.created_at/></NameValue>
            </NameValues>
        </section>
    }
}
