//! Supplementary questions: small ones, placed after the release and answered for the panel, without a new round.

use serde_json::{Value, json};

use super::store;
use crate::access::{Act, Kind, Role};
use crate::cases;
use crate::compartments::{self, Written};
use crate::ids::{ItemId, ReflectionId};
use crate::notices;
use crate::tx::{Place, Refused, Tx, needed};

/// Who asks.
pub static ASK: Act = Act { name: "reflection.ask", within: Kind::Case, by: &[Role::Coordinator, Role::Secretary, Role::Chair], step_up: false };
/// Who answers, for the panel to read.
pub static ANSWER_QUESTION: Act = Act { name: "reflection.answer_question", within: Kind::Reflection, by: &[Role::Author, Role::Approver], step_up: false };
/// Who reads the questions.
pub static READ_QUESTIONS: Act = Act { name: "reflection.read_questions", within: Kind::Reflection, by: &[Role::Author, Role::Approver], step_up: false };

/// The longest question and answer, in characters.
const LONGEST: usize = 4_000;

/// Places a question; it is to be answered within the profile's term, fourteen days.
///
/// # Errors
/// `Rule("not-released-yet")`; `Faults` without words.
pub fn ask(tx: &mut Tx, id: ReflectionId, question: &str) -> Result<ItemId, Refused> {
    let found = store::lock(tx.db(), id)?;
    let permit = tx.permit(&ASK, Place::Case(found.case), id.uuid())?;
    needed("question", question, LONGEST)?;
    if found.state != "released" {
        return Err(Refused::Rule("not-released-yet"));
    }
    let written = Written { kind: "supplementary", subject: Some(id.uuid()), form_version: "1", ground: "public_task", complete: false };
    let item = compartments::place(tx, &permit, found.compartment, &written, &json!({ "question": question }))?;
    if found.question_due_on.is_none() {
        let (profile, _) = cases::profile_and_language(tx, found.case)?;
        let (parts, calendar, today, now) = (tx.parts(), tx.session()?.calendar.clone(), tx.today(), tx.now());
        store::set_question_due(tx.db(), id, Some(profile.terms.supplementary.end(today, parts.config.calendar(&calendar))), now)?;
    }
    for hat in compartments::owners(tx, found.compartment)? {
        notices::tell(tx, hat, notices::Kind::Placed, None, Some(id.uuid()))?;
    }
    Ok(item)
}

/// Answers one: a copy of question and answer goes to the panel.
///
/// # Errors
/// `NotFound`; `Rule("answered-already")`; `Faults` without words.
pub fn answer_question(tx: &mut Tx, id: ReflectionId, item: ItemId, answer: &str) -> Result<(), Refused> {
    let found = store::lock(tx.db(), id)?;
    let permit = tx.permit(&ANSWER_QUESTION, Place::Compartment(found.compartment), item.uuid())?;
    needed("answer", answer, LONGEST)?;
    compartments::subject_of(tx, &permit, item, "supplementary")?;
    let asked = compartments::open::<Value>(tx, &permit, item)?;
    if asked.listed.complete {
        return Err(Refused::Rule("answered-already"));
    }
    let panel = compartments::of_case(tx, found.case, Kind::Panel)?.pop().ok_or(Refused::Rule("no-panel-yet"))?;
    let written = Written { kind: "supplementary-answer", subject: Some(id.uuid()), form_version: "1", ground: "public_task", complete: true };
    let body = json!({ "organisation": found.organisation, "question": asked.body.get("question"), "answer": answer });
    compartments::place(tx, &permit, panel.id, &written, &body)?;
    compartments::set_complete(tx, &permit, item, true)?;
    if compartments::list(tx, &permit, "supplementary", None)?.iter().all(|asked| asked.complete) {
        let now = tx.now();
        store::set_question_due(tx.db(), id, None, now)?;
    }
    for hat in cases::leaders(tx, found.case, &[Role::Coordinator, Role::Chair, Role::Secretary])? {
        notices::tell(tx, hat, notices::Kind::Answered, Some(found.case), Some(id.uuid()))?;
    }
    Ok(())
}

/// The questions of a reflection, as its author and approver see them: id, question, answered.
///
/// # Errors
/// `NotFound`.
pub fn questions(tx: &mut Tx, id: ReflectionId) -> Result<Vec<(ItemId, String, bool)>, Refused> {
    let found = store::seen(tx.db(), id)?;
    let permit = tx.permit(&READ_QUESTIONS, Place::Compartment(found.compartment), id.uuid())?;
    let listed = compartments::list(tx, &permit, "supplementary", None)?;
    listed.into_iter().map(|document| {
        let opened = compartments::open::<Value>(tx, &permit, document.id)?;
        Ok((document.id, opened.body.get("question").and_then(Value::as_str).unwrap_or_default().to_owned(), document.complete))
    }).collect()
}
