//! The server's side of the console: routes, contexts, and what stands around them. Code of the server only.

mod page_data;
mod plain_forms;
mod same_origin;
mod second_try;

use crate::{
    contexts::{PageData, Preferences},
    document::{Bundle, shell},
    routes::App,
};
use axum::{
    Router,
    http::{HeaderMap, header, request::Parts},
    middleware::{from_fn, from_fn_with_state},
};
use leptos::prelude::*;
use leptos_axum::{LeptosRoutes, generate_route_list, render_app_async_with_context};
use services::Services;

/// Where the server functions live.
pub(crate) const SERVER_FUNCTIONS: &str = "/console/";

/// All pages and server functions of the console; every other path answers the page "not found".
///
/// The caller puts a `tower_sessions::SessionManagerLayer` around it (cookie HttpOnly, SameSite=Lax), serves the bundle's files
/// under `/pkg/` and `/favicon.svg` before it, sets the headers that protect answers (`Referrer-Policy: same-origin` or no
/// stricter one: forms without JavaScript return to the page that they came from), and gives requests their
/// `ConnectInfo<SocketAddr>`, by which attempts to sign in are limited.
///
/// With a `bundle` its names stand in the pages; without one Leptos takes them from `options`.
pub fn router(services: Services, bundle: Option<Bundle>, options: LeptosOptions) -> Router {
    let context = {
        let services = services.clone();
        move || provide_request_context(&services)
    };
    let document = {
        let options = options.clone();
        move || shell(options.clone(), bundle.clone())
    };
    let not_found = render_app_async_with_context(context.clone(), document.clone());
    Router::new()
        .leptos_routes_with_context(&options, generate_route_list(App), context, document)
        .fallback(not_found)
        .with_state(options)
        .layer(from_fn_with_state(services, page_data::load))
        .layer(from_fn(plain_forms::answer))
        .layer(from_fn(same_origin::require))
        .layer(from_fn(second_try::render))
}

/// What pages and server functions find in their context.
fn provide_request_context(services: &Services) {
    provide_context(services.clone());
    let Some(parts) = use_context::<Parts>() else { return };
    provide_context(preferences(&parts.headers));
    if let Some(data) = parts.extensions.get::<PageData>() {
        provide_context(data.clone());
    }
}

/// What the request's cookies and language ask for.
fn preferences(headers: &HeaderMap) -> Preferences {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Preferences::from_headers(text(header::COOKIE), text(header::ACCEPT_LANGUAGE))
}

/// Whether the request calls a server function.
fn is_server_function(path: &str) -> bool {
    path.starts_with(SERVER_FUNCTIONS)
}

/// Whether the request comes from a browser's own navigation or form, not from the console's code in it.
fn accepts_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}
