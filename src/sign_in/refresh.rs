//! Refresh tokens: opaque, single use. Two tabs at once cost nobody their session; theft ends it.

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{SignInError, secret, store};
use crate::tx::Tx;

/// What came of it, to be committed whatever it is.
enum Outcome {
    Rotated(Zeroizing<Vec<u8>>),
    Race,
    Ended,
}

/// A new refresh token for an old one.
///
/// # Errors
/// `Race` when another tab used it within the last 15 seconds: nothing is minted; `Ended` otherwise, and a replay ends the whole
/// family.
pub async fn refresh(app: &crate::tx::App, old: Zeroizing<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>, SignInError> {
    let outcome = app.run_public(move |tx: &mut Tx| -> Result<Outcome, SignInError> {
        let new = secret();
        let outcome = store::rotate(tx.db(), &old, &Sha256::digest(new.as_slice()))?;
        Ok(match outcome.as_str() {
            "rotated" => Outcome::Rotated(new),
            "race" => Outcome::Race,
            _ => Outcome::Ended,
        })
    }).await?;
    match outcome {
        Outcome::Rotated(new) => Ok(new),
        Outcome::Race => Err(SignInError::Race),
        Outcome::Ended => Err(SignInError::Ended),
    }
}
