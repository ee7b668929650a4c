//! Custom domains of groups. Whoever writes them holds [`crate::api_groups::lock`].

use crate::{
    Connection, Sealed, StoreError, Tx, automatic_certificates,
    connection::private::Executor,
    entity::user_domains::{ActiveModel, Column, Entity, Model},
    query::{from_json, parse, to_json},
};
use domain::{
    ApiGroupId, Certificate, Challenge, DomainState, Environment, Timestamp, UserDomain,
    UserDomainId, UserDomainPatch,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder, sea_query::SimpleExpr,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

mod waiting;

pub use waiting::waiting;

/// A certificate as it is kept: what is known of it, the chain as PEM, and the private key, encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedCertificate {
    /// What is known of it.
    pub certificate: Certificate,
    /// The chain, as PEM.
    pub chain: String,
    /// The private key.
    pub private_key: Sealed,
}

/// A verified domain as the gateway is told it, the private key encrypted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedDomain {
    /// Its id, to which the key is sealed.
    pub id: UserDomainId,
    /// The name.
    pub name: String,
    /// Whether plain HTTP calls are sent to HTTPS.
    pub redirect_http: bool,
    /// The chain as PEM, and the private key.
    pub certificate: Option<(String, Sealed)>,
    /// What an authority is to be answered.
    pub challenge: Option<Challenge>,
}

/// Verified domains, by where they lead to.
pub type SealedDomains = HashMap<(ApiGroupId, Environment), Vec<SealedDomain>>;

/// The domains of a group, the first added first.
pub async fn list(
    conn: &impl Connection,
    group: &ApiGroupId,
) -> Result<Vec<UserDomain>, StoreError> {
    let rows = Entity::find()
        .filter(Column::GroupId.eq(group.as_str()))
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id)
        .all(&conn.executor())
        .await?;
    rows.into_iter().map(read).collect()
}

/// A domain of the group.
pub async fn get(
    conn: &impl Connection,
    group: &ApiGroupId,
    id: &UserDomainId,
) -> Result<Option<UserDomain>, StoreError> {
    let row = Entity::find_by_id(id.as_str())
        .filter(Column::GroupId.eq(group.as_str()))
        .one(&conn.executor())
        .await?;
    row.map(read).transpose()
}

/// All domains of that name, verified or not, whoever's.
pub async fn named(conn: &impl Connection, name: &str) -> Result<Vec<UserDomain>, StoreError> {
    let found = Entity::find().filter(Column::Domain.eq(name)).order_by_asc(Column::Id);
    found.all(&conn.executor()).await?.into_iter().map(read).collect()
}

/// Adds a domain without a certificate.
///
/// # Errors
/// [`crate::Unique::UserDomain`] when the group has it; [`crate::Unique::ServedDomain`] when it is verified and another one
/// of this name is; [`StoreError::NotFound`] when there is no such group.
pub async fn insert(tx: &Tx, domain: &UserDomain) -> Result<(), StoreError> {
    let row = ActiveModel {
        id: Set(domain.id.to_string()),
        group_id: Set(domain.api_group_id.to_string()),
        domain: Set(domain.domain.clone()),
        served_domain: Set(served(domain, domain.state)),
        environment: Set(domain.environment.to_string()),
        state: Set(domain.state.as_str().to_owned()),
        token: Set(domain.token.clone()),
        redirect_http: Set(domain.redirect_http),
        certificate: Set(None),
        chain: Set(None),
        key_id: Set(None),
        private_key: Set(None),
        refusal: Set(domain.refusal.clone()),
        created_at: Set(domain.created_at.0),
    };
    Entity::insert(row).exec_without_returning(&tx.executor()).await?;
    Ok(())
}

/// A domain of any group.
pub async fn by_id(
    conn: &impl Connection,
    id: &UserDomainId,
) -> Result<Option<UserDomain>, StoreError> {
    let row = Entity::find_by_id(id.as_str()).one(&conn.executor()).await?;
    row.map(read).transpose()
}

/// Says whether a domain is its provider's; that it was refused is said no more.
///
/// # Errors
/// [`StoreError::NotFound`]; [`crate::Unique::ServedDomain`] when another one of this name is verified.
pub async fn set_state(tx: &Tx, domain: &UserDomain, state: DomainState) -> Result<(), StoreError> {
    let row = ActiveModel {
        id: Set(domain.id.to_string()),
        state: Set(state.as_str().to_owned()),
        served_domain: Set(served(domain, state)),
        refusal: Set(None),
        ..ActiveModel::default()
    };
    Entity::update(row).exec(&tx.executor()).await?;
    Ok(())
}

