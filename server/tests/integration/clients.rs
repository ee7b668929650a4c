//! The vendor's own Python client, unmodified, against the whole server. See `tests/clients/README.md`.

use crate::support::{Backend, TestServer, new_auth};
use domain::{AccessAuthType, AccountState, AuthType, NewSubscriptionKey, RevealedAccessKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

const CLIENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients");

/// The Python with the client installed; made once for each content of `requirements.txt`.
fn python() -> PathBuf {
    let requirements = Path::new(CLIENTS).join("requirements.txt");
    let hash = hex::encode(&Sha256::digest(fs::read(&requirements).unwrap())[..8]);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("jdcloud-client-{hash}"));
    let python = folder.join("bin/python");

    // Tests run side by side, also as processes: one makes it, the others wait.
    let lock = File::create(folder.with_extension("lock")).unwrap();
    lock.lock().unwrap();
    let complete = folder.join("complete");
    if !complete.exists() {
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder));
        let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
        run(Command::new(&python).args(install).arg(&requirements));
        fs::write(&complete, "").unwrap();
    }
    python
}

fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {}\n{said}", output.status);
}

/// A published PetStore, its backend, and a key that may call it.
struct Store {
    server: TestServer,
    group: domain::ApiGroup,
    published: domain::Published,
    key: RevealedAccessKey,
}

impl Store {
    async fn open() -> Self {
        let server = TestServer::start().await;
        let backend = Backend::start("petstore").await;
        let group = server.petstore(AuthType::Signature).await;
        let published = server.publish(&group, backend.service()).await;
        let key = server.authorized_key(&published.deployment).await;
        Self { server, group, published, key }
    }

    /// What the client's call of `case` with `key` was answered.
    async fn called(&self, case: &str, key: &RevealedAccessKey) -> Value {
        self.asked(json!({
            "accessKey": key.api_key,
            "secretKey": key.api_secret,
            "case": case,
        }))
        .await
    }

    /// What the client's unsigned call with this subscription key was answered.
    async fn called_with(&self, subscription_key: &str) -> Value {
        self.asked(json!({ "subscriptionKey": subscription_key, "case": "subscribed" })).await
    }

