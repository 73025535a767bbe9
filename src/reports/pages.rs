//! The page of what was published of a case: its versions, what is added, the learning brief beside it.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;

use super::after::ToAdopt;
use super::assemble::{Part, Report};
use super::store::Version;
use super::{ADD, ADOPT, AddendumTold, EMBARGO, PUBLISH_LEARNING, READ_NATIONAL, REFUSE, TAKE_BACK, TAKE_DOWN, VERSIONS};
use crate::cases::framed_in_case;
use crate::http::{Posted, Problem, Routes, Shell, Who, page, page_or_refused, see_other};
use crate::ids::CaseId;
use crate::texts::Words;
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/cases/{case}/published", &VERSIONS, "What was published of a case", published);
    routes.act("GET", "/cases/{case}/national", &READ_NATIONAL, "What was placed for the nation", national);
    routes.act("POST", "/cases/{case}/published/embargo", &EMBARGO, "Places a copy under embargo with each organisation", embargo);
    routes.act("POST", "/cases/{case}/published/add", &ADD, "Adds to a published report, or puts it right", add);
    routes.act("POST", "/cases/{case}/published/adopt", &ADOPT, "Adopts a text that goes out after the publication", adopt);
    routes.act("POST", "/cases/{case}/published/refuse", &REFUSE, "Does not adopt a text that goes out after the publication, with a remark", refuse);
    routes.act("POST", "/cases/{case}/published/take-back", &TAKE_BACK, "Takes back a text that waits for the chair", take_back);
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
    /// What goes out once the chair has adopted it, each with its notices.
    waiting: Vec<(ToAdopt, Vec<(String, String)>)>,
    may_adopt: bool,
    /// What is typed of an addition, where it was refused or taken back.
    typed: AddendumTold,
    /// Why it was refused.
    error: Option<String>,
}

async fn published(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let typed = AddendumTold { kind: "addition".to_owned(), text: String::new(), instead: false };
    drawn(&app, &who, case.into_inner(), typed, None).await
}

async fn drawn(app: &App, who: &Who, case: CaseId, typed: AddendumTold, error: Option<String>) -> Result<HttpResponse, Problem> {
    let ((versions, waiting), shell, session) = framed_in_case(app, who, case, "published", move |tx| -> Result<_, Refused> { Ok((super::versions(tx, case)?, super::waiting(tx, case)?)) }).await?;
    let open = versions.iter().any(|version| version.kind == "report" && version.taken_down_on.is_none());
    let versions = versions.into_iter().map(|version| { let day = shell.w.day(&version.published_on); (version, day) }).collect();
    let waiting = waiting.into_iter().map(|one| { let added = added(&one.report); (one, added) }).collect();
    let may = |act: &crate::access::Act| session.role.is_some_and(|role| act.allows(role));
    let refused = error.is_some();
    page_or_refused(&PublishedPage { may_add: may(&ADD), may_adopt: may(&ADOPT), shell, case, versions, open, waiting, typed, error }, refused)
}

async fn refuse(app: Data<App>, who: Who, case: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    app.run(who.caller(), move |tx| super::refuse_after(tx, case, posted.get("fingerprint"), posted.get("remark"))).await?;
    Ok(back(case))
}

/// What was told stands in the form again.
async fn take_back(app: Data<App>, who: Who, case: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    let typed = app.run(who.caller(), move |tx| super::take_back(tx, case, posted.get("fingerprint"))).await?;
    drawn(&app, &who, case, typed, None).await
}

