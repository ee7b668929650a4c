//! Groups that keys may call, as a table.

use crate::{
    components::{Copyable, DataTable, EnvironmentBadge, HeaderCell, SortHeader, Time},
    contexts::use_texts,
};
use domain::{AuthorizedGroup, PageQuery};
use leptos::prelude::*;

/// Group, region, environment, who may, access URL, when it was authorized.
#[component]
pub fn AuthorizedTable(
    /// What it lists, for those who cannot see it.
    label: &'static str,
    /// The rows.
    groups: Vec<AuthorizedGroup>,
    /// What the rows are sorted by, where that can be chosen: where they are of several callers, who are named then.
    #[prop(optional, into)]
    query: Option<PageQuery>,
) -> impl IntoView {
    let texts = use_texts();
    let t = texts.access_keys;
    let names_callers = query.is_some();
    let sortable =
        move |label: &'static str, column: &'static str, default: bool| match query.clone() {
            Some(query) => view! { <SortHeader label column query default/> }.into_any(),
            None => view! { <HeaderCell label/> }.into_any(),
        };
    let head = move || {
        view! {
            {sortable(t.group, "groupName", true)}
            <HeaderCell label=texts.common.region_label/>
            <HeaderCell label=texts.common.environment_label/>
            {names_callers.then(move || view! {
                <HeaderCell label=t.authorized_type/>
                <HeaderCell label=t.authorized_caller/>
            })}
            <HeaderCell label=t.access_url/>
            {sortable(t.authorized_at, "authorizedAt", false)}
        }
    };
    let rows = groups.into_iter().map(move |group| view! { <Row group names_callers/> });
    view! { <DataTable label head>{rows.collect_view()}</DataTable> }
}

#[component]
fn Row(group: AuthorizedGroup, names_callers: bool) -> impl IntoView {
    let texts = use_texts();
    let copy = format!("{} {}", texts.common.copy, texts.access_keys.access_url);
    view! {
        <tr>
            <th scope="row" title=group.api_group_id.to_string()>{group.group_name}</th>
            <td>{(texts.common.region)(group.region)}</td>
            <td><EnvironmentBadge environment=group.environment/></td>
            {names_callers.then(|| view! {
                <td>{(texts.access_auths.user_type_of)(group.r#type)}</td>
                <td class="font-mono">{group.caller_name}</td>
            })}
            <td><Copyable text=group.access_url label=copy/></td>
            <td><Time at=group.authorized_at/></td>
        </tr>
    }
}
