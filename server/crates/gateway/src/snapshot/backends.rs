//! The backends of a deployment, compiled: one upstream an address, and what of several outlives a publish.

use super::{
    backend_rule::BackendRule,
    deployment::{ApiBackend, Deployment},
    sample::Sample,
};
use crate::upstream::{Cluster, Member, RetryBudget, TargetCheck, TargetState, Upstream, ms};
use domain::{
    ActiveCheck, Api, BackendAddress, BackendConfig, BackendService, BalancedBackend,
    PublishedDeployment, Target, TargetStatus, api::ApiBackend as ApiBackendChoice,
};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Instant,
};

/// What there is of several backends in a deployment; nothing where each has just one address.
#[derive(Debug, Default)]
pub(crate) struct Backends {
    clusters: Vec<Arc<Cluster>>,
}

impl Backends {
    /// What asks its backends regularly.
    pub(crate) fn checks(&self) -> impl Iterator<Item = &Arc<TargetCheck>> {
        let members = self.clusters.iter().flat_map(|cluster| cluster.kept());
        members.filter_map(|(_, member)| member.check.as_ref())
    }

    /// How these do now; an address that stands in several rules, or on both sides, is told once.
    pub(crate) fn health<'b>(all: impl Iterator<Item = &'b Self>) -> Vec<TargetStatus> {
        let now = Instant::now();
        let mut told = HashSet::new();
        let watched =
            all.flat_map(|backends| &backends.clusters).filter(|cluster| cluster.is_watched());
        let all = watched.flat_map(|cluster| cluster.health(now));
        all.filter(|status| told.insert(status.address.clone())).collect()
    }
}

/// Compiles the backends of a deployment.
pub(super) struct BackendsBuilder<'a> {
    upstreams: HashMap<BackendAddress, Arc<Upstream>>,
    /// By address, what was there before or was made since: how it does, and what asks it.
    states: HashMap<BackendAddress, Arc<TargetState>>,
    checks: HashMap<BackendAddress, Arc<TargetCheck>>,
    budget: Option<Arc<RetryBudget>>,
    /// The deployment's own backend, compiled once for all its APIs.
    default: Option<ApiBackend>,
    /// Single addresses that are called with limits.
    alone: HashMap<BackendAddress, ApiBackend>,
    /// Whether an API has limits of its own, which count wherever a rule leads to.
    has_limits: bool,
    built: Backends,
    published: &'a PublishedDeployment,
}

impl<'a> BackendsBuilder<'a> {
    /// `before`: see [`Deployment::compile`].
    pub(super) fn new(published: &'a PublishedDeployment, before: &[&Deployment]) -> Self {
        let budget = before.iter().find_map(|before| before.backends.clusters.first());
        // What stands first goes before what follows.
        let members = || {
            let backends = before.iter().rev().flat_map(|before| &before.backends.clusters);
            backends.flat_map(|cluster| cluster.kept())
        };
        let states =
            members().map(|(address, member)| (address.clone(), Arc::clone(&member.state)));
        let checks = members()
            .filter_map(|(address, it)| Some((address.clone(), Arc::clone(it.check.as_ref()?))));
        Self {
            upstreams: HashMap::new(),
            states: states.collect(),
            checks: checks.collect(),
            budget: budget.map(|cluster| Arc::clone(cluster.budget())),
            default: None,
            alone: HashMap::new(),
            has_limits: published.content.apis.iter().any(|api| !api.definition.limits.is_empty()),
            built: Backends::default(),
            published,
        }
    }

    /// What outlives the next publish.
    pub(super) fn build(self) -> Backends {
        self.built
    }

    /// Where an API's requests go.
    pub(super) fn of_api(&mut self, api: &Api) -> Result<ApiBackend, String> {
        let backend = match &api.definition.backend {
            ApiBackendChoice::Mock => None,
            ApiBackendChoice::Http { address } => {
                self.get(address).map(ApiBackend::Http).map(Some)?
            }
            ApiBackendChoice::Function { url } => {
                self.get(url.address()).map(ApiBackend::Http).map(Some)?
            }
            ApiBackendChoice::Deployment => match &self.default {
                Some(backend) => Some(backend.clone()),
                None => {
                    self.default = self.service(&self.published.backend)?;
                    self.default.clone()
                }
            },
        };
        match backend {
            None => Ok(mock(api)),
            Some(backend) if api.definition.limits.is_empty() => Ok(backend),
            Some(backend) => self.with_room_for_limits(backend),
        }
    }

