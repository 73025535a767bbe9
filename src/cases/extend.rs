//! Who extends a term: the coordinator or the chair of the case, with a reason. Every extension stays visible (`workflow.md` section 3).

use chrono::{Months, NaiveDate};

use super::reasons::{Of, keep_reason};
use super::term_store;
use crate::access::{Act, Kind, Role};
use crate::ids::{CaseId, DeadlineId};
use crate::tx::{FieldFault, Place, Refused, Tx};

/// Who extends.
pub static EXTEND: Act = Act { name: "case.extend_term", within: Kind::Case, by: &[Role::Coordinator, Role::Chair], step_up: false };

/// Moves an open term to a later day; the reason is sealed in the case. A day that is no working day becomes the next one. Returns
/// the day.
///
/// # Errors
/// `NotFound` for a term the case does not have open; `Rule("accept-first")` for a chair who has not accepted; `Rule("term-stands-still")` while the case is deferred; `Faults` for a day that
/// does not lie later, or more than a year later, and without a reason.
pub fn extend(tx: &mut Tx, case: CaseId, term: DeadlineId, until: NaiveDate, reason: &str) -> Result<NaiveDate, Refused> {
    let permit = tx.permit(&EXTEND, Place::Case(case), term.uuid())?;
    let (due, paused) = term_store::open_term(tx.db(), case, term)?;
    if paused {
        return Err(Refused::Rule("term-stands-still"));
    }
    let reason = reason.trim();
    let mut faults = vec![];
    if until <= due || due.checked_add_months(Months::new(12)).is_none_or(|most| until > most) {
        faults.push(FieldFault::new("until", if until <= due { "before-other" } else { "out-of-range" }));
    }
    match reason.chars().count() {
        0 => faults.push(FieldFault::new("reason", "required")),
        5000.. => faults.push(FieldFault::new("reason", "too-long")),
        _ => {}
    }
    if !faults.is_empty() {
        return Err(Refused::Faults(faults));
    }
    let parts = tx.parts();
    let calendar = tx.session()?.calendar.clone();
    let until = parts.config.calendar(&calendar).next_working_day(until);
    keep_reason(tx, &permit, case, "extended", term.uuid(), Of { from: Some(due), until: Some(until), ..Of::default() }, reason)?;
    term_store::extend_term(tx.db(), term, until)?;
    Ok(until)
}
