//! Repeats of a call (`Idempotency-Key`): the key is taken in the transaction of the act itself, so that the act never happens twice; the
//! answer is kept a day, sealed to who asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use diesel::prelude::*;
use vault::PublicKey;

use super::{App, Caller, Refused, Tx};
use crate::db::schema::app::answer_kept;
use crate::ids::MembershipId;

const INFO: &[u8] = b"lering kept answer";

/// A key a caller sent with a call.
#[derive(Debug)]
pub struct Claim {
    /// Hash of the key.
    pub key: Vec<u8>,
    /// Hash of what was asked: method, path, body.
    pub request: Vec<u8>,
    /// The path.
    pub route: String,
    /// Whether a transaction of this call took it.
    taken: AtomicBool,
    /// Whether the act asked for a fresh confirmation of who the caller is.
    confirmed: AtomicBool,
}

impl Claim {
    /// A claim of this call.
    pub fn new(key: Vec<u8>, request: Vec<u8>, route: String) -> Arc<Claim> {
        Arc::new(Claim { key, request, route, taken: AtomicBool::new(false), confirmed: AtomicBool::new(false) })
    }
    /// Whether a transaction of this call took it.
    pub fn taken(&self) -> bool {
        self.taken.load(Ordering::SeqCst)
    }
    pub(super) fn wants_confirmation(&self) {
        self.confirmed.store(true, Ordering::SeqCst);
    }
    pub(super) fn give_back(&self) {
        self.taken.store(false, Ordering::SeqCst);
    }
}

/// What is known of a key.
#[derive(Debug)]
pub enum Repeat {
    /// It is new.
    First,
    /// The same call was answered: status and body.
    Answered(u16, Vec<u8>),
    /// The same call is under way, or its answer was lost with the server.
    Unfinished,
    /// Another call came with this key.
    Other,
}

/// Takes the key for this transaction, once a call. A second call with it waits here, and is refused.
pub(super) fn take(tx: &mut Tx, claim: &Claim) -> Result<(), Refused> {
    let Some(hat) = tx.session()?.membership else { return Ok(()) };
    if claim.taken.swap(true, Ordering::SeqCst) {
        return Ok(());
    }
    let rows = diesel::insert_into(answer_kept::table)
        .values((
            answer_kept::key_hash.eq(&claim.key), answer_kept::membership_id.eq(hat), answer_kept::route.eq(&claim.route), answer_kept::status.eq(0),
            answer_kept::request_hash.eq(&claim.request),
        ))
        .on_conflict_do_nothing().execute(tx.db())?;
    if rows == 1 {
        return Ok(());
    }
    claim.give_back();
    Err(Refused::Rule("idempotency-unfinished"))
}

/// What is known of a key the caller sent. The session is asked first: an answer is given again only to who could ask for it now.
///
/// # Errors
/// `NoSession`, also of a hat that ended; `StepUp` where the act wanted that and it is too long ago; `Locked` when the answer can't be opened.
pub async fn repeat(app: &App, caller: Caller, claim: Arc<Claim>) -> Result<Repeat, Refused> {
    app.run(caller, move |tx| {
        let Some(hat) = tx.session()?.membership else { return Ok(Repeat::First) };
        let found: Option<(Vec<u8>, i32, Option<Vec<u8>>, bool)> = answer_kept::table.find((hat, &claim.key))
            .select((answer_kept::request_hash, answer_kept::status, answer_kept::sealed.nullable(), answer_kept::confirmed)).first(tx.db()).optional()?;
        Ok(match found {
            None => Repeat::First,
            Some((request, ..)) if request != claim.request => Repeat::Other,
            Some((_, status, Some(sealed), confirmed)) => {
                if confirmed {
                    tx.confirmed()?;
                }
                Repeat::Answered(u16::try_from(status).unwrap_or(200), vault::open_with(tx.private_key()?, INFO, &claim.key, &sealed)?.to_vec())
            }
            Some(_) => Repeat::Unfinished,
        })
    }).await
}

/// Keeps the answer of a call that took its key, sealed to who asked; a refused one gives the key back.
///
/// # Errors
/// Database errors.
pub async fn keep(app: &App, caller: Caller, claim: Arc<Claim>, answer: Option<(u16, Vec<u8>)>) -> Result<(), Refused> {
    app.run(caller, move |tx| {
        let (hat, public): (MembershipId, _) = (tx.hat()?, tx.session()?.public_key.clone());
        let row = answer_kept::table.find((hat, &claim.key));
        let Some((status, body)) = answer else {
            diesel::delete(row.filter(answer_kept::status.eq(0))).execute(tx.db())?;
            return Ok(());
        };
        let sealed = vault::seal_to(&PublicKey::from_bytes(&public)?, INFO, &claim.key, &body, &mut rand::rng())?;
        diesel::update(row).set((answer_kept::status.eq(i32::from(status)), answer_kept::sealed.eq(Some(sealed)), answer_kept::confirmed.eq(claim.confirmed.load(Ordering::SeqCst)))).execute(tx.db())?;
        Ok(())
    }).await
}

/// Forgets answers older than the table of retention says, the policy too; the worker's, an hour late so that clocks may differ. Returns how many.
///
/// # Errors
/// Database errors only.
pub fn forget(tx: &mut Tx) -> Result<usize, Refused> {
    let before = tx.now() - tx.parts().config.retention.period("answer") - chrono::Duration::hours(1);
    Ok(diesel::delete(answer_kept::table.filter(answer_kept::created_at.lt(before))).execute(tx.db())?)
}
