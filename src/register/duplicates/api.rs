//! The JSON API of duplicates.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{ANSWER, PROPOSE, REJECT, SEE};
use crate::http::{Body, Problem, Routes, Who, json as answer, nothing};
use crate::ids::{CaseId, PairId, RecordId};
use crate::tx::App;

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/api/v1/register/duplicates", &SEE, "Records that may be one event, and which kinds of fields agree", list);
    routes.act("POST", "/api/v1/register/duplicates/{pair}/reject", &REJECT, "Finds that two records are two events", reject);
    routes.act("POST", "/api/v1/register/duplicates/{pair}/merge", &PROPOSE, "Proposes to make two records one; both coordinators are asked", propose);
    routes.act("GET", "/api/v1/cases/{case}/same-case", &ANSWER, "Whether another bureau notified what may be the same case", questions);
    routes.act("POST", "/api/v1/cases/{case}/same-case/{pair}", &ANSWER, "Agrees that it is the same case, or not", reply);
}

async fn list(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    Ok(answer(&app.run(who.caller(), super::list).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Rejected {
    /// `other_people`, `other_event`, `same_household`, `no_ground`.
    reason: String,
}

async fn reject(app: Data<App>, who: Who, id: Path<PairId>, Body(told): Body<Rejected>) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::reject(tx, id, &told.reason)).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Proposed {
    /// The record that stays.
    keeps: RecordId,
}

async fn propose(app: Data<App>, who: Who, id: Path<PairId>, Body(told): Body<Proposed>) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let state = app.run(who.caller(), move |tx| super::propose(tx, id, told.keeps)).await?;
    Ok(answer(&json!({ "state": state })))
}

async fn questions(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::questions(tx, case)).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Reply {
    agrees: bool,
}

async fn reply(app: Data<App>, who: Who, at: Path<(CaseId, PairId)>, Body(told): Body<Reply>) -> Result<HttpResponse, Problem> {
    let (case, id) = at.into_inner();
    let state = app.run(who.caller(), move |tx| super::answer(tx, case, id, told.agrees)).await?;
    Ok(answer(&json!({ "state": state })))
}
