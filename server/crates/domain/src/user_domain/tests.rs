//! What a custom domain may be called, and what its certificate covers.

use super::*;

fn certificate(names: &[&str]) -> Certificate {
    Certificate {
        subject: String::new(),
        issuer: String::new(),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        not_before: Timestamp(0),
        not_after: Timestamp(EXPIRY_WARNING_MS * 2),
        fingerprint: String::new(),
    }
}

#[test]
fn a_domain_has_two_labels_or_more_of_any_script() {
    for good in [
        "api.example.com",
        " API.Example.COM. ",
        "*.example.com",
        "例子.中国",
        "bücher.example",
        "a-b.c1d.x",
    ] {
        assert_eq!(check_domain(good), None, "{good}");
    }
    for bad in [
        "localhost",
        "a..b",
        ".example.com",
        "-a.example.com",
        "a-.example.com",
        "a_b.example.com",
        "*",
        "*.com.*",
        "a.*.com",
        "*a.example.com",
        "10.0.0.1",
        "[::1]",
        "http://example.com",
        "example.com/x",
        "example.com:80",
        "exa mple.com",
        "a.b\0c.com",
    ] {
        assert_eq!(check_domain(bad).map(|wrong| wrong.kind), Some(ErrorKind::Format), "{bad}");
    }
    assert_eq!(check_domain(" . ").map(|wrong| wrong.kind), Some(ErrorKind::Required));
    let long = format!("{}.com", "a.".repeat(200));
    assert_eq!(check_domain(&long).map(|wrong| wrong.kind), Some(ErrorKind::Length));
}

#[test]
fn a_wildcard_needs_two_labels_of_its_own() {
    assert_eq!(check_domain("*.example.com"), None);
    assert!(check_domain("*.com").is_some());
}

#[test]
fn a_name_on_the_wire_has_no_other_letters_and_no_long_labels() {
    assert_eq!(check_wire_name("xn--bcher-kva.example"), None);
    assert_eq!(check_wire_name(&format!("{}.example", "a".repeat(63))), None);
    for bad in ["bücher.example", "A.example", &format!("{}.example", "a".repeat(64))] {
        assert!(check_wire_name(bad).is_some(), "{bad}");
    }
}

#[test]
fn names_of_the_installation_are_nobodys_own() {
    let own = "apis.example.com";
    for bad in
        ["apis.example.com", "x.cn-north-1.apis.example.com", "*.apis.example.com", "*.example.com"]
    {
        assert!(check_not_own(bad, own).is_some(), "{bad}");
    }
    for good in ["example.com", "myapis.example.com", "shop.example.com", "*.shop.example.com"] {
        assert_eq!(check_not_own(good, own), None, "{good}");
    }
}

#[test]
fn a_certificate_covers_its_names_and_one_label_for_a_star() {
    let one = certificate(&["shop.example.com", "*.api.example.com"]);
    for covered in ["shop.example.com", "v1.api.example.com", "*.api.example.com"] {
        assert!(one.covers(covered), "{covered}");
    }
    for other in
        ["api.example.com", "a.v1.api.example.com", "www.example.com", "*.shop.example.com"]
    {
        assert!(!one.covers(other), "{other}");
    }
    assert!(!certificate(&["v1.api.example.com"]).covers("*.api.example.com"));
}

#[test]
fn warns_thirty_days_before_the_end() {
    let one = certificate(&[]);
    assert_eq!(one.validity(Timestamp(EXPIRY_WARNING_MS)), Validity::Valid);
    assert_eq!(one.validity(Timestamp(EXPIRY_WARNING_MS + 1)), Validity::ExpiresSoon);
    assert_eq!(one.validity(Timestamp(EXPIRY_WARNING_MS * 2 + 1)), Validity::Expired);
}

#[test]
fn what_is_no_pem_names_its_field() {
    let fields = |chain: &str, key: &str| {
        let new = NewCertificate { chain: chain.into(), private_key: Secret::new(key) };
        let broken = new.validate().err().unwrap_or_default();
        broken.into_iter().map(|wrong| wrong.field).collect::<Vec<_>>()
    };
    let (chain, key) = ("-----BEGIN CERTIFICATE-----\n", "-----BEGIN EC PRIVATE KEY-----\n");
    assert!(fields(chain, key).is_empty());
    assert_eq!(fields(key, chain), ["certificate", "privateKey"]);
    assert_eq!(fields("", " "), ["certificate", "privateKey"]);
    assert_eq!(fields(chain, "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"), ["privateKey"]);
    assert_eq!(fields(&chain.repeat(5000), key), ["certificate"]);
}

#[test]
fn debug_shows_nothing_of_the_private_key() {
    let new = NewCertificate { chain: String::new(), private_key: Secret::new("hunter2") };
    assert!(!format!("{new:?}").contains("hunter2"));
}
