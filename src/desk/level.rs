//! One level of a record, generated from the codebook: every variable that is asked, and beside each what the coder says of it.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use codebook::{Asked, Codebook, Examined, Fired, Record, Row, Variable, field};
use serde_json::Value;

use super::coding::{book_of, levels, own};
use crate::compartments::ItemGrant;
use crate::http::{Posted, Problem, Routes, Shell, Who, framed, page, see_other};
use crate::ids::RecordId;
use crate::register::{self, Beside, CODE, Certainty, RecordView, Remark, Slot};
use crate::texts::Words;
use crate::tx::{App, FieldFault, Refused};

/// Most codes that are drawn as buttons; more become a list.
const BUTTONS: usize = 9;

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.own("GET", "/coding/{record}/level/{level}", "One level of a record", level);
    routes.act("POST", "/coding/{record}/level/{level}", &CODE, "Keeps the codes of a level; adds or takes away a row", save);
}

/// A variable as it is drawn.
struct Cell {
    name: String,
    label: String,
    definition: String,
    kind: &'static str,
    value: String,
    options: Vec<(i64, String, bool)>,
    missing: i64,
    /// Whether it is typed in figures, so that a letter can be a key.
    figures: bool,
    undecided: bool,
    checks: Vec<String>,
    /// What the coder says of it.
    note: String,
    certainty: &'static str,
    evidence: Vec<Piece>,
    told: bool,
    /// What stands saved, where something else was chosen on a page that is no longer the newest.
    saved: Option<String>,
    /// Why what was told here was refused.
    faults: Vec<String>,
}

/// A released item a code can point to.
struct Piece {
    id: String,
    label: String,
    chosen: bool,
}

/// What is drawn beside every variable: what was said, and what may be pointed to.
struct Margin<'a> {
    beside: &'a BTreeMap<String, Remark>,
    granted: &'a [ItemGrant],
    words: &'a Words,
}

impl Margin<'_> {
    fn pieces(&self, said: &Remark) -> Vec<Piece> {
        let label = |kind: &str, number: usize| format!("{} {}", self.words.t(&format!("evidence-{kind}")), number + 1);
        let known = self.granted.iter().map(|grant| (grant.item, grant.kind.as_str()));
        let gone = said.evidence.iter().filter(|source| !self.granted.iter().any(|grant| grant.item == source.item)).map(|source| (source.item, source.kind.as_str()));
        known.chain(gone).enumerate().map(|(number, (item, kind))| Piece { id: item.to_string(), label: label(kind, number), chosen: said.evidence.iter().any(|source| source.item == item) }).collect()
    }
}

/// A row of a level as it is drawn.
struct Drawn {
    number: usize,
    about: String,
    cells: Vec<Cell>,
    removable: bool,
}

fn cell(variable: &Variable, (level, number): (&str, usize), row: &Row, asked: Asked, checks: Vec<String>, margin: &Margin<'_>) -> Cell {
    let words = margin.words;
    let said = margin.beside.get(&field(level, number, &variable.id)).cloned().unwrap_or_default();
    let value = row.get(&variable.id).cloned().unwrap_or_default();
    let held = |code: i64| match &value {
        Value::Array(codes) => codes.iter().any(|held| held.as_i64() == Some(code)),
        other => other.as_i64() == Some(code),
    };
    let missing = value.as_i64().filter(|code| *code < 0).unwrap_or(0);
    let kind = match variable.kind.as_str() {
        "multi" => "many",
        _ if variable.codes.is_empty() => "line",
        _ if variable.codes.len() <= BUTTONS => "buttons",
        _ => "list",
    };
    Cell {
        name: format!("{level}.{number}.{}", variable.id), told: said != Remark::default(), evidence: margin.pieces(&said), note: said.note, saved: None, faults: vec![],
        certainty: match said.certainty { Some(Certainty::Certain) => "certain", Some(Certainty::Probable) => "probable", None => "" }, label: variable.label.get(words.code()).to_owned(), definition: variable.definition.get(words.code()).to_owned(), kind,
        options: variable.codes.iter().map(|code| (code.code, code.label.get(words.code()).to_owned(), held(code.code))).collect(),
        value: match &value { Value::String(text) => text.clone(), Value::Number(number) if missing == 0 => number.to_string(), _ => String::new() }, missing,
        figures: matches!(variable.kind.as_str(), "integer" | "date" | "year_month"), undecided: asked == Asked::Undecided, checks,
    }
}

