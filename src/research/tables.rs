//! Asking a table: what it would cost, and releasing it. The ledger is written and committed before anything is shown.

use std::collections::BTreeMap;

use gate::{Question, QuestionError, Quota, Terms};

use super::doubt::{self, NOT_RELIABLE};
use super::project::State;
use super::store::{self, Entered, Found};
pub use super::table::{Body, Cell, Closed, Group, Preview, Table, Wanted};
use crate::access::{Act, Kind, Role};
use crate::counting::{self, Key, Loaded, Outcome};
use crate::ids::{ProjectId, SnapshotId};
use crate::register::{self, Doubt, Reliable, Snapshot};
use crate::tx::{Entry, FieldFault, Place, Refused, Tx};

/// Who sees what may be asked, and what it would cost.
pub static PREVIEW: Act = Act { name: "table.preview", within: Kind::Project, by: &[Role::Researcher, Role::AccessCommittee, Role::OutputChecker, Role::RegisterManager], step_up: false };
/// Who asks.
pub static RELEASE: Act = Act { name: "table.release", within: Kind::Project, by: &[Role::Researcher], step_up: false };

/// Tables one researcher asks in an hour at most, repeated ones too: a script fits in, trying everything takes days.
pub const AN_HOUR: i64 = 300;

/// Cells a table may cost without a second look at them.
const UNASKED: u32 = 10;
/// The last cells of an outcome, which nobody takes without a second look.
const LAST: u32 = 15;

/// Whether whoever asks says the cost once more: it is much, or of the last there are.
pub(super) fn to_confirm(cost: u32, spent: u32) -> bool {
    cost > UNASKED || cost > 0 && spent.saturating_add(cost) > gate::BUDGET.saturating_sub(LAST)
}

/// The outcomes the hat may ask now with their units, and the keys there are.
///
/// # Errors
/// `NotFound` for other roles or where there is no snapshot.
pub fn askable(tx: &mut Tx, snapshot: Option<SnapshotId>, project: Option<ProjectId>) -> Result<(Snapshot, Vec<Outcome>, Vec<Key>), Refused> {
    tx.permit(&PREVIEW, Place::Hat, None)?;
    let (snapshot, loaded) = loaded(tx, snapshot)?;
    let mine = allowed(tx, project)?;
    Ok((snapshot, loaded.outcomes().iter().filter(|outcome| outcome.coarser.is_none() && may_ask(outcome, mine.as_deref())).cloned().collect(), loaded.keys().to_vec()))
}

/// How far coders agreed on each variable, when a snapshot was frozen.
///
/// # Errors
/// `Internal` for a snapshot whose codebook is configured no more.
pub(super) fn verdicts(tx: &Tx, snapshot: &Snapshot) -> Result<BTreeMap<String, Reliable>, Refused> {
    let parts = tx.parts();
    let book = parts.config.codebook_of(&snapshot.codebook).ok_or_else(|| Refused::Internal(format!("codebook {}", snapshot.codebook)))?;
    Ok(register::verdicts(snapshot, book))
}

/// What stands against outcomes and keys there are: which tables of them would carry a mark, and which would be refused.
///
/// # Errors
/// As [`verdicts`].
pub(super) fn doubts_of(tx: &Tx, snapshot: &Snapshot, outcomes: &[Outcome], keys: &[Key]) -> Result<Vec<Doubt>, Refused> {
    let parts = tx.parts();
    let book = parts.config.codebook_of(&snapshot.codebook).ok_or_else(|| Refused::Internal(format!("codebook {}", snapshot.codebook)))?;
    Ok(register::doubts(snapshot, book, outcomes.iter().map(|outcome| outcome.variable.as_str()).chain(keys.iter().map(|key| key.id.as_str()))))
}

