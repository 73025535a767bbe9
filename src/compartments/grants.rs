//! Grants: single items sealed to one person, grants that waited, and taking over what a code held.

use chrono::{DateTime, Utc};
use serde::Serialize;
use vault::PrivateKey;

use super::birth::seal_key_to;
use super::items::{granted_aad, GRANTED_KEY};
use super::keys::{compartment_key, grant_info, grant_mac};
use super::{item_store, members, store};
use crate::ids::{CaseId, ItemId, MembershipId};
use crate::tx::{Entry, Permit, Refused, Tx};

/// Seals one item's current version to one person, for a purpose (`evidence`, `quality`, `reading`) and, if given, a time.
///
/// # Errors
/// `NotFound` when the caller can't open the item; `Rule("no-recipient")`.
pub fn grant_item(tx: &mut Tx, permit: &Permit, item: ItemId, to: MembershipId, purpose: &'static str, until: Option<DateTime<Utc>>) -> Result<(), Refused> {
    let (key, version) = super::items::item_key_of(tx, permit, item)?;
    let public = members::recipient(tx, to)?;
    let by = tx.hat()?;
    let sealed = vault::seal_to(&public, GRANTED_KEY, &granted_aad(item, version, to), key.as_bytes(), &mut rand::rng())?;
    tx.note(Entry::done("item.granted").within(permit.compartment()?).on(item));
    if item_store::renew_item_grant(tx.db(), item, version, to, &sealed, until)? {
        return Ok(());
    }
    item_store::insert_item_grant(tx.db(), item, version, to, &sealed, purpose, by, until)
}

/// Ends the grants of a case's items for a purpose, of one person or of all: the sealed key is gone at once.
///
/// # Errors
/// Database errors only; what the caller can't open they don't end.
pub fn end_item_grants(tx: &mut Tx, case: CaseId, purpose: &str, of: Option<MembershipId>) -> Result<usize, Refused> {
    let now = tx.now();
    let ended = item_store::end_item_grants(tx.db(), case, purpose, of, now)?;
    if ended > 0 {
        tx.note(Entry::done("item.grants_ended").of_case(case).on(case));
    }
    Ok(ended)
}

/// A single item sealed to somebody: which, of what kind, until when.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct ItemGrant {
    /// The item.
    pub item: ItemId,
    /// What it is.
    pub kind: String,
    /// To whom.
    pub hat: MembershipId,
    /// Until when.
    pub until: Option<DateTime<Utc>>,
}

/// The live grants of a case's items for a purpose, as far as the caller sees them: their own, or those of rooms they open.
///
/// # Errors
/// Database errors only.
pub fn item_grants(tx: &mut Tx, case: CaseId, purpose: &str) -> Result<Vec<ItemGrant>, Refused> {
    Ok(item_store::item_grants(tx.db(), case, purpose)?.into_iter().map(|(item, kind, hat, until)| ItemGrant { item, kind, hat, until }).collect())
}

/// Ends evidence of records that are complete; the worker's.
///
/// # Errors
/// Database errors only.
pub fn end_evidence(tx: &mut Tx) -> Result<usize, Refused> {
    item_store::end_evidence(tx.db())
}

/// Completes the grants of members who had no account when they were named, in every compartment of the caller's hat, and hands on
/// single documents that wait for somebody. Called when somebody unlocks. Returns how many were completed. Who stands there without the program's
/// doing, or under another's hat, waits from now on.
///
/// # Errors
/// Database errors; a member still without account is skipped.
pub fn complete_pending(tx: &mut Tx) -> Result<usize, Refused> {
    let hat = tx.hat()?;
    let mut done = 0;
    for row in store::pending(tx.db(), hat)? {
        let to = members::recipient(tx, row.membership_id);
        if !members::is_signed(tx, row.compartment_id, row.membership_id, &row.access, row.until, row.named_mac.as_deref()) || matches!(to, Err(Refused::Sealed(_))) {
            members::hold_back(tx, row.compartment_id, row.membership_id)?;
            continue;
        }
        if to.is_err() {
            continue;
        }
        let Ok(key) = compartment_key(tx, row.compartment_id, row.epoch) else { continue };
        seal_key_to(tx, row.compartment_id, row.epoch, &key, row.membership_id)?;
        tx.note(Entry::done("compartment.key_granted").within(row.compartment_id).on(row.membership_id));
        done += 1;
    }
    Ok(done + super::apart::hand_on(tx)?)
}

/// What was sealed to an invitation code is opened with the key pair the code yields and sealed to the person's own key:
/// compartment keys, single items, and items waiting in compartments not born yet.
///
/// # Errors
/// `Sealed` when something was touched.
pub fn adopt(tx: &mut Tx, hat: MembershipId, code_key: &PrivateKey) -> Result<(), Refused> {
    let own = PrivateKey::from_bytes(&tx.private_key()?.to_bytes())?;
    let public = own.public();
    for mut grant in store::all_my_grants(tx.db(), hat)? {
        let info = grant_info(grant.compartment, grant.epoch);
        let plain = vault::open_with(code_key, &info, &hat.bytes(), &grant.sealed)?;
        let key = vault::SealKey::from_bytes(&plain)?;
        grant.sealed = vault::seal_to(&public, &info, &hat.bytes(), key.as_bytes(), &mut rand::rng())?;
        grant.mac = grant_mac(&key, grant.compartment, grant.epoch, Some(hat), &public).to_vec();
        store::reseal_grant(tx.changing_places(), &grant)?;
    }
    for (item, version, sealed) in item_store::all_my_item_grants(tx.db(), hat)? {
        let aad = granted_aad(item, version, hat);
        let plain = vault::open_with(code_key, GRANTED_KEY, &aad, &sealed)?;
        let again = vault::seal_to(&public, GRANTED_KEY, &aad, &plain, &mut rand::rng())?;
        item_store::reseal_item_grant(tx.db(), item, version, hat, &again)?;
    }
    for unborn in store::unborn_of(tx.db(), hat)? {
        for (item, version, sealed) in item_store::unborn_items(tx.db(), unborn)? {
            let aad = super::items::placed_aad(item, version);
            let plain = vault::open_with(code_key, super::items::PLACED_KEY, &aad, &sealed)?;
            let again = vault::seal_to(&public, super::items::PLACED_KEY, &aad, &plain, &mut rand::rng())?;
            item_store::reseal_key(tx.db(), item, version, &again)?;
        }
        let mac = super::keys::place_mac(tx, unborn, 0, public.as_bytes());
        store::replace_place(tx.changing_places(), unborn, public.as_bytes(), &mac)?;
    }
    Ok(())
}
