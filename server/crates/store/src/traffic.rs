//! What the gateway served, minute by minute and hour by hour.

use crate::{
    Connection, StoreError, Tx, apis,
    connection::private::Executor,
    entity::{
        api_groups,
        traffic::{ActiveModel, Column, Entity, Model},
    },
    query::{CHUNK, Turn, parse, take_turn, to_unsigned},
};
use domain::{
    AccountId, ApiGroupId, ApiId, ApiTraffic, Environment, Region, ReleaseId, Timestamp,
    TrafficPoint, monitor::Traffic,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QuerySelect,
    QueryTrait, Select,
    sea_query::{Expr, LockType, OnConflict, SimpleExpr},
};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

mod row;
mod sides;

use row::Span;
pub use sides::by_release;

/// Milliseconds of a minute, and of an hour.
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

/// What was served in one minute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrafficRow {
    /// Which group.
    pub group: ApiGroupId,
    /// Where.
    pub environment: Environment,
    /// Which API; `None` for requests that matched none.
    pub api: Option<ApiId>,
    /// Which release, where a canary runs; `None` where calls are not told apart by it.
    pub release: Option<ReleaseId>,
    /// When the minute began; seconds are cut off.
    pub minute: Timestamp,
    /// What was served.
    pub traffic: Traffic,
}

/// What a report is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrafficQuery {
    /// One environment, or all.
    pub environment: Option<Environment>,
    /// One API, or all.
    pub api: Option<ApiId>,
    /// The first point's begin: a whole minute; a whole hour where the step is one or more hours, as hours are all that
    /// is kept for long.
    pub from: Timestamp,
    /// The last point's end; the same holds for it.
    pub until: Timestamp,
    /// Width of a point, in minutes; at least 1.
    pub step_minutes: i64,
}

/// What was served over a range of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrafficReport {
    /// The whole range.
    pub total: Traffic,
    /// All points, also those with nothing.
    pub points: Vec<TrafficPoint>,
    /// By API, most calls first; an API's name is that of the newest revision that has it, else its id; empty for
    /// requests that matched none.
    pub apis: Vec<ApiTraffic>,
}

/// Adds to what is there, also when several processes do so at once. Rows of groups that are gone are left out.
pub async fn add(tx: &Tx, rows: &[TrafficRow]) -> Result<(), StoreError> {
    let db = tx.executor();
    let there = existing_groups(&db, rows).await?;
    let mut spans: BTreeMap<Span, Traffic> = BTreeMap::new();
    for row in rows.iter().filter(|row| there.contains(row.group.as_str())) {
        for span in [Span::minute(row), Span::hour(row)] {
            spans.entry(span).or_default().merge(&row.traffic);
        }
    }
    // From reading to writing nobody else may add: latencies are merged here, not in the database.
    take_turn(tx, Turn::Traffic).await?;
    let spans: Vec<(Span, Traffic)> = spans.into_iter().collect();
    for chunk in spans.chunks(CHUNK) {
        let mut before = stored(&db, chunk).await?;
        let rows = chunk
            .iter()
            .map(|(span, traffic)| {
                let mut sum = before.remove(span).unwrap_or_default();
                sum.merge(traffic);
                row::write(span, &sum)
            })
            .collect();
        upsert(&db, rows).await?;
    }
    sides::add(&db, rows.iter().filter(|row| there.contains(row.group.as_str()))).await
}

/// Which of the rows' groups are there; they stay until the transaction ends.
async fn existing_groups(
    db: &impl ConnectionTrait,
    rows: &[TrafficRow],
) -> Result<HashSet<String>, StoreError> {
    let groups: BTreeSet<&str> = rows.iter().map(|row| row.group.as_str()).collect();
    let groups: Vec<&str> = groups.into_iter().collect();
    let mut there = HashSet::new();
    for groups in groups.chunks(CHUNK) {
        let found: Vec<String> = api_groups::Entity::find()
            .select_only()
            .column(api_groups::Column::Id)
            .filter(api_groups::Column::Id.is_in(groups.iter().copied()))
            .lock(LockType::KeyShare)
            .into_tuple()
            .all(db)
            .await?;
        there.extend(found);
    }
    Ok(there)
}

