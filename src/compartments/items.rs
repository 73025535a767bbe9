//! Sealed documents: put, saved, opened, placed. Every opening and every writing is noted in the log.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;
use vault::{ItemLabel, PrivateKey, SealKey};

use super::keys::{Bound, compartment_key, place_private, place_public};
use super::item_store::{self, ItemRow, VersionRow};
use super::{Compartment, find, members};
use crate::ids::{CompartmentId, ItemId, MembershipId};
use crate::tx::{Entry, Permit, Refused, Tx};

pub(super) const PLACED_KEY: &[u8] = b"lering placed item";
pub(super) const GRANTED_KEY: &[u8] = b"lering granted item";

/// What binds an item's key to its item, also while it is sealed to a public half.
pub(super) fn placed_aad(item: ItemId, version: i32) -> Vec<u8> {
    [b"item key".as_slice(), &item.bytes(), &version.to_be_bytes()].concat()
}

pub(super) fn granted_aad(item: ItemId, version: i32, to: MembershipId) -> Vec<u8> {
    [placed_aad(item, version), to.bytes().to_vec()].concat()
}

/// What a writer says of a document.
#[derive(Clone, Copy, Debug)]
pub struct Written<'a> {
    /// What it is: a form's name, or a word of the room.
    pub kind: &'a str,
    /// What it is about, for look-ups: an id of the room.
    pub subject: Option<Uuid>,
    /// Version of the form it was written with.
    pub form_version: &'a str,
    /// The legal ground it is kept on.
    pub ground: &'a str,
    /// Whether everything required is there.
    pub complete: bool,
}

/// A document as it stands in a list, without opening it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Id.
    pub id: ItemId,
    /// What it is about.
    pub subject: Option<Uuid>,
    /// Current version.
    pub version: i32,
    /// Whether everything required is there.
    pub complete: bool,
    /// Who made it.
    pub author: MembershipId,
    /// When it was last changed.
    pub changed_at: DateTime<Utc>,
}

/// An opened document.
#[derive(Clone, Debug)]
pub struct Opened<T> {
    /// As listed.
    pub listed: Listed,
    /// Version of the form it was written with.
    pub form_version: String,
    /// Who wrote this version.
    pub written_by: MembershipId,
    /// When.
    pub written_at: DateTime<Utc>,
    /// The words.
    pub body: T,
}

impl From<&ItemRow> for Listed {
    fn from(row: &ItemRow) -> Self {
        Listed { id: row.id, subject: row.subject_id, version: row.version, complete: row.complete, author: row.author_id, changed_at: row.changed_at }
    }
}

pub(super) fn plain(body: &impl Serialize) -> Result<Vec<u8>, Refused> {
    serde_json::to_vec(body).map_err(|why| Refused::Internal(why.to_string()))
}

/// A new document in the permit's compartment, as its first version.
///
/// # Errors
/// `Locked`, `Rule("key-waits")`.
pub fn put(tx: &mut Tx, permit: &Permit, written: &Written<'_>, body: &impl Serialize) -> Result<ItemId, Refused> {
    let within = find(tx, permit.compartment()?)?;
    let (id, author, now) = (ItemId::new(), tx.hat()?, tx.now());
    let row = ItemRow {
        id, compartment_id: within.id, kind: written.kind.to_owned(), subject_id: written.subject, version: 1, complete: written.complete,
        author_id: author, changed_at: now,
    };
    let (version, key) = sealed_version(tx, &within, id, 1, written, &plain(body)?)?;
    item_store::insert_item(tx.db(), &row, false)?;
    item_store::insert_version(tx.db(), id, within.id, &version)?;
    item_store::insert_key(tx.db(), id, 1, within.id, &key)?;
    Ok(id)
}

/// A further version. `seen` is the version the writer started from.
///
/// # Errors
/// `Stale` when somebody saved in between: nothing is overwritten; `NotFound`.
pub fn save(tx: &mut Tx, permit: &Permit, id: ItemId, seen: i32, written: &Written<'_>, body: &impl Serialize) -> Result<i32, Refused> {
    saved(tx, permit, id, seen, written, body, false)
}

