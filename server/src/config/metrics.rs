//! `[metrics]`: the door of Prometheus.

use super::optional_address;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;

/// Settings of the metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct MetricsConfig {
    /// Where `/metrics` is served; `None` (written as an empty text) for nowhere.
    #[serde(with = "optional_address")]
    pub listen: Option<SocketAddr>,
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
