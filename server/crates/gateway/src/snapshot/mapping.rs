//! An API's mapping, compiled: names and constants are ready to be sent.

use domain::{
    ApiDefinition, MatchType, ParameterLocation, api::Parameter, mapping::ParameterSource,
    path::Segment,
};
use http::{HeaderName, HeaderValue, Method};
use std::fmt::Write as _;

/// Where a value comes from; `C` is a constant as it stands in its place.
#[derive(Debug)]
pub(crate) enum Value<C> {
    /// From the definition.
    Constant(C),
    /// From the segment of this number of the request's path.
    Segment(usize),
    /// From the query parameter of this name; the default when there is none.
    Query(Box<str>, Option<Box<str>>),
    /// From the header of this name; the default when there is none.
    Header(HeaderName, Option<Box<str>>),
}

/// A part of the backend's path.
#[derive(Debug)]
pub(crate) enum Piece {
    /// As it is, with its slashes.
    Literal(Box<str>),
    /// One segment.
    Value(Value<Box<str>>),
}

/// A query parameter to add: its encoded name, and its value.
type QueryEntry = (Box<str>, Value<Box<str>>);

/// A header of the answer: what it is set to, or that it is removed.
type AnswerChange = (HeaderName, Option<HeaderValue>);

/// An API's mapping.
#[derive(Debug)]
pub(crate) struct Mapping {
    /// The method instead of the request's.
    pub(crate) method: Option<Method>,
    /// The path instead of the request's.
    pub(crate) path: Option<Box<[Piece]>>,
    /// For an API that is matched by a prefix: how many segments of the request's path the backend's path stands for; the
    /// others follow it.
    pub(crate) rest_after: Option<usize>,
    /// Query parameters to add, by their encoded names.
    pub(crate) query: Box<[QueryEntry]>,
    /// Query parameters that are not forwarded as they are.
    pub(crate) query_taken: Box<[Box<str>]>,
    /// Headers to set.
    pub(crate) headers: Box<[(HeaderName, Value<HeaderValue>)]>,
    /// Headers that are not forwarded as they are.
    pub(crate) headers_taken: Box<[HeaderName]>,
    /// Headers of the answer to set, or to remove.
    pub(crate) answer: Box<[AnswerChange]>,
}

impl Mapping {
    /// Compiles the mapping of an API below a group's prefix of `prefix` segments; `None` when there is none.
    ///
    /// # Errors
    /// In words for a person, when a name or value cannot be sent.
    pub(crate) fn of(definition: &ApiDefinition, prefix: usize) -> Result<Option<Self>, String> {
        let mapping = &definition.mapping;
        if mapping.is_empty() {
            return Ok(None);
        }
        let sources = Sources { definition, prefix };
        let mut compiled = Self {
            method: mapping.method.and_then(|method| method.as_str().parse().ok()),
            path: sources.path()?,
            rest_after: (definition.match_type == MatchType::Prefix)
                .then(|| prefix + definition.path.segments().len()),
            query: Box::default(),
            query_taken: sources.query_taken(),
            headers: Box::default(),
            headers_taken: sources.headers_taken()?,
            answer: sources.answer()?,
        };
        let (mut query, mut headers) = (Vec::new(), Vec::new());
        for parameter in &mapping.parameters {
            if parameter.source == ParameterSource::Removed {
                continue;
            }
            match parameter.location {
                ParameterLocation::Path => {}
                ParameterLocation::Query => {
                    let value =
                        sources.value(&parameter.source, |text| Ok(encoded(text).into()))?;
                    query.push((encoded(&parameter.name).into(), value));
                }
                ParameterLocation::Header => {
                    let value = sources.value(&parameter.source, header_value)?;
                    headers.push((header_name(&parameter.name)?, value));
                }
            }
        }
        (compiled.query, compiled.headers) = (query.into(), headers.into());
        Ok(Some(compiled))
    }
}

/// What values can come from.
struct Sources<'a> {
    definition: &'a ApiDefinition,
    prefix: usize,
}

