//! What is accepted as an `authorization` header, and how each refusal is told.

use super::*;

const SIGNATURE: &str = "43680a6abc3727410fce9ca6609ba40103cfaf465b458b9d7833291294e9bd3e";

fn header(algorithm: &str, credential: &str, signed_headers: &str, signature: &str) -> String {
    format!(
        "{algorithm} Credential={credential}, SignedHeaders={signed_headers}, Signature={signature}"
    )
}

fn valid() -> String {
    header(
        "JDCLOUD2-HMAC-SHA256",
        "AK/20191122/jdcloud-api/petstore/jdcloud2_request",
        "content-type;host",
        SIGNATURE,
    )
}

fn refusal(value: &str) -> AuthorizationError {
    Authorization::parse(value).unwrap_err()
}

#[test]
fn reads_every_part() {
    let value = valid();
    let parsed = Authorization::parse(&value).unwrap();
    assert_eq!(parsed.algorithm(), Algorithm::Jdcloud2);
    assert_eq!(parsed.access_key(), "AK");
    assert_eq!(parsed.scope(), "20191122/jdcloud-api/petstore/jdcloud2_request");
    assert_eq!(
        (parsed.date(), parsed.region(), parsed.service()),
        ("20191122", "jdcloud-api", "petstore")
    );
    assert_eq!(parsed.signed_headers(), "content-type;host");
    assert_eq!(parsed.signed_header_names().collect::<Vec<_>>(), ["content-type", "host"]);
    assert_eq!(hexadecimal::text(parsed.signature()), SIGNATURE);
}

#[test]
fn debug_does_not_show_the_signature() {
    let value = valid();
    let shown = format!("{:?}", Authorization::parse(&value).unwrap());
    assert!(
        shown.contains("AK") && !shown.contains("43680a6a") && !shown.contains("0x43"),
        "{shown}"
    );
    assert!(!shown.contains("67, 104"), "{shown}");
}

#[test]
fn white_space_and_order_of_the_parts_do_not_matter() {
    let expected = valid();
    for value in [
        valid().replace(", ", ","),
        valid().replace(", ", " \t,  ").replace("Credential=", "  Credential = "),
        format!("  {} ", valid()),
        valid().replace(SIGNATURE, &SIGNATURE.to_uppercase()),
        format!(
            "JDCLOUD2-HMAC-SHA256 Signature={SIGNATURE},SignedHeaders=content-type;host,\
             Credential=AK/20191122/jdcloud-api/petstore/jdcloud2_request"
        ),
    ] {
        assert_eq!(Authorization::parse(&value), Authorization::parse(&expected), "{value}");
    }
}

#[test]
fn a_missing_part_is_told_in_the_documented_words() {
    let message = |value: &str| refusal(value).message();
    assert_eq!(message(""), "lack of header authorization");
    assert_eq!(message(" \t "), "lack of header authorization");
    assert_eq!(message("Basic dXNlcjpwYXNz"), "lack of credential in the header authorization");
    assert_eq!(message("JDCLOUD2-HMAC-SHA256"), "lack of credential in the header authorization");
    assert_eq!(message("JDCLOUD2-HMAC-SHA256 Credential=AK/x"), "lack of header signedHeaders");
    assert_eq!(
        message("JDCLOUD2-HMAC-SHA256 Credential=AK/x, SignedHeaders=host"),
        "Invalid authentication credentials"
    );
}

#[test]
fn every_other_malformedness_has_its_error_and_one_message() {
    let scope = "20191122/r/s/jdcloud2_request";
    let with_credential =
        |credential: &str| header("JDCLOUD2-HMAC-SHA256", credential, "host", SIGNATURE);
    for credential in [
        "AK",
        "AK/",
        &format!("/{scope}"),
        &format!("A K/{scope}"),
        &format!("AK/{scope}/more"),
        "AK/20191122/r/s",
        "AK/2019112/r/s/jdcloud2_request",
        "AK/2019112x/r/s/jdcloud2_request",
        "AK/201911220/r/s/jdcloud2_request",
    ] {
        assert_eq!(
            refusal(&with_credential(credential)),
            AuthorizationError::MalformedCredential,
            "{credential}"
        );
    }
    let refused = [
        (
            header("JDCLOUD4-HMAC-SHA256", &format!("AK/{scope}"), "host", SIGNATURE),
            AuthorizationError::UnknownAlgorithm,
        ),
        (
            header("jdcloud2-hmac-sha256", &format!("AK/{scope}"), "host", SIGNATURE),
            AuthorizationError::UnknownAlgorithm,
        ),
        (
            header("JDCLOUD3-HMAC-SHA256", &format!("AK/{scope}"), "host", SIGNATURE),
            AuthorizationError::WrongTerminator,
        ),
        (with_credential("AK/20191122/r/s/aws4_request"), AuthorizationError::WrongTerminator),
        (
            valid().replace("content-type;host", "content-type; host"),
            AuthorizationError::MalformedSignedHeaders,
        ),
        (valid().replace(SIGNATURE, &SIGNATURE[1..]), AuthorizationError::MalformedSignature),
        (
            valid().replace(SIGNATURE, &format!("{SIGNATURE}00")),
            AuthorizationError::MalformedSignature,
        ),
        (valid().replace("43680a6a", "43680a6g"), AuthorizationError::MalformedSignature),
        (valid().replace(", Signature", ", Sig"), AuthorizationError::NoSignature),
        (format!("{}, Nonce=1", valid()), AuthorizationError::UnexpectedPart),
        (format!("{}, Signature={SIGNATURE}", valid()), AuthorizationError::UnexpectedPart),
        (format!("{},", valid()), AuthorizationError::UnexpectedPart),
        (valid().replace("petstore", "pet\nstore"), AuthorizationError::UnexpectedPart),
        (valid().replace("petstore", "pet\0store"), AuthorizationError::UnexpectedPart),
    ];
    for (value, error) in refused {
        assert_eq!(refusal(&value), error, "{value}");
        assert_eq!(error.message(), "Invalid authentication credentials");
    }
}

#[test]
fn signed_headers_may_repeat_and_may_be_none_but_not_too_many() {
    let with_names = |names: &str| {
        header("JDCLOUD3-HMAC-SHA256", "AK/20191122///jdcloud3_request", names, SIGNATURE)
    };
    let repeated = with_names("content-type;content-type;host");
    assert_eq!(Authorization::parse(&repeated).unwrap().signed_header_names().count(), 3);
    assert_eq!(Authorization::parse(&with_names("")).unwrap().signed_header_names().count(), 0);
    assert!(Authorization::parse(&with_names(&vec!["a"; MAX_SIGNED_HEADERS].join(";"))).is_ok());
    for count in [MAX_SIGNED_HEADERS + 1, 100_000] {
        assert_eq!(
            refusal(&with_names(&vec!["a"; count].join(";"))),
            AuthorizationError::TooManySignedHeaders
        );
    }
}

#[test]
fn region_and_service_may_be_empty() {
    let value = header("JDCLOUD3-HMAC-SHA256", "AK/20191122///jdcloud3_request", "host", SIGNATURE);
    let parsed = Authorization::parse(&value).unwrap();
    assert_eq!((parsed.region(), parsed.service()), ("", ""));
}
