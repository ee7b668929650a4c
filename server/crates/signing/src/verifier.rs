//! Verification: does the signature match any form that a real client uses?

use std::borrow::Cow;

use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::{
    Authorization, HeaderForm, PathForm, QueryForm, Scratch, SignedRequest, SigningKey,
    canonical::{Candidates, CanonicalRequest, canonical_method, headers, path, query},
    hexadecimal,
};

/// How forgiving the verifier is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Refuse a match that [leaves bytes unsigned](Accepted::leaves_bytes_unsigned).
    pub strict: bool,
}

/// A verified request: which canonical form its client used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The path's form.
    pub path: PathForm,
    /// The query's form.
    pub query: QueryForm,
    /// The header values' form.
    pub headers: HeaderForm,
    /// The client signed the host without its `:80` or `:443`.
    pub host_without_port: bool,
    /// Path or query could be changed so that they mean something else, and this form would not notice: a value's
    /// tail, a parameter or a `/` that the form drops, a `+` that it reads as a space, octets it cannot decode, `%2F`.
    /// Not counted: the order of parameters, and another spelling of the same octets (`~` and `%7E`).
    pub leaves_bytes_unsigned: bool,
    /// How many canonical requests were computed, this one included.
    pub tries: u32,
}

/// Why a request was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Mismatch {
    /// No canonical form has the received signature: another secret, or something was changed on the way.
    #[error("the signature matches no canonical form of the request")]
    Signature,
    /// A header that is listed as signed is not in the request.
    #[error("a signed header is not in the request")]
    SignedHeaderAbsent,
    /// Names and values of the signed headers exceed
    /// [`MAX_SIGNED_HEADER_BYTES`](crate::MAX_SIGNED_HEADER_BYTES).
    #[error("the signed headers are too long")]
    SignedHeadersTooLong,
    /// `x-jdcloud-date` is not of the day named in the credential.
    #[error("x-jdcloud-date is not of the day in the credential")]
    ScopeDate,
    /// The signature is right, but strict [`Rules`] refuse its form.
    #[error("the signature is right but leaves bytes of path or query unsigned")]
    BytesUnsigned(Accepted),
}

impl Mismatch {
    /// The documented message with which a gateway answers (status 401, `ACCESS_ERROR`).
    pub fn message(&self) -> &'static str {
        "sign result is not same"
    }
}

/// Verifies a request, with buffers of its own; see [`verify_with`].
///
/// # Errors
/// See [`Mismatch`].
pub fn verify(
    key: &SigningKey,
    authorization: &Authorization<'_>,
    request: &SignedRequest<'_>,
    rules: Rules,
) -> Result<Accepted, Mismatch> {
    verify_with(&mut Scratch::new(), key, authorization, request, rules)
}

/// Verifies a request.
///
/// Real clients write the canonical request differently, so a fixed number of forms is tried, the likely ones first;
/// a form is computed only when those before it did not match. Normal requests match at the first or second try.
/// The signature is compared in constant time. The clock and the nonce are the caller's to check.
///
/// # Errors
/// See [`Mismatch`].
pub fn verify_with(
    scratch: &mut Scratch,
    key: &SigningKey,
    authorization: &Authorization<'_>,
    request: &SignedRequest<'_>,
    rules: Rules,
) -> Result<Accepted, Mismatch> {
    let mut search = Search::new(authorization, request);
    let outcome = search.run(scratch, key, rules);
    search.release(scratch);
    outcome
}

/// The walk through the forms.
pub(crate) struct Search<'a> {
    authorization: &'a Authorization<'a>,
    request: &'a SignedRequest<'a>,
    method: Cow<'a, str>,
    paths: Candidates<'a, PathForm>,
    queries: Candidates<'a, QueryForm>,
    headers: Candidates<'a, headers::Form>,
    /// Which path, query and headers are in hand.
    at: [usize; 3],
    tries: u32,
}

impl<'a> Search<'a> {
    pub(crate) fn new(
        authorization: &'a Authorization<'a>,
        request: &'a SignedRequest<'a>,
    ) -> Self {
        let algorithm = authorization.algorithm();
        Self {
            authorization,
            request,
            method: canonical_method(request.method),
            paths: Candidates::new(path::forms(algorithm)),
            queries: Candidates::new(query::forms(algorithm)),
            headers: Candidates::new(headers::FORMS),
            at: [0; 3],
            tries: 0,
        }
    }

