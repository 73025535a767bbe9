//! Documents that lie in a compartment and yet are sealed apart: first to their writer alone, then, once shared, to the compartment, and
//! handed on as single items to whom they are for. So two people can write beside each other in one room and neither reads the other,
//! nor does whoever holds the room's key, before both are done.
//!
//! Nobody needs more power than they have: a writer seals only what they wrote; handing on is done by a member who opens the document
//! anyway, when they next unlock.

use serde::Serialize;
use uuid::Uuid;

use super::items::{GRANTED_KEY, PLACED_KEY, granted_aad, insert_version, item_key, placed_aad, plain};
use super::keys::{Bound, place_public};
use super::item_store::{self, ItemRow};
use super::{Compartment, Written, members};
use crate::access::Role;
use crate::db::signed;
use crate::ids::{CompartmentId, ItemId, MembershipId};
use crate::tx::{Entry, Permit, Refused, Tx};

/// For whom a version is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Apart {
    /// Its writer alone.
    Alone,
    /// Its writer, and who opens the compartment.
    Shared,
}

/// A new document, sealed apart.
///
/// # Errors
/// `NotFound` when the caller may not place there.
pub fn put_apart(tx: &mut Tx, permit: &Permit, into: CompartmentId, written: &Written<'_>, body: &impl Serialize, how: Apart) -> Result<ItemId, Refused> {
    let within = super::find(tx, into)?;
    let (id, author, now) = (ItemId::new(), tx.hat()?, tx.now());
    let row = ItemRow {
        id, compartment_id: into, kind: written.kind.to_owned(), subject_id: written.subject, version: 1, complete: written.complete, author_id: author, changed_at: now,
    };
    item_store::insert_item(tx.db(), &row, true)?;
    write(tx, &within, id, 1, written, &plain(body)?, how)?;
    tx.note(Entry { action: permit.act().name, compartment: Some(into), case: within.case, object: Some(id.uuid()), result: "done" });
    Ok(id)
}

/// A further version by the same writer.
///
/// # Errors
/// `NotFound` for a document that is not the caller's; `Stale` when it was saved in between.
pub fn save_apart(tx: &mut Tx, id: ItemId, written: &Written<'_>, body: &impl Serialize, how: Apart) -> Result<(), Refused> {
    let (row, now) = (item_store::item(tx.db(), id)?, tx.now());
    if row.author_id != tx.hat()? {
        return Err(Refused::NotFound);
    }
    let within = super::find(tx, row.compartment_id)?;
    if !item_store::step_version(tx.db(), id, row.version, written.complete, now)? {
        return Err(Refused::Stale { now: row.version });
    }
    write(tx, &within, id, row.version + 1, written, &plain(body)?, how)
}

fn write(tx: &mut Tx, within: &Compartment, id: ItemId, version: i32, written: &Written<'_>, body: &[u8], how: Apart) -> Result<(), Refused> {
    let author = tx.hat()?;
    let bound = Bound { compartment: within, epoch: within.epoch, item: id, version, author, kind: written.kind, ground: written.ground };
    let (key, sealed) = vault::seal_item_with(&bound.label(), body, &mut rand::rng());
    insert_version(tx, within, id, version, written, sealed)?;
    let to = members::recipient(tx, author)?;
    let own = vault::seal_to(&to, GRANTED_KEY, &granted_aad(id, version, author), key.as_bytes(), &mut rand::rng())?;
    item_store::insert_item_grant(tx.db(), id, version, author, &own, "apart", author, None)?;
    if how == Apart::Shared { seal_to_compartment(tx, within.id, within.epoch, id, version, &key) } else { Ok(()) }
}

fn seal_to_compartment(tx: &mut Tx, within: CompartmentId, epoch: i32, id: ItemId, version: i32, key: &vault::SealKey) -> Result<(), Refused> {
    let public = place_public(tx, within, epoch)?;
    let wrapped = vault::seal_to(&public, PLACED_KEY, &placed_aad(id, version), key.as_bytes(), &mut rand::rng())?;
    item_store::insert_key(tx.db(), id, version, within, &wrapped)
}

/// Shares the newest version with the compartment: its writer says it is done.
///
/// # Errors
/// `NotFound` for a document the caller does not open.
pub fn share(tx: &mut Tx, id: ItemId) -> Result<(), Refused> {
    let row = item_store::item(tx.db(), id)?;
    let (version, key) = granted_key(tx, id)?;
    let found = item_store::version(tx.db(), id, version)?;
    seal_to_compartment(tx, row.compartment_id, found.epoch, id, version, &key)
}

fn granted_key(tx: &mut Tx, id: ItemId) -> Result<(i32, vault::SealKey), Refused> {
    let hat = tx.hat()?;
    let (version, sealed) = item_store::my_item_grant(tx.db(), id, hat)?.ok_or(Refused::NotFound)?;
    let plain = vault::open_with(tx.private_key()?, GRANTED_KEY, &granted_aad(id, version, hat), &sealed)?;
    Ok((version, vault::SealKey::from_bytes(&plain)?))
}

/// Documents of a kind about something that were sealed to the caller, oldest first; also those they wrote.
///
/// # Errors
/// Database errors only.
pub fn granted_about(tx: &mut Tx, within: CompartmentId, kind: &str, subject: Uuid) -> Result<Vec<ItemId>, Refused> {
    Ok(item_store::granted_items(tx.db(), within, kind, subject)?)
}

/// Hands on the shared documents that wait for somebody in the compartments the caller opens. Called when somebody unlocks. Returns how many.
///
/// # Errors
/// Database errors; what the caller can't open, whose reader has no account yet, or was named to the case by nobody, waits on.
pub(super) fn hand_on(tx: &mut Tx) -> Result<usize, Refused> {
    let mut done = 0;
    for (id, version, to) in item_store::apart_due(tx.db())? {
        if tx.attempt(|tx| hand_on_one(tx, id, version, to))?.is_some() {
            tx.note(Entry::done("item.granted").on(id));
            done += 1;
        }
    }
    Ok(done)
}

fn hand_on_one(tx: &mut Tx, id: ItemId, version: i32, to: MembershipId) -> Result<(), Refused> {
    let row = item_store::item(tx.db(), id)?;
    let within = super::find(tx, row.compartment_id)?;
    if !codes_here(tx, &within, to)? {
        return Err(Refused::NotFound);
    }
    let found = item_store::version(tx.db(), id, version)?;
    let (key, by) = (item_key(tx, &row, &within, &found)?, tx.hat()?);
    let public = members::recipient(tx, to)?;
    let sealed = vault::seal_to(&public, GRANTED_KEY, &granted_aad(id, version, to), key.as_bytes(), &mut rand::rng())?;
    item_store::insert_item_grant(tx.db(), id, version, to, &sealed, "coding", by, None)
}

/// Whether the program named somebody to code a case: who administers the database writes anybody among its codings.
fn codes_here(tx: &mut Tx, within: &Compartment, hat: MembershipId) -> Result<bool, Refused> {
    let Some(case) = within.case else { return Ok(false) };
    let (found, coder) = (item_store::named_to_code(tx.db(), case, hat)?, Role::Coder.code());
    Ok(found.is_some_and(|(until, mac)| signed::is_party(&tx.parts().installation, case, hat, coder, until, mac.as_deref())))
}
