//! The JSON API of findings and recommendations.

use actix_web::web::{Data, Path};
use form::Answers;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{ADOPT_FINDING, Action, DISSENT, Dissent, Followed, ADOPT_RECOMMENDATION, NAME_APPROVER, NAME_OWNER, RECORD, RESPOND, Recommendation, UPDATE};
use crate::http::{Body, Created, IfSeen, Nothing, Problem, Query, Replies, Routes, Who, json as answer, json_created, nothing, shape};
use crate::ids::{CaseId, CompartmentId, ItemId, MembershipId, RecommendationId};
use crate::tx::App;

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("POST", "/api/v1/cases/{case}/findings/{item}/adopt", &ADOPT_FINDING, "Adopts a finding", adopt_finding);
    routes.act("GET", "/api/v1/cases/{case}/dissents", DISSENT.read, "What members hold against findings, each under their role", dissents);
    routes.act("POST", "/api/v1/cases/{case}/recommendations/{item}/adopt", &ADOPT_RECOMMENDATION, "Adopts a recommendation and numbers it", adopt_recommendation);
    routes.own("GET", "/api/v1/cases/{case}/recommendations", "The recommendations of a case", of_case);
    routes.own("GET", "/api/v1/recommendations", "The recommendations of all cases one sees, first due first, a page at a time", all);
    routes.act("POST", "/api/v1/recommendations/{recommendation}/owner", &NAME_OWNER, "Names the owner's contact", name_owner);
    routes.act("POST", "/api/v1/recommendations/{recommendation}/approver", &NAME_APPROVER, "Names the owner's approver, who reads and answers too", name_approver);
    routes.act("POST", "/api/v1/recommendations/{recommendation}/record", &RECORD, "Records an answer or progress on the owner's behalf", record);
    routes.act("POST", "/api/v1/recommendations/{recommendation}/overtaken", &RECORD, "Records that time has overtaken it, with the reason", overtaken);
    routes.act("POST", "/api/v1/recommendations/{recommendation}/response", &RESPOND, "The owner answers", respond);
    routes.act("POST", "/api/v1/recommendations/{recommendation}/updates", &UPDATE, "The owner reports progress", update);
}

shape!(Page { recommendations: Vec<Action>, before: Option<String>, next: Option<String> });
shape!(Adopted { id: RecommendationId, number: i32 });
shape!(Room { compartment: CompartmentId });
shape!(Now { state: String });

async fn adopt_finding(app: Data<App>, who: Who, path: Path<(CaseId, ItemId)>, IfSeen(seen): IfSeen) -> Result<Nothing, Problem> {
    let (case, item) = path.into_inner();
    app.run(who.caller(), move |tx| super::adopt_finding(tx, case, item, seen)).await?;
    Ok(nothing())
}

async fn dissents(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<Replies<Vec<Dissent>>, Problem> {
    let case = case.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::dissents(tx, case)).await?))
}

async fn adopt_recommendation(app: Data<App>, who: Who, path: Path<(CaseId, ItemId)>, IfSeen(seen): IfSeen) -> Result<Created<Adopted>, Problem> {
    let (case, item) = path.into_inner();
    let (id, number) = app.run(who.caller(), move |tx| super::adopt_recommendation(tx, case, item, seen)).await?;
    Ok(json_created(&Adopted { id, number }))
}

async fn of_case(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<Replies<Vec<Recommendation>>, Problem> {
    let case = case.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::of_case(tx, case)).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Owner {
    contact: MembershipId,
}

async fn name_owner(app: Data<App>, who: Who, id: Path<RecommendationId>, Body(told): Body<Owner>) -> Result<Created<Room>, Problem> {
    let id = id.into_inner();
    let compartment = app.run(who.caller(), move |tx| super::name_owner(tx, id, told.contact)).await?;
    Ok(json_created(&Room { compartment }))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Told {
    answers: Answers,
}

async fn respond(app: Data<App>, who: Who, id: Path<RecommendationId>, Body(told): Body<Told>) -> Result<Replies<Now>, Problem> {
    let id = id.into_inner();
    let state = app.run(who.caller(), move |tx| super::respond(tx, id, &told.answers)).await?;
    Ok(answer(&Now { state }))
}

async fn update(app: Data<App>, who: Who, id: Path<RecommendationId>, Body(told): Body<Told>) -> Result<Replies<Now>, Problem> {
    let id = id.into_inner();
    let state = app.run(who.caller(), move |tx| super::update(tx, id, &told.answers)).await?;
    Ok(answer(&Now { state }))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Approver {
    approver: MembershipId,
}

async fn name_approver(app: Data<App>, who: Who, id: Path<RecommendationId>, Body(told): Body<Approver>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::name_approver(tx, id, told.approver)).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Recorded {
    /// `action-response` or `action-update`.
    form: String,
    answers: Answers,
    /// How it is known.
    words: String,
}

async fn record(app: Data<App>, who: Who, id: Path<RecommendationId>, Body(told): Body<Recorded>) -> Result<Replies<Now>, Problem> {
    let id = id.into_inner();
    let state = app.run(who.caller(), move |tx| super::record(tx, id, &told.form, &told.answers, &told.words)).await?;
    Ok(answer(&Now { state }))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Because {
    words: String,
}

async fn overtaken(app: Data<App>, who: Who, id: Path<RecommendationId>, Body(told): Body<Because>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::overtaken(tx, id, &told.words)).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
struct Wanted {
    state: Option<String>,
    #[serde(default)]
    overdue: bool,
    /// `next` or `before` of another page.
    cursor: Option<String>,
}

async fn all(app: Data<App>, who: Who, wanted: Query<Wanted>) -> Result<Replies<Page>, Problem> {
    let wanted = wanted.into_inner();
    let wanted = Followed { state: wanted.state, overdue: wanted.overdue, at: wanted.cursor };
    let found = app.run(who.caller(), move |tx| super::all(tx, &wanted)).await?;
    Ok(answer(&Page { recommendations: found.rows, before: found.before, next: found.next }))
}
