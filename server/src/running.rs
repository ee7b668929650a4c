//! A running server: all of its parts, and how it ends.

use crate::{
    certificates,
    config::Config,
    console,
    front::Front,
    housekeeping,
    installation::Installation,
    records,
    start::Back,
    sync::{Published, Sync},
};
use services::Services;
use std::net::SocketAddr;

/// A server that runs until it is [shut down](Self::shutdown). Dropped instead, it is cut off.
pub struct Running {
    front: Front,
    installation: Installation,
    services: Services,
}

impl Running {
    /// Puts the console behind its door, and begins what a server does beside answering. The gateway serves what was read.
    pub(crate) fn new(config: &Config, front: Front, back: Back) -> Self {
        let Back { installation, services, published, keeper } = back;
        let gateway = front.gateway().clone();
        let told_by = gateway.clone();
        services.targets().told_by(move |group, environment| told_by.targets(group, environment));
        front.put_console(console::router(&services, installation.store(), &config.console));
        let Published { change, watch, .. } = published;
        let sync = Sync::new(&services, &gateway, keeper, (change, watch));
        front.spawn(|stopping| sync.follow(stopping));
        front.spawn(|stopping| records::write(services.clone(), gateway, stopping));
        if services.automatic_certificates().is_on() {
            front.spawn(|stopping| certificates::renew(services.clone(), stopping));
        }
        let (store, kept) = (installation.store().clone(), config.data.traffic_kept);
        front.spawn(|stopping| housekeeping::run(store, kept, stopping));
        Self { front, installation, services }
    }

    /// Where the metrics are served, if they are.
    #[must_use]
    pub fn metrics_addr(&self) -> Option<SocketAddr> {
        self.front.metrics_addr()
    }

    /// Where the console listens.
    #[must_use]
    pub fn console_addr(&self) -> SocketAddr {
        self.front.console_addr()
    }

    /// Where the gateway listens.
    #[must_use]
    pub fn gateway_addr(&self) -> SocketAddr {
        self.front.gateway_addr()
    }

    /// Where the gateway listens for HTTPS, if it does.
    #[must_use]
    pub fn https_addr(&self) -> Option<SocketAddr> {
        self.front.https_addr()
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
        self.front.shutdown().await;
        self.installation.close().await;
    }
}
