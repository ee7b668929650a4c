//! Certificates that come by themselves: by ACME (RFC 8555), for custom domains whose provider chose so.

use crate::{
    error::{DomainError, ErrorKind},
    secret::Secret,
    timestamp::Timestamp,
    user_domain::Certificate,
};
use serde::{Deserialize, Serialize};
use std::{str::FromStr, time::Duration};

/// Longest reason of a failure that is kept, in characters: it is another server's text.
pub const DETAIL_MAX: usize = 500;

const MINUTE_MS: i64 = 60 * 1000;
/// How long after the first failure it is tried again; twice as long after each further one.
const FIRST_REST_MS: i64 = 15 * MINUTE_MS;
/// Longest rest after a failure of ours.
const LONGEST_REST_MS: i64 = 24 * 60 * MINUTE_MS;
/// Shortest rest after the authority has said that it is asked too much.
const RATE_LIMITED_REST_MS: i64 = 60 * MINUTE_MS;
/// Longest rest that an authority may ask for.
const ASKED_REST_MAX_MS: i64 = 7 * 24 * 60 * MINUTE_MS;

/// How an authority is shown that a domain leads here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ChallengeKind {
    /// By plain HTTP on port 80: it fetches a text.
    #[default]
    #[serde(rename = "http-01")]
    Http01,
    /// By a TLS handshake on port 443 (RFC 8737).
    #[serde(rename = "tls-alpn-01")]
    TlsAlpn01,
}

impl ChallengeKind {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Http01, Self::TlsAlpn01];

    /// Its name in ACME: `http-01`, `tls-alpn-01`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http01 => "http-01",
            Self::TlsAlpn01 => "tls-alpn-01",
        }
    }
}

impl FromStr for ChallengeKind {
    type Err = DomainError;
    fn from_str(text: &str) -> Result<Self, DomainError> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| {
            let rule = ("one of http-01, tls-alpn-01", "只能是 http-01 或 tls-alpn-01");
            DomainError::new(ErrorKind::Range, "challenge", rule.0, rule.1)
        })
    }
}

/// What an authority is to be answered for a domain. None of it is secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    /// By what.
    pub kind: ChallengeKind,
    /// What the authority asks for.
    pub token: String,
    /// What it is answered: the token, and what the account's key is known by.
    pub key_authorization: String,
}

/// A challenge as the gateway serves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServedChallenge {
    /// Calls of `/.well-known/acme-challenge/TOKEN` by plain HTTP are answered with a text.
    Http {
        /// The token.
        token: String,
        /// The text.
        key_authorization: String,
    },
    /// Handshakes that offer `acme-tls/1` and nothing else get a certificate that proves it.
    Tls {
        /// The certificate, which signed itself, in PEM.
        chain: String,
        /// Its private key, in PEM.
        private_key: Secret,
    },
}

/// How a domain stands whose certificate comes by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AutomaticCertificate {
    /// When it is tried next: now or in the past, as soon as the domain is served; in the future, to renew it or after a
    /// failure.
    pub next_at: Timestamp,
    /// Until when a try that has begun may take; `None` when none is under way.
    pub claimed_until: Option<Timestamp>,
    /// Tries that failed since the last that did not.
    pub failures: u32,
    /// Why the last of these failed.
    pub last_failure: Option<FailedTry>,
}

impl AutomaticCertificate {
    /// One that was just chosen.
    #[must_use]
    pub fn new(at: Timestamp) -> Self {
        Self { next_at: at, claimed_until: None, failures: 0, last_failure: None }
    }

    /// Whether a try is under way at `now`.
    #[must_use]
    pub fn is_under_way(&self, now: Timestamp) -> bool {
        self.claimed_until.is_some_and(|until| now < until)
    }

    /// Whether the authority has asked to be left alone until after `now`.
    #[must_use]
    pub fn must_wait(&self, now: Timestamp) -> bool {
        let last = self.last_failure.as_ref();
        last.is_some_and(|last| last.kind == FailureKind::RateLimited) && now < self.next_at
    }
}

/// A try that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedTry {
    /// What went wrong.
    pub kind: FailureKind,
    /// The same in the words of who said so; at most [`DETAIL_MAX`] characters, of any language.
    pub detail: String,
    /// When.
    pub at: Timestamp,
}

impl FailedTry {
    /// A failure, its words cut to what is kept.
    #[must_use]
    pub fn new(kind: FailureKind, detail: &str, at: Timestamp) -> Self {
        let shown = |c: char| if c.is_control() { ' ' } else { c };
        let detail = detail.chars().map(shown).take(DETAIL_MAX).collect();
        Self { kind, detail, at }
    }
}

/// What went wrong with a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The authority's server could not be reached, or answered nothing that can be read.
    Unreachable,
    /// The authority looked at the domain and did not find the answer.
    Challenge,
    /// The authority refused for another reason.
    Refused,
    /// The authority is asked too often.
    RateLimited,
    /// It was not done in time.
    Timeout,
    /// What was issued cannot be used for the domain.
    Unusable,
}

/// When to try again after `failures` in a row, the last of which was `kind`: rests that double, from 15 minutes to a day, and
/// never before the authority asked for (`retry_after`). `jitter` moves it, so that many domains do not come at once.
#[must_use]
pub fn next_try(
    now: Timestamp,
    failures: u32,
    kind: FailureKind,
    retry_after: Option<Duration>,
    jitter: u8,
) -> Timestamp {
    let doubled = FIRST_REST_MS.saturating_mul(1 << failures.saturating_sub(1).min(16));
    let least = if kind == FailureKind::RateLimited { RATE_LIMITED_REST_MS } else { 0 };
    let asked = retry_after.map_or(0, |asked| i64::try_from(asked.as_millis()).unwrap_or(i64::MAX));
    let rest = doubled.min(LONGEST_REST_MS).max(least).max(asked.min(ASKED_REST_MAX_MS));
    // Up to a quarter more.
    now.plus_ms(rest.saturating_add(rest / 4 * i64::from(jitter) / 255))
}

/// When to replace a certificate that came at `now`: `lead` before its end, or, where it is short-lived, after two thirds of its
/// life. Never before a sixth of its life has passed here, in case the authority's clock shows another time.
#[must_use]
pub fn renew_at(certificate: &Certificate, lead: Duration, now: Timestamp) -> Timestamp {
    let Certificate { not_before, not_after, .. } = certificate;
    let life = not_after.0.saturating_sub(not_before.0).max(0);
    let lead = i64::try_from(lead.as_millis()).unwrap_or(i64::MAX);
    not_after.plus_ms(-lead.min(life / 3)).max(now.plus_ms(life / 6))
}

/// Whether a certificate for `domain` can come by itself.
#[must_use]
pub fn check_automatic(domain: &str) -> Option<DomainError> {
    domain.starts_with("*.").then(|| {
        DomainError::new(
            ErrorKind::State,
            "domain",
            "no name with * in it: authorities give certificates for these by DNS records only; upload one",
            "通配符域名只能通过DNS记录验证签发，请上传证书",
        )
    })
}

#[cfg(test)]
#[path = "automatic_certificate/tests.rs"]
mod tests;
