//! Coding: the record on screens generated from the codebook, a page a level; settling where two coders differ.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use codebook::{Asked, Codebook, Examined, Fired, Record, Row, Severity, Variable};
use serde_json::Value;

use crate::access::Role;
use crate::http::{Posted, Problem, Routes, Shell, Who, framed, page, see_other};
use crate::ids::RecordId;
use crate::people::{self, Listed};
use crate::register::{self, CLOSE, CODE, Difference, FINISH, NAME_CODER, RecordView, Slot};
use crate::settings::Configured;
use crate::texts::Words;
use crate::tx::{App, Refused};

/// Most codes that are drawn as buttons; more become a list.
const BUTTONS: usize = 9;

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.own("GET", "/coding", "The records one codes or manages", list);
    routes.own("GET", "/coding/{record}", "A record: how far it is, what follows from its codes", record);
    routes.own("GET", "/coding/{record}/level/{level}", "One level of a record", level);
    routes.act("POST", "/coding/{record}/level/{level}", &CODE, "Keeps the codes of a level; adds or takes away a row", save);
    routes.act("POST", "/coding/{record}/final/{slot}", &FINISH, "Declares codes final", finish);
    routes.act("GET", "/coding/{record}/compare", &CODE, "Where both codings differ", compare);
    routes.act("POST", "/coding/{record}/compare", &CODE, "Settles the differences", settle);
    routes.act("POST", "/coding/{record}/coders/new", &NAME_CODER, "Names a coder", name_coder);
    routes.act("POST", "/coding/{record}/close/now", &CLOSE, "Closes a settled record", close);
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

fn book_of<'a>(config: &'a Configured, record: &RecordView) -> Result<&'a Codebook, Refused> {
    config.codebook_of(&record.codebook).ok_or(Refused::NotFound)
}

/// The codes the caller works on: their own.
fn own(record: &RecordView) -> Option<(&Slot, &Examined)> {
    record.slots.iter().find_map(|slot| Some((slot, slot.examined.as_ref()?)))
}

/// How far a level is: its rows, and how many of what is asked has a code.
struct Level {
    id: String,
    label: String,
    rows: usize,
    coded: usize,
    asked: usize,
    checks: usize,
}

/// A check that fires, with the way to where it is seen.
struct Warned {
    check: String,
    hard: bool,
    message: String,
    places: Vec<(String, String)>,
}

/// Something computed.
struct Computed {
    label: String,
    row: usize,
    shown: String,
    words: String,
}

#[derive(Template)]
#[template(path = "desk/record.html")]
struct RecordPage {
    shell: Shell,
    record: RecordView,
    slot: String,
    finished: bool,
    open: usize,
    levels: Vec<Level>,
    fired: Vec<Warned>,
    computed: Vec<Computed>,
    coders: Vec<Listed>,
    manager: bool,
}

fn levels(book: &Codebook, own: &Slot, examined: &Examined, words: &Words) -> Vec<Level> {
    book.levels.iter().map(|level| {
        let (mut asked, mut coded) = (0, 0);
        for row in examined.cells.get(&level.id).into_iter().flatten() {
            for (id, cell) in row {
                if book.variable(id).is_some_and(|variable| variable.export != "never") && matches!(cell.asked, Asked::Open | Asked::Undecided) {
                    asked += 1;
                    coded += usize::from(cell.value.as_i64() != Some(-9));
                }
            }
        }
        let checks = examined.fired.iter().filter(|check| check.hits.iter().any(|hit| hit.level == level.id)).count();
        Level { id: level.id.clone(), label: level.label.get(words.code()).to_owned(), rows: own.rows.0.get(&level.id).map_or(0, Vec::len), coded, asked, checks }
    }).collect()
}

