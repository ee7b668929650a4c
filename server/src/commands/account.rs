//! `paifang account create`: an account without a browser, for scripts and containers.

use super::{CommandError, block_on, load, output};
use crate::{arguments::AccountCreateArguments, installation::Installation, telemetry};
use domain::{Role, Secret};
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

fn password() -> Result<Secret, CommandError> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok(Secret::new(text.trim_end_matches(['\r', '\n'])))
}
