//! The JSON API of organisations.

use actix_web::HttpResponse;
use actix_web::web::Data;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::ADD;
use crate::http::{Body, Problem, Routes, Who, json as answer, json_created};
use crate::ids::OrganisationId;
use crate::tx::App;

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("POST", "/api/v1/organisations", &ADD, "Adds an organisation, or a unit of one", add);
    routes.own("GET", "/api/v1/organisations", "The organisations of the bureau", list);
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct New {
    name: String,
    kind: i32,
    parent: Option<OrganisationId>,
}

async fn add(app: Data<App>, who: Who, Body(told): Body<New>) -> Result<HttpResponse, Problem> {
    let id = app.run(who.caller(), move |tx| super::add(tx, &told.name, told.kind, told.parent)).await?;
    Ok(json_created(&json!({ "id": id })))
}

async fn list(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    Ok(answer(&app.run(who.caller(), super::list).await?))
}
