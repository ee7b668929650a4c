//! Revisions: editable versions of a group's APIs.

use crate::{
    Caller, Inner, Noun, ServiceError,
    api_groups::{lock_own, own},
    audit::Write,
    error::of,
};
use domain::{
    ApiGroupId, Difference, Environment, ErrorKind, GroupContent, NewRevision, Page, PageQuery,
    Revision, RevisionNumber, RevisionView, revision::check_note,
};
use store::Connection;

/// Functions about revisions.
pub struct Revisions<'a> {
    pub(crate) services: &'a Inner,
}

impl Revisions<'_> {
    /// The revisions of a group, newest first.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn list(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
        query: PageQuery,
    ) -> Result<Page<RevisionView>, ServiceError> {
        let reader = self.services.store.read();
        own(&reader, caller, group).await?;
        Ok(store::revisions::list(&reader, group, &query).await?)
    }

    /// All revisions of a group, newest first: for choosing one.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn numbers(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
    ) -> Result<Vec<RevisionView>, ServiceError> {
        let reader = self.services.store.read();
        own(&reader, caller, group).await?;
        Ok(store::revisions::all(&reader, group).await?)
    }

    /// Makes a revision that begins with the APIs of another.
    ///
    /// # Errors
    /// `NotFound` for the group or the base; `Invalid` on `revisionNote`; `Conflict` on `revision` when the number is taken.
    pub async fn create(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
        new: NewRevision,
    ) -> Result<Revision, ServiceError> {
        new.validate()?;
        let write = self.services.write(caller).await?;
        lock_own(&write, caller, group).await?;
        let revision = Revision {
            number: new.number,
            note: new.note,
            based_on: Some(new.based_on),
            created_at: write.at,
            revised_at: write.at,
        };
        let inserted = store::revisions::insert(&write.tx, group, &revision).await;
        inserted.map_err(of(Noun::Revision))?;
        write.record("create", Noun::Revision, place(group, new.number)).await?;
        write.commit().await?;
        Ok(revision)
    }

    /// A free number: the one after the highest, or the lowest gap once that is 999.999.999.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` when every number is taken.
    pub async fn suggest_next(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
    ) -> Result<RevisionNumber, ServiceError> {
        let reader = self.services.store.read();
        own(&reader, caller, group).await?;
        free_number(&reader, group).await
    }

    /// Changes the note; also of a live revision, whose APIs alone are read-only.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` on `revisionNote`.
    pub async fn update_note(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
        number: RevisionNumber,
        note: String,
    ) -> Result<Revision, ServiceError> {
        check_note(&note)?;
        let write = self.services.write(caller).await?;
        lock_own(&write, caller, group).await?;
        let before = get(&write.tx, group, number).await?;
        store::revisions::set_note(&write.tx, group, number, &note, write.at)
            .await
            .map_err(of(Noun::Revision))?;
        write.record("update", Noun::Revision, place(group, number)).await?;
        let revised_at = write.at;
        write.commit().await?;
        Ok(Revision { note, revised_at, ..before })
    }

    /// Deletes a revision. What was published from it stays in the history, and can be switched back to.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` on `revision` while it is live or a canary, and for the last one of a group.
    pub async fn delete(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
        number: RevisionNumber,
    ) -> Result<(), ServiceError> {
        let write = self.services.write(caller).await?;
        lock_own(&write, caller, group).await?;
        get(&write.tx, group, number).await?;
        let live = store::revisions::published_to(&write.tx, group, number).await?;
        if !live.is_empty() {
            return Err(ServiceError::conflict(
                ErrorKind::State,
                "revision",
                format!(
                    "revision {number} runs in {}: take it offline (or stop its canary) first",
                    names(&live)
                ),
                "仍有上线版本，不能删除",
            ));
        }
        if store::revisions::numbers(&write.tx, group).await?.len() == 1 {
            return Err(ServiceError::conflict(
                ErrorKind::State,
                "revision",
                "a group has at least one revision",
                "分组至少需要保留一个版本",
            ));
        }
        let deleted = store::revisions::delete(&write.tx, group, number).await;
        deleted.map_err(of(Noun::Revision))?;
        write.record("delete", Noun::Revision, place(group, number)).await?;
        write.commit().await?;
        Ok(())
    }

    /// What changes from one revision to another.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn compare(
        &self,
        caller: &Caller,
        group: &ApiGroupId,
        before: RevisionNumber,
        after: RevisionNumber,
    ) -> Result<Difference, ServiceError> {
        let snapshot = self.services.store.snapshot().await?;
        let settings = own(&snapshot, caller, group).await?.settings;
        let mut contents = Vec::with_capacity(2);
        for number in [before, after] {
            get(&snapshot, group, number).await?;
            let apis = store::apis::all(&snapshot, group, number).await?;
            contents.push(GroupContent::new(settings.clone(), apis));
        }
        Ok(Difference::between(Some(&contents[0]), &contents[1]))
    }
}

