//! The form of an API group.

mod answers;
mod jwt;

pub use answers::AnswersForm;
pub(crate) use answers::entries;
pub use jwt::{ClaimRow, JwtForm};

use super::{field, trimmed};
use domain::{
    ApiGroup, ApiGroupPatch, AuthType, DomainError, GroupSettings, NewApiGroup, Region, Validation,
    error::{Violations, check},
};
use serde::{Deserialize, Serialize};

/// A group, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ApiGroupForm {
    /// Its name.
    pub name: String,
    /// Free text.
    pub description: String,
    /// Path prefix.
    pub prefix: String,
    /// `jd_cloud`, `jwt`, `None`.
    pub auth_type: String,
    /// `true` when the box is ticked; absent otherwise.
    pub strip_prefix: String,
    /// `true` when the box is ticked; absent otherwise.
    pub strict_signatures: String,
    /// `off`, `log`, `refuse`.
    pub validation: String,
    /// How calls are answered.
    pub answers: AnswersForm,
    /// Whose tokens are accepted; looked at only where callers are checked by tokens.
    pub jwt: JwtForm,
}

impl Default for ApiGroupForm {
    fn default() -> Self {
        Self {
            name: String::new(),
            description: String::new(),
            prefix: String::new(),
            auth_type: AuthType::default().as_str().to_owned(),
            strip_prefix: String::new(),
            strict_signatures: String::new(),
            validation: Validation::default().as_str().to_owned(),
            answers: AnswersForm::default(),
            jwt: JwtForm::new(),
        }
    }
}

impl ApiGroupForm {
    /// What the form changes a group to.
    ///
    /// # Errors
    /// Every broken rule.
    pub fn parse(&self) -> Result<ApiGroupPatch, Violations> {
        let mut violations = Violations::new();
        let auth_type = field("authType", self.auth_type.parse::<AuthType>(), &mut violations);
        let validation = field("validation", self.validation.parse(), &mut violations);
        let checks_tokens = auth_type == Some(AuthType::Jwt);
        let settings = GroupSettings {
            prefix: trimmed(&self.prefix),
            auth_type: auth_type.unwrap_or_default(),
            strip_prefix: self.strip_prefix == "true",
            strict_signatures: self.strict_signatures == "true",
            validation: validation.unwrap_or_default(),
            answers: self.answers.parse(&mut violations),
            jwt: checks_tokens.then(|| self.jwt.parse(&mut violations)),
        };
        let patch = ApiGroupPatch {
            name: trimmed(&self.name),
            description: trimmed(&self.description),
            settings,
            jwt_secret: self.jwt.secret().filter(|_| checks_tokens),
        };
        let mut rules: Vec<DomainError> = patch.validate().err().unwrap_or_default();
        for wrong in &mut rules {
            if let Some(row) = self.jwt.row_of(&wrong.field) {
                wrong.field = row;
            }
        }
        // What could not be read at all broke no other rule.
        rules.retain(|rule| violations.iter().all(|known| known.field != rule.field));
        check(rules.into_iter().chain(violations).collect()).map(|()| patch)
    }

    /// The group that the form makes in `region`.
    ///
    /// # Errors
    /// Every broken rule.
    pub fn parse_new(&self, region: Region) -> Result<NewApiGroup, Violations> {
        let ApiGroupPatch { name, description, settings, jwt_secret } = self.parse()?;
        Ok(NewApiGroup { region, name, description, settings, jwt_secret })
    }
}

impl From<&ApiGroup> for ApiGroupForm {
    fn from(group: &ApiGroup) -> Self {
        Self {
            name: group.name.clone(),
            description: group.description.clone(),
            prefix: group.settings.prefix.clone(),
            auth_type: group.settings.auth_type.as_str().to_owned(),
            strip_prefix: ticked(group.settings.strip_prefix),
            strict_signatures: ticked(group.settings.strict_signatures),
            validation: group.settings.validation.as_str().to_owned(),
            answers: (&group.settings.answers).into(),
            jwt: group.settings.jwt.as_ref().map_or_else(JwtForm::new, JwtForm::from),
        }
    }
}

/// What a box sends.
fn ticked(box_is: bool) -> String {
    if box_is { "true".to_owned() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_broken_rules_are_told_at_once_in_the_order_of_the_fields() {
        let form = ApiGroupForm {
            name: "Pet Store".into(),
            prefix: "/petstore".into(),
            auth_type: "magic".into(),
            ..ApiGroupForm::default()
        };
        let fields: Vec<String> =
            form.parse().unwrap_err().into_iter().map(|wrong| wrong.field).collect();
        assert_eq!(fields, ["groupName", "prefix", "authType"]);
    }

    #[test]
    fn tokens_are_looked_at_only_where_callers_are_checked_by_them() {
        let named = ApiGroupForm { name: "PetStore".into(), ..ApiGroupForm::default() };
        assert_eq!(named.parse().unwrap().settings.jwt, None);
        let form = ApiGroupForm { auth_type: AuthType::Jwt.as_str().into(), ..named };
        let fields: Vec<String> =
            form.parse().unwrap_err().into_iter().map(|wrong| wrong.field).collect();
        assert_eq!(fields, ["jwtIssuer", "jwksUrl"]);
        let row = ClaimRow { claim: "sub".into(), header: "Host".into() };
        let claims = vec![ClaimRow::default(), row];
        let (issuer, keys) = ("issuer".to_owned(), "shared_secret".to_owned());
        let jwt = JwtForm { issuer, keys, secret: "short".into(), claims, ..JwtForm::new() };
        let fields: Vec<String> = ApiGroupForm { jwt, ..form }
            .parse()
            .unwrap_err()
            .into_iter()
            .map(|wrong| wrong.field)
            .collect();
        assert_eq!(fields, ["jwtClaims[1].header", "jwtSecret"]);
    }

    #[test]
    fn what_is_done_with_calls_that_do_not_fit_is_one_of_three() {
        let form = ApiGroupForm { name: "PetStore".into(), ..ApiGroupForm::default() };
        assert_eq!(form.parse().unwrap().settings.validation, Validation::Off);
        let refuse = ApiGroupForm { validation: "refuse".into(), ..form.clone() };
        assert_eq!(refuse.parse().unwrap().settings.validation, Validation::Refuse);
        let wrong = ApiGroupForm { validation: "always".into(), ..form };
        assert_eq!(wrong.parse().unwrap_err()[0].field, "validation");
    }

    #[test]
    fn a_box_that_is_not_ticked_is_absent() {
        let form = ApiGroupForm { name: "PetStore".into(), ..ApiGroupForm::default() };
        assert!(!form.parse().unwrap().settings.strip_prefix);
        let form = ApiGroupForm { strip_prefix: "true".into(), ..form };
        let settings = form.parse_new(Region::CnNorth1).unwrap().settings;
        assert!(settings.strip_prefix && !settings.strict_signatures);
        let form = ApiGroupForm { strict_signatures: "true".into(), ..form };
        assert!(form.parse().unwrap().settings.strict_signatures);
    }
}
