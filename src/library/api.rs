//! Pages and API of the library.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Advice, Beside, Fingerprints, Listed, Published, Withdrawn};
use crate::http::{Problem, Query, Replies, Routes, Shell, Who, json as answer, page, shape};
use crate::ids::ReportId;
use crate::reports::{Part, Report};
use crate::texts::capital;
use crate::tx::{App, FieldFault, Refused, Tx};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.open("GET", "/api/v1/library", "Published reports", list);
    // Before a report: the first path that fits is taken.
    routes.open("GET", "/api/v1/library/withdrawn", "Reports that were published and taken down: that they were there", withdrawn);
    routes.open("GET", "/api/v1/library/recommendations", "Published recommendations, by theme", recommendations);
    routes.open("GET", "/api/v1/library/{report}", "A published report", report);
    routes.open("GET", "/library", "The page of published reports", list_page);
    routes.open("GET", "/library/recommendations", "The page of published recommendations, by theme", recommendations_page);
    routes.open("GET", "/library/{report}.pdf", "A published report as a tagged PDF", pdf);
    routes.open("GET", "/library/{report}", "A published report as a page", report_page);
}

shape!(Read { listed: Listed, report: Report, beside: Vec<Beside>, fingerprints: Fingerprints });

/// Which reports.
#[derive(Deserialize, JsonSchema)]
struct Asked {
    /// Words that stand in them; all reports without.
    #[serde(default)]
    q: String,
}

impl Asked {
    fn needle(&self) -> String {
        self.q.trim().to_lowercase()
    }
}

/// The reports with these words, or all.
fn asked_for(tx: &mut Tx, needle: &str) -> Result<Vec<Listed>, Refused> {
    match needle.chars().count() {
        0 => super::list(tx),
        2..=80 => super::search(tx, needle),
        _ => Err(Refused::Faults(vec![FieldFault::new("q", "search-length")])),
    }
}

async fn list(app: Data<App>, asked: Query<Asked>) -> Result<Replies<Vec<Listed>>, Problem> {
    let needle = asked.needle();
    Ok(answer(&app.run_public(move |tx| asked_for(tx, &needle)).await?))
}

/// Of which theme.
#[derive(Deserialize, JsonSchema)]
struct Theme {
    /// A code of the codebook's list `theme`; all themes without. A form's empty choice is none.
    #[serde(default)]
    theme: String,
}

impl Theme {
    fn code(&self) -> Result<Option<i64>, Refused> {
        let text = self.theme.trim();
        if text.is_empty() { return Ok(None) }
        text.parse().map(Some).map_err(|_| Refused::Faults(vec![FieldFault::new("theme", "not-an-option")]))
    }
}

async fn recommendations(app: Data<App>, theme: Query<Theme>) -> Result<Replies<Vec<Advice>>, Problem> {
    let code = theme.code()?;
    Ok(answer(&app.run_public(move |tx| super::recommendations(tx, code)).await?))
}

/// Reads as anybody; a relative, or who leads the case, also what is open to them already.
async fn opened<T: Send + 'static>(app: &App, who: &Who, read: impl Fn(&mut crate::tx::Tx) -> Result<T, Refused> + Clone + Send + 'static) -> Result<T, Refused> {
    match app.run_public(read.clone()).await {
        Err(Refused::NotFound) if who.signed_in() => app.run(who.caller(), read).await.map_err(|_| Refused::NotFound),
        other => other,
    }
}

/// What takes the place of a report that was taken down; who never was there stays absent.
async fn gone(app: &App, id: ReportId, why: Refused) -> Problem {
    if !matches!(why, Refused::NotFound) {
        return why.into();
    }
    match app.run_public(move |tx| super::notice(tx, id)).await {
        Ok(_) => Problem::new(410, "withdrawn"),
        Err(_) => Refused::NotFound.into(),
    }
}

async fn withdrawn(app: Data<App>) -> Result<Replies<Vec<Withdrawn>>, Problem> {
    Ok(answer(&app.run_public(super::withdrawn).await?))
}

async fn report(app: Data<App>, who: Who, id: Path<ReportId>) -> Result<Replies<Read>, Problem> {
    let id = id.into_inner();
    match opened(&app, &who, move |tx| Ok((super::report(tx, id)?, super::beside(tx, id)?))).await {
        Ok((Published { listed, report, fingerprints }, beside)) => Ok(answer(&Read { listed, report, beside, fingerprints })),
        Err(why) => Err(gone(&app, id, why).await),
    }
}

async fn pdf(app: Data<App>, who: Who, id: Path<ReportId>) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let bytes = match opened(&app, &who, move |tx| super::pdf(tx, id)).await {
        Ok(bytes) => bytes,
        Err(why) => return Err(gone(&app, id, why).await),
    };
    Ok(HttpResponse::Ok().content_type("application/pdf").insert_header(("Content-Disposition", "inline; filename=\"report.pdf\"")).body(bytes))
}

async fn shell(app: &App, who: &Who, title: String) -> Shell {
    match app.run_as(who.caller(), |tx| -> Result<String, Refused> { tx.own_name() }).await {
        Ok((name, session)) => Shell::of(who, &session, name, title),
        Err(_) => Shell::public(who, title),
    }
}

