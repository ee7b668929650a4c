//! Import: a Swagger 2.0 document, YAML or JSON, becomes APIs of a revision.
//!
//! A document is read in two steps. [`read`] turns it into drafts, one for each operation: the API it would become, or the reason
//! why it cannot become one, with the line of the document. [`plan`] compares the drafts with the APIs of a revision. Neither
//! writes, and neither can be made to use much memory or time by what stands in the document: its size, depth, number of parts,
//! number of operations and the size of its schemas once references are resolved are all bounded.
//!
//! How an operation becomes an API:
//!
//! - **Name**: `operationId`; without one, made of method and path (`GET /pets/{petId}` → `getPetsByPetId`).
//! - **Path**: `basePath` + path. What the group's own prefix says already is left out of `basePath`, so that the published address is
//!   the one in the document.
//! - **Description**: `description`; when that is too long for an API, `summary`, or its beginning.
//! - **Parameters** of the path and of the operation, the latter first where both have one. `array` becomes a string, as it
//!   stands in a request; what is asked of other values (`enum`, `minimum`, `pattern`, …) is kept. A `body` parameter becomes the request body. `formData` becomes a request body of the type *other*, its
//!   fields told by the schema.
//! - **Bodies**: the first of `application/json`, `text/xml` (or `application/xml`) that `consumes`/`produces` name; any other media type is
//!   *other*. The response is that of 200, else the first 2xx, else `default`.
//! - **References** within the document are replaced by what they name. A schema that contains itself ends, where it would begin
//!   again, as `{"type": …, "title": its name}`: true of every such value, and finite.
//! - Vendor extensions (`x-…`), security and tags are left aside. How an API that is there already is matched and where it is
//!   forwarded to stay as they are.

mod document;
mod json;
mod operation;
mod plan;
mod schema;
mod tree;

pub(crate) use document::{Draft, read};
pub(crate) use plan::{Planned, PlannedWrite, plan};

/// Why a part of a document cannot be imported, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reason {
    /// 1-based line.
    pub(crate) line: u32,
    /// In English.
    pub(crate) en: String,
    /// In Chinese.
    pub(crate) zh: String,
}

impl Reason {
    pub(crate) fn new(line: u32, en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { line, en: en.into(), zh: zh.into() }
    }
}

#[cfg(test)]
mod tests;
