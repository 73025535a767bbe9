//! The bureau's recovery key: every compartment is also sealed to it, from birth; two officers together can use it, one cannot.

use vault::{PrivateKey, PublicKey, SealKey, shares};

use super::find;
use super::keys::{compartment_key, grant_info, grant_mac};
use super::members::{next_epoch, recipient};
use super::store::{self, GrantRow};
use crate::access::{Act, Kind, Role};
use crate::ids::{BureauId, CompartmentId};
use crate::tx::{Permit, Place, Refused, Tx};

/// Who sets recovery up: an officer, having just confirmed who they are.
pub static ESTABLISH: Act = Act { name: "recovery.establish", within: Kind::System, by: &[Role::RecoveryOfficer], step_up: true };

const MAC: &str = "lering recovery key";
const SHARE: &[u8] = b"lering recovery share";

/// Makes the bureau's recovery pair and gives every pair of officers its two halves; the private half exists nowhere else.
/// Returns the number of pairs.
///
/// # Errors
/// `Rule("officers-three-to-five")`; `Rule("already-there")` when recovery is set up already.
pub fn establish(tx: &mut Tx) -> Result<usize, Refused> {
    let _permit: Permit = tx.permit(&ESTABLISH, Place::Hat, None)?;
    let bureau = tx.bureau()?;
    if is_established(tx, bureau)? {
        return Err(Refused::Rule("already-there"));
    }
    let officers = store::officers(tx.db(), bureau)?;
    let pairs = shares::pairs(officers.len()).map_err(|_| Refused::Rule("officers-three-to-five"))?;
    let mut rng = rand::rng();
    let pair = PrivateKey::generate(&mut rng);
    for &(a, b) in &pairs {
        let (Some(&first), Some(&second)) = (officers.get(a), officers.get(b)) else { continue };
        let (half, other) = shares::split_in_two(&pair.to_bytes(), &mut rng);
        for (officer, partner, share) in [(first, second, &half), (second, first, &other)] {
            let to = recipient(tx, officer)?;
            let aad = [bureau.bytes(), officer.bytes(), partner.bytes()].concat();
            let sealed = vault::seal_to(&to, SHARE, &aad, share, &mut rng)?;
            store::insert_share(tx.db(), bureau, officer, partner, &sealed)?;
        }
    }
    let public = pair.public();
    let mac = tx.parts().installation.mac(MAC, &[&bureau.bytes(), public.as_bytes()]);
    store::set_recovery(tx.db(), bureau, public.as_bytes(), &mac)?;
    Ok(pairs.len())
}

/// Whether a bureau's recovery is set up.
///
/// # Errors
/// `NotFound` for a bureau the caller does not see.
pub fn is_established(tx: &mut Tx, bureau: BureauId) -> Result<bool, Refused> {
    Ok(store::recovery_public(tx.db(), bureau)?.is_some())
}

/// What the relative of a place chose; none while they did not, and recovery applies.
///
/// # Errors
/// Database errors only.
pub fn recovery_chosen(tx: &mut Tx, id: CompartmentId) -> Result<Option<bool>, Refused> {
    store::recovery_chosen(tx.db(), id)
}

/// Chooses whether the bureau's recovery applies to a place. Without it what was sealed to the bureau is deleted, and an epoch starts that is
/// sealed to the members alone (ruling 13); with it all epochs the caller opens are sealed to the bureau again.
///
/// # Errors
/// `NotFound` for everybody but the relative of the place; `Locked`.
pub fn choose_recovery(tx: &mut Tx, id: CompartmentId, applies: bool) -> Result<(), Refused> {
    let found = find(tx, id)?;
    compartment_key(tx, id, found.epoch)?;
    if !store::choose_recovery(tx.changing_places(), id, applies)? {
        return Err(Refused::NotFound);
    }
    if !applies {
        return next_epoch(tx, &found);
    }
    for epoch in 1..=found.epoch {
        // An epoch the caller never held is not theirs to hand on.
        if let Ok(key) = compartment_key(tx, id, epoch) {
            seal_to_bureau(tx, id, epoch, &key, found.bureau)?;
        }
    }
    Ok(())
}

/// Seals a compartment's key to the bureau's recovery key, unless its relative chose to go without.
pub(super) fn seal_to_bureau(tx: &mut Tx, id: CompartmentId, epoch: i32, key: &SealKey, bureau: Option<BureauId>) -> Result<(), Refused> {
    let Some(bureau) = bureau else { return Ok(()) };
    if store::recovery_chosen(tx.db(), id)? == Some(false) {
        return Ok(());
    }
    let (public, mac) = store::recovery_public(tx.db(), bureau)?.ok_or(Refused::Rule("recovery-not-set"))?;
    tx.parts().installation.verify_mac(MAC, &[&bureau.bytes(), &public], &mac)?;
    let public = PublicKey::from_bytes(&public)?;
    let sealed = vault::seal_to(&public, &grant_info(id, epoch), b"recovery", key.as_bytes(), &mut rand::rng())?;
    let by = tx.hat()?;
    let grant = GrantRow { compartment: id, epoch, membership: None, sealed, mac: grant_mac(key, id, epoch, None, &public).to_vec() };
    store::insert_grant(tx.changing_places(), &grant, by)
}
