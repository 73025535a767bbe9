//! The draft as it lies before the panel, with what was said of it beside each paragraph.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::access::Role;
use crate::cases::framed_in_case;
use crate::http::{Posted, Problem, Query, Routes, Shell, Who, page, see_other};
use crate::ids::CaseId;
use crate::panels;
use crate::reports::{self, Laid, NewRemark, Part, Remark};
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/cases/{case}/panel-draft", &reports::READ_LAID, "The draft that lies before the panel, and what was said of it", laid);
    routes.act("POST", "/cases/{case}/panel-draft", &reports::LAY, "Lays the draft as it stands before the panel", lay);
    routes.act("POST", "/cases/{case}/panel-draft/remarks", &reports::REMARK, "Says something about a section, or answers what was said", remark);
    routes.act("POST", "/cases/{case}/panel-draft/settle", &reports::SETTLE_REMARK, "Says that a remark is settled, or open again", settle);
}

/// A remark, ready to be drawn.
pub(super) struct RemarkShown {
    pub(super) remark: Remark,
    /// When it was made.
    pub(super) at: String,
    /// Words, by whom, when.
    pub(super) answers: Vec<(String, String, String)>,
    /// The number of the paragraph it is about.
    pub(super) paragraph: Option<usize>,
}

/// Remarks with where they stand among paragraphs.
pub(super) fn shown(remarks: Vec<Remark>, paragraphs: &[String], shell: &Shell, zone: &chrono_tz::Tz) -> Vec<RemarkShown> {
    remarks.into_iter().map(|remark| RemarkShown {
        at: shell.w.moment(&remark.at, zone), answers: remark.answers.iter().map(|answer| (answer.text.clone(), answer.by.clone(), shell.w.moment(&answer.at, zone))).collect(),
        paragraph: reports::paragraph_of(&remark, paragraphs).map(|at| at + 1), remark,
    }).collect()
}

/// What a remark can be about: how the paragraph begins, and what it is called in the list.
pub(super) fn abouts(paragraphs: &[String], shell: &Shell) -> Vec<(String, String)> {
    let begin = |words: &str| { let start: String = words.chars().take(60).collect(); if start.len() < words.len() { format!("{start} …") } else { start } };
    paragraphs.iter().zip(1..).map(|(paragraph, number)| {
        let about = reports::start_of(paragraph);
        let name = shell.w.with("remark-paragraph", &[("number", &number.to_string()), ("start", &begin(&about))]);
        (about, name)
    }).collect()
}

/// A section as it lies there.
struct SectionShown {
    id: String,
    heading: String,
    /// The language it is written in.
    language: &'static str,
    /// A part, and what was said of it.
    parts: Vec<(Part, Vec<RemarkShown>)>,
    /// What was said of the whole section, or of words that are gone.
    rest: Vec<RemarkShown>,
    abouts: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "desk/panel_draft.html")]
struct PanelDraftPage {
    shell: Shell,
    case: CaseId,
    language: &'static str,
    at: Option<String>,
    sections: Vec<SectionShown>,
    /// Remarks on sections the draft of now does not have.
    loose: Vec<RemarkShown>,
    open: usize,
    may_settle: bool,
    may_lay: bool,
    /// Where the answer to a post leads back to: here.
    back: &'static str,
    /// Words in it; where who would read later goes, or asks to be told.
    length: usize,
    later: String,
    told: String,
    /// Whether one is reading already.
    reading: bool,
}

/// Whether the text stands open, for who comes back to it.
#[derive(Deserialize, JsonSchema)]
struct Reading {
    #[serde(default)]
    read: bool,
}

async fn laid(app: Data<App>, who: Who, case: Path<CaseId>, reading: Query<Reading>) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    let ((Laid { draft, at, remarks }, panel), shell, session) = framed_in_case(&app, &who, case, "panel-draft", move |tx| -> Result<_, Refused> { Ok((reports::laid(tx, case)?, panels::panel_of(tx, case)?)) }).await?;
    let length = draft.as_ref().map_or(0, reports::Report::length);
    let told = if session.role == Some(Role::PanelMember) { panel.to_string() } else { String::new() };
    let open = remarks.iter().filter(|remark| !remark.settled).count();
    let language = draft.as_ref().map_or(shell.w.language, |draft| draft.language).code();
    let mut left = remarks;
    let sections = draft.into_iter().flat_map(|draft| draft.sections).map(|section| {
        let (here, others) = std::mem::take(&mut left).into_iter().partition(|remark: &Remark| remark.section == section.id);
        left = others;
        let paragraphs: Vec<String> = section.parts.iter().map(reports::words_of_part).collect();
        let abouts = abouts(&paragraphs, &shell);
        let (placed, rest): (Vec<RemarkShown>, Vec<RemarkShown>) = shown(here, &paragraphs, &shell, &session.zone).into_iter().partition(|one| one.paragraph.is_some());
        let mut parts: Vec<(Part, Vec<RemarkShown>)> = section.parts.into_iter().map(|part| (part, vec![])).collect();
        for one in placed {
            if let Some((_, beside)) = one.paragraph.and_then(|number| parts.get_mut(number - 1)) {
                beside.push(one);
            }
        }
        SectionShown { id: section.id, heading: section.heading, language: section.language.map_or(language, crate::texts::Language::code), parts, rest, abouts }
    }).collect();
    let may = |act: &crate::access::Act| session.role.is_some_and(|role| act.allows(role));
    let loose = shown(left, &[], &shell, &session.zone);
    page(&PanelDraftPage { may_settle: may(&reports::SETTLE_REMARK), may_lay: may(&reports::LAY), at: at.map(|at| shell.w.moment(&at, &session.zone)), language, open, sections, loose, later: format!("/cases/{case}"), case, back: "", length, told, reading: reading.read, shell })
}

/// Back to where the form stood: the page of a section, or this one.
fn back(case: CaseId, posted: &Posted, to: &str) -> HttpResponse {
    let section: String = posted.get("back").chars().filter(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '-')).collect();
    if section.is_empty() { see_other(&format!("/cases/{case}/panel-draft?read=true{to}")) } else { see_other(&format!("/cases/{case}/report/sections/{section}#remarks")) }
}

async fn lay(app: Data<App>, who: Who, case: Path<CaseId>, _posted: Posted) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    app.run(who.caller(), move |tx| reports::lay(tx, case)).await?;
    Ok(see_other(&format!("/cases/{case}/panel-draft")))
}

async fn remark(app: Data<App>, who: Who, case: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    let told = NewRemark { section: posted.get("section").to_owned(), about: posted.get("about").to_owned(), text: posted.get("text").to_owned(), under: posted.some("under").and_then(|under| under.parse().ok()) };
    let under = told.under;
    let id = app.run(who.caller(), move |tx| reports::remark(tx, case, told)).await?;
    Ok(back(case, &posted, &format!("#r-{}", under.unwrap_or(id))))
}

async fn settle(app: Data<App>, who: Who, case: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    let remark = posted.get("remark").parse().map_err(|_| Refused::NotFound)?;
    let settled = posted.get("settled") == "true";
    app.run(who.caller(), move |tx| reports::settle_remark(tx, case, remark, settled)).await?;
    Ok(back(case, &posted, &format!("#r-{remark}")))
}
