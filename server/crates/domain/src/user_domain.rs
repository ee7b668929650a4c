//! Custom domains: host names of a provider's own that lead to one environment of a group, and their certificates.

use crate::{
    automatic_certificate::AutomaticCertificate,
    deployment::Environment,
    error::{DomainError, ErrorKind, Violations, check},
    id::{ApiGroupId, UserDomainId},
    region::Region,
    secret::Secret,
    text::check_length,
    timestamp::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// Custom domains that a group may have.
pub const DOMAINS_PER_GROUP: u64 = 5;
/// Longest name, in characters of its form on the wire.
pub const NAME_MAX: usize = 253;
/// Longest certificate chain, and longest private key, as PEM, in bytes.
pub const PEM_MAX: usize = 64 * 1024;
/// How long before a certificate's end its owner is warned, in milliseconds: 30 days.
pub const EXPIRY_WARNING_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// Longest reason that an operator gives, in characters.
pub const REFUSAL_MAX: usize = 200;

/// What the name of the record with the proof begins with; the domain follows.
const RECORD_PREFIX: &str = "_paifang.";
/// What the proof begins with; the domain's token follows.
const PROOF_PREFIX: &str = "paifang-domain=";

/// Whether a domain is known to be its provider's. Only then it is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DomainState {
    /// Nobody has looked yet.
    #[serde(rename = "st_inresolve")]
    Pending,
    /// It is: it is served.
    #[serde(rename = "st_ok")]
    Verified,
    /// When it was looked at last, there was no proof.
    #[serde(rename = "st_invalid")]
    Invalid,
}

impl DomainState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Pending, Self::Verified, Self::Invalid];

    /// The value in the REST API: `st_inresolve`, `st_ok`, `st_invalid`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "st_inresolve",
            Self::Verified => "st_ok",
            Self::Invalid => "st_invalid",
        }
    }
}

impl FromStr for DomainState {
    type Err = DomainError;
    fn from_str(text: &str) -> Result<Self, DomainError> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or_else(|| {
            DomainError::new(
                ErrorKind::Range,
                "state",
                "one of st_inresolve, st_ok, st_invalid",
                "只能是 st_inresolve、st_ok 或 st_invalid",
            )
        })
    }
}

/// A custom domain of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserDomain {
    /// Its id.
    pub id: UserDomainId,
    /// Whose.
    pub api_group_id: ApiGroupId,
    /// The name as it is on the wire: lower-case letters, digits and hyphens; `*.` before it stands for any one label.
    pub domain: String,
    /// The environment that it leads to.
    pub environment: Environment,
    /// Whether it is known to be the provider's.
    pub state: DomainState,
    /// What the record with the proof holds; nobody can guess it, and it is no secret once it is published.
    pub token: String,
    /// The certificate that it is served with by HTTPS; `None`: by plain HTTP only.
    pub certificate: Option<Certificate>,
    /// Whether plain HTTP calls are sent to HTTPS.
    pub redirect_http: bool,
    /// Why an operator refused it; `None` when none did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    /// When it was added.
    pub created_at: Timestamp,
}

impl UserDomain {
    /// The name without `*.`: what the records that prove it are made at.
    #[must_use]
    pub fn base(&self) -> &str {
        self.domain.strip_prefix("*.").unwrap_or(&self.domain)
    }

    /// Whether it stands for all names of one more label.
    #[must_use]
    pub fn is_wildcard(&self) -> bool {
        self.domain.starts_with("*.")
    }

    /// The name of the TXT record that proves it.
    #[must_use]
    pub fn record_name(&self) -> String {
        format!("{RECORD_PREFIX}{}", self.base())
    }

    /// What that record holds.
    #[must_use]
    pub fn record_value(&self) -> String {
        format!("{PROOF_PREFIX}{}", self.token)
    }
}

/// What is known of a certificate; nothing of it is secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// Whom it was issued to, e.g. `CN=shop.example.com`.
    pub subject: String,
    /// Who issued it.
    pub issuer: String,
    /// The names that it is valid for, in lower case.
    pub names: Vec<String>,
    /// From when on it is valid.
    pub not_before: Timestamp,
    /// Until when.
    pub not_after: Timestamp,
    /// SHA-256 of it, in hexadecimal digits with colons between the bytes.
    pub fingerprint: String,
}

