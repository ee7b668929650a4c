//! One group in one environment, compiled.

use super::{
    backend_rule::{self, BackendRule},
    backend_signer::BackendSigner,
    backends::{Backends, BackendsBuilder, mock},
    cache_policy::CachePolicy,
    caller::CallerNumber,
    canary::Canary,
    cors::Cors,
    function::FunctionTarget,
    mapping::Mapping,
    rate_policy::RatePolicy,
    sample::Sample,
    validation::Validation,
};
use crate::{
    cache::Scope as CacheScope,
    filter::ip_list::IpList,
    jwt::{JwtPolicy, KeySources},
    limiter::Scope,
    route::matcher::{Routes, RoutesBuilder},
    traffic,
    upstream::{Cluster, Upstream},
};
use domain::{
    Api, ApiGroupId, ApiId, AuthType, CallLimits, DeploymentPolicies, Environment, GroupSettings,
    PublishedCanary, PublishedDeployment, Region, ReleaseId, RevisionNumber,
    api::ApiBackend as ApiBackendChoice,
};
use signing::RequestDate;
use std::{collections::HashMap, sync::Arc};

/// What traffic is counted by: one for each API of a deployment, kept over publishes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Label {
    /// Whose.
    pub(crate) api_group_id: ApiGroupId,
    /// Where.
    pub(crate) environment: Environment,
    /// Which; `None` for requests that match no API.
    pub(crate) api: Option<ApiId>,
    /// Which release, where a canary runs; `None` where none does.
    pub(crate) release: Option<ReleaseId>,
}

/// Where an API's requests go.
#[derive(Clone, Debug)]
pub(crate) enum ApiBackend {
    /// Nowhere: this is the answer.
    Mock(Arc<Sample>),
    /// To a backend.
    Http(Arc<Upstream>),
    /// To one of several, or to one with limits of its own.
    Several(Arc<Cluster>),
}

/// An API, compiled.
#[derive(Debug)]
pub(crate) struct CompiledApi {
    /// What its traffic is counted by.
    pub(crate) label: Arc<Label>,
    /// Its name.
    pub(crate) name: Box<str>,
    /// Where its requests go, unless a rule says otherwise.
    pub(crate) backend: ApiBackend,
    /// Where events are posted, when its backend is a function.
    pub(crate) function: Option<Box<FunctionTarget>>,
    /// What its backend is sent instead, and the like of its answer.
    pub(crate) mapping: Option<Box<Mapping>>,
    /// How long its backend may take and how often it is tried, where that is not as the backend has it.
    pub(crate) limits: CallLimits,
    /// How its answers are kept; `None`: not at all.
    pub(crate) cache: Option<Box<CachePolicy>>,
    /// What calls must fit; `None`: nobody looks.
    pub(crate) validation: Option<Box<Validation>>,
    /// There when the rules of dynamic routing act on it.
    pub(crate) routed: Option<Routed>,
}

/// An API that the rules of dynamic routing act on.
#[derive(Debug)]
pub(crate) struct Routed {
    /// The answer when a rule leads to a mock.
    pub(crate) mock: ApiBackend,
}

/// One group in one environment, compiled.
#[derive(Debug)]
pub(crate) struct Deployment {
    /// Whose.
    pub(crate) api_group_id: ApiGroupId,
    /// Where.
    pub(crate) environment: Environment,
    /// The region in its host name.
    pub(crate) region: Region,
    /// What is served.
    pub(crate) revision: RevisionNumber,
    /// How callers are checked.
    pub(crate) auth_type: AuthType,
    /// Whether a signature must cover every byte of path, query and body.
    pub(crate) strict_signatures: bool,
    /// What is asked of tokens, where callers are checked by them.
    pub(crate) jwt: Option<Arc<JwtPolicy>>,
    /// How many leading segments of the path the backend does not see.
    pub(crate) stripped_segments: usize,
    /// From path and method to `apis`.
    pub(crate) routes: Routes,
    /// The APIs.
    pub(crate) apis: Box<[CompiledApi]>,
    /// What requests that match no API are counted by.
    pub(crate) unmatched: Arc<Label>,
    /// The rules of dynamic routing, the first first.
    pub(crate) rules: Box<[BackendRule]>,
    /// The names of query parameters that they look at.
    pub(crate) rule_query_names: Box<[Box<str>]>,
    /// Which addresses may call; `None`: all.
    pub(crate) ip_list: Option<IpList>,
    /// How often it may be called; `None`: as often as the gateway's ceiling lets pass.
    pub(crate) rate_policy: Option<RatePolicy>,
    /// What the gateway's ceiling is counted in; the same over publishes.
    pub(crate) ceiling: Arc<Scope>,
    /// What forwarded requests are signed with.
    pub(crate) signer: Option<BackendSigner>,
    /// What of its backends outlives the next publish.
    pub(crate) backends: Backends,
    /// The custom domains that lead to it, as they were published.
    pub(crate) domains: Box<[Box<str>]>,
    /// Which pages of other origins may call; `None`: their browsers are told what the backend says.
    pub(crate) cors: Option<Box<Cors>>,
    /// Whether answers are compressed for callers that take it.
    pub(crate) compresses: bool,
    /// What runs beside it for some of its calls; a canary has none itself.
    pub(crate) canary: Option<Box<Canary>>,
    /// What is kept of its answers; the same as long as the release is. `None` where no API's are.
    pub(crate) cache_scope: Option<CacheScope>,
    /// Who may call, sorted.
    callers: Box<[CallerNumber]>,
}

