//! What is published, kept somewhere else than in the database: as it was at one moment, and brought on by what changed since.

use super::{PublishedAll, PublishedSince};
use domain::{ApiGroupId, Environment};
use std::collections::HashMap;

impl PublishedAll {
    /// Brings it on by changes, the oldest first; those that it has already are passed over.
    #[must_use]
    pub fn brought_on(self, changes: impl IntoIterator<Item = PublishedSince>) -> Self {
        let Self { mut change, deployments, mut signers, mut domains, mut jwt_secrets, keys } =
            self;
        let place = |place: (&ApiGroupId, Environment)| (place.0.clone(), place.1);
        let mut deployments: HashMap<_, _> = deployments
            .into_iter()
            .map(|found| (place((&found.api_group_id, found.environment)), found))
            .collect();
        let mut keys: HashMap<_, _> =
            keys.into_iter().map(|found| (found.id.clone(), found)).collect();
        for since in changes {
            if since.change <= change {
                continue;
            }
            change = since.change;
            for (place, now) in since.deployments {
                domains.remove(&place);
                if let Some(before) = deployments.remove(&place) {
                    signers.remove(&before.id);
                }
                if let Some(now) = now {
                    deployments.insert(place, now);
                }
            }
            signers.extend(since.signers);
            domains.extend(since.domains);
            jwt_secrets.extend(since.jwt_secrets);
            for (id, now) in since.keys {
                match now {
                    Some(now) => keys.insert(id, now),
                    None => keys.remove(&id),
                };
            }
        }
        let (deployments, keys) = (deployments.into_values(), keys.into_values());
        let (deployments, keys) = (deployments.collect(), keys.collect());
        Self { change, deployments, signers, domains, jwt_secrets, keys }
    }
}

/// A map as a list of pairs: its keys are more than texts.
pub(super) mod pairs {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use std::{collections::HashMap, hash::Hash};

    pub(crate) fn serialize<S: Serializer, K: Serialize, V: Serialize>(
        map: &HashMap<K, V>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map)
    }

    pub(crate) fn deserialize<'de, D, K, V>(deserializer: D) -> Result<HashMap<K, V>, D::Error>
    where
        D: Deserializer<'de>,
        K: Deserialize<'de> + Eq + Hash,
        V: Deserialize<'de>,
    {
        Ok(Vec::<(K, V)>::deserialize(deserializer)?.into_iter().collect())
    }
}
