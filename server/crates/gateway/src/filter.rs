//! One phase step a file.

pub(crate) mod access_auth;
pub(crate) mod mock;
