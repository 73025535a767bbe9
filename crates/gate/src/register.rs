//! A frozen snapshot, ready to be asked: the list, the columns of every unit, and which groups their keys hide.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use crate::Malformed;
use crate::asked::{Asked, applying};
use crate::catalogue::{Catalogue, Role};
use crate::columns::Columns;
use crate::count::Counts;
use crate::hide::{Applies, THRESHOLD};
use crate::ledger::Ledger;
use crate::near::{Near, keys, near};
use crate::question::Question;
use crate::snapshot::{Members, changed, changed_or_same, few_apart};

/// The columns of a unit with what follows from its keys.
struct Unit {
    columns: Columns,
    near: Near,
    /// The same unit in the earlier snapshots, where it was there.
    earlier: Vec<Option<Was>>,
}

/// A unit in an earlier snapshot. What it hid because of still earlier ones, or for a group of another table that does not hold it, is left out: an
/// attacker is taken to have seen it.
struct Was {
    columns: Columns,
    near: Near,
    catalogue: Arc<Catalogue>,
    corrected: Arc<BTreeSet<u32>>,
}

/// To whom an outcome applies that does not apply to all.
struct Whom {
    /// The code of the others.
    outside: u16,
    /// Whether another answer decides.
    by_answer: bool,
    /// Which groups are hidden of this outcome, worked out when it is first asked: most never are.
    near: OnceLock<Result<Near, Malformed>>,
}

/// An earlier snapshot: the list it was frozen with, which may be another one, and the columns of its units: the keys, and the outcomes, of which those
/// to whom they do not apply are looked at. An outcome without a column counts as one that applied to all.
pub struct Earlier {
    /// The list.
    pub catalogue: Catalogue,
    /// The columns.
    pub columns: Vec<Columns>,
    /// Cases of which any counted code is another one now, whether it is a key or an answer.
    pub corrected: BTreeSet<u32>,
}

/// A snapshot. Made once when it is frozen; nothing in it changes afterwards.
pub struct Register {
    catalogue: Catalogue,
    units: BTreeMap<String, Unit>,
    /// Outcomes that do not apply to all who are here.
    whom: BTreeMap<String, Whom>,
}

/// The second keys of a unit's tables, none first.
fn seconds<'a>(catalogue: &'a Catalogue, unit: &'a str) -> impl Iterator<Item = Option<&'a str>> {
    std::iter::once(None).chain(catalogue.keys_of(unit).map(|key| Some(key.id.as_str())))
}

/// What the keys of a snapshot hide by themselves.
fn near_of(catalogue: &Catalogue, columns: &Columns) -> Result<Near, Malformed> {
    let others: Vec<&str> = catalogue.keys_of(columns.unit()).map(|key| key.id.as_str()).collect();
    for id in others.iter().copied().chain([catalogue.period()]) {
        agree(catalogue, columns, id)?;
    }
    seconds(catalogue, columns.unit()).map(|second| Ok((second.map(str::to_owned), near(columns, catalogue.period(), second, &others)?))).collect()
}

/// Of two groups of different tables that one to nine cases tell apart, and that could both be shown, hides the smaller; of equal ones that of the later
/// table, so that the table by the period alone loses nothing to others. [`near`] hides what lies whole in a larger group; these need not, and a
/// few cases come and others go between them. The groups are the keys' alone, and so is the order.
fn hide_one_of_two(near: &mut Near, tables: &[(Option<String>, Members)]) {
    for (at, (one, members)) in tables.iter().enumerate() {
        for (other, others) in tables.iter().skip(at + 1) {
            for (group, opposite) in few_apart(members, others, &BTreeSet::new()) {
                let shown = |second: &Option<String>, group: usize, cases: u32| cases >= THRESHOLD && near.get(second).and_then(|hidden| hidden.get(group)) == Some(&false);
                let (cases, opposed) = (members.cases(group), others.cases(opposite));
                if !shown(one, group, cases) || !shown(other, opposite, opposed) {
                    continue;
                }
                let (second, group) = if cases < opposed { (one, group) } else { (other, opposite) };
                if let Some(hidden) = near.get_mut(second).and_then(|hidden| hidden.get_mut(group)) {
                    *hidden = true;
                }
            }
        }
    }
}

impl Register {
    /// The first snapshot: checks that columns and list agree and works out what the keys hide.
    ///
    /// # Errors
    /// [`Malformed`] when a unit, a variable or a code is missing, or a count of three keys gets too large.
    pub fn new(catalogue: Catalogue, columns: impl IntoIterator<Item = Columns>) -> Result<Self, Malformed> {
        Self::after(catalogue, columns, vec![])
    }

