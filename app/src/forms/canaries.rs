//! The fields that say which calls a canary gets.

use super::{field, trimmed};
use domain::{CanaryHeader, CanarySettings, error::Violations};
use serde::{Deserialize, Serialize};

/// Which calls a canary gets, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CanaryForm {
    /// Per cent.
    pub share: String,
    /// `client_address`, `caller_key`, `call`.
    pub counted_by: String,
    /// Empty: no header decides.
    pub header_name: String,
    /// Empty: any value.
    pub header_value: String,
}

impl Default for CanaryForm {
    fn default() -> Self {
        Self {
            share: "5".to_owned(),
            counted_by: "client_address".to_owned(),
            header_name: String::new(),
            header_value: String::new(),
        }
    }
}

impl CanaryForm {
    /// # Errors
    /// Every broken rule.
    pub fn parse(&self) -> Result<CanarySettings, Violations> {
        let mut violations = Violations::new();
        let share = field("share", self.share.trim().parse(), &mut violations);
        let counted_by = field("countedBy", self.counted_by.parse(), &mut violations);
        let (name, value) = (trimmed(&self.header_name), trimmed(&self.header_value));
        let value = (!value.is_empty()).then_some(value);
        // A value without a name is a name that was forgotten.
        let is_asked = !name.is_empty() || value.is_some();
        let settings = CanarySettings {
            share: share.unwrap_or_default(),
            counted_by: counted_by.unwrap_or_default(),
            header: is_asked.then_some(CanaryHeader { name, value }),
        };
        violations.extend(settings.validate().err().unwrap_or_default());
        if violations.is_empty() { Ok(settings) } else { Err(violations) }
    }

    /// What was typed before the page was rendered; `get` tells a field by its name within this form.
    #[must_use]
    pub fn typed(get: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let usual = Self::default();
        Some(Self {
            share: get("[share]")?,
            counted_by: get("[counted_by]").unwrap_or(usual.counted_by),
            header_name: get("[header_name]").unwrap_or_default(),
            header_value: get("[header_value]").unwrap_or_default(),
        })
    }
}

impl From<&CanarySettings> for CanaryForm {
    fn from(settings: &CanarySettings) -> Self {
        let (header_name, header_value) = match &settings.header {
            Some(header) => (header.name.clone(), header.value.clone().unwrap_or_default()),
            None => (String::new(), String::new()),
        };
        Self {
            share: settings.share.to_string(),
            counted_by: settings.counted_by.as_str().to_owned(),
            header_name,
            header_value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::CountedBy;

    fn form(share: &str, header_name: &str, header_value: &str) -> CanaryForm {
        CanaryForm {
            share: share.into(),
            counted_by: "caller_key".into(),
            header_name: header_name.into(),
            header_value: header_value.into(),
        }
    }

    #[test]
    fn what_was_saved_comes_back_into_the_form() {
        for typed in [form("12.5", "x-canary", "yes"), form("0", "x-canary", ""), form("5", "", "")]
        {
            let settings = typed.parse().unwrap();
            assert_eq!(settings.counted_by, CountedBy::CallerKey);
            assert_eq!(CanaryForm::from(&settings), typed);
        }
    }

    #[test]
    fn a_broken_rule_names_its_field() {
        let fields = |form: CanaryForm| -> Vec<String> {
            form.parse().unwrap_err().into_iter().map(|rule| rule.field).collect()
        };
        assert_eq!(fields(form("", "", "")), ["share"]);
        assert_eq!(fields(form("101", "a b", "")), ["share", "headerName"]);
        assert_eq!(fields(form("5", "", "yes")), ["headerName"]);
        let by = CanaryForm { counted_by: "x".into(), ..CanaryForm::default() };
        assert_eq!(fields(by), ["countedBy"]);
    }
}
