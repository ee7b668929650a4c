//! What is said after a publish or a switch, in the place where it was asked: how soon it was live, where it can be called,
//! and the way back.

use super::{choices::sample_apis, sample_call::sample_call};
use crate::{
    components::{
        CodeBlock, Copyable, EnvironmentBadge, Glyph, Icon, LinkButton, NameValue, NameValues,
        PostForm, SubmitButton, Variant, use_form,
    },
    contexts::{use_refresh, use_texts},
    paths,
    server_fns::deployments::SwitchToRelease,
};
use domain::{
    Api, ApiGroup, ApiGroupId, AuthType, BackendService, Canary, Deployment, Published, ReleaseId,
    RevisionNumber,
};
use leptos::{prelude::*, task::spawn_local};

/// Has the page beneath the dialog read again once it is done: the form is gone with its success, so it cannot.
pub(super) fn refresh_after(done: Memo<Option<Published>>) {
    let refresh = use_refresh();
    Effect::new(move |before: Option<bool>| {
        let is_done = done.with(Option::is_some);
        if is_done && before == Some(false) {
            refresh.now();
        }
        is_done
    });
}

/// What was done.
#[component]
pub(super) fn PublishedView(
    group: ApiGroup,
    /// APIs of what was published, where they came with the page.
    apis: Vec<Api>,
    published: Published,
    /// The page without the dialog.
    close_href: String,
) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.deployments.publishing;
    let Published { deployment: view, is_canary, previous, in_force_after_ms } = published;
    if let Some(canary) = view.canary.clone().filter(|_| is_canary) {
        let id = group.id;
        return view! { <StartedView id canary in_force_after_ms close_href/> }.into_any();
    }
    let deployment = view.deployment;
    let (environment, revision) = (deployment.environment, deployment.revision);
    let name = (texts.common.environment)(environment);
    let told = match in_force_after_ms {
        Some(ms) => (words.live_in)(name, &revision.to_string(), ms),
        None => (words.live)(name, &revision.to_string()),
    };
    let address = view.access_urls.first().cloned().unwrap_or_default();
    let addresses = view.access_urls.into_iter().map(|url| {
        let label = format!("{} {}", texts.common.copy, words.address);
        view! { <li><Copyable text=url label/></li> }
    });
    let addresses = addresses.collect_view();
    let back = previous.map(|(release, revision)| {
        view! { <SwitchBack group=group.id.clone() deployment=deployment.clone() release revision/> }
    });
    let apis = known_or_read(apis, group.id.clone(), revision);
    let (called, backend) = (group.clone(), deployment.backend.clone());
    let sample = move || {
        let call = apis.with(|apis| sample_call(&address, apis))?;
        Some(view! { <TryIt group=called.clone() backend=backend.clone() call/> })
    };
    view! {
        <div class="stack">
            <p class="notice notice-success notice-line" role="status"><Icon glyph=Glyph::Check/> <span>{told}</span></p>
            <NameValues>
                <NameValue name=texts.common.environment_label><EnvironmentBadge environment revision/></NameValue>
                <NameValue name=words.address><ul>{addresses}</ul></NameValue>
            </NameValues>
            {sample}
            <div class="dialog-actions">
                {back}
                <LinkButton href=paths::group_page(&group.id, "deployments")>{texts.deployments.title}</LinkButton>
                <LinkButton variant=Variant::Primary href=close_href>{texts.common.close}</LinkButton>
            </div>
        </div>
    }
    .into_any()
}

/// What was done by a publish as a canary.
#[component]
fn StartedView(
    id: ApiGroupId,
    canary: Canary,
    /// In ms.
    in_force_after_ms: Option<u64>,
    /// The page without the dialog.
    close_href: String,
) -> impl IntoView {
    let texts = use_texts();
    let words = texts.canaries;
    let Canary { environment, revision, settings, .. } = canary;
    let (name, calls) = ((texts.common.environment)(environment), (words.calls)(&settings));
    let told = match in_force_after_ms {
        Some(ms) => (words.started_in)(name, &revision.to_string(), &calls, ms),
        None => (words.started)(name, &revision.to_string(), &calls),
    };
    view! {
        <div class="stack">
            <p class="notice notice-success notice-line" role="status"><Icon glyph=Glyph::Check/> <span>{told}</span></p>
            <div class="dialog-actions">
                <LinkButton href=paths::group_page(&id, "monitoring")>{texts.monitoring.title}</LinkButton>
                <LinkButton href=paths::group_page(&id, "deployments")>{texts.deployments.title}</LinkButton>
                <LinkButton variant=Variant::Primary href=close_href>{texts.common.close}</LinkButton>
            </div>
        </div>
    }
}

/// The APIs that came with the page, or else those of the revision, read by the browser.
fn known_or_read(
    known: Vec<Api>,
    group: ApiGroupId,
    revision: RevisionNumber,
) -> RwSignal<Vec<Api>> {
    let apis = RwSignal::new(known);
    Effect::new(move |_| {
        if apis.with_untracked(Vec::is_empty) {
            let group = group.clone();
            spawn_local(async move {
                // A line to try is an extra: without it the rest is as good.
                if let Ok(read) = sample_apis(group, revision).await {
                    apis.try_set(read);
                }
            });
        }
    });
    apis
}

/// A line to be copied, and what to expect of it.
#[component]
fn TryIt(group: ApiGroup, backend: BackendService, call: String) -> impl IntoView {
    let words = &use_texts().deployments.publishing;
    let note = match (backend, group.settings.auth_type) {
        (BackendService::Mock, _) => Some(view! { <p class="field-rule">{words.try_mock}</p> }.into_any()),
        (_, AuthType::None) => None,
        (_, AuthType::Jwt) => {
            Some(view! { <p class="field-rule">{use_texts().jwt.try_token}</p> }.into_any())
        }
        (_, AuthType::Signature) => Some(
            view! {
                <p class="field-rule">
                    {words.try_signed} " " <a class="link" href=paths::ACCESS_AUTHS>{words.authorize}</a>
                </p>
            }
            .into_any(),
        ),
    };
    view! {
        <div class="field">
            <h3 class="field-label">{words.try_it}</h3>
            <CodeBlock code=call label=words.try_it/>
            {note}
        </div>
    }
}

/// The way back to what ran before.
#[component]
fn SwitchBack(
    group: ApiGroupId,
    deployment: Deployment,
    release: ReleaseId,
    revision: RevisionNumber,
) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.deployments.publishing;
    let form = use_form::<SwitchToRelease>();
    let label = Signal::stored((words.switch_back)(&revision.to_string()));
    let environment = (texts.common.environment)(deployment.environment);
    let notice = (words.switched)(environment, &revision.to_string());
    view! {
        <PostForm form go=paths::group_page(&group, "deployments") notice>
            <input type="hidden" name="group" value=group.to_string()/>
            <input type="hidden" name="release" value=release.to_string()/>
            <SubmitButton label busy=words.switching variant=Variant::Secondary/>
        </PostForm>
    }
}