/// As [`save`], by a writer who is done with their draft of it.
///
/// # Errors
/// As [`save`].
pub fn finish(tx: &mut Tx, permit: &Permit, id: ItemId, seen: i32, written: &Written<'_>, body: &impl Serialize) -> Result<i32, Refused> {
    saved(tx, permit, id, seen, written, body, true)
}

fn saved(tx: &mut Tx, permit: &Permit, id: ItemId, seen: i32, written: &Written<'_>, body: &impl Serialize, done: bool) -> Result<i32, Refused> {
    let within = find(tx, permit.compartment()?)?;
    // A number no version has is as stale as any other.
    let next = seen.checked_add(1).unwrap_or(seen);
    let sealed = sealed_version(tx, &within, id, next, written, &plain(body)?)?;
    if item_store::next_version(tx.db(), id, within.id, seen, written.complete, &sealed, done)? {
        return Ok(next);
    }
    Err(Refused::Stale { now: in_compartment(tx, id, within.id)?.version })
}

/// A version sealed by a member: its row, and its key under the compartment's.
fn sealed_version(tx: &mut Tx, within: &Compartment, id: ItemId, version: i32, written: &Written<'_>, body: &[u8]) -> Result<(VersionRow, Vec<u8>), Refused> {
    let author = tx.hat()?;
    let key = compartment_key(tx, within.id, within.epoch)?;
    let bound = Bound { compartment: within, epoch: within.epoch, item: id, version, author, kind: written.kind, ground: written.ground };
    let sealed = vault::seal_item(&key, &placed_aad(id, version), &bound.label(), body, &mut rand::rng());
    Ok((version_row(tx, within, version, written, sealed.body)?, sealed.key))
}

fn version_row(tx: &Tx, within: &Compartment, version: i32, written: &Written<'_>, body: Vec<u8>) -> Result<VersionRow, Refused> {
    Ok(VersionRow {
        version, epoch: within.epoch, placed: false, author: tx.hat()?, form_version: written.form_version.to_owned(), ground: written.ground.to_owned(), body, created_at: tx.now(),
    })
}

/// A version whose key is sealed to single people for now.
pub(super) fn insert_version(tx: &mut Tx, within: &Compartment, id: ItemId, version: i32, written: &Written<'_>, body: Vec<u8>) -> Result<(), Refused> {
    let (author, now) = (tx.hat()?, tx.now());
    let row = VersionRow {
        version, epoch: within.epoch, placed: true, author, form_version: written.form_version.to_owned(), ground: written.ground.to_owned(), body, created_at: now,
    };
    item_store::insert_version(tx.db(), id, within.id, &row)
}

/// Places a document into a compartment the caller may not be able to read: sealed to its public half. Into one not born yet,
/// its first member gets a grant of the item, so that they can read what waits for them.
///
/// # Errors
/// `NotFound` when the caller may not place there.
pub fn place(tx: &mut Tx, permit: &Permit, into: CompartmentId, written: &Written<'_>, body: &impl Serialize) -> Result<ItemId, Refused> {
    place_with_key(tx, permit, into, written, body).map(|(id, _)| id)
}

fn place_with_key(tx: &mut Tx, permit: &Permit, into: CompartmentId, written: &Written<'_>, body: &impl Serialize) -> Result<(ItemId, SealKey), Refused> {
    let within = find(tx, into)?;
    let (id, author, now) = (ItemId::new(), tx.hat()?, tx.now());
    let public = place_public(tx, into, within.epoch)?;
    let row = ItemRow {
        id, compartment_id: into, kind: written.kind.to_owned(), subject_id: written.subject, version: 1, complete: written.complete,
        author_id: author, changed_at: now,
    };
    item_store::insert_item(tx.db(), &row, true)?;
    let bound = Bound { compartment: &within, epoch: within.epoch, item: id, version: 1, author, kind: written.kind, ground: written.ground };
    let (key, sealed) = vault::seal_item_with(&bound.label(), &plain(body)?, &mut rand::rng());
    let wrapped = vault::seal_to(&public, PLACED_KEY, &placed_aad(id, 1), key.as_bytes(), &mut rand::rng())?;
    let version = VersionRow { placed: true, ..version_row(tx, &within, 1, written, sealed)? };
    item_store::insert_version(tx.db(), id, into, &version)?;
    item_store::insert_key(tx.db(), id, 1, into, &wrapped)?;
    if let (0, Some(first)) = (within.epoch, within.first_member) {
        let to = members::recipient(tx, first)?;
        // The half of a room not born yet is its first member's: who was put in their place in the database has another, and gets nothing.
        if to.as_bytes() == public.as_bytes() {
            let granted = vault::seal_to(&to, GRANTED_KEY, &granted_aad(id, 1, first), key.as_bytes(), &mut rand::rng())?;
            item_store::insert_item_grant(tx.db(), id, 1, first, &granted, "waiting", author, None)?;
        }
    }
    tx.note(Entry { action: permit.act().name, compartment: Some(into), case: within.case, object: Some(id.uuid()), result: "done" });
    Ok((id, key))
}

