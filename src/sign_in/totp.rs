//! One-time codes of an authenticator (RFC 6238): six digits, thirty seconds, one step before or after is accepted, each once.

use chrono::{DateTime, Utc};
use totp_rs::{Builder, Totp};

use super::SignInError;

/// The authenticator of a secret of 20 bytes.
pub(super) fn authenticator(secret: &[u8]) -> Result<Totp, SignInError> {
    Builder::new().with_secret(secret.to_vec()).with_skew(1).with_account_name("Lering").with_issuer(Some("Lering")).build()
        .map_err(|why| crate::tx::Refused::Internal(format!("authenticator: {why}")).into())
}

/// The step a code belongs to, if it is right at that moment.
pub(super) fn step_of(secret: &[u8], code: &str, at: DateTime<Utc>) -> Result<Option<i64>, SignInError> {
    let digits: String = code.chars().filter(|sign| !sign.is_whitespace()).collect();
    if digits.len() != 6 || !digits.bytes().all(|sign| sign.is_ascii_digit()) {
        return Ok(None);
    }
    let at = u64::try_from(at.timestamp()).unwrap_or(0);
    // The library answers with the step's number; it is kept, so that each is accepted once.
    Ok(authenticator(secret)?.check(&digits, at).and_then(|step| i64::try_from(step).ok()))
}
