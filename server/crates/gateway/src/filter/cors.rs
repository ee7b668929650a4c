//! CORS: a browser's question before a call is answered here, and every answer says which pages may read it.

use crate::{
    body::GatewayBody,
    context::RequestContext,
    headers,
    refusal::Refusal,
    respond,
    route::path,
    snapshot::{
        Deployment,
        cors::{self, Asked, Cors},
    },
};
use domain::Method;
use http::{HeaderMap, HeaderValue, Response, header, request};

/// Notes whose page calls. A question before the call (a preflight) is answered at once: a browser sends it without what
/// authorizes the call, so nobody is asked who they are; no limit counts it.
///
/// # Errors
/// When the question is of a page that may not call, or there is no API at that path.
pub(crate) fn begin(
    context: &mut RequestContext<'_>,
    deployment: &Deployment,
    head: &request::Parts,
) -> Result<Option<Response<GatewayBody>>, Refusal> {
    let Some(cors) = &deployment.cors else { return Ok(None) };
    let origin = head.headers.get(header::ORIGIN);
    context.allowed_origin = cors.allowed(origin);
    let asked = head.headers.get(header::ACCESS_CONTROL_REQUEST_METHOD);
    let (Some(_), Some(asked)) = (origin, asked.filter(|_| head.method == http::Method::OPTIONS))
    else {
        return Ok(None);
    };
    if context.allowed_origin.is_none() {
        return Err(Refusal::OriginNotAllowed);
    }
    let there = methods_of(deployment, head)?;
    if let Some(record) = &mut context.record {
        // It is counted with the API that the call would be for.
        record.api = there.iter().find(|(method, _)| asked == method.as_str()).map(|(_, api)| *api);
    }
    let methods = cors.methods.clone();
    let methods = methods.or_else(|| cors::methods(there.iter().map(|(method, _)| *method)));
    let mut answer = respond::no_content(context);
    permit(cors, answer.headers_mut(), methods, &head.headers);
    Ok(Some(answer))
}

/// The methods that a path has, each with its API.
fn methods_of(
    deployment: &Deployment,
    head: &request::Parts,
) -> Result<Vec<(Method, usize)>, Refusal> {
    let segments =
        path::split(head.uri.path()).map_err(|problem| Refusal::BadRequest(problem.message()))?;
    let there: Vec<(Method, usize)> = Method::ALL
        .iter()
        .filter_map(|method| Some((*method, deployment.routes.find_method(&segments, *method)?)))
        .collect();
    if there.is_empty() { Err(Refusal::NotFound) } else { Ok(there) }
}

/// Says what a page may send.
fn permit(cors: &Cors, answer: &mut HeaderMap, methods: Option<HeaderValue>, question: &HeaderMap) {
    if let Some(methods) = methods {
        answer.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
    }
    let names = match &cors.headers {
        Asked::None => None,
        Asked::These(names) => Some(names),
        Asked::Any => {
            headers::add_vary(answer, "access-control-request-headers");
            question.get(header::ACCESS_CONTROL_REQUEST_HEADERS)
        }
    };
    if let Some(names) = names {
        answer.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, names.clone());
    }
    answer.insert(header::ACCESS_CONTROL_MAX_AGE, cors.max_age.clone());
}

/// Says on an answer which page may read it, in the place of what its backend says of that.
pub(crate) fn finish(cors: &Cors, allowed: Option<&HeaderValue>, answer: &mut HeaderMap) {
    for name in [
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        header::ACCESS_CONTROL_ALLOW_METHODS,
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        header::ACCESS_CONTROL_MAX_AGE,
    ] {
        answer.remove(name);
    }
    if !cors.is_same_for_all() {
        headers::add_vary(answer, "origin");
    }
    let Some(origin) = allowed else { return };
    answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    if cors.credentials {
        let yes = HeaderValue::from_static("true");
        answer.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, yes);
    }
    if let Some(names) = &cors.exposed_headers {
        answer.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, names.clone());
    }
}
