//! The two versions of the signature and the words that set them apart.

/// One of the two versions of the signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// `JDCLOUD2-HMAC-SHA256`: downloaded SDKs, most signer libraries, the backend signature.
    Jdcloud2,
    /// `JDCLOUD3-HMAC-SHA256`: the Python management SDK and the command line tool built on it.
    Jdcloud3,
}

impl Algorithm {
    /// The algorithm with this name, as it stands at the start of an `authorization` header.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Jdcloud2, Self::Jdcloud3].into_iter().find(|algorithm| algorithm.name() == name)
    }

    /// `JDCLOUD2-HMAC-SHA256` or `JDCLOUD3-HMAC-SHA256`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Jdcloud2 => "JDCLOUD2-HMAC-SHA256",
            Self::Jdcloud3 => "JDCLOUD3-HMAC-SHA256",
        }
    }

    /// The last part of a credential's scope: `jdcloud2_request` or `jdcloud3_request`.
    pub fn terminator(self) -> &'static str {
        match self {
            Self::Jdcloud2 => "jdcloud2_request",
            Self::Jdcloud3 => "jdcloud3_request",
        }
    }

    /// What stands before the secret in the first key: `JDCLOUD2` or `JDCLOUD3`.
    pub(crate) fn key_prefix(self) -> &'static [u8] {
        match self {
            Self::Jdcloud2 => b"JDCLOUD2",
            Self::Jdcloud3 => b"JDCLOUD3",
        }
    }
}
