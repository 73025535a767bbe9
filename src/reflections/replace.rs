//! An author or approver leaves half-way: the contact names another, the text stays, the old one's access ends at once (`workflow.md`
//! section 7).

use super::store;
use crate::access::{Act, Kind, Role};
use crate::cases;
use crate::compartments::{self, Access, Member};
use crate::ids::{MembershipId, ReflectionId};
use crate::names::{self, Reason};
use crate::notices;
use crate::people;
use crate::tx::{FieldFault, Place, Refused, Tx};

/// Who names another author or approver: the organisation's contact.
pub static REPLACE: Act = Act { name: "reflection.replace", within: Kind::Reflection, by: &[Role::Contact], step_up: false };

/// Names another author or approver, or the author where the approver sent "nothing is known" back. They read on as soon as somebody who holds the key next unlocks.
///
/// # Errors
/// `Rule("wrong-reflection-state")` before the answer and where there is nobody to replace; `Rule("own-work")`; `Faults` for a hat of
/// another organisation or role.
pub fn replace(tx: &mut Tx, id: ReflectionId, role: Role, by: MembershipId) -> Result<(), Refused> {
    let found = store::lock(tx.db(), id)?;
    tx.permit(&REPLACE, Place::Compartment(found.compartment), by.uuid())?;
    let inner = store::inner(tx.db(), id)?.ok_or(Refused::Rule("wrong-reflection-state"))?;
    let (old, other) = match role {
        Role::Author => (inner.author, inner.approver),
        Role::Approver => (inner.approver, inner.author),
        _ => return Err(Refused::Faults(vec![FieldFault::new("role", "not-an-option")])),
    };
    // After "nothing is known" was sent back there was no author: the first one is named here.
    if old.is_none() && !(role == Role::Author && inner.state == "writing") {
        return Err(Refused::Rule("wrong-reflection-state"));
    }
    if let Some(other) = other
        && store::one_person(tx.db(), other, by)?
    {
        return Err(Refused::Rule("own-work"));
    }
    if old == Some(by) || !people::belongs(tx, by, found.organisation, role)? {
        return Err(Refused::Faults(vec![FieldFault::new("hat", "not-an-option")]));
    }
    if let Some(old) = old
        && !cases::unhold_here(tx, found.compartment, old)?
    {
        match compartments::end_member(tx, found.compartment, old) {
            // Who was held, and whose role ended, never belonged there.
            Ok(()) | Err(Refused::NotFound) => {}
            Err(why) => return Err(why),
        }
    }
    // Who is a relative in this case is accepted outwardly and gets no key; the contact learns nothing of it (ruling 18).
    if !cases::hold(tx, found.case, by, Some(found.compartment))? {
        compartments::name_member(tx, found.compartment, &Member { membership: by, role, access: Access::Full, deputy: false, until: None })?;
    }
    store::set_people(tx.db(), id, if role == Role::Author { (Some(by), inner.approver) } else { (inner.author, Some(by)) })?;
    let name = people::name_of(tx, by)?;
    names::place(tx, found.case, Reason::Worker, &name)?;
    for hat in [Some(by), other].into_iter().flatten() {
        notices::tell(tx, hat, notices::Kind::TaskAssigned, None, Some(id.uuid()))?;
    }
    Ok(())
}
