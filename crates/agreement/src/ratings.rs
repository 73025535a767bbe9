//! Who gave which unit which code: what every statistic is computed from.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::Faulty;

/// What a coder wrote down. A missing code is kept apart from a code with the same number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// A code, a number or a day; for an option of a variable with several answers: 1 chosen, 0 not.
    Code(i64),
    /// The reason why there is none: unknown, withheld, not applicable.
    Missing(i64),
}

/// One unit (a case, a victim, a relation ...) with what each coder made of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rated {
    /// The case the unit belongs to. Units of one case are drawn together by the bootstrap: they were coded from one file.
    pub case: u64,
    /// Coder and category. Who did not code the unit is not here.
    pub by: Vec<(u64, Category)>,
}

/// The codings of one variable.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Ratings {
    units: Vec<Rated>,
}

impl Ratings {
    /// Codings by unit.
    ///
    /// # Errors
    /// [`Faulty::CodedTwice`] when one coder has two codings of a unit.
    pub fn new(units: Vec<Rated>) -> Result<Ratings, Faulty> {
        for (place, unit) in units.iter().enumerate() {
            let mut seen = BTreeSet::new();
            if let Some((coder, _)) = unit.by.iter().find(|(coder, _)| !seen.insert(*coder)) {
                return Err(Faulty::CodedTwice { unit: place, coder: *coder });
            }
        }
        Ok(Ratings { units })
    }

    /// Codings laid out as in the literature: a line per coder, a column per unit, `None` where that coder has none. Each unit
    /// is a case of its own; coders are numbered from 0.
    pub fn of_lines(lines: &[Vec<Option<i64>>]) -> Ratings {
        let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
        let units = (0_u64..).take(columns).zip(0_usize..);
        let units = units.map(|(case, column)| {
            let coded = (0_u64..).zip(lines).filter_map(|(coder, line)| {
                let code = line.get(column).copied().flatten()?;
                Some((coder, Category::Code(code)))
            });
            Rated { case, by: coded.collect() }
        });
        Ratings { units: units.collect() }
    }

    /// All units, also those only one coder or nobody coded.
    pub fn units(&self) -> &[Rated] {
        &self.units
    }

    /// Units coded by at least two coders: only these say something about agreement.
    pub fn pairable(&self) -> impl Iterator<Item = &Rated> {
        self.units.iter().filter(|unit| unit.by.len() >= 2)
    }

    /// How many units at least two coders coded.
    pub fn paired_units(&self) -> usize {
        self.pairable().count()
    }

    /// The same without missing codes: who wrote one counts as not having coded the unit.
    pub fn without_missing(&self) -> Ratings {
        self.keep(|_, category| matches!(category, Category::Code(_)))
    }

    /// Whether there is a value, and nothing of which: 1 a value, 0 none, for whatever reason.
    pub fn there_or_not(&self) -> Ratings {
        let there = |category: &Category| Category::Code(i64::from(matches!(category, Category::Code(_))));
        let units = self.units.iter().map(|unit| Rated { case: unit.case, by: unit.by.iter().map(|(coder, category)| (*coder, there(category))).collect() });
        Ratings { units: units.collect() }
    }

    /// The same as seen by two coders only.
    pub fn of_pair(&self, first: u64, second: u64) -> Ratings {
        self.keep(|coder, _| coder == first || coder == second)
    }

    /// Everyone who coded something, in order.
    pub fn coders(&self) -> BTreeSet<u64> {
        self.units.iter().flat_map(|unit| unit.by.iter().map(|(coder, _)| *coder)).collect()
    }

    /// How often each category was given in units coded by at least two.
    pub fn frequencies(&self) -> BTreeMap<Category, usize> {
        let mut counts = BTreeMap::new();
        for (_, category) in self.pairable().flat_map(|unit| &unit.by) {
            *counts.entry(*category).or_insert(0) += 1;
        }
        counts
    }

    fn keep(&self, wanted: impl Fn(u64, &Category) -> bool) -> Ratings {
        let units = self.units.iter().map(|unit| Rated {
            case: unit.case,
            by: unit.by.iter().filter(|(coder, category)| wanted(*coder, category)).copied().collect(),
        });
        Ratings { units: units.collect() }
    }
}
