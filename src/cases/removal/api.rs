//! The JSON API of removals.

use actix_web::web::{Data, Path};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{CARRY_OUT, DECIDE_REMOVAL, Decided, PROPOSE_REMOVAL, READ_REMOVALS, Removal, Subject};
use crate::http::{Body, Created, Nothing, Problem, Replies, Routes, Who, json as answer, json_created, nothing, shape};
use crate::ids::{CaseId, RelativeId, RemovalId};
use crate::tx::App;

shape!(Proposed { id: RemovalId });
shape!(Settled { decided: bool });

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("POST", "/api/v1/cases/{case}/removals", &PROPOSE_REMOVAL, "Proposes that a person is removed from a case, by key", propose);
    routes.act("GET", "/api/v1/cases/{case}/removals", &PROPOSE_REMOVAL, "What was proposed to be removed from a case", of_case);
    routes.act("POST", "/api/v1/cases/{case}/removals/{removal}/withdraw", &PROPOSE_REMOVAL, "Takes the proposal back", withdraw);
    routes.act("POST", "/api/v1/cases/{case}/removals/{removal}/carry-out", &CARRY_OUT, "Takes the person out, after two officers have decided", carry_out);
    routes.act("GET", "/api/v1/removals", &READ_REMOVALS, "Removals that wait for two officers: keys, never names", waiting);
    routes.act("POST", "/api/v1/removals/{removal}/confirm", &DECIDE_REMOVAL, "Confirms a removal, as one of two officers", confirm);
    routes.act("POST", "/api/v1/removals/{removal}/refuse", &DECIDE_REMOVAL, "Refuses a removal", refuse);
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Propose {
    /// The key of a person in the notification: `s2`.
    subject: Option<String>,
    /// Or a relative.
    relative: Option<RelativeId>,
    reason: String,
}

async fn propose(app: Data<App>, who: Who, case: Path<CaseId>, Body(told): Body<Propose>) -> Result<Created<Proposed>, Problem> {
    let case = case.into_inner();
    let subject = match (told.subject, told.relative) {
        (Some(key), None) => Subject::Person(key),
        (None, Some(relative)) => Subject::Relative(relative),
        _ => return Err(Problem::new(422, "faults").at("subject", "not-an-option")),
    };
    let id = app.run(who.caller(), move |tx| super::propose_removal(tx, case, &subject, &told.reason)).await?;
    Ok(json_created(&Proposed { id }))
}

async fn of_case(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<Replies<Vec<Removal>>, Problem> {
    let case = case.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::removals(tx, case)).await?))
}

async fn withdraw(app: Data<App>, who: Who, path: Path<(CaseId, RemovalId)>) -> Result<Nothing, Problem> {
    let (case, id) = path.into_inner();
    app.run(who.caller(), move |tx| super::withdraw_removal(tx, case, id)).await?;
    Ok(nothing())
}

async fn carry_out(app: Data<App>, who: Who, path: Path<(CaseId, RemovalId)>) -> Result<Nothing, Problem> {
    let (case, id) = path.into_inner();
    app.run(who.caller(), move |tx| super::carry_out(tx, case, id)).await?;
    Ok(nothing())
}

async fn waiting(app: Data<App>, who: Who) -> Result<Replies<Vec<Removal>>, Problem> {
    Ok(answer(&app.run(who.caller(), super::waiting_removals).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Ground {
    ground: String,
}

async fn confirm(app: Data<App>, who: Who, id: Path<RemovalId>, Body(told): Body<Ground>) -> Result<Replies<Settled>, Problem> {
    let id = id.into_inner();
    let decided = app.run(who.caller(), move |tx| super::confirm_removal(tx, id, &told.ground)).await?;
    Ok(answer(&Settled { decided: decided == Decided::Second }))
}

async fn refuse(app: Data<App>, who: Who, id: Path<RemovalId>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::refuse_removal(tx, id)).await?;
    Ok(nothing())
}
