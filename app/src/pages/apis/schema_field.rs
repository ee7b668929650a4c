//! A body in the form of an API: its kind, its media type, its format as JSON Schema with a check while it is typed.

use crate::{
    components::{
        Button, Choice, FormSection, Select, TextArea, TextField, form::FormContext,
        scripted::use_scripted,
    },
    contexts::use_texts,
    forms::apis::BodyFields,
};
use domain::BodyType;
use leptos::{html, prelude::*};
use serde_json::Value;

/// The words of one of the two bodies, and what its fields are called.
#[derive(Clone, Copy)]
pub(super) struct BodyWords {
    /// `request`, `response`: the fields are `form[request][schema]`, ….
    pub(super) part: &'static str,
    /// `reqBody`, `resBody`: what the domain's rules call it.
    pub(super) rule: &'static str,
    pub(super) title: &'static str,
    pub(super) kind: &'static str,
    pub(super) format: &'static str,
    pub(super) other_help: &'static str,
}

/// The fields of a body.
#[component]
pub(super) fn BodySection(
    words: BodyWords,
    fields: BodyFields,
    /// What was typed as its kind before the page was rendered.
    typed_kind: Option<String>,
    /// Told when requests of the chosen method carry no body; its fields are out of the way then.
    #[prop(optional, into)]
    absent: Signal<Option<&'static str>>,
) -> impl IntoView {
    let form_words = &use_texts().apis.form;
    let scripted = use_scripted();
    let kind = RwSignal::new(typed_kind.unwrap_or_else(|| fields.r#type.clone()));
    let other = move || kind.get() == BodyType::Other.as_str();
    let kinds = BodyType::ALL.iter().map(|kind| match kind {
        BodyType::Other => Choice::new(kind.as_str(), form_words.other),
        _ => Choice::new(kind.as_str(), kind.as_str()),
    });
    let name = move |member: &str| format!("form[{}][{member}]", words.part);
    view! {
        <FormSection title=words.title>
            {move || absent.get().map(|text| view! { <p class="text-muted">{text}</p> })}
            <div hidden=move || scripted.get() && absent.get().is_some()>
                <Select
                    label=words.kind
                    name=name("type")
                    field=format!("{}Kind", words.rule)
                    value=fields.r#type
                    choices=kinds.collect()
                    on_change=move |value| kind.set(value)
                />
            </div>
            <div class="stack" hidden=move || scripted.get() && (absent.get().is_some() || !other())>
                <TextField
                    label=form_words.media_type
                    name=name("content_type")
                    field=format!("{}Type", words.rule)
                    value=fields.content_type
                    rule=form_words.media_type_help
                    placeholder="text/csv"
                    mono=true
                />
                <p class="field-rule">{words.other_help}</p>
            </div>
            <div class="stack" hidden=move || scripted.get() && (absent.get().is_some() || other())>
                <SchemaField label=words.format name=name("schema") field=words.rule value=fields.schema/>
            </div>
        </FormSection>
    }
}

/// A JSON Schema.
#[component]
fn SchemaField(
    label: &'static str,
    name: String,
    field: &'static str,
    value: String,
) -> impl IntoView {
    let words = &use_texts().apis.form;
    let form = expect_context::<FormContext>();
    let text = RwSignal::new(form.typed(&name).unwrap_or_else(|| value.clone()));
    let area = NodeRef::<html::Textarea>::new();
    let state = Memo::new(move |_| text.with(|text| judge(text)));
    let told = move || {
        if form.violation(field).is_some() {
            return ().into_any();
        }
        let (class, told) = match state.get() {
            Judgement::Empty => return ().into_any(),
            Judgement::Valid => ("schema-state text-success", words.schema_valid.to_owned()),
            Judgement::NotAnObject => {
                ("schema-state text-danger", words.schema_not_an_object.to_owned())
            }
            Judgement::Broken { line, column } => {
                ("schema-state text-danger", (words.schema_broken)(line, column))
            }
        };
        view! { <span class=class>{told}</span> }.into_any()
    };
    let format = move || {
        let Some(pretty) = pretty(&text.get_untracked()) else { return };
        if let Some(area) = area.get_untracked() {
            area.set_value(&pretty);
        }
        text.set(pretty);
    };
    view! {
        <TextArea
            label
            name
            field
            value
            rule=words.schema_help
            rows=7
            mono=true
            node_ref=area
            on_input=move |typed| {
                // What was wrong with it at the last attempt gives way to what is right or wrong now.
                form.forgive(field);
                text.set(typed);
            }
        />
        <div class="schema-bar needs-script">
            <Button on_press=move |()| format()>{words.format_schema}</Button>
            <span aria-live="polite">{told}</span>
        </div>
    }
}

/// What is to be said of a schema while it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Judgement {
    Empty,
    Valid,
    NotAnObject,
    Broken { line: usize, column: usize },
}

fn judge(text: &str) -> Judgement {
    if text.trim().is_empty() {
        return Judgement::Empty;
    }
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(_) | Value::Bool(_)) => Judgement::Valid,
        Ok(_) => Judgement::NotAnObject,
        Err(wrong) => Judgement::Broken { line: wrong.line(), column: wrong.column() },
    }
}

fn pretty(text: &str) -> Option<String> {
    let value: Value = serde_json::from_str(text).ok()?;
    serde_json::to_string_pretty(&value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_where_a_schema_is_broken() {
        assert_eq!(judge(" \n"), Judgement::Empty);
        assert_eq!(judge(r#"{"type":"object"}"#), Judgement::Valid);
        assert_eq!(judge("[]"), Judgement::NotAnObject);
        assert_eq!(judge("{\n  \"a\": }"), Judgement::Broken { line: 2, column: 8 });
    }

    #[test]
    fn a_schema_keeps_the_order_of_its_members_when_it_is_formatted() {
        assert_eq!(pretty(r#"{"b":1,"a":2}"#).unwrap(), "{\n  \"b\": 1,\n  \"a\": 2\n}");
        assert_eq!(pretty("{"), None);
    }
}
