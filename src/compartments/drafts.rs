//! Autosave: one sealed draft a writer and document, replaced at each save. Others never see its words; in the report, which has several
//! writers, that there is one.

use chrono::{DateTime, TimeDelta, Utc};
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

/// How long after the last keystroke somebody still counts as writing, in minutes; then another may take over (`ux.md` section 5.5).
const WRITING_MINUTES: i64 = 10;

/// That somebody has a draft of a document: since when, and when they last typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Writing {
    /// Who.
    pub hat: MembershipId,
    /// Since when.
    pub begun_at: DateTime<Utc>,
    /// When it was last kept.
    pub saved_at: DateTime<Utc>,
}

impl Writing {
    /// From when on another may take over.
    pub fn free_at(&self) -> DateTime<Utc> {
        self.saved_at + TimeDelta::minutes(WRITING_MINUTES)
    }
}

/// Who else is writing a document of the report and began before the caller; nobody for a document of another compartment.
///
/// # Errors
/// `NotFound` for a document that lies elsewhere.
pub fn written_by_another(tx: &mut Tx, permit: &Permit, item: ItemId, kind: &str) -> Result<Option<Writing>, Refused> {
    subject_of(tx, permit, item, kind)?;
    let (hat, now) = (tx.hat()?, tx.now());
    Ok(ahead(item_store::drafts_on(tx.db(), item)?, hat, now))
}

/// Of those who write at this moment, the first; none where that is the caller.
fn ahead(drafts: Vec<Writing>, hat: MembershipId, now: DateTime<Utc>) -> Option<Writing> {
    drafts.into_iter().filter(|draft| draft.free_at() > now).min_by_key(|draft| (draft.begun_at, draft.hat)).filter(|first| first.hat != hat)
}

/// Throws the caller's draft away.
///
/// # Errors
/// `NotFound` for a document that is not of this kind or lies elsewhere.
pub fn drop_draft(tx: &mut Tx, permit: &Permit, item: ItemId, kind: &str) -> Result<(), Refused> {
    subject_of(tx, permit, item, kind)?;
    let hat = tx.hat()?;
    item_store::drop_draft(tx.db(), item, hat)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_who_still_types_is_the_writer_and_after_ten_minutes_nobody_is() {
        let at = |minute: i64| DateTime::<Utc>::UNIX_EPOCH + TimeDelta::minutes(minute);
        let (one, other) = (MembershipId::new(), MembershipId::new());
        let drafts = vec![Writing { hat: one, begun_at: at(0), saved_at: at(20) }, Writing { hat: other, begun_at: at(5), saved_at: at(25) }];
        let writer = |hat, minute| ahead(drafts.clone(), hat, at(minute)).map(|found| found.hat);
        assert_eq!((writer(one, 26), writer(other, 26)), (None, Some(one)));
        assert_eq!((writer(one, 31), writer(other, 31)), (Some(other), None), "the first has stopped");
        assert_eq!((writer(one, 40), writer(other, 40)), (None, None));
    }
}
