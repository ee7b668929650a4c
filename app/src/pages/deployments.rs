//! Pages of deployments: what runs where, the history of an environment, and the dialogs that publish, switch and take offline.

mod backend_fields;
mod balanced_fields;
mod canaries;
mod canary_fields;
mod choices;
mod history;
mod list;
mod offline;
mod preview;
mod publish;
mod published;
mod sample_call;
mod switch;
mod warning;

pub(crate) use sample_call::sample_call;
pub use {history::HistoryPage, list::DeploymentListPage, publish::PublishDialog};

use crate::{
    components::{Badge, Tone},
    contexts::use_texts,
};
use domain::{BackendService, BalancedBackend, TargetHealth, TargetStatus};
use leptos::prelude::*;

/// Where a deployment forwards to.
#[component]
pub(crate) fn BackendShown(
    backend: BackendService,
    /// How its targets do now, where that is known.
    #[prop(optional)]
    targets: Vec<TargetStatus>,
) -> impl IntoView {
    match backend {
        BackendService::Mock => view! { {use_texts().deployments.backend_mock} }.into_any(),
        BackendService::Single { address } => {
            view! { <span class="font-mono">{address.to_string()}</span> }.into_any()
        }
        BackendService::Balanced(balanced) => view! { <Targets balanced targets/> }.into_any(),
    }
}

/// Several addresses, each with what there is to tell of it.
#[component]
fn Targets(balanced: BalancedBackend, targets: Vec<TargetStatus>) -> impl IntoView {
    let words = use_texts().backends;
    let is_alone = balanced.targets.len() == 1;
    let rows = balanced.targets.into_iter().map(|target| {
        let status = targets.iter().find(|status| status.address == target.address);
        let health = status.map(|status| status.health).map(|health| {
            let tone = match health {
                TargetHealth::Healthy => Tone::Success,
                TargetHealth::Ejected => Tone::Warning,
                TargetHealth::Unhealthy => Tone::Danger,
            };
            view! { <Badge tone>{(words.health)(health)}</Badge> }
        });
        let weight = match target.weight {
            0 => Some(view! { <Badge>{words.drained}</Badge> }.into_any()),
            _ if is_alone => None,
            weight => {
                let weight = (words.of_weight)(weight);
                Some(view! { <span class="text-muted">{weight}</span> }.into_any())
            }
        };
        view! {
            <li><span class="font-mono">{target.address.to_string()}</span> " " {weight} " " {health}</li>
        }
    });
    view! { <ul>{rows.collect_view()}</ul> }
}
