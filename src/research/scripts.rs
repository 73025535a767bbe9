//! An analysis as a list of tables: priced as a whole, asked one after the other, given together. The same script gives the same
//! tables for as long as its snapshot stands.
//!
//! As a file it has a question a line: the outcome, then the key beside the period if there is one. What follows `#` is a note. A
//! line `snapshot` with an id pins the snapshot; without one it is the newest.

use serde::Serialize;

use super::doubt::{self, NOT_RELIABLE};
use super::store;
use super::tables::{self, Asked, Described, Wanted};
use super::{PREVIEW, Preview};
use crate::ids::{ProjectId, SnapshotId};
use crate::register::{Reliable, Snapshot};
use crate::tx::{FieldFault, Place, Refused, Tx};

/// Most questions of a script: what one outcome's budget can hold is far less, a paper's tables are.
pub const MOST: usize = 100;

/// A script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// Of which snapshot; none is the newest of one's register.
    pub snapshot: Option<SnapshotId>,
    /// Outcome and keys of each.
    pub questions: Vec<(String, Vec<String>)>,
    /// The line of the file in which a question stands, of the first of them; those after were not read from a file.
    pub lines: Vec<usize>,
}

impl Script {
    /// Reads a file. Keys may be separated by spaces, commas or semicolons; that the period is one of them goes without saying.
    ///
    /// # Errors
    /// `Faults` with the line, for a snapshot that is no id.
    pub fn read(text: &str) -> Result<Script, Refused> {
        let (mut script, mut faults) = (Script::default(), vec![]);
        for (number, line) in (1..).zip(text.lines()) {
            let told = line.split_once('#').map_or(line, |(before, _)| before);
            let mut words = told.split(|sign: char| sign.is_whitespace() || matches!(sign, ',' | ';')).filter(|word| !word.is_empty()).map(str::to_owned);
            let Some(first) = words.next() else { continue };
            if first == "snapshot" {
                match words.next().and_then(|id| id.parse().ok()) {
                    Some(id) => script.snapshot = Some(id),
                    None => faults.push(FieldFault::new(format!("script.line{number}"), "not-an-option")),
                }
            } else {
                script.questions.push((first, words.collect()));
                script.lines.push(number);
            }
        }
        if faults.is_empty() { Ok(script) } else { Err(Refused::Faults(faults)) }
    }

    /// Where a question stands, for who has to find it: the line of the file, notes and empty lines counted; else its place in the list.
    pub fn place(&self, number: usize) -> String {
        match self.lines.get(number) {
            Some(line) => format!("script.line{line}"),
            None => format!("questions[{}]", number.saturating_sub(self.lines.len())),
        }
    }
}

/// A script with its costs, before anything is counted.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Priced {
    /// The snapshot it is about: pinned from now on.
    pub snapshot: Snapshot,
    /// Each table with what it costs after those before it.
    pub tables: Vec<Preview>,
    /// New cells of all together.
    pub cost: u32,
    /// Whether the cost is to be said once more when the script is run: above ten cells, and where the last fifteen of an outcome are touched.
    pub confirm: bool,
    /// Where the budget or the project's cells end: number of the question from 0, and the kind of refusal.
    pub refused: Option<(usize, &'static str)>,
}

