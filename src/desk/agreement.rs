//! How far coders agree on one variable: per option, with and without missing codes, per pair of coders, over time.

use actix_web::HttpResponse;
use actix_web::web::Data;
use askama::Template;
use schemars::JsonSchema;
use serde::Deserialize;

use super::completeness::csv_file;
use crate::http::{Problem, Query, Routes, Shell, Who, framed, page};
use crate::register::{self, AGREEMENT, Judged, RowsFound, RunTold, Told};
use crate::texts::Words;
use crate::tx::App;

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/register/agreement", &AGREEMENT, "How far coders agree on a variable: per option, pair of coders and year", one);
    routes.act("GET", "/register/agreement.csv", &AGREEMENT, "How far coders agree on every variable and option, as a file", file);
}

/// Which variable; the weakest when none is named.
#[derive(Deserialize, JsonSchema, Default)]
struct Chosen {
    #[serde(default)]
    variable: String,
}

/// The figures of a variable or option, ready to be drawn.
struct Drawn {
    name: String,
    verdict: &'static str,
    skewed: bool,
    /// Whether rows enough to judge lie in fewer cases than that.
    few_cases: bool,
    /// Per way of counting: its name, and the figures.
    runs: Vec<(String, Vec<(&'static str, String)>)>,
    /// Coders, rows, alike, kappa, alpha.
    pairs: Vec<[String; 5]>,
    /// How many of these have too few rows in common to count.
    small_pairs: usize,
    /// Year, rows, alike, alpha, alpha with missing codes.
    periods: Vec<[String; 5]>,
}

#[derive(Template)]
#[template(path = "desk/agreement.html")]
struct AgreementPage {
    shell: Shell,
    name: String,
    variables: Vec<(String, String, bool)>,
    figures: Vec<Drawn>,
    /// Of each level: its name, rows both found, rows one found, the share; the lowest first.
    levels: Vec<[String; 4]>,
    /// What the codebook asks of two coders.
    asked: String,
    /// Fewest rows that can be judged.
    least: usize,
}

pub(super) fn share(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{:.0} %", value * 100.0))
}

pub(super) fn figure(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.2}"))
}

pub(super) fn with_interval(alpha: Option<f64>, interval: Option<(f64, f64)>) -> String {
    interval.map_or_else(|| figure(alpha), |(low, high)| format!("{} ({low:.2} – {high:.2})", figure(alpha)))
}

fn run(of: &RunTold, option: bool) -> Vec<(&'static str, String)> {
    let mut told = vec![("coded-twice", of.units.to_string()), ("agreement-cases", of.cases.to_string()), ("alike", share(of.percent)), ("alpha", with_interval(of.alpha, of.interval)), ("ac1", figure(of.ac1))];
    if option {
        told.extend([("agreement-positive", share(of.positive)), ("agreement-negative", share(of.negative))]);
    }
    told
}

/// How far coders found the same rows, by level, the lowest first. Levels nobody found a row of say nothing.
fn levels(judged: &[Judged], book: &codebook::Codebook, words: &Words) -> Vec<[String; 4]> {
    let of = |level: &codebook::Level| judged.iter().find(|row| row.level == level.id).and_then(|row| row.rows).filter(|rows| rows.alike.is_some());
    let mut found: Vec<(&codebook::Level, RowsFound)> = book.levels.iter().filter_map(|level| Some((level, of(level)?))).collect();
    found.sort_by(|(_, one), (_, other)| one.alike.partial_cmp(&other.alike).unwrap_or(std::cmp::Ordering::Equal));
    found.into_iter().map(|(level, rows)| [level.label.get(words.code()).to_owned(), rows.both.to_string(), rows.alone.to_string(), figure(rows.alike)]).collect()
}

/// What the codebook asks of two coders, in a sentence.
pub(super) fn asked(book: &codebook::Codebook, words: &Words) -> String {
    let limits = book.agreement_limits();
    let decimal = |limit: f64| { let text = format!("{limit:.2}"); if words.code() == "en" { text } else { text.replace('.', ",") } };
    words.with("agreement-note", &[("tentative", &decimal(limits.tentative)), ("release", &decimal(limits.release)), ("units", &limits.units.to_string())])
}

async fn one(app: Data<App>, who: Who, chosen: Query<Chosen>) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let (judged, shell, _) = framed(&app, &who, |_, _| words.t("agreement"), register::agreement).await?;
    let book = &app.parts().config.codebook;
    let levels = levels(&judged, book, &words);
    let judged: Vec<_> = judged.into_iter().filter(register::Judged::coded_twice).collect();
    let row = judged.iter().find(|row| row.variable == chosen.variable).or(judged.first());
    let drawn = |told: &Told| Drawn {
        name: told.label.as_ref().map(|label| label.get(words.code()).to_owned()).unwrap_or_default(), verdict: told.verdict, skewed: told.without_missing.skewed, few_cases: told.without_missing.few_cases || told.with_missing.few_cases,
        runs: vec![(words.t("agreement-without-missing"), run(&told.without_missing, told.option.is_some())), (words.t(if told.without_missing.scale == "interval" { "agreement-there-or-not" } else { "agreement-with-missing" }), run(&told.with_missing, told.option.is_some()))],
        pairs: told.without_missing.pairs.iter().map(|pair| [format!("{} – {}", pair.coders.0 + 1, pair.coders.1 + 1), pair.units.to_string(), share(Some(pair.percent)), figure(pair.kappa), figure(pair.alpha)]).collect(),
        small_pairs: told.without_missing.small_pairs,
        periods: told.periods.iter().map(|period| [period.period.clone(), period.units.to_string(), share(period.percent), figure(period.alpha), figure(period.alpha_with_missing)]).collect(),
    };
    let figures = row.map(|row| row.figures.iter().map(drawn).collect()).unwrap_or_default();
    let (variable, name) = row.map(|row| (row.variable.clone(), row.label.get(words.code()).to_owned())).unwrap_or_default();
    let variables = judged.iter().map(|one| (one.variable.clone(), one.label.get(words.code()).to_owned(), one.variable == variable)).collect();
    page(&AgreementPage { levels, asked: asked(book, &words), least: book.agreement_limits().units, shell: shell.under([("/register".to_owned(), words.t("menu-register"))]), name, variables, figures })
}

