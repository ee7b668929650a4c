//! The keys that callers sign with, and the signing keys that were derived from them.

use super::{
    caller::{Caller, CallerNumber},
    shard_map::ShardMap,
};
use arc_swap::ArcSwap;
use domain::{AccountId, CallerId, CallerKey, KeyId, Secret};
use signing::{Authorization, SigningKey};
use std::{fmt, sync::Arc};

/// Derived keys that are kept per caller's key. One client uses one day, region and service at a time; midnight makes
/// it two.
const DERIVED_MAX: usize = 4;

/// A key that signs: an access key, or a platform key.
pub(crate) struct Key {
    /// Who calls with it.
    pub(crate) caller: Arc<Caller>,
    /// The account that the key may also call for: of a platform key, its owner.
    pub(crate) account: Option<CallerNumber>,
    api_key: Arc<str>,
    secret: Secret,
    /// Read without a lock; replaced as a whole by whoever derived another one.
    derived: ArcSwap<Vec<Arc<SigningKey>>>,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("api_key", &self.api_key).finish_non_exhaustive()
    }
}

impl Key {
    fn new(key: CallerKey) -> Self {
        Self {
            caller: Arc::new(Caller::new(&key)),
            account: account(&key.id, key.owner),
            api_key: key.api_key.into(),
            secret: key.secret,
            derived: ArcSwap::default(),
        }
    }

    /// The signing key that an authorization asks for, kept or derived.
    pub(crate) fn signing_key(&self, authorization: &Authorization<'_>) -> Arc<SigningKey> {
        let kept = self.derived.load();
        if let Some(key) = kept.iter().find(|key| key.scope() == authorization.scope()) {
            return Arc::clone(key);
        }
        Arc::new(SigningKey::for_authorization(authorization, self.secret.expose().as_bytes()))
    }

    /// Keeps a signing key that a valid signature was made with. Only these are kept, so that nobody without the secret
    /// can push others out.
    pub(crate) fn keep(&self, key: &Arc<SigningKey>) {
        if self.derived.load().iter().any(|kept| Arc::ptr_eq(kept, key)) {
            return;
        }
        self.derived.rcu(|kept| {
            let others = kept.iter().filter(|other| other.scope() != key.scope());
            let mut next: Vec<Arc<SigningKey>> = others.map(Arc::clone).collect();
            if next.len() >= DERIVED_MAX {
                next.remove(0);
            }
            next.push(Arc::clone(key));
            next
        });
    }
}

fn account(id: &KeyId, owner: AccountId) -> Option<CallerNumber> {
    matches!(id, KeyId::PlatformKey(_)).then(|| CallerNumber::of(&CallerId::Account(owner)))
}

/// All keys that sign, by what a signature names and by id.
#[derive(Clone, Debug)]
pub(crate) struct Keys {
    by_api_key: ShardMap<Arc<str>, Arc<Key>>,
    by_number: ShardMap<CallerNumber, Arc<Key>>,
}

impl Keys {
    pub(crate) fn new() -> Self {
        Self { by_api_key: ShardMap::new(), by_number: ShardMap::new() }
    }

    pub(crate) fn get(&self, api_key: &str) -> Option<&Arc<Key>> {
        self.by_api_key.get(api_key)
    }

    /// Puts a key in the place of the one with its id.
    pub(crate) fn put(&mut self, key: CallerKey) {
        let number = CallerNumber::of_key(&key.id);
        if let Some(before) = self.by_number.get(&number) {
            if *before.api_key == *key.api_key && before.secret == key.secret {
                return;
            }
            self.forget_api_key(&Arc::clone(before));
        }
        let key = Arc::new(Key::new(key));
        self.by_api_key.insert(Arc::clone(&key.api_key), Arc::clone(&key));
        self.by_number.insert(number, key);
    }

    /// Takes a key out.
    pub(crate) fn take_out(&mut self, number: CallerNumber) {
        if let Some(key) = self.by_number.get(&number).cloned() {
            self.forget_api_key(&key);
            self.by_number.remove(&number);
        }
    }

    /// Forgets what signatures named a key by, unless another key has taken that name.
    fn forget_api_key(&mut self, key: &Key) {
        if self
            .by_api_key
            .get(&*key.api_key)
            .is_some_and(|named| named.caller.number == key.caller.number)
        {
            self.by_api_key.remove(&*key.api_key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller_key(id: &str, api_key: &str, secret: &str) -> CallerKey {
        CallerKey {
            id: KeyId::AccessKey(id.parse().unwrap()),
            owner: "acc-000000000001".parse().unwrap(),
            pin: "bob@example.com".to_owned(),
            api_key: api_key.to_owned(),
            secret: Secret::new(secret),
        }
    }

    fn authorization(day: u8) -> String {
        let signature = "0".repeat(64);
        format!(
            "JDCLOUD2-HMAC-SHA256 Credential=K/201911{day:02}/cn-north-1/s/jdcloud2_request, SignedHeaders=host, Signature={signature}"
        )
    }

    #[test]
    fn a_signing_key_is_derived_once_when_it_proved_good() {
        let key = Key::new(caller_key("000000000001", "K", "s"));
        let text = authorization(1);
        let authorization = Authorization::parse(&text).unwrap();
        let derived = key.signing_key(&authorization);
        assert!(!Arc::ptr_eq(&derived, &key.signing_key(&authorization)));
        key.keep(&derived);
        assert!(Arc::ptr_eq(&derived, &key.signing_key(&authorization)));
    }

    #[test]
    fn kept_signing_keys_are_few_and_the_oldest_goes_first() {
        let key = Key::new(caller_key("000000000001", "K", "s"));
        let texts: Vec<String> = (1..=20).map(authorization).collect();
        for text in &texts {
            key.keep(&key.signing_key(&Authorization::parse(text).unwrap()));
        }
        assert_eq!(key.derived.load().len(), DERIVED_MAX);
        let is_kept = |text: &str| {
            let authorization = Authorization::parse(text).unwrap();
            Arc::ptr_eq(&key.signing_key(&authorization), &key.signing_key(&authorization))
        };
        assert!(is_kept(&texts[19]) && is_kept(&texts[16]) && !is_kept(&texts[15]));
    }

    #[test]
    fn a_key_is_found_by_its_api_key_until_it_is_taken_out() {
        let mut keys = Keys::new();
        keys.put(caller_key("00000000000a", "A", "s"));
        keys.put(caller_key("00000000000b", "B", "s"));
        assert_eq!(keys.get("A").unwrap().caller.number, CallerNumber::AccessKey(10));
        keys.take_out(CallerNumber::AccessKey(10));
        assert!(keys.get("A").is_none() && keys.get("B").is_some());
    }

    #[test]
    fn a_new_secret_replaces_the_key_and_an_equal_one_keeps_what_was_derived() {
        let mut keys = Keys::new();
        keys.put(caller_key("00000000000a", "A", "old"));
        let before = Arc::clone(keys.get("A").unwrap());
        keys.put(caller_key("00000000000a", "A", "old"));
        assert!(Arc::ptr_eq(&before, keys.get("A").unwrap()));
        keys.put(caller_key("00000000000a", "A", "new"));
        assert_eq!(keys.get("A").unwrap().secret.expose(), "new");
        keys.put(caller_key("00000000000a", "C", "new"));
        assert!(keys.get("A").is_none() && keys.get("C").is_some());
    }

    #[test]
    fn debug_shows_no_secret() {
        let key = Key::new(caller_key("00000000000a", "A", "hunter2"));
        assert!(!format!("{key:?}").contains("hunter2"));
    }
}
