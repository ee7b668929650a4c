//! Request ids: 32 random lower-case letters and digits.

use http::HeaderValue;
use std::{
    cell::Cell,
    hash::{BuildHasher, RandomState},
};

const LETTERS: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";

thread_local! {
    /// State of xoshiro256++. Seeded by the system's randomness, through the standard library's keyed hash.
    static STATE: Cell<[u64; 4]> = Cell::new(std::array::from_fn(|n| RandomState::new().hash_one(n)));
}

/// A new request id. Unique, not secret.
pub(crate) fn new() -> HeaderValue {
    let mut id = [0; 32];
    for half in id.chunks_exact_mut(12) {
        fill(half, random());
    }
    let rest = id.len() / 12 * 12;
    fill(&mut id[rest..], random());
    HeaderValue::from_bytes(&id).unwrap_or_else(|_never| HeaderValue::from_static(""))
}

/// Spells a word's low bits, five a letter.
fn fill(letters: &mut [u8], mut word: u64) {
    for letter in letters {
        *letter = LETTERS[(word & 31) as usize];
        word >>= 5;
    }
}

/// A random number, not a secret.
pub(crate) fn random() -> u64 {
    STATE.with(|state| {
        let mut s = state.get();
        let result = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        state.set(s);
        result
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn is_32_lower_case_letters_and_digits() {
        let id = new();
        assert_eq!(id.len(), 32);
        assert!(id.as_bytes().iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
    }

    #[test]
    fn no_two_are_equal_on_one_thread_or_on_several() {
        let threads: Vec<_> = (0..4)
            .map(|_| std::thread::spawn(|| (0..10_000).map(|_| new()).collect::<Vec<_>>()))
            .collect();
        let ids: Vec<_> = threads.into_iter().flat_map(|t| t.join().unwrap()).collect();
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 40_000);
    }

    #[test]
    fn every_position_takes_every_letter() {
        let ids: Vec<_> = (0..5_000).map(|_| new()).collect();
        for position in 0..32 {
            let seen: HashSet<u8> = ids.iter().map(|id| id.as_bytes()[position]).collect();
            assert_eq!(seen.len(), LETTERS.len(), "{position}");
        }
    }
}
