//! What becomes of a recommendation: the owner answers, reports progress, shows what was done.

use form::{Answers, text_of};

use super::store;
use crate::access::{Act, Kind, Role};
use crate::cases;
use crate::compartments::{self, Access, FirstMember, Member, Written};
use crate::forms::{self, sheet};
use crate::ids::{CompartmentId, MembershipId, RecommendationId};
use crate::notices;
use crate::people;
use crate::tx::{FieldFault, Place, Refused, Tx};

/// Who names the owner's contact, once the report is out.
pub static NAME_OWNER: Act = Act { name: "recommendation.name_owner", within: Kind::Case, by: &[Role::Coordinator], step_up: false };
/// Who names the approver who reads and answers too.
pub static NAME_APPROVER: Act = Act { name: "recommendation.name_approver", within: Kind::Action, by: &[Role::Contact], step_up: false };
/// Who answers a recommendation.
pub static RESPOND: Act = Act { name: "recommendation.respond", within: Kind::Action, by: &[Role::Contact, Role::Approver], step_up: false };
/// Who reports progress.
pub static UPDATE: Act = Act { name: "recommendation.update", within: Kind::Action, by: &[Role::Contact, Role::Approver], step_up: false };

sheet!(/// The owner's answer (5.10).
    RESPONSE, "action-response" in Action, "action.response", read [Contact, Approver], write []);
sheet!(/// Progress (5.10).
    UPDATES, "action-update" in Action, "action.update", read [Contact, Approver], write []);

/// Names the owner's contact: a compartment of their own waits for them, with the recommendation in it. Another contact may follow: they
/// begin with what was answered so far, and who was named before reads no more.
///
/// # Errors
/// `Rule("already-there")` for the contact it has; `Faults` for one who is not the owner's; `NotFound`.
pub fn name_owner(tx: &mut Tx, id: RecommendationId, contact: MembershipId) -> Result<CompartmentId, Refused> {
    let found = store::found(tx.db(), id)?;
    let permit = tx.permit(&NAME_OWNER, Place::Case(found.case), id.uuid())?;
    if !of_owner(tx, contact, &found, Role::Contact)? {
        return Err(Refused::Faults(vec![FieldFault::new("contact", "not-an-option")]));
    }
    if let Some(before) = found.compartment {
        if compartments::owners(tx, before)?.contains(&contact) {
            return Err(Refused::Rule("already-there"));
        }
        store::end_owners(tx.db(), id)?;
    }
    let panel = compartments::of_kind(tx, found.case, Kind::Panel)?;
    let read = tx.permit(super::RECOMMENDATION.read, Place::Compartment(panel), found.item.uuid())?;
    let words = compartments::open::<Answers>(tx, &read, found.item)?;
    let made = compartments::await_birth(tx, Kind::Action, found.case, FirstMember { membership: contact, role: Role::Contact, access: Access::Full })?;
    let written = Written { kind: "recommendation", subject: Some(id.uuid()), form_version: &words.form_version, ground: "public_task", complete: true };
    compartments::place(tx, &permit, made.id, &written, &words.body)?;
    if found.compartment.is_some() {
        for (form, _, answers) in super::answers(tx, found.case, id)? {
            let version = forms::definition(tx, form)?.version;
            compartments::place(tx, &permit, made.id, &Written { kind: form, form_version: &version, ..written }, &answers)?;
        }
    }
    let now = tx.now();
    store::set_compartment(tx.db(), id, made.id, now)?;
    notices::tell(tx, contact, notices::Kind::ActionDue, None, Some(id.uuid()))?;
    Ok(made.id)
}

/// Whether a hat is somebody's of the organisation that owns a recommendation.
fn of_owner(tx: &mut Tx, hat: MembershipId, found: &store::Found, role: Role) -> Result<bool, Refused> {
    found.owner.map_or(Ok(false), |owner| people::belongs(tx, hat, owner, role))
}

