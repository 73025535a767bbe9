//! Placing: only what the relative marked, and the contact placed, reaches the panel or the report: words, events, questions, and the wish
//! how the report names somebody.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use form::{Answers, text_of};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::register::plan_of;
use super::store;
use crate::access::{Act, Kind, Role};
use crate::cases;
use crate::compartments::{self, Written};
use crate::ids::{CompartmentId, ItemId, QuestionId, RelativeId};
use crate::settings;
use crate::tx::{Permit, Place, Refused, Tx};

/// Who places what a relative marked.
pub static PLACE: Act = Act { name: "relative.place", within: Kind::Kin, by: &[Role::Coordinator], step_up: false };

/// The texts of the form 5.12 that have a use of their own.
pub(super) const TEXTS: [&str; 5] = ["portrait", "story", "helped", "missed", "wish_change"];

/// The kind of the marks that say what was placed.
const MARK: &str = "placed-mark";

/// The kind of a question's copy in the panel.
pub(super) const QUESTION: &str = "relative-question";
/// The kind of an answer's copy in the report.
const ANSWER: &str = "relative-answer";

/// A copy made.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Placed {
    /// The document it was made from.
    pub item: ItemId,
    /// The text of it, for words.
    pub field: Option<&'static str>,
    /// The copy in the panel.
    pub copy: ItemId,
}

/// Places copies: of questions, each with a number of its own; of words, each text by the use chosen for it; of chronology entries, with
/// leave. A text that may stand in the report as written goes there as well, word for word. What was placed and has not changed is left as
/// it is; what has changed is placed anew, and stands in the report instead of what stood there.
///
/// # Errors
/// `Rule("left-alone")` for who paused or stopped; `Rule("question-for-contact-only")`; `Rule("no-panel-yet")`; `Rule("placed-already")` when
/// nothing is new; `Rule("report-frozen")` for words that would change a report whose text stands still; `NotFound` for documents of other
/// kinds and questions of others.
pub fn place(tx: &mut Tx, id: RelativeId, documents: &[ItemId], questions: &[QuestionId]) -> Result<Vec<Placed>, Refused> {
    let found = store::found(tx.db(), id)?;
    let permit = tx.permit(&PLACE, Place::Compartment(found.compartment), id.uuid())?;
    if found.held.is_some() {
        return Err(Refused::Rule("left-alone"));
    }
    let panel = compartments::of_case(tx, found.case, Kind::Panel)?.pop().ok_or(Refused::Rule("no-panel-yet"))?.id;
    let report = compartments::of_case(tx, found.case, Kind::Report)?.pop().ok_or(Refused::Rule("no-panel-yet"))?.id;
    let side = plan_of(tx, &permit)?.get("side").cloned().unwrap_or_default();
    let before = marks(tx, &permit, found.withdrawn_at)?;
    let mut placed = vec![];
    for question in questions {
        placed.extend(place_question(tx, &permit, (&found, panel, &side), *question, &before)?);
    }
    let mut changed = !placed.is_empty();
    for item in documents {
        if compartments::subject_of(tx, &permit, *item, "chronology-entry").is_ok() {
            let opened = compartments::open::<Answers>(tx, &permit, *item)?;
            let digest = digest_of(&Value::Object(opened.body.clone()));
            let earlier = before.get(&(*item, String::new()));
            if earlier.is_some_and(|mark| mark.digest == digest) {
                continue;
            }
            // An event told anew corrects what was placed of it; both stay (the panel shows which is the later).
            let number = earlier.map_or(0, |mark| mark.number + 1);
            let mut body = json!({ "relative": id, "side": side, "document": item, "answers": opened.body });
            if number > 0 {
                body["correction"] = number.into();
            }
            let written = Written { kind: "chronology-entry", subject: Some(id.uuid()), form_version: &opened.form_version, ground: "consent", complete: true };
            let copy = compartments::place(tx, &permit, panel, &written, &body)?;
            mark(tx, &permit, *item, "", &Mark { digest, in_report: false, number })?;
            changed = true;
            placed.push(Placed { item: *item, field: None, copy });
            continue;
        }
        compartments::subject_of(tx, &permit, *item, "relative-input")?;
        let opened = compartments::open::<Answers>(tx, &permit, *item)?;
        // What may stand with their words is the relative's to choose, where the variant asks them.
        let called = if relatives_choose(tx, &permit)? { text_of(&opened.body, "called") } else { String::new() };
        for field in TEXTS {
            let told = |member: &str| opened.body.get(field).and_then(|text| text.get(member)).and_then(Value::as_str).unwrap_or_default().to_owned();
            let (text, used) = (told("text"), told("use"));
            let mark_before = before.get(&(*item, field.to_owned()));
            let in_report = mark_before.is_some_and(|mark| mark.in_report);
            let wanted = !text.is_empty() && matches!(used.as_str(), "panel" | "report_as_written" | "report_in_other_words");
            let to_report = wanted && used == "report_as_written";
            let digest = digest_of(&if to_report && !called.is_empty() { json!([text, used, called]) } else { json!([text, used]) });
            if mark_before.is_some_and(|mark| mark.digest == digest) || !wanted && !in_report {
                continue;
            }
            let body = json!({ "relative": id, "item": item, "side": side, "field": field, "use": used, "text": text });
            let written = Written { kind: "relative-words", subject: Some(id.uuid()), form_version: &opened.form_version, ground: "consent", complete: true };
            if to_report || in_report {
                cases::text_may_change(tx, found.case)?;
                // The later statement of a text stands instead of the earlier; without words, the relative no longer wants it there.
                let said = if to_report { json!({ "relative": id, "item": item, "side": side, "field": field, "use": used, "text": text, "called": called }) } else { json!({ "relative": id, "item": item, "field": field, "text": "" }) };
                compartments::place(tx, &permit, report, &Written { kind: "statement", ..written }, &said)?;
            }
            mark(tx, &permit, *item, field, &Mark { digest, in_report: to_report, number: mark_before.map_or(0, |mark| mark.number + 1) })?;
            changed = true;
            let copy = if wanted { Some(compartments::place(tx, &permit, panel, &written, &body)?) } else { None };
            placed.extend(copy.map(|copy| Placed { item: *item, field: Some(field), copy }));
        }
        changed |= place_wish(tx, &permit, (id, *item, report), &opened.body, &before)?;
    }
    // Pressed again: what lies there already is not set there a second time.
    if !changed && !before.is_empty() { Err(Refused::Rule("placed-already")) } else { Ok(placed) }
}