/// The outcomes beyond the public ones that a researcher may count: in one project, as a table is asked there, or in any of theirs; none where
/// the role sees all.
pub(super) fn allowed(tx: &mut Tx, project: Option<ProjectId>) -> Result<Option<Vec<String>>, Refused> {
    if tx.session()?.role != Some(Role::Researcher) {
        return Ok(None);
    }
    if let Some(id) = project {
        let found = store::found(tx.db(), id)?;
        return working(tx, id, &found).map(|()| Some(found.outcomes));
    }
    let mine = super::of_hat(tx)?;
    let mut all = vec![];
    for project in mine {
        all.extend(store::found(tx.db(), project.id)?.outcomes);
    }
    Ok(Some(all))
}

pub(super) fn may_ask(outcome: &Outcome, allowed: Option<&[String]>) -> bool {
    outcome.public || allowed.is_none_or(|allowed| allowed.iter().any(|id| *id == outcome.variable))
}

/// The newest snapshot of the hat's register, or the one named.
pub(super) fn loaded(tx: &mut Tx, snapshot: Option<SnapshotId>) -> Result<(Snapshot, std::sync::Arc<Loaded>), Refused> {
    let snapshot = match snapshot {
        Some(id) => register::snapshot_to_ask(tx, id)?,
        None => register::newest_snapshot(tx)?.ok_or(Refused::Rule("no-snapshot"))?,
    };
    let parts = tx.parts();
    let loaded = parts.counting.loaded(&parts.config, &parts.installation, snapshot.id)?;
    Ok((snapshot, loaded))
}

/// A question, in the words of whoever asks it.
pub(super) fn question(loaded: &Loaded, wanted: &Wanted) -> Result<Question, Refused> {
    let outcomes = || loaded.outcomes().iter().filter(|outcome| outcome.coarser.is_none()).map(|outcome| outcome.id.as_str());
    // Public in its coarsest form only.
    if loaded.outcome(&wanted.outcome).is_some_and(|outcome| outcome.coarser.is_some()) {
        return Err(Refused::Faults(vec![FieldFault::none_of("outcome", "gate-no-outcome", &wanted.outcome, outcomes())]));
    }
    loaded.question(&wanted.outcome, &wanted.keys).map_err(|why| {
        let keys = || loaded.keys().iter();
        Refused::Faults(vec![match &why {
            QuestionError::NoOutcome(asked) => FieldFault::none_of("outcome", why.kind(), asked, outcomes()),
            QuestionError::NoKey(asked) => FieldFault::none_of("keys", why.kind(), asked, keys().map(|key| key.id.as_str())),
            QuestionError::OtherUnit { key, unit } => FieldFault::none_of("keys", why.kind(), key, keys().filter(|known| known.units.contains(unit)).map(|key| key.id.as_str())),
            QuestionError::TooManyKeys(_) | QuestionError::NoPeriod | QuestionError::Twice(_) => FieldFault::new("keys", why.kind()),
        }])
    })
}

pub(super) fn ledger(tx: &mut Tx, loaded: &Loaded, snapshot: SnapshotId) -> Result<gate::Ledger, Refused> {
    let mut ledger = gate::Ledger::default();
    for (outcome, second) in store::ledger(tx.db(), snapshot)? {
        if let Ok(asked) = loaded.asked(&outcome, second.as_deref()) {
            ledger.note(&asked);
        }
    }
    // What earlier snapshots told of the same cases is known to an attacker as well.
    for id in loaded.earlier().collect::<Vec<_>>() {
        for (outcome, second) in store::ledger(tx.db(), id)? {
            loaded.note_before(&mut ledger, id, &outcome, second.as_deref());
        }
    }
    Ok(ledger)
}

/// Cells given of each outcome of a snapshot so far, by everybody.
///
/// # Errors
/// `NotFound` for a snapshot of another register.
pub(super) fn spent(tx: &mut Tx, snapshot: SnapshotId) -> Result<BTreeMap<String, u32>, Refused> {
    let (snapshot, loaded) = loaded(tx, Some(snapshot))?;
    let ledger = ledger(tx, &loaded, snapshot.id)?;
    Ok(loaded.outcomes().iter().map(|outcome| (outcome.id.clone(), ledger.spent(&outcome.id))).collect())
}

