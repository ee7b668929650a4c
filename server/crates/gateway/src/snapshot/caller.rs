//! Who calls, as a number: small, quick to compare, and never the same for two callers.

use domain::{CallerId, CallerKey, KeyId};
use http::HeaderValue;

/// By whose key a call is made.
#[derive(Debug)]
pub(crate) struct Caller {
    /// The key.
    pub(crate) number: CallerNumber,
    /// The name of the account that it belongs to, as backends are told it.
    pub(crate) pin: HeaderValue,
    /// The id of that account.
    pub(crate) user_id: HeaderValue,
}

impl Caller {
    /// Who calls with this key.
    pub(crate) fn new(key: &CallerKey) -> Self {
        Self {
            number: CallerNumber::of_key(&key.id),
            pin: told(&key.pin),
            user_id: told(key.owner.as_str()),
        }
    }
}

/// A value as it goes into a header; nothing that cannot, which no address or id is.
fn told(text: &str) -> HeaderValue {
    HeaderValue::from_bytes(text.as_bytes()).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// A caller by number. Ids are texts over small alphabets, so each is a number, and each kind has its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum CallerNumber {
    /// 12 hexadecimal digits.
    AccessKey(u64),
    /// 12 digits of base 36.
    SubscriptionKey(u64),
    /// 32 hexadecimal digits, in two halves.
    PlatformKey([u64; 2]),
    /// 12 digits of base 36.
    Account(u64),
}

impl CallerNumber {
    /// The number of a key.
    pub(crate) fn of_key(id: &KeyId) -> Self {
        match id {
            KeyId::AccessKey(id) => Self::AccessKey(number(id.as_str(), 16)),
            KeyId::SubscriptionKey(id) => Self::SubscriptionKey(number(digits(id.as_str()), 36)),
            KeyId::PlatformKey(id) => {
                let (high, low) = id.as_str().split_at(16);
                Self::PlatformKey([number(high, 16), number(low, 16)])
            }
        }
    }

    /// The number of whom a deployment names.
    pub(crate) fn of(id: &CallerId) -> Self {
        match id {
            CallerId::Key(id) => Self::of_key(id),
            CallerId::Account(id) => Self::Account(number(digits(id.as_str()), 36)),
        }
    }

    /// One word of it, for hashing.
    pub(crate) fn word(self) -> u64 {
        match self {
            Self::AccessKey(number) | Self::SubscriptionKey(number) | Self::Account(number) => {
                number
            }
            Self::PlatformKey([high, low]) => high ^ low,
        }
    }
}

/// What follows the prefix of an id (`sk-`, `acc-`).
fn digits(id: &str) -> &str {
    id.split_once('-').map_or(id, |(_, digits)| digits)
}

/// 36¹² is less than 2⁶³, so an id fits. One that is no number would not have parsed as an id.
fn number(digits: &str, radix: u32) -> u64 {
    u64::from_str_radix(digits, radix).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_ids_of_each_kind_are_still_numbers() {
        let subscription = KeyId::SubscriptionKey("sk-zzzzzzzzzzzz".parse().unwrap());
        assert_eq!(
            CallerNumber::of_key(&subscription),
            CallerNumber::SubscriptionKey(36_u64.pow(12) - 1)
        );
        let account = CallerId::Account("acc-zzzzzzzzzzzz".parse().unwrap());
        assert_eq!(CallerNumber::of(&account), CallerNumber::Account(36_u64.pow(12) - 1));
        let platform = KeyId::PlatformKey("FFFFFFFFFFFFFFFE0000000000000001".parse().unwrap());
        assert_eq!(CallerNumber::of_key(&platform), CallerNumber::PlatformKey([u64::MAX - 1, 1]));
        let access = KeyId::AccessKey("00000000000a".parse().unwrap());
        assert_eq!(CallerNumber::of_key(&access), CallerNumber::AccessKey(10));
    }

    #[test]
    fn an_account_and_a_subscription_key_of_the_same_digits_are_two_callers() {
        let key = KeyId::SubscriptionKey("sk-000000000001".parse().unwrap());
        let account = CallerId::Account("acc-000000000001".parse().unwrap());
        assert_ne!(CallerNumber::of_key(&key), CallerNumber::of(&account));
    }
}
