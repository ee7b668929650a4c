//! `paifang platform-key create`: a key pair for scripts, printed once.

use super::{CommandError, block_on, load, output};
use crate::{arguments::PlatformKeyCreateArguments, installation::Installation, telemetry};
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct KeyPair<'a> {
    access_key: &'a str,
    secret_key: &'a str,
}

/// Makes a key pair for an account.
///
/// # Errors
/// When the configuration is wrong or there is no such account.
pub(crate) fn create(arguments: &PlatformKeyCreateArguments) -> Result<(), CommandError> {
    let config = load(&arguments.config)?;
    telemetry::init(&config.log);
    block_on(async {
        let installation = Installation::open(&config).await?;
        let services = installation.services(config.gateway.listen.port(), &config).await?;
        let pair = services.platform_keys().create_by_operator(&arguments.email).await?;
        output::json(&KeyPair { access_key: pair.id.as_str(), secret_key: &pair.secret_key });
        installation.close().await;
        Ok(())
    })
}
