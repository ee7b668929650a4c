//! A list of addresses and networks.

use domain::IpRange;
use serde::{Deserialize, Serialize};

/// Addresses and networks: in a file a list or a text, elsewhere a text with commas between.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "String")]
pub struct AddressList(Vec<IpRange>);

/// How the list may be written.
#[derive(Deserialize)]
#[serde(untagged, expecting = "a text or a list of texts")]
enum Written {
    Text(String),
    List(Vec<String>),
}

impl AddressList {
    /// The addresses and networks.
    #[must_use]
    pub fn ranges(&self) -> &[IpRange] {
        &self.0
    }
}

impl TryFrom<Written> for AddressList {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let text = match written {
            Written::Text(text) => text,
            Written::List(texts) => texts.join(","),
        };
        domain::ip_policy::parse_ranges(&text).map(Self).map_err(|wrong| wrong.message)
    }
}

impl From<AddressList> for String {
    fn from(list: AddressList) -> Self {
        list.0.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct File {
        list: AddressList,
    }

    fn read(value: &str) -> Result<String, String> {
        let file = toml::from_str::<File>(&format!("list = {value}"));
        file.map(|file| file.list.into()).map_err(|error| error.message().to_owned())
    }

    #[test]
    fn is_a_text_or_a_list_of_texts() {
        assert_eq!(read("''").unwrap(), "");
        assert_eq!(read("'10.0.0.0/8,::1'").unwrap(), "10.0.0.0/8, ::1");
        assert_eq!(read("['10.0.0.0/8', '::1']").unwrap(), "10.0.0.0/8, ::1");
        assert!(read("'10.0.0.1/8'").unwrap_err().contains("10.0.0.0/8 or 10.0.0.1"));
        assert!(read("1").is_err() && read("[1]").is_err());
    }
}
