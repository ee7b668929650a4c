//! What can go wrong in the store, the same on both databases.

use sea_orm::{DbErr, RuntimeErr, sqlx};
use std::fmt;

/// Why the store did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A row with this value is there already; nothing was written.
    #[error("{0} is taken already")]
    Duplicate(Unique),
    /// The row that should be changed, or one that a new row refers to, is not there.
    #[error("no such row")]
    NotFound,
    /// The address of the database, or something in its place, cannot be used at all.
    #[error("{0}")]
    Settings(String),
    /// The database did not answer, or refused; trying again later may help.
    #[error("the database is unavailable")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A row holds what no version of this program writes.
    #[error("the database holds an unreadable {0}")]
    Corrupt(String),
}

/// The rules of uniqueness that the database itself keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unique {
    /// An id or key that was drawn at random.
    Id,
    /// [`domain::Account::email`].
    AccountEmail,
    /// [`domain::ApiGroup::name`], in its owner's groups of the region.
    ApiGroupName,
    /// [`domain::Revision::number`], in its group.
    RevisionNumber,
    /// [`domain::ApiDefinition::name`], in its revision.
    ApiName,
    /// Method and shape of the path of an API, in its revision.
    ApiRoute,
    /// Group and environment of a deployment.
    Deployment,
    /// The place of a release in the history of its environment: two were made at once without
    /// [`crate::api_groups::lock`].
    Release,
    /// [`domain::AccessKey::name`], in its owner's keys.
    AccessKeyName,
    /// [`domain::SubscriptionKey::name`], in its owner's subscription keys.
    SubscriptionKeyName,
    /// The caller that an authorization names, in its owner's authorizations.
    AccessAuthKey,
    /// The name of a policy, in its owner's policies of its kind and region.
    PolicyName,
    /// The key that a backend signature names, in its owner's backend signatures.
    BackendSignatureKey,
    /// [`domain::UserDomain::domain`], in its group.
    UserDomain,
    /// The same among all domains that are verified.
    ServedDomain,
}

impl Unique {
    /// The field's name as in the REST API (`groupName`, `path`, …).
    #[must_use]
    pub fn field(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::AccountEmail => "email",
            Self::ApiGroupName => "groupName",
            Self::RevisionNumber => "revision",
            Self::ApiName => "apiName",
            Self::ApiRoute => "path",
            Self::Deployment | Self::Release => "environment",
            Self::AccessKeyName => "keyName",
            Self::SubscriptionKeyName => "name",
            Self::AccessAuthKey | Self::BackendSignatureKey => "accessKey",
            Self::PolicyName => "policyName",
            Self::UserDomain | Self::ServedDomain => "domain",
        }
    }
}

impl fmt::Display for Unique {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.field())
    }
}

/// Each unique rule: the name of its index (PostgreSQL tells that), and its columns (SQLite tells those).
const RULES: [(Unique, &str, &str); 16] = [
    (Unique::AccountEmail, "accounts_email_unique", "accounts.email"),
    (
        Unique::ApiGroupName,
        "api_groups_name_unique",
        "api_groups.owner_id, api_groups.region, api_groups.name",
    ),
    (Unique::RevisionNumber, "revisions_pkey", "revisions.group_id, revisions.ordinal"),
    (Unique::ApiName, "apis_name_unique", "apis.group_id, apis.revision_ordinal, apis.name"),
    (
        Unique::ApiRoute,
        "apis_route_unique",
        "apis.group_id, apis.revision_ordinal, apis.method, apis.path_shape",
    ),
    (
        Unique::Deployment,
        "deployments_environment_unique",
        "deployments.group_id, deployments.environment",
    ),
    (
        Unique::Release,
        "releases_sequence_unique",
        "releases.group_id, releases.environment, releases.sequence",
    ),
    (Unique::AccessKeyName, "access_keys_name_unique", "access_keys.owner_id, access_keys.name"),
    (
        Unique::SubscriptionKeyName,
        "subscription_keys_name_unique",
        "subscription_keys.owner_id, subscription_keys.name",
    ),
    (Unique::Id, "access_keys_api_key_unique", "access_keys.api_key"),
    (
        Unique::AccessAuthKey,
        "access_auths_key_unique",
        "access_auths.owner_id, access_auths.type, access_auths.access_key_id",
    ),
    (
        Unique::PolicyName,
        "rate_limit_policies_name_unique",
        "rate_limit_policies.owner_id, rate_limit_policies.region, rate_limit_policies.name",
    ),
    (
        Unique::PolicyName,
        "ip_policies_name_unique",
        "ip_policies.owner_id, ip_policies.region, ip_policies.name",
    ),
    (
        Unique::BackendSignatureKey,
        "backend_signatures_key_unique",
        "backend_signatures.owner_id, backend_signatures.access_key",
    ),
    (Unique::UserDomain, "user_domains_name_unique", "user_domains.group_id, user_domains.domain"),
    (Unique::ServedDomain, "user_domains_served_unique", "user_domains.served_domain"),
];

/// The rule that was broken, from the name of the constraint (PostgreSQL) or the message (SQLite).
fn broken_rule(told: &str) -> Unique {
    let columns = told.rsplit_once(": ").map_or(told, |(_, columns)| columns);
    let rule = RULES.iter().find(|(_, name, on_sqlite)| *name == told || *on_sqlite == columns);
    // The rest are primary keys, all of them drawn at random.
    rule.map_or(Unique::Id, |(rule, ..)| *rule)
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        match &error {
            DbErr::Exec(RuntimeErr::SqlxError(cause))
            | DbErr::Query(RuntimeErr::SqlxError(cause)) => {
                let told = cause.as_database_error();
                match told
                    .map(|told| (told.kind(), told.constraint().unwrap_or_else(|| told.message())))
                {
                    Some((sqlx::error::ErrorKind::UniqueViolation, rule)) => {
                        Self::Duplicate(broken_rule(rule))
                    }
                    Some((sqlx::error::ErrorKind::ForeignKeyViolation, _)) => Self::NotFound,
                    _ => Self::Unavailable(Box::new(error)),
                }
            }
            DbErr::RecordNotFound(_) | DbErr::RecordNotUpdated => Self::NotFound,
            DbErr::Type(_) | DbErr::TryIntoErr { .. } => Self::Corrupt(error.to_string()),
            // What the migrator says when the tables are of a newer version.
            DbErr::Custom(reason) => Self::Settings(reason.clone()),
            _ => Self::Unavailable(Box::new(error)),
        }
    }
}
