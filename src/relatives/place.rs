//! Placing: only what the relative marked, and the contact placed, reaches the panel or the report.

use form::Answers;
use serde::Serialize;
use serde_json::{Value, json};

use super::store;
use crate::access::{Act, Kind, Role};
use crate::compartments::{self, Written};
use crate::ids::{ItemId, RelativeId};
use crate::tx::{Place, Refused, Tx};

/// Who places what a relative marked.
pub static PLACE: Act = Act { name: "relative.place", within: Kind::Kin, by: &[Role::Coordinator], step_up: false };

/// The texts of the form 5.12 that have a use of their own.
const TEXTS: [&str; 5] = ["portrait", "story", "helped", "missed", "wish_change"];

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
/// report as written goes there as well, word for word.
///
/// # Errors
/// `Rule("no-panel-yet")`; `NotFound` for documents of other kinds.
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
    let mut placed = vec![];
    for item in documents {
        if compartments::subject_of(tx, &permit, *item, "chronology-entry").is_ok() {
            let opened = compartments::open::<Answers>(tx, &permit, *item)?;
            let written = Written { kind: "chronology-entry", subject: Some(id.uuid()), form_version: &opened.form_version, ground: "consent", complete: true };
            let copy = compartments::place(tx, &permit, panel, &written, &json!({ "relative": id, "side": side, "answers": opened.body }))?;
            placed.push(Placed { item: *item, field: None, copy });
            continue;
        }
        compartments::subject_of(tx, &permit, *item, "relative-input")?;
        let opened = compartments::open::<Answers>(tx, &permit, *item)?;
        for field in TEXTS {
            let told = |member: &str| opened.body.get(field).and_then(|text| text.get(member)).and_then(Value::as_str).unwrap_or_default().to_owned();
            let (text, used) = (told("text"), told("use"));
            if text.is_empty() || !matches!(used.as_str(), "panel" | "report_as_written" | "report_in_other_words") {
                continue;
            }
            let body = json!({ "relative": id, "side": side, "field": field, "use": used, "text": text });
            let written = Written { kind: "relative-words", subject: Some(id.uuid()), form_version: &opened.form_version, ground: "consent", complete: true };
            let copy = compartments::place(tx, &permit, panel, &written, &body)?;
            placed.push(Placed { item: *item, field: Some(field), copy });
            if used == "report_as_written" {
                compartments::place(tx, &permit, report, &Written { kind: "statement", ..written }, &body)?;
            }
        }
    }
    Ok(placed)
}
