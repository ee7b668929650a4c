//! Fields of forms: label above, rule beneath, and in its place the error, once there is one. They find the form's errors and
//! what was typed by context, so they only need their name.

mod choice;
mod guard;
mod text;

pub(crate) use choice::ticked_at_first;
pub use choice::{Checkbox, Choice, RadioGroup, Select};
pub(crate) use guard::guard_unsaved;
pub use text::{TextArea, TextField, escaped};

use super::{
    form::{FormContext, slug},
    icon::{Glyph, Icon},
};
use crate::contexts::use_texts;
use domain::DomainError;
use leptos::prelude::*;

/// A group of fields with a heading.
#[component]
pub fn FormSection(
    /// The heading.
    #[prop(into)]
    title: String,
    children: Children,
) -> impl IntoView {
    view! {
        <fieldset class="form-section">
            <legend class="form-section-title">{title}</legend>
            {children()}
        </fieldset>
    }
}

/// The row of buttons beneath a form.
#[component]
pub fn FormActions(children: Children) -> impl IntoView {
    view! { <div class="form-actions">{children()}</div> }
}

/// What every field has: its ids, its value before anything is typed, its error.
#[derive(Clone, Copy)]
pub(crate) struct Field {
    /// The element that the label names and the summary links to.
    id: StoredValue<String>,
    /// The rule or error beneath.
    help_id: StoredValue<String>,
    /// What is wrong, in the page's language.
    error: Signal<Option<String>>,
    /// What was found wrong when the field was left.
    local: RwSignal<Option<Option<DomainError>>>,
}

impl Field {
    /// The field `name` of the form; `domain_name` is what the domain's rules call it, by default the last part of `name`.
    fn new(name: &str, domain_name: &str, label: &str) -> (Self, Option<FormContext>) {
        let texts = use_texts();
        let form = use_context::<FormContext>();
        let domain_name =
            if domain_name.is_empty() { last_part(name) } else { domain_name }.to_owned();
        let known_as = domain_name.clone();
        let prefix = form.map_or_else(|| "form".to_owned(), |form| form.id.get_value());
        let id = format!("{prefix}-field-{}", slug(&domain_name));
        let local = RwSignal::new(None);
        let error = Signal::derive(move || {
            let wrong = match local.get() {
                Some(found) => found,
                None => form.and_then(|form| form.violation(&domain_name)),
            };
            wrong.map(|wrong| texts.locale.rule(&wrong).to_owned())
        });
        if let Some(form) = form {
            form.name(&known_as, label);
            // A new attempt is judged anew.
            Effect::new(move |_| {
                form.violations.track();
                local.set(None);
            });
        }
        let help_id = StoredValue::new(format!("{id}-help"));
        (Self { id: StoredValue::new(id), help_id, error, local }, form)
    }

    fn id(&self) -> String {
        self.id.get_value()
    }

    fn invalid(&self) -> Option<&'static str> {
        self.has_error().then_some("true")
    }

    fn described_by(&self, has_rule: bool) -> Option<String> {
        (has_rule || self.has_error()).then(|| self.help_id.try_get_value()).flatten()
    }

    /// A field that stood in data which was read again is still asked once, when its signals are gone already.
    fn has_error(&self) -> bool {
        self.error.try_with(Option::is_some).unwrap_or_default()
    }
}

/// `form[request][schema]` → `schema`.
fn last_part(name: &str) -> &str {
    let name = name.trim_end_matches(']');
    name.rsplit('[').next().unwrap_or(name)
}

/// The label above a field.
#[component]
fn FieldLabel(
    field: Field,
    #[prop(into)] label: String,
    /// Marks the label when the field may be left empty.
    required: bool,
) -> impl IntoView {
    let optional = (!required).then(|| {
        view! { " " <span class="field-optional">{use_texts().common.optional}</span> }
    });
    view! { <label class="field-label" for=field.id()>{label} {optional}</label> }
}

/// The rule beneath a field, or what is wrong with it.
#[component]
fn FieldHelp(field: Field, #[prop(into)] rule: String) -> impl IntoView {
    let help_id = field.help_id;
    move || match field.error.try_get().flatten() {
        Some(error) => view! {
            <p class="field-error" id=help_id.try_get_value()><Icon glyph=Glyph::Alert/> {error}</p>
        }
        .into_any(),
        None if rule.is_empty() => ().into_any(),
        None => {
            view! { <p class="field-rule" id=help_id.try_get_value()>{rule.clone()}</p> }.into_any()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_domain_name_of_a_field_is_the_last_part_of_its_name() {
        assert_eq!(last_part("form[request][schema]"), "schema");
        assert_eq!(last_part("email"), "email");
    }
}
