//! The page of scripts: a list of tables pasted in, its whole cost first, then all tables as one ZIP.

use actix_web::HttpResponse;
use actix_web::web::Data;
use askama::Template;
use schemars::JsonSchema;
use serde::Deserialize;

use super::exports::{self, File};
use super::scripts::{self, Priced, Ran, Script};
use super::tables::{self, Described};
use super::{Listed, PREVIEW, RELEASE};
use crate::http::{Posted, Problem, Query, Routes, Shell, Who, framed, page_or_refused};
use crate::ids::ProjectId;
use crate::texts::Words;
use crate::tx::{App, Entry, FieldFault, Refusal, Refused, Tx};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/register/scripts", &PREVIEW, "A script of tables: what it would cost", choose);
    routes.act("POST", "/register/scripts/cost", &RELEASE, "The cost of a script that was pasted in", cost);
    routes.act("POST", "/register/scripts", &RELEASE, "Asks the tables of a script; they come as one ZIP", run);
}

/// The tables of a script with the codebook of their snapshot.
pub(super) fn bundle(tx: &mut Tx, tables: &[Described], words: &Words) -> Result<File, Refused> {
    let (first, ..) = tables.first().ok_or(Refused::NotFound)?;
    let parts = tx.parts();
    let book = parts.config.codebook_of(&first.snapshot.codebook).ok_or_else(|| Refused::Internal(format!("codebook {}", first.snapshot.codebook)))?;
    exports::zip(book, tables, &scripts::written(tables), words)
}

/// A table of a script as it is drawn before it is asked.
struct Row {
    caption: String,
    cells: u32,
    cost: u32,
    /// Where budget or quota end.
    refused: bool,
}

#[derive(Template)]
#[template(path = "research/scripts.html")]
struct Scripts {
    shell: Shell,
    projects: Vec<(String, String, bool)>,
    script: String,
    faults: Vec<(String, String)>,
    rows: Vec<Row>,
    cost: u32,
    quota: Option<u32>,
    /// Said before it is run: it is much, or of the last there are.
    confirm: bool,
    refused: String,
}

#[derive(Deserialize, JsonSchema, Default)]
#[serde(default)]
struct Of {
    /// The project it is asked in.
    project: String,
}

/// What is known of a script: nothing yet, its price, or what is wrong with it.
enum Known {
    Blank,
    Priced(Priced, Vec<Worded>),
    Faulty(Vec<FieldFault>),
}

type Worded = (crate::counting::Outcome, Vec<crate::counting::Key>);

async fn draw(app: &App, who: &Who, project: String, script: String, stopped: &'static str) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let (chosen, text) = (project.parse::<ProjectId>().ok(), script.clone());
    let ((projects, known), shell, _) = framed(app, who, |_, _| words.t("script-title"), move |tx| -> Result<_, Refused> {
        tx.note(Entry::done("script.read"));
        let projects: Vec<Listed> = super::of_hat(tx)?;
        if text.trim().is_empty() {
            return Ok((projects, Known::Blank));
        }
        let priced = Script::read(&text).and_then(|script| scripts::price(tx, chosen, &script));
        let known = match priced {
            Ok(priced) => {
                let mut named = vec![];
                for table in &priced.tables {
                    named.push(tables::words_of(tx, priced.snapshot.id, &table.outcome, table.keys.get(1).map(String::as_str))?);
                }
                Known::Priced(priced, named)
            }
            Err(Refused::Faults(faults)) => Known::Faulty(faults),
            Err(other) => return Err(other),
        };
        Ok((projects, known))
    }).await?;
    let told = |label: &codebook::Label| label.get(words.code()).to_owned();
    let (mut rows, mut faults, mut cost, mut quota, mut confirm, mut refused) = (vec![], vec![], 0, None, false, stopped.to_owned());
    match known {
        Known::Blank => {}
        Known::Faulty(found) => faults = found.iter().map(|fault| (fault.field.clone(), fault.text(&words))).collect(),
        Known::Priced(priced, named) => {
            rows = priced.tables.iter().zip(named).enumerate().map(|(number, (table, (outcome, keys)))| {
                let keys: Vec<String> = keys.iter().map(|key| told(&key.label)).collect();
                Row { caption: words.with("table-by", &[("outcome", &told(&outcome.label)), ("keys", &keys.join(", "))]), cells: table.cells, cost: table.cost, refused: priced.refused.is_some_and(|(at, _)| at == number) }
            }).collect();
            (cost, confirm) = (priced.cost, priced.confirm);
            quota = priced.tables.first().and_then(|table| table.quota);
            if let Some((_, why)) = priced.refused {
                refused = why.to_owned();
            }
        }
    }
    let projects = projects.into_iter().map(|known| (known.id.to_string(), known.number, known.id.to_string() == project)).collect();
    let faulty = !faults.is_empty();
    page_or_refused(&Scripts { shell: shell.under([("/register/tables".to_owned(), words.t("menu-tables"))]), projects, script, faults, rows, cost, quota, confirm, refused }, faulty)
}

async fn choose(app: Data<App>, who: Who, of: Query<Of>) -> Result<HttpResponse, Problem> {
    draw(&app, &who, of.into_inner().project, String::new(), "").await
}

async fn cost(app: Data<App>, who: Who, posted: Posted) -> Result<HttpResponse, Problem> {
    draw(&app, &who, posted.get("project").to_owned(), posted.get("script").to_owned(), "").await
}

async fn run(app: Data<App>, who: Who, posted: Posted) -> Result<HttpResponse, Problem> {
    let project: ProjectId = posted.get("project").parse().map_err(|_| Problem::new(422, "faults").at("project", "required"))?;
    let (words, text, cost) = (who.words, posted.get("script").to_owned(), posted.get("cost").parse().ok());
    let ran = app.run(who.caller(), move |tx| -> Result<_, Refused> {
        match scripts::run(tx, project, &Script::read(&text)?, cost)? {
            Ran::Tables(tables) => Ok(Ok(bundle(tx, &tables, &words)?)),
            Ran::Refused(_, why) => Ok(Err(why)),
        }
    }).await;
    match ran {
        // Told with what it costs now; the button below then says that cost.
        Err(Refused::Rule("cost-not-confirmed")) => draw(&app, &who, project.to_string(), posted.get("script").to_owned(), "cost-not-confirmed").await,
        Ok(Ok(file)) => Ok(super::table_pages::download(file)),
        Ok(Err(why)) => draw(&app, &who, project.to_string(), posted.get("script").to_owned(), why).await,
        Err(why) if !why.faults().is_empty() => draw(&app, &who, project.to_string(), posted.get("script").to_owned(), "").await,
        Err(why) => Err(why.into()),
    }
}
