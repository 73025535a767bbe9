//! Which terms start with a state (`workflow.md` section 3, column term). Late terms remind; they never move a case.

use chrono::NaiveDate;

use super::{State, Step};
use crate::access::Role;
use crate::settings::Terms;
use calendar::{Calendar, Term};

/// A term that starts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Starts {
    /// What is due: the key of its text is `term-<kind>`.
    pub kind: &'static str,
    /// Who must act.
    pub role: Role,
    /// How long.
    pub term: Term,
    /// Counted from the notification instead of today (the screening decision).
    pub from_notification: bool,
}

impl Starts {
    /// The last day.
    pub fn due(&self, notified_on: NaiveDate, today: NaiveDate, calendar: &Calendar) -> NaiveDate {
        self.term.end(if self.from_notification { notified_on } else { today }, calendar)
    }
}

/// Terms that have to do with the record: a case without one has none of them.
pub(super) const OF_A_RECORD: [&str; 2] = ["intake_codes", "closing_codes"];

/// The terms that start when a step leads into a state.
pub fn started_by(step: Step, into: State, terms: &Terms) -> Vec<Starts> {
    let one = |kind, role, term| vec![Starts { kind, role, term, from_notification: false }];
    match into {
        State::Notified => vec![
            Starts { kind: "start_screening", role: Role::Coordinator, term: terms.start_screening, from_notification: false },
            Starts { kind: "intake_codes", role: Role::Coordinator, term: terms.intake_codes, from_notification: false },
        ],
        // Resumed terms are shifted, not started anew.
        _ if step == Step::T6 => vec![],
        State::Screening => vec![Starts { kind: "screening", role: Role::Coordinator, term: terms.screening, from_notification: step == Step::T2 }],
        State::Deferred => one("deferral_check", Role::Coordinator, terms.deferral_check),
        State::Commissioned => one("commissioning", Role::Coordinator, terms.commissioning),
        State::Preparation => one("preparation", Role::Chair, terms.preparation),
        State::Gathering if step == Step::T10 => one("second_gathering", Role::Coordinator, terms.second_gathering),
        State::Gathering => one("gathering", Role::Coordinator, terms.gathering),
        State::Panel => one("panel", Role::Chair, terms.panel),
        State::Drafting => match step {
            Step::T13 => one("redrafting", Role::Secretary, terms.redrafting),
            Step::T15 => one("mending", Role::Secretary, terms.mending),
            _ => one("drafting", Role::Secretary, terms.drafting),
        },
        State::Consultation => one("consultation", Role::Coordinator, terms.consultation),
        State::QualityReview => one("quality", Role::QualityReviewer, terms.quality),
        State::Decided => one("publication", Role::Coordinator, terms.publication),
        State::Published | State::ClosedUnpublished => one("closing_codes", Role::RegisterManager, terms.closing_codes),
        State::FollowUp => one("owner_answer", Role::Coordinator, terms.owner_answer).into_iter()
            .chain(terms.follow_up_checks.iter().map(|term| Starts { kind: "follow_up_check", role: Role::Coordinator, term: *term, from_notification: false })).collect(),
        State::NotReviewed => one("record_closing", Role::RegisterManager, terms.record_closing),
        State::Closed | State::Merged => vec![],
    }
}

/// How early the person who must act is reminded of a term, in days (`workflow.md` section 3).
const EARLY: [(i64, &str); 2] = [(7, "d7"), (1, "d1")];
/// How late others hear of it: the chair after 14 days, the national coordination after 30.
const LATE: [(i64, &str, Role); 2] = [(14, "chair", Role::Chair), (30, "nation", Role::NationalCoordinator)];

/// What is to be said of a term today.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Reminder {
    /// Marks that are now behind us: kept with the term, so that nothing is said twice.
    pub marks: Vec<String>,
    /// Whether the person who must act hears that it is near.
    pub near: bool,
    /// Whether they, and the coordinator, hear that it has passed; weekly.
    pub passed: bool,
    /// Who else hears that it has passed.
    pub also: Vec<Role>,
}

