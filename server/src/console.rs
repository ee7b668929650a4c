//! The console's router: pages and server functions of the app, with sessions; files; `/healthz`.

mod assets;
mod requests;
mod sessions;

use crate::config::ConsoleConfig;
use assets::Assets;
use axum::{
    Json, Router,
    extract::Request,
    middleware::{Next, from_fn},
    response::Response,
    routing::get,
};
use http::Method;
use leptos::prelude::LeptosOptions;
use serde_json::json;
use services::Services;
use std::sync::Arc;
use store::Store;
use tower_http::{catch_panic::CatchPanicLayer, limit::RequestBodyLimitLayer};

/// Everything that the console's address serves.
pub(crate) fn router(services: &Services, store: &Store, config: &ConsoleConfig) -> Router {
    let https = config.https;
    let assets = Arc::new(Assets::load());
    let form_limit = usize::try_from(config.form_limit).unwrap_or(usize::MAX);
    app::router(services.clone(), assets.bundle(), leptos_options())
        .layer(from_fn(sessions::renew))
        .layer(sessions::layer(store.clone(), config))
        .layer(RequestBodyLimitLayer::new(form_limit))
        // From here on without a session: files and health are asked for often, and by machines.
        .layer(from_fn(move |request: Request, next: Next| {
            let file = file(&assets, &request);
            async move {
                match file {
                    Some(response) => response,
                    None => next.run(request).await,
                }
            }
        }))
        .route("/healthz", get(async || Json(json!({ "status": "ok" }))))
        .layer(CatchPanicLayer::custom(requests::broken))
        .layer(from_fn(move |request, next| requests::protect(https, request, next)))
        .layer(from_fn(requests::identify))
}

/// What the pages need when no bundle was built; with one, they take its names.
fn leptos_options() -> LeptosOptions {
    LeptosOptions::builder().output_name("paifang").site_pkg_dir("pkg").build()
}

/// The file that is asked for, when it is one.
fn file(assets: &Assets, request: &Request) -> Option<Response> {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if reads { assets.get(request.uri().path(), request.headers()) } else { None }
}
