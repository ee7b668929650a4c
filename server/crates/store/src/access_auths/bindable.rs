//! What authorizations are bound to.

use crate::{
    StoreError,
    entity::access_auth_bindings as bindings,
    places::{Place, places},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect,
    RelationTrait,
};

/// What each of these authorizations is bound to.
pub(super) async fn of_auths(
    db: &impl ConnectionTrait,
    auths: &[&str],
) -> Result<Vec<(String, Place)>, StoreError> {
    #[derive(FromQueryResult)]
    struct Bound {
        auth_id: String,
        #[sea_orm(nested)]
        place: Place,
    }
    let rows = places()
        .join_rev(JoinType::InnerJoin, bindings::Relation::Deployment.def())
        .column(bindings::Column::AuthId)
        .filter(bindings::Column::AuthId.is_in(auths.iter().copied()))
        .into_model::<Bound>()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.auth_id, row.place)).collect())
}
