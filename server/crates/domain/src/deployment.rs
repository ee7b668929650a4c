//! Deployments: a revision of a group published to an environment, and the history of each environment.

use crate::{
    backend::BackendService,
    balanced_backend::TargetStatus,
    canary::{Canary, CanarySettings},
    difference::Difference,
    error::{DomainError, ErrorKind, Violations, check},
    id::{ApiGroupId, DeploymentId, ReleaseId},
    policy::BoundPolicy,
    region::Region,
    revision::RevisionNumber,
    text::check_length,
    timestamp::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Longest description of a publish, in characters.
pub const DESCRIPTION_MAX: usize = 180;

/// Where a revision is published to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Environment {
    /// For trying out.
    Test,
    /// Pre-launch: the last look before it is real.
    Preview,
    /// For everybody.
    Online,
}

impl Environment {
    /// All of them, from the first try to everybody.
    pub const ALL: [Self; 3] = [Self::Test, Self::Preview, Self::Online];

    /// The value in the REST API: `test`, `preview`, `online`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Preview => "preview",
            Self::Online => "online",
        }
    }

    /// The first label of the host name of `group` here: `ID-test`, `ID-preview`, `ID`.
    #[must_use]
    pub fn host_label(self, group: &ApiGroupId) -> String {
        match self {
            Self::Test => format!("{group}-test"),
            Self::Preview => format!("{group}-preview"),
            Self::Online => group.to_string(),
        }
    }

    /// The host name of `group` here: `LABEL.REGION.DOMAIN`, without a port.
    #[must_use]
    pub fn host(self, group: &ApiGroupId, region: Region, domain: &str) -> String {
        format!("{}.{region}.{domain}", self.host_label(group))
    }
}

impl FromStr for Environment {
    type Err = DomainError;
    fn from_str(text: &str) -> Result<Self, DomainError> {
        Self::ALL.into_iter().find(|e| e.as_str() == text).ok_or_else(|| {
            DomainError::new(
                ErrorKind::Range,
                "environment",
                "one of test, preview, online",
                "只能是 test、preview、online",
            )
        })
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is given to publish.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPublish {
    /// Which revision.
    pub revision: RevisionNumber,
    /// Where to.
    pub environment: Environment,
    /// Where the gateway forwards to.
    pub backend: BackendService,
    /// Free text, at most [`DESCRIPTION_MAX`] characters.
    pub description: String,
    /// Which calls it gets beside what is live; `None`: all, it goes live.
    pub canary: Option<CanarySettings>,
    /// Whether a canary that runs there is stopped; otherwise it goes on. Nothing to a publish as a canary.
    pub stop_canary: bool,
}

impl NewPublish {
    /// # Errors
    /// The broken rules of `description`, of the backend and of the canary's settings.
    pub fn validate(&self) -> Result<(), Violations> {
        let mut violations = Violations::new();
        check_length("description", &self.description, DESCRIPTION_MAX, &mut violations);
        self.backend.check(&mut violations);
        violations.extend(
            self.canary.as_ref().and_then(|canary| canary.validate().err()).unwrap_or_default(),
        );
        check(violations)
    }
}

/// What runs in one environment of a group. Its id stays while releases come and go, so that bindings stay too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployment {
    /// Its id; what authorizations and policies are bound to.
    pub id: DeploymentId,
    /// Whose.
    pub api_group_id: ApiGroupId,
    /// Where.
    pub environment: Environment,
    /// The release that runs.
    pub release_id: ReleaseId,
    /// The revision that the release was made from.
    pub revision: RevisionNumber,
    /// Where it forwards to.
    pub backend: BackendService,
    /// Free text of the publish; empty after a switch.
    pub description: String,
    /// When it was published or switched last.
    pub published_at: Timestamp,
}

/// A deployment as a row of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeploymentView {
    /// The deployment.
    pub deployment: Deployment,
    /// Addresses that it answers at, e.g. `http://xv3xbwah945y.cn-north-1.localhost:8000/petstore`.
    pub access_urls: Vec<String>,
    /// Calls of the last 24 hours.
    pub calls_24h: u64,
    /// Whether what runs differs from what the revision of this number has now.
    pub revision_has_changed: bool,
    /// The policies that are bound to it.
    pub policies: Vec<BoundPolicy>,
    /// How its backends do now, where there are several and a gateway runs in this process; its canary's too.
    pub targets: Vec<TargetStatus>,
    /// What runs beside it, for some of its calls.
    pub canary: Option<Canary>,
}

