//! What goes beyond the automatic budget, or into the open: two output checkers agree, and the attack still decides.

use chrono::{DateTime, Utc};
use gate::Terms;
use serde::Serialize;

use super::doubt::{self, NOT_RELIABLE};
use super::{output_store, store};
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

/// Refusing to publish what the codebook keeps inside approved analyses.
const NOT_PUBLIC: &str = "outcome-not-public";
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
    /// The table, by the id it has once it has left.
    pub table: String,
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
    /// `open`, `released`, `refused`; `overtaken` where it was to leave beyond the budget and has left by another request.
    pub state: String,
    /// When.
    pub requested_at: DateTime<Utc>,
    /// Checkers who agreed so far.
    pub agreed: i64,
    /// Whether the caller has checked it.
    pub checked: bool,
    /// What the table adds to an attacker's knowledge; for checkers.
    pub adds: Option<Adds>,
    /// Why it ended as refused: `checker`, or the rule of the gate.
    pub refused_for: Option<String>,
    /// The project, for whoever decides.
    #[serde(skip)]
    pub(super) project_id: Option<ProjectId>,
}

/// What a table adds: how far the attack comes before and after, what shape it has, and what has left beside it. No count is among it.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
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
    /// Cells of this table that have not left yet: none where it left before and is to become public.
    pub cells: u32,
    /// Its keys, the period first, with how many categories each has.
    pub keys: Vec<KeyShape>,
    /// Categories of the outcome that are counted.
    pub categories: usize,
    /// Figures that would be shown.
    pub shown: usize,
    /// Figures that would be hidden, by reason.
    pub hidden: Vec<Kept>,
    /// Tables of the same outcome that have left this snapshot.
    pub same_outcome: Vec<Beside>,
    /// Tables of other outcomes by the same keys that have left it.
    pub same_keys: Vec<Beside>,
}

/// A key of a table, and how many categories it has.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeyShape {
    /// The key.
    pub id: String,
    /// Categories.
    pub categories: usize,
}

/// How many figures are hidden for a reason.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Kept {
    /// The reason.
    pub why: String,
    /// Figures.
    pub figures: usize,
}

/// A table that has left, beside one that waits.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Beside {
    /// The table.
    pub table: String,
    /// What it counts.
    pub outcome: String,
    /// The key beside the period.
    pub second: Option<String>,
    /// Whether everybody may see it.
    pub public: bool,
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
    /// It stays inside: a checker said so.
    Refused,
    /// It stays inside: both agreed, and a rule of the gate decided. The request says which.
    RefusedByGate,
}

/// Asks for a table beyond the budget, or for publication of one.
///
/// # Errors
/// `Faults` for no question or no reason of the list; `Rule("already-there")` while the same waits; `Rule("already-released")` for a table beyond
/// the budget that has left; `Rule("outcome-not-public")` for
/// publication of what is counted in approved projects only, whoever asks; `Rule("not-reliable")` where the snapshot withholds the outcome or a key.
pub fn request(tx: &mut Tx, project: Option<ProjectId>, wanted: &Wanted, publication: bool, reason: &str) -> Result<OutputRequestId, Refused> {
    tx.permit(&REQUEST, Place::Hat, project.map(|id| id.uuid()))?;
    if !REASONS.contains(&reason) {
        return Err(Refused::Faults(vec![FieldFault::new("reason", "not-an-option")]));
    }
    if let Some(project) = project {
        store::found(tx.db(), project)?;
    }
    enter(tx, project, wanted, publication, reason)
}

pub(super) fn enter(tx: &mut Tx, project: Option<ProjectId>, wanted: &Wanted, publication: bool, reason: &str) -> Result<OutputRequestId, Refused> {
    let preview = tables::preview(tx, project, wanted)?;
    if doubt::withheld(&preview.reliability) {
        return Err(Refused::Rule(NOT_RELIABLE));
    }
    let (_, loaded) = tables::loaded(tx, Some(preview.snapshot.id))?;
    if publication && !loaded.outcome(&preview.outcome).is_some_and(|outcome| outcome.public) {
        return Err(Refused::Rule(NOT_PUBLIC));
    }
    // What has left is free to ask again: there is nothing to check.
    if !publication && preview.released {
        return Err(Refused::Rule("already-released"));
    }
    if preview.kept_by.is_some() {
        return Err(Refused::Rule("gate-family"));
    }
    let id = OutputRequestId::new();
    let (hat, register) = (tx.hat()?, register::register_of(tx)?);
    let new = output_store::NewRequest {
        id, project, snapshot: preview.snapshot.id, question: preview.table, outcome: preview.outcome, second: preview.keys.get(1).cloned(),
        purpose: if publication { "publication" } else { "beyond_budget" }, reason: reason.to_owned(),
    };
    output_store::insert_request(tx.db(), register, hat, &new)?;
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
    let mut found = output_store::requests(tx.db(), hat, None)?;
    if checker {
        let left = store::all_released(tx.db())?;
        for request in found.iter_mut().filter(|request| request.state == "open") {
            request.adds = Some(adds(tx, request, &left)?);
        }
    }
    Ok(found)
}

