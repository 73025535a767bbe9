//! Words without a name on them: sealed to the case compartment by anybody who took part, so that only its members read them and no row
//! says who wrote them.

use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;
use vault::PublicKey;

use super::keys::{place_mac, place_private};
use super::store;
use crate::ids::CaseId;
use crate::tx::{Permit, Refused, Tx};

const INFO: &[u8] = b"lering unsigned words";

/// Seals words to the members of a case. Returns epoch and bytes.
///
/// # Errors
/// `NotFound` for a case the caller took no part in; `Sealed` when its public half was swapped.
pub fn seal_unsigned(tx: &mut Tx, case: CaseId, about: Uuid, words: &impl Serialize) -> Result<(i32, Vec<u8>), Refused> {
    let room = store::evaluation_room(tx.db(), case)?.ok_or(Refused::NotFound)?;
    let expected = place_mac(tx, room.compartment_id, room.epoch, &room.place_public);
    if !bool::from(subtle::ConstantTimeEq::ct_eq(expected.as_slice(), room.mac.as_slice())) {
        return Err(Refused::Internal("a public half was swapped".into()));
    }
    let plain = serde_json::to_vec(words).map_err(|why| Refused::Internal(why.to_string()))?;
    Ok((room.epoch, vault::seal_to(&PublicKey::from_bytes(&room.place_public)?, INFO, about.as_bytes(), &plain, &mut rand::rng())?))
}

/// Opens such words, for a member of the case compartment.
///
/// # Errors
/// `Locked`; `Sealed` when bytes were touched.
pub fn open_unsigned<T: DeserializeOwned>(tx: &mut Tx, permit: &Permit, epoch: i32, about: Uuid, sealed: &[u8]) -> Result<T, Refused> {
    let half = place_private(tx, permit.compartment()?, epoch)?;
    let plain = vault::open_with(&half, INFO, about.as_bytes(), sealed)?;
    serde_json::from_slice(&plain).map_err(|why| Refused::Internal(why.to_string()))
}
