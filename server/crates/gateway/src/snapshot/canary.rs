//! The canary of a deployment, prepared: what runs beside it, and for which of its calls.

use super::deployment::Deployment;
use crate::{filter::access_auth, hash};
use domain::{CanarySettings, CountedBy, ReleaseId};
use http::{HeaderMap, HeaderName, HeaderValue};
use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// What runs beside a deployment.
#[derive(Debug)]
pub(crate) struct Canary {
    /// What runs.
    pub(crate) deployment: Arc<Deployment>,
    /// For which calls.
    split: Split,
}

/// Which calls a canary gets.
#[derive(Debug)]
struct Split {
    /// How many of a thousand.
    per_mille: u64,
    by: CountedBy,
    /// Of each canary other callers are the first; of the same canary always the same.
    salt: u64,
    /// How many calls chance was asked for.
    calls: AtomicU64,
    /// Those with this header are its anyway.
    header: Option<(HeaderName, Option<HeaderValue>)>,
}

impl Canary {
    /// Prepares it.
    ///
    /// # Errors
    /// In words for a person, when no header can be as its settings have it.
    pub(super) fn new(
        deployment: Arc<Deployment>,
        release: &ReleaseId,
        settings: &CanarySettings,
    ) -> Result<Self, String> {
        Ok(Self { deployment, split: Split::new(release, settings)? })
    }

    /// Whether a call is the canary's.
    pub(crate) fn takes(&self, client: IpAddr, headers: &HeaderMap) -> bool {
        self.split.takes(client, headers)
    }
}

impl Split {
    fn new(release: &ReleaseId, settings: &CanarySettings) -> Result<Self, String> {
        let header = settings.header.as_ref().map(|header| {
            let name = HeaderName::try_from(header.name.as_str())
                .map_err(|_no_name| format!("no header can be called {}", header.name))?;
            let value = header.value.as_deref().map(HeaderValue::from_str).transpose();
            let value = value.map_err(|_no_value| format!("the header {name} cannot be so"))?;
            Ok::<_, String>((name, value))
        });
        Ok(Self {
            per_mille: u64::from(settings.share.per_mille()),
            by: settings.counted_by,
            salt: hash::of_bytes(release.as_str().as_bytes()),
            calls: AtomicU64::new(0),
            header: header.transpose()?,
        })
    }

    fn takes(&self, client: IpAddr, headers: &HeaderMap) -> bool {
        self.has_header(headers) || self.point(client, headers) < self.per_mille
    }

    fn has_header(&self, headers: &HeaderMap) -> bool {
        self.header.as_ref().is_some_and(|(name, wanted)| match wanted {
            None => headers.contains_key(name),
            Some(wanted) => headers.get_all(name).iter().any(|value| value == wanted),
        })
    }

