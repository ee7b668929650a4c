//! The forms of registering, signing in and changing the password. Their `Debug` prints no password.

use domain::{
    NewAccount, Secret,
    account::{check_email, check_password},
    error::{Violations, check},
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// E-mail address and password, as typed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CredentialsForm {
    /// E-mail address.
    pub email: String,
    /// Password.
    pub password: String,
}

impl CredentialsForm {
    /// The account that the form registers.
    ///
    /// # Errors
    /// Every broken rule.
    pub fn parse(&self) -> Result<NewAccount, Violations> {
        let new = NewAccount {
            email: self.email.trim().to_owned(),
            password: Secret::new(self.password.clone()),
        };
        new.validate().map(|()| new)
    }

    /// What the form signs in with: any password, since rules for new ones may have changed.
    ///
    /// # Errors
    /// Fields that are empty or no e-mail address.
    pub fn parse_sign_in(&self) -> Result<(String, Secret), Violations> {
        let mut violations = Violations::new();
        violations.extend(check_email(&self.email));
        if self.password.is_empty() {
            violations.push(domain::DomainError::required("password"));
        }
        check(violations)?;
        Ok((self.email.trim().to_owned(), Secret::new(self.password.clone())))
    }
}

impl fmt::Debug for CredentialsForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CredentialsForm").field("email", &self.email).finish_non_exhaustive()
    }
}

/// The old password and the new one, as typed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PasswordForm {
    /// The present password.
    pub old_password: String,
    /// The password to be.
    pub new_password: String,
}

impl PasswordForm {
    /// Old and new password.
    ///
    /// # Errors
    /// Every broken rule.
    pub fn parse(&self) -> Result<(Secret, Secret), Violations> {
        let (old, new) =
            (Secret::new(self.old_password.clone()), Secret::new(self.new_password.clone()));
        let mut violations = Violations::new();
        if self.old_password.is_empty() {
            violations.push(domain::DomainError::required("oldPassword"));
        }
        violations.extend(check_password("newPassword", &new));
        check(violations).map(|()| (old, new))
    }
}

impl fmt::Debug for PasswordForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordForm(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_prints_no_password() {
        let form = CredentialsForm { email: "a@b.cn".into(), password: "hunter2hunter2".into() };
        assert!(!format!("{form:?}").contains("hunter2"));
        let form = PasswordForm { old_password: "hunter2".into(), new_password: "hunter2".into() };
        assert!(!format!("{form:?}").contains("hunter2"));
    }

    #[test]
    fn signing_in_does_not_ask_for_a_long_password() {
        let form = CredentialsForm { email: " a@b.cn ".into(), password: "short".into() };
        assert_eq!(form.parse_sign_in().unwrap().0, "a@b.cn");
        assert!(form.parse().is_err());
    }
}
