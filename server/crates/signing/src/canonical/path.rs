//! The forms of the path.

use super::{
    Candidate,
    percent::{Loss, Plus, decode, encode, is_unreserved},
};
use crate::{Algorithm, Scratch};

#[cfg(test)]
mod tests;

/// How a client wrote the path into its canonical request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PathForm {
    /// As received (Go, npm, Rust, .NET, C++).
    Raw,
    /// The received path encoded once more, `%20` → `%2520` (downloaded Python SDKs, PHP). Nothing is lost, but
    /// `/a%20b` in this form reads like `/a%2520b` in the raw form.
    EncodedAgain,
    /// Decoded once, then encoded by RFC 3986 (Java).
    Normalised,
    /// Decoded once with `+` as space, runs of `/` made one, then encoded: the one form of JDCLOUD3.
    Collapsed,
    /// As received but for one trailing `/` (Go gateway signer). Always leaves that byte unsigned.
    WithoutTrailingSlash,
    /// Decoded, without one trailing `/` (Go gateway signer given a decoded path). Always leaves bytes unsigned.
    Decoded,
}

/// The forms to try, in the order of likelihood.
pub(crate) fn forms(algorithm: Algorithm) -> &'static [PathForm] {
    use PathForm::{Collapsed, Decoded, EncodedAgain, Normalised, Raw, WithoutTrailingSlash};
    match algorithm {
        Algorithm::Jdcloud2 => {
            &[Raw, EncodedAgain, Normalised, Collapsed, WithoutTrailingSlash, Decoded]
        }
        Algorithm::Jdcloud3 => &[Collapsed],
    }
}

/// The path in one form; none where the form does not apply.
pub(crate) fn candidate<'a>(
    form: PathForm,
    raw: &'a str,
    scratch: &mut Scratch,
) -> Option<Candidate<'a, PathForm>> {
    let raw = if raw.is_empty() { "/" } else { raw };
    match form {
        PathForm::Raw => Some(Candidate::borrowed(form, raw)),
        PathForm::EncodedAgain => {
            let mut text = scratch.take();
            encode(raw.as_bytes(), true, &mut text);
            Some(Candidate::owned(form, text, false))
        }
        PathForm::Normalised => {
            let mut text = scratch.take();
            let loss = decode_into_scratch(raw, Plus::Itself, scratch);
            encode(&scratch.decoded, true, &mut text);
            Some(Candidate::owned(form, text, loss.slash || loss.malformed))
        }
        PathForm::Collapsed if is_collapsed(raw) => Some(Candidate::borrowed(form, raw)),
        PathForm::Collapsed => Some(collapsed(raw, scratch)),
        PathForm::WithoutTrailingSlash => without_trailing_slash(raw.as_bytes())
            .map(|text| Candidate { form, text: text.into(), loses: true }),
        PathForm::Decoded => {
            let mut text = scratch.take();
            decode(raw, Plus::Itself, &mut text);
            if without_trailing_slash(&text).is_some() {
                text.pop();
            }
            Some(Candidate::owned(form, text, true))
        }
    }
}

fn decode_into_scratch(raw: &str, plus: Plus, scratch: &mut Scratch) -> Loss {
    scratch.decoded.clear();
    decode(raw, plus, &mut scratch.decoded)
}

/// Whether the collapsed form of this path is the path itself, by a look that allocates nothing.
fn is_collapsed(raw: &str) -> bool {
    let bytes = raw.as_bytes();
    bytes.first() == Some(&b'/')
        && bytes.iter().all(|byte| is_unreserved(*byte) || *byte == b'/')
        && !bytes.windows(2).any(|pair| pair == b"//")
}

fn collapsed<'a>(raw: &str, scratch: &mut Scratch) -> Candidate<'a, PathForm> {
    let mut text = scratch.take();
    let loss = decode_into_scratch(raw, Plus::Space, scratch);
    let decoded = &mut scratch.decoded;
    let before = decoded.len();
    decoded.dedup_by(|next, previous| *next == b'/' && *previous == b'/');
    let has_root = decoded.first() == Some(&b'/');
    if !has_root {
        text.push(b'/');
    }
    encode(decoded, true, &mut text);
    let loses = loss.plus || loss.slash || loss.malformed || !has_root || decoded.len() != before;
    Candidate::owned(PathForm::Collapsed, text, loses)
}

fn without_trailing_slash(path: &[u8]) -> Option<&[u8]> {
    path.strip_suffix(b"/").filter(|rest| !rest.is_empty())
}
