//! JSON texts of callers as values.

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value, error::Category};
use std::fmt;

/// Why a text is no value, and where that was seen: 1-based line and column, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonProblem {
    /// It is no JSON, or nested more than 128 levels deep.
    Syntax {
        /// The line.
        line: usize,
        /// The column.
        column: usize,
    },
    /// An object names a member twice.
    Duplicate {
        /// The line after the second one.
        line: usize,
        /// The column after the second one.
        column: usize,
    },
}

/// Reads a JSON text.
///
/// # Errors
/// When it is none, is nested too deeply, or an object in it names a member twice.
pub fn parse(text: &[u8]) -> Result<Value, JsonProblem> {
    let read = serde_json::from_slice::<Unambiguous>(text);
    read.map(|Unambiguous(value)| value).map_err(|wrong| {
        let (line, column) = (wrong.line(), wrong.column());
        match wrong.classify() {
            // Nothing else is asked of a value than that its members are different ones.
            Category::Data => JsonProblem::Duplicate { line, column },
            Category::Syntax | Category::Eof | Category::Io => JsonProblem::Syntax { line, column },
        }
    })
}

/// A value whose objects name each member once.
struct Unambiguous(Value);

impl<'de> Deserialize<'de> for Unambiguous {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor).map(Self)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Unambiguous(value)) = items.next_element()? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let Unambiguous(value) = members.next_value()?;
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom("a member is named twice"));
            }
        }
        Ok(Value::Object(object))
    }
}
