//! APIs of a revision. Writing them also keeps what the revision knows of them: how many, what they are, and when.

use crate::{
    Connection, StoreError, Tx,
    connection::private::Executor,
    entity::{
        api_groups,
        apis::{ActiveModel, Column, Entity, Model},
        revisions as revision_rows,
    },
    fingerprint,
    query::{
        CHUNK, contains, direction, from_json, lower, narrowed, ordered, parse, plain, search_text,
        to_json,
    },
    revisions,
};
use domain::{AccountId, Api, ApiGroupId, ApiId, Page, PageQuery, RevisionNumber, Timestamp};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Select,
    sea_query::{Expr, ExprTrait, Query, SelectStatement, SimpleExpr},
};
use std::collections::HashMap;

/// The APIs of a revision. Searches name, path and description; sorts by `path` (the default), `apiName`, `action`
/// or `updatedAt`.
pub async fn list(
    conn: &impl Connection,
    group: &ApiGroupId,
    revision: RevisionNumber,
    query: &PageQuery,
) -> Result<Page<Api>, StoreError> {
    let db = conn.executor();
    let found = narrowed(of_revision(group, revision), contains(Column::SearchText, &query.search));
    let total = found.clone().count(&db).await?;
    let order = direction(query.descending);
    let rows = ordered(found, sort_keys(&query.sort), &order)
        .offset(query.offset())
        .limit(query.limit())
        .all(&db)
        .await?;
    Ok(Page { rows: rows.iter().map(read).collect::<Result<_, _>>()?, total })
}

fn sort_keys(sort: &str) -> Vec<SimpleExpr> {
    let route = [plain(Column::Path), plain(Column::Method)];
    let first = match sort {
        "apiName" => Some(lower(Column::Name)),
        "action" => Some(plain(Column::Method)),
        "updatedAt" => Some(plain(Column::UpdatedAt)),
        _ => None,
    };
    first.into_iter().chain(route).collect()
}

/// APIs in the latest revisions of an account's groups whose name, path or description has `search`, `limit` of them at
/// most, by path; with the group and the revision of each.
pub async fn search(
    conn: &impl Connection,
    owner: &AccountId,
    search: &str,
    limit: u64,
) -> Result<Vec<(ApiGroupId, RevisionNumber, Api)>, StoreError> {
    let groups = api_groups::Entity::find()
        .select_only()
        .column(api_groups::Column::Id)
        .filter(api_groups::Column::OwnerId.eq(owner.as_str()));
    let found = Entity::find()
        .filter(Column::GroupId.in_subquery(groups.into_query()))
        .filter(Column::RevisionOrdinal.in_subquery(highest_revision()));
    let rows = ordered(
        narrowed(found, contains(Column::SearchText, search)),
        sort_keys(""),
        &direction(false),
    )
    .limit(limit)
    .all(&conn.executor())
    .await?;
    rows.iter()
        .map(|row| {
            let group = parse("apis.group_id", &row.group_id)?;
            let revision = RevisionNumber::from_ordinal(row.revision_ordinal);
            let revision =
                revision.ok_or_else(|| StoreError::Corrupt("apis.revision_ordinal".to_owned()))?;
            Ok((group, revision, read(row)?))
        })
        .collect()
}

/// The highest revision of the group that the API of the query around it belongs to.
fn highest_revision() -> SelectStatement {
    let revision = |column| Expr::col((revision_rows::Entity, column));
    let group = Expr::col((Entity, Column::GroupId));
    let mut highest = Query::select();
    highest
        .expr(revision(revision_rows::Column::Ordinal).max())
        .from(revision_rows::Entity)
        .and_where(revision(revision_rows::Column::GroupId).eq(group));
    highest
}

/// All APIs of a revision, ordered by path and method.
pub async fn all(
    conn: &impl Connection,
    group: &ApiGroupId,
    revision: RevisionNumber,
) -> Result<Vec<Api>, StoreError> {
    let rows = of_revision(group, revision).all(&conn.executor()).await?;
    let mut apis = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    // Not in SQL: PostgreSQL's order of texts depends on its settings.
    apis.sort_by(|a, b| {
        let key = |api: &Api| (api.definition.path.as_str().to_owned(), api.definition.method);
        key(a).cmp(&key(b))
    });
    Ok(apis)
}

/// One API.
pub async fn get(
    conn: &impl Connection,
    group: &ApiGroupId,
    revision: RevisionNumber,
    id: &ApiId,
) -> Result<Option<Api>, StoreError> {
    let row = of_revision(group, revision).filter(Column::ApiId.eq(id.as_str()));
    row.one(&conn.executor()).await?.as_ref().map(read).transpose()
}

