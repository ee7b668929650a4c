//! Binds an authorization: a form of boxes, ticked is bound. With JavaScript it becomes a transfer list.

use super::transfer::TransferList;
use crate::{
    components::{
        EmptyState, EnvironmentBadge, Glyph, LinkButton, PostForm, SubmitButton, Variant, use_form,
    },
    contexts::use_texts,
    paths,
    server_fns::access_auths::BindAccessAuth,
};
use domain::{AccessAuthId, BindableDeployment, DeploymentId};
use leptos::{html, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlInputElement};

/// The name under which what is to be bound is sent.
pub(super) const SENT_AS: &str = "deployments[]";

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
                    <LinkButton href=paths::GROUPS variant=Variant::Primary>{t.to_groups}</LinkButton>
                </EmptyState>
            </section>
        }
        .into_any();
    }
    let form = use_form::<BindAccessAuth>();
    let page = paths::access_auth(&id);
    view! {
        <section class="card">
            <h2 class="card-title">{t.choose_groups}</h2>
            <p class="card-help">{t.bind_help}</p>
            <PostForm form go=page notice=t.bindings_saved class="stack">
                <input type="hidden" name="id" value=id.to_string()/>
                <Choose available bound/>
            </PostForm>
        </section>
    }
    .into_any()
}

/// Boxes at first; the transfer list as soon as the page has JavaScript. What was ticked until then is kept.
#[component]
fn Choose(available: Vec<BindableDeployment>, bound: Vec<BindableDeployment>) -> impl IntoView {
    let boxes = NodeRef::<html::Div>::new();
    let ticked = RwSignal::new(None::<Vec<DeploymentId>>);
    Effect::new(move |_| {
        if ticked.get_untracked().is_none()
            && let Some(boxes) = boxes.get()
        {
            ticked.set(Some(ticked_in(&boxes)));
        }
    });
    move || match ticked.get() {
        Some(ticked) => {
            view! { <TransferList available=available.clone() bound=bound.clone() ticked/> }
                .into_any()
        }
        None => {
            let (available, bound) = (available.clone(), bound.clone());
            view! { <div class="stack" node_ref=boxes><Boxes available bound/></div> }.into_any()
        }
    }
}

/// The ids of the boxes that are ticked.
fn ticked_in(boxes: &leptos::web_sys::HtmlDivElement) -> Vec<DeploymentId> {
    let Ok(found) = boxes.query_selector_all("input:checked") else { return Vec::new() };
    let values = (0..found.length()).filter_map(|index| {
        let input = found.item(index)?.dyn_into::<HtmlInputElement>().ok()?;
        input.value().parse().ok()
    });
    values.collect()
}

/// The two columns as plain boxes.
#[component]
fn Boxes(available: Vec<BindableDeployment>, bound: Vec<BindableDeployment>) -> impl IntoView {
    let texts = use_texts();
    let t = texts.access_auths;
    let column = |title: &'static str, entries: Vec<BindableDeployment>, checked: bool| {
        let empty =
            entries.is_empty().then(|| view! { <p class="transfer-empty">{t.column_empty}</p> });
        let boxes = entries.into_iter().map(|entry| {
            let value = entry.deployment_id.to_string();
            view! {
                <li>
                    <label class="transfer-entry">
                        <input type="checkbox" name=SENT_AS value=value checked=checked/>
                        <Entry entry/>
                    </label>
                </li>
            }
        });
        view! {
            <fieldset class="transfer-column">
                <legend class="transfer-title">{title}</legend>
                {empty}
                <ul class="transfer-list">{boxes.collect_view()}</ul>
            </fieldset>
        }
    };
    view! {
        <p class="only-without-script text-muted">{t.bind_without_script}</p>
        <div class="transfer">
            {column(t.can_be_bound, available, false)}
            {column(t.bound, bound, true)}
        </div>
        <div class="form-actions"><SubmitButton label=texts.common.save busy=texts.common.saving/></div>
    }
}

/// A group in an environment.
#[component]
pub(super) fn Entry(entry: BindableDeployment) -> impl IntoView {
    let t = use_texts().access_auths;
    let offline =
        entry.revision.is_none().then(|| view! { <span class="text-muted">{t.offline}</span> });
    view! {
        <span class="transfer-name">
            {entry.group_name}
            <span class="transfer-id font-mono">{entry.api_group_id.to_string()}</span>
        </span>
        {offline}
        <EnvironmentBadge environment=entry.environment revision=entry.revision/>
    }
}
