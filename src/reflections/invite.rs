//! Inviting an organisation: the invitation is placed in a compartment that its contact brings to life.

use chrono::NaiveDate;
use form::Answers;

use super::store::{self, Found};
use crate::access::{Act, Kind, Role};
use crate::cases::{self, ReasonOf};
use crate::compartments::{self, Access, FirstMember, Written};
use crate::forms;
use crate::ids::{CaseId, CompartmentId, MembershipId, OrganisationId, ReflectionId};
use crate::names::{self, Reason};
use crate::notices;
use crate::people;
use crate::tx::{FieldFault, Place, Refused, Tx};

/// Who invites an organisation.
pub static INVITE: Act = Act { name: "reflection.invite", within: Kind::Case, by: &[Role::Coordinator, Role::Secretary], step_up: false };
/// Who gives a delay: once by the coordinator, more by the chair.
pub static POSTPONE: Act = Act { name: "reflection.postpone", within: Kind::Case, by: &[Role::Coordinator, Role::Chair], step_up: false };
/// Who goes on without a reflection.
pub static GO_ON: Act = Act { name: "reflection.go_on", within: Kind::Case, by: &[Role::Chair], step_up: false };

/// The longest delay on request, in days (`workflow.md` section 3).
const DELAY: i64 = 14;

/// Whom to invite.
pub struct Invitation {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Its contact, invited by a code if need be.
    pub contact: MembershipId,
    /// The invitation (form 5.4).
    pub answers: Answers,
    /// The organisation it succeeds in law, that knew the family and no longer exists.
    pub stands_for: Option<OrganisationId>,
}

/// Invites an organisation. Nothing of it lies in the coordinator's reach afterwards but a copy of these words.
///
/// # Errors
/// `Faults` for an incomplete invitation or a contact of another organisation; `Rule("conflict-of-interest")` to the coordinator, for a contact who takes part in
/// the case otherwise: to a secretary it is none to choose (ruling 18);
/// `Rule("organisation-invited-already")`; `Rule("invitations-not-now")` before a review is decided on, and once the panel has begun.
pub fn invite(tx: &mut Tx, case: CaseId, told: &Invitation) -> Result<(ReflectionId, CompartmentId), Refused> {
    tx.may(&INVITE, Place::Case(case))?;
    // One reflection of each organisation (ruling 1); asking again is an act of its own.
    if store::is_invited(tx.db(), case, told.organisation, told.stands_for)? {
        return Err(Refused::Rule("organisation-invited-already"));
    }
    invite_in_round(tx, case, told, 1)
}

/// Refuses to invite, for who may not and where the case is not there yet, or has gone on.
///
/// # Errors
/// `NotFound`, `NotYours`; `Rule("invitations-not-now")`.
pub fn may_invite(tx: &mut Tx, case: CaseId) -> Result<(), Refused> {
    tx.may(&INVITE, Place::Case(case))?;
    let (state, _) = cases::state_and_profile(tx, case)?;
    if state.takes_invitations() { Ok(()) } else { Err(Refused::Rule("invitations-not-now")) }
}

