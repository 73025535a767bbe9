//! Signing in and out. Sign-in is unlocking too: the passphrase opens the private key, which the session keeps wrapped.

use sha2::{Digest, Sha256};
use vault::{PrivateKey, SealKey};
use zeroize::Zeroizing;

use super::account::wear_the_only;
use super::store::{self, Material, NewSession};
use super::{SignInError, TOTP, normalised, secret, stretch, totp};
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
    /// The hat to wear; none is the only one there is, and with several none.
    pub hat: Option<MembershipId>,
    /// Where the attempt comes from; slows guessing together with the name.
    pub address: String,
}

/// Whose attempts are slowed: the name together with where they come from.
pub(super) fn subject_of(app: &App, sign_in_name: &str, address: &str) -> Vec<u8> {
    app.parts().installation.lookup("soft lock", &format!("{}|{address}", normalised(sign_in_name))).to_vec()
}

/// A name as it is looked up, and what is kept of each account that has it; none for a name nobody has.
///
/// # Errors
/// `TooMany` with the seconds to wait.
pub(super) async fn materials_of(app: &App, sign_in_name: &str, subject: &[u8]) -> Result<(Vec<u8>, Vec<Material>), SignInError> {
    let lookup = app.parts().installation.lookup("sign-in name", &normalised(sign_in_name)).to_vec();
    let (by_name, by_subject) = (lookup.clone(), subject.to_vec());
    let found = app.run_public(move |tx| -> Result<_, SignInError> {
        let left = store::lock_left(tx.db(), &by_subject)?;
        if left > 0.0 {
            return Err(Refused::TooMany { seconds: left.ceil() as u32 }.into());
        }
        Ok(store::materials(tx.db(), &by_name)?)
    }).await?;
    Ok((lookup, found))
}

/// The salt of a name: one for all its accounts, so that one stretching tries them all. A name nobody has yet gives its own, and costs the same.
pub(super) fn salt_of(lookup: &[u8], found: &[Material]) -> [u8; 16] {
    found.first().map_or(lookup.get(..16), |first| first.salt.get(..16)).and_then(|bytes| bytes.try_into().ok()).unwrap_or_default()
}

/// The accounts whose key opens.
pub(super) fn opened_by(found: Vec<Material>, open: impl Fn(&Material) -> Option<Zeroizing<Vec<u8>>>) -> Vec<(Material, PrivateKey)> {
    found.into_iter().filter_map(|one| {
        let private = PrivateKey::from_bytes(&open(&one)?).ok()?;
        Some((one, private))
    }).collect()
}

/// Opens a session.
///
/// # Errors
/// `Failed`, whatever was wrong and whether or not the name exists; `TooMany` with the seconds to wait.
pub async fn sign_in(app: &App, attempt: Attempt) -> Result<Tokens, SignInError> {
    let subject = subject_of(app, &attempt.sign_in_name, &attempt.address);
    let (lookup, materials) = materials_of(app, &attempt.sign_in_name, &subject).await?;
    let chosen = attempt.hat.is_some();
    let stretched = stretch(app, &attempt.passphrase, salt_of(&lookup, &materials)).await?;
    let fitting = opened_by(materials, |found| vault::unwrap_sealed(&stretched, &found.person_id.bytes(), &found.passphrase_wrapped).ok());
    let tried = subject.clone();
    let opened = app.run_public(move |tx| -> Result<Tokens, SignInError> {
        let (found, private) = spend(tx, fitting, &attempt.one_time_code)?;
        store::lock_cleared(tx.db(), &tried)?;
        open(tx, found.person_id, attempt.hat, &private, found.proven)
    }).await;
    let mut tokens = slow_down(app, opened, subject).await?;
    if !chosen {
        wear_the_only(app, &mut tokens).await?;
    }
    Ok(tokens)
}

/// Takes a one-time code, once: of the accounts whose key opened, the one whose code it is.
pub(super) fn spend(tx: &mut Tx, fitting: Vec<(Material, PrivateKey)>, code: &str) -> Result<(Material, PrivateKey), SignInError> {
    for (found, private) in fitting {
        let shared = tx.parts().installation.open_account(TOTP, &found.person_id.bytes(), &found.totp_sealed)?;
        if let Some(step) = totp::step_of(&shared, code, tx.now())?
            && store::spend_totp(tx.db(), found.person_id, step)?
        {
            return Ok((found, private));
        }
    }
    Err(SignInError::Failed)
}

/// Guessing is slowed: a failure counts, whatever else is rolled back.
pub(super) async fn slow_down<T>(app: &App, outcome: Result<T, SignInError>, subject: Vec<u8>) -> Result<T, SignInError> {
    if let Err(SignInError::Failed) = outcome {
        app.run_public(move |tx| -> Result<(), SignInError> { Ok(store::lock_failed(tx.db(), &subject)?) }).await?;
    }
    outcome
}

/// What shows the database that the key was opened. An account from before there was such a proof gets its own now, once, by the server's token.
pub(super) fn shown(tx: &mut Tx, person: PersonId, private: &PrivateKey, proven: bool) -> Result<Zeroizing<[u8; 32]>, SignInError> {
    let proof = private.proof();
    if !proven {
        let parts = tx.parts();
        store::first_proof(tx.db(), person, proof.as_slice(), &parts.worker_token)?;
        tx.note(Entry::done("session.first_proof"));
    }
    Ok(proof)
}

/// A session with its private key wrapped under a secret that only the device has.
pub(super) fn open(tx: &mut Tx, person: PersonId, hat: Option<MembershipId>, private: &PrivateKey, proven: bool) -> Result<Tokens, SignInError> {
    let proof = shown(tx, person, private, proven)?;
    let proof = proof.as_slice();
    let (handle, refresh, unlock) = (secret(), secret(), secret());
    let wrapped = vault::wrap(&SealKey::from_bytes(&unlock)?, b"lering session key", &private.to_bytes(), &mut rand::rng());
    let ends_at = tx.now() + tx.parts().config.retention.period("session");
    let hashes = (Sha256::digest(handle.as_slice()).to_vec(), Sha256::digest(refresh.as_slice()).to_vec());
    let (handle_hash, refresh_hash) = (&hashes.0, &hashes.1);
    // A hat that still waits for its confirmations can't be worn; the session then opens without one.
    let plain = NewSession { person, hat: None, handle_hash, refresh_hash, wrapped_key: &wrapped, ends_at, proof };
    let tried = match hat {
        Some(hat) => tx.attempt(|tx| store::open_session(tx.db(), &NewSession { hat: Some(hat), ..plain }))?.is_some(),
        None => false,
    };
    if !tried {
        store::open_session(tx.db(), &NewSession { person, hat: None, handle_hash, refresh_hash, wrapped_key: &wrapped, ends_at, proof })?;
    }
    if !proven {
        // From here on as the person, so that the log says whose first proof it was.
        store::enter(tx.db(), &handle)?;
    }
    Ok(Tokens { handle, refresh, unlock, wears_hat: tried })
}
