//! The part of an API's form that says how its answers are kept.

use super::super::{api_groups::entries, field};
use domain::{CacheSettings, cache::out_of_range, error::Violations};
use serde::{Deserialize, Serialize};

/// The response cache, as typed. Names have blanks or commas between them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CacheForm {
    /// `true` when the box is ticked; otherwise the rest does not matter.
    pub enabled: String,
    /// How long.
    pub seconds: String,
    /// Names of query parameters; empty for all.
    pub query: String,
    /// Names of headers.
    pub headers: String,
    /// `true` when the box is ticked.
    pub shared: String,
}

impl Default for CacheForm {
    fn default() -> Self {
        Self {
            enabled: String::new(),
            seconds: "60".to_owned(),
            query: String::new(),
            headers: String::new(),
            shared: String::new(),
        }
    }
}

impl CacheForm {
    /// The settings, `None` for no cache; what cannot be read is told in `violations`.
    pub(super) fn parse(&self, violations: &mut Violations) -> Option<CacheSettings> {
        if self.enabled != "true" {
            return None;
        }
        let seconds = self.seconds.trim().parse::<u32>().map_err(|_no_number| out_of_range());
        let names = |text: &str| entries(text).map(ToOwned::to_owned).collect();
        Some(CacheSettings {
            seconds: field("cacheSeconds", seconds, violations)?,
            query: names(&self.query),
            headers: names(&self.headers),
            shared: self.shared == "true",
        })
    }
}

impl From<Option<&CacheSettings>> for CacheForm {
    fn from(settings: Option<&CacheSettings>) -> Self {
        let Some(settings) = settings else { return Self::default() };
        Self {
            enabled: "true".to_owned(),
            seconds: settings.seconds.to_string(),
            query: settings.query.join(", "),
            headers: settings.headers.join(", "),
            shared: if settings.shared { "true".to_owned() } else { String::new() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_saved_comes_back_into_the_form() {
        let mut violations = Violations::new();
        let form = CacheForm {
            enabled: "true".into(),
            seconds: " 300 ".into(),
            query: "limit, offset".into(),
            headers: "Accept-Language".into(),
            shared: "true".into(),
        };
        let settings = form.parse(&mut violations);
        assert_eq!(settings.as_ref().unwrap().query, ["limit", "offset"]);
        assert_eq!(CacheForm::from(settings.as_ref()).parse(&mut violations), settings);
        assert_eq!(CacheForm::from(None).parse(&mut violations), None);
        assert_eq!(violations, []);
    }

    #[test]
    fn a_time_that_is_no_number_is_told() {
        let mut violations = Violations::new();
        let form =
            CacheForm { enabled: "true".into(), seconds: "long".into(), ..CacheForm::default() };
        assert_eq!(form.parse(&mut violations), None);
        assert_eq!(violations[0].field, "cacheSeconds");
    }
}
