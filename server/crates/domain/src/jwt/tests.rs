use super::*;
use crate::{
    api_group::{ApiGroupPatch, AuthType, GroupSettings},
    secret::Secret,
};

fn settings() -> JwtSettings {
    JwtSettings {
        issuer: "https://issuer.example.com/".to_owned(),
        audiences: vec!["petstore".to_owned()],
        scopes: Vec::new(),
        keys: JwtKeys::Jwks { url: "https://issuer.example.com/keys".parse().unwrap() },
        leeway_seconds: LEEWAY,
        claims: vec![claim("sub", "X-User")],
        forward_token: true,
    }
}

fn claim(claim: &str, header: &str) -> ClaimHeader {
    ClaimHeader { claim: claim.to_owned(), header: header.to_owned() }
}

fn broken(change: impl FnOnce(&mut JwtSettings)) -> Vec<String> {
    let mut settings = settings();
    change(&mut settings);
    let mut violations = Violations::new();
    settings.check(&mut violations);
    violations.into_iter().map(|broken| broken.field).collect()
}

fn patch(auth_type: AuthType, jwt: Option<JwtSettings>, secret: Option<&str>) -> ApiGroupPatch {
    ApiGroupPatch {
        name: "PetStore".to_owned(),
        description: String::new(),
        settings: GroupSettings { auth_type, jwt, ..GroupSettings::default() },
        jwt_secret: secret.map(Secret::new),
    }
}

fn fields(patch: &ApiGroupPatch) -> Vec<String> {
    patch.validate().err().unwrap_or_default().into_iter().map(|broken| broken.field).collect()
}

#[test]
fn an_issuer_is_required_and_all_broken_rules_are_told() {
    assert_eq!(broken(|_| {}), [""; 0]);
    let all = broken(|settings| {
        settings.issuer.clear();
        settings.audiences.push(String::new());
        settings.scopes.push("a\nb".to_owned());
        settings.leeway_seconds = LEEWAY_MAX + 1;
        settings.claims.push(claim("", "x-USER"));
    });
    assert_eq!(
        all,
        [
            "jwtIssuer",
            "jwtAudiences",
            "jwtScopes",
            "jwtLeeway",
            "jwtClaims[1].claim",
            "jwtClaims[1].header"
        ]
    );
}

#[test]
fn claims_go_into_no_header_that_means_something_else() {
    for header in ["", "a b", "Host", "x-jdcloud-pin", "X-Forwarded-For", "Authorization", "cookie"]
    {
        assert_eq!(
            broken(|settings| settings.claims = vec![claim("sub", header)]),
            ["jwtClaims[0].header"],
            "{header}"
        );
    }
}

#[test]
fn tokens_are_described_exactly_where_callers_are_checked_by_them() {
    assert_eq!(fields(&patch(AuthType::Jwt, Some(settings()), None)), [""; 0]);
    assert_eq!(fields(&patch(AuthType::Jwt, None, None)), ["jwtIssuer"]);
    assert_eq!(fields(&patch(AuthType::Signature, Some(settings()), None)), ["authType"]);
    assert_eq!(fields(&patch(AuthType::None, None, None)), [""; 0]);
}

#[test]
fn a_secret_is_as_long_as_the_hash_that_it_keys() {
    let shared = JwtSettings { keys: JwtKeys::SharedSecret { id: None }, ..settings() };
    let with = |secret: &str| fields(&patch(AuthType::Jwt, Some(shared.clone()), Some(secret)));
    assert_eq!(with(&"x".repeat(SECRET_MIN)), [""; 0]);
    for length in [0, SECRET_MIN - 1, SECRET_MAX + 1] {
        assert_eq!(with(&"x".repeat(length)), ["jwtSecret"], "{length}");
    }
}

#[test]
fn the_kind_of_key_decides_which_algorithms_are_accepted() {
    assert_eq!(JwtKeys::SharedSecret { id: None }.algorithms(), [JwtAlgorithm::Hs256]);
    assert!(!settings().keys.algorithms().contains(&JwtAlgorithm::Hs256));
    assert_eq!(JwtAlgorithm::of_name("EdDSA"), Some(JwtAlgorithm::EdDsa));
    for none in ["none", "None", "", "hs256", "RS512"] {
        assert_eq!(JwtAlgorithm::of_name(none), None);
    }
}

#[test]
fn a_leeway_is_a_number_of_seconds() {
    assert_eq!(parse_leeway(""), Ok(LEEWAY));
    assert_eq!(parse_leeway("0"), Ok(0));
    for bad in ["-1", "1.5", "x", "601"] {
        assert_eq!(parse_leeway(bad).unwrap_err().field, "jwtLeeway", "{bad}");
    }
}

#[test]
fn settings_without_tokens_are_written_as_before_there_were_any() {
    let written = serde_json::to_value(GroupSettings::default()).unwrap();
    assert_eq!(written.get("jwt"), None);
    let with = GroupSettings { jwt: Some(settings()), ..GroupSettings::default() };
    let text = serde_json::to_string(&with).unwrap();
    assert_eq!(serde_json::from_str::<GroupSettings>(&text).unwrap(), with);
}
