//! How columns of a file are read: which variable of which row, and which word means which code.

use std::collections::{BTreeMap, BTreeSet};

use codebook::{Codebook, Level, Variable};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tabular::{Encoding, Wishes};

use crate::tx::FieldFault;

/// The most rows of a level that columns may fill; for levels whose rows are named by a code, codes go further.
const MOST_ROWS: usize = 20;

/// How a file is read.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default)]
pub struct Mapping {
    /// The encoding, where the one found is not it.
    pub encoding: Option<String>,
    /// The delimiter, where the one found is not it.
    pub delimiter: Option<char>,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// By the name of the column.
    pub columns: BTreeMap<String, Column>,
    /// Whether rows that say the same as rows loaded before, or as rows above them, are about other cases; else they stop the load.
    pub other_cases: bool,
}

/// How a column is read.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Id of the variable.
    pub variable: String,
    /// Which row of its level, from 1; for risk factors the code of the factor.
    #[serde(default = "first")]
    pub row: usize,
    /// Which word means which code, beside the codes and labels of the codebook.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, i64>")]
    pub codes: BTreeMap<String, Value>,
    /// What stands first in days such as 03/04/2015, which say two things; none where none of them can be read two ways.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dates: Option<Dates>,
}

/// What stands first in a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Dates {
    /// As in 31/12/2015.
    DayFirst,
    /// As in 12/31/2015.
    MonthFirst,
}

fn first() -> usize {
    1
}

impl Mapping {
    /// What the reader of the file is told.
    pub(super) fn wishes(&self) -> Wishes {
        Wishes { encoding: self.encoding.as_deref().and_then(Encoding::from_word), delimiter: self.delimiter, sheet: self.sheet.clone() }
    }

    /// The levels of which a column is read.
    pub(super) fn levels<'a>(&self, book: &'a Codebook) -> BTreeSet<&'a str> {
        self.columns.values().filter_map(|column| Some(place(book, &column.variable)?.1.id.as_str())).collect()
    }

    /// The levels nobody can have looked for whose file is read so: of pairs of rows those that lack one of the two.
    pub(super) fn not_looked_for(&self, book: &Codebook) -> Vec<String> {
        let mut record = codebook::Record::default();
        book.looked_for(&mut record, self.levels(book).into_iter());
        book.not_looked_for(&record).into_iter().map(|level| level.id.clone()).collect()
    }

    /// What in it can't be: columns there are not, variables there are not, two columns for one place, rows and codes there are not.
    pub(super) fn faults(&self, book: &Codebook, header: &[String]) -> Vec<FieldFault> {
        let mut found = vec![];
        if self.encoding.as_deref().is_some_and(|word| Encoding::from_word(word).is_none()) {
            found.push(FieldFault::new("encoding", "not-an-option"));
        }
        if self.delimiter.is_some_and(|sign| !matches!(sign, ';' | ',' | '\t' | '|')) {
            found.push(FieldFault::new("delimiter", "not-an-option"));
        }
        let mut taken = BTreeSet::new();
        for (name, column) in &self.columns {
            let field = |part: &str| format!("columns.{name}{part}");
            let mut at_fault = |part: &str, rule: &str| found.push(FieldFault::new(field(part), rule));
            if !header.contains(name) {
                at_fault("", "unknown-field");
                continue;
            }
            let Some((variable, level)) = place(book, &column.variable) else {
                found.push(FieldFault::none_of(field(".variable"), "no-variable", &column.variable, book.variables.iter().map(|variable| variable.id.as_str())));
                continue;
            };
            let possible = match naming(book, level) {
                Some(naming) => naming.codes.iter().any(|code| i64::try_from(column.row).is_ok_and(|row| row == code.code)) && naming.id != variable.id,
                None => column.row >= 1 && column.row <= if level.parent.is_none() { 1 } else { MOST_ROWS },
            };
            if !taken.insert((column.variable.clone(), column.row)) {
                at_fault(".variable", "twice");
            }
            if column.dates.is_some() && !dated(variable) {
                at_fault(".dates", "not-an-option");
            }
            if !possible {
                let rows: Vec<String> = match naming(book, level) {
                    Some(naming) => naming.codes.iter().map(|code| code.code.to_string()).collect(),
                    None => (1..=if level.parent.is_none() { 1 } else { MOST_ROWS }).map(|row| row.to_string()).collect(),
                };
                found.push(FieldFault::none_of(field(".row"), "no-row", &column.row.to_string(), rows.iter().map(String::as_str)));
            }
            let codes: Vec<String> = variable.codes.iter().map(|code| code.code).chain([-6, -8]).map(|code| code.to_string()).collect();
            for (word, value) in column.codes.iter().filter(|(_, value)| !codes.contains(&value.to_string())) {
                let mut fault = FieldFault::none_of(field(".codes"), "no-code", &value.to_string(), codes.iter().map(String::as_str));
                fault.words.push(("word".into(), word.clone()));
                found.push(fault);
            }
        }
        found
    }

    /// A first guess: columns that bear the id or the name of a variable, with the number of the row behind it, as `victim_age_2`.
    pub(super) fn guessed(book: &Codebook, header: &[String]) -> Mapping {
        let mut mapping = Mapping::default();
        let mut taken = BTreeSet::new();
        for name in header {
            let small = name.trim().to_lowercase();
            let (stem, row) = match small.rsplit_once(['_', ' ']) {
                Some((stem, number)) if number.len() <= 2 => number.parse::<usize>().map_or((small.as_str(), 1), |row| (stem, row)),
                _ => (small.as_str(), 1),
            };
            let named = |wanted: &str| book.variables.iter().find(|variable| variable.id == wanted || variable.label.nl.to_lowercase() == wanted || variable.label.en.to_lowercase() == wanted);
            let Some((variable, row)) = named(&small).map(|variable| (variable, 1)).or_else(|| named(stem).map(|variable| (variable, row))) else { continue };
            let column = Column { variable: variable.id.clone(), row, ..Column::default() };
            let one = Mapping { columns: BTreeMap::from([(name.clone(), column.clone())]), ..Mapping::default() };
            if one.faults(book, header).is_empty() && taken.insert((variable.id.clone(), row)) {
                mapping.columns.insert(name.clone(), column);
            }
        }
        mapping
    }
}

