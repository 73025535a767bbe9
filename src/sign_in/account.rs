//! One's own account: hats, sessions, confirming who one is, locking and unlocking.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;
use vault::{PrintedCode, PrivateKey, SealKey};
use zeroize::Zeroizing;

use super::sessions::{shown, slow_down};
use super::{SignInError, TOTP, Tokens, secret, store, stretch, totp};
use crate::access::Role;
use crate::compartments;
use crate::ids::MembershipId;
use crate::texts::Language;
use crate::tx::{Account, App, Caller, Entry, FieldFault, Refused, Tx, is_phone};

/// A hat of the person.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Hat {
    /// Id.
    pub id: MembershipId,
    /// Role code.
    pub role: String,
    /// `active`, or what it waits for.
    pub state: String,
    /// The bureau, empty for national hats.
    pub bureau_name: String,
    /// The organisation, for its contact, author and approver.
    pub organisation_name: String,
    /// Whether it is worn now.
    pub worn: bool,
    /// The last day, where the person is lent to this bureau by the national coordination.
    pub lent_until: Option<chrono::NaiveDate>,
}

/// A signed-in device.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Device {
    /// Session.
    pub id: Uuid,
    /// When it signed in.
    pub since: DateTime<Utc>,
    /// When it was last active.
    pub seen_at: DateTime<Utc>,
    /// Whether it is this one.
    pub here: bool,
}

/// The person's hats.
///
/// # Errors
/// `NoSession`.
pub fn hats(tx: &mut Tx) -> Result<Vec<Hat>, Refused> {
    let worn = tx.session()?.membership;
    let person = tx.session()?.person;
    let mut places = store::places(tx.db())?;
    Ok(store::hats(tx.db(), person)?.into_iter().map(|(id, role, state, lent_until)| {
        let (bureau_name, organisation_name) = places.remove(&id).unwrap_or_default();
        Hat { worn: Some(id) == worn, lent_until, id, role, state, bureau_name, organisation_name }
    }).collect())
}

/// Puts on another hat. Grants that waited for it are completed by whoever holds the keys.
///
/// # Errors
/// `NotFound` for a hat that is not the person's or not active.
pub async fn wear(app: &App, caller: Caller, hat: MembershipId) -> Result<(), Refused> {
    app.run(caller.clone(), move |tx| {
        tx.session()?;
        tx.note(Entry::done("session.wear").on(hat));
        if store::wear(tx.db(), hat)? { Ok(()) } else { Err(Refused::NotFound) }
    }).await?;
    complete(app, caller).await
}

/// Somebody with one active hat wears it by signing in; with several, they choose.
pub(super) async fn wear_the_only(app: &App, tokens: &mut Tokens) -> Result<(), Refused> {
    let caller = Caller { handle: Some(tokens.handle.clone()), unlock: Some(tokens.unlock.clone()), ..Caller::default() };
    tokens.wears_hat |= wear_only(app, caller).await?;
    Ok(())
}

/// As [`wear_the_only`], in a session that is open already. Whether a hat is worn now.
pub(super) async fn wear_only(app: &App, caller: Caller) -> Result<bool, Refused> {
    let hats = app.run(caller.clone(), hats).await?;
    let mut active = hats.iter().filter(|hat| hat.state == "active");
    if let (Some(only), None) = (active.next(), active.next()) {
        wear(app, caller, only.id).await?;
        return Ok(true);
    }
    Ok(false)
}

/// Completes grants that waited for this person's unlock; without keys there is nothing to complete.
pub(super) async fn complete(app: &App, caller: Caller) -> Result<(), Refused> {
    app.run(caller, |tx| -> Result<(), Refused> {
        if tx.hat().is_ok() && tx.private_key().is_ok() {
            compartments::renew(tx)?;
            compartments::complete_pending(tx)?;
        }
        Ok(())
    }).await
}

/// Confirms who one is, for five minutes: passphrase and one-time code.
///
/// # Errors
/// `Failed`; `TooMany` with the seconds to wait.
pub async fn step_up(app: &App, caller: Caller, passphrase: Zeroizing<String>, one_time_code: String) -> Result<(), SignInError> {
    let found = own_key(app, &caller, &passphrase).await?;
    let subject = found.subject.clone();
    let done = app.run(caller.clone(), move |tx| -> Result<(), SignInError> {
        let (person, private) = (tx.session()?.person, found.private.ok_or(SignInError::Failed)?);
        let shared = tx.parts().installation.open_account(TOTP, &person.bytes(), &found.totp_sealed)?;
        let step = totp::step_of(&shared, &one_time_code, tx.now())?.ok_or(SignInError::Failed)?;
        if !store::spend_totp(tx.db(), person, step)? {
            return Err(SignInError::Failed);
        }
        store::lock_cleared(tx.db(), &found.subject)?;
        let proof = shown(tx, person, &private, found.proven)?;
        tx.note(Entry::done("session.step_up"));
        Ok(store::stepped_up(tx.db(), proof.as_slice())?)
    }).await;
    slow_down(app, done, subject).await
}

