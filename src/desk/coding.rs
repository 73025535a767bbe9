//! Coding: the record on a screen generated from the codebook, level by level; completeness for the register manager.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use codebook::{Codebook, Record, Row};
use serde_json::Value;

use super::frame::framed;
use crate::access::Role;
use crate::http::{Posted, Problem, Routes, Shell, Who, page, see_other};
use crate::ids::RecordId;
use crate::people::{self, Listed};
use crate::register::{self, CLOSE, CODE, COMPLETENESS, Counted, FINISH, NAME_CODER, RecordView};
use crate::texts::Words;
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.own("GET", "/coding", "The records one codes or manages", list);
    routes.own("GET", "/coding/{record}", "A record", record);
    routes.act("POST", "/coding/{record}/{slot}", &CODE, "Keeps codes", save);
    routes.act("POST", "/coding/{record}/{slot}/final", &FINISH, "Declares codes final", finish);
    routes.act("POST", "/coding/{record}/coders/new", &NAME_CODER, "Names a coder", name_coder);
    routes.act("POST", "/coding/{record}/close/now", &CLOSE, "Closes a settled record", close);
    routes.act("GET", "/register", &COMPLETENESS, "How complete the register is", completeness);
}

#[derive(Template)]
#[template(path = "desk/coding.html")]
struct CodingPage {
    shell: Shell,
    records: Vec<(RecordId, String, String)>,
}

async fn list(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let (records, shell, _) = framed(&app, &who, |_, _| words.t("menu-coding"), register::list).await?;
    page(&CodingPage { shell, records })
}

/// A variable as it is drawn.
struct Cell {
    name: String,
    label: String,
    definition: String,
    multi: bool,
    value: String,
    options: Vec<(i64, String, bool)>,
    missing: i64,
}

#[derive(Template)]
#[template(path = "desk/record.html")]
struct RecordPage {
    shell: Shell,
    record: RecordView,
    slot: String,
    version: i32,
    finished: bool,
    open: usize,
    levels: Vec<(String, Vec<(usize, Vec<Cell>)>)>,
    coders: Vec<Listed>,
    manager: bool,
}

fn cells(book: &Codebook, level: &str, number: usize, row: &Row, words: &Words) -> Vec<Cell> {
    book.of_level(level).filter(|variable| variable.export != "never").map(|variable| {
        let value = row.get(&variable.id).cloned().unwrap_or_default();
        let held = |code: i64| match &value {
            Value::Array(codes) => codes.iter().any(|held| held.as_i64() == Some(code)),
            other => other.as_i64() == Some(code),
        };
        let missing = value.as_i64().filter(|code| *code < 0).unwrap_or(0);
        Cell {
            name: format!("{level}.{number}.{}", variable.id), label: variable.label.get(words.code()).to_owned(), definition: variable.definition.get(words.code()).to_owned(),
            multi: variable.kind == "multi", options: variable.codes.iter().map(|code| (code.code, code.label.get(words.code()).to_owned(), held(code.code))).collect(),
            value: match &value { Value::String(text) => text.clone(), Value::Number(number) if missing == 0 => number.to_string(), _ => String::new() }, missing,
        }
    }).collect()
}

async fn record(app: Data<App>, who: Who, id: Path<RecordId>) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let ((record, coders), shell, session) = framed(&app, &who, |found: &(RecordView, Vec<Listed>), _| found.0.case_number.clone(), move |tx| -> Result<_, Refused> {
        let manager = tx.session()?.role == Some(Role::RegisterManager);
        let coders = if manager { people::list(tx)?.into_iter().filter(|one| one.role == "CD" && one.state == "active").collect() } else { vec![] };
        Ok((register::view(tx, id)?, coders))
    }).await?;
    let parts = app.parts();
    let book = &parts.config.codebook;
    let own = record.slots.iter().find(|slot| !slot.rows.0.is_empty());
    let levels = own.map(|own| book.levels.iter().filter_map(|level| {
        let rows = own.rows.0.get(&level.id)?;
        Some((level.label.get(shell.w.code()).to_owned(), rows.iter().enumerate().map(|(number, row)| (number + 1, cells(book, &level.id, number, row, &shell.w))).collect()))
    }).collect()).unwrap_or_default();
    page(&RecordPage {
        slot: own.map(|own| own.slot.clone()).unwrap_or_default(), version: own.map_or(0, |own| own.version), finished: own.is_some_and(|own| own.finished), open: own.map_or(0, |own| own.open.len()),
        manager: session.role == Some(Role::RegisterManager), shell, record, levels, coders,
    })
}

