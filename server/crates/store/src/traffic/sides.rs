//! What both sides of an environment served while a canary ran: by release and minute, all APIs together.

use super::{MINUTE, TrafficRow, row};
use crate::{
    Connection, StoreError,
    entity::canary_traffic::{ActiveModel, Column, Entity, Model},
    query::{CHUNK, parse, to_signed, to_unsigned},
};
use domain::{ApiGroupId, ReleaseId, Timestamp, monitor::Traffic};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::OnConflict,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The key of a row: group, release, minute.
type Key = (String, String, i64);

/// Adds what rows tell of releases. In the turn of those who add traffic.
pub(super) async fn add<'r>(
    db: &impl ConnectionTrait,
    rows: impl Iterator<Item = &'r TrafficRow>,
) -> Result<(), StoreError> {
    let mut sums: BTreeMap<Key, Traffic> = BTreeMap::new();
    for row in rows {
        let Some(release) = &row.release else { continue };
        let minute = row.minute.0 - row.minute.0.rem_euclid(MINUTE);
        let key = (row.group.to_string(), release.to_string(), minute);
        sums.entry(key).or_default().merge(&row.traffic);
    }
    let sums: Vec<(Key, Traffic)> = sums.into_iter().collect();
    for chunk in sums.chunks(CHUNK) {
        let mut before = stored(db, chunk).await?;
        let rows = chunk.iter().map(|(key, traffic)| {
            let mut sum = before.remove(key).unwrap_or_default();
            sum.merge(traffic);
            write(key, &sum)
        });
        upsert(db, rows.collect()).await?;
    }
    Ok(())
}

async fn stored(
    db: &impl ConnectionTrait,
    sums: &[(Key, Traffic)],
) -> Result<HashMap<Key, Traffic>, StoreError> {
    let releases: BTreeSet<&str> =
        sums.iter().map(|((_, release, _), _)| release.as_str()).collect();
    let moments: BTreeSet<i64> = sums.iter().map(|((.., at), _)| *at).collect();
    let rows = Entity::find()
        .filter(Column::ReleaseId.is_in(releases))
        .filter(Column::At.is_in(moments))
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| {
            let traffic = read(&row)?;
            Ok(((row.group_id, row.release_id, row.at), traffic))
        })
        .collect()
}

async fn upsert(db: &impl ConnectionTrait, rows: Vec<ActiveModel>) -> Result<(), StoreError> {
    let key = [Column::GroupId, Column::ReleaseId, Column::At];
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

/// What these releases of a group served from one minute to another, as far as they were told apart; one that served
/// nothing is left out.
pub async fn by_release(
    conn: &impl Connection,
    group: &ApiGroupId,
    releases: &[&ReleaseId],
    (from, until): (Timestamp, Timestamp),
) -> Result<HashMap<ReleaseId, Traffic>, StoreError> {
    let rows = Entity::find()
        .filter(Column::GroupId.eq(group.as_str()))
        .filter(Column::ReleaseId.is_in(releases.iter().map(|release| release.as_str())))
        .filter(Column::At.gte(from.0))
        .filter(Column::At.lt(until.0))
        .all(&conn.executor())
        .await?;
    let mut found: HashMap<ReleaseId, Traffic> = HashMap::new();
    for row in rows {
        let release = parse("canary_traffic.release_id", &row.release_id)?;
        found.entry(release).or_default().merge(&read(&row)?);
    }
    Ok(found)
}

/// Forgets what was served before `minutes`; how many rows.
pub(super) async fn delete_before(
    db: &impl ConnectionTrait,
    minutes: Timestamp,
) -> Result<u64, StoreError> {
    let old = Entity::delete_many().filter(Column::At.lt(minutes.0));
    Ok(old.exec(db).await?.rows_affected)
}

fn write((group, release, at): &Key, traffic: &Traffic) -> ActiveModel {
    ActiveModel {
        group_id: Set(group.clone()),
        release_id: Set(release.clone()),
        at: Set(*at),
        requests: Set(to_signed(traffic.requests)),
        successes: Set(to_signed(traffic.successes)),
        client_errors: Set(to_signed(traffic.client_errors)),
        server_errors: Set(to_signed(traffic.server_errors)),
        bytes_in: Set(to_signed(traffic.bytes_in)),
        bytes_out: Set(to_signed(traffic.bytes_out)),
        latency_sum_us: Set(to_signed(traffic.latency_sum_us)),
        latencies: Set(row::write_latencies(&traffic.latencies)),
    }
}

fn read(row: &Model) -> Result<Traffic, StoreError> {
    Ok(Traffic {
        requests: to_unsigned(row.requests),
        successes: to_unsigned(row.successes),
        client_errors: to_unsigned(row.client_errors),
        server_errors: to_unsigned(row.server_errors),
        bytes_in: to_unsigned(row.bytes_in),
        bytes_out: to_unsigned(row.bytes_out),
        latency_sum_us: to_unsigned(row.latency_sum_us),
        latencies: row::read_latencies(&row.latencies)?,
    })
}
