//! How complete the register is, how far coders agree, and what others count: for the register manager.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Data;
use askama::Template;
use chrono::NaiveDate;
use codebook::Codebook;
use schemars::JsonSchema;
use serde::Deserialize;

use super::agreement::{asked, figure, share, with_interval};
use crate::http::{Posted, Problem, Query, Routes, Shell, Who, framed, page, see_other};
use crate::register::external::{self, ENTER, SEE, Told, Total};
use crate::register::progress::{self, Filled, Filter, Line, VARIABLES, Whole};
use crate::register::{self, COMPLETENESS, Earlier, TAKE_OVER_PAST};
use crate::texts::Words;
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/register", &COMPLETENESS, "How complete the register is", completeness);
    routes.act("POST", "/register/past-cases/codebook", &TAKE_OVER_PAST, "Takes past cases out of files over into the newest codebook", take_over);
    routes.act("GET", "/register/completeness.csv", &COMPLETENESS, "The same as a file", file);
    routes.act("GET", "/register/variables", &VARIABLES, "How complete each variable is, the worst first", variables);
    routes.act("GET", "/register/totals", &SEE, "Yearly totals of others with their source", totals);
    routes.act("POST", "/register/totals", &ENTER, "Enters a yearly total, or corrects one", enter);
}

/// What is chosen above a table; a form sends empty fields for 'all'.
#[derive(Deserialize, JsonSchema, Default)]
struct Chosen {
    #[serde(default)]
    year: String,
    #[serde(default)]
    region: String,
}

impl Chosen {
    fn filter(&self) -> Filter {
        Filter { year: self.year.trim().parse().ok(), region: self.region.trim().parse().ok() }
    }
}

/// A choice of a select.
pub(super) struct Choice {
    pub(super) code: i64,
    pub(super) name: String,
    pub(super) chosen: bool,
}

/// The police units and islands.
pub(super) fn regions(book: &Codebook, words: &Words, chosen: Option<i32>) -> Vec<Choice> {
    book.list("police_region").unwrap_or_default().iter().map(|code| Choice { code: code.code, name: code.label.get(words.code()).to_owned(), chosen: chosen.map(i64::from) == Some(code.code) }).collect()
}

/// The name of a region.
pub(super) fn region_name(book: &Codebook, words: &Words, region: i32) -> String {
    book.listed("police_region", i64::from(region)).map_or_else(|| region.to_string(), |label| label.get(words.code()).to_owned())
}

struct Row {
    line: Line,
    place: String,
    external: String,
}

#[derive(Template)]
#[template(path = "desk/completeness.html")]
struct CompletenessPage {
    shell: Shell,
    year: String,
    regions: Vec<Choice>,
    query: String,
    rows: Vec<Row>,
    judged: Vec<JudgedShown>,
    /// What the codebook asks of two coders.
    asked: String,
    /// Fewest rows that can be judged.
    least: usize,
    /// Complete records under an earlier codebook; how many of them came out of files.
    earlier: Vec<Earlier>,
    past: usize,
    newest: String,
}

/// A variable's agreement, ready to be drawn.
struct JudgedShown {
    variable: String,
    name: String,
    units: usize,
    cases: usize,
    few_cases: bool,
    exact: String,
    alpha: String,
    kappa: String,
    verdict: &'static str,
}

async fn completeness(app: Data<App>, who: Who, chosen: Query<Chosen>) -> Result<HttpResponse, Problem> {
    let (words, filter) = (who.words, chosen.filter());
    let ((lines, judged, earlier), shell, _) = framed(&app, &who, |_, _| words.t("menu-register"), move |tx| -> Result<_, Refused> { Ok((progress::progress(tx, filter)?, register::agreement(tx)?, register::earlier(tx)?)) }).await?;
    let book = &app.parts().config.codebook;
    let rows = lines.into_iter().map(|line| Row {
        place: match line.place {
            Whole::Country => shell.w.t("whole-country"),
            Whole::Unknown => shell.w.t("region-unknown"),
            Whole::Region(code) => region_name(book, &shell.w, code),
        },
        external: match &line.external {
            None => shell.w.t("no-external"),
            Some(of) => of.share.map_or_else(|| of.count.to_string(), |share| shell.w.with("share-of", &[("share", &share.to_string()), ("count", &of.count.to_string())])),
        },
        line,
    }).collect();
    // Variables nobody has coded twice yet are not drawn: they say nothing.
    let judged = judged.into_iter().filter(register::Judged::coded_twice).map(|row| JudgedShown {
        name: if row.reliability == "double" { row.label.get(shell.w.code()).to_owned() } else { format!("{} ({})", row.label.get(shell.w.code()), shell.w.t(&format!("reliability-{}", row.reliability))) }, units: row.units, cases: row.cases, few_cases: row.few_cases, exact: share(row.exact), kappa: figure(row.kappa), verdict: row.verdict,
        alpha: with_interval(row.alpha, row.interval), variable: row.variable,
    }).collect();
    let query = format!("year={}&region={}", filter.year.map(|year| year.to_string()).unwrap_or_default(), filter.region.map(|code| code.to_string()).unwrap_or_default());
    page(&CompletenessPage { asked: asked(book, &shell.w), least: book.agreement_limits().units, year: filter.year.map(|year| year.to_string()).unwrap_or_default(), regions: regions(book, &shell.w, filter.region), query, rows, judged, past: earlier.iter().filter(|one| one.case_number.is_none()).count(), newest: book.version.clone(), earlier, shell })
}

