//! What a codebook lets be asked: which variables are keys, which are outcomes, and in which slots their codes stand.
//!
//! No variable is named here. A variable that has a coarser one is a key only in that coarser form, where both are public
//! (README of the codebook, "Release"), and an outcome likewise; an outcome that is not public is counted in approved projects only.
//! Outcomes that are a finer and a coarser form of one answer are a family: of a family one leaves a snapshot.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, Utc};
use codebook::{Codebook, Label};
use gate::{Catalogue, Role, Variable};
use serde::Serialize;
use serde_json::Value;

use super::CountingError;

/// The slot of what is missing in an outcome or a key; nobody's code.
pub const UNKNOWN: i64 = -8;
/// The slot of what does not apply.
pub const NOT_APPLICABLE: i64 = -7;

/// A category of a key or an outcome.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, schemars::JsonSchema)]
pub struct Category {
    /// The code; -8 stands for all that is missing, -7 for what does not apply.
    pub code: i64,
    /// What it means.
    pub label: Label,
}

/// A key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, schemars::JsonSchema)]
pub struct Key {
    /// The variable.
    pub id: String,
    /// Name.
    pub label: Label,
    /// Whether it is the period, which stands in every table.
    pub period: bool,
    /// Whether it is a place on a map.
    pub place: bool,
    /// Units it may be used with.
    pub units: Vec<String>,
    /// Categories, in order.
    pub categories: Vec<Category>,
}

/// An outcome.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, schemars::JsonSchema)]
pub struct Outcome {
    /// The variable, or `variable:code` for one answer of several.
    pub id: String,
    /// The variable.
    pub variable: String,
    /// Name.
    pub label: Label,
    /// What exactly is counted.
    pub definition: Label,
    /// The unit that is counted: case, victim, relation ...
    pub unit: String,
    /// Whether anybody with a project may count it.
    pub public: bool,
    /// The coarsest form of the answer, by which its other forms are known.
    pub family: String,
    /// Whether it is told of the case itself.
    #[serde(skip)]
    pub outermost: bool,
    /// The coarser form that is asked instead, where both are public.
    #[serde(skip)]
    pub coarser: Option<String>,
    /// Categories, in order.
    pub categories: Vec<Category>,
}

/// A column of the counting copy: a variable and its slots.
pub(super) struct Slots<'a> {
    pub(super) id: String,
    pub(super) variable: String,
    categories: &'a [Category],
    /// One answer of several: the code that is looked for.
    answer: Option<i64>,
}

impl Slots<'_> {
    pub(super) fn codes(&self) -> u16 {
        u16::try_from(self.categories.len()).unwrap_or(u16::MAX)
    }
    /// The slot of a value; what has none stands with the unknown ones, which every column that may be missing has.
    pub(super) fn slot(&self, value: Option<&Value>) -> u16 {
        let code = match (value, self.answer) {
            (Some(Value::Array(codes)), Some(answer)) => i64::from(codes.iter().any(|code| code.as_i64() == Some(answer))),
            (value, _) => value.and_then(Value::as_i64).unwrap_or(UNKNOWN),
        };
        let at = |code: i64| self.categories.iter().position(|category| category.code == code);
        at(code).or_else(|| at(UNKNOWN)).and_then(|slot| u16::try_from(slot).ok()).unwrap_or(0)
    }
}

/// All that may be asked under a codebook.
pub(super) struct Askable {
    pub(super) keys: Vec<Key>,
    pub(super) outcomes: Vec<Outcome>,
}

/// Whether a row of one level stands under, or links, one row of another: then it has that row's codes as well.
fn reaches(book: &Codebook, from: &str, to: &str) -> bool {
    let Some(level) = book.levels.iter().find(|level| level.id == from) else { return false };
    from == to || level.parent.iter().chain(&level.links).any(|next| reaches(book, next, to))
}

/// Whether a level hangs under no other: the case.
fn outermost(book: &Codebook, level: &str) -> bool {
    book.levels.iter().any(|known| known.id == level && known.parent.is_none())
}

fn label(nl: &str, en: &str) -> Label {
    Label { nl: nl.into(), en: en.into() }
}

/// The year in which something is frozen, where the register is.
pub(super) fn year_of(moment: DateTime<Utc>) -> i64 {
    moment.with_timezone(&chrono_tz::Europe::Amsterdam).year().into()
}

/// What may be counted under a codebook, each in the form in which it is asked.
pub fn outcomes(book: &Codebook) -> Vec<Outcome> {
    let mut all = Askable::of(book, i64::MAX).outcomes;
    all.retain(|outcome| outcome.coarser.is_none());
    all
}

/// An outcome and the keys of a question to what was frozen at a moment, in words; nothing is loaded for it.
pub fn words(book: &Codebook, frozen: DateTime<Utc>, outcome: &str, keys: &[&str]) -> Option<(Outcome, Vec<Key>)> {
    let mut askable = Askable::of(book, year_of(frozen));
    let outcome = askable.outcomes.into_iter().find(|known| known.id == outcome)?;
    askable.keys.retain(|key| keys.contains(&key.id.as_str()) || key.period);
    Some((outcome, askable.keys))
}

