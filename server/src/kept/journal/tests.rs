use super::*;
use domain::{ApiGroupId, Environment};
use services::SealedChanges;
use std::os::unix::fs::PermissionsExt;

const DATABASE: &str = "postgres://paifang@db/paifang";

fn all(change: i64) -> SealedState {
    SealedState { change, ..SealedState::default() }
}

fn changes(change: i64) -> SealedChanges {
    let group: ApiGroupId = "xv3xbwah945y".parse().unwrap();
    SealedChanges {
        change,
        deployments: vec![((group, Environment::Online), None)],
        signers: Default::default(),
        domains: Default::default(),
        jwt_secrets: Default::default(),
        keys: Vec::new(),
    }
}

struct Kept {
    folder: tempfile::TempDir,
}

impl Kept {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("gateway.snapshot")
    }

    fn journal(&self) -> Journal {
        Journal::take(&self.path(), DATABASE).unwrap()
    }

    fn read(&self) -> Option<i64> {
        Journal::read(&self.path(), DATABASE).map(|all| all.change)
    }
}

#[test]
fn what_was_written_last_is_read_and_only_its_owner_may() {
    let kept = Kept::new();
    assert_eq!(kept.read(), None);
    let mut journal = kept.journal();
    journal.write_anew(&all(3)).unwrap();
    assert_eq!(kept.read(), Some(3));
    journal.append(&changes(4)).unwrap();
    journal.append(&changes(7)).unwrap();
    assert_eq!(kept.read(), Some(7));
    assert_eq!(fs::metadata(kept.path()).unwrap().permissions().mode() & 0o777, 0o600);
    journal.write_anew(&all(8)).unwrap();
    assert_eq!(kept.read(), Some(8));
}

#[test]
fn a_change_that_was_cut_off_is_left_out_at_every_byte() {
    let kept = Kept::new();
    let mut journal = kept.journal();
    journal.write_anew(&all(3)).unwrap();
    journal.append(&changes(4)).unwrap();
    let before = fs::metadata(kept.path()).unwrap().len();
    journal.append(&changes(5)).unwrap();
    let whole = fs::read(kept.path()).unwrap();
    for end in usize::try_from(before).unwrap()..whole.len() {
        fs::write(kept.path(), &whole[..end]).unwrap();
        assert_eq!(kept.read(), Some(4), "cut at {end}");
    }
    fs::write(kept.path(), &whole).unwrap();
    assert_eq!(kept.read(), Some(5));
}

#[test]
fn a_changed_byte_is_never_served() {
    let kept = Kept::new();
    kept.journal().write_anew(&all(3)).unwrap();
    let whole = fs::read(kept.path()).unwrap();
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        fs::write(kept.path(), &bytes).unwrap();
        assert_eq!(kept.read(), None, "byte {at}");
    }
}

#[test]
fn what_is_of_another_database_is_not_read() {
    let kept = Kept::new();
    kept.journal().write_anew(&all(3)).unwrap();
    assert!(Journal::read(&kept.path(), "postgres://paifang@other/paifang").is_none());
}

#[test]
fn only_one_process_writes() {
    let kept = Kept::new();
    let first = kept.journal();
    assert!(Journal::take(&kept.path(), DATABASE).is_none());
    drop(first);
    kept.journal();
}

#[test]
fn after_a_failed_write_everything_is_wanted_anew() {
    let kept = Kept::new();
    let mut journal = kept.journal();
    // Nothing was written yet that this would change.
    assert!(journal.append(&changes(1)).is_err());
    journal.write_anew(&all(1)).unwrap();
    assert!(!journal.is_long());
}