    /// A snapshot after earlier ones, the newest of them first: also hides what would give a few cases away by comparing the years
    /// ([`crate::snapshot`]). Case numbers and record keys must be those of the earlier ones; lists and codes need not be.
    ///
    /// # Errors
    /// As [`Register::new`].
    pub fn after(catalogue: Catalogue, columns: impl IntoIterator<Item = Columns>, earlier: Vec<Earlier>) -> Result<Self, Malformed> {
        let mut was: BTreeMap<(usize, String), Was> = BTreeMap::new();
        let snapshots = earlier.len();
        for (number, Earlier { catalogue, columns, corrected }) in earlier.into_iter().enumerate() {
            let (catalogue, corrected) = (Arc::new(catalogue), Arc::new(corrected));
            for columns in columns {
                let near = near_of(&catalogue, &columns)?;
                let name = columns.unit().to_owned();
                if was.insert((number, name.clone()), Was { columns, near, catalogue: Arc::clone(&catalogue), corrected: Arc::clone(&corrected) }).is_some() {
                    return Err(Malformed::Unit(name));
                }
            }
        }
        let mut units = BTreeMap::new();
        for columns in columns {
            let name = columns.unit().to_owned();
            let mut near = near_of(&catalogue, &columns)?;
            let earlier: Vec<Option<Was>> = (0..snapshots).map(|number| was.remove(&(number, name.clone()))).collect();
            // Every table of every earlier snapshot.
            let mut before = vec![];
            for was in earlier.iter().flatten() {
                for second in was.near.keys() {
                    before.push((Members::of(&was.columns, &keys(was.catalogue.period(), second.as_deref()))?, Arc::clone(&was.corrected)));
                }
            }
            let tables = near.keys().map(|second| Ok((second.clone(), Members::of(&columns, &keys(catalogue.period(), second.as_deref()))?))).collect::<Result<Vec<_>, Malformed>>()?;
            for (second, now) in &tables {
                let Some(hidden) = near.get_mut(second) else { continue };
                for (before, corrected) in &before {
                    let few = changed(now, before, corrected, hidden.len());
                    hidden.iter_mut().zip(few).for_each(|(hidden, few)| *hidden |= few);
                }
            }
            hide_one_of_two(&mut near, &tables);
            if units.insert(name.clone(), Unit { columns, near, earlier }).is_some() {
                return Err(Malformed::Unit(name));
            }
        }
        let mut whom = BTreeMap::new();
        for (outcome, unit) in catalogue.outcomes() {
            let unit = units.get(unit).ok_or_else(|| Malformed::Unit(unit.into()))?;
            agree(&catalogue, &unit.columns, &outcome.id)?;
            if let Role::Outcome { outside: Some(code), by_answer, .. } = &outcome.role && unit.columns.column(&outcome.id)?.holds(*code) {
                whom.insert(outcome.id.clone(), Whom { outside: *code, by_answer: *by_answer, near: OnceLock::new() });
            }
        }
        Ok(Self { catalogue, units, whom })
    }

    /// The list.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }
    /// Rows of a unit.
    pub fn rows(&self, unit: &str) -> usize {
        self.units.get(unit).map_or(0, |unit| unit.columns.rows())
    }

