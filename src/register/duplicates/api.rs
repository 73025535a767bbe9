//! The JSON API of duplicates.

use actix_web::web::{Data, Path};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{ANSWER, PROPOSE, Pair, Question, REJECT, SEE};
use crate::http::{Body, Nothing, Problem, Replies, Routes, Who, json as answer, nothing, shape};
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

shape!(Now { state: String });

async fn list(app: Data<App>, who: Who) -> Result<Replies<Vec<Pair>>, Problem> {
    Ok(answer(&app.run(who.caller(), super::list).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Rejected {
    /// `other_people`, `other_event`, `same_household`, `no_ground`.
    reason: String,
}

async fn reject(app: Data<App>, who: Who, id: Path<PairId>, Body(told): Body<Rejected>) -> Result<Nothing, Problem> {
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

async fn propose(app: Data<App>, who: Who, id: Path<PairId>, Body(told): Body<Proposed>) -> Result<Replies<Now>, Problem> {
    let id = id.into_inner();
    let state = app.run(who.caller(), move |tx| super::propose(tx, id, told.keeps)).await?;
    Ok(answer(&Now { state }))
}

async fn questions(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<Replies<Vec<Question>>, Problem> {
    let case = case.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::questions(tx, case)).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Reply {
    agrees: bool,
}

async fn reply(app: Data<App>, who: Who, at: Path<(CaseId, PairId)>, Body(told): Body<Reply>) -> Result<Replies<Now>, Problem> {
    let (case, id) = at.into_inner();
    let state = app.run(who.caller(), move |tx| super::answer(tx, case, id, told.agrees)).await?;
    Ok(answer(&Now { state }))
}
