//! The part of a group's form that says whose tokens are accepted.

use crate::forms::{field, trimmed};
use domain::{
    ClaimHeader, DomainError, ErrorKind, JwtKeys, JwtSettings, Secret,
    error::Violations,
    jwt::{LEEWAY, parse_leeway},
};
use serde::{Deserialize, Serialize};

/// One row of the claims' table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClaimRow {
    /// The claim's name. The row is not used when both are empty.
    pub claim: String,
    /// The header's name.
    pub header: String,
}

impl ClaimRow {
    fn is_used(&self) -> bool {
        !self.claim.trim().is_empty() || !self.header.trim().is_empty()
    }
}

/// Whose tokens are accepted, as typed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct JwtForm {
    /// `iss`.
    pub issuer: String,
    /// `aud`, one a line.
    pub audiences: String,
    /// Scopes with blanks between them.
    pub scopes: String,
    /// `jwks`, `public_key`, `shared_secret`.
    pub keys: String,
    /// Where the issuer publishes its keys.
    pub jwks_url: String,
    /// A public key in PEM.
    pub public_key: String,
    /// A shared secret; empty for the one that the group has.
    pub secret: String,
    /// Seconds.
    pub leeway: String,
    /// The rows; those with nothing in them are left out.
    pub claims: Vec<ClaimRow>,
    /// `true` when the box is ticked; absent otherwise.
    pub forward_token: String,
}

impl std::fmt::Debug for JwtForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // All but the secret.
        f.debug_struct("JwtForm").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

impl JwtForm {
    /// What the fields hold before anything is typed.
    #[must_use]
    pub fn new() -> Self {
        Self {
            keys: "jwks".to_owned(),
            leeway: LEEWAY.to_string(),
            forward_token: "true".to_owned(),
            ..Self::default()
        }
    }

    /// The settings; what cannot be read is told in `violations`.
    pub(super) fn parse(&self, violations: &mut Violations) -> JwtSettings {
        let lines = self.audiences.lines().map(trimmed).filter(|line| !line.is_empty());
        let leeway = field("jwtLeeway", parse_leeway(self.leeway.trim()), violations);
        let claim = |row: &ClaimRow| ClaimHeader {
            claim: trimmed(&row.claim),
            header: trimmed(&row.header),
        };
        JwtSettings {
            issuer: trimmed(&self.issuer),
            audiences: lines.collect(),
            scopes: self.scopes.split_whitespace().map(str::to_owned).collect(),
            keys: self.keys(violations),
            leeway_seconds: leeway.unwrap_or(LEEWAY),
            claims: self.claims.iter().filter(|row| row.is_used()).map(claim).collect(),
            forward_token: self.forward_token == "true",
        }
    }

    /// The secret that was typed, as it was typed.
    pub(super) fn secret(&self) -> Option<Secret> {
        let is_wanted = self.keys == "shared_secret" && !self.secret.is_empty();
        is_wanted.then(|| Secret::new(self.secret.clone()))
    }

    fn keys(&self, violations: &mut Violations) -> JwtKeys {
        let keys = match self.keys.as_str() {
            "jwks" => {
                field("jwksUrl", self.jwks_url.parse(), violations).map(|url| JwtKeys::Jwks { url })
            }
            "public_key" => field("jwtPublicKey", self.public_key.parse(), violations)
                .map(|key| JwtKeys::PublicKey { key }),
            "shared_secret" => None,
            _ => {
                violations.push(DomainError::new(
                    ErrorKind::Range,
                    "jwtKeys",
                    "one of jwks, public_key, shared_secret",
                    "只能是 jwks、public_key 或 shared_secret",
                ));
                None
            }
        };
        // Which secret it is, the service knows. It stands in for what could not be read, too, so that the other rules are
        // told.
        keys.unwrap_or(JwtKeys::SharedSecret { id: None })
    }

