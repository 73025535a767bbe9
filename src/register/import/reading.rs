//! A row of a file as a record: its cells as codes, the checks of the codebook, and what may not be kept cut to what follows from it.

use std::sync::atomic::{AtomicBool, Ordering};

use chrono::NaiveDate;
use codebook::{Codebook, Record, Row, Severity, Variable, faults, to_come};
use form::Answers;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tabular::{Line, Table};

use super::Earlier;
use super::mapping::{Column, Dates, Mapping, naming, place};
use crate::settings::Intake;
use crate::texts::Words;
use crate::tx::FieldFault;

/// Something about a row.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Told {
    /// The row in the file; 0 for the file as a whole.
    pub row: usize,
    /// The name of the column; none where the whole row is meant.
    pub column: Option<String>,
    /// Which rule; its text is `fault-<rule>`.
    pub rule: String,
    /// The check of the codebook, and what it says in Dutch and in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<[String; 3]>,
    /// The import that loaded a row saying the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier: Option<Earlier>,
    /// What stands in the cell.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub value: String,
    /// What could stand there, in Dutch and in English: the codes, the numbers, the forms of a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed: Option<[String; 2]>,
    /// What else it is about, as the sheets nobody sees.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// Whether it stops the load.
    pub stops: bool,
    /// One sentence, in the language of whoever asks.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

impl Told {
    fn new(row: usize, column: Option<String>, rule: &str, stops: bool) -> Told {
        Told { row, column, rule: rule.to_owned(), check: None, earlier: None, value: String::new(), allowed: None, about: String::new(), stops, text: String::new() }
    }
    /// About what stands in a cell, with what could.
    fn of_cell(row: usize, column: Option<String>, rule: &str, variable: Option<&Variable>, cell: &str) -> Told {
        // What is no code but words of somebody's own is not repeated.
        let value = if variable.is_some_and(|variable| variable.kind == "text_internal") { "" } else { cell.trim() };
        let value = value.chars().filter(|sign| !sign.is_control()).take(LONGEST_SHOWN).collect();
        Told { value, allowed: variable.and_then(|variable| allowed(variable, rule)), ..Told::new(row, column, rule, true) }
    }
    /// About the file as a whole, which stops nothing; its row is 0.
    pub(super) fn of_file(rule: &str, what: &str) -> Told {
        Told { about: what.to_owned(), ..Told::new(0, None, rule, false) }
    }
    /// About a row that says what a row loaded before says.
    pub(super) fn loaded_before(row: usize, earlier: Earlier, stops: bool) -> Told {
        Told { earlier: Some(earlier), ..Told::new(row, None, "loaded-before", stops) }
    }
    /// About a row that says what a row above it in the file says.
    pub(super) fn same_row(row: usize, first: usize, stops: bool) -> Told {
        Told { about: first.to_string(), ..Told::new(row, None, "same-row", stops) }
    }
    /// Whether it is about a row that stands in the register or in the file already, which may be about another case.
    pub fn known_already(&self) -> bool {
        self.earlier.is_some() || self.rule == "same-row"
    }
    /// With its sentence.
    pub fn worded(mut self, words: &Words) -> Told {
        let mut fault = FieldFault::new(self.column.clone().unwrap_or_default(), self.rule.clone());
        if let Some([check, nl, en]) = &self.check {
            fault.words = vec![("check".into(), check.clone()), ("nl".into(), nl.clone()), ("en".into(), en.clone())];
        }
        if !self.about.is_empty() {
            fault.words.push(("what".into(), self.about.clone()));
        }
        if let Some(earlier) = &self.earlier {
            if earlier.title.is_empty() {
                fault.rule.push_str("-untitled");
            }
            fault.words = vec![("title".into(), earlier.title.clone()), ("day".into(), words.day(&earlier.on))];
        }
        self.text = fault.text(words);
        let mut more = |key: &str, name: &str, what: &str| {
            self.text.push(' ');
            self.text.push_str(&words.with(key, &[(name, what)]));
        };
        if !self.value.is_empty() {
            more("import-stands", "value", &self.value);
        }
        if let Some([nl, en]) = &self.allowed {
            more("import-allowed", "what", if words.code() == "en" { en.as_str() } else { nl.as_str() });
        }
        self
    }
}

