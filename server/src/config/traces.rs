//! `[traces]`: where calls go as spans.

use ::gateway::Collector;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// Settings of the export of traces.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct TracesConfig {
    /// Where spans are sent; `None` (written as an empty text) for nowhere.
    #[serde(serialize_with = "write", deserialize_with = "read")]
    pub collector: Option<Collector>,
    /// Of traces that begin here, how many in a hundred are sampled.
    pub sample_percent: u8,
}

impl Default for TracesConfig {
    fn default() -> Self {
        Self { collector: None, sample_percent: 100 }
    }
}

#[expect(clippy::ref_option, reason = "the signature is serde's")]
fn write<S: Serializer>(collector: &Option<Collector>, to: S) -> Result<S::Ok, S::Error> {
    match collector {
        Some(collector) => to.collect_str(collector),
        None => to.serialize_str(""),
    }
}

fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Collector>, D::Error> {
    let text = String::deserialize(from)?;
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(D::Error::custom) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_nowhere_or_at_a_collectors_address() {
        let of = |text: &str| toml::from_str::<TracesConfig>(&format!("collector = {text:?}"));
        assert_eq!(of("").unwrap(), TracesConfig::default());
        let config = of("http://collector").unwrap();
        assert!(toml::to_string(&config).unwrap().contains("\"http://collector:4318/v1/traces\""));
        assert!(of("collector").unwrap_err().to_string().contains("collector"));
    }
}
