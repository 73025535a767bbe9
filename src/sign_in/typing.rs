//! What is being typed in a page's own forms: kept while one types, sealed to its author, and put back on the page it was typed on. A form
//! that acts (answers, approves, decides) is never sent from anywhere else.

use actix_web::HttpResponse;
use actix_web::web::Data;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Parked, keep, parked};
use crate::http::{Posted, Problem, Query, Routes, Who, json, ours};
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.own("POST", "/typing", "Keeps what is being typed in a form of a page", keep_typing);
    routes.own("GET", "/typing", "What was being typed on a page and is not sent yet", typing);
}

/// Fields of the call itself: where the form goes, the page it stands on, which kept text it replaces.
const OWN: [&str; 3] = ["_path", "_page", "_which"];

async fn keep_typing(app: Data<App>, who: Who, posted: Posted) -> Result<HttpResponse, Problem> {
    let which = posted.get("_which").parse().ok();
    let (path, page) = (ours(Some(posted.get("_path"))), ours(Some(posted.get("_page"))));
    let form = Parked { path, fields: posted.to_keep(&OWN), page: Some(page) };
    let words = who.words;
    let (id, session) = app.run_as(who.caller(), move |tx| keep(tx, which, &form)).await?;
    let text = words.a("typing-kept", "t", words.time(&chrono::Utc::now(), &session.zone));
    Ok(json(&serde_json::json!({ "revision": id, "text": text })).into())
}

/// Of which page.
#[derive(Deserialize, JsonSchema)]
struct On {
    page: String,
}

/// A text that waits on its page.
#[derive(Serialize)]
struct Typing {
    id: Uuid,
    /// Where its form goes.
    path: String,
    /// Names and values, in order.
    fields: Vec<(String, String)>,
    /// The line under the form.
    text: String,
}

async fn typing(app: Data<App>, who: Who, on: Query<On>) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let (found, session) = app.run_as(who.caller(), |tx| -> Result<_, Refused> { parked(tx) }).await?;
    let here = found.into_iter().filter(|(.., form)| form.page.as_deref() == Some(on.page.as_str()));
    let texts: Vec<Typing> = here.map(|(id, at, form)| Typing { id, path: form.path, fields: form.fields, text: words.a("typing-back", "t", words.moment(&at, &session.zone)) }).collect();
    Ok(json(&texts).into())
}
