//! How many APIs of a revision were added, changed and removed since the one it is based on. Only APIs that differ leave
//! the database.

use crate::{
    StoreError,
    entity::{apis, revisions},
};
use domain::ApiGroupId;
use sea_orm::{
    ConnectionTrait, ExprTrait, FromQueryResult, JoinType,
    sea_query::{Alias, Expr, Query, SelectStatement},
};
use std::collections::HashMap;

/// Added, changed and removed.
type Counts = (u32, u32, u32);

/// An API that has no equal on the other side.
#[derive(Debug, FromQueryResult)]
struct Differing {
    /// The newer revision.
    ordinal: i64,
    name: String,
    method: String,
    path_shape: String,
}

/// Which side of the comparison is looked at.
#[derive(Clone, Copy)]
enum Side {
    Newer,
    Base,
}

/// By the revision's ordinal; one in which nothing changed is left out.
pub(super) async fn since_base(
    db: &impl ConnectionTrait,
    group: &ApiGroupId,
    rows: &[revisions::Model],
) -> Result<HashMap<i64, Counts>, StoreError> {
    let with_base: Vec<i64> =
        rows.iter().filter(|row| row.based_on.is_some()).map(|row| row.ordinal).collect();
    if with_base.is_empty() {
        return Ok(HashMap::new());
    }
    let newer = differing(db, group, &with_base, Side::Newer).await?;
    let mut base = differing(db, group, &with_base, Side::Base).await?;
    let mut counts = HashMap::new();
    for ordinal in newer.keys().chain(base.keys()).copied().collect::<Vec<_>>() {
        let (new, old) = (newer.get(&ordinal), base.remove(&ordinal).unwrap_or_default());
        counts.entry(ordinal).or_insert_with(|| count(new.map_or(&[], Vec::as_slice), old));
    }
    Ok(counts)
}

/// Pairs as [`domain::Difference`] does: the same method and path, else the same name. What is left over was added or
/// removed.
fn count(new: &[Differing], mut old: Vec<Differing>) -> Counts {
    let mut take = |fits: &dyn Fn(&Differing) -> bool| {
        let found = old.iter().position(fits);
        found.map(|index| old.swap_remove(index)).is_some()
    };
    let unpaired: Vec<&Differing> = new
        .iter()
        .filter(|api| {
            !take(&|other| other.method == api.method && other.path_shape == api.path_shape)
        })
        .collect();
    let added = unpaired.iter().filter(|api| !take(&|other| other.name == api.name)).count();
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    (number(added), number(new.len() - added), number(old.len()))
}

async fn differing(
    db: &impl ConnectionTrait,
    group: &ApiGroupId,
    ordinals: &[i64],
    side: Side,
) -> Result<HashMap<i64, Vec<Differing>>, StoreError> {
    let mut found: HashMap<i64, Vec<Differing>> = HashMap::new();
    for row in db.query_all(&statement(group, ordinals, side)).await? {
        let row = Differing::from_query_result(&row, "")?;
        found.entry(row.ordinal).or_default().push(row);
    }
    Ok(found)
}

/// The APIs of one side whose route and definition the other side does not have.
fn statement(group: &ApiGroupId, ordinals: &[i64], side: Side) -> SelectStatement {
    let (revision, mine, other) = ("revision", "mine", "other");
    let of = |table: &'static str, column: apis::Column| Expr::col((Alias::new(table), column));
    let newer = Expr::col((Alias::new(revision), revisions::Column::Ordinal));
    let base = Expr::col((Alias::new(revision), revisions::Column::BasedOn));
    let (my_ordinal, other_ordinal) = match side {
        Side::Newer => (newer.clone(), base),
        Side::Base => (base, newer.clone()),
    };
    let mut equal = Query::select();
    equal
        .expr(Expr::value(1))
        .from_as(apis::Entity, other)
        .and_where(of(other, apis::Column::GroupId).eq(group.as_str()))
        .and_where(of(other, apis::Column::RevisionOrdinal).eq(other_ordinal));
    for column in [apis::Column::Method, apis::Column::PathShape, apis::Column::DefinitionHash] {
        equal.and_where(of(other, column).eq(of(mine, column)));
    }
    let mut query = Query::select();
    query.expr_as(newer.clone(), "ordinal");
    for column in [apis::Column::Name, apis::Column::Method, apis::Column::PathShape] {
        query.column((Alias::new(mine), column));
    }
    let mine_is_of = of(mine, apis::Column::RevisionOrdinal).eq(my_ordinal);
    query
        .from_as(revisions::Entity, revision)
        .join_as(
            JoinType::InnerJoin,
            apis::Entity,
            mine,
            of(mine, apis::Column::GroupId).eq(group.as_str()).and(mine_is_of),
        )
        .and_where(Expr::col((Alias::new(revision), revisions::Column::GroupId)).eq(group.as_str()))
        .and_where(newer.is_in(ordinals.iter().copied()))
        .and_where(Expr::not_exists(equal))
        .take()
}
