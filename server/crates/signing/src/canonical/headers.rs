//! The forms of the signed headers.

use super::Candidate;
use crate::{Mismatch, Scratch, SignedRequest};

#[cfg(test)]
mod tests;

/// The most octets of signed header names and values, repeated names counted again. It bounds the work that a
/// request with one long header, listed often, can cause.
pub const MAX_SIGNED_HEADER_BYTES: usize = 64 * 1024;

/// How a client wrote header values into its canonical request. Several values of one name are joined by `,`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HeaderForm {
    /// Without white space at either end.
    Trimmed,
    /// Trimmed, and each inner run of white space made one space.
    Compact,
    /// As received.
    Raw,
}

/// A form of the values, with the host as received or without `:80` and `:443`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Form {
    pub(crate) values: HeaderForm,
    pub(crate) host_without_port: bool,
}

const fn form(values: HeaderForm, host_without_port: bool) -> Form {
    Form { values, host_without_port }
}

/// The form in which this crate signs.
pub(crate) const FIRST: Form = form(HeaderForm::Trimmed, false);

/// The forms to try, in the order of likelihood.
pub(crate) const FORMS: &[Form] = &[
    FIRST,
    form(HeaderForm::Compact, false),
    form(HeaderForm::Raw, false),
    form(HeaderForm::Trimmed, true),
    form(HeaderForm::Compact, true),
    form(HeaderForm::Raw, true),
];

/// The canonical headers in one form; none where the form does not apply.
///
/// # Errors
/// A listed header is absent, or the whole is too long: the same for every form.
pub(crate) fn candidate<'a>(
    form: Form,
    names: impl Iterator<Item = &'a str>,
    request: &SignedRequest<'_>,
    scratch: &mut Scratch,
) -> Result<Option<Candidate<'a, Form>>, Mismatch> {
    let Some(host) = host_in(form, request.host) else {
        return Ok(None);
    };
    let mut text = scratch.take();
    let mut received = 0;
    for name in names {
        let found = write(name, form.values, &SignedRequest { host, ..*request }, &mut text);
        received += name.len() + found.ok_or(Mismatch::SignedHeaderAbsent)?;
        if received > MAX_SIGNED_HEADER_BYTES {
            return Err(Mismatch::SignedHeadersTooLong);
        }
    }
    Ok(Some(Candidate::owned(form, text, false)))
}

/// The canonical headers for people to read: first form, nothing in place of an absent header, however long.
pub(crate) fn readable<'a>(
    names: impl Iterator<Item = &'a str>,
    request: &SignedRequest<'_>,
) -> Vec<u8> {
    let mut text = Vec::new();
    for name in names {
        if text.len() > MAX_SIGNED_HEADER_BYTES {
            break;
        }
        if write(name, FIRST.values, request, &mut text).is_none() {
            text.extend_from_slice(name.as_bytes());
            text.extend_from_slice(b":\n");
        }
    }
    text
}

fn host_in(form: Form, host: &str) -> Option<&str> {
    if form.host_without_port {
        host.strip_suffix(":80").or_else(|| host.strip_suffix(":443"))
    } else {
        Some(host)
    }
}

/// Appends one header's line; the octets of its values as received, or none, with nothing written, when it is absent.
fn write(
    name: &str,
    form: HeaderForm,
    request: &SignedRequest<'_>,
    text: &mut Vec<u8>,
) -> Option<usize> {
    let start = text.len();
    text.extend_from_slice(name.as_bytes());
    text.push(b':');
    let mut received = None;
    if name == "host" {
        text.extend_from_slice(request.host.as_bytes());
        received = Some(request.host.len());
    } else if !name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        request.headers.values(name, &mut |value| {
            if received.is_some() {
                text.push(b',');
            }
            append(value, form, text);
            received = Some(received.unwrap_or(0) + value.len() + 1);
        });
    }
    match received {
        Some(_) => text.push(b'\n'),
        None => text.truncate(start),
    }
    received
}

fn append(value: &[u8], form: HeaderForm, text: &mut Vec<u8>) {
    match form {
        HeaderForm::Raw => text.extend_from_slice(value),
        HeaderForm::Trimmed => text.extend_from_slice(trim(value)),
        HeaderForm::Compact => {
            let words = value.split(|byte| is_space(*byte)).filter(|word| !word.is_empty());
            for (index, word) in words.enumerate() {
                if index > 0 {
                    text.push(b' ');
                }
                text.extend_from_slice(word);
            }
        }
    }
}

fn trim(value: &[u8]) -> &[u8] {
    let start = value.iter().position(|byte| !is_space(*byte)).unwrap_or(value.len());
    let end = value.iter().rposition(|byte| !is_space(*byte)).map_or(start, |last| last + 1);
    &value[start..end]
}

/// White space as the clients' languages see it, as far as it is ASCII.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r' | 0x1c..=0x1f)
}
