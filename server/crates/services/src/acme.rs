//! The authority that certificates come from by themselves: how it is reached, and how one is got from it (ACME, RFC 8555).

mod http;
mod order;
mod tls_alpn;

pub(crate) use self::http::Http;
pub(crate) use order::{Failure, Issued, Step};
pub(crate) use tls_alpn::challenge_certificate;

use ::http::Uri;
use domain::ChallengeKind;
use instant_acme::{Account, AccountCredentials, NewAccount};
use std::{fmt, sync::Arc, time::Duration};
use tokio::sync::{Mutex, Notify};

/// Where certificates come from, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcmeSettings {
    /// The address of the authority's directory; `https`.
    pub directory: String,
    /// An e-mail address that the authority may write to; empty for none.
    pub contact: String,
    /// Certificates in PEM that the authority's server is trusted by; empty for the system's.
    pub roots: String,
    /// How the authority is shown that a domain leads here.
    pub challenge: ChallengeKind,
    /// How long before its end a certificate is replaced.
    pub renew_before: Duration,
}

/// An authority.
#[derive(Clone)]
pub struct Acme {
    inner: Arc<Inner>,
}

struct Inner {
    settings: AcmeSettings,
    /// The host name of its server.
    host: String,
    http: Http,
    /// Held while an account is made, so that this process makes one.
    opening: Mutex<()>,
    /// Told when there may be something to do.
    woken: Notify,
}

impl fmt::Debug for Acme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Acme").field("settings", &self.inner.settings).finish_non_exhaustive()
    }
}

impl Acme {
    /// The authority of these settings. Nothing is asked of it yet.
    ///
    /// # Errors
    /// In words for a person, when the directory is no `https` address, or there is nothing to trust its server by.
    pub fn new(settings: AcmeSettings) -> Result<Self, String> {
        let directory = &settings.directory;
        let uri: Uri = directory.parse().map_err(|cause| format!("{directory}: {cause}"))?;
        let host = match (uri.scheme_str(), uri.host()) {
            (Some("https"), Some(host)) => host.to_owned(),
            _ => return Err(format!("{directory:?} is no address like https://HOST/directory")),
        };
        let http = Http::new(&settings.roots)?;
        let (opening, woken) = (Mutex::default(), Notify::new());
        Ok(Self { inner: Arc::new(Inner { settings, host, http, opening, woken }) })
    }

    pub(crate) fn settings(&self) -> &AcmeSettings {
        &self.inner.settings
    }

    /// The host name of its server.
    pub(crate) fn host(&self) -> &str {
        &self.inner.host
    }

    /// For one try, which learns by it how long the authority wants to be left alone.
    pub(crate) fn http(&self) -> Http {
        self.inner.http.for_one_try()
    }

    /// Held while an account is made.
    pub(crate) fn opening(&self) -> &Mutex<()> {
        &self.inner.opening
    }

    /// Says that there may be something to do.
    pub(crate) fn wake(&self) {
        self.inner.woken.notify_one();
    }

    /// Waits until [`wake`](Self::wake) is called; comes back at once when it was meanwhile.
    pub(crate) async fn woken(&self) {
        self.inner.woken.notified().await;
    }

    /// A new account, with what it can be used by again.
    pub(crate) async fn open_account(
        &self,
        http: Http,
    ) -> Result<(Account, AccountCredentials), instant_acme::Error> {
        let AcmeSettings { directory, contact, .. } = self.settings();
        let contact = format!("mailto:{contact}");
        let contacts: &[&str] = if contact == "mailto:" { &[] } else { &[&contact] };
        // The settings say that the terms are agreed to: without that there is no authority.
        let new = NewAccount {
            contact: contacts,
            terms_of_service_agreed: true,
            only_return_existing: false,
        };
        Account::builder_with_http(Box::new(http)).create(&new, directory.clone(), None).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(directory: &str, roots: &str) -> Result<Acme, String> {
        Acme::new(AcmeSettings {
            directory: directory.to_owned(),
            contact: String::new(),
            roots: roots.to_owned(),
            challenge: ChallengeKind::Http01,
            renew_before: Duration::from_hours(720),
        })
    }

    #[test]
    fn an_authority_is_reached_by_https_alone() {
        let authority = testkit::Authority::new();
        assert_eq!(
            of("https://ca.example.com/dir", authority.pem()).unwrap().host(),
            "ca.example.com"
        );
        for bad in ["", "ca.example.com", "http://ca.example.com/dir", "https://", "not a url"] {
            assert!(of(bad, authority.pem()).is_err(), "{bad}");
        }
        assert!(of("https://ca.example.com/dir", "no certificate").is_err());
    }
}
