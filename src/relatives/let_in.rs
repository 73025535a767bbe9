//! A contact who followed one that left waits until somebody who holds the key of the place hands it over: the relative, who decides whom they trust.

use super::store;
use crate::access::{Act, Kind, Role};
use crate::compartments;
use crate::ids::{MembershipId, RelativeId};
use crate::notices;
use crate::tx::{Place, Refused, Tx};

/// Who lets a new contact read: the relative, and a coordinator who holds the key already, having just confirmed who they are.
pub static LET_CONTACT_IN: Act = Act { name: "relative.let_contact_in", within: Kind::Kin, by: &[Role::Coordinator, Role::Relative], step_up: true };

/// Hands the key of a relative's place to somebody who belongs to it and waits.
///
/// # Errors
/// `NotFound`; `Rule("no-key-to-give")` for who holds none, and for a hat that waits for none; `Locked`; `StepUp`.
pub fn let_contact_in(tx: &mut Tx, id: RelativeId, hat: MembershipId) -> Result<(), Refused> {
    let found = store::found(tx.db(), id)?;
    tx.permit(&LET_CONTACT_IN, Place::Compartment(found.compartment), hat.uuid())?;
    let room = store::let_in_beside(tx.changing_places(), id, hat)?.ok_or(Refused::Rule("no-key-to-give"))?;
    compartments::hand_key(tx, room, hat)?;
    notices::tell(tx, hat, notices::Kind::TaskAssigned, Some(found.case), None)
}
