//! What scripts do without a browser.

use crate::support::{Output, paifang};
use serde_json::Value;
use std::{ffi::OsStr, fs, path::Path};

const VECTORS: &str = include_str!("../../crates/signing/vectors/sign-vectors.json");

fn run(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let data = [OsStr::new("--data-dir"), folder.as_os_str()];
    Output::of(paifang().args(arguments).args(data), input.as_bytes())
}

const CREATE: [&str; 5] = ["account", "create", "--email", "Ops@Example.com", "--password-stdin"];

#[test]
fn an_account_and_its_key_pair_are_made_without_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let operator = [&CREATE[..], &["--operator"]].concat();

    let created = run(folder.path(), &operator, "correct horse battery\n");
    assert_eq!(created.code, Some(0), "{created:?}");
    assert_eq!(created.stdout, "created ops@example.com (operator)\n");

    let made = run(folder.path(), &["platform-key", "create", "--email", "ops@example.com"], "");
    assert_eq!(made.code, Some(0), "{made:?}");
    let pair: Value = serde_json::from_str(&made.stdout).unwrap();
    for key in ["accessKey", "secretKey"] {
        let text = pair[key].as_str().unwrap();
        let digits = text.bytes().all(|b| b.is_ascii_digit() || (b'A'..=b'F').contains(&b));
        assert!(text.len() == 32 && digits, "{key} is {text}");
    }
    assert_ne!(pair["accessKey"], pair["secretKey"]);
}

#[test]
fn an_address_that_is_taken_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run(folder.path(), &CREATE, "correct horse battery").code, Some(0));
    let again = run(folder.path(), &CREATE, "correct horse battery");
    assert_eq!(again.code, Some(1), "{again:?}");
    assert!(again.stderr.contains("email"), "{}", again.stderr);
}

#[test]
fn a_short_password_is_refused_and_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let refused = run(folder.path(), &CREATE, "hunter2");
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(refused.stderr.contains("password"), "{}", refused.stderr);
    assert!(!refused.stderr.contains("hunter2") && !refused.stdout.contains("hunter2"));
}

#[test]
fn an_account_is_locked_and_unlocked_by_its_address() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run(folder.path(), &CREATE, "correct horse battery").code, Some(0));
    for (verb, said) in [("lock", "locked"), ("unlock", "unlocked")] {
        let done = run(folder.path(), &["account", verb, "--email", "ops@example.com"], "");
        assert_eq!(done.code, Some(0), "{done:?}");
        assert_eq!(done.stdout, format!("{said} ops@example.com\n"));
        let nobody = run(folder.path(), &["account", verb, "--email", "x@example.com"], "");
        assert_eq!((nobody.code, nobody.stdout.as_str()), (Some(1), ""), "{nobody:?}");
    }
}

#[test]
fn a_key_pair_for_nobody_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let refused = run(folder.path(), &["platform-key", "create", "--email", "x@example.com"], "");
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(1), ""), "{refused:?}");
}

#[test]
fn the_configuration_in_force_is_shown_without_passwords() {
    let shown = Output::of(
        paifang()
            .args(["config", "show", "--set", "gateway.body-limit=1MiB"])
            .env("PAIFANG_DATABASE_URL", "postgres://paifang:s3cret@db/paifang")
            .env("PAIFANG_DOMAIN", "api.example.com"),
        b"",
    );
    assert_eq!(shown.code, Some(0), "{shown:?}");
    for part in ["domain = \"api.example.com\"", "body-limit = \"1MiB\"", "paifang:…@db"] {
        assert!(shown.stdout.contains(part), "{part:?} is not in {}", shown.stdout);
    }
    assert!(!shown.stdout.contains("s3cret"));
}

/// A published vector as the request that went over the wire, with its secret.
fn vector(name: &str) -> (String, String) {
    let vectors: Vec<Value> = serde_json::from_str(VECTORS).unwrap();
    let vector = vectors.into_iter().find(|vector| vector["name"] == name).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let wire = &vector["wire"];
    let mut raw = format!("{} {} HTTP/1.1\r\n", text(&wire["method"]), text(&wire["target"]));
    for header in wire["headers"].as_array().unwrap() {
        raw += &format!("{}: {}\r\n", text(&header[0]), text(&header[1]));
    }
    (raw + "\r\n" + &text(&wire["body"]), text(&vector["sk"]))
}

fn verify(secret: &str, request: &str) -> Output {
    Output::of(paifang().args(["signature", "verify", "--secret-key", secret]), request.as_bytes())
}

#[test]
fn a_valid_signature_is_explained_with_exit_code_0() {
    let (request, secret) = vector("apim-get-path-param");
    let said = verify(&secret, &request);
    assert_eq!(said.code, Some(0), "{said:?}");
    let json: Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(json["valid"], true);
    assert_eq!(json["algorithm"], "JDCLOUD2-HMAC-SHA256");
    assert_eq!(json["expected"], json["received"]);
    assert!(json["canonicalRequest"].as_str().unwrap().starts_with("GET\n/petstore/pets/1\n"));
    assert!(json["stringToSign"].as_str().unwrap().starts_with("JDCLOUD2-HMAC-SHA256\n"));
    assert_eq!(json["reason"], "the signature matches");
}

#[test]
fn a_tampered_request_is_explained_with_exit_code_1() {
    let (request, secret) = vector("apim-get-path-param");
    let said = verify(&secret, &request.replacen("/petstore/pets/1", "/petstore/pets/2", 1));
    assert_eq!(said.code, Some(1), "{said:?}");
    let json: Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(json["valid"], false);
    assert_ne!(json["expected"], json["received"]);
    assert!(json["reason"].as_str().unwrap().contains("sign result is not same"));
}

#[test]
fn what_is_no_request_has_exit_code_2_and_no_json() {
    let said = verify("secret", "this is not HTTP\n\n");
    assert_eq!((said.code, said.stdout.as_str()), (Some(2), ""), "{said:?}");
    assert!(said.stderr.contains("no HTTP/1.1 request"), "{}", said.stderr);
}

#[test]
fn the_secret_may_come_from_a_file() {
    let (request, secret) = vector("apim-get-path-param");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    fs::write(&file, secret + "\n").unwrap();
    let verify = ["signature", "verify", "--secret-key-file"];
    let said = Output::of(paifang().args(verify).arg(&file), request.as_bytes());
    assert_eq!(said.code, Some(0), "{said:?}");
}

#[test]
fn a_wrong_command_line_has_exit_code_2() {
    for wrong in
        [&["serv"][..], &["serve", "--port=1"], &["account", "create"], &["signature", "verify"]]
    {
        let said = Output::of(paifang().args(wrong), b"");
        assert_eq!(said.code, Some(2), "{wrong:?}: {said:?}");
    }
}

#[test]
fn a_domain_that_no_group_has_cannot_be_confirmed() {
    let folder = tempfile::tempdir().unwrap();
    let refused = run(folder.path(), &["domain", "confirm", "--name", "shop.example.com"], "");
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(refused.stderr.contains("there is no such custom domain"), "{}", refused.stderr);
    let bad = run(folder.path(), &["domain", "confirm", "--name", "http://x"], "");
    assert!(bad.stderr.contains("domain: a domain name like"), "{}", bad.stderr);
}
