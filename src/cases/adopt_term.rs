//! What waits for the chair after the publication stands among their tasks, with a day: a term of its own, begun when a text is laid before them.

use super::term_store;
use crate::access::Role;
use crate::ids::CaseId;
use crate::tx::{Refused, Tx};
use calendar::Term;

/// What is due: the key of its text is `term-adopt_after`.
pub(super) const KIND: &str = "adopt_after";
/// How long the chair has, as for what else is asked of one reader.
const LASTS: Term = Term::WorkingDays(10);

/// A text was laid before the chair: they have their time from the first one that waits.
///
/// # Errors
/// Database errors only.
pub fn chair_is_to_adopt(tx: &mut Tx, case: CaseId) -> Result<(), Refused> {
    if term_store::open_of_kind(tx.db(), case, KIND)?.is_some() {
        return Ok(());
    }
    let (parts, calendar, today) = (tx.parts(), tx.session()?.calendar.clone(), tx.today());
    let due = LASTS.end(today, parts.config.calendar(&calendar));
    term_store::start_term(tx.db(), case, KIND, Role::Chair, today, due)
}

/// No text waits for the chair any more.
///
/// # Errors
/// Database errors only.
pub fn nothing_to_adopt(tx: &mut Tx, case: CaseId) -> Result<(), Refused> {
    let now = tx.now();
    term_store::end_terms(tx.db(), case, &[KIND], now)
}
