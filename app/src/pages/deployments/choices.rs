//! What the dialog that publishes decides by. All of it is read in one go: a dialog lies over pages that read data of their
//! own, and takes a single place among it.

use crate::{
    error::AppError,
    server_fns::{
        api_groups::get_api_group,
        apis::list_apis,
        deployments::{list_deployments, preview_publish},
        revisions::all_revisions,
    },
};
use domain::{
    Api, ApiGroup, ApiGroupId, DeploymentView, Environment, PageQuery, PublishPreview,
    RevisionNumber, RevisionView,
};
use serde::{Deserialize, Serialize};

/// What there is to choose from, and what the first choice would change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Choices {
    pub(super) group: ApiGroup,
    /// Newest first.
    pub(super) revisions: Vec<RevisionView>,
    pub(super) deployments: Vec<DeploymentView>,
    /// The choice that is offered first; nothing when there is none.
    pub(super) offered: Option<Offered>,
    /// APIs of what was published just before the page was rendered; none otherwise.
    pub(super) apis: Vec<Api>,
}

/// A revision, and what it would change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Offered {
    pub(super) revision: RevisionNumber,
    pub(super) preview: PublishPreview,
}

/// What a dialog is opened with.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Opening {
    pub(super) environment: Environment,
    /// The revision that is named in the URL, or was typed.
    pub(super) revision: Option<RevisionNumber>,
    /// What the dialog has published already.
    pub(super) published: Option<RevisionNumber>,
}

impl Choices {
    /// What runs in an environment.
    pub(super) fn running(&self, environment: Environment) -> Option<&DeploymentView> {
        self.deployments.iter().find(|view| view.deployment.environment == environment)
    }
}

/// Reads them anew, since a dialog decides by them.
pub(super) async fn read(group: Option<ApiGroupId>, opening: Opening) -> Result<Choices, AppError> {
    let id = group.ok_or(AppError::NotFound)?;
    let group = get_api_group(id.clone()).await?.group;
    let (revisions, deployments) =
        (all_revisions(id.clone()).await?, list_deployments(id.clone()).await?);
    let offered = match offered(&revisions, &opening) {
        Some(revision) => {
            let preview = preview_publish(id.clone(), revision, opening.environment).await?;
            Some(Offered { revision, preview })
        }
        None => None,
    };
    let apis = match opening.published {
        Some(revision) => sample_apis(id, revision).await?,
        None => Vec::new(),
    };
    Ok(Choices { group, revisions, deployments, offered, apis })
}

/// APIs of a revision, one of which is offered to be called.
pub(super) async fn sample_apis(
    group: ApiGroupId,
    revision: RevisionNumber,
) -> Result<Vec<Api>, AppError> {
    Ok(list_apis(group, revision, PageQuery::new(1, 100)).await?.rows)
}

/// The revision that was named, or the newest.
fn offered(revisions: &[RevisionView], opening: &Opening) -> Option<RevisionNumber> {
    let mut numbers = revisions.iter().map(|view| view.revision.number);
    let named = numbers.clone().find(|number| Some(*number) == opening.revision);
    named.or_else(|| numbers.next())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Revision, Timestamp};

    fn view(number: &str, published_to: Vec<Environment>) -> RevisionView {
        RevisionView {
            revision: Revision {
                number: number.parse().unwrap(),
                note: String::new(),
                based_on: None,
                created_at: Timestamp(0),
                revised_at: Timestamp(0),
            },
            api_count: 1,
            published_to,
            changes: (0, 0, 0),
        }
    }

    fn opening(revision: Option<&str>) -> Opening {
        let revision = revision.map(|number| number.parse().unwrap());
        Opening { environment: Environment::Test, revision, published: None }
    }

    #[test]
    fn offers_the_revision_that_was_named_or_the_newest() {
        let revisions = [view("0.0.2", vec![Environment::Test]), view("0.0.1", vec![])];
        let offer =
            |opening: Opening| offered(&revisions, &opening).map(|number| number.to_string());
        assert_eq!(offer(opening(Some("0.0.1"))).as_deref(), Some("0.0.1"));
        assert_eq!(offer(opening(Some("9.9.9"))).as_deref(), Some("0.0.2"));
        assert_eq!(offer(opening(None)).as_deref(), Some("0.0.2"));
    }
}
