//! What happens to reflections by itself: who must act is reminded of the due day, and the contact, who guards the term.

use std::collections::HashMap;

use super::store;
use crate::access::Role;
use crate::cases::{self, Marks, Waits};
use crate::compartments;
use crate::ids::{MembershipId, ReflectionId};
use crate::notices::Kind;
use crate::tx::{Refused, Tx};

/// Reminds of reflections and supplementary questions that are due. Returns how many people were told.
///
/// # Errors
/// Database errors only.
pub fn remind(tx: &mut Tx) -> Result<usize, Refused> {
    let today = tx.today();
    let (mut found, mut all) = (HashMap::new(), vec![]);
    for one in store::due(tx.db(), today)? {
        all.push(Waits { id: one.id, bureau: one.bureau_id, of: one.case_id, case_known: false, started: one.started, due: one.due, said: one.reminded.clone() });
        found.insert(one.id, one);
    }
    let whom = |tx: &mut Tx, id: ReflectionId| match found.get(&id) {
        Some(one) => acting(tx, one),
        None => Ok(vec![]),
    };
    cases::remind_of(tx, all, (Marks::OfTerms, Kind::TermNear, Kind::TermPassed), whom, |tx, id, said| store::mark_reminded(tx.db(), id, said))
}

/// The contact answers the invitation; then who writes or approves must act; a question after the release is either's to answer.
fn acting(tx: &mut Tx, one: &store::Due) -> Result<Vec<MembershipId>, Refused> {
    let inside = match one.state.as_str() {
        "answered" => store::acting_inside(tx.db(), one.id)?,
        "released" => compartments::members(tx, one.compartment_id)?.into_iter().filter(|member| matches!(member.role, Role::Author | Role::Approver)).map(|member| member.membership).collect(),
        _ => vec![],
    };
    Ok(inside.into_iter().chain([one.contact_id]).collect())
}
