//! What happens to recommendations by itself: owners are reminded to answer and of the day they promised; whose time to answer has passed
//! counts as no answer.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::store::{self, Due};
use crate::access::Role;
use crate::cases::{self, Marks, Waits};
use crate::compartments;
use crate::ids::{CompartmentId, MembershipId, RecommendationId};
use crate::notices::Kind;
use crate::tx::{Refused, Tx};

/// Reminds owners. Returns how many people were told.
///
/// # Errors
/// Database errors only.
pub fn remind(tx: &mut Tx) -> Result<usize, Refused> {
    let (today, now) = (tx.today(), tx.now());
    let unanswered = store::unanswered(tx.db())?;
    let until = unanswered.iter().map(|one| answer_until(tx, one)).collect::<Result<Vec<NaiveDate>, Refused>>()?;
    let waiting = unanswered.into_iter().zip(until.iter().copied()).collect();
    let (told, silent) = told(tx, waiting, Marks::OfTerms)?;
    for (id, until) in silent.into_iter().zip(until) {
        if until < today {
            store::set_state(tx.db(), id, "no_answer", false, now)?;
        }
    }
    let promised = store::due(tx.db(), today)?.into_iter().map(|one| { let due = one.due_on; (one, due) }).collect();
    Ok(told + self::told(tx, promised, Marks::OfActions)?.0)
}

/// Until when an owner answers: the profile's term, from the day they were told.
fn answer_until(tx: &mut Tx, one: &Due) -> Result<NaiveDate, Refused> {
    let (profile, _) = cases::profile_and_language(tx, one.case_id)?;
    let parts = tx.parts();
    Ok(profile.terms.owner_answer.end(one.since, parts.config.calendar(&one.calendar)))
}

/// Reminds of each by its day. Returns how many people were told, and which recommendations these were, in order.
fn told(tx: &mut Tx, waiting: Vec<(Due, NaiveDate)>, marks: Marks) -> Result<(usize, Vec<RecommendationId>), Refused> {
    let rooms: HashMap<RecommendationId, CompartmentId> = waiting.iter().map(|(one, _)| (one.id, one.compartment_id)).collect();
    let ids = waiting.iter().map(|(one, _)| one.id).collect();
    let all = waiting.into_iter().map(|(one, due)| Waits { id: one.id, bureau: one.bureau_id, of: one.case_id, case_known: false, started: one.since, due, said: one.reminded }).collect();
    let whom = |tx: &mut Tx, id: RecommendationId| match rooms.get(&id) {
        Some(within) => people_of(tx, *within),
        None => Ok(vec![]),
    };
    let told = cases::remind_of(tx, all, (marks, Kind::ActionDue, Kind::ActionDue), whom, |tx, id, said| store::mark_reminded(tx.db(), id, said))?;
    Ok((told, ids))
}

fn people_of(tx: &mut Tx, within: CompartmentId) -> Result<Vec<MembershipId>, Refused> {
    Ok(compartments::members(tx, within)?.into_iter().filter(|member| matches!(member.role, Role::Contact | Role::Approver)).map(|member| member.membership).collect())
}