/// A question goes to the panel once, with the number it has in the case; its answer to the report, where it belongs there.
fn place_question(tx: &mut Tx, permit: &Permit, (found, panel, side): (&store::Found, CompartmentId, &Value), question: QuestionId, before: &BTreeMap<(ItemId, String), Mark>) -> Result<Option<Placed>, Refused> {
    let (of, item, ..) = store::question(tx.db(), question)?;
    if of != found.id {
        return Err(Refused::NotFound);
    }
    if before.contains_key(&(item, String::new())) {
        return Ok(None);
    }
    let opened = compartments::open::<Value>(tx, permit, item)?;
    if opened.body.get("contact_only") == Some(&Value::Bool(true)) {
        return Err(Refused::Rule("question-for-contact-only"));
    }
    let (text, number) = (opened.body.get("text").cloned().unwrap_or_default(), store::number(tx.db(), question)?);
    let written = Written { kind: QUESTION, subject: Some(found.id.uuid()), form_version: "1", ground: "consent", complete: true };
    let copy = compartments::place(tx, permit, panel, &written, &json!({ "relative": found.id, "question": question, "number": number, "side": side, "text": text }))?;
    mark(tx, permit, item, "", &Mark { digest: digest_of(&text), in_report: false, number: 0 })?;
    answer_in_report(tx, permit, found, question)?;
    Ok(Some(Placed { item, field: None, copy }))
}

/// Whether the variant leaves it to relatives how the report names people.
fn relatives_choose(tx: &mut Tx, permit: &Permit) -> Result<bool, Refused> {
    Ok(cases::profile_of_place(tx, permit.compartment()?)?.naming == settings::Naming::RelativesChoose)
}

