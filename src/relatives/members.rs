//! Who belongs to a relative's place, and who ceases to: an invitation recalled, a supporter thanked.

use chrono::NaiveDate;
use serde::Serialize;

use super::store;
use crate::access::{Act, Kind, Role};
use crate::cases;
use crate::compartments::{self, Access, Member};
use crate::ids::{CaseId, MembershipId, RelativeId};
use crate::notices;
use crate::people::{self, Reach};
use crate::tx::{FieldFault, Place, Refused, Tx};

/// Who ends a membership: the named contact; a relative ends their supporter's.
pub static END_MEMBER: Act = Act { name: "relative.end_member", within: Kind::Kin, by: &[Role::Coordinator, Role::Relative], step_up: false };
/// Who sees who belongs here.
pub static MEMBERS: Act = Act { name: "relative.read_members", within: Kind::Kin, by: &[Role::Coordinator, Role::Relative], step_up: false };

static EVALUATE: Act = Act { name: "relative.read_evaluation", within: Kind::Kin, by: &[Role::Coordinator, Role::Relative, Role::Supporter], step_up: false };

/// Somebody who belongs to a relative's place.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Belongs {
    /// The hat.
    pub hat: MembershipId,
    /// Role code.
    pub role: String,
    /// The name, where the caller may know it.
    pub name: String,
    /// Their number at work, for the relative; empty where they gave none.
    pub phone: String,
    /// When they can be reached there.
    pub hours: String,
    /// Whether they stand in for the named contact.
    pub deputy: bool,
    /// Whether the caller may end it.
    pub may_end: bool,
    /// Whether they read nothing here yet, until somebody who holds the key lets them.
    pub waits: bool,
    /// When it ends by itself.
    pub until: Option<chrono::DateTime<chrono::Utc>>,
}

/// Who belongs here: the named contact and who stands in, the relative, supporters.
///
/// # Errors
/// `NotFound`, `NotYours`.
pub fn members(tx: &mut Tx, id: RelativeId) -> Result<Vec<Belongs>, Refused> {
    let found = store::found(tx.db(), id)?;
    let permit = tx.permit(&MEMBERS, Place::Compartment(found.compartment), id.uuid())?;
    let (all, waiting) = (compartments::members(tx, found.compartment)?, compartments::awaiting(tx, found.compartment)?);
    let mut known = people::reach_of(tx, all.iter().map(|member| member.membership).collect())?;
    // Who is held looks like somebody who has not answered yet (ruling 18).
    let held = cases::held_here(tx, found.compartment)?;
    let called = people::names_as_invited(tx, held.clone())?;
    let held = held.into_iter().map(|hat| Belongs {
        hat, role: Role::Supporter.code().to_owned(), name: called.get(&hat).cloned().unwrap_or_default(), phone: String::new(), hours: String::new(), deputy: false, may_end: true, waits: false, until: None,
    });
    Ok(all.into_iter().map(|member| {
        let Reach { name, phone, hours } = known.remove(&member.membership).unwrap_or_default();
        Belongs { waits: waiting.contains(&member.membership), hat: member.membership, role: member.role.code().to_owned(), name, phone, hours, deputy: member.deputy, until: member.until, may_end: may_end(permit.role(), member.role, member.deputy) }
    }).chain(held).collect())
}

/// Tells the named contact that something waits with a relative; where that contact is gone, who coordinates the case, or the bureau's other
/// coordinators. The relative learns nothing of them.
pub(super) fn tell_contact(tx: &mut Tx, found: &store::Found) -> Result<(), Refused> {
    if store::tell_instead(tx.db(), found.id)? {
        return Ok(());
    }
    notices::tell(tx, found.contact, notices::Kind::TaskAssigned, Some(found.case), Some(found.id.uuid()))
}

/// The case a member of a relative's place evaluates; the id itself is never shown to them.
///
/// # Errors
/// `NotFound` for who does not belong here.
pub fn evaluated_case(tx: &mut Tx, id: RelativeId) -> Result<CaseId, Refused> {
    let found = store::found(tx.db(), id)?;
    // The evaluation itself is an entry of its own: this one says that its page was looked at.
    tx.permit(&EVALUATE, Place::Compartment(found.compartment), id.uuid())?;
    Ok(found.case)
}

/// A relative ends their supporter; the contact both, and who stands in.
fn may_end(by: Role, of: Role, deputy: bool) -> bool {
    of == Role::Supporter || by == Role::Coordinator && (of == Role::Relative || deputy)
}

/// Who names a deputy of the named contact.
pub static NAME_DEPUTY: Act = Act { name: "relative.name_deputy", within: Kind::Kin, by: &[Role::Coordinator], step_up: false };

/// Names who stands in for the named contact: a coordinator who takes part in the case; until a day, or for good.
///
/// # Errors
/// `Faults` for who does not coordinate this case, and for a day that has passed; `NotFound`.
pub fn name_deputy(tx: &mut Tx, id: RelativeId, hat: MembershipId, until: Option<NaiveDate>) -> Result<(), Refused> {
    let found = store::found(tx.db(), id)?;
    tx.permit(&NAME_DEPUTY, Place::Compartment(found.compartment), hat.uuid())?;
    if hat == found.contact || !cases::hats_in_role(tx, found.case, Role::Coordinator)?.contains(&hat) {
        return Err(Refused::Faults(vec![FieldFault::new("by", "not-an-option")]));
    }
    let until = until.map(|day| cases::end_of(tx, day)).transpose()?;
    compartments::add_member(tx, found.compartment, &Member { membership: hat, role: Role::Coordinator, access: Access::Full, deputy: true, until })?;
    notices::tell(tx, hat, notices::Kind::TaskAssigned, Some(found.case), None)
}

/// Ends a membership at once: the next request is refused, the key is replaced, no message goes there any more. A code nobody used
/// is recalled.
///
/// # Errors
/// `NotFound` for a hat that does not belong here or is not the caller's to end.
pub fn end_member(tx: &mut Tx, id: RelativeId, hat: MembershipId) -> Result<(), Refused> {
    let found = store::found(tx.db(), id)?;
    let permit = tx.permit(&END_MEMBER, Place::Compartment(found.compartment), hat.uuid())?;
    if cases::unhold_here(tx, found.compartment, hat)? {
        return Ok(());
    }
    let member = compartments::members(tx, found.compartment)?.into_iter().find(|member| member.membership == hat).ok_or(Refused::NotFound)?;
    if !may_end(permit.role(), member.role, member.deputy) {
        return Err(Refused::NotFound);
    }
    // First the code, while its hat is still known here; a redeemed one, or one somebody else gave, is ended here all the same.
    tx.attempt(|tx| people::recall_if_open(tx, hat))?;
    compartments::end_member(tx, found.compartment, hat)?;
    store::forget_delivery(tx.db(), hat, found.compartment)
}
