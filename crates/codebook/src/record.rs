//! A coded record: rows per level, each with its codes; and what in it can't be a code.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::evaluate::{Held, Question, UNCOLLECTED, View};
use crate::examine::field;
use crate::sheet::{Answer, LOOKED_FOR};
use crate::{Codebook, Level, Place, Sheet, Stage, Variable};

/// A row: variable ids and their codes. Dates are ISO 8601 as far as known, several codes a list, missing codes negative.
pub type Row = Map<String, Value>;

/// A record: rows per level.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Record(pub BTreeMap<String, Vec<Row>>);

impl Codebook {
    /// Says of a record which levels were looked for; the others lack rows, they have not none.
    pub fn looked_for<'a>(&self, record: &mut Record, levels: impl Iterator<Item = &'a str>) {
        let Some(outermost) = self.levels.iter().find(|level| level.parent.is_none()) else { return };
        let rows = record.0.entry(outermost.id.clone()).or_default();
        if rows.is_empty() {
            rows.push(Row::new());
        }
        if let Some(row) = rows.first_mut() {
            row.insert(LOOKED_FOR.to_owned(), levels.collect::<Vec<_>>().into());
        }
    }
    /// Levels of a record nobody looked for and that have no row: each of their variables is missing, and so is what is counted over them.
    pub fn not_looked_for(&self, record: &Record) -> Vec<&Level> {
        let sheet = Sheet::of(self, record);
        self.levels.iter().enumerate().filter(|(at, level)| sheet.unlooked(*at) && sheet.len(&level.id) == 0).map(|(_, level)| level).collect()
    }
}

/// Something in a record that can't be a code.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Faulty {
    /// Where: `victim[0].age`.
    pub field: String,
    /// Which rule, by its stable name.
    pub rule: &'static str,
}

/// The codes of 'missing' a coder may set: withheld and unknown after inquiry; the other two the system sets.
const MISSING_BY_CODER: [i64; 2] = [-6, -8];

/// More rows than any event has: twenty killed by twenty. What leans on pairs of rows stays quick below it.
pub const MOST_ROWS: usize = 400;

/// More than any reference is long.
const LONGEST: usize = 100;

/// The longest key of a row.
const LONGEST_KEY: usize = 24;

/// The longest remark in a row.
const LONGEST_REMARK: usize = 2000;

/// Everything that can't be stored.
pub fn faults(book: &Codebook, record: &Record) -> Vec<Faulty> {
    let mut found = vec![];
    for (level, rows) in &record.0 {
        if !book.levels.iter().any(|known| known.id == *level) {
            found.push(Faulty { field: level.clone(), rule: "unknown-field" });
            continue;
        }
        if rows.len() > MOST_ROWS {
            found.push(Faulty { field: level.clone(), rule: "too-many" });
            continue;
        }
        for (number, row) in rows.iter().enumerate() {
            for (id, value) in row {
                let field = field(level, number, id);
                if is_link(book, id) {
                    found.extend(link_broken(id, value).map(|rule| Faulty { field, rule }));
                    continue;
                }
                match book.variable(id).filter(|variable| variable.level == *level) {
                    None => found.push(Faulty { field, rule: "unknown-field" }),
                    Some(variable) => found.extend(rule_broken(variable, value).map(|rule| Faulty { field, rule })),
                }
            }
        }
    }
    found.extend(one_too_many(book, record));
    found
}

/// Rows there can't be: a second outermost one, two with one key, two that link the same rows.
fn one_too_many(book: &Codebook, record: &Record) -> Vec<Faulty> {
    let (sheet, mut found) = (Sheet::of(book, record), vec![]);
    for ((level, bond), lines) in book.levels.iter().zip(&book.plan.bonds).zip(&sheet.rows) {
        let rows = record.0.get(&level.id).map(Vec::as_slice).unwrap_or_default();
        if bond.parent.is_none() && rows.len() > 1 {
            found.push(Faulty { field: format!("{}[1]", level.id), rule: "only-one" });
        }
        let told = |row: usize, member: &str| rows.get(row).and_then(|row| row.get(member)).filter(|value| !value.is_null() && value.as_i64().is_none_or(|code| code >= 0));
        let under = |row: usize| bond.parent.and_then(|parent| lines.get(row)?.reach.get(parent).copied().flatten());
        let linked = |row: usize| bond.links.iter().map(|link| lines.get(row)?.reach.get(*link).copied().flatten()).collect::<Option<Vec<_>>>().filter(|linked| !linked.is_empty());
        for row in 1..rows.len().min(MOST_ROWS) {
            let stands = |member: &&str| told(row, member).is_some_and(|value| (0..row).any(|before| told(before, member) == Some(value) && (*member == "key" || under(before) == under(row))));
            let twice = ["key", level.key.as_str()].into_iter().find(stands).map(str::to_owned);
            let pair = || linked(row).filter(|pair| (0..row).any(|before| linked(before).as_ref() == Some(pair))).and(bond.links.first()).map(|link| format!("{}_key", book.levels[*link].id));
            found.extend(twice.or_else(pair).map(|member| Faulty { field: field(&level.id, row, &member), rule: "twice" }));
        }
    }
    found
}

