//! The small fixed set of tables that a snapshot offers to everybody: each public outcome of the case itself, by the period alone. It is proposed as
//! the snapshot is frozen, so that nobody has to know of it, and goes the way of any publication: two output checkers, and the gate.

use serde::Serialize;

use super::doubt::{self, NOT_RELIABLE};
use super::output_store::{self, NewRequest};
use super::tables::{self, Wanted};
use super::{output, store};
use crate::access::{Act, Kind, Role};
use crate::counting;
use crate::ids::{OutputRequestId, SnapshotId};
use crate::register::{self, Invented, Snapshot};
use crate::tx::{Place, Refused, Tx};

/// Who proposes the fixed set of public tables of a snapshot once more.
pub static FIXED_SET: Act = Act { name: "output.fixed_set", within: Kind::Project, by: &[Role::RegisterManager], step_up: false };

/// Why a fixed table is wanted.
const FIXED: &str = "fixed_set";

/// Freezes the register, and proposes the fixed set of the new snapshot in the same transaction: there is no snapshot without its set. No other form
/// of an answer has left a snapshot that did not exist, so that nothing of the set is closed yet, and nothing is counted or spent for it.
///
/// # Errors
/// As [`register::take`].
pub fn freeze(tx: &mut Tx, invented: Option<Invented>) -> Result<Snapshot, Refused> {
    let snapshot = register::take(tx, invented)?;
    let (parts, hat, register) = (tx.parts(), tx.hat()?, register::register_of(tx)?);
    let book = parts.config.codebook_of(&snapshot.codebook).ok_or_else(|| Refused::Internal(format!("codebook {}", snapshot.codebook)))?;
    for question in counting::fixed_set(book, snapshot.taken_at)? {
        // What coders don't agree on is not published; the manager reads how many those are.
        if doubt::withheld(&doubt::doubts(tx, &snapshot, question.outcome(), None)?) {
            continue;
        }
        let new = NewRequest {
            id: OutputRequestId::new(), project: None, snapshot: snapshot.id, question: question.id(), outcome: question.outcome().to_owned(), second: None, purpose: "publication", reason: FIXED.to_owned(),
        };
        output_store::insert_request(tx.db(), register, hat, &new)?;
    }
    Ok(snapshot)
}

/// How far the fixed set of a snapshot is, in tables.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct FixedState {
    /// Wait for output checkers.
    pub waiting: usize,
    /// Are had by everybody.
    pub public: usize,
    /// Stay inside: a checker or the gate said so.
    pub inside: usize,
    /// Are not published: coders agree too little on what they count.
    pub withheld: usize,
    /// Were never proposed: the snapshot is older than that.
    pub unproposed: usize,
}

impl FixedState {
    /// Whether there is anything to propose once more.
    pub fn can_be_proposed(self) -> bool {
        self.inside + self.unproposed > 0
    }
}

/// How far the fixed set of a snapshot is; nothing of one whose codebook is configured no more.
///
/// # Errors
/// Database errors only; who may not see what waits sees none of it.
pub fn fixed_state(tx: &mut Tx, snapshot: &Snapshot) -> Result<FixedState, Refused> {
    let (parts, mut state) = (tx.parts(), FixedState::default());
    let Some(book) = parts.config.codebook_of(&snapshot.codebook) else { return Ok(state) };
    let (asked, public) = (output_store::publications(tx.db(), snapshot.id)?, output_store::public_tables(tx.db(), snapshot.id)?);
    for question in counting::fixed_set(book, snapshot.taken_at)? {
        let id = question.id();
        let mut came_to = asked.iter().filter(|(table, _)| *table == id).map(|(_, state)| state.as_str()).peekable();
        let count = if public.contains(&id) {
            &mut state.public
        } else if doubt::withheld(&doubt::doubts(tx, snapshot, question.outcome(), None)?) {
            &mut state.withheld
        } else if came_to.peek().is_none() {
            &mut state.unproposed
        } else if came_to.any(|state| state == "open") {
            &mut state.waiting
        } else {
            &mut state.inside
        };
        *count += 1;
    }
    Ok(state)
}

/// What became of the fixed set of a snapshot.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FixedSet {
    /// How many tables wait for the checkers now.
    pub proposed: usize,
    /// Outcomes of the set that were not proposed since the gate would not give them, or coders agree too little.
    pub left_out: Vec<LeftOut>,
}

/// An outcome of the fixed set that is not proposed.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LeftOut {
    /// The outcome.
    pub outcome: String,
    /// Name.
    pub label: codebook::Label,
    /// The rule: `gate-family`, `not-reliable`.
    pub why: &'static str,
    /// The other form of the same answer that left this snapshot before.
    pub kept_by: Option<String>,
}

/// Proposes once more what of the fixed set of a snapshot neither is public nor waits: of a snapshot that was frozen before the set proposed itself,
/// or what a checker or the gate kept inside. Each goes the way of any publication: two checkers, and the gate. Returns how many wait now, and
/// which can't be given: another form of the same answer left first, or coders agree too little.
///
/// # Errors
/// `NotFound` for who does not manage the register, and for a snapshot of another one.
pub fn propose_fixed_set(tx: &mut Tx, snapshot: SnapshotId) -> Result<FixedSet, Refused> {
    tx.permit(&FIXED_SET, Place::Hat, snapshot.uuid())?;
    let (snapshot, outcomes, keys) = tables::askable(tx, Some(snapshot), None)?;
    let period: Vec<String> = keys.iter().filter(|key| key.period).map(|key| key.id.clone()).collect();
    let mut set = FixedSet { proposed: 0, left_out: vec![] };
    for outcome in outcomes.iter().filter(|outcome| outcome.is_fixed()) {
        let wanted = Wanted { snapshot: Some(snapshot.id), keys: period.clone(), outcome: outcome.id.clone() };
        let question = tables::preview(tx, None, &wanted)?;
        if store::released(tx.db(), snapshot.id, &question.table)?.is_some_and(|entered| entered.public) {
            continue;
        }
        match output::enter(tx, None, &wanted, true, FIXED) {
            Ok(_) => set.proposed += 1,
            Err(Refused::Rule("already-there")) => {}
            Err(Refused::Rule(why @ ("gate-family" | NOT_RELIABLE))) => set.left_out.push(LeftOut { outcome: outcome.id.clone(), label: outcome.label.clone(), why, kept_by: question.kept_by }),
            Err(why) => return Err(why),
        }
    }
    Ok(set)
}
