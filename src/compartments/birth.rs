//! How a compartment comes to life: its key is made in the session of its first member (`security.md` section 4, birth).

use super::keys::{grant_info, grant_mac, place_mac, start_epoch};
use super::members::{Access, Member, is_signed, recipient, write_member};
use super::store::{self, EpochRow, GrantRow};
use super::{Compartment, find, item_store, recovery};
use crate::access::{Kind, Role};
use crate::db::signed;
use crate::ids::{BureauId, CaseId, CompartmentId, MembershipId};
use crate::tx::{Refused, Tx};

/// Who will bring a compartment to life, and in which role they belong to it.
#[derive(Clone, Copy, Debug)]
pub struct FirstMember {
    /// The hat.
    pub membership: MembershipId,
    /// Its role in the compartment.
    pub role: Role,
    /// Whether that role holds the key, or only sees the process (an organisation's contact).
    pub access: Access,
}

/// A compartment born at once, in the caller's session, with the caller as its first full member, sealed to the bureau's
/// recovery key as well.
///
/// # Errors
/// `Locked`; `Rule("recovery-not-set")` while the bureau's officers have not set up recovery; `Rule("lent-reads-nothing")` for who is lent to the
/// bureau and was let in nowhere.
pub fn create(tx: &mut Tx, kind: Kind, case: Option<CaseId>, role: Role) -> Result<Compartment, Refused> {
    let hat = tx.hat()?;
    let bureau = tx.session()?.bureau;
    let new = Compartment { id: CompartmentId::new(), bureau, case, kind, epoch: 0, first_member: Some(hat) };
    store::insert_compartment(tx.changing_places(), &new)?;
    if role == Role::Coordinator && store::is_kept_out(tx.db(), new.id, hat)? {
        return Err(Refused::Rule("lent-reads-nothing"));
    }
    write_member(tx, new.id, &Member { membership: hat, role, access: Access::Full, deputy: false, until: None })?;
    start(tx, new.id, bureau)?;
    Ok(Compartment { epoch: 1, ..new })
}

/// A compartment whose first member has still to come: what is placed in it meanwhile is sealed to that person's key, or to the
/// one of the code they got (ruling 5).
///
/// # Errors
/// `Rule("no-recipient")` when the first member has neither account nor code.
pub fn await_birth(tx: &mut Tx, kind: Kind, case: CaseId, first: FirstMember) -> Result<Compartment, Refused> {
    let public = recipient(tx, first.membership)?;
    let bureau = tx.session()?.bureau;
    let new = Compartment { id: CompartmentId::new(), bureau, case: Some(case), kind, epoch: 0, first_member: Some(first.membership) };
    store::insert_compartment(tx.changing_places(), &new)?;
    let row = EpochRow { place_public: public.as_bytes().to_vec(), place_private_sealed: None, mac: place_mac(tx, new.id, 0, public.as_bytes()).to_vec() };
    store::insert_epoch(tx.changing_places(), new.id, 0, &row)?;
    let mac = signed::member(&tx.parts().installation, new.id, first.membership, first.access.word(), None);
    store::insert_first_member(tx.changing_places(), new.id, &Member { membership: first.membership, role: first.role, access: first.access, deputy: false, until: None }, &mac)?;
    Ok(new)
}

/// Brings a waiting compartment to life in the first member's session and names further members. What was placed before is
/// re-sealed under the new key. A first member with access to facts only keeps no wrap of it.
///
/// # Errors
/// `NotFound` unless the caller is its first member; `Rule("key-waits")` for one the program did not name; `Locked`.
pub fn be_born(tx: &mut Tx, id: CompartmentId, others: &[(MembershipId, Role)]) -> Result<Compartment, Refused> {
    let found = find(tx, id)?;
    let hat = tx.hat()?;
    if found.epoch != 0 || found.first_member != Some(hat) {
        return Err(Refused::NotFound);
    }
    let own = store::members(tx.db(), id)?.into_iter().find(|member| member.membership == hat && member.access == "full");
    if own.as_ref().is_some_and(|own| !is_signed(tx, id, hat, &own.access, own.until, own.named_mac.as_deref())) {
        return Err(Refused::Rule("key-waits"));
    }
    let waiting = item_store::unborn_items(tx.db(), id)?;
    for &(membership, role) in others {
        write_member(tx, id, &Member { membership, role, access: Access::Full, deputy: false, until: None })?;
    }
    let private = vault::PrivateKey::from_bytes(&tx.private_key()?.to_bytes())?;
    // The rows are re-sealed while the caller still counts as first member: the policy looks at epoch 0.
    let key = start_epoch(tx, id, 1)?;
    for (item, version, sealed) in waiting {
        let plain = vault::open_with(&private, super::items::PLACED_KEY, &super::items::placed_aad(item, version), &sealed)?;
        let again = vault::wrap(&key, &super::items::placed_aad(item, version), &plain, &mut rand::rng());
        item_store::reseal_key(tx.db(), item, version, &again)?;
    }
    let mut to: Vec<MembershipId> = others.iter().map(|(membership, _)| *membership).collect();
    if own.is_some() {
        to.push(hat);
    }
    for membership in to {
        seal_key_to(tx, id, 1, &key, membership)?;
    }
    recovery::seal_to_bureau(tx, id, 1, &key, found.bureau)?;
    store::set_epoch(tx.changing_places(), id, 0, 1)?;
    Ok(Compartment { epoch: 1, ..found })
}

fn start(tx: &mut Tx, id: CompartmentId, bureau: Option<BureauId>) -> Result<(), Refused> {
    let hat = tx.hat()?;
    let key = start_epoch(tx, id, 1)?;
    seal_key_to(tx, id, 1, &key, hat)?;
    recovery::seal_to_bureau(tx, id, 1, &key, bureau)?;
    store::set_epoch(tx.changing_places(), id, 0, 1)
}

/// Seals a compartment's key to one member and stores the grant.
pub(super) fn seal_key_to(tx: &mut Tx, id: CompartmentId, epoch: i32, key: &vault::SealKey, to: MembershipId) -> Result<(), Refused> {
    let public = recipient(tx, to)?;
    let by = tx.hat()?;
    let sealed = vault::seal_to(&public, &grant_info(id, epoch), &to.bytes(), key.as_bytes(), &mut rand::rng())?;
    let grant = GrantRow { compartment: id, epoch, membership: Some(to), sealed, mac: grant_mac(key, id, epoch, Some(to), &public).to_vec() };
    store::insert_grant(tx.changing_places(), &grant, by)
}

/// Whether a compartment still waits for its first member.
///
/// # Errors
/// `NotFound`.
pub fn is_unborn(tx: &mut Tx, id: CompartmentId) -> Result<bool, Refused> {
    Ok(find(tx, id)?.epoch == 0)
}

/// The kind of a compartment and the case it belongs to.
///
/// # Errors
/// `NotFound`.
pub fn kind_of(tx: &mut Tx, id: CompartmentId) -> Result<(Kind, Option<CaseId>), Refused> {
    let found = find(tx, id)?;
    Ok((found.kind, found.case))
}
