//! Sets of IP addresses, prepared for looking up.

use domain::IpRange;
use std::net::IpAddr;

/// A set of addresses: sorted spans that do not touch, for each family.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct IpSet {
    v4: Box<[(u32, u32)]>,
    v6: Box<[(u128, u128)]>,
}

impl IpSet {
    /// All addresses of these ranges.
    pub(crate) fn new<'a>(ranges: impl IntoIterator<Item = &'a IpRange>) -> Self {
        let (mut v4, mut v6) = (Vec::new(), Vec::new());
        for range in ranges {
            match (range.first(), range.last()) {
                (IpAddr::V4(first), IpAddr::V4(last)) => v4.push((first.to_bits(), last.to_bits())),
                (IpAddr::V6(first), IpAddr::V6(last)) => v6.push((first.to_bits(), last.to_bits())),
                // A range is of one family.
                _ => {}
            }
        }
        Self { v4: merged(v4), v6: merged(v6) }
    }

    /// Whether there is no address in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.v4.is_empty() && self.v6.is_empty()
    }

    /// Whether `address` is in it. An IPv4 address in IPv6 clothes is an IPv4 address.
    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        match address.to_canonical() {
            IpAddr::V4(address) => holds(&self.v4, address.to_bits()),
            IpAddr::V6(address) => holds(&self.v6, address.to_bits()),
        }
    }
}

/// Sorted, and spans that overlap made one.
fn merged<N: Ord + Copy>(mut spans: Vec<(N, N)>) -> Box<[(N, N)]> {
    spans.sort_unstable();
    let mut merged: Vec<(N, N)> = Vec::with_capacity(spans.len());
    for (first, last) in spans {
        match merged.last_mut() {
            Some((_, before)) if first <= *before => *before = last.max(*before),
            _ => merged.push((first, last)),
        }
    }
    merged.into()
}

fn holds<N: Ord + Copy>(spans: &[(N, N)], address: N) -> bool {
    let begun = spans.partition_point(|(first, _)| *first <= address);
    begun.checked_sub(1).is_some_and(|index| spans[index].1 >= address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{Ipv4Addr, Ipv6Addr};

    /// Numbers by chance, the same in every run.
    fn chance(seed: &mut u64) -> u64 {
        *seed =
            seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        *seed >> 33
    }

    fn ranges(seed: &mut u64, count: u64) -> Vec<IpRange> {
        let mut made = Vec::new();
        for _ in 0..count {
            // Few leading bits, so that ranges overlap, touch, and contain each other.
            let (bits, prefix) = (chance(seed) % 64, chance(seed) % 7);
            let text = if chance(seed).is_multiple_of(2) {
                let kept = u32::MAX.checked_shl(32 - prefix as u32).unwrap_or(0);
                let network = Ipv4Addr::from_bits((bits as u32) << 26 & kept);
                format!("{network}/{prefix}")
            } else {
                let kept = u128::MAX.checked_shl(128 - prefix as u32).unwrap_or(0);
                let network = Ipv6Addr::from_bits(u128::from(bits) << 122 & kept);
                format!("{network}/{prefix}")
            };
            made.push(text.parse().unwrap());
        }
        made
    }

    /// The addresses at which something can change: the first and last of every range, and their neighbours.
    fn edges(ranges: &[IpRange]) -> Vec<IpAddr> {
        let beside = |address: IpAddr| match address {
            IpAddr::V4(address) => {
                let bits = address.to_bits();
                [bits.wrapping_sub(1), bits, bits.wrapping_add(1)]
                    .map(|bits| IpAddr::V4(Ipv4Addr::from_bits(bits)))
            }
            IpAddr::V6(address) => {
                let bits = address.to_bits();
                [bits.wrapping_sub(1), bits, bits.wrapping_add(1)]
                    .map(|bits| IpAddr::V6(Ipv6Addr::from_bits(bits)))
            }
        };
        ranges.iter().flat_map(|range| [range.first(), range.last()]).flat_map(beside).collect()
    }

    #[test]
    fn holds_what_one_of_its_ranges_contains_and_nothing_else() {
        let (mut seed, mut inside, mut outside) = (1, 0, 0);
        for count in 0..200 {
            let ranges = ranges(&mut seed, count % 12);
            let set = IpSet::new(&ranges);
            for address in edges(&ranges) {
                let expected = ranges.iter().any(|range| range.contains(address));
                assert_eq!(set.contains(address), expected, "{address} in {ranges:?}");
                *(if expected { &mut inside } else { &mut outside }) += 1;
            }
        }
        assert!(inside > 1000 && outside > 300, "{inside} {outside}");
    }

    #[test]
    fn an_ipv4_address_in_ipv6_clothes_is_known() {
        let set = IpSet::new(&["192.0.2.0/24".parse().unwrap()]);
        assert!(set.contains("::ffff:192.0.2.9".parse().unwrap()));
        assert!(!set.contains("::192.0.2.9".parse().unwrap()));
        assert!(IpSet::new([]).is_empty() && !set.is_empty());
    }
}