/// What an entry of the history did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseAction {
    /// A revision was published.
    Publish,
    /// What was published earlier was switched to.
    Switch,
    /// The environment was taken offline.
    Offline,
    /// A revision was published as a canary.
    Canary,
    /// The canary was given other calls.
    CanaryChange,
    /// The canary went live.
    Promote,
    /// The canary was stopped.
    CanaryStop,
}

impl ReleaseAction {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Publish,
        Self::Switch,
        Self::Offline,
        Self::Canary,
        Self::CanaryChange,
        Self::Promote,
        Self::CanaryStop,
    ];

    /// `publish`, `switch`, `offline`, `canary`, `canary_change`, `promote`, `canary_stop`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Publish => "publish",
            Self::Switch => "switch",
            Self::Offline => "offline",
            Self::Canary => "canary",
            Self::CanaryChange => "canary_change",
            Self::Promote => "promote",
            Self::CanaryStop => "canary_stop",
        }
    }
}

/// One entry of an environment's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Its id.
    pub id: ReleaseId,
    /// Which environment.
    pub environment: Environment,
    /// What was done.
    pub action: ReleaseAction,
    /// The revision that ran afterwards (before, for `Offline`); of an entry about a canary, the canary's.
    pub revision: RevisionNumber,
    /// The revision's note at that moment; empty where nothing was published.
    pub note: String,
    /// Where it forwarded to.
    pub backend: BackendService,
    /// Free text of the publish; empty where nothing was published.
    pub description: String,
    /// When what was switched to, or taken offline, had been published; `None` of a publish.
    pub published_at: Option<Timestamp>,
    /// The e-mail address of who did it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// What changed against what ran before; everything is added where nothing ran.
    pub difference: Difference,
    /// Which calls the canary got from then on.
    pub canary: Option<CanarySettings>,
    /// Whether this is what runs now.
    pub live: bool,
}

impl Release {
    /// When what it is about was published: by itself, or earlier.
    #[must_use]
    pub fn content_published_at(&self) -> Timestamp {
        self.published_at.unwrap_or(self.at)
    }
}

/// What the publish dialog shows before the button is pressed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishPreview {
    /// What runs in the environment now.
    pub current: Option<Deployment>,
    /// The note of the revision to be published.
    pub note: String,
    /// What would change.
    pub difference: Difference,
}

/// What a publish or switch did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// What runs now.
    pub deployment: DeploymentView,
    /// Whether what was published is its canary.
    pub is_canary: bool,
    /// The release that ran before, to switch back to.
    pub previous: Option<(ReleaseId, RevisionNumber)>,
    /// How long it took until the gateway of this process served it, in ms; `None` when no gateway runs here.
    pub in_force_after_ms: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_environment_has_a_host_name_of_its_own() {
        let group: ApiGroupId = "xv3xbwah945y".parse().unwrap();
        let host =
            |environment: Environment| environment.host(&group, Region::CnNorth1, "localhost");
        assert_eq!(host(Environment::Test), "xv3xbwah945y-test.cn-north-1.localhost");
        assert_eq!(host(Environment::Preview), "xv3xbwah945y-preview.cn-north-1.localhost");
        assert_eq!(host(Environment::Online), "xv3xbwah945y.cn-north-1.localhost");
    }
}