/// Whoever else asks this of a compartment waits until the transaction is over.
///
/// # Errors
/// Database errors only.
pub fn one_at_a_time(tx: &mut Tx, within: CompartmentId) -> Result<(), Refused> {
    item_store::one_at_a_time(tx.db(), within)
}

/// Documents of one kind in the permit's compartment, unopened.
///
/// # Errors
/// Database errors only.
pub fn list(tx: &mut Tx, permit: &Permit, kind: &str, subject: Option<Uuid>) -> Result<Vec<Listed>, Refused> {
    Ok(item_store::items(tx.db(), permit.compartment()?, kind, subject)?.iter().map(Listed::from).collect())
}

/// Places a document and seals it, beside the compartment, to some hats: each can open it as a single item.
///
/// # Errors
/// As [`place`]; `Rule("no-recipient")` for a hat without account or code.
pub fn place_for(tx: &mut Tx, permit: &Permit, into: CompartmentId, written: &Written<'_>, body: &impl Serialize, readers: &[MembershipId]) -> Result<ItemId, Refused> {
    let (id, key) = place_with_key(tx, permit, into, written, body)?;
    let by = tx.hat()?;
    for reader in readers {
        let to = members::recipient(tx, *reader)?;
        let sealed = vault::seal_to(&to, GRANTED_KEY, &granted_aad(id, 1, *reader), key.as_bytes(), &mut rand::rng())?;
        item_store::insert_item_grant(tx.db(), id, 1, *reader, &sealed, "reading", by, None)?;
    }
    Ok(id)
}

/// What a document is about.
///
/// # Errors
/// `NotFound` for a document that is not of this kind or does not lie in the permit's compartment.
pub fn subject_of(tx: &mut Tx, permit: &Permit, id: ItemId, kind: &str) -> Result<Option<Uuid>, Refused> {
    let row = in_compartment(tx, id, permit.compartment()?)?;
    if row.kind == kind { Ok(row.subject_id) } else { Err(Refused::NotFound) }
}

/// Who made a document.
///
/// # Errors
/// As [`subject_of`].
pub fn author_of(tx: &mut Tx, permit: &Permit, id: ItemId, kind: &str) -> Result<MembershipId, Refused> {
    let row = in_compartment(tx, id, permit.compartment()?)?;
    if row.kind == kind { Ok(row.author_id) } else { Err(Refused::NotFound) }
}

/// Opens the current version.
///
/// # Errors
/// `NotFound`, `Locked`, `Sealed` when bytes or binding were touched.
pub fn open<T: DeserializeOwned>(tx: &mut Tx, permit: &Permit, id: ItemId) -> Result<Opened<T>, Refused> {
    let row = in_compartment(tx, id, permit.compartment()?)?;
    let version = row.version;
    open_row(tx, row, version)
}

/// Opens the current version of every document of one kind, oldest first: one statement, however many there are. Keys that were
/// placed are re-sealed under the compartment's own key on the way: opening one with the private half costs a hundred times as
/// much, and whoever holds the one key holds the other.
///
/// # Errors
/// As [`open`].
pub fn open_all<T: DeserializeOwned>(tx: &mut Tx, permit: &Permit, kind: &str) -> Result<Vec<Opened<T>>, Refused> {
    opened_together(tx, permit, kind, None)
}

