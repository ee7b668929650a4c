//! Backend configs: the rules of dynamic routing, environment by environment of a group.

use crate::{
    Caller, Inner, Noun, ServiceError, api_groups::own as own_group, audit::Write, error::of,
    random,
};
use domain::{
    ApiGroup, ApiGroupId, BackendConfig, BackendConfigId, Environment, EnvironmentRoutes,
    ErrorKind, NewBackendConfig,
    api::ApiBackend,
    backend_config::{Direction, RULES_MAX},
};
use store::Connection;

/// Functions about the rules of the caller's groups. Each change is in force when it returns, if a gateway runs in this
/// process and the environment is live; what is not published yet keeps its rules for the day it is.
pub struct BackendConfigs<'a> {
    pub(crate) services: &'a Inner,
}

impl BackendConfigs<'_> {
    /// The rules and the default backend of each environment.
    ///
    /// # Errors
    /// `NotFound` for the group.
    pub async fn list(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
    ) -> Result<Vec<EnvironmentRoutes>, ServiceError> {
        let snapshot = self.services.store.snapshot().await?;
        own_group(&snapshot, caller, group).await?;
        let mut routes = Vec::with_capacity(Environment::ALL.len());
        for environment in Environment::ALL {
            routes.push(of_environment(&snapshot, group, environment).await?);
        }
        Ok(routes)
    }

    /// One rule.
    ///
    /// # Errors
    /// `NotFound` for the group or the rule.
    pub async fn get(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
        id: &BackendConfigId,
    ) -> Result<BackendConfig, ServiceError> {
        let reader = self.services.store.read();
        own_group(&reader, caller, group).await?;
        rule(&reader, group, id).await
    }

    /// Makes a rule, the last of its environment.
    ///
    /// # Errors
    /// `NotFound` for the group; `Invalid` as [`NewBackendConfig::validate`]; `Conflict` when there are [`RULES_MAX`] already.
    pub async fn create(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
        environment: Environment,
        new: NewBackendConfig,
    ) -> Result<BackendConfig, ServiceError> {
        new.validate()?;
        let (write, group) = self.lock(caller, group).await?;
        let rules = store::backend_configs::list(&write.tx, &group.id, environment).await?;
        if rules.len() >= RULES_MAX {
            return Err(too_many());
        }
        let rule = BackendConfig {
            id: BackendConfigId::from_random(random::bytes()?),
            api_group_id: group.id.clone(),
            environment,
            sort: rules.last().map_or(1, |last| last.sort.saturating_add(1)),
            header_params: new.header_params,
            query_params: new.query_params,
            backend: new.backend,
            description: new.description,
            created_at: write.at,
        };
        store::backend_configs::insert(&write.tx, &rule).await.map_err(of(Noun::ApiGroup))?;
        finish(write, "create", &rule).await?;
        Ok(rule)
    }

    /// Changes what a rule asks for and where it leads; its place stays.
    ///
    /// # Errors
    /// `NotFound` for the group or the rule; `Invalid` as [`NewBackendConfig::validate`].
    pub async fn update(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
        id: &BackendConfigId,
        change: NewBackendConfig,
    ) -> Result<BackendConfig, ServiceError> {
        change.validate()?;
        let (write, group) = self.lock(caller, group).await?;
        rule(&write.tx, &group.id, id).await?;
        let updated = store::backend_configs::update(&write.tx, id, &change).await;
        updated.map_err(of(Noun::BackendConfig))?;
        let after = rule(&write.tx, &group.id, id).await?;
        finish(write, "update", &after).await?;
        Ok(after)
    }

    /// Moves a rule one place; the first stays first, and the last last.
    ///
    /// # Errors
    /// `NotFound` for the group or the rule.
    pub async fn move_one(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
        id: &BackendConfigId,
        direction: Direction,
    ) -> Result<(), ServiceError> {
        let (write, group) = self.lock(caller, group).await?;
        let moved = rule(&write.tx, &group.id, id).await?;
        let mut ids = self.order(&write, &moved).await?;
        let at = ids.iter().position(|other| other == id).unwrap_or_default();
        let other = match direction {
            Direction::Up => at.saturating_sub(1),
            Direction::Down => (at + 1).min(ids.len().saturating_sub(1)),
        };
        if other == at {
            return Ok(());
        }
        ids.swap(at, other);
        let set = store::backend_configs::set_order(&write.tx, &ids).await;
        set.map_err(of(Noun::BackendConfig))?;
        finish(write, "move", &moved).await
    }

    /// Deletes a rule; those behind it move up.
    ///
    /// # Errors
    /// `NotFound` for the group or the rule.
    pub async fn delete(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
        id: &BackendConfigId,
    ) -> Result<(), ServiceError> {
        let (write, group) = self.lock(caller, group).await?;
        let gone = rule(&write.tx, &group.id, id).await?;
        let deleted = store::backend_configs::delete(&write.tx, id).await;
        deleted.map_err(of(Noun::BackendConfig))?;
        let ids = self.order(&write, &gone).await?;
        let set = store::backend_configs::set_order(&write.tx, &ids).await;
        set.map_err(of(Noun::BackendConfig))?;
        finish(write, "delete", &gone).await
    }

    /// The rules of the environment that `of` is in, the first first.
    async fn order(
        &self,
        write: &Write<'_>,
        of: &BackendConfig,
    ) -> Result<Vec<BackendConfigId>, ServiceError> {
        let rules = store::backend_configs::list(&write.tx, &of.api_group_id, of.environment);
        Ok(rules.await?.into_iter().map(|rule| rule.id).collect())
    }

    /// Begins to change the rules of one of the caller's groups.
    async fn lock(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
    ) -> Result<(Write<'_>, ApiGroup), ServiceError> {
        let write = self.services.write(caller).await?;
        let group = crate::api_groups::lock_own(&write, caller, group).await?;
        Ok((write, group))
    }
}

/// Records what was done, tells the gateways, and writes all of it.
async fn finish(write: Write<'_>, verb: &str, rule: &BackendConfig) -> Result<(), ServiceError> {
    write.changed([(rule.api_group_id.clone(), rule.environment)]);
    write.record(verb, Noun::BackendConfig, &rule.id).await?;
    write.commit().await?;
    Ok(())
}

async fn of_environment(
    conn: &impl Connection,
    group: &ApiGroupId,
    environment: Environment,
) -> Result<EnvironmentRoutes, ServiceError> {
    let live = store::deployments::get(conn, group, environment).await?;
    let content = store::deployments::content(conn, group, environment).await?;
    let apis = content.map(|content| content.apis).unwrap_or_default();
    let own = apis.iter().filter(|api| api.definition.backend != ApiBackend::Deployment);
    Ok(EnvironmentRoutes {
        environment,
        rules: store::backend_configs::list(conn, group, environment).await?,
        default_backend: live.map(|live| live.deployment.backend),
        apis_with_own_backend: own.count() as u64,
    })
}

async fn rule(
    conn: &impl Connection,
    group: &ApiGroupId,
    id: &BackendConfigId,
) -> Result<BackendConfig, ServiceError> {
    let rule = store::backend_configs::get(conn, group, id).await?;
    rule.ok_or(ServiceError::NotFound { what: Noun::BackendConfig })
}

fn too_many() -> ServiceError {
    ServiceError::conflict(
        ErrorKind::Range,
        "",
        format!("an environment has at most {RULES_MAX} rules"),
        format!("每个环境最多{RULES_MAX}条动态路由规则"),
    )
}
