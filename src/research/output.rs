//! What goes beyond the automatic budget, or into the open: two output checkers agree, and the attack still decides.

use chrono::{DateTime, Utc};
use gate::Terms;
use serde::Serialize;

use super::store;
use super::tables::{self, Wanted};
use crate::access::{Act, Kind, Role};
use crate::ids::{OutputRequestId, ProjectId, SnapshotId};
use crate::register;
use crate::tx::{FieldFault, Place, Refused, Tx};

/// Who asks for a table beyond the budget, or for one to be made public.
pub static REQUEST: Act = Act { name: "output.request", within: Kind::Project, by: &[Role::Researcher, Role::RegisterManager], step_up: false };
/// Who checks; never who asked.
pub static CHECK: Act = Act { name: "output.check", within: Kind::Project, by: &[Role::OutputChecker], step_up: true };
/// Who sees what waits.
static SEE: Act = Act { name: "output.see", within: Kind::Project, by: &[Role::Researcher, Role::OutputChecker, Role::RegisterManager, Role::AccessCommittee], step_up: false };

/// How many checkers must agree.
const NEEDED: i64 = 2;
/// Why a table is wanted.
pub const REASONS: [&str; 4] = ["research_question", "comparison", "series", "policy"];
/// Why a checker lets it leave, or not.
pub const FINDINGS: [&str; 5] = ["safe", "small_group", "adds_up", "not_needed", "outside_project"];

/// A table that waits for output checkers.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// Id.
    pub id: OutputRequestId,
    /// The snapshot.
    pub snapshot: SnapshotId,
    /// Which project asked; none for a publication the register manager proposes.
    pub project: Option<String>,
    /// What is counted.
    pub outcome: String,
    /// The key beside the period.
    pub second: Option<String>,
    /// `beyond_budget` or `publication`.
    pub purpose: String,
    /// Why.
    pub reason: String,
    /// `open`, `released`, `refused`.
    pub state: String,
    /// When.
    pub requested_at: DateTime<Utc>,
    /// Checkers who agreed so far.
    pub agreed: i64,
    /// Whether the caller has checked it.
    pub checked: bool,
    /// What the table adds to an attacker's knowledge; for checkers.
    pub adds: Option<Adds>,
}

/// How far the attack comes before and after.
#[derive(Clone, Copy, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Adds {
    /// Area under the curve over what is out; 0.5 is guessing.
    pub before: f64,
    /// With this table as well.
    pub after: f64,
    /// Above this the gate refuses.
    pub most: f64,
    /// Cells given of the outcome.
    pub spent: u32,
    /// Cells of this table.
    pub cells: u32,
}

/// A checker's verdict.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It may leave.
    Release,
    /// It may not.
    Refuse,
}

/// How far a request came by a verdict.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Checked {
    /// One more checker is needed.
    Once,
    /// It has left.
    Released,
    /// It stays inside.
    Refused,
}

/// Asks for a table beyond the budget, or for publication of one.
///
/// # Errors
/// `Faults` for no question or no reason of the list; `Rule("already-there")` while the same waits.
pub fn request(tx: &mut Tx, project: Option<ProjectId>, wanted: &Wanted, publication: bool, reason: &str) -> Result<OutputRequestId, Refused> {
    tx.permit(&REQUEST, Place::Hat, project.map(|id| id.uuid()))?;
    if !REASONS.contains(&reason) {
        return Err(Refused::Faults(vec![FieldFault::new("reason", "not-an-option")]));
    }
    if let Some(project) = project {
        store::found(tx.db(), project)?;
    }
    let preview = tables::preview(tx, project, wanted)?;
    let id = OutputRequestId::new();
    let (hat, register) = (tx.hat()?, register::register_of(tx)?);
    let new = store::NewRequest {
        id, project, snapshot: preview.snapshot.id, question: preview.table, outcome: preview.outcome, second: preview.keys.get(1).cloned(),
        purpose: if publication { "publication" } else { "beyond_budget" }, reason: reason.to_owned(),
    };
    store::insert_request(tx.db(), register, hat, &new)?;
    Ok(id)
}

/// What waits, and what was settled; the open ones first. Checkers see what each would add to an attacker's knowledge.
///
/// # Errors
/// `NotFound` for other roles.
pub fn requests(tx: &mut Tx) -> Result<Vec<Request>, Refused> {
    tx.permit(&SEE, Place::Hat, None)?;
    let hat = tx.hat()?;
    let checker = tx.session()?.role == Some(Role::OutputChecker);
    let mut found = store::requests(tx.db(), hat, None)?;
    if checker {
        for request in found.iter_mut().filter(|request| request.state == "open") {
            request.adds = Some(adds(tx, request)?);
        }
    }
    Ok(found)
}

fn adds(tx: &mut Tx, request: &Request) -> Result<Adds, Refused> {
    let (_, loaded, question, ledger) = tables::ready(tx, request.snapshot, &request.outcome, request.second.as_deref())?;
    let (before, after) = loaded.adds(&ledger, &question)?;
    Ok(Adds { before, after, most: gate::attack::MOST_AUC, spent: ledger.spent(question.outcome()), cells: question.cells() })
}

/// Gives a verdict. One refusal keeps the table inside; the second agreement lets it leave, if the attack on everything
/// released and this table stays below its bound.
///
/// # Errors
/// `Rule("same-person-twice")`; `Rule("already-settled")`; `Rule("gate-reconstruction")` when the attack comes too far.
pub fn check(tx: &mut Tx, id: OutputRequestId, verdict: Verdict, finding: &str) -> Result<Checked, Refused> {
    tx.permit(&CHECK, Place::Hat, id.uuid())?;
    if !FINDINGS.contains(&finding) || (finding == "safe") != (verdict == Verdict::Release) {
        return Err(Refused::Faults(vec![FieldFault::new("finding", "not-an-option")]));
    }
    let hat = tx.hat()?;
    let request = store::requests(tx.db(), hat, Some(id))?.pop().ok_or(Refused::NotFound)?;
    if request.state != "open" {
        return Err(Refused::Rule("already-settled"));
    }
    if request.checked || store::person_checked(tx.db(), id, hat)? {
        return Err(Refused::Rule("same-person-twice"));
    }
    store::insert_check(tx.db(), id, hat, verdict == Verdict::Release, finding)?;
    if verdict == Verdict::Refuse {
        store::settle_request(tx.db(), id, "refused")?;
        return Ok(Checked::Refused);
    }
    if request.agreed + 1 < NEEDED {
        return Ok(Checked::Once);
    }
    let (snapshot, loaded, question, ledger) = tables::ready(tx, request.snapshot, &request.outcome, request.second.as_deref())?;
    store::lock_ledger(tx.db(), snapshot.id)?;
    if store::released(tx.db(), snapshot.id, &question.id())?.is_none() {
        let project = store::project_of_request(tx.db(), id)?;
        let answer = loaded.ask(&ledger, &question, Terms { quota: None, checked: true }).map_err(|why| match why {
            gate::Refused::Malformed(why) => Refused::Internal(why.to_string()),
            _ => Refused::Rule("gate-reconstruction"),
        })?;
        tables::enter(tx, &loaded, snapshot.id, &question, &answer, project, true)?;
    }
    if request.purpose == "publication" {
        let now = tx.now();
        store::make_public(tx.db(), snapshot.id, &question.id(), now)?;
    }
    store::settle_request(tx.db(), id, "released")?;
    Ok(Checked::Released)
}
