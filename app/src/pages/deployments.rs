//! Pages of deployments: what runs where, the history of an environment, and the dialogs that publish, switch and take offline.

mod backend_fields;
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

use crate::contexts::use_texts;
use domain::BackendService;
use leptos::prelude::*;

/// Where a deployment forwards to.
#[component]
pub(crate) fn BackendShown(backend: BackendService) -> impl IntoView {
    match backend {
        BackendService::Mock => view! { {use_texts().deployments.backend_mock} }.into_any(),
        BackendService::Single { address } => {
            view! { <span class="font-mono">{address.to_string()}</span> }.into_any()
        }
    }
}
