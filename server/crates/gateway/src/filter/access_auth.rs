//! Access authorization: who calls, and whether they may.

mod held_body;
mod jwt;
mod nonces;
mod subscription;

pub(crate) use held_body::{HeldBodies, read as hold_body};
pub(crate) use jwt::tell_backend as tell_claims;
pub(crate) use nonces::Nonces;
pub(crate) use subscription::SUBSCRIPTION_KEY;

use crate::{
    body::RequestBody,
    context::RequestContext,
    refusal::{Refusal, SignatureDetails},
    snapshot::{Deployment, Key},
};
use domain::{AuthType, Environment};
use http::{HeaderMap, HeaderValue, header, request};
use http_body::Body as _;
use signing::{
    Authorization, AuthorizationError, BodyHash, CONTENT_SHA256_HEADER, DATE_HEADER, DateError,
    EMPTY_BODY_SHA256, HeaderSource, Mismatch, NONCE_HEADER, RequestDate, Rules, Scratch,
    SignedRequest,
};
use std::{cell::RefCell, sync::Arc};

/// A key that does not exist.
const INVALID_ACCESS_KEY: &str = "Invalid accessKey";
/// A key that exists but may not call here, or credentials that cannot be read.
const INVALID_CREDENTIALS: &str = "Invalid authentication credentials";
/// What strict signatures refuse.
const BYTES_UNSIGNED: &str = "sign result leaves part of the path or query unsigned";
const BODY_UNSIGNED: &str = "x-jdcloud-content-sha256 is not the body's SHA-256";

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::new(Scratch::new());
}

/// Checks who calls. The body comes back, read where its hash had to be checked.
///
/// # Errors
/// With the documented message of the first check that fails.
pub(crate) async fn check(
    context: &mut RequestContext<'_>,
    deployment: &Deployment,
    head: &request::Parts,
    body: RequestBody,
) -> Result<RequestBody, Refusal> {
    match deployment.auth_type {
        AuthType::None => Ok(body),
        // A subscription key, where there is one, decides.
        AuthType::Signature | AuthType::Jwt if head.headers.contains_key(&SUBSCRIPTION_KEY) => {
            subscription::check(context, deployment, &head.headers).map(|()| body)
        }
        AuthType::Signature => signature(context, deployment, head, body).await,
        AuthType::Jwt => {
            let policy = deployment.jwt.as_ref().ok_or(Refusal::Internal)?;
            jwt::check(context, policy, &head.headers).await.map(|()| body)
        }
    }
}

/// The service in the scope of a request's signature, where there is one.
pub(crate) fn scope_service(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    Authorization::parse(value).ok().map(|authorization| authorization.service())
}

/// The key that a request says it is made with, unproven: a subscription key, else the key in a signature's credential.
pub(crate) fn named_key(headers: &HeaderMap) -> Option<&[u8]> {
    if let Some(key) = headers.get(&SUBSCRIPTION_KEY) {
        return Some(key.as_bytes().trim_ascii());
    }
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    Authorization::parse(value).ok().map(|authorization| authorization.access_key().as_bytes())
}

async fn signature(
    context: &mut RequestContext<'_>,
    deployment: &Deployment,
    head: &request::Parts,
    body: RequestBody,
) -> Result<RequestBody, Refusal> {
    let claim = Claim::read(context, head)?;
    let declared = declared_hash(&head.headers);
    if body.is_end_stream() {
        let hash = declared_or(deployment, declared, EMPTY_BODY_SHA256)?;
        verify(context, deployment, (head, &claim), hash)?;
        context.caller = Some(Arc::clone(&claim.key.caller));
        return Ok(body);
    }
    if let Some(declared) = declared {
        if !deployment.strict_signatures {
            verify(context, deployment, (head, &claim), declared)?;
            context.caller = Some(Arc::clone(&claim.key.caller));
            return Ok(body);
        }
        if declared.len() != EMPTY_BODY_SHA256.len() {
            // No hash at all; that is known before the body is read.
            return Err(Refusal::access(BODY_UNSIGNED));
        }
    }
    let settings = context.settings();
    let (limit, idle) = (settings.body_limit, settings.timeouts.body_idle);
    let held = held_body::read(body, limit, idle, &context.gateway.held_bodies).await?;
    if let Some(record) = &mut context.record {
        record.bytes_in = held.len() as u64;
    }
    let hash = BodyHash::of(&held);
    let hash = declared_or(deployment, declared, hash.as_str())?;
    verify(context, deployment, (head, &claim), hash)?;
    context.caller = Some(Arc::clone(&claim.key.caller));
    if let Some(record) = &mut context.record {
        // It is counted again on its way to the backend.
        record.bytes_in = 0;
    }
    Ok(RequestBody::from(held))
}

/// The body's hash as the caller signed it: what it declared, else the body's own. Strict signatures take nothing else than
/// the body's own, in whatever case its digits are.
fn declared_or<'a>(
    deployment: &Deployment,
    declared: Option<&'a str>,
    own: &'a str,
) -> Result<&'a str, Refusal> {
    match declared {
        Some(declared) if deployment.strict_signatures && !declared.eq_ignore_ascii_case(own) => {
            Err(Refusal::access(BODY_UNSIGNED))
        }
        declared => Ok(declared.unwrap_or(own)),
    }
}

