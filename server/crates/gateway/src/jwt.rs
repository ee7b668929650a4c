//! JSON Web Tokens: the keys that they are verified with, what a group asks of them, and those that were verified before.

mod fetcher;
mod key;
mod key_set;
mod key_source;
mod policy;
mod token;
mod verified;

pub(crate) use fetcher::KeyFetcher;
pub(crate) use key_source::KeySources;
pub(crate) use policy::{JwtPolicy, Keys};
pub(crate) use token::TokenError;
pub(crate) use verified::{Verified, VerifiedTokens};

#[cfg(test)]
mod tests;
