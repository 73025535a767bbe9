//! The JSON API of completeness.

use actix_web::web::Data;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Filled, Filter, Line, NATIONAL, Tile, VARIABLES};
use crate::http::{Problem, Query, Replies, Routes, Who, json as answer};
use crate::register::COMPLETENESS;
use crate::tx::App;

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/api/v1/register/completeness", &COMPLETENESS, "How many cases of each year and region are notified, coded, settled, closed, beside what others count", progress);
    routes.act("GET", "/api/v1/register/completeness/variables", &VARIABLES, "How complete each variable is, the worst first", variables);
    routes.act("GET", "/api/v1/register/national", &NATIONAL, "Police units and islands, counts under ten as such", national);
}

#[derive(Deserialize, JsonSchema)]
struct Narrowed {
    /// Only this year.
    year: Option<i32>,
    /// Only this police region.
    region: Option<i32>,
}

async fn progress(app: Data<App>, who: Who, wanted: Query<Narrowed>) -> Result<Replies<Vec<Line>>, Problem> {
    let filter = Filter { year: wanted.year, region: wanted.region };
    Ok(answer(&app.run(who.caller(), move |tx| super::progress(tx, filter)).await?))
}

async fn variables(app: Data<App>, who: Who, wanted: Query<Narrowed>) -> Result<Replies<Vec<Filled>>, Problem> {
    let filter = Filter { year: wanted.year, region: wanted.region };
    Ok(answer(&app.run(who.caller(), move |tx| super::variables(tx, filter)).await?))
}

async fn national(app: Data<App>, who: Who) -> Result<Replies<Vec<Tile>>, Problem> {
    Ok(answer(&app.run(who.caller(), super::national).await?))
}