/// What a row is about: the rows it links, or the factor it is of.
fn about(book: &Codebook, level: &codebook::Level, row: &Row, all: &Record, words: &Words) -> String {
    let linked = level.links.iter().filter_map(|other| {
        let key = row.get(&format!("{other}_key"))?;
        let at = all.0.get(other)?.iter().position(|row| row.get("key") == Some(key))?;
        let label = book.levels.iter().find(|known| known.id == *other)?.label.get(words.code()).to_owned();
        Some(format!("{label} {}", at + 1))
    });
    let linked: Vec<String> = linked.collect();
    let factor = book.of_level(&level.id).filter(|variable| variable.codes.len() > 30).find_map(|variable| {
        let code = row.get(&variable.id)?.as_i64()?;
        variable.codes.iter().find(|known| known.code == code).map(|known| known.label.get(words.code()).to_owned())
    });
    factor.unwrap_or_else(|| linked.join(" – "))
}

fn drawn(book: &Codebook, level: &codebook::Level, own: &Slot, examined: &Examined, margin: &Margin<'_>) -> Vec<Drawn> {
    let words = margin.words;
    let rows = own.rows.0.get(&level.id).map(Vec::as_slice).unwrap_or_default();
    rows.iter().enumerate().map(|(number, row)| {
        let cells = book.of_level(&level.id).filter_map(|variable| {
            // Beyond their part a second coder sees what stands there, so that they know whose row it is.
            let theirs = own.asked.contains(&variable.reliability.as_str()) || book.coded_twice(variable);
            if !theirs && row.get(&variable.id).is_none_or(Value::is_null) {
                return None;
            }
            let asked = examined.cell(&level.id, number, &variable.id)?.asked;
            if asked == Asked::Closed && row.get(&variable.id).is_none_or(Value::is_null) || asked == Asked::Computed {
                return None;
            }
            let fires = |check: &&Fired| check.hits.iter().any(|hit| hit.variables.iter().any(|place| place.level == level.id && place.row == number && place.variable == variable.id));
            let checks = examined.fired.iter().filter(fires).map(|check| format!("{}: {}", check.check, check.message.get(words.code()))).collect();
            Some(cell(variable, (level.id.as_str(), number), row, asked, checks, margin))
        }).collect();
        Drawn { number: number + 1, about: about(book, level, row, &own.rows, words), cells, removable: rows.len() > level.at_least && level.links.is_empty() }
    }).collect()
}

#[derive(Template)]
#[template(path = "desk/level.html")]
struct LevelPage {
    shell: Shell,
    /// Whether the codes were saved elsewhere since: what was chosen here stands beside what is saved.
    stale: bool,
    /// What was refused: where it stands, and why.
    faults: Vec<(String, String)>,
    record: RecordView,
    level: String,
    name: String,
    version: i32,
    finished: bool,
    rows: Vec<Drawn>,
    /// Whether released items were granted to the coder.
    has_evidence: bool,
    /// The level before and after.
    beside: [Option<(String, String)>; 2],
    progress: (usize, usize),
    /// A row just taken away, to be put back.
    undo: Option<String>,
}

async fn level(app: Data<App>, who: Who, path: Path<(RecordId, String)>) -> Result<HttpResponse, Problem> {
    let (id, level) = path.into_inner();
    shown(&app, &who, id, &level, Shown::default()).await
}

/// What is shown beside the saved codes.
#[derive(Default)]
struct Shown {
    /// A row just taken away, to be put back.
    undo: Option<String>,
    /// What was posted and not kept.
    posted: Option<Posted>,
    /// Why not; nothing where the page was no longer the newest.
    refused: Vec<FieldFault>,
}

