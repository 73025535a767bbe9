//! Chronology entries pasted from a spreadsheet: read and shown first, then saved all or none.

use form::{Answers, Field, FormDef, check, column_of, from_cells, missing};
use serde::Serialize;

use super::store;
use super::write::{ENTRY, died_on};
use crate::forms;
use crate::ids::{CompartmentId, ReflectionId};
use crate::settings::Configured;
use crate::tx::{FieldFault, Place, Refused, Tx};

/// The most rows at a time.
pub const MOST: usize = 200;

/// The columns of a paste without a header, in order.
pub const COLUMNS: [&str; 6] = ["when", "kind", "whom", "what", "known_then", "source"];

/// A row as it was understood.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Pasted {
    /// Its place in what was pasted, from 1; a header is 1.
    pub line: usize,
    /// The entry it makes.
    pub answers: Answers,
    /// What stands in the way of saving it.
    pub faults: Vec<FieldFault>,
}

/// What is wrong with a paste as a whole.
fn not_rows(rule: &str) -> Refused {
    Refused::Faults(vec![FieldFault::new("text", rule)])
}

/// Reads a paste: cells apart by tabs, with or without a line of column names.
fn read(text: &str, form: &FormDef, config: &Configured) -> Result<Vec<(usize, Answers)>, Refused> {
    let first: Vec<&str> = text.lines().next().unwrap_or_default().split('\t').map(str::trim).collect();
    let named = first.iter().filter(|cell| column_of(form, cell).is_some()).count() * 2 > first.len();
    let (text, header) = if named { (text.to_owned(), 1) } else { (format!("{}\n{text}", COLUMNS.join("\t")), 0) };
    let wishes = tabular::Wishes { encoding: Some(tabular::Encoding::Utf8), delimiter: Some('\t'), sheet: None };
    let table = tabular::read(text.as_bytes(), &wishes).map_err(|why| not_rows(match why {
        tabular::TableError::Empty => "required",
        tabular::TableError::TooManyRows | tabular::TableError::TooLarge => "paste-too-many",
        _ => "paste-no-rows",
    }))?;
    if table.lines.len() > MOST {
        return Err(not_rows("paste-too-many"));
    }
    // A row is counted as one, also where a cell of it holds several lines.
    let place = |number: usize| table.lines.iter().take_while(|line| line.number < number).count() + 1 + header;
    if let Some(fault) = table.faults.first() {
        return Err(Refused::Faults(vec![FieldFault::new(format!("rows[{}]", place(fault.row)), if fault.rule == "too-long" { "too-long" } else { "paste-columns" })]));
    }
    let columns: Vec<Option<&Field>> = table.header.iter().map(|name| column_of(form, name)).collect();
    if let Some(at) = columns.iter().position(Option::is_none) {
        return Err(Refused::Faults(vec![FieldFault { words: vec![("name".to_owned(), table.header.get(at).cloned().unwrap_or_default())], ..FieldFault::new("text", "paste-unknown-column") }]));
    }
    Ok(table.lines.iter().map(|line| {
        let cells: Vec<(&Field, &str)> = columns.iter().zip(&line.cells).filter_map(|(field, cell)| Some(((*field)?, cell.as_str()))).collect();
        (place(line.number), from_cells(form, &cells, &config.lists()))
    }).collect())
}

fn looked(tx: &mut Tx, id: ReflectionId, text: &str) -> Result<(CompartmentId, Vec<Pasted>), Refused> {
    let found = store::seen(tx.db(), id)?;
    let permit = tx.permit(ENTRY.write, Place::Compartment(found.compartment), id.uuid())?;
    let (form, died) = (forms::begin(tx, &ENTRY, found.compartment)?, died_on(tx, &permit)?);
    let parts = tx.parts();
    let rows = read(text, &form, &parts.config)?.into_iter().map(|(line, told)| {
        let answers: Answers = form.presets(form::Lang::Nl).into_iter().chain(told).collect();
        let open = missing(&form, &answers).into_iter().map(|path| FieldFault::new(path.to_string(), "required"));
        let wrong = match forms::refuse(check(&form, &answers, &parts.config.lists())).and_then(|()| forms::have_been(tx, &answers, &["when"])).and_then(|()| forms::before_death(&answers, died)) {
            Err(Refused::Faults(faults)) => faults,
            _ => vec![],
        };
        let faults = wrong.iter().cloned().chain(open.filter(|open| !wrong.iter().any(|fault| fault.field == open.field))).collect();
        Pasted { line, answers, faults }
    }).collect();
    Ok((found.compartment, rows))
}

/// What a paste would make; nothing is kept.
///
/// # Errors
/// `Faults` for what are no rows, too many, or a column that is no question of the form; `Rule("events-not-asked")`; `NotFound`; `NotYours`.
pub fn look_at_paste(tx: &mut Tx, id: ReflectionId, text: &str) -> Result<Vec<Pasted>, Refused> {
    Ok(looked(tx, id, text)?.1)
}

/// Saves the rows of a paste as entries, all or none. Returns how many.
///
/// # Errors
/// As [`look_at_paste`]; `Faults` at `rows[n].…` for every row something is wrong with; `Rule("wrong-reflection-state")`.
pub fn paste(tx: &mut Tx, id: ReflectionId, text: &str) -> Result<usize, Refused> {
    let (within, rows) = looked(tx, id, text)?;
    let faults: Vec<FieldFault> = rows.iter().flat_map(|row| row.faults.iter().map(|fault| FieldFault { field: format!("rows[{}].{}", row.line, fault.field), ..fault.clone() })).collect();
    if !faults.is_empty() {
        return Err(Refused::Faults(faults));
    }
    for row in &rows {
        forms::create(tx, &ENTRY, within, None, &row.answers)?;
    }
    Ok(rows.len())
}