/// The revision of that number.
pub(crate) async fn get(
    conn: &impl Connection,
    group: &ApiGroupId,
    number: RevisionNumber,
) -> Result<Revision, ServiceError> {
    let revision = store::revisions::get(conn, group, number).await?;
    revision.ok_or(ServiceError::NotFound { what: Noun::Revision })
}

/// The revision's APIs may be changed in this transaction: it is there, and runs nowhere. The group must be locked.
pub(crate) async fn writable(
    write: &Write<'_>,
    group: &ApiGroupId,
    number: RevisionNumber,
) -> Result<(), ServiceError> {
    read_only_unless_offline(&write.tx, group, number).await
}

/// As [`writable`], for looking ahead.
pub(crate) async fn read_only_unless_offline(
    conn: &impl Connection,
    group: &ApiGroupId,
    number: RevisionNumber,
) -> Result<(), ServiceError> {
    get(conn, group, number).await?;
    let environments = store::revisions::published_to(conn, group, number).await?;
    if environments.is_empty() {
        return Ok(());
    }
    let suggestion = free_number(conn, group).await?;
    Err(ServiceError::ReadOnly { revision: number, environments, suggestion })
}

async fn free_number(
    conn: &impl Connection,
    group: &ApiGroupId,
) -> Result<RevisionNumber, ServiceError> {
    let taken = store::revisions::numbers(conn, group).await?;
    first_free(&taken).ok_or_else(|| {
        ServiceError::conflict(
            ErrorKind::Range,
            "revision",
            "every revision number is taken",
            "版本号已用完",
        )
    })
}

/// `taken` is sorted, highest first.
fn first_free(taken: &[RevisionNumber]) -> Option<RevisionNumber> {
    let Some(highest) = taken.first() else { return Some(RevisionNumber::FIRST) };
    highest.next().or_else(|| {
        let mut free = RevisionNumber::FIRST;
        for number in taken.iter().rev().filter(|number| **number >= RevisionNumber::FIRST) {
            if *number != free {
                break;
            }
            free = free.next()?;
        }
        Some(free)
    })
}

/// What the audit log calls a revision.
pub(crate) fn place(group: &ApiGroupId, number: RevisionNumber) -> String {
    format!("{group}/{number}")
}

fn names(environments: &[Environment]) -> String {
    let names: Vec<&str> = environments.iter().map(|environment| environment.as_str()).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_number_follows_the_highest_and_then_fills_the_lowest_gap() {
        let number = |text: &str| text.parse::<RevisionNumber>().unwrap();
        let free = |taken: &[&str]| {
            let taken: Vec<_> = taken.iter().map(|text| number(text)).collect();
            first_free(&taken).map(|free| free.to_string())
        };
        assert_eq!(free(&["0.0.1"]).as_deref(), Some("0.0.2"));
        assert_eq!(free(&["1.2.999", "0.0.1"]).as_deref(), Some("1.3.0"));
        assert_eq!(free(&["999.999.999", "0.0.4", "0.0.2", "0.0.1"]).as_deref(), Some("0.0.3"));
        assert_eq!(free(&["999.999.999", "0.0.0"]).as_deref(), Some("0.0.1"));
    }
}
