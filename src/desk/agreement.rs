//! How far coders agree on one variable: per option, with and without missing codes, per pair of coders, over time.

use actix_web::HttpResponse;
use actix_web::web::Data;
use askama::Template;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::http::{Problem, Query, Routes, Shell, Who, framed, page};
use crate::register::{self, AGREEMENT, RunTold, Told};
use crate::tx::App;

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/register/agreement", &AGREEMENT, "How far coders agree on a variable: per option, pair of coders and year", one);
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
    /// Per way of counting: its name, and the figures.
    runs: Vec<(String, Vec<(&'static str, String)>)>,
    /// Coders, rows, alike, kappa, alpha.
    pairs: Vec<[String; 5]>,
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
    let mut told = vec![("coded-twice", of.units.to_string()), ("alike", share(of.percent)), ("alpha", with_interval(of.alpha, of.interval)), ("ac1", figure(of.ac1))];
    if option {
        told.extend([("agreement-positive", share(of.positive)), ("agreement-negative", share(of.negative))]);
    }
    told
}

async fn one(app: Data<App>, who: Who, chosen: Query<Chosen>) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let (judged, shell, _) = framed(&app, &who, |_, _| words.t("agreement"), register::agreement).await?;
    let judged: Vec<_> = judged.into_iter().filter(|row| row.units > 0).collect();
    let row = judged.iter().find(|row| row.variable == chosen.variable).or(judged.first());
    let drawn = |told: &Told| Drawn {
        name: told.label.as_ref().map(|label| label.get(words.code()).to_owned()).unwrap_or_default(), verdict: told.verdict, skewed: told.without_missing.skewed,
        runs: vec![(words.t("agreement-without-missing"), run(&told.without_missing, told.option.is_some())), (words.t("agreement-with-missing"), run(&told.with_missing, told.option.is_some()))],
        pairs: told.without_missing.pairs.iter().map(|pair| [format!("{} – {}", pair.coders.0 + 1, pair.coders.1 + 1), pair.units.to_string(), share(Some(pair.percent)), figure(pair.kappa), figure(pair.alpha)]).collect(),
        periods: told.periods.iter().map(|period| [period.period.clone(), period.units.to_string(), share(period.percent), figure(period.alpha), figure(period.alpha_with_missing)]).collect(),
    };
    let figures = row.map(|row| row.figures.iter().map(drawn).collect()).unwrap_or_default();
    let (variable, name) = row.map(|row| (row.variable.clone(), row.label.get(words.code()).to_owned())).unwrap_or_default();
    let variables = judged.iter().map(|one| (one.variable.clone(), one.label.get(words.code()).to_owned(), one.variable == variable)).collect();
    page(&AgreementPage { shell: shell.under([("/register".to_owned(), words.t("menu-register"))]), name, variables, figures })
}