/// Says that a domain is not its provider's, and why an operator says so.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn refuse(tx: &Tx, id: &UserDomainId, reason: &str) -> Result<(), StoreError> {
    let row = ActiveModel {
        id: Set(id.to_string()),
        state: Set(DomainState::Invalid.as_str().to_owned()),
        served_domain: Set(None),
        refusal: Set(Some(reason.to_owned())),
        ..ActiveModel::default()
    };
    Entity::update(row).exec(&tx.executor()).await?;
    Ok(())
}

/// Changes where a domain leads to, and whether plain HTTP is redirected.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn update(tx: &Tx, id: &UserDomainId, patch: &UserDomainPatch) -> Result<(), StoreError> {
    let row = ActiveModel {
        id: Set(id.to_string()),
        environment: Set(patch.environment.to_string()),
        redirect_http: Set(patch.redirect_http),
        ..ActiveModel::default()
    };
    Entity::update(row).exec(&tx.executor()).await?;
    Ok(())
}

/// Puts a certificate in the place of the one that there is.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn set_certificate(
    tx: &Tx,
    id: &UserDomainId,
    new: &SealedCertificate,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        id: Set(id.to_string()),
        certificate: Set(Some(to_json("user_domains.certificate", &new.certificate)?)),
        chain: Set(Some(new.chain.clone())),
        key_id: Set(Some(new.private_key.key_id.clone())),
        private_key: Set(Some(new.private_key.bytes.clone())),
        ..ActiveModel::default()
    };
    Entity::update(row).exec(&tx.executor()).await?;
    Ok(())
}

/// Takes the certificate away, and with it the redirect: there is nothing to lead to.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn remove_certificate(tx: &Tx, id: &UserDomainId) -> Result<(), StoreError> {
    let row = ActiveModel {
        id: Set(id.to_string()),
        redirect_http: Set(false),
        certificate: Set(None),
        chain: Set(None),
        key_id: Set(None),
        private_key: Set(None),
        ..ActiveModel::default()
    };
    Entity::update(row).exec(&tx.executor()).await?;
    Ok(())
}

/// Removes a domain.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn delete(tx: &Tx, id: &UserDomainId) -> Result<(), StoreError> {
    let deleted = Entity::delete_by_id(id.as_str()).exec(&tx.executor()).await?;
    if deleted.rows_affected == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// The verified domains of these groups, or of all, by where they lead to; each place's by name.
pub(crate) async fn by_place(
    db: &impl ConnectionTrait,
    groups: Option<&[&str]>,
) -> Result<SealedDomains, StoreError> {
    let of_groups: Option<SimpleExpr> =
        groups.map(|groups| Column::GroupId.is_in(groups.iter().copied()));
    let rows = Entity::find()
        .filter(Column::ServedDomain.is_not_null())
        .filter(Condition::all().add_option(of_groups))
        .order_by_asc(Column::Domain)
        .all(db)
        .await?;
    let mut challenges = automatic_certificates::challenges(db, groups).await?;
    let mut found = SealedDomains::new();
    for row in rows {
        let place = (
            parse("user_domains.group_id", &row.group_id)?,
            parse("user_domains.environment", &row.environment)?,
        );
        let certificate = match (row.chain, row.key_id, row.private_key) {
            (Some(chain), Some(key_id), Some(bytes)) => Some((chain, Sealed { key_id, bytes })),
            _ => None,
        };
        found.entry(place).or_default().push(SealedDomain {
            challenge: challenges.remove(&row.id),
            id: parse("user_domains.id", &row.id)?,
            name: row.domain,
            redirect_http: row.redirect_http,
            certificate,
        });
    }
    Ok(found)
}

/// What no other domain can be once this one is in that state.
fn served(domain: &UserDomain, state: DomainState) -> Option<String> {
    (state == DomainState::Verified).then(|| domain.domain.clone())
}

pub(crate) fn read(row: Model) -> Result<UserDomain, StoreError> {
    let certificate = row.certificate.as_deref();
    Ok(UserDomain {
        id: parse("user_domains.id", &row.id)?,
        api_group_id: parse("user_domains.group_id", &row.group_id)?,
        domain: row.domain,
        environment: parse("user_domains.environment", &row.environment)?,
        state: parse("user_domains.state", &row.state)?,
        token: row.token,
        certificate: certificate
            .map(|text| from_json("user_domains.certificate", text))
            .transpose()?,
        redirect_http: row.redirect_http,
        refusal: row.refusal,
        created_at: Timestamp(row.created_at),
    })
}
