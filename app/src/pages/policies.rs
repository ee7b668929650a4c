//! What the pages of all policies share.

use crate::{
    components::{
        BoundBadges, Dialog, DialogActions, EmptyState, Glyph, LinkButton, Transfer, TransferEntry,
        Variant,
    },
    contexts::use_texts,
    paths,
};
use domain::{BindableDeployment, PolicyTarget};
use leptos::prelude::*;

/// The transfer list of a policy, within the form that binds it.
#[component]
pub fn PolicyTransfer(
    /// What can be bound and is not.
    available: Vec<PolicyTarget>,
    /// What is bound.
    bound: Vec<PolicyTarget>,
) -> impl IntoView {
    let t = use_texts().policies;
    let entries = |targets: Vec<PolicyTarget>| -> Vec<TransferEntry> {
        let entry = |PolicyTarget { deployment, replaces }| TransferEntry {
            deployment,
            note: replaces.map(|policy: String| (t.replaces)(&policy)),
        };
        targets.into_iter().map(entry).collect()
    };
    view! { <Transfer available=entries(available) bound=entries(bound)/> }
}

/// In place of the transfer list, while the account has published nothing in the policy's region.
#[component]
pub fn NothingBindable() -> impl IntoView {
    let texts = use_texts();
    view! {
        <section class="card card-flush">
            <EmptyState title=texts.policies.choose_groups text=texts.policies.nothing_bindable glyph=Glyph::Group>
                <LinkButton href=paths::GROUPS variant=Variant::Primary>{texts.transfer.to_groups}</LinkButton>
            </EmptyState>
        </section>
    }
}

/// In place of the question whether to delete: what must be unbound first, and where that is done.
#[component]
pub fn StillBound(
    /// What the policy is bound to.
    bound: Vec<BindableDeployment>,
    /// The policy's page.
    page: String,
    /// Where closing leads.
    close_href: String,
) -> impl IntoView {
    let t = use_texts().policies;
    view! {
        <Dialog title=t.delete_bound_title close_href=close_href.clone()>
            <div class="prose">
                <p>{t.delete_bound}</p>
                <BoundBadges bound all=true/>
            </div>
            <DialogActions close_href>
                <LinkButton href=page variant=Variant::Primary>{t.to_bindings}</LinkButton>
            </DialogActions>
        </Dialog>
    }
}

/// The rule of a description that `text` breaks.
#[must_use]
pub fn check_description(text: &str) -> Option<domain::DomainError> {
    let mut violations = Vec::new();
    domain::text::check_length("description", text, domain::text::DESCRIPTION_MAX, &mut violations);
    violations.pop()
}
