//! `[acme]`: where certificates of custom domains come from by themselves.

use super::units;
use domain::ChallengeKind;
use serde::{Deserialize, Serialize};
use services::{Acme, AcmeSettings};
use std::{fs, path::PathBuf, time::Duration};

/// Settings of the authority.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct AcmeConfig {
    /// The address of its directory; empty for none: then no authority is ever asked for anything.
    pub directory: String,
    /// Whether its terms of service are agreed to.
    pub agree_terms: bool,
    /// An e-mail address that it may write to; empty for none.
    pub contact: String,
    /// A file with the certificates (PEM) that its server is trusted by; empty for the system's.
    pub root_ca: PathBuf,
    /// How it is shown that a domain leads here.
    pub challenge: ChallengeKind,
    /// How long before its end a certificate is replaced.
    #[serde(with = "units::time")]
    pub renew_before: Duration,
}

impl AcmeConfig {
    /// The authority, if there is one.
    ///
    /// # Errors
    /// In words for a person, when the terms are not agreed to, the address is none, or the file cannot be read.
    pub(crate) fn authority(&self) -> Result<Option<Acme>, String> {
        if self.directory.is_empty() {
            return Ok(None);
        }
        if !self.agree_terms {
            return Err(format!(
                "acme.agree-terms: read the terms of service of {}, and set it to true when you agree",
                self.directory
            ));
        }
        let roots = match &self.root_ca {
            file if file.as_os_str().is_empty() => String::new(),
            file => fs::read_to_string(file)
                .map_err(|error| format!("acme.root-ca: {}: {error}", file.display()))?,
        };
        let settings = AcmeSettings {
            directory: self.directory.clone(),
            contact: self.contact.clone(),
            roots,
            challenge: self.challenge,
            renew_before: self.renew_before,
        };
        Acme::new(settings).map(Some).map_err(|error| format!("acme: {error}"))
    }
}

impl Default for AcmeConfig {
    fn default() -> Self {
        Self {
            directory: String::new(),
            agree_terms: false,
            contact: String::new(),
            root_ca: PathBuf::new(),
            challenge: ChallengeKind::Http01,
            renew_before: Duration::from_hours(30 * 24),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_authority_is_set_unless_somebody_does() {
        assert!(AcmeConfig::default().authority().unwrap().is_none());
    }

    #[test]
    fn an_authority_needs_its_terms_agreed_to_and_something_to_trust_it_by() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("root.pem");
        fs::write(&file, testkit::Authority::new().pem()).unwrap();
        let directory = "https://ca.example.com/directory".to_owned();
        let mut config = AcmeConfig { directory, root_ca: file, ..AcmeConfig::default() };
        let refused = |config: &AcmeConfig| config.authority().unwrap_err();
        assert!(refused(&config).starts_with("acme.agree-terms: "));
        config.agree_terms = true;
        assert!(config.authority().unwrap().is_some());
        config.root_ca = folder.path().join("none.pem");
        assert!(refused(&config).starts_with("acme.root-ca: "));
    }
}
