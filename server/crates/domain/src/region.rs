//! The regions that resources live in. A resource never changes its region.

use crate::error::{DomainError, ErrorKind};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A region of the product's map.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
pub enum Region {
    /// North China, Beijing.
    #[default]
    #[serde(rename = "cn-north-1")]
    CnNorth1,
    /// East China, Suqian.
    #[serde(rename = "cn-east-1")]
    CnEast1,
    /// East China, Shanghai.
    #[serde(rename = "cn-east-2")]
    CnEast2,
    /// South China, Guangzhou.
    #[serde(rename = "cn-south-1")]
    CnSouth1,
}

impl Region {
    /// All regions, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::CnNorth1, Self::CnEast1, Self::CnEast2, Self::CnSouth1];

    /// The region's id, e.g. `cn-north-1`; part of host names.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CnNorth1 => "cn-north-1",
            Self::CnEast1 => "cn-east-1",
            Self::CnEast2 => "cn-east-2",
            Self::CnSouth1 => "cn-south-1",
        }
    }
}

impl FromStr for Region {
    type Err = DomainError;
    fn from_str(text: &str) -> Result<Self, DomainError> {
        Self::ALL.into_iter().find(|r| r.as_str() == text).ok_or_else(|| {
            DomainError::new(ErrorKind::Range, "regionId", "no such region", "没有该地域")
        })
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