fn warned(book: &Codebook, record: RecordId, fired: &[Fired], words: &Words) -> Vec<Warned> {
    fired.iter().map(|check| Warned {
        check: check.check.clone(), hard: check.severity == Severity::Hard, message: check.message.get(words.code()).to_owned(),
        places: check.hits.iter().flat_map(|hit| &hit.variables).filter_map(|place| {
            let variable = book.variable(&place.variable)?;
            Some((format!("/coding/{record}/level/{}#{}.{}.{}", place.level, place.level, place.row, place.variable), variable.label.get(words.code()).to_owned()))
        }).collect(),
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
    let book = book_of(&parts.config, &record)?;
    let mine = own(&record).filter(|(slot, _)| !slot.rows.0.is_empty());
    let computed = mine.map(|(_, examined)| examined.derived.iter().filter(|derived| derived.value.as_i64() != Some(-9)).map(|derived| Computed {
        label: derived.label.get(shell.w.code()).to_owned(), row: derived.place.row + 1, shown: derived.shown.get(shell.w.code()).to_owned(), words: derived.words.get(shell.w.code()).to_owned(),
    }).collect()).unwrap_or_default();
    page(&RecordPage {
        slot: mine.map(|(slot, _)| slot.slot.clone()).unwrap_or_default(), finished: mine.is_some_and(|(slot, _)| slot.finished), open: mine.map_or(0, |(slot, _)| slot.open.len()),
        levels: mine.map(|(slot, examined)| levels(book, slot, examined, &shell.w)).unwrap_or_default(), fired: mine.map(|(_, examined)| warned(book, id, &examined.fired, &shell.w)).unwrap_or_default(),
        computed, manager: session.role == Some(Role::RegisterManager), shell, record, coders,
    })
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
    undecided: bool,
    checks: Vec<String>,
}

/// A row of a level as it is drawn.
struct Drawn {
    number: usize,
    about: String,
    cells: Vec<Cell>,
    removable: bool,
}

fn cell(variable: &Variable, name: String, row: &Row, asked: Asked, checks: Vec<String>, words: &Words) -> Cell {
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
        name, label: variable.label.get(words.code()).to_owned(), definition: variable.definition.get(words.code()).to_owned(), kind,
        options: variable.codes.iter().map(|code| (code.code, code.label.get(words.code()).to_owned(), held(code.code))).collect(),
        value: match &value { Value::String(text) => text.clone(), Value::Number(number) if missing == 0 => number.to_string(), _ => String::new() }, missing, undecided: asked == Asked::Undecided, checks,
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

fn drawn(book: &Codebook, level: &codebook::Level, own: &Slot, examined: &Examined, words: &Words) -> Vec<Drawn> {
    let rows = own.rows.0.get(&level.id).map(Vec::as_slice).unwrap_or_default();
    rows.iter().enumerate().map(|(number, row)| {
        let cells = book.of_level(&level.id).filter(|variable| variable.export != "never").filter_map(|variable| {
            let asked = examined.cell(&level.id, number, &variable.id)?.asked;
            if asked == Asked::Closed && row.get(&variable.id).is_none_or(Value::is_null) || asked == Asked::Computed {
                return None;
            }
            let fires = |check: &&Fired| check.hits.iter().any(|hit| hit.variables.iter().any(|place| place.level == level.id && place.row == number && place.variable == variable.id));
            let checks = examined.fired.iter().filter(fires).map(|check| format!("{}: {}", check.check, check.message.get(words.code()))).collect();
            Some(cell(variable, format!("{}.{number}.{}", level.id, variable.id), row, asked, checks, words))
        }).collect();
        Drawn { number: number + 1, about: about(book, level, row, &own.rows, words), cells, removable: rows.len() > level.at_least && level.links.is_empty() }
    }).collect()
}

#[derive(Template)]
#[template(path = "desk/level.html")]
struct LevelPage {
    shell: Shell,
    record: RecordView,
    level: String,
    name: String,
    version: i32,
    finished: bool,
    rows: Vec<Drawn>,
    /// The level before and after.
    beside: [Option<(String, String)>; 2],
    progress: (usize, usize),
    /// A row just taken away, to be put back.
    undo: Option<String>,
}

async fn level(app: Data<App>, who: Who, path: Path<(RecordId, String)>) -> Result<HttpResponse, Problem> {
    let (id, level) = path.into_inner();
    shown(&app, &who, id, &level, None).await
}

async fn shown(app: &App, who: &Who, id: RecordId, level: &str, undo: Option<String>) -> Result<HttpResponse, Problem> {
    let (record, mut shell, _) = framed(app, who, |found: &RecordView, _| found.case_number.clone(), move |tx| register::view(tx, id)).await?;
    let parts = app.parts();
    let book = book_of(&parts.config, &record)?;
    let (slot, examined) = own(&record).ok_or(Refused::NotFound)?;
    let at = book.levels.iter().position(|known| known.id == level).ok_or(Refused::NotFound)?;
    let named = |at: Option<usize>| at.and_then(|at| book.levels.get(at)).map(|level| (level.id.clone(), level.label.get(shell.w.code()).to_owned()));
    let of = book.levels.get(at).ok_or(Refused::NotFound)?;
    shell.title = of.label.get(shell.w.code()).to_owned();
    let progress = levels(book, slot, examined, &shell.w).get(at).map_or((0, 0), |level| (level.coded, level.asked));
    page(&LevelPage {
        level: of.id.clone(), name: of.label.get(shell.w.code()).to_owned(), version: slot.version, finished: slot.finished, rows: drawn(book, of, slot, examined, &shell.w),
        beside: [named(at.checked_sub(1)), named(Some(at + 1))], progress, undo,
        shell: shell.under([("/coding".to_owned(), who.words.t("menu-coding")), (format!("/coding/{id}"), record.case_number.clone())]), record,
    })
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

async fn save(app: Data<App>, who: Who, path: Path<(RecordId, String)>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (id, level) = path.into_inner();
    let seen = posted.get("version").parse().unwrap_or(0);
    let act = posted.get("do").to_owned();
    let (of, then) = (level.clone(), act.clone());
    let removed = app.run(who.caller(), move |tx| -> Result<_, Refused> {
        let parts = tx.parts();
        let view = register::view(tx, id)?;
        let book = book_of(&parts.config, &view)?;
        let (slot, _) = own(&view).ok_or(Refused::NotFound)?;
        let name = slot.slot.clone();
        let mut rows = posted_codes(book, &of, slot.rows.clone(), &posted);
        let mut removed = None;
        if act == "add" {
            rows.0.entry(of.clone()).or_default().push(Row::new());
        } else if let Some(number) = act.strip_prefix("remove:").and_then(|number| number.parse::<usize>().ok()) {
            let of = rows.0.entry(of.clone()).or_default();
            if number >= 1 && number <= of.len() {
                removed = serde_json::to_string(&of.remove(number - 1)).ok();
            }
        } else if act == "undo" {
            let row: Row = serde_json::from_str(posted.get("undo")).map_err(|_| Refused::NotFound)?;
            rows.0.entry(of.clone()).or_default().push(row);
        }
        register::code(tx, id, &name, seen, &rows)?;
        Ok(removed)
    }).await?;
    match removed {
        Some(row) => shown(&app, &who, id, &level, Some(row)).await,
        None if then == "next" => Ok(see_other(&next_of(&app, id, &level))),
        None => Ok(see_other(&format!("/coding/{id}/level/{level}"))),
    }
}

fn next_of(app: &App, id: RecordId, level: &str) -> String {
    let levels = &app.parts().config.codebook.levels;
    let next = levels.iter().skip_while(|known| known.id != level).nth(1);
    next.map_or_else(|| format!("/coding/{id}"), |next| format!("/coding/{id}/level/{}", next.id))
}

async fn finish(app: Data<App>, who: Who, path: Path<(RecordId, String)>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (id, slot) = path.into_inner();
    let reasons: BTreeMap<String, String> = posted.0.iter().filter_map(|(field, value)| Some((field.strip_prefix("reasons.")?.to_owned(), value.clone()))).collect();
    app.run(who.caller(), move |tx| register::finish(tx, id, &slot, &reasons)).await?;
    Ok(see_other(&format!("/coding/{id}")))
}

/// A difference as it is drawn.
struct Compared {
    field: String,
    label: String,
    definition: String,
    row: usize,
    shown: [String; 2],
    values: [String; 2],
    options: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "desk/compare.html")]
struct ComparePage {
    shell: Shell,
    record: RecordId,
    version: i32,
    differences: Vec<Compared>,
}

fn compared(book: &Codebook, one: &Difference, words: &Words) -> Option<Compared> {
    let variable = book.variable(&one.variable)?;
    let label = |code: i64| match code {
        -8 => words.t("missing-unknown"),
        -6 => words.t("missing-withheld"),
        code => variable.codes.iter().find(|known| known.code == code).map_or_else(|| code.to_string(), |known| known.label.get(words.code()).to_owned()),
    };
    let shown = |value: &Value| match value {
        Value::Null => "–".to_owned(),
        Value::Array(codes) => codes.iter().filter_map(Value::as_i64).map(label).collect::<Vec<_>>().join(", "),
        Value::Number(number) => number.as_i64().map(label).unwrap_or_default(),
        other => other.as_str().unwrap_or_default().to_owned(),
    };
    let [first, second] = &one.codes;
    Some(Compared {
        field: format!("{}[{}].{}", one.level, one.row, one.variable), label: variable.label.get(words.code()).to_owned(), definition: variable.definition.get(words.code()).to_owned(), row: one.row + 1,
        shown: [shown(first), shown(second)], values: [first.to_string(), second.to_string()],
        options: variable.codes.iter().map(|code| code.code).chain([-8, -6]).map(|code| (if variable.kind == "multi" && code > 0 { format!("[{code}]") } else { code.to_string() }, label(code))).collect(),
    })
}

async fn compare(app: Data<App>, who: Who, id: Path<RecordId>) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let words = who.words;
    let ((record, differences), shell, _) = framed(&app, &who, |_, _| words.t("coding-compare"), move |tx| -> Result<_, Refused> { Ok((register::view(tx, id)?, register::difference(tx, id)?)) }).await?;
    let parts = app.parts();
    let book = book_of(&parts.config, &record)?;
    let differences = differences.iter().filter_map(|one| compared(book, one, &words)).collect();
    let version = record.slots.iter().find(|slot| slot.slot == "c3").map_or(0, |slot| slot.version);
    page(&ComparePage { shell: shell.under([("/coding".to_owned(), words.t("menu-coding")), (format!("/coding/{id}"), record.case_number)]), record: id, version, differences })
}

async fn settle(app: Data<App>, who: Who, id: Path<RecordId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let seen = posted.get("version").parse().unwrap_or(0);
    let mut chosen = BTreeMap::new();
    for (field, value) in &posted.0 {
        let Some(field) = field.strip_prefix("choice.") else { continue };
        let value = if value == "other" { posted.get(&format!("other.{field}")).to_owned() } else { value.clone() };
        let value: Value = serde_json::from_str(&value).map_err(|_| Problem::new(422, "faults").at(field, "not-an-option"))?;
        chosen.insert(field.to_owned(), (value, posted.get(&format!("because.{field}")).to_owned()));
    }
    app.run(who.caller(), move |tx| register::settle(tx, id, seen, &chosen)).await?;
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
