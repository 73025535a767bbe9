//! What outsiders see of a reflection, and what the organisation's own people see.

use chrono::NaiveDate;
use form::Answers;
use serde::Serialize;

use super::store;
use super::write::Remarks;
use crate::access::{Act, Kind, Role};
use crate::cases;
use crate::compartments;
use crate::ids::{CaseId, CompartmentId, OrganisationId, ReflectionId};
use crate::tx::{Entry, Place, Refused, Tx};

/// Who reads the invitation: the organisation's own people.
pub static READ_INVITATION: Act = Act { name: "reflection.read_invitation", within: Kind::Reflection, by: &[Role::Contact, Role::Author, Role::Approver], step_up: false };

/// As those who take part in the case see it.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Outside {
    /// Id.
    pub id: ReflectionId,
    /// The organisation.
    pub organisation: OrganisationId,
    /// What it is called: its name, with the place that tells it apart from another of that name.
    pub organisation_name: String,
    /// Its name alone.
    #[serde(skip)]
    pub name: String,
    /// Invited, answered, released, nothing known, declined, withdrawn, recalled, closed.
    pub state: String,
    /// When it is due.
    pub due_on: NaiveDate,
    /// Whether that has passed with nothing in.
    pub late: bool,
    /// How often it was corrected since its release.
    pub corrections: i32,
    /// How often it was asked; more than 1 where the invitation was sent again.
    pub round: i32,
    /// Its compartment, to place questions and passages into.
    pub compartment: CompartmentId,
}

/// As the organisation's own people see it.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Inside {
    /// As others see it.
    #[serde(flatten)]
    pub outside: Outside,
    /// The case, by id only.
    pub case: CaseId,
    /// Accepted, writing, submitted, approved.
    pub inner: Option<String>,
    /// Whether nobody writes it yet though it is to be written: the approver knew more than "nothing is known".
    pub needs_author: bool,
}

fn outside(tx: &Tx, (found, name, called): store::Named) -> Outside {
    let late = found.due_on < tx.today() && matches!(found.state.as_str(), "invited" | "answered");
    Outside {
        id: found.id, organisation: found.organisation, organisation_name: called.unwrap_or_default(), name: name.unwrap_or_default(), state: found.state, due_on: found.due_on, late, corrections: found.corrections, round: found.round, compartment: found.compartment,
    }
}

/// The reflections of a case; none for who was asked to take part and has not signed.
///
/// # Errors
/// Database errors only; what may not be seen is not there.
pub fn of_case(tx: &mut Tx, case: CaseId) -> Result<Vec<Outside>, Refused> {
    if cases::only_asked(tx, case)? {
        return Ok(vec![]);
    }
    tx.note(Entry::done("reflection.list").of_case(case));
    let rows = store::of_case(tx.db(), case)?;
    Ok(rows.into_iter().map(|row| outside(tx, row)).collect())
}

/// Whether a legal successor was invited in place of an organisation that no longer exists: the report says so.
///
/// # Errors
/// Database errors only.
pub fn has_successors(tx: &mut Tx, case: CaseId) -> Result<bool, Refused> {
    Ok(store::successors(tx.db(), case)? > 0)
}

/// The reflections of the caller's own organisation.
///
/// # Errors
/// `NotFound` for other roles.
pub fn mine(tx: &mut Tx) -> Result<Vec<Inside>, Refused> {
    if !tx.session()?.role.is_some_and(Role::of_organisation) {
        return Err(Refused::NotFound);
    }
    tx.note(Entry::done("reflection.list_own"));
    store::of_compartments(tx.db())?.into_iter().map(|row| {
        let (case, inner) = (row.0.case, store::inner(tx.db(), row.0.id)?);
        let needs_author = inner.as_ref().is_some_and(|inner| inner.author.is_none() && inner.state == "writing");
        Ok(Inside { outside: outside(tx, row), case, inner: inner.map(|inner| inner.state), needs_author })
    }).collect()
}

/// The invitation.
///
/// # Errors
/// `NotFound`; `Locked`.
pub fn invitation(tx: &mut Tx, id: ReflectionId) -> Result<Answers, Refused> {
    let found = store::seen(tx.db(), id)?;
    let permit = tx.permit(&READ_INVITATION, Place::Compartment(found.compartment), id.uuid())?;
    if found.state == "recalled" {
        return Ok(Answers::new());
    }
    // The contact holds no key, but a grant of this one document.
    if permit.role() == Role::Contact {
        let waiting = compartments::granted(tx, found.compartment, "invitation")?.ok_or(Refused::NotFound)?;
        return Ok(compartments::open_granted::<Answers>(tx, waiting)?.body);
    }
    let listed = compartments::list(tx, &permit, "invitation", None)?.pop().ok_or(Refused::NotFound)?;
    Ok(compartments::open::<Answers>(tx, &permit, listed.id)?.body)
}

/// The approver's remarks, latest first.
///
/// # Errors
/// `NotFound`.
pub fn remarks(tx: &mut Tx, id: ReflectionId) -> Result<Vec<Remarks>, Refused> {
    let found = store::seen(tx.db(), id)?;
    let permit = tx.permit(super::REFLECTION.read, Place::Compartment(found.compartment), id.uuid())?;
    let listed = compartments::list(tx, &permit, "remarks", None)?;
    listed.into_iter().rev().map(|document| Ok(compartments::open::<Remarks>(tx, &permit, document.id)?.body)).collect()
}

/// What the approver last said of a part, while the reflection is written again; none in other rooms.
///
/// # Errors
/// `Locked`.
pub fn remark_on(tx: &mut Tx, within: CompartmentId, part: &str) -> Result<Option<String>, Refused> {
    let Some(found) = store::of_compartment(tx.db(), within)? else { return Ok(None) };
    if store::inner(tx.db(), found.id)?.is_none_or(|inner| inner.state != "writing") {
        return Ok(None);
    }
    let permit = tx.permit(super::REFLECTION.read, Place::Compartment(within), found.id.uuid())?;
    let Some(latest) = compartments::list(tx, &permit, "remarks", None)?.pop() else { return Ok(None) };
    Ok(compartments::open::<Remarks>(tx, &permit, latest.id)?.body.parts.remove(part))
}
