use super::*;

/// Made by OpenSSL, each for these tests alone.
const RSA: &str = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAgqBkyEIi8drgUs3N5Y2ZsXKbw904Bej6c/GbpGv6RzxJj+Y3sUKfkrimsGNa1EKywqSwBk6ojTTAXOfInegfqblPpFG56sqi5XJP0KZXxB2lIBnjzicclV5ATF9kFecLHJNpXBlcbiRf0vNGH+HY9MK22peHqaF0u0wsY9hjNGmHvr9HodrU6pzVPgq/iG+2JLU+dG+5l4OLCGAc3srajTBI2+FLo8Dlz67ZAQ0BhOqtmiP40tU9Bm6WHAdfAEa5ZQjP8lYb+X3WIihp2POw2IIMWvvud7H+pZTs3Fv5Q6pTkTPtj5DJ3k3QZZOOX3guYCZKeUxFgXIUDkCh5hqgvwIDAQAB";
const RSA_PKCS1: &str = "MIIBCgKCAQEAgqBkyEIi8drgUs3N5Y2ZsXKbw904Bej6c/GbpGv6RzxJj+Y3sUKfkrimsGNa1EKywqSwBk6ojTTAXOfInegfqblPpFG56sqi5XJP0KZXxB2lIBnjzicclV5ATF9kFecLHJNpXBlcbiRf0vNGH+HY9MK22peHqaF0u0wsY9hjNGmHvr9HodrU6pzVPgq/iG+2JLU+dG+5l4OLCGAc3srajTBI2+FLo8Dlz67ZAQ0BhOqtmiP40tU9Bm6WHAdfAEa5ZQjP8lYb+X3WIihp2POw2IIMWvvud7H+pZTs3Fv5Q6pTkTPtj5DJ3k3QZZOOX3guYCZKeUxFgXIUDkCh5hqgvwIDAQAB";
const RSA_1024: &str = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC/K8FyNPGXXY7wgTuhN/fBBelG+Gzd52GOPwpwirgh8lzpf59dXulF3FKbQJGPYhyoxBZ6gv1RZ9y2BzihVC7VGsE8rZtDshHFCCsNAbsqyhH9zA4vdBTAE7ZJjNxuk7lUVLVfRwg/dHx+xMcypoVGC5Y8yFQLP8DkG+q2gsgF6wIDAQAB";
const P256: &str = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEvky9e6fEzjNixSeHOn3+UCcxZZkst2GDIQI6L+9ElazAvX0jjh4EpmcwnMKw2o6PTPjHECUEkziSjCf0uxHWLQ==";
const P384: &str = "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEoXNRqQd7RdBsHF2ptiYuDE0Atfeo10Q/kV1MT/1YQZxakIFEETTBJMEL5SSV68mtbKDPnx9rYroGdesoEqEU51aIDv80W+rFDG2NDJmSn7854DNaoM4F9yS0BpJAsmPx";
const ED25519: &str = "MCowBQYDK2VwAyEAPoOoI8dm2TutJQvkRP8MgH17CUhxlXI95zip3JsjkQw=";

fn pem(label: &str, body: &str) -> String {
    format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n")
}

fn key(body: &str) -> Result<PublicKey, DomainError> {
    pem("PUBLIC KEY", body).parse()
}

#[test]
fn a_key_says_which_algorithm_it_is_for() {
    for (body, algorithm) in
        [(RSA, JwtAlgorithm::Rs256), (P256, JwtAlgorithm::Es256), (ED25519, JwtAlgorithm::EdDsa)]
    {
        assert_eq!(key(body).unwrap().algorithm(), algorithm);
    }
}

#[test]
fn both_forms_of_an_rsa_key_are_the_same_key() {
    let bare: PublicKey = pem("RSA PUBLIC KEY", RSA_PKCS1).parse().unwrap();
    assert_eq!(bare.material(), key(RSA).unwrap().material());
    let PublicKeyMaterial::Rsa { modulus, exponent } = bare.material() else {
        panic!("it is an RSA key")
    };
    assert_eq!((modulus.len(), exponent.as_slice()), (256, [1, 0, 1].as_slice()));
}

#[test]
fn however_its_lines_are_broken_it_is_written_in_one_way_and_read_again() {
    let broken = pem("PUBLIC KEY", &format!("{}\r\n  {}\r\n", &RSA[..10], &RSA[10..]));
    let parsed: PublicKey = broken.parse().unwrap();
    assert_eq!(parsed, key(RSA).unwrap());
    assert!(parsed.as_str().lines().all(|line| line.len() <= 64));
    assert_eq!(parsed.as_str().parse::<PublicKey>().unwrap(), parsed);
}

#[test]
fn keys_that_are_too_short_or_of_another_kind_are_refused() {
    let half = &RSA[..200];
    for body in [RSA_1024, P384, half, "", "%%%%", "AAAA"] {
        assert_eq!(key(body).unwrap_err().field, "jwtPublicKey", "{body}");
    }
    assert!(pem("CERTIFICATE", RSA).parse::<PublicKey>().is_err());
    assert!(RSA.parse::<PublicKey>().is_err());
    assert_eq!("".parse::<PublicKey>().unwrap_err().kind, ErrorKind::Required);
}

#[test]
fn a_private_key_is_refused_by_name_and_not_repeated() {
    let refused = pem("PRIVATE KEY", "c2VjcmV0").parse::<PublicKey>().unwrap_err();
    assert!(refused.message.contains("private key") && !refused.message.contains("c2Vj"));
}

#[test]
fn nothing_may_follow_the_key() {
    let mut der = STANDARD.decode(ED25519).unwrap();
    assert!(subject(&der).is_some());
    for cut in 0..der.len() {
        assert_eq!(subject(&der[..cut]), None);
    }
    der.push(0);
    assert_eq!(subject(&der), None);
}
