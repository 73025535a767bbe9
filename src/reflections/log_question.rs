//! An organisation asks who read what it released, or says that an entry of its log is not right: placed with those who coordinate the
//! case (`ux.md` section 5.9).

use serde_json::json;

use super::store;
use crate::access::{Act, Kind, Role};
use crate::cases;
use crate::compartments::{self, Written};
use crate::forms::{self, sheet};
use crate::ids::{CompartmentId, ItemId};
use crate::notices;
use crate::tx::{Place, Refused, Tx};

/// Who asks.
pub static ASK_LOG: Act = Act { name: "reflection.ask_log", within: Kind::Reflection, by: &[Role::Contact, Role::Approver], step_up: false };

sheet!(/// A question about who read something, as the coordinator reads it.
    LOG_QUESTION, "log-question" in Case, "case.log_question", read [Coordinator], write []);

/// Asks: `about` is `who` or `wrong`, `entry` the line of the log in words.
///
/// # Errors
/// `NotFound`; `Faults` for another `about`, or too many words.
pub fn ask_log(tx: &mut Tx, within: CompartmentId, about: &str, entry: &str, words: &str) -> Result<ItemId, Refused> {
    let found = store::of_compartment(tx.db(), within)?.ok_or(Refused::NotFound)?;
    let permit = tx.permit(&ASK_LOG, Place::Compartment(within), found.id.uuid())?;
    let mut answers = form::Answers::new();
    answers.insert("about".into(), about.into());
    answers.insert("entry".into(), entry.into());
    if !words.trim().is_empty() {
        answers.insert("words".into(), words.trim().into());
    }
    let answers = forms::whole(tx, "log-question", &answers)?;
    let case = compartments::of_case(tx, found.case, Kind::Case)?.pop().ok_or(Refused::NotFound)?;
    let version = forms::definition(tx, "log-question")?.version;
    let written = Written { kind: "log-question", subject: Some(found.id.uuid()), form_version: &version, ground: "public_task", complete: true };
    let item = compartments::place(tx, &permit, case.id, &written, &json!(answers))?;
    for hat in cases::leaders(tx, found.case, &[Role::Coordinator])? {
        notices::tell(tx, hat, notices::Kind::TaskAssigned, Some(found.case), Some(found.id.uuid()))?;
    }
    Ok(item)
}
