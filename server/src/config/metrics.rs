//! `[metrics]`: the door of Prometheus.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::net::SocketAddr;

/// Settings of the metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct MetricsConfig {
    /// Where `/metrics` is served; `None` (written as an empty text) for nowhere.
    #[serde(serialize_with = "write", deserialize_with = "read")]
    pub listen: Option<SocketAddr>,
}

fn write<S: Serializer>(address: &Option<SocketAddr>, to: S) -> Result<S::Ok, S::Error> {
    match address {
        Some(address) => to.collect_str(address),
        None => to.serialize_str(""),
    }
}

fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Option<SocketAddr>, D::Error> {
    let text = String::deserialize(from)?;
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = |_not_one| D::Error::custom(format!("{text:?} is no address like 127.0.0.1:9100"));
    text.parse().map(Some).map_err(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(listen: &str) -> Result<MetricsConfig, toml::de::Error> {
        toml::from_str(&format!("listen = {listen:?}"))
    }

    #[test]
    fn is_nowhere_or_at_an_address() {
        assert_eq!(of("").unwrap().listen, None);
        let config = of("127.0.0.1:9100").unwrap();
        assert_eq!(config.listen, Some(SocketAddr::from(([127, 0, 0, 1], 9100))));
        assert_eq!(toml::to_string(&config).unwrap(), "listen = \"127.0.0.1:9100\"\n");
        assert!(of("9100").unwrap_err().to_string().contains("9100"));
    }
}
