//! Deployments: publish, switch, take offline, history.
//!
//! A release keeps what was served: settings and APIs as they were at that moment. So what runs is what was published,
//! whatever becomes of the revision, and every entry of the history can be switched back to.

use crate::{
    Caller, Inner, Noun, ServiceError,
    api_groups::{confirm, lock_own, own},
    audit::Write,
    canaries,
    error::of,
    random, revisions,
};
use domain::{
    ApiGroup, ApiGroupId, BackendService, CanarySettings, DeploymentId, DeploymentView, Difference,
    Environment, ErrorKind, GroupContent, NewPublish, Page, PageQuery, PublishPreview, Published,
    Release, ReleaseAction, ReleaseId, RevisionNumber, Timestamp,
};
use std::time::Duration;
use store::{Connection, deployments::LiveDeployment};

/// How many publishes the newest part of a history has.
const EARLIER_SHOWN: u64 = 50;

/// Functions about what runs where.
pub struct Deployments<'a> {
    pub(crate) services: &'a Inner,
}

impl Deployments<'_> {
    /// What runs, from the first try to everybody.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn list(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
    ) -> Result<Vec<DeploymentView>, ServiceError> {
        let reader = self.services.store.read();
        let group = own(&reader, caller, group).await?;
        let live = store::deployments::list(&reader, &group.id).await?;
        self.views(&reader, &group, live).await
    }

    /// What a publish would replace, and by what.
    ///
    /// # Errors
    /// `NotFound` for the group or the revision.
    pub async fn preview(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
        revision: RevisionNumber,
        environment: Environment,
    ) -> Result<PublishPreview, ServiceError> {
        let snapshot = self.services.store.snapshot().await?;
        let group = own(&snapshot, caller, group).await?;
        let note = revisions::get(&snapshot, &group.id, revision).await?.note;
        let next = content(&snapshot, &group, revision).await?;
        let running = store::deployments::content(&snapshot, &group.id, environment).await?;
        let live = store::deployments::get(&snapshot, &group.id, environment).await?;
        Ok(PublishPreview {
            current: live.map(|live| live.deployment),
            note,
            difference: Difference::between(running.as_ref(), &next),
        })
    }

    /// Publishes a revision, with the group's settings as they are now, for all calls or as a canary. It is in force when this
    /// returns, if a gateway runs in this process.
    ///
    /// # Errors
    /// `NotFound` for the group or the revision; `Invalid` on `description`, the backend or the canary's header, and on
    /// `revision` when calls are validated and an API has a schema that is none; `Conflict` on `revision` when it has no APIs,
    /// for a canary also on `environment` when nothing runs there, and on `canary` when there is one.
    pub async fn publish(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
        new: NewPublish,
    ) -> Result<Published, ServiceError> {
        new.validate()?;
        let write = self.services.write(caller).await?;
        let group = lock_own(&write, caller, group).await?;
        let note = revisions::get(&write.tx, &group.id, new.revision).await?.note;
        let content = content(&write.tx, &group, new.revision).await?;
        if content.apis.is_empty() {
            return Err(without_apis());
        }
        let content = self.services.check_content(content).await?;
        let next = Next {
            action: match new.canary {
                None => ReleaseAction::Publish,
                Some(_) => ReleaseAction::Canary,
            },
            environment: new.environment,
            revision: new.revision,
            note,
            backend: new.backend,
            description: new.description,
            published_at: None,
            content,
            canary: new.canary,
        };
        if next.canary.is_some() {
            return canaries::start(self, caller, write, &group, next).await;
        }
        if new.stop_canary {
            canaries::stop_if_running(caller, &write, &group, new.environment).await?;
        }
        self.go_live(caller, write, &group, next).await
    }

    /// What an environment can be switched to: what was published to it and is not what runs there, newest first; equal
    /// content with an equal backend once. Of a long history its newest part; all of it is in [`history`](Self::history).
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn earlier(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
        environment: Environment,
    ) -> Result<Vec<Release>, ServiceError> {
        let reader = self.services.store.read();
        own(&reader, caller, group).await?;
        Ok(store::releases::earlier(&reader, group, environment, EARLIER_SHOWN).await?)
    }

    /// What switching to an entry of the history would change.
    ///
    /// # Errors
    /// `NotFound` for the group or the entry.
    pub async fn preview_switch(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
        release: &ReleaseId,
    ) -> Result<Difference, ServiceError> {
        let snapshot = self.services.store.snapshot().await?;
        own(&snapshot, caller, group).await?;
        let (entry, next) = entry(&snapshot, group, release).await?;
        let running = store::deployments::content(&snapshot, group, entry.environment).await?;
        let live = store::deployments::get(&snapshot, group, entry.environment).await?;
        let backend = live.map(|live| live.deployment.backend);
        Ok(Difference::between(running.as_ref(), &next)
            .with_backend(backend.as_ref(), &entry.backend))
    }

    /// Switches an environment to an entry of its history: what that one served runs again, with its backend. Of an entry
    /// that took the environment offline, that is what ran before.
    ///
    /// # Errors
    /// `NotFound` for the group or the entry; `Conflict` when that is what runs.
    pub async fn switch_to_release(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
        release: &ReleaseId,
    ) -> Result<Published, ServiceError> {
        let write = self.services.write(caller).await?;
        let group = lock_own(&write, caller, group).await?;
        let (entry, content) = entry(&write.tx, &group.id, release).await?;
        if entry.live {
            return Err(ServiceError::conflict(
                ErrorKind::State,
                "release",
                "this is what runs already",
                "该版本正在运行",
            ));
        }
        let next = Next {
            action: ReleaseAction::Switch,
            environment: entry.environment,
            revision: entry.revision,
            // What was said of the publish is said of that one.
            note: String::new(),
            description: String::new(),
            published_at: Some(entry.content_published_at()),
            backend: entry.backend,
            content,
            canary: None,
        };
        self.go_live(caller, write, &group, next).await
    }

    /// Takes an environment offline, at once, its canary too. What is bound to its deployment stays bound for the next publish.
    ///
    /// # Errors
    /// `NotFound` for the group; `Conflict` on `environment` when nothing runs there; `Invalid` on `confirmName` unless it is
    /// the group's name, for the online environment.
    pub async fn take_offline(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
        environment: Environment,
        confirm_name: &str,
    ) -> Result<(), ServiceError> {
        let write = self.services.write(caller).await?;
        let group = lock_own(&write, caller, group).await?;
        let live = store::deployments::get(&write.tx, &group.id, environment).await?;
        let running = store::deployments::content(&write.tx, &group.id, environment).await?;
        let (live, running) = live.zip(running).ok_or_else(|| nothing_runs(environment))?;
        if environment == Environment::Online {
            confirm(&group, confirm_name)?;
        }
        canaries::stop_if_running(caller, &write, &group, environment).await?;
        let nothing = GroupContent::new(running.settings.clone(), Vec::new());
        let (entry, _) = entry(&write.tx, &group.id, &live.deployment.release_id).await?;
        let release = Release {
            id: ReleaseId::from_random(random::bytes()?),
            environment,
            action: ReleaseAction::Offline,
            revision: live.deployment.revision,
            note: String::new(),
            backend: live.deployment.backend,
            description: String::new(),
            published_at: Some(entry.content_published_at()),
            by: caller.account.email.clone(),
            at: write.at,
            difference: Difference::between(Some(&running), &nothing),
            canary: None,
            live: false,
        };
        let inserted =
            store::releases::insert(&write.tx, &group.id, &release, &running, Some(&running)).await;
        inserted.map_err(of(Noun::ApiGroup))?;
        let offline = store::deployments::set_offline(&write.tx, &group.id, environment).await;
        offline.map_err(of(Noun::Deployment))?;
        write.changed([(group.id, environment)]);
        write.record("take_offline", Noun::Deployment, &live.deployment.id).await?;
        write.commit().await?;
        Ok(())
    }

    /// The history of an environment, newest first.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn history(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
        environment: Environment,
        query: PageQuery,
    ) -> Result<Page<Release>, ServiceError> {
        let reader = self.services.store.read();
        own(&reader, caller, group).await?;
        Ok(store::releases::list(&reader, group, environment, &query).await?)
    }

    /// Makes `next` what runs, with its entry in the history.
    pub(crate) async fn go_live(
        &self,
        caller: &Caller,
        write: Write<'_>,
        group: &ApiGroup,
        next: Next,
    ) -> Result<Published, ServiceError> {
        let (tx, environment) = (&write.tx, next.environment);
        let running = store::deployments::content(tx, &group.id, environment).await?;
        let before = store::deployments::get(tx, &group.id, environment).await?;
        let replaced = running.as_ref().zip(before.as_ref());
        let release = next.release(caller, &write, replaced)?;
        let inserted =
            store::releases::insert(tx, &group.id, &release, &next.content, running.as_ref()).await;
        inserted.map_err(of(Noun::ApiGroup))?;
        let new_id = DeploymentId::from_random(random::bytes()?);
        let set =
            store::deployments::set_live(tx, &group.id, environment, &release.id, &new_id).await;
        let id = set.map_err(of(Noun::Release))?;
        write.changed([(group.id.clone(), environment)]);
        write.record(next.action.as_str(), Noun::Deployment, &id).await?;
        let published = self.published(write, group, environment).await?;
        let previous = before
            .map(|LiveDeployment { deployment, .. }| (deployment.release_id, deployment.revision));
        Ok(Published { previous, ..published })
    }

    /// Commits, and tells what runs in the environment from then on.
    pub(crate) async fn published(
        &self,
        write: Write<'_>,
        group: &ApiGroup,
        environment: Environment,
    ) -> Result<Published, ServiceError> {
        let live = store::deployments::get(&write.tx, &group.id, environment).await?;
        let views = self.views(&write.tx, group, live.into_iter().collect()).await?;
        let in_force = write.commit().await?;
        let view = views.into_iter().next();
        Ok(Published {
            deployment: view.ok_or(ServiceError::NotFound { what: Noun::Deployment })?,
            is_canary: false,
            previous: None,
            in_force_after_ms: in_force.map(milliseconds),
        })
    }

    async fn views(
        &self,
        conn: &impl Connection,
        group: &ApiGroup,
        live: Vec<LiveDeployment>,
    ) -> Result<Vec<DeploymentView>, ServiceError> {
        let from = self.services.day_ago();
        let calls = store::traffic::calls_by_environment(conn, &group.id, from).await?;
        let policies = store::policy_bindings::of_group(conn, &group.id).await?;
        let canaries = store::canaries::list(conn, &group.id).await?;
        let view = |live: LiveDeployment| {
            let LiveDeployment { deployment, settings, revision_has_changed } = live;
            let environment = deployment.environment;
            let addresses = &self.services.addresses;
            let here = policies.iter().filter(|(place, _)| *place == environment);
            DeploymentView {
                access_urls: addresses.urls(&group.id, group.region, environment, &settings.prefix),
                calls_24h: calls.get(&environment).copied().unwrap_or(0),
                policies: here.map(|(_, policy)| policy.clone()).collect(),
                targets: self.services.targets.of(&group.id, environment),
                canary: canaries.iter().find(|canary| canary.environment == environment).cloned(),
                deployment,
                revision_has_changed,
            }
        };
        Ok(live.into_iter().map(view).collect())
    }
}

