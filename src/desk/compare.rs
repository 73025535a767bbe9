//! Settling: both final codings beside each other, for the third coder.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use codebook::{Codebook, Variable};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::coding::book_of;
use crate::http::{Posted, Problem, Query, Routes, Shell, Who, framed, page, see_other};
use crate::ids::RecordId;
use crate::register::{self, CODE, Certainty, Difference, Remark};
use crate::texts::Words;
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/coding/{record}/compare", &CODE, "Where both codings differ", compare);
    routes.act("POST", "/coding/{record}/compare", &CODE, "Settles the differences", settle);
}

/// A difference as it is drawn.
struct Compared {
    field: String,
    label: String,
    definition: String,
    row: usize,
    shown: [String; 2],
    values: [String; 2],
    options: Vec<(String, String, bool)>,
    /// Whether something else is typed, not chosen.
    line: bool,
    /// What each said, in the order of the values.
    said: [Vec<String>; 2],
    /// What was chosen, written instead, and the reason, where it was posted and refused; and why.
    ticked: [bool; 3],
    other: String,
    because: String,
    faults: Vec<String>,
}

impl Compared {
    fn as_posted(&mut self, refused: &Refusal, words: &Words) {
        let posted = |name: &str| refused.posted.get(&format!("{name}.{}", self.field)).to_owned();
        (self.other, self.because) = (posted("other"), posted("because"));
        let chosen = posted("choice");
        self.ticked = [chosen == self.values[0], chosen == self.values[1], chosen == "other"];
        for (value, _, chosen) in &mut self.options {
            *chosen = *value == self.other;
        }
        if let Refused::Faults(faults) = &refused.why {
            self.faults = faults.iter().filter(|fault| fault.field == self.field || fault.field == format!("{}.reason", self.field)).map(|fault| fault.text(words)).collect();
        }
    }
}

/// What was said where both agree.
struct Agreed {
    label: String,
    row: usize,
    shown: String,
    said: Vec<String>,
}

#[derive(Template)]
#[template(path = "desk/compare.html")]
struct ComparePage {
    shell: Shell,
    record: RecordId,
    version: i32,
    differences: Vec<Compared>,
    agreed: Vec<Agreed>,
    reasons: Vec<(String, Vec<String>)>,
    all: bool,
    /// Whether the codes were settled elsewhere since, or something lacks: what was chosen stands.
    stale: bool,
    failed: bool,
    /// What both coded alike: variable, row, code.
    alike: Vec<(String, usize, String)>,
}

fn label(variable: &Variable, code: i64, words: &Words) -> String {
    match code {
        -8 => words.t("missing-unknown"),
        -6 => words.t("missing-withheld"),
        code => variable.codes.iter().find(|known| known.code == code).map_or_else(|| code.to_string(), |known| known.label.get(words.code()).to_owned()),
    }
}

pub(super) fn shown(variable: &Variable, value: &Value, words: &Words) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::Array(codes) => codes.iter().filter_map(Value::as_i64).map(|code| label(variable, code, words)).collect::<Vec<_>>().join(", "),
        Value::Number(number) => number.as_i64().map(|code| label(variable, code, words)).unwrap_or_default(),
        other => other.as_str().unwrap_or_default().to_owned(),
    }
}

/// What a coder said of a code, a line each: how sure, what it rests on, the note.
fn said(remark: &Remark, words: &Words) -> Vec<String> {
    let sure = remark.certainty.map(|certainty| words.t(match certainty { Certainty::Certain => "certainty-certain", Certainty::Probable => "certainty-probable" }));
    let rests = remark.evidence.iter().map(|source| format!("{}: {} ({})", words.t("coding-evidence"), words.t(&format!("evidence-{}", source.kind)), source.item));
    sure.into_iter().chain(rests).chain((!remark.note.is_empty()).then(|| remark.note.clone())).collect()
}

