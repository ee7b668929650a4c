//! The row of a canary beneath what is live, and the dialogs that change, promote and stop it:
//! `?dialog=canary&environment=`, `?dialog=promote&…`, `?dialog=stop-canary&…`.

use super::{BackendShown, canary_fields::CanaryFields, list::dialog};
use crate::{
    components::{
        Badge, ConfirmDialog, Dialog, DialogActions, EnvironmentBadge, Glyph, Loaded, Menu,
        MenuLink, PostForm, SubmitButton, Time, Tone, difference::DifferenceView, use_form,
    },
    contexts::use_texts,
    error::AppError,
    forms::canaries::CanaryForm,
    pages::api_groups::group_frame::use_group,
    paths,
    server_fns::{
        canaries::{ChangeCanary, PromoteCanary, StopCanary, preview_promote},
        deployments::list_deployments,
    },
};
use domain::{
    ApiGroupId, Canary, Deployment, DeploymentView, Environment, PromotePreview, TargetStatus,
};
use leptos::prelude::*;

/// Changes that are shown before "show more".
const SHOWN: usize = 6;

/// What runs beside the live release of an environment.
#[component]
pub(super) fn CanaryRow(
    id: ApiGroupId,
    canary: Canary,
    targets: Vec<TargetStatus>,
) -> impl IntoView {
    let texts = use_texts();
    let words = texts.canaries;
    let Canary { environment, revision, backend, description, started_at, settings, .. } = canary;
    let name = (texts.common.environment)(environment);
    let description =
        (!description.is_empty()).then(|| view! { <span class="row-second">{description}</span> });
    view! {
        <tr id=format!("{environment}-canary")>
            <th scope="row">
                <EnvironmentBadge environment/> " " <Badge tone=Tone::Info>{words.canary}</Badge>
            </th>
            <td class="tabular-nums">
                <a class="row-link" href=paths::apis(&id, revision)>{revision.to_string()}</a>
            </td>
            <td>{(words.calls)(&settings)}</td>
            <td class="cell-backend"><BackendShown backend targets/></td>
            <td><span class="cell-time"><Time at=started_at/></span> {description}</td>
            <td class="cell-number"></td>
            <td class="cell-actions">
                <div class="row-actions">
                    <a class="row-action" href=dialog(&id, "canary", environment) aria-label=(words.change_named)(name)>
                        {words.change}
                    </a>
                    <a class="row-action" href=dialog(&id, "promote", environment) aria-label=(words.promote_named)(name)>
                        {words.promote}
                    </a>
                    <Menu label=(texts.common.more_for)(words.canary) glyph=Glyph::More>
                        <MenuLink href=paths::group_page(&id, "monitoring") glyph=Glyph::Gauge>
                            {texts.monitoring.title}
                        </MenuLink>
                        <MenuLink href=dialog(&id, "stop-canary", environment) glyph=Glyph::Close danger=true>
                            {words.stop}
                        </MenuLink>
                    </Menu>
                </div>
            </td>
        </tr>
    }
}

/// What runs in an environment, with its canary; nothing where there is none.
async fn read(
    group: Option<ApiGroupId>,
    environment: Environment,
) -> Result<Option<(Deployment, Canary)>, AppError> {
    let views = list_deployments(group.ok_or(AppError::NotFound)?).await?;
    let view = views.into_iter().find(|view| view.deployment.environment == environment);
    Ok(view.and_then(|DeploymentView { deployment, canary, .. }| Some((deployment, canary?))))
}

/// Gives the canary other calls.
#[component]
pub(super) fn ChangeDialog(environment: Environment, close_href: String) -> impl IntoView {
    let group = use_group();
    // Not read again when it is done: the dialog closes.
    let running = Resource::new(move || group.id.get(), move |group| read(group, environment));
    view! {
        <Loaded data=running let:found>
            {
                let close_href = close_href.clone();
                found.map(|(live, canary)| view! { <ChangeForm live canary close_href/> })
            }
        </Loaded>
    }
}

