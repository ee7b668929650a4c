//! An address to listen at, or nowhere: for `#[serde(with = "optional_address")]`.

use serde::{Deserialize, Deserializer, Serializer, de::Error as _};
use std::net::SocketAddr;

pub(super) fn serialize<S: Serializer>(
    address: &Option<SocketAddr>,
    to: S,
) -> Result<S::Ok, S::Error> {
    match address {
        Some(address) => to.collect_str(address),
        None => to.serialize_str(""),
    }
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<SocketAddr>, D::Error> {
    let text = String::deserialize(from)?;
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = |_not_one| D::Error::custom(format!("{text:?} is no address like 127.0.0.1:9100"));
    text.parse().map(Some).map_err(wrong)
}