fn compared(book: &Codebook, one: &Difference, words: &Words) -> Option<Compared> {
    let variable = book.variable(&one.variable)?;
    let [first, second] = &one.codes;
    // Settled before: what was chosen stands, and can be chosen otherwise.
    let (code, because) = one.settled.as_ref().map_or_else(Default::default, |chosen| (chosen.code.to_string(), chosen.reason.clone()));
    let values = [first.to_string(), second.to_string()];
    let ticked = [code == values[0], code == values[1] && code != values[0], !code.is_empty() && !values.contains(&code)];
    let other = if ticked[2] { one.settled.as_ref().and_then(|chosen| chosen.code.as_str()).map_or_else(|| code.clone(), str::to_owned) } else { String::new() };
    let coded = variable.codes.iter().map(|code| (if variable.kind == "multi" { format!("[{}]", code.code) } else { code.code.to_string() }, label(variable, code.code, words)));
    Some(Compared {
        field: one.field(), label: variable.label.get(words.code()).to_owned(), definition: variable.definition.get(words.code()).to_owned(), row: one.row + 1,
        shown: [shown(variable, first, words), shown(variable, second, words)], values, line: variable.codes.is_empty(),
        options: coded.chain([-8, -6].map(|code| (code.to_string(), label(variable, code, words)))).map(|(value, label)| { let chosen = value == other; (value, label, chosen) }).collect(), said: one.beside.each_ref().map(|remark| said(remark, words)), ticked, because, faults: vec![], other,
    })
}

/// Whether what both coded alike is shown too.
#[derive(Deserialize, JsonSchema, Default)]
struct Chosen {
    #[serde(default)]
    all: String,
}

async fn compare(app: Data<App>, who: Who, id: Path<RecordId>, chosen: Query<Chosen>) -> Result<HttpResponse, Problem> {
    shown_with(&app, &who, id.into_inner(), !chosen.all.is_empty(), None).await
}

/// What was posted and refused: it stands on the page again, with why.
struct Refusal {
    posted: Posted,
    why: Refused,
}

async fn shown_with(app: &App, who: &Who, id: RecordId, all: bool, refused: Option<Refusal>) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let ((record, found), shell, _) = framed(app, who, |_, _| words.t("coding-compare"), move |tx| -> Result<_, Refused> { Ok((register::view(tx, id)?, register::difference(tx, id)?)) }).await?;
    let parts = app.parts();
    let book = book_of(&parts.config, &record)?;
    let mut differences: Vec<Compared> = found.differences.iter().filter_map(|one| compared(book, one, &words)).collect();
    for one in &mut differences {
        if let Some(refused) = &refused {
            one.as_posted(refused, &words);
        }
    }
    let stale = matches!(&refused, Some(Refusal { why: Refused::Stale { .. }, .. }));
    let agreed = found.remarks.iter().filter_map(|one| {
        let variable = book.variable(&one.variable)?;
        let said = one.beside.iter().flat_map(|remark| said(remark, &words)).collect();
        Some(Agreed { label: variable.label.get(words.code()).to_owned(), row: one.row + 1, shown: shown(variable, &one.code, &words), said })
    }).collect();
    let alike = found.agreed.iter().filter(|_| all).filter_map(|one| {
        let variable = book.variable(&one.variable)?;
        Some((variable.label.get(words.code()).to_owned(), one.row + 1, shown(variable, &one.code, &words)))
    }).collect();
    let reasons = found.reasons.into_iter().collect();
    let version = record.slots.iter().find(|slot| slot.slot == "c3").map_or(0, |slot| slot.version);
    let failed = refused.is_some();
    let mut drawn = page(&ComparePage { shell: shell.under([("/coding".to_owned(), words.t("menu-coding")), (format!("/coding/{id}"), record.case_number)]), record: id, version, differences, agreed, reasons, all, alike, stale, failed })?;
    if let Some(refused) = refused {
        *drawn.status_mut() = if matches!(refused.why, Refused::Stale { .. }) { StatusCode::PRECONDITION_FAILED } else { StatusCode::UNPROCESSABLE_ENTITY };
    }
    Ok(drawn)
}

async fn settle(app: Data<App>, who: Who, id: Path<RecordId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let seen = posted.get("version").parse().unwrap_or(0);
    let mut chosen = BTreeMap::new();
    for (field, value) in &posted.0 {
        let Some(field) = field.strip_prefix("choice.") else { continue };
        let value = if value == "other" { posted.get(&format!("other.{field}")).trim().to_owned() } else { value.clone() };
        // A date or a reference that was typed is a text; whether it can stand there the codebook says.
        let value: Value = serde_json::from_str(&value).unwrap_or(Value::String(value));
        chosen.insert(field.to_owned(), (value, posted.get(&format!("because.{field}")).to_owned()));
    }
    match app.run(who.caller(), move |tx| register::settle(tx, id, seen, &chosen)).await {
        Ok(_) => Ok(see_other(&format!("/coding/{id}"))),
        // What was chosen and written stands on the page again.
        Err(why @ (Refused::Stale { .. } | Refused::Faults(_))) => shown_with(&app, &who, id, false, Some(Refusal { posted, why })).await,
        Err(why) => Err(why.into()),
    }
}
