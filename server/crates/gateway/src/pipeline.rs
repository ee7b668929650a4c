//! The phases of a call, in order. Each fills its part of the context, or ends the call with a refusal.

use crate::{
    body::{GatewayBody, RequestBody},
    context::RequestContext,
    entry::Entry,
    filter::{access_auth, mock},
    proxy,
    refusal::Refusal,
    respond, route,
    snapshot::ApiBackend,
};
use http::{Request, Response};

/// Answers a call, with what its backend says or with why not.
pub(crate) async fn answer(
    context: &mut RequestContext<'_>,
    request: Request<RequestBody>,
) -> Response<GatewayBody> {
    context.access = Entry::begin(context, &request);
    match phases(context, request).await {
        Ok(response) => response,
        Err(refusal) => respond::refuse(context, &refusal),
    }
}

async fn phases(
    context: &mut RequestContext<'_>,
    request: Request<RequestBody>,
) -> Result<Response<GatewayBody>, Refusal> {
    let (head, body) = request.into_parts();
    // Match route: host → group and environment, path and method → API.
    let route = route::match_route(context, &head)?;
    // A mock is answered here: it asks nobody who they are, and is never forwarded.
    let upstream = match &route.api()?.backend {
        ApiBackend::Mock(sample) => return Ok(mock::answer(context, sample)),
        ApiBackend::Http(upstream) => upstream,
    };
    proxy::check_body(context, &head, &body)?;
    // Access authorization: who calls, and whether they may.
    let body = access_auth::check(context, &route.deployment, &head, body).await?;
    // Forward, and stream the answer back. The record ends with the answer's body.
    proxy::forward(context, (upstream, route.deployment.stripped_segments), head, body).await
}
