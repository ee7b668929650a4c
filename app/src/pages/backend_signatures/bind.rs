//! Binds a backend signature to deployments, with the transfer list.

use crate::{
    components::{
        EmptyState, Glyph, LinkButton, PostForm, Transfer, TransferEntry, Variant, use_form,
    },
    contexts::use_texts,
    paths,
    server_fns::backend_signatures::BindBackendSignature,
};
use domain::{BackendSignatureId, BindableDeployment, SignableDeployment};
use leptos::prelude::*;

/// Binds a backend signature to deployments of the signed-in account's groups.
#[component]
pub(super) fn BindForm(
    id: BackendSignatureId,
    /// What can be bound and is not.
    available: Vec<SignableDeployment>,
    /// What is bound.
    bound: Vec<BindableDeployment>,
) -> impl IntoView {
    let texts = use_texts();
    let t = texts.backend_signatures;
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
    let form = use_form::<BindBackendSignature>();
    let page = paths::backend_signature(&id);
    let available = available.into_iter().map(|SignableDeployment { deployment, signed_by }| {
        TransferEntry { deployment, note: signed_by.map(|key| (t.replaces)(&key)) }
    });
    view! {
        <section class="card">
            <h2 class="card-title">{t.choose_groups}</h2>
            <p class="card-help">{t.bind_help}</p>
            <PostForm form go=page notice=texts.transfer.saved guard=true class="stack">
                <input type="hidden" name="id" value=id.to_string()/>
                <Transfer
                    available=available.collect()
                    bound=bound.into_iter().map(Into::into).collect()
                />
            </PostForm>
        </section>
    }
    .into_any()
}
