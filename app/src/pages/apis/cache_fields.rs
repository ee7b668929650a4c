//! The fields that say how an API's answers are kept.

use crate::{
    components::{
        Checkbox, FormSection, TextField, form_field::ticked_at_first, scripted::use_scripted,
    },
    contexts::use_texts,
    forms::apis::CacheForm,
};
use leptos::prelude::*;

/// The response cache.
#[component]
pub(super) fn CacheSection(
    /// What the fields hold at first.
    initial: CacheForm,
) -> impl IntoView {
    let words = use_texts().answers;
    let scripted = use_scripted();
    let is_on = initial.enabled == "true";
    let enabled = RwSignal::new(ticked_at_first("form[cache][enabled]", is_on));
    view! {
        <FormSection title=words.cache_section>
            <Checkbox
                label=words.cache
                name="form[cache][enabled]"
                checked=is_on
                rule=words.cache_help
                on_change=move |ticked| enabled.set(ticked)
            />
            <div class="stack" hidden=move || scripted.get() && !enabled.get()>
                <TextField
                    label=words.seconds
                    name="form[cache][seconds]"
                    field="cacheSeconds"
                    value=initial.seconds
                    rule=words.seconds_rule
                    required=true
                />
                <TextField
                    label=words.query
                    name="form[cache][query]"
                    field="cacheQuery"
                    value=initial.query
                    rule=words.query_rule
                    mono=true
                />
                <TextField
                    label=words.cache_headers
                    name="form[cache][headers]"
                    field="cacheHeaders"
                    value=initial.headers
                    rule=words.cache_headers_rule
                    mono=true
                />
                <Checkbox
                    label=words.shared
                    name="form[cache][shared]"
                    checked=initial.shared == "true"
                    rule=words.shared_help
                />
            </div>
        </FormSection>
    }
}
