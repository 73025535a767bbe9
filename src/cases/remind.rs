//! Reminders of what other rooms wait for: the same marks as a case's own terms, and the same who hears of what has passed.

use chrono::NaiveDate;
use uuid::Uuid;

use super::timetable::{Reminder, action_reminder, reminder};
use super::{party_store, term_store};
use crate::access::Role;
use crate::ids::{BureauId, CaseId, MembershipId};
use crate::notices::{self, Kind};
use crate::tx::{Refused, Tx};

/// Something with a day on which it is due.
pub struct Waits<I> {
    /// What waits.
    pub id: I,
    /// The bureau it belongs to.
    pub bureau: BureauId,
    /// The case it belongs to: its coordinator, later its chair and the nation hear when it has passed.
    pub of: CaseId,
    /// Whether those who must act may know of the case.
    pub case_known: bool,
    /// Since when it waits.
    pub started: NaiveDate,
    /// Until when.
    pub due: NaiveDate,
    /// What was said of it.
    pub said: Vec<String>,
}

/// When something waiting reminds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Marks {
    /// As a term: at half the time, 7 days and 1 day before, then wider and wider (`workflow.md` section 3).
    OfTerms,
    /// As a promised action: 30 and 7 days before, then the chair (`ux.md` section 5.7).
    OfActions,
}

impl Marks {
    fn found<I>(self, waits: &Waits<I>, today: NaiveDate) -> Reminder {
        match self {
            Marks::OfTerms => reminder(waits.started, waits.due, today, &waits.said),
            Marks::OfActions => action_reminder(waits.due, today, &waits.said),
        }
    }
}

/// The hats of a role in a case; roles of the nation take part in none.
pub(super) fn acting(tx: &mut Tx, case: CaseId, bureau: BureauId, role: Role) -> Result<Vec<MembershipId>, Refused> {
    let hats = party_store::hats_in_role(tx.db(), case, role)?;
    if hats.is_empty() && matches!(role, Role::NationalCoordinator | Role::RegisterManager) { party_store::hats_of_nation(tx.db(), bureau, role) } else { Ok(hats) }
}

/// The condition, in SQL, that something is to be said of what waits; for stores, with the names of their columns.
pub fn marks_behind(today: &str, started: &str, due: &str, said: &str) -> String {
    term_store::marks_behind(today, started, due, said)
}

/// Reminds of each that is near or has passed: `whom` names who must act, `mark` keeps what was said. Of what has passed the coordinator
/// hears too, and those the marks name. Returns how many were told.
///
/// # Errors
/// Database errors only.
pub fn remind_of<I: Copy + Into<Uuid>>(
    tx: &mut Tx, all: Vec<Waits<I>>, (marks, near, passed): (Marks, Kind, Kind), mut whom: impl FnMut(&mut Tx, I) -> Result<Vec<MembershipId>, Refused>,
    mut mark: impl FnMut(&mut Tx, I, Vec<String>) -> Result<(), Refused>,
) -> Result<usize, Refused> {
    let (today, mut told) = (tx.today(), 0);
    for mut waits in all {
        let found = marks.found(&waits, today);
        if found.marks.is_empty() {
            continue;
        }
        let mut to: Vec<(MembershipId, Option<CaseId>)> = vec![];
        if found.near || found.passed {
            to.extend(whom(tx, waits.id)?.into_iter().map(|hat| (hat, waits.case_known.then_some(waits.of))));
        }
        for role in found.passed.then_some(Role::Coordinator).into_iter().chain(found.also) {
            to.extend(acting(tx, waits.of, waits.bureau, role)?.into_iter().map(|hat| (hat, Some(waits.of))));
        }
        let kind = if found.near { near } else { passed };
        let mut known = vec![];
        for (hat, case) in to {
            if !known.contains(&hat) {
                notices::remind(tx, waits.bureau, hat, kind, case, Some(waits.id.into()))?;
                known.push(hat);
                told += 1;
            }
        }
        waits.said.extend(found.marks);
        mark(tx, waits.id, waits.said)?;
    }
    Ok(told)
}
