//! Registering, signing in, sessions and passwords.

use crate::support::{BEGIN, Installation, PASSWORD, conflict, invalid, on_both_databases};
use domain::{AccountState, NewAccount, Role, Secret};
use services::{Caller, Noun, ServiceError};
use std::net::{IpAddr, Ipv4Addr};

const HOME: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

fn new(email: &str, password: &str) -> NewAccount {
    NewAccount { email: email.into(), password: Secret::new(password) }
}

async fn sign_in(
    at: &Installation,
    email: &str,
    password: &str,
) -> Result<domain::Account, ServiceError> {
    at.services.accounts().sign_in(email, Secret::new(password), HOME).await
}

on_both_databases! {
    async fn whatever_is_typed_as_an_address_is_at_worst_unknown(at: &Installation) {
        at.register("ada").await;
        for (n, email) in ["\0", "ada@example.com\0", "'; --", "%@%", "\u{ffff}@b.c"].iter().enumerate() {
            assert_eq!(sign_in(at, email, PASSWORD).await, Err(ServiceError::Forbidden), "{n}");
        }
    }

    async fn the_first_account_is_the_operator_however_many_register_at_once(at: &Installation) {
        let registrations: Vec<_> = (0..20)
            .map(|n| {
                let services = at.services.clone();
                tokio::spawn(async move {
                    services.accounts().register(new(&format!("{n}@example.com"), PASSWORD), HOME).await
                })
            })
            .collect();
        let mut operators = 0;
        for registration in registrations {
            operators += usize::from(registration.await.unwrap().unwrap().role == Role::Operator);
        }
        assert_eq!(operators, 1);
        assert_eq!(at.services.accounts().count().await.unwrap(), 20);
    }

    async fn an_address_registers_once_in_any_case(at: &Installation) {
        at.register("ada").await;
        let again = at.services.accounts().register(new(" Ada@EXAMPLE.com ", PASSWORD), HOME).await;
        assert_eq!(conflict(again).field, "email");
    }

    async fn changing_the_password_ends_other_sessions(at: &Installation) {
        let ada = at.register("ada").await;
        let accounts = at.services.accounts();
        let session = |epoch| accounts.session_account(ada.id(), epoch);
        assert!(session(ada.account.session_epoch).await.unwrap().is_some());

        let (old, fresh) = (Secret::new(PASSWORD), Secret::new("a wholly new password"));
        let changed = accounts.change_password(&ada, old, fresh).await.unwrap();

        assert_eq!(session(ada.account.session_epoch).await.unwrap(), None);
        assert_eq!(session(changed.session_epoch).await.unwrap(), Some(changed));
        assert_eq!(sign_in(at, "ada@example.com", PASSWORD).await, Err(ServiceError::Forbidden));
        assert!(sign_in(at, "ada@example.com", "a wholly new password").await.is_ok());
    }
}

#[tokio::test]
async fn a_registration_is_told_every_broken_rule() {
    let at = Installation::on_sqlite().await;
    let outcome = at.services.accounts().register(new("nobody", "short"), HOME).await;
    assert_eq!(invalid(outcome), ["email", "password"]);
    assert_eq!(at.services.accounts().count().await.unwrap(), 0);
}

#[tokio::test]
async fn signs_in_in_any_case_and_tells_nobody_what_was_wrong() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    assert_eq!(sign_in(&at, " ADA@example.com", PASSWORD).await, Ok(ada.account));
    for (email, password) in [
        ("ada@example.com", "Correct horse battery"),
        ("ada@example.com", ""),
        ("ada@example.com", &"x".repeat(1_000_000)),
        ("bob@example.com", PASSWORD),
        ("", PASSWORD),
    ] {
        assert_eq!(sign_in(&at, email, password).await, Err(ServiceError::Forbidden), "{email}");
    }
}

#[tokio::test]
async fn a_locked_account_cannot_sign_in_and_its_sessions_are_over() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let tx = at.store.begin().await.unwrap();
    store::accounts::set_role_and_state(&tx, ada.id(), Role::Member, AccountState::Disabled)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(sign_in(&at, "ada@example.com", PASSWORD).await, Err(ServiceError::Forbidden));
    let session = at.services.accounts().session_account(ada.id(), ada.account.session_epoch).await;
    assert_eq!(session, Ok(None));
}

