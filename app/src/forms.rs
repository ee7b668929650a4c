//! What a form sends: texts, as they were typed. `parse` turns them into domain types or tells every broken rule; the page
//! runs it before sending and the server function again, so the rules are written once.

pub mod access_auths;
pub mod access_keys;
pub mod accounts;
pub mod api_groups;
pub mod apis;
pub mod backend_configs;
pub mod backend_signatures;
pub mod balanced;
pub mod canaries;
pub mod deployments;
pub mod ip_policies;
pub mod limits;
pub mod rate_limit_policies;
pub mod revisions;
pub mod subscription_keys;
pub mod user_domains;

use domain::{DomainError, error::Violations};

/// The value of a field, or its broken rule (told under `field`) added to `violations`.
pub(crate) fn field<T>(
    field: &str,
    parsed: Result<T, DomainError>,
    violations: &mut Violations,
) -> Option<T> {
    parsed.map_err(|wrong| violations.push(DomainError { field: field.to_owned(), ..wrong })).ok()
}

/// The text without blanks at its ends.
pub(crate) fn trimmed(text: &str) -> String {
    text.trim().to_owned()
}