/// As [`open_all`], of some documents only; what is not there of them is left out.
///
/// # Errors
/// As [`open`].
pub fn open_some<T: DeserializeOwned>(tx: &mut Tx, permit: &Permit, kind: &str, ids: &[ItemId]) -> Result<Vec<Opened<T>>, Refused> {
    opened_together(tx, permit, kind, Some(ids))
}

fn opened_together<T: DeserializeOwned>(tx: &mut Tx, permit: &Permit, kind: &str, only: Option<&[ItemId]>) -> Result<Vec<Opened<T>>, Refused> {
    let within = find(tx, permit.compartment()?)?;
    let (mut halves, mut again, mut all) = (BTreeMap::new(), vec![], vec![]);
    for (row, found, sealed) in item_store::whole_items(tx.db(), within.id, &[kind], only, i64::MAX)? {
        let placed = is_placed(&found, &sealed);
        if placed && !halves.contains_key(&found.epoch) {
            halves.insert(found.epoch, place_private(tx, within.id, found.epoch)?);
        }
        let key = key_in(tx, &row, &within, &found, &sealed, halves.get(&found.epoch))?;
        if placed {
            let under = compartment_key(tx, within.id, found.epoch)?;
            again.push((row.id, found.version, vault::wrap(&under, &placed_aad(row.id, found.version), key.as_bytes(), &mut rand::rng())));
        }
        all.push(opened(&row, &within, &found, &key)?);
    }
    item_store::reseal_keys(tx.db(), again)?;
    Ok(all)
}

/// Opens one version.
///
/// # Errors
/// As [`open`].
pub fn open_version<T: DeserializeOwned>(tx: &mut Tx, permit: &Permit, id: ItemId, version: i32) -> Result<Opened<T>, Refused> {
    let row = in_compartment(tx, id, permit.compartment()?)?;
    open_row(tx, row, version)
}

/// Who wrote which version when, newest first.
///
/// # Errors
/// `NotFound`.
pub fn list_versions(tx: &mut Tx, permit: &Permit, id: ItemId) -> Result<Vec<(i32, MembershipId, DateTime<Utc>)>, Refused> {
    in_compartment(tx, id, permit.compartment()?)?;
    item_store::version_times(tx.db(), id)
}

fn in_compartment(tx: &mut Tx, id: ItemId, within: CompartmentId) -> Result<ItemRow, Refused> {
    let row = item_store::item(tx.db(), id)?;
    if row.compartment_id == within { Ok(row) } else { Err(Refused::NotFound) }
}

fn open_row<T: DeserializeOwned>(tx: &mut Tx, row: ItemRow, version: i32) -> Result<Opened<T>, Refused> {
    let within = find(tx, row.compartment_id)?;
    let found = item_store::version(tx.db(), row.id, version)?;
    let key = item_key(tx, &row, &within, &found)?;
    opened(&row, &within, &found, &key)
}

pub(super) fn item_key(tx: &mut Tx, row: &ItemRow, within: &Compartment, found: &VersionRow) -> Result<SealKey, Refused> {
    let sealed = item_store::key(tx.db(), row.id, found.version)?.ok_or(Refused::NotFound)?;
    let half = if is_placed(found, &sealed) { Some(place_private(tx, within.id, found.epoch)?) } else { None };
    key_in(tx, row, within, found, &sealed, half.as_ref())
}

/// Whether its key is still sealed to the compartment's public half. Placed before birth, or opened since, it was re-sealed.
pub(super) fn is_placed(found: &VersionRow, sealed: &[u8]) -> bool {
    found.placed && found.epoch > 0 && vault::is_sealed_to(sealed)
}

pub(super) fn key_in(tx: &mut Tx, row: &ItemRow, within: &Compartment, found: &VersionRow, sealed: &[u8], half: Option<&PrivateKey>) -> Result<SealKey, Refused> {
    let aad = placed_aad(row.id, found.version);
    if is_placed(found, sealed) {
        let half = half.ok_or(Refused::NotFound)?;
        return Ok(SealKey::from_bytes(&vault::open_with(half, PLACED_KEY, &aad, sealed)?)?);
    }
    let key = compartment_key(tx, within.id, found.epoch.max(1))?;
    Ok(vault::open_item_key(&key, &aad, sealed)?)
}

