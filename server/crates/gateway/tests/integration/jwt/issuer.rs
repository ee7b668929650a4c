//! An issuer of tokens: it signs, and publishes its keys on a server of its own.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use domain::{JwtKeys, PublicKey, Secret};
use ring::{
    hmac,
    rand::SystemRandom,
    rsa::PublicKeyComponents,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
        RSA_PKCS1_SHA256, RsaKeyPair,
    },
};
use serde_json::{Value, json};

/// Made for these tests alone: `ring` makes none of this kind.
const RSA_KEY: &[u8] = include_bytes!("rsa-key.der");

/// What comes before the key itself in the DER of a public key.
const P256_BEGINS: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];
const ED25519_BEGINS: [u8; 12] =
    [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// What an issuer signs with.
pub(crate) enum Signer {
    Rs256(RsaKeyPair),
    Es256(EcdsaKeyPair),
    EdDsa(Ed25519KeyPair),
    Hs256(String),
}

impl Signer {
    pub(crate) fn rs256() -> Self {
        Self::Rs256(RsaKeyPair::from_pkcs8(RSA_KEY).unwrap())
    }

    /// Another key each time.
    pub(crate) fn es256() -> Self {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let key = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        Self::Es256(EcdsaKeyPair::from_pkcs8(algorithm, key.as_ref(), &random).unwrap())
    }

    /// Another key each time.
    pub(crate) fn ed_dsa() -> Self {
        let key = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Self::EdDsa(Ed25519KeyPair::from_pkcs8(key.as_ref()).unwrap())
    }

    pub(crate) fn hs256(secret: &str) -> Self {
        Self::Hs256(secret.to_owned())
    }

    pub(crate) fn all() -> [Self; 4] {
        [Self::rs256(), Self::es256(), Self::ed_dsa(), Self::hs256(&"s".repeat(32))]
    }

    pub(crate) fn algorithm(&self) -> &'static str {
        match self {
            Self::Rs256(_) => "RS256",
            Self::Es256(_) => "ES256",
            Self::EdDsa(_) => "EdDSA",
            Self::Hs256(_) => "HS256",
        }
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::Rs256(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).unwrap();
                signature
            }
            Self::Es256(key) => key.sign(&random, message).unwrap().as_ref().to_vec(),
            Self::EdDsa(key) => key.sign(message).as_ref().to_vec(),
            Self::Hs256(secret) => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
                hmac::sign(&key, message).as_ref().to_vec()
            }
        }
    }

    /// A token with these claims, that names no key.
    pub(crate) fn token(&self, claims: &Value) -> String {
        self.with_header(&json!({ "alg": self.algorithm(), "typ": "JWT" }), claims)
    }

    /// A token that names its key.
    pub(crate) fn token_of(&self, key_id: &str, claims: &Value) -> String {
        self.with_header(&json!({ "alg": self.algorithm(), "kid": key_id }), claims)
    }

    pub(crate) fn with_header(&self, header: &Value, claims: &Value) -> String {
        let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = URL_SAFE_NO_PAD.encode(self.sign(signed.as_bytes()));
        format!("{signed}.{signature}")
    }

    /// Its public key in PEM.
    pub(crate) fn pem(&self) -> String {
        let (label, der) = match self {
            Self::Rs256(key) => ("RSA PUBLIC KEY", key.public().as_ref().to_vec()),
            Self::Es256(key) => ("PUBLIC KEY", [&P256_BEGINS, key.public_key().as_ref()].concat()),
            Self::EdDsa(key) => {
                ("PUBLIC KEY", [&ED25519_BEGINS, key.public_key().as_ref()].concat())
            }
            Self::Hs256(_) => panic!("a secret has no public key"),
        };
        let key: PublicKey =
            format!("-----BEGIN {label}-----\n{}\n-----END {label}-----", STANDARD.encode(der))
                .parse()
                .unwrap();
        key.to_string()
    }

    /// What a group is given to verify its tokens.
    pub(crate) fn keys(&self) -> (JwtKeys, Option<Secret>) {
        match self {
            Self::Hs256(secret) => {
                let id = Some("jwts-000000000001".parse().unwrap());
                (JwtKeys::SharedSecret { id }, Some(Secret::new(secret.as_str())))
            }
            _ => (JwtKeys::PublicKey { key: self.pem().parse().unwrap() }, None),
        }
    }

    /// Its public key as it is published.
    pub(crate) fn jwk(&self, key_id: &str) -> Value {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match self {
            Self::Rs256(key) => {
                let public = PublicKeyComponents::<Vec<u8>>::from(key.public());
                json!({ "kty": "RSA", "kid": key_id, "n": text(&public.n), "e": text(&public.e) })
            }
            Self::Es256(key) => {
                let (x, y) = key.public_key().as_ref()[1..].split_at(32);
                let (x, y) = (text(x), text(y));
                json!({ "kty": "EC", "crv": "P-256", "kid": key_id, "x": x, "y": y })
            }
            Self::EdDsa(key) => {
                let x = text(key.public_key().as_ref());
                json!({ "kty": "OKP", "crv": "Ed25519", "kid": key_id, "x": x })
            }
            Self::Hs256(_) => panic!("a secret is not published"),
        }
    }
}
