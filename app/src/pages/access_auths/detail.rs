//! An access authorization: whom it authorizes, and what it is bound to.

use super::{bind::BindForm, dialogs::AuthDialogs};
use crate::{
    components::{
        Copyable, Crumb, Glyph, LinkButton, Loaded, NameValue, NameValues, PageHeader, Time,
    },
    contexts::{use_data, use_texts},
    error::AppError,
    paths,
    server_fns::access_auths::{get_access_auth, list_bindable},
};
use domain::{AccessAuth, AccessAuthId, BindableDeployment};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// What the page shows: the authorization, what can be bound, what is bound.
type Read = (AccessAuth, Vec<BindableDeployment>, Vec<BindableDeployment>);

/// The authorization and the transfer list that binds it.
#[component]
pub fn AccessAuthDetailPage() -> impl IntoView {
    let route = use_params_map();
    let id = move || route.with(|route| route.get("id").unwrap_or_default());
    let auth = use_data(id, read);
    view! {
        <Loaded data=auth let:read>
            <AuthView auth=read.0.clone()/>
            <BindForm id=read.0.id available=read.1 bound=read.2/>
        </Loaded>
        <AuthDialogs/>
    }
}

async fn read(id: String) -> Result<Read, AppError> {
    // What is no id names no authorization.
    let id: AccessAuthId = id.parse().ok().ok_or(AppError::NotFound)?;
    let auth = get_access_auth(id.clone()).await?;
    let (available, bound) = list_bindable(id).await?;
    Ok((auth, available, bound))
}

#[component]
fn AuthView(auth: AccessAuth) -> impl IntoView {
    let texts = use_texts();
    let t = texts.access_auths;
    let (key, kind) = (auth.name.clone(), auth.r#type());
    let page = paths::access_auth(&auth.id);
    let dialog = |name: &str| format!("{page}?dialog={name}&id={}", auth.id);
    let (edit, delete) = (dialog("edit"), dialog("delete"));
    let crumbs = vec![
        Crumb::link(texts.common.console, paths::OVERVIEW),
        Crumb::link(t.title, paths::ACCESS_AUTHS),
        Crumb::here(&key),
    ];
    let description = if auth.description.is_empty() {
        texts.common.none.to_owned()
    } else {
        auth.description.clone()
    };
    let name = (t.named_by)(kind);
    let copy = format!("{} {name}", texts.common.copy);
    view! {
        <PageHeader title=(t.bind_title)(&key) crumbs>
            <LinkButton href=edit glyph=Glyph::Edit>{texts.common.edit}</LinkButton>
            <LinkButton href=delete glyph=Glyph::Trash>{texts.common.delete}</LinkButton>
        </PageHeader>
        <section class="card">
            <h2 class="card-title">{t.section_basic}</h2>
            <NameValues>
                <NameValue name><Copyable text=key label=copy/></NameValue>
                <NameValue name=t.user_type>{(t.user_type_of)(kind)}</NameValue>
                <NameValue name=texts.common.description>{description}</NameValue>
                <NameValue name=texts.common.created_at><Time at=auth.created_at/></NameValue>
            </NameValues>
        </section>
    }
}
