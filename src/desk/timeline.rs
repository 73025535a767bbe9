//! The merged chronology: a lane per organisation and the same events as a table, narrowed by period, source and kind.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use chrono::NaiveDate;
use form::Partial;
use schemars::JsonSchema;
use serde::Deserialize;

use super::lanes::{self, Bracket, Lane, Mark, Picture};
use super::period::{self, Way};
use crate::access::Role;
use crate::cases;
use crate::documents::pages::lang;
use crate::http::{Posted, Problem, Query, Routes, Shell, Who, framed, page, see_other};
use crate::ids::{CaseId, CompartmentId, ItemId};
use crate::panels::{self, Line, Pattern, RelativesQuestion};
use crate::reflections;
use crate::settings::Configured;
use crate::texts::Words;
use crate::tx::{App, Refused};

/// A source without an event for so many days is drawn dashed (`ux.md` section 5.2).
const SILENCE: i64 = 90;

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/cases/{case}/timeline", &panels::READ, "The merged chronology", timeline);
    routes.act("GET", "/cases/{case}/timeline/merge", &panels::READ, "Entries that may tell of one moment, side by side", merge_page);
    routes.act("POST", "/cases/{case}/timeline/merge", &panels::MERGE, "Decides whether two entries tell of one moment", merge);
    routes.act("POST", "/cases/{case}/timeline/patterns", &panels::MARK_PATTERN, "Marks events as one pattern", mark_pattern);
    routes.act("POST", "/cases/{case}/timeline/patterns/drop", &panels::MARK_PATTERN, "Takes the mark of a pattern away", drop_pattern);
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
    /// Names of the patterns it belongs to.
    patterns: Vec<String>,
    /// The sources that tell of the same moment.
    same: Vec<(ItemId, String)>,
}

/// The rows of one month; of a year, where the month is not known.
struct Month {
    name: String,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "desk/timeline.html")]
struct TimelinePage {
    shell: Shell,
    case: CaseId,
    picture: Option<Picture>,
    months: Vec<Month>,
    entries: usize,
    narrowed: bool,
    /// Years with events, each with the way to it and whether it is shown now.
    years: Vec<(String, String, bool)>,
    /// The ways to the period before and the one after.
    earlier: Option<String>,
    later: Option<String>,
    from: String,
    to: String,
    bad_period: bool,
    sources: Vec<(String, bool)>,
    kinds: Vec<(String, String, bool)>,
    gaps: Vec<(String, String, i64)>,
    words: Vec<(String, usize)>,
    /// Questions of relatives.
    asked: Vec<RelativesQuestion>,
    /// Whether what happened stands behind a line that says so first.
    care: bool,
    /// Where one asks to be told instead.
    told_in: Option<CompartmentId>,
    patterns: Vec<(ItemId, String, usize)>,
    may_mark: bool,
}

