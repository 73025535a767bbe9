//! How complete the register is, and how far coders agree: for the register manager.

use actix_web::HttpResponse;
use actix_web::web::Data;
use askama::Template;

use crate::http::{Problem, Routes, Shell, Who, framed, page};
use crate::register::{self, COMPLETENESS, Counted};
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/register", &COMPLETENESS, "How complete the register is", completeness);
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
        name: if row.reliability == "double" { row.label.get(shell.w.code()).to_owned() } else { format!("{} ({})", row.label.get(shell.w.code()), shell.w.t(&format!("reliability-{}", row.reliability))) }, units: row.units, exact: share(row.exact), kappa: figure(row.kappa), verdict: row.verdict,
        alpha: row.interval.map_or_else(|| figure(row.alpha), |(low, high)| format!("{} ({low:.2} – {high:.2})", figure(row.alpha))),
    }).collect();
    page(&CompletenessPage { shell, rows, judged })
}
