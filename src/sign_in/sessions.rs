//! Signing in and out. Sign-in is unlocking too: the passphrase opens the private key, which the session keeps wrapped.

use sha2::{Digest, Sha256};
use vault::{PrivateKey, SealKey};
use zeroize::Zeroizing;

use super::store::{self, NewSession};
use super::{SignInError, normalised, secret, stretch, totp};
use crate::ids::{MembershipId, PersonId};
use crate::tx::{App, Entry, Refused, Tx};

/// What a device keeps of a session; the database has hashes only.
pub struct Tokens {
    /// Names the session; stands in the access token.
    pub handle: Zeroizing<Vec<u8>>,
    /// Single use.
    pub refresh: Zeroizing<Vec<u8>>,
    /// Opens the private key kept with the session.
    pub unlock: Zeroizing<Vec<u8>>,
    /// Whether a hat is worn; a content role still waits for its two confirmations.
    pub wears_hat: bool,
}

/// What somebody typed.
pub struct Attempt {
    /// The name.
    pub sign_in_name: String,
    /// The passphrase.
    pub passphrase: Zeroizing<String>,
    /// The authenticator's code.
    pub one_time_code: String,
    /// The hat to wear.
    pub hat: Option<MembershipId>,
    /// Where the attempt comes from; slows guessing together with the name.
    pub address: String,
}

/// Opens a session.
///
/// # Errors
/// `Failed`, whatever was wrong and whether or not the name exists; `TooMany` with the seconds to wait.
pub async fn sign_in(app: &App, attempt: Attempt) -> Result<Tokens, SignInError> {
    let lookup = app.parts().installation.lookup("sign-in name", &normalised(&attempt.sign_in_name)).to_vec();
    let subject = app.parts().installation.lookup("soft lock", &format!("{}|{}", normalised(&attempt.sign_in_name), attempt.address)).to_vec();
    let (by_name, by_subject) = (lookup.clone(), subject.clone());
    let material = app.run_public(move |tx| -> Result<_, SignInError> {
        let left = store::lock_left(tx.db(), &by_subject)?;
        if left > 0.0 {
            return Err(Refused::TooMany { seconds: left.ceil() as u32 }.into());
        }
        Ok(store::material(tx.db(), &by_name)?)
    }).await?;
    // An unknown name costs the same: its salt is made from the name.
    let salt = material.as_ref().map_or(lookup.get(..16), |found| found.salt.get(..16)).and_then(|bytes| bytes.try_into().ok()).unwrap_or_default();
    let stretched = stretch(app, &attempt.passphrase, salt).await?;
    let private = material.as_ref().and_then(|found| {
        let plain = vault::unwrap_sealed(&stretched, &found.person_id.bytes(), &found.passphrase_wrapped).ok()?;
        PrivateKey::from_bytes(&plain).ok()
    });
    let tried = subject.clone();
    let opened = app.run_public(move |tx| -> Result<Tokens, SignInError> {
        let (found, private) = material.zip(private).ok_or(SignInError::Failed)?;
        let shared = tx.parts().installation.open_account("one-time codes", &found.person_id.bytes(), &found.totp_sealed)?;
        let step = totp::step_of(&shared, &attempt.one_time_code, tx.now())?.ok_or(SignInError::Failed)?;
        if !store::spend_totp(tx.db(), found.person_id, step)? {
            return Err(SignInError::Failed);
        }
        store::lock_cleared(tx.db(), &tried)?;
        open(tx, found.person_id, attempt.hat, &private)
    }).await;
    if let Err(SignInError::Failed) = opened {
        app.run_public(move |tx| -> Result<(), SignInError> { Ok(store::lock_failed(tx.db(), &subject)?) }).await?;
    }
    opened
}

/// A session with its private key wrapped under a secret that only the device has.
pub(super) fn open(tx: &mut Tx, person: PersonId, hat: Option<MembershipId>, private: &PrivateKey) -> Result<Tokens, SignInError> {
    let (handle, refresh, unlock) = (secret(), secret(), secret());
    let wrapped = vault::wrap(&SealKey::from_bytes(&unlock)?, b"lering session key", &private.to_bytes(), &mut rand::rng());
    let ends_at = tx.now() + tx.parts().config.retention.period("session");
    let hashes = (Sha256::digest(handle.as_slice()).to_vec(), Sha256::digest(refresh.as_slice()).to_vec());
    let (handle_hash, refresh_hash) = (&hashes.0, &hashes.1);
    // A hat that still waits for its confirmations can't be worn; the session then opens without one.
    let plain = NewSession { person, hat: None, handle_hash, refresh_hash, wrapped_key: &wrapped, ends_at };
    let tried = match hat {
        Some(hat) => tx.attempt(|tx| store::open_session(tx.db(), &NewSession { hat: Some(hat), ..plain }))?.is_some(),
        None => false,
    };
    if !tried {
        store::open_session(tx.db(), &NewSession { person, hat: None, handle_hash, refresh_hash, wrapped_key: &wrapped, ends_at })?;
    }
    Ok(Tokens { handle, refresh, unlock, wears_hat: tried })
}

/// Ends every session of the caller, this one included (I-7).
///
/// # Errors
/// `NoSession`.
pub fn sign_out_everywhere(tx: &mut Tx) -> Result<(), Refused> {
    tx.session()?;
    tx.note(Entry::done("session.sign_out_everywhere"));
    store::end_all(tx.db())
}
