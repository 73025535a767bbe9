//! What follows from a record: what is asked, what is computed, which checks fire.

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::evaluate::{CLOSED, Question, Truth, View};
use crate::plan::Source;
use crate::sheet::{Answer, Sheet};
use crate::{Codebook, Label, Record, Severity};

/// Whether a variable is asked in a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// It is: there is no condition, or it holds.
    Open,
    /// Its condition is false: the system's -7.
    Closed,
    /// Its condition leans on something missing. The question stays; unanswered it is -8 when that is unknown, -9 when it is not
    /// yet collected.
    Undecided,
    /// Nobody answers it: it is computed.
    Computed,
}

impl From<Question> for Asked {
    fn from(question: Question) -> Asked {
        match question {
            Question::Open => Asked::Open,
            Question::Closed => Asked::Closed,
            Question::Undecided(_) => Asked::Undecided,
            Question::Computed => Asked::Computed,
        }
    }
}

/// A variable in a row.
#[derive(Clone, PartialEq, Debug, Serialize, schemars::JsonSchema)]
pub struct Cell {
    /// Whether it is asked.
    pub asked: Asked,
    /// Its effective value: a code, several, a date, or -6 to -9.
    pub value: Value,
}

/// A variable in a row of a level, the first row being 0.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, schemars::JsonSchema)]
pub struct Place {
    /// Level.
    pub level: String,
    /// Row.
    pub row: usize,
    /// Variable.
    pub variable: String,
}

impl Place {
    /// As `faults` and `open` name it: `victim[0].victim_age`.
    pub fn field(&self) -> String {
        field(&self.level, self.row, &self.variable)
    }
}

/// A member of a row as it is named everywhere: `victim[0].victim_age`.
pub fn field(level: &str, row: usize, member: &str) -> String {
    format!("{level}[{row}].{member}")
}

/// Something a derivation used.
#[derive(Clone, PartialEq, Debug, Serialize, schemars::JsonSchema)]
pub struct Input {
    /// Where it stands.
    pub place: Place,
    /// Its name.
    pub label: Label,
    /// Its effective value.
    pub value: Value,
    /// That value in words.
    pub shown: Label,
}

/// A derived variable in a row.
#[derive(Clone, PartialEq, Debug, Serialize, schemars::JsonSchema)]
pub struct Derivation {
    /// Where it stands.
    pub place: Place,
    /// Its name.
    pub label: Label,
    /// What followed: a code, a number, or -7 to -9.
    pub value: Value,
    /// That in words.
    pub shown: Label,
    /// For a table or bands the line that fitted, the first being 1.
    pub step: Option<usize>,
    /// That line in words, as far as the codebook words it.
    pub line: Option<Label>,
    /// What it was computed from.
    pub inputs: Vec<Input>,
    /// How it came about, in one sentence.
    pub words: Label,
}

/// A check that fired.
#[derive(Clone, PartialEq, Debug, Serialize, schemars::JsonSchema)]
pub struct Fired {
    /// Its id.
    pub check: String,
    /// What it does.
    pub severity: Severity,
    /// What is told.
    pub message: Label,
    /// The rows it fired on.
    pub hits: Vec<Hit>,
}

/// A row a check fired on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, schemars::JsonSchema)]
pub struct Hit {
    /// Level.
    pub level: String,
    /// Row.
    pub row: usize,
    /// The variables the check read, in the order it read them; in the check's row and in others.
    pub variables: Vec<Place>,
}

/// Everything that follows from a record.
#[derive(Clone, PartialEq, Debug, Default, Serialize, schemars::JsonSchema)]
pub struct Examined {
    /// Per level, per row, per coded variable.
    pub cells: BTreeMap<String, Vec<BTreeMap<String, Cell>>>,
    /// Derived variables, by level and row.
    pub derived: Vec<Derivation>,
    /// Checks that fired, in the order of the codebook.
    pub fired: Vec<Fired>,
    /// Codes that stand where the question is closed. They count as -7; a screen offers to remove them.
    pub leftover: Vec<Place>,
}

impl Examined {
    /// A variable in a row.
    pub fn cell(&self, level: &str, row: usize, variable: &str) -> Option<&Cell> {
        self.cells.get(level)?.get(row)?.get(variable)
    }
    /// A derived variable in a row.
    pub fn derivation(&self, level: &str, row: usize, variable: &str) -> Option<&Derivation> {
        self.derived.iter().find(|one| one.place.level == level && one.place.row == row && one.place.variable == variable)
    }
    /// Whether a check fired that stops closing.
    pub fn stops(&self) -> bool {
        self.fired.iter().any(|fired| fired.severity == Severity::Hard)
    }
}

impl Codebook {
    /// What follows from a record.
    pub fn examine(&self, record: &Record) -> Examined {
        let sheet = Sheet::of(self, record);
        self.examined(&sheet, &sheet)
    }

