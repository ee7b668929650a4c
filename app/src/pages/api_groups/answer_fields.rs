//! The fields that say how a group's calls are answered.

use crate::{
    components::{
        Checkbox, FormSection, TextArea, TextField, form_field::ticked_at_first,
        scripted::use_scripted,
    },
    contexts::use_texts,
    forms::api_groups::AnswersForm,
};
use leptos::prelude::*;

/// CORS and compression.
#[component]
pub(super) fn AnswerFields(
    /// What the fields hold at first.
    initial: AnswersForm,
) -> impl IntoView {
    let words = use_texts().answers;
    let scripted = use_scripted();
    let is_on = initial.cors == "true";
    let cors = RwSignal::new(ticked_at_first("form[answers][cors]", is_on));
    view! {
        <FormSection title=words.section>
            <Checkbox
                label=words.compression
                name="form[answers][compression]"
                checked=initial.compression == "true"
                rule=words.compression_help
            />
            <Checkbox
                label=words.cors
                name="form[answers][cors]"
                checked=is_on
                rule=words.cors_help
                on_change=move |ticked| cors.set(ticked)
            />
            <div class="stack" hidden=move || scripted.get() && !cors.get()>
                <CorsFields initial/>
            </div>
        </FormSection>
    }
}

#[component]
fn CorsFields(initial: AnswersForm) -> impl IntoView {
    let words = use_texts().answers;
    view! {
        <TextArea
            label=words.origins
            name="form[answers][origins]"
            field="corsOrigins"
            value=initial.origins
            rule=words.origins_rule
            placeholder="https://shop.example.com"
            required=true
            mono=true
        />
        <TextField
            label=words.methods
            name="form[answers][methods]"
            field="corsMethods"
            value=initial.methods
            rule=words.methods_rule
            mono=true
        />
        <TextField
            label=words.headers
            name="form[answers][headers]"
            field="corsHeaders"
            value=initial.headers
            rule=words.headers_rule
            mono=true
        />
        <TextField
            label=words.exposed_headers
            name="form[answers][exposed_headers]"
            field="corsExposedHeaders"
            value=initial.exposed_headers
            rule=words.exposed_headers_rule
            mono=true
        />
        <TextField
            label=words.max_age
            name="form[answers][max_age]"
            field="corsMaxAge"
            value=initial.max_age
            rule=words.max_age_rule
            required=true
        />
        <Checkbox
            label=words.credentials
            name="form[answers][credentials]"
            checked=initial.credentials == "true"
            rule=words.credentials_help
        />
    }
}