    pub(crate) fn run(
        &mut self,
        scratch: &mut Scratch,
        key: &SigningKey,
        rules: Rules,
    ) -> Result<Accepted, Mismatch> {
        if !self.request.date.starts_with(self.authorization.date()) {
            return Err(Mismatch::ScopeDate);
        }
        let mut start = key.mac();
        for piece in string_to_sign_start(self.authorization, self.request) {
            start.update(piece);
        }
        let accepted = self.find(scratch, &start)?.ok_or(Mismatch::Signature)?;
        if rules.strict && accepted.leaves_bytes_unsigned {
            return Err(Mismatch::BytesUnsigned(accepted));
        }
        Ok(accepted)
    }

    /// Tries every path with every query with every form of the headers.
    fn find(
        &mut self,
        scratch: &mut Scratch,
        start: &Hmac<Sha256>,
    ) -> Result<Option<Accepted>, Mismatch> {
        let (request, authorization) = (self.request, self.authorization);
        let make_path =
            |form, scratch: &mut Scratch| Ok(path::candidate(form, request.path, scratch));
        let make_query =
            |form, scratch: &mut Scratch| Ok(query::candidate(form, request.query, scratch));
        let make_headers = |form, scratch: &mut Scratch| {
            headers::candidate(form, authorization.signed_header_names(), request, scratch)
        };
        self.at = [0; 3];
        while self.paths.reach(self.at[0], scratch, make_path)? {
            self.at[1] = 0;
            while self.queries.reach(self.at[1], scratch, make_query)? {
                self.at[2] = 0;
                let mut head = None;
                while self.headers.reach(self.at[2], scratch, make_headers)? {
                    if let Some(accepted) = self.try_this(start, &mut head) {
                        return Ok(Some(accepted));
                    }
                    self.at[2] += 1;
                }
                self.at[1] += 1;
            }
            self.at[0] += 1;
        }
        self.at = [0; 3];
        Ok(None)
    }

    /// Compares with the signature of the candidates in hand. `head` keeps the hash up to the query for the next
    /// form of the headers.
    fn try_this(&mut self, start: &Hmac<Sha256>, head: &mut Option<Sha256>) -> Option<Accepted> {
        self.tries += 1;
        let canonical = self.canonical()?;
        let mut hash = head.get_or_insert_with(|| hash_of_head(&canonical)).clone();
        for piece in canonical.tail() {
            hash.update(piece);
        }
        let mut mac = start.clone();
        mac.update(&hexadecimal::encode(&hash.finalize().into()));
        let expected: [u8; 32] = mac.finalize().into_bytes().into();
        let is_same = bool::from(expected.ct_eq(self.authorization.signature()));
        is_same.then(|| self.accepted()).flatten()
    }

    fn accepted(&self) -> Option<Accepted> {
        let (path, query) = (self.paths.get(self.at[0])?, self.queries.get(self.at[1])?);
        let headers = self.headers.get(self.at[2])?.form;
        Some(Accepted {
            path: path.form,
            query: query.form,
            headers: headers.values,
            host_without_port: headers.host_without_port,
            leaves_bytes_unsigned: path.loses || query.loses,
            tries: self.tries,
        })
    }

    /// The canonical request of the candidates in hand: those that matched, else the first ones. None before any
    /// was computed.
    pub(crate) fn canonical(&self) -> Option<CanonicalRequest<'_>> {
        Some(CanonicalRequest {
            method: &self.method,
            path: &self.paths.get(self.at[0])?.text,
            query: &self.queries.get(self.at[1])?.text,
            headers: &self.headers.get(self.at[2])?.text,
            signed_headers: self.authorization.signed_headers(),
            body_hash: self.request.body_hash,
        })
    }

    pub(crate) fn release(self, scratch: &mut Scratch) {
        self.paths.release(scratch);
        self.queries.release(scratch);
        self.headers.release(scratch);
        scratch.finish();
    }
}

fn hash_of_head(canonical: &CanonicalRequest<'_>) -> Sha256 {
    let mut hash = Sha256::new();
    for piece in canonical.head() {
        hash.update(piece);
    }
    hash
}

/// The string to sign up to the canonical request's hash, which is its last line.
pub(crate) fn string_to_sign_start<'a>(
    authorization: &Authorization<'a>,
    request: &SignedRequest<'a>,
) -> [&'a [u8]; 6] {
    let algorithm = authorization.algorithm().name();
    [algorithm, "\n", request.date, "\n", authorization.scope(), "\n"].map(str::as_bytes)
}

#[cfg(test)]
mod tests;
