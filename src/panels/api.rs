//! The JSON API of the panel.

use actix_web::web::{Data, Path};

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{ADOPT_MINUTES, ADOPT_TERMS, Evidence, GRANT_EVIDENCE, Line, MARK_PATTERN, MERGE, READ, READ_EVIDENCE, Released, Timeline};
use crate::compartments::ItemGrant;
use crate::http::{Body, Created, IfSeen, Nothing, Problem, Replies, Routes, Who, json as answer, json_created, nothing, shape};
use crate::ids::{CaseId, ItemId, MembershipId};
use crate::tx::App;

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/api/v1/cases/{case}/timeline", &READ, "The merged chronology", timeline);
    routes.act("GET", "/api/v1/cases/{case}/timeline/suggestions", &READ, "Entries of two sources that may tell of one moment", suggestions);
    routes.act("POST", "/api/v1/cases/{case}/timeline/merges", &MERGE, "Decides whether entries tell of one moment; both stay", merge);
    routes.act("POST", "/api/v1/cases/{case}/timeline/patterns", &MARK_PATTERN, "Marks events as one pattern", mark_pattern);
    routes.act("DELETE", "/api/v1/cases/{case}/timeline/patterns/{pattern}", &MARK_PATTERN, "Takes the mark of a pattern away", drop_pattern);
    routes.act("GET", "/api/v1/cases/{case}/released", &READ, "What was released to the panel", released);
    routes.act("POST", "/api/v1/cases/{case}/terms-of-reference/{item}/adopt", &ADOPT_TERMS, "Adopts the terms of reference", adopt_terms);
    routes.act("POST", "/api/v1/cases/{case}/meetings/{item}/adopt", &ADOPT_MINUTES, "Adopts a meeting's minutes", adopt_minutes);
    routes.act("GET", "/api/v1/cases/{case}/evidence", &READ_EVIDENCE, "The released items sealed to oneself, as a coder", evidence);
    routes.act("GET", "/api/v1/cases/{case}/evidence/granted", &GRANT_EVIDENCE, "Which coder reads what, until when", granted);
    routes.act("POST", "/api/v1/cases/{case}/evidence", &GRANT_EVIDENCE, "Seals released items to a coder until a day", grant);
    routes.act("DELETE", "/api/v1/cases/{case}/evidence/{hat}", &GRANT_EVIDENCE, "Ends what a coder reads", end);
}

async fn timeline(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<Replies<Timeline>, Problem> {
    let case = case.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::timeline(tx, case)).await?))
}

async fn released(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<Replies<Released>, Problem> {
    let case = case.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::released(tx, case)).await?))
}

async fn adopt_terms(app: Data<App>, who: Who, path: Path<(CaseId, ItemId)>, IfSeen(seen): IfSeen) -> Result<Nothing, Problem> {
    let (case, item) = path.into_inner();
    app.run(who.caller(), move |tx| super::adopt_terms(tx, case, item, seen)).await?;
    Ok(nothing())
}

async fn adopt_minutes(app: Data<App>, who: Who, path: Path<(CaseId, ItemId)>, IfSeen(seen): IfSeen) -> Result<Nothing, Problem> {
    let (case, item) = path.into_inner();
    app.run(who.caller(), move |tx| super::adopt_minutes(tx, case, item, seen)).await?;
    Ok(nothing())
}

async fn evidence(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<Replies<Vec<Evidence>>, Problem> {
    let case = case.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::evidence(tx, case)).await?))
}

async fn granted(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<Replies<Vec<ItemGrant>>, Problem> {
    let case = case.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::evidence_granted(tx, case)).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Grant {
    coder: MembershipId,
    items: Vec<ItemId>,
    until: NaiveDate,
}

async fn grant(app: Data<App>, who: Who, case: Path<CaseId>, Body(told): Body<Grant>) -> Result<Nothing, Problem> {
    let case = case.into_inner();
    app.run(who.caller(), move |tx| super::grant_evidence(tx, case, told.coder, &told.items, told.until)).await?;
    Ok(nothing())
}

async fn end(app: Data<App>, who: Who, path: Path<(CaseId, MembershipId)>) -> Result<Nothing, Problem> {
    let (case, coder) = path.into_inner();
    app.run(who.caller(), move |tx| super::end_evidence(tx, case, coder)).await?;
    Ok(nothing())
}

async fn suggestions(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<Replies<Vec<(Line, Line)>>, Problem> {
    let case = case.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::suggestions(tx, case)).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Decision {
    entries: Vec<ItemId>,
    same: bool,
}

async fn merge(app: Data<App>, who: Who, case: Path<CaseId>, Body(told): Body<Decision>) -> Result<Nothing, Problem> {
    let case = case.into_inner();
    app.run(who.caller(), move |tx| super::merge(tx, case, &told.entries, told.same)).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewPattern {
    title: String,
    entries: Vec<ItemId>,
}

shape!(PatternMade { id: ItemId });

async fn mark_pattern(app: Data<App>, who: Who, case: Path<CaseId>, Body(told): Body<NewPattern>) -> Result<Created<PatternMade>, Problem> {
    let case = case.into_inner();
    let id = app.run(who.caller(), move |tx| super::mark_pattern(tx, case, &told.title, &told.entries)).await?;
    Ok(json_created(&PatternMade { id }))
}

async fn drop_pattern(app: Data<App>, who: Who, path: Path<(CaseId, ItemId)>) -> Result<Nothing, Problem> {
    let (case, id) = path.into_inner();
    app.run(who.caller(), move |tx| super::drop_pattern(tx, case, id)).await?;
    Ok(nothing())
}
