//! The pages of snapshots and of the codebook, with their files.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use codebook::Codebook;

use super::{FIXED_SET, FixedState};
use super::doubt::NOT_RELIABLE;
use super::exports;
use super::pages::told;
use super::table_pages::download;
use crate::http::{Posted, Problem, Routes, Shell, Who, framed, page, see_other};
use crate::ids::SnapshotId;
use crate::register::{self, Invented, Progress, SNAPSHOT, Snapshot};
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.open("GET", "/register/snapshots/{snapshot}", "A snapshot: its quality note, its documentation, invented records", snapshot);
    routes.open("GET", "/register/snapshots/{snapshot}/files/{format}", "The documentation of a snapshot as a file", document);
    routes.open("GET", "/register/snapshots/{snapshot}/invented/{level}/{format}", "Invented records of one level as a file", invented);
    routes.act("GET", "/register/snapshots", &SNAPSHOT, "The snapshots, and freezing the next", snapshots);
    routes.act("POST", "/register/snapshots", &SNAPSHOT, "Freezes the register, and proposes its fixed public tables", take);
    routes.act("POST", "/register/snapshots/{snapshot}/fixed-set", &FIXED_SET, "Proposes once more what of the fixed public tables of a snapshot neither is public nor waits", fixed_set);
    routes.open("GET", "/codebook", "The codebook: every variable with definition, codes, quality", codebook);
}

/// A snapshot with the codebook it was frozen under.
async fn with_book<T: Send + 'static>(app: &App, id: SnapshotId, work: impl FnOnce(&Codebook, Snapshot) -> Result<T, Refused> + Send + 'static) -> Result<T, Problem> {
    let found = app.run_public(move |tx| -> Result<_, Refused> {
        let snapshot = register::snapshot(tx, id)?;
        let parts = tx.parts();
        let book = parts.config.codebook_of(&snapshot.codebook).ok_or(Refused::NotFound)?;
        work(book, snapshot)
    }).await?;
    Ok(found)
}

pub(super) async fn document(app: Data<App>, path: Path<(SnapshotId, String)>) -> Result<HttpResponse, Problem> {
    let (id, format) = path.into_inner();
    Ok(download(with_book(&app, id, move |book, snapshot| exports::document(book, &snapshot, &format)).await?))
}

pub(super) async fn invented(app: Data<App>, who: Who, path: Path<(SnapshotId, String, String)>) -> Result<HttpResponse, Problem> {
    let (id, level, format) = path.into_inner();
    let words = who.words;
    Ok(download(with_book(&app, id, move |book, snapshot| exports::invented(book, &snapshot, &level, &format, &words)).await?))
}

#[derive(Template)]
#[template(path = "research/snapshots.html")]
struct Snapshots {
    shell: Shell,
    /// Each with how far its fixed public tables are.
    snapshots: Vec<(Snapshot, FixedState)>,
}

async fn snapshots(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let (snapshots, shell, _) = framed(&app, &who, |_, _| words.t("menu-snapshots"), |tx| -> Result<Vec<_>, Refused> {
        register::own_snapshots(tx)?.into_iter().map(|snapshot| {
            let fixed = super::fixed_state(tx, &snapshot)?;
            Ok((snapshot, fixed))
        }).collect()
    }).await?;
    page(&Snapshots { shell, snapshots })
}

async fn take(app: Data<App>, who: Who, posted: Posted) -> Result<HttpResponse, Problem> {
    let number = |field: &str| posted.get(field).parse::<u64>().ok();
    let invented = number("cases").zip(number("seed")).map(|(cases, seed)| Invented { cases: u32::try_from(cases).unwrap_or(u32::MAX), seed });
    let taken = app.run(who.caller(), move |tx| super::freeze(tx, invented)).await?;
    Ok(see_other(&format!("/register/snapshots/{}", taken.id)))
}

async fn fixed_set(app: Data<App>, who: Who, id: Path<SnapshotId>, _posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let set = app.run(who.caller(), move |tx| super::propose_fixed_set(tx, id)).await?;
    // What can't be proposed any more is told on the page of what waits.
    let of = |unreliable: bool| set.left_out.iter().filter(|left| (left.why == NOT_RELIABLE) == unreliable).map(|left| left.outcome.as_str()).collect::<Vec<_>>().join(",");
    Ok(see_other(&if set.left_out.is_empty() { "/register/requests".to_owned() } else { format!("/register/requests?left_out={}&unreliable={}", of(false), of(true)) }))
}

/// How far coders agree on a variable, as it is shown.
struct Agreement {
    variable: String,
    units: String,
    alpha: String,
    kappa: String,
    verdict: String,
}

fn figure(of: Option<f64>) -> String {
    of.map_or_else(|| "–".to_owned(), |figure| format!("{figure:.2}"))
}

#[derive(Template)]
#[template(path = "research/snapshot.html")]
struct SnapshotPage {
    shell: Shell,
    snapshot: Snapshot,
    missing: Vec<(String, String)>,
    agreement: Vec<Agreement>,
    regions: Vec<(String, Progress)>,
    documents: Vec<(&'static str, String)>,
    levels: Vec<(String, String)>,
}

async fn snapshot(app: Data<App>, who: Who, id: Path<SnapshotId>) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let (snapshot, missing, agreement, regions, levels) = with_book(&app, id.into_inner(), move |book, snapshot| {
        let missing = book.columns().filter_map(|column| {
            let share = snapshot.quality.missing.get(column.id)?;
            Some((told(column.label, &words), if share.is_few() { words.a("snapshot-few", "count", share) } else { share.to_string() }))
        }).collect::<Vec<_>>();
        let label = |id: &str| book.columns().find(|column| column.id == id).map_or_else(|| id.to_owned(), |column| told(column.label, &words));
        let agreement = snapshot.quality.agreement.iter().map(|row| Agreement { variable: label(&row.variable), units: if row.units.is_few() { "–".to_owned() } else { row.units.to_string() }, alpha: figure(row.alpha), kappa: figure(row.kappa), verdict: words.t(&format!("verdict-{}", row.verdict)) }).collect::<Vec<_>>();
        let regions = snapshot.quality.regions.iter().map(|row| (book.listed("police_region", i64::from(row.of)).map_or_else(|| row.of.to_string(), |label| told(label, &words)), row.clone())).collect::<Vec<_>>();
        let levels = book.levels.iter().map(|level| (level.id.clone(), told(&level.label, &words))).collect::<Vec<_>>();
        Ok((snapshot, missing, agreement, regions, levels))
    }).await?;
    let documents = exports::DOCUMENTS.iter().map(|format| (*format, words.t(&format!("file-{format}")))).collect();
    page(&SnapshotPage { shell: Shell::public(&who, words.a("snapshot-number", "number", snapshot.number)), missing, agreement, regions, documents, levels, snapshot })
}

#[derive(Template)]
#[template(path = "research/codebook.html")]
struct CodebookPage {
    shell: Shell,
    body: String,
}

async fn codebook(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let parts = app.parts().clone();
    let newest = app.run_public(register::snapshots).await?.into_iter().find(|snapshot| snapshot.codebook == parts.config.codebook.version);
    let body = exports::page_of(&parts.config.codebook, newest.as_ref(), &words)?;
    page(&CodebookPage { shell: Shell::public(&who, words.t("menu-codebook")), body })
}