async fn shown(app: &App, who: &Who, id: RecordId, level: &str, with: Shown) -> Result<HttpResponse, Problem> {
    let ((record, granted), mut shell, _) = framed(app, who, |found: &(RecordView, Vec<ItemGrant>), _| found.0.case_number.clone(), move |tx| -> Result<_, Refused> {
        let record = register::view(tx, id)?;
        let granted = register::evidence(tx, &record)?;
        Ok((record, granted))
    }).await?;
    let parts = app.parts();
    let book = book_of(&parts.config, &record)?;
    let (slot, examined) = own(&record).ok_or(Refused::NotFound)?;
    let at = book.levels.iter().position(|known| known.id == level).ok_or(Refused::NotFound)?;
    let named = |at: Option<usize>| at.and_then(|at| book.levels.get(at)).map(|level| (level.id.clone(), level.label.get(shell.w.code()).to_owned()));
    let of = book.levels.get(at).ok_or(Refused::NotFound)?;
    shell.title = of.label.get(shell.w.code()).to_owned();
    let margin = Margin { beside: &slot.beside, granted: &granted, words: &shell.w };
    let rows = match &with.posted {
        Some(posted) => drawn_over(book, of, slot, (posted, &with.refused), &margin),
        None => drawn(book, of, slot, examined, &margin),
    };
    let (stale, undo) = (with.posted.is_some() && with.refused.is_empty(), with.undo);
    let faults = summed(&rows, &with.refused, &shell.w);
    let progress = levels(book, slot, examined, &shell.w).get(at).map_or((0, 0), |level| (level.coded, level.asked));
    page(&LevelPage {
        level: of.id.clone(), name: of.label.get(shell.w.code()).to_owned(), version: slot.version, finished: slot.finished, rows, stale, faults,
        has_evidence: !granted.is_empty(), beside: [named(at.checked_sub(1)), named(Some(at + 1))], progress, undo,
        shell: shell.under([("/coding".to_owned(), who.words.t("menu-coding")), (format!("/coding/{id}"), record.case_number.clone())]), record,
    })
}

/// What was refused, each with the way to its question; what stands at no question of this level is told all the same.
fn summed(rows: &[Drawn], refused: &[FieldFault], words: &Words) -> Vec<(String, String)> {
    let here = rows.iter().flat_map(|row| row.cells.iter().map(move |cell| (row.number, cell)));
    let mut found: Vec<(String, String)> = here.flat_map(|(number, cell)| cell.faults.iter().map(move |fault| (format!("#{}", cell.name), format!("{} {number}: {fault}", cell.label)))).collect();
    if found.is_empty() {
        found = refused.iter().map(|fault| ("#main".to_owned(), fault.text(words))).collect();
    }
    found
}

/// A level as it was chosen and not kept, over what is saved now: nothing chosen is lost. Where it was refused, each answer says why; where the
/// page was no longer the newest, what differs is told.
fn drawn_over(book: &Codebook, level: &codebook::Level, saved: &Slot, (posted, refused): (&Posted, &[FieldFault]), margin: &Margin<'_>) -> Vec<Drawn> {
    let rows = posted_codes(book, &level.id, saved.rows.clone(), posted);
    let examined = book.examine(&rows);
    let beside = posted_beside(book, &level.id, saved, posted).into_iter().map(|(field, said)| {
        let kept = saved.beside.get(&field).map(|remark| remark.evidence.clone()).unwrap_or_default();
        let known = |item: &crate::ids::ItemId| kept.iter().find(|source| source.item == *item).cloned().or_else(|| margin.granted.iter().find(|grant| grant.item == *item).map(|grant| register::Source { item: grant.item, kind: grant.kind.clone() }));
        (field, Remark { note: said.note, certainty: said.certainty, evidence: said.evidence.iter().filter_map(known).collect() })
    }).collect();
    let chosen = Slot { rows, ..saved.clone() };
    let mut found = drawn(book, level, &chosen, &examined, &Margin { beside: &beside, granted: margin.granted, words: margin.words });
    for (at, row) in found.iter_mut().enumerate() {
        for cell in &mut row.cells {
            let Some(variable) = cell.name.rsplit('.').next().and_then(|id| book.variable(id)) else { continue };
            let value = |of: &Slot| of.rows.0.get(&level.id).and_then(|rows| rows.get(at)).and_then(|row| row.get(&variable.id)).cloned().unwrap_or_default();
            let (now, here) = (value(saved), value(&chosen));
            let place = field(&level.id, at, &variable.id);
            cell.faults = refused.iter().filter(|fault| fault.field == place || fault.field.starts_with(&format!("{place}."))).map(|fault| fault.text(margin.words)).collect();
            if said_twice(posted, &cell.name) {
                cell.missing = posted.get(&format!("{}.missing", cell.name)).parse().unwrap_or(cell.missing);
            }
            if refused.is_empty() && !codebook::same_code(&now, &here) {
                cell.saved = Some(super::compare::shown(variable, &now, margin.words));
            }
        }
    }
    found
}

