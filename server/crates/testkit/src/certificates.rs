//! Certificates for tests: an authority that issues them.

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};

/// An authority.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    der: Vec<u8>,
    pem: String,
}

/// A certificate with its key, in PEM.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The certificate.
    pub certificate: String,
    /// Its private key.
    pub private_key: String,
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}

impl Authority {
    /// A new authority, which nobody trusts yet.
    ///
    /// # Panics
    /// When there is no randomness.
    #[must_use]
    pub fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("no names are fine");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "Test Authority");
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate");
        let (der, pem) = (certificate.der().to_vec(), certificate.pem());
        Self { issuer: Issuer::new(params, key), der, pem }
    }

    /// Its own certificate, to trust.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The same in PEM.
    #[must_use]
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// A certificate for these names, valid from 2000 to 2100.
    ///
    /// # Panics
    /// When one is no DNS name.
    #[must_use]
    pub fn issue(&self, names: &[&str]) -> Issued {
        self.issue_for(names, (2000, 2100))
    }

    /// A certificate for these names, valid from the begin of one year to that of another.
    ///
    /// # Panics
    /// When one is no DNS name.
    #[must_use]
    pub fn issue_for(&self, names: &[&str], years: (i32, i32)) -> Issued {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let first = names.first().cloned().unwrap_or_default();
        let mut params = CertificateParams::new(names).expect("DNS names");
        params.distinguished_name.push(DnType::CommonName, first);
        params.not_before = date_time_ymd(years.0, 1, 1);
        params.not_after = date_time_ymd(years.1, 1, 1);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        Issued { certificate: certificate.pem(), private_key: key.serialize_pem() }
    }
}
