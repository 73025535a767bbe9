//! Autosave: one sealed draft a writer and document, replaced at each save, never seen by others.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::items::subject_of;
use super::keys::compartment_key;
use super::item_store::{self, DraftRow};
use super::find;
use crate::ids::{ItemId, MembershipId};
use crate::tx::{Permit, Refused, Tx};

/// A writer's draft.
#[derive(Clone, Debug)]
pub struct Draft<T> {
    /// The version it started from.
    pub seen: i32,
    /// Counts the autosaves: a second tab with an older one is refused.
    pub revision: i32,
    /// When it was kept.
    pub saved_at: DateTime<Utc>,
    /// The words.
    pub body: T,
}

fn aad(item: ItemId, hat: MembershipId, revision: i32) -> Vec<u8> {
    [b"lering draft".as_slice(), &item.bytes(), &hat.bytes(), &revision.to_be_bytes()].concat()
}

/// Keeps a draft of a document of this kind; `revision` is the one the page has, 0 for none. Returns the new one.
///
/// # Errors
/// `Stale` when another tab kept a later draft; `NotFound` for a document that is not of this kind or lies elsewhere.
pub fn save_draft(tx: &mut Tx, permit: &Permit, item: ItemId, kind: &str, seen: i32, revision: i32, body: &impl Serialize) -> Result<i32, Refused> {
    let within = find(tx, permit.compartment()?)?;
    let (hat, now) = (tx.hat()?, tx.now());
    let key = compartment_key(tx, within.id, within.epoch)?;
    let plain = serde_json::to_vec(body).map_err(|why| Refused::Internal(why.to_string()))?;
    let mut rng = rand::rng();
    let own = vault::SealKey::generate(&mut rng);
    // A number no draft has is as stale as any other.
    let next = revision.checked_add(1).unwrap_or(revision);
    let bound = aad(item, hat, next);
    let row = DraftRow {
        seen_version: seen, revision: next, epoch: within.epoch, key_sealed: vault::wrap(&key, &bound, own.as_bytes(), &mut rng),
        body: vault::wrap(&own, &bound, &plain, &mut rng), saved_at: now,
    };
    if item_store::keep_draft(tx.db(), item, kind, hat, within.id, revision, &row)? {
        return Ok(next);
    }
    subject_of(tx, permit, item, kind)?;
    Err(Refused::Stale { now: item_store::draft(tx.db(), item, hat)?.map_or(0, |draft| draft.revision) })
}

/// The caller's draft, if there is one.
///
/// # Errors
/// `Locked`, `Sealed`.
pub fn open_draft<T: DeserializeOwned>(tx: &mut Tx, permit: &Permit, item: ItemId) -> Result<Option<Draft<T>>, Refused> {
    let (hat, within) = (tx.hat()?, permit.compartment()?);
    let Some(row) = item_store::draft(tx.db(), item, hat)? else { return Ok(None) };
    let key = compartment_key(tx, within, row.epoch)?;
    let bound = aad(item, hat, row.revision);
    let own = vault::open_item_key(&key, &bound, &row.key_sealed)?;
    let plain = vault::unwrap_sealed(&own, &bound, &row.body)?;
    let body = serde_json::from_slice(&plain).map_err(|why| Refused::Internal(why.to_string()))?;
    Ok(Some(Draft { seen: row.seen_version, revision: row.revision, saved_at: row.saved_at, body }))
}
