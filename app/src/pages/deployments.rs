//! Pages of deployments: what runs where, the history of an environment, and the dialogs that publish, switch and take offline.

mod history;
mod list;
mod offline;
mod publish;
mod publish_fields;
mod published;
mod sample_call;
mod switch;
mod warning;

pub(crate) use sample_call::sample_call;
pub use {history::HistoryPage, list::DeploymentListPage, publish::PublishDialog};

use crate::{contexts::use_texts, server_fns::deployments::list_deployments};
use domain::{ApiGroup, BackendService, DeploymentView, Environment, RevisionView};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What the dialogs that publish and switch choose from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Choices {
    group: ApiGroup,
    /// Newest first.
    revisions: Vec<RevisionView>,
    deployments: Vec<DeploymentView>,
}

impl Choices {
    /// What runs in an environment.
    fn running(&self, environment: Environment) -> Option<&DeploymentView> {
        self.deployments.iter().find(|view| view.deployment.environment == environment)
    }
}

/// Reads them anew, since a dialog decides by them.
async fn choices(group: Option<domain::ApiGroupId>) -> Result<Choices, crate::AppError> {
    use crate::server_fns::{api_groups::get_api_group, revisions::all_revisions};
    let id = group.ok_or(crate::AppError::NotFound)?;
    Ok(Choices {
        group: get_api_group(id.clone()).await?.group,
        revisions: all_revisions(id.clone()).await?,
        deployments: list_deployments(id).await?,
    })
}

/// Where a deployment forwards to.
#[component]
fn BackendShown(backend: BackendService) -> impl IntoView {
    match backend {
        BackendService::Mock => view! { {use_texts().deployments.backend_mock} }.into_any(),
        BackendService::Single { address } => {
            view! { <span class="font-mono">{address.to_string()}</span> }.into_any()
        }
    }
}
