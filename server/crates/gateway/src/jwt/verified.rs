//! Tokens that were verified before: a token that comes again costs a hash and no signature.

use super::{key_set::KeySet, policy::JwtPolicy, token::TokenError};
use crate::keyed::{Digest, Keyed};
use arc_swap::ArcSwapOption;
use http::{HeaderName, HeaderValue};
use std::{
    fmt,
    sync::{Arc, OnceLock},
};

/// Tokens that are remembered at most; each has one place that it can be in.
const CAPACITY: usize = 16_384;
/// Most bytes of the texts of a token that is remembered.
const BYTES_MAX: usize = 1024;

/// When a token is valid, in seconds since 1970, with what clocks may differ by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Validity {
    /// The first second.
    pub(crate) from: i64,
    /// The first second after.
    pub(crate) until: i64,
}

impl Validity {
    /// Whether it is valid at a moment.
    ///
    /// # Errors
    /// `Expired`, `NotYetValid`.
    pub(crate) fn check(self, now: i64) -> Result<(), TokenError> {
        if now >= self.until {
            Err(TokenError::Expired)
        } else if now < self.from {
            Err(TokenError::NotYetValid)
        } else {
            Ok(())
        }
    }
}

/// What is known of a token that was verified.
#[derive(Debug)]
pub(crate) struct Verified {
    /// When it is valid.
    pub(crate) validity: Validity,
    /// What the backend is told.
    pub(crate) headers: Box<[(HeaderName, HeaderValue)]>,
    /// Whom it is about, for the log.
    pub(crate) subject: Option<HeaderValue>,
}

impl Verified {
    /// How many bytes it takes, about.
    fn bytes(&self) -> usize {
        let headers: usize = self.headers.iter().map(|(_, value)| value.len()).sum();
        headers + self.subject.as_ref().map_or(0, HeaderValue::len)
    }
}

/// A token that was verified, and by which keys for which policy: with others it is verified anew.
struct Kept {
    digest: Digest,
    policy: u64,
    keys: u64,
    token: Arc<Verified>,
}

/// Tokens that were verified before, by a keyed hash; the tokens themselves are not kept. Reading takes no lock.
#[derive(Default)]
pub(crate) struct VerifiedTokens {
    /// Made with the first token; `None` without randomness: then each is verified.
    table: OnceLock<Option<Table>>,
}

struct Table {
    keyed: Keyed,
    slots: Box<[ArcSwapOption<Kept>]>,
}

impl Table {
    fn new() -> Option<Self> {
        let keyed = Keyed::new().ok()?;
        Some(Self { keyed, slots: (0..CAPACITY).map(|_| ArcSwapOption::empty()).collect() })
    }

    fn slot(&self, digest: Digest) -> &ArcSwapOption<Kept> {
        // The capacity is a power of two, and the hash's bits are all alike.
        &self.slots[digest[0] as usize % CAPACITY]
    }
}

impl fmt::Debug for VerifiedTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VerifiedTokens(…)")
    }
}

impl VerifiedTokens {
    /// What is known of a token at a moment (seconds since 1970): from before, or by verifying it now.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub(crate) fn verify(
        &self,
        policy: &JwtPolicy,
        keys: &KeySet,
        token: &str,
        now: i64,
    ) -> Result<Arc<Verified>, TokenError> {
        let Some(table) = self.table.get_or_init(Table::new) else {
            return policy.verify(token, keys, now).map(Arc::new);
        };
        let digest = table.keyed.digest(token.as_bytes());
        let slot = table.slot(digest);
        if let Some(kept) = &*slot.load()
            && (kept.digest, kept.policy, kept.keys) == (digest, policy.number, keys.number())
        {
            kept.token.validity.check(now)?;
            return Ok(Arc::clone(&kept.token));
        }
        let token = Arc::new(policy.verify(token, keys, now)?);
        if token.bytes() <= BYTES_MAX {
            let (policy, keys) = (policy.number, keys.number());
            let kept = Kept { digest, policy, keys, token: Arc::clone(&token) };
            slot.store(Some(Arc::new(kept)));
        }
        Ok(token)
    }
}
