//! Randomness from the operating system: ids and secrets.

use crate::ServiceError;
use domain::Secret;

/// `N` random bytes.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], ServiceError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|cause| ServiceError::unavailable("randomness", &cause))?;
    Ok(bytes)
}

/// 32 upper-case hexadecimal digits: 128 random bits.
pub(crate) fn hex_digits() -> Result<String, ServiceError> {
    Ok(hex::encode_upper(bytes::<16>()?))
}

/// A subscription key: 32 lower-case hexadecimal digits.
pub(crate) fn subscription_key() -> Result<Secret, ServiceError> {
    Ok(Secret::new(hex::encode(bytes::<16>()?)))
}

/// A secret of 32 upper-case hexadecimal digits.
pub(crate) fn secret() -> Result<Secret, ServiceError> {
    hex_digits().map(Secret::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_32_upper_case_hexadecimal_digits_and_new_each_time() {
        let (one, other) = (secret().unwrap(), secret().unwrap());
        assert_ne!(one, other);
        assert_eq!(one.expose().len(), 32);
        assert!(one.expose().bytes().all(|b| b.is_ascii_digit() || (b'A'..=b'F').contains(&b)));
    }
}
