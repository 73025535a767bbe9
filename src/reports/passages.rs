//! Reactions: passages of the draft placed with an organisation or a relative, answered, and each settled with a because.

use std::collections::BTreeMap;

use form::Answers;
use serde::Serialize;
use serde_json::{Value, json};

use super::{name_check, store};
use crate::access::{Act, Kind, Role};
use crate::cases;
use crate::compartments::{self, Written};
use crate::forms;
use crate::ids::{CaseId, CompartmentId, PassageId};
use crate::notices;
use crate::relatives;
use crate::tx::{FieldFault, Permit, Place, Refused, Tx};

/// Who places a passage.
pub static PLACE: Act = Act { name: "passage.place", within: Kind::Case, by: &[Role::Chair, Role::Secretary, Role::Coordinator], step_up: false };
/// Who settles a reaction.
pub static SETTLE: Act = Act { name: "passage.settle", within: Kind::Case, by: &[Role::Chair], step_up: false };
/// Who notes that nobody answered, after two tries.
pub static NO_ANSWER: Act = Act { name: "passage.no_answer", within: Kind::Case, by: &[Role::Coordinator], step_up: false };
/// Who answers: the approver of an organisation.
pub static REPLY: Act = Act { name: "passage.reply", within: Kind::Reflection, by: &[Role::Approver], step_up: false };
static REPLY_KIN: Act = Act { name: "passage.reply_as_relative", within: Kind::Kin, by: &[Role::Relative, Role::Supporter, Role::Coordinator], step_up: false };
/// Who passes a relative's reaction on to the chair: the named contact.
pub static PASS_ON: Act = Act { name: "passage.pass_on", within: Kind::Kin, by: &[Role::Coordinator], step_up: false };
static READ: Act = Act { name: "passage.read", within: Kind::Reflection, by: &[Role::Author, Role::Approver], step_up: false };
static READ_KIN: Act = Act { name: "passage.read_as_relative", within: Kind::Kin, by: &[Role::Relative, Role::Supporter, Role::Coordinator], step_up: false };

/// A passage as those it was placed with see it.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Passage {
    /// Id.
    pub id: PassageId,
    /// What it is about: `f2`, `summary` ...
    pub about: String,
    /// Title.
    pub title: String,
    /// The words.
    pub text: String,
    /// State.
    pub state: String,
    /// The reply given.
    pub reply: Option<String>,
    /// How it was settled.
    pub settled: Option<String>,
    /// Why.
    pub because: Option<String>,
    /// Whether a relative's reaction still waits for their contact to pass it on.
    pub to_pass_on: bool,
}

/// Places a passage in a compartment of the case.
///
/// # Errors
/// `Faults` without words, or naming words that may not stand; `NotFound` for a compartment one may not place into; `Rule("no-preview-in-variant")`
/// with relatives where they read no draft; `Rule("passage-waits-there")` while one about the same is not answered there; `Rule("left-alone")`, for who knows the relative, where nothing may be placed; `Rule("place-is-frozen")` for their contact.
pub fn place(tx: &mut Tx, case: CaseId, within: CompartmentId, about: &str, title: &str, text: &str) -> Result<PassageId, Refused> {
    let permit = tx.permit(&PLACE, Place::Case(case), case.uuid())?;
    if text.trim().is_empty() || about.is_empty() || about.chars().count() > 60 {
        return Err(Refused::Faults(vec![FieldFault::new(if text.trim().is_empty() { "text" } else { "about" }, "required")]));
    }
    // Their contact, who froze the place, is told that it is frozen.
    if permit.role() == Role::Coordinator && relatives::mine(tx)?.iter().any(|one| one.compartment == within && one.state == "frozen") {
        return Err(Refused::Rule("place-is-frozen"));
    }
    let (kind, of) = compartments::kind_of(tx, within)?;
    if of != Some(case) || !matches!(kind, Kind::Reflection | Kind::Kin) {
        return Err(Refused::NotFound);
    }
    let (profile, _) = cases::profile_and_language(tx, case)?;
    if kind == Kind::Kin && !profile.relatives.read_draft() {
        return Err(Refused::Rule("no-preview-in-variant"));
    }
    if kind == Kind::Kin && relatives::left_alone(tx, within)? {
        return Err(Refused::Rule("left-alone"));
    }
    // Laid there twice it would have to be answered twice.
    if store::passages_of_case(tx.db(), case)?.into_iter().any(|one| one.compartment == within && one.about == about && matches!(one.state.as_str(), "placed" | "opened")) {
        return Err(Refused::Rule("passage-waits-there"));
    }
    name_check::passes(tx, case, about, title, text)?;
    let parts = tx.parts();
    let due = profile.terms.consultation.end(tx.today(), parts.config.calendar(&tx.session()?.calendar.clone()));
    let id = PassageId::new();
    let written = Written { kind: "passage", subject: Some(id.uuid()), form_version: "1", ground: "public_task", complete: true };
    let item = compartments::place(tx, &permit, within, &written, &json!({ "about": about, "title": title, "text": text }))?;
    let hat = tx.hat()?;
    store::insert_passage(tx.db(), id, case, within, item, about, due, hat)?;
    tell_owners(tx, within, notices::Kind::Placed)?;
    Ok(id)
}

