//! Places among the connections: so many of a listener, and of one address of callers.

use crate::metrics::Connections;
use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::sync::Notify;

/// Connections of all workers of a listener.
#[derive(Debug)]
pub(crate) struct Live {
    max: usize,
    /// Of one address; `None` for as many as there are.
    max_per_address: Option<usize>,
    count: AtomicUsize,
    /// How many each address has. Locked when a connection begins or ends; never by a call.
    by_address: Mutex<HashMap<IpAddr, usize>>,
    counted: Arc<Connections>,
}

impl Live {
    /// Places for `max` connections, and for as many of one address; 0 for no such limit.
    pub(crate) fn new(max: usize, max_per_address: usize, counted: Arc<Connections>) -> Self {
        Self {
            max,
            max_per_address: (max_per_address > 0).then_some(max_per_address),
            count: AtomicUsize::new(0),
            by_address: Mutex::default(),
            counted,
        }
    }

    /// What connections are counted by.
    pub(crate) fn counted(&self) -> &Connections {
        &self.counted
    }

    /// Counts one more connection of `address`; `false` when it has too many.
    fn enter(&self, address: IpAddr) -> bool {
        let Some(max) = self.max_per_address else { return true };
        let mut by_address = self.by_address.lock().unwrap_or_else(PoisonError::into_inner);
        let count = by_address.entry(address).or_default();
        if *count >= max {
            return false;
        }
        *count += 1;
        true
    }

    fn leave(&self, address: IpAddr) {
        if self.max_per_address.is_none() {
            return;
        }
        let mut by_address = self.by_address.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = by_address.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                by_address.remove(&address);
            }
        }
    }
}

/// One worker's connections.
#[derive(Debug, Default)]
pub(crate) struct OwnLive {
    count: AtomicUsize,
    none_left: Notify,
}

impl OwnLive {
    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    /// Waits for the last one's end.
    pub(crate) async fn none_left(&self) {
        self.none_left.notified().await;
    }
}

/// A place among the connections, given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    all: Arc<Live>,
    own: Arc<OwnLive>,
    address: IpAddr,
}

impl Place {
    /// A place for a connection from `ip`; `None` when there are enough.
    pub(crate) fn take(all: &Arc<Live>, own: &Arc<OwnLive>, ip: IpAddr) -> Option<Self> {
        all.counted.accepted.fetch_add(1, Ordering::Relaxed);
        if all.count.fetch_add(1, Ordering::Relaxed) >= all.max {
            all.count.fetch_sub(1, Ordering::Relaxed);
            all.counted.refused[0].fetch_add(1, Ordering::Relaxed);
            return None;
        }
        let address = holder(ip);
        if !all.enter(address) {
            all.count.fetch_sub(1, Ordering::Relaxed);
            all.counted.refused[1].fetch_add(1, Ordering::Relaxed);
            return None;
        }
        own.count.fetch_add(1, Ordering::Relaxed);
        all.counted.open.fetch_add(1, Ordering::Relaxed);
        Some(Self { all: Arc::clone(all), own: Arc::clone(own), address })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.all.counted.open.fetch_sub(1, Ordering::Relaxed);
        self.all.count.fetch_sub(1, Ordering::Relaxed);
        self.all.leave(self.address);
        if self.own.count.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.own.none_left.notify_one();
        }
    }
}

/// Whose address it is: of IPv6, a whole network of 2^64 addresses belongs to one caller.
fn holder(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.into(),
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_has_its_own_limit_and_gets_places_back() {
        let counted: Arc<Connections> = Arc::default();
        let (all, own) = (Arc::new(Live::new(4, 2, Arc::clone(&counted))), Arc::default());
        let take = |text| Place::take(&all, &own, ip(text));
        let first = take("192.0.2.1");
        let _second = take("::ffff:192.0.2.1").unwrap();
        assert!(take("192.0.2.1").is_none());
        let (_third, _fourth) = (take("192.0.2.2").unwrap(), take("2001:db8::1").unwrap());
        assert!(take("192.0.2.3").is_none(), "the listener is full");
        drop(first);
        assert!(take("192.0.2.1").is_some());
        assert_eq!(own.count(), 3);
        assert_eq!(counted.open.load(Ordering::Relaxed), 3);
        assert_eq!(counted.refused.each_ref().map(|count| count.load(Ordering::Relaxed)), [1, 1]);
        assert_eq!(all.by_address.lock().unwrap().len(), 3);
    }

    #[test]
    fn nothing_is_remembered_of_addresses_that_are_gone() {
        let (all, own) = (Arc::new(Live::new(1000, 1, Arc::default())), Arc::default());
        for n in 0..1000_u32 {
            drop(Place::take(&all, &own, IpAddr::V4(n.into())));
        }
        assert!(all.by_address.lock().unwrap().is_empty());
        assert_eq!(all.count.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn addresses_of_one_ipv6_network_are_one_caller() {
        assert_eq!(holder(ip("2001:db8::1")), holder(ip("2001:db8::ffff:1")));
        assert_ne!(holder(ip("2001:db8::1")), holder(ip("2001:db8:0:1::1")));
    }
}
