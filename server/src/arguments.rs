//! The command line.

use crate::config::{Setting, Sources};
use clap::{Args, Parser, Subcommand};
use domain::ApiGroupId;
use std::{
    ffi::OsString,
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// Read when no other file is named and it is there.
const DEFAULT_FILE: &str = "paifang.toml";

/// Paifang: a self-hosted API gateway with a web console.
#[derive(Debug, Parser)]
#[command(name = "paifang", version, propagate_version = true, arg_required_else_help = true)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the console and the gateway
    Serve(ServeArguments),
    /// Fill an empty installation with an example, and run it
    Demo(DemoArguments),
    /// Accounts of the console
    #[command(subcommand)]
    Account(AccountCommand),
    /// Key pairs for scripts that manage the installation
    #[command(subcommand)]
    PlatformKey(PlatformKeyCommand),
    /// Custom domains of all groups
    #[command(subcommand)]
    Domain(DomainCommand),
    /// Signatures of calls
    #[command(subcommand)]
    Signature(SignatureCommand),
    /// The configuration
    #[command(subcommand)]
    Config(ConfigCommand),
}

/// `paifang serve`.
#[derive(Debug, Args)]
pub(crate) struct ServeArguments {
    #[command(flatten)]
    pub(crate) config: ConfigArguments,
}

/// `paifang demo`.
#[derive(Debug, Args)]
pub(crate) struct DemoArguments {
    /// Where the example's own backend listens
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub(crate) backend_listen: SocketAddr,
    /// Fill the installation, print what was made as JSON, and end; on ports that are free
    #[arg(long)]
    pub(crate) exit: bool,
    #[command(flatten)]
    pub(crate) config: ConfigArguments,
}

/// `paifang account …`.
#[derive(Debug, Subcommand)]
pub(crate) enum AccountCommand {
    /// Make an account
    Create(AccountCreateArguments),
    /// Lock an account: it cannot sign in, and calls with its keys are refused
    Lock(AccountStateArguments),
    /// Unlock an account
    Unlock(AccountStateArguments),
}

/// `paifang account lock`, `paifang account unlock`.
#[derive(Debug, Args)]
pub(crate) struct AccountStateArguments {
    /// The account's e-mail address
    #[arg(long)]
    pub(crate) email: String,
    #[command(flatten)]
    pub(crate) config: ConfigArguments,
}

/// `paifang account create`.
#[derive(Debug, Args)]
pub(crate) struct AccountCreateArguments {
    /// The e-mail address to sign in with
    #[arg(long)]
    pub(crate) email: String,
    /// Read the password from standard input; a line end after it does not count
    #[arg(long, required = true)]
    pub(crate) password_stdin: bool,
    /// The account runs the system
    #[arg(long)]
    pub(crate) operator: bool,
    #[command(flatten)]
    pub(crate) config: ConfigArguments,
}

/// `paifang platform-key …`.
#[derive(Debug, Subcommand)]
pub(crate) enum PlatformKeyCommand {
    /// Make a key pair for an account and print it as JSON
    Create(PlatformKeyCreateArguments),
}

/// `paifang platform-key create`.
#[derive(Debug, Args)]
pub(crate) struct PlatformKeyCreateArguments {
    /// The account's e-mail address
    #[arg(long)]
    pub(crate) email: String,
    #[command(flatten)]
    pub(crate) config: ConfigArguments,
}

/// `paifang domain …`.
#[derive(Debug, Subcommand)]
pub(crate) enum DomainCommand {
    /// Say that a custom domain is its provider's: it is served from then on
    Confirm(DomainConfirmArguments),
}

/// `paifang domain confirm`.
#[derive(Debug, Args)]
pub(crate) struct DomainConfirmArguments {
    /// The domain
    #[arg(long)]
    pub(crate) name: String,
    /// The id of the group that it is for, where several claim it
    #[arg(long, value_name = "ID")]
    pub(crate) group: Option<ApiGroupId>,
    #[command(flatten)]
    pub(crate) config: ConfigArguments,
}

/// `paifang signature …`.
#[derive(Debug, Subcommand)]
pub(crate) enum SignatureCommand {
    /// Say why the signature of the HTTP request on standard input is valid or not, as JSON
    ///
    /// Exit code 0: valid, 1: not valid, 2: unreadable.
    Verify(VerifyArguments),
}

/// `paifang signature verify`.
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("secret").required(true).args(["secret_key", "secret_key_file"])))]
pub(crate) struct VerifyArguments {
    /// The secret that the request should be signed with
    #[arg(long, value_name = "SECRET")]
    pub(crate) secret_key: Option<String>,
    /// A file with the secret, which others on this machine cannot see then
    #[arg(long, value_name = "FILE")]
    pub(crate) secret_key_file: Option<PathBuf>,
    /// Check the request's date against this time: seconds since 1970, or 2019-11-22T02:40:00Z
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<String>,
}

/// `paifang config …`.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Print what is in force, with passwords hidden
    Show(ConfigArguments),
    /// Print a configuration file with every key, its explanation and its default
    Default,
}

