//! What happens around relatives by itself: their contact is reminded of questions, and of asking again. Relatives are pressed
//! for nothing.

use super::store;
use crate::cases::reminder;
use crate::notices::{self, Kind};
use crate::tx::{Refused, Tx};

/// Reminds named contacts. Returns how many notices were written.
///
/// # Errors
/// Database errors only.
pub fn remind(tx: &mut Tx) -> Result<usize, Refused> {
    let (today, mut told) = (tx.today(), 0);
    for (id, contact, bureau, case, started, due, mut said) in store::due(tx.db(), today)? {
        let found = reminder(started, due, today, &said);
        if found.marks.is_empty() {
            continue;
        }
        if found.near || found.passed {
            notices::remind(tx, bureau, contact, if found.passed { Kind::TermPassed } else { Kind::TermNear }, Some(case), Some(id.uuid()))?;
            told += 1;
        }
        said.extend(found.marks);
        store::mark_reminded(tx.db(), id, said)?;
    }
    for (id, contact, bureau, case, day) in store::to_ask_again(tx.db(), today)? {
        notices::remind(tx, bureau, contact, Kind::TaskAssigned, Some(case), Some(id.uuid()))?;
        store::mark_asked_again(tx.db(), id, day)?;
        told += 1;
    }
    Ok(told)
}