pub(super) fn opened<T: DeserializeOwned>(row: &ItemRow, within: &Compartment, found: &VersionRow, key: &SealKey) -> Result<Opened<T>, Refused> {
    let bound = Bound { compartment: within, epoch: found.epoch, item: row.id, version: found.version, author: found.author, kind: &row.kind, ground: &found.ground };
    let label: ItemLabel<'_> = bound.label();
    let body = vault::open_body(key, &label, &found.body)?;
    let body = serde_json::from_slice(&body).map_err(|why| Refused::Internal(format!("{} does not read: {why}", row.kind)))?;
    Ok(Opened { listed: Listed::from(row), form_version: found.form_version.clone(), written_by: found.author, written_at: found.created_at, body })
}

/// Opens an item granted to the caller alone, without the compartment's key.
///
/// # Errors
/// `NotFound` without a live grant.
pub fn open_granted<T: DeserializeOwned>(tx: &mut Tx, id: ItemId) -> Result<Opened<T>, Refused> {
    let hat = tx.hat()?;
    let (version, sealed) = item_store::my_item_grant(tx.db(), id, hat)?.ok_or(Refused::NotFound)?;
    let (row, found) = (item_store::item(tx.db(), id)?, item_store::version(tx.db(), id, version)?);
    // The holder of a single item is no member who could see the compartment's row by another way than its facts.
    let within = find(tx, row.compartment_id)?;
    let plain = vault::open_with(tx.private_key()?, GRANTED_KEY, &granted_aad(id, version, hat), &sealed)?;
    tx.note(Entry { action: "item.read_granted", compartment: Some(within.id), case: within.case, object: Some(id.uuid()), result: "done" });
    opened(&row, &within, &found, &SealKey::from_bytes(&plain)?)
}

/// Whether a document was sealed to the hat worn, and still is.
///
/// # Errors
/// Database errors only.
pub fn is_granted(tx: &mut Tx, id: ItemId) -> Result<bool, Refused> {
    let hat = tx.hat()?;
    Ok(item_store::my_item_grant(tx.db(), id, hat)?.is_some())
}

/// The document of a kind in a compartment that was granted to the caller alone.
///
/// # Errors
/// Database errors only.
pub fn granted(tx: &mut Tx, within: CompartmentId, kind: &str) -> Result<Option<ItemId>, Refused> {
    Ok(item_store::items(tx.db(), within, kind, None)?.pop().map(|row| row.id))
}

/// The key of an item's current version, for granting it on.
pub(super) fn item_key_of(tx: &mut Tx, permit: &Permit, id: ItemId) -> Result<(SealKey, i32), Refused> {
    let row = in_compartment(tx, id, permit.compartment()?)?;
    let within = find(tx, row.compartment_id)?;
    let found = item_store::version(tx.db(), id, row.version)?;
    Ok((item_key(tx, &row, &within, &found)?, row.version))
}

/// Marks whether everything required is there.
///
/// # Errors
/// `NotFound`.
pub fn set_complete(tx: &mut Tx, permit: &Permit, id: ItemId, complete: bool) -> Result<(), Refused> {
    in_compartment(tx, id, permit.compartment()?)?;
    item_store::set_complete(tx.db(), id, complete)
}

/// Takes a document out of the lists; its versions stay until they are shredded.
///
/// # Errors
/// `NotFound`.
pub fn remove(tx: &mut Tx, permit: &Permit, id: ItemId) -> Result<(), Refused> {
    in_compartment(tx, id, permit.compartment()?)?;
    let now = tx.now();
    item_store::remove(tx.db(), id, now)
}

/// Deletes the keys of every version: the document stays unreadable, also in a restored content backup (I-12).
///
/// # Errors
/// `NotFound`.
pub fn shred(tx: &mut Tx, permit: &Permit, id: ItemId) -> Result<(), Refused> {
    in_compartment(tx, id, permit.compartment()?)?;
    item_store::delete_keys(tx.db(), id)
}

/// Deletes the keys of every version before one: what the document said then stays unreadable.
///
/// # Errors
/// `NotFound`.
pub fn shred_before(tx: &mut Tx, permit: &Permit, id: ItemId, version: i32) -> Result<(), Refused> {
    in_compartment(tx, id, permit.compartment()?)?;
    item_store::delete_keys_before(tx.db(), id, version)
}
