//! The ways back in. For who lost the passphrase: printed code and one-time code, and a new passphrase at once; whoever held a session has none
//! any more. For who lost the telephone: passphrase and printed code; the session then opens nothing but the set-up of another authenticator and
//! another printed code, and the person is told. Always two of the three. To who guesses it looks, costs and slows down like signing in.

use vault::PrintedCode;
use zeroize::Zeroizing;

use super::account::wear_the_only;
use super::sessions::{Tokens, materials_of, open, opened_by, salt_of, slow_down, spend, subject_of};
use super::{SignInError, store, stretch, strong};
use crate::ids::MembershipId;
use crate::tx::{App, Entry};

/// What somebody typed.
pub struct Lost {
    /// The name.
    pub sign_in_name: String,
    /// The code on paper.
    pub printed_code: Zeroizing<String>,
    /// The authenticator's code.
    pub one_time_code: String,
    /// The passphrase from now on.
    pub passphrase: Zeroizing<String>,
    /// The hat to wear; none is the only one there is, and with several none.
    pub hat: Option<MembershipId>,
    /// Where the attempt comes from; slows guessing together with the name.
    pub address: String,
}

/// Opens a session with the printed code, under a new passphrase.
///
/// # Errors
/// `Weak`, whoever asks; `Failed`, whatever was wrong and whether or not the name exists; `TooMany` with the seconds to wait.
pub async fn recover(app: &App, told: Lost) -> Result<Tokens, SignInError> {
    strong(&told.passphrase, &[&told.sign_in_name])?;
    let subject = subject_of(app, &told.sign_in_name, &told.address);
    let (lookup, materials) = materials_of(app, &told.sign_in_name, &subject).await?;
    // Stretched for every attempt, so that each costs the same.
    let stretched = stretch(app, &told.passphrase, salt_of(&lookup, &materials)).await?;
    let (tried, chosen) = (subject.clone(), told.hat.is_some());
    let opened = app.run_public(move |tx| -> Result<Tokens, SignInError> {
        let fitting = opened_by(materials, |found| by_printed_code(found, &told.printed_code));
        let (found, private) = spend(tx, fitting, &told.one_time_code)?;
        store::lock_cleared(tx.db(), &tried)?;
        let tokens = open(tx, found.person_id, told.hat, &private, found.proven)?;
        // From here on as the person, so that the log says who it was.
        let sealed = store::enter(tx.db(), &tokens.handle)?;
        tx.note(Entry::done("session.recover"));
        let account = tx.account(found.person_id, &sealed)?;
        strong(&told.passphrase, &[&told.sign_in_name, &account.name])?;
        let wrapped = vault::wrap(&stretched, &found.person_id.bytes(), &private.to_bytes(), &mut rand::rng());
        store::change_secret(tx.db(), store::NewSecret { passphrase: Some(wrapped), ..Default::default() })?;
        Ok(tokens)
    }).await;
    finished(app, opened, subject, chosen).await
}

/// The key as the code on paper opens it.
fn by_printed_code(found: &store::Material, code: &str) -> Option<Zeroizing<Vec<u8>>> {
    let typed = PrintedCode::parse(code).ok()?;
    vault::unwrap_sealed(&typed.key(), &found.person_id.bytes(), &found.printed_wrapped).ok()
}

/// The session that was opened, under the only hat there is where none was chosen; who failed is slowed down.
async fn finished(app: &App, opened: Result<Tokens, SignInError>, subject: Vec<u8>, chosen: bool) -> Result<Tokens, SignInError> {
    let mut tokens = slow_down(app, opened, subject).await?;
    if !chosen {
        wear_the_only(app, &mut tokens).await?;
    }
    Ok(tokens)
}

/// What somebody typed whose authenticator is gone.
pub struct LostTelephone {
    /// The name.
    pub sign_in_name: String,
    /// The passphrase.
    pub passphrase: Zeroizing<String>,
    /// The code on paper.
    pub printed_code: Zeroizing<String>,
    /// Where the attempt comes from; slows guessing together with the name.
    pub address: String,
}

/// Opens a session with passphrase and printed code, in which another authenticator is set up, and another printed code: till both stand it opens
/// nothing else and wears no hat. Both must open the same key. Every time is told to the person. The old authenticator counts until the new one
/// gave a code, the old printed code until the new one is on paper: who never gets that far may try again.
///
/// # Errors
/// `Failed`, whatever was wrong and whether or not the name exists; `TooMany` with the seconds to wait.
pub async fn without_authenticator(app: &App, told: LostTelephone) -> Result<Tokens, SignInError> {
    let subject = subject_of(app, &told.sign_in_name, &told.address);
    let (lookup, materials) = materials_of(app, &told.sign_in_name, &subject).await?;
    let stretched = stretch(app, &told.passphrase, salt_of(&lookup, &materials)).await?;
    let tried = subject.clone();
    let opened = app.run_public(move |tx| -> Result<Tokens, SignInError> {
        let fitting = opened_by(materials, |found| {
            let by_passphrase = vault::unwrap_sealed(&stretched, &found.person_id.bytes(), &found.passphrase_wrapped).ok()?;
            by_printed_code(found, &told.printed_code).filter(|by_code| by_code.as_slice() == by_passphrase.as_slice())
        });
        let (found, private) = fitting.into_iter().next().ok_or(SignInError::Failed)?;
        store::lock_cleared(tx.db(), &tried)?;
        let tokens = open(tx, found.person_id, None, &private, found.proven)?;
        // From here on as the person, so that the log says who it was.
        store::enter(tx.db(), &tokens.handle)?;
        store::set_up_only(tx.db(), private.proof().as_slice())?;
        tx.note(Entry::done("session.without_authenticator"));
        Ok(tokens)
    }).await;
    slow_down(app, opened, subject).await
}