async fn adopt(app: Data<App>, who: Who, case: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    app.run(who.caller(), move |tx| super::adopt_after(tx, case, posted.get("fingerprint"))).await?;
    Ok(back(case))
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

/// What becomes public, or goes, before it does: the very text, and what can't be undone. One reads it, and presses once more.
#[derive(Template)]
#[template(path = "reports/sure.html")]
pub struct SurePage {
    /// The frame.
    pub shell: Shell,
    /// What happens, and whether it can be undone.
    pub says: Vec<String>,
    /// What goes, where something does.
    pub goes: Vec<String>,
    /// The text that becomes public.
    pub report: Option<Report>,
    /// What was added to it: heading and words.
    pub added: Vec<(String, String)>,
    /// Where it is done.
    pub action: String,
    /// What is carried along.
    pub fields: Vec<(&'static str, String)>,
    /// What the button says.
    pub button: String,
    /// Where one goes who does not.
    pub back: String,
}

/// Additions of a report with their headings, in its own language.
fn added(report: &Report) -> Vec<(String, String)> {
    let words = Words { language: report.language };
    report.addenda.iter().map(|one| (words.with(&format!("addendum-{}", one.kind), &[("day", &words.day(&one.on))]), one.text.clone())).collect()
}

async fn add(app: Data<App>, who: Who, case: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    let told = AddendumTold { kind: posted.get("kind").to_owned(), text: posted.get("text").to_owned(), instead: posted.get("instead") == "true" };
    let asked = told.clone();
    let shown = framed_in_case(&app, &who, case, "sure-add", move |tx| -> Result<_, Refused> {
        let (report, adopted) = super::to_add(tx, case, &asked)?;
        let seen = super::fingerprint(&report)?;
        Ok((report, adopted, seen))
    }).await;
    let ((report, adopted, seen), shell, _) = match shown {
        Err(why) if why.kind == "one-waits" => {
            let error = why.text(&who.words);
            return drawn(&app, &who, case, told, Some(error)).await;
        }
        shown => shown?,
    };
    // What was read is what is published: written otherwise since, it is shown anew.
    if posted.get("_sure") == "true" && posted.get("_seen") == seen {
        super::add(&app, who.caller(), case, told).await?;
        return Ok(back(case));
    }
    let (w, instead) = (shell.w, told.instead || told.kind == "withdrawal");
    let replaces = if instead { "sure-add-instead" } else { "sure-add-beside" };
    let says = if adopted { vec!["sure-public", replaces, "sure-not-undone"] } else { vec!["sure-chair-first", replaces] }.into_iter().map(|key| w.t(key)).collect();
    let button = w.t(if adopted { "add" } else { "lay-before-chair" });
    let fields = vec![("kind", told.kind), ("text", told.text), ("instead", instead.to_string()), ("_seen", seen), ("_sure", "true".to_owned())];
    page(&SurePage { says, goes: vec![], added: added(&report), report: Some(report), action: format!("/cases/{case}/published/add"), fields, button, back: format!("/cases/{case}/published"), shell })
}

async fn embargo(app: Data<App>, who: Who, case: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    let ((report, seen, to), shell, _) = framed_in_case(&app, &who, case, "embargo-give", move |tx| -> Result<_, Refused> {
        let (report, to) = super::to_give(tx, case)?;
        let seen = super::fingerprint(&report)?;
        Ok((report, seen, to))
    }).await?;
    if posted.get("_sure") == "true" && posted.get("_seen") == seen {
        app.run(who.caller(), move |tx| super::embargo(tx, case)).await?;
        return Ok(back(case));
    }
    let w = shell.w;
    let says = vec![w.a("sure-embargo", "names", to.join(", ")), w.t("embargo-give-note"), w.t("sure-embargo-undo")];
    let fields = vec![("_seen", seen), ("_sure", "true".to_owned())];
    page(&SurePage { says, goes: vec![], added: vec![], report: Some(report), action: format!("/cases/{case}/published/embargo"), fields, button: w.t("embargo-give"), back: format!("/cases/{case}/published"), shell })
}

async fn learning(app: Data<App>, who: Who, case: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    let ((report, adopted, seen), shell, _) = framed_in_case(&app, &who, case, "publish-learning", move |tx| -> Result<_, Refused> {
        let (report, adopted) = super::brief_to_publish(tx, case)?;
        let seen = super::fingerprint(&report)?;
        Ok((report, adopted, seen))
    }).await?;
    if posted.get("_sure") == "true" && posted.get("_seen") == seen {
        super::publish_learning(&app, who.caller(), case).await?;
        return Ok(back(case));
    }
    let w = shell.w;
    let says = if adopted { vec!["sure-public", "learning-note", "sure-not-undone"] } else { vec!["sure-chair-first", "learning-note"] }.into_iter().map(|key| w.t(key)).collect();
    let button = w.t(if adopted { "publish-learning" } else { "lay-before-chair" });
    let fields = vec![("_seen", seen), ("_sure", "true".to_owned())];
    page(&SurePage { says, goes: vec![], added: vec![], report: Some(report), action: format!("/cases/{case}/published/learning"), fields, button, back: format!("/cases/{case}/published"), shell })
}

async fn take_down(app: Data<App>, who: Who, case: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    let reason = posted.get("reason").to_owned();
    if posted.get("_sure") == "true" {
        app.run(who.caller(), move |tx| super::take_down(tx, case, &reason)).await?;
        return Ok(back(case));
    }
    let told = reason.clone();
    let (open, shell, _) = framed_in_case(&app, &who, case, "take-down", move |tx| super::to_take_down(tx, case, &told)).await?;
    let w = shell.w;
    let goes = open.iter().map(|version| format!("{}, {}, {}", w.t(&format!("publication-{}", version.kind)), w.a("version-number", "number", version.version), w.day(&version.published_on))).collect();
    let says = vec![w.t("sure-take-down"), w.t("sure-take-down-undo"), format!("{}: {reason}", w.t("reason"))];
    page(&SurePage { says, goes, added: vec![], report: None, action: format!("/cases/{case}/published/take-down"), fields: vec![("reason", reason), ("_sure", "true".to_owned())], button: w.t("take-down"), back: format!("/cases/{case}/published"), shell })
}
