//! Challenges: an authority that is about to give a custom domain its certificate looks whether it leads here (RFC 8555, 8.3).

use crate::{body::GatewayBody, context::RequestContext, respond, route};
use http::{HeaderValue, Method, Response, request};

/// What the path of such a call begins with; the token follows.
const PATH: &str = "/.well-known/acme-challenge/";

/// The answer to an authority's call; `None` to all other calls, also to ones like it that nobody waits for.
pub(crate) fn answer(
    context: &mut RequestContext<'_>,
    head: &request::Parts,
) -> Option<Response<GatewayBody>> {
    if !context.snapshot.has_http_challenges() {
        return None;
    }
    let token = head.uri.path().strip_prefix(PATH).filter(|_| head.method == Method::GET)?;
    let host = route::authority(head).ok()?;
    let text = context.snapshot.challenge_text(host, token)?;
    Some(respond::held(context, HeaderValue::from_static("application/octet-stream"), text))
}
