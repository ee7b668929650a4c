//! Backend signature: the forwarded request is signed, so that the backend can tell that the gateway sent it.

use super::access_auth::hold_body;
use crate::{
    body::RequestBody, context::RequestContext, refusal::Refusal, snapshot::BackendSigner, traffic,
};
use http::{HeaderName, HeaderValue, header, request};
use http_body::Body as _;
use signing::{
    BackendRequest, BodyHash, CONTENT_SHA256_HEADER, DATE_HEADER, EMPTY_BODY_SHA256, NONCE_HEADER,
    RequestDate, Scratch,
};
use std::cell::RefCell;

const DATE: HeaderName = HeaderName::from_static(DATE_HEADER);
const NONCE: HeaderName = HeaderName::from_static(NONCE_HEADER);
const CONTENT_SHA256: HeaderName = HeaderName::from_static(CONTENT_SHA256_HEADER);

/// What stands for the hash of a body that is not held. Verifiers take the header's value as it is.
const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";

/// What a thread that signs keeps: buffers, and the date of the second.
#[derive(Default)]
struct Kept {
    scratch: Scratch,
    date: Option<(RequestDate, HeaderValue)>,
}

thread_local! {
    static KEPT: RefCell<Kept> = RefCell::default();
}

/// Signs the head of a request as it will be sent. The body comes back, read where its hash could be had: one whose length
/// is announced and within the limit. A longer one, and one of unknown length, which may be a conversation, streams and is
/// not covered.
///
/// # Errors
/// When the body cannot be read.
pub(crate) async fn sign(
    context: &mut RequestContext<'_>,
    signer: &BackendSigner,
    head: &mut request::Parts,
    body: RequestBody,
) -> Result<RequestBody, Refusal> {
    if body.is_end_stream() {
        put(
            context,
            signer,
            head,
            (EMPTY_BODY_SHA256, HeaderValue::from_static(EMPTY_BODY_SHA256)),
        );
        return Ok(body);
    }
    let limit = context.settings().signed_body_limit;
    if body.size_hint().exact().is_none_or(|length| length > limit) {
        put(context, signer, head, (UNSIGNED_PAYLOAD, HeaderValue::from_static(UNSIGNED_PAYLOAD)));
        return Ok(body);
    }
    let idle = context.settings().timeouts.body_idle;
    let held = match body.held() {
        Some(held) => held.clone(),
        None => hold_body(body, limit, idle, &context.gateway.held_bodies).await?,
    };
    let hash = BodyHash::of(&held);
    let value = HeaderValue::from_str(hash.as_str()).map_err(|_never| Refusal::Internal)?;
    put(context, signer, head, (hash.as_str(), value));
    Ok(RequestBody::from(held))
}

/// Puts the signature's headers, in lower case as verifiers look them up. The caller's own `authorization`, if there still
/// is one, gives way: there is one place for it.
fn put(
    context: &RequestContext<'_>,
    signer: &BackendSigner,
    head: &mut request::Parts,
    (body_hash, hash_value): (&str, HeaderValue),
) {
    // Verifiers differ in which of several values they take; so there is one.
    if let Some(content_type) = head.headers.get(header::CONTENT_TYPE).cloned() {
        head.headers.insert(header::CONTENT_TYPE, content_type);
    }
    // Unique for each call, which is all that a nonce must be.
    let nonce = context.request_id.clone();
    KEPT.with_borrow_mut(|Kept { scratch, date }| {
        let seconds = traffic::now_ms().div_euclid(1000);
        if date.as_ref().is_none_or(|(date, _)| date.unix_seconds() != seconds) {
            *date = RequestDate::from_unix(seconds)
                .and_then(|date| Some((date, HeaderValue::from_str(date.as_str()).ok()?)));
        }
        // A clock beyond the year 9999 signs nothing.
        let Some((date, date_value)) = date else { return };
        let request = BackendRequest {
            method: head.method.as_str(),
            path: head.uri.path(),
            query: head.uri.query().unwrap_or_default(),
            content_type: head.headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes),
            date: date.as_str(),
            nonce: nonce.to_str().unwrap_or_default(),
            body_hash,
        };
        let key = signer.signing_key(date);
        let authorization = signing::sign_backend(scratch, &key, &signer.access_key, &request);
        if let Ok(authorization) = HeaderValue::try_from(authorization) {
            head.headers.insert(header::AUTHORIZATION, authorization);
            head.headers.insert(DATE, date_value.clone());
        }
    });
    head.headers.insert(NONCE, nonce);
    head.headers.insert(CONTENT_SHA256, hash_value);
}
