//! How a server starts: with its database; or, while that does not answer, with what is kept on disk.

use crate::{
    calls::Calls,
    config::Config,
    front::{Doors, Front},
    installation::{Installation, InstallationError},
    kept::{self, Keeper},
    listen::ListenError,
    running::Running,
    sync::{self, Published, SyncError},
};
use gateway::GatewayError;
use services::{ServiceError, Services};
use std::{net::SocketAddr, pin::Pin, time::Duration};
use store::StoreError;

/// How long the database is waited for where there is something to serve without it. What it says is newer.
const PATIENCE: Duration = Duration::from_secs(2);
/// First and longest rest after the database failed.
const REST: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

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
    Calls(#[from] crate::CallsError),
    /// The gateway refused its settings.
    #[error("the gateway: {0}")]
    Gateway(#[from] GatewayError),
}

impl StartError {
    /// Whether the database did not answer, so that trying again may help.
    fn may_pass(&self) -> bool {
        matches!(
            self,
            Self::Installation(
                InstallationError::Database { error: StoreError::Unavailable(_), .. }
                    | InstallationError::Services(ServiceError::Unavailable { .. })
            ) | Self::Sync(SyncError::Read(ServiceError::Unavailable { .. }))
        )
    }
}

/// A server that started.
pub enum Started {
    /// All of it.
    Whole(Box<Running>),
    /// The gateway, which serves what is kept on disk until the database answers.
    Waiting(Box<Waiting>),
}

/// Starts a server, and waits until all of it runs.
///
/// # Errors
/// The first part that does not start; what had been started is stopped.
pub async fn run(config: &Config) -> Result<Running, StartError> {
    match start(config).await? {
        Started::Whole(running) => Ok(*running),
        Started::Waiting(mut waiting) => {
            let back = waiting.database().await?;
            Ok(waiting.with(back))
        }
    }
}

/// Starts a server, or as much of it as can run now.
///
/// # Errors
/// The first part that does not start; what had been started is stopped.
pub async fn start(config: &Config) -> Result<Started, StartError> {
    // All ports first: nothing is written when one is taken.
    let doors = Doors::take(config)?;
    let calls = Calls::open(config)?;
    let port = doors.gateway_port();
    let mut opening = Back::opening(config, port);
    let failed = match tokio::time::timeout(PATIENCE, &mut opening).await {
        Ok(Ok(back)) => return whole(config, (doors, calls), back),
        Ok(Err(error)) if error.may_pass() => Some(error),
        Ok(Err(error)) => return Err(error),
        Err(_still_opening) => None,
    };
    let Some(kept) = kept::read(config).await? else {
        return match failed {
            Some(error) => Err(error),
            None => whole(config, (doors, calls), opening.await?),
        };
    };
    if let Some(error) = failed {
        tracing::warn!(%error, "the database does not answer");
        opening = Back::opening(config, port);
    }
    let change = kept.change;
    let front = Front::open(config, (doors, calls), sync::compile(kept, config.domain.as_str())?)?;
    tracing::warn!(change, "the gateway serves what was published when the database answered last");
    Ok(Started::Waiting(Box::new(Waiting { front, opening, config: config.clone() })))
}

fn whole(config: &Config, parts: (Doors, Calls), mut back: Back) -> Result<Started, StartError> {
    let state = std::mem::take(&mut back.published.state);
    let front = Front::open(config, parts, sync::compile(state, config.domain.as_str())?)?;
    Ok(Started::Whole(Box::new(Running::new(config, front, back))))
}

type Opening = Pin<Box<dyn Future<Output = Result<Back, StartError>> + Send>>;

/// What a server has from its database.
pub struct Back {
    pub(crate) installation: Installation,
    pub(crate) services: Services,
    pub(crate) published: Published,
    pub(crate) keeper: Keeper,
}

impl Back {
    fn opening(config: &Config, gateway_port: u16) -> Opening {
        Self::opening_after(Duration::ZERO, config, gateway_port)
    }

    fn opening_after(rest: Duration, config: &Config, gateway_port: u16) -> Opening {
        let config = config.clone();
        Box::pin(async move {
            tokio::time::sleep(rest).await;
            let installation = Installation::open(&config).await?;
            let services = installation.services(gateway_port, &config).await?;
            let published = sync::read(&services).await?;
            let keeper = Keeper::start(&config)?;
            Ok(Self { installation, services, published, keeper })
        })
    }
}

/// A gateway that waits for its database. Dropped, it is cut off.
pub struct Waiting {
    front: Front,
    opening: Opening,
    config: Config,
}

impl Waiting {
    /// Waits until the database answers. May be dropped and called again.
    ///
    /// # Errors
    /// When it answers something that waiting does not help with.
    pub async fn database(&mut self) -> Result<Back, StartError> {
        let mut rest = REST.0;
        loop {
            match (&mut self.opening).await {
                Err(error) if error.may_pass() => {
                    tracing::warn!(%error, "the database does not answer yet");
                    self.opening =
                        Back::opening_after(rest, &self.config, self.front.gateway_addr().port());
                    rest = (rest * 2).min(REST.1);
                }
                opened => return opened,
            }
        }
    }

    /// All of the server, with what its database has.
    #[must_use]
    pub fn with(self, mut back: Back) -> Running {
        self.front.serve(std::mem::take(&mut back.published.state));
        Running::new(&self.config, self.front, back)
    }

    /// Where the gateway listens.
    #[must_use]
    pub fn gateway_addr(&self) -> SocketAddr {
        self.front.gateway_addr()
    }

    /// Where the console will be; until then it says that it waits.
    #[must_use]
    pub fn console_addr(&self) -> SocketAddr {
        self.front.console_addr()
    }

    /// Ends gracefully: stops accepting, lets requests in flight finish up to the limit.
    pub async fn shutdown(self) {
        self.front.shutdown().await;
    }
}
