//! A thematic review reads what was released into earlier ones (ruling 31): its coordinator names theme and cases, the coordinator of each case
//! chooses copies, their organisations are asked, and what they agree to is placed with the thematic panel, which learns no name and no case.

mod api;
mod by_itself;
mod choose;
mod consent;
mod pages;
mod sources;
mod store;
mod words;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::access::{Act, Kind, Role};
use crate::cases::{self, State};
use crate::ids::CaseId;
use crate::tx::{Refused, Tx};

pub use by_itself::remind;
pub use choose::{ASK, Asked, Choice, PLACE, READ_ASKED, SETTLE, ask, asked, is_asked, nothing, place};
pub use consent::{AGREE, READ_REQUESTS, REFUSE, Request, agree, is_requested, refuse, requests};
pub use sources::{NAME, READ_SOURCES, Source, Sources, drop_source, name_source, name_theme, sources};

/// What a thematic review is about: a code of the codebook's list `theme`, or plain words where none fits. Kept sealed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Theme {
    /// A code of the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theme: Option<i64>,
    /// Plain words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
}

/// How far a source is, or one of its copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Its coordinator, or the organisation, is asked.
    Asked,
    /// Copies are chosen; their organisations are asked.
    Chosen,
    /// The organisation agrees.
    Agreed,
    /// The organisation does not agree, or not any more.
    Refused,
    /// Nobody answered in time.
    Unanswered,
    /// Placed with the thematic panel.
    Placed,
    /// Agreed to, and corrected, removed or shredded before it was placed.
    Gone,
    /// Nothing of it is placed.
    Nothing,
}

impl Stage {
    /// The word behind `thematic-`.
    pub fn word(self) -> &'static str {
        match self {
            Stage::Asked => "asked",
            Stage::Chosen => "chosen",
            Stage::Agreed => "agreed",
            Stage::Refused => "refused",
            Stage::Unanswered => "unanswered",
            Stage::Placed => "placed",
            Stage::Gone => "gone",
            Stage::Nothing => "nothing",
        }
    }
    /// The stage of a source: whether something of it is placed, it was settled with nothing, organisations were asked.
    fn of_source(placed: bool, nothing: bool, asked: bool) -> Stage {
        if placed {
            Stage::Placed
        } else if nothing {
            Stage::Nothing
        } else if asked {
            Stage::Chosen
        } else {
            Stage::Asked
        }
    }
    /// The stage of a copy by its word in the database.
    fn of_item(state: &str, due: NaiveDate, today: NaiveDate) -> Stage {
        match state {
            "agreed" => Stage::Agreed,
            "refused" => Stage::Refused,
            "placed" => Stage::Placed,
            "gone" => Stage::Gone,
            _ if due < today => Stage::Unanswered,
            _ => Stage::Asked,
        }
    }
}

/// States in which a thematic review still takes what was released into earlier ones: until its report is written.
const TAKES: [State; 5] = [State::Screening, State::Commissioned, State::Preparation, State::Gathering, State::Panel];
/// States of a case whose report was settled.
const SETTLED: [State; 4] = [State::Published, State::FollowUp, State::Closed, State::ClosedUnpublished];

/// The longest words, in characters.
const LONGEST: usize = 4_000;

/// Refuses what can't be done with a thematic review any more.
fn still_takes(tx: &mut Tx, batch: CaseId) -> Result<(), Refused> {
    let (state, _) = cases::state_and_profile(tx, batch)?;
    if TAKES.contains(&state) { Ok(()) } else { Err(Refused::Rule("thematic-too-late")) }
}

const fn of_case(name: &'static str) -> Act {
    Act { name, within: Kind::Case, by: &[Role::Coordinator], step_up: false }
}

/// Adds the room's routes.
pub fn routes(routes: &mut crate::http::Routes) {
    api::routes(routes);
    pages::routes(routes);
}
