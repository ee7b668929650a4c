//! Secrets where they lie.

use crate::support::{Installation, PASSWORD};
use std::{fs, path::Path};

#[tokio::test]
async fn no_secret_lies_in_the_database_in_clear() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let key = at.access_key(&ada, "mine").await;
    let first = at.services.access_keys().reveal(&ada, &key.id).await.unwrap();
    let second = at.services.access_keys().reset_secret(&ada, &key.id).await.unwrap();
    let platform = at.platform_key(&ada).await;
    let platform = at.services.platform_keys().reveal(&ada, &platform.id).await.unwrap().unwrap();
    let subscription = at.subscription_key(&ada, "mine").await;
    let subscription_key =
        at.services.subscription_keys().reveal(&ada, &subscription.id).await.unwrap();

    let path = at.database.url().trim_start_matches("sqlite://").trim_end_matches("?mode=rwc");
    let folder = Path::new(path).parent().unwrap();
    let mut bytes = Vec::new();
    for file in fs::read_dir(folder).unwrap() {
        bytes.extend(fs::read(file.unwrap().path()).unwrap());
    }
    let contains = |text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
    // What is no secret is found, so this looks in the right place.
    assert!(
        contains(&key.api_key) && contains(platform.id.as_str()) && contains("ada@example.com")
    );
    let secrets =
        [&first.api_secret, &second.api_secret, &platform.secret_key, &subscription_key.key];
    for secret in secrets.into_iter().map(String::as_str).chain([PASSWORD]) {
        assert!(!contains(secret));
        assert!(!contains(&secret.to_lowercase()));
    }
    let raw = |secret: &str| hex::decode(secret).unwrap();
    for secret in secrets {
        let raw = raw(secret);
        assert!(!bytes.windows(raw.len()).any(|part| part == raw));
    }
}
