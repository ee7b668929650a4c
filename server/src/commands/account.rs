//! `paifang account …`: accounts without a browser, for scripts, containers and operators.

use super::{CommandError, block_on, load, output};
use crate::{
    arguments::{AccountCreateArguments, AccountStateArguments},
    installation::Installation,
    telemetry,
};
use domain::{AccountState, Role, Secret};
use std::io::Read;

/// Makes an account with the password on standard input.
///
/// # Errors
/// When the configuration or the input is wrong, or the address is taken.
pub(crate) fn create(arguments: &AccountCreateArguments) -> Result<(), CommandError> {
    let config = load(&arguments.config)?;
    telemetry::init(&config.log);
    let password = password()?;
    let role = if arguments.operator { Role::Operator } else { Role::Member };
    block_on(async {
        let installation = Installation::open(&config).await?;
        let services = installation.services(config.gateway.listen.port(), &config).await?;
        let account =
            services.accounts().create_by_operator(&arguments.email, password, role).await?;
        let as_what = if account.role == Role::Operator { "operator" } else { "member" };
        output::line(format_args!("created {} ({as_what})", account.email));
        installation.close().await;
        Ok(())
    })
}

/// Locks or unlocks an account; in force at once, also in a server that runs beside this command.
///
/// # Errors
/// When the configuration is wrong or there is no such account.
pub(crate) fn set_state(
    arguments: &AccountStateArguments,
    state: AccountState,
) -> Result<(), CommandError> {
    let config = load(&arguments.config)?;
    telemetry::init(&config.log);
    block_on(async {
        let installation = Installation::open(&config).await?;
        let services = installation.services(config.gateway.listen.port(), &config).await?;
        services.accounts().set_state(&arguments.email, state).await?;
        let what = if state == AccountState::Active { "unlocked" } else { "locked" };
        output::line(format_args!("{what} {}", arguments.email));
        installation.close().await;
        Ok(())
    })
}

fn password() -> Result<Secret, CommandError> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok(Secret::new(text.trim_end_matches(['\r', '\n'])))
}
