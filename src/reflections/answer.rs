//! The contact's answer: we write, nothing is known, or we do not take part. The contact names author and approver, and brings
//! the compartment to life without holding its key.

use form::Answers;
use serde_json::Value;

use super::store;
use crate::access::{Act, Kind, Role};
use crate::cases;
use crate::compartments::{self, Written};
use crate::forms;
use crate::ids::{MembershipId, ReflectionId};
use crate::names::{self, Reason};
use crate::notices;
use crate::people;
use crate::tx::{FieldFault, Place, Refused, Tx};

/// Who answers an invitation: the organisation's contact.
pub static ANSWER: Act = Act { name: "reflection.answer", within: Kind::Reflection, by: &[Role::Contact], step_up: false };
/// Who confirms that nothing is known: the approver.
pub static CONFIRM: Act = Act { name: "reflection.confirm_nothing_known", within: Kind::Reflection, by: &[Role::Approver], step_up: false };

/// Who reads the note beside the answer: who approves or writes, in the organisation's own room.
static READ_NOTE: Act = Act { name: "reflection.read_note", within: Kind::Reflection, by: &[Role::Author, Role::Approver], step_up: false };

/// The form of the answer (5.4).
const ANSWER_FORM: &str = "invitation-answer";

/// An answer.
pub struct Answered {
    /// The form (5.4, answer).
    pub answers: Answers,
    /// Who writes.
    pub author: Option<MembershipId>,
    /// Who approves and releases.
    pub approver: Option<MembershipId>,
}

/// Answers an invitation.
///
/// # Errors
/// `Rule("answered-already")`; `Faults` without author or approver where they are due; `Rule("own-work")` when they are one.
pub fn answer(tx: &mut Tx, id: ReflectionId, told: &Answered) -> Result<(), Refused> {
    let found = store::lock(tx.db(), id)?;
    let permit = tx.permit(&ANSWER, Place::Compartment(found.compartment), id.uuid())?;
    if found.state != "invited" {
        return Err(Refused::Rule("answered-already"));
    }
    let answers = forms::whole(tx, ANSWER_FORM, &told.answers)?;
    let text = |id: &str| answers.get(id).and_then(Value::as_str).unwrap_or_default().to_owned();
    let kind = text("answer");
    let wanted = [("author", told.author, Role::Author, kind == "accept"), ("approver", told.approver, Role::Approver, kind != "decline")];
    let wanted = wanted.into_iter().filter(|(.., due)| *due);
    // Who lacks is told at once.
    let lacking: Vec<FieldFault> = wanted.clone().filter(|(_, hat, ..)| hat.is_none()).map(|(field, ..)| FieldFault::new(field, "required")).collect();
    if !lacking.is_empty() {
        return Err(Refused::Faults(lacking));
    }
    let others: Vec<(MembershipId, Role)> = wanted.filter_map(|(_, hat, role, _)| Some((hat?, role))).collect();
    if let (Some(author), Some(approver)) = (told.author, told.approver)
        && store::one_person(tx.db(), author, approver)?
    {
        return Err(Refused::Rule("own-work"));
    }
    for (hat, role) in &others {
        let field = if *role == Role::Author { "author" } else { "approver" };
        if !people::belongs(tx, *hat, found.organisation, *role)? {
            return Err(Refused::Faults(vec![FieldFault::new(field, "not-an-option")]));
        }
        let name = people::name_of(tx, *hat)?;
        names::place(tx, found.case, Reason::Worker, &name)?;
    }
    // Who is a relative in this case is accepted outwardly and gets no key; the contact learns nothing of it (ruling 18).
    let mut belong = vec![];
    for (hat, role) in &others {
        if !cases::hold(tx, found.case, *hat, Some(found.compartment))? {
            belong.push((*hat, *role));
        }
    }
    compartments::be_born(tx, found.compartment, &belong)?;
    let version = forms::definition(tx, ANSWER_FORM)?.version;
    let written = Written { kind: ANSWER_FORM, subject: Some(id.uuid()), form_version: &version, ground: "public_task", complete: true };
    // Who confirms, or writes, reads what the contact said: it lies in the organisation's own room too.
    if !others.is_empty() {
        compartments::place(tx, &permit, found.compartment, &written, &answers)?;
    }
    let now = tx.now();
    match kind.as_str() {
        "accept" => {
            store::insert_inner(tx.db(), &found, "accepted", told.author, told.approver)?;
            store::set_state(tx.db(), &found, "answered", None, now)?;
        }
        "nothing_known" => {
            store::insert_inner(tx.db(), &found, "submitted", None, told.approver)?;
            store::set_state(tx.db(), &found, "answered", None, now)?;
        }
        _ => {
            store::set_state(tx.db(), &found, "declined", Some(&text("reason")), now)?;
        }
    }
    if let Some(case) = compartments::of_case(tx, found.case, Kind::Case)?.pop() {
        compartments::place(tx, &permit, case.id, &written, &answers)?;
    }
    for (hat, _) in others {
        notices::tell(tx, hat, notices::Kind::TaskAssigned, None, Some(id.uuid()))?;
    }
    tell_leaders(tx, &found)
}

/// Those who coordinate the case hear that an organisation answered.
fn tell_leaders(tx: &mut Tx, found: &store::Found) -> Result<(), Refused> {
    for hat in cases::leaders(tx, found.case, &[Role::Coordinator])? {
        notices::tell(tx, hat, notices::Kind::Answered, Some(found.case), Some(found.id.uuid()))?;
    }
    Ok(())
}

/// Whether the answer is that nothing is known, and its approver has still to say so.
///
/// # Errors
/// Database errors only; of what may not be seen, no.
pub fn says_nothing_known(tx: &mut Tx, id: ReflectionId) -> Result<bool, Refused> {
    Ok(store::inner(tx.db(), id)?.is_some_and(|inner| inner.author.is_none() && inner.state == "submitted"))
}

/// What the contact wrote beside the answer, for who approves or writes; empty where nothing was.
///
/// # Errors
/// `NotFound`; `NotYours`; `Locked`.
pub fn contacts_note(tx: &mut Tx, id: ReflectionId) -> Result<String, Refused> {
    let found = store::seen(tx.db(), id)?;
    let permit = tx.permit(&READ_NOTE, Place::Compartment(found.compartment), id.uuid())?;
    let Some(latest) = compartments::list(tx, &permit, ANSWER_FORM, None)?.pop() else { return Ok(String::new()) };
    match compartments::open::<Answers>(tx, &permit, latest.id) {
        Ok(opened) => Ok(form::text_of(&opened.body, "note").trim().to_owned()),
        // Shredded on its day.
        Err(Refused::NotFound) => Ok(String::new()),
        Err(why) => Err(why),
    }
}

/// The approver confirms that nothing is known.
///
/// # Errors
/// `Rule("wrong-reflection-state")` unless that was the answer.
pub fn confirm_nothing_known(tx: &mut Tx, id: ReflectionId) -> Result<(), Refused> {
    let found = store::lock(tx.db(), id)?;
    tx.permit(&CONFIRM, Place::Compartment(found.compartment), id.uuid())?;
    let now = tx.now();
    let without_author = store::inner(tx.db(), id)?.is_some_and(|inner| inner.author.is_none());
    if found.state != "answered" || !without_author || !store::step_inner(tx.db(), id, &["submitted"], "closed", now)? {
        return Err(Refused::Rule("wrong-reflection-state"));
    }
    store::set_state(tx.db(), &found, "nothing_known", None, now)?;
    tell_leaders(tx, &found)
}