/// Those it was placed with hear that something waits, or was answered; never of which case.
fn tell_owners(tx: &mut Tx, within: CompartmentId, kind: notices::Kind) -> Result<(), Refused> {
    for hat in compartments::owners(tx, within)? {
        notices::tell(tx, hat, kind, None, None)?;
    }
    Ok(())
}

fn read_permit(tx: &mut Tx, within: CompartmentId) -> Result<Permit, Refused> {
    let (kind, _) = compartments::kind_of(tx, within)?;
    tx.permit(if kind == Kind::Kin { &READ_KIN } else { &READ }, Place::Compartment(within), None)
}

/// The passages of a compartment, opened.
///
/// # Errors
/// `NotFound`; `Locked`.
pub fn of_compartment(tx: &mut Tx, within: CompartmentId) -> Result<Vec<Passage>, Refused> {
    let permit = read_permit(tx, within)?;
    let settled = compartments::list(tx, &permit, "settlement", None)?;
    let in_kin = permit.act().name == READ_KIN.name;
    let passed: Vec<_> = if in_kin { compartments::list(tx, &permit, PASSED_ON, None)?.into_iter().filter_map(|mark| mark.subject).collect() } else { vec![] };
    store::passages_of(tx.db(), within)?.into_iter().map(|row| {
        let body = compartments::open::<Value>(tx, &permit, row.item)?.body;
        let part = |id: &str| body.get(id).and_then(Value::as_str).unwrap_or_default().to_owned();
        let because = match settled.iter().rev().find(|document| document.subject == Some(row.id.uuid())) {
            Some(document) => compartments::open::<Value>(tx, &permit, document.id)?.body.get("because").and_then(Value::as_str).map(str::to_owned),
            None => None,
        };
        let to_pass_on = in_kin && row.reply.is_some() && !passed.contains(&row.id.uuid());
        Ok(Passage { id: row.id, about: row.about, title: part("title"), text: part("text"), state: row.state, reply: row.reply, settled: row.settled, because, to_pass_on })
    }).collect()
}

/// The passages of a case, unopened, for those who lead it: id, compartment, about, state, reply.
///
/// # Errors
/// Database errors only.
pub fn of_case(tx: &mut Tx, case: CaseId) -> Result<Vec<(PassageId, CompartmentId, String, String, Option<String>)>, Refused> {
    tx.note(crate::tx::Entry::done("passage.list").of_case(case));
    Ok(store::passages_of_case(tx.db(), case)?.into_iter().map(|row| (row.id, row.compartment, row.about, row.state, row.reply)).collect())
}

/// A passage as those who lead the case see it, unopened.
#[derive(Clone, Debug)]
pub struct Placed {
    /// Id.
    pub id: PassageId,
    /// Where it lies.
    pub compartment: CompartmentId,
    /// What it is about.
    pub about: String,
    /// State.
    pub state: String,
    /// Until when a reply is asked.
    pub due_on: chrono::NaiveDate,
}

/// The passages of a case, for the page of those who lead it.
///
/// # Errors
/// Database errors only.
pub fn placed(tx: &mut Tx, case: CaseId) -> Result<Vec<Placed>, Refused> {
    tx.note(crate::tx::Entry::done("passage.list").of_case(case));
    Ok(store::passages_of_case(tx.db(), case)?.into_iter().map(|row| Placed { id: row.id, compartment: row.compartment, about: row.about, state: row.state, due_on: row.due_on }).collect())
}

