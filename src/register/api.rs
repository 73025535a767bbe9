//! The JSON API of the register.

use std::collections::BTreeMap;

use actix_web::web::{Data, Path};
use codebook::Record;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{AGREEMENT, Beside, CLOSE, CODE, CODERS, COMPLETENESS, CORRECTED_FOR, Coded, Compared, Earlier, Edition, FINISH, Judged, NAME_CODER, REOPEN, RecordView, SLOTS, Snapshot, TAKE_OVER, TAKE_OVER_PAST};
use crate::http::{Body, Created, IfMatch, Nothing, Problem, Replies, Routes, Who, json as answer, json_created, nothing, shape};
use crate::ids::{CaseId, MembershipId, RecordId, SnapshotId};
use crate::tx::App;

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.own("GET", "/api/v1/records/{record}", "A coded record: its state, and one's own codes", view);
    routes.own("GET", "/api/v1/cases/{case}/record", "The coded record of a case", of_case);
    routes.act("PUT", "/api/v1/records/{record}/codes", &CODE, "Keeps one's codes", code);
    routes.act("POST", "/api/v1/records/{record}/coders", &NAME_CODER, "Names a coder", name_coder);
    routes.act("POST", "/api/v1/records/{record}/coders/{slot}/successor", &NAME_CODER, "Names who codes on in the place of a coder who left", succeed_coder);
    routes.one_of("slot", &CODERS);
    routes.act("POST", "/api/v1/records/{record}/final", &FINISH, "Declares one's codes final", finish);
    routes.act("GET", "/api/v1/records/{record}/differences", &CODE, "Both final codings beside each other, for who settles", differences);
    routes.act("PUT", "/api/v1/records/{record}/settled", &CODE, "Settles the differences, each with its reason", settle);
    routes.act("POST", "/api/v1/records/{record}/close", &CLOSE, "Closes a settled record", close);
    routes.act("POST", "/api/v1/records/{record}/codebook", &TAKE_OVER, "Takes a complete record over into the newest codebook", take_over);
    routes.act("POST", "/api/v1/records/{record}/reopen", &REOPEN, "Opens a complete record again, with a reason that is kept", reopen);
    routes.own("GET", "/api/v1/records/{record}/editions", "How one's codes of a record stood before, and why they were set aside", editions);
    routes.act("GET", "/api/v1/register/earlier", &COMPLETENESS, "Complete records under an earlier codebook, and how much is left to code anew", earlier);
    routes.act("POST", "/api/v1/register/past-cases/codebook", &TAKE_OVER_PAST, "Takes past cases out of files over into the newest codebook", take_over_past_cases);
    routes.open("GET", "/api/v1/register/snapshots", "Frozen snapshots with their quality notes", snapshots);
    routes.open("GET", "/api/v1/register/snapshots/{snapshot}", "A snapshot with its quality note", snapshot);
    routes.act("GET", "/api/v1/register/agreement", &AGREEMENT, "How far two coders agree, per variable, the weakest first", agreement);
}

shape!(Named { slot: &'static str });
shape!(Now { state: String });
shape!(Many { records: usize });

async fn view(app: Data<App>, who: Who, id: Path<RecordId>) -> Result<Replies<RecordView>, Problem> {
    let id = id.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::view(tx, id)).await?))
}

async fn of_case(app: Data<App>, who: Who, id: Path<CaseId>) -> Result<Replies<RecordView>, Problem> {
    let id = id.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::of_case(tx, id)).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Codes {
    #[schemars(extend("enum" = SLOTS))]
    slot: String,
    #[schemars(with = "std::collections::BTreeMap<String, Vec<serde_json::Map<String, serde_json::Value>>>")]
    rows: Record,
    /// Per field, as `victim[0].victim_sex`: what is said beside the code. Left out, what was said stays.
    beside: Option<BTreeMap<String, Beside>>,
}