fn adds(tx: &mut Tx, request: &Request, left: &[(SnapshotId, store::Entered)]) -> Result<Adds, Refused> {
    let (_, loaded, question, ledger) = tables::ready(tx, request.snapshot, &request.outcome, request.second.as_deref())?;
    let (before, after) = loaded.adds(&ledger, &question)?;
    // What left before adds nothing: it only becomes public.
    let known = ledger.of(question.outcome()).any(|known| *known == question);
    let (shown, hidden) = loaded.outlook(&ledger, &question)?;
    let beside = |fits: &dyn Fn(&store::Entered) -> bool| left.iter().filter(|(of, table)| *of == request.snapshot && table.id != question.id() && fits(table))
        .map(|(_, table)| Beside { table: table.id.clone(), outcome: table.outcome.clone(), second: table.second.clone(), public: table.public }).collect::<Vec<_>>();
    Ok(Adds {
        before, after: if known { before } else { after }, most: gate::attack::MOST_AUC, spent: ledger.spent(question.outcome()), cells: if known { 0 } else { question.cells() },
        keys: question.keys().into_iter().filter_map(|id| loaded.key(id)).map(|key| KeyShape { id: key.id.clone(), categories: key.categories.len() }).collect(),
        categories: loaded.outcome(question.outcome()).map_or(0, |outcome| outcome.counted().count()),
        shown, hidden: hidden.into_iter().map(|(why, figures)| Kept { why: why.to_owned(), figures }).collect(),
        same_outcome: beside(&|table| table.outcome == question.outcome()),
        same_keys: beside(&|table| table.outcome != question.outcome() && table.second.as_deref() == question.second()),
    })
}

/// Gives a verdict. One refusal keeps the table inside; the second agreement lets it leave, if the attack on everything
/// released and this table stays below its bound. Where a rule of the gate refuses after both agreed, the request ends as refused with that
/// reason, and both verdicts stay.
///
/// # Errors
/// `Rule("not-reliable")` for letting out what the snapshot withholds; `Rule("same-person-twice")`; `Rule("has-interest")` for who works in the project, in whatever hat; `Rule("already-settled")`.
pub fn check(tx: &mut Tx, id: OutputRequestId, verdict: Verdict, finding: &str) -> Result<Checked, Refused> {
    tx.permit(&CHECK, Place::Hat, id.uuid())?;
    if !FINDINGS.contains(&finding) || (finding == "safe") != (verdict == Verdict::Release) {
        return Err(Refused::Faults(vec![FieldFault::new("finding", "not-an-option")]));
    }
    let hat = tx.hat()?;
    // Held before anything is read: two verdicts at once would each be the first, and two tables would each fit alone.
    let of = output_store::snapshot_of_request(tx.db(), id)?;
    store::hold(tx.db(), of.uuid())?;
    let request = output_store::requests(tx.db(), hat, Some(id))?.pop().ok_or(Refused::NotFound)?;
    if request.state != "open" {
        return Err(Refused::Rule("already-settled"));
    }
    if request.checked || output_store::person_checked(tx.db(), id, hat)? {
        return Err(Refused::Rule("same-person-twice"));
    }
    if let Some(project) = request.project_id {
        super::committee::impartial(tx, project)?;
    }
    // What was asked for before such tables were refused waits still: it can be refused, and nothing else.
    if verdict == Verdict::Release {
        let snapshot = register::snapshot(tx, request.snapshot)?;
        if doubt::withheld(&doubt::doubts(tx, &snapshot, &request.outcome, request.second.as_deref())?) {
            return Err(Refused::Rule(NOT_RELIABLE));
        }
    }
    output_store::insert_check(tx.db(), id, hat, verdict == Verdict::Release, finding)?;
    if verdict == Verdict::Refuse {
        output_store::settle_request(tx.db(), id, "refused", Some("checker"))?;
        return Ok(Checked::Refused);
    }
    if request.agreed + 1 < NEEDED {
        return Ok(Checked::Once);
    }
    if let Some(why) = leave(tx, &request)? {
        output_store::settle_request(tx.db(), id, "refused", Some(why))?;
        return Ok(Checked::RefusedByGate);
    }
    output_store::settle_request(tx.db(), id, "released", None)?;
    Ok(Checked::Released)
}

/// Lets a table leave that two agreed on, and makes it public where that was asked; or the rule that keeps it inside, which the query log
/// holds as well.
fn leave(tx: &mut Tx, request: &Request) -> Result<Option<&'static str>, Refused> {
    let (snapshot, loaded, question, ledger) = tables::ready(tx, request.snapshot, &request.outcome, request.second.as_deref())?;
    let publication = request.purpose == "publication";
    if publication && !loaded.outcome(question.outcome()).is_some_and(|outcome| outcome.public) {
        return Ok(Some(NOT_PUBLIC));
    }
    let finer = loaded.outcome(question.outcome()).is_some_and(|outcome| outcome.coarser.is_some());
    if finer {
        return Ok(Some("gate-family"));
    }
    if store::released(tx.db(), snapshot.id, &question.id())?.is_none() {
        match loaded.ask(&ledger, &question, Terms { quota: None, checked: true }) {
            Ok(answer) => tables::enter(tx, &loaded, snapshot.id, &question, &answer, request.project_id, true)?,
            Err(gate::Refused::Malformed(why)) => return Err(Refused::Internal(why.to_string())),
            Err(why) => {
                let why = why.kind();
                tables::log_refused(tx, snapshot.id, request.project_id, (question.outcome(), question.second()), why)?;
                return Ok(Some(why));
            }
        };
    }
    if publication {
        let now = tx.now();
        output_store::make_public(tx.db(), snapshot.id, &question.id(), now)?;
    }
    Ok(None)
}
