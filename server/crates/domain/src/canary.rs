//! Canaries: a second release beside the one that is live in an environment, for a share of its calls or for those with a
//! header, until it is promoted or stopped.

use crate::{
    backend::BackendService,
    backend_config::{check_parameter_name, check_parameter_value},
    deployment::{Deployment, Environment},
    difference::Difference,
    error::{DomainError, ErrorKind, Violations, check},
    id::ReleaseId,
    monitor::Traffic,
    revision::RevisionNumber,
    timestamp::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A share of calls: 0 to 100 %, in steps of 0.1 %.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(try_from = "u16", into = "u16")]
pub struct Share(u16);

impl Share {
    /// Of so many calls in a thousand.
    ///
    /// # Errors
    /// When these are more than a thousand.
    pub fn from_per_mille(per_mille: u16) -> Result<Self, DomainError> {
        if per_mille <= 1000 { Ok(Self(per_mille)) } else { Err(not_a_share()) }
    }

    /// How many calls of a thousand.
    #[must_use]
    pub fn per_mille(self) -> u16 {
        self.0
    }
}

impl TryFrom<u16> for Share {
    type Error = DomainError;
    fn try_from(per_mille: u16) -> Result<Self, DomainError> {
        Self::from_per_mille(per_mille)
    }
}

impl From<Share> for u16 {
    fn from(share: Share) -> Self {
        share.0
    }
}

/// Reads per cent: `5`, `12.5`, `0.1`.
impl FromStr for Share {
    type Err = DomainError;
    fn from_str(text: &str) -> Result<Self, DomainError> {
        if text.is_empty() {
            return Err(DomainError::required("share"));
        }
        let (whole, tenths) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str, most: usize| {
            (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
        };
        if !digits(whole, 3) || !digits(tenths, 1) {
            return Err(not_a_share());
        }
        let number = |part: &str| part.parse::<u16>().map_err(|_too_large| not_a_share());
        Self::from_per_mille(number(whole)? * 10 + number(tenths)?)
    }
}

/// Per cent, without the sign: `5`, `12.5`.
impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0 / 10, self.0 % 10) {
            (whole, 0) => write!(f, "{whole}"),
            (whole, tenths) => write!(f, "{whole}.{tenths}"),
        }
    }
}

fn not_a_share() -> DomainError {
    DomainError::new(
        ErrorKind::Range,
        "share",
        "a number from 0 to 100, with at most one decimal",
        "0到100之间的数字，最多一位小数",
    )
}

/// What decides whether a call belongs to the share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountedBy {
    /// The address it comes from: a client always meets the same side.
    #[default]
    ClientAddress,
    /// The key it is made with; where it names none, the address it comes from.
    CallerKey,
    /// Chance, anew for each call.
    Call,
}

impl CountedBy {
    /// All of them, the usual one first.
    pub const ALL: [Self; 3] = [Self::ClientAddress, Self::CallerKey, Self::Call];

    /// `client_address`, `caller_key`, `call`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ClientAddress => "client_address",
            Self::CallerKey => "caller_key",
            Self::Call => "call",
        }
    }
}

impl FromStr for CountedBy {
    type Err = DomainError;
    fn from_str(text: &str) -> Result<Self, DomainError> {
        Self::ALL.into_iter().find(|by| by.as_str() == text).ok_or_else(|| {
            DomainError::new(
                ErrorKind::Range,
                "countedBy",
                "one of client_address, caller_key, call",
                "只能是 client_address、caller_key、call",
            )
        })
    }
}

/// Calls with this header go to the canary, whatever the share says.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CanaryHeader {
    /// Its name, in any case.
    pub name: String,
    /// Its value, byte for byte; `None`: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// `name: value`, or the name alone.
impl fmt::Display for CanaryHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => write!(f, "{}: {value}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// Which calls a canary gets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CanarySettings {
    /// How many of all.
    pub share: Share,
    /// By what a call belongs to them.
    pub counted_by: CountedBy,
    /// And those with this header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<CanaryHeader>,
}

impl CanarySettings {
    /// # Errors
    /// The broken rules of `headerName` and `headerValue`.
    pub fn validate(&self) -> Result<(), Violations> {
        let mut violations = Violations::new();
        if let Some(header) = &self.header {
            violations.extend(check_parameter_name("headerName", &header.name, true));
            if let Some(value) = &header.value {
                violations.extend(check_parameter_value("headerValue", value, true));
            }
        }
        check(violations)
    }
}

/// The canary of an environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Canary {
    /// Where.
    pub environment: Environment,
    /// The release that runs beside the live one: the entry of the history that it began with.
    pub release_id: ReleaseId,
    /// The revision that the release was made from.
    pub revision: RevisionNumber,
    /// Where it forwards to.
    pub backend: BackendService,
    /// Free text of the publish.
    pub description: String,
    /// When it began.
    pub started_at: Timestamp,
    /// Which calls it gets now.
    pub settings: CanarySettings,
}

/// What the dialog that promotes a canary shows before the button is pressed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromotePreview {
    /// What is live now.
    pub live: Deployment,
    /// What would be.
    pub canary: Canary,
    /// What would change for the calls that are not the canary's.
    pub difference: Difference,
}

/// What one side of an environment served while its canary ran.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SideTraffic {
    /// What ran on that side.
    pub revision: RevisionNumber,
    /// What it served.
    pub traffic: Traffic,
}

/// What both sides of an environment served, over the same time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CanaryComparison {
    /// Where.
    pub environment: Environment,
    /// Which calls the canary gets now.
    pub settings: CanarySettings,
    /// The time's begin; its end is the report's.
    pub from: Timestamp,
    /// The live side.
    pub live: SideTraffic,
    /// The canary's.
    pub canary: SideTraffic,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_read_and_shown_in_per_cent_with_one_decimal_at_most() {
        for (text, per_mille, shown) in [
            ("0", 0, "0"),
            ("0.1", 1, "0.1"),
            ("5", 50, "5"),
            ("5.0", 50, "5"),
            ("12.5", 125, "12.5"),
            ("099.9", 999, "99.9"),
            ("100", 1000, "100"),
        ] {
            let share: Share = text.parse().unwrap();
            assert_eq!((share.per_mille(), share.to_string().as_str()), (per_mille, shown));
        }
    }

    #[test]
    fn what_is_no_share_is_refused_by_name() {
        for text in ["", "-1", "100.1", "101", "1000", "5 %", "5.", ".5", "0.25", "1e1", "٥", "+5"]
        {
            assert_eq!(text.parse::<Share>().unwrap_err().field, "share", "{text}");
        }
        assert!(serde_json::from_str::<Share>("1001").is_err());
        assert_eq!(serde_json::from_str::<Share>("1000").unwrap().per_mille(), 1000);
    }

    #[test]
    fn a_header_that_no_call_could_have_is_refused() {
        let broken = |name: &str, value: Option<&str>| -> Vec<String> {
            let header =
                CanaryHeader { name: name.to_owned(), value: value.map(ToOwned::to_owned) };
            let settings = CanarySettings { header: Some(header), ..CanarySettings::default() };
            let rules = settings.validate().err().unwrap_or_default();
            rules.into_iter().map(|rule| rule.field).collect()
        };
        assert_eq!(broken("x-canary", None), [""; 0]);
        assert_eq!(broken("X-Canary", Some("yes")), [""; 0]);
        assert_eq!(broken("", Some("yes")), ["headerName"]);
        assert_eq!(broken("x canary", Some(" yes")), ["headerName", "headerValue"]);
        assert_eq!(broken("x-canary", Some("a\nb")), ["headerValue"]);
    }
}
