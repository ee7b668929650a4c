//! Taking a request path apart, and refusing paths that two servers could read differently.

use smallvec::SmallVec;

/// The parts of a path between its slashes, raw as received.
pub(crate) type Segments<'a> = SmallVec<[&'a str; 16]>;

/// Why a path is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PathProblem {
    /// It does not begin with a slash.
    NotAbsolute,
    /// It has `.` or `..` as a part, plain or encoded, between slashes or backslashes, or before a `;`.
    DotSegment,
    /// It has two slashes in a row.
    EmptySegment,
    /// It has an encoded control character.
    ControlCharacter,
    /// It has a `%` without two hexadecimal digits.
    BrokenEscape,
}

impl PathProblem {
    /// The rule, in words for the caller.
    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::NotAbsolute => "the path does not begin with a slash",
            Self::DotSegment => "the path has a dot segment",
            Self::EmptySegment => "the path has an empty segment",
            Self::ControlCharacter => "the path has a control character",
            Self::BrokenEscape => "the path has a percent sign without two hexadecimal digits",
        }
    }
}

/// The segments of a raw path; none for `/`, and an empty last one after a trailing slash.
///
/// # Errors
/// When a backend could take the path for another one than the gateway does.
pub(crate) fn split(path: &str) -> Result<Segments<'_>, PathProblem> {
    let rest = path.strip_prefix('/').ok_or(PathProblem::NotAbsolute)?;
    if rest.is_empty() {
        return Ok(Segments::new());
    }
    // Byte by byte, once: searches for one character each cost more than that, as segments are short.
    let (mut segments, mut start, mut is_plain) = (Segments::new(), 0, true);
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            b'/' if at == start => return Err(PathProblem::EmptySegment),
            b'/' => {
                segments.push(&rest[start..at]);
                start = at + 1;
            }
            b'.' | b'%' | b'\\' => is_plain = false,
            _ => {}
        }
    }
    segments.push(&rest[start..]);
    if !is_plain {
        segments.iter().try_for_each(|segment| check(segment))?;
    }
    Ok(segments)
}

/// Checks one segment.
fn check(segment: &str) -> Result<(), PathProblem> {
    let mut decoded: SmallVec<[u8; 128]> = SmallVec::new();
    decode(segment, &mut decoded)?;
    if decoded.iter().any(u8::is_ascii_control) {
        return Err(PathProblem::ControlCharacter);
    }
    // An encoded slash or a backslash makes no segment here, but some backends see one.
    let has_dots = decoded
        .split(|b| matches!(b, b'/' | b'\\'))
        .map(|part| part.split(|b| *b == b';').next().unwrap_or_default())
        .any(|part| part == b"." || part == b"..");
    if has_dots { Err(PathProblem::DotSegment) } else { Ok(()) }
}

/// Appends `segment` with its escapes decoded, once.
fn decode(segment: &str, decoded: &mut SmallVec<[u8; 128]>) -> Result<(), PathProblem> {
    let mut bytes = segment.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let (Some(high), Some(low)) =
                (bytes.next().and_then(digit), bytes.next().and_then(digit))
            else {
                return Err(PathProblem::BrokenEscape);
            };
            decoded.push(high << 4 | low);
        } else {
            decoded.push(byte);
        }
    }
    Ok(())
}

#[expect(clippy::cast_possible_truncation, reason = "a hexadecimal digit is less than 16")]
fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

/// Calls `with` with the segment as literals are compared with it: escapes decoded, where there are any.
pub(crate) fn with_decoded<T>(segment: &str, with: impl FnOnce(&[u8]) -> T) -> T {
    if !segment.bytes().any(|byte| byte == b'%') {
        return with(segment.as_bytes());
    }
    let mut decoded = SmallVec::new();
    match decode(segment, &mut decoded) {
        Ok(()) => with(&decoded),
        Err(_broken) => with(segment.as_bytes()),
    }
}

/// What is left of a raw path when its first `count` segments are taken away: `/` when that is all of it.
pub(crate) fn without_first(path: &str, count: usize) -> &str {
    let mut slashes = path.bytes().enumerate().filter(|(_, byte)| *byte == b'/');
    slashes.nth(count).map_or("/", |(at, _)| &path[at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trailing_slash_is_an_empty_last_segment() {
        assert_eq!(split("/").unwrap().as_slice(), [""; 0]);
        assert_eq!(split("/a").unwrap().as_slice(), ["a"]);
        assert_eq!(split("/a/").unwrap().as_slice(), ["a", ""]);
        assert_eq!(split("/a/b%20c/d").unwrap().as_slice(), ["a", "b%20c", "d"]);
    }

    #[test]
    fn an_encoded_slash_makes_no_segment() {
        assert_eq!(split("/a%2Fb/c").unwrap().as_slice(), ["a%2Fb", "c"]);
    }

    #[test]
    fn refuses_dot_segments_however_they_are_written() {
        for path in [
            "/.",
            "/..",
            "/a/../b",
            "/a/./b",
            "/a/..",
            "/%2e",
            "/%2E%2e/b",
            "/.%2e",
            "/a/..;x/b",
            "/a/.;/b",
            "/a%2f..%2fb",
            "/a%2F%2e%2e",
            "/a\\..\\b",
            "/..\\b",
            "/a%5c..%5cb",
            "/..%2f",
        ] {
            assert_eq!(split(path), Err(PathProblem::DotSegment), "{path}");
        }
    }

    #[test]
    fn dots_within_a_name_are_no_dot_segments() {
        for path in ["/a.b", "/...", "/.well-known/x", "/a..", "/..a", "/v1.0/", "/%2ea", "/a;b=.."]
        {
            assert!(split(path).is_ok(), "{path}");
        }
    }

    #[test]
    fn refuses_empty_segments_control_characters_and_broken_escapes() {
        for (path, problem) in [
            ("//", PathProblem::EmptySegment),
            ("//a", PathProblem::EmptySegment),
            ("/a//b", PathProblem::EmptySegment),
            ("/a//", PathProblem::EmptySegment),
            ("/a%00", PathProblem::ControlCharacter),
            ("/a%0d%0aHost:b", PathProblem::ControlCharacter),
            ("/%7F", PathProblem::ControlCharacter),
            ("/100%", PathProblem::BrokenEscape),
            ("/%zz", PathProblem::BrokenEscape),
            ("/%2", PathProblem::BrokenEscape),
            ("*", PathProblem::NotAbsolute),
            ("", PathProblem::NotAbsolute),
        ] {
            assert_eq!(split(path), Err(problem), "{path}");
        }
    }

    #[test]
    fn literals_are_compared_with_the_decoded_segment() {
        assert!(with_decoded("p%65ts", |decoded| decoded == b"pets"));
        assert!(with_decoded("pets", |decoded| decoded == b"pets"));
        assert!(with_decoded("%E4%BD%A0", |decoded| decoded == "你".as_bytes()));
    }

    #[test]
    fn the_first_segments_are_taken_away_raw() {
        for (path, count, left) in [
            ("/petstore/pets/a%20b", 1, "/pets/a%20b"),
            ("/p%65tstore/pets", 1, "/pets"),
            ("/todo/api/v1/x", 3, "/x"),
            ("/petstore", 1, "/"),
            ("/petstore/", 1, "/"),
            ("/pets", 0, "/pets"),
        ] {
            assert_eq!(without_first(path, count), left, "{path}");
        }
    }
}
