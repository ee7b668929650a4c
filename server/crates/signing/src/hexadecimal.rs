//! Hexadecimal digits of 32 octets, without allocating.

/// 64 lower-case digits.
pub(crate) fn encode(octets: &[u8; 32]) -> [u8; 64] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut digits = [0; 64];
    for (pair, octet) in digits.chunks_exact_mut(2).zip(octets) {
        pair[0] = DIGITS[usize::from(octet >> 4)];
        pair[1] = DIGITS[usize::from(octet & 15)];
    }
    digits
}

/// 64 lower-case digits as text of its own.
pub(crate) fn text(octets: &[u8; 32]) -> String {
    encode(octets).map(char::from).iter().collect()
}

/// The octets of exactly 64 digits of either case.
pub(crate) fn decode(digits: &str) -> Option<[u8; 32]> {
    if digits.len() != 64 {
        return None;
    }
    let mut octets = [0; 32];
    for (octet, pair) in octets.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
        *octet = value(pair[0])? << 4 | value(pair[1])?;
    }
    Some(octets)
}

/// The value of one digit of either case.
pub(crate) fn value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_octet_is_written_and_read_back_in_either_case() {
        for octet in 0..=u8::MAX {
            let text = text(&[octet; 32]);
            assert_eq!(text, format!("{octet:02x}").repeat(32));
            assert_eq!(decode(&text), Some([octet; 32]));
            assert_eq!(decode(&text.to_uppercase()), Some([octet; 32]));
        }
    }

    #[test]
    fn only_64_digits_are_read() {
        let digits = "0".repeat(64);
        assert_eq!(decode(&digits[1..]), None);
        assert_eq!(decode(&format!("{digits}0")), None);
        for wrong in ["g", "G", "/", ":", "@", "`", " "] {
            assert_eq!(decode(&digits.replacen('0', wrong, 1)), None, "{wrong}");
        }
        assert_eq!(decode(&"é".repeat(32)), None);
    }
}
