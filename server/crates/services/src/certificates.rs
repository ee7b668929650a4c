//! Certificates: what is in one, and whether it can serve a domain.

use domain::{
    Certificate, DomainError, ErrorKind, NewCertificate, Timestamp,
    error::{Violations, check},
};
use rustls::{
    crypto::ring::sign::any_supported_type,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    sign::CertifiedKey,
};
use sha2::{Digest, Sha256};
use x509_parser::{
    certificate::X509Certificate, extensions::GeneralName, prelude::FromDer, x509::X509Name,
};

/// Certificates of one chain at most: an authority's has three or four.
const CHAIN_MAX: usize = 10;

/// What is in the certificate.
///
/// # Errors
/// Every broken rule of `certificate` and `privateKey`: they do not parse or do not fit, it is not valid now or not for
/// `domain`, or its chain is out of order.
pub(crate) fn inspect(
    new: &NewCertificate,
    domain: &str,
    now: Timestamp,
) -> Result<Certificate, Violations> {
    new.validate()?;
    let mut violations = Violations::new();
    let chain = chain(&new.chain).map_err(|wrong| violations.push(wrong)).ok();
    let key = private_key(new).map_err(|wrong| violations.push(wrong)).ok();
    check(violations)?;
    let (Some(chain), Some(key)) = (chain, key) else { return Err(Violations::new()) };
    let certificate = read(&chain).map_err(|wrong| vec![wrong])?;
    let mut violations = Violations::new();
    violations.extend(check_use(&certificate, domain, now));
    let key = any_supported_type(&key).map_err(|_unsupported| vec![unusable_key()])?;
    // Also reads the certificate as the gateway will.
    match CertifiedKey::new(chain, key).keys_match() {
        Ok(()) => {}
        Err(rustls::Error::InconsistentKeys(_)) => violations.push(other_key()),
        Err(_malformed) => violations.push(unreadable()),
    }
    check(violations).map(|()| certificate)
}

fn chain(pem: &str) -> Result<Vec<CertificateDer<'static>>, DomainError> {
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    match chain {
        Ok(chain) if chain.len() > CHAIN_MAX => Err(wrong(
            "certificate",
            format!("at most {CHAIN_MAX} certificates"),
            format!("证书链最多包含{CHAIN_MAX}个证书"),
        )),
        Ok(chain) if !chain.is_empty() => Ok(chain),
        _ => Err(unreadable()),
    }
}

fn private_key(new: &NewCertificate) -> Result<PrivateKeyDer<'static>, DomainError> {
    let pem = new.private_key.expose().as_bytes();
    PrivateKeyDer::from_pem_slice(pem).map_err(|_unreadable| unusable_key())
}

/// The first of the chain, when each is issued by the next.
fn read(chain: &[CertificateDer<'_>]) -> Result<Certificate, DomainError> {
    let parsed: Option<Vec<X509Certificate<'_>>> = chain.iter().map(parse).collect();
    let parsed = parsed.ok_or_else(unreadable)?;
    let follows = |pair: &[X509Certificate<'_>]| match pair {
        [one, next] => one.issuer().as_raw() == next.subject().as_raw(),
        _ => true,
    };
    if !parsed.windows(2).all(follows) {
        return Err(wrong(
            "certificate",
            "the domain's certificate first, then each one that issued the one before",
            "请先放域名证书，再依次放签发它的上级证书",
        ));
    }
    let (Some(der), Some(first)) = (chain.first(), parsed.first()) else {
        return Err(unreadable());
    };
    Ok(Certificate {
        subject: shown(first.subject()),
        issuer: shown(first.issuer()),
        names: names(first).ok_or_else(unreadable)?,
        not_before: at(first.validity().not_before.timestamp()),
        not_after: at(first.validity().not_after.timestamp()),
        fingerprint: fingerprint(der),
    })
}

fn parse<'a>(der: &'a CertificateDer<'_>) -> Option<X509Certificate<'a>> {
    match X509Certificate::from_der(der) {
        Ok(([], certificate)) => Some(certificate),
        _ => None,
    }
}

/// The DNS names that it is valid for; clients look at nothing else.
fn names(certificate: &X509Certificate<'_>) -> Option<Vec<String>> {
    let Some(extension) = certificate.subject_alternative_name().ok()? else {
        return Some(Vec::new());
    };
    let name = |name: &GeneralName<'_>| match name {
        GeneralName::DNSName(name) => Some(name.to_ascii_lowercase()),
        _ => None,
    };
    Some(extension.value.general_names.iter().filter_map(name).collect())
}

fn shown(name: &X509Name<'_>) -> String {
    name.to_string()
}

fn at(unix_seconds: i64) -> Timestamp {
    Timestamp(unix_seconds.saturating_mul(1000))
}

fn fingerprint(der: &[u8]) -> String {
    let bytes = Sha256::digest(der);
    let bytes: Vec<String> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    bytes.join(":")
}

/// Whether clients will take it for `domain` now.
fn check_use(certificate: &Certificate, domain: &str, now: Timestamp) -> Option<DomainError> {
    let Certificate { not_before, not_after, .. } = certificate;
    if now > *not_after {
        return Some(wrong(
            "certificate",
            format!("expired at {not_after} UTC"),
            format!("证书已于{not_after}（UTC）过期"),
        ));
    }
    if now < *not_before {
        return Some(wrong(
            "certificate",
            format!("not valid before {not_before} UTC"),
            format!("证书自{not_before}（UTC）起生效"),
        ));
    }
    (!certificate.covers(domain)).then(|| {
        let names = certificate.names.join(", ");
        wrong(
            "certificate",
            format!("valid for {domain}; this one is for {names}"),
            format!("证书须适用于{domain}，该证书适用于：{names}"),
        )
    })
}

fn wrong(field: &str, rule: impl Into<String>, rule_zh: impl Into<String>) -> DomainError {
    DomainError::new(ErrorKind::Format, field, rule, rule_zh)
}

fn unreadable() -> DomainError {
    wrong(
        "certificate",
        "X.509 certificates in PEM; this cannot be read",
        "无法读取证书，请检查PEM内容",
    )
}

fn unusable_key() -> DomainError {
    wrong(
        "privateKey",
        "a private key in PEM: RSA from 2048 bits, ECDSA P-256, P-384, or Ed25519",
        "无法使用该私钥：仅支持PEM格式的RSA（2048位及以上）、ECDSA P-256、P-384或Ed25519私钥",
    )
}

fn other_key() -> DomainError {
    wrong("privateKey", "the key of this certificate; this one is of another", "私钥与证书不匹配")
}
