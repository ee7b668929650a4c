//! The keys that calls can be made with, of all three kinds. Those of locked accounts and disabled ones are left out.

use crate::{
    Connection, Sealed, StoreError,
    accounts::state_text,
    entity::{access_keys, accounts, platform_keys, subscription_keys},
    query::{CHUNK, parse},
};
use domain::{AccountId, AccountState, KeyId};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter,
    QueryOrder, QuerySelect, RelationDef, RelationTrait, Select,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A caller's key with its secret encrypted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedKey {
    /// Its id, which deployments name.
    pub id: KeyId,
    /// Whose.
    pub owner: AccountId,
    /// The e-mail address of whose it is.
    pub pin: String,
    /// What a signature names: the APIKey or AccessKey; empty for a subscription key.
    pub api_key: String,
    /// The APISecret, SecretKey, or the subscription key itself.
    pub secret: Sealed,
}

/// All keys: access keys, subscription keys, platform keys, each kind by id.
pub(super) async fn all(db: &impl ConnectionTrait) -> Result<Vec<SealedKey>, StoreError> {
    let mut keys = access(db, None).await?;
    keys.extend(subscription(db, None).await?);
    keys.extend(platform(db, None).await?);
    Ok(keys)
}

/// These keys, in this order.
pub async fn for_keys(
    conn: &impl Connection,
    wanted: &[KeyId],
) -> Result<Vec<(KeyId, Option<SealedKey>)>, StoreError> {
    let db = conn.executor();
    let mut found = HashMap::new();
    for keys in wanted.chunks(CHUNK) {
        let of = |fits: fn(&KeyId) -> bool| -> Vec<&str> {
            keys.iter().filter(|key| fits(key)).map(KeyId::as_str).collect()
        };
        let access_keys = of(|key| matches!(key, KeyId::AccessKey(_)));
        let subscription_keys = of(|key| matches!(key, KeyId::SubscriptionKey(_)));
        let platform_keys = of(|key| matches!(key, KeyId::PlatformKey(_)));
        let mut some = access(&db, Some(access_keys)).await?;
        some.extend(subscription(&db, Some(subscription_keys)).await?);
        some.extend(platform(&db, Some(platform_keys)).await?);
        found.extend(some.into_iter().map(|key| (key.id.clone(), key)));
    }
    Ok(wanted.iter().map(|id| (id.clone(), found.remove(id))).collect())
}

/// The ids of all keys of an account, also of those that cannot be used.
pub async fn keys_of(conn: &impl Connection, owner: &AccountId) -> Result<Vec<KeyId>, StoreError> {
    let (db, owner) = (conn.executor(), owner.as_str());
    let mut keys = Vec::new();
    let found = access_keys::Entity::find().filter(access_keys::Column::OwnerId.eq(owner));
    for key in found.all(&db).await? {
        keys.push(KeyId::AccessKey(parse("access_keys.id", &key.id)?));
    }
    let found =
        subscription_keys::Entity::find().filter(subscription_keys::Column::OwnerId.eq(owner));
    for key in found.all(&db).await? {
        keys.push(KeyId::SubscriptionKey(parse("subscription_keys.id", &key.id)?));
    }
    let found = platform_keys::Entity::find().filter(platform_keys::Column::OwnerId.eq(owner));
    for key in found.all(&db).await? {
        keys.push(KeyId::PlatformKey(parse("platform_keys.access_key", &key.access_key)?));
    }
    Ok(keys)
}

async fn access(
    db: &impl ConnectionTrait,
    ids: Option<Vec<&str>>,
) -> Result<Vec<SealedKey>, StoreError> {
    use access_keys::{Column, Entity, Relation};
    let wanted = ids.map(|ids| Column::Id.is_in(ids));
    let found = usable(Entity::find(), Relation::Owner.def())
        .column_as(Column::Id, "id")
        .columns([Column::OwnerId, Column::ApiKey, Column::KeyId, Column::Secret])
        .filter(Condition::all().add_option(wanted))
        .order_by_asc(Column::Id);
    read(found.into_model::<Row>().all(db).await?, |row| {
        Ok(KeyId::AccessKey(parse("access_keys.id", &row.id)?))
    })
}

async fn subscription(
    db: &impl ConnectionTrait,
    ids: Option<Vec<&str>>,
) -> Result<Vec<SealedKey>, StoreError> {
    use subscription_keys::{Column, Entity, Relation};
    let wanted = ids.map(|ids| Column::Id.is_in(ids));
    let found = usable(Entity::find(), Relation::Owner.def())
        .column_as(Column::Id, "id")
        .columns([Column::OwnerId, Column::KeyId, Column::Secret])
        .filter(Condition::all().add_option(wanted))
        .order_by_asc(Column::Id);
    read(found.into_model::<Row>().all(db).await?, |row| {
        Ok(KeyId::SubscriptionKey(parse("subscription_keys.id", &row.id)?))
    })
}

async fn platform(
    db: &impl ConnectionTrait,
    ids: Option<Vec<&str>>,
) -> Result<Vec<SealedKey>, StoreError> {
    use platform_keys::{Column, Entity, Relation};
    let wanted = ids.map(|ids| Column::AccessKey.is_in(ids));
    let found = usable(Entity::find(), Relation::Owner.def())
        .column_as(Column::AccessKey, "id")
        .column_as(Column::AccessKey, "api_key")
        .columns([Column::OwnerId, Column::KeyId, Column::Secret])
        .filter(Column::Enabled.eq(true))
        .filter(Condition::all().add_option(wanted))
        .order_by_asc(Column::AccessKey);
    read(found.into_model::<Row>().all(db).await?, |row| {
        Ok(KeyId::PlatformKey(parse("platform_keys.access_key", &row.id)?))
    })
}

/// Only keys of accounts that are not locked, with no column but the account's e-mail address yet.
fn usable<E: EntityTrait>(keys: Select<E>, owner: RelationDef) -> Select<E> {
    keys.join(JoinType::InnerJoin, owner)
        .filter(accounts::Column::State.eq(state_text(AccountState::Active)))
        .select_only()
        .column_as(accounts::Column::Email, "pin")
}

#[derive(Debug, FromQueryResult)]
struct Row {
    id: String,
    owner_id: String,
    pin: String,
    /// `None` for a subscription key.
    api_key: Option<String>,
    key_id: String,
    secret: Vec<u8>,
}

fn read(
    rows: Vec<Row>,
    id: impl Fn(&Row) -> Result<KeyId, StoreError>,
) -> Result<Vec<SealedKey>, StoreError> {
    let keys = rows.into_iter().map(|row| {
        Ok(SealedKey {
            id: id(&row)?,
            owner: parse("accounts.id", &row.owner_id)?,
            pin: row.pin,
            api_key: row.api_key.unwrap_or_default(),
            secret: Sealed { key_id: row.key_id, bytes: row.secret },
        })
    });
    keys.collect()
}
