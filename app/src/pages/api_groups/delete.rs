//! Delete an API group.

use crate::{
    components::{ConfirmDialog, EnvironmentBadges, Loaded, use_form},
    contexts::{use_data, use_texts},
    paths,
    server_fns::api_groups::{DeleteApiGroup, get_api_group},
};
use domain::{ApiGroupId, ApiGroupSummary};
use leptos::prelude::*;

/// Asks for the group's name, tells what goes with it and how many calls it served.
#[component]
pub(super) fn DeleteDialog(id: ApiGroupId, close_href: String) -> impl IntoView {
    let group = use_data(move || id.clone(), get_api_group);
    view! {
        <Loaded data=group let:summary>
            <Question summary close_href=close_href.clone()/>
        </Loaded>
    }
}

#[component]
fn Question(summary: ApiGroupSummary, close_href: String) -> impl IntoView {
    let texts = use_texts();
    let form = use_form::<DeleteApiGroup>();
    let ApiGroupSummary { group, running, calls_24h, .. } = summary;
    let names: Vec<&str> =
        running.iter().map(|(environment, _)| (texts.common.environment)(*environment)).collect();
    let live = (!running.is_empty()).then(|| {
        let text = (texts.api_groups.delete_live)(&names.join(texts.common.list_separator));
        view! { <div class="notice notice-warning"><p>{text}</p> <EnvironmentBadges running/></div> }
    });
    view! {
        <ConfirmDialog
            title=(texts.api_groups.delete_question)(&group.name)
            form
            confirm=texts.api_groups.delete_confirm
            close_href
            go=paths::GROUPS
            notice=texts.api_groups.deleted
            type_name=group.name
        >
            <input type="hidden" name="id" value=group.id.to_string()/>
            <p>{texts.api_groups.delete_consequences}</p>
            {live}
            <p class="strong">{(texts.api_groups.delete_calls)(calls_24h)}</p>
        </ConfirmDialog>
    }
}
