//! The HTTP method of an API.

use leptos::prelude::*;

/// A method, in the colour that it has everywhere.
#[component]
pub fn MethodBadge(
    /// `GET`, …
    #[prop(into)]
    method: String,
) -> impl IntoView {
    let class = match method.as_str() {
        "GET" | "HEAD" => "badge badge-info font-mono",
        "POST" => "badge badge-success font-mono",
        "PUT" | "PATCH" => "badge badge-warning font-mono",
        "DELETE" => "badge badge-danger font-mono",
        _ => "badge font-mono",
    };
    view! { <span class=class>{method}</span> }
}
