//! Reads a chosen file into a field of a form. Needs JavaScript; without it the text is pasted.

use leptos::{
    prelude::*,
    wasm_bindgen::{JsCast, closure::Closure},
    web_sys::{Event, File, FileReader, HtmlInputElement},
};

/// What a field for a file says.
#[derive(Clone, Copy, Debug)]
pub struct FileWords {
    /// Above it.
    pub label: &'static str,
    /// Beneath it.
    pub help: &'static str,
    /// Of a file that is larger than it may be.
    pub too_large: &'static str,
    /// Of a file that cannot be read.
    pub unreadable: &'static str,
}

/// A file to choose; its text is given to `on_text`, and the file itself is never sent.
#[component]
pub fn FileInput(
    /// The id of the element.
    id: &'static str,
    /// What it says.
    words: FileWords,
    /// Kinds of files that are offered, as in the attribute `accept`.
    accept: &'static str,
    /// Largest file, in bytes.
    max: usize,
    /// Hears the text of the file.
    #[prop(into)]
    on_text: Callback<String>,
) -> impl IntoView {
    let wrong = RwSignal::new(None);
    let choose = move |event: Event| {
        let Some(file) = chosen(&event) else { return };
        wrong.set(None);
        #[expect(clippy::cast_precision_loss, reason = "some MB")]
        if file.size() > max as f64 {
            wrong.set(Some(words.too_large));
            return;
        }
        read(&file, move |text| match text {
            Some(text) => _ = on_text.try_run(text),
            None => _ = wrong.try_set(Some(words.unreadable)),
        });
    };
    let help = format!("{id}-help");
    view! {
        <div class="field needs-script">
            <label class="field-label" for=id>{words.label}</label>
            <input
                class="file"
                type="file"
                id=id
                accept=accept
                aria-describedby=help.clone()
                on:change=choose
            />
            <p class="field-rule" id=help aria-live="polite">
                {move || match wrong.get() {
                    Some(wrong) => view! { <span class="text-danger">{wrong}</span> }.into_any(),
                    None => words.help.into_any(),
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
