//! The JSON API of organisations.

use actix_web::web::{Data, Path};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{ADD, CHANGE, Change, Organisation, SUCCEED, Settings};
use crate::http::{Body, Created, Nothing, Problem, Replies, Routes, Who, json as answer, json_created, nothing, shape};
use crate::ids::OrganisationId;
use crate::tx::App;

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("POST", "/api/v1/organisations", &ADD, "Adds an organisation, or a unit of one", add);
    routes.act("POST", "/api/v1/organisations/{organisation}/successor", &SUCCEED, "Notes that an organisation has ended, and who succeeds it", succeed);
    routes.own("GET", "/api/v1/bureau", "How one's bureau is reached", settings);
    routes.act("PUT", "/api/v1/bureau", &CHANGE, "Changes name, telephone and neutral site of the bureau", change);
    routes.own("GET", "/api/v1/organisations", "The organisations of the bureau", list);
}

shape!(Added { id: OrganisationId });

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct New {
    name: String,
    kind: i32,
    parent: Option<OrganisationId>,
    /// The place or unit, where another has the same name.
    #[serde(default)]
    place: String,
}

async fn add(app: Data<App>, who: Who, Body(told): Body<New>) -> Result<Created<Added>, Problem> {
    let id = app.run(who.caller(), move |tx| super::add(tx, (told.name.as_str(), told.place.as_str()), told.kind, told.parent)).await?;
    Ok(json_created(&Added { id }))
}

async fn list(app: Data<App>, who: Who) -> Result<Replies<Vec<Organisation>>, Problem> {
    Ok(answer(&app.run(who.caller(), super::list).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Successor {
    by: OrganisationId,
    on: chrono::NaiveDate,
}

async fn succeed(app: Data<App>, who: Who, id: Path<OrganisationId>, Body(told): Body<Successor>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::succeed(tx, id, told.by, told.on)).await?;
    Ok(nothing())
}

async fn settings(app: Data<App>, who: Who) -> Result<Replies<Settings>, Problem> {
    Ok(answer(&app.run(who.caller(), super::settings).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Changed {
    name: String,
    phone: String,
    neutral_site: String,
}

async fn change(app: Data<App>, who: Who, Body(told): Body<Changed>) -> Result<Nothing, Problem> {
    let told = Change { name: told.name, phone: told.phone, neutral_site: told.neutral_site };
    app.run(who.caller(), move |tx| super::change(tx, &told)).await?;
    Ok(nothing())
}
