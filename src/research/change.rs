//! What becomes of an approved project: a later last day or one more person, asked for by the applicant, or an end, proposed by a member
//! of the committee with a reason of the list. Two members, two people, decide on each.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::committee::{NEEDED, impartial};
use super::project::State;
use super::change_store;
use super::store::{self, Found};
use crate::access::{Act, Kind as Room, Role};
use crate::ids::{ProjectChangeId, ProjectId};
use crate::notices;
use crate::tx::{FieldFault, Place, Refused, Tx};

/// Who asks for a later last day.
pub static RENEW: Act = Act { name: "project.renew", within: Room::Project, by: &[Role::Researcher], step_up: false };
/// Who proposes that a project ends.
pub static END: Act = Act { name: "project.end", within: Room::Project, by: &[Role::AccessCommittee], step_up: true };
/// Who agrees to a change, or not.
pub static AGREE: Act = Act { name: "project.agree", within: Room::Project, by: &[Role::AccessCommittee], step_up: true };

/// Why a project is ended. The committee's words stand in an assessment, sealed in the project's compartment.
pub const REASONS: [&str; 5] = ["statement_broken", "other_purpose", "interest", "people_left", "not_answered"];
/// Longest time from today to a last day, in months.
const MOST_MONTHS: u32 = 60;

/// What kind of change.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A later last day.
    Renewal,
    /// The end, decided by the committee.
    Withdrawal,
    /// One more person who works in it.
    Person,
}

impl Kind {
    /// The word in the database and the API.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Renewal => "renewal",
            Kind::Withdrawal => "withdrawal",
            Kind::Person => "person",
        }
    }
    pub(super) fn from_word(word: &str) -> Result<Kind, Refused> {
        [Kind::Renewal, Kind::Withdrawal, Kind::Person].into_iter().find(|kind| kind.word() == word).ok_or_else(|| Refused::Internal(format!("change {word}")))
    }
}

/// A change as those in the project, and those who decide, see it.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// Id.
    pub id: ProjectChangeId,
    /// What kind.
    pub kind: Kind,
    /// The last day asked for.
    pub until: Option<NaiveDate>,
    /// Who is to work in it as well.
    pub person: Option<String>,
    /// Why it is to end.
    pub reason: Option<String>,
    /// `open`, `agreed`, `declined`.
    pub state: String,
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
    /// Whether the caller has voted on it.
    pub voted: bool,
}

pub(super) fn running(tx: &Tx, found: &Found) -> Result<(), Refused> {
    if found.state == State::Approved && found.ends_on.is_some_and(|day| day >= tx.today()) { Ok(()) } else { Err(Refused::Rule("project-not-open")) }
}

/// Asks for a later last day. Nothing else of the project changes: who needs other outcomes applies anew.
///
/// # Errors
/// `NotYours` for who did not apply; `Rule("project-not-open")`; `Faults` for a day that is no later one, or more than five
/// years ahead; `Rule("already-there")` while the committee still decides.
pub fn renew(tx: &mut Tx, id: ProjectId, until: NaiveDate) -> Result<ProjectChangeId, Refused> {
    let found = store::found(tx.db(), id)?;
    tx.permit(&RENEW, Place::Compartment(found.compartment), id.uuid())?;
    let hat = tx.hat()?;
    if found.applicant != hat {
        return Err(Refused::NotYours);
    }
    running(tx, &found)?;
    let most = tx.today().checked_add_months(chrono::Months::new(MOST_MONTHS)).unwrap_or(until);
    if found.ends_on.is_some_and(|day| until <= day) {
        return Err(Refused::Faults(vec![FieldFault::new("until", "not-later")]));
    }
    if until > most {
        return Err(Refused::Faults(vec![FieldFault::new("until", "too-far-ahead")]));
    }
    let change = ProjectChangeId::new();
    change_store::insert_change(tx.db(), change, id, hat, Kind::Renewal, Some(until), None)?;
    for (hat, _) in store::deciders(tx.db(), id)? {
        notices::tell(tx, hat, notices::Kind::TaskAssigned, None, Some(id.uuid()))?;
    }
    Ok(change)
}

/// Proposes that a project ends, and agrees to it. A second member decides.
///
/// # Errors
/// `Rule("project-not-open")`; `Faults` for no reason of the list; `Rule("already-there")` while one waits.
pub fn propose_end(tx: &mut Tx, id: ProjectId, reason: &str) -> Result<ProjectChangeId, Refused> {
    let found = store::found(tx.db(), id)?;
    tx.permit(&END, Place::Compartment(found.compartment), id.uuid())?;
    impartial(tx, id)?;
    if !REASONS.contains(&reason) {
        return Err(Refused::Faults(vec![FieldFault::new("reason", "not-an-option")]));
    }
    running(tx, &found)?;
    let (hat, change) = (tx.hat()?, ProjectChangeId::new());
    change_store::insert_change(tx.db(), change, id, hat, Kind::Withdrawal, None, Some(reason))?;
    change_store::insert_change_vote(tx.db(), change, hat, true)?;
    Ok(change)
}

/// Agrees to a change, or not. The second vote of one kind decides, and carries it out.
///
/// # Errors
/// `NotFound` for a change of another project; `Rule("already-settled")`; `Rule("already-voted")`, in another hat as well; `Rule("has-interest")`;
/// `Rule("project-not-open")` when the project ended meanwhile.
pub fn agree(tx: &mut Tx, id: ProjectId, change: ProjectChangeId, agrees: bool) -> Result<Change, Refused> {
    let found = store::found(tx.db(), id)?;
    tx.permit(&AGREE, Place::Compartment(found.compartment), id.uuid())?;
    impartial(tx, id)?;
    // Two votes at once would each be the first.
    store::hold(tx.db(), id.uuid())?;
    let (found, hat) = (store::found(tx.db(), id)?, tx.hat()?);
    let mut asked = change_store::changes(tx.db(), id, hat)?.into_iter().find(|known| known.id == change).ok_or(Refused::NotFound)?;
    if asked.state != "open" {
        return Err(Refused::Rule("already-settled"));
    }
    running(tx, &found)?;
    if change_store::person_voted(tx.db(), change, hat)? {
        return Err(Refused::Rule("already-voted"));
    }
    change_store::insert_change_vote(tx.db(), change, hat, agrees)?;
    asked.voted = true;
    if change_store::change_votes(tx.db(), change, agrees)? < NEEDED {
        return Ok(asked);
    }
    let (now, today) = (tx.now(), tx.today());
    asked.state = if agrees { "agreed" } else { "declined" }.to_owned();
    change_store::settle_change(tx.db(), change, &asked.state, now)?;
    match (agrees, asked.kind, asked.until) {
        (true, Kind::Renewal, Some(until)) => change_store::extend(tx.db(), id, until)?,
        (true, Kind::Withdrawal, _) => {
            store::end_listed(tx.db(), id, today)?;
            store::set_state(tx.db(), id, State::Ended)?;
        }
        _ => {}
    }
    notices::tell(tx, found.applicant, notices::Kind::Answered, None, Some(id.uuid()))?;
    Ok(asked)
}
