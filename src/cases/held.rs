//! What is held in a case: a role taken with a code, or named, of somebody who takes part in it otherwise. Told to who coordinates the case and nobody
//! else, who settles it (ruling 18).

use super::party_store;
use crate::ids::{CaseId, CompartmentId, MembershipId};
use crate::people;
use crate::tx::{Refused, Tx};

/// A role that is held.
#[derive(Clone, Debug)]
pub struct Held {
    /// The hat that is held.
    pub hat: MembershipId,
    /// Who, as far as the caller may know: by the part they have, else as the code was made out; empty otherwise.
    pub name: String,
    /// Code of the role that is held.
    pub role: String,
    /// Code of the role by which they take part otherwise.
    pub other: String,
    /// Whether the coordinator can settle it as no conflict: never where one of the two is a relative's (`workflow.md` section 7).
    pub lifts: bool,
}

/// What is held in a case, for who coordinates it; nothing for everybody else.
///
/// # Errors
/// Database errors only.
pub fn held(tx: &mut Tx, case: CaseId) -> Result<Vec<Held>, Refused> {
    let found = party_store::held(tx.db(), case)?;
    if found.is_empty() {
        return Ok(vec![]);
    }
    let names = people::names_of(tx, found.iter().flat_map(|one| [one.hat, one.other]).collect())?;
    Ok(found.into_iter().map(|one| {
        let known = [one.other, one.hat].iter().filter_map(|hat| names.get(hat)).find(|name| !name.is_empty());
        Held { hat: one.hat, lifts: one.lifts, name: known.cloned().unwrap_or_default(), role: one.held_role, other: one.other_role }
    }).collect())
}

/// Holds somebody who is named, where they take part in the case otherwise: accepted outwardly, without effect, and told to the coordinators (ruling 18).
/// Whether they are held. `room` is the place they would belong to.
///
/// # Errors
/// Database errors only.
pub fn hold(tx: &mut Tx, case: CaseId, hat: MembershipId, room: Option<CompartmentId>) -> Result<bool, Refused> {
    party_store::hold(tx.db(), case, hat, room)
}

/// Who is held from a place of the caller's: to who let them in they look like somebody who has not answered.
///
/// # Errors
/// Database errors only.
pub fn held_here(tx: &mut Tx, room: CompartmentId) -> Result<Vec<MembershipId>, Refused> {
    party_store::held_here(tx.db(), room)
}

/// Ends what is held from a place of the caller's, as who let them in thought better of it. Whether there was something.
///
/// # Errors
/// Database errors only.
pub fn unhold_here(tx: &mut Tx, room: CompartmentId, hat: MembershipId) -> Result<bool, Refused> {
    party_store::unhold_here(tx.db(), room, hat)
}
