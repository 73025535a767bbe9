//! What the coordinator records of a recommendation whose owner does not use these pages: an answer or progress told otherwise, or that
//! time has overtaken it. How it is known stands with it (ruling 29).

use form::Answers;

use super::actions::state_of;
use super::store;
use crate::access::{Act, Kind, Role};
use crate::cases::{self, ReasonOf};
use crate::compartments::{self, Written};
use crate::forms;
use crate::ids::RecommendationId;
use crate::tx::{Permit, Place, Refused, Tx, needed};

/// Who records it.
pub static RECORD: Act = Act { name: "recommendation.record", within: Kind::Case, by: &[Role::Coordinator], step_up: false };

/// The longest text that says how it is known, in characters.
const LONGEST: usize = 4_999;

fn begin<'a>(tx: &mut Tx, id: RecommendationId, words: &'a str) -> Result<(Permit, store::Found, &'a str), Refused> {
    let found = store::found(tx.db(), id)?;
    let within = compartments::of_kind(tx, found.case, Kind::Case)?;
    let permit = tx.permit(&RECORD, Place::Compartment(within), id.uuid())?;
    Ok((permit, found, needed("words", words, LONGEST)?))
}

fn because(tx: &mut Tx, permit: &Permit, found: &store::Found, id: RecommendationId, about: &str, words: &str) -> Result<(), Refused> {
    cases::keep_reason(tx, permit, found.case, about, id.uuid(), ReasonOf { kind: Some(found.number.to_string()), ..ReasonOf::default() }, words)
}

/// Records an answer or progress on the owner's behalf, with how it is known. The owner's room gets a copy.
///
/// # Errors
/// `Faults` for incomplete answers and without words; `NotFound` for a form that is neither; `NotYours`.
pub fn record(tx: &mut Tx, id: RecommendationId, form: &str, answers: &Answers, words: &str) -> Result<String, Refused> {
    let form = ["action-response", "action-update"].into_iter().find(|known| *known == form).ok_or(Refused::NotFound)?;
    let (permit, found, words) = begin(tx, id, words)?;
    let answers = forms::whole(tx, form, answers)?;
    let version = forms::definition(tx, form)?.version;
    let written = Written { kind: form, subject: Some(id.uuid()), form_version: &version, ground: "public_task", complete: true };
    compartments::put(tx, &permit, &written, &answers)?;
    if let Some(own) = found.compartment {
        compartments::place(tx, &permit, own, &written, &answers)?;
    }
    because(tx, &permit, &found, id, "owner", words)?;
    let (state, shown) = state_of(tx, form, &answers);
    let now = tx.now();
    store::set_state(tx.db(), id, &state, shown, now)?;
    Ok(state)
}

/// Records that time has overtaken a recommendation, with the reason.
///
/// # Errors
/// `Faults` without words; `NotYours`; `NotFound`.
pub fn overtaken(tx: &mut Tx, id: RecommendationId, words: &str) -> Result<(), Refused> {
    let (permit, found, words) = begin(tx, id, words)?;
    because(tx, &permit, &found, id, "overtaken", words)?;
    let now = tx.now();
    store::set_state(tx.db(), id, "overtaken", false, now)
}
