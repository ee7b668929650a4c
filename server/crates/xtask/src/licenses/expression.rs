//! SPDX licence expressions: `MIT OR (Apache-2.0 WITH LLVM-exception AND ISC)`.

/// A parsed expression.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Expression {
    /// One licence, with its exception if it has one.
    License(String),
    All(Vec<Expression>),
    Any(Vec<Expression>),
}

impl Expression {
    /// Parses an expression as in the `license` key of a Cargo.toml, where `/` is an older way to write OR.
    ///
    /// # Errors
    /// When it is not one.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let spaced = text.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
        let words: Vec<&str> = spaced.split_whitespace().collect();
        let mut rest = words.as_slice();
        let expression = any(&mut rest)?;
        match rest {
            [] => Ok(expression),
            [word, ..] => Err(format!("unexpected {word:?}")),
        }
    }

    /// Whether the product may be given away under licences of `allowed` alone.
    pub(super) fn is_satisfied(&self, allowed: &[String]) -> bool {
        match self {
            Self::License(license) => allowed.contains(license),
            Self::All(parts) => parts.iter().all(|part| part.is_satisfied(allowed)),
            Self::Any(parts) => parts.iter().any(|part| part.is_satisfied(allowed)),
        }
    }
}

/// OR binds less than AND.
fn any(rest: &mut &[&str]) -> Result<Expression, String> {
    let mut parts = vec![all(rest)?];
    while take(rest, "OR") {
        parts.push(all(rest)?);
    }
    Ok(one_or(parts, Expression::Any))
}

fn all(rest: &mut &[&str]) -> Result<Expression, String> {
    let mut parts = vec![single(rest)?];
    while take(rest, "AND") {
        parts.push(single(rest)?);
    }
    Ok(one_or(parts, Expression::All))
}

fn single(rest: &mut &[&str]) -> Result<Expression, String> {
    if take(rest, "(") {
        let inner = any(rest)?;
        return if take(rest, ")") {
            Ok(inner)
        } else {
            Err("a parenthesis is not closed".to_owned())
        };
    }
    let license = name(rest)?;
    if take(rest, "WITH") {
        return Ok(Expression::License(format!("{license} WITH {}", name(rest)?)));
    }
    Ok(Expression::License(license))
}

fn name(rest: &mut &[&str]) -> Result<String, String> {
    match rest {
        [word, after @ ..] if !["AND", "OR", "WITH", "(", ")"].contains(word) => {
            *rest = after;
            Ok((*word).to_owned())
        }
        [word, ..] => Err(format!("a licence is missing before {word:?}")),
        [] => Err("a licence is missing at the end".to_owned()),
    }
}

fn take(rest: &mut &[&str], word: &str) -> bool {
    match rest {
        [first, after @ ..] if *first == word => {
            *rest = after;
            true
        }
        _ => false,
    }
}

fn one_or(mut parts: Vec<Expression>, many: fn(Vec<Expression>) -> Expression) -> Expression {
    match (parts.len(), parts.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            parts.extend(last);
            many(parts)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn satisfied(text: &str, allowed: &[&str]) -> bool {
        let allowed: Vec<String> = allowed.iter().map(|&name| name.to_owned()).collect();
        Expression::parse(text).unwrap().is_satisfied(&allowed)
    }

    #[test]
    fn one_licence_of_an_or_is_enough() {
        assert!(satisfied("MIT OR GPL-2.0-only", &["MIT"]));
        assert!(!satisfied("LGPL-2.1-only OR GPL-2.0-only", &["MIT"]));
    }

    #[test]
    fn every_licence_of_an_and_is_needed() {
        assert!(satisfied("MIT AND ISC", &["MIT", "ISC"]));
        assert!(!satisfied("MIT AND ISC", &["MIT"]));
    }

    #[test]
    fn and_binds_more_than_or() {
        assert!(satisfied("MIT OR ISC AND GPL-2.0-only", &["MIT"]));
        assert!(!satisfied("(MIT OR ISC) AND GPL-2.0-only", &["MIT", "ISC"]));
    }

    #[test]
    fn a_slash_is_an_or() {
        assert!(satisfied("MIT/Apache-2.0", &["Apache-2.0"]));
    }

    #[test]
    fn an_exception_belongs_to_its_licence() {
        let text = "Apache-2.0 WITH LLVM-exception";
        assert!(satisfied(text, &["Apache-2.0 WITH LLVM-exception"]));
        assert!(!satisfied(text, &["Apache-2.0"]));
    }

    #[test]
    fn refuses_what_is_no_expression() {
        for text in ["", "MIT OR", "MIT ISC", "(MIT", "MIT)", "AND MIT"] {
            assert!(Expression::parse(text).is_err(), "{text:?}");
        }
    }
}
