//! One group in one environment, compiled.

use super::{key_number, sample::Sample};
use crate::{
    route::matcher::{Routes, RoutesBuilder},
    upstream::Upstream,
};
use domain::{
    Api, ApiGroupId, ApiId, AuthType, BackendAddress, BackendService, Environment,
    PublishedDeployment, Region, RevisionNumber, api::ApiBackend as ApiBackendChoice,
};
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
    /// Where its requests go.
    pub(crate) backend: ApiBackend,
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
    /// How many leading segments of the path the backend does not see.
    pub(crate) stripped_segments: usize,
    /// From path and method to `apis`.
    pub(crate) routes: Routes,
    /// The APIs.
    pub(crate) apis: Box<[CompiledApi]>,
    /// What requests that match no API are counted by.
    pub(crate) unmatched: Arc<Label>,
    /// The numbers of the keys that may call, sorted.
    keys: Box<[u64]>,
}

impl Deployment {
    /// Compiles what was published. `before` is what was served in its place: what is counted goes on with the same labels.
    ///
    /// # Errors
    /// In words for a person, when two APIs would match the same requests or a backend cannot be reached as it is written.
    pub(crate) fn compile(
        published: PublishedDeployment,
        before: Option<&Self>,
    ) -> Result<Self, String> {
        let settings = &published.content.settings;
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
            let name = api.definition.name.as_str().into();
            apis.push(CompiledApi { label: labels.of(Some(&api.id)), name, backend });
        }
        let stripped = if settings.strip_prefix {
            settings.prefix.split('/').filter(|name| !name.is_empty()).count()
        } else {
            0
        };
        let mut keys: Box<[u64]> = published.keys.iter().map(key_number).collect();
        keys.sort_unstable();
        Ok(Self {
            unmatched: labels.of(None),
            auth_type: settings.auth_type,
            api_group_id: published.api_group_id,
            environment: published.environment,
            region: published.region,
            revision: published.revision,
            stripped_segments: stripped,
            routes: routes.build(),
            apis: apis.into(),
            keys,
        })
    }

    /// Whether calls signed with the key of this number may pass.
    pub(crate) fn admits(&self, key: u64) -> bool {
        self.keys.binary_search(&key).is_ok()
    }
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
                Ok(ApiBackend::Mock(Arc::new(Sample::of(&api.definition.response_body))))
            }
            (ApiBackendChoice::Http { address }, _)
            | (ApiBackendChoice::Deployment, BackendService::Single { address }) => {
                self.get(address).map(ApiBackend::Http)
            }
        }
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
