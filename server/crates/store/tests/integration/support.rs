//! A fresh store of either kind, and the objects that most rules begin with.

use domain::{
    AccessAuth, AccessAuthId, AccessKey, AccessKeyId, Account, AccountId, AccountState, Api,
    ApiDefinition, ApiGroup, ApiGroupId, ApiId, AuthType, BackendService, CallerId, DeploymentId,
    Difference, Environment, GroupContent, GroupSettings, PageQuery, PlatformKey, PlatformKeyId,
    Region, Release, ReleaseAction, ReleaseId, Revision, RevisionNumber, Role, SubscriptionKey,
    SubscriptionKeyId, Timestamp,
};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement};
use std::sync::atomic::{AtomicU64, Ordering};
use store::{Sealed, Store, StoreError};
use testkit::database::TestDatabase;

/// One test for each rule and database: `rule::sqlite` and `rule::postgres`.
macro_rules! on_both_databases {
    ($($rule:ident),+ $(,)?) => {$(
        mod $rule {
            use crate::support::Database;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let database = Database::sqlite().await;
                super::$rule(&database).await;
                database.close().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let database = Database::postgres().await;
                super::$rule(&database).await;
                database.close().await;
            }
        }
    )+};
}
pub(crate) use on_both_databases;

/// A store with its tables, and nothing in them.
pub(crate) struct Database {
    pub(crate) store: Store,
    place: TestDatabase,
}

impl Database {
    pub(crate) async fn sqlite() -> Self {
        Self::migrated(TestDatabase::sqlite()).await
    }

    pub(crate) async fn postgres() -> Self {
        Self::migrated(TestDatabase::postgres().await).await
    }

    async fn migrated(place: TestDatabase) -> Self {
        let store = Store::connect(place.url()).await.unwrap();
        store.migrate().await.unwrap();
        Self { store, place }
    }

    pub(crate) fn url(&self) -> &str {
        self.place.url()
    }

    /// The store as another process has it: the same database, nothing else shared.
    pub(crate) async fn of_another_process(&self) -> Store {
        Store::connect(self.url()).await.unwrap()
    }

    /// The database without the store.
    pub(crate) async fn bare(&self) -> DatabaseConnection {
        sea_orm::Database::connect(self.url()).await.unwrap()
    }

    pub(crate) async fn close(self) {
        self.store.close().await.unwrap();
    }
}

/// How many rows a table has.
pub(crate) async fn rows_of(bare: &DatabaseConnection, table: &str) -> i64 {
    let count = format!("SELECT COUNT(*) AS rows FROM {table}");
    let statement = Statement::from_string(bare.get_database_backend(), count);
    bare.query_one_raw(statement).await.unwrap().unwrap().try_get("", "rows").unwrap()
}

/// Bytes that no other call gives, and that come after those of an earlier call.
pub(crate) fn unique<const N: usize>() -> [u8; N] {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let mut number = NEXT.fetch_add(1, Ordering::Relaxed);
    let mut digits = [0; N];
    for digit in digits.iter_mut().rev() {
        *digit = (number % 10) as u8;
        number /= 10;
    }
    digits
}

pub(crate) const NOW: Timestamp = Timestamp(1_795_305_600_000);

pub(crate) fn number(text: &str) -> RevisionNumber {
    text.parse().unwrap()
}

pub(crate) fn searching(search: &str) -> PageQuery {
    PageQuery { search: search.to_owned(), ..PageQuery::default() }
}

pub(crate) fn sorted_by(sort: &str, descending: bool) -> PageQuery {
    PageQuery { sort: sort.to_owned(), descending, ..PageQuery::default() }
}

pub(crate) async fn account(store: &Store) -> Account {
    let id = AccountId::from_random(unique());
    let account = Account {
        email: format!("{id}@example.com"),
        id,
        role: Role::Member,
        state: AccountState::Active,
        session_epoch: 0,
        created_at: NOW,
    };
    let tx = store.begin().await.unwrap();
    store::accounts::insert(&tx, &account, "$argon2id$…").await.unwrap();
    tx.commit().await.unwrap();
    account
}