/// The longest piece of a cell that is shown, and the most codes that are listed.
const LONGEST_SHOWN: usize = 60;
const MOST_LISTED: usize = 12;
/// The forms of a day that are read as they are.
const DAYS: &str = "2019-03-04, 2019-03, 2019, 04-03-2019";

/// What could stand in a cell that breaks a rule about its value.
fn allowed(variable: &Variable, rule: &str) -> Option<[String; 2]> {
    let both = |text: String| Some([text.clone(), text]);
    match rule {
        "not-an-option" | "wrong-type" | "stands-alone" if !variable.codes.is_empty() => {
            let list = |language: &str| {
                let some: Vec<String> = variable.codes.iter().take(MOST_LISTED).map(|code| format!("{} {}", code.code, code.label.get(language))).collect();
                let more = if variable.codes.len() > MOST_LISTED { ", …" } else { "" };
                format!("{}{more}", some.join(", "))
            };
            Some([list("nl"), list("en")])
        }
        "out-of-range" | "not-a-number" => match variable.range {
            (Some(least), Some(most)) => Some([format!("{least} tot en met {most}"), format!("{least} to {most}")]),
            (Some(least), None) => Some([format!("vanaf {least}"), format!("from {least}")]),
            (None, Some(most)) => Some([format!("tot en met {most}"), format!("up to {most}")]),
            (None, None) => None,
        },
        "impossible-date" | "unreadable-date" => both(DAYS.to_owned()),
        _ => None,
    }
}

/// A row ready to be a record.
#[derive(Clone, Debug)]
pub(super) struct Ready {
    /// The codes, without what may not be kept.
    pub(super) record: Record,
    /// What it has in common with a notification, for the search for duplicates.
    pub(super) answers: Answers,
    /// Year of the event.
    pub(super) year: i32,
    /// Police region.
    pub(super) region: Option<i32>,
    /// All it says, in one order: the same for the same row out of any file.
    pub(super) says: Vec<u8>,
}

/// Reads rows of a table. What is told of cells by the reader of the file is told here too.
pub(super) struct Reading<'a> {
    pub(super) book: &'a Codebook,
    pub(super) intake: &'a Intake,
    pub(super) mapping: &'a Mapping,
    pub(super) table: &'a Table,
    /// The day of today: nothing past is later.
    pub(super) today: NaiveDate,
    /// Whether it was said already that not all is kept.
    pub(super) said: &'a AtomicBool,
}

