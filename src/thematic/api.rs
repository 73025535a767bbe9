//! The JSON API of thematic reviews.

use actix_web::web::{Data, Path};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{AGREE, ASK, Asked, NAME, PLACE, READ_ASKED, READ_REQUESTS, READ_SOURCES, REFUSE, Request, SETTLE, Sources, Theme};
use crate::http::{Body, Created, Nothing, Problem, Replies, Routes, Who, json as answer, json_created, nothing, shape};
use crate::ids::{CaseId, ItemId, ReflectionId, ThematicId, ThematicItemId};
use crate::tx::App;

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/api/v1/cases/{case}/sources", &READ_SOURCES, "The theme of a thematic review and the closed cases it reads", sources);
    routes.act("PUT", "/api/v1/cases/{case}/theme", &NAME, "Names the theme of a thematic review", name_theme);
    routes.act("POST", "/api/v1/cases/{case}/sources", &NAME, "Names a closed case a thematic review reads, by its number", name_source);
    routes.act("DELETE", "/api/v1/cases/{case}/sources/{source}", &NAME, "Takes a case off again, until something of it was placed", drop_source);
    routes.act("GET", "/api/v1/cases/{case}/thematic-requests", &READ_ASKED, "What thematic reviews ask of a closed case, and how far that is", asked);
    routes.act("POST", "/api/v1/cases/{case}/thematic-requests/{source}/items", &ASK, "Chooses released copies and asks their organisations", ask);
    routes.act("POST", "/api/v1/cases/{case}/thematic-requests/{source}/placing", &PLACE, "Places what organisations agreed to with the thematic panel", place);
    routes.act("POST", "/api/v1/cases/{case}/thematic-requests/{source}/nothing", &SETTLE, "Says that nothing of the case is placed, with the reason", settle);
    routes.act("GET", "/api/v1/reflections/{reflection}/thematic-requests", &READ_REQUESTS, "Which of one's own documents thematic reviews ask for", requests);
    routes.act("POST", "/api/v1/reflections/{reflection}/thematic-requests/{proposed}/agree", &AGREE, "Agrees that a thematic review reads it", agree);
    routes.act("POST", "/api/v1/reflections/{reflection}/thematic-requests/{proposed}/decline", &REFUSE, "Says no, or takes a yes back until it is placed", decline);
}

async fn sources(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<Replies<Sources>, Problem> {
    let case = case.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::sources(tx, case)).await?))
}

async fn name_theme(app: Data<App>, who: Who, case: Path<CaseId>, Body(told): Body<Theme>) -> Result<Nothing, Problem> {
    let case = case.into_inner();
    app.run(who.caller(), move |tx| super::name_theme(tx, case, &told)).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Numbered {
    number: String,
}

shape!(Named { id: ThematicId });

async fn name_source(app: Data<App>, who: Who, case: Path<CaseId>, Body(told): Body<Numbered>) -> Result<Created<Named>, Problem> {
    let case = case.into_inner();
    let id = app.run(who.caller(), move |tx| super::name_source(tx, case, &told.number)).await?;
    Ok(json_created(&Named { id }))
}

async fn drop_source(app: Data<App>, who: Who, path: Path<(CaseId, ThematicId)>) -> Result<Nothing, Problem> {
    let (case, id) = path.into_inner();
    app.run(who.caller(), move |tx| super::drop_source(tx, case, id)).await?;
    Ok(nothing())
}

async fn asked(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<Replies<Vec<Asked>>, Problem> {
    let case = case.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::asked(tx, case)).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Items {
    items: Vec<ItemId>,
}

shape!(AskedFor { asked: usize });
shape!(Placed { placed: usize });

async fn ask(app: Data<App>, who: Who, path: Path<(CaseId, ThematicId)>, Body(told): Body<Items>) -> Result<Replies<AskedFor>, Problem> {
    let (case, id) = path.into_inner();
    let asked = app.run(who.caller(), move |tx| super::ask(tx, case, id, &told.items)).await?;
    Ok(answer(&AskedFor { asked }))
}

async fn place(app: Data<App>, who: Who, path: Path<(CaseId, ThematicId)>) -> Result<Replies<Placed>, Problem> {
    let (case, id) = path.into_inner();
    let placed = app.run(who.caller(), move |tx| super::place(tx, case, id)).await?;
    Ok(answer(&Placed { placed }))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Because {
    reason: String,
}

async fn settle(app: Data<App>, who: Who, path: Path<(CaseId, ThematicId)>, Body(told): Body<Because>) -> Result<Nothing, Problem> {
    let (case, id) = path.into_inner();
    app.run(who.caller(), move |tx| super::nothing(tx, case, id, &told.reason)).await?;
    Ok(nothing())
}

async fn requests(app: Data<App>, who: Who, id: Path<ReflectionId>) -> Result<Replies<Vec<Request>>, Problem> {
    let id = id.into_inner();
    Ok(answer(&app.run(who.caller(), move |tx| super::requests(tx, id)).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Said {
    words: Option<String>,
}

async fn agree(app: Data<App>, who: Who, path: Path<(ReflectionId, ThematicItemId)>, Body(told): Body<Said>) -> Result<Nothing, Problem> {
    let (id, item) = path.into_inner();
    app.run(who.caller(), move |tx| super::agree(tx, id, item, told.words.as_deref())).await?;
    Ok(nothing())
}

async fn decline(app: Data<App>, who: Who, path: Path<(ReflectionId, ThematicItemId)>, Body(told): Body<Said>) -> Result<Nothing, Problem> {
    let (id, item) = path.into_inner();
    app.run(who.caller(), move |tx| super::refuse(tx, id, item, told.words.as_deref())).await?;
    Ok(nothing())
}