#[derive(Template)]
#[template(path = "library/list.html")]
struct ListPage {
    shell: Shell,
    /// What was searched for.
    asked: String,
    fault: Option<String>,
    reports: Vec<(Listed, String)>,
    withdrawn: Vec<(Withdrawn, String)>,
}

async fn list_page(app: Data<App>, who: Who, asked: Query<Asked>) -> Result<HttpResponse, Problem> {
    let needle = asked.needle();
    let words = who.words;
    let (found, withdrawn) = app.run_public(move |tx| -> Result<_, Refused> {
        let withdrawn = if needle.is_empty() { super::withdrawn(tx)? } else { vec![] };
        Ok((asked_for(tx, &needle), withdrawn))
    }).await?;
    let (reports, fault) = match found {
        Ok(reports) => (reports, None),
        Err(Refused::Faults(faults)) => (vec![], faults.first().map(|fault| fault.text(&words))),
        Err(why) => return Err(why.into()),
    };
    let reports = reports.into_iter().map(|listed| { let day = who.words.day(&listed.published_on); (listed, day) }).collect();
    let withdrawn = withdrawn.into_iter().map(|one| { let day = who.words.day(&one.taken_down_on); (one, day) }).collect();
    page(&ListPage { shell: shell(&app, &who, who.words.t("menu-library")).await, asked: asked.into_inner().q, fault, reports, withdrawn })
}

#[derive(Template)]
#[template(path = "library/recommendations.html")]
struct AdvicePage {
    shell: Shell,
    /// Every theme of the codebook: its code and words.
    themes: Vec<(i64, String)>,
    chosen: Option<i64>,
    /// Theme by theme, in the codebook's order: its words, and what was recommended with the day of its report.
    groups: Vec<(String, Vec<(Advice, String)>)>,
}

async fn recommendations_page(app: Data<App>, who: Who, theme: Query<Theme>) -> Result<HttpResponse, Problem> {
    let chosen = theme.code()?;
    let found = app.run_public(move |tx| super::recommendations(tx, chosen)).await?;
    let words = who.words;
    let themes: Vec<(i64, String)> = app.parts().config.codebook.list("theme").into_iter().flatten().map(|code| (code.code, capital(code.label.get(words.code())))).collect();
    let mut groups: Vec<(String, Vec<(Advice, String)>)> = vec![];
    for (code, label) in themes.iter().map(|(code, label)| (Some(*code), label.clone())).chain([(None, words.t("theme-none"))]) {
        let of_theme: Vec<(Advice, String)> = found.iter().filter(|advice| advice.theme.filter(|code| themes.iter().any(|(known, _)| known == code)) == code)
            .map(|advice| (advice.clone(), words.day(&advice.published_on))).collect();
        if !of_theme.is_empty() { groups.push((label, of_theme)); }
    }
    let shell = shell(&app, &who, words.t("recommendations-by-theme")).await.under([("/library".to_owned(), words.t("menu-library"))]);
    page(&AdvicePage { shell, themes, chosen, groups })
}

#[derive(Template)]
#[template(path = "library/report.html")]
struct ReportPage {
    shell: Shell,
    id: ReportId,
    day: String,
    bureau: String,
    report: Report,
    addenda: Vec<(String, String)>,
    beside: Vec<(Beside, String)>,
    newer: Option<ReportId>,
    version: i32,
    fingerprints: Fingerprints,
}

async fn report_page(app: Data<App>, who: Who, id: Path<ReportId>) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let (Published { listed, report, fingerprints }, beside) = match opened(&app, &who, move |tx| Ok((super::report(tx, id)?, super::beside(tx, id)?))).await {
        Ok(found) => found,
        Err(Refused::NotFound) => return withdrawn_page(&app, &who, id).await,
        Err(why) => return Err(why.into()),
    };
    let shell = shell(&app, &who, report.title.clone()).await.under([("/library".to_owned(), who.words.t("menu-library"))]);
    let own = crate::texts::Words { language: report.language };
    let addenda = report.addenda.iter().map(|added| (own.with(&format!("addendum-{}", added.kind), &[("day", &own.day(&added.on))]), added.text.clone())).collect();
    let newer = beside.iter().find(|other| other.kind == listed.kind && other.version > listed.version).map(|other| other.id);
    let beside = beside.into_iter().map(|other| { let day = shell.w.day(&other.published_on); (other, day) }).collect();
    page(&ReportPage { shell, id, day: who.words.day(&listed.published_on), bureau: listed.bureau, version: listed.version, report, addenda, beside, newer, fingerprints })
}

#[derive(Template)]
#[template(path = "library/withdrawn.html")]
struct WithdrawnPage {
    shell: Shell,
    one: Withdrawn,
    day: String,
}

/// The notice in the place of what was taken down, with the status that says so.
async fn withdrawn_page(app: &App, who: &Who, id: ReportId) -> Result<HttpResponse, Problem> {
    let one = app.run_public(move |tx| super::notice(tx, id)).await?;
    let shell = shell(app, who, who.words.t("withdrawn-title")).await.under([("/library".to_owned(), who.words.t("menu-library"))]);
    let mut answer = page(&WithdrawnPage { day: who.words.day(&one.taken_down_on), shell, one })?;
    *answer.status_mut() = actix_web::http::StatusCode::GONE;
    Ok(answer)
}
