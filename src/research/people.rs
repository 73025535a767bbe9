//! Who works in a project: named with the application, asking tables only after signing for confidentiality.

use super::{project, store};
use crate::access::{Act, Kind, Role};
use crate::compartments::{self, Access, Member};
use crate::ids::{MembershipId, ProjectId};
use crate::notices;
use crate::tx::{FieldFault, Place, Refused, Tx};

/// Who names the people of a project.
pub static NAME_PERSON: Act = Act { name: "project.name_person", within: Kind::Project, by: &[Role::Researcher], step_up: false };
/// Who signs the statement of confidentiality: each for themselves.
pub static SIGN: Act = Act { name: "project.sign", within: Kind::Project, by: &[Role::Researcher], step_up: true };

/// Names another researcher of the same register.
///
/// # Errors
/// `Faults` for somebody who is none; `Rule("application-handed-in")`: people are part of what was approved.
pub fn name_person(tx: &mut Tx, id: ProjectId, hat: MembershipId) -> Result<(), Refused> {
    let found = project::written(tx, id, &NAME_PERSON)?;
    if !store::hats(tx.db(), Role::Researcher)?.contains(&hat) {
        return Err(Refused::Faults(vec![FieldFault::new("hat", "not-an-option")]));
    }
    store::insert_person(tx.db(), id, hat)?;
    compartments::add_member(tx, found.compartment, &Member { membership: hat, role: Role::Researcher, access: Access::Full, deputy: false, until: None })?;
    notices::tell(tx, hat, notices::Kind::TaskAssigned, None, Some(id.uuid()))
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
    let there: Vec<MembershipId> = store::people(tx.db(), id)?.into_iter().map(|(hat, ..)| hat).collect();
    let mut found = vec![];
    for (hat, person, account) in store::named_hats(tx.db(), Role::Researcher)? {
        if !there.contains(&hat) {
            found.push((hat, tx.name_in_account(person, &account)?));
        }
    }
    Ok(found)
}
