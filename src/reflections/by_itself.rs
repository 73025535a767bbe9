//! What happens to reflections by itself: contacts are reminded of the due day.

use std::collections::HashMap;

use super::store;
use crate::cases::{self, Waits};
use crate::ids::ReflectionId;
use crate::notices::Kind;
use crate::tx::{Refused, Tx};

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
