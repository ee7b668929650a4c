//! JSON Web Tokens: the call carries one of an issuer that the group trusts.

use crate::{
    context::RequestContext,
    headers,
    jwt::{JwtPolicy, Keys, TokenError, Verified},
    refusal::Refusal,
};
use http::{HeaderMap, HeaderValue, header};
use std::sync::Arc;

/// What begins the value of `Authorization`, in any case.
const BEARER: &[u8] = b"bearer ";

/// Checks the token of a call.
///
/// # Errors
/// With the first thing that is wrong with it; also when there are no keys to verify it with.
pub(super) async fn check(
    context: &mut RequestContext<'_>,
    policy: &JwtPolicy,
    headers: &HeaderMap,
) -> Result<(), Refusal> {
    let token = bearer(headers).map_err(Refusal::Token)?;
    let token = match verify(context, policy, token) {
        Ok(verified) => verified,
        // Boxed, so that the future of every other call does not have to have room for it.
        Err(Refusal::Token(TokenError::UnknownKey) | Refusal::NoKeys) => {
            Box::pin(verify_with_newer(context, policy, token)).await?
        }
        Err(refusal) => return Err(refusal),
    };
    context.token = Some(token);
    Ok(())
}

fn verify(
    context: &RequestContext<'_>,
    policy: &JwtPolicy,
    token: &str,
) -> Result<Arc<Verified>, Refusal> {
    let keys = policy.known_keys().ok_or(Refusal::NoKeys)?;
    let tokens = &context.gateway.verified_tokens;
    tokens.verify(policy, &keys, token, super::now_seconds()).map_err(Refusal::Token)
}

/// The issuer may have changed its keys, or they were never fetched yet.
async fn verify_with_newer(
    context: &RequestContext<'_>,
    policy: &JwtPolicy,
    token: &str,
) -> Result<Arc<Verified>, Refusal> {
    if let Keys::Published(source) = &policy.keys {
        source.fetch_again().await;
    }
    verify(context, policy, token)
}

/// The token in `Authorization`.
fn bearer(headers: &HeaderMap) -> Result<&str, TokenError> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next().filter(|value| is_bearer(value)).ok_or(TokenError::Missing)?;
    if values.next().is_some() {
        return Err(TokenError::Malformed);
    }
    let token = value.to_str().or(Err(TokenError::Malformed))?;
    Ok(token.trim_start()[BEARER.len()..].trim())
}

fn is_bearer(value: &HeaderValue) -> bool {
    let value = value.as_bytes().trim_ascii_start();
    value.get(..BEARER.len()).is_some_and(|start| start.eq_ignore_ascii_case(BEARER))
}

/// Tells the backend what the group says it is told of the token. What the caller says of that is taken away first, and so
/// is a token that was not looked at, as a subscription key decided.
pub(crate) fn tell_backend(policy: &JwtPolicy, token: Option<&Verified>, headers: &mut HeaderMap) {
    if policy.has_claims() {
        headers::remove_all(headers, |name, _| policy.is_claim_header(name));
    }
    if token.is_none() || !policy.forwards_token {
        headers::remove_all(headers, |name, value| name == "authorization" && is_bearer(value));
    }
    for (name, value) in token.into_iter().flat_map(|token| &token.headers) {
        headers.insert(name.clone(), value.clone());
    }
}
