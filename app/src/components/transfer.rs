//! The transfer list: binds something to deployments, as the fields of a form. Boxes at first, ticked is bound; with
//! JavaScript it becomes two columns between which entries move.

mod list;

use crate::{
    components::{EnvironmentBadge, SubmitButton},
    contexts::use_texts,
};
use domain::{BindableDeployment, DeploymentId};
use leptos::{html, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlInputElement};
use list::TransferList;

/// The name under which what is to be bound is sent.
const SENT_AS: &str = "deployments[]";

/// Bindings that [`BoundBadges`] shows; the others are counted.
const SHOWN: usize = 4;

/// A deployment in the transfer list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransferEntry {
    /// The deployment.
    pub deployment: BindableDeployment,
    /// What else is to be known before it is bound, e.g. what that replaces.
    pub note: Option<String>,
}

impl From<BindableDeployment> for TransferEntry {
    fn from(deployment: BindableDeployment) -> Self {
        Self { deployment, note: None }
    }
}

/// The fields of a form that binds: they send `deployments[]`. Comes with the button that saves.
#[component]
pub fn Transfer(
    /// What can be bound and is not.
    available: Vec<TransferEntry>,
    /// What is bound.
    bound: Vec<TransferEntry>,
) -> impl IntoView {
    let boxes = NodeRef::<html::Div>::new();
    let ticked = RwSignal::new(None::<Vec<DeploymentId>>);
    // What was ticked until the page reacts is kept.
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
fn Boxes(available: Vec<TransferEntry>, bound: Vec<TransferEntry>) -> impl IntoView {
    let texts = use_texts();
    let t = texts.transfer;
    let column = |title: &'static str, entries: Vec<TransferEntry>, checked: bool| {
        let empty =
            entries.is_empty().then(|| view! { <p class="transfer-empty">{t.column_empty}</p> });
        let boxes = entries.into_iter().map(|entry| {
            let value = entry.deployment.deployment_id.to_string();
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
        <p class="only-without-script text-muted">{t.without_script}</p>
        <div class="transfer">
            {column(t.can_be_bound, available, false)}
            {column(t.bound, bound, true)}
        </div>
        <div class="form-actions"><SubmitButton label=texts.common.save busy=texts.common.saving/></div>
    }
}

/// A group in an environment.
#[component]
fn Entry(entry: TransferEntry) -> impl IntoView {
    let t = use_texts().transfer;
    let TransferEntry { deployment, note } = entry;
    let offline = deployment
        .revision
        .is_none()
        .then(|| view! { <span class="text-muted">{t.offline}</span> });
    let note = note.map(|note| view! { <span class="transfer-note">{note}</span> });
    view! {
        <span class="transfer-name">
            {deployment.group_name}
            <span class="transfer-id font-mono">{deployment.api_group_id.to_string()}</span>
            {note}
        </span>
        {offline}
        <EnvironmentBadge environment=deployment.environment revision=deployment.revision/>
    }
}

/// What something is bound to: `GROUP-environment` each.
#[component]
pub fn BoundBadges(
    /// The bindings.
    bound: Vec<BindableDeployment>,
    /// All of them, not only the first few.
    #[prop(optional)]
    all: bool,
) -> impl IntoView {
    let texts = use_texts();
    if bound.is_empty() {
        return view! { <span class="text-muted">{texts.common.none}</span> }.into_any();
    }
    let shown = if all { bound.len() } else { SHOWN };
    let hidden = bound.len().saturating_sub(shown);
    let badges = bound.into_iter().take(shown).map(|one| {
        view! { <li><EnvironmentBadge environment=one.environment of=one.group_name/></li> }
    });
    let more = (hidden > 0).then(|| {
        let count = u64::try_from(hidden).unwrap_or(u64::MAX);
        view! { <li class="text-muted">{(texts.transfer.more)(count)}</li> }
    });
    view! { <ul class="badge-list">{badges.collect_view()} {more}</ul> }.into_any()
}
