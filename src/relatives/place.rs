//! Placing: only what the relative marked, and the contact placed, reaches the panel or the report.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use form::Answers;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::store;
use crate::access::{Act, Kind, Role};
use crate::cases;
use crate::compartments::{self, Written};
use crate::ids::{ItemId, RelativeId};
use crate::tx::{Permit, Place, Refused, Tx};

/// Who places what a relative marked.
pub static PLACE: Act = Act { name: "relative.place", within: Kind::Kin, by: &[Role::Coordinator], step_up: false };

/// The texts of the form 5.12 that have a use of their own.
const TEXTS: [&str; 5] = ["portrait", "story", "helped", "missed", "wish_change"];

/// The kind of the marks that say what was placed.
const MARK: &str = "placed-mark";

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

/// Places copies: of words, each text by the use chosen for it; of chronology entries, with leave. A text that may stand in the
/// report as written goes there as well, word for word. What was placed and has not changed is left as it is; what has changed is placed
/// anew, and stands in the report instead of what stood there.
///
/// # Errors
/// `Rule("no-panel-yet")`; `Rule("placed-already")` when nothing is new; `Rule("report-frozen")` for words that would change a report whose
/// text stands still; `NotFound` for documents of other kinds.
pub fn place(tx: &mut Tx, id: RelativeId, documents: &[ItemId]) -> Result<Vec<Placed>, Refused> {
    let found = store::found(tx.db(), id)?;
    let permit = tx.permit(&PLACE, Place::Compartment(found.compartment), id.uuid())?;
    let panel = compartments::of_case(tx, found.case, Kind::Panel)?.pop().ok_or(Refused::Rule("no-panel-yet"))?.id;
    let report = compartments::of_case(tx, found.case, Kind::Report)?.pop().ok_or(Refused::Rule("no-panel-yet"))?.id;
    let side = compartments::list(tx, &permit, "contact-plan", None)?.pop();
    let side = match side {
        Some(plan) => compartments::open::<Answers>(tx, &permit, plan.id)?.body.get("side").cloned().unwrap_or_default(),
        None => Value::Null,
    };
    let before = marks(tx, &permit, found.withdrawn_at)?;
    let (mut placed, mut changed) = (vec![], false);
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
        for field in TEXTS {
            let told = |member: &str| opened.body.get(field).and_then(|text| text.get(member)).and_then(Value::as_str).unwrap_or_default().to_owned();
            let (text, used) = (told("text"), told("use"));
            let mark_before = before.get(&(*item, field.to_owned()));
            let in_report = mark_before.is_some_and(|mark| mark.in_report);
            let wanted = !text.is_empty() && matches!(used.as_str(), "panel" | "report_as_written" | "report_in_other_words");
            let digest = digest_of(&json!([text, used]));
            if mark_before.is_some_and(|mark| mark.digest == digest) || !wanted && !in_report {
                continue;
            }
            let body = json!({ "relative": id, "item": item, "side": side, "field": field, "use": used, "text": text });
            let written = Written { kind: "relative-words", subject: Some(id.uuid()), form_version: &opened.form_version, ground: "consent", complete: true };
            let to_report = wanted && used == "report_as_written";
            if to_report || in_report {
                cases::text_may_change(tx, found.case)?;
                // The later statement of a text stands instead of the earlier; without words, the relative no longer wants it there.
                let said = if to_report { body.clone() } else { json!({ "relative": id, "item": item, "field": field, "text": "" }) };
                compartments::place(tx, &permit, report, &Written { kind: "statement", ..written }, &said)?;
            }
            mark(tx, &permit, *item, field, &Mark { digest, in_report: to_report, number: mark_before.map_or(0, |mark| mark.number + 1) })?;
            changed = true;
            let copy = if wanted { Some(compartments::place(tx, &permit, panel, &written, &body)?) } else { None };
            placed.extend(copy.map(|copy| Placed { item: *item, field: Some(field), copy }));
        }
    }
    // Pressed again: what lies there already is not set there a second time.
    if !changed && !before.is_empty() { Err(Refused::Rule("placed-already")) } else { Ok(placed) }
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