pub(crate) fn new_group(owner: &Account, name: &str) -> ApiGroup {
    ApiGroup {
        id: ApiGroupId::from_random(unique()),
        owner: owner.id.clone(),
        region: Region::CnNorth1,
        name: name.to_owned(),
        description: String::new(),
        settings: settings("petstore"),
        created_at: NOW,
        updated_at: NOW,
    }
}

pub(crate) fn settings(prefix: &str) -> GroupSettings {
    GroupSettings {
        prefix: prefix.to_owned(),
        auth_type: AuthType::Signature,
        ..GroupSettings::default()
    }
}

pub(crate) fn new_revision(text: &str, based_on: Option<&str>) -> Revision {
    Revision {
        number: number(text),
        note: String::new(),
        based_on: based_on.map(number),
        created_at: NOW,
        revised_at: NOW,
    }
}

pub(crate) async fn try_insert_group(store: &Store, group: &ApiGroup) -> Result<(), StoreError> {
    let tx = store.begin().await?;
    store::api_groups::insert(&tx, group).await?;
    store::revisions::insert(&tx, &group.id, &new_revision("0.0.1", None)).await?;
    tx.commit().await.map(drop)
}

/// A group with an empty revision 0.0.1.
pub(crate) async fn group(store: &Store, owner: &Account, name: &str) -> ApiGroup {
    let group = new_group(owner, name);
    try_insert_group(store, &group).await.unwrap();
    group
}

pub(crate) async fn revision(store: &Store, group: &ApiGroup, text: &str, based_on: &str) {
    let tx = store.begin().await.unwrap();
    let revision = new_revision(text, Some(based_on));
    store::revisions::insert(&tx, &group.id, &revision).await.unwrap();
    tx.commit().await.unwrap();
}

pub(crate) fn api(name: &str, method: &str, path: &str) -> Api {
    let mut definition: ApiDefinition = serde_json::from_value(serde_json::json!({
        "name": name, "description": "", "method": method, "path": path,
        "match_type": "absolute", "parameters": [], "backend": { "type": "deployment" },
        "request_body": { "type": "application/json" }, "response_body": { "type": "application/json" },
    }))
    .unwrap();
    definition.complete_path_parameters();
    Api { id: ApiId::from_random(unique()), definition, updated_at: NOW }
}

pub(crate) async fn try_put(
    store: &Store,
    group: &ApiGroup,
    revision: &str,
    apis: &[Api],
) -> Result<(), StoreError> {
    let tx = store.begin().await?;
    store::apis::put(&tx, &group.id, number(revision), apis, NOW).await?;
    tx.commit().await.map(drop)
}

pub(crate) async fn put(store: &Store, group: &ApiGroup, revision: &str, apis: &[Api]) {
    try_put(store, group, revision, apis).await.unwrap();
}

/// What publishing the revision now would serve.
pub(crate) async fn content(store: &Store, group: &ApiGroup, revision: &str) -> GroupContent {
    let group = store::api_groups::get(&store.read(), &group.id).await.unwrap().unwrap();
    let apis = store::apis::all(&store.read(), &group.id, number(revision)).await.unwrap();
    GroupContent::new(group.settings, apis)
}

pub(crate) fn release(revision: &str, environment: Environment, action: ReleaseAction) -> Release {
    Release {
        id: ReleaseId::from_random(unique()),
        environment,
        action,
        revision: number(revision),
        note: "first try".to_owned(),
        backend: BackendService::Mock,
        description: String::new(),
        published_at: None,
        by: "ada@example.com".to_owned(),
        at: NOW,
        difference: Difference::default(),
        canary: None,
        live: false,
    }
}

