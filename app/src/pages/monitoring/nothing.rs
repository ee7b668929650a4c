//! What the page says when nothing was called: why, and how to change that.

use super::About;
use crate::{
    components::{CodeBlock, EmptyState, Glyph, LinkButton, Variant},
    contexts::use_texts,
    pages::deployments::sample_call,
    paths,
};
use domain::{AuthType, BackendService, MonitorQuery};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

/// In place of the charts while there is nothing to show.
#[component]
pub(super) fn Nothing(
    about: About,
    /// What the page is about.
    query: MonitorQuery,
) -> impl IntoView {
    let texts = use_texts();
    let t = texts.monitoring;
    if query.environment.is_some() || query.api.is_some() {
        let changes = [("environment", None), ("api", None)];
        let (path, params) = (use_location().pathname, use_query_map());
        let clear_href =
            paths::with_query(&path.get_untracked(), &params.get_untracked(), &changes);
        return view! {
            <EmptyState title=t.empty_title text=t.no_match glyph=Glyph::Search>
                <LinkButton href=clear_href>{texts.common.clear_filters}</LinkButton>
            </EmptyState>
        }
        .into_any();
    }
    view! {
        <EmptyState title=t.empty_title text=t.empty glyph=Glyph::Activity>
            <NextStep about/>
        </EmptyState>
    }
    .into_any()
}

/// Publish, or call it.
#[component]
fn NextStep(about: About) -> impl IntoView {
    let t = use_texts().monitoring;
    let About { group, apis, deployments } = about;
    let Some(deployment) = deployments.into_iter().max_by_key(|one| one.deployment.environment)
    else {
        let href = paths::group_page(&group.id, "deployments");
        return view! {
            <div class="flex flex-col items-center gap-3">
                <p>{t.empty_unpublished}</p>
                <LinkButton href variant=Variant::Primary>{t.to_publish}</LinkButton>
            </div>
        }
        .into_any();
    };
    let address = deployment.access_urls.first().map(String::as_str).unwrap_or_default();
    let Some(command) = sample_call(address, &apis) else { return ().into_any() };
    let mocked = deployment.deployment.backend == BackendService::Mock;
    let refused = !mocked && group.settings.auth_type == AuthType::Signature;
    view! {
        <div class="try-it">
            <p>{t.try_it}</p>
            <CodeBlock code=command label=t.curl/>
            {refused.then(|| view! { <p class="text-muted">{t.try_signed}</p> })}
        </div>
    }
    .into_any()
}
