//! The access committee: two members agree, each having declared to have no interest; a member who has one leaves.

use std::collections::BTreeMap;

use form::text_of;
use serde::Serialize;

use super::project::{self, State};
use super::store::{self, Found};
use crate::access::{Act, Kind, Role};
use crate::compartments;
use crate::forms;
use crate::ids::{ItemId, ProjectId};
use crate::notices;
use crate::register;
use crate::tx::{FieldFault, Place, Refused, Tx};

/// Who votes on an application.
pub static VOTE: Act = Act { name: "project.vote", within: Kind::Project, by: &[Role::AccessCommittee], step_up: true };

/// How many members must agree.
pub(super) const NEEDED: usize = 2;

/// A vote.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Vote {
    /// The project may begin.
    Approve,
    /// The applicant must change it.
    Return,
    /// It may not.
    Decline,
    /// The member has an interest in it, and leaves.
    Conflict,
}

/// The words of votes.
pub const VOTES: [&str; 4] = ["approve", "return", "decline", "conflict"];

impl Vote {
    /// The vote a word means.
    pub fn from_word(word: &str) -> Option<Vote> {
        [Vote::Approve, Vote::Return, Vote::Decline, Vote::Conflict].into_iter().find(|vote| vote.word() == word)
    }
    /// The word in the database and the API.
    pub fn word(self) -> &'static str {
        match self {
            Vote::Approve => "approve",
            Vote::Return => "return",
            Vote::Decline => "decline",
            Vote::Conflict => "conflict",
        }
    }
}

/// How it stands with the application that lies before the committee.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Members who may decide have not voted yet.
    Open,
    /// All who may decide have voted and no two agree: they speak, and vote again.
    Divided,
    /// Fewer are left than must agree, since who has an interest does not count: another member is needed.
    TooFew,
}

impl Standing {
    /// The word in texts and the API.
    pub fn word(self) -> &'static str {
        match self {
            Standing::Open => "open",
            Standing::Divided => "divided",
            Standing::TooFew => "too_few",
        }
    }
    /// What follows from who has voted and who has not: two votes alike would have decided.
    pub(super) fn of(waiting: i32, voted: i32) -> Standing {
        let needed = i32::try_from(NEEDED).unwrap_or(i32::MAX);
        if waiting.saturating_add(voted) < needed {
            Standing::TooFew
        } else if waiting > 0 {
            Standing::Open
        } else {
            Standing::Divided
        }
    }
}

/// Tells who can move it on that the votes given decide nothing: the members, who vote again; or the applicant, who lays it before another.
fn tell_standing(tx: &mut Tx, id: ProjectId, found: &Found) -> Result<(), Refused> {
    let stands = store::committee_stands(tx.db(), id)?;
    match Standing::of(stands.waiting, stands.voted) {
        Standing::Open => Ok(()),
        Standing::TooFew => notices::tell(tx, found.applicant, notices::Kind::StateChanged, None, Some(id.uuid())),
        Standing::Divided => {
            let (me, members) = (tx.hat()?, compartments::members(tx, found.compartment)?);
            for (hat, _) in store::deciders(tx.db(), id)? {
                if hat != me && members.iter().any(|member| member.membership == hat) {
                    notices::tell(tx, hat, notices::Kind::TaskAssigned, None, Some(id.uuid()))?;
                }
            }
            Ok(())
        }
    }
}

/// Whether the caller has written an assessment of this project.
///
/// # Errors
/// `NotYours` for who may not read it.
pub fn assessed(tx: &mut Tx, id: ProjectId) -> Result<bool, Refused> {
    let found = store::found(tx.db(), id)?;
    Ok(own_assessment(tx, &found)?.is_some())
}

/// The caller's own assessment of what lies before the committee now: those of an earlier decision are closed.
fn own_assessment(tx: &mut Tx, found: &Found) -> Result<Option<ItemId>, Refused> {
    let hat = tx.hat()?;
    let listed = forms::list(tx, &project::ASSESSMENT, found.compartment, None)?;
    Ok(listed.iter().rev().find(|listed| listed.author == hat && listed.complete && found.decided_at.is_none_or(|at| listed.changed_at > at)).map(|listed| listed.id))
}

/// What an assessment asks. Who answers no to one of them finds that the application can't be approved as it is.
const ASKED: [&str; 3] = ["purpose_fits", "least_data", "cared_for"];

/// Cells of the register's budget that a member gives when none are named, and the most there are to give.
pub const CELLS: i32 = 60;
/// See [`CELLS`].
pub const MOST_CELLS: i32 = 300;