/// What came of a script.
#[derive(Debug)]
pub enum Ran {
    /// All tables, in the order asked; equal questions once.
    Tables(Vec<Described>),
    /// Not all: the number of the question from 0, and why. With `gate-budget` and `gate-quota` nothing was spent.
    Refused(usize, &'static str),
}

/// Whose faults: of one question of several.
fn at(script: &Script, number: usize, faults: Vec<FieldFault>) -> Vec<FieldFault> {
    let place = script.place(number);
    faults.into_iter().map(|fault| FieldFault { field: format!("{place}.{}", fault.field), ..fault }).collect()
}

/// What a script would cost. Nothing is counted and nothing spent.
///
/// # Errors
/// `Faults` for no question at all, too many, one that is none of the list, an outcome outside the project, or an outcome or key the
/// snapshot withholds; `NotFound`.
pub fn price(tx: &mut Tx, project: Option<ProjectId>, script: &Script) -> Result<Priced, Refused> {
    tx.permit(&PREVIEW, Place::Hat, project.map(|id| id.uuid()))?;
    if script.questions.is_empty() || script.questions.len() > MOST {
        return Err(Refused::Faults(vec![FieldFault::new("questions", if script.questions.is_empty() { "required" } else { "script-too-long" })]));
    }
    let allowed = tables::allowed(tx, project)?;
    let (snapshot, loaded) = tables::loaded(tx, script.snapshot)?;
    let period: Vec<String> = loaded.keys().iter().filter(|key| key.period).map(|key| key.id.clone()).collect();
    let mut ledger = tables::ledger(tx, &loaded, snapshot.id)?;
    let mut quota = match project {
        Some(id) => Some(tables::quota(tx, id)?),
        None => None,
    };
    let (mut priced, mut faults, mut refused) = (vec![], vec![], None);
    for (number, (outcome, keys)) in script.questions.iter().enumerate() {
        let keys: Vec<String> = period.iter().filter(|id| !keys.contains(id)).chain(keys).cloned().collect();
        let question = match tables::question(&loaded, &Wanted { snapshot: Some(snapshot.id), outcome: outcome.clone(), keys }) {
            Ok(question) => question,
            Err(Refused::Faults(why)) => {
                faults.extend(at(script, number, why));
                continue;
            }
            Err(other) => return Err(other),
        };
        if !loaded.outcome(question.outcome()).is_some_and(|outcome| tables::may_ask(outcome, allowed.as_deref())) {
            faults.extend(at(script, number, vec![FieldFault::new("outcome", "outcome-not-approved")]));
            continue;
        }
        let reliability = doubt::doubts(tx, &snapshot, question.outcome(), question.second())?;
        if doubt::withheld(&reliability) {
            let key = reliability.iter().all(|doubt| doubt.verdict != Reliable::Withheld || Some(doubt.variable.as_str()) == question.second());
            faults.extend(at(script, number, vec![FieldFault::new(if key { "keys" } else { "outcome" }, NOT_RELIABLE)]));
            continue;
        }
        let spent = ledger.spent(question.outcome());
        let (cost, stopped) = match ledger.price(&question, quota, false) {
            Ok(price) => (price.cost, None),
            Err(why) => (question.cells(), Some(why.kind())),
        };
        refused = refused.or(stopped.map(|why| (number, why)));
        priced.push(Preview {
            kept_by: if cost == 0 { None } else { ledger.kept_by(&question).map(str::to_owned) }, snapshot: snapshot.clone(), table: question.id(), keys: question.keys().into_iter().map(str::to_owned).collect(), cells: question.cells(), cost, confirm: tables::to_confirm(cost, spent), spent, budget: gate::BUDGET, released: cost == 0,
            quota: quota.map(|quota| quota.cells.saturating_sub(quota.used)), outcome: question.outcome().to_owned(),
            refused: stopped, reliability, closes: tables::closes(&loaded, &ledger, &question),
        });
        ledger.note(&question);
        if let Some(quota) = &mut quota {
            quota.used = quota.used.saturating_add(cost);
        }
    }
    if !faults.is_empty() {
        return Err(Refused::Faults(faults));
    }
    let cost = priced.iter().map(|table| table.cost).fold(0, u32::saturating_add);
    Ok(Priced { snapshot, cost, confirm: tables::to_confirm(cost, 0) || priced.iter().any(|table| table.confirm), tables: priced, refused })
}

/// Asks all tables of a script. Where budget or quota don't hold all of them, none is asked. Where the gate's attack refuses one, those
/// before it have left, and are free from then on. A cost to be confirmed is confirmed once, for all together.
///
/// # Errors
/// As [`price`] and [`tables::release`].
pub fn run(tx: &mut Tx, project: ProjectId, script: &Script, confirmed: Option<u32>) -> Result<Ran, Refused> {
    tables::open_to(tx, project)?;
    let priced = price(tx, Some(project), script)?;
    if let Some((number, why)) = priced.refused {
        if let Some(table) = priced.tables.get(number) {
            tables::log_refused(tx, priced.snapshot.id, Some(project), (&table.outcome, table.keys.get(1).map(String::as_str)), why)?;
        }
        return Ok(Ran::Refused(number, why));
    }
    if priced.confirm && confirmed != Some(priced.cost) {
        return Err(Refused::Rule("cost-not-confirmed"));
    }
    let mut found: Vec<Described> = vec![];
    for (number, table) in priced.tables.iter().enumerate() {
        match tables::release(tx, project, &Wanted { snapshot: Some(priced.snapshot.id), outcome: table.outcome.clone(), keys: table.keys.clone() }, Some(table.cost))? {
            Asked::Table(released) => {
                if !found.iter().any(|(known, ..)| known.id == released.id) {
                    let snapshot = released.snapshot.clone();
                    let entered = store::released(tx.db(), snapshot.id, &released.id)?.ok_or(Refused::NotFound)?;
                    found.push(tables::whole(tx, snapshot, entered)?);
                }
            }
            Asked::Refused(why) => return Ok(Ran::Refused(number, why)),
        }
    }
    Ok(Ran::Tables(found))
}

/// A script as a file that gives the same tables again: the snapshot, then a question a line.
pub fn written(tables: &[Described]) -> String {
    let mut text = String::new();
    let mut pinned = None;
    for (table, ..) in tables {
        if pinned != Some(table.snapshot.id) {
            text.push_str(&format!("snapshot {}\n", table.snapshot.id));
            pinned = Some(table.snapshot.id);
        }
        let second = table.keys.get(1).map(|key| format!(" {key}")).unwrap_or_default();
        text.push_str(&format!("{}{second}\n", table.outcome));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_line_by_line() {
        let id = SnapshotId::new();
        let script = Script::read(&format!("# tables of the paper\nsnapshot {id}\n\nknown_to_agency  # all\nfactor:3, country_part\nfactor:3;country_part\n")).unwrap();
        assert_eq!(script.snapshot, Some(id));
        let asked: Vec<(&str, usize)> = script.questions.iter().map(|(outcome, keys)| (outcome.as_str(), keys.len())).collect();
        assert_eq!(asked, [("known_to_agency", 0), ("factor:3", 1), ("factor:3", 1)]);
        assert!(matches!(Script::read("a\nsnapshot last-year"), Err(Refused::Faults(faults)) if faults[0].field == "script.line2"));
    }
}