async fn timeline(app: Data<App>, who: Who, id: Path<CaseId>, wanted: Query<Wanted>) -> Result<HttpResponse, Problem> {
    let (id, wanted) = (id.into_inner(), wanted.into_inner());
    let words = who.words;
    let ((told, released, names, panel), shell, session) = framed(&app, &who, |_, _| words.t("timeline"), move |tx| -> Result<_, Refused> {
        let names: BTreeMap<String, String> = reflections::of_case(tx, id)?.into_iter().map(|one| (one.organisation.to_string(), one.organisation_name)).collect();
        Ok((panels::timeline(tx, id)?, panels::released(tx, id)?, names, panels::panel_of(tx, id)?))
    }).await?;
    let w = shell.w;
    let known = kinds(&app.parts().config, &w);
    let all: Vec<Row> = told.entries.iter().cloned().map(|line| {
        let source = given_by(&line, &names, &app.parts().config, &w);
        let when = Partial::parse(&line.when).map_or_else(|| line.when.clone(), |date| date.told(lang(w.language)));
        let kind = known.iter().find(|(code, _)| *code == line.kind).map(|(_, label)| label.clone()).unwrap_or_default();
        let patterns = told.patterns.iter().filter(|pattern| pattern.entries.contains(&line.id)).map(|pattern| pattern.title.clone()).collect();
        Row { line, source, when, kind, patterns, same: vec![] }
    }).collect();
    let by: BTreeMap<ItemId, String> = all.iter().map(|row| (row.line.id, row.source.clone())).collect();
    let all: Vec<Row> = all.into_iter().map(|mut row| { row.same = row.line.same.iter().filter_map(|id| Some((*id, by.get(id)?.clone()))).collect(); row }).collect();
    let sources: BTreeSet<String> = all.iter().map(|row| row.source.clone()).collect();
    let (from, to) = (Partial::parse(wanted.from.trim()), Partial::parse(wanted.to.trim()));
    let bad_period = [(&wanted.from, from), (&wanted.to, to)].into_iter().any(|(typed, read)| !typed.trim().is_empty() && read.is_none());
    let total = all.len();
    let years: BTreeSet<String> = all.iter().filter_map(|row| row.line.when.get(..4).map(str::to_owned)).collect();
    let rows: Vec<Row> = all.into_iter().filter(|row| {
        let (first, last) = (day(&row.line.when, Partial::first), day(row.line.until.as_deref().unwrap_or(&row.line.when), Partial::last));
        (wanted.source.is_empty() || row.source == wanted.source) && (wanted.kind.is_empty() || row.line.kind == wanted.kind)
            && from.and_then(|from| from.first()).is_none_or(|from| last.is_none_or(|last| last >= from))
            && to.and_then(|to| to.last()).is_none_or(|to| first.is_none_or(|first| first <= to))
    }).collect();
    let zoom = format!("/cases/{id}/timeline?{}&", serde_urlencoded::to_string([("source", wanted.source.as_str()), ("kind", wanted.kind.as_str())]).unwrap_or_default());
    let years: Vec<(String, String, bool)> = years.into_iter().map(|year| { let here = wanted.from.trim() == year && wanted.to.trim() == year; (year.clone(), format!("{zoom}from={year}&to={year}"), here) }).collect();
    let shown = from.and_then(|from| from.first()).zip(to.and_then(|to| to.last()));
    let moved = |way: Way| shown.and_then(|(from, to)| period::moved(from, to, way)).map(|(from, to)| { let (from, to) = period::typed(from, to); format!("{zoom}from={from}&to={to}") });
    let (earlier, later) = (moved(Way::Earlier), moved(Way::Later));
    let picture = picture(&rows, &told.patterns, &zoom, &w);
    let gaps = told.gaps.into_iter().map(|gap| (w.day(&gap.from), w.day(&gap.to), gap.days)).collect();
    let said = released.words.iter().filter_map(|said| said.get("text")?.as_str().map(|text| (text.to_owned(), text.split_whitespace().count()))).collect();
    let care = app.parts().config.forms.get("chronology-entry").and_then(|form| form.field("what")).is_some_and(|field| field.care);
    let told_in = (session.role == Some(Role::PanelMember)).then_some(panel);
    let patterns = told.patterns.iter().map(|pattern| (pattern.id, pattern.title.clone(), pattern.entries.len())).collect();
    let role = session.role;
    page(&TimelinePage {
        patterns, may_mark: role.is_some_and(|role| panels::MARK_PATTERN.allows(role)), entries: rows.len(),
        shell: shell.under([("/cases".to_owned(), w.t("menu-cases")), (format!("/cases/{id}"), w.t("the-case"))]), case: id, picture, narrowed: rows.len() < total, years, earlier, later, months: by_month(rows, &w), bad_period,
        sources: sources.into_iter().map(|source| { let chosen = source == wanted.source; (source, chosen) }).collect(),
        kinds: known.into_iter().map(|(code, label)| { let chosen = code == wanted.kind; (code, label, chosen) }).collect(),
        from: wanted.from, to: wanted.to, gaps, words: said, asked: released.relatives_questions, care, told_in,
    })
}

