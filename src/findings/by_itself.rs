//! What happens to recommendations by itself: owners are reminded of the day they promised.

use super::store;
use crate::cases::reminder;
use crate::compartments;
use crate::notices::{self, Kind};
use crate::tx::{Refused, Tx};

/// Reminds owners of actions that are due. Returns how many people were told.
///
/// # Errors
/// Database errors only.
pub fn remind(tx: &mut Tx) -> Result<usize, Refused> {
    let (today, mut told) = (tx.today(), 0);
    for (id, within, bureau, started, due, mut said) in store::due(tx.db(), today)? {
        let found = reminder(started, due, today, &said);
        if found.marks.is_empty() {
            continue;
        }
        if found.near || found.passed {
            for member in compartments::members(tx, within)? {
                notices::remind(tx, bureau, member.membership, Kind::ActionDue, None, Some(id.uuid()))?;
                told += 1;
            }
        }
        said.extend(found.marks);
        store::mark_reminded(tx.db(), id, said)?;
    }
    Ok(told)
}
