//! `paifang domain …`: custom domains of all groups, for operators.

use super::{CommandError, block_on, load, output};
use crate::{arguments::DomainConfirmArguments, installation::Installation, telemetry};

/// Says that a domain is its provider's; in force at once, also in a server that runs beside this command.
///
/// # Errors
/// When the configuration is wrong, no group has the domain, or several have and none was named.
pub(crate) fn confirm(arguments: &DomainConfirmArguments) -> Result<(), CommandError> {
    let config = load(&arguments.config)?;
    telemetry::init(&config.log);
    let group = arguments.group.as_ref();
    block_on(async {
        let installation = Installation::open(&config).await?;
        let services = installation.services(config.gateway.listen.port(), &config).await?;
        let domain = services.user_domains().confirm_by_operator(&arguments.name, group).await?;
        let (name, group) = (&domain.domain, &domain.api_group_id);
        output::line(format_args!("confirmed {name} for {group} ({})", domain.environment));
        installation.close().await;
        Ok(())
    })
}