/// Reminders at half the time, 7 days and 1 day before, then weekly, after 14 days to the chair, after 30 to the nation. After a
/// standstill of the worker only the latest is said, the others are marked.
pub fn reminder(started: NaiveDate, due: NaiveDate, today: NaiveDate, said: &[String]) -> Reminder {
    let new = |mark: &str| !said.iter().any(|known| known == mark);
    let mut found = Reminder::default();
    let half = started + (due - started) / 2;
    let early = EARLY.map(|(days, mark)| (due - chrono::Duration::days(days), mark));
    for (day, mark) in [(half, "half")].into_iter().chain(early) {
        if day > started && today >= day && new(mark) {
            found.near = today <= due;
            found.marks.push(mark.to_owned());
        }
    }
    let late = (today - due).num_days();
    if late > 0 {
        let week = format!("week{}", (late - 1) / 7);
        if new(&week) {
            found.passed = true;
            found.marks.push(week);
        }
        for (_, mark, role) in LATE.into_iter().filter(|(days, mark, _)| late >= *days && new(mark)) {
            found.also.push(role);
            found.marks.push(mark.to_owned());
        }
    }
    found
}

/// Reminders of what an owner promised: 30 and 7 days before; once the day has passed weekly, and the chair at once (`ux.md` section 5.7).
pub(super) fn action_reminder(due: NaiveDate, today: NaiveDate, said: &[String]) -> Reminder {
    let new = |mark: &str| !said.iter().any(|known| known == mark);
    let mut found = Reminder::default();
    for (days, mark) in [(30, "d30"), (7, "d7")] {
        if today >= due - chrono::Duration::days(days) && new(mark) {
            found.near = today <= due;
            found.marks.push(mark.to_owned());
        }
    }
    let late = (today - due).num_days();
    if late > 0 {
        let week = format!("week{}", (late - 1) / 7);
        if new(&week) {
            found.passed = true;
            found.marks.push(week);
        }
        if new("chair") {
            found.also.push(Role::Chair);
            found.marks.push("chair".to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap_or_default()
    }

    #[test]
    fn a_term_reminds_half_way_a_week_and_a_day_before_then_weekly_and_wider() {
        let (started, due) = (day("2026-03-02"), day("2026-04-01"));
        let mut said: Vec<String> = vec![];
        let mut told = vec![];
        for offset in 0..70 {
            let today = started + chrono::Duration::days(offset);
            let now = reminder(started, due, today, &said);
            if now.near || now.passed || !now.also.is_empty() {
                told.push((today.to_string(), now.near, now.passed, now.also.iter().map(|role| role.code()).collect::<Vec<_>>().join(",")));
            }
            said.extend(now.marks);
        }
        let told: Vec<_> = told.iter().map(|(on, near, passed, also)| format!("{on} {}{}{also}", if *near { "near" } else { "" }, if *passed { "passed " } else { "" })).collect();
        assert_eq!(told, [
            "2026-03-17 near", "2026-03-25 near", "2026-03-31 near", "2026-04-02 passed ", "2026-04-09 passed ", "2026-04-15 CH", "2026-04-16 passed ", "2026-04-23 passed ",
            "2026-04-30 passed ", "2026-05-01 NC", "2026-05-07 passed ",
        ]);
    }

    #[test]
    fn an_action_reminds_thirty_and_seven_days_before_then_the_chair() {
        let due = day("2026-06-30");
        let (mut said, mut told) = (vec![], vec![]);
        for offset in 0..80 {
            let today = day("2026-05-01") + chrono::Duration::days(offset);
            let now = action_reminder(due, today, &said);
            if now.near || now.passed || !now.also.is_empty() {
                told.push(format!("{today} {} {:?}", if now.near { "near" } else { "passed" }, now.also));
            }
            said.extend(now.marks);
        }
        assert_eq!(told, ["2026-05-31 near []", "2026-06-23 near []", "2026-07-01 passed [Chair]", "2026-07-08 passed []", "2026-07-15 passed []"]);
    }

    #[test]
    fn after_a_standstill_only_the_latest_is_said_and_a_short_term_does_not_remind_before_it_starts() {
        let late = reminder(day("2026-03-02"), day("2026-04-01"), day("2026-04-05"), &[]);
        assert!(!late.near && late.passed && late.marks.len() == 4, "{late:?}");
        let again = reminder(day("2026-03-02"), day("2026-04-01"), day("2026-04-05"), &late.marks);
        assert_eq!(again, Reminder::default());
        let short = reminder(day("2026-03-02"), day("2026-03-05"), day("2026-03-02"), &[]);
        assert!(!short.near, "{short:?}");
    }
}