impl Deployment {
    /// Compiles what was published, with its canary. `before` is what was served in its place: what is counted goes on.
    ///
    /// # Errors
    /// In words for a person, when two APIs would match the same requests or a backend cannot be reached as it is written.
    pub(crate) fn compile(
        mut published: PublishedDeployment,
        before: Option<&Self>,
        key_sources: &KeySources,
    ) -> Result<Self, String> {
        let canary_before = before.and_then(|before| before.canary.as_deref());
        let canary_before = canary_before.map(|canary| &*canary.deployment);
        let Some(canary) = published.canary.take() else {
            let before: Vec<&Self> = before.into_iter().chain(canary_before).collect();
            return Self::side(published, &before, (key_sources, false));
        };
        let (settings, release) = (canary.settings.clone(), canary.release_id.clone());
        let beside = as_deployment(*canary, &published);
        let before: Vec<&Self> = before.into_iter().chain(canary_before).collect();
        let mut live = Self::side(published, &before, (key_sources, true))?;
        // Limits, and how addresses do, are one thing for both sides.
        let before: Vec<&Self> = std::iter::once(&live).chain(before.into_iter().rev()).collect();
        let beside = Self::side(beside, &before, (key_sources, true))?;
        live.canary = Some(Box::new(Canary::new(Arc::new(beside), &release, &settings)?));
        Ok(live)
    }

    /// Its backends and those of its canary.
    pub(crate) fn all_backends(&self) -> impl Iterator<Item = &Backends> {
        let canary = self.canary.as_deref().map(|canary| &canary.deployment.backends);
        std::iter::once(&self.backends).chain(canary)
    }

    /// Compiles one side. What is counted, kept or known of `before` goes on, of the first before the others. Calls are
    /// counted apart by release where that is said.
    fn side(
        published: PublishedDeployment,
        before: &[&Self],
        (key_sources, is_told_apart): (&KeySources, bool),
    ) -> Result<Self, String> {
        let settings = &published.content.settings;
        let prefix = settings.prefix.split('/').filter(|name| !name.is_empty()).count();
        let mut labels = Labels::new(&published, before, is_told_apart);
        let mut backends = BackendsBuilder::new(&published, before);
        let mut routes = RoutesBuilder::default();
        let mut apis = Vec::with_capacity(published.content.apis.len());
        for (index, api) in published.content.apis.iter().enumerate() {
            let index = u32::try_from(index).map_err(|_over| "too many APIs".to_owned())?;
            routes.add(&settings.prefix, &api.definition, index).map_err(|duplicate| {
                same_requests(api, published.content.apis.get(duplicate.first))
            })?;
            let backend = backends.of_api(api)?;
            let function = FunctionTarget::of(&api.definition, prefix)?.map(Box::new);
            let mapping = Mapping::of(&api.definition, prefix)?.map(Box::new);
            let cache = api.definition.cache.as_ref().map(CachePolicy::compile);
            let cache = cache.transpose()?.map(Box::new);
            let validation = Validation::of(&api.definition, settings.validation, prefix)?;
            let validation = validation.map(Box::new);
            let (name, routed) = (api.definition.name.as_str().into(), routed(api, &published));
            let label = labels.of(Some(&api.id));
            let limits = api.definition.limits;
            apis.push(CompiledApi {
                label,
                name,
                backend,
                function,
                mapping,
                limits,
                cache,
                validation,
                routed,
            });
        }
        let rules = backends.rules(&published.policies.routes)?;
        let backends = backends.build();
        let mut callers: Box<[CallerNumber]> =
            published.callers.iter().map(CallerNumber::of).collect();
        callers.sort_unstable();
        let policies = &published.policies;
        let limits = policies.rate_limits.as_ref();
        let signer = policies.backend_signature.clone();
        Ok(Self {
            ip_list: policies.ip_rules.as_ref().map(IpList::new),
            rate_policy: limits.map(|limits| RatePolicy::compile(limits, &apis, before)),
            ceiling: before
                .first()
                .map_or_else(|| Arc::new(Scope::new()), |before| Arc::clone(&before.ceiling)),
            unmatched: labels.of(None),
            rule_query_names: backend_rule::query_names(&rules),
            rules,
            signer: signer.and_then(|key| {
                let today = RequestDate::from_unix(traffic::now_ms().div_euclid(1000))?;
                Some(BackendSigner::new(
                    key,
                    published.region,
                    published.api_group_id.clone(),
                    &today,
                ))
            }),
            domains: policies.domains.iter().map(|domain| domain.name.as_str().into()).collect(),
            cache_scope: cache_scope(&apis, &published.release_id, before),
            compresses: settings.answers.compression,
            cors: settings.answers.cors.as_ref().map(Cors::compile).transpose()?.map(Box::new),
            auth_type: settings.auth_type,
            strict_signatures: settings.strict_signatures,
            jwt: jwt(&published, key_sources)?,
            api_group_id: published.api_group_id,
            environment: published.environment,
            region: published.region,
            revision: published.revision,
            stripped_segments: if settings.strip_prefix { prefix } else { 0 },
            routes: routes.build(),
            apis: apis.into(),
            backends,
            canary: None,
            callers,
        })
    }

