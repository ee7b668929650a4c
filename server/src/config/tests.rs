//! The rules of the configuration as a whole.

use super::*;
use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("paifang.toml");
    fs::write(&path, text).unwrap();
    (dir, path)
}

fn variables(pairs: &[(&str, &str)]) -> Vec<(OsString, OsString)> {
    pairs.iter().map(|(name, value)| (OsString::from(name), OsString::from(value))).collect()
}

fn flag(written_as: &str, key: &str, value: &str) -> Setting {
    Setting { written_as: written_as.to_owned(), key: key.to_owned(), value: value.to_owned() }
}

fn refusal(sources: &Sources) -> String {
    Config::load(sources).unwrap_err().to_string()
}

#[test]
fn the_default_file_has_exactly_the_keys_and_values_of_the_structs() {
    let documented = layers::leaves(&DEFAULT_FILE.parse().unwrap());
    let built_in = layers::leaves(&layers::table(&Config::default()));
    assert_eq!(documented, built_in);
    assert!(documented.len() > 15, "the tables were compared empty");
}

#[test]
fn every_key_of_the_default_file_has_an_explanation_above_it() {
    let mut above = "";
    for line in DEFAULT_FILE.lines() {
        if line.contains(" = ") && !line.starts_with('#') {
            assert!(above.starts_with('#'), "{line} has no explanation");
        }
        above = line;
    }
}

#[test]
fn without_any_source_the_defaults_are_in_force() {
    assert_eq!(Config::load(&Sources::default()).unwrap(), Config::default());
}

#[test]
fn flags_override_the_environment_which_overrides_the_file() {
    let (_dir, path) = file(
        "domain = 'file.example'\n[console]\nlisten = '127.0.0.1:1'\n[gateway]\nlisten = '127.0.0.1:1'\nworkers = 1\n",
    );
    let sources = Sources {
        file: Some(path),
        environment: variables(&[
            ("PAIFANG_CONSOLE_LISTEN", "127.0.0.1:2"),
            ("PAIFANG_GATEWAY_LISTEN", "127.0.0.1:2"),
            ("PAIFANG_CONSOLE_HTTPS", "true"),
        ]),
        flags: vec![flag("--gateway-listen", "gateway.listen", "127.0.0.1:3")],
    };

    let config = Config::load(&sources).unwrap();

    assert_eq!(config.domain.as_str(), "file.example");
    assert_eq!(config.gateway.workers, 1);
    assert_eq!(config.console.listen.port(), 2);
    assert!(config.console.https);
    assert_eq!(config.gateway.listen.port(), 3);
    assert_eq!(config.shutdown.limit, Duration::from_secs(30));
}

#[test]
fn every_key_can_be_set_by_the_environment() {
    let defaults = layers::leaves(&layers::table(&Config::default()));
    for (key, value) in defaults {
        let value = match value {
            toml::Value::String(text) => text,
            other => other.to_string(),
        };
        let sources = Sources {
            environment: variables(&[(&layers::variable(&key), &value)]),
            ..Sources::default()
        };
        assert_eq!(Config::load(&sources).unwrap(), Config::default(), "{key}");
    }
}

#[test]
fn an_unknown_key_of_the_file_is_named_with_its_line() {
    let (_dir, path) = file("[console]\nhttps = true\nlisten-on = '127.0.0.1:1'\n");
    let refused = refusal(&Sources { file: Some(path.clone()), ..Sources::default() });
    for part in [path.to_str().unwrap(), "line 3", "listen-on"] {
        assert!(refused.contains(part), "{part:?} is not in {refused}");
    }
}

#[test]
fn an_unknown_section_of_the_file_is_named() {
    let (_dir, path) = file("[gatway]\nlisten = '127.0.0.1:1'\n");
    let refused = refusal(&Sources { file: Some(path), ..Sources::default() });
    assert!(refused.contains("gatway") && refused.contains("line 1"), "{refused}");
}

#[test]
fn a_wrong_value_in_the_file_is_named_with_its_line() {
    for (line, said) in [
        ("shutdown.limit = '30'", "30"),
        ("shutdown.limit = 30", "string"),
        ("gateway.body-limit = '10 Mb'", "10 Mb"),
        ("gateway.group-header = 'sometimes'", "sometimes"),
        ("console.listen = 'localhost'", "socket address"),
        ("log.level = 'loud'", "loud"),
        ("domain = 'a:80'", "a:80"),
    ] {
        let (_dir, path) = file(line);
        let refused = refusal(&Sources { file: Some(path), ..Sources::default() });
        assert!(refused.contains("line 1") && refused.contains(said), "{line}: {refused}");
    }
}

#[test]
fn an_unknown_variable_is_named() {
    let environment = variables(&[("HOME", "/"), ("PAIFANG_GATWAY_LISTEN", "127.0.0.1:1")]);
    let refused = refusal(&Sources { environment, ..Sources::default() });
    assert!(refused.starts_with("PAIFANG_GATWAY_LISTEN: "), "{refused}");
}

#[test]
fn a_wrong_value_of_a_variable_or_flag_is_named() {
    let environment = variables(&[("PAIFANG_GATEWAY_WORKERS", "many")]);
    let refused = refusal(&Sources { environment, ..Sources::default() });
    assert!(refused.starts_with("PAIFANG_GATEWAY_WORKERS: \"many\""), "{refused}");

    let flags = vec![flag("--set gateway.worker=1", "gateway.worker", "1")];
    let refused = refusal(&Sources { flags, ..Sources::default() });
    assert!(refused.contains("gateway.worker"), "{refused}");
}

#[test]
fn variables_that_kubernetes_makes_for_a_service_of_this_name_are_no_mistakes() {
    let environment = variables(&[
        ("PAIFANG_PORT", "tcp://10.0.0.1:80"),
        ("PAIFANG_PORT_80_TCP_ADDR", "10.0.0.1"),
        ("PAIFANG_SERVICE_HOST", "10.0.0.1"),
        ("PAIFANG_SERVICE_PORT_HTTP", "80"),
    ]);
    assert!(Config::load(&Sources { environment, ..Sources::default() }).is_ok());
}

#[test]
fn a_file_that_is_not_there_is_an_error_when_it_was_named() {
    let missing = Path::new("/nowhere/paifang.toml").to_owned();
    let refused = refusal(&Sources { file: Some(missing), ..Sources::default() });
    assert!(refused.starts_with("/nowhere/paifang.toml: "), "{refused}");
}

#[test]
fn what_is_shown_can_be_read_again_and_hides_the_password() {
    let environment = variables(&[
        ("PAIFANG_DATABASE_URL", "postgres://paifang:s3cret@db/paifang"),
        ("PAIFANG_GATEWAY_BODY_LIMIT", "300KB"),
    ]);
    let config = Config::load(&Sources { environment, ..Sources::default() }).unwrap();

    let shown = config.shown();

    assert!(!shown.contains("s3cret"), "{shown}");
    let (_dir, path) = file(&shown);
    let again = Config::load(&Sources { file: Some(path), ..Sources::default() }).unwrap();
    assert_eq!(again.gateway, config.gateway);
    assert!(!format!("{config:?}").contains("s3cret"));
}