/// The reason why a variable is missing that was posted beside its answer: which of the two is meant, the form doesn't say.
fn said_twice(posted: &Posted, name: &str) -> bool {
    let missing = posted.get(&format!("{name}.missing"));
    matches!(missing, "-6" | "-8") && posted.0.iter().any(|(field, value)| field == name && !value.is_empty() && value != missing)
}

/// Every question of a level that was posted with an answer and with why it has none.
fn contradicted(book: &Codebook, level: &str, rows: usize, posted: &Posted) -> Vec<FieldFault> {
    let asked = (0..rows).flat_map(|number| book.of_level(level).map(move |variable| (number, variable)));
    asked.filter(|(number, variable)| said_twice(posted, &format!("{level}.{number}.{}", variable.id)))
        .map(|(number, variable)| FieldFault::new(field(level, number, &variable.id), "value-and-missing")).collect()
}

/// What was posted for a variable: a code, several, a number, a date, or why it is missing.
fn posted_value(variable: &Variable, posted: &Posted, name: &str) -> Value {
    let values: Vec<&str> = posted.0.iter().filter(|(field, value)| field == name && !value.is_empty()).map(|(_, value)| value.as_str()).collect();
    let read = |value: &str| value.parse::<i64>().map(Value::from).unwrap_or_else(|_| value.into());
    let missing = posted.get(&format!("{name}.missing"));
    match (values.as_slice(), variable.kind.as_str()) {
        ([], _) if matches!(missing, "-6" | "-8") => read(missing),
        ([], _) => Value::Null,
        ([one @ ("-6" | "-8")], _) => read(one),
        (values, "multi") => values.iter().map(|value| read(value)).collect::<Vec<_>>().into(),
        // A year alone stays a text: it is a date as far as known.
        ([first, ..], kind) if kind.contains("date") || kind.contains("year_month") => (*first).into(),
        ([first, ..], _) => read(first),
    }
}

fn posted_codes(book: &Codebook, level: &str, mut record: Record, posted: &Posted) -> Record {
    for (number, row) in record.0.entry(level.to_owned()).or_default().iter_mut().enumerate() {
        for variable in book.of_level(level) {
            let name = format!("{level}.{number}.{}", variable.id);
            if posted.0.iter().any(|(field, _)| *field == format!("{name}.there")) {
                let value = posted_value(variable, posted, &name);
                if value.is_null() { row.remove(&variable.id); } else { row.insert(variable.id.clone(), value); }
            }
        }
    }
    record
}

