//! What happens to cases by itself: reminders of terms, and follow-up the day after publication (T19). A late term reminds, and
//! never moves a case.

use serde_json::json;

use super::term_store::{self, Open};
use super::timetable::{Reminder, reminder};
use super::remind::acting;
use super::{CaseError, State, Step, party_store, step, store};
use crate::access::Role;
use crate::ids::MembershipId;
use crate::notices::{self, Kind};
use crate::tx::{Entry, Refused, Tx};

/// Terms looked at in one turn; the rest waits for the next.
const AT_ONCE: i64 = 200;

/// Reminds of terms that are near or have passed. Returns how many people were told.
///
/// # Errors
/// Database errors only.
pub fn remind(tx: &mut Tx) -> Result<usize, Refused> {
    let mut told = 0;
    let now = tx.now();
    term_store::end_terms_of_records(tx.db(), now)?;
    for open in term_store::terms_to_remind(tx.db(), now, AT_ONCE)? {
        let today = now.with_timezone(&open.zone).date_naive();
        let found = reminder(open.started_on, open.due_on, today, &open.reminded);
        if found.marks.is_empty() {
            continue;
        }
        for (hat, kind) in hats(tx, &open, &found)? {
            notices::remind(tx, open.bureau, hat, kind, Some(open.case), Some(open.id.uuid()))?;
            told += 1;
        }
        term_store::mark_reminded(tx.db(), &open, &found.marks)?;
    }
    Ok(told)
}

/// Who is told: those who must act; of a passed term also the coordinator, later the chair and the nation.
fn hats(tx: &mut Tx, open: &Open, found: &Reminder) -> Result<Vec<(MembershipId, Kind)>, Refused> {
    let mut told: Vec<(MembershipId, Kind)> = vec![];
    let mut add = |hats: Vec<MembershipId>, kind: Kind| {
        for hat in hats {
            if !told.iter().any(|(known, _)| *known == hat) {
                told.push((hat, kind));
            }
        }
    };
    let kind = if found.passed { Kind::TermPassed } else { Kind::TermNear };
    if found.near || found.passed {
        match open.hat {
            Some(hat) => add(vec![hat], kind),
            None => add(acting(tx, open.case, open.bureau, open.role)?, kind),
        }
    }
    if found.passed {
        add(acting(tx, open.case, open.bureau, Role::Coordinator)?, Kind::TermPassed);
    }
    for role in &found.also {
        add(acting(tx, open.case, open.bureau, *role)?, Kind::TermPassed);
    }
    Ok(told)
}

/// Starts the follow-up of cases published, or closed unpublished, before today (T19).
///
/// # Errors
/// Database errors only.
pub fn follow_up(tx: &mut Tx) -> Result<usize, CaseError> {
    let now = tx.now();
    let waiting = store::to_follow_up(tx.db(), now, AT_ONCE)?;
    for (case, bureau, calendar) in &waiting {
        let found = store::lock(tx.db(), *case)?;
        let Some(to) = Step::T19.leads(found.state, found.left) else { continue };
        let profile = found.profile(&tx.parts().config).ok_or_else(|| CaseError::Profile(found.profile.clone()))?;
        store::move_on(tx.db(), *case, &found, to, now, false)?;
        store::insert_step(tx.db(), *case, Step::T19, Some(found.state), to, (None, "WK"), json!({ "profile": found.profile_version }))?;
        step::settle_terms(tx, *case, Step::T19, &found, to, &profile, calendar)?;
        tx.note(Entry::done("case.follow_up").of_case(*case).on(case.uuid()));
        for hat in party_store::hats_in_role(tx.db(), *case, Role::Coordinator)? {
            notices::remind(tx, *bureau, hat, Kind::StateChanged, Some(*case), None)?;
        }
        debug_assert_eq!(to, State::FollowUp);
    }
    Ok(waiting.len())
}
