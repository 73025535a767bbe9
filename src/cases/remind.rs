//! Reminders of what other rooms wait for: the same marks as a case's own terms.

use chrono::NaiveDate;
use uuid::Uuid;

use super::timetable::reminder;
use crate::ids::{BureauId, CaseId, MembershipId};
use crate::notices::{self, Kind};
use crate::tx::{Refused, Tx};

/// Something with a day on which it is due.
pub struct Waits<I> {
    /// What waits.
    pub id: I,
    /// The bureau it belongs to.
    pub bureau: BureauId,
    /// The case, where those told may know of it.
    pub case: Option<CaseId>,
    /// Since when it waits.
    pub started: NaiveDate,
    /// Until when.
    pub due: NaiveDate,
    /// What was said of it.
    pub said: Vec<String>,
}

/// Reminds of each that is near or has passed: `whom` names who is told, `mark` keeps what was said. Returns how many were told.
///
/// # Errors
/// Database errors only.
pub fn remind_of<I: Copy + Into<Uuid>>(
    tx: &mut Tx, all: Vec<Waits<I>>, kinds: (Kind, Kind), mut whom: impl FnMut(&mut Tx, I) -> Result<Vec<MembershipId>, Refused>,
    mut mark: impl FnMut(&mut Tx, I, Vec<String>) -> Result<(), Refused>,
) -> Result<usize, Refused> {
    let (today, mut told) = (tx.today(), 0);
    for mut waits in all {
        let found = reminder(waits.started, waits.due, today, &waits.said);
        if found.marks.is_empty() {
            continue;
        }
        if found.near || found.passed {
            for hat in whom(tx, waits.id)? {
                notices::remind(tx, waits.bureau, hat, if found.passed { kinds.1 } else { kinds.0 }, waits.case, Some(waits.id.into()))?;
                told += 1;
            }
        }
        waits.said.extend(found.marks);
        mark(tx, waits.id, waits.said)?;
    }
    Ok(told)
}