/// What is said beside the codes, with what was posted of this level.
fn posted_beside(book: &Codebook, level: &str, slot: &Slot, posted: &Posted) -> BTreeMap<String, Beside> {
    let mut said: BTreeMap<String, Beside> = slot.beside.iter().map(|(field, remark)| {
        (field.clone(), Beside { note: remark.note.clone(), certainty: remark.certainty, evidence: remark.evidence.iter().map(|source| source.item).collect() })
    }).collect();
    for number in 0..slot.rows.0.get(level).map_or(0, Vec::len) {
        for variable in book.of_level(level) {
            let name = format!("{level}.{number}.{}", variable.id);
            if !posted.0.iter().any(|(field, _)| *field == format!("{name}.there")) {
                continue;
            }
            let certainty = match posted.get(&format!("{name}.certainty")) { "certain" => Some(Certainty::Certain), "probable" => Some(Certainty::Probable), _ => None };
            let evidence = posted.0.iter().filter(|(field, _)| *field == format!("{name}.evidence")).filter_map(|(_, item)| item.parse().ok()).collect();
            said.insert(field(level, number, &variable.id), Beside { note: posted.get(&format!("{name}.note")).to_owned(), certainty, evidence });
        }
    }
    said
}

async fn save(app: Data<App>, who: Who, path: Path<(RecordId, String)>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (id, level) = path.into_inner();
    let seen = posted.get("version").parse().unwrap_or(0);
    let act = posted.get("do").to_owned();
    let (of, then, kept) = (level.clone(), act.clone(), Posted(posted.0.clone()));
    let removed: Result<Option<String>, Refused> = app.run(who.caller(), move |tx| -> Result<_, Refused> {
        let parts = tx.parts();
        let view = register::view(tx, id)?;
        let book = book_of(&parts.config, &view)?;
        let (slot, _) = own(&view).ok_or(Refused::NotFound)?;
        let name = slot.slot.clone();
        let wrong = contradicted(book, &of, slot.rows.0.get(&of).map_or(0, Vec::len), &posted);
        if !wrong.is_empty() {
            return Err(Refused::Faults(wrong));
        }
        let (mut rows, mut beside) = (posted_codes(book, &of, slot.rows.clone(), &posted), posted_beside(book, &of, slot, &posted));
        let mut removed = None;
        if act == "add" {
            rows.0.entry(of.clone()).or_default().push(Row::new());
        } else if let Some(number) = act.strip_prefix("remove:").and_then(|number| number.parse::<usize>().ok()) {
            if let Some(at) = number.checked_sub(1).filter(|at| rows.0.get(&of).is_some_and(|rows| *at < rows.len())) {
                removed = serde_json::to_string(&register::remove_row(book, &mut rows, &mut beside, &of, at)).ok();
            }
        } else if act == "undo" {
            register::put_back(&mut rows, &mut beside, serde_json::from_str(posted.get("undo")).map_err(|_| Refused::NotFound)?);
        }
        // A question that closed in the same form is no longer asked: what was chosen there is not kept.
        for place in book.not_asked(&slot.rows, &rows) {
            if let Some(row) = rows.0.get_mut(&place.level).and_then(|rows| rows.get_mut(place.row)) {
                row.remove(&place.variable);
            }
        }
        register::code(tx, id, &name, seen, &rows, Some(&beside))?;
        Ok(removed)
    }).await;
    // Saved elsewhere since: what was chosen here is shown beside it, with the version that can be saved now. Refused: it stands there still, each
    // fault beside its question.
    let (refused, status) = match removed {
        Err(Refused::Stale { .. }) => (vec![], actix_web::http::StatusCode::PRECONDITION_FAILED),
        Err(Refused::Faults(faults)) => (faults, actix_web::http::StatusCode::UNPROCESSABLE_ENTITY),
        Err(why) => return Err(why.into()),
        Ok(Some(row)) => return shown(&app, &who, id, &level, Shown { undo: Some(row), ..Shown::default() }).await,
        Ok(None) if then == "next" => return Ok(see_other(&next_of(&app, id, &level))),
        Ok(None) => return Ok(see_other(&format!("/coding/{id}/level/{level}"))),
    };
    let mut page = shown(&app, &who, id, &level, Shown { posted: Some(kept), refused, undo: None }).await?;
    *page.status_mut() = status;
    Ok(page)
}

fn next_of(app: &App, id: RecordId, level: &str) -> String {
    let levels = &app.parts().config.codebook.levels;
    let next = levels.iter().skip_while(|known| known.id != level).nth(1);
    next.map_or_else(|| format!("/coding/{id}"), |next| format!("/coding/{id}/level/{}", next.id))
}