/// A question with the ledger it is asked against.
pub(super) fn ready(tx: &mut Tx, snapshot: SnapshotId, outcome: &str, second: Option<&str>) -> Result<(Snapshot, std::sync::Arc<Loaded>, Question, gate::Ledger), Refused> {
    let (snapshot, loaded) = loaded(tx, Some(snapshot))?;
    let question = loaded.asked(outcome, second).map_err(|why| Refused::Internal(why.to_string()))?;
    let ledger = ledger(tx, &loaded, snapshot.id)?;
    Ok((snapshot, loaded, question, ledger))
}

/// Other outcomes about the same answer that a first table of this one closes: of those one leaves a snapshot.
pub(super) fn closes(loaded: &Loaded, ledger: &gate::Ledger, question: &Question) -> Vec<Closed> {
    let Some(own) = loaded.outcome(question.outcome()) else { return vec![] };
    if ledger.kept_by(question).is_some() || ledger.of(question.outcome()).next().is_some() {
        return vec![];
    }
    let others = loaded.outcomes().iter().filter(|other| own.kin.contains(&other.id) && other.coarser.is_none());
    others.map(|other| Closed { id: other.id.clone(), label: other.label.clone(), public: other.public }).collect()
}

/// What the gate says to a question in a project: its price, or why it gives nothing. A preview tells what a release hears.
fn weighed(loaded: &Loaded, ledger: &gate::Ledger, question: &Question, quota: Quota) -> Result<Result<gate::Price, &'static str>, Refused> {
    match loaded.weigh(ledger, question, Terms { quota: Some(quota), checked: false }) {
        Ok(price) => Ok(Ok(price)),
        Err(gate::Refused::Malformed(why)) => Err(Refused::Internal(why.to_string())),
        Err(why) => Ok(Err(why.kind())),
    }
}

/// What a table would cost, and what the gate would refuse. Nothing is counted and nothing spent.
///
/// # Errors
/// As [`release`], but for the hour and the confirmation; what the gate would refuse is told, since it can be asked for beyond the budget.
pub fn preview(tx: &mut Tx, project: Option<ProjectId>, wanted: &Wanted) -> Result<Preview, Refused> {
    tx.permit(&PREVIEW, Place::Hat, project.map(|id| id.uuid()))?;
    let allowed = allowed(tx, project)?;
    let (snapshot, loaded) = loaded(tx, wanted.snapshot)?;
    let question = question(&loaded, wanted)?;
    if !loaded.outcome(question.outcome()).is_some_and(|outcome| may_ask(outcome, allowed.as_deref())) {
        return Err(Refused::Rule("outcome-not-approved"));
    }
    let reliability = doubt::doubts(tx, &snapshot, question.outcome(), question.second())?;
    let ledger = ledger(tx, &loaded, snapshot.id)?;
    let spent = ledger.spent(question.outcome());
    let released = ledger.of(question.outcome()).any(|known| *known == question);
    let quota = match project {
        Some(id) => Some(quota(tx, id)?),
        None => None,
    };
    let refused = match quota {
        _ if doubt::withheld(&reliability) => Some(NOT_RELIABLE),
        Some(quota) => weighed(&loaded, &ledger, &question, quota)?.err(),
        None => ledger.kept_by(&question).filter(|_| !released).map(|_| "gate-family"),
    };
    let quota = quota.map(|quota| quota.cells.saturating_sub(quota.used));
    let cost = if released { 0 } else { question.cells() };
    Ok(Preview {
        table: question.id(), keys: question.keys().into_iter().map(str::to_owned).collect(), cells: question.cells(), cost, confirm: to_confirm(cost, spent),
        spent, budget: gate::BUDGET, released, quota, kept_by: if released { None } else { ledger.kept_by(&question).map(str::to_owned) }, reliability, refused, closes: closes(&loaded, &ledger, &question),
        outcome: question.outcome().to_owned(), snapshot,
    })
}