/// What was replied, as far as it was passed on: the form and its answers, by passage.
///
/// # Errors
/// `NotFound` before there is a report; `Locked`.
pub fn replies(tx: &mut Tx, case: CaseId) -> Result<BTreeMap<PassageId, (&'static str, Answers)>, Refused> {
    let within = super::report_of(tx, case)?;
    let permit = tx.permit(&super::READ, Place::Compartment(within), case.uuid())?;
    Ok(compartments::open_all::<Value>(tx, &permit, "reply")?.into_iter().filter_map(|document| {
        let answers = document.body.get("answers")?.as_object()?.clone();
        let of_relatives = matches!(answers.get("reply").and_then(Value::as_str), Some("not_right" | "too_painful_or_recognisable" | "no_reply")) || answers.contains_key("statement") || answers.contains_key("names_ok");
        Some((document.listed.subject?.into(), (if of_relatives { "preview-reply" } else { "consultation-reply" }, answers)))
    }).collect())
}

/// Where a reaction stands once those who lead the case have it: what is right, or no reaction, needs no decision of the chair; names that
/// are not right do, whatever else was said.
fn heard(answers: &Answers) -> &'static str {
    let right = matches!(answers.get("reply").and_then(Value::as_str), Some("right" | "no_reply"));
    if right && answers.get("names_ok") != Some(&Value::Bool(false)) { "settled" } else { "answered" }
}

/// Whether a relative's reaction holds words that must still be passed on.
fn says_more(answers: &Answers) -> bool {
    ["text", "statement"].into_iter().any(|field| answers.get(field).and_then(Value::as_str).is_some_and(|text| !text.trim().is_empty()))
}

/// Answers a passage. What is right needs no settling; a relative's statement goes into the report word for word, once it was passed on.
///
/// # Errors
/// `Rule("answered-already")`; `Faults`; `NotFound`.
pub fn reply(tx: &mut Tx, id: PassageId, answers: &Answers) -> Result<String, Refused> {
    let found = store::passage(tx.db(), id)?;
    let (kind, _) = compartments::kind_of(tx, found.compartment)?;
    let (act, form): (&'static Act, &'static str) = if kind == Kind::Kin { (&REPLY_KIN, "preview-reply") } else { (&REPLY, "consultation-reply") };
    let permit = tx.permit(act, Place::Compartment(found.compartment), id.uuid())?;
    if !matches!(found.state.as_str(), "placed" | "opened") {
        return Err(Refused::Rule("answered-already"));
    }
    let answers = forms::whole(tx, form, answers)?;
    let said = answers.get("reply").and_then(Value::as_str).unwrap_or_default().to_owned();
    let version = forms::definition(tx, form)?.version;
    let written = Written { kind: form, subject: Some(id.uuid()), form_version: &version, ground: forms::ground_of(kind), complete: true };
    compartments::put(tx, &permit, &written, &answers)?;
    let told_by_contact = permit.role() == Role::Coordinator;
    // What a relative wrote beside a "yes" is not dealt with before their contact has passed it on.
    let state = if kind == Kind::Kin && !told_by_contact && says_more(&answers) { "answered" } else { heard(&answers) };
    let now = tx.now();
    store::set_passage(tx.db(), id, state, Some(&said), None, now)?;
    // A relative can't place; their contact passes on. A contact who writes down what is told does both at once.
    if kind != Kind::Kin || permit.role() == Role::Coordinator {
        to_report(tx, &permit, &found, &written, &answers)?;
    }
    if kind == Kind::Kin && permit.role() == Role::Coordinator {
        mark_passed_on(tx, &permit, id)?;
    }
    // A relative's reaction goes to their contact, who passes it on; an organisation's to those who lead the case.
    if kind == Kind::Kin {
        let (hat, contacts) = (tx.hat()?, compartments::members(tx, found.compartment)?);
        for contact in contacts.into_iter().filter(|member| member.role == Role::Coordinator && member.membership != hat) {
            notices::tell(tx, contact.membership, notices::Kind::Answered, Some(found.case), Some(id.uuid()))?;
        }
    } else {
        for hat in cases::leaders(tx, found.case, &[Role::Chair, Role::Secretary])? {
            notices::tell(tx, hat, notices::Kind::Answered, Some(found.case), Some(id.uuid()))?;
        }
    }
    Ok(state.to_owned())
}

fn to_report(tx: &mut Tx, permit: &Permit, found: &store::PassageRow, written: &Written<'_>, answers: &Answers) -> Result<(), Refused> {
    let report = compartments::of_kind(tx, found.case, Kind::Report)?;
    // How it was to read stays between the relative and their contact.
    let mut told = answers.clone();
    told.remove("how_was_it");
    compartments::place(tx, permit, report, &Written { kind: "reply", ..*written }, &json!({ "about": found.about, "answers": told }))?;
    if let Some(statement) = answers.get("statement").and_then(Value::as_str).filter(|text| !text.trim().is_empty()) {
        cases::text_may_change(tx, found.case)?;
        compartments::place(tx, permit, report, &Written { kind: "statement", ..*written }, &json!({ "field": "statement", "use": "report_as_written", "text": statement }))?;
    }
    Ok(())
}

