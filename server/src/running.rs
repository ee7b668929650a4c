//! A running server: its parts in the order in which they start, and how it ends.

use crate::{
    calls::{Calls, CallsError},
    certificates,
    config::Config,
    console, housekeeping,
    http::{ConsoleServer, HostSwitch},
    installation::{Installation, InstallationError},
    listen::{Door, ListenError, ReservedPort},
    metrics::MetricsServer,
    records,
    sync::{self, Sync, SyncError},
};
use gateway::{Gateway, GatewayError, GatewayServer, GatewaySettings};
use services::Services;
use std::{net::SocketAddr, time::Duration};
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A port cannot be had.
    #[error("{0}")]
    Listen(#[from] ListenError),
    /// The data directory, the key or the database cannot be had.
    #[error("{0}")]
    Installation(#[from] InstallationError),
    /// There is nothing to serve.
    #[error("{0}")]
    Sync(#[from] SyncError),
    /// Calls cannot be told of where they should be.
    #[error("{0}")]
    Calls(#[from] CallsError),
    /// The gateway refused its settings.
    #[error("the gateway: {0}")]
    Gateway(#[from] GatewayError),
}

/// A server that runs until it is [shut down](Self::shutdown). Dropped instead, it is cut off.
pub struct Running {
    installation: Installation,
    services: Services,
    gateway_server: GatewayServer,
    https_server: Option<GatewayServer>,
    console: ConsoleServer,
    metrics_address: Option<SocketAddr>,
    calls: Calls,
    /// What runs beside the two.
    tasks: TaskTracker,
    stopping: DropGuard,
    limit: Duration,
}

/// Starts a server.
///
/// # Errors
/// The first part that does not start; what had been started is stopped.
pub async fn run(config: &Config) -> Result<Running, StartError> {
    // All ports first: nothing is written when one is taken.
    let gateway_port = ReservedPort::take(Door::Gateway, config.gateway.listen)?;
    let https_port = match config.gateway.https_listen {
        Some(address) => Some(ReservedPort::take(Door::GatewayHttps, address)?),
        None => None,
    };
    let console_listener = Door::Console.bind(config.console.listen)?;

    let metrics = match config.metrics.listen {
        Some(address) => Some(metrics_server(address)?),
        None => None,
    };
    let calls = Calls::open(config)?;

    let installation = Installation::open(config).await?;
    let services = installation.services(gateway_port.address.port(), config).await?;

    let published = sync::read(&services, config.domain.as_str()).await?;
    let settings = GatewaySettings {
        access_log: calls.access_log.clone(),
        trace_export: calls.trace_export.clone(),
        https_port: https_port.as_ref().map(|port| config.gateway.https_port(port.address.port())),
        ..config.gateway.settings()
    };
    let gateway = Gateway::new(settings, published.snapshot.clone())?;
    let told_by = gateway.clone();
    services.targets().told_by(move |group, environment| told_by.targets(group, environment));
    let gateway_server =
        GatewayServer::bind(gateway_port.address, &gateway, config.gateway.server_settings())
            .map_err(|error| Door::Gateway.error(gateway_port.address, error))?;
    let https_server = https_port.map(|port| https_server(&port, &gateway, config)).transpose()?;

    let router = console::router(&services, installation.store(), &config.console);
    let switch = HostSwitch::new(gateway.clone(), router, config.console.trust_forwarded_for);
    let console = ConsoleServer::start(console_listener, switch)
        .map_err(|error| Door::Console.error(config.console.listen, error))?;

    let (tasks, stopping) = (TaskTracker::new(), CancellationToken::new());
    let sync = Sync::new(&services, &gateway, published);
    tasks.spawn(sync.follow(stopping.clone()));
    tasks.spawn(records::write(services.clone(), gateway.clone(), stopping.clone()));
    let metrics_address = metrics.as_ref().map(MetricsServer::local_addr);
    if let Some(metrics) = metrics {
        tasks.spawn(metrics.serve(gateway.clone(), stopping.clone()));
    }
    if services.automatic_certificates().is_on() {
        tasks.spawn(certificates::renew(services.clone(), stopping.clone()));
    }
    tasks.spawn(housekeeping::run(
        installation.store().clone(),
        config.data.traffic_kept,
        stopping.clone(),
    ));
    Ok(Running {
        installation,
        services,
        gateway_server,
        https_server,
        console,
        metrics_address,
        calls,
        tasks,
        stopping: stopping.drop_guard(),
        limit: config.shutdown.limit,
    })
}

fn https_server(
    port: &ReservedPort,
    gateway: &Gateway,
    config: &Config,
) -> Result<GatewayServer, ListenError> {
    GatewayServer::bind_tls(port.address, gateway, config.gateway.server_settings())
        .map_err(|error| Door::GatewayHttps.error(port.address, error))
}

fn metrics_server(address: SocketAddr) -> Result<MetricsServer, ListenError> {
    let listener = Door::Metrics.bind(address)?;
    MetricsServer::new(listener).map_err(|error| Door::Metrics.error(address, error))
}

impl Running {
    /// Where the metrics are served, if they are.
    #[must_use]
    pub fn metrics_addr(&self) -> Option<SocketAddr> {
        self.metrics_address
    }

    /// Where the console listens.
    #[must_use]
    pub fn console_addr(&self) -> SocketAddr {
        self.console.local_addr()
    }

    /// Where the gateway listens.
    #[must_use]
    pub fn gateway_addr(&self) -> SocketAddr {
        self.gateway_server.local_addr()
    }

    /// Where the gateway listens for HTTPS, if it does.
    #[must_use]
    pub fn https_addr(&self) -> Option<SocketAddr> {
        self.https_server.as_ref().map(GatewayServer::local_addr)
    }

    /// The services that console and gateway work with.
    #[must_use]
    pub fn services(&self) -> &Services {
        &self.services
    }

    /// Whether the data directory was made by this start.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.installation.is_new()
    }

    /// Ends gracefully: stops accepting, lets requests in flight finish up to the limit, writes what was served, closes the
    /// database.
    pub async fn shutdown(self) {
        let limit = self.limit;
        let https_drained = async {
            match self.https_server {
                Some(server) => server.shutdown(limit).await.cut,
                None => 0,
            }
        };
        let (gateway_drained, https_cut, console_drained) = tokio::join!(
            self.gateway_server.shutdown(limit),
            https_drained,
            self.console.shutdown(limit)
        );
        let cut = gateway_drained.cut + https_cut + console_drained.cut;
        if cut > 0 {
            tracing::warn!(cut, ?limit, "connections were cut at the limit");
        }
        // Only now, so that the last requests are counted too.
        drop(self.stopping);
        self.tasks.close();
        self.tasks.wait().await;
        self.calls.flush().await;
        self.installation.close().await;
    }
}
