//! Changing what opens one's key: the passphrase, the printed code, the authenticator. The key itself stays, so everything sealed to
//! it still opens. Who one is was just confirmed; every other session ends; the person is told.

use serde::{Deserialize, Serialize};
use vault::{PrintedCode, PublicKey};
use zeroize::Zeroizing;

use super::account::{own_key, wear_only};
use super::sessions::slow_down;
use super::store::{self, NewSecret};
use super::{SignInError, TOTP, secret, stretch, strong, totp};
use crate::tx::{App, Caller, Entry, Refused, SetUp, Tx};

const AWAITED: &[u8] = b"lering awaited secret";
/// Groups of four signs in a printed code.
const GROUPS: usize = 8;

/// A passphrase in place of the one before.
///
/// # Errors
/// `StepUp`; `Weak`; `Failed` when the old one is not right; `TooMany` with the seconds to wait.
pub async fn change_passphrase(app: &App, caller: Caller, old: Zeroizing<String>, new: Zeroizing<String>) -> Result<(), SignInError> {
    let account = app.run(caller.clone(), |tx| -> Result<_, SignInError> {
        tx.confirmed()?;
        Ok(tx.own_account()?)
    }).await?;
    strong(&new, &[&account.name, &account.sign_in_name])?;
    let found = own_key(app, &caller, &old).await?;
    let subject = found.subject.clone();
    let stretched = stretch(app, &new, found.salt).await?;
    let changed = app.run(caller, move |tx| -> Result<(), SignInError> {
        tx.note(Entry::done("account.passphrase"));
        tx.confirmed()?;
        let (person, private) = (tx.session()?.person, found.private.ok_or(SignInError::Failed)?);
        let wrapped = vault::wrap(&stretched, &person.bytes(), &private.to_bytes(), &mut rand::rng());
        store::lock_cleared(tx.db(), &found.subject)?;
        Ok(store::change_secret(tx.db(), NewSecret { passphrase: Some(wrapped), ..NewSecret::default() })?)
    }).await;
    slow_down(app, changed, subject).await
}

/// A printed code that does not count yet.
pub struct NewCode {
    /// The code, shown once.
    pub printed: PrintedCode,
    /// Which groups are typed back to show that it is on paper, counted from one.
    pub groups: [usize; 2],
}

#[derive(Serialize, Deserialize)]
struct AwaitedCode {
    code: String,
    groups: [usize; 2],
}

/// Keeps something for half an hour that only its owner can open.
fn seal_to_me(tx: &Tx, plain: &[u8]) -> Result<Vec<u8>, Refused> {
    let session = tx.session()?;
    Ok(vault::seal_to(&PublicKey::from_bytes(&session.public_key)?, AWAITED, &session.person.bytes(), plain, &mut rand::rng())?)
}

