//! The HTML document around [`App`]. Code of the server only.

use crate::{
    contexts::{Theme, use_preferences},
    routes::App,
};
use axum::http::{HeaderValue, header};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_axum::ResponseOptions;
use leptos_meta::{HashedStylesheet, MetaTags};

/// File names of the browser's bundle where it is embedded in the server binary, as they stand under `/pkg/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// The script that loads the module.
    pub js: String,
    /// The module.
    pub wasm: String,
    /// The style sheet.
    pub css: String,
}

/// The document. Without a bundle its names come from `hash.txt` beside the executable, and the page reloads when it changes.
pub(crate) fn shell(options: LeptosOptions, bundle: Option<Bundle>) -> impl IntoView {
    set_csp(bundle.is_none().then_some(&options));
    let preferences = use_preferences();
    let theme = preferences.theme;
    let theme = (theme != Theme::System).then(|| theme.as_str());
    let links = match bundle {
        Some(bundle) => embedded_links(bundle).into_any(),
        None => view! {
            <AutoReload options=options.clone()/>
            <HashedStylesheet id="leptos" options=options.clone()/>
            <HydrationScripts options/>
        }
        .into_any(),
    };
    view! {
        <!DOCTYPE html>
        <html lang=preferences.locale.tag() data-theme=theme>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                {links}
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

fn embedded_links(Bundle { js, wasm, css }: Bundle) -> impl IntoView {
    let script = format!(
        "import init, {{ hydrate }} from '/pkg/{js}'; \
         init({{ module_or_path: '/pkg/{wasm}' }}).then(hydrate);"
    );
    let nonce = use_nonce();
    view! {
        <link rel="stylesheet" href=format!("/pkg/{css}")/>
        <link rel="modulepreload" href=format!("/pkg/{js}") nonce=nonce.clone()/>
        <link
            rel="preload"
            href=format!("/pkg/{wasm}")
            r#as="fetch"
            r#type="application/wasm"
            crossorigin="anonymous"
        />
        <script type="module" nonce=nonce inner_html=script></script>
    }
}

/// Scripts and styles come from this site only, and inline ones do not run; `watched` also allows the reloader's socket.
fn set_csp(watched: Option<&LeptosOptions>) {
    let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) else {
        return;
    };
    let socket =
        watched.map(|options| format!(" ws://{}:{}", options.site_addr.ip(), options.reload_port));
    let csp = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; \
         style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'{}; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        socket.unwrap_or_default()
    );
    if let Ok(value) = HeaderValue::from_str(&csp) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, value);
    }
}