impl Reading<'_> {
    /// A row: what is told of it, and the record where nothing stops it.
    pub(super) fn line(&self, line: &Line) -> (Vec<Told>, Option<Ready>) {
        let mut told = vec![];
        let name = |column: usize| self.table.header.get(column).cloned();
        let from = self.table.faults.partition_point(|fault| fault.row < line.number);
        for fault in self.table.faults.iter().skip(from).take_while(|fault| fault.row == line.number) {
            // What stands in a column nobody reads stops nothing.
            if fault.column.is_none() || fault.column.and_then(name).is_some_and(|name| self.mapping.columns.contains_key(&name)) {
                told.push(Told::new(line.number, fault.column.and_then(name), fault.rule, true));
            }
        }
        let (mut record, mut says) = (Record::default(), vec![]);
        for level in self.book.levels.iter().filter(|level| level.parent.is_none()) {
            record.0.insert(level.id.clone(), vec![Row::new()]);
        }
        for (at, cell) in line.cells.iter().enumerate() {
            let Some((name, column)) = name(at).and_then(|name| Some((name.clone(), self.mapping.columns.get(&name)?))) else { continue };
            let Some((variable, level)) = place(self.book, &column.variable) else { continue };
            let value = match code(variable, column, cell) {
                Ok(Some(value)) => value,
                Ok(None) => continue,
                Err(rule) => {
                    told.push(Told::of_cell(line.number, Some(name), rule, Some(variable), cell));
                    continue;
                }
            };
            says.push((variable.id.as_str(), column.row, in_one_order(&value)));
            let rows = record.0.entry(level.id.clone()).or_default();
            let row = match naming(self.book, level) {
                Some(naming) => rows.iter().position(|row| row.get(&naming.id).and_then(Value::as_u64) == u64::try_from(column.row).ok()).unwrap_or_else(|| {
                    rows.push(Row::from_iter([(naming.id.clone(), Value::from(column.row))]));
                    rows.len() - 1
                }),
                None => {
                    if rows.len() < column.row {
                        rows.resize(column.row, Row::new());
                    }
                    column.row - 1
                }
            };
            if let Some(row) = rows.get_mut(row) {
                row.insert(variable.id.clone(), value);
            }
        }
        // A second victim without a first: which of the two it was, the file doesn't say.
        for level in self.book.levels.iter().filter(|level| level.parent.is_some()) {
            let Some(empty) = record.0.get(&level.id).and_then(|rows| rows.iter().position(Row::is_empty)) else { continue };
            // The first filled one behind it, by what filled it.
            let behind = line.cells.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty()).find_map(|(at, _)| {
                let name = name(at)?;
                let column = self.mapping.columns.get(&name)?;
                (place(self.book, &column.variable)?.1.id == level.id && column.row > empty + 1).then_some(name)
            });
            let check = Some([level.id.clone(), level.label.nl.clone(), level.label.en.clone()]);
            told.push(Told { check, about: (empty + 1).to_string(), ..Told::new(line.number, behind, "row-skipped", true) });
        }
        let of_field = |field: &str, rule: &str| {
            let column = self.column_of(field);
            let variable = field.split_once("].").and_then(|(_, id)| self.book.variable(id));
            let cell = column.as_ref().and_then(|name| line.cells.get(self.table.header.iter().position(|known| known == name)?));
            Told::of_cell(line.number, column, rule, variable, cell.map(String::as_str).unwrap_or_default())
        };
        for fault in faults(self.book, &record) {
            told.push(of_field(&fault.field, fault.rule));
        }
        for place in to_come(self.book, &record, self.today) {
            told.push(of_field(&place.field(), "in-the-future"));
        }
        // An answer where nothing is asked contradicts another; which of the two is right, the file doesn't say.
        for place in self.book.not_asked(&Record::default(), &record) {
            told.push(of_field(&place.field(), "not-asked"));
        }
        if told.iter().any(|one| one.stops) {
            return (told, None);
        }
        // A level the file has no column for has not no rows: whoever made the file did not look.
        self.book.looked_for(&mut record, self.mapping.levels(self.book).into_iter());
        self.book.complete(&mut record);
        for fired in self.book.examine(&record).fired {
            for hit in &fired.hits {
                let column = hit.variables.iter().find_map(|place| self.column_of(&place.field()));
                let check = Some([fired.check.clone(), fired.message.nl.clone(), fired.message.en.clone()]);
                told.push(Told { check, ..Told::new(line.number, column, "check", fired.severity == Severity::Hard) });
            }
        }
        let answers = self.intake.answers(&record);
        // Said once a file: it is so of nearly every row, and would hide what differs.
        if cut(self.book, &mut record) && !self.said.swap(true, Ordering::Relaxed) {
            told.push(Told::new(line.number, None, "not-kept", false));
        }
        // Without the keys of the case itself it could be counted in no table.
        let flat = self.book.flat(&record);
        for column in self.book.columns().filter(|column| column.gate == "key" && self.book.levels.iter().any(|level| level.id == column.level && level.parent.is_none())) {
            let known = flat.get(column.level).and_then(|rows| rows.first()).and_then(|row| row.values.get(column.id)).and_then(Value::as_i64).is_some_and(|code| code >= 0);
            if !known {
                let check = Some([column.id.to_owned(), column.label.nl.clone(), column.label.en.clone()]);
                told.push(Told { check, ..Told::new(line.number, None, "needed-to-count", true) });
            }
        }
        let year = answers.get("incident_date").and_then(|value| form::Partial::parse(&value.as_str().map_or_else(|| value.to_string(), str::to_owned))).map(|date| date.year);
        let region = answers.get("police_region").and_then(Value::as_i64).and_then(|code| i32::try_from(code).ok());
        says.sort();
        let says = serde_json::to_vec(&says).unwrap_or_default();
        match year {
            Some(year) if !told.iter().any(|one| one.stops) => (told, Some(Ready { record, answers, year, region, says })),
            Some(_) => (told, None),
            None => {
                if !told.iter().any(|one| one.stops) {
                    told.push(Told::new(line.number, None, "year-unknown", true));
                }
                (told, None)
            }
        }
    }

    /// The column that filled a field, as `victim[0].victim_age`.
    fn column_of(&self, field: &str) -> Option<String> {
        let (place, variable) = field.split_once("].")?;
        let row: usize = place.split_once('[')?.1.parse().ok()?;
        let of = |exact: bool| self.mapping.columns.iter().find(|(_, column)| column.variable == variable && (!exact || column.row == row + 1)).map(|(name, _)| name.clone());
        of(true).or_else(|| of(false))
    }
}

