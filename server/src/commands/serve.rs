//! `paifang serve`: the whole server, until a signal.

use super::{CommandError, block_on, load, output};
use crate::{
    arguments::ServeArguments,
    config::Config,
    running::Running,
    shutdown::Signals,
    start::{self, Started, Waiting},
    telemetry,
};

/// Serves until SIGTERM or SIGINT.
///
/// # Errors
/// When the configuration is wrong, before anything is done; or when a part does not start.
pub(crate) fn run(arguments: &ServeArguments) -> Result<(), CommandError> {
    let config = load(&arguments.config)?;
    telemetry::init(&config.log);
    block_on(async {
        let signals = Signals::install()?;
        let started = match start::start(&config).await? {
            Started::Whole(running) => Some((*running, signals)),
            Started::Waiting(waiting) => until_database(*waiting, signals).await?,
        };
        let Some((running, signals)) = started else { return Ok(()) };
        say_where(&running, &config).await?;
        until_signal(running, signals).await;
        Ok(())
    })
}

/// Waits until the database answers; `None` when a signal came before, and it has ended.
async fn until_database(
    mut waiting: Waiting,
    mut signals: Signals,
) -> Result<Option<(Running, Signals)>, CommandError> {
    output::line(format_args!("Gateway  listening on {}", waiting.gateway_addr()));
    output::line(format_args!(
        "The database does not answer. Published APIs are served as they were; the console waits."
    ));
    let signal = tokio::select! {
        back = waiting.database() => return Ok(Some((waiting.with(back?), signals))),
        signal = signals.next() => signal,
    };
    tracing::info!("{signal}: stopping; requests in flight may finish");
    signals.end_at_next();
    waiting.shutdown().await;
    tracing::info!("stopped");
    Ok(None)
}

/// Waits for a signal, then ends gracefully; a second signal ends at once.
pub(super) async fn until_signal(running: Running, mut signals: Signals) {
    let signal = signals.next().await;
    tracing::info!("{signal}: stopping; requests in flight may finish");
    signals.end_at_next();
    running.shutdown().await;
    tracing::info!("stopped");
}

/// Prints the addresses, and what to do first on an empty installation.
async fn say_where(running: &Running, config: &Config) -> Result<(), CommandError> {
    let console = console_url(running);
    output::line(format_args!("Data     {}", config.data.dir.display()));
    if running.services().accounts().count().await? == 0 {
        output::line(format_args!(
            "Register the first account at {console}/register: it becomes the operator"
        ));
    }
    output::line(format_args!("Gateway  {}", gateway_url(running, config)));
    if let Some(https) = running.https_addr() {
        output::line(format_args!("HTTPS    listening on {https}, for custom domains"));
    }
    output::line(format_args!("Console  {console}"));
    Ok(())
}

/// Where a browser on this machine finds the console.
pub(super) fn console_url(running: &Running) -> String {
    let address = running.console_addr();
    // `localhost`, since browsers keep cookies by name and pages of published groups are at its subdomains.
    if address.ip().is_loopback() || address.ip().is_unspecified() {
        format!("http://localhost:{}", address.port())
    } else {
        format!("http://{address}")
    }
}

fn gateway_url(running: &Running, config: &Config) -> String {
    let (domain, port) = (&config.domain, running.gateway_addr().port());
    format!("http://GROUP.REGION.{domain}:{port}, listening on {}", running.gateway_addr())
}
