//! The page of what was published of a case: its versions, what is added, the learning brief beside it.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;

use super::store::Version;
use super::{ADD, AddendumTold, EMBARGO, PUBLISH_LEARNING, READ_NATIONAL, TAKE_DOWN, VERSIONS};
use crate::cases::framed_in_case;
use crate::http::{Posted, Problem, Routes, Shell, Who, page, see_other};
use crate::ids::CaseId;
use crate::tx::App;

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/cases/{case}/published", &VERSIONS, "What was published of a case", published);
    routes.act("GET", "/cases/{case}/national", &READ_NATIONAL, "What was placed for the nation", national);
    routes.act("POST", "/cases/{case}/published/embargo", &EMBARGO, "Places a copy under embargo with each organisation", embargo);
    routes.act("POST", "/cases/{case}/published/add", &ADD, "Adds to a published report, or puts it right", add);
    routes.act("POST", "/cases/{case}/published/learning", &PUBLISH_LEARNING, "Publishes the learning brief", learning);
    routes.act("POST", "/cases/{case}/published/take-down", &TAKE_DOWN, "Takes down what was published", take_down);
}

#[derive(Template)]
#[template(path = "reports/published.html")]
struct PublishedPage {
    shell: Shell,
    case: CaseId,
    versions: Vec<(Version, String)>,
    may_add: bool,
    open: bool,
}

async fn published(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    let (versions, shell, session) = framed_in_case(&app, &who, case, "published", move |tx| super::versions(tx, case)).await?;
    let open = versions.iter().any(|version| version.kind == "report" && version.taken_down_on.is_none());
    let versions = versions.into_iter().map(|version| { let day = shell.w.day(&version.published_on); (version, day) }).collect();
    page(&PublishedPage { may_add: session.role.is_some_and(|role| ADD.allows(role)), shell, case, versions, open })
}

/// Questions with their answers, as read.
type Lines = Vec<(String, Vec<String>)>;

#[derive(Template)]
#[template(path = "cases/sheet.html")]
struct NationalPage {
    shell: Shell,
    parts: Vec<(String, Lines)>,
}

async fn national(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    let (found, shell, _) = framed_in_case(&app, &who, case, "placed-nationally", move |tx| super::national(tx, case)).await?;
    let config = &app.parts().config;
    let lang = form::Lang::from_code(shell.w.language.code()).unwrap_or_default();
    let parts = [("quality", &found.quality), ("publication-decision", &found.decision)].into_iter()
        .filter_map(|(id, answers)| { let form = config.forms.get(id)?; Some((form.title.get(lang).to_owned(), form::summary(form, answers, &config.lists(), lang))) }).collect();
    page(&NationalPage { shell, parts })
}

fn back(case: CaseId) -> HttpResponse {
    see_other(&format!("/cases/{case}/published"))
}

async fn add(app: Data<App>, who: Who, case: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    let told = AddendumTold { kind: posted.get("kind").to_owned(), text: posted.get("text").to_owned(), instead: posted.get("instead") == "true" };
    super::add(&app, who.caller(), case, told).await?;
    Ok(back(case))
}

async fn embargo(app: Data<App>, who: Who, case: Path<CaseId>, _posted: Posted) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    app.run(who.caller(), move |tx| super::embargo(tx, case)).await?;
    Ok(back(case))
}

async fn learning(app: Data<App>, who: Who, case: Path<CaseId>, _posted: Posted) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    super::publish_learning(&app, who.caller(), case).await?;
    Ok(back(case))
}

async fn take_down(app: Data<App>, who: Who, case: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    app.run(who.caller(), move |tx| super::take_down(tx, case, posted.get("reason"))).await?;
    Ok(back(case))
}
