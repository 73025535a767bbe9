//! The access token: a signed JWT of ten minutes that carries the session's random handle (`security.md` section 6, ruling 35).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use chrono::Utc;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use vault::InstallationKey;
use zeroize::Zeroizing;

/// How long an access token lasts, in seconds.
pub const SECONDS: i64 = 600;
const AUDIENCE: &str = "lering";

/// Signing and checking, with a key of the installation that no database holds.
#[derive(Clone)]
pub struct Keys {
    sign: EncodingKey,
    check: DecodingKey,
    forms: [u8; 32],
}

#[derive(Serialize, Deserialize)]
struct Claims {
    /// The session's handle; the database keeps only its hash.
    sid: String,
    aud: String,
    iat: i64,
    exp: i64,
}

/// What a token said.
pub struct Bearer {
    /// The session's handle.
    pub handle: Zeroizing<Vec<u8>>,
    /// Whether its ten minutes are over.
    pub expired: bool,
    /// When it was made, in seconds since 1970: the session was renewed then.
    pub made: i64,
}

impl Keys {
    /// The keys of an installation.
    pub fn of(installation: &InstallationKey) -> Keys {
        let secret = installation.sub_key("access token");
        Keys {
            sign: EncodingKey::from_secret(secret.as_bytes()),
            check: DecodingKey::from_secret(secret.as_bytes()),
            forms: installation.mac("form token key", &[]),
        }
    }

    /// An access token for a session.
    pub fn access(&self, handle: &[u8]) -> String {
        let now = Utc::now().timestamp();
        let claims = Claims { sid: BASE64.encode(handle), aud: AUDIENCE.into(), iat: now, exp: now + SECONDS };
        encode(&Header::new(Algorithm::HS256), &claims, &self.sign).unwrap_or_default()
    }

    /// Reads a token; none for one that is not ours. An expired one still names its session, for the refresh.
    pub fn read(&self, token: &str) -> Option<Bearer> {
        let mut rules = Validation::new(Algorithm::HS256);
        rules.set_audience(&[AUDIENCE]);
        rules.leeway = 0;
        rules.validate_exp = false;
        let found = decode::<Claims>(token, &self.check, &rules).ok()?;
        let handle = Zeroizing::new(BASE64.decode(&found.claims.sid).ok()?);
        Some(Bearer { handle, expired: found.claims.exp <= Utc::now().timestamp(), made: found.claims.iat })
    }

    /// The token a form of this session carries (RFC 2104 over the handle): another site can't know it.
    pub fn form_token(&self, handle: &[u8]) -> String {
        use hmac_parts::tag;
        BASE64.encode(tag(&self.forms, handle))
    }
}

mod hmac_parts {
    use sha2::{Digest, Sha256};

    /// Key and message are both of fixed length, so hashing them one after the other can't be extended to another message.
    pub(super) fn tag(key: &[u8; 32], handle: &[u8]) -> Vec<u8> {
        let inner = Sha256::new().chain_update(key).chain_update(handle).finalize();
        Sha256::new().chain_update(key).chain_update(inner).finalize().to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Keys {
        Keys::of(&InstallationKey::from_bytes(&[7; 32]).expect("32 bytes"))
    }

    #[test]
    fn a_token_names_its_session_and_another_installation_refuses_it() {
        let token = keys().access(b"a handle of some length");
        let read = keys().read(&token).expect("ours");
        assert_eq!((read.handle.as_slice(), read.expired), (b"a handle of some length".as_slice(), false));
        let other = Keys::of(&InstallationKey::from_bytes(&[8; 32]).expect("32 bytes"));
        assert!(other.read(&token).is_none());
    }

    #[test]
    fn an_unsigned_or_changed_token_is_refused() {
        let token = keys().access(b"handle");
        let mut parts: Vec<&str> = token.split('.').collect();
        let none = BASE64.encode(br#"{"alg":"none","typ":"JWT"}"#);
        parts[0] = &none;
        assert!(keys().read(&parts.join(".")).is_none());
        assert!(keys().read(&format!("{token}x")).is_none());
    }
}
