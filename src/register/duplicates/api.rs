//! The JSON API of duplicates.

use actix_web::web::{Data, Path};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{ALIKE, ANSWER, MERGED_FOR, OwnAlike, PROPOSE, Pair, Question, REASONS, REJECT, SEE};
use crate::http::{Body, Nothing, Problem, Query, Replies, Routes, Who, json as answer, nothing, shape};
use crate::ids::{CaseId, PairId, RecordId};
use crate::tx::App;

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/api/v1/register/duplicates", &SEE, "Records that may be one event, and which kinds of fields agree", list);
    routes.act("POST", "/api/v1/register/duplicates/{pair}/reject", &REJECT, "Finds that two records are two events", reject);
    routes.act("POST", "/api/v1/register/duplicates/{pair}/merge", &PROPOSE, "Proposes to make two records one; both coordinators are asked", propose);
    routes.act("POST", "/api/v1/cases/alike", &ALIKE, "Cases of the own bureau that may be the one about to be notified", alike);
    routes.act("GET", "/api/v1/cases/{case}/same-case", &ANSWER, "Whether another bureau notified what may be the same case", questions);
    routes.act("POST", "/api/v1/cases/{case}/same-case", &ANSWER, "Tells that the case was notified twice by the own bureau", tell);
    routes.act("POST", "/api/v1/cases/{case}/same-case/{pair}", &ANSWER, "Agrees that it is the same case, or not", reply);
}

shape!(Now { state: String });

shape!(Page { pairs: Vec<Pair>, before: Option<String>, next: Option<String> });

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// `next` or `before` of another page.
    cursor: Option<String>,
}

async fn list(app: Data<App>, who: Who, wanted: Query<Wanted>) -> Result<Replies<Page>, Problem> {
    let at = wanted.into_inner().cursor;
    let found = app.run(who.caller(), move |tx| super::list(tx, at.as_deref())).await?;
    Ok(answer(&Page { pairs: found.rows, before: found.before, next: found.next }))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Rejected {
    #[schemars(extend("enum" = REASONS))]
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
    #[schemars(extend("enum" = MERGED_FOR))]
    reason: String,
}

async fn propose(app: Data<App>, who: Who, id: Path<PairId>, Body(told): Body<Proposed>) -> Result<Replies<Now>, Problem> {
    let id = id.into_inner();
    let state = app.run(who.caller(), move |tx| super::propose(tx, id, told.keeps, &told.reason)).await?;
    Ok(answer(&Now { state }))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Told {
    /// Answers of the form of a notification, as far as they are known.
    #[schemars(with = "serde_json::Map<String, serde_json::Value>")]
    answers: form::Answers,
}

async fn alike(app: Data<App>, who: Who, Body(told): Body<Told>) -> Result<Replies<Vec<OwnAlike>>, Problem> {
    Ok(answer(&app.run(who.caller(), move |tx| super::own_alike(tx, &told.answers)).await?))
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

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Twice {
    /// The number of the other case.
    number: String,
}

async fn tell(app: Data<App>, who: Who, case: Path<CaseId>, Body(told): Body<Twice>) -> Result<Nothing, Problem> {
    let case = case.into_inner();
    app.run(who.caller(), move |tx| super::tell_twice(tx, case, &told.number)).await?;
    Ok(nothing())
}