/// What is about to run.
pub(crate) struct Next {
    pub(crate) action: ReleaseAction,
    pub(crate) environment: Environment,
    pub(crate) revision: RevisionNumber,
    pub(crate) note: String,
    pub(crate) backend: BackendService,
    pub(crate) description: String,
    pub(crate) published_at: Option<Timestamp>,
    pub(crate) content: GroupContent,
    /// Which calls it gets, as a canary.
    pub(crate) canary: Option<CanarySettings>,
}

impl Next {
    /// Its entry in the history; `replaced` is what it runs in the place of, or beside.
    pub(crate) fn release(
        &self,
        caller: &Caller,
        write: &Write<'_>,
        replaced: Option<(&GroupContent, &LiveDeployment)>,
    ) -> Result<Release, ServiceError> {
        let (running, live) = replaced.unzip();
        let difference = Difference::between(running, &self.content)
            .with_backend(live.map(|live| &live.deployment.backend), &self.backend);
        Ok(Release {
            id: ReleaseId::from_random(random::bytes()?),
            environment: self.environment,
            action: self.action,
            revision: self.revision,
            note: self.note.clone(),
            backend: self.backend.clone(),
            description: self.description.clone(),
            published_at: self.published_at,
            by: caller.account.email.clone(),
            at: write.at,
            difference,
            canary: self.canary.clone(),
            live: self.canary.is_none(),
        })
    }
}

/// An entry of a group's history, and what it served.
async fn entry(
    conn: &impl Connection,
    group: &ApiGroupId,
    release: &ReleaseId,
) -> Result<(Release, GroupContent), ServiceError> {
    let entry = store::releases::get(conn, group, release).await?;
    let content = store::releases::content(conn, group, release).await?;
    entry.zip(content).ok_or(ServiceError::NotFound { what: Noun::Release })
}

/// What a publish of a revision takes along.
async fn content(
    conn: &impl Connection,
    group: &ApiGroup,
    revision: RevisionNumber,
) -> Result<GroupContent, ServiceError> {
    let apis = store::apis::all(conn, &group.id, revision).await?;
    Ok(GroupContent::new(group.settings.clone(), apis))
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn without_apis() -> ServiceError {
    ServiceError::conflict(
        ErrorKind::State,
        "revision",
        "Cannot publish a group without APIs",
        "分组下没有有效的API，不能发布",
    )
}

pub(crate) fn nothing_runs(environment: Environment) -> ServiceError {
    ServiceError::conflict(
        ErrorKind::State,
        "environment",
        format!("nothing is published to {environment}"),
        format!("{environment}环境没有已发布的版本"),
    )
}
