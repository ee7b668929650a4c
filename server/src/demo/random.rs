//! Randomness: of the system for the password, a small generator for varied numbers.

use domain::Secret;

/// A generator of numbers that look random (xorshift64*), and a source of secrets.
pub(super) struct Random {
    state: u64,
}

impl Random {
    /// Begins anywhere.
    pub(super) fn from_system() -> Self {
        Self { state: u64::from_le_bytes(system_bytes()) | 1 }
    }

    /// A number below `limit` (which is not 0).
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        (self.state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16) % limit.max(1)
    }

    /// Four groups of five letters and digits without those that look alike: about 100 bits, from the system.
    pub(super) fn password() -> Secret {
        const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
        let letters: Vec<char> = system_bytes::<20>()
            .iter()
            .map(|b| char::from(ALPHABET[usize::from(b & 31)]))
            .collect();
        let groups: Vec<String> = letters.chunks(5).map(|group| group.iter().collect()).collect();
        Secret::new(groups.join("-"))
    }
}

/// Random bytes, as hexadecimal digits: a nonce.
pub(super) fn nonce() -> String {
    hex::encode(system_bytes::<16>())
}

/// All zeros when the system gives no randomness; then the gateway would not have started.
fn system_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    let _unlikely = getrandom::fill(&mut bytes);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_long_enough_and_never_the_same() {
        let (first, second) = (Random::password(), Random::password());
        assert!(domain::account::check_password("password", &first).is_none());
        assert_ne!(first, second);
    }

    #[test]
    fn numbers_vary_and_stay_below_their_limit() {
        let mut random = Random::from_system();
        let numbers: Vec<u64> = (0..1000).map(|_| random.below(10)).collect();
        for wanted in 0..10 {
            assert!(numbers.contains(&wanted), "{wanted} never came");
        }
        assert!(numbers.iter().all(|n| *n < 10));
    }
}
