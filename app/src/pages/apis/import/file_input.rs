//! Reads a chosen file into the form. Needs JavaScript; without it the document is pasted.

use crate::contexts::use_texts;
use domain::import::DOCUMENT_MAX;
use leptos::{
    prelude::*,
    wasm_bindgen::{JsCast, closure::Closure},
    web_sys::{Event, File, FileReader, HtmlInputElement},
};

/// A file to choose; its text is given to `on_text`.
#[component]
pub(super) fn FileInput(
    /// Hears the text of the file.
    #[prop(into)]
    on_text: Callback<String>,
) -> impl IntoView {
    let words = &use_texts().apis.plan;
    let wrong = RwSignal::new(None);
    let choose = move |event: Event| {
        let Some(file) = chosen(&event) else { return };
        wrong.set(None);
        #[expect(clippy::cast_precision_loss, reason = "2 MB")]
        if file.size() > DOCUMENT_MAX as f64 {
            wrong.set(Some(words.file_too_large));
            return;
        }
        read(&file, move |text| match text {
            Some(text) => _ = on_text.try_run(text),
            None => _ = wrong.try_set(Some(words.file_unreadable)),
        });
    };
    view! {
        <div class="field needs-script">
            <label class="field-label" for="import-file">{words.file}</label>
            <input
                class="file"
                type="file"
                id="import-file"
                accept=".yaml,.yml,.json,application/json,text/yaml"
                aria-describedby="import-file-help"
                on:change=choose
            />
            <p class="field-rule" id="import-file-help" aria-live="polite">
                {move || match wrong.get() {
                    Some(wrong) => view! { <span class="text-danger">{wrong}</span> }.into_any(),
                    None => words.file_help.into_any(),
                }}
            </p>
        </div>
    }
}

fn chosen(event: &Event) -> Option<File> {
    let input: HtmlInputElement = event.target()?.dyn_into().ok()?;
    input.files()?.get(0)
}

/// Reads the file; `then` gets its text, or nothing when that failed.
fn read(file: &File, then: impl FnOnce(Option<String>) + 'static) {
    let Ok(reader) = FileReader::new() else { return then(None) };
    let read = reader.clone();
    let done =
        Closure::once_into_js(move || then(read.result().ok().and_then(|text| text.as_string())));
    reader.set_onloadend(Some(done.unchecked_ref()));
    // What cannot be begun is reported by the same event.
    _ = reader.read_as_text(file);
}
