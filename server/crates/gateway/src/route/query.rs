//! Query parameters of a request, raw and as they read.

use std::borrow::Cow;

/// The parameters of a raw query: the name as it reads, and the whole parameter as it was received. Empty ones are left out.
pub(crate) fn pairs(raw: &str) -> impl Iterator<Item = (Cow<'_, [u8]>, &str)> {
    let pairs = raw.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| (decoded(pair.split_once('=').map_or(pair, |(name, _)| name), true), pair))
}

/// The value of a parameter as it reads; empty without a `=`.
pub(crate) fn value_of(pair: &str) -> Cow<'_, [u8]> {
    decoded(pair.split_once('=').map_or("", |(_, value)| value), true)
}

/// A part of a path or query as it reads: escapes decoded, in a query `+` is a blank. What is no escape stays as it is.
pub(crate) fn decoded(raw: &str, plus_is_blank: bool) -> Cow<'_, [u8]> {
    if !raw.bytes().any(|b| b == b'%' || (b == b'+' && plus_is_blank)) {
        return Cow::Borrowed(raw.as_bytes());
    }
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let (byte, after) = match (first, tail) {
            (b'+', _) if plus_is_blank => (b' ', tail),
            (b'%', [high, low, after @ ..]) => match hex(*high).zip(hex(*low)) {
                Some((high, low)) => (high << 4 | low, after),
                None => (first, tail),
            },
            _ => (first, tail),
        };
        bytes.push(byte);
        rest = after;
    }
    Cow::Owned(bytes)
}

#[expect(clippy::cast_possible_truncation, reason = "a hexadecimal digit is less than 16")]
fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_read_decoded_and_stay_as_they_were_received() {
        let read: Vec<(String, String, &str)> =
            pairs("a+b=1+2&&%E7%89%88=%31&flag&p=100%&q=%zz&r=a=b")
                .map(|(name, pair)| {
                    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
                    (text(&name), text(&value_of(pair)), pair)
                })
                .collect();
        let expected = [
            ("a b", "1 2", "a+b=1+2"),
            ("版", "1", "%E7%89%88=%31"),
            ("flag", "", "flag"),
            ("p", "100%", "p=100%"),
            ("q", "%zz", "q=%zz"),
            ("r", "a=b", "r=a=b"),
        ];
        assert_eq!(read, expected.map(|(n, v, p)| (n.to_owned(), v.to_owned(), p)));
        assert_eq!(decoded("a+b%20c", false), Cow::<[u8]>::Owned(b"a+b c".to_vec()));
    }
}
