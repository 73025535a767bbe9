//! Opening a compartment's key: from the caller's grant, per epoch, kept for the length of the transaction.

use vault::{ItemLabel, PrivateKey, PublicKey, SealKey};

use super::store::{self, EpochRow};
use super::Compartment;
use crate::ids::{CompartmentId, ItemId, MembershipId};
use crate::tx::{Refused, Tx};

/// Domain words of the MACs: a value made for one purpose never passes for another.
pub(super) const GRANT: &str = "lering key grant";
const PLACE: &str = "lering place key";
const PERSON: &str = "lering person key";

/// The MAC of a public half under the installation key, so that a swapped one is refused.
pub(super) fn place_mac(tx: &Tx, id: CompartmentId, epoch: i32, public: &[u8]) -> [u8; 32] {
    tx.parts().installation.mac(PLACE, &[&id.bytes(), &epoch.to_be_bytes(), public])
}

/// The MAC over a person's public key; made at enrolment.
pub fn person_mac(tx: &Tx, owner: &[u8; 16], public: &[u8]) -> [u8; 32] {
    tx.parts().installation.mac(PERSON, &[owner, public])
}

/// The MAC over a grant, under the compartment's key: person, public key, epoch.
pub(super) fn grant_mac(key: &SealKey, id: CompartmentId, epoch: i32, to: Option<MembershipId>, public: &PublicKey) -> [u8; 32] {
    let to = to.map_or([0; 16], |hat| hat.bytes());
    vault::mac_with(key, GRANT, &[&id.bytes(), &epoch.to_be_bytes(), &to, public.as_bytes()])
}

/// Context of a sealed compartment key.
pub(super) fn grant_info(id: CompartmentId, epoch: i32) -> Vec<u8> {
    [b"lering compartment key".as_slice(), &id.bytes(), &epoch.to_be_bytes()].concat()
}

/// The key of a compartment's epoch, through the caller's own grant.
///
/// # Errors
/// `Locked` without the private key; `NotFound` without a grant (one that still waits for a member included);
/// `Sealed` when grant or public key were touched.
pub(super) fn compartment_key(tx: &mut Tx, id: CompartmentId, epoch: i32) -> Result<SealKey, Refused> {
    if let Some(key) = tx.kept_key(id, epoch) {
        return Ok(SealKey::from_bytes(key.as_bytes())?);
    }
    let hat = tx.hat()?;
    let place = tx.place(id)?;
    let grant = if place.epoch == epoch { place.grant.clone() } else { store::my_grant(tx.db(), id, epoch, hat)?.map(|grant| (grant.sealed, grant.mac)) };
    let (sealed, mac) = grant.ok_or(Refused::Rule("key-waits"))?;
    let private = tx.private_key()?;
    let plain = vault::open_with(private, &grant_info(id, epoch), &hat.bytes(), &sealed)?;
    let key = SealKey::from_bytes(&plain)?;
    let public = private.public();
    vault::verify_mac_with(&key, GRANT, &[&id.bytes(), &epoch.to_be_bytes(), &hat.bytes(), public.as_bytes()], &mac)?;
    tx.keep_key(id, epoch, SealKey::from_bytes(key.as_bytes())?);
    Ok(key)
}

/// The public half of an epoch, checked against its MAC.
pub(super) fn place_public(tx: &mut Tx, id: CompartmentId, epoch: i32) -> Result<PublicKey, Refused> {
    let row = store::epoch(tx.db(), id, epoch)?;
    checked_public(tx, id, epoch, &row)
}

fn checked_public(tx: &Tx, id: CompartmentId, epoch: i32, row: &EpochRow) -> Result<PublicKey, Refused> {
    tx.parts().installation.verify_mac(PLACE, &[&id.bytes(), &epoch.to_be_bytes(), &row.place_public], &row.mac)?;
    Ok(PublicKey::from_bytes(&row.place_public)?)
}

/// The private half of an epoch: opens what others placed.
pub(super) fn place_private(tx: &mut Tx, id: CompartmentId, epoch: i32) -> Result<PrivateKey, Refused> {
    let key = compartment_key(tx, id, epoch)?;
    let row = store::epoch(tx.db(), id, epoch)?;
    let sealed = row.place_private_sealed.ok_or(Refused::NotFound)?;
    let plain = vault::unwrap_sealed(&key, &grant_info(id, epoch), &sealed)?;
    Ok(PrivateKey::from_bytes(&plain)?)
}

/// A new epoch's rows: its place pair, the private half under the compartment's key.
pub(super) fn start_epoch(tx: &mut Tx, id: CompartmentId, epoch: i32) -> Result<SealKey, Refused> {
    let mut rng = rand::rng();
    let key = SealKey::generate(&mut rng);
    let pair = PrivateKey::generate(&mut rng);
    let public = pair.public();
    let row = EpochRow {
        place_public: public.as_bytes().to_vec(),
        place_private_sealed: Some(vault::wrap(&key, &grant_info(id, epoch), &pair.to_bytes(), &mut rng)),
        mac: place_mac(tx, id, epoch, public.as_bytes()).to_vec(),
    };
    store::insert_epoch(tx.changing_places(), id, epoch, &row)?;
    tx.keep_key(id, epoch, SealKey::from_bytes(key.as_bytes())?);
    Ok(key)
}

/// Everything an item version is bound to (`security.md` section 4).
pub(super) struct Bound<'a> {
    pub(super) compartment: &'a Compartment,
    pub(super) epoch: i32,
    pub(super) item: ItemId,
    pub(super) version: i32,
    pub(super) author: MembershipId,
    pub(super) kind: &'a str,
    pub(super) ground: &'a str,
}

impl Bound<'_> {
    pub(super) fn label(&self) -> ItemLabel<'_> {
        ItemLabel {
            bureau: self.compartment.bureau.map_or([0; 16], |id| id.bytes()),
            case: self.compartment.case.map_or([0; 16], |id| id.bytes()),
            compartment: self.compartment.id.bytes(),
            epoch: self.epoch,
            item: self.item.bytes(),
            version: self.version,
            author: self.author.bytes(),
            kind: self.kind,
            agency: self.compartment.kind.word(),
            ground: self.ground,
        }
    }
}
