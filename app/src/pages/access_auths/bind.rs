//! Binds an authorization to deployments, with the transfer list.

use crate::{
    components::{EmptyState, Glyph, LinkButton, PostForm, Transfer, Variant, use_form},
    contexts::use_texts,
    paths,
    server_fns::access_auths::BindAccessAuth,
};
use domain::{AccessAuthId, BindableDeployment};
use leptos::prelude::*;

/// Binds an authorization to deployments of the signed-in account's groups.
#[component]
pub(super) fn BindForm(
    id: AccessAuthId,
    /// What can be bound and is not.
    available: Vec<BindableDeployment>,
    /// What is bound.
    bound: Vec<BindableDeployment>,
) -> impl IntoView {
    let texts = use_texts();
    let t = texts.access_auths;
    if available.is_empty() && bound.is_empty() {
        return view! {
            <section class="card card-flush">
                <EmptyState title=t.choose_groups text=t.nothing_bindable glyph=Glyph::Group>
                    <LinkButton href=paths::GROUPS variant=Variant::Primary>{texts.transfer.to_groups}</LinkButton>
                </EmptyState>
            </section>
        }
        .into_any();
    }
    let form = use_form::<BindAccessAuth>();
    let page = paths::access_auth(&id);
    let entries = |all: Vec<BindableDeployment>| all.into_iter().map(Into::into).collect();
    view! {
        <section class="card">
            <h2 class="card-title">{t.choose_groups}</h2>
            <p class="card-help">{t.bind_help}</p>
            <PostForm form go=page notice=texts.transfer.saved guard=true class="stack">
                <input type="hidden" name="id" value=id.to_string()/>
                <Transfer available=entries(available) bound=entries(bound)/>
            </PostForm>
        </section>
    }
    .into_any()
}
