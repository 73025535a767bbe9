//! Pages and API of the library.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;

use super::{Beside, Listed};
use crate::http::{Problem, Replies, Routes, Shell, Who, json as answer, page, shape};
use crate::ids::ReportId;
use crate::reports::{Part, Report};
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.open("GET", "/api/v1/library", "Published reports", list);
    routes.open("GET", "/api/v1/library/{report}", "A published report", report);
    routes.open("GET", "/library", "The page of published reports", list_page);
    routes.open("GET", "/library/{report}.pdf", "A published report as a tagged PDF", pdf);
    routes.open("GET", "/library/{report}", "A published report as a page", report_page);
}

shape!(Read { listed: Listed, report: Report, beside: Vec<Beside> });

async fn list(app: Data<App>) -> Result<Replies<Vec<Listed>>, Problem> {
    Ok(answer(&app.run_public(super::list).await?))
}

async fn report(app: Data<App>, id: Path<ReportId>) -> Result<Replies<Read>, Problem> {
    let id = id.into_inner();
    let (listed, report, beside) = app.run_public(move |tx| -> Result<_, Refused> {
        let (listed, report) = super::report(tx, id)?;
        Ok((listed, report, super::beside(tx, id)?))
    }).await?;
    Ok(answer(&Read { listed, report, beside }))
}

async fn pdf(app: Data<App>, id: Path<ReportId>) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let bytes = app.run_public(move |tx| super::pdf(tx, id)).await?;
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
    reports: Vec<(Listed, String)>,
}

async fn list_page(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    let reports = app.run_public(super::list).await?.into_iter().map(|listed| { let day = who.words.day(&listed.published_on); (listed, day) }).collect();
    page(&ListPage { shell: shell(&app, &who, who.words.t("menu-library")).await, reports })
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
}

async fn report_page(app: Data<App>, who: Who, id: Path<ReportId>) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let (listed, report, beside) = app.run_public(move |tx| -> Result<_, Refused> {
        let (listed, report) = super::report(tx, id)?;
        Ok((listed, report, super::beside(tx, id)?))
    }).await?;
    let shell = shell(&app, &who, report.title.clone()).await.under([("/library".to_owned(), who.words.t("menu-library"))]);
    let own = crate::texts::Words { language: report.language };
    let addenda = report.addenda.iter().map(|added| (own.with(&format!("addendum-{}", added.kind), &[("day", &own.day(&added.on))]), added.text.clone())).collect();
    let newer = beside.iter().find(|other| other.kind == listed.kind && other.version > listed.version).map(|other| other.id);
    let beside = beside.into_iter().map(|other| { let day = shell.w.day(&other.published_on); (other, day) }).collect();
    page(&ReportPage { shell, id, day: who.words.day(&listed.published_on), bureau: listed.bureau, version: listed.version, report, addenda, beside, newer })
}
