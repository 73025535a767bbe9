//! The wrong person in a case: the coordinator names the person's key or a relative's place, two officers decide and read nothing, then
//! the coordinator's session corrects the content (`workflow.md` section 7; I-5). The person is told by the coordinator alone.

mod api;
mod carry_out;
mod pages;
mod store;

use serde::Serialize;

use super::{CaseError, hats_in_role};
use crate::access::{Act, Kind, Role};
use crate::compartments;
use crate::forms;
use crate::ids::{CaseId, MembershipId, RelativeId, RemovalId};
use crate::notices;
use crate::tx::{Entry, FieldFault, Place, Refused, Tx};

pub use carry_out::{CARRY_OUT, carry_out};

/// Who proposes a removal, sees it and takes it back.
pub static PROPOSE_REMOVAL: Act = Act { name: "removal.propose", within: Kind::Case, by: &[Role::Coordinator], step_up: false };
/// Who sees what waits for a decision.
pub static READ_REMOVALS: Act = Act { name: "removal.list", within: Kind::System, by: &[Role::RecoveryOfficer], step_up: false };
/// Who decides.
pub static DECIDE_REMOVAL: Act = Act { name: "removal.decide", within: Kind::System, by: &[Role::RecoveryOfficer], step_up: true };

/// Why a person is to be removed.
pub const REASONS: [&str; 3] = ["mistaken_identity", "entered_twice", "not_concerned"];
/// On what an officer confirms.
pub const GROUNDS: [&str; 3] = ["source_checked", "court", "asked_by_person"];
/// The lists of the notification whose rows are persons with a key.
pub(super) const PERSONS: [&str; 4] = ["victims", "suspects", "children", "others"];

/// A removal, as its coordinator and the officers see it: never a name.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Removal {
    /// Id.
    pub id: RemovalId,
    /// What coordinator and officers call it among each other.
    pub reference: String,
    /// The key of the person in the notification, or `relative`.
    pub subject: String,
    /// The relative; for the coordinator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relative: Option<RelativeId>,
    /// Why.
    pub reason: String,
    /// `open`, `first`, `confirmed`, `done`, `refused`, `withdrawn`.
    pub state: String,
    /// When it was proposed.
    pub made_at: chrono::DateTime<chrono::Utc>,
    /// When it was carried out.
    pub done_at: Option<chrono::DateTime<chrono::Utc>>,
}

/// Whom to remove.
#[derive(Clone, Debug)]
pub enum Subject {
    /// A row of the notification, by its key.
    Person(String),
    /// A relative, with their place.
    Relative(RelativeId),
}

/// Proposes a removal: officers are asked.
///
/// # Errors
/// `Faults` for a key the notification does not have, a relative one is not contact of, or another reason; `Rule("no-officers")` when
/// fewer than two can decide; `Rule("already-there")`; `Locked`.
pub fn propose_removal(tx: &mut Tx, case: CaseId, subject: &Subject, reason: &str) -> Result<RemovalId, Refused> {
    let within = compartments::of_kind(tx, case, Kind::Case)?;
    let permit = tx.permit(&PROPOSE_REMOVAL, Place::Compartment(within), case.uuid())?;
    let fault = |field: &str| Refused::Faults(vec![FieldFault::new(field, "not-an-option")]);
    let reason = REASONS.into_iter().find(|known| *known == reason).ok_or_else(|| fault("reason"))?;
    let (key, relative) = match subject {
        Subject::Person(key) => {
            let listed = compartments::list(tx, &permit, "notification", None)?.pop().ok_or(Refused::NotFound)?;
            let notification = compartments::open::<form::Answers>(tx, &permit, listed.id)?.body;
            if !carry_out::has(&notification, key) {
                return Err(fault("subject"));
            }
            (key.clone(), None)
        }
        Subject::Relative(relative) => {
            if !store::is_contact(tx.db(), *relative, case)? {
                return Err(fault("subject"));
            }
            ("relative".to_owned(), Some(*relative))
        }
    };
    let (bureau, hat, id) = (tx.bureau()?, tx.hat()?, RemovalId::new());
    let officers = store::officers(tx.db(), bureau)?;
    if officers.len() < 2 {
        return Err(Refused::Rule("no-officers"));
    }
    store::insert(tx.db(), &store::New { id, case, bureau, subject: &key, relative, reason, by: hat })?;
    for officer in officers {
        notices::tell(tx, officer, notices::Kind::TaskAssigned, None, Some(id.uuid()))?;
    }
    Ok(id)
}

