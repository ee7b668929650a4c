//! The bundle and the static files: from the binary (feature `embed`) or, in development, from the built site's folder.
//!
//! Read once at the start: their names are written into every page.

#[cfg(feature = "embed")]
mod embedded;
#[cfg(not(feature = "embed"))]
mod folder;

use app::Bundle;
use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// Names in this folder carry a hash of their content: another content is another address.
const HASHED: &str = "pkg/";
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Files with fixed names are asked for again after a while; the ETag makes that cheap.
const FOR_A_WHILE: &str = "public, max-age=300";

/// The codings that files are kept in, the smallest first, with the ending of their names.
const CODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// All files that the console serves besides its pages.
#[derive(Debug, Default)]
pub(crate) struct Assets {
    files: HashMap<String, Asset>,
}

/// One file.
#[derive(Debug)]
struct Asset {
    content: Bytes,
    /// Compressed copies, in the order of [`CODINGS`].
    compressed: Vec<(&'static str, Bytes)>,
    content_type: HeaderValue,
    etag: HeaderValue,
}

impl Assets {
    /// Reads them all.
    pub(crate) fn load() -> Self {
        #[cfg(feature = "embed")]
        let files = embedded::files();
        #[cfg(not(feature = "embed"))]
        let files = folder::files();
        Self::from_files(files)
    }

    fn from_files(mut contents: HashMap<String, Bytes>) -> Self {
        let is_copy = |name: &String| CODINGS.iter().any(|(_, ending)| name.ends_with(ending));
        let names: Vec<String> = contents.keys().filter(|name| !is_copy(name)).cloned().collect();
        let mut files = HashMap::new();
        for name in names {
            let compressed = CODINGS
                .iter()
                .filter_map(|(coding, ending)| {
                    Some((*coding, contents.remove(&format!("{name}{ending}"))?))
                })
                .collect();
            if let Some(content) = contents.remove(&name) {
                files.insert(name.clone(), Asset::new(&name, content, compressed));
            }
        }
        Self { files }
    }

    /// The names of the bundle's files; `None` when the site was not built.
    pub(crate) fn bundle(&self) -> Option<Bundle> {
        let find = |ending: &str| {
            let mut names = self.files.keys().filter_map(|name| name.strip_prefix(HASHED));
            names.find(|name| name.ends_with(ending) && !name.contains('/')).map(str::to_owned)
        };
        Some(Bundle { js: find(".js")?, wasm: find(".wasm")?, css: find(".css")? })
    }

    /// The file at `path`, when there is one; 404 for a missing one of the bundle, which no page can stand in for.
    pub(crate) fn get(&self, path: &str, headers: &HeaderMap) -> Option<Response> {
        let name = path.strip_prefix('/')?;
        match self.files.get(name) {
            Some(asset) => Some(asset.respond(name.starts_with(HASHED), headers)),
            None => name.starts_with(HASHED).then(|| StatusCode::NOT_FOUND.into_response()),
        }
    }
}

impl Asset {
    fn new(name: &str, content: Bytes, compressed: Vec<(&'static str, Bytes)>) -> Self {
        let mime = mime_guess::from_path(name).first_or_octet_stream();
        let charset = if mime.type_() == "text" { "; charset=utf-8" } else { "" };
        let hash = hex::encode(&Sha256::digest(&content)[..16]);
        let value = |text: String| {
            HeaderValue::try_from(text)
                .unwrap_or(HeaderValue::from_static("application/octet-stream"))
        };
        Self {
            content_type: value(format!("{mime}{charset}")),
            etag: value(format!("\"{hash}\"")),
            content,
            compressed,
        }
    }

    fn respond(&self, hashed_name: bool, headers: &HeaderMap) -> Response {
        let cache = HeaderValue::from_static(if hashed_name { FOR_EVER } else { FOR_A_WHILE });
        let (content, coding) = self
            .compressed
            .iter()
            .find(|(coding, _)| accepts(headers, coding))
            .map_or((&self.content, None), |(coding, content)| (content, Some(*coding)));
        // A weak tag: the same for all codings of one content.
        let etag =
            HeaderValue::from_maybe_shared(Bytes::from([b"W/", self.etag.as_bytes()].concat()));
        let mut common = vec![
            (header::CACHE_CONTROL, cache),
            (header::VARY, HeaderValue::from_static("accept-encoding")),
        ];
        common.extend(etag.ok().map(|etag| (header::ETAG, etag)));
        if self.is_known(headers) {
            return with_headers(StatusCode::NOT_MODIFIED, common, Body::empty());
        }
        common.push((header::CONTENT_TYPE, self.content_type.clone()));
        common.extend(coding.map(|c| (header::CONTENT_ENCODING, HeaderValue::from_static(c))));
        with_headers(StatusCode::OK, common, Body::from(content.clone()))
    }

    /// Whether the browser has it already.
    fn is_known(&self, headers: &HeaderMap) -> bool {
        let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|v| v.to_str().ok());
        let own = self.etag.to_str().unwrap_or_default();
        known
            .flat_map(|list| list.split(','))
            .map(str::trim)
            .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == own)
    }
}

fn with_headers(
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Body,
) -> Response {
    let mut response = (status, body).into_response();
    response.headers_mut().extend(headers);
    response
}

/// Whether the browser takes this coding (a quality of 0 means that it does not).
fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    let lists = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|v| v.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|entry| {
        let (name, quality) = entry.split_once(';').unwrap_or((entry, ""));
        let quality = quality.trim().strip_prefix("q=").map(str::parse::<f32>);
        name.trim().eq_ignore_ascii_case(coding)
            && !matches!(quality, Some(Ok(quality)) if quality <= 0.0)
    })
}

#[cfg(test)]
mod tests;
