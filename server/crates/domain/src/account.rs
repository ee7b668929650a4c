//! Accounts of the console: who may sign in, and as what.

use crate::{
    error::{DomainError, ErrorKind, Violations, check},
    id::AccountId,
    secret::Secret,
    text::check_length,
    timestamp::Timestamp,
};
use serde::{Deserialize, Serialize};

/// Shortest password, in characters (NIST SP 800-63B asks for 8 at the least; 10 here).
pub const PASSWORD_MIN: usize = 10;
/// Longest password, in bytes, so that hashing it stays cheap to bound.
pub const PASSWORD_MAX: usize = 256;

/// What an account may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Publishes and calls APIs: its own groups and keys.
    Member,
    /// Runs the system: everything a member may, and the accounts of others. The first account of an installation.
    Operator,
}

/// Whether an account may sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    /// May sign in.
    Active,
    /// Was locked by an operator.
    Disabled,
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Lower-case e-mail address; unique.
    pub email: String,
    /// What it may do.
    pub role: Role,
    /// Whether it may sign in.
    pub state: AccountState,
    /// Grows with each password change; a session made before is over.
    pub session_epoch: i64,
    /// When it registered.
    pub created_at: Timestamp,
}

/// What a person gives to register.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// E-mail address, in any case.
    pub email: String,
    /// The password, as typed.
    pub password: Secret,
}

impl NewAccount {
    /// # Errors
    /// Every broken rule of `email` and `password`.
    pub fn validate(&self) -> Result<(), Violations> {
        let mut violations = Violations::new();
        violations.extend(check_email(&self.email));
        violations.extend(check_password("password", &self.password));
        check(violations)
    }
}

/// The form in which an e-mail address is stored and compared.
#[must_use]
pub fn normalize_email(email: &str) -> String {
    email.trim().to_lowercase()
}

/// `name@host.tld`, at most 254 characters (RFC 5321), no spaces.
#[must_use]
pub fn check_email(email: &str) -> Option<DomainError> {
    let email = email.trim();
    if email.is_empty() {
        return Some(DomainError::required("email"));
    }
    let mut violations = Violations::new();
    check_length("email", email, 254, &mut violations);
    let fits = email.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && !host.is_empty()
            && !host.contains('@')
            && !host.starts_with('.')
            && !host.ends_with('.')
    }) && !email.chars().any(|c| c.is_whitespace() || c.is_control());
    if !fits {
        violations.push(DomainError::new(
            ErrorKind::Format,
            "email",
            "an e-mail address like name@example.com",
            "请输入正确的邮箱地址，例如 name@example.com",
        ));
    }
    violations.into_iter().next()
}

/// [`PASSWORD_MIN`] characters at least, [`PASSWORD_MAX`] bytes at most; any characters.
#[must_use]
pub fn check_password(field: &str, password: &Secret) -> Option<DomainError> {
    let password = password.expose();
    if password.is_empty() {
        return Some(DomainError::required(field));
    }
    let (count, bytes) = (password.chars().count(), password.len());
    (count < PASSWORD_MIN || bytes > PASSWORD_MAX).then(|| {
        DomainError::new(
            ErrorKind::Length,
            field,
            format!("at least {PASSWORD_MIN} characters, at most {PASSWORD_MAX} bytes"),
            format!("至少{PASSWORD_MIN}个字符，最多{PASSWORD_MAX}字节"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_ordinary_addresses_and_refuses_broken_ones() {
        for good in ["a@b.cn", " Ada.Lovelace+x@example.com ", "root@localhost"] {
            assert_eq!(check_email(good), None, "{good}");
        }
        for bad in ["", "a", "@b", "a@", "a@@b", "a b@c.d", "a@b.", "a@.b"] {
            assert!(check_email(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn a_password_has_ten_characters_in_any_script() {
        assert!(check_password("password", &Secret::new("九个字符太短了吗不")).is_some());
        assert_eq!(check_password("password", &Secret::new("十个字符的口令就够了吧")), None);
        assert!(check_password("password", &Secret::new("x".repeat(257))).is_some());
    }
}
