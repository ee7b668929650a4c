//! Groups that keys may call, as a table.

use crate::{
    components::{Copyable, DataTable, EnvironmentBadge, HeaderCell, SortHeader, Time},
    contexts::use_texts,
};
use domain::{AuthorizedGroup, PageQuery};
use leptos::prelude::*;

/// Group, region, environment, access URL, when it was authorized.
#[component]
pub fn AuthorizedTable(
    /// What it lists, for those who cannot see it.
    label: &'static str,
    /// The rows.
    groups: Vec<AuthorizedGroup>,
    /// What the rows are sorted by, where that can be chosen.
    #[prop(optional, into)]
    query: Option<PageQuery>,
) -> impl IntoView {
    let texts = use_texts();
    let t = texts.access_keys;
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
            <HeaderCell label=t.access_url/>
            {sortable(t.authorized_at, "authorizedAt", false)}
        }
    };
    let rows = groups.into_iter().map(|group| view! { <Row group/> });
    view! { <DataTable label head>{rows.collect_view()}</DataTable> }
}

#[component]
fn Row(group: AuthorizedGroup) -> impl IntoView {
    let texts = use_texts();
    let copy = format!("{} {}", texts.common.copy, texts.access_keys.access_url);
    view! {
        <tr>
            <th scope="row" title=group.api_group_id.to_string()>{group.group_name}</th>
            <td>{(texts.common.region)(group.region)}</td>
            <td><EnvironmentBadge environment=group.environment/></td>
            <td><Copyable text=group.access_url label=copy/></td>
            <td><Time at=group.authorized_at/></td>
        </tr>
    }
}
