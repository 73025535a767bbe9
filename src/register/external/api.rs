//! The JSON API of external totals.

use actix_web::HttpResponse;
use actix_web::web::Data;
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{ENTER, SEE, Told};
use crate::http::{Body, Problem, Routes, Who, json as answer, json_created};
use crate::ids::TotalId;
use crate::tx::App;

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/api/v1/register/external-totals", &SEE, "Yearly totals of others with their source, corrected ones too", list);
    routes.act("POST", "/api/v1/register/external-totals", &ENTER, "Enters a yearly total, or corrects one", enter);
}

async fn list(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    Ok(answer(&app.run(who.caller(), super::list).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Entered {
    year: i32,
    /// Code of the police region; none for the whole country.
    region: Option<i32>,
    count: i32,
    source: String,
    published_on: NaiveDate,
    #[serde(default)]
    note: String,
    /// The line it corrects.
    replaces: Option<TotalId>,
}

async fn enter(app: Data<App>, who: Who, Body(told): Body<Entered>) -> Result<HttpResponse, Problem> {
    let told = Told { year: told.year, region: told.region, count: told.count, source: told.source, published_on: told.published_on, note: told.note, replaces: told.replaces };
    let id = app.run(who.caller(), move |tx| super::enter(tx, &told)).await?;
    Ok(json_created(&json!({ "id": id })))
}
