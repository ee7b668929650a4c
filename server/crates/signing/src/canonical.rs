//! The canonical request, and the forms of its parts that real clients sign.

pub(crate) mod headers;
pub(crate) mod path;
pub(crate) mod percent;
pub(crate) mod query;

use std::borrow::Cow;

use smallvec::SmallVec;

use crate::{Mismatch, Scratch};

/// One way to write a part (path, query, headers) of the canonical request.
#[derive(Clone, Debug)]
pub(crate) struct Candidate<'a, F> {
    pub(crate) form: F,
    pub(crate) text: Cow<'a, [u8]>,
    /// The part could be changed, in a way that changes what it means, without changing this text.
    pub(crate) loses: bool,
}

impl<'a, F> Candidate<'a, F> {
    pub(crate) fn borrowed(form: F, text: &'a str) -> Self {
        Self { form, text: Cow::Borrowed(text.as_bytes()), loses: false }
    }

    pub(crate) fn owned(form: F, text: Vec<u8>, loses: bool) -> Self {
        Self { form, text: Cow::Owned(text), loses }
    }
}

/// The different candidates of one part, computed when first asked for.
///
/// Forms that give the text of an earlier one are left out: for most requests all of them do.
pub(crate) struct Candidates<'a, F: 'static> {
    forms: std::slice::Iter<'static, F>,
    found: SmallVec<[Candidate<'a, F>; 2]>,
}

impl<'a, F: Copy> Candidates<'a, F> {
    pub(crate) fn new(forms: &'static [F]) -> Self {
        Self { forms: forms.iter(), found: SmallVec::new() }
    }

    /// Makes sure that candidate `index` is computed; false when there are not so many. `make` gives the candidate
    /// of a form, or none where the form does not apply.
    pub(crate) fn reach(
        &mut self,
        index: usize,
        scratch: &mut Scratch,
        make: impl Fn(F, &mut Scratch) -> Result<Option<Candidate<'a, F>>, Mismatch>,
    ) -> Result<bool, Mismatch> {
        while self.found.len() <= index {
            let Some(form) = self.forms.next() else {
                return Ok(false);
            };
            if let Some(candidate) = make(*form, scratch)? {
                if self.found.iter().any(|earlier| earlier.text == candidate.text) {
                    scratch.give_back(candidate.text);
                } else {
                    self.found.push(candidate);
                }
            }
        }
        Ok(true)
    }

    /// A candidate already [reached](Self::reach).
    pub(crate) fn get(&self, index: usize) -> Option<&Candidate<'a, F>> {
        self.found.get(index)
    }

    /// Gives the buffers back.
    pub(crate) fn release(self, scratch: &mut Scratch) {
        for candidate in self.found {
            scratch.give_back(candidate.text);
        }
    }
}

/// The canonical request, as its parts.
#[derive(Clone, Copy)]
pub(crate) struct CanonicalRequest<'a> {
    /// In upper case.
    pub(crate) method: &'a str,
    pub(crate) path: &'a [u8],
    pub(crate) query: &'a [u8],
    /// `name:value\n` for each signed header.
    pub(crate) headers: &'a [u8],
    /// Names joined by `;`.
    pub(crate) signed_headers: &'a str,
    pub(crate) body_hash: &'a str,
}

impl CanonicalRequest<'_> {
    /// The pieces before the headers, newline included; candidates that differ in headers only share them.
    pub(crate) fn head(&self) -> [&[u8]; 6] {
        [self.method.as_bytes(), b"\n", self.path, b"\n", self.query, b"\n"]
    }

    /// The pieces from the headers on.
    pub(crate) fn tail(&self) -> [&[u8]; 5] {
        [self.headers, b"\n", self.signed_headers.as_bytes(), b"\n", self.body_hash.as_bytes()]
    }

    /// The whole text, for people; octets that are not UTF-8 are replaced.
    pub(crate) fn text(&self) -> String {
        let bytes = [self.head().concat(), self.tail().concat()].concat();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// The method in upper case: some clients send `post` and sign `POST`.
pub(crate) fn canonical_method(method: &str) -> Cow<'_, str> {
    if method.bytes().any(|byte| byte.is_ascii_lowercase()) {
        Cow::Owned(method.to_ascii_uppercase())
    } else {
        Cow::Borrowed(method)
    }
}
