//! Mock: the answer is a sample of the response's format.

use crate::{body::GatewayBody, context::RequestContext, respond, snapshot::Sample};
use http::Response;

/// Answers with the sample.
pub(crate) fn answer(context: &mut RequestContext<'_>, sample: &Sample) -> Response<GatewayBody> {
    respond::held(context, sample.content_type.clone(), sample.body.clone())
}