/// A value as text; several codes in the order of their numbers.
fn in_one_order(value: &Value) -> String {
    let mut several = value.as_array().cloned().unwrap_or_default();
    several.sort_by_key(Value::as_i64);
    if several.is_empty() { value.to_string() } else { Value::from(several).to_string() }
}

/// A cell as a code; none for an empty one: not collected.
///
/// # Errors
/// The rule it breaks.
fn code(variable: &Variable, column: &Column, cell: &str) -> Result<Option<Value>, &'static str> {
    let cell = cell.trim();
    if cell.is_empty() {
        return Ok(None);
    }
    let one = |word: &str| -> Option<Value> {
        let word = word.trim();
        let meant = column.codes.iter().find(|(known, _)| known.trim().eq_ignore_ascii_case(word)).map(|(_, code)| code.clone());
        let missing = || word.parse::<i64>().ok().filter(|code| matches!(code, -6 | -8)).map(Value::from);
        let small = word.to_lowercase();
        let known = || variable.codes.iter().find(|code| code.code.to_string() == word || code.label.nl.to_lowercase() == small || code.label.en.to_lowercase() == small).map(|code| Value::from(code.code));
        meant.or_else(missing).or_else(known)
    };
    if let Some(value) = one(cell) {
        return Ok(Some(if variable.kind == "multi" && value.as_i64().is_some_and(|code| code >= 0) { Value::from(vec![value]) } else { value }));
    }
    match variable.kind.as_str() {
        "multi" => cell.split(['|', ';', ',']).filter(|part| !part.trim().is_empty()).map(one).collect::<Option<Vec<_>>>().map(|codes| Some(codes.into())).ok_or("not-an-option"),
        _ if !variable.codes.is_empty() => Err("not-an-option"),
        "integer" => cell.parse::<i64>().map(|number| Some(number.into())).map_err(|_| "not-a-number"),
        "date" | "year_month" => date(cell, column.dates).map(|text| Some(text.into())),
        _ => Ok(Some(cell.into())),
    }
}

/// The values of a column that mean no code by themselves, each once, in the order met, at most so many; those mapped before among them.
pub(super) fn unknown<'a>(variable: &Variable, column: &Column, cells: impl Iterator<Item = &'a String>) -> Vec<String> {
    if variable.codes.is_empty() {
        return vec![];
    }
    let (mut found, mut seen) = (vec![], std::collections::BTreeSet::new());
    let nothing = Column::default();
    for cell in cells {
        if found.len() == super::MOST_VALUES {
            break;
        }
        if seen.insert(cell) && code(variable, &nothing, cell).is_err() {
            found.push(cell.clone());
        }
    }
    // Values mapped that this file doesn't hold stay remembered.
    found.extend(column.codes.keys().filter(|word| !seen.contains(word)).cloned());
    found
}