    /// Lets a caller call the published group.
    async fn authorize(&self, r#type: AccessAuthType, name: &str) {
        let auths = self.server.running.services().access_auths();
        let auth = auths.create(&self.server.caller, new_auth(r#type, name)).await.unwrap();
        let bound = [self.published.deployment.deployment.id.clone()];
        auths.bind(&self.server.caller, &auth.id, &bound).await.unwrap();
    }

    async fn asked(&self, mut asked: Value) -> Value {
        asked["endpoint"] = self.server.gateway().to_string().into();
        asked["group"] = self.group.id.as_str().into();
        tokio::task::spawn_blocking(move || script(&asked)).await.unwrap()
    }
}

fn script(asked: &Value) -> Value {
    let mut child = Command::new(python())
        .arg(Path::new(CLIENTS).join("call_petstore.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(asked.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn assert_refused(answer: &Value, message: &str) {
    assert_eq!(answer["status"], 401, "{answer}");
    let error = &answer["body"]["error"];
    assert_eq!(error["status"], "ACCESS_ERROR", "{answer}");
    assert_eq!(error["code"], 401, "{answer}");
    assert_eq!(error["message"], message, "{answer}");
    let id = answer["body"]["requestId"].as_str().unwrap();
    assert_eq!(id.len(), 32, "{answer}");
}

#[tokio::test]
async fn a_get_with_a_path_parameter_arrives() {
    let store = Store::open().await;
    let answer = store.called("get_pet", &store.key).await;
    assert_eq!(answer["status"], 200, "{answer}");
    assert_eq!(answer["body"]["method"], "GET");
    assert_eq!(answer["body"]["path"], "/petstore/pets/1");
    let user_agent = answer["sent"]["headers"]["User-Agent"].as_str().unwrap();
    assert!(user_agent.starts_with("JdcloudSdkPython/2.0.2 "), "not the real client: {user_agent}");
}

#[tokio::test]
async fn a_post_with_a_json_body_arrives() {
    let store = Store::open().await;
    let answer = store.called("create_pet", &store.key).await;
    assert_eq!(answer["status"], 200, "{answer}");
    assert_eq!(answer["body"]["method"], "POST");
    let pet: Value = serde_json::from_str(answer["body"]["body"].as_str().unwrap()).unwrap();
    assert_eq!(pet, json!({ "id": 1, "price": 12, "type": "小猫" }));
}

#[tokio::test]
async fn a_query_with_unicode_spaces_and_repeated_names_arrives_as_it_was_sent() {
    let store = Store::open().await;
    let answer = store.called("query", &store.key).await;
    assert_eq!(answer["status"], 200, "{answer}");
    let query = answer["body"]["query"].as_str().unwrap();
    assert_eq!(query, "colour=%E9%BB%91%20%E7%99%BD&tag.1=a%20b&tag.2=c&size=xl&size=m");
    assert!(answer["sent"]["url"].as_str().unwrap().ends_with(query));
}

#[tokio::test]
async fn a_wrong_secret_is_refused() {
    let store = Store::open().await;
    let api_secret = "0F1E2D3C4B5A69788796A5B4C3D2E1F0".to_owned();
    let key = RevealedAccessKey { api_secret, ..store.key.clone() };
    assert_refused(&store.called("get_pet", &key).await, "sign result is not same");
}

#[tokio::test]
async fn an_unknown_key_is_refused() {
    let store = Store::open().await;
    let api_key = "1A2B3C4D5E6F708192A3B4C5D6E7F809".to_owned();
    let key = RevealedAccessKey { api_key, ..store.key.clone() };
    assert_refused(&store.called("get_pet", &key).await, "Invalid accessKey");
}

#[tokio::test]
async fn a_key_that_is_bound_elsewhere_is_refused() {
    let store = Store::open().await;
    let (id, key) = store.server.key("elsewhere").await;
    let backend = domain::BackendService::Mock;
    let publish = domain::NewPublish {
        environment: domain::Environment::Test,
        ..crate::support::online(backend, "")
    };
    let (services, caller) = (store.server.running.services(), &store.server.caller);
    let test = services.deployments().publish(caller, &store.group.id, publish).await.unwrap();
    let new = new_auth(AccessAuthType::AccessKey, id.as_str());
    let auth = services.access_auths().create(caller, new).await.unwrap();
    let bound = [test.deployment.deployment.id];
    services.access_auths().bind(caller, &auth.id, &bound).await.unwrap();

    let answer = store.called("get_pet", &key).await;

    assert_refused(&answer, "Invalid authentication credentials");
}

#[tokio::test]
async fn a_stale_date_is_refused() {
    let store = Store::open().await;
    let answer = store.called("stale", &store.key).await;
    assert_refused(&answer, "x-jdcloud-date is more than 900 s from the gateway's time");
}

#[tokio::test]
async fn a_replayed_nonce_is_refused() {
    let store = Store::open().await;
    let answer = store.called("replay", &store.key).await;
    assert_refused(&answer, "x-jdcloud-nonce was used before");
}

#[tokio::test]
async fn a_subscription_key_arrives_unsigned_and_stays_at_the_gateway() {
    let store = Store::open().await;
    let (services, caller) = (store.server.running.services(), &store.server.caller);
    let new = NewSubscriptionKey { name: "phone".into(), description: String::new() };
    let key = services.subscription_keys().create(caller, new).await.unwrap();
    let shown = services.subscription_keys().reveal(caller, &key.id).await.unwrap().key;
    let answer = store.called_with(&shown).await;
    assert_refused(&answer, "Invalid authentication credentials");

    store.authorize(AccessAuthType::SubscriptionKey, key.id.as_str()).await;
    let answer = store.called_with(&shown).await;
    assert_eq!(answer["status"], 200, "{answer}");
    assert_eq!(answer["body"]["path"], "/petstore/pets/1");
    let sent = &answer["sent"]["headers"];
    assert_eq!(sent["jdcloud-apim-subscription-key"], shown);
    assert!(sent["Authorization"].is_null(), "the call was signed: {sent}");
    assert!(!answer["body"].to_string().contains(&shown), "the backend saw the key");

    assert_refused(&store.called_with(&"0".repeat(32)).await, "lack of header authorization");
    services.subscription_keys().delete(caller, &key.id, &key.name).await.unwrap();
    assert_refused(&store.called_with(&shown).await, "lack of header authorization");
}

#[tokio::test]
async fn a_platform_key_signs_for_itself_and_for_its_account() {
    let store = Store::open().await;
    let (services, caller) = (store.server.running.services(), &store.server.caller);
    let keys = services.platform_keys();
    let made = async || {
        let key = keys.create(caller, String::new()).await.unwrap();
        let pair = keys.reveal(caller, &key.id).await.unwrap().unwrap();
        RevealedAccessKey { api_key: pair.id.to_string(), api_secret: pair.secret_key }
    };
    let first = made().await;
    let refused = "Invalid authentication credentials";
    assert_refused(&store.called("get_pet", &first).await, refused);
    store.authorize(AccessAuthType::PlatformKey, &first.api_key).await;
    assert_eq!(store.called("create_pet", &first).await["status"], 200);

    let second = made().await;
    assert_refused(&store.called("get_pet", &second).await, refused);
    store.authorize(AccessAuthType::Account, &caller.account.email).await;
    assert_eq!(store.called("get_pet", &second).await["status"], 200);
    assert_eq!(store.called("get_pet", &made().await).await["status"], 200, "a later key");

    let id = second.api_key.parse().unwrap();
    keys.set_enabled(caller, &id, false).await.unwrap();
    assert_refused(&store.called("get_pet", &second).await, "Invalid accessKey");
    keys.set_enabled(caller, &id, true).await.unwrap();
    assert_eq!(store.called("get_pet", &second).await["status"], 200);
    let email = &caller.account.email;
    services.accounts().set_state(email, AccountState::Disabled).await.unwrap();
    assert_refused(&store.called("get_pet", &second).await, "Invalid accessKey");
}