    /// What follows from a sheet; derived variables are computed from another where codes are not final.
    fn examined(&self, sheet: &Sheet<'_>, computed_from: &Sheet<'_>) -> Examined {
        let view = View::of(sheet);
        let mut found = Examined { fired: sheet.fired(None), ..Examined::default() };
        for (level, bond) in self.levels.iter().zip(&self.plan.bonds) {
            let rows = (0..sheet.len(&level.id)).map(|row| {
                let mut cells = BTreeMap::new();
                for slot in &bond.slots {
                    let known = &self.plan.slots[*slot];
                    let place = || Place { level: level.id.clone(), row, variable: known.id.clone() };
                    match known.source {
                        Source::Derived(number) => found.derived.push(self.derivation(computed_from, number, place())),
                        Source::Coded(..) => {
                            let asked = Asked::from(view.question(*slot, row));
                            let stands = sheet.answer(&known.id, row).is_some_and(|answer| *answer != Answer::Nothing);
                            if stands && asked == Asked::Closed {
                                found.leftover.push(place());
                            }
                            cells.insert(known.id.clone(), Cell { asked, value: view.value(*slot, row).value() });
                        }
                    }
                }
                cells
            }).collect();
            found.cells.insert(level.id.clone(), rows);
        }
        found
    }

    /// What follows from codes that are not final yet. As [`Codebook::examine`], but nothing is computed from a level without rows: nobody may have come
    /// to it yet. What is asked and which checks fire stay as they will be when the codes are final.
    pub fn examine_unfinished(&self, record: &Record) -> Examined {
        let mut unfinished = Sheet::of(self, record);
        unfinished.unfinished();
        self.examined(&Sheet::of(self, record), &unfinished)
    }

    /// Takes out the codes that stand where the question is closed, and says which. They counted as -7 already, so nothing else
    /// changes.
    pub fn drop_leftover(&self, record: &mut Record) -> Vec<Place> {
        let leftover = self.examine(record).leftover;
        for place in &leftover {
            if let Some(row) = record.0.get_mut(&place.level).and_then(|rows| rows.get_mut(place.row)) {
                row.remove(&place.variable);
            }
        }
        leftover
    }

    fn derivation(&self, sheet: &Sheet, number: usize, place: Place) -> Derivation {
        let derived = &self.derived[number];
        let (trace, at) = (RefCell::new(vec![]), (self.level(&derived.level).unwrap_or_default(), place.row));
        let outcome = View::of(sheet).tracing(&trace).outcome(number, at);
        let inputs: Vec<Input> = distinct(trace.into_inner()).into_iter().map(|(slot, row)| {
            let held = View::of(sheet).value(slot, row);
            Input { place: self.place(slot, row), label: self.name_of(slot).clone(), value: held.value(), shown: self.shown(slot, &held) }
        }).collect();
        let line = outcome.step.and_then(|step| derived.cases.get(step)).filter(|line| !line.nl.is_empty()).map(|line| Label { nl: line.nl.clone(), en: line.en.clone() });
        let shown = match outcome.value {
            Ok(code) => derived.codes.iter().find(|known| known.code == code).map_or_else(|| Label { nl: code.to_string(), en: code.to_string() }, |known| known.label.clone()),
            Err(reason) => crate::words::missing(reason),
        };
        let words = crate::words::derivation(derived, &outcome, line.as_ref(), &inputs, &shown);
        Derivation { place, label: derived.label.clone(), value: outcome.value.unwrap_or_else(|reason| reason).into(), shown, step: outcome.step.map(|step| step + 1), line, inputs, words }
    }

    pub(crate) fn place(&self, slot: usize, row: usize) -> Place {
        let known = &self.plan.slots[slot];
        Place { level: self.levels[known.level].id.clone(), row, variable: known.id.clone() }
    }
}

impl Sheet<'_> {
    /// The checks that fire, of one severity or of both.
    pub fn fired(&self, severity: Option<Severity>) -> Vec<Fired> {
        let mut found = vec![];
        for (check, (level, when, then)) in self.book.checks.iter().zip(&self.book.plan.checks).filter(|(check, _)| severity.is_none_or(|wanted| wanted == check.severity)) {
            let mut hits = vec![];
            for row in 0..self.rows.get(*level).map_or(0, Vec::len) {
                let at = (*level, row);
                if View::of(self).truth(when, at) != Truth::True || View::of(self).truth(then, at) != Truth::False {
                    continue;
                }
                // Read once more, with a trace: only what fires is told, and that is rare.
                let trace = RefCell::new(vec![]);
                View::of(self).tracing(&trace).truth(when, at);
                View::of(self).tracing(&trace).truth(then, at);
                let variables = distinct(trace.into_inner()).into_iter().map(|(slot, row)| self.book.place(slot, row)).collect();
                hits.push(Hit { level: check.level.clone(), row, variables });
            }
            if !hits.is_empty() {
                found.push(Fired { check: check.id.clone(), severity: check.severity, message: check.message.clone(), hits });
            }
        }
        found
    }
    /// Whether a variable is asked in a row; a variable the codebook lacks is not.
    pub fn asked(&self, variable: &str, row: usize) -> Asked {
        self.book.plan.by_id.get(variable).map_or(Asked::Closed, |slot| View::of(self).question(*slot, row).into())
    }
    /// The effective value of a variable in a row, coded or derived: -7 where it is not asked, -9 where nothing stands.
    pub fn value(&self, variable: &str, row: usize) -> Value {
        self.book.plan.by_id.get(variable).map_or(CLOSED.into(), |slot| View::of(self).value(*slot, row).value())
    }
}

fn distinct(reads: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    let mut seen = std::collections::BTreeSet::new();
    reads.into_iter().filter(|read| seen.insert(*read)).collect()
}
