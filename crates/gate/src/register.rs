//! A frozen snapshot, ready to be asked: the list, the columns of every unit, and which groups their keys hide.

use std::collections::BTreeMap;

use crate::Malformed;
use crate::catalogue::Catalogue;
use crate::columns::Columns;
use crate::count::Counts;
use crate::near::near;
use crate::question::Question;
use crate::snapshot::{Members, changed};

/// The columns of a unit with what follows from its keys.
struct Unit {
    columns: Columns,
    /// By second key, none first.
    near: BTreeMap<Option<String>, Vec<bool>>,
}

/// A snapshot. Made once when it is frozen; nothing in it changes afterwards.
pub struct Register {
    catalogue: Catalogue,
    units: BTreeMap<String, Unit>,
}

impl Register {
    /// The first snapshot: checks that columns and list agree and works out what the keys hide.
    ///
    /// # Errors
    /// [`Malformed`] when a unit, a variable or a code is missing, or a count of three keys gets too large.
    pub fn new(catalogue: Catalogue, columns: impl IntoIterator<Item = Columns>) -> Result<Self, Malformed> {
        Self::after(catalogue, columns, &[])
    }

    /// A snapshot after earlier ones (the columns of all their units): also hides what would give a few cases away by
    /// comparing the years ([`crate::snapshot`]). Case numbers and record keys must be those of the earlier ones. An earlier
    /// snapshot that had other codes for a key can't be compared with; its columns are then left out by the caller.
    ///
    /// # Errors
    /// As [`Register::new`].
    pub fn after(catalogue: Catalogue, columns: impl IntoIterator<Item = Columns>, earlier: &[&Columns]) -> Result<Self, Malformed> {
        let mut units = BTreeMap::new();
        for columns in columns {
            let name = columns.unit().to_owned();
            let keys: Vec<&str> = catalogue.keys_of(&name).map(|key| key.id.as_str()).collect();
            for id in keys.iter().copied().chain([catalogue.period()]) {
                agree(&catalogue, &columns, id)?;
            }
            let seconds = || std::iter::once(None).chain(keys.iter().copied().map(Some));
            let table = |second: Option<&'_ str>| -> Vec<String> { std::iter::once(catalogue.period()).chain(second).map(str::to_owned).collect() };
            // Every table of every earlier snapshot.
            let mut before = vec![];
            for columns in earlier.iter().filter(|before| before.unit() == name) {
                for id in keys.iter().copied().chain([catalogue.period()]) {
                    agree(&catalogue, columns, id)?;
                }
                for second in seconds() {
                    let of_table = table(second);
                    before.push(Members::of(columns, &of_table.iter().map(String::as_str).collect::<Vec<_>>())?);
                }
            }
            let near = seconds().map(|second| {
                let mut hidden = near(&columns, catalogue.period(), second, &keys)?;
                if !before.is_empty() {
                    let of_table = table(second);
                    let now = Members::of(&columns, &of_table.iter().map(String::as_str).collect::<Vec<_>>())?;
                    for before in &before {
                        let few = changed(&now, before, hidden.len());
                        hidden.iter_mut().zip(few).for_each(|(hidden, few)| *hidden |= few);
                    }
                }
                Ok((second.map(str::to_owned), hidden))
            });
            let near = near.collect::<Result<_, Malformed>>()?;
            if units.insert(name.clone(), Unit { columns, near }).is_some() {
                return Err(Malformed::Unit(name));
            }
        }
        for (outcome, unit) in catalogue.outcomes() {
            let unit = units.get(unit).ok_or_else(|| Malformed::Unit(unit.into()))?;
            agree(&catalogue, &unit.columns, &outcome.id)?;
        }
        Ok(Self { catalogue, units })
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
    /// Which groups of a table are hidden by their keys.
    pub(crate) fn near(&self, unit: &str, second: Option<&str>) -> Result<&[bool], Malformed> {
        let unit = self.units.get(unit).ok_or_else(|| Malformed::Unit(unit.into()))?;
        unit.near.get(&second.map(str::to_owned)).map(Vec::as_slice).ok_or_else(|| Malformed::Variable(second.unwrap_or_default().into()))
    }
    /// The bare counts of a question.
    pub(crate) fn count(&self, question: &Question) -> Result<Counts, Malformed> {
        self.columns(question.unit())?.count(&question.keys(), question.outcome())
    }
}

fn agree(catalogue: &Catalogue, columns: &Columns, id: &str) -> Result<(), Malformed> {
    let listed = catalogue.get(id).map(|variable| variable.codes);
    if listed == Some(columns.codes(id)?) { Ok(()) } else { Err(Malformed::Codes(id.into())) }
}
