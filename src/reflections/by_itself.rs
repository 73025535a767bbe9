//! What happens to reflections by itself: contacts are reminded of the due day, and texts are shredded on theirs.

use std::collections::HashMap;

use super::store;
use crate::cases::{self, Waits};
use crate::ids::ReflectionId;
use crate::notices::Kind;
use crate::tx::{Entry, Refused, Tx};

/// Reminds contacts of reflections that are due. Returns how many.
///
/// # Errors
/// Database errors only.
pub fn remind(tx: &mut Tx) -> Result<usize, Refused> {
    let today = tx.today();
    let (mut contacts, mut all) = (HashMap::new(), vec![]);
    for (id, contact, bureau, started, due, said) in store::due(tx.db(), today)? {
        contacts.insert(id, contact);
        all.push(Waits { id, bureau, case: None, started, due, said });
    }
    let whom = |_: &mut Tx, id: ReflectionId| Ok(contacts.get(&id).copied().into_iter().collect());
    cases::remind_of(tx, all, (Kind::TermNear, Kind::TermPassed), whom, |tx, id, said| store::mark_reminded(tx.db(), id, said))
}

/// Shreds reflections whose day has come: after adoption as long as the profile says, or 24 months after the last step where no adoption
/// came (ruling 24). The policies hold twelve months as the least. Returns how many keys were deleted.
///
/// # Errors
/// Database errors only.
pub fn shred_due(tx: &mut Tx) -> Result<usize, Refused> {
    let (parts, today, now, mut shredded) = (tx.parts(), tx.today(), tx.now(), 0);
    for ripe in store::ripe(tx.db())? {
        let term = parts.config.profiles.get(&ripe.profile).map(|profile| profile.terms.shred_reflections);
        if let (Some(term), Some(adopted)) = (term, ripe.adopted)
            && term.end(adopted, parts.config.calendar(&ripe.calendar)) > today
        {
            continue;
        }
        let keys = store::shred(tx.db(), ripe.id)?;
        if keys > 0 {
            tx.note(Entry::done("reflection.shred").of_case(ripe.id).on(ripe.id.uuid()));
        }
        store::mark_shredded(tx.db(), ripe.id, now)?;
        shredded += keys;
    }
    Ok(shredded)
}
