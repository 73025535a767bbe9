//! The public library: published reports, open to all, as a page and a tagged PDF.

mod api;
mod store;

use chrono::NaiveDate;
use serde::Serialize;

use crate::ids::{CaseId, ReportId};
use crate::reports::{self, Report};
use crate::tx::{Refused, Tx};

/// A published report in the list.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Listed {
    /// Id.
    pub id: ReportId,
    /// Title.
    pub title: String,
    /// The bureau.
    pub bureau: String,
    /// The day it was opened to all.
    pub published_on: NaiveDate,
    /// Its language.
    pub language: String,
    /// Whether it is a practice case.
    pub practice: bool,
    /// `report`, or `learning`: the brief beside it.
    pub kind: String,
    /// Its version.
    pub version: i32,
}

/// A published report, opened.
#[derive(Clone, Debug)]
pub struct Published {
    /// As in the list.
    pub listed: Listed,
    /// Its words.
    pub report: Report,
    /// What it is known by.
    pub fingerprints: Fingerprints,
}

/// What a published report is known by: SHA-256 in hexadecimal.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Fingerprints {
    /// Of the words: of `report` as JSON with sorted names and without spaces (RFC 8785). Of a report's first version it is the one the chair adopted.
    pub words: String,
    /// Of the PDF, byte by byte.
    pub pdf: String,
}

/// Another version of a report, or what stands beside it.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Beside {
    /// Id.
    pub id: ReportId,
    /// `report` or `learning`.
    pub kind: String,
    /// Its version.
    pub version: i32,
    /// The day it was opened to all.
    pub published_on: NaiveDate,
}

/// Published reports, newest first, each in its latest version.
///
/// # Errors
/// Database errors only.
pub fn list(tx: &mut Tx) -> Result<Vec<Listed>, Refused> {
    store::list(tx.db())
}

/// One report.
///
/// # Errors
/// `NotFound` for one that is not published, or taken down.
pub fn report(tx: &mut Tx, id: ReportId) -> Result<Published, Refused> {
    let (listed, document, digest) = store::report(tx.db(), id)?;
    let report = serde_json::from_value(document).map_err(|why| Refused::Internal(why.to_string()))?;
    let fingerprints = Fingerprints { words: reports::fingerprint(&report)?, pdf: reports::hexadecimal(&digest) };
    Ok(Published { listed, report, fingerprints })
}

/// Its other versions, and the latest of what stands beside it; newest first.
///
/// # Errors
/// `NotFound`.
pub fn beside(tx: &mut Tx, id: ReportId) -> Result<Vec<Beside>, Refused> {
    store::beside(tx.db(), id)
}

/// Something that was published and taken down: that it was there, never what it said.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Withdrawn {
    /// Id.
    pub id: ReportId,
    /// The bureau.
    pub bureau: String,
    /// `report` or `learning`.
    pub kind: String,
    /// Its version.
    pub version: i32,
    /// The day it was taken down.
    pub taken_down_on: NaiveDate,
    /// The version that came in its place, if one is open.
    pub newer: Option<ReportId>,
}

/// What was taken down and has nothing in its place, newest first.
///
/// # Errors
/// Database errors only.
pub fn withdrawn(tx: &mut Tx) -> Result<Vec<Withdrawn>, Refused> {
    store::withdrawn(tx.db(), None)
}

/// The notice that stands in the place of a report that was taken down.
///
/// # Errors
/// `NotFound` for one that never was published.
pub fn notice(tx: &mut Tx, id: ReportId) -> Result<Withdrawn, Refused> {
    store::withdrawn(tx.db(), Some(id))?.pop().ok_or(Refused::NotFound)
}

/// The latest open reports and briefs of a case the caller belongs to: relatives have them a day before others.
///
/// # Errors
/// Database errors only.
pub fn of_case(tx: &mut Tx, case: CaseId) -> Result<Vec<Beside>, Refused> {
    store::of_case(tx.db(), case)
}

/// A published recommendation, and the report it stands in.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Advice {
    /// The report.
    pub report: ReportId,
    /// Its title.
    pub title: String,
    /// The bureau.
    pub bureau: String,
    /// The day the report was opened to all.
    pub published_on: NaiveDate,
    /// The report's language.
    pub language: String,
    /// Whether it is a practice case.
    pub practice: bool,
    /// Number in the report.
    pub number: i64,
    /// Words.
    pub text: String,
    /// Owner, by its kind.
    pub owner: String,
    /// By what one sees that it works.
    pub measure: String,
    /// By when, month and year.
    pub due: String,
    /// Theme, a code of the codebook's list `theme`; none in reports of before themes were published.
    pub theme: Option<i64>,
}

/// Recommendations of the latest versions, of one theme or of all, newest first.
///
/// # Errors
/// Database errors only.
pub fn recommendations(tx: &mut Tx, theme: Option<i64>) -> Result<Vec<Advice>, Refused> {
    store::recommendations(tx.db(), theme)
}

/// Published reports, latest versions, whose words contain `needle`, in lower case.
///
/// # Errors
/// Database errors only.
pub fn search(tx: &mut Tx, needle: &str) -> Result<Vec<Listed>, Refused> {
    store::search(tx.db(), needle)
}

/// Its PDF.
///
/// # Errors
/// `NotFound`.
pub fn pdf(tx: &mut Tx, id: ReportId) -> Result<Vec<u8>, Refused> {
    store::pdf(tx.db(), id)
}

/// Adds the room's routes.
pub fn routes(routes: &mut crate::http::Routes) {
    api::routes(routes);
}
