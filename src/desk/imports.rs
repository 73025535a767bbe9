//! Past cases from a file: handing it over, mapping its columns, the dry run, the load. A running job's page asks for itself anew.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Path};
use askama::Template;
use codebook::Codebook;
use serde_json::Value;
use tabular::Encoding;

use super::completeness::csv_file;
use crate::http::{Posted, Problem, Routes, Shell, Upload, Who, framed, page, see_other};
use crate::ids::ImportId;
use crate::register::import::{self, Column, Dates, IMPORT, Import, LOAD, Mapping, Opened, TAKE_BACK, TAKEN_BACK_FOR, Told};
use crate::tx::{App, Refused};

/// What the check told that is shown on the page; the rest stands in the file.
const MOST_SHOWN: usize = 200;
/// Seconds till the page of a running job asks for itself anew.
const AGAIN: &str = "3";

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/register/imports", &IMPORT, "Files with past cases", list);
    routes.act("POST", "/register/imports", &IMPORT, "Takes in a file with past cases", upload);
    routes.act("GET", "/register/imports/{import}", &IMPORT, "An import: mapping, dry run, load, how far it is", one);
    routes.act("POST", "/register/imports/{import}", &LOAD, "Keeps the mapping, begins the dry run or the load, throws the file away", act);
    routes.act("GET", "/register/imports/{import}/take-back", &IMPORT, "What taking a load back does, before it is done", before_taking_back);
    routes.act("POST", "/register/imports/{import}/take-back", &TAKE_BACK, "Takes all records of a loaded file out of the register", take_back);
    routes.act("GET", "/register/imports/{import}/faults.csv", &IMPORT, "What the dry run told of each row, as a file", faults);
}

#[derive(Template)]
#[template(path = "desk/imports.html")]
struct ImportsPage {
    shell: Shell,
    imports: Vec<(Import, String)>,
}

async fn list(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let (imports, shell, session) = framed(&app, &who, |_, _| words.t("imports"), import::list).await?;
    let imports = imports.into_iter().map(|one| { let at = shell.w.moment(&one.created_at, &session.zone); (one, at) }).collect();
    page(&ImportsPage { shell, imports })
}

/// A name of a file may be longer than a title is.
fn short(title: &str) -> String {
    title.chars().filter(|sign| !sign.is_control()).take(200).collect()
}

async fn upload(app: Data<App>, who: Who, handed: Upload) -> Result<HttpResponse, Problem> {
    let id = import::upload(&app, who.caller(), &short(&handed.title), handed.file).await?;
    Ok(see_other(&format!("/register/imports/{id}")))
}

/// A column, ready to be drawn.
struct ColumnShown {
    name: String,
    examples: String,
    variable: String,
    row: usize,
    label: String,
    /// Whether it is read as days, and what was said to stand first in them.
    dated: bool,
    dates: &'static str,
    values: Vec<ValueShown>,
}

struct ValueShown {
    word: String,
    codes: Vec<(i64, String, bool)>,
}

struct ToldShown {
    row: usize,
    column: String,
    text: String,
    /// The import that loaded such a row before.
    earlier: Option<ImportId>,
    stops: bool,
}