async fn code(app: Data<App>, who: Who, id: Path<RecordId>, seen: IfMatch, Body(told): Body<Codes>) -> Result<Replies<Coded>, Problem> {
    let id = id.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::code(tx, id, &told.slot, seen.0, &told.rows, told.beside.as_ref())).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Coder {
    hat: MembershipId,
    #[schemars(extend("enum" = CODERS))]
    slot: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Successor {
    hat: MembershipId,
}

async fn succeed_coder(app: Data<App>, who: Who, path: Path<(RecordId, String)>, Body(told): Body<Successor>) -> Result<Nothing, Problem> {
    let (id, slot) = path.into_inner();
    app.run(who.caller(), move |tx| super::succeed_coder(tx, id, &slot, told.hat)).await?;
    Ok(nothing())
}

async fn name_coder(app: Data<App>, who: Who, id: Path<RecordId>, Body(told): Body<Coder>) -> Result<Created<Named>, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::name_coder(tx, id, told.hat, &told.slot)).await?;
    Ok(json_created(&Named { slot: "named" }))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Final {
    #[schemars(extend("enum" = SLOTS))]
    slot: String,
    /// Per soft check that fires, why the codes are right all the same.
    #[serde(default)]
    reasons: BTreeMap<String, String>,
}

async fn finish(app: Data<App>, who: Who, id: Path<RecordId>, Body(told): Body<Final>) -> Result<Replies<Now>, Problem> {
    let id = id.into_inner();
    let state = app.run(who.caller(), move |tx| super::finish(tx, id, &told.slot, &told.reasons)).await?;
    Ok(answer(&Now { state }))
}

async fn differences(app: Data<App>, who: Who, id: Path<RecordId>) -> Result<Replies<Compared>, Problem> {
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

async fn settle(app: Data<App>, who: Who, id: Path<RecordId>, seen: IfMatch, Body(told): Body<Settled>) -> Result<Replies<Coded>, Problem> {
    let id = id.into_inner();
    let chosen = told.settled.into_iter().map(|(field, one)| (field, (one.code, one.reason))).collect();
    Ok(answer(&app.run(who.caller(), move |tx| super::settle(tx, id, seen.0, &chosen)).await?))
}

async fn close(app: Data<App>, who: Who, id: Path<RecordId>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::close(tx, id)).await?;
    Ok(nothing())
}

async fn take_over(app: Data<App>, who: Who, id: Path<RecordId>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::take_over(tx, id)).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Corrected {
    #[schemars(extend("enum" = CORRECTED_FOR))]
    reason: String,
}

async fn reopen(app: Data<App>, who: Who, id: Path<RecordId>, Body(told): Body<Corrected>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::reopen(tx, id, &told.reason)).await?;
    Ok(nothing())
}

async fn editions(app: Data<App>, who: Who, id: Path<RecordId>) -> Result<Replies<Vec<Edition>>, Problem> {
    let id = id.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::editions(tx, id)).await?))
}

async fn earlier(app: Data<App>, who: Who) -> Result<Replies<Vec<Earlier>>, Problem> {
    Ok(answer(&app.run(who.caller(), super::earlier).await?))
}

async fn take_over_past_cases(app: Data<App>, who: Who) -> Result<Replies<Many>, Problem> {
    Ok(answer(&Many { records: app.run(who.caller(), super::take_over_past_cases).await? }))
}

async fn agreement(app: Data<App>, who: Who) -> Result<Replies<Vec<Judged>>, Problem> {
    Ok(answer(&app.run(who.caller(), super::agreement).await?))
}

async fn snapshots(app: Data<App>) -> Result<Replies<Vec<Snapshot>>, Problem> {
    Ok(answer(&app.run_public(super::snapshots).await?))
}

async fn snapshot(app: Data<App>, id: Path<SnapshotId>) -> Result<Replies<Snapshot>, Problem> {
    let id = id.into_inner();
    Ok(answer(&app.run_public(move |tx| super::snapshot(tx, id)).await?))
}
