//! An installation for a test: an empty database, a clock that stands still, and short words for what tests do.

use domain::{
    AccessAuthType, Api, ApiBackend, ApiDefinition, ApiGroup, BackendService, Body, DomainError,
    Environment, GroupSettings, MatchType, Method, NewAccessAuth, NewAccessKey, NewAccount,
    NewApiGroup, NewPublish, NewSubscriptionKey, PageQuery, Published, Region, RevisionNumber,
    Secret, Timestamp, api_group::AuthType,
};
use services::{
    Caller, Clock, DomainSettings, GatewayAddresses, ServiceError, Services, ServicesSettings,
    UrlBase, VaultKey,
};
use std::{
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};
use store::{Store, audit::AuditEntry};
use testkit::database::TestDatabase;

/// The password of everybody in these tests.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// 2019-11-22 02:40:00 UTC: when every test begins.
pub(crate) const BEGIN: Timestamp = Timestamp(1_574_390_400_000);

/// A clock that moves when it is told to.
pub(crate) struct StoppedClock(AtomicI64);

impl StoppedClock {
    pub(crate) fn pass_seconds(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1000, Ordering::Relaxed);
    }
}

impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::Relaxed))
    }

    fn elapsed(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.now().0 - BEGIN.0).unwrap())
    }
}

/// Services over an empty database.
pub(crate) struct Installation {
    pub(crate) services: Services,
    pub(crate) store: Store,
    pub(crate) clock: Arc<StoppedClock>,
    pub(crate) database: TestDatabase,
}

pub(crate) fn vault_key() -> VaultKey {
    VaultKey::from_bytes([7; 32])
}

impl Installation {
    pub(crate) async fn on_sqlite() -> Self {
        Self::on(TestDatabase::sqlite()).await
    }

    pub(crate) async fn on_postgres() -> Self {
        Self::on(TestDatabase::postgres().await).await
    }

    async fn on(database: TestDatabase) -> Self {
        // The cause of an `Unavailable` stands in the log alone: a test that fails by one shows it.
        let _ = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::ERROR)
            .with_test_writer()
            .try_init();
        let store = Store::connect(database.url()).await.unwrap();
        store.migrate().await.unwrap();
        let clock = Arc::new(StoppedClock(AtomicI64::new(BEGIN.0)));
        let services = open(&store, vault_key(), Arc::clone(&clock)).await;
        Self { services, store, clock, database }
    }

    /// Registers NAME@example.com. The first is the operator, and so sees what an operator sees.
    pub(crate) async fn register(&self, name: &str) -> Caller {
        let email = format!("{name}@example.com");
        let new = NewAccount { email, password: Secret::new(PASSWORD) };
        Caller::new(
            self.services.accounts().register(new, Ipv4Addr::LOCALHOST.into()).await.unwrap(),
        )
    }

    /// A group that checks signatures.
    pub(crate) async fn group(&self, caller: &Caller, name: &str) -> ApiGroup {
        self.services.api_groups().create(caller, new_group(name)).await.unwrap()
    }

    /// Adds `GET PATH` to the group's first revision.
    pub(crate) async fn api(
        &self,
        caller: &Caller,
        group: &ApiGroup,
        name: &str,
        path: &str,
    ) -> Api {
        let definition = definition(name, Method::Get, path);
        let apis = self.services.apis();
        apis.create(caller, &group.id, RevisionNumber::FIRST, definition).await.unwrap()
    }

    /// A group with one API, published to the test environment.
    pub(crate) async fn published_group(&self, caller: &Caller, name: &str) -> ApiGroup {
        let group = self.group(caller, name).await;
        self.api(caller, &group, "getPet", "/pets/{petId}").await;
        self.publish(caller, &group, "0.0.1", Environment::Test).await;
        group
    }

    pub(crate) async fn publish(
        &self,
        caller: &Caller,
        group: &ApiGroup,
        revision: &str,
        environment: Environment,
    ) -> Published {
        let new = new_publish(revision, environment);
        self.services.deployments().publish(caller, &group.id, new).await.unwrap()
    }

    /// Another revision with the APIs of `based_on`.
    pub(crate) async fn revision(
        &self,
        caller: &Caller,
        group: &ApiGroup,
        new: &str,
        based_on: &str,
    ) {
        let new = domain::NewRevision {
            number: number(new),
            based_on: number(based_on),
            note: format!("note of {new}"),
        };
        self.services.revisions().create(caller, &group.id, new).await.unwrap();
    }

    pub(crate) async fn access_key(&self, caller: &Caller, name: &str) -> domain::AccessKey {
        let new = NewAccessKey { name: name.into(), description: String::new() };
        self.services.access_keys().create(caller, new).await.unwrap()
    }

    pub(crate) async fn access_auth(
        &self,
        caller: &Caller,
        key: &domain::AccessKey,
    ) -> domain::AccessAuth {
        let new = new_auth(AccessAuthType::AccessKey, key.id.as_str());
        self.services.access_auths().create(caller, new).await.unwrap()
    }

    pub(crate) async fn subscription_key(
        &self,
        caller: &Caller,
        name: &str,
    ) -> domain::SubscriptionKey {
        let new = NewSubscriptionKey { name: name.into(), description: String::new() };
        self.services.subscription_keys().create(caller, new).await.unwrap()
    }

    pub(crate) async fn platform_key(&self, caller: &Caller) -> domain::PlatformKey {
        self.services.platform_keys().create(caller, "scripts".into()).await.unwrap()
    }

    /// The whole audit log, oldest first.
    pub(crate) async fn audit_log(&self) -> Vec<AuditEntry> {
        let query = PageQuery::new(1, 100);
        let mut rows = store::audit::list(&self.store.read(), &query).await.unwrap().rows;
        rows.reverse();
        rows
    }

    /// The newest number of the change feed.
    pub(crate) async fn latest_change(&self) -> i64 {
        store::changes::latest(&self.store.read()).await.unwrap()
    }
}

