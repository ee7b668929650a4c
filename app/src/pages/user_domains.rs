//! The domains of a group: those that were made with it, and custom ones.

mod automatic;
mod certificate;
mod dialogs;
mod list;
mod verify;

pub use list::{StateBadge, UserDomainListPage};
