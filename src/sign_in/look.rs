//! What somebody chooses for this device, and how long the session still lasts.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Data;
use serde_json::json;

use crate::http::{Look, Posted, Problem, Routes, Who, json as answer};
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.own("POST", "/account/look", "Chooses theme, contrast and keys on this device", look);
    routes.own("GET", "/session/renew", "Keeps the session alive and says how long it lasts", renew);
}

async fn look(posted: Posted) -> HttpResponse {
    let chosen = Look::of(posted.get("theme"), posted.get("contrast") == "more", posted.get("keys") == "on");
    HttpResponse::SeeOther().cookie(chosen.cookie()).insert_header((header::LOCATION, "/account")).finish()
}

/// The network layer has renewed the tokens by now. Whose session it is stands in the answer, so that a page somebody left open
/// never goes on as somebody else; the form token, so that a page left open over a new sign-in can still post what was typed.
async fn renew(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    let ((), session) = app.run_as(who.caller(), |tx| -> Result<(), Refused> { tx.session().map(drop) }).await?;
    Ok(answer(&json!({ "endsIn": who.ends_in(&session), "hat": session.membership, "csrf": who.form_token, "unlocked": session.unlocked() })).into())
}
