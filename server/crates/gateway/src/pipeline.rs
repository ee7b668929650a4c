//! The phases of a call, in order. Each fills its part of the context, or ends the call with a refusal.

use crate::{
    body::{GatewayBody, RequestBody},
    client,
    context::RequestContext,
    entry::Entry,
    filter::{
        access_auth, backend_route, cache, challenge, cors, ip_list, mock, rate_limit, validation,
    },
    function, proxy,
    refusal::Refusal,
    respond,
    route::{self, Route},
    snapshot::ApiBackend,
    upstream::Destination,
};
use http::{Response, request};

/// Answers a call, with what its backend says or with why not. The head stays where it is, and is edited there: as a part of what
/// is awaited it would be copied on each level.
pub(crate) async fn answer(
    context: &mut RequestContext<'_>,
    head: &mut request::Parts,
    body: RequestBody,
) -> Response<GatewayBody> {
    context.access = Entry::begin(context, head);
    match phases(context, head, body).await {
        Ok(response) => response,
        Err(refusal) => respond::refuse(context, &refusal),
    }
}

async fn phases(
    context: &mut RequestContext<'_>,
    head: &mut request::Parts,
    body: RequestBody,
) -> Result<Response<GatewayBody>, Refusal> {
    context.client =
        client::address(context.connection, &head.headers, &context.gateway.trusted_proxies);
    // Challenges: an authority that looks whether a custom domain leads here.
    if let Some(answer) = challenge::answer(context, head) {
        return Ok(answer);
    }
    // Match group: host → group and environment; where a canary runs, which of the two.
    let deployment = route::match_group(context, head)?;
    // CORS: a browser that asks whether a page may call is answered here.
    if let Some(answer) = cors::begin(context, &deployment, head)? {
        return Ok(answer);
    }
    // Match route: path and method → API.
    let route = route::match_api(context, deployment, head)?;
    // What no backend should be sent, no mock is asked with either.
    proxy::check_body(context, head, &body)?;
    // Dynamic routing: rules of the environment → backend.
    let backend = backend_route::choose(&route, head)?;
    // A mock asks nobody who they are, and is never forwarded.
    let destination = match backend {
        ApiBackend::Mock(sample) => {
            policies(context, &route)?;
            validate(context, &route, head, body).await?;
            return Ok(mock::answer(context, sample));
        }
        ApiBackend::Http(upstream) => Destination::One(upstream),
        ApiBackend::Several(cluster) => Destination::Several(cluster),
    };
    // Access authorization: who calls, and whether they may.
    let body = access_auth::check(context, &route.deployment, head, body).await?;
    policies(context, &route)?;
    let body = validate(context, &route, head, body).await?;
    // Response cache: what another call was answered.
    if let Some(answer) = cache::answer(context, (&route, backend), head, &body)? {
        return Ok(answer);
    }
    // A function is posted the call as an event.
    if let Some(target) = &route.api()?.function {
        let call = function::call(context, (destination, &route), target, (head, body));
        return Box::pin(call).await;
    }
    // Forward, signed where the deployment says so, and stream the answer back. The record ends with the answer's body.
    proxy::forward(context, (destination, &route), head, body).await
}

/// IP list: whether calls from there may pass. Traffic control: whether this one may pass now.
fn policies(context: &mut RequestContext<'_>, route: &Route) -> Result<(), Refusal> {
    let deployment = &route.deployment;
    ip_list::check(context, deployment.ip_list.as_ref())?;
    rate_limit::check(context, deployment, route.api)
}

/// Validation: whether the call fits the definition of its API. The body comes back, read where it was looked at.
async fn validate(
    context: &mut RequestContext<'_>,
    route: &Route,
    head: &request::Parts,
    body: RequestBody,
) -> Result<RequestBody, Refusal> {
    match &route.api()?.validation {
        None => Ok(body),
        // Boxed, so that the future of every other call does not have to have room for it.
        Some(rules) => Box::pin(validation::check(context, rules, head, body)).await,
    }
}
