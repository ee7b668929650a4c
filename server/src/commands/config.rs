//! `paifang config`: what is in force, and what can be set.

use super::{CommandError, load, output};
use crate::{arguments::ConfigCommand, config::DEFAULT_FILE};

/// Prints a configuration.
///
/// # Errors
/// When the configuration is wrong.
pub(crate) fn run(command: &ConfigCommand) -> Result<(), CommandError> {
    match command {
        ConfigCommand::Show(arguments) => output::text(&load(arguments)?.shown()),
        ConfigCommand::Default => output::text(DEFAULT_FILE),
    }
    Ok(())
}