    pub(crate) fn columns(&self, unit: &str) -> Result<&Columns, Malformed> {
        self.units.get(unit).map(|unit| &unit.columns).ok_or_else(|| Malformed::Unit(unit.into()))
    }
    fn unit(&self, unit: &str) -> Result<&Unit, Malformed> {
        self.units.get(unit).ok_or_else(|| Malformed::Unit(unit.into()))
    }
    /// The columns of a unit in the earlier snapshots.
    pub(crate) fn earlier(&self, unit: &str) -> Result<Vec<Option<&Columns>>, Malformed> {
        Ok(self.unit(unit)?.earlier.iter().map(|was| was.as_ref().map(|was| &was.columns)).collect())
    }
    /// Which groups of a unit's tables of an outcome are hidden, none for one that applies to all.
    fn near<'a>(&'a self, unit: &'a Unit, outcome: Option<&str>) -> Result<&'a Near, Malformed> {
        match outcome.and_then(|outcome| Some((outcome, self.whom.get(outcome)?))) {
            None => Ok(&unit.near),
            Some((outcome, whom)) => whom.near.get_or_init(|| self.near_among(unit, outcome, whom.by_answer)).as_ref().map_err(Clone::clone),
        }
    }
    /// The same for an outcome that does not apply to all: what is hidden of any outcome, and what is close to another group among those to whom
    /// it applies.
    fn near_among(&self, unit: &Unit, outcome: &str, by_answer: bool) -> Result<Near, Malformed> {
        let mut now = Asked::of(&self.catalogue, &unit.columns, &unit.near, outcome, by_answer)?;
        for was in unit.earlier.iter().flatten() {
            now.hide_after(&Asked::of(&was.catalogue, &was.columns, &was.near, outcome, by_answer)?, &was.corrected);
        }
        hide_one_of_two(&mut now.near, &now.tables);
        Ok(now.near)
    }
    /// A table as the attack on an outcome (none: on one that applies to all) needs it: its columns, its keys, and which groups are hidden. Snapshot 0 is
    /// this one, others are the earlier ones in their order; none where an earlier one had no such table.
    pub(crate) fn table<'a>(&'a self, unit: &str, snapshot: usize, second: Option<&'a str>, outcome: Option<&str>) -> Result<Option<(&'a Columns, Vec<&'a str>, &'a [bool])>, Malformed> {
        let unit = self.unit(unit)?;
        let (columns, near, period) = match snapshot.checked_sub(1) {
            None => (&unit.columns, self.near(unit, outcome)?, self.catalogue.period()),
            Some(number) => match unit.earlier.get(number).and_then(Option::as_ref) {
                Some(was) => (&was.columns, &was.near, was.catalogue.period()),
                None => return Ok(None),
            },
        };
        match near.get(&second.map(str::to_owned)) {
            Some(near) => Ok(Some((columns, keys(period, second), near))),
            None if snapshot > 0 => Ok(None),
            None => Err(Malformed::Variable(second.unwrap_or_default().into())),
        }
    }
    /// Which groups of a question are hidden by their keys: what the snapshots hide by themselves, and groups that another form of the
    /// same answer told of in an earlier snapshot.
    pub(crate) fn hidden(&self, ledger: &Ledger, question: &Question) -> Result<Vec<bool>, Malformed> {
        let Some((columns, of, near)) = self.table(question.unit(), 0, question.second(), Some(question.outcome()))? else { return Err(Malformed::Unit(question.unit().into())) };
        let mut hidden = near.to_vec();
        let mut now = None;
        for before in ledger.before(question.outcome()).filter(|before| !before.same) {
            let Some((then, by, _)) = self.table(question.unit(), before.snapshot + 1, before.second.as_deref(), None)? else { continue };
            if now.is_none() {
                now = Some(Members::of(columns, &of)?);
            }
            if let Some(now) = &now {
                let close = changed_or_same(now, &Members::of(then, &by)?, hidden.len());
                hidden.iter_mut().zip(close).for_each(|(hidden, close)| *hidden |= close);
            }
            // Once more among those to whom the question applies, and applied then.
            let was = self.unit(question.unit())?.earlier.get(before.snapshot).and_then(Option::as_ref);
            if let (Some(was), Some(asked)) = (was, applying(&self.catalogue, columns, question.outcome(), &of)?) {
                let part = applying(&was.catalogue, then, question.outcome(), &by)?;
                let close = changed_or_same(&Members::of(&asked, &of)?, &Members::of(part.as_ref().unwrap_or(then), &by)?, hidden.len());
                hidden.iter_mut().zip(close).for_each(|(hidden, close)| *hidden |= close);
            }
        }
        Ok(hidden)
    }
    /// The bare counts of a question.
    pub(crate) fn count(&self, question: &Question) -> Result<Counts, Malformed> {
        self.columns(question.unit())?.count_of(&question.keys(), question.outcome(), self.outside(question.outcome()))
    }
    /// To whom an outcome applies here.
    pub(crate) fn applies(&self, outcome: &str) -> Applies {
        match self.whom.get(outcome) {
            None => Applies::ToAll,
            Some(whom) if whom.by_answer => Applies::ByAnswer,
            Some(_) => Applies::ByKeys,
        }
    }
    /// The code of those to whom an outcome does not apply; none where it applies to everybody here.
    pub(crate) fn outside(&self, outcome: &str) -> Option<u16> {
        self.whom.get(outcome).map(|whom| whom.outside)
    }
}

fn agree(catalogue: &Catalogue, columns: &Columns, id: &str) -> Result<(), Malformed> {
    let listed = catalogue.get(id).map(|variable| variable.codes);
    if listed == Some(columns.codes(id)?) { Ok(()) } else { Err(Malformed::Codes(id.into())) }
}
