//! The JSON API of the panel.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use super::{ADOPT_MINUTES, ADOPT_TERMS, READ};
use crate::http::{Problem, Routes, Who, json as answer, nothing};
use crate::ids::{CaseId, ItemId};
use crate::tx::App;

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/api/v1/cases/{case}/timeline", &READ, "The merged chronology", timeline);
    routes.act("GET", "/api/v1/cases/{case}/released", &READ, "What was released to the panel", released);
    routes.act("POST", "/api/v1/cases/{case}/terms-of-reference/{item}/adopt", &ADOPT_TERMS, "Adopts the terms of reference", adopt_terms);
    routes.act("POST", "/api/v1/cases/{case}/meetings/{item}/adopt", &ADOPT_MINUTES, "Adopts a meeting's minutes", adopt_minutes);
}

async fn timeline(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::timeline(tx, case)).await?))
}

async fn released(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::released(tx, case)).await?))
}

async fn adopt_terms(app: Data<App>, who: Who, path: Path<(CaseId, ItemId)>) -> Result<HttpResponse, Problem> {
    let (case, item) = path.into_inner();
    app.run(who.caller(), move |tx| super::adopt_terms(tx, case, item)).await?;
    Ok(nothing())
}

async fn adopt_minutes(app: Data<App>, who: Who, path: Path<(CaseId, ItemId)>) -> Result<HttpResponse, Problem> {
    let (case, item) = path.into_inner();
    app.run(who.caller(), move |tx| super::adopt_minutes(tx, case, item)).await?;
    Ok(nothing())
}
