//! What the vault keeps, and from whom.

use super::*;
use std::{fs, os::unix::fs::PermissionsExt};

const HERE: Place<'static> = Place { table: "access_keys", row: "6c026a79cdbb" };

fn vault(keys: &[u8]) -> Vault {
    let keys: Vec<VaultKey> = keys.iter().map(|key| VaultKey::from_bytes([*key; 32])).collect();
    Vault::new(&keys).unwrap()
}

#[test]
fn opens_what_it_sealed() {
    let vault = vault(&[1]);
    let sealed = vault.seal(HERE, &Secret::new("hunter2")).unwrap();
    assert_eq!(vault.open(HERE, &sealed), Ok(Secret::new("hunter2")));
    assert!(!sealed.bytes.windows(7).any(|part| part == b"hunter2"));
}

#[test]
fn the_same_secret_looks_different_each_time() {
    let vault = vault(&[1]);
    let seal = || vault.seal(HERE, &Secret::new("hunter2")).unwrap();
    assert_ne!(seal().bytes, seal().bytes);
}

#[test]
fn a_secret_cannot_be_moved_to_another_row_or_table() {
    let vault = vault(&[1]);
    let sealed = vault.seal(HERE, &Secret::new("hunter2")).unwrap();
    for place in [Place { row: "6c026a79cdbc", ..HERE }, Place { table: "platform_keys", ..HERE }] {
        assert_eq!(vault.open(place, &sealed), Err(OpenError::Forged));
    }
}

#[test]
fn a_changed_secret_does_not_open() {
    let vault = vault(&[1]);
    let sealed = vault.seal(HERE, &Secret::new("hunter2")).unwrap();
    for index in 0..sealed.bytes.len() {
        let mut changed = sealed.clone();
        changed.bytes[index] ^= 1;
        assert_eq!(vault.open(HERE, &changed), Err(OpenError::Forged));
    }
    let cut = Sealed { bytes: sealed.bytes[..20].to_vec(), ..sealed };
    assert_eq!(vault.open(HERE, &cut), Err(OpenError::Forged));
}

#[test]
fn after_a_rotation_the_old_key_still_opens_and_the_new_one_seals() {
    let old = vault(&[1]).seal(HERE, &Secret::new("before")).unwrap();
    let rotated = vault(&[2, 1]);
    let new = rotated.seal(HERE, &Secret::new("after")).unwrap();
    assert_eq!(rotated.open(HERE, &old), Ok(Secret::new("before")));
    assert_eq!(vault(&[2]).open(HERE, &new), Ok(Secret::new("after")));
    assert_eq!(vault(&[2]).open(HERE, &old), Err(OpenError::UnknownKey(old.key_id.clone())));
}

#[test]
fn makes_the_key_file_once_for_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("paifang.key");
    let made = VaultKey::load_or_create(&path).unwrap();
    let again = VaultKey::load_or_create(&path).unwrap();
    assert_eq!(made.len(), 1);
    assert_eq!(made[0].id(), again[0].id());
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left");
}

#[test]
fn processes_that_start_at_once_share_one_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("paifang.key");
    let ids: Vec<String> = std::thread::scope(|scope| {
        let starts: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| VaultKey::load_or_create(&path).unwrap()[0].id()))
            .collect();
        starts.into_iter().map(|start| start.join().unwrap()).collect()
    });
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
}

#[test]
fn refuses_a_key_file_that_others_may_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("paifang.key");
    VaultKey::load_or_create(&path).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let refused = VaultKey::load_or_create(&path).unwrap_err();
    assert!(refused.to_string().contains("mode 0640"), "{refused}");
}

#[test]
fn names_the_line_that_is_not_a_key_and_never_its_text() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("paifang.key");
    let write = |text: &str| {
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        VaultKey::load_or_create(&path)
    };
    let refused = write("# keys\nnot a key\n").unwrap_err().to_string();
    assert!(refused.ends_with("line 2: not 64 hexadecimal digits"), "{refused}");
    assert!(matches!(write("# none\n"), Err(VaultError::Empty { .. })));
    let two = write(&format!("{}\n{}\n", "ab".repeat(32), "CD".repeat(32))).unwrap();
    assert_eq!(two.len(), 2);
}

#[test]
fn debug_prints_nothing_of_the_key() {
    let key = VaultKey::from_bytes([0xab; 32]);
    assert_eq!(format!("{key:?}"), format!("VaultKey({})", key.id()));
}
