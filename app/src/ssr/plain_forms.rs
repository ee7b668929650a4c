//! Server functions as a browser without JavaScript (or before it is ready) calls them: a form is sent, and the answer must be
//! a page. The function runs as for any other client; then its answer becomes a redirect, and what has to be said is left in
//! the session for the next page: errors with all that was typed (secrets excepted), or a notice.
//!
//! It also gives errors of server functions their HTTP status, for all clients.

use super::{SERVER_FUNCTIONS, accepts_html, is_server_function};
use crate::{
    components::form::{GO_FIELD, NOTICE_FIELD, fill},
    contexts::{Flash, FormFlash},
    error::AppError,
    paths,
};
use axum::{
    body::{Body, Bytes, to_bytes},
    extract::Request,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header, response},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use server_fn::error::{FromServerFnError, SERVER_FN_ERROR_HEADER};
use tower_sessions::Session;

const FLASH: &str = "flash";
/// Longest request body, in bytes: a document of 2 MB, percent-encoded, fits.
const BODY_MAX: usize = 8 * 1024 * 1024;
/// What is kept of a form that was refused, in bytes; a longer field must be given again.
const TYPED_MAX: usize = 256 * 1024;

type Outcome = Result<serde_json::Value, AppError>;

/// Runs a server function; see the module's documentation.
pub(super) async fn answer(request: Request, next: Next) -> Response {
    if !is_server_function(request.uri().path()) {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_MAX).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let plain = accepts_html(&parts.headers).then(|| PlainForm {
        function: parts.uri.path().to_owned(),
        came_from: came_from(&parts.headers),
        fields: fields(&body),
        session: parts.extensions.get::<Session>().cloned(),
    });
    parts.headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    let (mut head, body) = response.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let outcome = outcome(&head, &body);
    if let Some(plain) = plain {
        return plain.redirect(&head.headers, outcome).await;
    }
    if let Err(error) = outcome {
        head.status = StatusCode::from_u16(error.status()).unwrap_or(head.status);
    }
    Response::from_parts(head, Body::from(body))
}

/// What the function answered. Anything that is no answer of a server function (an unknown path) is a bad request.
fn outcome(head: &response::Parts, body: &Bytes) -> Outcome {
    if head.headers.contains_key(SERVER_FN_ERROR_HEADER) {
        Err(AppError::de(body.clone()))
    } else if head.status.is_success() {
        Ok(serde_json::from_slice(body).unwrap_or_default())
    } else {
        Err(AppError::BadRequest)
    }
}

/// A form that was sent without JavaScript.
struct PlainForm {
    function: String,
    came_from: String,
    fields: Vec<(String, String)>,
    session: Option<Session>,
}

impl PlainForm {
    async fn redirect(self, headers: &HeaderMap, outcome: Outcome) -> Response {
        let (target, flash) = self.next_page(outcome);
        if let (Some(session), Some(flash)) = (&self.session, flash)
            && let Err(cause) = session.insert(FLASH, flash).await
        {
            tracing::error!(%cause, "what a form has to say is lost");
        }
        let mut response = Redirect::to(&target).into_response();
        for cookie in headers.get_all(header::SET_COOKIE) {
            response.headers_mut().append(header::SET_COOKIE, cookie.clone());
        }
        response
    }

    /// Where to go, and what to say there.
    fn next_page(&self, outcome: Outcome) -> (String, Option<Flash>) {
        match outcome {
            Ok(value) => {
                let go = fill(self.field(GO_FIELD), &value, paths::encode);
                let notice = fill(self.field(NOTICE_FIELD), &value, str::to_owned);
                let target = if go.is_empty() { &self.came_from } else { paths::local(&go) };
                let notice = Some(notice).filter(|notice| !notice.is_empty());
                // A form that goes nowhere shows its answer where it stands.
                let form = (go.is_empty() && !value.is_null()).then(|| self.form(Ok(value)));
                let flash = (notice.is_some() || form.is_some()).then_some(Flash { notice, form });
                (target.to_owned(), flash)
            }
            Err(AppError::SignInRequired) => (paths::sign_in_and_return(&self.came_from), None),
            Err(error) => {
                let flash = Flash { notice: None, form: Some(self.form(Err(error))) };
                (self.came_from.clone(), Some(flash))
            }
        }
    }

    fn form(&self, outcome: Outcome) -> FormFlash {
        let mut room = TYPED_MAX;
        let kept = self.fields.iter().filter(|(name, value)| {
            let keep = !is_secret(name) && !name.starts_with("__") && value.len() <= room;
            room -= if keep { value.len() } else { 0 };
            keep
        });
        FormFlash { function: self.function.clone(), typed: kept.cloned().collect(), outcome }
    }

    fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }
}

/// Passwords and secrets are typed again, never kept.
fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.contains("password") || name.contains("secret")
}

/// The page that the form stood on, as a path of this site.
fn came_from(headers: &HeaderMap) -> String {
    let referer = headers.get(header::REFERER).and_then(|value| value.to_str().ok());
    let uri = referer.and_then(|referer| referer.parse::<Uri>().ok());
    let path = uri.as_ref().and_then(|uri| uri.path_and_query()).map_or("", |path| path.as_str());
    let path = paths::local(path);
    if path.starts_with(SERVER_FUNCTIONS) { paths::OVERVIEW.to_owned() } else { path.to_owned() }
}

/// The fields of an `application/x-www-form-urlencoded` body, in their order.
fn fields(body: &[u8]) -> Vec<(String, String)> {
    let decode = |part: &[u8]| {
        let spaced: Vec<u8> =
            part.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
        percent_decode(&spaced)
    };
    body.split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| match pair.iter().position(|byte| *byte == b'=') {
            Some(at) => (decode(&pair[..at]), decode(&pair[at + 1..])),
            None => (decode(pair), String::new()),
        })
        .collect()
}

fn percent_decode(text: &[u8]) -> String {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, tail)) = rest.split_first() {
        let hex = (*first == b'%').then(|| tail.get(..2)).flatten();
        let byte = hex
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        decoded.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// What the last form left for this page; it is said once.
pub(super) async fn take_flash(session: &Session) -> Result<Flash, AppError> {
    let present = session.get_value(FLASH).await.is_ok_and(|value| value.is_some());
    if !present {
        return Ok(Flash::default());
    }
    let flash = session.remove(FLASH).await.map_err(|cause| {
        tracing::error!(%cause, "a session could not be read");
        AppError::Unavailable { reference: String::new() }
    })?;
    Ok(flash.unwrap_or_default())
}

#[cfg(test)]
#[path = "plain_forms/tests.rs"]
mod tests;
