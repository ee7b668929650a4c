//! Which change builds what.

use super::*;
use std::time::Duration;

fn sources(files: &[(&str, u64)]) -> Sources {
    let time = |seconds: &u64| SystemTime::UNIX_EPOCH + Duration::from_secs(*seconds);
    Sources(files.iter().map(|(path, seconds)| (PathBuf::from(path), time(seconds))).collect())
}

#[test]
fn nothing_changed_builds_nothing() {
    let files = [("app/src/lib.rs", 1), ("style/tailwind.css", 2)];
    assert!(!sources(&files).changed_since(&sources(&files)).any());
}

#[test]
fn a_page_builds_both() {
    let parts = sources(&[("app/src/lib.rs", 2)]).changed_since(&sources(&[("app/src/lib.rs", 1)]));
    assert_eq!(parts, Parts::ALL);
}

#[test]
fn a_rule_of_the_domain_builds_both() {
    let path = "server/crates/domain/src/id.rs";
    assert_eq!(sources(&[(path, 2)]).changed_since(&sources(&[(path, 1)])), Parts::ALL);
}

#[test]
fn the_style_sheet_builds_the_front_only() {
    let parts =
        sources(&[("style/tailwind.css", 2)]).changed_since(&sources(&[("style/tailwind.css", 1)]));
    assert_eq!((parts.front, parts.server), (true, false));
}

#[test]
fn a_new_and_a_removed_server_file_build_the_server_only() {
    let old = sources(&[("server/src/a.rs", 1)]);
    let new = sources(&[("server/src/b.rs", 1)]);
    let parts = new.changed_since(&old);
    assert_eq!((parts.front, parts.server), (false, true));
}

#[test]
fn reads_files_with_paths_from_the_root() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join("app/src")).unwrap();
    fs::write(dir.path().join("app/src/lib.rs"), "").unwrap();
    fs::create_dir(dir.path().join("target")).unwrap();
    fs::write(dir.path().join("target/x"), "").unwrap();

    let found: Vec<PathBuf> = Sources::read(dir.path()).unwrap().0.into_keys().collect();

    assert_eq!(found, [PathBuf::from("app/src/lib.rs")]);
}