/// Who tells of an event: an organisation by its name, or of an earlier review by its kind.
fn given_by(line: &Line, names: &BTreeMap<String, String>, config: &Configured, words: &Words) -> String {
    let earlier = || line.earlier.map(|earlier| earlier.called(config, words));
    line.organisation.and_then(|id| names.get(&id.to_string()).cloned()).or_else(earlier).unwrap_or_else(|| words.t(if line.source == "relative" { "a-relative" } else { "the-panel" }))
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
fn picture(rows: &[Row], patterns: &[Pattern], zoom: &str, words: &Words) -> Option<Picture> {
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
    let brackets: Vec<Bracket> = patterns.iter().filter_map(|pattern| {
        let days = || rows.iter().filter(|row| pattern.entries.contains(&row.line.id)).filter_map(|row| day(&row.line.when, Partial::first));
        Some(Bracket { from: days().min()?, to: days().max()?, name: pattern.title.clone() })
    }).collect();
    lanes::bracketed(title, lanes, &brackets, None, zoom, words)
}

/// Rows under the name of their month, as they are printed.
fn by_month(rows: Vec<Row>, words: &Words) -> Vec<Month> {
    let mut months: Vec<Month> = vec![];
    for row in rows {
        let mut parts = row.line.when.split('-');
        let year = parts.next().unwrap_or_default().to_owned();
        let name = match parts.next().and_then(|month| month.parse::<u32>().ok()) {
            Some(month) => format!("{} {year}", words.t(&format!("month-{month}"))),
            None => year,
        };
        match months.last_mut().filter(|month| month.name == name) {
            Some(month) => month.rows.push(row),
            None => months.push(Month { name, rows: vec![row] }),
        }
    }
    months
}

/// One of two entries that may be one moment.
struct Side {
    id: ItemId,
    source: String,
    when: String,
    what: String,
    action: Option<String>,
}

#[derive(Template)]
#[template(path = "desk/merge.html")]
struct MergePage {
    shell: Shell,
    case: CaseId,
    pairs: Vec<(Side, Side)>,
    may_merge: bool,
}

async fn merge_page(app: Data<App>, who: Who, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let ((pairs, names), shell, session) = cases::framed_in_case(&app, &who, id, "merge", move |tx| -> Result<_, Refused> {
        let names: BTreeMap<String, String> = reflections::of_case(tx, id)?.into_iter().map(|one| (one.organisation.to_string(), one.organisation_name)).collect();
        Ok((panels::suggestions(tx, id)?, names))
    }).await?;
    let w = shell.w;
    let side = |line: Line| {
        let when = Partial::parse(&line.when).map_or_else(|| line.when.clone(), |date| date.told(lang(w.language)));
        let when = line.time_of_day.as_ref().map_or(when.clone(), |time| format!("{when}, {time}"));
        let source = given_by(&line, &names, &app.parts().config, &w);
        Side { id: line.id, source, when, what: line.what, action: line.action }
    };
    let pairs = pairs.into_iter().map(|(one, other)| (side(one), side(other))).collect();
    page(&MergePage { may_merge: session.role.is_some_and(|role| panels::MERGE.allows(role)), shell, case: id, pairs })
}

fn entries(posted: &Posted) -> Vec<ItemId> {
    posted.0.iter().filter(|(field, _)| field == "entry").filter_map(|(_, id)| id.parse().ok()).collect()
}

async fn merge(app: Data<App>, who: Who, id: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| panels::merge(tx, id, &entries(&posted), posted.get("same") == "true")).await?;
    Ok(see_other(&format!("/cases/{id}/timeline/merge")))
}

async fn mark_pattern(app: Data<App>, who: Who, id: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| panels::mark_pattern(tx, id, posted.get("title"), &entries(&posted))).await?;
    Ok(see_other(&format!("/cases/{id}/timeline")))
}

async fn drop_pattern(app: Data<App>, who: Who, id: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let pattern = posted.get("pattern").parse().map_err(|_| Refused::NotFound)?;
    app.run(who.caller(), move |tx| panels::drop_pattern(tx, id, pattern)).await?;
    Ok(see_other(&format!("/cases/{id}/timeline")))
}
