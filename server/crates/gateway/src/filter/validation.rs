//! Validation: whether a call fits the definition of its API. What is told of one that does not names the parameter, or the place
//! in the body, and the rule; never the value.

use super::access_auth::hold_body;
use crate::{
    body::RequestBody,
    context::RequestContext,
    refusal::Refusal,
    route::query,
    snapshot::validation::{CheckedParameter, Place, Validation},
};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header, request};
use http_body::Body as _;
use schema::{JsonProblem, Schema};
use smallvec::SmallVec;
use std::{borrow::Cow, sync::atomic::Ordering};

/// Most parameters that an answer tells of.
const TOLD_MAX: usize = 5;
/// Largest body in which the place is told that does not fit: looking for it can take some hundred times as much memory.
const EXPLAINED_MAX: usize = 64 * 1024;

/// A parameter of the query: its name as it reads, and all of it as it was received.
type Pair<'a> = (Cow<'a, [u8]>, &'a str);

/// What does not fit.
enum Misfit {
    /// A parameter, or the body.
    Content(String),
    /// The kind of the body.
    MediaType(&'static str),
}

/// Checks a call. The body comes back, read where it was looked at.
///
/// # Errors
/// When the call does not fit, and those are refused; or the body cannot be read.
pub(crate) async fn check(
    context: &mut RequestContext<'_>,
    rules: &Validation,
    head: &request::Parts,
    body: RequestBody,
) -> Result<RequestBody, Refusal> {
    let misfit = parameters(rules, head).map(Misfit::Content);
    let (misfit, body) = match (&rules.body, misfit) {
        (Some(schema), None) => look_at_body(context, schema, &head.headers, body).await?,
        (_, misfit) => (misfit, body),
    };
    let Some(misfit) = misfit else { return Ok(body) };
    context.worker.counts.misfits[usize::from(rules.refuses)].fetch_add(1, Ordering::Relaxed);
    let told = match &misfit {
        Misfit::Content(told) => told.as_str(),
        Misfit::MediaType(told) => told,
    };
    context.misfit = context.access.is_some().then(|| told.into());
    if !rules.refuses {
        return Ok(body);
    }
    if let Some(record) = &mut context.record {
        record.bytes_in = body.held().map_or(0, |held| held.len() as u64);
    }
    match misfit {
        Misfit::Content(told) => Err(Refusal::Misfit(told)),
        Misfit::MediaType(told) => Err(Refusal::UnsupportedMediaType(told)),
    }
}

/// What is wrong with the parameters.
fn parameters(rules: &Validation, head: &request::Parts) -> Option<String> {
    let raw = if rules.looks_at_query { head.uri.query().unwrap_or_default() } else { "" };
    let pairs: SmallVec<[Pair<'_>; 8]> = query::pairs(raw).collect();
    let mut told = String::new();
    let mut count = 0;
    for parameter in &rules.parameters {
        let Some(rule) = misfit(parameter, head, &pairs) else { continue };
        count += 1;
        if count > TOLD_MAX {
            told.push_str("; and more");
            break;
        }
        let place = match parameter.place {
            Place::Segment(_) => "path",
            Place::Query => "query",
            Place::Header(_) => "header",
        };
        let separator = if told.is_empty() { "" } else { "; " };
        told.extend([separator, place, " parameter ", &parameter.name, ": ", &rule]);
    }
    (count > 0).then_some(told)
}

/// Which rule a call breaks with a parameter.
fn misfit(
    parameter: &CheckedParameter,
    head: &request::Parts,
    pairs: &[Pair<'_>],
) -> Option<String> {
    let mut is_there = false;
    let mut look = |value: &[u8]| {
        is_there = true;
        parameter.misfit(value)
    };
    let broken = match &parameter.place {
        Place::Segment(index) => {
            let segment = head.uri.path().split('/').nth(index + 1).unwrap_or_default();
            look(&query::decoded(segment, false))
        }
        Place::Query => pairs
            .iter()
            .filter(|(name, _)| **name == *parameter.name.as_bytes())
            .find_map(|(_, pair)| look(&query::value_of(pair))),
        Place::Header(name) => {
            head.headers.get_all(name).iter().find_map(|value| look(value.as_bytes()))
        }
    };
    let is_missing = parameter.required && !is_there;
    broken.or_else(|| is_missing.then(|| "it is required".to_owned()))
}

/// Reads the body and checks it.
async fn look_at_body(
    context: &mut RequestContext<'_>,
    schema: &Schema,
    headers: &HeaderMap,
    body: RequestBody,
) -> Result<(Option<Misfit>, RequestBody), Refusal> {
    if body.is_end_stream() {
        let told = "request body: it is required".to_owned();
        return Ok((Some(Misfit::Content(told)), body));
    }
    if let Some(told) = media_type(headers) {
        return Ok((Some(Misfit::MediaType(told)), body));
    }
    let held = match body.held() {
        Some(held) => held.clone(),
        None => hold(context, body).await?,
    };
    let misfit = content(schema, &held).map(Misfit::Content);
    Ok((misfit, RequestBody::from(held)))
}

async fn hold(context: &mut RequestContext<'_>, body: RequestBody) -> Result<Bytes, Refusal> {
    let settings = context.settings();
    let (limit, idle) = (settings.body_limit, settings.timeouts.body_idle);
    hold_body(body, limit, idle, &context.gateway.held_bodies).await
}

/// Why a body is of no kind that can be checked.
fn media_type(headers: &HeaderMap) -> Option<&'static str> {
    let coded = |value: &HeaderValue| !value.as_bytes().eq_ignore_ascii_case(b"identity");
    if headers.get_all(header::CONTENT_ENCODING).iter().any(coded) {
        return Some("request body: it is compressed, and so cannot be checked");
    }
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let is_json = types.next().is_some_and(is_json) && types.next().is_none();
    (!is_json).then_some("request body: its Content-Type is not application/json")
}

/// `application/json`, or a type that ends in `+json`.
fn is_json(value: &HeaderValue) -> bool {
    let Ok(text) = value.to_str() else { return false };
    let essence = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || essence.ends_with("+json")
}

/// What is wrong with a body.
fn content(schema: &Schema, body: &[u8]) -> Option<String> {
    let value = match schema::parse(body) {
        Ok(value) => value,
        Err(JsonProblem::Syntax { line, column }) => {
            return Some(format!("request body: it is not JSON: line {line}, column {column}"));
        }
        Err(JsonProblem::Duplicate { line, column }) => {
            return Some(format!(
                "request body: a member is named twice: line {line}, column {column}"
            ));
        }
    };
    let mismatch = schema.check(&value, body.len() <= EXPLAINED_MAX).err()?;
    let place = if mismatch.pointer.is_empty() { "" } else { " " };
    Some(format!("request body{place}{}: {}", mismatch.pointer, mismatch.rule))
}
