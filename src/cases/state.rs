//! The states of a case, the phases people see, and which step leads from where to where.

use super::Step;
use crate::access::Role;

/// Where a case stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(missing_docs, reason = "the words of workflow.md section 3 are their names")]
pub enum State {
    Notified, Screening, Deferred, NotReviewed, Commissioned, Preparation, Gathering, Panel, Drafting, Consultation, QualityReview, Decided, Published,
    ClosedUnpublished, FollowUp, Closed, Merged,
}

/// What people see of a state.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[expect(missing_docs, reason = "the phases of workflow.md section 3 are their names")]
pub enum Phase { Notification, Screening, Commission, Reflections, TimelineAndPanel, Report, Reaction, Decision, FollowUp }

impl Phase {
    /// All phases, in order.
    pub const ALL: [Phase; 9] = [
        Phase::Notification, Phase::Screening, Phase::Commission, Phase::Reflections, Phase::TimelineAndPanel, Phase::Report, Phase::Reaction, Phase::Decision, Phase::FollowUp,
    ];

    /// The word in the API; its text is `phase-<word>`.
    pub fn word(self) -> &'static str {
        match self {
            Phase::Notification => "notification",
            Phase::Screening => "screening",
            Phase::Commission => "commission",
            Phase::Reflections => "reflections",
            Phase::TimelineAndPanel => "timeline-and-panel",
            Phase::Report => "report",
            Phase::Reaction => "reaction",
            Phase::Decision => "decision",
            Phase::FollowUp => "follow-up",
        }
    }
}

impl State {
    /// All states, in the order of the database's check list.
    pub const ALL: [State; 17] = [
        State::Notified, State::Screening, State::Deferred, State::NotReviewed, State::Commissioned, State::Preparation, State::Gathering, State::Panel,
        State::Drafting, State::Consultation, State::QualityReview, State::Decided, State::Published, State::ClosedUnpublished, State::FollowUp, State::Closed, State::Merged,
    ];

    /// The word used in the database and the API.
    pub fn word(self) -> &'static str {
        match self {
            State::Notified => "notified",
            State::Screening => "screening",
            State::Deferred => "deferred",
            State::NotReviewed => "not_reviewed",
            State::Commissioned => "commissioned",
            State::Preparation => "preparation",
            State::Gathering => "gathering",
            State::Panel => "panel",
            State::Drafting => "drafting",
            State::Consultation => "consultation",
            State::QualityReview => "quality_review",
            State::Decided => "decided",
            State::Published => "published",
            State::ClosedUnpublished => "closed_unpublished",
            State::FollowUp => "follow_up",
            State::Closed => "closed",
            State::Merged => "merged",
        }
    }

    /// The state a word means.
    pub fn from_word(word: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.word() == word)
    }

    /// The phase of a state; a deferred case shows the phase of the state it left.
    pub fn phase(self, left: Option<State>) -> Phase {
        match self {
            State::Notified => Phase::Notification,
            State::Screening | State::NotReviewed => Phase::Screening,
            State::Deferred => left.map_or(Phase::Screening, |state| state.phase(None)),
            State::Commissioned | State::Preparation => Phase::Commission,
            State::Gathering => Phase::Reflections,
            State::Panel => Phase::TimelineAndPanel,
            State::Drafting => Phase::Report,
            State::Consultation => Phase::Reaction,
            State::QualityReview | State::Decided | State::Published | State::ClosedUnpublished => Phase::Decision,
            State::FollowUp | State::Closed | State::Merged => Phase::FollowUp,
        }
    }

    /// Whether the report's text stands still: the quality review reads it, or has read it and nothing is published yet. A deferred case is
    /// as the state it left.
    pub fn freezes_report(self, left: Option<State>) -> bool {
        match self {
            State::Deferred => left.is_some_and(|state| state.freezes_report(None)),
            other => matches!(other, State::QualityReview | State::Decided),
        }
    }

    /// Whether organisations are invited: once a review is decided on, and until the panel begins. Before, they are asked only whether they knew
    /// the family (`workflow.md` 5.2), and learn of nobody; the panel that needs more goes back for it (T10).
    pub fn takes_invitations(self) -> bool {
        matches!(self, State::Commissioned | State::Preparation | State::Gathering)
    }

    /// The states a case may be deferred from (T5).
    pub const DEFERRABLE: [State; 8] = [
        State::Screening, State::Commissioned, State::Preparation, State::Gathering, State::Panel, State::Drafting, State::Consultation, State::QualityReview,
    ];
}

impl Step {
    /// Where the step leads when taken in `from`; none where it can't be taken. `left` is the state a deferred case came from.
    pub fn leads(self, from: State, left: Option<State>) -> Option<State> {
        let only = |expected: State, to: State| (from == expected).then_some(to);
        match self {
            Step::T1 => None,
            Step::T2 => only(State::Notified, State::Screening),
            Step::T3 => only(State::Screening, State::Commissioned),
            Step::T4 => only(State::Screening, State::NotReviewed),
            Step::T5 => State::DEFERRABLE.contains(&from).then_some(State::Deferred),
            Step::T6 => if from == State::Deferred { left } else { None },
            Step::T7 => only(State::Commissioned, State::Preparation),
            Step::T8 => only(State::Preparation, State::Gathering),
            Step::T9 => only(State::Gathering, State::Panel),
            Step::T10 => only(State::Panel, State::Gathering),
            Step::T11 => only(State::Panel, State::Drafting),
            Step::T12 => only(State::Drafting, State::Consultation),
            // Adopted, and not published yet: the text changes by a new round only, so that what is published was reviewed.
            Step::T13 => matches!(from, State::Consultation | State::Decided).then_some(State::Drafting),
            Step::T14 => only(State::Consultation, State::QualityReview),
            Step::T15 => only(State::QualityReview, State::Drafting),
            Step::T16 => only(State::QualityReview, State::Decided),
            Step::T17 => only(State::Decided, State::Published),
            Step::T18 => only(State::Decided, State::ClosedUnpublished),
            Step::T19 => matches!(from, State::Published | State::ClosedUnpublished).then_some(State::FollowUp),
            Step::T20 => only(State::FollowUp, State::Closed),
            Step::T21 => only(State::NotReviewed, State::Closed),
            Step::T22 => match from {
                State::NotReviewed => Some(State::Screening),
                State::Closed => Some(State::FollowUp),
                _ => None,
            },
            Step::T23 => (State::DEFERRABLE.contains(&from) && from != State::Screening).then_some(State::NotReviewed),
        }
    }

