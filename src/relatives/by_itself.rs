//! What happens around relatives by itself: their contact is reminded of questions, and of asking again. Relatives are pressed
//! for nothing.

use std::collections::HashMap;

use super::store;
use crate::cases::{self, Marks, Waits};
use crate::ids::QuestionId;
use crate::notices::{self, Kind};
use crate::tx::{Refused, Tx};

/// How long before a guardian's last day the contact is reminded that the child is asked, in days.
const GUARDIAN_DAYS: i64 = 30;

/// Reminds named contacts. Returns how many notices were written.
///
/// # Errors
/// Database errors only.
pub fn remind(tx: &mut Tx) -> Result<usize, Refused> {
    let today = tx.today();
    let (mut contacts, mut all) = (HashMap::new(), vec![]);
    for one in store::due(tx.db(), today)? {
        contacts.insert(one.id, one.contact_id);
        all.push(Waits { id: one.id, bureau: one.bureau_id, of: one.case_id, case_known: true, started: one.started, due: one.due, said: one.reminded });
    }
    let whom = |_: &mut Tx, id: QuestionId| Ok(contacts.get(&id).copied().into_iter().collect());
    let mut told = cases::remind_of(tx, all, (Marks::OfTerms, Kind::TermNear, Kind::TermPassed), whom, |tx, id, said| store::mark_reminded(tx.db(), id, said))?;
    for (id, contact, bureau, case, day) in store::to_ask_again(tx.db(), today)? {
        notices::remind(tx, bureau, contact, Kind::TaskAssigned, Some(case), Some(id.uuid()))?;
        store::mark_asked_again(tx.db(), id, day)?;
        told += 1;
    }
    for (id, contact, bureau, case, mark, said) in store::guardians_ending(tx.db(), today + chrono::Duration::days(GUARDIAN_DAYS))? {
        notices::remind(tx, bureau, contact, Kind::TaskAssigned, Some(case), Some(id.uuid()))?;
        store::mark_relative(tx.db(), id, said.into_iter().chain([mark]).collect())?;
        told += 1;
    }
    Ok(told)
}
