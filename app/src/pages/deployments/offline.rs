//! Takes an environment offline: `?dialog=offline&environment=`.

use crate::{
    components::{ConfirmDialog, EnvironmentBadge, Loaded, use_form},
    contexts::use_texts,
    error::AppError,
    pages::api_groups::group_frame::use_group,
    server_fns::{
        api_groups::get_api_group,
        deployments::{TakeOffline, list_deployments},
    },
};
use domain::{ApiGroup, ApiGroupId, DeploymentView, Environment};
use leptos::prelude::*;

async fn read(
    group: Option<ApiGroupId>,
    environment: Environment,
) -> Result<(ApiGroup, Option<DeploymentView>), AppError> {
    let id = group.ok_or(AppError::NotFound)?;
    let group = get_api_group(id.clone()).await?.group;
    let mut deployments = list_deployments(id).await?.into_iter();
    Ok((group, deployments.find(|view| view.deployment.environment == environment)))
}

/// Asks; for the online environment the group's name must be typed.
#[component]
pub(super) fn OfflineDialog(environment: Environment, close_href: String) -> impl IntoView {
    let group = use_group();
    // Not read again when it is done: the question would be about what is no longer there.
    let running = Resource::new(move || group.id.get(), move |group| read(group, environment));
    view! {
        <Loaded data=running let:found>
            {
                let (group, running) = found;
                let close_href = close_href.clone();
                running.map(|running| view! { <Question group running close_href/> })
            }
        </Loaded>
    }
}

#[component]
fn Question(group: ApiGroup, running: DeploymentView, close_href: String) -> impl IntoView {
    let texts = use_texts();
    let words = texts.deployments;
    let form = use_form::<TakeOffline>();
    let environment = running.deployment.environment;
    let name = (texts.common.environment)(environment);
    let canary = running.canary.map(|canary| {
        view! { <p>{(texts.canaries.offline_too)(&canary.revision.to_string())}</p> }
    });
    let type_name = (environment == Environment::Online).then(|| group.name.clone());
    view! {
        <ConfirmDialog
            title=(words.offline_question)(name)
            form
            confirm=words.offline_confirm
            close_href
            notice=(words.offline_done)(name)
            nostrip:type_name=type_name
        >
            <input type="hidden" name="group" value=group.id.to_string()/>
            <input type="hidden" name="environment" value=environment.as_str()/>
            <p class="outcome">
                <strong>{group.name.clone()}</strong>
                <EnvironmentBadge environment revision=running.deployment.revision/>
            </p>
            <p>{words.offline_consequences}</p>
            {canary}
            <p class="strong">{(words.calls)(running.calls_24h)}</p>
        </ConfirmDialog>
    }
}
