//! The day a judgment became final, where the bureau learns it: the record of a case that is not reviewed is then complete some time after it,
//! when that is later than the year it has anyway (T21). The day, where it is known from, and the longer term stay visible.

use chrono::NaiveDate;

use super::reasons::{Of, keep_reason};
use super::step::record_as;
use super::{State, store, term_store};
use crate::access::{Act, Kind, Role};
use crate::ids::CaseId;
use crate::tx::{FieldFault, Place, Refused, Tx, needed};

/// Who records it: who leads the case and hears of it.
pub static FINAL_JUDGMENT: Act = Act { name: "case.final_judgment", within: Kind::Case, by: &[Role::Coordinator], step_up: false };

/// The milestone whose detail is the day.
pub(super) const MILESTONE: &str = "final_judgment";
/// The term that is extended.
const TERM: &str = "record_closing";
/// The longest note of where it is known from, in characters.
const LONGEST: usize = 4_999;

/// Records the day of the final judgment. Returns the day by which the record is complete now: it never comes nearer.
///
/// # Errors
/// `Rule("only-not-reviewed")` for a case that is reviewed, or has no such term open; `Faults` for a day to come, or without where it is known
/// from.
pub fn final_judgment(tx: &mut Tx, case: CaseId, on: NaiveDate, known_from: &str) -> Result<NaiveDate, Refused> {
    let permit = tx.permit(&FINAL_JUDGMENT, Place::Case(case), case.uuid())?;
    let found = store::lock(tx.db(), case)?;
    let term = if found.state == State::NotReviewed { term_store::open_of_kind(tx.db(), case, TERM)? } else { None };
    let (id, due) = term.ok_or(Refused::Rule("only-not-reviewed"))?;
    if on > tx.today() {
        return Err(Refused::Faults(vec![FieldFault::new("on", "in-the-future")]));
    }
    let known_from = needed("knownFrom", known_from, LONGEST)?;
    let (profile, _) = super::profile_and_language(tx, case)?;
    let (parts, calendar) = (tx.parts(), tx.session()?.calendar.clone());
    let until = profile.terms.after_judgment.end(on, parts.config.calendar(&calendar)).max(due);
    record_as(tx, &permit, MILESTONE, case.uuid(), &on.to_string())?;
    keep_reason(tx, &permit, case, MILESTONE, id.uuid(), Of { kind: Some(on.to_string()), from: Some(due), until: Some(until) }, known_from)?;
    if until > due {
        term_store::extend_term(tx.db(), id, until)?;
    }
    Ok(until)
}