/// A variable that can be filled, with its level.
pub(super) fn place<'a>(book: &'a Codebook, id: &str) -> Option<(&'a Variable, &'a Level)> {
    let variable = book.variable(id)?;
    Some((variable, book.levels.iter().find(|level| level.id == variable.level)?))
}

/// Whether a variable is a day or a month.
pub(super) fn dated(variable: &Variable) -> bool {
    matches!(variable.kind.as_str(), "date" | "year_month")
}

/// The variable whose code names a level's rows, as the factor does for risk factors; none where rows are numbered.
pub(super) fn naming<'a>(book: &'a Codebook, level: &Level) -> Option<&'a Variable> {
    book.variable(&level.key).filter(|variable| variable.level == level.id && !variable.codes.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Configured;

    #[test]
    fn columns_named_as_variables_are_found_and_two_for_one_place_are_refused() {
        let book = Configured::load().expect("configuration").codebook;
        let header: Vec<String> = ["incident_date", "victim_age", "victim_age_2", "Politie-eenheid of eiland", "dossier"].map(str::to_owned).to_vec();
        let mapping = Mapping::guessed(&book, &header);
        let told: Vec<(&str, usize)> = mapping.columns.values().map(|column| (column.variable.as_str(), column.row)).collect();
        assert_eq!(told, [("police_region", 1), ("incident_date", 1), ("victim_age", 1), ("victim_age", 2)]);
        assert!(mapping.faults(&book, &header).is_empty());
        let mut twice = mapping.clone();
        twice.columns.insert("dossier".into(), Column { variable: "victim_age".into(), row: 2, ..Column::default() });
        assert_eq!(twice.faults(&book, &header).iter().map(|fault| fault.rule.as_str()).collect::<Vec<_>>(), ["twice"]);
        let wrong = Mapping { columns: [("dossier", "shoe_size", 1), ("victim_age", "police_region", 2), ("nowhere", "victim_age", 1)].map(|(name, variable, row)| (name.to_owned(), Column { variable: variable.into(), row, ..Column::default() })).into(), ..Mapping::default() };
        assert_eq!(wrong.faults(&book, &header).iter().map(|fault| (fault.field.as_str(), fault.rule.as_str())).collect::<Vec<_>>(),
            [("columns.dossier.variable", "no-variable"), ("columns.nowhere", "unknown-field"), ("columns.victim_age.row", "no-row")]);
        // Each says what was asked, and what is possible.
        let told = wrong.faults(&book, &header)[0].text(&crate::texts::Words { language: crate::texts::Language::En });
        assert!(told.starts_with("\"shoe_size\" is no variable of the codebook. Possible are: s") && told.ends_with(", …."), "{told}");
    }
}
