//! Who works in a project: named with the application, asking tables only after signing for confidentiality.

use super::project::State;
use super::{change, change_store, store};
use crate::access::{Act, Kind, Role};
use crate::compartments::{self, Access, Member};
use crate::ids::{MembershipId, ProjectChangeId, ProjectId};
use crate::notices;
use crate::tx::{FieldFault, Place, Refused, Tx};

/// Who names the people of a project.
pub static NAME_PERSON: Act = Act { name: "project.name_person", within: Kind::Project, by: &[Role::Researcher], step_up: false };
/// Who signs the statement of confidentiality: each for themselves.
pub static SIGN: Act = Act { name: "project.sign", within: Kind::Project, by: &[Role::Researcher], step_up: true };

/// Who says that somebody works in a project no longer.
pub static END_PERSON: Act = Act { name: "project.end_person", within: Kind::Project, by: &[Role::Researcher], step_up: false };

/// Names another researcher of the same register. People are part of what was approved: who is named afterwards reads the application,
/// and asks tables once two members of the committee agreed and they signed.
///
/// # Errors
/// `Faults` for somebody who is none; `Rule("application-handed-in")` while the committee decides; `Rule("already-there")` for somebody
/// who is, or was, in it, and while another waits.
pub fn name_person(tx: &mut Tx, id: ProjectId, hat: MembershipId) -> Result<(), Refused> {
    let found = store::found(tx.db(), id)?;
    tx.permit(&NAME_PERSON, Place::Compartment(found.compartment), id.uuid())?;
    let own = tx.hat()?;
    if found.applicant != own {
        return Err(Refused::NotYours);
    }
    let approved = change::running(tx, &found).is_ok();
    if !found.state.is_written() && !approved {
        return Err(Refused::Rule("application-handed-in"));
    }
    if !store::hats(tx.db(), Role::Researcher)?.contains(&hat) {
        return Err(Refused::Faults(vec![FieldFault::new("hat", "not-an-option")]));
    }
    let change = approved.then(ProjectChangeId::new);
    if let Some(change) = change {
        change_store::insert_change(tx.db(), change, id, own, change::Kind::Person, None, None)?;
        for (hat, _) in store::deciders(tx.db(), id)? {
            notices::tell(tx, hat, notices::Kind::TaskAssigned, None, Some(id.uuid()))?;
        }
    }
    if !store::insert_person(tx.db(), id, hat, change)? && approved {
        return Err(Refused::Rule("already-there"));
    }
    compartments::add_member(tx, found.compartment, &Member { membership: hat, role: Role::Researcher, access: Access::Full, deputy: false, until: None })?;
    notices::tell(tx, hat, notices::Kind::TaskAssigned, None, Some(id.uuid()))
}

/// Says that somebody works in a project no longer: their key to it goes at once, and they ask no more tables.
///
/// # Errors
/// `NotYours` for who did not apply; `Rule("project-over")`; `Faults` for the applicant: their project is ended as a whole; `NotFound`.
pub fn end_person(tx: &mut Tx, id: ProjectId, hat: MembershipId) -> Result<(), Refused> {
    let found = store::found(tx.db(), id)?;
    tx.permit(&END_PERSON, Place::Compartment(found.compartment), id.uuid())?;
    if found.applicant != tx.hat()? {
        return Err(Refused::NotYours);
    }
    if matches!(found.state, State::Declined | State::Withdrawn | State::Ended) {
        return Err(Refused::Rule("project-over"));
    }
    if hat == found.applicant {
        return Err(Refused::Faults(vec![FieldFault::new("hat", "not-an-option")]));
    }
    let now = tx.now();
    store::end_person(tx.db(), id, hat, now)?;
    compartments::end_member(tx, found.compartment, hat)
}

/// Signs: no attempt to recognise anybody, nothing shared that the gate did not give, faults told at once.
///
/// # Errors
/// `StepUp`; `NotFound` for a project one does not work in.
pub fn sign(tx: &mut Tx, id: ProjectId) -> Result<(), Refused> {
    let found = store::found(tx.db(), id)?;
    tx.permit(&SIGN, Place::Compartment(found.compartment), id.uuid())?;
    let (hat, now) = (tx.hat()?, tx.now());
    store::sign(tx.db(), id, hat, now)
}

/// Researchers of the register who are not in the project yet: hat and name.
///
/// # Errors
/// `Sealed` when an account was touched.
pub(super) fn others(tx: &mut Tx, id: ProjectId) -> Result<Vec<(MembershipId, String)>, Refused> {
    let there: Vec<MembershipId> = store::people(tx.db(), id)?.into_iter().map(|works| works.hat).collect();
    let mut found = vec![];
    for (hat, person, account) in store::named_hats(tx.db(), Role::Researcher)? {
        if !there.contains(&hat) {
            found.push((hat, tx.name_in_account(person, &account)?));
        }
    }
    Ok(found)
}