/// A day, a month or a year, as ISO 8601 has it or with the day first; between strokes nothing that could be read two ways, unless it was said
/// what stands first.
///
/// # Errors
/// The rule it breaks: `unreadable-date`, `ambiguous-date`, `impossible-date`.
fn date(cell: &str, first: Option<Dates>) -> Result<String, &'static str> {
    let cell = cell.split(['T', ' ']).next().unwrap_or(cell);
    let parts: Vec<&str> = cell.split(['-', '/', '.']).collect();
    let text = match parts.as_slice() {
        [year] | [year, _] | [year, _, _] if year.len() == 4 => parts.iter().map(|part| format!("{part:0>2}")).collect::<Vec<_>>().join("-"),
        [month, year] if year.len() == 4 => format!("{year}-{month:0>2}"),
        [month, day, year] if year.len() == 4 && first == Some(Dates::MonthFirst) => format!("{year}-{month:0>2}-{day:0>2}"),
        // 03/04/2015 is the third of April here, and the fourth of March elsewhere.
        [one, other, year] if year.len() == 4 && first.is_none() && cell.contains('/') && one.parse::<u8>() != other.parse::<u8>() && [one, other].into_iter().all(|part| part.parse::<u8>().is_ok_and(|part| (1..=12).contains(&part))) => return Err("ambiguous-date"),
        [day, month, year] if year.len() == 4 => format!("{year}-{month:0>2}-{day:0>2}"),
        _ => return Err("unreadable-date"),
    };
    form::Partial::parse(&text).map(|date| date.iso()).ok_or("impossible-date")
}

