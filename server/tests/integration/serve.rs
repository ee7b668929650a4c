//! Starting: what is made, what is printed, what is refused.

use crate::support::{Output, Program, TestServer, config_in, get, paifang};
use std::{fs, net::TcpListener, os::unix::fs::PermissionsExt, path::Path};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn healthz_answers_that_all_is_well() {
    let server = TestServer::start().await;
    let answer = get(server.console(), "localhost", "/healthz").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body, r#"{"status":"ok"}"#);
}

#[tokio::test]
async fn the_first_start_makes_files_for_their_owner_and_says_where_to_register() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("data");

    let program = Program::serve(&folder);

    assert_eq!(get(program.console, "localhost", "/healthz").await.status, 200);
    assert_eq!(mode(&folder), 0o700);
    for file in fs::read_dir(&folder).unwrap() {
        let path = file.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
    assert!(folder.join("paifang.sqlite").exists() && folder.join("paifang.key").exists());
    for said in
        ["http://localhost:", "/register: it becomes the operator", folder.to_str().unwrap()]
    {
        assert!(program.said.contains(said), "{said:?} is not in {}", program.said);
    }
}

#[tokio::test]
async fn a_second_start_finds_what_the_first_left() {
    let folder = tempfile::tempdir().unwrap();
    let config = config_in(folder.path());
    let first = server::run(&config).await.unwrap();
    crate::support::registered(first.services()).await;
    first.shutdown().await;

    let second = server::run(&config).await.unwrap();
    assert_eq!(second.services().accounts().count().await.unwrap(), 1);
    second.shutdown().await;
}

#[test]
fn an_unknown_key_is_named_and_nothing_is_started() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("paifang.toml");
    fs::write(&file, "[console]\nlissen = '127.0.0.1:0'\n").unwrap();
    let data = folder.path().join("data");

    let refused = Output::of(
        paifang().arg("serve").arg("--config").arg(&file).arg("--data-dir").arg(&data),
        b"",
    );

    assert_eq!(refused.code, Some(2), "{refused:?}");
    for part in ["lissen", "line 2", file.to_str().unwrap()] {
        assert!(refused.stderr.contains(part), "{part:?} is not in {}", refused.stderr);
    }
    assert!(!data.exists());
}

#[test]
fn an_unknown_variable_is_named_and_nothing_is_started() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let refused = Output::of(
        paifang().arg("serve").arg("--data-dir").arg(&data).env("PAIFANG_CONSOLE_PORT", "1"),
        b"",
    );
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.stderr.contains("PAIFANG_CONSOLE_PORT"), "{}", refused.stderr);
    assert!(!data.exists());
}

#[test]
fn a_port_in_use_is_named_with_the_key_to_change() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = listener.local_addr().unwrap().to_string();
    for (flag, other, key) in [
        ("--console-listen", "--gateway-listen", "console.listen"),
        ("--gateway-listen", "--console-listen", "gateway.listen"),
    ] {
        let refused = Output::of(
            paifang()
                .args(["serve", flag, &taken, other, "127.0.0.1:0"])
                .args(["--set", "gateway.https-listen=", "--data-dir"])
                .arg(&data),
            b"",
        );
        assert_eq!(refused.code, Some(1), "{refused:?}");
        for part in [taken.as_str(), key, flag] {
            assert!(refused.stderr.contains(part), "{part:?} is not in {}", refused.stderr);
        }
        assert!(!data.exists(), "something was written");
    }
}
