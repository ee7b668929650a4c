//! What forwarded requests of a deployment are signed with.

use arc_swap::{ArcSwap, Guard};
use domain::{ApiGroupId, BackendSigningKey, Region, Secret};
use signing::{Algorithm, RequestDate, SigningKey};
use std::{fmt, sync::Arc};

/// What forwarded requests of a deployment are signed with: a provider's key, derived for the region and the group, and for
/// the day, which is the only thing that changes.
pub(crate) struct BackendSigner {
    /// What the signature names.
    pub(crate) access_key: Box<str>,
    secret: Secret,
    region: Region,
    group: ApiGroupId,
    /// Read without a lock; replaced by the first request of each day.
    of_the_day: ArcSwap<SigningKey>,
}

impl fmt::Debug for BackendSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BackendSigner")
            .field("access_key", &self.access_key)
            .finish_non_exhaustive()
    }
}

impl BackendSigner {
    /// Prepares a key, for the day of `date`.
    pub(crate) fn new(
        key: BackendSigningKey,
        region: Region,
        group: ApiGroupId,
        date: &RequestDate,
    ) -> Self {
        let today = derive(&key.secret, date, region, &group);
        Self {
            access_key: key.access_key.into(),
            secret: key.secret,
            region,
            group,
            of_the_day: ArcSwap::from_pointee(today),
        }
    }

    /// The signing key of the day of `date`.
    pub(crate) fn signing_key(&self, date: &RequestDate) -> Guard<Arc<SigningKey>> {
        let kept = self.of_the_day.load();
        // The scope begins with the day.
        if kept.scope().as_bytes().starts_with(date.day().as_bytes()) {
            return kept;
        }
        let of_the_day = derive(&self.secret, date, self.region, &self.group);
        self.of_the_day.store(Arc::new(of_the_day));
        self.of_the_day.load()
    }
}

fn derive(secret: &Secret, date: &RequestDate, region: Region, group: &ApiGroupId) -> SigningKey {
    let (secret, day) = (secret.expose().as_bytes(), date.day());
    SigningKey::derive(Algorithm::Jdcloud2, secret, day, region.as_str(), group.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_derived_anew_when_the_day_changes() {
        let date = |text: &str| RequestDate::parse(text).unwrap();
        let key = BackendSigningKey { access_key: "AK".into(), secret: Secret::new("hidden") };
        let group: ApiGroupId = "xv3xbwah945y".parse().unwrap();
        let late = date("20191122T235959Z");
        let signer = BackendSigner::new(key, Region::CnNorth1, group, &late);
        let scope = |date: &RequestDate| signer.signing_key(date).scope().to_owned();
        assert_eq!(scope(&late), "20191122/cn-north-1/xv3xbwah945y/jdcloud2_request");
        let kept = Arc::clone(&signer.signing_key(&late));
        assert!(Arc::ptr_eq(&kept, &signer.signing_key(&date("20191122T000000Z"))));
        assert_eq!(
            scope(&date("20191123T000000Z")),
            "20191123/cn-north-1/xv3xbwah945y/jdcloud2_request"
        );
        assert!(!format!("{signer:?}").contains("hidden"));
    }
}
