//! All texts of the console, in English and Chinese. A text is a field of its area's struct, so one that is missing in a
//! language does not compile. Sentences are never put together from pieces: a text with a number or a name in it is a function.

pub mod access_auths;
pub mod access_keys;
pub mod accounts;
pub mod answers;
pub mod api_groups;
pub mod apis;
pub mod automatic_certificates;
pub mod backend_configs;
pub mod backend_signatures;
pub mod backends;
pub mod canaries;
pub mod common;
pub mod deployments;
pub mod group_pages;
pub mod ip_policies;
pub mod jwt;
pub mod monitoring;
pub mod overview;
pub mod platform_keys;
pub mod policies;
pub mod rate_limit_policies;
pub mod revisions;
pub mod search;
pub mod subscription_keys;
pub mod transfer;
pub mod user_domains;
pub mod validation;
pub mod waiting_domains;

use domain::DomainError;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// A language of the console.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Locale {
    /// English.
    #[default]
    #[serde(rename = "en")]
    En,
    /// Simplified Chinese.
    #[serde(rename = "zh")]
    Zh,
}

/// All texts in one language, area by area.
pub struct Texts {
    /// Which language.
    pub locale: Locale,
    /// Frame, buttons, errors, regions, environments.
    pub common: &'static common::Common,
    /// Register, sign in, account.
    pub accounts: &'static accounts::Accounts,
    /// The overview.
    pub overview: &'static overview::Overview,
    /// The search over everything.
    pub search: &'static search::Search,
    /// API groups: list, form, details.
    pub api_groups: &'static api_groups::ApiGroups,
    /// How calls are answered.
    pub answers: &'static answers::Answers,
    /// Whether calls fit the definition of their API.
    pub validation: &'static validation::Validation,
    /// Groups whose callers are checked by tokens.
    pub jwt: &'static jwt::Jwt,
    /// Around the pages of one group: header, tabs, details.
    pub group_pages: &'static group_pages::GroupPages,
    /// APIs: list, form, import.
    pub apis: &'static apis::Apis,
    /// Version revisions.
    pub revisions: &'static revisions::Revisions,
    /// Publish, deployments, history.
    pub deployments: &'static deployments::Deployments,
    /// Access keys and authorized groups.
    pub access_keys: &'static access_keys::AccessKeys,
    /// Subscription keys.
    pub subscription_keys: &'static subscription_keys::SubscriptionKeys,
    /// Platform keys.
    pub platform_keys: &'static platform_keys::PlatformKeys,
    /// Access authorization.
    pub access_auths: &'static access_auths::AccessAuths,
    /// What the pages of all policies share.
    pub policies: &'static policies::Policies,
    /// Traffic control.
    pub rate_limit_policies: &'static rate_limit_policies::RateLimitPolicies,
    /// IP policies.
    pub ip_policies: &'static ip_policies::IpPolicies,
    /// The transfer list.
    pub transfer: &'static transfer::Transfer,
    /// Backend signatures.
    pub backend_signatures: &'static backend_signatures::BackendSignatures,
    /// Several addresses, health, timeouts and retries.
    pub backends: &'static backends::Backends,
    /// Canaries.
    pub canaries: &'static canaries::Canaries,
    /// Custom domains.
    pub user_domains: &'static user_domains::UserDomains,
    /// Certificates that come by themselves.
    pub automatic_certificates: &'static automatic_certificates::AutomaticCertificates,
    /// Domains that wait for an operator's word.
    pub waiting_domains: &'static waiting_domains::WaitingDomains,
    /// Dynamic routing.
    pub backend_configs: &'static backend_configs::BackendConfigs,
    /// Monitoring.
    pub monitoring: &'static monitoring::Monitoring,
}

