//! The JSON API of external totals.

use actix_web::web::Data;
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{ENTER, SEE, Told, Total};
use crate::http::{Body, Created, Problem, Replies, Routes, Who, json as answer, json_created, shape};
use crate::ids::TotalId;
use crate::tx::App;

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/api/v1/register/external-totals", &SEE, "Yearly totals of others with their source, corrected ones too", list);
    routes.act("POST", "/api/v1/register/external-totals", &ENTER, "Enters a yearly total, or corrects one", enter);
}

shape!(Made { id: TotalId });

async fn list(app: Data<App>, who: Who) -> Result<Replies<Vec<Total>>, Problem> {
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

async fn enter(app: Data<App>, who: Who, Body(told): Body<Entered>) -> Result<Created<Made>, Problem> {
    let told = Told { year: told.year, region: told.region, count: told.count, source: told.source, published_on: told.published_on, note: told.note, replaces: told.replaces };
    let id = app.run(who.caller(), move |tx| super::enter(tx, &told)).await?;
    Ok(json_created(&Made { id }))
}
