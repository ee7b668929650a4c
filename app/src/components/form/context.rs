//! What a form and its fields share.

use crate::{error::AppError, i18n::Texts};
use domain::DomainError;
use leptos::prelude::*;

/// What the fields of a form share; they find it by context.
#[derive(Clone, Copy)]
pub struct FormContext {
    /// Begins the ids of the form's elements.
    pub(crate) id: StoredValue<String>,
    /// Rules that the last attempt broke.
    pub(crate) violations: RwSignal<Vec<DomainError>>,
    /// Why the last attempt failed, other than by broken rules.
    pub(crate) failure: RwSignal<Option<AppError>>,
    /// What was typed before the page was rendered (a form sent without JavaScript).
    pub(super) typed: StoredValue<Vec<(String, String)>>,
    /// Whether an attempt is on its way.
    pub(crate) pending: Signal<bool>,
    /// Whether something was entered or changed that was not sent. Typing says so by itself.
    pub(crate) dirty: RwSignal<bool>,
    /// What people call each field, by the name that the domain's rules have for it.
    labels: StoredValue<Vec<(String, String)>>,
}

impl FormContext {
    /// The form of the server function at `path`, with what became of it when it was sent without JavaScript.
    pub(super) fn new(
        path: &str,
        wrong: Option<AppError>,
        typed: Vec<(String, String)>,
        pending: Signal<bool>,
    ) -> Self {
        let violations = wrong.as_ref().map(|it| it.violations().to_vec()).unwrap_or_default();
        Self {
            id: StoredValue::new(id_prefix(path)),
            failure: RwSignal::new(wrong.filter(|it| it.violations().is_empty())),
            violations: RwSignal::new(violations),
            typed: StoredValue::new(typed),
            pending,
            dirty: RwSignal::new(false),
            labels: StoredValue::new(Vec::new()),
        }
    }

    /// What was typed into the field `name`, if the form was sent before.
    pub(crate) fn typed(&self, name: &str) -> Option<String> {
        self.typed.with_value(|typed| {
            typed.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone())
        })
    }

    /// What was typed into fields whose names begin with `prefix`, by the rest of their names.
    pub(crate) fn typed_beneath(&self, prefix: &str) -> Vec<(String, String)> {
        self.typed.with_value(|typed| {
            let beneath = |(name, text): &(String, String)| {
                Some((name.strip_prefix(prefix)?.to_owned(), text.clone()))
            };
            typed.iter().filter_map(beneath).collect()
        })
    }

    /// Says what people call the field that the domain calls `field`; the summary names it so.
    pub(crate) fn name(&self, field: &str, label: &str) {
        self.labels.update_value(|labels| labels.push((field.to_owned(), label.to_owned())));
    }

    /// What the summary says of a broken rule.
    pub(super) fn told(&self, wrong: &DomainError, texts: &Texts) -> String {
        let rule = texts.locale.rule(wrong);
        let label = self.labels.with_value(|labels| {
            labels.iter().find(|(field, _)| *field == wrong.field).map(|(_, label)| label.clone())
        });
        label.map_or_else(|| rule.to_owned(), |label| (texts.common.errors.of_field)(&label, rule))
    }

    /// Whether the form was sent before; then a box that is not among what was typed was not ticked.
    pub(crate) fn was_sent(&self) -> bool {
        self.typed.with_value(|typed| !typed.is_empty())
    }

    /// Forgets the broken rule of a field that says itself, while it is typed into, what is wrong with it.
    pub(crate) fn forgive(&self, field: &str) {
        if self.violation(field).is_some() {
            self.violations.update(|violations| violations.retain(|wrong| wrong.field != field));
        }
    }

    /// The broken rule of the field that the domain calls `field`.
    pub(crate) fn violation(&self, field: &str) -> Option<DomainError> {
        self.violations
            .with(|violations| violations.iter().find(|wrong| wrong.field == field).cloned())
    }
}

/// `/console/create_api_group1234` → `create-api-group`.
fn id_prefix(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.trim_end_matches(|c: char| c.is_ascii_digit()).replace('_', "-")
}
