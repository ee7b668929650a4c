//! What the tests of several crates start from: databases, a backend, clients. A dev-dependency only.

pub mod backend;
pub mod certificates;
pub mod client;
pub mod database;
pub mod https;
pub mod name_server;
pub mod pebble;
pub mod watchdog;

pub use backend::{Behaviour, MockBackend, ReceivedRequest};
pub use certificates::{Authority, Issued};
pub use client::{RawConnection, TestClient, TestResponse};
pub use https::{HttpsClient, HttpsConnection};
pub use name_server::NameServer;
pub use pebble::{Pebble, PebbleSettings};
pub use watchdog::Watchdog;