/// Kept beside a relative's reaction once it was passed on.
const PASSED_ON: &str = "passed-on-mark";

fn mark_passed_on(tx: &mut Tx, permit: &Permit, id: PassageId) -> Result<(), Refused> {
    let written = Written { kind: PASSED_ON, subject: Some(id.uuid()), form_version: "1", ground: "consent", complete: true };
    compartments::put(tx, permit, &written, &json!({ "passage": id })).map(drop)
}

/// Passes a relative's reaction on, once.
///
/// # Errors
/// `NotFound`; `Rule("not-answered-yet")`; `Rule("passed-on-already")`; `Rule("report-frozen")` for a statement that would change a report
/// whose text stands still.
pub fn pass_on(tx: &mut Tx, id: PassageId) -> Result<(), Refused> {
    let found = store::passage(tx.db(), id)?;
    let permit = tx.permit(&PASS_ON, Place::Compartment(found.compartment), id.uuid())?;
    if !compartments::list(tx, &permit, PASSED_ON, Some(id.uuid()))?.is_empty() {
        return Err(Refused::Rule("passed-on-already"));
    }
    let reply = compartments::list(tx, &permit, "preview-reply", Some(id.uuid()))?.pop().ok_or(Refused::Rule("not-answered-yet"))?;
    let answers = compartments::open::<Answers>(tx, &permit, reply.id)?;
    let written = Written { kind: "preview-reply", subject: Some(id.uuid()), form_version: &answers.form_version, ground: "consent", complete: true };
    to_report(tx, &permit, &found, &written, &answers.body)?;
    mark_passed_on(tx, &permit, id)?;
    if found.state == "answered" && heard(&answers.body) == "settled" {
        let now = tx.now();
        store::set_passage(tx.db(), id, "settled", found.reply.as_deref(), None, now)?;
    }
    Ok(())
}

/// Settles a reaction: taken, partly, not, because.
///
/// # Errors
/// `Faults`; `Rule("not-answered-yet")`.
pub fn settle(tx: &mut Tx, id: PassageId, settled: &str, because: &str) -> Result<(), Refused> {
    let found = store::passage(tx.db(), id)?;
    let permit = tx.permit(&SETTLE, Place::Case(found.case), id.uuid())?;
    let Some(how) = ["taken", "partly", "not"].into_iter().find(|how| *how == settled) else { return Err(Refused::Faults(vec![FieldFault::new("settled", "not-an-option")])) };
    if because.trim().is_empty() {
        return Err(Refused::Faults(vec![FieldFault::new("because", "required")]));
    }
    if found.state != "answered" {
        return Err(Refused::Rule("not-answered-yet"));
    }
    let written = Written { kind: "settlement", subject: Some(id.uuid()), form_version: "1", ground: "public_task", complete: true };
    let now = tx.now();
    store::set_passage(tx.db(), id, "settled", found.reply.as_deref(), Some(how), now)?;
    let body = json!({ "settled": how, "because": because });
    // A place where nothing may be placed is not there for the chair: what was decided is kept in the report, and nobody is told.
    if compartments::all_of_case(tx, found.case)?.iter().any(|one| one.id == found.compartment) {
        compartments::place(tx, &permit, found.compartment, &written, &body)?;
        tell_owners(tx, found.compartment, notices::Kind::Answered)
    } else {
        let report = super::report_of(tx, found.case)?;
        compartments::place(tx, &permit, report, &written, &body).map(drop)
    }
}

/// Notes that nobody answered, once the term has passed.
///
/// # Errors
/// `Rule("answered-already")`; `Rule("term-not-passed")`.
pub fn no_answer(tx: &mut Tx, id: PassageId) -> Result<(), Refused> {
    let found = store::passage(tx.db(), id)?;
    tx.permit(&NO_ANSWER, Place::Case(found.case), id.uuid())?;
    if !matches!(found.state.as_str(), "placed" | "opened") {
        return Err(Refused::Rule("answered-already"));
    }
    // Silence counts when the time for it is over; a practice case waives the wait (ruling 23).
    if found.due_on >= tx.today() && !tx.session()?.practice {
        return Err(Refused::Rule("term-not-passed"));
    }
    let now = tx.now();
    store::set_passage(tx.db(), id, "no_answer", None, None, now)
}
