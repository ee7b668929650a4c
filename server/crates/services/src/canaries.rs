//! Canaries: a second release beside the one that is live in an environment. It begins with a publish
//! ([`crate::Deployments::publish`]), is given more or fewer calls, and ends by going live or by being stopped.

use crate::{
    Caller, Deployments, Inner, Noun, ServiceError,
    api_groups::{lock_own, own},
    audit::Write,
    deployments::{Next, nothing_runs},
    error::of,
    random,
};
use domain::{
    ApiGroup, ApiGroupId, Canary, CanaryComparison, CanarySettings, Deployment, Difference,
    Environment, ErrorKind, PromotePreview, Published, Release, ReleaseAction, ReleaseId,
    SideTraffic, Timestamp,
};
use store::Connection;

/// Functions about canaries that run.
pub struct Canaries<'a> {
    pub(crate) services: &'a Inner,
}

impl Canaries<'_> {
    /// Gives the canary of an environment other calls. The gateway of this process does so when this returns.
    ///
    /// # Errors
    /// `NotFound` for the group; `Invalid` on `headerName` or `headerValue`; `Conflict` on `environment` when there is no canary.
    pub async fn change(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
        environment: Environment,
        settings: CanarySettings,
    ) -> Result<(), ServiceError> {
        settings.validate()?;
        let write = self.services.write(caller).await?;
        let group = lock_own(&write, caller, group).await?;
        let canary = running(&write.tx, &group, environment).await?;
        let set = store::canaries::set_settings(&write.tx, &group.id, environment, &settings).await;
        set.map_err(of(Noun::Deployment))?;
        let changed = (ReleaseAction::CanaryChange, Some(settings));
        tell(caller, &write, &group, (canary, changed)).await?;
        done("change_canary", write, &group, environment).await
    }

    /// What a promotion would change for the calls that are not the canary's.
    ///
    /// # Errors
    /// `NotFound` for the group; `Conflict` on `environment` when there is no canary.
    pub async fn preview_promote(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
        environment: Environment,
    ) -> Result<PromotePreview, ServiceError> {
        let snapshot = self.services.store.snapshot().await?;
        let group = own(&snapshot, caller, group).await?;
        let canary = running(&snapshot, &group, environment).await?;
        let live = store::deployments::get(&snapshot, &group.id, environment).await?;
        let live = live.ok_or_else(|| nothing_runs(environment))?.deployment;
        let before = store::deployments::content(&snapshot, &group.id, environment).await?;
        let after = store::canaries::content(&snapshot, &group.id, environment).await?;
        let after = after.ok_or_else(|| no_canary(environment))?;
        let difference = Difference::between(before.as_ref(), &after)
            .with_backend(Some(&live.backend), &canary.backend);
        Ok(PromotePreview { live, canary, difference })
    }

    /// Lets the canary of an environment serve all of its calls. No call fails by it.
    ///
    /// # Errors
    /// As [`preview_promote`](Self::preview_promote).
    pub async fn promote(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
        environment: Environment,
    ) -> Result<Published, ServiceError> {
        let write = self.services.write(caller).await?;
        let group = lock_own(&write, caller, group).await?;
        let canary = running(&write.tx, &group, environment).await?;
        let content = store::canaries::content(&write.tx, &group.id, environment).await?;
        let next = Next {
            action: ReleaseAction::Promote,
            environment,
            revision: canary.revision,
            note: note(&write.tx, &group, &canary).await?,
            backend: canary.backend,
            description: canary.description,
            published_at: None,
            content: content.ok_or_else(|| no_canary(environment))?,
            canary: None,
        };
        store::canaries::stop(&write.tx, &group.id, environment).await?;
        Deployments { services: self.services }.go_live(caller, write, &group, next).await
    }

    /// Ends the canary of an environment: what is live serves all calls again.
    ///
    /// # Errors
    /// `NotFound` for the group; `Conflict` on `environment` when there is no canary.
    pub async fn stop(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
        environment: Environment,
    ) -> Result<(), ServiceError> {
        let write = self.services.write(caller).await?;
        let group = lock_own(&write, caller, group).await?;
        running(&write.tx, &group, environment).await?;
        stop_if_running(caller, &write, &group, environment).await?;
        done("stop_canary", write, &group, environment).await
    }
}

/// Lets `next` run beside what is live, with its entry in the history.
pub(crate) async fn start(
    deployments: &Deployments<'_>,
    caller: &Caller,
    write: Write<'_>,
    group: &ApiGroup,
    next: Next,
) -> Result<Published, ServiceError> {
    let (tx, environment) = (&write.tx, next.environment);
    let live = store::deployments::get(tx, &group.id, environment).await?;
    let live = live.ok_or_else(|| nothing_runs(environment))?;
    if let Some(canary) = store::canaries::get(tx, &group.id, environment).await? {
        return Err(there_is_one(&canary));
    }
    let content = store::deployments::content(tx, &group.id, environment).await?;
    let release = next.release(caller, &write, content.as_ref().zip(Some(&live)))?;
    let inserted =
        store::releases::insert(tx, &group.id, &release, &next.content, content.as_ref()).await;
    inserted.map_err(of(Noun::ApiGroup))?;
    let settings = next.canary.unwrap_or_default();
    let started =
        store::canaries::start(tx, (&group.id, environment), &release.id, &settings).await;
    started.map_err(of(Noun::Release))?;
    write.changed([(group.id.clone(), environment)]);
    write.record("start_canary", Noun::Deployment, &live.deployment.id).await?;
    let published = deployments.published(write, group, environment).await?;
    Ok(Published { is_canary: true, ..published })
}