/// Publishes a revision as it is; the deployment's id and the release's.
pub(crate) async fn publish(
    store: &Store,
    group: &ApiGroup,
    revision: &str,
    environment: Environment,
) -> (DeploymentId, ReleaseId) {
    let content = content(store, group, revision).await;
    let tx = store.begin().await.unwrap();
    store::api_groups::lock(&tx, &group.id).await.unwrap();
    let before = store::deployments::content(&tx, &group.id, environment).await.unwrap();
    let release = release(revision, environment, ReleaseAction::Publish);
    store::releases::insert(&tx, &group.id, &release, &content, before.as_ref()).await.unwrap();
    let new_id = DeploymentId::from_random(unique());
    let id = store::deployments::set_live(&tx, &group.id, environment, &release.id, &new_id);
    let id = id.await.unwrap();
    tx.commit().await.unwrap();
    (id, release.id)
}

pub(crate) async fn take_offline(store: &Store, group: &ApiGroup, environment: Environment) {
    let tx = store.begin().await.unwrap();
    store::deployments::set_offline(&tx, &group.id, environment).await.unwrap();
    tx.commit().await.unwrap();
}

pub(crate) fn sealed(text: &str) -> Sealed {
    Sealed { key_id: "k1".to_owned(), bytes: text.as_bytes().to_vec() }
}

pub(crate) async fn try_access_key(
    store: &Store,
    owner: &Account,
    name: &str,
) -> Result<AccessKey, StoreError> {
    let id = AccessKeyId::from_random(unique());
    let key = AccessKey {
        api_key: format!("{id}{id}00000000").to_uppercase(),
        id,
        owner: owner.id.clone(),
        name: name.to_owned(),
        description: String::new(),
        created_at: NOW,
    };
    let tx = store.begin().await?;
    store::access_keys::insert(&tx, &key, &sealed("secret")).await?;
    tx.commit().await?;
    Ok(key)
}

pub(crate) async fn access_key(store: &Store, owner: &Account, name: &str) -> AccessKey {
    try_access_key(store, owner, name).await.unwrap()
}

pub(crate) async fn subscription_key(
    store: &Store,
    owner: &Account,
    name: &str,
) -> SubscriptionKey {
    let key = SubscriptionKey {
        id: SubscriptionKeyId::from_random(unique()),
        owner: owner.id.clone(),
        name: name.to_owned(),
        description: String::new(),
        created_at: NOW,
    };
    let tx = store.begin().await.unwrap();
    store::subscription_keys::insert(&tx, &key, &sealed("secret")).await.unwrap();
    tx.commit().await.unwrap();
    key
}

pub(crate) async fn platform_key(store: &Store, owner: &Account) -> PlatformKey {
    let key = PlatformKey {
        id: PlatformKeyId::from_random(unique()),
        owner: owner.id.clone(),
        description: "scripts".to_owned(),
        enabled: true,
        created_at: NOW,
    };
    let tx = store.begin().await.unwrap();
    store::platform_keys::insert(&tx, &key, &sealed("secret")).await.unwrap();
    tx.commit().await.unwrap();
    key
}

/// An authorization of a caller that is known by its id.
pub(crate) fn new_auth(owner: &Account, caller: impl Into<CallerId>) -> AccessAuth {
    let caller = caller.into();
    AccessAuth {
        id: AccessAuthId::from_random(unique()),
        owner: owner.id.clone(),
        name: caller.as_str().to_owned(),
        caller,
        description: String::new(),
        bound: Vec::new(),
        created_at: NOW,
    }
}

/// An authorization of a caller that is bound to `deployments`.
pub(crate) async fn authorize(
    store: &Store,
    owner: &Account,
    caller: impl Into<CallerId>,
    deployments: &[DeploymentId],
) -> AccessAuth {
    let auth = new_auth(owner, caller);
    let tx = store.begin().await.unwrap();
    store::access_auths::insert(&tx, &auth).await.unwrap();
    store::access_auths::bind(&tx, &auth.id, deployments, NOW).await.unwrap();
    tx.commit().await.unwrap();
    auth
}
