//! Forward: the request to its backend, and the backend's answer back.

use crate::{
    body::{GatewayBody, RequestBody},
    coding::Coding,
    context::RequestContext,
    filter::{access_auth, backend_signature, cache, compression, mapping},
    headers::{self, ToBackend},
    passing::Passing,
    refusal::Refusal,
    respond,
    route::{self, Route},
    snapshot::mapping::Mapping,
    tunnel,
    upstream::{Destination, Sending, Sent, Upload, Upstream, UpstreamConnection},
};
use http::{Method, Request, Response, Uri, Version, request, response, uri};
use http_body::Body as _;
use hyper::body::Incoming;
use std::{mem, time::Instant};

/// Forwards a request and streams its answer back.
///
/// # Errors
/// When there is no answer of the backend, or none in time.
pub(crate) async fn forward(
    context: &mut RequestContext<'_>,
    (destination, route): (Destination<'_>, &Route),
    head: &mut request::Parts,
    mut body: RequestBody,
) -> Result<Response<GatewayBody>, Refusal> {
    let api = route.api()?;
    let mut sending = Sending::begin(context, (destination, &api.limits), head)?;
    if headers::asks_for_websocket(&head.headers) {
        // Boxed, so that the future of every other call does not have to have room for it.
        let opening = tunnel::open(context, (sending, route), head, body);
        return Box::pin(opening).await;
    }
    if route.deployment.compresses && head.method != Method::HEAD {
        context.coding = Coding::accepted(&head.headers);
    }
    let edits = (route.deployment.stripped_segments, api.mapping.as_deref());
    edit_head(context, sending.upstream(), edits, head)?;
    if let Some(signer) = &route.deployment.signer {
        body = backend_signature::sign(context, signer, head, body).await?;
    }
    let sent_at = Instant::now();
    let (upload, progress) = Upload::new(body, context.settings().body_limit, sent_at);
    if let Some(record) = &mut context.record {
        record.upload.clone_from(&progress);
    }
    let request = forwarded(head, upload);
    let Sent { response, connection } = sending.send(context, request, progress).await?;
    context.upstream_latency = Some(sent_at.elapsed());
    pass_on(context, (sending, route), response, connection)
}

/// The request of an edited head.
pub(crate) fn forwarded(head: &mut request::Parts, body: Upload) -> Request<Upload> {
    let mut request = Request::new(body);
    *request.method_mut() = mem::take(&mut head.method);
    *request.uri_mut() = mem::take(&mut head.uri);
    *request.headers_mut() = mem::take(&mut head.headers);
    request
}

/// Streams an answer back.
///
/// # Errors
/// When it is none.
pub(crate) fn pass_on(
    context: &mut RequestContext<'_>,
    (sending, route): (Sending<'_>, &Route),
    response: Response<Incoming>,
    connection: Box<UpstreamConnection>,
) -> Result<Response<GatewayBody>, Refusal> {
    let (mut head, body) = response.into_parts();
    if head.status.is_informational() {
        return Err(Refusal::UpstreamInvalid(
            "it switched to a protocol that nobody asked for".into(),
        ));
    }
    headers::from_backend(&mut head.headers);
    if let Some(mapping) = &route.api()?.mapping {
        mapping::answer(mapping, &mut head.headers);
    }
    head.version = Version::HTTP_11;
    let passing = if body.is_end_stream() { None } else { passing(context, route, &mut head) };
    let body = connection.download(body, sending.into_source());
    Ok(respond::forwarded(context, head, body, passing))
}

/// What the answer's body goes through on its way; the head then says so.
fn passing(
    context: &mut RequestContext<'_>,
    route: &Route,
    head: &mut response::Parts,
) -> Option<Box<Passing>> {
    let compresses = route.deployment.compresses;
    let encoder = compresses.then(|| compression::begin(context.coding, head)).flatten();
    let copying = context.missed.take().and_then(|missed| {
        let policy = route.api().ok()?.cache.as_deref()?;
        cache::copy(context, *missed, (policy, head))
    });
    Passing::new(encoder, copying)
}

/// Makes the received head the forwarded one.
///
/// # Errors
/// When host or path cannot be forwarded.
pub(crate) fn edit_head(
    context: &mut RequestContext<'_>,
    upstream: &Upstream,
    (stripped_segments, mapping): (usize, Option<&Mapping>),
    head: &mut request::Parts,
) -> Result<(), Refusal> {
    let host = match head.headers.get(http::header::HOST) {
        Some(host) => host.clone(),
        None => http::HeaderValue::from_str(route::authority(head)?)
            .map_err(|_not_ascii| Refusal::BadRequest("the host is not a host name"))?,
    };
    let received = mapping.is_some().then(|| head.uri.clone());
    head.uri = target(&head.uri, stripped_segments)?;
    let with = ToBackend {
        connection: context.connection,
        client: context.client_header(),
        host,
        authority: upstream.authority().clone(),
        request_id: context.request_id.clone(),
        version: head.version,
    };
    headers::to_backend(&mut head.headers, with);
    if let Some(caller) = &context.caller {
        headers::name_caller(&mut head.headers, caller.pin.clone(), caller.user_id.clone());
    }
    let deployment = context.record.as_ref().map(|record| &record.deployment);
    if let Some(policy) = deployment.and_then(|deployment| deployment.jwt.as_deref()) {
        access_auth::tell_claims(policy, context.token.as_deref(), &mut head.headers);
    }
    if let Some(entry) = &mut context.access {
        entry.forwarded(upstream.authority(), &mut head.headers);
    }
    if let (Some(mapping), Some(received)) = (mapping, received) {
        mapping::apply(mapping, &received, head)?;
    }
    head.version = Version::HTTP_11;
    Ok(())
}

/// Path and query as received, without scheme, authority and the group's prefix where that is not forwarded.
fn target(received: &Uri, stripped_segments: usize) -> Result<Uri, Refusal> {
    let is_plain = received.scheme().is_none() && received.authority().is_none();
    if stripped_segments == 0 && is_plain {
        return Ok(received.clone());
    }
    let path = route::path::without_first(received.path(), stripped_segments);
    let path_and_query = match received.query() {
        Some(query) => uri::PathAndQuery::try_from(format!("{path}?{query}")),
        None => uri::PathAndQuery::try_from(path),
    };
    path_and_query
        .map(Uri::from)
        .map_err(|_cannot_be| Refusal::BadRequest("the path cannot be forwarded"))
}

/// Refuses a body that is known to be too long, or in a coding that would be lost, before anything is done for it.
///
/// # Errors
/// When it is.
pub(crate) fn check_body(
    context: &RequestContext<'_>,
    head: &request::Parts,
    body: &RequestBody,
) -> Result<(), Refusal> {
    if body.is_end_stream() {
        Ok(())
    } else if !headers::is_framed_plainly(&head.headers) {
        Err(Refusal::NotImplemented("No transfer coding but chunked is supported"))
    } else if body.size_hint().lower() > context.settings().body_limit {
        Err(Refusal::PayloadTooLarge)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_and_query_are_forwarded_as_received() {
        for (received, stripped, forwarded) in [
            ("/petstore/pets?a=1&a=2", 0, "/petstore/pets?a=1&a=2"),
            ("/petstore/pets/a%2Fb%20c?q=%E4%BD%A0+x", 1, "/pets/a%2Fb%20c?q=%E4%BD%A0+x"),
            ("http://h:80/petstore/pets?x", 0, "/petstore/pets?x"),
            ("http://h/petstore?", 1, "/?"),
            ("/petstore", 1, "/"),
        ] {
            let target = target(&received.parse().unwrap(), stripped).unwrap();
            assert_eq!(target.to_string(), forwarded, "{received}");
        }
    }
}
