//! The response cache of an API: how long its answers are kept, and what of a request tells one from another.

use crate::{
    api::Method,
    cors::{ANY, check_headers},
    error::{DomainError, ErrorKind, Violations},
    mapping::NAME_MAX,
};
use serde::{Deserialize, Serialize};

/// Longest time that an answer is kept, in seconds.
pub const SECONDS_MAX: u32 = 86_400;
/// Most query parameters of a key.
pub const ENTRIES_MAX: usize = 64;

/// How an API's answers are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CacheSettings {
    /// How long an answer is kept, in seconds, from 1 to [`SECONDS_MAX`]; what the answer itself says can make it less.
    pub seconds: u32,
    /// The query parameters that tell requests apart; empty for all.
    #[serde(default)]
    pub query: Vec<String>,
    /// The headers that tell requests apart, besides the path.
    #[serde(default)]
    pub headers: Vec<String>,
    /// Whether one caller is answered what another one was.
    #[serde(default)]
    pub shared: bool,
}

impl CacheSettings {
    /// Adds every broken rule, for an API of this method.
    pub(crate) fn check(&self, method: Method, violations: &mut Violations) {
        if method != Method::Get {
            violations.push(DomainError::new(
                ErrorKind::State,
                "cacheSeconds",
                "only the answers of GET can be kept",
                "只有GET请求的响应可以缓存",
            ));
        }
        if !(1..=SECONDS_MAX).contains(&self.seconds) {
            violations.push(out_of_range());
        }
        if self.query.len() > ENTRIES_MAX {
            violations.push(DomainError::new(
                ErrorKind::Length,
                "cacheQuery",
                format!("at most {ENTRIES_MAX} entries"),
                format!("最多{ENTRIES_MAX}项"),
            ));
        }
        let is_wrong = |name: &&String| {
            name.is_empty() || name.chars().count() > NAME_MAX || name.chars().any(char::is_control)
        };
        if let Some(name) = self.query.iter().find(is_wrong) {
            violations.push(DomainError::new(
                ErrorKind::Format,
                "cacheQuery",
                format!("{name:?} is no name of a query parameter"),
                format!("{name:?}不是有效的参数名"),
            ));
        }
        check_headers("cacheHeaders", &self.headers, violations);
        if self.headers.iter().any(|name| name == ANY) {
            violations.push(DomainError::new(
                ErrorKind::Format,
                "cacheHeaders",
                "headers are named one by one",
                "须逐一列出Header名称",
            ));
        }
    }
}

/// The broken rule of a time that is none, or too long.
#[must_use]
pub fn out_of_range() -> DomainError {
    DomainError::new(
        ErrorKind::Range,
        "cacheSeconds",
        format!("1 to {SECONDS_MAX} seconds"),
        format!("1到{SECONDS_MAX}秒"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(settings: &CacheSettings, method: Method) -> Vec<String> {
        let mut violations = Violations::new();
        settings.check(method, &mut violations);
        violations.into_iter().map(|rule| rule.field).collect()
    }

    #[test]
    fn answers_of_get_are_kept_for_a_second_to_a_day() {
        let good = CacheSettings { seconds: 60, query: vec![], headers: vec![], shared: false };
        assert_eq!(fields(&good, Method::Get), [""; 0]);
        assert_eq!(fields(&good, Method::Post), ["cacheSeconds"]);
        for seconds in [0, SECONDS_MAX + 1] {
            assert_eq!(
                fields(&CacheSettings { seconds, ..good.clone() }, Method::Get),
                ["cacheSeconds"]
            );
        }
        let names = CacheSettings {
            query: vec!["a\n".into()],
            headers: vec!["x y".into()],
            ..good.clone()
        };
        assert_eq!(fields(&names, Method::Get), ["cacheQuery", "cacheHeaders"]);
        let any = CacheSettings { headers: vec![ANY.into()], ..good };
        assert_eq!(fields(&any, Method::Get), ["cacheHeaders"]);
    }
}
