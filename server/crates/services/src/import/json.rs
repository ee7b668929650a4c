//! JSON that the YAML reader does not take as it is: tabs between tokens, and characters that are written as two escapes.

use std::borrow::Cow;

/// `text` as it is when it is not a JSON object; otherwise the same document with spaces for tabs, and with each pair of
/// surrogate escapes as the one character that it means. Lines stay where they are.
pub(crate) fn as_yaml(text: &str) -> Cow<'_, str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let needs_it = text.contains('\t') || text.contains("\\u");
    if !text.trim_start().starts_with('{') || !needs_it {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let (mut rest, mut in_string) = (text, false);
    while let Some(c) = rest.chars().next() {
        if let Some((shown, length)) = in_string.then(|| surrogates(rest)).flatten() {
            out.push(shown);
            rest = &rest[length..];
            continue;
        }
        let mut length = c.len_utf8();
        match c {
            '"' => in_string = !in_string,
            // The escaped character must not end the string.
            '\\' if in_string => length += rest[1..].chars().next().map_or(0, char::len_utf8),
            _ => {}
        }
        out.push_str(if c == '\t' && !in_string { " " } else { &rest[..length] });
        rest = &rest[length..];
    }
    Cow::Owned(out)
}

/// The character that two surrogate escapes at the beginning of `text` mean, and their length; U+FFFD for one alone.
fn surrogates(text: &str) -> Option<(char, usize)> {
    let unit = |text: &str| {
        let digits = text.strip_prefix("\\u")?.get(..4)?;
        u16::from_str_radix(digits, 16).ok()
    };
    let first = unit(text).filter(|unit| (0xd800..0xe000).contains(unit))?;
    let second = text.get(6..).and_then(unit);
    let pair = second.and_then(|second| char::decode_utf16([first, second]).next()?.ok());
    Some(pair.map_or((char::REPLACEMENT_CHARACTER, 6), |shown| (shown, 12)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tabs_between_tokens_become_spaces_and_those_in_texts_stay() {
        assert_eq!(as_yaml("{\n\t\"a\":\t\"b\tc\"}"), "{\n \"a\": \"b\tc\"}");
        assert_eq!(as_yaml("{\t\"a\\\"\tb\": 1}"), "{ \"a\\\"\tb\": 1}");
    }

    #[test]
    fn a_pair_of_surrogates_becomes_its_character() {
        assert_eq!(as_yaml(r#"{"a": "x\ud83d\ude00y"}"#), "{\"a\": \"x😀y\"}");
        assert_eq!(as_yaml(r#"{"a": "\ud83dy"}"#), "{\"a\": \"\u{fffd}y\"}");
        assert_eq!(as_yaml(r#"{"a": "\\ud83d\u00e9"}"#), r#"{"a": "\\ud83d\u00e9"}"#);
    }

    #[test]
    fn yaml_stays_as_it_is() {
        assert_eq!(as_yaml("a: \"\\ud83d\"\nb:\tc"), "a: \"\\ud83d\"\nb:\tc");
    }
}
