//! Questions of relatives: each gets a number, a first reply in ten working days, and an answer or the reason why not.

use form::Answers;
use serde::Serialize;
use serde_json::{Value, json};

use super::members::tell_contact;
use super::place::{QUESTION, answer_in_report, place_answer, placed_items};
use super::store;
use crate::access::{Act, Kind, Role};
use crate::compartments::{self, Written};
use crate::forms;
use crate::ids::{QuestionId, RelativeId};
use crate::notices;
use crate::tx::{Place, Refused, Tx, needed};

/// Who asks: the relative, their supporter, or the contact who writes it down.
pub static ASK: Act = Act { name: "relative.ask", within: Kind::Kin, by: &[Role::Relative, Role::Supporter, Role::Coordinator], step_up: false };
/// Who answers.
pub static ANSWER: Act = Act { name: "relative.answer", within: Kind::Kin, by: &[Role::Coordinator], step_up: false };
/// Who reads questions and answers.
pub static READ_QUESTIONS: Act = Act { name: "relative.questions", within: Kind::Kin, by: &[Role::Relative, Role::Supporter, Role::Coordinator], step_up: false };

/// A question with its answer.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Asked {
    /// Id.
    pub id: QuestionId,
    /// Number, from 1.
    pub number: usize,
    /// The question.
    pub text: String,
    /// `asked`, `answered`, `in_report`, `cannot_say`.
    pub state: String,
    /// Until when a first reply is due.
    pub due_on: chrono::NaiveDate,
    /// The answer.
    pub answer: Option<String>,
    /// Why it can't be said.
    pub because: Option<String>,
    /// Whether only the contact may read it.
    pub contact_only: bool,
    /// Whether it lies with the panel.
    pub placed: bool,
}

/// Asks. `contact_only` keeps it between the relative and their contact; otherwise the contact may place it with the panel, without a name.
///
/// # Errors
/// `Faults` without words.
pub fn ask(tx: &mut Tx, id: RelativeId, text: &str, contact_only: bool) -> Result<QuestionId, Refused> {
    let found = store::found(tx.db(), id)?;
    let permit = tx.permit(&ASK, Place::Compartment(found.compartment), id.uuid())?;
    let text = needed("text", text, 4_000)?;
    let written = Written { kind: QUESTION, subject: Some(id.uuid()), form_version: "1", ground: "consent", complete: true };
    let item = compartments::put(tx, &permit, &written, &json!({ "text": text, "told": permit.role() == Role::Coordinator, "contact_only": contact_only }))?;
    let parts = tx.parts();
    let calendar = parts.config.calendar(&tx.session()?.calendar.clone());
    let term = parts.config.profiles.values().next().map(|profile| profile.terms.question).ok_or_else(|| Refused::Internal("no profile".into()))?;
    let due = term.end(tx.today(), calendar);
    let question = QuestionId::new();
    store::insert_question(tx.db(), question, &found, item, due)?;
    if permit.role() != Role::Coordinator {
        tell_contact(tx, &found)?;
    }
    Ok(question)
}

/// Answers a question.
///
/// # Errors
/// `Faults` for an incomplete answer; `Rule("report-frozen")` for one that would change a report whose text stands still; `NotFound`.
pub fn answer(tx: &mut Tx, question: QuestionId, answers: &Answers) -> Result<(), Refused> {
    let (of, asked, before, _) = store::question(tx.db(), question)?;
    let found = store::found(tx.db(), of)?;
    let permit = tx.permit(&ANSWER, Place::Compartment(found.compartment), question.uuid())?;
    let answers = forms::whole(tx, "question-answer", answers)?;
    let state = answers.get("status").and_then(Value::as_str).unwrap_or("answered").to_owned();
    let version = forms::definition(tx, "question-answer")?.version;
    let written = Written { kind: "question-answer", subject: Some(question.uuid()), form_version: &version, ground: "consent", complete: true };
    let item = compartments::put(tx, &permit, &written, &answers)?;
    store::answer(tx.db(), question, &state, item)?;
    // The report answers what lies with the panel: with these words, or no longer.
    if placed_items(tx, &permit, found.withdrawn_at)?.contains(&asked) {
        match (before.as_str(), state.as_str()) {
            (_, "in_report") => answer_in_report(tx, &permit, &found, question)?,
            ("in_report", _) => place_answer(tx, &permit, &found, question, &"".into())?,
            _ => {}
        }
    }
    // A frozen place hears nothing, and not why; who paused or stopped is left alone.
    if found.state == "active" && found.held.is_none() {
        for hat in compartments::owners(tx, found.compartment)? {
            notices::tell(tx, hat, notices::Kind::Answered, None, None)?;
        }
    }
    Ok(())
}

/// The questions of a relative, with their answers.
///
/// # Errors
/// `NotFound`.
pub fn questions(tx: &mut Tx, id: RelativeId) -> Result<Vec<Asked>, Refused> {
    let found = store::found(tx.db(), id)?;
    let permit = tx.permit(&READ_QUESTIONS, Place::Compartment(found.compartment), id.uuid())?;
    let with_panel = placed_items(tx, &permit, found.withdrawn_at)?;
    store::questions(tx.db(), id)?.into_iter().enumerate().map(|(index, (question, item, answered, state, due_on))| {
        let text = |body: &Value, id: &str| body.get(id).and_then(Value::as_str).map(str::to_owned);
        let asked = compartments::open::<Value>(tx, &permit, item)?.body;
        let reply = match answered {
            Some(item) => compartments::open::<Value>(tx, &permit, item)?.body,
            None => Value::Null,
        };
        Ok(Asked { id: question, number: index + 1, text: text(&asked, "text").unwrap_or_default(), state, due_on, answer: text(&reply, "answer"), because: text(&reply, "because"), contact_only: asked.get("contact_only") == Some(&Value::Bool(true)), placed: with_panel.contains(&item) })
    }).collect()
}
