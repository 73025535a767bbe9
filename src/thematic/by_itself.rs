//! What happens to thematic reviews by itself: who releases for an organisation is reminded before the day to answer. After it nobody is: silence is
//! a no, and settled by it (decision 28).

use std::collections::{BTreeMap, HashMap};

use super::store::{self, DueRow};
use crate::access::Role;
use crate::cases::{self, Marks, Waits};
use crate::compartments;
use crate::ids::ThematicItemId;
use crate::notices::Kind;
use crate::tx::{Refused, Tx};

/// Reminds approvers of copies nobody answered for yet. What an organisation is asked at once reminds once. Returns how many people were told.
///
/// # Errors
/// Database errors only.
pub fn remind(tx: &mut Tx) -> Result<usize, Refused> {
    let today = tx.today();
    let mut together: BTreeMap<_, Vec<DueRow>> = BTreeMap::new();
    for one in store::due(tx.db(), today)? {
        together.entry((one.compartment_id, one.started, one.due, one.reminded.clone())).or_default().push(one);
    }
    let (mut found, mut all) = (HashMap::new(), vec![]);
    for of_room in together.into_values() {
        let Some(first) = of_room.first() else { continue };
        all.push(Waits { id: first.id, bureau: first.bureau_id, of: first.source_id, case_known: false, started: first.started, due: first.due, said: first.reminded.clone() });
        found.insert(first.id, (first.compartment_id, of_room.iter().map(|one| one.id).collect::<Vec<_>>()));
    }
    let whom = |tx: &mut Tx, id: ThematicItemId| match found.get(&id) {
        Some((within, _)) => Ok(compartments::members(tx, *within)?.into_iter().filter(|member| member.role == Role::Approver).map(|member| member.membership).collect()),
        None => Ok(vec![]),
    };
    let mark = |tx: &mut Tx, id: ThematicItemId, said: Vec<String>| match found.get(&id) {
        Some((_, items)) => store::mark_reminded(tx.db(), items, &said),
        None => Ok(()),
    };
    cases::remind_of(tx, all, (Marks::OfTerms, Kind::TermNear, Kind::TermPassed), whom, mark)
}
