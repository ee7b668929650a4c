//! Signs calls as the generated SDKs do.

use bytes::Bytes;
use domain::{ApiGroup, RevealedAccessKey};
use http::{Method, Request};
use http_body_util::Full;
use signing::{Algorithm, BodyHash, RequestDate, SignedRequest, SigningKey};
use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

/// A caller with its key.
pub(crate) struct Signer<'a> {
    pub(crate) key: &'a RevealedAccessKey,
    pub(crate) group: &'a ApiGroup,
    pub(crate) host: &'a str,
}

impl Signer<'_> {
    /// A signed GET.
    pub(crate) fn get(&self, path: &str) -> Request<Full<Bytes>> {
        static NONCES: AtomicU64 = AtomicU64::new(0);
        let nonce = format!("nonce-{}", NONCES.fetch_add(1, Ordering::Relaxed));
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let date = RequestDate::from_unix(since.try_into().unwrap()).unwrap();
        let headers = [("x-jdcloud-date", date.as_str()), ("x-jdcloud-nonce", &nonce)];
        let hash = BodyHash::of(b"");
        let signed = SignedRequest {
            method: "GET",
            path,
            query: "",
            host: self.host,
            date: date.as_str(),
            headers: &headers,
            body_hash: hash.as_str(),
        };
        let secret = self.key.api_secret.as_bytes();
        let service = self.group.id.as_str();
        let key =
            SigningKey::derive(Algorithm::Jdcloud2, secret, date.day(), "cn-north-1", service);
        let names = ["host", "x-jdcloud-date", "x-jdcloud-nonce"];
        let authorization = signing::sign(&key, &self.key.api_key, &signed, &names).unwrap();
        super::request(Method::GET, self.host, path)
            .header("x-jdcloud-date", date.as_str())
            .header("x-jdcloud-nonce", &nonce)
            .header("authorization", authorization)
            .body(Full::default())
            .unwrap()
    }
}
