//! The merged chronology: a lane per organisation and the same events as a table, narrowed by period, source and kind.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use chrono::NaiveDate;
use form::Partial;
use schemars::JsonSchema;
use serde::Deserialize;

use super::lanes::{self, Lane, Mark, Picture};
use crate::documents::pages::lang;
use crate::http::{Problem, Routes, Shell, Who, framed, page};
use crate::ids::CaseId;
use crate::panels::{self, Line};
use crate::reflections;
use crate::settings::Configured;
use crate::texts::Words;
use crate::tx::{App, Refused};

/// A source without an event for so many days is drawn dashed (`ux.md` section 5.2).
const SILENCE: i64 = 90;

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/cases/{case}/timeline", &panels::READ, "The merged chronology", timeline);
}

/// What is shown of it: as typed, so that the page can say it again.
#[derive(Deserialize, JsonSchema)]
struct Wanted {
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    source: String,
    #[serde(default)]
    kind: String,
}

/// A row of the table.
struct Row {
    line: Line,
    source: String,
    when: String,
    kind: String,
}

#[derive(Template)]
#[template(path = "desk/timeline.html")]
struct TimelinePage {
    shell: Shell,
    case: CaseId,
    picture: Option<Picture>,
    rows: Vec<Row>,
    narrowed: bool,
    from: String,
    to: String,
    bad_period: bool,
    sources: Vec<(String, bool)>,
    kinds: Vec<(String, String, bool)>,
    gaps: Vec<(String, String, i64)>,
    words: Vec<String>,
}

async fn timeline(app: Data<App>, who: Who, id: Path<CaseId>, wanted: Query<Wanted>) -> Result<HttpResponse, Problem> {
    let (id, wanted) = (id.into_inner(), wanted.into_inner());
    let words = who.words;
    let ((told, released, names), shell, _) = framed(&app, &who, |_, _| words.t("timeline"), move |tx| -> Result<_, Refused> {
        let names: BTreeMap<String, String> = reflections::of_case(tx, id)?.into_iter().map(|one| (one.organisation.to_string(), one.organisation_name)).collect();
        Ok((panels::timeline(tx, id)?, panels::released(tx, id)?, names))
    }).await?;
    let w = shell.w;
    let known = kinds(&app.parts().config, &w);
    let all: Vec<Row> = told.entries.into_iter().map(|line| {
        let source = line.organisation.and_then(|id| names.get(&id.to_string()).cloned()).unwrap_or_else(|| w.t(if line.source == "relative" { "a-relative" } else { "the-panel" }));
        let when = Partial::parse(&line.when).map_or_else(|| line.when.clone(), |date| date.told(lang(w.language)));
        let kind = known.iter().find(|(code, _)| *code == line.kind).map(|(_, label)| label.clone()).unwrap_or_default();
        Row { line, source, when, kind }
    }).collect();
    let sources: BTreeSet<String> = all.iter().map(|row| row.source.clone()).collect();
    let (from, to) = (Partial::parse(wanted.from.trim()), Partial::parse(wanted.to.trim()));
    let bad_period = [(&wanted.from, from), (&wanted.to, to)].into_iter().any(|(typed, read)| !typed.trim().is_empty() && read.is_none());
    let total = all.len();
    let rows: Vec<Row> = all.into_iter().filter(|row| {
        let (first, last) = (day(&row.line.when, Partial::first), day(row.line.until.as_deref().unwrap_or(&row.line.when), Partial::last));
        (wanted.source.is_empty() || row.source == wanted.source) && (wanted.kind.is_empty() || row.line.kind == wanted.kind)
            && from.and_then(|from| from.first()).is_none_or(|from| last.is_none_or(|last| last >= from))
            && to.and_then(|to| to.last()).is_none_or(|to| first.is_none_or(|first| first <= to))
    }).collect();
    let zoom = format!("/cases/{id}/timeline?{}&", serde_urlencoded::to_string([("source", wanted.source.as_str()), ("kind", wanted.kind.as_str())]).unwrap_or_default());
    let picture = picture(&rows, &zoom, &w);
    let gaps = told.gaps.into_iter().map(|gap| (w.day(&gap.from), w.day(&gap.to), gap.days)).collect();
    let said = released.words.iter().filter_map(|said| said.get("text")?.as_str().map(str::to_owned)).collect();
    page(&TimelinePage {
        shell: shell.under([("/cases".to_owned(), w.t("menu-cases")), (format!("/cases/{id}"), w.t("the-case"))]), case: id, picture, narrowed: rows.len() < total, rows, bad_period,
        sources: sources.into_iter().map(|source| { let chosen = source == wanted.source; (source, chosen) }).collect(),
        kinds: known.into_iter().map(|(code, label)| { let chosen = code == wanted.kind; (code, label, chosen) }).collect(),
        from: wanted.from, to: wanted.to, gaps, words: said,
    })
}

fn day(text: &str, side: fn(&Partial) -> Option<NaiveDate>) -> Option<NaiveDate> {
    Partial::parse(text).and_then(|date| side(&date))
}

/// Kinds of events, from the form they are written in.
fn kinds(config: &Configured, words: &Words) -> Vec<(String, String)> {
    let field = config.forms.get("chronology-entry").and_then(|form| form.field("kind"));
    match field.map(|field| &field.kind) {
        Some(form::Kind::One(choice)) => choice.options(&config.lists()).into_iter().map(|option| (option.code, option.label.get(lang(words.language)).to_owned())).collect(),
        _ => vec![],
    }
}

/// A lane per source, the first to appear first.
fn picture(rows: &[Row], zoom: &str, words: &Words) -> Option<Picture> {
    let mut lanes: Vec<Lane> = vec![];
    for row in rows {
        let (Some(on), Some(last)) = (day(&row.line.when, Partial::first), day(row.line.until.as_deref().unwrap_or(&row.line.when), Partial::last)) else { continue };
        let at = lanes.iter().position(|lane| lane.name == row.source).unwrap_or_else(|| {
            lanes.push(Lane { name: row.source.clone(), ..Lane::default() });
            lanes.len() - 1
        });
        let mut name = format!("{}, {}, {}", row.source, row.when, row.kind.to_lowercase());
        if row.line.escalation {
            name = format!("{name}, {}", words.t("escalation"));
        }
        if let Some(lane) = lanes.get_mut(at) {
            lane.marks.push(Mark { on, last, name, alarm: row.line.escalation, href: format!("#e-{}", row.line.id) });
        }
    }
    for lane in &mut lanes {
        let mut reached: Option<NaiveDate> = None;
        for mark in &lane.marks {
            if let Some(before) = reached
                && (mark.on - before).num_days() >= SILENCE
            {
                lane.gaps.push((before, mark.on));
            }
            reached = reached.max(Some(mark.last));
        }
    }
    let escalations = rows.iter().filter(|row| row.line.escalation).count();
    let title = words.with("lanes-say", &[("count", &rows.len().to_string()), ("sources", &lanes.len().to_string()), ("escalations", &escalations.to_string())]);
    lanes::drawn(title, lanes, None, zoom, words)
}