/// The removals of a case.
///
/// # Errors
/// `NotFound`, `NotYours`.
pub fn removals(tx: &mut Tx, case: CaseId) -> Result<Vec<Removal>, Refused> {
    tx.permit(&PROPOSE_REMOVAL, Place::Case(case), case.uuid())?;
    store::of_case(tx.db(), case)
}

/// Takes a proposal back, while it is not decided.
///
/// # Errors
/// `NotFound`; `Rule("removal-decided")`.
pub fn withdraw_removal(tx: &mut Tx, case: CaseId, id: RemovalId) -> Result<(), Refused> {
    tx.permit(&PROPOSE_REMOVAL, Place::Case(case), id.uuid())?;
    if !matches!(store::found(tx.db(), case, id)?.state.as_str(), "open" | "first") {
        return Err(Refused::Rule("removal-decided"));
    }
    let now = tx.now();
    store::set_state(tx.db(), id, "withdrawn", now)
}

/// What waits for the officers of a bureau, and what they decided.
///
/// # Errors
/// `NotFound` for other roles.
pub fn waiting_removals(tx: &mut Tx) -> Result<Vec<Removal>, Refused> {
    tx.permit(&READ_REMOVALS, Place::Hat, None)?;
    let mut all = store::of_bureau(tx.db())?;
    for one in &mut all {
        one.relative = None;
    }
    Ok(all)
}

/// What came of an officer's word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Decided {
    /// A second officer is needed.
    First,
    /// It is decided.
    Second,
}

/// An officer confirms. With the second word a relative's place is closed and emptied at once; a person of the notification is taken out
/// in the coordinator's next session.
///
/// # Errors
/// `NotFound`; `Rule("own-role")` for who proposed it; `Rule("same-person-twice")`; `Rule("administrators-decide-not")`; `Faults` without a
/// ground; `StepUp`.
pub fn confirm_removal(tx: &mut Tx, id: RemovalId, ground: &str) -> Result<Decided, Refused> {
    tx.permit(&DECIDE_REMOVAL, Place::Hat, id.uuid())?;
    let ground = GROUNDS.into_iter().find(|known| *known == ground).ok_or_else(|| Refused::Faults(vec![FieldFault::new("ground", "not-an-option")]))?;
    let decided = match store::confirm(tx.db(), id, ground)?.as_str() {
        "first" => return Ok(Decided::First),
        "second" => Decided::Second,
        "own" => return Err(Refused::Rule("own-role")),
        "same" => return Err(Refused::Rule("same-person-twice")),
        "administrator" => return Err(Refused::Rule("administrators-decide-not")),
        _ => return Err(Refused::NotFound),
    };
    tell_proposer(tx, id)?;
    Ok(decided)
}

/// An officer refuses.
///
/// # Errors
/// `NotFound`; `StepUp`.
pub fn refuse_removal(tx: &mut Tx, id: RemovalId) -> Result<(), Refused> {
    tx.permit(&DECIDE_REMOVAL, Place::Hat, id.uuid())?;
    if !store::refuse(tx.db(), id)? {
        return Err(Refused::NotFound);
    }
    tell_proposer(tx, id)
}

fn tell_proposer(tx: &mut Tx, id: RemovalId) -> Result<(), Refused> {
    let (by, case): (MembershipId, CaseId) = store::proposer(tx.db(), id)?;
    tx.note(Entry::done("removal.decided").of_case(case).on(id.uuid()));
    notices::tell(tx, by, notices::Kind::Answered, Some(case), None)
}

/// Those who code or keep the record hear that a person was taken out: codes carry no name, and are put right by them.
fn tell_register(tx: &mut Tx, case: CaseId) -> Result<(), Refused> {
    for role in [Role::Coder, Role::RegisterManager] {
        for hat in hats_in_role(tx, case, role)? {
            notices::tell(tx, hat, notices::Kind::TaskAssigned, Some(case), None)?;
        }
    }
    Ok(())
}

/// The persons of the notification that could be removed: keys only, for the page of the proposal.
///
/// # Errors
/// `NotFound`; `Locked`.
pub fn keys_of(tx: &mut Tx, case: CaseId) -> Result<Vec<String>, CaseError> {
    let within = compartments::of_kind(tx, case, Kind::Case)?;
    let document = forms::open_all(tx, &super::NOTIFICATION, within)?.pop();
    Ok(document.map(|document| carry_out::keys(&document.answers)).unwrap_or_default())
}

/// Adds the routes.
pub(super) fn routes(routes: &mut crate::http::Routes) {
    api::routes(routes);
    pages::routes(routes);
}
