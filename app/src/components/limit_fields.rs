//! Fields for how long a backend may take and how often it is tried.

use super::TextField;
use crate::{contexts::use_texts, forms::limits::LimitsForm};
use leptos::prelude::*;

/// Four numbers, each of which may be left out.
#[component]
pub fn LimitFields(
    /// What they are sent beneath: `form[limits]`.
    name: &'static str,
    /// What they hold at first.
    initial: LimitsForm,
) -> impl IntoView {
    let words = use_texts().backends;
    let LimitsForm { connect_ms, first_byte_ms, total_ms, retries } = initial;
    view! {
        <div class="field-grid">
            <TextField
                label=words.connect_ms name=format!("{name}[connect_ms]") field="connectMs"
                value=connect_ms rule=words.connect_rule placeholder="5000" mono=true
            />
            <TextField
                label=words.first_byte_ms name=format!("{name}[first_byte_ms]") field="firstByteMs"
                value=first_byte_ms rule=words.first_byte_rule placeholder="60000" mono=true
            />
            <TextField
                label=words.total_ms name=format!("{name}[total_ms]") field="totalMs"
                value=total_ms rule=words.total_rule mono=true
            />
            <TextField
                label=words.retries name=format!("{name}[retries]") field="retries"
                value=retries rule=words.retries_rule mono=true
            />
        </div>
    }
}
