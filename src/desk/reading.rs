//! The reading folder of the panel, and texts read by part: what the panel gets of a reflection, before and after its release.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use form::{Answers, Lists};
use serde_json::Value;

use crate::cases;
use crate::documents;
use crate::http::{Problem, Routes, Shell, Who, page};
use crate::ids::{CaseId, ItemId, OrganisationId};
use crate::panels::{self, Piece, PieceKind};
use crate::reflections::{self, Shared};
use crate::settings::Configured;
use crate::texts::Words;
use crate::tx::{App, Refused};

/// Words read in a minute, of a text that weighs.
const PACE: usize = 180;

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/cases/{case}/reading", &panels::READ, "The reading folder: what was released to the panel", folder);
    routes.act("GET", "/cases/{case}/reading/{item}", &panels::READ, "A piece of the reading folder", one);
}

/// A question with its answer; whether it may be read but not reported.
pub(super) struct Line {
    pub(super) question: String,
    pub(super) answers: Vec<String>,
    pub(super) kept_out: bool,
}

/// A part of a form as it is read.
pub(super) struct Part {
    pub(super) title: String,
    pub(super) lines: Vec<Line>,
}

/// Answers by part, each with what may not be reported of it.
pub(super) fn parts_of(kind: &str, answers: &Answers, kept_out: &[Value], config: &Configured, lists: &dyn Lists, words: &Words) -> Vec<Part> {
    let Some(definition) = config.forms.get(kind) else { return vec![] };
    let lang = documents::pages::lang(words.language);
    let kept: Vec<&str> = kept_out.iter().filter_map(Value::as_str).filter_map(|id| definition.field(id)).map(|field| field.label.get(lang)).collect();
    documents::by_part(definition, answers, lists, words).into_iter().map(|part| Part {
        title: part.title,
        lines: part.lines.into_iter().map(|(question, answers)| Line { kept_out: kept.contains(&question.as_str()), question, answers }).collect(),
    }).collect()
}

/// What a release shares, drawn: the reflection by part, then each event.
pub(super) fn shared(all: &[Shared], config: &Configured, lists: &dyn Lists, words: &Words) -> Vec<(String, Vec<Part>)> {
    let lang = documents::pages::lang(words.language);
    let mut event = 0;
    all.iter().map(|one| {
        let mut title = config.forms.get(one.kind).map(|form| form.title.get(lang).to_owned()).unwrap_or_default();
        if one.kind == "chronology-entry" {
            event += 1;
            title = format!("{title} {event}");
        }
        (title, parts_of(one.kind, &one.answers, &one.kept_out, config, lists, words))
    }).collect()
}

/// What a piece is called, and who wrote it.
fn title(piece: &Piece, names: &BTreeMap<OrganisationId, String>, config: &Configured, words: &Words) -> String {
    let earlier = || piece.earlier.map(|earlier| earlier.called(config, words));
    let who = piece.organisation.and_then(|id| names.get(&id).cloned()).or_else(earlier).unwrap_or_else(|| words.t("a-relative"));
    let what = match (piece.kind, piece.correction) {
        (PieceKind::Reflection, None) => words.t("the-reflection"),
        (PieceKind::Reflection, Some(number)) => words.a("a-correction", "number", number),
        (PieceKind::Answer, _) => words.t("piece-answer"),
        (PieceKind::Words, _) => words.t("piece-words"),
    };
    format!("{who}: {}", what.to_lowercase())
}

/// A piece in the list: what one needs to know before one reads it.
struct Row {
    id: ItemId,
    title: String,
    about: String,
    corrected: bool,
    for_panel_only: bool,
}

#[derive(Template)]
#[template(path = "desk/reading.html")]
struct FolderPage {
    shell: Shell,
    case: CaseId,
    rows: Vec<Row>,
}

fn names(tx: &mut crate::tx::Tx, case: CaseId) -> Result<BTreeMap<OrganisationId, String>, Refused> {
    Ok(reflections::of_case(tx, case)?.into_iter().map(|one| (one.organisation, one.organisation_name)).collect())
}

async fn folder(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    let ((pieces, names), shell, session) = cases::framed_in_case(&app, &who, case, "reading-folder", move |tx| -> Result<_, Refused> { Ok((panels::folder(tx, case)?, names(tx, case)?)) }).await?;
    let w = shell.w;
    let rows = pieces.into_iter().map(|piece| Row {
        title: title(&piece, &names, &app.parts().config, &w), corrected: piece.corrected_by.is_some(), for_panel_only: piece.for_panel_only(), id: piece.id,
        about: w.with("piece-about", &[("day", &w.day(&piece.shared_at.with_timezone(&session.zone).date_naive())), ("minutes", &piece.length().div_ceil(PACE).max(1).to_string())]),
    }).collect();
    page(&FolderPage { shell, case, rows })
}

#[derive(Template)]
#[template(path = "desk/piece.html")]
struct PiecePage {
    shell: Shell,
    case: CaseId,
    parts: Vec<Part>,
    /// A question that was asked, and plain text.
    question: String,
    text: String,
    because: String,
    for_panel_only: bool,
    corrected_by: Option<ItemId>,
    /// Name of the organisation, to find its events by.
    source: String,
    before: Option<ItemId>,
    after: Option<ItemId>,
}

async fn one(app: Data<App>, who: Who, path: Path<(CaseId, ItemId)>) -> Result<HttpResponse, Problem> {
    let (case, item) = path.into_inner();
    let ((piece, before, after, names), shell, _) = cases::framed_in_case(&app, &who, case, "reading-folder", move |tx| -> Result<_, Refused> {
        let (piece, before, after) = panels::read(tx, case, item)?;
        Ok((piece, before, after, names(tx, case)?))
    }).await?;
    let config = &app.parts().config;
    let answers = piece.body.get("answers").and_then(Value::as_object).cloned().unwrap_or_default();
    let kept_out = piece.body.get("notForReport").and_then(Value::as_array).cloned().unwrap_or_default();
    let parts = if piece.kind == PieceKind::Reflection { parts_of("reflection", &answers, &kept_out, config, &config.lists(), &shell.w) } else { vec![] };
    let text = piece.text(if piece.kind == PieceKind::Answer { "answer" } else { "text" }).to_owned();
    let source = piece.organisation.and_then(|id| names.get(&id).cloned()).or_else(|| piece.earlier.map(|earlier| earlier.called(config, &shell.w))).unwrap_or_default();
    let title = title(&piece, &names, config, &shell.w);
    let shell = shell.below(format!("/cases/{case}/reading"), title);
    page(&PiecePage {
        shell, case, parts, question: piece.text("question").to_owned(), text, because: piece.text("because").to_owned(), for_panel_only: piece.for_panel_only(),
        corrected_by: piece.corrected_by, source: if piece.kind == PieceKind::Reflection { source } else { String::new() }, before, after,
    })
}
