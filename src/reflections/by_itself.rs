//! What happens to reflections by itself: contacts are reminded of the due day, and texts are shredded on theirs.

use super::store;
use crate::cases::reminder;
use crate::notices::{self, Kind};
use crate::tx::{Entry, Refused, Tx};

/// Reminds contacts of reflections that are due. Returns how many.
///
/// # Errors
/// Database errors only.
pub fn remind(tx: &mut Tx) -> Result<usize, Refused> {
    let (today, mut told) = (tx.today(), 0);
    for (id, contact, bureau, started, due, mut said) in store::due(tx.db(), today)? {
        let found = reminder(started, due, today, &said);
        if found.marks.is_empty() {
            continue;
        }
        if found.near || found.passed {
            notices::remind(tx, bureau, contact, if found.passed { Kind::TermPassed } else { Kind::TermNear }, None, Some(id.uuid()))?;
            told += 1;
        }
        said.extend(found.marks);
        store::mark_reminded(tx.db(), id, said)?;
    }
    Ok(told)
}

/// Shreds reflections whose day has come: twelve months after adoption, or 24 after the last step where none came (ruling 24).
/// Returns how many keys were deleted.
///
/// # Errors
/// Database errors only.
pub fn shred_due(tx: &mut Tx) -> Result<usize, Refused> {
    let shredded = store::shred_due(tx.db())?;
    if shredded > 0 {
        tx.note(Entry::done("reflection.shred"));
    }
    Ok(shredded)
}