/// Where the configuration comes from. What stands in a flag goes before the environment, and that before the file.
#[derive(Debug, Args)]
#[command(next_help_heading = "Configuration")]
pub(crate) struct ConfigArguments {
    /// The configuration file; `paifang.toml` if it is there [PAIFANG_CONFIG]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where the console listens, IP address and port [PAIFANG_CONSOLE_LISTEN]
    #[arg(long, value_name = "ADDRESS")]
    console_listen: Option<String>,
    /// Where the gateway listens, IP address and port [PAIFANG_GATEWAY_LISTEN]
    #[arg(long, value_name = "ADDRESS")]
    gateway_listen: Option<String>,
    /// What the host names of published groups end with [PAIFANG_DOMAIN]
    #[arg(long, value_name = "NAME")]
    domain: Option<String>,
    /// The data directory [PAIFANG_DATA_DIR]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<String>,
    /// The database, instead of SQLite in the data directory [PAIFANG_DATABASE_URL]
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// How long requests in flight may take at the end, e.g. 30s [PAIFANG_SHUTDOWN_LIMIT]
    #[arg(long, value_name = "TIME")]
    shutdown_limit: Option<String>,
    /// Any other key, e.g. --set gateway.body-limit=20MB; `paifang config default` lists them
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_and_value)]
    set: Vec<(String, String)>,
}

impl ConfigArguments {
    /// These arguments together with the environment.
    pub(crate) fn sources(&self, environment: Vec<(OsString, OsString)>) -> Sources {
        let named = environment
            .iter()
            .find(|(name, value)| name == "PAIFANG_CONFIG" && !value.is_empty())
            .map(|(_, value)| PathBuf::from(value));
        let found = || Some(Path::new(DEFAULT_FILE).to_owned()).filter(|path| path.exists());
        Sources {
            file: self.config.clone().or(named).or_else(found),
            environment,
            flags: self.flags(),
        }
    }

    fn flags(&self) -> Vec<Setting> {
        let own = [
            ("--console-listen", "console.listen", &self.console_listen),
            ("--gateway-listen", "gateway.listen", &self.gateway_listen),
            ("--domain", "domain", &self.domain),
            ("--data-dir", "data.dir", &self.data_dir),
            ("--database-url", "database.url", &self.database_url),
            ("--shutdown-limit", "shutdown.limit", &self.shutdown_limit),
        ];
        let own = own.into_iter().filter_map(|(written_as, key, value)| {
            value.as_ref().map(|value| (written_as.to_owned(), key, value))
        });
        let others =
            self.set.iter().map(|(key, value)| (format!("--set {key}"), key.as_str(), value));
        own.chain(others)
            .map(|(written_as, key, value)| Setting {
                written_as,
                key: key.to_owned(),
                value: value.clone(),
            })
            .collect()
    }
}

fn key_and_value(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("expected KEY=VALUE")?;
    Ok((key.trim().to_owned(), value.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use clap::CommandFactory;

    fn loaded(arguments: &[&str], environment: &[(&str, &str)]) -> Result<Config, String> {
        let words = ["paifang", "serve"].iter().chain(arguments);
        let Command::Serve(serve) = Arguments::try_parse_from(words).unwrap().command else {
            panic!("not serve");
        };
        let environment = environment.iter().map(|(n, v)| ((*n).into(), (*v).into())).collect();
        Config::load(&serve.config.sources(environment)).map_err(|error| error.to_string())
    }

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_flag_sets_its_key() {
        let config = loaded(
            &[
                "--console-listen=127.0.0.1:1",
                "--gateway-listen=127.0.0.1:2",
                "--domain=example.com",
                "--data-dir=/data",
                "--database-url=postgres://db/x",
                "--shutdown-limit=5s",
                "--set=gateway.workers=3",
                "--set=gateway.body-limit=1MiB",
            ],
            &[("PAIFANG_CONSOLE_LISTEN", "127.0.0.1:9")],
        )
        .unwrap();
        assert_eq!(config.console.listen.port(), 1);
        assert_eq!(config.gateway.listen.port(), 2);
        assert_eq!(config.domain.as_str(), "example.com");
        assert_eq!(config.data.dir, Path::new("/data"));
        assert_eq!(config.database.url.expose(), "postgres://db/x");
        assert_eq!(config.shutdown.limit.as_secs(), 5);
        assert_eq!((config.gateway.workers, config.gateway.body_limit), (3, 1 << 20));
    }

    #[test]
    fn a_wrong_flag_is_named_as_it_was_written() {
        let refused = loaded(&["--set", "gateway.listen-on=1"], &[]).unwrap_err();
        assert!(refused.starts_with("--set gateway.listen-on: "), "{refused}");
        let refused = loaded(&["--console-listen", "8080"], &[]).unwrap_err();
        assert!(refused.starts_with("--console-listen: "), "{refused}");
    }

    #[test]
    fn the_file_is_named_by_flag_before_environment() {
        let refused =
            loaded(&["--config", "/no/a.toml"], &[("PAIFANG_CONFIG", "/no/b.toml")]).unwrap_err();
        assert!(refused.starts_with("/no/a.toml: "), "{refused}");
        let refused = loaded(&[], &[("PAIFANG_CONFIG", "/no/b.toml")]).unwrap_err();
        assert!(refused.starts_with("/no/b.toml: "), "{refused}");
    }
}
