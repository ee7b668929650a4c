//! Match route: which group and environment a request is for, and which of its APIs.

pub(crate) mod host;
pub(crate) mod matcher;
pub(crate) mod path;
pub(crate) mod query;

use crate::{
    Snapshot,
    context::RequestContext,
    filter::{access_auth, canary, https},
    refusal::Refusal,
    settings::GroupHeader,
    snapshot::{CompiledApi, Deployment},
};
use domain::Environment;
use host::{GroupKey, HostName};
use http::{HeaderMap, request};
use std::sync::Arc;

/// The header that names the group where the host cannot: `ID[-test|-preview]`.
pub(crate) const GROUP_HEADER: &str = "x-paifang-group";

/// What a request is for.
pub(crate) struct Route {
    /// The group and environment.
    pub(crate) deployment: Arc<Deployment>,
    /// Which of its APIs.
    pub(crate) api: usize,
}

impl Route {
    /// The API.
    ///
    /// # Errors
    /// Never, as a route is only made for an API that there is.
    pub(crate) fn api(&self) -> Result<&CompiledApi, Refusal> {
        self.deployment.apis.get(self.api).ok_or(Refusal::NotFound)
    }
}

/// Finds the deployment that a request is for, or its canary, and begins its record: from then on the call is counted,
/// whatever becomes of it.
///
/// # Errors
/// When nothing is published there.
pub(crate) fn match_group(
    context: &mut RequestContext<'_>,
    request: &request::Parts,
) -> Result<Arc<Deployment>, Refusal> {
    let uri_length = request.uri.path_and_query().map_or(0, |target| target.as_str().len());
    if uri_length > context.settings().uri_limit {
        return Err(Refusal::UriTooLong);
    }
    let host = authority(request)?;
    let by_header =
        may_name_group(context.settings().group_header, context.connection.is_loopback());
    https::check_host(context, host)?;
    let (deployment, https_only) = deployment(&context.snapshot, host, &request.headers, by_header)
        .ok_or(Refusal::NotFound)?;
    let deployment = canary::choose(deployment, context.client, &request.headers);
    context.begin_record(Arc::clone(&deployment));
    if https_only {
        https::redirect(context, request, host)?;
    }
    Ok(deployment)
}

/// Finds the API of a deployment that a request is for.
///
/// # Errors
/// When there is none, or the path could be read in two ways.
pub(crate) fn match_api(
    context: &mut RequestContext<'_>,
    deployment: Arc<Deployment>,
    request: &request::Parts,
) -> Result<Route, Refusal> {
    let segments = path::split(request.uri.path())
        .map_err(|problem| Refusal::BadRequest(problem.message()))?;
    let api = deployment.routes.find(&segments, &request.method).ok_or(Refusal::NotFound)?;
    if let Some(record) = &mut context.record {
        record.api = Some(api);
    }
    Ok(Route { deployment, api })
}

/// The host that a request is for: its target's authority, else its `Host` header; empty when there is none.
///
/// # Errors
/// When it could be taken for several hosts.
pub(crate) fn authority(request: &request::Parts) -> Result<&str, Refusal> {
    let mut hosts = request.headers.get_all(http::header::HOST).iter();
    let host = match hosts.next().map(http::HeaderValue::to_str) {
        None => None,
        Some(Ok(host)) => Some(host.trim()),
        Some(Err(_not_ascii)) => return Err(Refusal::BadRequest("the host is not a host name")),
    };
    if hosts.next().is_some() {
        return Err(Refusal::BadRequest("there is more than one host header"));
    }
    match (request.uri.authority().map(http::uri::Authority::as_str), host) {
        (Some(target), _) if target.contains('@') => {
            Err(Refusal::BadRequest("the target names a user"))
        }
        (Some(target), Some(host)) if !target.eq_ignore_ascii_case(host) => {
            Err(Refusal::BadRequest("the target and the host header name different hosts"))
        }
        (Some(target), _) => Ok(target),
        (None, Some(host)) => Ok(host),
        (None, None) if request.version == http::Version::HTTP_11 => {
            Err(Refusal::BadRequest("there is no host header"))
        }
        (None, None) => Ok(""),
    }
}

/// Whether a request on such a connection may name its group by a header.
fn may_name_group(setting: GroupHeader, is_loopback: bool) -> bool {
    match setting {
        GroupHeader::Always => true,
        GroupHeader::Loopback => is_loopback,
        GroupHeader::Never => false,
    }
}

/// The deployment that answers at a host, and whether that host wants HTTPS.
fn deployment(
    snapshot: &Snapshot,
    host: &str,
    headers: &HeaderMap,
    by_header: bool,
) -> Option<(Arc<Deployment>, bool)> {
    let found = match host::parse(host, snapshot.domain()) {
        HostName::Group(group, environment, region) => snapshot
            .deployment(group, environment)
            .filter(|deployment| deployment.region == region)
            .map(Arc::clone),
        HostName::Nameless if by_header => named_by_headers(snapshot, headers),
        HostName::Nameless => None,
        HostName::Other => {
            let domain = snapshot.custom_domain(host)?;
            let (group, environment) = domain.place;
            let deployment = snapshot.deployment(group, environment).map(Arc::clone)?;
            return Some((deployment, domain.redirect_http));
        }
    };
    found.map(|deployment| (deployment, false))
}

/// The deployment that the group header names, else the one that a signature's scope does.
fn named_by_headers(snapshot: &Snapshot, headers: &HeaderMap) -> Option<Arc<Deployment>> {
    if let Some(label) = headers.get(GROUP_HEADER) {
        let (group, environment) = host::parse_label(label.to_str().ok()?.trim())?;
        return snapshot.deployment(group, environment).map(Arc::clone);
    }
    // Generated SDKs put the group's id there, without an environment: the nearest to everybody that there is.
    let group = GroupKey::parse(access_auth::scope_service(headers)?)?;
    [Environment::Online, Environment::Preview, Environment::Test]
        .into_iter()
        .find_map(|environment| snapshot.deployment(group, environment).map(Arc::clone))
}

/// Whether a request is the gateway's where the console listens too.
pub(crate) fn claims(
    snapshot: &Snapshot,
    host: &str,
    headers: &HeaderMap,
    (setting, is_loopback): (GroupHeader, bool),
) -> bool {
    match host::parse(host, snapshot.domain()) {
        HostName::Group(..) => true,
        HostName::Nameless if may_name_group(setting, is_loopback) => {
            headers.contains_key(GROUP_HEADER) || named_by_headers(snapshot, headers).is_some()
        }
        HostName::Nameless => false,
        HostName::Other => snapshot.custom_domain(host).is_some(),
    }
}