/// The posted codes on top of those that stand there: a code, several, a number, a date, or why it is missing.
fn posted_codes(book: &Codebook, mut record: Record, posted: &Posted) -> Record {
    for (level, rows) in &mut record.0 {
        for (number, row) in rows.iter_mut().enumerate() {
            for variable in book.of_level(level) {
                let name = format!("{level}.{number}.{}", variable.id);
                if !posted.0.iter().any(|(field, _)| *field == name || *field == format!("{name}.there")) {
                    continue;
                }
                let values: Vec<&str> = posted.0.iter().filter(|(field, value)| *field == name && !value.is_empty()).map(|(_, value)| value.as_str()).collect();
                let number_or_text = |value: &str| value.parse::<i64>().map(Value::from).unwrap_or_else(|_| value.into());
                let missing = posted.get(&format!("{name}.missing"));
                let value = match (missing, variable.kind.as_str()) {
                    ("-6" | "-8", _) if values.is_empty() => number_or_text(missing),
                    (_, "multi") => values.into_iter().map(number_or_text).collect::<Vec<_>>().into(),
                    _ => values.first().map(|value| number_or_text(value)).unwrap_or_default(),
                };
                let empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
                if empty { row.remove(&variable.id); } else { row.insert(variable.id.clone(), value); }
            }
        }
    }
    record
}

async fn save(app: Data<App>, who: Who, path: Path<(RecordId, String)>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (id, slot) = path.into_inner();
    let seen = posted.get("version").parse().unwrap_or(0);
    app.run(who.caller(), move |tx| -> Result<_, Refused> {
        let parts = tx.parts();
        let before = register::view(tx, id)?.slots.into_iter().find(|own| own.slot == slot).map(|own| own.rows).ok_or(Refused::NotFound)?;
        let rows = posted_codes(&parts.config.codebook, before, &posted);
        register::code(tx, id, &slot, seen, &rows)
    }).await?;
    Ok(see_other(&format!("/coding/{id}")))
}

async fn finish(app: Data<App>, who: Who, path: Path<(RecordId, String)>, _posted: Posted) -> Result<HttpResponse, Problem> {
    let (id, slot) = path.into_inner();
    app.run(who.caller(), move |tx| register::finish(tx, id, &slot)).await?;
    Ok(see_other(&format!("/coding/{id}")))
}

async fn name_coder(app: Data<App>, who: Who, id: Path<RecordId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let hat = posted.get("hat").parse().map_err(|_| Problem::new(422, "faults").at("hat", "not-an-option"))?;
    app.run(who.caller(), move |tx| register::name_coder(tx, id, hat, posted.get("slot"))).await?;
    Ok(see_other(&format!("/coding/{id}")))
}

async fn close(app: Data<App>, who: Who, id: Path<RecordId>, _posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| register::close(tx, id)).await?;
    Ok(see_other(&format!("/coding/{id}")))
}

#[derive(Template)]
#[template(path = "desk/completeness.html")]
struct CompletenessPage {
    shell: Shell,
    rows: Vec<(Counted, String)>,
    judged: Vec<JudgedShown>,
}

/// A variable's agreement, ready to be drawn.
struct JudgedShown {
    name: String,
    units: usize,
    exact: String,
    alpha: String,
    kappa: String,
    verdict: &'static str,
}

async fn completeness(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let ((rows, judged), shell, _) = framed(&app, &who, |_, _| words.t("menu-register"), |tx| -> Result<_, Refused> { Ok((register::completeness(tx)?, register::agreement(tx)?)) }).await?;
    let parts = app.parts();
    let regions = parts.config.codebook.list("police_region").unwrap_or_default();
    let rows = rows.into_iter().map(|row| {
        let region = row.region.and_then(|code| regions.iter().find(|known| known.code == i64::from(code))).map(|known| known.label.get(shell.w.code()).to_owned()).unwrap_or_else(|| "–".into());
        (row, region)
    }).collect();
    let share = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{:.0} %", value * 100.0));
    let figure = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.2}"));
    // Variables nobody has coded twice yet are not drawn: they say nothing.
    let judged = judged.into_iter().filter(|row| row.units > 0).map(|row| JudgedShown {
        name: row.label.get(shell.w.code()).to_owned(), units: row.units, exact: share(row.exact), kappa: figure(row.kappa), verdict: row.verdict,
        alpha: row.interval.map_or_else(|| figure(row.alpha), |(low, high)| format!("{} ({low:.2} – {high:.2})", figure(row.alpha))),
    }).collect();
    page(&CompletenessPage { shell, rows, judged })
}
