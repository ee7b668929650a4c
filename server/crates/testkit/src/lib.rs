//! What the tests of several crates start from: databases, a backend, clients. A dev-dependency only.

pub mod backend;
pub mod client;
pub mod database;
pub mod watchdog;

pub use backend::{Behaviour, MockBackend, ReceivedRequest};
pub use client::{RawConnection, TestClient, TestResponse};
pub use watchdog::Watchdog;
