//! The JSON API of documents.

use actix_web::web::{Data, Path};
use chrono::{DateTime, Utc};
use form::Answers;
use schemars::JsonSchema;
use serde::Deserialize;
use uuid::Uuid;

use super::{saving, sheet_of};
use crate::compartments;
use crate::forms::{self, Document, Saved, Sheet};
use crate::http::{Body, Created, IfMatch, Nothing, Problem, Query, Replies, Routes, Versioned, Who, json as answer, json_created, json_version, nothing, shape};
use crate::ids::{CompartmentId, ItemId, MembershipId};
use crate::tx::{App, Refused, Tx};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.own("GET", "/api/v1/compartments/{compartment}/log", "Who has seen what lies in a compartment of one's own", log);
    routes.own("GET", "/api/v1/compartments/{compartment}/documents/{form}", "The documents of a form in a compartment, unopened", list);
    routes.own("POST", "/api/v1/compartments/{compartment}/documents/{form}", "A new document; each form has its own roles", create);
    routes.own("GET", "/api/v1/compartments/{compartment}/documents/{form}/{item}", "Opens a document", open);
    routes.own("PUT", "/api/v1/compartments/{compartment}/documents/{form}/{item}", "Saves a further version", save);
    routes.own("DELETE", "/api/v1/compartments/{compartment}/documents/{form}/{item}", "Takes a document away for good, where it was not released yet", remove);
    routes.own("GET", "/api/v1/compartments/{compartment}/documents/{form}/{item}/versions", "The versions of a document of one's own", versions);
    routes.own("GET", "/api/v1/compartments/{compartment}/documents/{form}/{item}/draft", "One's own draft", draft);
    routes.own("PUT", "/api/v1/compartments/{compartment}/documents/{form}/{item}/draft", "Keeps a draft", keep_draft);
}

shape!(Line { id: ItemId, version: i32, complete: bool, changed_at: DateTime<Utc>, author: MembershipId, subject: Option<Uuid> });
shape!(DraftTold { seen: i32, revision: i32, saved_at: DateTime<Utc>, answers: Answers });
shape!(VersionTold { version: i32, written_at: DateTime<Utc> });
shape!(Revision { revision: i32 });

/// The sheet of a form in a compartment the caller can find.
pub(super) fn sheet(tx: &mut Tx, within: CompartmentId, form: &str) -> Result<&'static Sheet, Refused> {
    let (kind, _) = compartments::kind_of(tx, within)?;
    sheet_of(kind, form).ok_or(Refused::NotFound)
}

#[derive(Deserialize, JsonSchema)]
struct Before {
    before: Option<i64>,
}

async fn log(app: Data<App>, who: Who, within: Path<CompartmentId>, before: Query<Before>) -> Result<Replies<Vec<compartments::Seen>>, Problem> {
    let (within, before) = (within.into_inner(), before.before);
    Ok(answer(&app.run(who.caller(), move |tx| compartments::log_of(tx, within, before)).await?))
}

#[derive(Deserialize, JsonSchema)]
struct About {
    subject: Option<Uuid>,
}

async fn list(app: Data<App>, who: Who, path: Path<(CompartmentId, String)>, about: Query<About>) -> Result<Replies<Vec<Line>>, Problem> {
    let ((within, form), subject) = (path.into_inner(), about.subject);
    let found = app.run(who.caller(), move |tx| {
        let sheet = sheet(tx, within, &form)?;
        forms::list(tx, sheet, within, subject)
    }).await?;
    Ok(answer(&found.into_iter().map(|listed| {
        Line { id: listed.id, version: listed.version, complete: listed.complete, changed_at: listed.changed_at, author: listed.author, subject: listed.subject }
    }).collect::<Vec<_>>()))
}

async fn versions(app: Data<App>, who: Who, path: Path<(CompartmentId, String, ItemId)>) -> Result<Replies<Vec<VersionTold>>, Problem> {
    let (within, form, item) = path.into_inner();
    let found = app.run(who.caller(), move |tx| {
        let sheet = sheet(tx, within, &form)?;
        super::versions::of(tx, sheet, within, item)
    }).await?;
    Ok(answer(&found.into_iter().map(|(version, written_at)| VersionTold { version, written_at }).collect::<Vec<_>>()))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Told {
    answers: Answers,
    subject: Option<Uuid>,
}

async fn create(app: Data<App>, who: Who, path: Path<(CompartmentId, String)>, Body(told): Body<Told>) -> Result<Created<Saved>, Problem> {
    let (within, form) = path.into_inner();
    let saved = app.run(who.caller(), move |tx| {
        let sheet = sheet(tx, within, &form)?;
        saving::create(tx, sheet, within, told.subject, &told.answers)
    }).await?;
    Ok(json_created(&saved))
}

async fn open(app: Data<App>, who: Who, path: Path<(CompartmentId, String, ItemId)>) -> Result<Versioned<Document>, Problem> {
    let (within, form, item) = path.into_inner();
    let document = app.run(who.caller(), move |tx| {
        let sheet = sheet(tx, within, &form)?;
        forms::open(tx, sheet, within, item)
    }).await?;
    Ok(json_version(document.version, &document))
}

async fn save(app: Data<App>, who: Who, path: Path<(CompartmentId, String, ItemId)>, seen: IfMatch, Body(told): Body<Told>) -> Result<Versioned<Saved>, Problem> {
    let (within, form, item) = path.into_inner();
    let saved = app.run(who.caller(), move |tx| {
        let sheet = sheet(tx, within, &form)?;
        saving::save(tx, sheet, within, item, seen.0, &told.answers)
    }).await?;
    Ok(json_version(saved.version, &saved))
}

async fn remove(app: Data<App>, who: Who, path: Path<(CompartmentId, String, ItemId)>) -> Result<Nothing, Problem> {
    let (within, form, item) = path.into_inner();
    app.run(who.caller(), move |tx| {
        let sheet = sheet(tx, within, &form)?;
        forms::remove(tx, sheet, within, item)
    }).await?;
    Ok(nothing())
}

async fn draft(app: Data<App>, who: Who, path: Path<(CompartmentId, String, ItemId)>) -> Result<Replies<Option<DraftTold>>, Problem> {
    let (within, form, item) = path.into_inner();
    let found = app.run(who.caller(), move |tx| {
        let sheet = sheet(tx, within, &form)?;
        forms::draft(tx, sheet, within, item)
    }).await?;
    Ok(answer(&found.map(|draft| DraftTold { seen: draft.seen, revision: draft.revision, saved_at: draft.saved_at, answers: draft.body })))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Kept {
    seen: i32,
    revision: i32,
    answers: Answers,
}

async fn keep_draft(app: Data<App>, who: Who, path: Path<(CompartmentId, String, ItemId)>, Body(told): Body<Kept>) -> Result<Replies<Revision>, Problem> {
    let (within, form, item) = path.into_inner();
    let revision = app.run(who.caller(), move |tx| {
        let sheet = sheet(tx, within, &form)?;
        forms::keep_draft(tx, sheet, within, item, told.seen, told.revision, &told.answers)
    }).await?;
    Ok(answer(&Revision { revision }))
}