pub(super) fn invite_in_round(tx: &mut Tx, case: CaseId, told: &Invitation, round: i32) -> Result<(ReflectionId, CompartmentId), Refused> {
    may_invite(tx, case)?;
    let permit = tx.permit(&INVITE, Place::Case(case), told.organisation.uuid())?;
    let mut answers = forms::whole(tx, "invitation", &told.answers)?;
    forms::have_been(tx, &answers, &["birth", "died_on"])?;
    if !people::belongs(tx, told.contact, told.organisation, Role::Contact)? {
        return Err(Refused::Faults(vec![FieldFault::new("contact", "not-an-option")]));
    }
    if cases::conflicted(tx, case, told.contact)? {
        return Err(if permit.role() == Role::Coordinator { Refused::Rule("conflict-of-interest") } else { Refused::Faults(vec![FieldFault::new("contact", "not-an-option")]) });
    }
    match store::ended(tx.db(), told.organisation)? {
        Some(_) => return Err(Refused::Rule("organisation-ended")),
        None => {}
    }
    if let Some(before) = told.stands_for
        && store::ended(tx.db(), before)? != Some(Some(told.organisation))
    {
        return Err(Refused::Faults(vec![FieldFault::new("standsFor", "not-an-option")]));
    }
    let due = forms::date_of(&answers, "due").ok_or_else(|| Refused::Faults(vec![FieldFault::new("due", "required")]))?;
    if due < tx.today() {
        return Err(Refused::Faults(vec![FieldFault::new("due", "in-the-past")]));
    }
    let due = working_day(tx, due)?;
    answers.insert("due".into(), due.to_string().into());
    let first = FirstMember { membership: told.contact, role: Role::Contact, access: Access::Facts };
    let made = compartments::await_birth(tx, Kind::Reflection, case, first)?;
    let id = ReflectionId::new();
    let found = Found { id, case, organisation: told.organisation, compartment: made.id, contact: told.contact, state: "invited".into(), due_on: due, postponed: 0, version: 1, corrections: 0, released_at: None, question_due_on: None, round };
    store::insert(tx.db(), &found, told.stands_for)?;
    let version = forms::definition(tx, "invitation")?.version;
    let written = Written { kind: "invitation", subject: Some(id.uuid()), form_version: &version, ground: "public_task", complete: true };
    compartments::place(tx, &permit, made.id, &written, &answers)?;
    if let Some(own) = compartments::of_case(tx, case, Kind::Case)?.pop() {
        compartments::place(tx, &permit, own.id, &Written { kind: "invitation-copy", ..written }, &answers)?;
    }
    let name = store::organisation_name(tx.db(), told.organisation)?;
    names::place(tx, case, Reason::Organisation, &name)?;
    let contact = crate::people::name_of(tx, told.contact)?;
    names::place(tx, case, Reason::Worker, &contact)?;
    if let Some(person) = answers.get("identification") {
        cases::place_person(tx, case, Reason::Name, person)?;
    }
    cases::record(tx, &permit, "organisation_invited", Some(id.uuid()))?;
    cases::organisation_invited(tx, &permit, case, told.organisation, &name)?;
    notices::tell(tx, told.contact, notices::Kind::Placed, None, Some(id.uuid()))?;
    Ok((id, made.id))
}

/// What ends on Saturday, Sunday or a public holiday ends on the next working day, as every term does (`workflow.md` section 3).
fn working_day(tx: &mut Tx, day: NaiveDate) -> Result<NaiveDate, Refused> {
    let (parts, calendar) = (tx.parts(), tx.session()?.calendar.clone());
    Ok(parts.config.calendar(&calendar).next_working_day(day))
}

/// Gives a delay.
///
/// # Errors
/// `Rule("delay-given")` for a second one by the coordinator; `Faults` for more than 14 days by the coordinator, or a past day.
pub fn postpone(tx: &mut Tx, id: ReflectionId, due: NaiveDate) -> Result<(), Refused> {
    let found = store::lock(tx.db(), id)?;
    let permit = tx.permit(&POSTPONE, Place::Case(found.case), id.uuid())?;
    if permit.role() == Role::Coordinator && found.postponed > 0 {
        return Err(Refused::Rule("delay-given"));
    }
    let days = (due - found.due_on).num_days();
    if days <= 0 || permit.role() == Role::Coordinator && days > DELAY {
        return Err(Refused::Faults(vec![FieldFault { field: "dueOn".into(), rule: "out-of-range".into(), words: vec![("min".into(), "1".into()), ("max".into(), DELAY.to_string())] }]));
    }
    let due = working_day(tx, due)?;
    store::postpone(tx.db(), &found, due)?;
    notices::tell(tx, found.contact, notices::Kind::Answered, None, Some(id.uuid()))
}

/// Goes on without a reflection that is not in.
///
/// # Errors
/// `Rule("reflection-settled")` for one that is released, declined or closed.
pub fn go_on(tx: &mut Tx, id: ReflectionId, reason: &str) -> Result<(), Refused> {
    let found = store::lock(tx.db(), id)?;
    let permit = tx.permit(&GO_ON, Place::Case(found.case), id.uuid())?;
    if !matches!(found.state.as_str(), "invited" | "answered") {
        return Err(Refused::Rule("reflection-settled"));
    }
    if reason.trim().is_empty() {
        return Err(Refused::Faults(vec![FieldFault::new("reason", "required")]));
    }
    cases::keep_reason(tx, &permit, found.case, "go_on", id.uuid(), ReasonOf::default(), reason)?;
    let now = tx.now();
    store::set_state(tx.db(), &found, "closed", None, now)
}