pub(super) fn quota(tx: &mut Tx, project: ProjectId) -> Result<Quota, Refused> {
    let found = store::found(tx.db(), project)?;
    let used = store::used(tx.db(), project)?;
    Ok(Quota { cells: u32::try_from(found.cells).unwrap_or(0), used: u32::try_from(used).unwrap_or(u32::MAX) })
}

/// What the gate answered: the table, or the kind of refusal, which is written in the query log as well.
#[derive(Debug)]
pub enum Asked {
    /// The table, new or as it left before.
    Table(Box<Table>),
    /// Not given: `gate-budget`, `gate-quota`, `gate-family`, `gate-reconstruction`.
    Refused(&'static str),
}

/// That a project is approved, not over, and signed for by the caller.
fn working(tx: &mut Tx, project: ProjectId, found: &Found) -> Result<(), Refused> {
    if found.state != State::Approved || found.ends_on.is_none_or(|day| day < tx.today()) {
        return Err(Refused::Rule("project-not-open"));
    }
    let hat = tx.hat()?;
    if store::has_signed(tx.db(), project, hat)? { Ok(()) } else { Err(Refused::Rule("not-signed")) }
}

/// A project the caller may ask tables in now: approved, not over, signed for, and not too many an hour.
pub(super) fn open_to(tx: &mut Tx, project: ProjectId) -> Result<Found, Refused> {
    let found = store::found(tx.db(), project)?;
    tx.permit(&RELEASE, Place::Compartment(found.compartment), project.uuid())?;
    working(tx, project, &found)?;
    let hat = tx.hat()?;
    let hour = chrono::Duration::hours(1);
    let since = tx.now() - hour;
    if let (AN_HOUR.., Some(first)) = store::asked_since(tx.db(), hat, since)? {
        return Err(Refused::TooMany { seconds: u32::try_from((first + hour - tx.now()).num_seconds()).unwrap_or(0).max(1) });
    }
    Ok(found)
}

/// Writes in the query log that the gate gave nothing.
pub(super) fn log_refused(tx: &mut Tx, snapshot: SnapshotId, project: Option<ProjectId>, asked: (&str, Option<&str>), why: &'static str) -> Result<(), Refused> {
    let hat = tx.hat()?;
    store::log(tx.db(), snapshot, project, hat, asked, why.trim_start_matches("gate-"), 0)
}

/// Asks a table in a project. A new one costs its cells; an equal question gives the same table and costs nothing. A cost that is to be
/// confirmed is said once more, as the preview told it: what became dearer meanwhile is not spent unseen.
///
/// # Errors
/// `Rule("cost-not-confirmed")`, and nothing is spent; `Rule("not-reliable")` where the snapshot withholds the outcome or a key; `Rule("not-signed")`, `Rule("project-not-open")`, `Rule("outcome-not-approved")`; `Faults`; `TooMany` after [`AN_HOUR`] tables
/// within an hour. A refusal of the gate is an answer, not an error: it is logged like the tables.
pub fn release(tx: &mut Tx, project: ProjectId, wanted: &Wanted, confirmed: Option<u32>) -> Result<Asked, Refused> {
    let (found, hat) = (open_to(tx, project)?, tx.hat()?);
    let (snapshot, loaded) = loaded(tx, wanted.snapshot)?;
    let question = question(&loaded, wanted)?;
    if !loaded.outcome(question.outcome()).is_some_and(|outcome| may_ask(outcome, Some(&found.outcomes))) {
        return Err(Refused::Rule("outcome-not-approved"));
    }
    if doubt::withheld(&doubt::doubts(tx, &snapshot, question.outcome(), question.second())?) {
        return Err(Refused::Rule(NOT_RELIABLE));
    }
    // One at a time per snapshot: two questions that each fit the budget alone may not both be answered.
    store::hold(tx.db(), snapshot.id.uuid())?;
    if let Some(known) = store::released(tx.db(), snapshot.id, &question.id())? {
        store::log(tx.db(), snapshot.id, Some(project), hat, (question.outcome(), question.second()), "repeated", 0)?;
        return shown(tx, snapshot, known).map(|table| Asked::Table(Box::new(table)));
    }
    let (ledger, quota) = (ledger(tx, &loaded, snapshot.id)?, quota(tx, project)?);
    // What is refused has no cost to confirm.
    let price = match weighed(&loaded, &ledger, &question, quota)? {
        Ok(price) => price,
        Err(why) => {
            log_refused(tx, snapshot.id, Some(project), (question.outcome(), question.second()), why)?;
            return Ok(Asked::Refused(why));
        }
    };
    if to_confirm(price.cost, ledger.spent(question.outcome())) && confirmed != Some(price.cost) {
        return Err(Refused::Rule("cost-not-confirmed"));
    }
    match loaded.ask(&ledger, &question, Terms { quota: Some(quota), checked: false }) {
        Ok(answer) => {
            let entered = enter(tx, &loaded, snapshot.id, &question, &answer, Some(project), false)?;
            shown(tx, snapshot, entered).map(|table| Asked::Table(Box::new(table)))
        }
        Err(gate::Refused::Malformed(why)) => Err(Refused::Internal(why.to_string())),
        Err(why) => {
            log_refused(tx, snapshot.id, Some(project), (question.outcome(), question.second()), why.kind())?;
            Ok(Asked::Refused(why.kind()))
        }
    }
}

/// Writes a table in the ledger and the query log.
pub(super) fn enter(tx: &mut Tx, loaded: &Loaded, snapshot: SnapshotId, question: &Question, answer: &gate::Answer, project: Option<ProjectId>, checked: bool) -> Result<Entered, Refused> {
    let (hat, now) = (tx.hat()?, tx.now());
    let body = body(loaded, answer);
    let entered = Entered {
        id: question.id(), outcome: question.outcome().to_owned(), second: question.second().map(str::to_owned), cells: i32::try_from(question.cells()).unwrap_or(i32::MAX),
        body: serde_json::to_value(&body).map_err(|why| Refused::Internal(why.to_string()))?, released_at: now, public: false,
    };
    let cost = i32::try_from(answer.price.cost).unwrap_or(i32::MAX);
    let auc = answer.measure.map(|measure| measure.auc);
    store::enter(tx.db(), snapshot, &entered, auc, checked, project, hat)?;
    store::log(tx.db(), snapshot, project, hat, (question.outcome(), question.second()), "released", cost)?;
    tx.note(Entry::done("table.released").on(snapshot));
    Ok(entered)
}

fn body(loaded: &Loaded, answer: &gate::Answer) -> Body {
    let keys = answer.table.question.keys();
    let hidden = |why: gate::Hidden| Cell::Hidden(why.kind().to_owned());
    let groups = answer.table.groups.iter().map(|group| Group {
        codes: keys.iter().zip(&group.codes).map(|(key, slot)| loaded.code(key, *slot)).collect(),
        total: group.total.map_or_else(hidden, |units| Cell::Shown { units, percent: None }),
        cells: group.cells.iter().filter_map(|cell| match cell {
            gate::Figure::Shown { units, percent } => Some(Cell::Shown { units: *units, percent: *percent }),
            gate::Figure::Hidden(gate::Hidden::Outside) => None,
            gate::Figure::Hidden(why) => Some(hidden(*why)),
        }).collect(),
    });
    Body { applying: true, groups: groups.collect() }
}

/// A table of the ledger in the words of its codebook, for whoever may see it.
pub(super) type Described = (Table, Outcome, Vec<Key>);

pub(super) fn whole(tx: &Tx, snapshot: Snapshot, entered: Entered) -> Result<Described, Refused> {
    let (outcome, keys) = words(tx, &snapshot, &entered.outcome, entered.second.as_deref())?;
    let mut body: Body = serde_json::from_value(entered.body).map_err(|why| Refused::Internal(why.to_string()))?;
    let outcome = body.of(outcome);
    // Periods to come were groups of tables once; empty, they are told no more.
    body.groups.retain(|group| keys.iter().zip(&group.codes).all(|(key, code)| !key.period || key.categories.iter().any(|category| category.code == *code)));
    let reliability = doubt::doubts(tx, &snapshot, &entered.outcome, entered.second.as_deref())?;
    let table = Table {
        reliability, id: entered.id, keys: keys.iter().map(|key| key.id.clone()).collect(), unit: outcome.unit.clone(), outcome: entered.outcome,
        body, released_at: entered.released_at, public: entered.public, snapshot,
    };
    Ok((table, outcome, keys))
}

fn shown(tx: &Tx, snapshot: Snapshot, entered: Entered) -> Result<Table, Refused> {
    Ok(whole(tx, snapshot, entered)?.0)
}

/// One table that has left.
///
/// # Errors
/// `NotFound` for one that has not left, or that the caller may not see.
pub fn table(tx: &mut Tx, snapshot: SnapshotId, id: &str) -> Result<Table, Refused> {
    Ok(described(tx, snapshot, id)?.0)
}

/// One table that has left, in the words of its codebook.
///
/// # Errors
/// As [`table`].
pub fn described(tx: &mut Tx, snapshot: SnapshotId, id: &str) -> Result<Described, Refused> {
    let entered = store::released(tx.db(), snapshot, id)?.ok_or(Refused::NotFound)?;
    let snapshot = register::snapshot(tx, snapshot)?;
    // Whoever reads what is public leaves no trace.
    if tx.session().is_ok() {
        tx.note(Entry::done("table.view").on(snapshot.id));
    }
    whole(tx, snapshot, entered)
}

/// Tables that have left and the caller may see, the newest first.
///
/// # Errors
/// Database errors only.
pub fn tables(tx: &mut Tx) -> Result<Vec<Table>, Refused> {
    Ok(tables_described(tx)?.into_iter().map(|(table, ..)| table).collect())
}

/// All tables that have left and the caller may see, in the words of their codebooks.
///
/// # Errors
/// Database errors only.
pub fn tables_described(tx: &mut Tx) -> Result<Vec<Described>, Refused> {
    let (mut snapshots, mut found) = (BTreeMap::new(), vec![]);
    for (id, entered) in store::all_released(tx.db())? {
        let snapshot = match snapshots.get(&id) {
            Some(known) => known,
            None => snapshots.entry(id).or_insert(register::snapshot(tx, id)?),
        };
        found.push(whole(tx, snapshot.clone(), entered)?);
    }
    Ok(found)
}

/// What is counted, and by what, in the words of a snapshot's codebook.
///
/// # Errors
/// `NotFound` for a snapshot that is not there.
pub fn words_of(tx: &mut Tx, snapshot: SnapshotId, outcome: &str, second: Option<&str>) -> Result<(Outcome, Vec<Key>), Refused> {
    let snapshot = register::snapshot(tx, snapshot)?;
    words(tx, &snapshot, outcome, second)
}

fn words(tx: &Tx, snapshot: &Snapshot, outcome: &str, second: Option<&str>) -> Result<(Outcome, Vec<Key>), Refused> {
    let parts = tx.parts();
    let book = parts.config.codebook_of(&snapshot.codebook).ok_or_else(|| Refused::Internal(format!("codebook {}", snapshot.codebook)))?;
    counting::words(book, snapshot.taken_at, outcome, &second.into_iter().collect::<Vec<_>>()).ok_or(Refused::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn much_and_the_last_are_confirmed_and_what_is_free_is_not() {
        assert_eq!([(10, 0), (11, 0), (5, 40), (6, 40), (1, 45), (0, 60)].map(|(cost, spent)| to_confirm(cost, spent)), [false, true, false, true, true, false]);
    }
}
