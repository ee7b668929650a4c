//! A block of code or of anything to be copied whole.

use super::copy_button::CopyButton;
use leptos::prelude::*;

/// Code as it is, with a button that copies it.
#[component]
pub fn CodeBlock(
    /// The code.
    #[prop(into)]
    code: String,
    /// What it is, for those who cannot see it: "Request format".
    #[prop(into)]
    label: String,
) -> impl IntoView {
    view! {
        <div class="code">
            // Scrolls, so it must be reachable by the keyboard.
            <pre class="code-text" tabindex="0" role="region" aria-label=label><code>{code.clone()}</code></pre>
            <div class="code-copy"><CopyButton text=code/></div>
        </div>
    }
}