impl Askable {
    /// What may be asked of a snapshot taken in a year. Periods to come are none of its groups; which of the others hold cases is an outcome and
    /// decides nothing.
    pub(super) fn of(book: &Codebook, year: i64) -> Askable {
        let missing = || Category { code: UNKNOWN, label: label("onbekend of niet verstrekt", "unknown or not supplied") };
        let outside = || Category { code: NOT_APPLICABLE, label: label("niet van toepassing", "not applicable") };
        let (mut keys, mut outcomes) = (vec![], vec![]);
        let coarser = |id: &str| book.columns().find(|column| column.id == id).and_then(|column| column.coarse).and_then(|coarse| book.columns().find(|other| other.id == coarse && other.gate == "outcome" && other.export != "never"));
        // No answer has more forms than there are variables: a circle of coarser ones ends.
        let family = |id: &str| (0..book.columns().count()).try_fold(id.to_owned(), |id, _| match coarser(&id) { Some(next) => Ok(next.id.to_owned()), None => Err(id) }).unwrap_or_else(|coarsest| coarsest);
        for found in book.columns().filter(|column| column.export != "never") {
            let codes = || found.codes.iter().map(|code| Category { code: code.code, label: code.label.clone() });
            if found.gate == "key" {
                let coarser_is_public = found.export == "public" && found.coarse.is_some_and(|coarse| book.columns().any(|other| other.id == coarse && other.gate == "key"));
                if coarser_is_public {
                    continue;
                }
                let units: Vec<String> = book.levels.iter().filter(|level| reaches(book, &level.id, found.level)).map(|level| level.id.clone()).collect();
                // A case without its own keys enters no snapshot, so that there is nothing missing in them.
                let period = book.period.as_deref() == Some(found.id);
                let codes = || codes().filter(|category| !period || book.has_begun(category.code, year));
                let categories = if outermost(book, found.level) { codes().collect() } else { codes().chain([missing(), outside()]).collect() };
                keys.push(Key { id: found.id.to_owned(), label: found.label.clone(), period, place: book.places.iter().any(|id| id == found.id), units, categories });
            } else if found.gate == "outcome" {
                let new = |id: String, label: Label, categories: Vec<Category>| Outcome {
                    id, variable: found.id.to_owned(), label, definition: book.meant(found.id), unit: found.level.to_owned(), public: found.export == "public", categories,
                    outermost: outermost(book, found.level), family: String::new(), coarser: coarser(found.id).filter(|coarse| coarse.export == "public" && found.export == "public").map(|coarse| coarse.id.to_owned()),
                };
                if found.kind == "multi" {
                    for code in found.codes {
                        let both = label(&format!("{}: {}", found.label.nl, code.label.nl), &format!("{}: {}", found.label.en, code.label.en));
                        let categories = vec![Category { code: 1, label: label("ja", "yes") }, Category { code: 0, label: label("nee", "no") }, missing(), outside()];
                        outcomes.push(new(format!("{}:{}", found.id, code.code), both, categories));
                    }
                } else {
                    outcomes.push(new(found.id.to_owned(), found.label.clone(), codes().chain([missing(), outside()]).collect()));
                }
            }
        }
        keys.sort_by_key(|key: &Key| !key.period);
        for outcome in &mut outcomes {
            // Of several answers at once each is one of its own.
            outcome.family = if outcome.id == outcome.variable { family(&outcome.variable) } else { outcome.id.clone() };
        }
        Askable { keys, outcomes }
    }

    /// The units that are counted.
    pub(super) fn units(&self) -> BTreeSet<String> {
        self.outcomes.iter().map(|outcome| outcome.unit.clone()).collect()
    }

    /// The keys of a unit.
    pub(super) fn keys_of(&self, unit: &str) -> Vec<Slots<'_>> {
        self.keys.iter().filter(|key| key.units.iter().any(|known| known == unit))
            .map(|key| Slots { id: key.id.clone(), variable: key.id.clone(), categories: &key.categories, answer: None }).collect()
    }

    /// The columns of a unit: keys first.
    pub(super) fn of_unit(&self, unit: &str) -> Vec<Slots<'_>> {
        let outcomes = self.outcomes.iter().filter(|outcome| outcome.unit == unit)
            .map(|outcome| Slots { id: outcome.id.clone(), variable: outcome.variable.clone(), categories: &outcome.categories, answer: outcome.id.split_once(':').and_then(|(_, code)| code.parse().ok()) });
        self.keys_of(unit).into_iter().chain(outcomes).collect()
    }

    /// The list as the gate wants it.
    pub(super) fn catalogue(&self) -> Result<Catalogue, CountingError> {
        let count = |categories: &[Category]| u16::try_from(categories.len()).unwrap_or(u16::MAX);
        let counted = self.units();
        let keys = self.keys.iter().map(|key| Variable {
            id: key.id.clone(), codes: count(&key.categories),
            role: if key.period { Role::Period } else { Role::Key { units: key.units.iter().filter(|unit| counted.contains(*unit)).cloned().collect() } },
        });
        let outcomes = self.outcomes.iter().map(|outcome| Variable { id: outcome.id.clone(), codes: count(&outcome.categories), role: Role::Outcome {
            unit: outcome.unit.clone(), family: outcome.family.clone(), outside: outcome.categories.iter().position(|category| category.code == NOT_APPLICABLE).and_then(|slot| u16::try_from(slot).ok()),
        } });
        Ok(Catalogue::new(keys.chain(outcomes))?)
    }
}