/// Services on the same database that verify domains in another way.
pub(crate) async fn with_domains(at: &Installation, domains: DomainSettings) -> Services {
    let clock = Arc::clone(&at.clock);
    let settings = ServicesSettings { domains, ..settings(vault_key(), clock) };
    Services::open(settings, at.store.clone()).await.unwrap()
}

pub(crate) async fn open(store: &Store, key: VaultKey, clock: Arc<StoppedClock>) -> Services {
    Services::open(settings(key, clock), store.clone()).await.unwrap()
}

fn settings(key: VaultKey, clock: Arc<StoppedClock>) -> ServicesSettings {
    let addresses = GatewayAddresses {
        domain: "localhost".into(),
        bases: vec![UrlBase { https: false, port: 8000 }],
    };
    ServicesSettings { clock, ..ServicesSettings::new(vec![key], addresses) }
}

pub(crate) fn number(text: &str) -> RevisionNumber {
    text.parse().unwrap()
}

pub(crate) fn all() -> PageQuery {
    PageQuery::new(1, 100)
}

pub(crate) fn new_auth(r#type: AccessAuthType, access_key: &str) -> NewAccessAuth {
    NewAccessAuth { r#type, access_key: access_key.into(), description: String::new() }
}

pub(crate) fn new_group(name: &str) -> NewApiGroup {
    NewApiGroup {
        region: Region::CnNorth1,
        name: name.into(),
        description: String::new(),
        settings: GroupSettings {
            prefix: "petstore".into(),
            auth_type: AuthType::Signature,
            ..GroupSettings::default()
        },
        jwt_secret: None,
    }
}

pub(crate) fn definition(name: &str, method: Method, path: &str) -> ApiDefinition {
    let mut definition = ApiDefinition {
        name: name.into(),
        description: String::new(),
        method,
        path: path.parse().unwrap(),
        match_type: MatchType::Absolute,
        parameters: Vec::new(),
        request_body: Body::default(),
        response_body: Body::default(),
        backend: ApiBackend::Deployment,
        mapping: domain::ApiMapping::default(),
        limits: domain::CallLimits::default(),
        cache: None,
    };
    definition.complete_path_parameters();
    definition
}

pub(crate) fn backend(port: u16) -> BackendService {
    BackendService::Single { address: format!("http://127.0.0.1:{port}").parse().unwrap() }
}

pub(crate) fn new_publish(revision: &str, environment: Environment) -> NewPublish {
    NewPublish {
        revision: number(revision),
        environment,
        backend: backend(9000),
        description: format!("{revision} to {environment}"),
        canary: None,
        stop_canary: false,
    }
}

/// The field that is in conflict.
pub(crate) fn conflict<T: std::fmt::Debug>(outcome: Result<T, ServiceError>) -> DomainError {
    match outcome {
        Err(ServiceError::Conflict(error)) => error,
        other => panic!("no conflict: {other:?}"),
    }
}

/// The fields that break a rule.
pub(crate) fn invalid<T: std::fmt::Debug>(outcome: Result<T, ServiceError>) -> Vec<String> {
    match outcome {
        Err(ServiceError::Invalid(violations)) => {
            violations.into_iter().map(|violation| violation.field).collect()
        }
        other => panic!("not invalid: {other:?}"),
    }
}

/// Makes one test for each database of a rule that holds on both.
macro_rules! on_both_databases {
    ($(async fn $name:ident($at:ident: &Installation) $rule:block)+) => {
        $(mod $name {
            #[allow(unused_imports, reason = "each rule uses some of its file's imports")]
            use super::*;

            async fn rule($at: &Installation) $rule

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                rule(&Installation::on_sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                rule(&Installation::on_postgres().await).await;
            }
        })+
    };
}
pub(crate) use on_both_databases;
