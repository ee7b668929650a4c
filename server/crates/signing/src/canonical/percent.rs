//! Percent-encoding as the clients do it: decode leniently, encode every octet but the unreserved ones of RFC 3986.

use crate::hexadecimal;

/// What decoding met that encoding again cannot give back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Loss {
    /// A literal `+`.
    pub(crate) plus: bool,
    /// `%2F`, which became a separator of segments.
    pub(crate) slash: bool,
    /// A `%` without two hexadecimal digits, or octets that are not UTF-8.
    pub(crate) malformed: bool,
}

impl Loss {
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            plus: self.plus || other.plus,
            slash: self.slash || other.slash,
            malformed: self.malformed || other.malformed,
        }
    }
}

/// What a literal `+` stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plus {
    Space,
    Itself,
}

/// Appends `text` decoded once to `out`: a `%` without two digits stays, octets that are not UTF-8 become U+FFFD.
pub(crate) fn decode(text: &str, plus: Plus, out: &mut Vec<u8>) -> Loss {
    let start = out.len();
    let mut loss = Loss::default();
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        match byte {
            b'%' => match tail {
                [high, low, tail @ ..]
                    if let (Some(high), Some(low)) =
                        (hexadecimal::value(*high), hexadecimal::value(*low)) =>
                {
                    let octet = high << 4 | low;
                    loss.slash |= octet == b'/';
                    out.push(octet);
                    rest = tail;
                }
                _ => {
                    loss.malformed = true;
                    out.push(b'%');
                }
            },
            b'+' => {
                loss.plus = true;
                out.push(if plus == Plus::Space { b' ' } else { b'+' });
            }
            _ => out.push(byte),
        }
    }
    if let Err(_not_utf8) = std::str::from_utf8(&out[start..]) {
        loss.malformed = true;
        let replaced = String::from_utf8_lossy(&out[start..]).into_owned();
        out.truncate(start);
        out.extend_from_slice(replaced.as_bytes());
    }
    loss
}

/// Appends `text` with every octet encoded but the unreserved ones and, for paths, `/`.
pub(crate) fn encode(text: &[u8], keep_slash: bool, out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for &byte in text {
        if is_unreserved(byte) || (keep_slash && byte == b'/') {
            out.push(byte);
        } else {
            out.extend_from_slice(&[
                b'%',
                DIGITS[usize::from(byte >> 4)],
                DIGITS[usize::from(byte & 15)],
            ]);
        }
    }
}

/// Whether RFC 3986 never encodes this octet.
pub(crate) fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &str, plus: Plus) -> (String, Loss) {
        let mut out = b"kept".to_vec();
        let loss = decode(text, plus, &mut out);
        (String::from_utf8(out.split_off(4)).unwrap(), loss)
    }

    #[test]
    fn decodes_octets_of_either_case_and_leaves_the_rest() {
        assert_eq!(decoded("a%20%e4%B8%aDb%41", Plus::Itself), ("a 中bA".into(), Loss::default()));
    }

    #[test]
    fn a_plus_is_a_space_only_where_asked() {
        assert_eq!(decoded("1+1%2B", Plus::Space).0, "1 1+");
        assert_eq!(decoded("1+1%2B", Plus::Itself).0, "1+1+");
        assert!(decoded("1+1", Plus::Itself).1.plus && !decoded("1%2B1", Plus::Space).1.plus);
    }

    #[test]
    fn a_broken_escape_stays_as_it_is() {
        let malformed = Loss { malformed: true, ..Loss::default() };
        for text in ["%", "%2", "%zz", "%+1", "a%", "%-1", "%é"] {
            assert_eq!(decoded(text, Plus::Itself).0, text);
            assert!(decoded(text, Plus::Itself).1.and(malformed).malformed);
        }
        assert_eq!(decoded("%%41", Plus::Itself), ("%A".into(), malformed));
    }

    #[test]
    fn octets_that_are_not_utf8_become_the_replacement_character() {
        assert_eq!(decoded("%FFa%C3", Plus::Itself).0, "\u{FFFD}a\u{FFFD}");
        assert!(decoded("%FF", Plus::Itself).1.malformed);
    }

    #[test]
    fn encodes_all_but_unreserved_octets_in_upper_case() {
        let mut out = Vec::new();
        encode("Az09-._~/ é:+%".as_bytes(), false, &mut out);
        assert_eq!(out, b"Az09-._~%2F%20%C3%A9%3A%2B%25");
        out.clear();
        encode(b"/a b", true, &mut out);
        assert_eq!(out, b"/a%20b");
    }
}