    /// Where the call stands between 0 and 999: the same for each caller, so that a share that grows only adds callers.
    fn point(&self, client: IpAddr, headers: &HeaderMap) -> u64 {
        let caller = match self.by {
            CountedBy::ClientAddress => hash::of_address(client),
            CountedBy::CallerKey => access_auth::named_key(headers)
                .map_or_else(|| hash::of_address(client), hash::of_bytes),
            CountedBy::Call => self.calls.fetch_add(1, Ordering::Relaxed),
        };
        hash::mixed(caller ^ self.salt) % 1000
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{CanaryHeader, Share};
    use std::net::Ipv4Addr;

    fn split(per_mille: u16, by: CountedBy, header: Option<(&str, Option<&str>)>) -> Split {
        let header = header.map(|(name, value)| CanaryHeader {
            name: name.to_owned(),
            value: value.map(ToOwned::to_owned),
        });
        let share = Share::from_per_mille(per_mille).unwrap();
        let settings = CanarySettings { share, counted_by: by, header };
        Split::new(&"rel-000000000001".parse().unwrap(), &settings).unwrap()
    }

    fn client(number: u32) -> IpAddr {
        Ipv4Addr::from_bits(0x0a00_0000 + number).into()
    }

    fn with(name: &'static str, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(HeaderName::from_static(name), value.parse().unwrap())])
    }

    /// Six standard deviations of a binomial distribution: a right share is beyond it once in 500 million.
    fn is_about(taken: usize, calls: usize, per_mille: u16) -> bool {
        let (calls, share) = (calls as f64, f64::from(per_mille) / 1000.0);
        let deviation = (calls * share * (1.0 - share)).sqrt();
        (taken as f64 - calls * share).abs() <= 6.0 * deviation
    }

    #[test]
    fn it_gets_its_share_of_calls_and_of_clients() {
        let none = HeaderMap::new();
        for per_mille in [0, 1, 50, 125, 500, 999, 1000] {
            let calls = 200_000;
            let split_calls = split(per_mille, CountedBy::Call, None);
            let taken = (0..calls).filter(|_| split_calls.takes(client(7), &none)).count();
            assert!(is_about(taken, calls, per_mille), "{taken} of {calls} at {per_mille} ‰");
            let clients = split(per_mille, CountedBy::ClientAddress, None);
            let taken = (0..200_000).filter(|n| clients.takes(client(*n), &none)).count();
            assert!(is_about(taken, 200_000, per_mille), "{taken} clients at {per_mille} ‰");
        }
    }

    #[test]
    fn a_share_that_grows_takes_no_client_back() {
        let none = HeaderMap::new();
        let takes =
            |per_mille, n| split(per_mille, CountedBy::ClientAddress, None).takes(client(n), &none);
        for n in 0..2000 {
            let sides = [0, 10, 50, 51, 300, 999, 1000].map(|per_mille| takes(per_mille, n));
            assert!(sides.is_sorted(), "client {n}: {sides:?}");
            assert_eq!(takes(300, n), takes(300, n));
        }
    }

    #[test]
    fn another_canary_begins_with_other_clients() {
        let settings = CanarySettings {
            share: Share::from_per_mille(100).unwrap(),
            ..CanarySettings::default()
        };
        let taken = |release: &str| -> Vec<u32> {
            let split = Split::new(&release.parse().unwrap(), &settings).unwrap();
            (0..1000).filter(|n| split.takes(client(*n), &HeaderMap::new())).collect()
        };
        let (one, other) = (taken("rel-000000000001"), taken("rel-000000000002"));
        let both = one.iter().filter(|client| other.contains(client)).count();
        assert!(both < one.len() / 2, "{both} of {}", one.len());
    }

    #[test]
    fn a_key_meets_the_same_side_from_everywhere() {
        let keys = split(500, CountedBy::CallerKey, None);
        let subscription = domain::subscription_key::HEADER;
        let mut sides = [0, 0];
        for key in 0..200 {
            let headers = with(subscription, &format!("key{key}"));
            let side = keys.takes(client(0), &headers);
            assert!((1..20).all(|n| keys.takes(client(n), &headers) == side));
            sides[usize::from(side)] += 1;
        }
        assert!(sides.iter().all(|count| *count > 0), "{sides:?}");
        // A call that names none is its client's.
        let addresses = split(500, CountedBy::ClientAddress, None);
        let none = HeaderMap::new();
        assert!(
            (0..200).all(|n| keys.takes(client(n), &none) == addresses.takes(client(n), &none))
        );
    }

    #[test]
    fn a_header_goes_before_the_share() {
        let any = split(0, CountedBy::ClientAddress, Some(("X-Canary", None)));
        assert!(any.takes(client(1), &with("x-canary", "")));
        assert!(!any.takes(client(1), &with("x-other", "")));
        let one = split(0, CountedBy::Call, Some(("x-canary", Some("yes"))));
        assert!(one.takes(client(1), &with("x-canary", "yes")));
        assert!(!one.takes(client(1), &with("x-canary", "Yes")));
        let mut both = with("x-canary", "no");
        both.append("x-canary", HeaderValue::from_static("yes"));
        assert!(one.takes(client(1), &both));
    }
}
