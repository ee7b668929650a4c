//! The forms of custom domains: add, edit, certificate.

use super::{field, trimmed};
use domain::{
    Environment, NewCertificate, NewUserDomain, Secret, UserDomain, UserDomainPatch,
    error::{Violations, check},
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A new domain, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NewDomainForm {
    /// The name.
    pub domain: String,
    /// `test`, `preview`, `online`.
    pub environment: String,
}

impl Default for NewDomainForm {
    fn default() -> Self {
        let environment = Environment::Online.as_str().to_owned();
        Self { domain: String::new(), environment }
    }
}

impl NewDomainForm {
    /// # Errors
    /// Every broken rule.
    pub fn parse(&self) -> Result<NewUserDomain, Violations> {
        let mut violations = Violations::new();
        let environment = field("environment", self.environment.parse(), &mut violations);
        let new = NewUserDomain {
            domain: trimmed(&self.domain),
            environment: environment.unwrap_or(Environment::Online),
        };
        let rules = new.validate().err().unwrap_or_default();
        check(rules.into_iter().chain(violations).collect()).map(|()| new)
    }
}

/// What may be changed of a domain, as chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DomainForm {
    /// `test`, `preview`, `online`.
    pub environment: String,
    /// `true` when the box is ticked; absent otherwise.
    pub redirect_http: String,
}

impl DomainForm {
    /// # Errors
    /// The broken rule of `environment`.
    pub fn parse(&self) -> Result<UserDomainPatch, Violations> {
        let environment = self.environment.parse().map_err(|wrong| vec![wrong])?;
        Ok(UserDomainPatch { environment, redirect_http: self.redirect_http == "true" })
    }
}

impl From<&UserDomain> for DomainForm {
    fn from(domain: &UserDomain) -> Self {
        let redirect_http = if domain.redirect_http { "true".to_owned() } else { String::new() };
        Self { environment: domain.environment.as_str().to_owned(), redirect_http }
    }
}

/// A certificate with its key, as pasted. `Debug` prints nothing of the key.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CertificateForm {
    /// The chain, as PEM.
    pub certificate: String,
    /// The private key, as PEM. Its name has `secret` in it: such a field is never kept.
    pub secret_key: String,
}

impl CertificateForm {
    /// # Errors
    /// Every broken rule that can be told without reading what is in the PEM.
    pub fn parse(&self) -> Result<NewCertificate, Violations> {
        let new = NewCertificate {
            chain: self.certificate.clone(),
            private_key: Secret::new(self.secret_key.clone()),
        };
        new.validate().map(|()| new)
    }
}

impl fmt::Debug for CertificateForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CertificateForm").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_broken_rules_of_a_new_domain_are_told_at_once() {
        let form = NewDomainForm { domain: "http://x".into(), environment: "nowhere".into() };
        let fields: Vec<String> =
            form.parse().unwrap_err().into_iter().map(|wrong| wrong.field).collect();
        assert_eq!(fields, ["domain", "environment"]);
    }

    #[test]
    fn debug_prints_nothing_of_the_key() {
        let form = CertificateForm { certificate: String::new(), secret_key: "hunter2".into() };
        assert!(!format!("{form:?}").contains("hunter2"));
    }
}
