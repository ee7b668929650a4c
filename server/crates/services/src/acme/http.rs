//! HTTP to an authority's server: over TLS, bounded in time and size.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, StatusCode, header};
use http_body_util::{BodyExt as _, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use instant_acme::{BodyWrapper, BytesResponse, Error, HttpClient};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring::default_provider,
    pki_types::{CertificateDer, pem::PemObject},
};
use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};
use tokio::time::timeout;

/// How long one answer may take.
const ANSWER_LIMIT: Duration = Duration::from_secs(30);
/// Longest answer, in bytes: a chain of certificates has some ten thousand.
const ANSWER_MAX: usize = 1024 * 1024;
/// What it says that it is.
const AGENT: HeaderValue = HeaderValue::from_static(concat!("Paifang/", env!("CARGO_PKG_VERSION")));

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Speaks to the server of an authority.
#[derive(Clone)]
pub(crate) struct Http {
    client: Client<HttpsConnector<HttpConnector>, BodyWrapper<Bytes>>,
    /// How long the server wanted to be left alone when it last refused.
    retry_after: Arc<Mutex<Option<Duration>>>,
}

impl Http {
    /// Trusts the certificates in `roots` (PEM), or without any those of the system.
    ///
    /// # Errors
    /// In words for a person, when there are none.
    pub(super) fn new(roots: &str) -> Result<Self, String> {
        let roots = if roots.is_empty() { system_roots()? } else { own_roots(roots)? };
        let tls = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|cause| cause.to_string())?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let connector =
            HttpsConnectorBuilder::new().with_tls_config(tls).https_only().enable_http1().build();
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Ok(Self { client, retry_after: Arc::default() })
    }

    /// The same, which has heard nothing yet.
    pub(super) fn for_one_try(&self) -> Self {
        Self { client: self.client.clone(), retry_after: Arc::default() }
    }

    /// How long the server wanted to be left alone when it last refused.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        *self.retry_after.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn exchange(self, request: Request<BodyWrapper<Bytes>>) -> Result<BytesResponse, Cause> {
        let (parts, body) = self.client.request(request).await?.into_parts();
        if matches!(parts.status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
            let asked = asked_rest(&parts.headers, SystemTime::now());
            *self.retry_after.lock().unwrap_or_else(PoisonError::into_inner) = asked;
        }
        let body = Limited::new(body, ANSWER_MAX).collect().await?.to_bytes();
        Ok(BytesResponse { parts, body: Box::new(body) })
    }
}

impl HttpClient for Http {
    fn request(
        &self,
        mut request: Request<BodyWrapper<Bytes>>,
    ) -> Pin<Box<dyn Future<Output = Result<BytesResponse, Error>> + Send>> {
        request.headers_mut().insert(header::USER_AGENT, AGENT);
        let answer = timeout(ANSWER_LIMIT, self.clone().exchange(request));
        Box::pin(async move {
            match answer.await {
                Ok(answer) => answer.map_err(Error::Other),
                Err(_elapsed) => {
                    Err(Error::Other(format!("no answer within {ANSWER_LIMIT:?}").into()))
                }
            }
        })
    }
}

/// `Retry-After`, in seconds or as a date.
fn asked_rest(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    match text.parse() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_no_number) => httpdate::parse_http_date(text).ok()?.duration_since(now).ok(),
    }
}

fn own_roots(pem: &str) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        let certificate = certificate.map_err(|cause| cause.to_string())?;
        roots.add(certificate).map_err(|cause| cause.to_string())?;
    }
    if roots.is_empty() {
        Err("there is no certificate in PEM in it".to_owned())
    } else {
        Ok(roots)
    }
}

fn system_roots() -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return Err("this system trusts no authority; name the one to trust".to_owned());
    }
    Ok(roots)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rest_is_asked_for_in_seconds_or_until_a_date() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_574_390_400);
        let asked = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::RETRY_AFTER, text.parse().unwrap());
            asked_rest(&headers, now)
        };
        assert_eq!(asked(" 90 "), Some(Duration::from_secs(90)));
        assert_eq!(asked("Fri, 22 Nov 2019 02:41:00 GMT"), Some(Duration::from_secs(60)));
        assert_eq!(asked("Fri, 22 Nov 2019 02:39:00 GMT"), None);
        assert_eq!(asked("later"), None);
        assert_eq!(asked_rest(&HeaderMap::new(), now), None);
    }
}