/// What a request says about who signed it and when, as far as that can be checked without its body.
struct Claim<'a> {
    authorization: Authorization<'a>,
    key: Arc<Key>,
    date: RequestDate,
    nonce: &'a [u8],
}

impl<'a> Claim<'a> {
    fn read(context: &RequestContext<'_>, head: &'a request::Parts) -> Result<Self, Refusal> {
        let date = head.headers.get(DATE_HEADER).map_or("", text);
        let authorization = authorization(&head.headers, date)?;
        if date.trim().is_empty() {
            return Err(Refusal::access(DateError::Missing.message()));
        }
        let key = context
            .snapshot
            .key(authorization.access_key())
            .ok_or(Refusal::access(INVALID_ACCESS_KEY))?;
        let date = RequestDate::parse(date).map_err(|error| Refusal::access(error.message()))?;
        let skew = context.settings().clock_skew.as_secs();
        if !date.within(now_seconds(), skew) {
            return Err(Refusal::access(format!(
                "x-jdcloud-date is more than {skew} s from the gateway's time"
            )));
        }
        let nonce = head.headers.get(NONCE_HEADER).map_or(&b""[..], HeaderValue::as_bytes);
        if nonce.trim_ascii().is_empty() {
            return Err(Refusal::access("lack of header x-jdcloud-nonce"));
        }
        Ok(Self { authorization, key: Arc::clone(key), date, nonce })
    }
}

/// Parses the authorization. Of a missing date and missing signed headers, the date is told first.
fn authorization<'a>(headers: &'a HeaderMap, date: &str) -> Result<Authorization<'a>, Refusal> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next().map_or("", text);
    if values.next().is_some() {
        return Err(Refusal::access(INVALID_CREDENTIALS));
    }
    Authorization::parse(value).map_err(|error| {
        if error == AuthorizationError::NoSignedHeaders && date.trim().is_empty() {
            Refusal::access(DateError::Missing.message())
        } else {
            Refusal::access(error.message())
        }
    })
}

/// Checks the signature, then whether its key may call here, then whether the call is a new one. Only a nonce that came
/// with a good signature is remembered, so that nobody else can use it up.
fn verify(
    context: &RequestContext<'_>,
    deployment: &Deployment,
    (head, claim): (&request::Parts, &Claim<'_>),
    body_hash: &str,
) -> Result<(), Refusal> {
    let request = SignedRequest {
        method: head.method.as_str(),
        path: head.uri.path(),
        query: head.uri.query().unwrap_or_default(),
        host: crate::route::authority(head)?,
        date: head.headers.get(DATE_HEADER).map_or("", text),
        headers: &Headers(&head.headers),
        body_hash,
    };
    let rules = Rules { strict: deployment.strict_signatures };
    let authorization = &claim.authorization;
    let signing_key = claim.key.signing_key(authorization);
    let outcome = SCRATCH.with_borrow_mut(|scratch| {
        signing::verify_with(scratch, &signing_key, authorization, &request, rules)
    });
    if let Err(mismatch) = outcome {
        let details = (deployment.environment != Environment::Online).then(|| {
            let explanation = signing::explain(&signing_key, authorization, &request, rules);
            Box::new(SignatureDetails {
                canonical_request: explanation.canonical_request,
                string_to_sign: explanation.string_to_sign,
            })
        });
        let message = match mismatch {
            Mismatch::BytesUnsigned(_) => BYTES_UNSIGNED,
            other => other.message(),
        };
        return Err(Refusal::Access(message.into(), details));
    }
    claim.key.keep(&signing_key);
    let key = &claim.key;
    let is_admitted = deployment.admits(key.caller.number)
        || key.account.is_some_and(|account| deployment.admits(account));
    if !is_admitted {
        return Err(Refusal::access(INVALID_CREDENTIALS));
    }
    let expires =
        claim.date.unix_seconds().saturating_add_unsigned(context.settings().clock_skew.as_secs());
    if context.gateway.nonces.first_use(
        key.caller.number.word(),
        claim.nonce,
        expires,
        now_seconds(),
    ) {
        Ok(())
    } else {
        Err(Refusal::access("x-jdcloud-nonce was used before"))
    }
}

/// What a request says its body's hash is: the last value, when that is not empty.
fn declared_hash(headers: &HeaderMap) -> Option<&str> {
    let declared = headers.get_all(CONTENT_SHA256_HEADER).iter().next_back()?;
    Some(text(declared).trim()).filter(|declared| !declared.is_empty())
}

/// A header's text; empty when it is no ASCII text, which no client in the field sends.
fn text(value: &HeaderValue) -> &str {
    value.to_str().unwrap_or_default()
}

/// Header values by name, for the verifier.
struct Headers<'a>(&'a HeaderMap);

impl HeaderSource for Headers<'_> {
    fn values(&self, name: &str, visit: &mut dyn FnMut(&[u8])) {
        for value in self.0.get_all(name) {
            visit(value.as_bytes());
        }
    }
}

fn now_seconds() -> i64 {
    crate::traffic::now_ms().div_euclid(1000)
}