/// Takes out what leaves in no form: a day is kept as the year that follows from it, everything else of its kind goes. Whether anything went.
fn cut(book: &Codebook, record: &mut Record) -> bool {
    let mut went = false;
    for variable in book.variables.iter().filter(|variable| variable.export == "never") {
        let as_year = variable.kind == "date" && book.derived.iter().any(|derived| derived.from == [variable.id.clone()] && derived.function.starts_with("year("));
        for row in record.0.get_mut(&variable.level).into_iter().flatten() {
            let Some(value) = row.remove(&variable.id) else { continue };
            went |= !value.is_null();
            // A missing code tells of no day.
            if value.as_i64().is_some_and(|code| code < 0) {
                row.insert(variable.id.clone(), value);
            } else if let Some(date) = as_year.then(|| form::Partial::parse(&value.as_str().map_or_else(|| value.to_string(), str::to_owned))).flatten() {
                row.insert(variable.id.clone(), date.year.to_string().into());
            }
        }
    }
    went
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Configured;
    use tabular::{Wishes, read};

    fn of(file: &str) -> Vec<(Vec<Told>, Option<Ready>)> {
        let config = Configured::load().expect("configuration");
        let table = read(file.as_bytes(), &Wishes::default()).expect("a table");
        let mapping = Mapping::guessed(&config.codebook, &table.header);
        let (today, said) = (NaiveDate::from_ymd_opt(2026, 11, 1).expect("a day"), AtomicBool::new(false));
        let reading = Reading { book: &config.codebook, intake: &config.intake, mapping: &mapping, table: &table, today, said: &said };
        table.lines.iter().map(|line| reading.line(line)).collect()
    }

    #[test]
    fn a_row_becomes_a_record_whose_days_are_years() {
        let found = of("incident_date;police_region;case_scope;victim_sex;victim_age;victim_death_date;municipality\n04-03-2019;Limburg;doding van huisgenoot of zorgafhankelijke;2;34;2019-03-05;0935\n");
        let (told, ready) = &found[0];
        let ready = ready.as_ref().unwrap_or_else(|| panic!("{told:?}"));
        let text = serde_json::to_string(&ready.record).expect("a record");
        assert!(!text.contains("2019-03") && !text.contains("0935"), "{text}");
        assert_eq!((ready.year, ready.region), (2019, Some(10)));
        assert_eq!(ready.answers.get("incident_date").and_then(Value::as_str), Some("2019-03-04"), "the search for duplicates sees the day");
        assert!(told.iter().any(|one| one.rule == "not-kept" && !one.stops));
    }

    #[test]
    fn a_level_without_a_column_is_not_looked_for_and_one_with_a_column_has_no_rows() {
        let config = Configured::load().expect("configuration");
        let book = &config.codebook;
        let of_case = |record: &Record, id: &str| book.flat(record)["case"][0].values[id].as_i64();
        let record = |file: &str| of(file).remove(0).1.expect("a record").record;
        let silent = record("incident_date;police_region;case_scope\n2019;1;11\n");
        let gone: Vec<&str> = book.not_looked_for(&silent).iter().map(|level| level.id.as_str()).collect();
        assert_eq!(gone, ["victim", "suspect", "relation", "child", "agency_contact", "recommendation"]);
        for id in ["children_bereaved", "child_exposed", "known_to_agency", "agencies_last_year", "measure_in_force", "flags_present", "flags_known"] {
            assert_eq!(of_case(&silent, id), Some(-9), "{id} follows from rows nobody looked for");
        }
        // As it stands in the database, and back.
        let kept: Record = serde_json::from_value(serde_json::to_value(&silent).expect("json")).expect("a record");
        assert_eq!(book.not_looked_for(&kept).len(), gone.len());
        let told = record("incident_date;police_region;case_scope;child_exposure;victim_age;suspect_age\n2019;1;11;;40;41\n");
        assert_eq!((of_case(&told, "children_bereaved"), of_case(&told, "child_exposed"), of_case(&told, "known_to_agency")), (Some(1), Some(2), Some(-9)));
        // Pairs follow from the two they link.
        assert!(book.not_looked_for(&told).iter().all(|level| !matches!(level.id.as_str(), "child" | "victim" | "suspect" | "relation")));
        assert!(of_case(&silent, "completeness") < of_case(&told, "completeness"), "what was not looked for is not filled");
        // Nobody says it by hand.
        assert!(faults(book, &kept).iter().any(|fault| fault.field == "case[0].looked_for"));
    }

    #[test]
    fn what_contradicts_itself_or_is_yet_to_come_is_told_by_its_column() {
        let stops = |file: &str| -> Vec<(usize, Option<String>, String)> {
            of(file).into_iter().flat_map(|(told, _)| told).filter(|one| one.stops && one.rule != "check").map(|one| (one.row, one.column, one.rule)).collect()
        };
        let said = |row: usize, column: &str, rule: &str| (row, Some(column.to_owned()), rule.to_owned());
        assert_eq!(stops("incident_date;police_region;case_scope;urbanity\n2019;11;11;1\n"), [said(2, "urbanity", "not-asked")], "the islands have no degree of urbanity");
        assert_eq!(stops("incident_date;police_region;case_scope\n2026-11-02;1;11\n2026;1;11\n"), [said(2, "incident_date", "in-the-future")]);
        let kept: Vec<usize> = of("incident_date;police_region;case_scope\n2019-03-04;1;11\n2019-03-05;1;11\n").into_iter().flat_map(|(told, _)| told).filter(|one| one.rule == "not-kept").map(|one| one.row).collect();
        assert_eq!(kept, [2], "once a file");
    }

    #[test]
    fn a_row_says_the_same_out_of_any_file() {
        let says = |file: &str| of(file).remove(0).1.expect("a record").says;
        let one = says("incident_date;police_region;case_scope;victim_age;suspect_age\n04-03-2019;Limburg;11;34;40\n");
        assert_eq!(one, says("suspect_age,case_scope,dossier,victim_age,police_region,incident_date\n40, 11,x,034,10,2019-03-04\n"), "order, delimiter, words and what is not read");
        assert_ne!(one, says("incident_date;police_region;case_scope;victim_age;suspect_age\n05-03-2019;Limburg;11;34;40\n"), "another day");
        assert_ne!(one, says("incident_date;police_region;case_scope;victim_age;suspect_age\n04-03-2019;Limburg;11;40;34\n"), "another age");
        assert_eq!([serde_json::json!([4, 1]), serde_json::json!([1, 4])].map(|value| in_one_order(&value)), ["[1,4]", "[1,4]"]);
    }

    #[test]
    fn each_fault_says_its_row_and_column() {
        let found = of("incident_date;police_region;case_scope;victim_age;victim_age_2\n2019;Atlantis;1;34;\n31-02-2019;1;1;130;\n2019-05-05;1;1;;7\n;1;1;30;\n2019;1;;30;\n");
        let rules: Vec<Vec<(usize, Option<&str>, &str)>> = found.iter().map(|(told, _)| told.iter().filter(|one| one.stops).map(|one| (one.row, one.column.as_deref(), one.rule.as_str())).collect()).collect();
        assert_eq!(rules[0], [(2, Some("police_region"), "not-an-option")]);
        assert_eq!(rules[1], [(3, Some("incident_date"), "impossible-date"), (3, Some("victim_age"), "out-of-range")]);
        assert_eq!(rules[2], [(4, Some("victim_age_2"), "row-skipped")]);
        // With what stands there and what could: the codes, the numbers, the forms of a day; and which row of what is empty.
        let words = Words { language: crate::texts::Language::Nl };
        let said = |row: usize, at: usize| found[row].0.iter().filter(|one| one.stops).nth(at).expect("a fault").clone().worded(&words).text;
        assert!(said(0, 0).contains("Atlantis") && said(0, 0).contains("10 Limburg"), "{}", said(0, 0));
        assert!(said(1, 0).contains("31-02-2019") && said(1, 0).contains("04-03-2019"), "{}", said(1, 0));
        assert!(said(1, 1).contains("130") && said(1, 1).contains("tot en met"), "{}", said(1, 1));
        assert!(said(2, 0).contains("nummer 1") && said(2, 0).to_lowercase().contains("slachtoffer"), "{}", said(2, 0));
        assert!(rules[3].iter().any(|one| one.2 == "needed-to-count") && rules[4].iter().any(|one| one.2 == "needed-to-count"), "{rules:?}");
        assert!(found.iter().all(|(_, ready)| ready.is_none()));
    }

    #[test]
    fn a_date_never_turns_and_what_could_be_read_two_ways_is_none() {
        for day in 1..=28 {
            for month in 1..=12 {
                let right = Ok(format!("2019-{month:02}-{day:02}"));
                assert_eq!(date(&format!("{day}-{month}-2019"), None), right);
                assert_eq!(date(&format!("2019/{month}/{day}"), None), right);
                // Between strokes it is said what stands first, where both could be a month.
                assert_eq!(date(&format!("{day}/{month}/2019"), None), if day <= 12 && day != month { Err("ambiguous-date") } else { right.clone() });
                assert_eq!(date(&format!("{day}/{month}/2019"), Some(Dates::DayFirst)), right);
                assert_eq!(date(&format!("{month}/{day}/2019"), Some(Dates::MonthFirst)), right);
            }
        }
        assert_eq!(["2019", "2019-3", "03-2019", "2019-03-04 00:00:00"].map(|text| date(text, None)), [Ok("2019".into()), Ok("2019-03".into()), Ok("2019-03".into()), Ok("2019-03-04".into())]);
        assert_eq!(["04-03-19", "15-3-14", "42067", "maart 2019", "1-2", "", "--"].map(|text| date(text, None)), [const { Err::<String, &'static str>("unreadable-date") }; 7]);
        assert_eq!(["31-02-2019", "2019-13", "12/25/2015"].map(|text| date(text, None)), [const { Err::<String, &'static str>("impossible-date") }; 3]);
    }
}