async fn take_over(app: Data<App>, who: Who, _posted: Posted) -> Result<HttpResponse, Problem> {
    app.run(who.caller(), register::take_over_past_cases).await?;
    Ok(see_other("/register"))
}

/// A file to be kept.
pub(super) fn csv_file(name: &str, header: &[String], rows: &[Vec<String>]) -> HttpResponse {
    HttpResponse::Ok().content_type("text/csv; charset=utf-8").insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))).body(tabular::written(header, rows))
}

async fn file(app: Data<App>, who: Who, chosen: Query<Chosen>) -> Result<HttpResponse, Problem> {
    let filter = chosen.filter();
    let lines = app.run(who.caller(), move |tx| progress::progress(tx, filter)).await?;
    let (header, rows) = progress::as_rows(&lines);
    Ok(csv_file("completeness.csv", &header, &rows))
}

#[derive(Template)]
#[template(path = "desk/variables.html")]
struct VariablesPage {
    shell: Shell,
    year: String,
    regions: Vec<Choice>,
    parts: Vec<(&'static str, Vec<(Filled, String)>)>,
    unasked: usize,
}

async fn variables(app: Data<App>, who: Who, chosen: Query<Chosen>) -> Result<HttpResponse, Problem> {
    let (words, filter) = (who.words, chosen.filter());
    let (found, shell, _) = framed(&app, &who, |_, _| words.t("register-variables"), move |tx| progress::variables(tx, filter)).await?;
    let book = &app.parts().config.codebook;
    let unasked = found.iter().filter(|one| one.asked == 0).count();
    let parts = ["intake", "coding", "closing", "final"].into_iter().map(|stage| {
        (stage, found.iter().filter(|one| one.stage == stage && one.asked > 0).map(|one| (one.clone(), one.label.get(shell.w.code()).to_owned())).collect())
    }).collect();
    page(&VariablesPage { year: filter.year.map(|year| year.to_string()).unwrap_or_default(), regions: regions(book, &shell.w, filter.region), parts, unasked, shell })
}

#[derive(Template)]
#[template(path = "desk/totals.html")]
struct TotalsPage {
    shell: Shell,
    totals: Vec<TotalShown>,
    regions: Vec<Choice>,
    may_enter: bool,
}

struct TotalShown {
    total: Total,
    place: String,
    published: String,
    entered: String,
}

async fn totals(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let (found, shell, session) = framed(&app, &who, |_, _| words.t("external-totals"), external::list).await?;
    let book = &app.parts().config.codebook;
    let totals = found.into_iter().map(|total| TotalShown {
        place: total.region.map_or_else(|| shell.w.t("whole-country"), |code| region_name(book, &shell.w, code)), published: shell.w.day(&total.published_on),
        entered: shell.w.moment(&total.at, &session.zone), total,
    }).collect();
    page(&TotalsPage { regions: regions(book, &shell.w, None), may_enter: session.role.is_some_and(|role| ENTER.allows(role)), totals, shell })
}

async fn enter(app: Data<App>, who: Who, posted: Posted) -> Result<HttpResponse, Problem> {
    let fault = |field: &str, rule: &str| Problem::new(422, "faults").at(field, rule);
    let number = |field: &str| posted.get(field).trim().parse::<i32>().map_err(|_| fault(field, "not-a-number"));
    let published_on: NaiveDate = posted.get("publishedOn").parse().map_err(|_| fault("publishedOn", "impossible-date"))?;
    let replaces = posted.some("replaces").map(|id| id.parse()).transpose().map_err(|_| fault("replaces", "not-an-option"))?;
    let region = posted.some("region").map(|code| code.parse()).transpose().map_err(|_| fault("region", "not-an-option"))?;
    let told = Told { year: number("year")?, region, count: number("count")?, source: posted.get("source").to_owned(), published_on, note: posted.get("note").to_owned(), replaces };
    app.run(who.caller(), move |tx| external::enter(tx, &told)).await?;
    Ok(see_other("/register/totals"))
}