/// The columns of the file. Figures are written whole, so that a report can be made of them.
const COLUMNS: [&str; 21] = ["variable", "name", "reliability", "option", "option_name", "counted", "rows", "cases", "few_cases", "alike", "alpha", "alpha_low", "alpha_high", "kappa", "ac1", "verdict", "small_pairs", "level", "rows_both", "rows_alone", "rows_alike"];

/// The lines of a variable: each of its figures, once without missing codes and once with them as answers.
fn lines(row: &Judged, language: &str) -> Vec<Vec<String>> {
    let number = |value: Option<f64>| value.map(|value| format!("{value:.6}")).unwrap_or_default();
    let line = |told: &Told, counted: &str, run: &RunTold| {
        let (low, high) = run.interval.unzip();
        vec![
            row.variable.clone(), row.label.get(language).to_owned(), row.reliability.clone(), told.option.map(|code| code.to_string()).unwrap_or_default(),
            told.label.as_ref().map(|label| label.get(language).to_owned()).unwrap_or_default(), counted.to_owned(), run.units.to_string(), run.cases.to_string(), if run.few_cases { "yes" } else { "no" }.to_owned(),
            number(run.percent), number(run.alpha), number(low), number(high), number(run.kappa), number(run.ac1), told.verdict.to_owned(), run.small_pairs.to_string(),
            row.level.clone(), row.rows.map(|rows| rows.both.to_string()).unwrap_or_default(), row.rows.map(|rows| rows.alone.to_string()).unwrap_or_default(), number(row.rows.and_then(|rows| rows.alike)),
        ]
    };
    row.figures.iter().flat_map(|told| [line(told, "without_missing", &told.without_missing), line(told, if told.without_missing.scale == "interval" { "there_or_not" } else { "with_missing" }, &told.with_missing)]).collect()
}

async fn file(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    let language = who.words.code();
    let judged = app.run(who.caller(), register::agreement).await?;
    let rows: Vec<Vec<String>> = judged.iter().filter(|row| row.coded_twice()).flat_map(|row| lines(row, language)).collect();
    Ok(csv_file("agreement.csv", &COLUMNS.map(str::to_owned), &rows))
}
