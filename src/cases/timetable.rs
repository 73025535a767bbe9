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
        State::FollowUp => one("owner_answer", Role::Coordinator, terms.owner_answer),
        State::NotReviewed | State::Closed => vec![],
    }
}
