//! The form of an access authorization.

use super::{field, trimmed};
use domain::{AccessAuthType, DomainError, ErrorKind, NewAccessAuth, error::Violations};
use serde::{Deserialize, Serialize};

/// An authorization, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AccessAuthForm {
    /// `jd_subscription_key`, `jd_apikms`, `jd_cloud`, `jd_cloud_pin`.
    pub r#type: String,
    /// One of the account's own keys, as chosen; empty for none.
    pub own: String,
    /// What the caller is named by, as typed; empty where an own key was chosen.
    pub access_key: String,
    /// Free text.
    pub description: String,
}

impl Default for AccessAuthForm {
    fn default() -> Self {
        Self {
            r#type: AccessAuthType::default().as_str().to_owned(),
            own: String::new(),
            access_key: String::new(),
            description: String::new(),
        }
    }
}

impl AccessAuthForm {
    /// # Errors
    /// Every broken rule.
    pub fn parse(&self) -> Result<NewAccessAuth, Violations> {
        let mut violations = Violations::new();
        let kind = field("authUserType", self.r#type.parse::<AccessAuthType>(), &mut violations);
        let (own, typed) = (trimmed(&self.own), trimmed(&self.access_key));
        if !own.is_empty() && !typed.is_empty() && own != typed {
            violations.push(DomainError::new(
                ErrorKind::State,
                "accessKey",
                "choose one of your own keys or type an ID, not both",
                "请选择自有密钥或输入标识，二者只能选其一",
            ));
        }
        let new = NewAccessAuth {
            r#type: kind.unwrap_or_default(),
            access_key: if typed.is_empty() { own } else { typed },
            description: trimmed(&self.description),
        };
        if violations.is_empty() { new.validate().map(|_| new) } else { Err(violations) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(own: &str, typed: &str) -> AccessAuthForm {
        AccessAuthForm { own: own.into(), access_key: typed.into(), ..AccessAuthForm::default() }
    }

    #[test]
    fn a_key_is_chosen_or_typed_but_not_both() {
        let (own, typed) = ("6c026a79cdbb", "0123456789ab");
        assert_eq!(form(own, "").parse().unwrap().access_key, own);
        assert_eq!(form("", &format!(" {typed} ")).parse().unwrap().access_key, typed);
        assert_eq!(form(own, own).parse().unwrap().access_key, own);
        for broken in [form(own, typed), form("", "")] {
            assert_eq!(broken.parse().unwrap_err()[0].field, "accessKey");
        }
    }

    #[test]
    fn the_kind_says_what_a_name_looks_like() {
        let form = AccessAuthForm { r#type: "jd_cloud_pin".into(), ..form("", "ada@example.com") };
        assert_eq!(form.parse().unwrap().r#type, AccessAuthType::Account);
        let form = AccessAuthForm { r#type: "magic".into(), ..form };
        assert_eq!(form.parse().unwrap_err()[0].field, "authUserType");
    }
}