/// What is stored of these spans already.
async fn stored(
    db: &impl ConnectionTrait,
    spans: &[(Span, Traffic)],
) -> Result<HashMap<Span, Traffic>, StoreError> {
    let groups: BTreeSet<&str> = spans.iter().map(|(span, _)| span.group.as_str()).collect();
    let moments: BTreeSet<i64> = spans.iter().map(|(span, _)| span.at).collect();
    let rows = Entity::find()
        .filter(Column::GroupId.is_in(groups))
        .filter(Column::SpanMinutes.is_in([row::MINUTES, row::HOURS]))
        .filter(Column::At.is_in(moments))
        .all(db)
        .await?;
    rows.iter().map(|row| Ok((Span::of(row), row::read(row)?))).collect()
}

async fn upsert(db: &impl ConnectionTrait, rows: Vec<ActiveModel>) -> Result<(), StoreError> {
    let key = [Column::GroupId, Column::SpanMinutes, Column::At, Column::Environment, Column::Api];
    let sums = [
        Column::Requests,
        Column::Successes,
        Column::ClientErrors,
        Column::ServerErrors,
        Column::BytesIn,
        Column::BytesOut,
        Column::LatencySumUs,
        Column::Latencies,
    ];
    Entity::insert_many(rows)
        .on_conflict(OnConflict::columns(key).update_columns(sums).to_owned())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// What a group served. `until` before `from` gives no points.
pub async fn report(
    conn: &impl Connection,
    group: &ApiGroupId,
    query: &TrafficQuery,
) -> Result<TrafficReport, StoreError> {
    let step = query.step_minutes.clamp(1, i64::MAX / MINUTE) * MINUTE;
    let mut report = TrafficReport { points: points(query, step), ..TrafficReport::default() };
    let mut apis: HashMap<String, Traffic> = HashMap::new();
    for row in rows_of(group, query, step).all(&conn.executor()).await? {
        let traffic = row::read(&row)?;
        report.total.merge(&traffic);
        let index = usize::try_from((row.at - query.from.0) / step).unwrap_or(usize::MAX);
        if let Some(point) = report.points.get_mut(index) {
            point.traffic.merge(&traffic);
        }
        apis.entry(row.api).or_default().merge(&traffic);
    }
    report.apis = by_api(conn, group, apis).await?;
    Ok(report)
}

fn points(query: &TrafficQuery, step: i64) -> Vec<TrafficPoint> {
    let begins = std::iter::successors(Some(query.from), |at| Some(at.plus_ms(step)));
    let point = |at| TrafficPoint { at, traffic: Traffic::default() };
    begins.take_while(|at| *at < query.until).map(point).collect()
}

fn rows_of(group: &ApiGroupId, query: &TrafficQuery, step: i64) -> Select<Entity> {
    let by_the_hour = [step, query.from.0, query.until.0].iter().all(|ms| ms % HOUR == 0);
    let environment =
        query.environment.map(|environment| Column::Environment.eq(environment.as_str()));
    let api = query.api.as_ref().map(|api| Column::Api.eq(api.as_str()));
    Entity::find()
        .filter(Column::GroupId.eq(group.as_str()))
        .filter(Column::SpanMinutes.eq(if by_the_hour { row::HOURS } else { row::MINUTES }))
        .filter(Column::At.gte(query.from.0))
        .filter(Column::At.lt(query.until.0))
        .filter(Condition::all().add_option(environment).add_option(api))
}

async fn by_api(
    conn: &impl Connection,
    group: &ApiGroupId,
    apis: HashMap<String, Traffic>,
) -> Result<Vec<ApiTraffic>, StoreError> {
    let mut rows = Vec::with_capacity(apis.len());
    for (api, traffic) in apis {
        let api: Option<ApiId> =
            if api.is_empty() { None } else { Some(parse("traffic.api", &api)?) };
        rows.push((api, traffic));
    }
    let ids: Vec<ApiId> = rows.iter().filter_map(|(api, _)| api.clone()).collect();
    let mut names = apis::names(conn, group, &ids).await?;
    let named = |(api, traffic): (Option<ApiId>, Traffic)| {
        let name = api
            .as_ref()
            .map_or_else(String::new, |id| names.remove(id).unwrap_or_else(|| id.to_string()));
        ApiTraffic { api, name, traffic }
    };
    let mut rows: Vec<ApiTraffic> = rows.into_iter().map(named).collect();
    rows.sort_by(|a, b| (b.traffic.requests, &a.name).cmp(&(a.traffic.requests, &b.name)));
    Ok(rows)
}

/// Calls of each group since `from` (its minute); a group without any is left out.
pub async fn calls_since(
    conn: &impl Connection,
    groups: &[ApiGroupId],
    from: Timestamp,
) -> Result<HashMap<ApiGroupId, u64>, StoreError> {
    let db = conn.executor();
    let mut calls = HashMap::new();
    for groups in groups.chunks(CHUNK) {
        let rows: Vec<(String, i64)> = since(from)
            .filter(Column::GroupId.is_in(groups.iter().map(ApiGroupId::as_str)))
            .column(Column::GroupId)
            .expr(sum_of_requests())
            .group_by(Column::GroupId)
            .into_tuple()
            .all(&db)
            .await?;
        for (group, count) in rows {
            calls.insert(parse("traffic.group_id", &group)?, to_unsigned(count));
        }
    }
    Ok(calls)
}

/// Calls of each environment of a group since `from` (its minute); one without any is left out.
pub async fn calls_by_environment(
    conn: &impl Connection,
    group: &ApiGroupId,
    from: Timestamp,
) -> Result<HashMap<Environment, u64>, StoreError> {
    let rows: Vec<(String, i64)> = since(from)
        .filter(Column::GroupId.eq(group.as_str()))
        .column(Column::Environment)
        .expr(sum_of_requests())
        .group_by(Column::Environment)
        .into_tuple()
        .all(&conn.executor())
        .await?;
    rows.into_iter()
        .map(|(environment, count)| {
            Ok((parse("traffic.environment", &environment)?, to_unsigned(count)))
        })
        .collect()
}

/// Calls of all groups of an account in a region since `from` (its minute).
pub async fn calls_in_region(
    conn: &impl Connection,
    owner: &AccountId,
    region: Region,
    from: Timestamp,
) -> Result<u64, StoreError> {
    let groups = api_groups::Entity::find()
        .select_only()
        .column(api_groups::Column::Id)
        .filter(api_groups::Column::OwnerId.eq(owner.as_str()))
        .filter(api_groups::Column::Region.eq(region.as_str()));
    let sum: Option<Option<i64>> = since(from)
        .filter(Column::GroupId.in_subquery(groups.into_query()))
        .expr(sum_of_requests())
        .into_tuple()
        .one(&conn.executor())
        .await?;
    Ok(to_unsigned(sum.flatten().unwrap_or(0)))
}

/// Whole hours by the hour; what is before the first of them by the minute.
fn since(from: Timestamp) -> Select<Entity> {
    let minute = from.0 - from.0.rem_euclid(MINUTE);
    let hour = minute + (HOUR - minute.rem_euclid(HOUR)) % HOUR;
    let hours = Column::SpanMinutes.eq(row::HOURS).and(Column::At.gte(hour));
    let minutes =
        Column::SpanMinutes.eq(row::MINUTES).and(Column::At.gte(minute)).and(Column::At.lt(hour));
    Entity::find().select_only().filter(hours.or(minutes))
}

/// A sum of bigints has a type of its own on PostgreSQL.
fn sum_of_requests() -> SimpleExpr {
    Expr::col(Column::Requests).sum().cast_as("BIGINT")
}

/// Forgets minutes before `minutes` and hours before `hours`; how many rows. Reports with steps below an hour need
/// minutes, and [`calls_since`] needs them for the hour that `from` is in.
pub async fn delete_before(
    tx: &Tx,
    minutes: Timestamp,
    hours: Timestamp,
) -> Result<u64, StoreError> {
    let mut deleted = 0;
    for (span, moment) in [(row::MINUTES, minutes), (row::HOURS, hours)] {
        let old = Entity::delete_many()
            .filter(Column::SpanMinutes.eq(span))
            .filter(Column::At.lt(moment.0));
        deleted += old.exec(&tx.executor()).await?.rows_affected;
    }
    Ok(deleted + sides::delete_before(&tx.executor(), minutes).await?)
}
