//! `paifang demo`: an example to look around in.

use super::{CommandError, block_on, load, output, serve};
use crate::{
    arguments::DemoArguments,
    config::{Config, GatewayConfig},
    demo::{DemoCaller, Filled, PetBackend, fill},
    running::Running,
    shutdown::Signals,
    start, telemetry,
};
use domain::{ApiGroup, Environment};
use serde_json::{Value, json};
use std::net::{Ipv4Addr, SocketAddr};

/// Calls that are really made at first.
const FIRST_CALLS: usize = 120;

/// Fills an empty installation and serves it, unless it is to end right after.
///
/// # Errors
/// When the installation is not empty, or a part does not start.
pub(crate) fn run(arguments: &DemoArguments) -> Result<(), CommandError> {
    let mut config = load(&arguments.config)?;
    telemetry::init(&config.log);
    if config.gateway.group_limit == GatewayConfig::default().group_limit {
        // Whoever tries how fast it is would only see the ceiling.
        config.gateway.group_limit = 0;
    }
    if arguments.exit {
        // Nobody needs to find it, so it need not be in anybody's way.
        let free = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        (config.console.listen, config.gateway.listen) = (free, free);
        config.gateway.https_listen = None;
    }
    block_on(async {
        let signals = Signals::install()?;
        let running = start::run(&config).await?;
        let outcome = fill_and_call(&running, &config, arguments.backend_listen).await;
        let (backend, filled, caller) = match outcome {
            Ok(made) => made,
            Err(error) => {
                running.shutdown().await;
                return Err(error);
            }
        };
        if arguments.exit {
            output::json(&for_programs(&filled, config.domain.as_str()));
            running.shutdown().await;
            return Ok(());
        }
        say(&running, &backend, &filled);
        say_how_to_call(&caller);
        let calling = tokio::spawn(async move { caller.run().await });
        serve::until_signal(running, signals).await;
        calling.abort();
        Ok(())
    })
}

async fn fill_and_call(
    running: &Running,
    config: &Config,
    backend: SocketAddr,
) -> Result<(PetBackend, Filled, DemoCaller), CommandError> {
    if running.services().accounts().count().await? > 0 {
        return Err(CommandError::Refused(format!(
            "{} has accounts already; the example goes into an empty installation: --data-dir DIR",
            config.data.dir.display()
        )));
    }
    let backend = PetBackend::start(backend).await?;
    let filled = fill(running.services(), &backend).await?;
    let caller = DemoCaller::new(&filled, running.gateway_addr(), config.domain.as_str());
    caller.call(FIRST_CALLS).await;
    Ok((backend, filled, caller))
}

/// What was made, for scripts.
fn for_programs(filled: &Filled, domain: &str) -> Value {
    let group = |group: &ApiGroup, authentication: &str| {
        json!({
            "id": group.id,
            "name": group.name,
            "authentication": authentication,
            "host": Environment::Online.host(&group.id, group.region, domain),
            "path": format!("{}/pets/1", group.path()),
        })
    };
    json!({
        "email": filled.email,
        "password": filled.password.expose(),
        "accessKey": filled.key.api_key,
        "secretKey": filled.key.api_secret,
        "groups": [
            group(&filled.signed, "signature"),
            group(&filled.open, "none"),
            group(&filled.guarded, "full policy"),
        ],
    })
}

fn say(running: &Running, backend: &PetBackend, filled: &Filled) {
    let console = serve::console_url(running);
    output::line(format_args!("Console    {console}"));
    output::line(format_args!("Sign in    {}  {}", filled.email, filled.password.expose()));
    output::line(format_args!("Gateway    http://{}", running.gateway_addr()));
    for group in [&filled.signed, &filled.open, &filled.guarded] {
        output::line(format_args!("{:<10} {console}/groups/{}", group.name, group.id));
    }
    output::line(format_args!("Backend    {} (in this process)", backend.address()));
    output::line(format_args!("APIKey     {}", filled.key.api_key));
    output::line(format_args!("APISecret  {}", filled.key.api_secret));
    output::line(format_args!(
        "Traffic    {} calls of the last hour are made up; {FIRST_CALLS} were really made, and it goes on while this runs",
        filled.recorded
    ));
}

fn say_how_to_call(caller: &DemoCaller) {
    output::line(format_args!("\nA call that anybody may make:\n\n  curl {}", caller.open_url()));
    output::line(format_args!(
        "\nA signed call, good once and for 15 minutes:\n\n{}\n\nCtrl-C ends it.",
        caller.curl()
    ));
}