fn open_mine(tx: &Tx, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Refused> {
    Ok(vault::open_with(tx.private_key()?, AWAITED, &tx.session()?.person.bytes(), sealed)?)
}

/// Where the printed code stood in for the authenticator, the other authenticator comes first.
fn authenticator_first(tx: &Tx) -> Result<(), Refused> {
    if tx.session()?.sets_up == Some(SetUp::Authenticator) { Err(Refused::SetUpFirst) } else { Ok(()) }
}

/// Makes a printed code. The old one counts until two groups of the new one were typed back.
///
/// # Errors
/// `StepUp`; `Locked`; `SetUpFirst` while another authenticator is to be set up.
pub fn new_printed_code(tx: &mut Tx) -> Result<NewCode, Refused> {
    tx.note(Entry::done("account.new_code"));
    tx.confirmed()?;
    authenticator_first(tx)?;
    tx.private_key()?;
    let mut rng = rand::rng();
    let printed = PrintedCode::generate(&mut rng);
    let chosen = rand::seq::index::sample(&mut rng, GROUPS, 2).into_vec();
    let mut groups = [0, 1].map(|at| chosen.get(at).copied().unwrap_or(at) + 1);
    groups.sort_unstable();
    let plain = Zeroizing::new(serde_json::to_vec(&AwaitedCode { code: printed.to_string(), groups }).map_err(|why| Refused::Internal(why.to_string()))?);
    let sealed = seal_to_me(tx, &plain)?;
    store::await_secret(tx.db(), Some(&sealed), None)?;
    Ok(NewCode { printed, groups })
}

fn awaited_code(tx: &mut Tx) -> Result<Option<AwaitedCode>, Refused> {
    let Some(sealed) = store::awaited_secret(tx.db())?.printed else { return Ok(None) };
    serde_json::from_slice(&open_mine(tx, &sealed)?).map(Some).map_err(|why| Refused::Internal(why.to_string()))
}

/// Which groups of a new printed code are still to be typed back; none when no code waits.
///
/// # Errors
/// `Locked`; `SetUpFirst` while another authenticator is to be set up.
pub fn awaited_groups(tx: &mut Tx) -> Result<Option<[usize; 2]>, Refused> {
    authenticator_first(tx)?;
    tx.private_key()?;
    Ok(awaited_code(tx)?.map(|awaited| awaited.groups))
}

/// Two groups of the new code were typed back: from now on it counts, and the old one does not.
///
/// # Errors
/// `StepUp`; `Locked`; `Rule("no-new-code")` when none waits; `Faults` when the groups are not its own;
/// `SetUpFirst` while another authenticator is to be set up.
pub fn confirm_printed_code(tx: &mut Tx, typed: &[String; 2]) -> Result<(), Refused> {
    tx.note(Entry::done("account.printed_code"));
    tx.confirmed()?;
    authenticator_first(tx)?;
    let awaited = awaited_code(tx)?.ok_or(Refused::Rule("no-new-code"))?;
    // Put in their places, so that case and look-alike signs matter as little as in the whole code.
    let mut parts: Vec<&str> = awaited.code.split(' ').collect();
    for (group, text) in awaited.groups.into_iter().zip(typed) {
        if let Some(part) = parts.get_mut(group - 1) {
            *part = text;
        }
    }
    let code = PrintedCode::parse(&awaited.code)?;
    if !PrintedCode::parse(&parts.concat()).is_ok_and(|told| told.to_string() == code.to_string()) {
        return Err(Refused::Faults(vec![crate::tx::FieldFault::new("groups", "groups-differ")]));
    }
    let (person, private) = (tx.session()?.person, tx.private_key()?.to_bytes());
    let wrapped = vault::wrap(&code.key(), &person.bytes(), &private, &mut rand::rng());
    store::change_secret(tx.db(), NewSecret { printed: Some(wrapped), ..NewSecret::default() })
}

/// As [`confirm_printed_code`], and where that was the last that had to be set up, the session goes on as any other: under the only hat there is.
/// Whether it was.
///
/// # Errors
/// As there.
pub async fn put_on_paper(app: &App, caller: Caller, typed: [String; 2]) -> Result<bool, Refused> {
    let ((), session) = app.run_as(caller.clone().to_set_up(), move |tx| confirm_printed_code(tx, &typed)).await?;
    let last = session.sets_up.is_some();
    if last {
        wear_only(app, caller).await?;
    }
    Ok(last)
}

/// Prepares another authenticator: `otpauth://…`. The old one counts until a code of the new one was typed.
///
/// # Errors
/// `StepUp`; `Locked`.
pub fn new_authenticator(tx: &mut Tx) -> Result<Zeroizing<String>, SignInError> {
    tx.note(Entry::done("account.new_authenticator"));
    tx.confirmed()?;
    tx.private_key()?;
    let shared = Zeroizing::new(secret().get(..20).unwrap_or_default().to_vec());
    let sealed = seal_to_me(tx, &shared)?;
    store::await_secret(tx.db(), None, Some(&sealed))?;
    otpauth(&shared)
}

fn otpauth(shared: &[u8]) -> Result<Zeroizing<String>, SignInError> {
    Ok(Zeroizing::new(totp::authenticator(shared)?.to_url().map_err(|why| Refused::Internal(why.to_string()))?))
}

/// The authenticator that waits for its first code; none when none waits.
///
/// # Errors
/// `StepUp`; `Locked`.
pub fn awaited_authenticator(tx: &mut Tx) -> Result<Option<Zeroizing<String>>, SignInError> {
    tx.confirmed()?;
    tx.private_key()?;
    let Some(sealed) = store::awaited_secret(tx.db())?.totp else { return Ok(None) };
    otpauth(&open_mine(tx, &sealed)?).map(Some)
}

/// A code of the new authenticator: from now on that counts, and the old one does not.
///
/// # Errors
/// `StepUp`; `Locked`; `Rule("no-new-authenticator")` when none waits; `OneTimeCode` when the code is not its own.
pub fn confirm_authenticator(tx: &mut Tx, one_time_code: &str) -> Result<(), SignInError> {
    tx.note(Entry::done("account.authenticator"));
    tx.confirmed()?;
    tx.private_key()?;
    let sealed = store::awaited_secret(tx.db())?.totp.ok_or(Refused::Rule("no-new-authenticator"))?;
    let shared = open_mine(tx, &sealed)?;
    let step = totp::step_of(&shared, one_time_code, tx.now())?.ok_or(SignInError::OneTimeCode)?;
    let person = tx.session()?.person;
    let kept = tx.parts().installation.seal_account(TOTP, &person.bytes(), &shared, &mut rand::rng());
    Ok(store::change_secret(tx.db(), NewSecret { authenticator: Some((kept, step)), ..NewSecret::default() })?)
}
