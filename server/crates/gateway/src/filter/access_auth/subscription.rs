//! Subscription keys: the call carries one in a header, and is not signed.

use super::INVALID_CREDENTIALS;
use crate::{context::RequestContext, refusal::Refusal, snapshot::Deployment};
use http::{HeaderMap, HeaderName};

/// Carries the key. Never forwarded.
pub(crate) const SUBSCRIPTION_KEY: HeaderName =
    HeaderName::from_static(domain::subscription_key::HEADER);

/// A key that does not exist: what the original answers.
const NO_SUCH_KEY: &str = "lack of header authorization";

/// Checks the subscription key of a call that carries one.
///
/// # Errors
/// When it is none, is not bound to what is called, or stands there twice.
pub(super) fn check(
    context: &mut RequestContext<'_>,
    deployment: &Deployment,
    headers: &HeaderMap,
) -> Result<(), Refusal> {
    let mut values = headers.get_all(&SUBSCRIPTION_KEY).iter();
    let key = values.next().map_or(&b""[..], |value| value.as_bytes().trim_ascii());
    if values.next().is_some() {
        return Err(Refusal::access(INVALID_CREDENTIALS));
    }
    let caller = context.snapshot.subscriber(key).ok_or(Refusal::access(NO_SUCH_KEY))?;
    if !deployment.admits(caller.number) {
        return Err(Refusal::access(INVALID_CREDENTIALS));
    }
    context.caller = Some(caller);
    Ok(())
}
