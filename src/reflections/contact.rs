//! The contact of an organisation leaves half-way: the coordinator names another of the same organisation, who gets the invitation and guards
//! the term from then on. Texts, author and approver stay.

use form::Answers;

use super::store;
use crate::access::{Act, Kind, Role};
use crate::cases;
use crate::compartments::{self, Written};
use crate::ids::{MembershipId, ReflectionId};
use crate::names::{self, Reason};
use crate::notices;
use crate::people;
use crate::tx::{FieldFault, Place, Refused, Tx};

/// Who names another contact: who coordinates the case.
pub static REPLACE_CONTACT: Act = Act { name: "reflection.replace_contact", within: Kind::Case, by: &[Role::Coordinator], step_up: false };
static READ_COPY: Act = Act { name: "reflection.read_invitation_copy", within: Kind::Case, by: &[Role::Coordinator], step_up: false };

/// Names another contact.
///
/// # Errors
/// `Rule("contact-never-came")` where nobody has opened the invitation yet: it is sent again instead; `Rule("reflection-settled")` once
/// nothing is asked any more; `Faults` for a hat that is no contact of the organisation; `Rule("conflict-of-interest")`.
pub fn replace_contact(tx: &mut Tx, id: ReflectionId, by: MembershipId) -> Result<(), Refused> {
    let found = store::lock(tx.db(), id)?;
    let permit = tx.permit(&REPLACE_CONTACT, Place::Case(found.case), by.uuid())?;
    if !matches!(found.state.as_str(), "invited" | "answered" | "released") {
        return Err(Refused::Rule("reflection-settled"));
    }
    if compartments::is_unborn(tx, found.compartment)? {
        return Err(Refused::Rule("contact-never-came"));
    }
    if by == found.contact || !people::belongs(tx, by, found.organisation, Role::Contact)? {
        return Err(Refused::Faults(vec![FieldFault::new("contact", "not-an-option")]));
    }
    if cases::conflicted(tx, found.case, by)? {
        return Err(Refused::Rule("conflict-of-interest"));
    }
    let own = compartments::of_kind(tx, found.case, Kind::Case)?;
    let read = tx.permit(&READ_COPY, Place::Compartment(own), id.uuid())?;
    let copy = compartments::list(tx, &read, "invitation-copy", Some(id.uuid()))?.pop().ok_or(Refused::NotFound)?;
    let invitation = compartments::open::<Answers>(tx, &read, copy.id)?;
    if !store::succeed_contact(tx.db(), id, by)? {
        return Err(Refused::NotYours);
    }
    let written = Written { kind: "invitation", subject: Some(id.uuid()), form_version: &invitation.form_version, ground: "public_task", complete: true };
    compartments::place_for(tx, &permit, found.compartment, &written, &invitation.body, &[by])?;
    let name = people::name_of(tx, by)?;
    names::place(tx, found.case, Reason::Worker, &name)?;
    cases::record(tx, &permit, "contact_replaced", Some(id.uuid()))?;
    notices::tell(tx, by, notices::Kind::TaskAssigned, None, Some(id.uuid()))
}
