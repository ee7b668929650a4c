//! APIs of a revision, and the import of documents into one.

use crate::{
    Caller, Inner, Noun, ServiceError,
    api_groups::{lock_own, own},
    error::{of, outdated},
    import::{self, Draft},
    random,
    revisions::{self, writable},
};
use domain::{
    Api, ApiDefinition, ApiGroupId, ApiId, Edit, ImportPlan, Page, PageQuery, RevisionNumber,
};

/// Functions about the APIs of a revision. A live revision is `ReadOnly` to all that would change it.
pub struct Apis<'a> {
    pub(crate) services: &'a Inner,
}

impl Apis<'_> {
    /// The APIs of a revision.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn list(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
        revision: RevisionNumber,
        query: PageQuery,
    ) -> Result<Page<Api>, ServiceError> {
        let reader = self.services.store.read();
        own(&reader, caller, group).await?;
        revisions::get(&reader, group, revision).await?;
        Ok(store::apis::list(&reader, group, revision, &query).await?)
    }

    /// One API.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
        revision: RevisionNumber,
        id: &ApiId,
    ) -> Result<Api, ServiceError> {
        let reader = self.services.store.read();
        own(&reader, caller, group).await?;
        let api = store::apis::get(&reader, group, revision, id).await?;
        api.ok_or(ServiceError::NotFound { what: Noun::Api })
    }

    /// Adds an API.
    ///
    /// # Errors
    /// `NotFound`, `ReadOnly`; `Invalid` for each broken rule; `Conflict` on `apiName` or `path` when another API of the
    /// revision has it.
    pub async fn create(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
        revision: RevisionNumber,
        definition: ApiDefinition,
    ) -> Result<Api, ServiceError> {
        definition.validate()?;
        let definition = self.services.check_schemas(definition).await?;
        let write = self.services.write(caller).await?;
        lock_own(&write, caller, group).await?;
        writable(&write, group, revision).await?;
        let id = ApiId::from_random(random::bytes()?);
        let api = Api { id, definition, updated_at: write.at };
        put(&write, group, revision, std::slice::from_ref(&api)).await?;
        write.record("create", Noun::Api, &api.id).await?;
        write.commit().await?;
        Ok(api)
    }

    /// Changes an API.
    ///
    /// # Errors
    /// As [`create`](Self::create); `Conflict` on `updatedAt` when it was changed since its writer saw it.
    pub async fn update(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
        revision: RevisionNumber,
        id: &ApiId,
        edit: impl Into<Edit<ApiDefinition>>,
    ) -> Result<Api, ServiceError> {
        let mut edit = edit.into();
        edit.value.validate()?;
        edit.value = self.services.check_schemas(edit.value).await?;
        let write = self.services.write(caller).await?;
        lock_own(&write, caller, group).await?;
        writable(&write, group, revision).await?;
        let there = store::apis::get(&write.tx, group, revision, id).await?;
        let there = there.ok_or(ServiceError::NotFound { what: Noun::Api })?;
        if edit.is_outdated(there.updated_at) {
            return Err(outdated());
        }
        let api = Api { id: id.clone(), definition: edit.value, updated_at: write.at };
        put(&write, group, revision, std::slice::from_ref(&api)).await?;
        write.record("update", Noun::Api, id).await?;
        write.commit().await?;
        Ok(api)
    }

    /// Deletes an API from a revision; other revisions keep theirs.
    ///
    /// # Errors
    /// `NotFound`, `ReadOnly`.
    pub async fn delete(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
        revision: RevisionNumber,
        id: &ApiId,
    ) -> Result<(), ServiceError> {
        let write = self.services.write(caller).await?;
        lock_own(&write, caller, group).await?;
        writable(&write, group, revision).await?;
        let deleted = store::apis::delete(&write.tx, group, revision, id, write.at).await;
        deleted.map_err(of(Noun::Api))?;
        write.record("delete", Noun::Api, id).await?;
        write.commit().await?;
        Ok(())
    }

    /// What importing a Swagger 2.0 document would do to a revision. Nothing is written.
    ///
    /// # Errors
    /// `NotFound`, `ReadOnly`; `Invalid` on `file` for a document that cannot be read at all.
    pub async fn plan_import(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
        revision: RevisionNumber,
        document: &str,
    ) -> Result<ImportPlan, ServiceError> {
        let snapshot = self.services.store.snapshot().await?;
        let prefix = own(&snapshot, caller, group).await?.settings.prefix;
        revisions::read_only_unless_offline(&snapshot, group, revision).await?;
        let existing = store::apis::all(&snapshot, group, revision).await?;
        drop(snapshot);
        let drafts = self.read(document, prefix).await?;
        Ok(self.plan(drafts, existing).await?.plan)
    }

    /// Imports a Swagger 2.0 document into a revision, in one transaction; operations that cannot become APIs are left out.
    /// What was done: the plan, made anew against what the revision has now.
    ///
    /// # Errors
    /// As [`plan_import`](Self::plan_import).
    pub async fn import(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
        revision: RevisionNumber,
        document: &str,
    ) -> Result<ImportPlan, ServiceError> {
        // Reading takes the longest, and is done before anybody has to wait for this transaction.
        let prefix = own(&self.services.store.read(), caller, group).await?.settings.prefix;
        let drafts = self.read(document, prefix).await?;
        let write = self.services.write(caller).await?;
        lock_own(&write, caller, group).await?;
        writable(&write, group, revision).await?;
        let existing = store::apis::all(&write.tx, group, revision).await?;
        let import::Planned { plan, writes } = self.plan(drafts, existing).await?;
        if writes.is_empty() {
            return Ok(plan);
        }
        let mut apis = Vec::with_capacity(writes.len());
        for import::PlannedWrite { replaces, definition } in writes {
            let id = replaces.map_or_else(|| random::bytes().map(ApiId::from_random), Ok)?;
            apis.push(Api { id, definition, updated_at: write.at });
        }
        put(&write, group, revision, &apis).await?;
        write.record("import", Noun::Revision, revisions::place(group, revision)).await?;
        write.commit().await?;
        Ok(plan)
    }

    async fn read(&self, document: &str, prefix: String) -> Result<Vec<Draft>, ServiceError> {
        let document = document.to_owned();
        let read = self.services.imports.run(move || import::read(&document, &prefix)).await?;
        read.map_err(ServiceError::from)
    }

    /// Does not wait in line: a transaction may be open, and this is quick beside reading.
    async fn plan(
        &self,
        drafts: Vec<Draft>,
        existing: Vec<Api>,
    ) -> Result<import::Planned, ServiceError> {
        let planned = tokio::task::spawn_blocking(move || import::plan(drafts, &existing)).await;
        planned.map_err(|cause| self.services.imports.failed(&cause))
    }
}

async fn put(
    write: &crate::audit::Write<'_>,
    group: &ApiGroupId,
    revision: RevisionNumber,
    apis: &[Api],
) -> Result<(), ServiceError> {
    let put = store::apis::put(&write.tx, group, revision, apis, write.at).await;
    put.map_err(of(Noun::Revision))
}
