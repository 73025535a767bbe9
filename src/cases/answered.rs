//! What somebody who was named answers instead of accepting: that they have an interest, or that they can't. It is told to the coordinator of
//! the case and nobody else, and held without effect until the coordinator settles it (ruling 18).

use super::{CaseError, ReasonOf, keep_reason, marked, party, party_store};
use crate::access::{Act, Kind, Role};
use crate::compartments::{Access, Member};
use crate::ids::{CaseId, MembershipId};
use crate::notices;
use crate::tx::{FieldFault, Place, Refused, Tx, needed};

/// Who says no: who may accept.
pub static DECLINE: Act = Act {
    name: "case.decline", within: Kind::Case, by: &[Role::Chair, Role::Secretary, Role::PanelMember, Role::QualityReviewer, Role::Coder], step_up: false,
};
/// Who lets somebody take part all the same: the coordinator, having just confirmed who they are.
pub static ADMIT: Act = Act { name: "case.admit", within: Kind::Case, by: &[Role::Coordinator], step_up: true };

/// Why somebody says no. Words of theirs are for a talk: who has not signed places none in the case.
pub const WHY_NOT: [&str; 3] = ["no_time", "knows_somebody", "other"];

/// The longest reason.
const LONGEST: usize = 2000;

/// Says no to taking part. The coordinator is told.
///
/// # Errors
/// `NotFound` for a case one is not named in; `Faults` for a reason that is none; `Rule("signed-already")` for who accepted.
pub fn decline(tx: &mut Tx, case: CaseId, why: &str) -> Result<(), CaseError> {
    tx.permit(&DECLINE, Place::Case(case), case.uuid())?;
    if !WHY_NOT.contains(&why) {
        return Err(Refused::Faults(vec![FieldFault::new("why", "not-an-option")]).into());
    }
    let hat = tx.hat()?;
    match party_store::has_signed(tx.db(), case, hat)? {
        None => return Err(Refused::NotFound.into()),
        Some(true) => return Err(Refused::Rule("signed-already").into()),
        Some(false) => {}
    }
    tell(tx, case, "declined", why)?;
    Ok(())
}

/// Keeps an answer, and tells the coordinators of the case that there is one.
pub(super) fn tell(tx: &mut Tx, case: CaseId, answer: &str, why: &str) -> Result<(), Refused> {
    let hat = tx.hat()?;
    party_store::tell_answer(tx.db(), case, hat, answer, why)?;
    for coordinator in party_store::hats_in_role(tx.db(), case, Role::Coordinator)? {
        notices::tell(tx, coordinator, notices::Kind::Answered, Some(case), None)?;
    }
    Ok(())
}

/// Lets somebody take part all the same, with a reason that is kept with the case. They accept and sign themselves. Who is held,
/// as they take part otherwise, is let in where that is no conflict.
///
/// # Errors
/// `NotFound` for who gave no answer that is open and is not held; `Rule("kin-and-professional")` where one of the two roles is a relative's: one of them ends;
/// `NotYours`; `Faults` without a reason; `StepUp`.
pub fn admit(tx: &mut Tx, case: CaseId, hat: MembershipId, reason: &str) -> Result<(), Refused> {
    let permit = tx.permit(&ADMIT, Place::Case(case), hat.uuid())?;
    let words = needed("reason", reason, LONGEST)?.to_owned();
    let held = party_store::settle_held(tx.db(), case, hat, "admitted")?;
    if held == "kin" {
        return Err(Refused::Rule("kin-and-professional"));
    }
    let answered = party_store::settle_answer(tx.db(), case, hat, "admitted")?;
    if !answered && held == "absent" {
        return Err(Refused::NotFound);
    }
    keep_reason(tx, &permit, case, "admitted", hat.uuid(), ReasonOf::default(), &words)?;
    if held != "absent" {
        // Nobody but the coordinator knew of it before: the chair hears that something changed.
        for chair in party_store::hats_in_role(tx.db(), case, Role::Chair)?.into_iter().filter(|chair| *chair != hat) {
            notices::tell(tx, chair, notices::Kind::StateChanged, Some(case), None)?;
        }
    }
    if held == "other" {
        // Of an organisation: the case itself is nothing to them, and they were told with it.
        return Ok(());
    }
    // The coordinator decided, knowing whom.
    marked::vouch(tx, case, hat)?;
    if held == "party" {
        if let Some(one) = party_store::stands(tx.db(), case)?.into_iter().find(|one| one.hat == hat)
            && let Some(role) = Role::from_code(&one.role)
        {
            party::let_in(tx, case, &Member { membership: hat, role, access: Access::Full, deputy: one.deputy, until: one.until })?;
        }
    }
    notices::tell(tx, hat, notices::Kind::TaskAssigned, Some(case), None)
}

/// The cases the caller coordinates in which somebody's answer waits for them, with their numbers.
///
/// # Errors
/// `NoHat`; database errors.
pub fn open_answers(tx: &mut Tx) -> Result<Vec<(CaseId, String)>, Refused> {
    tx.hat()?;
    if tx.session()?.role != Some(Role::Coordinator) {
        return Ok(vec![]);
    }
    party_store::open_answers(tx.db())
}