#[component]
fn ChangeForm(live: Deployment, canary: Canary, close_href: String) -> impl IntoView {
    let texts = use_texts();
    let words = texts.canaries;
    let form = use_form::<ChangeCanary>().check(|input| input.form.parse().map(|_| ()));
    let environment = canary.environment;
    let name = (texts.common.environment)(environment);
    let typed = CanaryForm::typed(|field| form.typed(&format!("form{field}")));
    let initial = typed.unwrap_or_else(|| CanaryForm::from(&canary.settings));
    view! {
        <Dialog title=(words.change_named)(name) close_href=close_href.clone()>
            <PostForm form go=close_href.clone() notice=(words.changed)(name) class="stack">
                <input type="hidden" name="group" value=live.api_group_id.to_string()/>
                <input type="hidden" name="environment" value=environment.as_str()/>
                <p class="outcome">
                    <EnvironmentBadge environment revision=canary.revision/>
                    " " <Badge tone=Tone::Info>{words.canary}</Badge>
                </p>
                <CanaryFields prefix="form" initial/>
                <DialogActions close_href=close_href>
                    <SubmitButton label=words.change_button busy=words.changing/>
                </DialogActions>
            </PostForm>
        </Dialog>
    }
}

/// Lets the canary serve all calls.
#[component]
pub(super) fn PromoteDialog(environment: Environment, close_href: String) -> impl IntoView {
    let group = use_group();
    let preview = Resource::new(
        move || group.id.get(),
        move |group| async move { preview_promote(group.ok_or(AppError::NotFound)?, environment).await },
    );
    view! {
        <Loaded data=preview let:preview>
            <PromoteQuestion preview close_href=close_href.clone()/>
        </Loaded>
    }
}

#[component]
fn PromoteQuestion(preview: PromotePreview, close_href: String) -> impl IntoView {
    let texts = use_texts();
    let words = texts.canaries;
    let form = use_form::<PromoteCanary>();
    let PromotePreview { live, canary, difference } = preview;
    let environment = canary.environment;
    let name = (texts.common.environment)(environment);
    let (now, then) = (live.revision.to_string(), canary.revision.to_string());
    let changes = if difference.is_empty() {
        view! { <p class="text-muted">{texts.deployments.publishing.nothing_changes}</p> }
            .into_any()
    } else {
        // Scrolls, so it must be reachable by the keyboard.
        let label = texts.deployments.publishing.what_changes;
        view! {
            <div class="changes-box" tabindex="0" role="region" aria-label=label>
                <DifferenceView difference limit=SHOWN/>
            </div>
        }
        .into_any()
    };
    view! {
        <ConfirmDialog
            title=(words.promote_question)(name, &then)
            form
            confirm=(words.promote_confirm)(&then)
            close_href
            notice=(words.promoted)(name, &then)
            danger=false
        >
            <input type="hidden" name="group" value=live.api_group_id.to_string()/>
            <input type="hidden" name="environment" value=environment.as_str()/>
            <p>{(words.promote_consequences)(name, &now, &then)}</p>
            <section class="field">
                <h3 class="field-label">{texts.deployments.publishing.what_changes}</h3>
                {changes}
            </section>
        </ConfirmDialog>
    }
}

/// Ends the canary.
#[component]
pub(super) fn StopDialog(environment: Environment, close_href: String) -> impl IntoView {
    let group = use_group();
    // Not read again when it is done: the question would be about what is no longer there.
    let running = Resource::new(move || group.id.get(), move |group| read(group, environment));
    view! {
        <Loaded data=running let:found>
            {
                let close_href = close_href.clone();
                found.map(|(live, canary)| view! { <StopQuestion live canary close_href/> })
            }
        </Loaded>
    }
}

#[component]
fn StopQuestion(live: Deployment, canary: Canary, close_href: String) -> impl IntoView {
    let texts = use_texts();
    let words = texts.canaries;
    let form = use_form::<StopCanary>();
    let environment = canary.environment;
    let name = (texts.common.environment)(environment);
    view! {
        <ConfirmDialog
            title=(words.stop_question)(name)
            form
            confirm=words.stop_confirm
            close_href
            notice=(words.stopped)(name)
        >
            <input type="hidden" name="group" value=live.api_group_id.to_string()/>
            <input type="hidden" name="environment" value=environment.as_str()/>
            <p class="outcome">
                <EnvironmentBadge environment revision=canary.revision/>
                " " <Badge tone=Tone::Info>{words.canary}</Badge>
            </p>
            <p>{(words.calls)(&canary.settings)}</p>
            <p>{(words.stop_consequences)(&live.revision.to_string())}</p>
        </ConfirmDialog>
    }
}