/// Dates of what has happened that have yet to come: no date of a record is a plan.
pub fn to_come(book: &Codebook, record: &Record, today: chrono::NaiveDate) -> Vec<Place> {
    let later = |value: &Value| match value.as_str().map_or_else(|| value.as_i64().filter(|year| *year > 0).and_then(|year| Answer::when(&format!("{year:04}"))), Answer::when) {
        Some(Answer::When(_, first, _)) => first > today,
        _ => false,
    };
    let dated = |id: &str| book.variable(id).is_some_and(|variable| matches!(variable.kind.as_str(), "date" | "year_month"));
    let rows = record.0.iter().flat_map(|(level, rows)| rows.iter().enumerate().map(move |(row, codes)| (level, row, codes)));
    rows.flat_map(|(level, row, codes)| {
        codes.iter().filter(|(id, value)| dated(id) && later(value)).map(move |(id, _)| Place { level: level.clone(), row, variable: id.clone() })
    }).collect()
}

/// Keys of rows and the rows they link stand beside the variables: `key`, `victim_key`, or as the level calls its key.
fn is_link(book: &Codebook, id: &str) -> bool {
    id == "key" || id.ends_with("_key") || id == "note" || (book.levels.iter().any(|level| level.key == id) && book.variable(id).is_none())
}

/// A key is a number or a short word of small letters, never a name or a sentence; a remark is a text.
fn link_broken(id: &str, value: &Value) -> Option<&'static str> {
    match value {
        Value::Null => None,
        Value::String(text) if id == "note" => (text.chars().count() > LONGEST_REMARK).then_some("too-long"),
        Value::Number(number) if id != "note" => (!number.is_u64()).then_some("wrong-type"),
        Value::String(text) => (text.len() > LONGEST_KEY || !text.bytes().all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit() || matches!(sign, b'_' | b'-'))).then_some("wrong-type"),
        _ => Some("wrong-type"),
    }
}

fn rule_broken(variable: &Variable, value: &Value) -> Option<&'static str> {
    if value.is_null() || value.as_i64().is_some_and(|code| MISSING_BY_CODER.contains(&code)) {
        return None;
    }
    let known = |value: &Value| value.as_i64().is_some_and(|code| variable.codes.iter().any(|known| known.code == code));
    match variable.kind.as_str() {
        "multi" => {
            let Some(codes) = value.as_array() else { return Some("wrong-type") };
            let exclusive = |value: &Value| value.as_i64().is_some_and(|code| variable.codes.iter().any(|known| known.code == code && known.exclusive));
            let missing = |value: &Value| value.as_i64().is_some_and(|code| MISSING_BY_CODER.contains(&code));
            if codes.iter().any(missing) && codes.iter().any(known) {
                // Whoever says why there is no answer gives none beside it.
                Some("value-and-missing")
            } else if !codes.iter().all(known) {
                Some("not-an-option")
            } else if codes.iter().enumerate().any(|(place, code)| codes.iter().take(place).any(|before| before == code)) {
                Some("twice")
            } else if codes.len() > 1 && codes.iter().any(exclusive) {
                Some("stands-alone")
            } else {
                None
            }
        }
        _ if !variable.codes.is_empty() => (!known(value)).then_some("not-an-option"),
        "date" | "year_month" => {
            let fits = value.as_str().is_some_and(is_date) || value.as_i64().is_some_and(|year| (1800..2200).contains(&year));
            (!fits).then_some("impossible-date")
        }
        "integer" => match value.as_i64() {
            None => Some("not-a-number"),
            Some(number) => (variable.range.0.is_some_and(|min| number < min) || variable.range.1.is_some_and(|max| number > max)).then_some("out-of-range"),
        },
        _ => match value.as_str() {
            Some(text) if text.chars().count() > LONGEST => Some("too-long"),
            Some(text) if text.chars().any(char::is_control) => Some("control-characters"),
            Some(_) => None,
            None => (!value.is_number()).then_some("wrong-type"),
        },
    }
}

fn is_date(text: &str) -> bool {
    let whole = match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        _ => text.to_owned(),
    };
    whole.parse::<chrono::NaiveDate>().is_ok_and(|day| (1800..2200).contains(&chrono::Datelike::year(&day)))
}

/// Variables up to a stage that are asked and that nobody has answered yet, per row. A variable whose condition is false is not
/// asked; one whose condition leans on what is unknown after inquiry is unknown as well, and no more open than that.
pub fn open(book: &Codebook, record: &Record, stage: Stage) -> Vec<String> {
    let sheet = Sheet::of(book, record);
    let view = View::of(&sheet);
    let mut found = vec![];
    for (level, bond) in book.levels.iter().zip(&book.plan.bonds) {
        for row in 0..sheet.len(&level.id) {
            for slot in &bond.slots {
                let Some(variable) = book.variable(&book.plan.slots[*slot].id).filter(|variable| variable.stage <= stage) else { continue };
                if view.question(*slot, row) != Question::Computed && view.value(*slot, row) == Held::Missing(UNCOLLECTED) {
                    found.push(Place { level: level.id.clone(), row, variable: variable.id.clone() }.field());
                }
            }
        }
    }
    found
}