/// Opens the key again with the passphrase, or with the printed code. Returns the new secret of this device.
///
/// # Errors
/// `Failed`; `TooMany` with the seconds to wait.
pub async fn unlock(app: &App, caller: Caller, typed: Zeroizing<String>) -> Result<Zeroizing<Vec<u8>>, SignInError> {
    let found = own_key(app, &caller, &typed).await?;
    let subject = found.subject.clone();
    let unlocked = app.run(caller.clone(), move |tx| -> Result<Zeroizing<Vec<u8>>, SignInError> {
        let private = found.private.ok_or(SignInError::Failed)?;
        let unlock = secret();
        let wrapped = vault::wrap(&SealKey::from_bytes(&unlock)?, b"lering session key", &private.to_bytes(), &mut rand::rng());
        store::lock_cleared(tx.db(), &found.subject)?;
        store::set_unlocked(tx.db(), Some(&wrapped))?;
        tx.note(Entry::done("session.unlock"));
        Ok(unlock)
    }).await;
    let unlock = slow_down(app, unlocked, subject).await?;
    complete(app, Caller { unlock: Some(unlock.clone()), ..caller }).await?;
    Ok(unlock)
}

/// Forgets the key of this session; the session stays.
///
/// # Errors
/// `NoSession`.
pub fn lock(tx: &mut Tx) -> Result<(), Refused> {
    tx.session()?;
    tx.note(Entry::done("session.lock"));
    store::set_unlocked(tx.db(), None)
}

/// The devices signed in.
///
/// # Errors
/// `NoSession`.
pub fn devices(tx: &mut Tx) -> Result<Vec<Device>, Refused> {
    tx.session()?;
    store::devices(tx.db())
}

/// Which sessions end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ending {
    /// This one.
    This,
    /// Every other one.
    Others,
    /// All, this one included (I-7).
    All,
    /// A certain one.
    One(Uuid),
}

/// Ends sessions of the caller.
///
/// # Errors
/// `NotFound` for a session that is not the person's.
pub fn end_session(tx: &mut Tx, which: Ending) -> Result<(), Refused> {
    tx.session()?;
    let (word, action) = match which {
        Ending::This => ("this".to_owned(), "session.end"),
        Ending::Others => ("others".to_owned(), "session.end_others"),
        Ending::All => ("all".to_owned(), "session.sign_out_everywhere"),
        Ending::One(id) => (id.to_string(), "session.end"),
    };
    tx.note(Entry::done(action));
    let ended = store::end_session(tx.db(), &word)?;
    // That nobody else is signed in is what was asked for.
    if ended > 0 || which == Ending::Others { Ok(()) } else { Err(Refused::NotFound) }
}

/// The language the person is written to in.
///
/// # Errors
/// `NoSession`.
pub fn choose_language(tx: &mut Tx, language: Language) -> Result<(), Refused> {
    let person = tx.session()?.person;
    tx.note(Entry::done("account.language"));
    store::set_language(tx.db(), person, language.code())
}

/// The longest hours in words.
const MOST_HOURS: usize = 200;

/// How the person can be reached at work, for those whose contact they are; both may be left empty.
///
/// # Errors
/// `Faults` for a number that is none, and for hours that are too long. `NotYours` for relatives and supporters, who tell their contact.
pub fn set_reach(tx: &mut Tx, phone: &str, hours: &str) -> Result<(), Refused> {
    let session = tx.session()?;
    if session.role.is_some_and(Role::of_relatives) {
        return Err(Refused::NotYours);
    }
    let person = session.person;
    tx.note(Entry::done("account.reach"));
    let (phone, hours) = (phone.trim(), hours.trim());
    let mut faults = vec![];
    if !is_phone(phone) {
        faults.push(FieldFault::new("phone", "phone-number"));
    }
    if hours.chars().count() > MOST_HOURS {
        faults.push(FieldFault::new("hours", "too-long"));
    }
    if !faults.is_empty() {
        return Err(Refused::Faults(faults));
    }
    let account = Account { work_phone: phone.to_owned(), work_hours: hours.to_owned(), ..tx.own_account()? };
    let sealed = tx.seal_account(person, &account)?;
    store::set_account(tx.db(), person, &sealed)
}

/// What a person typed in their own session opened.
pub(super) struct Own {
    pub(super) subject: Vec<u8>,
    pub(super) salt: [u8; 16],
    totp_sealed: Vec<u8>,
    proven: bool,
    pub(super) private: Option<PrivateKey>,
}

/// The person's private key, if what was typed opens it.
pub(super) async fn own_key(app: &App, caller: &Caller, typed: &str) -> Result<Own, SignInError> {
    let (person, subject, material) = app.run(caller.clone(), |tx| -> Result<_, SignInError> {
        let person = tx.session()?.person;
        let subject = tx.parts().installation.lookup("soft lock", &person.to_string()).to_vec();
        let left = store::lock_left(tx.db(), &subject)?;
        if left > 0.0 {
            return Err(Refused::TooMany { seconds: left.ceil() as u32 }.into());
        }
        Ok((person, subject, store::my_material(tx.db())?))
    }).await?;
    let salt = material.salt.get(..16).and_then(|bytes| bytes.try_into().ok()).unwrap_or_default();
    let by_code = PrintedCode::parse(typed).ok().and_then(|code| vault::unwrap_sealed(&code.key(), &person.bytes(), &material.printed_wrapped).ok());
    let plain = match by_code {
        Some(plain) => Some(plain),
        None => {
            let stretched = stretch(app, typed, salt).await?;
            vault::unwrap_sealed(&stretched, &person.bytes(), &material.passphrase_wrapped).ok()
        }
    };
    Ok(Own { subject, salt, totp_sealed: material.totp_sealed, proven: material.proven, private: plain.and_then(|plain| PrivateKey::from_bytes(&plain).ok()) })
}