    /// The rules of dynamic routing.
    pub(super) fn rules(&mut self, rules: &[BackendConfig]) -> Result<Box<[BackendRule]>, String> {
        let compiled = rules.iter().map(|rule| {
            let backend = match self.service(&rule.backend)? {
                Some(backend) if self.has_limits => Some(self.with_room_for_limits(backend)?),
                backend => backend,
            };
            BackendRule::new(rule, backend)
        });
        compiled.collect()
    }

    /// A backend, unless it is a mock.
    fn service(&mut self, service: &BackendService) -> Result<Option<ApiBackend>, String> {
        match service {
            BackendService::Mock => Ok(None),
            BackendService::Single { address } => self.get(address).map(ApiBackend::Http).map(Some),
            BackendService::Balanced(balanced) => self.several(balanced).map(Some),
        }
    }

    /// The same backend as one that an API's limits can be kept with.
    fn with_room_for_limits(&mut self, backend: ApiBackend) -> Result<ApiBackend, String> {
        let ApiBackend::Http(upstream) = &backend else { return Ok(backend) };
        let address = upstream.address();
        if let Some(alone) = self.alone.get(address) {
            return Ok(alone.clone());
        }
        let alone = self.several(&BalancedBackend::of(address.clone()))?;
        self.alone.insert(address.clone(), alone.clone());
        Ok(alone)
    }

    fn several(&mut self, balanced: &BalancedBackend) -> Result<ApiBackend, String> {
        let members = balanced.targets.iter().filter(|target| target.weight > 0);
        let members = members.map(|target| self.member(target, balanced.active.as_ref()));
        let members = members.collect::<Result<Vec<_>, _>>()?;
        let budget =
            self.budget.get_or_insert_with(|| Arc::new(RetryBudget::new(ms(Instant::now()))));
        let cluster = Arc::new(Cluster::new(balanced, members, Arc::clone(budget))?);
        self.built.clusters.push(Arc::clone(&cluster));
        Ok(ApiBackend::Several(cluster))
    }

    fn member(&mut self, target: &Target, active: Option<&ActiveCheck>) -> Result<Member, String> {
        let upstream = self.get(&target.address)?;
        let state = self.states.entry(target.address.clone()).or_default();
        let state = Arc::clone(state);
        let check = match active {
            Some(active) => Some(self.check(&upstream, active)?),
            None => None,
        };
        Ok(Member { upstream, weight: u32::from(target.weight), state, check })
    }

    /// What asks an address in this way: the one of before, if there was one.
    fn check(
        &mut self,
        upstream: &Arc<Upstream>,
        active: &ActiveCheck,
    ) -> Result<Arc<TargetCheck>, String> {
        let known = self.checks.get(upstream.address());
        if let Some(known) = known.filter(|known| known.is_like(active)) {
            return Ok(Arc::clone(known));
        }
        let before = known.map(|known| &**known);
        let check = Arc::new(TargetCheck::new(upstream, active, before)?);
        self.checks.insert(upstream.address().clone(), Arc::clone(&check));
        Ok(check)
    }

    fn get(&mut self, address: &BackendAddress) -> Result<Arc<Upstream>, String> {
        if let Some(upstream) = self.upstreams.get(address) {
            return Ok(Arc::clone(upstream));
        }
        let upstream = Arc::new(Upstream::new(address)?);
        self.upstreams.insert(address.clone(), Arc::clone(&upstream));
        Ok(upstream)
    }
}

/// The answer of an API that is not forwarded.
pub(super) fn mock(api: &Api) -> ApiBackend {
    ApiBackend::Mock(Arc::new(Sample::of(&api.definition.response_body)))
}