    /// `jwtClaims[1].header` as the form counts its rows: those with nothing in them, too.
    pub(super) fn row_of(&self, field: &str) -> Option<String> {
        let (index, member) = field.strip_prefix("jwtClaims[")?.split_once(']')?;
        let mut used = self.claims.iter().enumerate().filter(|(_, row)| row.is_used());
        let (row, _) = used.nth(index.parse().ok()?)?;
        Some(format!("jwtClaims[{row}]{member}"))
    }
}

impl From<&JwtSettings> for JwtForm {
    fn from(settings: &JwtSettings) -> Self {
        let row =
            |it: &ClaimHeader| ClaimRow { claim: it.claim.clone(), header: it.header.clone() };
        let (mut jwks_url, mut public_key) = (String::new(), String::new());
        match &settings.keys {
            JwtKeys::Jwks { url } => jwks_url = url.to_string(),
            JwtKeys::PublicKey { key } => public_key = key.to_string(),
            JwtKeys::SharedSecret { .. } => {}
        }
        Self {
            issuer: settings.issuer.clone(),
            audiences: settings.audiences.join("\n"),
            scopes: settings.scopes.join(" "),
            keys: settings.keys.as_str().to_owned(),
            jwks_url,
            public_key,
            secret: String::new(),
            leeway: settings.leeway_seconds.to_string(),
            claims: settings.claims.iter().map(row).collect(),
            forward_token: if settings.forward_token { "true".into() } else { String::new() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled() -> JwtForm {
        let claim =
            |claim: &str, header: &str| ClaimRow { claim: claim.into(), header: header.into() };
        JwtForm {
            issuer: " https://issuer.example.com/ ".into(),
            audiences: "pets\r\n\r\n shop \n".into(),
            scopes: " read  write".into(),
            jwks_url: "https://issuer.example.com/keys".into(),
            claims: vec![ClaimRow::default(), claim("sub", " X-User "), claim("", "x y")],
            ..JwtForm::new()
        }
    }

    #[test]
    fn what_is_typed_becomes_settings_and_they_the_same_form_again() {
        let mut violations = Violations::new();
        let settings = filled().parse(&mut violations);
        assert_eq!(violations, []);
        assert_eq!(settings.audiences, ["pets", "shop"]);
        assert_eq!(settings.scopes, ["read", "write"]);
        assert_eq!((settings.leeway_seconds, settings.forward_token), (LEEWAY, true));
        assert_eq!(settings.claims.len(), 2);
        assert_eq!(JwtForm::from(&settings).parse(&mut violations), settings);
    }

    #[test]
    fn only_the_chosen_kind_of_key_is_looked_at() {
        let fields = |form: &JwtForm| -> Vec<String> {
            let mut violations = Violations::new();
            form.parse(&mut violations);
            violations.into_iter().map(|wrong| wrong.field).collect()
        };
        assert_eq!(fields(&JwtForm { public_key: "x".into(), ..filled() }), [""; 0]);
        let pem = JwtForm { keys: "public_key".into(), ..filled() };
        assert_eq!(fields(&pem), ["jwtPublicKey"]);
        let secret = JwtForm { keys: "shared_secret".into(), secret: " s ".into(), ..filled() };
        assert_eq!(fields(&secret), [""; 0]);
        assert_eq!(secret.secret(), Some(Secret::new(" s ")));
        assert_eq!(JwtForm { secret: "s".into(), ..filled() }.secret(), None);
        assert_eq!(fields(&JwtForm { keys: String::new(), ..filled() }), ["jwtKeys"]);
    }

    #[test]
    fn a_wrong_row_is_told_as_the_form_counts_them() {
        assert_eq!(filled().row_of("jwtClaims[1].header").as_deref(), Some("jwtClaims[2].header"));
        assert_eq!(filled().row_of("jwtClaims[2].header"), None);
    }

    #[test]
    fn debug_shows_no_secret() {
        let form = JwtForm { secret: "hunter2".into(), ..filled() };
        assert!(!format!("{form:?}").contains("hunter2"));
    }
}
