//! Accounts, sessions, platform keys, and the audit log.

use crate::support::{Database, NOW, account, on_both_databases, sealed, searching, unique};
use domain::{Account, AccountId, AccountState, PlatformKey, Role};
use std::slice::from_ref;
use store::{StoreError, Unique, accounts, audit, platform_keys, sessions};

on_both_databases![
    an_email_address_has_one_account,
    of_two_who_register_at_once_only_one_is_first,
    a_new_password_ends_the_sessions_before_it,
    an_account_can_be_locked_out,
    a_session_is_there_until_it_ends,
    a_session_id_is_given_once,
    a_platform_key_is_found_by_its_access_key,
    the_audit_log_is_read_newest_first,
];

async fn an_email_address_has_one_account(database: &Database) {
    let first = account(&database.store).await;
    let second = Account { id: AccountId::from_random(unique()), ..first.clone() };
    let tx = database.store.begin().await.unwrap();
    let refused = accounts::insert(&tx, &second, "hash").await;
    assert!(matches!(refused, Err(StoreError::Duplicate(Unique::AccountEmail))), "{refused:?}");
    drop(tx);
    let found = accounts::by_email(&database.store.read(), &first.email).await.unwrap();
    assert_eq!(found, Some((first, "$argon2id$…".to_owned())));
}

async fn of_two_who_register_at_once_only_one_is_first(database: &Database) {
    let register = |role_of_first: Role| {
        let store = database.store.clone();
        async move {
            let tx = store.begin().await.unwrap();
            let is_first = accounts::count_and_hold(&tx).await.unwrap() == 0;
            let id = AccountId::from_random(unique());
            let role = if is_first { role_of_first } else { Role::Member };
            let account = Account {
                email: id.to_string(),
                id,
                role,
                state: AccountState::Active,
                session_epoch: 0,
                created_at: NOW,
            };
            accounts::insert(&tx, &account, "hash").await.unwrap();
            tx.commit().await.unwrap();
            is_first
        }
    };
    let tasks: Vec<_> = (0..8).map(|_| tokio::spawn(register(Role::Operator))).collect();
    let mut first = 0;
    for task in tasks {
        first += u32::from(task.await.unwrap());
    }
    assert_eq!(first, 1);
    assert_eq!(accounts::count(&database.store.read()).await.unwrap(), 8);
}

async fn a_new_password_ends_the_sessions_before_it(database: &Database) {
    let before = account(&database.store).await;
    let tx = database.store.begin().await.unwrap();
    let after = accounts::set_password(&tx, &before.id, "new hash").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(after, Account { session_epoch: before.session_epoch + 1, ..before });
    let found = accounts::by_email(&database.store.read(), &after.email).await.unwrap();
    assert_eq!(found, Some((after, "new hash".to_owned())));

    let tx = database.store.begin().await.unwrap();
    let nobody = accounts::set_password(&tx, &AccountId::from_random(unique()), "x").await;
    assert!(matches!(nobody, Err(StoreError::NotFound)));
}

async fn an_account_can_be_locked_out(database: &Database) {
    let before = account(&database.store).await;
    let tx = database.store.begin().await.unwrap();
    let (role, state) = (Role::Operator, AccountState::Disabled);
    accounts::set_role_and_state(&tx, &before.id, role, state).await.unwrap();
    tx.commit().await.unwrap();
    let after = accounts::get(&database.store.read(), &before.id).await.unwrap();
    assert_eq!(after, Some(Account { role, state, ..before }));

    let tx = database.store.begin().await.unwrap();
    let nobody = AccountId::from_random(unique());
    let refused = accounts::set_role_and_state(&tx, &nobody, role, state).await;
    assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
}

async fn a_session_is_there_until_it_ends(database: &Database) {
    let store = &database.store;
    let tx = store.begin().await.unwrap();
    sessions::save(&tx, "a", b"old", NOW, false).await.unwrap();
    sessions::save(&tx, "a", b"new", NOW.plus_ms(1000), false).await.unwrap();
    sessions::save(&tx, "b", b"other", NOW, false).await.unwrap();
    tx.commit().await.unwrap();
    let load = |id: &'static str, ms: i64| async move {
        sessions::load(&store.read(), id, NOW.plus_ms(ms)).await.unwrap()
    };
    assert_eq!(load("a", 999).await.as_deref(), Some(&b"new"[..]));
    assert_eq!(load("a", 1000).await, None);

    let tx = store.begin().await.unwrap();
    assert_eq!(sessions::delete_expired(&tx, NOW).await.unwrap(), 1);
    sessions::delete(&tx, "a").await.unwrap();
    sessions::delete(&tx, "a").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(load("a", 0).await, None);
}

async fn a_session_id_is_given_once(database: &Database) {
    let tx = database.store.begin().await.unwrap();
    assert!(sessions::save(&tx, "a", b"first", NOW.plus_ms(1), true).await.unwrap());
    assert!(!sessions::save(&tx, "a", b"second", NOW.plus_ms(1), true).await.unwrap());
    assert_eq!(sessions::load(&tx, "a", NOW).await.unwrap().as_deref(), Some(&b"first"[..]));
}

async fn a_platform_key_is_found_by_its_access_key(database: &Database) {
    let owner = account(&database.store).await;
    let key = PlatformKey {
        id: "0123456789ABCDEF0123456789ABCDEF".parse().unwrap(),
        owner: owner.id.clone(),
        description: "scripts".to_owned(),
        enabled: true,
        created_at: NOW,
    };
    let secret = sealed("\0not text\u{ff}");
    let tx = database.store.begin().await.unwrap();
    platform_keys::insert(&tx, &key, &secret).await.unwrap();
    tx.commit().await.unwrap();
    let reader = database.store.read();
    assert_eq!(platform_keys::get(&reader, &key.id).await.unwrap(), Some(key.clone()));
    assert_eq!(platform_keys::secret(&reader, &key.id).await.unwrap(), Some(secret));
    let nobody = "0".repeat(32).parse().unwrap();
    assert_eq!(platform_keys::get(&reader, &nobody).await.unwrap(), None);
    let found = platform_keys::list(&reader, &owner.id, &searching("SCRIPT")).await.unwrap();
    assert_eq!((found.total, found.rows.as_slice()), (1, from_ref(&key)));
    assert_eq!(platform_keys::of_account(&reader, &owner.id).await.unwrap(), from_ref(&key));

    let tx = database.store.begin().await.unwrap();
    platform_keys::delete(&tx, &key.id).await.unwrap();
    let again = platform_keys::delete(&tx, &key.id).await;
    assert!(matches!(again, Err(StoreError::NotFound)));
}

async fn the_audit_log_is_read_newest_first(database: &Database) {
    let entry = |verb: &str, object_id: &str| audit::AuditEntry {
        account: Some(AccountId::from_random([7; 12])),
        verb: verb.to_owned(),
        object_kind: "api_group".to_owned(),
        object_id: object_id.to_owned(),
        at: NOW,
    };
    let (first, second) =
        (entry("create", "x1"), audit::AuditEntry { account: None, ..entry("delete", "x2") });
    let tx = database.store.begin().await.unwrap();
    audit::record(&tx, &first).await.unwrap();
    audit::record(&tx, &second).await.unwrap();
    tx.commit().await.unwrap();
    let found = |search: &'static str| async move {
        audit::list(&database.store.read(), &searching(search)).await.unwrap().rows
    };
    assert_eq!(found("").await, [second.clone(), first.clone()]);
    assert_eq!(found("DELETE").await, [second]);
    assert_eq!(found("acc-777").await, [first]);
}
