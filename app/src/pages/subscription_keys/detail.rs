//! A subscription key: its id, the key itself, and what it may call.

use super::dialogs::KeyDialogs;
use crate::{
    components::{
        Copyable, Crumb, EmptyState, Glyph, LinkButton, LoadedBoth, NameValue, NameValues,
        PageHeader, SecretField, Time,
    },
    contexts::{use_data, use_texts},
    error::AppError,
    pages::authorized_groups::AuthorizedTable,
    paths,
    server_fns::{
        authorized_groups::list_authorized_groups_of_subscription_key,
        subscription_keys::{get_subscription_key, reveal_subscription_key},
    },
};
use domain::{AuthorizedGroup, RevealedSubscriptionKey, SubscriptionKey, SubscriptionKeyId};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

/// `?secret=shown` asks for the key itself too.
#[component]
pub fn SubscriptionKeyDetailPage() -> impl IntoView {
    let (route, params) = (use_params_map(), use_query_map());
    let id = Memo::new(move |_| route.with(|route| route.get("id").unwrap_or_default()));
    let shown =
        Memo::new(move |_| params.with(|params| params.get("secret").as_deref() == Some("shown")));
    let key = use_data(move || (id.get(), shown.get()), |(id, shown)| read(id, shown));
    let groups = use_data(
        move || id.get(),
        |id| async move { list_authorized_groups_of_subscription_key(parse(&id)?).await },
    );
    view! {
        <LoadedBoth first=key second=groups let:both>
            {
                let ((key, revealed), groups) = both;
                view! {
                    <KeyView key revealed/>
                    <Authorized groups/>
                }
            }
        </LoadedBoth>
        <KeyDialogs/>
    }
}

fn parse(id: &str) -> Result<SubscriptionKeyId, AppError> {
    // What is no id names no key.
    id.parse().ok().ok_or(AppError::NotFound)
}

/// What is known of the key, and the key itself when that was asked for.
async fn read(
    id: String,
    shown: bool,
) -> Result<(SubscriptionKey, Option<RevealedSubscriptionKey>), AppError> {
    let id = parse(&id)?;
    let key = get_subscription_key(id.clone()).await?;
    let revealed = if shown { Some(reveal_subscription_key(id).await?) } else { None };
    Ok((key, revealed))
}

#[component]
fn KeyView(key: SubscriptionKey, revealed: Option<RevealedSubscriptionKey>) -> impl IntoView {
    let texts = use_texts();
    let t = texts.subscription_keys;
    let page = paths::subscription_key(&key.id);
    let dialog = |name: &str| format!("{page}?dialog={name}&id={}", key.id);
    let (edit, delete) = (dialog("edit"), dialog("delete"));
    let crumbs = vec![
        Crumb::link(texts.common.console, paths::OVERVIEW),
        Crumb::link(t.title, paths::SUBSCRIPTION_KEYS),
        Crumb::here(&key.name),
    ];
    let copy = |what: &str| format!("{} {what}", texts.common.copy);
    let description = if key.description.is_empty() {
        texts.common.none.to_owned()
    } else {
        key.description.clone()
    };
    let secret = revealed.map(|revealed| revealed.key);
    view! {
        <PageHeader title=key.name.clone() crumbs>
            <LinkButton href=edit glyph=Glyph::Edit>{texts.common.edit}</LinkButton>
            <LinkButton href=delete glyph=Glyph::Trash>{texts.common.delete}</LinkButton>
        </PageHeader>
        <section class="card stack">
            <h2 class="card-title">{t.section_basic}</h2>
            <NameValues>
                <NameValue name=t.key_id><Copyable text=key.id.to_string() label=copy(t.key_id)/></NameValue>
                <NameValue name=texts.common.description>{description}</NameValue>
                <NameValue name=texts.common.created_at><Time at=key.created_at/></NameValue>
            </NameValues>
            <div class="notice notice-info">
                <p class="notice-title">{t.give_title}</p>
                <p>{t.give}</p>
            </div>
        </section>
        <section class="card">
            <h2 class="card-title">{t.section_key}</h2>
            <NameValues>
                <NameValue name=t.key>
                    <SecretField label=t.key secret show_href=format!("{page}?secret=shown") hide_href=page.clone()/>
                    <p class="field-rule">{t.key_help}</p>
                </NameValue>
                <NameValue name=t.header>
                    <Copyable text=domain::subscription_key::HEADER label=copy(t.header)/>
                    <p class="field-rule">{t.header_help}</p>
                </NameValue>
            </NameValues>
        </section>
    }
}

/// What the key may call.
#[component]
fn Authorized(groups: Vec<AuthorizedGroup>) -> impl IntoView {
    let (t, common) = (use_texts().subscription_keys, use_texts().access_keys);
    let content = if groups.is_empty() {
        view! { <EmptyState title=t.not_authorized_title text=t.not_authorized glyph=Glyph::Book/> }
            .into_any()
    } else {
        view! { <AuthorizedTable label=common.section_authorized groups/> }.into_any()
    };
    view! {
        <section class="card card-flush">
            <header class="card-header"><h2 class="card-title">{common.section_authorized}</h2></header>
            {content}
        </section>
    }
}
