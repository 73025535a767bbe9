//! The JSON API of imports. The file is the body of the call, as it is.

use std::collections::BTreeMap;

use actix_web::web::{Data, Path};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Column, IMPORT, Import, LOAD, Mapping, Opened, TAKE_BACK, TAKEN_BACK_FOR, Told};
use crate::http::{Begun, Body, Created, IfMatch, Nothing, Problem, Query, Replies, Routes, Upload, Versioned, Who, begun, json as answer, json_created, json_version, nothing, shape};
use crate::ids::ImportId;
use crate::tx::App;

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/api/v1/register/imports", &IMPORT, "Files with past cases, and how far each is", list);
    routes.act("POST", "/api/v1/register/imports", &IMPORT, "Takes in a CSV or XLSX file, the body of the call; nothing of the register changes", upload);
    routes.act("GET", "/api/v1/register/imports/{import}", &IMPORT, "How far an import is, with the progress of its job", find);
    routes.act("GET", "/api/v1/register/imports/{import}/columns", &IMPORT, "What the file was read as, its columns, and how each is mapped", columns);
    routes.act("PUT", "/api/v1/register/imports/{import}/mapping", &IMPORT, "Says how columns are read: variable, row, codes", map);
    routes.act("POST", "/api/v1/register/imports/{import}/check", &IMPORT, "Begins the dry run", check);
    routes.act("GET", "/api/v1/register/imports/{import}/faults", &IMPORT, "What the dry run told of each row", faults);
    routes.act("POST", "/api/v1/register/imports/{import}/load", &LOAD, "Begins the load, of all rows or none", load);
    routes.act("POST", "/api/v1/register/imports/{import}/take-back", &TAKE_BACK, "Takes all records of a loaded file out of the register, with a reason that is kept", take_back);
    routes.act("POST", "/api/v1/register/imports/{import}/abandon", &IMPORT, "Throws the file away", abandon);
}

shape!(Made { id: ImportId });
shape!(Kept { version: i32 });

async fn list(app: Data<App>, who: Who) -> Result<Replies<Vec<Import>>, Problem> {
    Ok(answer(&app.run(who.caller(), super::list).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Titled {
    /// What it is found again by in the list; no names of people.
    title: Option<String>,
}

async fn upload(app: Data<App>, who: Who, told: Query<Titled>, handed: Upload) -> Result<Created<Made>, Problem> {
    let id = super::upload(&app, who.caller(), told.title.as_deref().unwrap_or_default(), handed.file).await?;
    Ok(json_created(&Made { id }))
}

async fn find(app: Data<App>, who: Who, id: Path<ImportId>) -> Result<Versioned<Import>, Problem> {
    let id = id.into_inner();
    let found = app.run(who.caller(), move |tx| super::find(tx, id)).await?;
    Ok(json_version(found.version, &found))
}

async fn columns(app: Data<App>, who: Who, id: Path<ImportId>) -> Result<Versioned<Opened>, Problem> {
    let opened = super::open(&app, who.caller(), id.into_inner()).await?;
    let opened = Opened { told: worded(opened.told, &who), ..opened };
    Ok(json_version(opened.import.version, &opened))
}

fn worded(told: Vec<Told>, who: &Who) -> Vec<Told> {
    told.into_iter().map(|one| one.worded(&who.words)).collect()
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Mapped {
    /// As found where none is given.
    #[schemars(extend("enum" = ["utf-8", "windows-1252", "utf-16le", "utf-16be", null]))]
    encoding: Option<String>,
    /// As found where none is given.
    #[schemars(extend("enum" = [";", ",", "|", "\t", null]))]
    delimiter: Option<char>,
    /// The sheet of a workbook; the first where none is given.
    sheet: Option<String>,
    /// By the name of the column. Columns left out are not read.
    columns: BTreeMap<String, Column>,
    /// Whether rows that say the same as rows loaded before, or as rows above them, are about other cases: they load beside them. Else they stop the load.
    #[serde(default)]
    other_cases: bool,
}

async fn map(app: Data<App>, who: Who, id: Path<ImportId>, seen: IfMatch, Body(told): Body<Mapped>) -> Result<Replies<Kept>, Problem> {
    let mapping = Mapping { encoding: told.encoding, delimiter: told.delimiter, sheet: told.sheet, columns: told.columns, other_cases: told.other_cases };
    let version = super::map(&app, who.caller(), id.into_inner(), seen.0, mapping).await?;
    Ok(answer(&Kept { version }))
}

async fn check(app: Data<App>, who: Who, id: Path<ImportId>) -> Result<Begun, Problem> {
    super::check(&app, who.caller(), id.into_inner()).await?;
    Ok(begun())
}

async fn faults(app: Data<App>, who: Who, id: Path<ImportId>) -> Result<Replies<Vec<Told>>, Problem> {
    let id = id.into_inner();
    Ok(answer(&worded(app.run(who.caller(), move |tx| super::faults(tx, id)).await?, &who)))
}

async fn load(app: Data<App>, who: Who, id: Path<ImportId>) -> Result<Begun, Problem> {
    super::load(&app, who.caller(), id.into_inner()).await?;
    Ok(begun())
}

async fn abandon(app: Data<App>, who: Who, id: Path<ImportId>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::abandon(tx, id)).await?;
    Ok(nothing())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TakenBack {
    #[schemars(extend("enum" = TAKEN_BACK_FOR))]
    reason: String,
}

async fn take_back(app: Data<App>, who: Who, id: Path<ImportId>, Body(told): Body<TakenBack>) -> Result<Nothing, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::take_back(tx, id, &told.reason)).await?;
    Ok(nothing())
}