#[tokio::test]
async fn the_sixth_wrong_password_has_to_wait() {
    let at = Installation::on_sqlite().await;
    at.register("ada").await;
    for _ in 0..5 {
        assert_eq!(sign_in(&at, "ada@example.com", "wrong").await, Err(ServiceError::Forbidden));
    }
    let wait = |seconds| Err(ServiceError::TooManyAttempts { retry_after_seconds: seconds });
    assert_eq!(sign_in(&at, "ada@example.com", "wrong").await, wait(30));
    // Not even the right one is looked at, else guessing would go on.
    assert_eq!(sign_in(&at, "ada@example.com", PASSWORD).await, wait(30));
    at.clock.pass_seconds(30);
    assert!(sign_in(&at, "ada@example.com", PASSWORD).await.is_ok());
    assert_eq!(sign_in(&at, "ada@example.com", "wrong").await, Err(ServiceError::Forbidden));
}

#[tokio::test]
async fn many_attempts_at_once_are_no_more_than_one_after_the_other() {
    let at = Installation::on_sqlite().await;
    at.register("ada").await;
    let attempts: Vec<_> = (0..12)
        .map(|_| {
            let services = at.services.clone();
            tokio::spawn(async move {
                let wrong = Secret::new("wrong");
                services.accounts().sign_in("ada@example.com", wrong, HOME).await
            })
        })
        .collect();
    let mut looked_at = 0;
    for attempt in attempts {
        looked_at += usize::from(attempt.await.unwrap() == Err(ServiceError::Forbidden));
    }
    assert_eq!(looked_at, 5);
}

#[tokio::test]
async fn whoever_changes_a_password_knows_the_old_one() {
    let at = Installation::on_sqlite().await;
    let ada = at.register("ada").await;
    let change = |old: &str, new: &str| {
        let (old, new) = (Secret::new(old), Secret::new(new));
        let (services, ada) = (at.services.clone(), ada.clone());
        async move { services.accounts().change_password(&ada, old, new).await }
    };
    assert_eq!(invalid(change(PASSWORD, "short").await), ["newPassword"]);
    for _ in 0..5 {
        assert_eq!(invalid(change("wrong", "a wholly new password").await), ["oldPassword"]);
    }
    let outcome = change("wrong", "a wholly new password").await;
    assert!(matches!(outcome, Err(ServiceError::TooManyAttempts { .. })), "{outcome:?}");
}

#[tokio::test]
async fn the_command_line_makes_accounts_of_either_role_and_the_first_is_the_operator() {
    let at = Installation::on_sqlite().await;
    let create = |email: &'static str, role| {
        let services = at.services.clone();
        async move {
            services
                .accounts()
                .create_by_operator(email, Secret::new(PASSWORD), role)
                .await
                .unwrap()
        }
    };
    let first = create("Ada@example.com", Role::Member).await;
    assert_eq!((first.role, first.email.as_str()), (Role::Operator, "ada@example.com"));
    assert_eq!(first.created_at, BEGIN);
    assert_eq!(create("bob@example.com", Role::Member).await.role, Role::Member);
    assert_eq!(create("eve@example.com", Role::Operator).await.role, Role::Operator);
}

#[tokio::test]
async fn a_platform_key_belongs_to_the_account_with_the_address() {
    let at = Installation::on_sqlite().await;
    let ada: Caller = at.register("ada").await;
    let pair = at.services.platform_keys().create_by_operator("ADA@example.com").await.unwrap();
    let stored = at.services.platform_keys().get(&ada, &pair.id).await.unwrap();
    assert!(stored.enabled);
    for text in [pair.id.as_str(), &pair.secret_key] {
        assert!(
            text.len() == 32 && text.bytes().all(|b| b"0123456789ABCDEF".contains(&b)),
            "{text}"
        );
    }
    let nobody = at.services.platform_keys().create_by_operator("bob@example.com").await;
    assert_eq!(nobody, Err(ServiceError::NotFound { what: Noun::Account }));
}
