//! Every address of the console, made in one place, and links to the page one is on with another query.

use domain::{
    AccessAuthId, AccessKeyId, ApiGroupId, ApiId, BackendConfigId, BackendSignatureId, Environment,
    IpPolicyId, RateLimitPolicyId, RevisionNumber, SubscriptionKeyId,
};
use leptos_router::params::ParamsMap;

/// The overview.
pub const OVERVIEW: &str = "/";
/// Sign in.
pub const SIGN_IN: &str = "/sign-in";
/// Register.
pub const REGISTER: &str = "/register";
/// The signed-in account.
pub const ACCOUNT: &str = "/account";
/// The search over everything.
pub const SEARCH: &str = "/search";
/// API groups.
pub const GROUPS: &str = "/groups";
/// Create an API group.
pub const NEW_GROUP: &str = "/groups/new";
/// Access keys.
pub const ACCESS_KEYS: &str = "/access-keys";
/// Subscription keys.
pub const SUBSCRIPTION_KEYS: &str = "/subscription-keys";
/// Platform keys.
pub const PLATFORM_KEYS: &str = "/platform-keys";
/// Access authorizations.
pub const ACCESS_AUTHS: &str = "/access-auths";
/// Traffic control.
pub const RATE_LIMIT_POLICIES: &str = "/rate-limit-policies";
/// IP policies.
pub const IP_POLICIES: &str = "/ip-policies";
/// Backend signatures.
pub const BACKEND_SIGNATURES: &str = "/backend-signatures";
/// Groups that the account's keys may call.
pub const AUTHORIZED_GROUPS: &str = "/authorized-groups";

/// Domains that wait for an operator's word.
pub const WAITING_DOMAINS: &str = "/operator/domains";

/// Details of a group.
#[must_use]
pub fn group(id: &ApiGroupId) -> String {
    format!("/groups/{id}")
}

/// A page of a group: `edit`, `apis`, `import`, `revisions`, `deployments`, `routes`, `domains`, `monitoring`.
#[must_use]
pub fn group_page(id: &ApiGroupId, page: &str) -> String {
    format!("/groups/{id}/{page}")
}

/// The APIs of a revision.
#[must_use]
pub fn apis(id: &ApiGroupId, revision: RevisionNumber) -> String {
    format!("/groups/{id}/apis?revision={revision}")
}

/// The form of a new API.
#[must_use]
pub fn new_api(id: &ApiGroupId, revision: RevisionNumber) -> String {
    format!("/groups/{id}/apis/new?revision={revision}")
}

/// The form of an API.
#[must_use]
pub fn api(id: &ApiGroupId, revision: RevisionNumber, api: &ApiId) -> String {
    format!("/groups/{id}/apis/{api}?revision={revision}")
}

/// The import of a document into a revision.
#[must_use]
pub fn import(id: &ApiGroupId, revision: RevisionNumber) -> String {
    format!("/groups/{id}/import?revision={revision}")
}

/// What differs between two revisions; the page chooses `before` when it is not given.
#[must_use]
pub fn compare(id: &ApiGroupId, before: Option<RevisionNumber>, after: RevisionNumber) -> String {
    let before = before.map(|before| format!("before={before}&")).unwrap_or_default();
    format!("/groups/{id}/compare?{before}after={after}")
}

/// The publish dialog with a revision chosen.
#[must_use]
pub fn publish(id: &ApiGroupId, revision: RevisionNumber) -> String {
    format!("/groups/{id}/revisions?dialog=publish&revision={revision}")
}

/// What was published to an environment, newest first.
#[must_use]
pub fn history(id: &ApiGroupId, environment: Environment) -> String {
    format!("/groups/{id}/history/{environment}")
}

/// An access key.
#[must_use]
pub fn access_key(id: &AccessKeyId) -> String {
    format!("{ACCESS_KEYS}/{id}")
}

/// A subscription key.
#[must_use]
pub fn subscription_key(id: &SubscriptionKeyId) -> String {
    format!("{SUBSCRIPTION_KEYS}/{id}")
}

/// An access authorization.
#[must_use]
pub fn access_auth(id: &AccessAuthId) -> String {
    format!("{ACCESS_AUTHS}/{id}")
}

