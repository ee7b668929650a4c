//! A quick hash for tables whose keys nobody outside can choose: generated ids, addresses that providers publish, pointers.

use std::{
    hash::{BuildHasher, Hasher},
    net::IpAddr,
};

const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;

/// Builds [`FastHasher`]s. Always the same, so that a hash can be kept.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FastHash;

impl BuildHasher for FastHash {
    type Hasher = FastHasher;
    fn build_hasher(&self) -> FastHasher {
        FastHasher(0)
    }
}

/// Multiplies and rotates word by word.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FastHasher(u64);

impl FastHasher {
    fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(MULTIPLIER);
    }
}

impl Hasher for FastHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.add(u64::from_le_bytes(*word));
        }
        if !rest.is_empty() {
            let mut word = [0; 8];
            word[..rest.len()].copy_from_slice(rest);
            self.add(u64::from_le_bytes(word));
        }
    }

    fn write_u8(&mut self, value: u8) {
        self.add(u64::from(value));
    }

    fn write_u64(&mut self, value: u64) {
        self.add(value);
    }

    fn write_usize(&mut self, value: usize) {
        self.add(value as u64);
    }

    // The product's high bits are the good ones; tables index by the low bits.
    fn finish(&self) -> u64 {
        let mixed = (self.0 ^ (self.0 >> 32)).wrapping_mul(MULTIPLIER);
        mixed ^ (mixed >> 29)
    }
}

/// Spread over all bits, the same in every process.
pub(crate) fn of_bytes(bytes: &[u8]) -> u64 {
    mixed(FastHash.hash_one(bytes))
}

/// The same for an address.
pub(crate) fn of_address(address: IpAddr) -> u64 {
    match address {
        IpAddr::V4(address) => of_bytes(&address.octets()),
        IpAddr::V6(address) => of_bytes(&address.octets()),
    }
}

/// Spreads numbers that follow each other over all bits (the end of SplitMix64).
pub(crate) fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn similar_keys_spread_over_low_and_high_bits() {
        let hashes: Vec<u64> =
            (0..4096u32).map(|n| FastHash.hash_one(format!("x{n:011}").as_str())).collect();
        let distinct =
            |shift: u32| hashes.iter().map(|h| (h >> shift) & 0xff).collect::<HashSet<_>>().len();
        assert_eq!((distinct(0), distinct(40), distinct(56)), (256, 256, 256));
        assert_eq!(hashes.iter().collect::<HashSet<_>>().len(), hashes.len());
    }

    #[test]
    fn every_byte_counts() {
        assert_ne!(FastHash.hash_one("abcdefgh1"), FastHash.hash_one("abcdefgh2"));
        assert_ne!(FastHash.hash_one("1bcdefghi"), FastHash.hash_one("2bcdefghi"));
    }
}
