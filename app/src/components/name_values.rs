//! Details of an object: names and values.

use leptos::prelude::*;

/// The list; its children are [`NameValue`]s.
#[component]
pub fn NameValues(children: Children) -> impl IntoView {
    view! { <dl class="name-values">{children()}</dl> }
}

/// One name with its value (the children).
#[component]
pub fn NameValue(
    /// The name.
    #[prop(into)]
    name: String,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="name-value">
            <dt>{name}</dt>
            <dd>{children()}</dd>
        </div>
    }
}
