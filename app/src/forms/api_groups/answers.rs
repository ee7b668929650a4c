//! The part of a group's form that says how calls are answered.

use super::super::field;
use domain::{
    AllowedOrigin, AnswerSettings, CorsSettings, DomainError, Method,
    cors::MAX_AGE_MAX,
    error::{ErrorKind, Violations},
};
use serde::{Deserialize, Serialize};

/// How calls are answered, as typed. Texts of several entries have blanks, commas or new lines between them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AnswersForm {
    /// `true` when the box is ticked; otherwise what is typed for CORS does not matter.
    pub cors: String,
    /// Origins.
    pub origins: String,
    /// Methods; empty for those of the path.
    pub methods: String,
    /// Names of headers, or `*`.
    pub headers: String,
    /// Names of headers, or `*`.
    pub exposed_headers: String,
    /// `true` when the box is ticked.
    pub credentials: String,
    /// Seconds.
    pub max_age: String,
    /// `true` when the box is ticked.
    pub compression: String,
}

impl Default for AnswersForm {
    fn default() -> Self {
        let mut form = Self::of_cors(&CorsSettings::default());
        form.cors.clear();
        form
    }
}

impl AnswersForm {
    /// The settings; what cannot be read is told in `violations`.
    pub(super) fn parse(&self, violations: &mut Violations) -> AnswerSettings {
        let cors = (self.cors == "true").then(|| self.parse_cors(violations));
        AnswerSettings { cors, compression: self.compression == "true" }
    }

    fn parse_cors(&self, violations: &mut Violations) -> CorsSettings {
        let origins: Vec<Result<AllowedOrigin, DomainError>> =
            entries(&self.origins).map(str::parse).collect();
        let origins = origins.into_iter().collect::<Result<Vec<_>, _>>();
        let methods: Result<Vec<Method>, DomainError> =
            entries(&self.methods).map(|name| name.to_ascii_uppercase().parse()).collect();
        let max_age = self.max_age.trim().parse::<u32>().map_err(|_no_number| {
            DomainError::new(
                ErrorKind::Range,
                "corsMaxAge",
                format!("0 to {MAX_AGE_MAX} seconds"),
                format!("0到{MAX_AGE_MAX}秒"),
            )
        });
        let names = |text: &str| entries(text).map(ToOwned::to_owned).collect();
        CorsSettings {
            origins: field("corsOrigins", origins, violations).unwrap_or_default(),
            methods: field("corsMethods", methods, violations).unwrap_or_default(),
            headers: names(&self.headers),
            exposed_headers: names(&self.exposed_headers),
            credentials: self.credentials == "true",
            max_age: field("corsMaxAge", max_age, violations).unwrap_or_default(),
        }
    }

    fn of_cors(cors: &CorsSettings) -> Self {
        let origins: Vec<String> = cors.origins.iter().map(AllowedOrigin::to_string).collect();
        let methods: Vec<&str> = cors.methods.iter().map(|method| method.as_str()).collect();
        Self {
            cors: "true".to_owned(),
            origins: origins.join("\n"),
            methods: methods.join(", "),
            headers: cors.headers.join(", "),
            exposed_headers: cors.exposed_headers.join(", "),
            credentials: super::ticked(cors.credentials),
            max_age: cors.max_age.to_string(),
            compression: String::new(),
        }
    }
}

impl From<&AnswerSettings> for AnswersForm {
    fn from(settings: &AnswerSettings) -> Self {
        Self {
            compression: super::ticked(settings.compression),
            ..settings.cors.as_ref().map_or_else(Self::default, Self::of_cors)
        }
    }
}

/// The entries of a text.
pub(crate) fn entries(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c == ',' || c.is_whitespace()).filter(|entry| !entry.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> AnswersForm {
        AnswersForm {
            cors: "true".into(),
            origins: "https://a.com\r\nhttps://*.b.com, http://localhost:3000".into(),
            methods: "get, PUT".into(),
            headers: "Authorization X-Tenant".into(),
            ..AnswersForm::default()
        }
    }

    fn fields(form: &AnswersForm) -> Vec<String> {
        let mut violations = Violations::new();
        form.parse(&mut violations);
        violations.into_iter().map(|rule| rule.field).collect()
    }

    #[test]
    fn lists_are_typed_with_commas_blanks_or_new_lines() {
        let mut violations = Violations::new();
        let cors = form().parse(&mut violations).cors.unwrap();
        assert_eq!(violations, []);
        assert_eq!(cors.origins.len(), 3);
        assert_eq!(cors.methods, [Method::Get, Method::Put]);
        assert_eq!(cors.headers, ["Authorization", "X-Tenant"]);
    }

    #[test]
    fn what_cannot_be_read_is_told_by_its_field() {
        let wrong = AnswersForm {
            origins: "https://a.com shop.example.com".into(),
            methods: "FETCH".into(),
            max_age: "long".into(),
            ..form()
        };
        assert_eq!(fields(&wrong), ["corsOrigins", "corsMethods", "corsMaxAge"]);
        assert_eq!(fields(&AnswersForm { cors: String::new(), ..wrong }), [""; 0]);
    }

    #[test]
    fn what_was_saved_comes_back_into_the_form() {
        let mut violations = Violations::new();
        let form = AnswersForm { credentials: "true".into(), compression: "true".into(), ..form() };
        let settings = form.parse(&mut violations);
        assert_eq!(AnswersForm::from(&settings).parse(&mut violations), settings);
        let nothing = AnswerSettings::default();
        assert_eq!(AnswersForm::from(&nothing), AnswersForm::default());
        assert_eq!(AnswersForm::default().parse(&mut violations), nothing);
    }
}
