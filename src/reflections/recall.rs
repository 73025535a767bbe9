//! Recalling an invitation that should not have gone, or not there (ruling 25): before the answer, and after it until the release.

use super::store;
use crate::access::{Act, Kind, Role};
use crate::cases::{self, ReasonOf};
use crate::ids::ReflectionId;
use crate::notices;
use crate::people::{self, Recalled};
use crate::tx::{Place, Refused, Tx, needed};

/// The longest reason, in characters.
const LONGEST: usize = 4_999;

/// Who recalls: who may invite.
pub static RECALL: Act = Act { name: "reflection.recall", within: Kind::Case, by: &[Role::Coordinator, Role::Secretary], step_up: false };

/// Recalls an invitation, with a reason. Nobody of the organisation opens it any more; what they wrote themselves stays theirs. A
/// contact who never used their code loses that too.
///
/// # Errors
/// `Rule("reflection-settled")` once it is released, declined or closed; `Faults` without a reason.
pub fn recall(tx: &mut Tx, id: ReflectionId, reason: &str) -> Result<(), Refused> {
    let found = store::lock(tx.db(), id)?;
    let permit = tx.permit(&RECALL, Place::Case(found.case), id.uuid())?;
    if !matches!(found.state.as_str(), "invited" | "answered") {
        return Err(Refused::Rule("reflection-settled"));
    }
    let reason = needed("reason", reason, LONGEST)?;
    cases::keep_reason(tx, &permit, found.case, "recalled", id.uuid(), ReasonOf::default(), reason)?;
    let now = tx.now();
    store::set_state(tx.db(), &found, "recalled", None, now)?;
    store::shred_invitation(tx.db(), id)?;
    cases::record(tx, &permit, "invitation_recalled", Some(id.uuid()))?;
    // Someone who never came has nothing to be told.
    let never_came = tx.attempt(|tx| people::recall_if_open(tx, found.contact))? == Some(Recalled::Done);
    if never_came { Ok(()) } else { notices::tell(tx, found.contact, notices::Kind::StateChanged, None, Some(id.uuid())) }
}
