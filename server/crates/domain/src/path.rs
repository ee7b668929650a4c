//! Path templates: `/pets/{petId}`, and how a request path is taken apart to be matched with them.

use crate::error::{DomainError, ErrorKind};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Longest sub path, in characters (the original allows 64).
pub const PATH_MAX: usize = 512;

/// One part of a template between two slashes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Segment {
    /// Stands for itself.
    Literal(String),
    /// `{name}`: stands for any one non-empty part of a request path.
    Parameter(String),
}

/// A sub path of an API: begins with `/`; digits, letters, `/ - _ .` and `{name}` for whole segments.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PathTemplate {
    text: String,
    segments: Vec<Segment>,
}

impl PathTemplate {
    /// The template as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its segments; none for `/`. A trailing slash counts as an empty last literal, so `/a` and `/a/` differ.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The names in braces, in their order.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().filter_map(|segment| match segment {
            Segment::Parameter(name) => Some(name.as_str()),
            Segment::Literal(_) => None,
        })
    }

    /// The template with all names in braces made equal: two templates with the same shape match the same paths.
    #[must_use]
    pub fn shape(&self) -> String {
        let parts = self.segments.iter().map(|segment| match segment {
            Segment::Literal(text) => text.as_str(),
            Segment::Parameter(_) => "{}",
        });
        parts.fold(String::new(), |shape, part| shape + "/" + part)
    }
}

fn wrong(message: &str, message_zh: &str) -> DomainError {
    DomainError::new(ErrorKind::Format, "path", message, message_zh)
}

fn segment(text: &str) -> Result<Segment, DomainError> {
    if let Some(name) = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        let fits = !name.is_empty()
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
        return if fits {
            Ok(Segment::Parameter(name.to_owned()))
        } else {
            Err(wrong(
                "a path parameter is {name}, made of letters, digits, hyphen and underscore",
                "路径参数格式为{name}，只支持数字、大小写字母、中划线\"-\"及英文下划线\"_\"",
            ))
        };
    }
    let fits = text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    if !fits || text == "." || text == ".." {
        return Err(wrong(
            "only digits, letters, \"/\", hyphen, underscore, dot, and {name} for a whole segment",
            "只支持数字、大小写字母、\"/\"、\"{}\"、中划线\"-\"、点\".\"及英文下划线\"_\"，{name}须占整个路径段",
        ));
    }
    Ok(Segment::Literal(text.to_owned()))
}

impl FromStr for PathTemplate {
    type Err = DomainError;

    fn from_str(text: &str) -> Result<Self, DomainError> {
        let Some(rest) = text.strip_prefix('/') else {
            return Err(if text.is_empty() {
                DomainError::required("path")
            } else {
                wrong("begins with \"/\"", "必须以\"/\"开头")
            });
        };
        if text.chars().count() > PATH_MAX {
            return Err(DomainError::too_long("path", PATH_MAX));
        }
        let parts: Vec<&str> = if rest.is_empty() { Vec::new() } else { rest.split('/').collect() };
        if parts.iter().rev().skip(1).any(|part| part.is_empty()) {
            return Err(wrong("has no empty segment", "不能有空的路径段"));
        }
        let segments = parts.into_iter().map(segment).collect::<Result<Vec<_>, _>>()?;
        let template = Self { text: text.to_owned(), segments };
        let mut names: Vec<&str> = template.parameters().collect();
        names.sort_unstable();
        if names.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(wrong("names each path parameter once", "路径参数名不能重复"));
        }
        Ok(template)
    }
}

impl TryFrom<String> for PathTemplate {
    type Error = DomainError;
    fn try_from(text: String) -> Result<Self, DomainError> {
        text.parse()
    }
}

impl From<PathTemplate> for String {
    fn from(template: PathTemplate) -> String {
        template.text
    }
}

impl fmt::Display for PathTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_parameters_in_braces() {
        let template: PathTemplate = "/pets/{petId}/photos/{photo-id}".parse().unwrap();
        assert_eq!(template.parameters().collect::<Vec<_>>(), ["petId", "photo-id"]);
        assert_eq!(template.shape(), "/pets/{}/photos/{}");
        assert_eq!("/".parse::<PathTemplate>().unwrap().segments(), []);
    }

    #[test]
    fn refuses_what_no_request_could_match_or_what_is_ambiguous() {
        for bad in
            ["", "pets", "//", "/a//b", "/{}", "/a{b}", "/{a}/{a}", "/a b", "/..", "/ä", "/a?b"]
        {
            assert!(bad.parse::<PathTemplate>().is_err(), "{bad}");
        }
        assert!(format!("/{}", "a".repeat(512)).parse::<PathTemplate>().is_err());
    }
}