impl Certificate {
    /// How it stands at `now`.
    #[must_use]
    pub fn validity(&self, now: Timestamp) -> Validity {
        if now > self.not_after {
            Validity::Expired
        } else if now.plus_ms(EXPIRY_WARNING_MS) > self.not_after {
            Validity::ExpiresSoon
        } else {
            Validity::Valid
        }
    }

    /// Whether it is valid for a domain: it has the name itself, or for a name that is no wildcard, one with `*` in the place
    /// of its first label.
    #[must_use]
    pub fn covers(&self, domain: &str) -> bool {
        let parent = domain.split_once('.').filter(|(first, _)| *first != "*");
        self.names.iter().any(|name| {
            name == domain || parent.is_some_and(|(_, rest)| name.strip_prefix("*.") == Some(rest))
        })
    }
}

/// How a certificate stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Validity {
    /// It is valid for more than [`EXPIRY_WARNING_MS`].
    Valid,
    /// It ends before that.
    ExpiresSoon,
    /// It has ended: clients refuse it.
    Expired,
}

/// What is given to add a domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewUserDomain {
    /// The name, as typed: any case, any script.
    pub domain: String,
    /// The environment that it leads to.
    pub environment: Environment,
}

impl NewUserDomain {
    /// The rules that need no look at anything else; the name on the wire may break more (see [`check_wire_name`]).
    ///
    /// # Errors
    /// The broken rule of `domain`.
    pub fn validate(&self) -> Result<(), Violations> {
        check(check_domain(&self.domain).into_iter().collect())
    }
}

/// What may be changed of a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserDomainPatch {
    /// See [`UserDomain::environment`].
    pub environment: Environment,
    /// See [`UserDomain::redirect_http`].
    pub redirect_http: bool,
}

/// A certificate as it is given, in PEM. `Debug` shows nothing of the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCertificate {
    /// The domain's own certificate first, then those that lead to an authority.
    pub chain: String,
    /// Its private key, not encrypted.
    pub private_key: Secret,
}

impl NewCertificate {
    /// The rules that can be told without reading what is in the PEM.
    ///
    /// # Errors
    /// Every broken rule of `certificate` and `privateKey`.
    pub fn validate(&self) -> Result<(), Violations> {
        let mut violations = Violations::new();
        violations.extend(check_pem("certificate", &self.chain, "CERTIFICATE"));
        violations.extend(check_pem("privateKey", self.private_key.expose(), "PRIVATE KEY"));
        check(violations)
    }
}

fn check_pem(field: &str, text: &str, kind: &str) -> Option<DomainError> {
    let text = text.trim();
    if text.is_empty() {
        return Some(DomainError::required(field));
    }
    if text.len() > PEM_MAX {
        return Some(DomainError::too_long(field, PEM_MAX));
    }
    if text.contains("ENCRYPTED") {
        return Some(DomainError::new(
            ErrorKind::Format,
            field,
            "encrypted: remove the passphrase first (openssl pkey -in key.pem -out plain.pem)",
            "私钥已加密，请先去除密码（openssl pkey -in key.pem -out plain.pem）",
        ));
    }
    let fits = text.contains("-----BEGIN ") && text.contains(&format!("{kind}-----"));
    (!fits).then(|| {
        DomainError::new(
            ErrorKind::Format,
            field,
            format!("PEM: a text that begins with -----BEGIN {kind}-----"),
            format!("请输入PEM格式的内容，以 -----BEGIN {kind}----- 开头"),
        )
    })
}

/// The name as it is compared: without blanks around it, a dot at its end, and capital letters.
#[must_use]
pub fn normalize(text: &str) -> String {
    let text = text.trim();
    text.strip_suffix('.').unwrap_or(text).to_lowercase()
}

