//! The report as it stands: its sections with how far each is, the check of its names.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;

use crate::cases;
use crate::http::{Posted, Problem, Routes, Shell, Who, framed, page};
use crate::ids::CaseId;
use crate::reports::{self, Part, Progress, Report};
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/cases/{case}/report", &reports::READ, "The report as it stands", report);
    routes.act("GET", "/cases/{case}/report.pdf", &reports::PREVIEW, "The draft as a PDF", pdf);
    routes.act("POST", "/cases/{case}/report/name-check", &reports::CHECK, "Checks the report for names", name_check);
    routes.act("POST", "/cases/{case}/report/replace", &reports::REPLACE, "Puts the proposed word where one was found that may not stand", replace);
    routes.act("POST", "/cases/{case}/report/reason", &reports::REASON, "Lets a word stand, with a reason", reason);
}

/// The report of a case, ready to be drawn.
struct Drawn {
    report: Report,
    sections: Vec<Progress>,
    frozen: bool,
}

#[derive(Template)]
#[template(path = "desk/report.html")]
struct ReportPage {
    shell: Shell,
    case: CaseId,
    report: Report,
    sections: Vec<Progress>,
    /// Sections nothing is left to write in.
    done: usize,
    frozen: bool,
    hits: Vec<reports::Hit>,
    checked: bool,
    /// Whether what was to be replaced was gone already.
    gone: bool,
    may_mend: bool,
}

async fn shown_report(app: &App, who: &Who, id: CaseId, checked: Option<reports::Checked>, gone: bool) -> Result<HttpResponse, Problem> {
    let (drawn, shell, session) = framed(app, who, |drawn: &Drawn, _| drawn.report.title.clone(), move |tx| -> Result<_, Refused> {
        let (report, sections) = reports::overview(tx, id)?;
        Ok(Drawn { report, sections, frozen: cases::is_frozen(tx, id)? })
    }).await?;
    let Drawn { report, sections, frozen } = drawn;
    let w = shell.w;
    let shell = shell.under([("/cases".to_owned(), w.t("menu-cases")), (format!("/cases/{id}"), w.t("the-case"))]);
    page(&ReportPage { may_mend: !frozen && session.role.is_some_and(|role| reports::REPLACE.allows(role)), done: sections.iter().filter(|one| one.done()).count(), sections, frozen, shell, case: id, report, gone, checked: checked.is_some(), hits: checked.map(|checked| checked.hits).unwrap_or_default() })
}

async fn report(app: Data<App>, who: Who, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    shown_report(&app, &who, id.into_inner(), None, false).await
}

async fn name_check(app: Data<App>, who: Who, id: Path<CaseId>, _posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let checked = app.run(who.caller(), move |tx| reports::check(tx, id)).await?;
    shown_report(&app, &who, id, Some(checked), false).await
}

async fn replace(app: Data<App>, who: Who, id: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    // Pressed twice, what was found is there no more: the check says so, and who may not see the case is refused by it.
    let gone = match app.run(who.caller(), move |tx| reports::replace(tx, id, posted.get("section"), posted.get("word"))).await {
        Ok(_) => false,
        Err(Refused::NotFound) => true,
        Err(why) => return Err(why.into()),
    };
    let checked = app.run(who.caller(), move |tx| reports::check(tx, id)).await?;
    shown_report(&app, &who, id, Some(checked), gone).await
}

async fn reason(app: Data<App>, who: Who, id: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| reports::reason(tx, id, posted.get("section"), posted.get("word"), posted.get("reason"))).await?;
    let checked = app.run(who.caller(), move |tx| reports::check(tx, id)).await?;
    shown_report(&app, &who, id, Some(checked), false).await
}

async fn pdf(app: Data<App>, who: Who, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let bytes = reports::preview(&app, who.caller(), id.into_inner()).await?;
    Ok(HttpResponse::Ok().content_type("application/pdf").insert_header(("Content-Disposition", "inline; filename=\"draft.pdf\"")).body(bytes))
}
