//! How it goes: in which phase the case is, for the relative and who supports them. Never who else takes part.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::store;
use crate::access::{Act, Kind, Role};
use crate::cases::{self, Phase, State};
use crate::ids::RelativeId;
use crate::settings::Relatives;
use crate::tx::{Place, Refused, Tx};

/// Who sees how it goes.
pub static READ_COURSE: Act = Act { name: "relative.course", within: Kind::Kin, by: &[Role::Relative, Role::Supporter, Role::Coordinator], step_up: false };

/// Where the case stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Course {
    /// `report`, `reaction` ...; its text is `own-phase-<word>`.
    pub phase: &'static str,
    /// How far relatives take part in this case.
    pub takes_part: Relatives,
    /// The state; of a deferred case the one it left.
    pub state: &'static str,
    /// Whether it waits.
    pub deferred: bool,
    /// Since when.
    pub since: DateTime<Utc>,
}

impl Course {
    /// The key of the text that says what happens now, or next: `own-now-<state>`, `own-next-<state>`; where relatives read no draft, or
    /// tell nothing, the text that promises it is another one.
    pub fn text(&self, when: &str) -> String {
        let other = match (when, self.state) {
            ("next", "drafting") | ("now" | "next", "consultation") if !self.takes_part.read_draft() => "-told",
            ("next", "preparation") | ("now", "gathering") if !self.takes_part.tell() => "-informed",
            _ => "",
        };
        format!("own-{when}-{}{other}", self.state)
    }
}

/// Where a relative's case stands.
///
/// # Errors
/// `NotFound` for who does not belong here.
pub fn course(tx: &mut Tx, id: RelativeId) -> Result<Course, Refused> {
    let found = store::found(tx.db(), id)?;
    tx.permit(&READ_COURSE, Place::Compartment(found.compartment), id.uuid())?;
    let (state, left, since) = store::stands(tx.db(), id)?.ok_or(Refused::NotFound)?;
    let of = |word: &str| State::from_word(word).ok_or_else(|| Refused::Internal(format!("state {word}")));
    let (state, left) = (of(&state)?, left.as_deref().map(of).transpose()?);
    let takes_part = cases::profile_of_place(tx, found.compartment)?.relatives;
    Ok(told(state, left, since, takes_part))
}

fn told(state: State, left: Option<State>, since: DateTime<Utc>, takes_part: Relatives) -> Course {
    let deferred = state == State::Deferred;
    let shown = if deferred { left.unwrap_or(State::Screening) } else { state };
    Course { phase: state.phase(left).word(), takes_part, state: shown.word(), deferred, since }
}

/// The phases in order, as a relative reads them.
pub fn phases() -> [&'static str; 9] {
    Phase::ALL.map(Phase::word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::{Language, Texts};

    #[test]
    fn every_state_says_in_two_languages_what_happens_now_and_next_however_far_relatives_take_part() {
        let of = |state: State| [Relatives::Full, Relatives::Talk, Relatives::Informed].map(|takes_part| told(state, None, Utc::now(), takes_part));
        let lacking: Vec<String> = State::ALL.into_iter().filter(|state| *state != State::Deferred).flat_map(of).flat_map(|course| ["now", "next"].map(|when| course.text(when)))
            .chain(phases().map(|phase| format!("own-phase-{phase}"))).flat_map(|key| [Language::Nl, Language::En].map(|language| (language, key.clone())))
            .filter(|(language, key)| !Texts::shared().has(*language, key)).map(|(language, key)| format!("{} {key}", language.code())).collect();
        assert!(lacking.is_empty(), "{lacking:?}");
    }

    #[test]
    fn who_reads_no_draft_is_not_promised_one() {
        let text = |state, takes_part, when| told(state, None, Utc::now(), takes_part).text(when);
        assert_eq!(text(State::Drafting, Relatives::Full, "next"), "own-next-drafting");
        assert_eq!(text(State::Drafting, Relatives::Talk, "next"), "own-next-drafting-told");
        assert_eq!(text(State::Consultation, Relatives::Informed, "now"), "own-now-consultation-told");
        assert_eq!(text(State::Gathering, Relatives::Talk, "now"), "own-now-gathering");
        assert_eq!(text(State::Gathering, Relatives::Informed, "now"), "own-now-gathering-informed");
    }

    #[test]
    fn a_deferred_case_shows_where_it_was_and_that_it_waits() {
        let at = Utc::now();
        assert_eq!(told(State::Deferred, Some(State::Drafting), at, Relatives::Full), Course { phase: "report", takes_part: Relatives::Full, state: "drafting", deferred: true, since: at });
        assert!(!told(State::Panel, None, at, Relatives::Full).deferred);
    }
}
