//! The details of a group: what it is, what runs where, and what to do next.

use super::{
    group_frame::{GroupData, use_group},
    jwt_details::JwtDetails,
};
use crate::{
    components::{
        Copyable, EnvironmentBadge, LinkButton, Loaded, NameValue, NameValues, Time, Variant,
    },
    contexts::use_texts,
    i18n::number,
    paths,
};
use domain::{AnswerSettings, ApiGroupSummary, AuthType, Environment};
use leptos::prelude::*;

/// The details of a group.
#[component]
pub fn ApiGroupDetailPage() -> impl IntoView {
    let group = use_group();
    view! {
        <Loaded data=group.data let:data>
            <NextStep data=data.clone()/>
            <Information data=data.clone()/>
            {data.summary.group.settings.jwt.clone().map(|settings| view! { <JwtDetails settings/> })}
            <Environments summary=data.summary/>
        </Loaded>
    }
}

/// What is missing before the group can be called.
#[component]
fn NextStep(data: GroupData) -> impl IntoView {
    let texts = use_texts();
    let words = texts.group_pages;
    let GroupData { summary, revisions } = data;
    let (id, latest) = (&summary.group.id, summary.latest_revision);
    let has_apis = revisions.iter().any(|view| view.api_count > 0);
    let (text, actions) = if !has_apis {
        let actions = view! {
            <LinkButton variant=Variant::Primary href=paths::new_api(id, latest)>{texts.apis.create}</LinkButton>
            <LinkButton href=paths::import(id, latest)>{texts.apis.import}</LinkButton>
        };
        (words.next_apis, actions.into_any())
    } else if summary.running.is_empty() {
        let actions = view! {
            <LinkButton variant=Variant::Primary href=paths::publish(id, latest)>{words.publish}</LinkButton>
        };
        (words.next_publish, actions.into_any())
    } else {
        return ().into_any();
    };
    view! {
        <section class="notice notice-info">
            <h2 class="notice-title">{words.next_step}</h2>
            <p>{text}</p>
            <div class="notice-actions">{actions}</div>
        </section>
    }
    .into_any()
}

/// How calls are answered.
#[component]
fn Answers(settings: AnswerSettings) -> impl IntoView {
    let texts = use_texts();
    let (words, pages) = (texts.answers, texts.group_pages);
    let cors = match settings.cors {
        None => view! { {words.cors_off} }.into_any(),
        Some(cors) => {
            let origins = cors.origins.into_iter().map(|origin| {
                view! { <li class="font-mono">{origin.to_string()}</li> }
            });
            view! { <ul>{origins.collect_view()}</ul> }.into_any()
        }
    };
    let compression = if settings.compression { pages.yes } else { pages.no };
    view! {
        <NameValue name=words.cors_name>{cors}</NameValue>
        <NameValue name=words.compression_name>{compression}</NameValue>
    }
}

#[component]
fn Information(data: GroupData) -> impl IntoView {
    let texts = use_texts();
    let (words, groups) = (texts.group_pages, texts.api_groups);
    let GroupData { summary, .. } = data;
    let (latest, calls) = (summary.latest_revision, summary.calls_24h);
    let group = summary.group;
    let (name, id, path) = (group.name.clone(), group.id.to_string(), group.path());
    let auth_type = group.settings.auth_type;
    let edit = paths::group_page(&group.id, "edit");
    let newest = paths::apis(&group.id, latest);
    let description = if group.description.is_empty() {
        texts.common.none.to_owned()
    } else {
        group.description.clone()
    };
    let validation = texts.validation.mode(group.settings.validation);
    let strip = if group.settings.strip_prefix { words.yes } else { words.no };
    let strict = if group.settings.strict_signatures { words.yes } else { words.no };
    // It concerns signatures only.
    let strict = (auth_type == AuthType::Signature)
        .then(|| view! { <NameValue name=words.strict>{strict}</NameValue> });
    view! {
        <section class="card card-flush">
            <header class="card-header">
                <h2 class="card-title">{words.section_info}</h2>
                <a class="link" href=edit>{texts.common.edit}</a>
            </header>
            <div class="card-body">
            <NameValues>
                <NameValue name=texts.common.name>{name}</NameValue>
                <NameValue name=texts.common.id><Copyable text=id/></NameValue>
                <NameValue name=texts.common.region_label>
                    {(texts.common.region)(group.region)} " "
                    <span class="text-muted font-mono">{group.region.as_str()}</span>
                </NameValue>
                <NameValue name=groups.path><code class="font-mono">{path}</code></NameValue>
                <NameValue name=groups.auth_type><Auth auth_type/></NameValue>
                {strict}
                <NameValue name=texts.validation.name>{validation}</NameValue>
                <Answers settings=group.settings.answers.clone()/>
                <NameValue name=words.strip_prefix>{strip}</NameValue>
                <NameValue name=words.latest>
                    <a class="link" href=newest>{latest.to_string()}</a>
                </NameValue>
                <NameValue name=groups.calls_24h>{number(calls)}</NameValue>
                <NameValue name=texts.common.description>
                    {description}
                </NameValue>
                <NameValue name=texts.common.created_at><Time at=group.created_at/></NameValue>
                <NameValue name=texts.common.updated_at><Time at=group.updated_at/></NameValue>
            </NameValues>
            </div>
        </section>
    }
}

#[component]
fn Auth(auth_type: AuthType) -> impl IntoView {
    let words = use_texts().api_groups;
    let (name, help) = match auth_type {
        AuthType::Signature => (words.auth_signature, words.auth_signature_help),
        AuthType::Jwt => (use_texts().jwt.auth, use_texts().jwt.auth_help),
        AuthType::None => (words.auth_none, words.auth_none_help),
    };
    view! { {name} <span class="text-muted block">{help}</span> }
}

/// What runs in each environment.
#[component]
fn Environments(summary: ApiGroupSummary) -> impl IntoView {
    let texts = use_texts();
    let id = summary.group.id.clone();
    let rows = Environment::ALL.map(|environment| {
        let runs = summary.running.iter().find(|(running, _)| *running == environment);
        let state = match runs {
            Some((_, revision)) => view! {
                <a class="link tabular-nums" href=paths::apis(&id, *revision)>{revision.to_string()}</a>
            }
            .into_any(),
            None => view! { <span class="text-muted">{texts.common.not_published}</span> }.into_any(),
        };
        let name = (texts.common.environment)(environment);
        view! {
            <li class="environment-brief">
                <span><EnvironmentBadge environment/></span>
                {state}
                <a class="link" href=paths::history(&id, environment) aria-label=(texts.deployments.history_of)(name)>
                    {texts.deployments.history}
                </a>
            </li>
        }
    });
    view! {
        <section class="card card-flush">
            <header class="card-header">
                <h2 class="card-title">{texts.group_pages.section_environments}</h2>
                <a class="link" href=paths::group_page(&summary.group.id, "deployments")>{texts.deployments.title}</a>
            </header>
            <ul class="briefs">{rows.into_iter().collect_view()}</ul>
        </section>
    }
}