/// Ends the canary of an environment, where there is one, with its entry in the history.
pub(crate) async fn stop_if_running(
    caller: &Caller,
    write: &Write<'_>,
    group: &ApiGroup,
    environment: Environment,
) -> Result<(), ServiceError> {
    let Some(canary) = store::canaries::get(&write.tx, &group.id, environment).await? else {
        return Ok(());
    };
    let stopped = (ReleaseAction::CanaryStop, Some(canary.settings.clone()));
    tell(caller, write, group, (canary, stopped)).await?;
    store::canaries::stop(&write.tx, &group.id, environment).await?;
    Ok(())
}

/// What canaries and the live sides beside them served from `from` on, each since both have run.
pub(crate) async fn comparisons(
    conn: &impl Connection,
    group: &ApiGroup,
    sides: Vec<(Deployment, Canary)>,
    (from, until): (Timestamp, Timestamp),
) -> Result<Vec<CanaryComparison>, ServiceError> {
    let mut comparisons = Vec::with_capacity(sides.len());
    for (deployment, canary) in sides {
        let from = from.max(canary.started_at).max(deployment.published_at);
        let from = Timestamp(from.0 - from.0.rem_euclid(60_000));
        let releases = [&deployment.release_id, &canary.release_id];
        let mut served =
            store::traffic::by_release(conn, &group.id, &releases, (from, until)).await?;
        let mut side = |release: &ReleaseId, revision| SideTraffic {
            revision,
            traffic: served.remove(release).unwrap_or_default(),
        };
        comparisons.push(CanaryComparison {
            environment: canary.environment,
            from,
            live: side(&deployment.release_id, deployment.revision),
            canary: side(&canary.release_id, canary.revision),
            settings: canary.settings,
        });
    }
    Ok(comparisons)
}

async fn done(
    verb: &str,
    write: Write<'_>,
    group: &ApiGroup,
    environment: Environment,
) -> Result<(), ServiceError> {
    write.changed([(group.id.clone(), environment)]);
    let live = store::deployments::get(&write.tx, &group.id, environment).await?;
    let live = live.ok_or_else(|| nothing_runs(environment))?;
    write.record(verb, Noun::Deployment, &live.deployment.id).await?;
    write.commit().await?;
    Ok(())
}

/// Adds an entry about a canary to the history.
async fn tell(
    caller: &Caller,
    write: &Write<'_>,
    group: &ApiGroup,
    (canary, (action, settings)): (Canary, (ReleaseAction, Option<CanarySettings>)),
) -> Result<(), ServiceError> {
    let environment = canary.environment;
    let content = store::canaries::content(&write.tx, &group.id, environment).await?;
    let content = content.ok_or_else(|| no_canary(environment))?;
    let release = Release {
        id: ReleaseId::from_random(random::bytes()?),
        environment,
        action,
        revision: canary.revision,
        note: note(&write.tx, group, &canary).await?,
        backend: canary.backend,
        description: canary.description,
        published_at: None,
        by: caller.account.email.clone(),
        at: write.at,
        difference: Difference::default(),
        canary: settings,
        live: false,
    };
    let inserted =
        store::releases::insert(&write.tx, &group.id, &release, &content, Some(&content)).await;
    inserted.map_err(of(Noun::ApiGroup))
}

/// The note of what runs as the canary, as it was published.
async fn note(
    conn: &impl Connection,
    group: &ApiGroup,
    canary: &Canary,
) -> Result<String, ServiceError> {
    let release = store::releases::get(conn, &group.id, &canary.release_id).await?;
    Ok(release.map(|release| release.note).unwrap_or_default())
}

async fn running(
    conn: &impl Connection,
    group: &ApiGroup,
    environment: Environment,
) -> Result<Canary, ServiceError> {
    let canary = store::canaries::get(conn, &group.id, environment).await?;
    canary.ok_or_else(|| no_canary(environment))
}

fn no_canary(environment: Environment) -> ServiceError {
    ServiceError::conflict(
        ErrorKind::State,
        "environment",
        format!("no canary runs in {environment}"),
        format!("{environment}环境没有运行中的灰度版本"),
    )
}

fn there_is_one(canary: &Canary) -> ServiceError {
    let Canary { environment, revision, .. } = canary;
    ServiceError::conflict(
        ErrorKind::State,
        "canary",
        format!("a canary ({revision}) runs in {environment} already: promote or stop it first"),
        format!(
            "{environment}环境已有运行中的灰度版本（{revision}），请先全量发布或停止该灰度版本"
        ),
    )
}
