//! A section of the report and, beside it, what it can be written from.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use form::{Answers, from_form_post, text_of};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::cases::framed_in_case;
use super::panel_draft::{RemarkShown, abouts, shown};
use crate::documents::pages::kept_now;
use crate::http::{Posted, Problem, Query, Routes, Shell, Who, page, see_other};
use crate::ids::CaseId;
use crate::reports::{self, Editing, Part, Progress, SECTION, Source};
use crate::tx::{App, FieldFault, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/cases/{case}/report/sections/{section}", &reports::READ, "A section of the report, beside what it can be written from", open);
    routes.act("POST", "/cases/{case}/report/sections/{section}", SECTION.write, "Saves a section; takes a source over into it", save);
    routes.act("POST", "/cases/{case}/report/sections/{section}/draft", SECTION.write, "Keeps what is being typed in a section", autosave);
    routes.act("POST", "/cases/{case}/report/sections/{section}/drop", SECTION.write, "Throws one's draft of a section away and takes the text of now", drop_draft);
}

#[derive(Deserialize, JsonSchema)]
struct Shown {
    #[serde(default)]
    saved: bool,
}

/// Sources of one kind.
struct Group {
    kind: &'static str,
    sources: Vec<Source>,
}

#[derive(Template)]
#[template(path = "desk/section.html")]
struct SectionPage {
    shell: Shell,
    case: CaseId,
    section: String,
    /// The language of the text.
    language: &'static str,
    /// Language the section is written in.
    written_in: &'static str,
    /// Whether the other text was kept by another page of one's own.
    elsewhere: bool,
    /// The text that was saved, as the report has it.
    preview: Vec<Part>,
    text: String,
    heading: String,
    because: String,
    not_applicable: bool,
    own: bool,
    version: i32,
    revision: i32,
    autosave: String,
    saved: Option<String>,
    draft: Option<String>,
    errors: Vec<(String, String)>,
    /// The text of now, where somebody saved in between.
    theirs: Option<String>,
    sections: Vec<Progress>,
    done: usize,
    at: usize,
    next: Option<Progress>,
    groups: Vec<Group>,
    /// Whether there is nothing to take over but how long it took.
    nothing: bool,
    frozen: bool,
    /// Who writes it at this moment, since when, and from when on another may take over.
    writer: Option<(String, String, String)>,
    /// Whether it is only read because another writes it.
    held: bool,
    /// Whether saving was refused for that.
    refused: bool,
    /// Whether there is a draft that can be thrown away.
    drop: bool,
    remarks: Vec<RemarkShown>,
    abouts: Vec<(String, String)>,
    may_settle: bool,
    /// Where a remark leads back to: here.
    back: String,
}

/// What the writer typed, where it was not saved.
struct Typed {
    answers: Answers,
    faults: Vec<FieldFault>,
    stale: bool,
    /// Another writes at this moment.
    refused: bool,
}

async fn drawn(app: &App, who: &Who, case: CaseId, section: String, saved: bool, typed: Option<Typed>) -> Result<HttpResponse, Problem> {
    let wanted = section.clone();
    let (found, shell, session) = framed_in_case(app, who, case, "report", move |tx| reports::edit(tx, case, &wanted)).await?;
    let Editing { document, draft, language, written_in, sections, sources, frozen, writer, remarks } = found;
    let at = sections.iter().position(|one| one.id == section).unwrap_or_default();
    let here = sections.get(at).cloned().ok_or(Refused::NotFound)?;
    let words = shell.w;
    let shell = Shell { title: here.heading.clone(), ..shell };
    let mut way: Vec<(String, String)> = shell.crumbs.iter().filter(|crumb| !crumb.href.is_empty()).map(|crumb| (crumb.href.clone(), crumb.text.clone())).collect();
    way.push((format!("/cases/{case}/report"), words.t("report")));
    let shell = shell.under(way);
    let version = document.as_ref().map_or(0, |document| document.version);
    let now = document.as_ref().map(|document| document.answers.clone()).unwrap_or_default();
    let saved = document.as_ref().filter(|_| saved).map(|document| words.moment(&document.written_at, &session.zone));
    let revision = draft.as_ref().map_or(0, |draft| draft.revision);
    // A draft outlives another's save: both texts stand on the page, and saving is a choice made with both in view.
    let over = draft.as_ref().is_some_and(|draft| draft.seen != version);
    let drop = draft.is_some();
    let draft_text = draft.as_ref().map(|draft| text_of(&draft.body, "text"));
    let kept = draft.filter(|_| typed.is_none());
    let draft = kept.as_ref().map(|draft| words.moment(&draft.saved_at, &session.zone));
    let (stale, refused) = (typed.as_ref().map_or(over, |typed| typed.stale), typed.as_ref().is_some_and(|typed| typed.refused));
    let held = writer.is_some() && typed.is_none() && kept.is_none();
    let writer = writer.map(|writer| (writer.name, words.time(&writer.since, &session.zone), words.time(&writer.free_at, &session.zone)));
    let errors: Vec<(String, String)> = typed.iter().flat_map(|typed| &typed.faults).map(|fault| (fault.field.clone(), format!("{}: {}", words.t(&format!("field-{}", fault.field)), fault.text(&words)))).collect();
    let elsewhere = draft_text.filter(|_| typed.as_ref().is_some_and(|typed| typed.stale) && !over);
    let (drop, at_other) = (drop && elsewhere.is_none(), elsewhere.is_some());
    let theirs = stale.then(|| elsewhere.unwrap_or_else(|| text_of(&now, "text")));
    let status = if refused { 409 } else if stale && typed.is_some() { 412 } else if errors.is_empty() { 200 } else { 422 };
    let paragraphs = reports::paragraphs(&text_of(&now, "text"));
    let preview = reports::parts(&text_of(&now, "text"));
    let remarks = shown(remarks, &paragraphs, &shell, &session.zone);
    let abouts = abouts(&paragraphs, &shell);
    let answers = match (typed, kept) {
        (Some(typed), _) => typed.answers,
        (None, Some(draft)) => draft.body,
        _ => now,
    };
    // Where the time taken is explained, it stands first.
    let kinds = if section == "method_and_limits" { ["time", "finding", "recommendation", "words", "reaction", "event"] } else { ["finding", "recommendation", "words", "reaction", "event", "time"] };
    let groups = kinds.into_iter().map(|kind| Group { kind, sources: sources.iter().filter(|source| source.kind == kind).cloned().collect() }).filter(|group| !group.sources.is_empty()).collect();
    let mut answer = page(&SectionPage {
        case, preview, text: text_of(&answers, "text"), heading: text_of(&answers, "heading"), because: text_of(&answers, "because"), not_applicable: answers.get("not_applicable") == Some(&serde_json::Value::Bool(true)),
        own: here.own, version, revision, autosave: if frozen || here.own && document.is_none() { String::new() } else { format!("/cases/{case}/report/sections/{section}/draft") }, saved, draft, errors, theirs, elsewhere: at_other,
        done: sections.iter().filter(|one| one.done()).count(), next: sections.get(at + 1).cloned(), at: at + 1, sections, nothing: sources.iter().all(|source| source.kind == "time"), groups, frozen, language: language.code(), written_in: written_in.code(), writer, held, refused, drop, remarks, abouts,
        may_settle: session.role.is_some_and(|role| reports::SETTLE_REMARK.allows(role)), back: section.clone(), section, shell,
    })?;
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    Ok(answer)
}

