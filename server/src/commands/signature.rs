//! `paifang signature verify`: why does my signature not match? Answered by the gateway's own code.

mod request;

use super::output;
use crate::arguments::VerifyArguments;
use domain::Secret;
use request::RawRequest;
use serde::Serialize;
use signing::{Authorization, DATE_HEADER, RequestDate, Rules, SignedRequest, SigningKey};
use std::{fs, io::Read, process::ExitCode};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// Exit code for a signature that is not valid.
const NOT_VALID: u8 = 1;
/// Exit code for input that cannot be read.
const UNREADABLE: u8 = 2;

/// How far a request's date may be from `--at`, in seconds; the gateway's default.
const CLOCK_SKEW_SECONDS: u64 = 900;

/// What the command prints. What could not be computed is `null`.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Verdict {
    valid: bool,
    algorithm: Option<&'static str>,
    canonical_request: Option<String>,
    string_to_sign: Option<String>,
    expected: Option<String>,
    received: Option<String>,
    reason: String,
}

/// Verifies the request on standard input.
pub(crate) fn verify(arguments: &VerifyArguments) -> ExitCode {
    match read(arguments) {
        Ok((secret, at, input)) => match RawRequest::parse(&input) {
            Ok(request) => {
                let verdict = judge(&request, &secret, at);
                output::json(&verdict);
                ExitCode::from(if verdict.valid { 0 } else { NOT_VALID })
            }
            Err(error) => unreadable(&format!("standard input is no HTTP/1.1 request: {error}")),
        },
        Err(problem) => unreadable(&problem),
    }
}

fn unreadable(problem: &str) -> ExitCode {
    output::problem(problem);
    ExitCode::from(UNREADABLE)
}

fn read(arguments: &VerifyArguments) -> Result<(Secret, Option<i64>, Vec<u8>), String> {
    let secret = match (&arguments.secret_key, &arguments.secret_key_file) {
        (Some(secret), _) => Secret::new(secret.clone()),
        (None, Some(file)) => {
            let text = fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))?;
            Secret::new(text.trim_end_matches(['\r', '\n']))
        }
        (None, None) => return Err("--secret-key or --secret-key-file is needed".to_owned()),
    };
    let at = arguments.at.as_deref().map(moment).transpose()?;
    let mut input = Vec::new();
    std::io::stdin().read_to_end(&mut input).map_err(|e| format!("standard input: {e}"))?;
    Ok((secret, at, input))
}

/// Seconds since 1970, from such a number or an RFC 3339 time.
fn moment(text: &str) -> Result<i64, String> {
    let seconds = text.parse::<i64>().ok();
    seconds
        .or_else(|| OffsetDateTime::parse(text, &Rfc3339).ok().map(OffsetDateTime::unix_timestamp))
        .ok_or_else(|| {
            format!("--at {text}: neither seconds since 1970 nor a time like 2019-11-22T02:40:00Z")
        })
}

fn judge(request: &RawRequest<'_>, secret: &Secret, at: Option<i64>) -> Verdict {
    let refused = |reason: String| Verdict { reason, ..Verdict::default() };
    let authorization = request.header("authorization");
    let authorization = match Authorization::parse(&authorization) {
        Ok(authorization) => authorization,
        Err(error) => return refused(said(&error, error.message())),
    };
    let date = request.header(DATE_HEADER);
    let body_hash = signing::body_hash(&request.headers, &request.body);
    let signed = SignedRequest {
        method: request.method,
        path: request.path,
        query: request.query,
        host: &request.header("host"),
        date: &date,
        headers: &request.headers,
        body_hash: &body_hash,
    };
    let key = SigningKey::for_authorization(&authorization, secret.expose().as_bytes());
    let explanation = signing::explain(&key, &authorization, &signed, Rules::default());
    let too_late = check_date(&date, at);
    let reason = match (&explanation.outcome, &too_late) {
        (Err(mismatch), _) => {
            let absent = request.absent(authorization.signed_header_names());
            said(mismatch, mismatch.message()) + &absent
        }
        (Ok(_), Err(problem)) => problem.clone(),
        (Ok(accepted), Ok(())) if accepted.leaves_bytes_unsigned => {
            "the signature matches, in a form that leaves bytes of path or query unsigned"
                .to_owned()
        }
        (Ok(_), Ok(())) => "the signature matches".to_owned(),
    };
    Verdict {
        valid: explanation.outcome.is_ok() && too_late.is_ok(),
        algorithm: Some(authorization.algorithm().name()),
        canonical_request: Some(explanation.canonical_request),
        string_to_sign: Some(explanation.string_to_sign),
        expected: Some(explanation.expected),
        received: Some(explanation.received),
        reason,
    }
}

/// A problem in words, with the message that the gateway answers.
fn said(problem: &dyn std::fmt::Display, message: &str) -> String {
    format!("{problem} (the gateway answers \"{message}\")")
}

fn check_date(date: &str, at: Option<i64>) -> Result<(), String> {
    let date = RequestDate::parse(date).map_err(|error| said(&error, error.message()))?;
    match at {
        Some(at) if !date.within(at, CLOCK_SKEW_SECONDS) => Err(format!(
            "x-jdcloud-date is {} s away from --at; {CLOCK_SKEW_SECONDS} s are allowed",
            date.unix_seconds().abs_diff(at)
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
