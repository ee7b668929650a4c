//! One type per id, so that two of them cannot be swapped by mistake.

use crate::error::{DomainError, ErrorKind};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

const LETTERS_AND_DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const HEX: &[u8; 16] = b"0123456789abcdef";
const UPPER_HEX: &[u8; 16] = b"0123456789ABCDEF";

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal, $random:literal, $alphabet:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// How many random bytes [`from_random`](Self::from_random) takes.
            pub const RANDOM_BYTES: usize = $random;

            /// The id that these random bytes spell.
            #[must_use]
            pub fn from_random(bytes: [u8; $random]) -> Self {
                let spelled = bytes.iter().map(|b| char::from($alphabet[usize::from(*b) % $alphabet.len()]));
                Self($prefix.chars().chain(spelled).collect())
            }

            /// The id as it is written.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = DomainError;
            fn from_str(text: &str) -> Result<Self, DomainError> {
                let fits = text.strip_prefix($prefix).is_some_and(|rest| {
                    rest.len() == $random && rest.bytes().all(|b| $alphabet.contains(&b))
                });
                if fits {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(DomainError::new(
                        ErrorKind::Format,
                        stringify!($name),
                        concat!("not an id of this kind (", $prefix, "…)"),
                        "标识格式不正确",
                    ))
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = DomainError;
            fn try_from(text: String) -> Result<Self, DomainError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// An account of the console, e.g. `acc-4k2…`.
    AccountId, "acc-", 12, LETTERS_AND_DIGITS
);
id!(
    /// An API group, e.g. `xv3xbwah945y`: 12 lower-case letters and digits; part of its host names.
    ApiGroupId, "x", 11, LETTERS_AND_DIGITS
);
id!(
    /// An API; the same in every revision that was made from the one it was created in.
    ApiId, "api-", 12, LETTERS_AND_DIGITS
);
id!(
    /// A deployment: one group in one environment.
    DeploymentId, "dep-", 12, LETTERS_AND_DIGITS
);
id!(
    /// One entry of an environment's history.
    ReleaseId, "rel-", 12, LETTERS_AND_DIGITS
);
id!(
    /// A caller's access key, e.g. `6c026a79cdbb`: 12 hexadecimal digits.
    AccessKeyId, "", 12, HEX
);
id!(
    /// A caller's subscription key, e.g. `sk-xu634ikbyia3`.
    SubscriptionKeyId, "sk-", 12, LETTERS_AND_DIGITS
);
id!(
    /// The AccessKey of a platform key: 32 upper-case hexadecimal digits.
    PlatformKeyId, "", 32, UPPER_HEX
);
id!(
    /// An access authorization.
    AccessAuthId, "auth-", 12, LETTERS_AND_DIGITS
);
id!(
    /// A rate limit policy.
    RateLimitPolicyId, "rlp-", 12, LETTERS_AND_DIGITS
);
id!(
    /// An IP policy.
    IpPolicyId, "ipp-", 12, LETTERS_AND_DIGITS
);
id!(
    /// A backend signature.
    BackendSignatureId, "bsign-", 12, LETTERS_AND_DIGITS
);
id!(
    /// A backend config: a rule of dynamic routing.
    BackendConfigId, "route-", 12, LETTERS_AND_DIGITS
);
id!(
    /// A custom domain.
    UserDomainId, "domain-", 12, LETTERS_AND_DIGITS
);
id!(
    /// A secret that a group shares with the issuer of its tokens; another one has another id.
    JwtSecretId, "jwts-", 12, LETTERS_AND_DIGITS
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_id_is_twelve_lower_case_letters_and_digits() {
        let id = ApiGroupId::from_random([0, 9, 10, 35, 36, 255, 1, 2, 3, 4, 5]);
        assert_eq!(id.as_str(), "x09az0312345");
        assert_eq!(id.as_str().parse::<ApiGroupId>().as_ref(), Ok(&id));
    }

    #[test]
    fn refuses_an_id_of_another_kind() {
        assert!("dep-000000000000".parse::<ApiGroupId>().is_err());
        assert!("6C026A79CDBB".parse::<AccessKeyId>().is_err());
        assert!("".parse::<AccessKeyId>().is_err());
        assert!("6c026a79cdbb6c026a79cdbb6c026a79".parse::<PlatformKeyId>().is_err());
        assert!("sk-XU634IKBYIA3".parse::<SubscriptionKeyId>().is_err());
    }
}
