//! Whose tokens a group accepts, as its details show it. A shared secret is never shown.

use crate::{
    components::{CodeBlock, NameValue, NameValues},
    contexts::use_texts,
};
use domain::{JwtAlgorithm, JwtKeys, JwtSettings};
use leptos::prelude::*;

/// The card.
#[component]
pub(super) fn JwtDetails(settings: JwtSettings) -> impl IntoView {
    let texts = use_texts();
    let words = texts.jwt;
    let algorithms: Vec<&str> =
        settings.keys.algorithms().into_iter().map(JwtAlgorithm::as_str).collect();
    let forwarded =
        if settings.forward_token { texts.group_pages.yes } else { texts.group_pages.no };
    let audiences = if settings.audiences.is_empty() {
        view! { {words.any_audience} }.into_any()
    } else {
        view! { <Lines lines=settings.audiences/> }.into_any()
    };
    let scopes = (!settings.scopes.is_empty())
        .then(|| view! { <NameValue name=words.scopes><Lines lines=settings.scopes/></NameValue> });
    let claims: Vec<String> =
        settings.claims.iter().map(|entry| format!("{} → {}", entry.claim, entry.header)).collect();
    let claims = (!claims.is_empty())
        .then(|| view! { <NameValue name=words.claims><Lines lines=claims/></NameValue> });
    view! {
        <section class="card card-flush">
            <header class="card-header"><h2 class="card-title">{words.section}</h2></header>
            <div class="card-body">
            <NameValues>
                <NameValue name=words.issuer><code class="font-mono">{settings.issuer}</code></NameValue>
                <Keys keys=settings.keys/>
                <NameValue name=words.algorithms>{algorithms.join(texts.common.list_separator)}</NameValue>
                <NameValue name=words.audiences>{audiences}</NameValue>
                {scopes}
                {claims}
                <NameValue name=words.leeway>{(words.seconds)(settings.leeway_seconds)}</NameValue>
                <NameValue name=words.token_forwarded>{forwarded}</NameValue>
            </NameValues>
            </div>
        </section>
    }
}

#[component]
fn Keys(keys: JwtKeys) -> impl IntoView {
    let words = use_texts().jwt;
    match keys {
        JwtKeys::Jwks { url } => view! {
            <NameValue name=words.jwks_url><code class="font-mono">{url.to_string()}</code></NameValue>
        }
        .into_any(),
        JwtKeys::PublicKey { key } => view! {
            <NameValue name=words.public_key>
                <CodeBlock code=key.to_string() label=words.public_key/>
            </NameValue>
        }
        .into_any(),
        JwtKeys::SharedSecret { .. } => view! {
            <NameValue name=words.secret><span class="text-muted">{words.secret_hidden}</span></NameValue>
        }
        .into_any(),
    }
}

#[component]
fn Lines(lines: Vec<String>) -> impl IntoView {
    let line = |line| view! { <li><code class="font-mono">{line}</code></li> };
    view! { <ul>{lines.into_iter().map(line).collect_view()}</ul> }
}