async fn open(app: Data<App>, who: Who, path: Path<(CaseId, String)>, place: Query<Shown>) -> Result<HttpResponse, Problem> {
    let (case, section) = path.into_inner();
    drawn(&app, &who, case, section, place.saved, None).await
}

async fn save(app: Data<App>, who: Who, path: Path<(CaseId, String)>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (case, section) = path.into_inner();
    let definition = app.parts().config.forms.get(SECTION.form).cloned().ok_or(Refused::NotFound)?;
    let answers = from_form_post(&definition, None, &posted.0);
    let seen = posted.get("_version").parse().unwrap_or(0);
    let taken = posted.get("do").strip_prefix("take:").map(str::to_owned);
    let onward = posted.get("do") == "next";
    let (wanted, told, took) = (section.clone(), answers.clone(), taken.is_some());
    let revision = posted.get("revision").parse().unwrap_or(0);
    let saved = app.run(who.caller(), move |tx| -> Result<_, Refused> {
        // Another page of one's own kept other words since: nothing is saved over them unseen.
        if reports::kept_elsewhere(tx, case, &wanted, revision, &text_of(&told, "text"))? {
            return Err(Refused::Stale { now: seen });
        }
        reports::write(tx, case, &wanted, seen, &told, taken.as_deref())?;
        if onward { reports::after(tx, case, &wanted) } else { Ok(None) }
    }).await;
    let here = format!("/cases/{case}/report/sections/{section}");
    match saved {
        Ok(Some(next)) => Ok(see_other(&format!("/cases/{case}/report/sections/{next}?saved=true"))),
        Ok(None) if onward => Ok(see_other(&format!("/cases/{case}/report"))),
        Ok(None) => Ok(see_other(&format!("{here}?saved=true{}", if took { "#text" } else { "" }))),
        Err(Refused::Faults(faults)) => drawn(&app, &who, case, section, false, Some(Typed { answers, faults, stale: false, refused: false })).await,
        // Nothing is overwritten: both texts stand on the page, and saving again is a choice made with both in view.
        Err(Refused::Stale { .. }) => drawn(&app, &who, case, section, false, Some(Typed { answers, faults: vec![], stale: true, refused: false })).await,
        Err(Refused::Rule("somebody-writes")) => drawn(&app, &who, case, section, false, Some(Typed { answers, faults: vec![], stale: false, refused: true })).await,
        Err(why) => Err(why.into()),
    }
}

async fn autosave(app: Data<App>, who: Who, path: Path<(CaseId, String)>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (case, section) = path.into_inner();
    let definition = app.parts().config.forms.get(SECTION.form).cloned().ok_or(Refused::NotFound)?;
    let mut answers = from_form_post(&definition, None, &posted.0);
    answers.insert("section".into(), section.clone().into());
    let (seen, revision) = (posted.get("_version").parse().unwrap_or(0), posted.get("revision").parse().unwrap_or(0));
    let ((version, revision), session) = app.run_as(who.caller(), move |tx| reports::keep(tx, case, &section, seen, revision, &answers)).await?;
    Ok(kept_now(&who.words, &session, revision, Some(version)))
}

async fn drop_draft(app: Data<App>, who: Who, path: Path<(CaseId, String)>, _posted: Posted) -> Result<HttpResponse, Problem> {
    let (case, section) = path.into_inner();
    let wanted = section.clone();
    app.run(who.caller(), move |tx| reports::drop_draft(tx, case, &wanted)).await?;
    Ok(see_other(&format!("/cases/{case}/report/sections/{section}")))
}
