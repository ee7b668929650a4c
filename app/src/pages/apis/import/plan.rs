//! What an import would do, operation by operation.

use crate::{
    components::{
        Badge, DataTable, HeaderCell, Tone,
        difference::{FieldTable, Route},
    },
    contexts::use_texts,
    i18n::Locale,
};
use domain::{ApiDefinition, ImportOutcome, ImportPlan};
use leptos::prelude::*;

/// A row an operation, in the document's order.
#[component]
pub(super) fn PlanTable(plan: ImportPlan) -> impl IntoView {
    let words = &use_texts().apis.plan;
    let head = move || {
        view! {
            <HeaderCell label=words.outcome/>
            <HeaderCell label=words.api/>
            <HeaderCell label=words.details/>
            <HeaderCell label=words.line numeric=true/>
        }
    };
    let rows = plan.outcomes.into_iter().map(|outcome| view! { <Outcome outcome/> });
    view! { <DataTable label=words.plan_title head>{rows.collect_view()}</DataTable> }
}

#[component]
fn Outcome(outcome: ImportOutcome) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.apis.plan;
    let (tone, word) = match &outcome {
        ImportOutcome::Added { .. } => (Tone::Success, words.added),
        ImportOutcome::Changed { .. } => (Tone::Warning, words.changed),
        ImportOutcome::Unchanged { .. } => (Tone::Neutral, words.unchanged),
        ImportOutcome::Refused(_) => (Tone::Danger, words.refused),
    };
    let (route, name, details, line) = match outcome {
        ImportOutcome::Added { definition, line } => {
            let details =
                view! { <span class="text-muted">{definition.description.clone()}</span> };
            (route(&definition), definition.name, details.into_any(), Some(line))
        }
        ImportOutcome::Changed { definition, fields, line } => (
            route(&definition),
            definition.name,
            view! { <FieldTable fields/> }.into_any(),
            Some(line),
        ),
        ImportOutcome::Unchanged { route } => (route, String::new(), ().into_any(), None),
        ImportOutcome::Refused(refusal) => {
            let reason = match texts.locale {
                Locale::En => refusal.reason,
                Locale::Zh => refusal.reason_zh,
            };
            let details = view! { <span class="text-danger">{reason}</span> };
            (refusal.route, String::new(), details.into_any(), Some(refusal.line))
        }
    };
    view! {
        <tr>
            <td><Badge tone>{word}</Badge></td>
            <th scope="row"><Route route/> <span class="row-note">{name}</span></th>
            <td class="cell-details">{details}</td>
            <td class="cell-number">{line}</td>
        </tr>
    }
}

fn route(definition: &ApiDefinition) -> String {
    format!("{} {}", definition.method.as_str(), definition.path)
}
