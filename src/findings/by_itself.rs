//! What happens to recommendations by itself: owners are reminded of the day they promised.

use std::collections::HashMap;

use super::store;
use crate::cases::{self, Waits};
use crate::compartments;
use crate::ids::RecommendationId;
use crate::notices::Kind;
use crate::tx::{Refused, Tx};

/// Reminds owners of actions that are due. Returns how many people were told.
///
/// # Errors
/// Database errors only.
pub fn remind(tx: &mut Tx) -> Result<usize, Refused> {
    let today = tx.today();
    let (mut places, mut all) = (HashMap::new(), vec![]);
    for (id, within, bureau, started, due, said) in store::due(tx.db(), today)? {
        places.insert(id, within);
        all.push(Waits { id, bureau, case: None, started, due, said });
    }
    let whom = |tx: &mut Tx, id: RecommendationId| match places.get(&id) {
        Some(within) => Ok(compartments::members(tx, *within)?.into_iter().map(|member| member.membership).collect()),
        None => Ok(vec![]),
    };
    cases::remind_of(tx, all, (Kind::ActionDue, Kind::ActionDue), whom, |tx, id, said| store::mark_reminded(tx.db(), id, said))
}