    /// Whether calls of this caller may pass.
    pub(crate) fn admits(&self, caller: CallerNumber) -> bool {
        self.callers.binary_search(&caller).is_ok()
    }
}

/// A canary as a deployment: another release in the place of what is live.
fn as_deployment(canary: PublishedCanary, live: &PublishedDeployment) -> PublishedDeployment {
    let PublishedCanary { release_id, revision, content, backend, jwt_secret, settings: _ } =
        canary;
    PublishedDeployment {
        id: live.id.clone(),
        api_group_id: live.api_group_id.clone(),
        region: live.region,
        environment: live.environment,
        release_id,
        revision,
        content,
        backend,
        callers: live.callers.clone(),
        policies: DeploymentPolicies { jwt_secret, ..live.policies.clone() },
        canary: None,
    }
}

/// What is kept of answers stays when something else than the release is another one.
fn cache_scope(
    apis: &[CompiledApi],
    release: &ReleaseId,
    before: &[&Deployment],
) -> Option<CacheScope> {
    let keeps = apis.iter().any(|api| api.cache.is_some());
    let mut before = before.iter().filter_map(|before| before.cache_scope.as_ref());
    keeps.then(|| match before.find(|scope| ***scope == *release) {
        Some(scope) => Arc::clone(scope),
        None => Arc::new(release.clone()),
    })
}

/// What is asked of tokens; `None` where callers are not checked by them.
fn jwt(
    published: &PublishedDeployment,
    key_sources: &KeySources,
) -> Result<Option<Arc<JwtPolicy>>, String> {
    let GroupSettings { auth_type, jwt, .. } = &published.content.settings;
    if *auth_type != AuthType::Jwt {
        return Ok(None);
    }
    let settings = jwt.as_ref().ok_or("it does not say whose tokens are accepted")?;
    let secret = published.policies.jwt_secret.as_ref();
    Ok(Some(Arc::new(JwtPolicy::compile(settings, secret, key_sources)?)))
}

/// What the rules need to know of an API; `None` when there are none, or it has a backend of its own.
fn routed(api: &Api, published: &PublishedDeployment) -> Option<Routed> {
    let follows = api.definition.backend == ApiBackendChoice::Deployment;
    (follows && !published.policies.routes.is_empty()).then(|| Routed { mock: mock(api) })
}

fn same_requests(api: &Api, first: Option<&Api>) -> String {
    let text = |api: &Api| {
        let definition = &api.definition;
        format!("{} ({} {})", definition.name, definition.method.as_str(), definition.path)
    };
    format!(
        "{} and {} would match the same requests",
        first.map(text).unwrap_or_default(),
        text(api)
    )
}

/// Finds the labels of before, so that counters stay few however often a group is published.
struct Labels<'a> {
    published: &'a PublishedDeployment,
    /// Which release they are of, where calls are counted apart by it.
    release: Option<&'a ReleaseId>,
    before: HashMap<Option<&'a ApiId>, &'a Arc<Label>>,
}

impl<'a> Labels<'a> {
    fn new(
        published: &'a PublishedDeployment,
        before: &[&'a Deployment],
        is_told_apart: bool,
    ) -> Self {
        let release = is_told_apart.then_some(&published.release_id);
        let labels = before
            .iter()
            .flat_map(|before| before.apis.iter().map(|api| &api.label).chain([&before.unmatched]))
            .filter(|label| label.release.as_ref() == release);
        let before = labels.map(|label| (label.api.as_ref(), label)).collect();
        Self { published, release, before }
    }

    fn of(&mut self, api: Option<&ApiId>) -> Arc<Label> {
        self.before.get(&api).map_or_else(
            || {
                Arc::new(Label {
                    api_group_id: self.published.api_group_id.clone(),
                    environment: self.published.environment,
                    api: api.cloned(),
                    release: self.release.cloned(),
                })
            },
            |label| Arc::clone(label),
        )
    }
}
