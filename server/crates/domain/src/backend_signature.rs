//! Backend signatures: a provider names a platform key of its own and binds it to deployments; the gateway signs what it
//! forwards there with it, so that the backend can tell who calls. What the REST API calls `accessKeys`.

use crate::{
    access_auth::BindableDeployment,
    error::{DomainError, ErrorKind, Violations, check},
    id::{AccountId, BackendSignatureId},
    secret::Secret,
    text::{DESCRIPTION_MAX, check_length, check_name},
    timestamp::Timestamp,
};
use serde::{Deserialize, Serialize};

/// Longest AccessKey, in characters.
pub const ACCESS_KEY_MAX: usize = 32;

/// Whether the key of a backend signature can be signed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SigningKeyState {
    /// It is there: forwarded requests are signed.
    Usable,
    /// It was deleted or disabled since: requests are forwarded without a signature.
    Missing,
}

/// A backend signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackendSignature {
    /// Its id.
    pub id: BackendSignatureId,
    /// The provider it belongs to, whose platform key it names.
    pub owner: AccountId,
    /// The AccessKey of the platform key.
    pub access_key: String,
    /// Whether that key can be signed with.
    pub key_state: SigningKeyState,
    /// Free text.
    pub description: String,
    /// What it is bound to. A deployment has at most one.
    pub bound: Vec<BindableDeployment>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What is given to make a backend signature, or to change one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewBackendSignature {
    /// The AccessKey of a platform key of the provider's own.
    pub access_key: String,
    /// Free text.
    pub description: String,
}

impl NewBackendSignature {
    /// # Errors
    /// Every broken rule of `accessKey` and `description`.
    pub fn validate(&self) -> Result<(), Violations> {
        let mut violations = Violations::new();
        violations.extend(check_access_key(&self.access_key));
        check_length("description", &self.description, DESCRIPTION_MAX, &mut violations);
        check(violations)
    }
}

/// The broken rule of an AccessKey as it is typed.
#[must_use]
pub fn check_access_key(text: &str) -> Option<DomainError> {
    let rule = ("letters and digits", "只支持数字、大小写字母");
    check_name("accessKey", text, ACCESS_KEY_MAX, |c| c.is_ascii_alphanumeric(), rule)
}

/// The AccessKey names no platform key of the provider.
#[must_use]
pub fn no_such_key() -> DomainError {
    DomainError::new(
        ErrorKind::State,
        "accessKey",
        "there is no such platform key of your account",
        "当前账号下没有该Access Key",
    )
}

/// A deployment in the transfer list of a backend signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignableDeployment {
    /// The deployment.
    pub deployment: BindableDeployment,
    /// The AccessKey it is signed with until it is bound to this one; `None` when it is not signed, or by this one.
    pub signed_by: Option<String>,
}

/// What the gateway signs with: a platform key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackendSigningKey {
    /// What the signature names: the AccessKey.
    pub access_key: String,
    /// What it is made with: the SecretKey.
    pub secret: Secret,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(access_key: &str, description: &str) -> Vec<String> {
        let new = NewBackendSignature {
            access_key: access_key.to_owned(),
            description: description.to_owned(),
        };
        new.validate().err().unwrap_or_default().into_iter().map(|broken| broken.field).collect()
    }

    #[test]
    fn an_access_key_is_letters_and_digits_at_most_thirty_two() {
        assert_eq!(fields("636B856DCF14D467D313CCB0C0E2B21C", ""), [""; 0]);
        for bad in ["", "636B-56D", "a b", "键", &"A".repeat(33)] {
            assert_eq!(fields(bad, ""), ["accessKey"], "{bad}");
        }
        assert_eq!(fields("", &"x".repeat(257)), ["accessKey", "description"]);
    }

    #[test]
    fn the_secret_is_not_shown() {
        let key = BackendSigningKey { access_key: "AK".into(), secret: Secret::new("hidden") };
        assert!(!format!("{key:?}").contains("hidden"));
    }
}
