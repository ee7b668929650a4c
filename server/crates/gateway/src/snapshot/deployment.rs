//! One group in one environment, compiled.

use super::{
    backend_rule::{self, BackendRule},
    backend_signer::BackendSigner,
    caller::CallerNumber,
    mapping::Mapping,
    rate_policy::RatePolicy,
    sample::Sample,
};
use crate::{
    filter::ip_list::IpList,
    jwt::{JwtPolicy, KeySources},
    limiter::Scope,
    route::matcher::{Routes, RoutesBuilder},
    traffic,
    upstream::Upstream,
};
use domain::{
    Api, ApiGroupId, ApiId, AuthType, BackendAddress, BackendConfig, BackendService, Environment,
    GroupSettings, PublishedDeployment, Region, RevisionNumber,
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
}

/// Where an API's requests go.
#[derive(Clone, Debug)]
pub(crate) enum ApiBackend {
    /// Nowhere: this is the answer.
    Mock(Arc<Sample>),
    /// To a backend.
    Http(Arc<Upstream>),
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
    /// What its backend is sent instead, and the like of its answer.
    pub(crate) mapping: Option<Box<Mapping>>,
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
    /// Who may call, sorted.
    callers: Box<[CallerNumber]>,
}

impl Deployment {
    /// Compiles what was published. `before` is what was served in its place: what is counted goes on with the same labels.
    ///
    /// # Errors
    /// In words for a person, when two APIs would match the same requests or a backend cannot be reached as it is written.
    pub(crate) fn compile(
        published: PublishedDeployment,
        before: Option<&Self>,
        key_sources: &KeySources,
    ) -> Result<Self, String> {
        let settings = &published.content.settings;
        let prefix = settings.prefix.split('/').filter(|name| !name.is_empty()).count();
        let mut labels = Labels::new(&published, before);
        let mut upstreams = Upstreams::default();
        let mut routes = RoutesBuilder::default();
        let mut apis = Vec::with_capacity(published.content.apis.len());
        for (index, api) in published.content.apis.iter().enumerate() {
            let index = u32::try_from(index).map_err(|_over| "too many APIs".to_owned())?;
            routes.add(&settings.prefix, &api.definition, index).map_err(|duplicate| {
                same_requests(api, published.content.apis.get(duplicate.first))
            })?;
            let backend = upstreams.backend_of(api, &published.backend)?;
            let mapping = Mapping::of(&api.definition, prefix)?.map(Box::new);
            let (name, routed) = (api.definition.name.as_str().into(), routed(api, &published));
            let label = labels.of(Some(&api.id));
            apis.push(CompiledApi { label, name, backend, mapping, routed });
        }
        let rules = upstreams.rules(&published.policies.routes)?;
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
            callers,
        })
    }

    /// Whether calls of this caller may pass.
    pub(crate) fn admits(&self, caller: CallerNumber) -> bool {
        self.callers.binary_search(&caller).is_ok()
    }
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

fn mock(api: &Api) -> ApiBackend {
    ApiBackend::Mock(Arc::new(Sample::of(&api.definition.response_body)))
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
    before: HashMap<Option<&'a ApiId>, &'a Arc<Label>>,
}

impl<'a> Labels<'a> {
    fn new(published: &'a PublishedDeployment, before: Option<&'a Deployment>) -> Self {
        let labels = before
            .into_iter()
            .flat_map(|before| before.apis.iter().map(|api| &api.label).chain([&before.unmatched]));
        Self { published, before: labels.map(|label| (label.api.as_ref(), label)).collect() }
    }

    fn of(&mut self, api: Option<&ApiId>) -> Arc<Label> {
        self.before.get(&api).map_or_else(
            || {
                Arc::new(Label {
                    api_group_id: self.published.api_group_id.clone(),
                    environment: self.published.environment,
                    api: api.cloned(),
                })
            },
            |label| Arc::clone(label),
        )
    }
}

/// One upstream for each address.
#[derive(Default)]
struct Upstreams(HashMap<BackendAddress, Arc<Upstream>>);

impl Upstreams {
    fn backend_of(&mut self, api: &Api, deployment: &BackendService) -> Result<ApiBackend, String> {
        match (&api.definition.backend, deployment) {
            (ApiBackendChoice::Mock, _) | (ApiBackendChoice::Deployment, BackendService::Mock) => {
                Ok(mock(api))
            }
            (ApiBackendChoice::Http { address }, _)
            | (ApiBackendChoice::Deployment, BackendService::Single { address }) => {
                self.get(address).map(ApiBackend::Http)
            }
        }
    }

    fn rules(&mut self, rules: &[BackendConfig]) -> Result<Box<[BackendRule]>, String> {
        let compiled = rules.iter().map(|rule| {
            let backend = match &rule.backend {
                BackendService::Mock => None,
                BackendService::Single { address } => Some(ApiBackend::Http(self.get(address)?)),
            };
            BackendRule::new(rule, backend)
        });
        compiled.collect()
    }

    fn get(&mut self, address: &BackendAddress) -> Result<Arc<Upstream>, String> {
        if let Some(upstream) = self.0.get(address) {
            return Ok(Arc::clone(upstream));
        }
        let upstream = Arc::new(Upstream::new(address)?);
        self.0.insert(address.clone(), Arc::clone(&upstream));
        Ok(upstream)
    }
}