/// The name of each API in the group's newest revision that has it; an id that no revision has is left out.
pub async fn names(
    conn: &impl Connection,
    group: &ApiGroupId,
    ids: &[ApiId],
) -> Result<HashMap<ApiId, String>, StoreError> {
    let db = conn.executor();
    let mut names = HashMap::new();
    for ids in ids.chunks(CHUNK) {
        let rows: Vec<(String, String)> = Entity::find()
            .select_only()
            .columns([Column::ApiId, Column::Name])
            .filter(Column::GroupId.eq(group.as_str()))
            .filter(Column::ApiId.is_in(ids.iter().map(ApiId::as_str)))
            .order_by_asc(Column::RevisionOrdinal)
            .into_tuple()
            .all(&db)
            .await?;
        // The newest comes last and stays.
        for (id, name) in rows {
            names.insert(parse("apis.api_id", &id)?, name);
        }
    }
    Ok(names)
}

/// Puts APIs into a revision, each in place of the one with its id if there is one, all at once: two may swap names or
/// routes. The revision was revised at `at`.
///
/// # Errors
/// [`crate::Unique::ApiName`], [`crate::Unique::ApiRoute`]; [`StoreError::NotFound`] when there is no such revision.
pub async fn put(
    tx: &Tx,
    group: &ApiGroupId,
    revision: RevisionNumber,
    apis: &[Api],
    at: Timestamp,
) -> Result<(), StoreError> {
    let db = tx.executor();
    for apis in apis.chunks(CHUNK) {
        let ids = apis.iter().map(|api| api.id.as_str());
        Entity::delete_many()
            .filter(Column::GroupId.eq(group.as_str()))
            .filter(Column::RevisionOrdinal.eq(revision.ordinal()))
            .filter(Column::ApiId.is_in(ids))
            .exec(&db)
            .await?;
    }
    for apis in apis.chunks(CHUNK) {
        let rows: Vec<ActiveModel> =
            apis.iter().map(|api| row(group, revision, api)).collect::<Result<_, _>>()?;
        Entity::insert_many(rows).exec_without_returning(&db).await?;
    }
    refresh_revision(tx, group, revision, at).await
}

/// Removes an API. The revision was revised at `at`.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn delete(
    tx: &Tx,
    group: &ApiGroupId,
    revision: RevisionNumber,
    id: &ApiId,
    at: Timestamp,
) -> Result<(), StoreError> {
    let key = (group.to_string(), revision.ordinal(), id.to_string());
    let deleted = Entity::delete_by_id(key).exec(&tx.executor()).await?;
    if deleted.rows_affected == 0 {
        return Err(StoreError::NotFound);
    }
    refresh_revision(tx, group, revision, at).await
}

async fn refresh_revision(
    tx: &Tx,
    group: &ApiGroupId,
    revision: RevisionNumber,
    at: Timestamp,
) -> Result<(), StoreError> {
    let definitions: Vec<String> = of_revision(group, revision)
        .select_only()
        .column(Column::DefinitionHash)
        .into_tuple()
        .all(&tx.executor())
        .await?;
    revisions::set_apis(tx, group, revision, definitions, at).await
}

fn of_revision(group: &ApiGroupId, revision: RevisionNumber) -> Select<Entity> {
    Entity::find()
        .filter(Column::GroupId.eq(group.as_str()))
        .filter(Column::RevisionOrdinal.eq(revision.ordinal()))
}

fn row(group: &ApiGroupId, revision: RevisionNumber, api: &Api) -> Result<ActiveModel, StoreError> {
    let definition = &api.definition;
    let searched = [definition.name.as_str(), definition.path.as_str(), &definition.description];
    Ok(ActiveModel {
        group_id: Set(group.to_string()),
        revision_ordinal: Set(revision.ordinal()),
        api_id: Set(api.id.to_string()),
        name: Set(definition.name.clone()),
        method: Set(definition.method.as_str().to_owned()),
        path: Set(definition.path.to_string()),
        path_shape: Set(definition.path.shape()),
        definition: Set(to_json("apis.definition", definition)?),
        definition_hash: Set(fingerprint::of_definition(definition)),
        search_text: Set(search_text(&searched)),
        updated_at: Set(api.updated_at.0),
    })
}

fn read(row: &Model) -> Result<Api, StoreError> {
    Ok(Api {
        id: parse("apis.api_id", &row.api_id)?,
        definition: from_json("apis.definition", &row.definition)?,
        updated_at: Timestamp(row.updated_at),
    })
}
