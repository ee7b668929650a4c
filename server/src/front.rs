//! What a server has whether its database answers or not: its ports, the gateway, and the place where the console will be.

use crate::{
    calls::Calls,
    config::Config,
    http::{ConsoleServer, ConsoleSlot, HostSwitch},
    listen::{Door, ListenError, ReservedPort},
    metrics::MetricsServer,
    start::StartError,
    sync,
};
use axum::Router;
use gateway::{Gateway, GatewayServer, GatewaySettings, Snapshot};
use services::PublishedState;
use std::{
    net::{SocketAddr, TcpListener},
    time::Duration,
};
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};

/// The ports.
pub(crate) struct Doors {
    gateway: ReservedPort,
    https: Option<ReservedPort>,
    console: TcpListener,
    metrics: Option<MetricsServer>,
}

impl Doors {
    /// Takes all of them.
    ///
    /// # Errors
    /// The first that cannot be had.
    pub(crate) fn take(config: &Config) -> Result<Self, ListenError> {
        let https = |address| ReservedPort::take(Door::GatewayHttps, address);
        Ok(Self {
            gateway: ReservedPort::take(Door::Gateway, config.gateway.listen)?,
            https: config.gateway.https_listen.map(https).transpose()?,
            console: Door::Console.bind(config.console.listen)?,
            metrics: config.metrics.listen.map(metrics_server).transpose()?,
        })
    }

    /// That of the gateway.
    pub(crate) fn gateway_port(&self) -> u16 {
        self.gateway.address.port()
    }
}

/// The gateway and the listeners. Dropped, they are cut off.
pub(crate) struct Front {
    gateway: Gateway,
    gateway_server: GatewayServer,
    https_server: Option<GatewayServer>,
    console: ConsoleServer,
    console_slot: ConsoleSlot,
    metrics_address: Option<SocketAddr>,
    calls: Calls,
    /// What runs beside them.
    tasks: TaskTracker,
    stopping: CancellationToken,
    cutting: DropGuard,
    limit: Duration,
}

impl Front {
    /// Opens the doors; the gateway serves `snapshot`.
    ///
    /// # Errors
    /// The first part that does not start.
    pub(crate) fn open(
        config: &Config,
        (doors, calls): (Doors, Calls),
        snapshot: Snapshot,
    ) -> Result<Self, StartError> {
        let Doors { gateway: port, https, console, metrics } = doors;
        let settings = GatewaySettings {
            access_log: calls.access_log.clone(),
            trace_export: calls.trace_export.clone(),
            https_port: https.as_ref().map(|port| config.gateway.https_port(port.address.port())),
            ..config.gateway.settings()
        };
        let gateway = Gateway::new(settings, snapshot)?;
        let gateway_server =
            GatewayServer::bind(port.address, &gateway, config.gateway.server_settings())
                .map_err(|error| Door::Gateway.error(port.address, error))?;
        let https_server = https.map(|port| https_server(&port, &gateway, config)).transpose()?;
        let console_slot = ConsoleSlot::default();
        let trust = config.console.trust_forwarded_for;
        let switch = HostSwitch::new(gateway.clone(), console_slot.clone(), trust);
        let console = ConsoleServer::start(console, switch)
            .map_err(|error| Door::Console.error(config.console.listen, error))?;
        let (tasks, stopping) = (TaskTracker::new(), CancellationToken::new());
        let metrics_address = metrics.as_ref().map(MetricsServer::local_addr);
        if let Some(metrics) = metrics {
            tasks.spawn(metrics.serve(gateway.clone(), stopping.clone()));
        }
        Ok(Self {
            gateway,
            gateway_server,
            https_server,
            console,
            console_slot,
            metrics_address,
            calls,
            tasks,
            cutting: stopping.clone().drop_guard(),
            stopping,
            limit: config.shutdown.limit,
        })
    }

    /// Serves this from now on.
    pub(crate) fn serve(&self, state: PublishedState) {
        sync::replace(&self.gateway, state);
    }

    /// Puts the console in its place.
    pub(crate) fn put_console(&self, console: Router) {
        // It is put once.
        let _ = self.console_slot.set(console);
    }

    /// Runs a task beside, which is to end when the token says so. The end waits for it.
    pub(crate) fn spawn<T: Future<Output = ()> + Send + 'static>(
        &self,
        task: impl FnOnce(CancellationToken) -> T,
    ) {
        self.tasks.spawn(task(self.stopping.clone()));
    }

    /// The gateway.
    pub(crate) fn gateway(&self) -> &Gateway {
        &self.gateway
    }

    /// Where the metrics are served, if they are.
    pub(crate) fn metrics_addr(&self) -> Option<SocketAddr> {
        self.metrics_address
    }

    /// Where the console listens.
    pub(crate) fn console_addr(&self) -> SocketAddr {
        self.console.local_addr()
    }

    /// Where the gateway listens.
    pub(crate) fn gateway_addr(&self) -> SocketAddr {
        self.gateway_server.local_addr()
    }

    /// Where the gateway listens for HTTPS, if it does.
    pub(crate) fn https_addr(&self) -> Option<SocketAddr> {
        self.https_server.as_ref().map(GatewayServer::local_addr)
    }

    /// Ends gracefully: stops accepting, lets requests in flight finish up to the limit, then ends what runs beside.
    pub(crate) async fn shutdown(self) {
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
        drop(self.cutting);
        self.tasks.close();
        self.tasks.wait().await;
        self.calls.flush().await;
    }
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
