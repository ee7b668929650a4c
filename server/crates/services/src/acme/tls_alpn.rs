//! The certificate that answers a challenge by TLS (RFC 8737).

use domain::Secret;
use rcgen::{CertificateParams, CustomExtension, DistinguishedName, KeyPair};
use sha2::{Digest, Sha256};

/// A certificate for `domain` that signed itself and holds the hash of `key_authorization`, and its private key, both in PEM.
///
/// # Errors
/// In words for the log, when there is no randomness or the domain is no DNS name.
pub(crate) fn challenge_certificate(
    domain: &str,
    key_authorization: &str,
) -> Result<(String, Secret), String> {
    let wrong = |cause: rcgen::Error| cause.to_string();
    let mut params = CertificateParams::new([domain.to_owned()]).map_err(wrong)?;
    params.distinguished_name = DistinguishedName::new();
    let digest = Sha256::digest(key_authorization.as_bytes());
    params.custom_extensions.push(CustomExtension::new_acme_identifier(&digest));
    let key = KeyPair::generate().map_err(wrong)?;
    let certificate = params.self_signed(&key).map_err(wrong)?;
    Ok((certificate.pem(), Secret::new(key.serialize_pem())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use x509_parser::{oid_registry::asn1_rs::oid, pem::parse_x509_pem};

    #[test]
    fn it_is_for_the_domain_alone_and_has_the_hash_in_a_critical_extension() {
        let (pem, key) = challenge_certificate("shop.example.com", "token.thumbprint").unwrap();
        assert!(key.expose().starts_with("-----BEGIN PRIVATE KEY-----"));
        let (_, pem) = parse_x509_pem(pem.as_bytes()).unwrap();
        let certificate = pem.parse_x509().unwrap();
        let names = certificate.subject_alternative_name().unwrap().unwrap();
        assert_eq!(names.value.general_names.len(), 1);
        assert!(format!("{:?}", names.value.general_names[0]).contains("shop.example.com"));
        let of_acme = oid!(1.3.6.1.5.5.7.1.31);
        let proof = certificate.get_extension_unique(&of_acme).unwrap().unwrap();
        assert!(proof.critical);
        // An octet string of 32 bytes.
        let digest = Sha256::digest(b"token.thumbprint");
        assert_eq!(proof.value, [&[4, 32], digest.as_slice()].concat());
    }
}
