//! API groups: the unit of management.

use crate::{
    Caller, Inner, Noun, ServiceError,
    audit::Write,
    error::{of, outdated},
    random,
};
use domain::{
    ApiGroup, ApiGroupId, ApiGroupPatch, ApiGroupSummary, Edit, Environment, ErrorKind,
    NewApiGroup, Page, PageQuery, Region, Revision, RevisionNumber, Timestamp,
};
use store::Connection;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Functions about API groups. A group that belongs to another account is `NotFound`, in this file and in all that follow.
pub struct ApiGroups<'a> {
    pub(crate) services: &'a Inner,
}

impl ApiGroups<'_> {
    /// The caller's groups in a region.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn list(
        &self,
        caller: &Caller,
        region: Region,
        query: PageQuery,
    ) -> Result<Page<ApiGroupSummary>, ServiceError> {
        let (reader, from) = (self.services.store.read(), self.services.day_ago());
        Ok(store::api_groups::list(&reader, caller.id(), region, &query, from).await?)
    }

    /// Calls of the last 24 hours of all the caller's groups in a region.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn calls_in_region(
        &self,
        caller: &Caller,
        region: Region,
    ) -> Result<u64, ServiceError> {
        let (reader, from) = (self.services.store.read(), self.services.day_ago());
        Ok(store::traffic::calls_in_region(&reader, caller.id(), region, from).await?)
    }

    /// Makes a group, with an empty revision 0.0.1.
    ///
    /// # Errors
    /// `Invalid` for `groupName`, `description`, `prefix`, and how callers are checked; `Conflict` on `groupName` when the caller has one of this name in
    /// the region.
    pub async fn create(
        &self,
        caller: &Caller,
        mut new: NewApiGroup,
    ) -> Result<ApiGroup, ServiceError> {
        new.validate()?;
        let given = new.jwt_secret.take();
        let secret = self.services.name_jwt_secret(&mut new.settings, given.as_ref(), None)?;
        let write = self.services.write(caller).await?;
        let group = ApiGroup {
            id: ApiGroupId::from_random(random::bytes()?),
            owner: caller.id().clone(),
            region: new.region,
            name: new.name,
            description: new.description,
            settings: new.settings,
            created_at: write.at,
            updated_at: write.at,
        };
        store::api_groups::insert(&write.tx, &group).await?;
        if let Some(secret) = secret {
            secret.keep(&write, &group.id).await?;
        }
        let first = Revision {
            number: RevisionNumber::FIRST,
            note: String::new(),
            based_on: None,
            created_at: write.at,
            revised_at: write.at,
        };
        store::revisions::insert(&write.tx, &group.id, &first).await?;
        write.record("create", Noun::ApiGroup, &group.id).await?;
        write.commit().await?;
        Ok(group)
    }

    /// One group, as a row of the list.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get(
        &self,
        caller: &Caller,
        id: &ApiGroupId,
    ) -> Result<ApiGroupSummary, ServiceError> {
        let (reader, from) = (self.services.store.read(), self.services.day_ago());
        let summary = store::api_groups::summary(&reader, id, from).await?;
        let own = summary.filter(|summary| summary.group.owner == *caller.id());
        own.ok_or(ServiceError::NotFound { what: Noun::ApiGroup })
    }

    /// Changes name, description and settings. Settings take effect with the next publish.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` and `Conflict` as [`create`](Self::create).
    pub async fn update(
        &self,
        caller: &Caller,
        id: &ApiGroupId,
        edit: impl Into<Edit<ApiGroupPatch>>,
    ) -> Result<ApiGroup, ServiceError> {
        let edit = edit.into();
        edit.value.validate()?;
        let write = self.services.write(caller).await?;
        let there = lock_own(&write, caller, id).await?;
        if edit.is_outdated(there.updated_at) {
            return Err(outdated());
        }
        let mut patch = edit.value;
        let given = patch.jwt_secret.take();
        let settings = &mut patch.settings;
        if let Some(secret) =
            self.services.name_jwt_secret(settings, given.as_ref(), Some(&there.settings))?
        {
            secret.keep(&write, id).await?;
        }
        let group = store::api_groups::update(&write.tx, id, &patch, write.at)
            .await
            .map_err(of(Noun::ApiGroup))?;
        write.record("update", Noun::ApiGroup, id).await?;
        write.commit().await?;
        Ok(group)
    }

    /// Deletes a group and all that belongs to it, and takes it offline everywhere, at once.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` on `confirmName` unless that is the group's name.
    pub async fn delete(
        &self,
        caller: &Caller,
        id: &ApiGroupId,
        confirm_name: &str,
    ) -> Result<(), ServiceError> {
        let write = self.services.write(caller).await?;
        let group = lock_own(&write, caller, id).await?;
        confirm(&group, confirm_name)?;
        let live = store::api_groups::delete(&write.tx, id).await.map_err(of(Noun::ApiGroup))?;
        write.changed(live.into_iter().map(|environment| (id.clone(), environment)));
        write.record("delete", Noun::ApiGroup, id).await?;
        write.commit().await?;
        Ok(())
    }

    /// Calls that a group served in the last 24 hours, in one environment or all.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn calls_24h(
        &self,
        caller: &Caller,
        id: &ApiGroupId,
        environment: Option<Environment>,
    ) -> Result<u64, ServiceError> {
        let reader = self.services.store.read();
        own(&reader, caller, id).await?;
        let calls =
            store::traffic::calls_by_environment(&reader, id, self.services.day_ago()).await?;
        let wanted = |at: &Environment| environment.is_none_or(|environment| environment == *at);
        Ok(calls.iter().filter(|(at, _)| wanted(at)).map(|(_, calls)| calls).sum())
    }
}

impl Inner {
    /// The moment that the last 24 hours begin at.
    pub(crate) fn day_ago(&self) -> Timestamp {
        self.clock.now().plus_ms(-DAY_MS)
    }
}

/// The caller's group of that id.
pub(crate) async fn own(
    conn: &impl Connection,
    caller: &Caller,
    id: &ApiGroupId,
) -> Result<ApiGroup, ServiceError> {
    theirs(caller, store::api_groups::get(conn, id).await?)
}

/// The caller's group of that id; what was read of it after this is still so at the commit.
pub(crate) async fn lock_own(
    write: &Write<'_>,
    caller: &Caller,
    id: &ApiGroupId,
) -> Result<ApiGroup, ServiceError> {
    theirs(caller, store::api_groups::lock(&write.tx, id).await?)
}

fn theirs(caller: &Caller, group: Option<ApiGroup>) -> Result<ApiGroup, ServiceError> {
    group
        .filter(|group| group.owner == *caller.id())
        .ok_or(ServiceError::NotFound { what: Noun::ApiGroup })
}

/// What cannot be undone asks to type the group's name.
pub(crate) fn confirm(group: &ApiGroup, typed: &str) -> Result<(), ServiceError> {
    confirm_name(&group.name, typed)
}

/// What cannot be undone asks to type the name of what it is done to.
pub(crate) fn confirm_name(name: &str, typed: &str) -> Result<(), ServiceError> {
    if typed.trim() == name {
        return Ok(());
    }
    Err(ServiceError::invalid(
        ErrorKind::State,
        "confirmName",
        format!("type {name} to confirm"),
        format!("请输入{name}以确认"),
    ))
}
