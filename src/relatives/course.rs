//! How it goes: in which phase the case is, for the relative and who supports them. Never who else takes part.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::store;
use crate::access::{Act, Kind, Role};
use crate::cases::{Phase, State};
use crate::ids::RelativeId;
use crate::tx::{Place, Refused, Tx};

/// Who sees how it goes.
pub static READ_COURSE: Act = Act { name: "relative.course", within: Kind::Kin, by: &[Role::Relative, Role::Supporter, Role::Coordinator], step_up: false };

/// Where the case stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Course {
    /// `report`, `reaction` ...; its texts are `own-phase-<word>`, `own-now-<state>` and `own-next-<state>`.
    pub phase: &'static str,
    /// The state; of a deferred case the one it left.
    pub state: &'static str,
    /// Whether it waits.
    pub deferred: bool,
    /// Since when.
    pub since: DateTime<Utc>,
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
    Ok(told(state, left, since))
}

fn told(state: State, left: Option<State>, since: DateTime<Utc>) -> Course {
    let deferred = state == State::Deferred;
    let shown = if deferred { left.unwrap_or(State::Screening) } else { state };
    Course { phase: state.phase(left).word(), state: shown.word(), deferred, since }
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
    fn every_state_says_in_two_languages_what_happens_now_and_next() {
        let lacking: Vec<String> = State::ALL.into_iter().filter(|state| *state != State::Deferred).flat_map(|state| ["now", "next"].map(|what| format!("own-{what}-{}", state.word())))
            .chain(phases().map(|phase| format!("own-phase-{phase}"))).flat_map(|key| [Language::Nl, Language::En].map(|language| (language, key.clone())))
            .filter(|(language, key)| !Texts::shared().has(*language, key)).map(|(language, key)| format!("{} {key}", language.code())).collect();
        assert!(lacking.is_empty(), "{lacking:?}");
    }

    #[test]
    fn a_deferred_case_shows_where_it_was_and_that_it_waits() {
        let at = Utc::now();
        assert_eq!(told(State::Deferred, Some(State::Drafting), at), Course { phase: "report", state: "drafting", deferred: true, since: at });
        assert!(!told(State::Panel, None, at).deferred);
    }
}