/// How the report may name somebody goes to who writes it; changed, it stands instead of what was wished before.
fn place_wish(tx: &mut Tx, permit: &Permit, (id, item, report): (RelativeId, ItemId, CompartmentId), words: &Answers, before: &BTreeMap<(ItemId, String), Mark>) -> Result<bool, Refused> {
    // A wish from before the variant was chosen that leaves no choice: nobody is asked, and nothing is promised.
    if !relatives_choose(tx, permit)? {
        return Ok(false);
    }
    let (naming, pseudonym) = (text_of(words, "naming"), text_of(words, "pseudonym"));
    let earlier = before.get(&(item, "naming".to_owned()));
    let digest = digest_of(&json!([naming, pseudonym]));
    if earlier.is_some_and(|mark| mark.digest == digest) || naming.is_empty() && earlier.is_none() {
        return Ok(false);
    }
    let written = Written { kind: "naming-wish", subject: Some(id.uuid()), form_version: "1", ground: "consent", complete: true };
    compartments::place(tx, permit, report, &written, &json!({ "relative": id, "item": item, "naming": naming, "pseudonym": pseudonym }))?;
    mark(tx, permit, item, "naming", &Mark { digest, in_report: false, number: earlier.map_or(0, |mark| mark.number + 1) })?;
    Ok(true)
}

/// The documents of a relative that lie with panel or report, by what was last placed.
///
/// # Errors
/// Database errors only.
pub(super) fn placed_items(tx: &mut Tx, permit: &Permit, withdrawn: Option<DateTime<Utc>>) -> Result<BTreeSet<ItemId>, Refused> {
    Ok(marks(tx, permit, withdrawn)?.into_keys().map(|(item, _)| item).collect())
}

/// An answer that belongs in the report is placed there, once its question lies with the panel; one that no longer does, leaves it.
pub(super) fn answer_in_report(tx: &mut Tx, permit: &Permit, found: &store::Found, question: QuestionId) -> Result<(), Refused> {
    let (_, _, state, answer) = store::question(tx.db(), question)?;
    let words = match answer.filter(|_| state == "in_report") {
        Some(item) => compartments::open::<Answers>(tx, permit, item)?.body.get("answer").cloned().unwrap_or_default(),
        None => return Ok(()),
    };
    place_answer(tx, permit, found, question, &words)
}

/// Places the words of an answer in the report; empty ones take it out.
pub(super) fn place_answer(tx: &mut Tx, permit: &Permit, found: &store::Found, question: QuestionId, words: &Value) -> Result<(), Refused> {
    cases::text_may_change(tx, found.case)?;
    let report = compartments::of_kind(tx, found.case, Kind::Report)?;
    let written = Written { kind: ANSWER, subject: Some(found.id.uuid()), form_version: "1", ground: "consent", complete: true };
    compartments::place(tx, permit, report, &written, &json!({ "question": question, "text": words })).map(drop)
}

/// What was placed of a document, kept beside it in the relative's own place.
struct Mark {
    digest: String,
    /// Whether it stands in the report.
    in_report: bool,
    /// How often it was placed anew.
    number: i64,
}

/// The latest mark of each text; none from before the relative took back that their words are used.
fn marks(tx: &mut Tx, permit: &Permit, withdrawn: Option<DateTime<Utc>>) -> Result<BTreeMap<(ItemId, String), Mark>, Refused> {
    let all = compartments::open_all::<Value>(tx, permit, MARK)?;
    Ok(all.into_iter().filter(|one| withdrawn.is_none_or(|at| one.written_at > at)).filter_map(|one| {
        let part = |id: &str| one.body.get(id).and_then(Value::as_str).unwrap_or_default().to_owned();
        Some(((ItemId::from(one.listed.subject?), part("field")), Mark { digest: part("digest"), in_report: one.body.get("inReport") == Some(&Value::Bool(true)), number: one.body.get("number").and_then(Value::as_i64).unwrap_or(0) }))
    }).collect())
}

fn mark(tx: &mut Tx, permit: &Permit, item: ItemId, field: &str, mark: &Mark) -> Result<(), Refused> {
    let written = Written { kind: MARK, subject: Some(item.uuid()), form_version: "1", ground: "consent", complete: true };
    compartments::put(tx, permit, &written, &json!({ "field": field, "digest": mark.digest, "inReport": mark.in_report, "number": mark.number })).map(drop)
}

/// Whether anything of a document was placed.
pub(super) fn is_placed(tx: &mut Tx, permit: &Permit, item: ItemId) -> Result<bool, Refused> {
    Ok(!compartments::list(tx, permit, MARK, Some(item.uuid()))?.is_empty())
}

/// Tells one wording from another.
fn digest_of(words: &Value) -> String {
    HEXLOWER.encode(&Sha256::digest(words.to_string()))
}
