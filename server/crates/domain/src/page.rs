//! Pages of a list: what is asked for and what comes back.

use serde::{Deserialize, Serialize};

/// Which page of a list, searched and sorted in the database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageQuery {
    /// 1 is the first page.
    pub page_number: u64,
    /// Rows of one page: 10 to 100.
    pub page_size: u64,
    /// Only rows that have this text in their searchable columns; empty for all.
    #[serde(default)]
    pub search: String,
    /// A column that the list sorts by; the list's default when empty or unknown.
    #[serde(default)]
    pub sort: String,
    /// Largest first.
    #[serde(default)]
    pub descending: bool,
}

impl PageQuery {
    /// Sizes that the console offers.
    pub const SIZES: [u64; 3] = [10, 20, 50];

    /// Page `page_number` (at least 1) of `page_size` rows (brought into 10..=100).
    #[must_use]
    pub fn new(page_number: u64, page_size: u64) -> Self {
        Self {
            page_number: page_number.max(1),
            page_size: page_size.clamp(10, 100),
            search: String::new(),
            sort: String::new(),
            descending: false,
        }
    }

    /// Rows before this page.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.page_number.saturating_sub(1).saturating_mul(self.limit())
    }

    /// Rows of this page at most, also when the field was set out of its range.
    #[must_use]
    pub fn limit(&self) -> u64 {
        self.page_size.clamp(10, 100)
    }
}

impl Default for PageQuery {
    fn default() -> Self {
        Self::new(1, 20)
    }
}

/// One page of rows and how many rows there are in all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The rows of this page.
    pub rows: Vec<T>,
    /// Rows on all pages together.
    pub total: u64,
}

impl<T> Page<T> {
    /// The same page with each row turned into another.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { rows: self.rows.into_iter().map(f).collect(), total: self.total }
    }
}
