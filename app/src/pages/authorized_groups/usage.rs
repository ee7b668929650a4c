//! Where a key is used, said before it is deleted.

use crate::{components::EnvironmentBadge, contexts::use_texts};
use domain::KeyUsage;
use leptos::prelude::*;

/// Places that are named; the others are counted.
const SHOWN: usize = 12;

/// What a key is bound to, and how many calls are served there.
#[component]
pub(crate) fn KeyUsageView(
    /// Where it is used.
    usage: KeyUsage,
) -> impl IntoView {
    let t = use_texts().access_keys;
    let KeyUsage { bound, calls_24h } = usage;
    if bound.is_empty() {
        return view! { <p>{t.used_nowhere}</p> }.into_any();
    }
    let (count, hidden) = (bound.len(), bound.len().saturating_sub(SHOWN));
    let places = bound.into_iter().take(SHOWN).map(|one| {
        view! { <li><EnvironmentBadge environment=one.environment of=one.group_name/></li> }
    });
    let more = (hidden > 0).then(|| view! { <li class="text-muted">{(t.used_more)(hidden)}</li> });
    view! {
        <p class="strong">{(t.used_at)(count)}</p>
        <ul class="badge-list">{places.collect_view()} {more}</ul>
        {calls_24h.map(|calls| view! { <p>{(t.used_calls)(calls)}</p> })}
    }
    .into_any()
}
