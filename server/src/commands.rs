//! What `paifang COMMAND` does, one file a command.
//!
//! Exit codes: 0 done; 1 failed; 2 wrong arguments or configuration, and nothing was done. `signature verify` has its own.

mod account;
mod config;
mod demo;
mod domain;
mod output;
mod platform_key;
mod serve;
mod signature;

use crate::{
    arguments::{
        AccountCommand, Arguments, Command, ConfigArguments, DomainCommand, PlatformKeyCommand,
        SignatureCommand,
    },
    config::{Config, ConfigError},
    installation::InstallationError,
    start::StartError,
};
use ::domain::AccountState;
use clap::Parser;
use services::ServiceError;
use std::{io, process::ExitCode};

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    /// The configuration is wrong.
    #[error("{0}")]
    Config(#[from] ConfigError),
    /// The server cannot be started.
    #[error("{0}")]
    Start(#[from] StartError),
    /// The installation cannot be opened.
    #[error("{0}")]
    Installation(#[from] InstallationError),
    /// A service refused.
    #[error("{0}")]
    Service(#[from] ServiceError),
    /// Standard input, a thread or a signal handler cannot be had.
    #[error("{0}")]
    System(#[from] io::Error),
    /// Anything else that a person must know.
    #[error("{0}")]
    Refused(String),
}

impl CommandError {
    fn exit_code(&self) -> ExitCode {
        match self {
            Self::Config(_) => ExitCode::from(2),
            _ => ExitCode::FAILURE,
        }
    }
}

/// Runs the command that the process was started with.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    if let Command::Signature(SignatureCommand::Verify(verify)) = &arguments.command {
        return signature::verify(verify);
    }
    match dispatch(&arguments.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::problem(&error);
            error.exit_code()
        }
    }
}

fn dispatch(command: &Command) -> Result<(), CommandError> {
    match command {
        Command::Serve(arguments) => serve::run(arguments),
        Command::Demo(arguments) => demo::run(arguments),
        Command::Account(AccountCommand::Create(arguments)) => account::create(arguments),
        Command::Account(AccountCommand::Lock(arguments)) => {
            account::set_state(arguments, AccountState::Disabled)
        }
        Command::Account(AccountCommand::Unlock(arguments)) => {
            account::set_state(arguments, AccountState::Active)
        }
        Command::PlatformKey(PlatformKeyCommand::Create(arguments)) => {
            platform_key::create(arguments)
        }
        Command::Domain(DomainCommand::Confirm(arguments)) => domain::confirm(arguments),
        Command::Config(command) => config::run(command),
        // Handled before: it has exit codes of its own.
        Command::Signature(_) => Ok(()),
    }
}

/// The configuration of this process.
fn load(arguments: &ConfigArguments) -> Result<Config, ConfigError> {
    Config::load(&arguments.sources(std::env::vars_os().collect()))
}

/// Runs `work` to its end.
fn block_on<T>(work: impl Future<Output = Result<T, CommandError>>) -> Result<T, CommandError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(work)
}