/// Nobody decides on what they work in themselves, nor after they declared an interest: the person counts, in whatever hat.
pub(super) fn impartial(tx: &mut Tx, id: ProjectId) -> Result<(), Refused> {
    if store::has_interest(tx.db(), id)? { Err(Refused::Rule("has-interest")) } else { Ok(()) }
}

/// Votes on an application. The second vote of one kind decides: the project begins, goes back, or ends. Who approves may say how many
/// cells the project gets; the least of those who approve counts. When all who may decide have voted and no two agree, each may vote again.
///
/// # Errors
/// `Rule("not-handed-in")`; `Rule("already-voted")`; `Rule("has-interest")`, in whatever hat; `Rule("assessment-first")`: who votes says
/// why, to the applicant; `Rule("vote-against-assessment")`: who found that something is wrong does not approve; `Faults` for cells beyond the most.
pub fn vote(tx: &mut Tx, id: ProjectId, vote: Vote, cells: Option<i32>) -> Result<State, Refused> {
    let found = store::found(tx.db(), id)?;
    tx.permit(&VOTE, Place::Compartment(found.compartment), id.uuid())?;
    // Two votes at once, each the first to its own eyes, would decide nothing.
    store::hold(tx.db(), id.uuid())?;
    let found = store::found(tx.db(), id)?;
    if found.state != State::Submitted {
        return Err(Refused::Rule("not-handed-in"));
    }
    impartial(tx, id)?;
    if cells.is_some_and(|cells| !(1..=MOST_CELLS).contains(&cells)) {
        return Err(Refused::Faults(vec![FieldFault::new("cells", "out-of-range")]));
    }
    if vote != Vote::Conflict {
        let own = own_assessment(tx, &found)?.ok_or(Refused::Rule("assessment-first"))?;
        let answers = forms::open(tx, &project::ASSESSMENT, found.compartment, own)?.answers;
        if vote == Vote::Approve && ASKED.iter().any(|field| text_of(&answers, field) == "no") {
            return Err(Refused::Rule("vote-against-assessment"));
        }
    }
    let hat = tx.hat()?;
    let given = (vote == Vote::Approve).then(|| cells.unwrap_or(CELLS));
    let stands = store::committee_stands(tx.db(), id)?;
    if Standing::of(stands.waiting, stands.voted) == Standing::Divided {
        let now = tx.now();
        store::change_vote(tx.db(), id, found.version, hat, vote.word(), given, now)?;
    } else {
        store::insert_vote(tx.db(), id, found.version, hat, vote.word(), given)?;
    }
    if vote == Vote::Conflict {
        tell_standing(tx, id, &found)?;
        compartments::leave(tx, found.compartment)?;
        return Ok(found.state);
    }
    let mut counted: BTreeMap<Vote, usize> = BTreeMap::new();
    let mut least = MOST_CELLS;
    for (word, cells) in store::votes_of_version(tx.db(), id, found.version)? {
        if let Some(vote) = Vote::from_word(&word) {
            *counted.entry(vote).or_default() += 1;
        }
        least = cells.map_or(least, |cells| least.min(cells));
    }
    if counted.get(&vote).copied().unwrap_or(0) < NEEDED {
        tell_standing(tx, id, &found)?;
        return Ok(found.state);
    }
    let now = tx.now();
    let state = match vote {
        Vote::Approve => {
            publish(tx, id, &found)?;
            State::Approved
        }
        Vote::Return => State::Returned,
        Vote::Decline | Vote::Conflict => State::Declined,
    };
    store::decide(tx.db(), id, state, if state == State::Approved { least } else { found.cells }, now)?;
    notices::tell(tx, found.applicant, notices::Kind::Answered, None, Some(id.uuid()))?;
    Ok(state)
}

/// Title, summary and institution leave the seal of the application: the list of projects is public.
fn publish(tx: &mut Tx, id: ProjectId, found: &Found) -> Result<(), Refused> {
    let answers = project::application(tx, found.compartment)?;
    let text = |field: &str| text_of(&answers, field);
    let (register, today) = (register::register_of(tx)?, tx.today());
    let public = store::NewPublic { number: found.number.clone(), title: text("title"), summary: text("summary"), organisation: text("organisation"), since: today, ends_on: found.ends_on };
    store::publish(tx.db(), id, register, &public)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_divided_when_nobody_is_left_to_vote_and_too_few_when_two_can_no_longer_agree() {
        use Standing::{Divided, Open, TooFew};
        assert_eq!([(2, 0), (1, 1), (0, 2), (1, 2), (0, 3), (0, 1), (1, 0), (0, 0)].map(|(waiting, voted)| Standing::of(waiting, voted)), [Open, Open, Divided, Open, Divided, TooFew, TooFew, TooFew]);
    }
}