#[derive(Template)]
#[template(path = "desk/import.html")]
struct ImportPage {
    shell: Shell,
    job: Import,
    runs: bool,
    opened: bool,
    encodings: Vec<(&'static str, bool)>,
    delimiters: Vec<(&'static str, &'static str, bool)>,
    /// Name, whether it is the one read, whether it is hidden.
    sheets: Vec<(String, bool, bool)>,
    columns: Vec<ColumnShown>,
    /// Levels no column is mapped to, by name.
    absent: String,
    variables: Vec<(String, String)>,
    told: Vec<ToldShown>,
    more: usize,
    /// Whether rows were loaded before or stand in the file twice, and whether they were said to be about other cases.
    known: bool,
    other_cases: bool,
}

/// The delimiters as a form names them.
const DELIMITERS: [(&str, char); 4] = [("semicolon", ';'), ("comma", ','), ("tab", '\t'), ("bar", '|')];

async fn one(app: Data<App>, who: Who, id: Path<ImportId>) -> Result<HttpResponse, Problem> {
    let (words, id) = (who.words, id.into_inner());
    let ((import, now), shell, _) = framed(&app, &who, |_, _| words.t("import"), move |tx| -> Result<_, Refused> { Ok((import::find(tx, id)?, tx.now())) }).await?;
    let shell = shell.under([("/register".to_owned(), words.t("menu-register")), ("/register/imports".to_owned(), words.t("imports"))]);
    let runs = import.runs(now);
    let opened = if runs || matches!(import.state.as_str(), "loaded" | "abandoned" | "taken_back") { None } else { Some(import::open(&app, who.caller(), id).await?) };
    let book = app.parts().config.codebook.clone();
    let mut drawn = page(&shown(shell, import, runs, opened, &book))?;
    if runs {
        drawn.headers_mut().insert(header::REFRESH, header::HeaderValue::from_static(AGAIN));
    }
    Ok(drawn)
}

fn shown(shell: Shell, import: Import, runs: bool, opened: Option<Opened>, book: &Codebook) -> ImportPage {
    let words = shell.w;
    let variables = book.levels.iter().flat_map(|level| book.of_level(&level.id).map(move |variable| (variable.id.clone(), format!("{}: {}", level.label.get(words.code()), variable.label.get(words.code()))))).collect();
    let Some(opened) = opened else {
        return ImportPage { shell, job: import, runs, opened: false, encodings: vec![], delimiters: vec![], sheets: vec![], columns: vec![], absent: String::new(), variables: vec![], told: vec![], more: 0, known: false, other_cases: false };
    };
    let columns = opened.columns.into_iter().map(|column| {
        let read = column.column.unwrap_or(Column { row: 1, ..Column::default() });
        let variable = book.variable(&read.variable);
        let values = column.values.into_iter().map(|word| {
            let chosen = read.codes.get(&word).and_then(Value::as_i64);
            let missing = [-6, -8].map(|code| (code, words.t(&format!("missing-code{code}"))));
            let codes = variable.iter().flat_map(|variable| &variable.codes).map(|code| (code.code, code.label.get(words.code()).to_owned())).chain(missing)
                .map(|(code, label)| (code, label, Some(code) == chosen)).collect();
            ValueShown { word, codes }
        }).collect();
        ColumnShown { name: column.name, examples: column.examples.join(" · "), label: variable.map(|variable| variable.label.get(words.code()).to_owned()).unwrap_or_default(), variable: read.variable, row: read.row, dated: column.dated, dates: match read.dates { Some(Dates::DayFirst) => "day-first", Some(Dates::MonthFirst) => "month-first", None => "" }, values }
    }).collect();
    let absent: Vec<&str> = book.levels.iter().filter(|level| opened.not_looked_for.contains(&level.id)).map(|level| level.label.get(words.code())).collect();
    let absent = absent.join(", ");
    let known = opened.other_cases || opened.told.iter().any(Told::known_already);
    let more = opened.told.len().saturating_sub(MOST_SHOWN);
    // What stops the load first.
    let mut told: Vec<&Told> = opened.told.iter().collect();
    told.sort_by_key(|one| (!one.stops, one.row));
    let told = told.into_iter().take(MOST_SHOWN).map(|one| ToldShown { row: one.row, column: one.column.clone().unwrap_or_default(), earlier: one.earlier.as_ref().map(|earlier| earlier.import), text: one.clone().worded(&words).text, stops: one.stops }).collect();
    ImportPage {
        encodings: if opened.encoding.is_some() { Encoding::ALL.iter().map(|one| (one.word(), opened.encoding == Some(one.word()))).collect() } else { vec![] },
        delimiters: if opened.delimiter.is_some() { DELIMITERS.iter().map(|(name, sign)| (*name, match *name { "semicolon" => ";", "comma" => ",", "tab" => "⇥", _ => "|" }, opened.delimiter == Some(*sign))).collect() } else { vec![] },
        sheets: opened.sheets.into_iter().map(|sheet| { let (chosen, hidden) = (opened.sheet.as_deref() == Some(sheet.as_str()), opened.hidden_sheets.contains(&sheet)); (sheet, chosen, hidden) }).collect(),
        known, other_cases: opened.other_cases,
        columns, absent, variables, told, more, shell, job: import, runs, opened: true,
    }
}

/// The mapping in a posted form: fields `name0`, `variable0`, `row0`, `dates0`, `word0-0`, `code0-0` and so on.
fn mapping_of(posted: &Posted) -> Result<Mapping, Problem> {
    let fields: BTreeMap<&str, &str> = posted.0.iter().map(|(name, value)| (name.as_str(), value.trim())).collect();
    let get = |name: String| fields.get(name.as_str()).copied().filter(|value| !value.is_empty());
    let mut columns = BTreeMap::new();
    for at in 0..tabular::MOST_COLUMNS {
        let Some(name) = get(format!("name{at}")) else { break };
        let Some(variable) = get(format!("variable{at}")) else { continue };
        let row = get(format!("row{at}")).map_or(Ok(1), str::parse).map_err(|_| Problem::new(422, "faults").at(format!("columns.{name}.row"), "not-a-number"))?;
        let mut codes = BTreeMap::new();
        for value in 0.. {
            let Some(word) = get(format!("word{at}-{value}")) else { break };
            if let Some(code) = get(format!("code{at}-{value}")).and_then(|code| code.parse::<i64>().ok()) {
                codes.insert(word.to_owned(), Value::from(code));
            }
        }
        let dates = match get(format!("dates{at}")) {
            Some("day-first") => Some(Dates::DayFirst),
            Some("month-first") => Some(Dates::MonthFirst),
            _ => None,
        };
        columns.insert(name.to_owned(), Column { variable: variable.to_owned(), row, codes, dates });
    }
    let delimiter = get("delimiter".into()).and_then(|name| DELIMITERS.iter().find(|(known, _)| *known == name)).map(|(_, sign)| *sign);
    Ok(Mapping { encoding: get("encoding".into()).map(str::to_owned), delimiter, sheet: get("sheet".into()).map(str::to_owned), columns, other_cases: get("other_cases".into()).is_some() })
}

/// A button pressed twice: the page that follows shows how far what runs is.
fn running(begun: Result<(), Refused>) -> Result<(), Refused> {
    match begun {
        Err(Refused::Rule("import-runs")) => Ok(()),
        other => other,
    }
}

async fn act(app: Data<App>, who: Who, id: Path<ImportId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let back = see_other(&format!("/register/imports/{id}"));
    match posted.get("do") {
        // Two buttons of one form: what stands in it is kept first.
        "map" | "check" => {
            let seen = posted.get("version").parse().map_err(|_| Problem::new(428, "if-match"))?;
            import::map(&app, who.caller(), id, seen, mapping_of(&posted)?).await?;
            if posted.get("do") == "check" {
                running(import::check(&app, who.caller(), id).await)?;
            }
        }
        "load" => running(import::load(&app, who.caller(), id).await)?,
        "again" => running(import::check(&app, who.caller(), id).await)?,
        "abandon" => {
            app.run(who.caller(), move |tx| import::abandon(tx, id)).await?;
            return Ok(see_other("/register/imports"));
        }
        _ => return Err(Problem::new(422, "faults").at("do", "not-an-option")),
    }
    Ok(back)
}

#[derive(Template)]
#[template(path = "desk/import_take_back.html")]
struct TakeBackPage {
    shell: Shell,
    job: Import,
    reasons: [&'static str; 4],
}

async fn before_taking_back(app: Data<App>, who: Who, id: Path<ImportId>) -> Result<HttpResponse, Problem> {
    let (words, id) = (who.words, id.into_inner());
    let (job, shell, _) = framed(&app, &who, |_, _| words.t("import-take-back"), move |tx| import::find(tx, id)).await?;
    let shell = shell.under([("/register/imports".to_owned(), words.t("imports")), (format!("/register/imports/{id}"), words.t("import"))]);
    page(&TakeBackPage { shell, job, reasons: TAKEN_BACK_FOR })
}

async fn take_back(app: Data<App>, who: Who, id: Path<ImportId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| import::take_back(tx, id, posted.get("reason"))).await?;
    Ok(see_other(&format!("/register/imports/{id}")))
}

async fn faults(app: Data<App>, who: Who, id: Path<ImportId>) -> Result<HttpResponse, Problem> {
    let (words, id) = (who.words, id.into_inner());
    let told = app.run(who.caller(), move |tx| import::faults(tx, id)).await?;
    let header = ["row", "column", "stops", "rule", "check", "text"].map(str::to_owned);
    let rows: Vec<Vec<String>> = told.iter().map(|one| {
        vec![if one.row > 0 { one.row.to_string() } else { String::new() }, one.column.clone().unwrap_or_default(), if one.stops { "yes" } else { "no" }.to_owned(), one.rule.clone(), one.check.as_ref().map(|check| check[0].clone()).unwrap_or_default(), one.clone().worded(&words).text]
    }).collect();
    Ok(csv_file("faults.csv", &header, &rows))
}