/// A rate limit policy.
#[must_use]
pub fn rate_limit_policy(id: &RateLimitPolicyId) -> String {
    format!("{RATE_LIMIT_POLICIES}/{id}")
}

/// An IP policy.
#[must_use]
pub fn ip_policy(id: &IpPolicyId) -> String {
    format!("{IP_POLICIES}/{id}")
}

/// A backend signature.
#[must_use]
pub fn backend_signature(id: &BackendSignatureId) -> String {
    format!("{BACKEND_SIGNATURES}/{id}")
}

/// The form of a new rule of dynamic routing.
#[must_use]
pub fn new_route(id: &ApiGroupId, environment: Environment) -> String {
    format!("/groups/{id}/routes/new?environment={environment}")
}

/// The form of a rule of dynamic routing.
#[must_use]
pub fn route(id: &ApiGroupId, route: &BackendConfigId) -> String {
    format!("/groups/{id}/routes/{route}")
}

/// The list that what is at `path` is in, where that is one region's: a group, a policy.
#[must_use]
pub fn list_of_region(path: &str) -> Option<&'static str> {
    let lists = [GROUPS, RATE_LIMIT_POLICIES, IP_POLICIES];
    let within = |list: &&str| path.strip_prefix(list).is_some_and(|rest| rest.starts_with('/'));
    lists.into_iter().find(within).filter(|_| path != NEW_GROUP)
}

/// Sign in and come back to `path`.
#[must_use]
pub fn sign_in_and_return(path: &str) -> String {
    format!("{SIGN_IN}?next={}", encode(path))
}

/// `path` with the parameters of `query` after `changes`: a value replaces, `None` takes away.
#[must_use]
pub fn with_query(path: &str, query: &ParamsMap, changes: &[(&str, Option<&str>)]) -> String {
    let kept = query
        .latest_values()
        .filter(|(key, _)| changes.iter().all(|(changed, _)| key != changed))
        .map(|(key, value)| (key.to_string(), value.to_owned()));
    let added =
        changes.iter().filter_map(|(key, value)| Some(((*key).to_owned(), (*value)?.to_owned())));
    let mut pairs: Vec<(String, String)> = kept.chain(added).collect();
    pairs.sort();
    let pairs: Vec<String> =
        pairs.iter().map(|(key, value)| format!("{}={}", encode(key), encode(value))).collect();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

/// A path of this site, or the overview when `path` leads elsewhere.
#[must_use]
pub fn local(path: &str) -> &str {
    let stays = path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains('\\')
        && !path.chars().any(char::is_control);
    if stays { path } else { OVERVIEW }
}

/// Percent-encodes everything but unreserved characters (RFC 3986).
#[must_use]
pub fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&'static str, &str)]) -> ParamsMap {
        let mut map = ParamsMap::new();
        for (key, value) in pairs {
            map.insert(*key, (*value).to_owned());
        }
        map
    }

    #[test]
    fn a_changed_query_keeps_the_other_parameters() {
        let query = map(&[("search", "a b"), ("page", "3")]);
        assert_eq!(
            with_query("/groups", &query, &[("page", Some("4"))]),
            "/groups?page=4&search=a%20b"
        );
        assert_eq!(with_query("/groups", &query, &[("page", None), ("search", None)]), "/groups");
    }

    #[test]
    fn what_lives_in_a_region_is_in_a_list_of_that_region() {
        assert_eq!(list_of_region("/groups/xv3xbwah945y/apis"), Some("/groups"));
        assert_eq!(list_of_region("/ip-policies/ipp-000000000000"), Some("/ip-policies"));
        for stays in ["/", "/groups", "/groups/new", "/access-keys/6c026a79cdbb", "/groupsome/x"] {
            assert_eq!(list_of_region(stays), None, "{stays}");
        }
    }

    #[test]
    fn only_paths_of_this_site_are_returned_to() {
        assert_eq!(local("/groups?x=1"), "/groups?x=1");
        for foreign in ["https://evil.example", "//evil.example", "/\\evil.example", "", "/a\r\nb"]
        {
            assert_eq!(local(foreign), OVERVIEW, "{foreign}");
        }
    }
}
