//! The domains that a group is called at.

use crate::{
    components::{
        CodeBlock, Copyable, DataTable, EnvironmentBadge, HeaderCell, Loaded, TableSkeleton,
    },
    contexts::{use_data, use_texts},
    error::AppError,
    pages::api_groups::group_frame::use_group,
    server_fns::api_groups::list_group_domains,
};
use domain::Environment;
use leptos::prelude::*;

/// The generated second-level domains, and what a custom domain would need.
#[component]
pub fn DomainListPage() -> impl IntoView {
    let group = use_group();
    let domains = use_data(
        move || group.id.get(),
        |group| async move { list_group_domains(group.ok_or(AppError::NotFound)?).await },
    );
    view! {
        <Loaded data=domains skeleton=|| view! { <TableSkeleton rows=3/> } let:domains>
            <Generated domains=domains.clone()/>
            <Custom domains/>
        </Loaded>
    }
}

#[component]
fn Generated(domains: Vec<(Environment, String)>) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.deployments.domains;
    let head = move || {
        view! {
            <HeaderCell label=texts.common.environment_label/>
            <HeaderCell label=words.domain/>
        }
    };
    let rows = domains.into_iter().map(|(environment, domain)| {
        let label = format!("{} {domain}", texts.common.copy);
        view! {
            <tr>
                <th scope="row"><EnvironmentBadge environment/></th>
                <td><Copyable text=domain label/></td>
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
fn Custom(domains: Vec<(Environment, String)>) -> impl IntoView {
    let words = &use_texts().deployments.domains;
    let online = domains.into_iter().find(|(environment, _)| *environment == Environment::Online);
    let record = online.map(|(_, domain)| {
        view! { <CodeBlock code=format!("api.example.com.  CNAME  {domain}.") label=words.record/> }
    });
    view! {
        <section class="card stack">
            <h2 class="card-title">{words.custom}</h2>
            <p>{words.custom_help}</p>
            {record}
            <p class="text-muted">{words.custom_limits}</p>
        </section>
    }
}