static EN: Texts = Texts {
    locale: Locale::En,
    common: &common::EN,
    accounts: &accounts::EN,
    overview: &overview::EN,
    search: &search::EN,
    api_groups: &api_groups::EN,
    answers: &answers::EN,
    validation: &validation::EN,
    jwt: &jwt::EN,
    group_pages: &group_pages::EN,
    apis: &apis::EN,
    revisions: &revisions::EN,
    deployments: &deployments::EN,
    access_keys: &access_keys::EN,
    subscription_keys: &subscription_keys::EN,
    platform_keys: &platform_keys::EN,
    access_auths: &access_auths::EN,
    policies: &policies::EN,
    rate_limit_policies: &rate_limit_policies::EN,
    ip_policies: &ip_policies::EN,
    transfer: &transfer::EN,
    backend_signatures: &backend_signatures::EN,
    backends: &backends::EN,
    canaries: &canaries::EN,
    user_domains: &user_domains::EN,
    automatic_certificates: &automatic_certificates::EN,
    waiting_domains: &waiting_domains::EN,
    backend_configs: &backend_configs::EN,
    monitoring: &monitoring::EN,
};

static ZH: Texts = Texts {
    locale: Locale::Zh,
    common: &common::ZH,
    accounts: &accounts::ZH,
    overview: &overview::ZH,
    search: &search::ZH,
    api_groups: &api_groups::ZH,
    answers: &answers::ZH,
    validation: &validation::ZH,
    jwt: &jwt::ZH,
    group_pages: &group_pages::ZH,
    apis: &apis::ZH,
    revisions: &revisions::ZH,
    deployments: &deployments::ZH,
    access_keys: &access_keys::ZH,
    subscription_keys: &subscription_keys::ZH,
    platform_keys: &platform_keys::ZH,
    access_auths: &access_auths::ZH,
    policies: &policies::ZH,
    rate_limit_policies: &rate_limit_policies::ZH,
    ip_policies: &ip_policies::ZH,
    transfer: &transfer::ZH,
    backend_signatures: &backend_signatures::ZH,
    backends: &backends::ZH,
    canaries: &canaries::ZH,
    user_domains: &user_domains::ZH,
    automatic_certificates: &automatic_certificates::ZH,
    waiting_domains: &waiting_domains::ZH,
    backend_configs: &backend_configs::ZH,
    monitoring: &monitoring::ZH,
};

impl Locale {
    /// All languages, in the order of the menu.
    pub const ALL: [Self; 2] = [Self::En, Self::Zh];

    /// All texts in this language.
    #[must_use]
    pub fn texts(self) -> &'static Texts {
        match self {
            Self::En => &EN,
            Self::Zh => &ZH,
        }
    }

    /// `en`, `zh`: the value of the cookie.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh",
        }
    }

    /// The value of `<html lang>`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh-CN",
        }
    }

    /// The language's name in itself.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Zh => "简体中文",
        }
    }

    /// A broken rule in this language.
    #[must_use]
    pub fn rule(self, violation: &DomainError) -> &str {
        match self {
            Self::En => &violation.message,
            Self::Zh => &violation.message_zh,
        }
    }

    /// The first language of an `Accept-Language` header that the console has; English when it has none of them.
    #[must_use]
    pub fn preferred(accept_language: &str) -> Self {
        let mut wanted: Vec<(&str, f32)> = accept_language
            .split(',')
            .map(|entry| {
                let (tag, weight) = entry.split_once(";q=").unwrap_or((entry, "1"));
                (tag.trim(), weight.trim().parse().unwrap_or(0.0))
            })
            .collect();
        wanted.sort_by(|a, b| b.1.total_cmp(&a.1));
        let known = |tag: &str| match tag.split('-').next() {
            Some("zh") => Some(Self::Zh),
            Some("en") => Some(Self::En),
            _ => None,
        };
        wanted.iter().find_map(|(tag, _)| known(tag)).unwrap_or_default()
    }
}

impl FromStr for Locale {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|locale| locale.as_str() == text).ok_or(())
    }
}

/// A whole number with its thousands apart: `12,408`.
#[must_use]
pub fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut shown = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_best_language_that_it_has() {
        assert_eq!(Locale::preferred("fr, zh-TW;q=0.8, en;q=0.7"), Locale::Zh);
        assert_eq!(Locale::preferred("en;q=0.5,zh;q=0.9"), Locale::Zh);
        assert_eq!(Locale::preferred("fr"), Locale::En);
    }

    #[test]
    fn thousands_stand_apart() {
        for (value, shown) in
            [(0, "0"), (999, "999"), (1000, "1,000"), (12_408, "12,408"), (1_234_567, "1,234,567")]
        {
            assert_eq!(number(value), shown);
        }
    }
}