impl Sources<'_> {
    fn value<C>(
        &self,
        source: &ParameterSource,
        constant: impl FnOnce(&str) -> Result<C, String>,
    ) -> Result<Value<C>, String> {
        match source {
            ParameterSource::Constant { value } => constant(value).map(Value::Constant),
            ParameterSource::Request { location, name } => self.of_request(*location, name),
            ParameterSource::Removed => Err("a removed parameter has no value".to_owned()),
        }
    }

    fn of_request<C>(&self, location: ParameterLocation, name: &str) -> Result<Value<C>, String> {
        let declared = self.definition.parameters.iter();
        let default = declared
            .filter(|parameter: &&Parameter| parameter.location == location)
            .find(|parameter| parameter.name == name && !parameter.default_value.is_empty())
            .map(|parameter| parameter.default_value.as_str().into());
        match location {
            ParameterLocation::Query => Ok(Value::Query(name.into(), default)),
            ParameterLocation::Header => Ok(Value::Header(header_name(name)?, default)),
            ParameterLocation::Path => {
                let named = |segment: &Segment| *segment == Segment::Parameter(name.to_owned());
                let index = self.definition.path.segments().iter().position(named);
                let index = index.ok_or_else(|| format!("the path has no {{{name}}}"))?;
                Ok(Value::Segment(self.prefix + index))
            }
        }
    }

    fn path(&self) -> Result<Option<Box<[Piece]>>, String> {
        let Some(template) = &self.definition.mapping.path else { return Ok(None) };
        let mut pieces = Vec::new();
        let mut literal = String::new();
        for segment in template.segments() {
            literal.push('/');
            match segment {
                Segment::Literal(text) => literal.push_str(text),
                Segment::Parameter(name) => {
                    pieces.push(Piece::Literal(std::mem::take(&mut literal).into()));
                    pieces.push(Piece::Value(self.in_path(name)?));
                }
            }
        }
        if !literal.is_empty() {
            pieces.push(Piece::Literal(literal.into()));
        }
        Ok(Some(pieces.into()))
    }

    /// The value of a name in the backend's path: its own entry, else the API's path parameter of that name.
    fn in_path(&self, name: &str) -> Result<Value<Box<str>>, String> {
        let mut mapped = self.definition.mapping.parameters.iter();
        let own = mapped.find(|p| p.location == ParameterLocation::Path && p.name == name);
        match own {
            Some(parameter) => self.value(&parameter.source, |text| Ok(encoded(text).into())),
            None => self.of_request(ParameterLocation::Path, name),
        }
    }

    /// Names that are set, removed, or moved elsewhere.
    fn taken(&self, location: ParameterLocation) -> impl Iterator<Item = &str> {
        self.definition.mapping.parameters.iter().flat_map(move |parameter| {
            let target = (parameter.location == location).then_some(parameter.name.as_str());
            let moved = match &parameter.source {
                ParameterSource::Request { location: from, name } if *from == location => {
                    Some(name.as_str())
                }
                _ => None,
            };
            target.into_iter().chain(moved)
        })
    }

    fn query_taken(&self) -> Box<[Box<str>]> {
        self.taken(ParameterLocation::Query).map(Into::into).collect()
    }

    fn headers_taken(&self) -> Result<Box<[HeaderName]>, String> {
        self.taken(ParameterLocation::Header).map(header_name).collect()
    }

    fn answer(&self) -> Result<Box<[AnswerChange]>, String> {
        let changes = self.definition.mapping.response_headers.iter().map(|change| {
            let value = change.value.as_deref().map(header_value).transpose()?;
            Ok((header_name(&change.name)?, value))
        });
        changes.collect()
    }
}

fn header_name(name: &str) -> Result<HeaderName, String> {
    HeaderName::from_bytes(name.as_bytes())
        .map_err(|_no_name| format!("no header can be named {name}"))
}

fn header_value(text: &str) -> Result<HeaderValue, String> {
    HeaderValue::from_bytes(text.as_bytes()).map_err(|_no_value| format!("no header can be {text}"))
}

/// The text as a part of a path or query: everything but unreserved characters percent-encoded (RFC 3986).
pub(crate) fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    encode_into(&mut encoded, text.as_bytes());
    encoded
}

/// As [`encoded`], at the end of another text.
pub(crate) fn encode_into(encoded: &mut String, bytes: &[u8]) {
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(byte) {
            encoded.push(char::from(*byte));
        } else {
            // Writing to a text cannot fail.
            _ = write!(encoded, "%{byte:02X}");
        }
    }
}
