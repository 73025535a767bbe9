//! The JSON API of the register.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use codebook::Record;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{AGREEMENT, CLOSE, CODE, FINISH, Invented, NAME_CODER, SNAPSHOT};
use crate::http::{Body, IfMatch, Problem, Routes, Who, json as answer, json_created, nothing};
use crate::ids::{CaseId, MembershipId, RecordId, SnapshotId};
use crate::tx::App;

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.own("GET", "/api/v1/records/{record}", "A coded record: its state, and one's own codes", view);
    routes.own("GET", "/api/v1/cases/{case}/record", "The coded record of a case", of_case);
    routes.act("PUT", "/api/v1/records/{record}/codes", &CODE, "Keeps one's codes", code);
    routes.act("POST", "/api/v1/records/{record}/coders", &NAME_CODER, "Names a coder", name_coder);
    routes.act("POST", "/api/v1/records/{record}/final", &FINISH, "Declares one's codes final", finish);
    routes.act("GET", "/api/v1/records/{record}/differences", &CODE, "Where both final codings differ, for who settles", differences);
    routes.act("PUT", "/api/v1/records/{record}/settled", &CODE, "Settles the differences, each with its reason", settle);
    routes.act("POST", "/api/v1/records/{record}/close", &CLOSE, "Closes a settled record", close);
    routes.open("GET", "/api/v1/register/snapshots", "Frozen snapshots with their quality notes", snapshots);
    routes.open("GET", "/api/v1/register/snapshots/{snapshot}", "A snapshot with its quality note", snapshot);
    routes.act("POST", "/api/v1/register/snapshots", &SNAPSHOT, "Freezes the register; a practice register invents its records", take);
    routes.act("GET", "/api/v1/register/agreement", &AGREEMENT, "How far two coders agree, per variable, the weakest first", agreement);
}

async fn view(app: Data<App>, who: Who, id: Path<RecordId>) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::view(tx, id)).await?))
}

async fn of_case(app: Data<App>, who: Who, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::of_case(tx, id)).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Codes {
    slot: String,
    #[schemars(with = "std::collections::BTreeMap<String, Vec<serde_json::Map<String, serde_json::Value>>>")]
    rows: Record,
}

async fn code(app: Data<App>, who: Who, id: Path<RecordId>, seen: IfMatch, Body(told): Body<Codes>) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::code(tx, id, &told.slot, seen.0, &told.rows)).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Coder {
    hat: MembershipId,
    slot: String,
}

async fn name_coder(app: Data<App>, who: Who, id: Path<RecordId>, Body(told): Body<Coder>) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::name_coder(tx, id, told.hat, &told.slot)).await?;
    Ok(json_created(&json!({ "slot": "named" })))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Final {
    slot: String,
    /// Per soft check that fires, why the codes are right all the same.
    #[serde(default)]
    reasons: BTreeMap<String, String>,
}

async fn finish(app: Data<App>, who: Who, id: Path<RecordId>, Body(told): Body<Final>) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let state = app.run(who.caller(), move |tx| super::finish(tx, id, &told.slot, &told.reasons)).await?;
    Ok(answer(&json!({ "state": state })))
}

async fn differences(app: Data<App>, who: Who, id: Path<RecordId>) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::difference(tx, id)).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settled {
    /// Per field, as `victim[0].victim_sex`.
    settled: BTreeMap<String, One>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct One {
    code: serde_json::Value,
    reason: String,
}

async fn settle(app: Data<App>, who: Who, id: Path<RecordId>, seen: IfMatch, Body(told): Body<Settled>) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let chosen = told.settled.into_iter().map(|(field, one)| (field, (one.code, one.reason))).collect();
    Ok(answer(&app.run(who.caller(), move |tx| super::settle(tx, id, seen.0, &chosen)).await?))
}

async fn close(app: Data<App>, who: Who, id: Path<RecordId>) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::close(tx, id)).await?;
    Ok(nothing())
}

async fn agreement(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    Ok(answer(&app.run(who.caller(), super::agreement).await?))
}

async fn snapshots(app: Data<App>) -> Result<HttpResponse, Problem> {
    Ok(answer(&app.run_public(super::snapshots).await?))
}

async fn snapshot(app: Data<App>, id: Path<SnapshotId>) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    Ok(answer(&app.run_public(move |tx| super::snapshot(tx, id)).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Freeze {
    invented: Option<Many>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Many {
    cases: u32,
    seed: u64,
}

async fn take(app: Data<App>, who: Who, Body(told): Body<Freeze>) -> Result<HttpResponse, Problem> {
    let invented = told.invented.map(|many| Invented { cases: many.cases, seed: many.seed });
    Ok(json_created(&app.run(who.caller(), move |tx| super::take(tx, invented)).await?))
}
