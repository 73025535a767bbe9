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

/// Shreds reflections whose day has come: after adoption as long as the profile says, or 24 months after the last step where no adoption
/// came (ruling 24). The policies hold twelve months as the least. Returns how many keys were deleted.
///
/// # Errors
/// Database errors only.
pub fn shred_due(tx: &mut Tx) -> Result<usize, Refused> {
    let (parts, today, mut shredded) = (tx.parts(), tx.today(), 0);
    for (case, profile, calendar, adopted) in store::to_shred(tx.db())? {
        let term = parts.config.profiles.get(&profile).map(|profile| profile.terms.shred_reflections);
        if let (Some(term), Some(adopted)) = (term, adopted)
            && term.end(adopted, parts.config.calendar(&calendar)) > today
        {
            continue;
        }
        shredded += store::shred(tx.db(), case)?;
        tx.note(Entry::done("reflection.shred").of_case(case).on(case.uuid()));
    }
    Ok(shredded)
}