/// The contact names who approves in the owner's organisation: they read and answer as well.
///
/// # Errors
/// `Rule("already-there")`; `Faults` for a hat that is no approver of the organisation; `NotFound`.
pub fn name_approver(tx: &mut Tx, id: RecommendationId, approver: MembershipId) -> Result<(), Refused> {
    let found = store::found(tx.db(), id)?;
    let within = own(tx, &found)?;
    tx.permit(&NAME_APPROVER, Place::Compartment(within), approver.uuid())?;
    if !of_owner(tx, approver, &found, Role::Approver)? {
        return Err(Refused::Faults(vec![FieldFault::new("approver", "not-an-option")]));
    }
    if compartments::members(tx, within)?.iter().any(|member| member.membership == approver) {
        return Err(Refused::Rule("already-there"));
    }
    compartments::add_member(tx, within, &Member { membership: approver, role: Role::Approver, access: Access::Full, deputy: false, until: None })?;
    notices::tell(tx, approver, notices::Kind::ActionDue, None, Some(id.uuid()))
}

/// Where the owner writes; brought to life on the first call of its contact.
pub(super) fn own(tx: &mut Tx, found: &store::Found) -> Result<CompartmentId, Refused> {
    let within = found.compartment.ok_or(Refused::NotFound)?;
    if compartments::is_unborn(tx, within)? {
        compartments::be_born(tx, within, &[])?;
    }
    Ok(within)
}

fn write(tx: &mut Tx, id: RecommendationId, form: &'static str, act: &'static Act, answers: &Answers) -> Result<Answers, Refused> {
    let found = store::found(tx.db(), id)?;
    let within = own(tx, &found)?;
    let permit = tx.permit(act, Place::Compartment(within), id.uuid())?;
    let answers = forms::whole(tx, form, answers)?;
    let version = forms::definition(tx, form)?.version;
    let written = Written { kind: form, subject: Some(id.uuid()), form_version: &version, ground: "public_task", complete: true };
    compartments::put(tx, &permit, &written, &answers)?;
    // Those who lead the case read a copy.
    if let Some(case) = compartments::of_case(tx, found.case, Kind::Case)?.pop() {
        compartments::place(tx, &permit, case.id, &written, &answers)?;
    }
    for hat in cases::leaders(tx, found.case, &[Role::Coordinator])? {
        notices::tell(tx, hat, notices::Kind::Answered, Some(found.case), Some(id.uuid()))?;
    }
    Ok(answers)
}

/// The owner answers: accepted, partly, refused. Codes are the codebook's.
///
/// # Errors
/// `Faults` for an incomplete answer; `NotFound`.
pub fn respond(tx: &mut Tx, id: RecommendationId, answers: &Answers) -> Result<String, Refused> {
    let answers = write(tx, id, "action-response", &RESPOND, answers)?;
    let (state, _) = state_of(tx, "action-response", &answers);
    let now = tx.now();
    store::set_state(tx.db(), id, &state, false, now)?;
    Ok(state)
}

/// The owner reports progress. Done without a file or link of evidence counts as told, not shown; with evidence and what is noticed of it
/// the effect counts as shown.
///
/// # Errors
/// As [`respond`].
pub fn update(tx: &mut Tx, id: RecommendationId, answers: &Answers) -> Result<String, Refused> {
    let answers = write(tx, id, "action-update", &UPDATE, answers)?;
    let (state, shown) = state_of(tx, "action-update", &answers);
    let now = tx.now();
    store::set_state(tx.db(), id, &state, shown, now)?;
    Ok(state)
}

/// The state an answer or a report leads to, and whether what was done was shown.
pub(super) fn state_of(tx: &Tx, form: &str, answers: &Answers) -> (String, bool) {
    let followed = &tx.parts().config.followed;
    if form == "action-response" {
        return (followed.response(&text_of(answers, "response")), false);
    }
    let told = |field: &str| !text_of(answers, field).trim().is_empty();
    (followed.status(&text_of(answers, "status"), told("proof") && told("effect")), told("proof"))
}