    /// Who takes the step.
    pub fn by(self) -> &'static [Role] {
        match self {
            Step::T8 | Step::T10 | Step::T11 | Step::T12 | Step::T13 | Step::T23 => &[Role::Chair],
            Step::T15 => &[Role::QualityReviewer],
            Step::T21 => &[Role::RegisterManager],
            _ => &[Role::Coordinator],
        }
    }

    /// Whether the step leads a review on. The others put it off, send it back, stop it or take it up again: pages show those apart,
    /// so that the way on stands first.
    pub fn leads_on(self) -> bool {
        !matches!(self, Step::T4 | Step::T5 | Step::T10 | Step::T13 | Step::T15 | Step::T18 | Step::T22 | Step::T23)
    }

    /// The kind of proposal the national coordination must have signed first (ruling 26).
    pub fn co_signed(self, from: State) -> Option<&'static str> {
        match self {
            Step::T4 => Some("not_reviewed"),
            Step::T18 => Some("closed_unpublished"),
            Step::T22 if matches!(from, State::NotReviewed | State::Closed) => Some("reopened"),
            Step::T23 => Some("stopped"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_real_review_with_a_deferral_and_a_second_round_is_a_path() {
        let path = [
            (Step::T2, "screening"), (Step::T3, "commissioned"), (Step::T5, "deferred"), (Step::T6, "commissioned"), (Step::T7, "preparation"), (Step::T8, "gathering"),
            (Step::T9, "panel"), (Step::T11, "drafting"), (Step::T12, "consultation"), (Step::T14, "quality_review"), (Step::T15, "drafting"), (Step::T12, "consultation"),
            (Step::T14, "quality_review"), (Step::T16, "decided"), (Step::T17, "published"), (Step::T19, "follow_up"), (Step::T20, "closed"),
        ];
        let (mut state, mut left) = (State::Notified, None);
        for (step, expected) in path {
            let next = step.leads(state, left).unwrap_or_else(|| panic!("{step:?} from {state:?}"));
            left = (next == State::Deferred).then_some(state);
            state = next;
            assert_eq!(state.word(), expected);
        }
    }

    #[test]
    fn each_state_but_closed_has_a_way_on_and_each_step_a_start() {
        // A case that went into another moves no more.
        for state in State::ALL.into_iter().filter(|state| *state != State::Merged) {
            let left = Some(State::Panel);
            assert!(Step::ALL.into_iter().any(|step| step.leads(state, left).is_some()), "{state:?} leads nowhere");
        }
        for step in Step::ALL.into_iter().filter(|step| *step != Step::T1) {
            assert!(State::ALL.into_iter().any(|state| step.leads(state, Some(State::Panel)).is_some()), "{step:?} starts nowhere");
        }
    }

    #[test]
    fn every_state_but_the_last_has_one_step_that_leads_on_and_none_of_those_goes_back() {
        for state in State::ALL {
            let on: Vec<State> = Step::ALL.into_iter().filter(|step| step.leads_on()).filter_map(|step| step.leads(state, Some(State::Panel))).collect();
            assert_eq!(on.len(), usize::from(!matches!(state, State::Closed | State::Merged)), "{state:?} leads on to {on:?}");
            assert!(state == State::Deferred || on.iter().all(|to| to.phase(None) >= state.phase(None)), "{state:?} goes back to {on:?}");
        }
    }

    #[test]
    fn the_report_stands_still_from_quality_review_to_publication_and_a_new_round_frees_it() {
        let frozen: Vec<&str> = State::ALL.into_iter().filter(|state| state.freezes_report(None)).map(State::word).collect();
        assert_eq!(frozen, ["quality_review", "decided"]);
        assert!(State::Deferred.freezes_report(Some(State::QualityReview)) && !State::Deferred.freezes_report(Some(State::Drafting)));
        for state in State::ALL.into_iter().filter(|state| state.freezes_report(None)) {
            assert!([Step::T13, Step::T15].into_iter().any(|step| step.leads(state, None) == Some(State::Drafting)), "{state:?} leaves no way to mend");
        }
    }

    #[test]
    fn nobody_is_invited_before_a_review_is_decided_on_or_once_the_panel_reads() {
        let inviting: Vec<&str> = State::ALL.into_iter().filter(|state| state.takes_invitations()).map(State::word).collect();
        assert_eq!(inviting, ["commissioned", "preparation", "gathering"]);
        assert!(Step::T10.leads(State::Panel, None).is_some_and(State::takes_invitations), "the panel has a way to ask for more");
    }

    #[test]
    fn a_published_or_closed_case_is_never_deferred_or_stopped() {
        for state in [State::Decided, State::Published, State::ClosedUnpublished, State::FollowUp, State::Closed, State::Notified, State::Deferred] {
            assert_eq!((Step::T5.leads(state, Some(State::Panel)), Step::T23.leads(state, Some(State::Panel))), (None, None), "{state:?}");
        }
    }
}