/// A name as a person types it, in any script: at least two labels, `*` only as the whole first one.
#[must_use]
pub fn check_domain(text: &str) -> Option<DomainError> {
    let name = normalize(text);
    if name.is_empty() {
        return Some(DomainError::required("domain"));
    }
    if name.chars().count() > NAME_MAX {
        return Some(DomainError::too_long("domain", NAME_MAX));
    }
    let labels = name.strip_prefix("*.").unwrap_or(&name);
    let is_label = |label: &str| {
        let allowed = |c: char| c.is_alphanumeric() || c == '-' || !c.is_ascii() && !c.is_control();
        !label.is_empty()
            && label.chars().all(allowed)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_name = labels.contains('.')
        && labels.split('.').all(is_label)
        // An IPv4 address, or what some read as one.
        && !labels.ends_with(|c: char| c.is_ascii_digit());
    (!is_name).then(not_a_name)
}

/// A name on the wire: what a name in another script became.
#[must_use]
pub fn check_wire_name(name: &str) -> Option<DomainError> {
    if name.len() > NAME_MAX {
        return Some(DomainError::too_long("domain", NAME_MAX));
    }
    let labels = name.strip_prefix("*.").unwrap_or(name);
    let is_label = |label: &str| {
        label.len() <= 63
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let fits = check_domain(name).is_none() && labels.split('.').all(is_label);
    (!fits).then(not_a_name)
}

/// A name under which the installation's own groups live cannot be a provider's; `own` is what those names end with.
#[must_use]
pub fn check_not_own(name: &str, own: &str) -> Option<DomainError> {
    let base = name.strip_prefix("*.").unwrap_or(name);
    let is_under = |base: &str, own: &str| {
        base.strip_suffix(own).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    // A wildcard above it would cover it as well.
    (is_under(base, own) || name.starts_with("*.") && is_under(own, base)).then(|| {
        DomainError::new(
            ErrorKind::Range,
            "domain",
            format!("a name of your own: those under {own} are this installation's"),
            format!("请使用自有域名，{own} 及其子域名属于本系统"),
        )
    })
}

/// What is no domain name.
#[must_use]
pub fn not_a_name() -> DomainError {
    DomainError::new(
        ErrorKind::Format,
        "domain",
        "a domain name like api.example.com, or *.example.com",
        "请输入正确的域名，例如 api.example.com 或 *.example.com",
    )
}

/// Who says that a domain is its provider's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DomainCheck {
    /// The domain's own records: a TXT record with the proof, or a CNAME record that leads to the group.
    Dns,
    /// An operator, by hand.
    Operator,
    /// Whoever the group belongs to, by hand.
    Provider,
}

/// The custom domains of a group, as its page shows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupDomains {
    /// The domains, the first added first.
    pub domains: Vec<UserDomainView>,
    /// How a domain is verified here.
    pub check: DomainCheck,
    /// Whether the one who asks may verify by hand.
    pub may_confirm: bool,
    /// Whether HTTPS is served at all.
    pub https: bool,
    /// The host name of each environment: what CNAME records lead to.
    pub hosts: Vec<(Environment, String)>,
    /// Whether certificates can come by themselves.
    pub acme: AcmeState,
}

/// Whether certificates can come by themselves on an installation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AcmeState {
    /// No authority is set.
    Off,
    /// One is.
    On {
        /// The host name of its server.
        authority: String,
    },
}

/// A domain with what goes with it on its page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserDomainView {
    /// The domain.
    pub domain: UserDomain,
    /// What a CNAME record of it leads to: the host name of the group in that environment.
    pub cname: String,
    /// How its certificate stands; `None` without one.
    pub validity: Option<Validity>,
    /// How it stands where its certificate comes by itself; `None` where it is uploaded.
    pub automatic: Option<AutomaticCertificate>,
    /// Whether something runs in the environment that it leads to, so that it is served once it is verified.
    pub is_live: bool,
}

/// A domain that is not verified, as operators see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingDomain {
    /// The domain.
    pub domain: UserDomain,
    /// The name of its group.
    pub group_name: String,
    /// The region of its group.
    pub region: Region,
    /// The e-mail address of the account that the group belongs to.
    pub owner: String,
}

/// The domains that are not verified, as their page shows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingDomains {
    /// The domains, those that nobody has looked at first, of these the longest waiting first.
    pub domains: Vec<WaitingDomain>,
    /// How a domain is verified here.
    pub check: DomainCheck,
}

/// The reason that an operator gives.
#[must_use]
pub fn check_refusal(text: &str) -> Option<DomainError> {
    let text = text.trim();
    if text.is_empty() {
        return Some(DomainError::required("reason"));
    }
    let mut violations = Violations::new();
    check_length("reason", text, REFUSAL_MAX, &mut violations);
    violations.pop()
}

impl GroupDomains {
    /// Whether one more can be added.
    #[must_use]
    pub fn has_room(&self) -> bool {
        (self.domains.len() as u64) < DOMAINS_PER_GROUP
    }
}

/// The host name that CNAME records of a group's domains lead to.
#[must_use]
pub fn cname(domain: &UserDomain, region: Region, own: &str) -> String {
    domain.environment.host(&domain.api_group_id, region, own)
}

#[cfg(test)]
#[path = "user_domain/tests.rs"]
mod tests;
