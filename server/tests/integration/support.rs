//! A server in a fresh folder on free ports, and what journeys do with it.

mod backend;
mod http;
mod program;
mod signer;
mod wire;

pub(crate) use backend::Backend;
pub(crate) use http::{Answer, get, request, send};
pub(crate) use program::{Output, Program, paifang};
pub(crate) use signer::Signer;
pub(crate) use wire::Wire;

use domain::{
    AccessAuthType, ApiGroup, AuthType, BackendService, DeploymentView, Environment, GroupSettings,
    NewAccessAuth, NewAccessKey, NewAccount, NewApiGroup, NewPublish, Published, Region,
    RevealedAccessKey, RevisionNumber, Secret,
};
use server::{Running, config::Config};
use services::{Caller, Services};
use std::{
    net::{Ipv4Addr, SocketAddr},
    path::Path,
};
use tempfile::TempDir;
use testkit::Watchdog;

/// The tutorial's definition.
pub(crate) const PETSTORE: &str = include_str!("../../demo/petstore-swagger2.yaml");

/// A running server with one account.
pub(crate) struct TestServer {
    pub(crate) running: Running,
    pub(crate) caller: Caller,
    // Removed when the test ends.
    folder: TempDir,
    _watchdog: Watchdog,
}

/// The configuration of a server in `folder`, on free ports.
pub(crate) fn config_in(folder: &Path) -> Config {
    let free = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let mut config = Config::default();
    config.data.dir = folder.to_owned();
    config.console.listen = free;
    config.gateway.listen = free;
    config.gateway.https_listen = Some(free);
    config.gateway.workers = 1;
    // Some tests call as fast as they can.
    config.gateway.group_limit = 0;
    config
}

/// Registers an account, the way a person does.
pub(crate) async fn registered(services: &Services) -> Caller {
    let new = NewAccount {
        email: "ada@example.com".to_owned(),
        password: Secret::new("correct horse battery"),
    };
    Caller::new(services.accounts().register(new, Ipv4Addr::LOCALHOST.into()).await.unwrap())
}

impl TestServer {
    /// Starts one.
    pub(crate) async fn start() -> Self {
        Self::with(|_config| {}).await
    }

    /// Starts one whose configuration is changed.
    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let (folder, watchdog) = (tempfile::tempdir().unwrap(), Watchdog::start());
        let mut config = config_in(folder.path());
        change(&mut config);
        let running = server::run(&config).await.unwrap();
        let caller = registered(running.services()).await;
        Self { running, caller, folder, _watchdog: watchdog }
    }

    /// Where its data lie.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where the console listens.
    pub(crate) fn console(&self) -> SocketAddr {
        self.running.console_addr()
    }

    /// Where the gateway listens.
    pub(crate) fn gateway(&self) -> SocketAddr {
        self.running.gateway_addr()
    }

    /// A group with the tutorial's APIs in revision 0.0.1, published nowhere.
    pub(crate) async fn petstore(&self, auth_type: AuthType) -> ApiGroup {
        petstore(self.running.services(), &self.caller, auth_type).await
    }

    /// Publishes revision 0.0.1 to the online environment.
    pub(crate) async fn publish(&self, group: &ApiGroup, backend: BackendService) -> Published {
        let publish = online(backend, "");
        let services = self.running.services();
        services.deployments().publish(&self.caller, &group.id, publish).await.unwrap()
    }

    /// A caller's key that nobody has authorized.
    pub(crate) async fn key(&self, name: &str) -> (domain::AccessKeyId, RevealedAccessKey) {
        let keys = self.running.services().access_keys();
        let new = NewAccessKey { name: name.to_owned(), description: String::new() };
        let key = keys.create(&self.caller, new).await.unwrap();
        let revealed = keys.reveal(&self.caller, &key.id).await.unwrap();
        (key.id, revealed)
    }

    /// A caller's key that may call `deployment`.
    pub(crate) async fn authorized_key(&self, deployment: &DeploymentView) -> RevealedAccessKey {
        let (id, key) = self.key("authorized").await;
        let auths = self.running.services().access_auths();
        let new = new_auth(AccessAuthType::AccessKey, id.as_str());
        let auth = auths.create(&self.caller, new).await.unwrap();
        let bound = [deployment.deployment.id.clone()];
        auths.bind(&self.caller, &auth.id, &bound).await.unwrap();
        key
    }

    /// The host of the group's online environment.
    pub(crate) fn host(&self, group: &ApiGroup) -> String {
        Environment::Online.host(&group.id, group.region, "localhost")
    }
}

/// An authorization of a caller by its name.
pub(crate) fn new_auth(r#type: AccessAuthType, access_key: &str) -> NewAccessAuth {
    NewAccessAuth { r#type, access_key: access_key.to_owned(), description: String::new() }
}

/// See [`TestServer::petstore`].
pub(crate) async fn petstore(
    services: &Services,
    caller: &Caller,
    auth_type: AuthType,
) -> ApiGroup {
    let new = NewApiGroup {
        region: Region::CnNorth1,
        name: "PetStore".to_owned(),
        description: String::new(),
        settings: GroupSettings {
            prefix: "petstore".to_owned(),
            auth_type,
            ..GroupSettings::default()
        },
        jwt_secret: None,
    };
    let group = services.api_groups().create(caller, new).await.unwrap();
    let plan = services.apis().import(caller, &group.id, RevisionNumber::FIRST, PETSTORE).await;
    assert_eq!(plan.unwrap().counts(), (3, 0, 0, 0));
    group
}

/// A publish of revision 0.0.1 to the online environment.
pub(crate) fn online(backend: BackendService, description: &str) -> NewPublish {
    NewPublish {
        revision: RevisionNumber::FIRST,
        environment: Environment::Online,
        backend,
        description: description.to_owned(),
        canary: None,
        stop_canary: false,
    }
}
