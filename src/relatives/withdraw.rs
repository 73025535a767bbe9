//! A relative takes back that their words are used: the copies in panel and report are gone at once, their own place stays. What was
//! published is put right by the coordinator, as a corrected version (ruling 24).

use super::members::tell_contact;
use super::store;
use crate::access::{Act, Kind, Role};
use crate::ids::RelativeId;
use crate::tx::{Place, Refused, Tx};

/// Who takes it back: the relative, or the contact who writes down what is told.
pub static WITHDRAW: Act = Act { name: "relative.withdraw_words", within: Kind::Kin, by: &[Role::Relative, Role::Coordinator], step_up: false };

/// Takes back that words are used. Returns how many copies can't be opened any more.
///
/// # Errors
/// `NotFound`, `NotYours`.
pub fn withdraw(tx: &mut Tx, id: RelativeId) -> Result<usize, Refused> {
    let found = store::found(tx.db(), id)?;
    tx.permit(&WITHDRAW, Place::Compartment(found.compartment), id.uuid())?;
    let gone = store::withdraw_words(tx.db(), id)?;
    if tx.hat()? != found.contact {
        tell_contact(tx, &found)?;
    }
    Ok(gone)
}
