//! What is published, compiled for serving: immutable, shared by all requests.

mod backend_rule;
mod backend_signer;
mod deployment;
mod key;
pub(crate) mod mapping;
mod sample;
mod shard_map;

pub(crate) use backend_rule::BackendRule;
pub(crate) use backend_signer::BackendSigner;
pub(crate) use deployment::{ApiBackend, CompiledApi, Deployment, Label};
pub(crate) use key::Key;
pub(crate) use sample::Sample;

use crate::route::host::{self, GroupKey, HostName};
use domain::{AccessKeyId, ApiGroupId, CallerKey, Environment, PublishedDeployment, PublishedKey};
use key::Keys;
use shard_map::ShardMap;
use std::sync::Arc;

/// What a snapshot is compiled with.
#[derive(Clone, Debug)]
pub struct SnapshotConfig {
    /// The last part of published host names, e.g. `localhost`: groups answer at `ID[-test|-preview].REGION.DOMAIN`.
    pub domain: String,
}

/// Why there is no snapshot.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CompileError {
    /// The domain is no host name.
    #[error("the domain {0:?} is not a host name")]
    Domain(String),
}

/// A deployment that could not be compiled. What was served in its place before goes on being served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedDeployment {
    /// Whose.
    pub api_group_id: ApiGroupId,
    /// Where.
    pub environment: Environment,
    /// Why, in words for a person.
    pub reason: String,
}

/// All that is published, compiled. Immutable; a clone shares everything.
#[derive(Clone, Debug)]
pub struct Snapshot {
    domain: Arc<str>,
    groups: ShardMap<GroupKey, Group>,
    keys: Keys,
    refused: Vec<RefusedDeployment>,
}

/// One group in its environments.
type Group = [Option<Arc<Deployment>>; Environment::ALL.len()];

impl Snapshot {
    /// Compiles everything. A deployment that does not compile is left out, see [`refused`](Self::refused).
    ///
    /// # Errors
    /// When the domain is no host name.
    pub fn compile(
        config: SnapshotConfig,
        deployments: Vec<PublishedDeployment>,
        keys: Vec<CallerKey>,
    ) -> Result<Self, CompileError> {
        if !host::is_domain(&config.domain) {
            return Err(CompileError::Domain(config.domain));
        }
        let mut snapshot = Self {
            domain: config.domain.into(),
            groups: ShardMap::new(),
            keys: Keys::new(),
            refused: Vec::new(),
        };
        for deployment in deployments {
            snapshot.put(deployment);
        }
        for key in keys {
            snapshot.keys.put(key);
        }
        Ok(snapshot)
    }

    /// The snapshot with these deployments and keys put in the place of what is there (`None`: taken out). Compiles only
    /// these and shares all the rest with `self`. A deployment that does not compile stays as it was.
    #[must_use]
    pub fn apply(
        &self,
        deployments: Vec<((ApiGroupId, Environment), Option<PublishedDeployment>)>,
        keys: Vec<PublishedKey>,
    ) -> Self {
        let mut next = Self { refused: Vec::new(), ..self.clone() };
        for ((group, environment), deployment) in deployments {
            match deployment {
                Some(deployment) => next.put(deployment),
                None => next.take_out(&group, environment),
            }
        }
        for (id, key) in keys {
            match key {
                Some(key) => next.keys.put(key),
                None => next.keys.take_out(&id),
            }
        }
        next
    }

    /// What did not compile in the last `compile` or `apply`.
    #[must_use]
    pub fn refused(&self) -> &[RefusedDeployment] {
        &self.refused
    }

    /// Whether a published group answers at `host` (a port and a trailing dot do not matter).
    #[must_use]
    pub fn host_is_published(&self, host: &str) -> bool {
        match host::parse(host, &self.domain) {
            HostName::Group(group, environment, region) => self
                .deployment(group, environment)
                .is_some_and(|deployment| deployment.region == region),
            HostName::Nameless | HostName::Other => false,
        }
    }

    /// The last part of host names.
    pub(crate) fn domain(&self) -> &str {
        &self.domain
    }

    /// What is served of a group in an environment.
    pub(crate) fn deployment(
        &self,
        group: GroupKey,
        environment: Environment,
    ) -> Option<&Arc<Deployment>> {
        self.groups.get(&group)?[slot(environment)].as_ref()
    }

    /// The caller's key that a signature names.
    pub(crate) fn key(&self, api_key: &str) -> Option<&Arc<Key>> {
        self.keys.get(api_key)
    }

    fn put(&mut self, published: PublishedDeployment) {
        let (api_group_id, environment) = (published.api_group_id.clone(), published.environment);
        if let Err(reason) = self.try_put(published) {
            self.refused.push(RefusedDeployment { api_group_id, environment, reason });
        }
    }

    fn try_put(&mut self, published: PublishedDeployment) -> Result<(), String> {
        let key = GroupKey::of(&published.api_group_id)
            .ok_or("the group's id is no part of a host name")?;
        let slot = slot(published.environment);
        let mut group = self.groups.get(&key).cloned().unwrap_or_default();
        let deployment = Deployment::compile(published, group[slot].as_deref())?;
        group[slot] = Some(Arc::new(deployment));
        self.groups.insert(key, group);
        Ok(())
    }

    fn take_out(&mut self, group: &ApiGroupId, environment: Environment) {
        let Some(key) = GroupKey::of(group) else { return };
        let Some(mut group) = self.groups.get(&key).cloned() else { return };
        group[slot(environment)] = None;
        if group.iter().all(Option::is_none) {
            self.groups.remove(&key);
        } else {
            self.groups.insert(key, group);
        }
    }
}

fn slot(environment: Environment) -> usize {
    match environment {
        Environment::Test => 0,
        Environment::Preview => 1,
        Environment::Online => 2,
    }
}

/// An access key's id as a number: it is 12 hexadecimal digits.
pub(crate) fn key_number(id: &AccessKeyId) -> u64 {
    u64::from_str_radix(id.as_str(), 16).unwrap_or(u64::MAX)
}

#[cfg(test)]
#[path = "snapshot/tests.rs"]
mod tests;
