//! A backend signature: its key, and what it is bound to.

use super::{bind::BindForm, dialogs::SignatureDialogs, list::KeyStateBadge};
use crate::{
    components::{
        Copyable, Crumb, Glyph, Icon, LinkButton, Loaded, NameValue, NameValues, PageHeader, Time,
    },
    contexts::{use_data, use_texts},
    error::AppError,
    paths,
    server_fns::backend_signatures::{get_backend_signature, list_signable},
};
use domain::{
    BackendSignature, BackendSignatureId, BindableDeployment, SignableDeployment, SigningKeyState,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// What the page shows: the backend signature, what can be bound, what is bound.
type Read = (BackendSignature, Vec<SignableDeployment>, Vec<BindableDeployment>);

/// The backend signature and the transfer list that binds it.
#[component]
pub fn BackendSignatureDetailPage() -> impl IntoView {
    let route = use_params_map();
    let id = move || route.with(|route| route.get("id").unwrap_or_default());
    let signature = use_data(id, read);
    view! {
        <Loaded data=signature let:read>
            <SignatureView signature=read.0.clone()/>
            <BindForm id=read.0.id available=read.1 bound=read.2/>
        </Loaded>
        <SignatureDialogs/>
    }
}

async fn read(id: String) -> Result<Read, AppError> {
    let id: BackendSignatureId = id.parse().ok().ok_or(AppError::NotFound)?;
    let signature = get_backend_signature(id.clone()).await?;
    let (available, bound) = list_signable(id).await?;
    Ok((signature, available, bound))
}

#[component]
fn SignatureView(signature: BackendSignature) -> impl IntoView {
    let texts = use_texts();
    let t = texts.backend_signatures;
    let key = signature.access_key;
    let page = paths::backend_signature(&signature.id);
    let dialog = |name: &str| format!("{page}?dialog={name}&id={}", signature.id);
    let (edit, delete) = (dialog("edit"), dialog("delete"));
    let crumbs = vec![
        Crumb::link(texts.common.console, paths::OVERVIEW),
        Crumb::link(t.title, paths::BACKEND_SIGNATURES),
        Crumb::here(&key),
    ];
    let description = if signature.description.is_empty() {
        texts.common.none.to_owned()
    } else {
        signature.description
    };
    let copy = format!("{} {}", texts.common.copy, t.access_key);
    let missing = (signature.key_state == SigningKeyState::Missing).then(|| {
        view! {
            <p class="notice notice-danger notice-line">
                <Icon glyph=Glyph::Alert/> <span>{t.key_missing}</span>
            </p>
        }
    });
    view! {
        <PageHeader title=(t.bind_title)(&key) crumbs>
            <LinkButton href=edit glyph=Glyph::Edit>{texts.common.edit}</LinkButton>
            <LinkButton href=delete glyph=Glyph::Trash>{texts.common.delete}</LinkButton>
        </PageHeader>
        {missing}
        <section class="card">
            <h2 class="card-title">{t.section_basic}</h2>
            <NameValues>
                <NameValue name=t.access_key><Copyable text=key label=copy/></NameValue>
                <NameValue name=t.key_state><KeyStateBadge state=signature.key_state/></NameValue>
                <NameValue name=t.user_type>{t.platform_user}</NameValue>
                <NameValue name=texts.common.description>{description}</NameValue>
                <NameValue name=texts.common.created_at><Time at=signature.created_at/></NameValue>
            </NameValues>
        </section>
    }
}
