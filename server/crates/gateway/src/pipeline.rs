//! The phases of a call, in order. Each fills its part of the context, or ends the call with a refusal.

use crate::{
    body::{GatewayBody, RequestBody},
    context::RequestContext,
    filter::{access_auth, backend_route, mock},
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
    // Dynamic routing: rules of the environment → backend.
    let backend = backend_route::choose(&route, &head)?;
    // A mock is answered here: it asks nobody who they are, and is never forwarded.
    let upstream = match backend {
        ApiBackend::Mock(sample) => return Ok(mock::answer(context, sample)),
        ApiBackend::Http(upstream) => upstream,
    };
    proxy::check_length(context, &body)?;
    // Access authorization: who calls, and whether they may.
    let body = access_auth::check(context, &route.deployment, &head, body).await?;
    // Forward, signed where the deployment says so, and stream the answer back. The record ends with the answer's body.
    proxy::forward(context, (upstream, &route), head, body).await
}
