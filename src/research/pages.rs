//! The pages of research: the table builder, tables that left, projects, and what waits for output checkers.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use codebook::{Codebook, Label};
use schemars::JsonSchema;
use serde::Deserialize;

use super::exports;
use super::output::{self, FINDINGS, REASONS, Request, Verdict};
use super::tables::{self, Asked, Cell, Preview, Table, Wanted};
use super::{ASSESSMENT, BEGIN, CHECK, HAND_IN, Listed, NAME_PERSON, PREVIEW, ProjectView, Public, RELEASE, REQUEST, SIGN, VOTE, Vote, WITHDRAW};
use crate::access::Role;
use crate::counting::{Category, Key, Outcome};
use crate::http::{Posted, Problem, Routes, Shell, Who, framed, page, see_other};
use crate::ids::{OutputRequestId, ProjectId, SnapshotId};
use crate::register::{self, Invented, SNAPSHOT, Snapshot};
use crate::texts::Words;
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/register/tables/new", &PREVIEW, "Chooses a table; its shape and its cost, without figures", choose);
    routes.act("POST", "/register/tables/new", &RELEASE, "Asks the table", ask);
    routes.own("GET", "/register/tables", "The tables that have left", list);
    routes.own("GET", "/register/tables/{snapshot}/{table}", "A table with its chart", one);
    routes.own("GET", "/register/tables/{snapshot}/{table}/files/{format}", "A table as a file", file);
    routes.open("GET", "/register/snapshots/{snapshot}", "A snapshot: its quality note, its documentation, invented records", snapshot);
    routes.open("GET", "/register/snapshots/{snapshot}/files/{format}", "The documentation of a snapshot as a file", document);
    routes.open("GET", "/register/snapshots/{snapshot}/invented/{level}/{format}", "Invented records of one level as a file", invented);
    routes.act("GET", "/register/snapshots", &SNAPSHOT, "The snapshots, and freezing the next", snapshots);
    routes.act("POST", "/register/snapshots", &SNAPSHOT, "Freezes the register", take);
    routes.open("GET", "/codebook", "The codebook: every variable with definition, codes, quality", codebook);
    routes.own("GET", "/register/projects", "The projects one works in or decides on", projects);
    routes.act("POST", "/register/projects", &BEGIN, "Begins an application", begin);
    routes.own("GET", "/register/projects/{project}", "A project: its application, its people, how far it is", project);
    routes.act("POST", "/register/projects/{project}/outcomes", &HAND_IN, "Chooses what is to be counted", outcomes);
    routes.act("POST", "/register/projects/{project}/people", &NAME_PERSON, "Names a researcher to the project", name_person);
    routes.act("POST", "/register/projects/{project}/hand-in", &HAND_IN, "Hands the application in", hand_in);
    routes.act("POST", "/register/projects/{project}/vote", &VOTE, "A member of the committee votes", vote);
    routes.act("POST", "/register/projects/{project}/sign", &SIGN, "Signs the statement of confidentiality", sign);
    routes.act("POST", "/register/projects/{project}/withdraw", &WITHDRAW, "Takes the application back, or ends the project", withdraw);
    routes.own("GET", "/register/requests", "Tables that wait for output checkers", requests);
    routes.act("POST", "/register/requests", &REQUEST, "Asks for more than the budget gives, or for publication", request);
    routes.act("POST", "/register/requests/{request}", &CHECK, "Gives a verdict on a table", check);
    routes.open("GET", "/register/public", "The register's public tables and the research with it", public);
}

/// A label in the reader's language.
fn told(label: &Label, words: &Words) -> String {
    label.get(words.code()).to_owned()
}

/// What is chosen in the builder; empty fields are what a form sends for 'none'.
#[derive(Deserialize, JsonSchema, Default)]
struct Chosen {
    #[serde(default)]
    outcome: String,
    #[serde(default)]
    second: String,
    #[serde(default)]
    project: String,
    #[serde(default)]
    snapshot: String,
    #[serde(default)]
    refused: String,
}

/// The keys of a table as a form says them: the period goes without saying.
fn keys_with(keys: &[Key], second: &str) -> Vec<String> {
    keys.iter().filter(|key| key.period).map(|key| key.id.clone()).chain((!second.is_empty()).then(|| second.to_owned())).collect()
}

/// A choice of a select.
struct Choice {
    id: String,
    text: String,
    chosen: bool,
}

/// A table as it is drawn.
struct Drawn {
    caption: String,
    row_head: String,
    columns: Vec<String>,
    rows: Vec<(String, Vec<Shown>)>,
    hidden: usize,
    cells: usize,
}

/// A cell as it is drawn.
struct Shown {
    column: String,
    text: String,
    share: String,
    why: String,
}

#[derive(Template)]
#[template(path = "research/builder.html")]
struct Builder {
    shell: Shell,
    snapshot: Snapshot,
    outcomes: Vec<Choice>,
    keys: Vec<Choice>,
    projects: Vec<Choice>,
    preview: Option<(Preview, Vec<String>)>,
    definition: String,
    refused: String,
    reasons: &'static [&'static str],
    researcher: bool,
}

async fn choose(app: Data<App>, who: Who, chosen: Query<Chosen>) -> Result<HttpResponse, Problem> {
    let chosen = chosen.into_inner();
    let words = who.words;
    let wanted: SnapshotChoice = chosen.snapshot.parse().ok();
    let (project, outcome) = (chosen.project.parse::<ProjectId>().ok(), chosen.outcome.clone());
    let second = chosen.second.clone();
    let ((snapshot, outcomes, keys, projects, preview), shell, session) = framed(&app, &who, |_, _| words.t("table-new"), move |tx| -> Result<_, Refused> {
        let (snapshot, outcomes, keys) = tables::askable(tx, wanted)?;
        let projects = super::of_hat(tx)?;
        let preview = if outcome.is_empty() { None } else { Some(tables::preview(tx, project, &Wanted { snapshot: wanted, keys: keys_with(&keys, &second), outcome })?) };
        Ok((snapshot, outcomes, keys, projects, preview))
    }).await?;
    let unit = outcomes.iter().find(|known| known.id == chosen.outcome);
    let columns = preview.as_ref().and_then(|_| unit).map(|outcome| outcome.categories.iter().map(|category| told(&category.label, &words)).collect()).unwrap_or_default();
    let definition = unit.map(|outcome| told(&outcome.definition, &words)).unwrap_or_default();
    page(&Builder {
        outcomes: outcomes.iter().map(|known| Choice { id: known.id.clone(), text: told(&known.label, &words), chosen: known.id == chosen.outcome }).collect(),
        keys: keys.iter().filter(|key| !key.period).map(|key| Choice { id: key.id.clone(), text: told(&key.label, &words), chosen: key.id == chosen.second }).collect(),
        projects: projects.iter().map(|known| Choice { id: known.id.to_string(), text: known.number.clone(), chosen: known.id.to_string() == chosen.project }).collect(),
        preview: preview.map(|preview| (preview, columns)), definition, refused: chosen.refused, reasons: &REASONS, researcher: session.role == Some(Role::Researcher), shell, snapshot,
    })
}

type SnapshotChoice = Option<SnapshotId>;

async fn ask(app: Data<App>, who: Who, posted: Posted) -> Result<HttpResponse, Problem> {
    let project: ProjectId = posted.get("project").parse().map_err(|_| Problem::new(422, "faults").at("project", "required"))?;
    let (outcome, second) = (posted.get("outcome").to_owned(), posted.get("second").to_owned());
    let snapshot = posted.get("snapshot").parse().ok();
    let back = format!("/register/tables/new?outcome={outcome}&second={second}&project={project}&refused=");
    let asked = app.run(who.caller(), move |tx| {
        let keys = keys_with(&tables::askable(tx, snapshot)?.2, &second);
        tables::release(tx, project, &Wanted { snapshot, outcome, keys })
    }).await?;
    Ok(match asked {
        Asked::Table(table) => see_other(&format!("/register/tables/{}/{}", table.snapshot.id, table.id)),
        Asked::Refused(why) => see_other(&format!("{back}{why}")),
    })
}

#[derive(Template)]
#[template(path = "research/tables.html")]
struct Tables {
    shell: Shell,
    tables: Vec<(String, String, String)>,
    researcher: bool,
}

async fn list(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let (found, shell, session) = framed(&app, &who, |_, _| words.t("menu-tables"), tables::tables_described).await?;
    let tables = found.iter().map(|(table, outcome, keys)| {
        let keys: Vec<String> = keys.iter().map(|key| told(&key.label, &words)).collect();
        (format!("/register/tables/{}/{}", table.snapshot.id, table.id), words.with("table-by", &[("outcome", &told(&outcome.label, &words)), ("keys", &keys.join(", "))]), words.a("snapshot-number", "number", table.snapshot.number))
    }).collect();
    page(&Tables { shell, tables, researcher: session.role == Some(Role::Researcher) })
}

/// A table with the words of its codebook, as it is drawn on a page and in every file.
fn drawn(table: &Table, outcome: &Outcome, keys: &[Key], words: &Words) -> Drawn {
    let name = |key: &Key, code: i64| key.categories.iter().find(|category| category.code == code).map(|category| told(&category.label, words)).unwrap_or_default();
    let columns: Vec<String> = std::iter::once(words.t("table-total")).chain(outcome.categories.iter().map(|category: &Category| told(&category.label, words))).collect();
    let cell = |column: &String, cell: &Cell| match cell {
        Cell::Shown { units, percent } => Shown { column: column.clone(), text: units.to_string(), share: percent.map(|percent| format!("{percent} %")).unwrap_or_default(), why: String::new() },
        Cell::Hidden(why) => Shown { column: column.clone(), text: "–".into(), share: String::new(), why: words.t(why) },
    };
    let rows: Vec<(String, Vec<Shown>)> = table.body.groups.iter().map(|group| {
        let head: Vec<String> = keys.iter().zip(&group.codes).map(|(key, code)| name(key, *code)).collect();
        (head.join(", "), std::iter::once(&group.total).chain(&group.cells).zip(&columns).map(|(found, column)| cell(column, found)).collect())
    }).collect();
    let count = |hidden: bool| table.body.groups.iter().flat_map(|group| &group.cells).filter(|cell| !hidden || matches!(cell, Cell::Hidden(_))).count();
    let names: Vec<String> = keys.iter().map(|key| told(&key.label, words)).collect();
    Drawn {
        caption: words.with("table-by", &[("outcome", &told(&outcome.label, words)), ("keys", &names.join(", "))]), row_head: names.join(", "), columns, rows, hidden: count(true), cells: count(false),
    }
}

#[derive(Template)]
#[template(path = "research/table.html")]
struct TablePage {
    shell: Shell,
    table: Table,
    drawn: Drawn,
    definition: String,
    citation: String,
    chart: String,
    formats: Vec<(&'static str, String)>,
}

async fn one(app: Data<App>, who: Who, path: Path<(SnapshotId, String)>) -> Result<HttpResponse, Problem> {
    let (snapshot, id) = path.into_inner();
    let words = who.words;
    let ((table, outcome, keys), shell, _) = framed(&app, &who, |found: &(Table, Outcome, Vec<Key>), _| told(&found.1.label, &words), move |tx| tables::described(tx, snapshot, &id)).await?;
    let drawn = drawn(&table, &outcome, &keys, &words);
    let shell = shell.under([("/register/tables".to_owned(), words.t("menu-tables"))]);
    let formats = exports::FORMATS.iter().map(|format| (*format, words.t(&format!("file-{format}")))).collect();
    page(&TablePage { chart: exports::chart(&table, &outcome, &keys, &words), formats, definition: told(&outcome.definition, &words), citation: table.citation(&drawn.caption), drawn, table, shell })
}

#[derive(Template)]
#[template(path = "research/projects.html")]
struct Projects {
    shell: Shell,
    projects: Vec<Listed>,
    researcher: bool,
}

async fn projects(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let (projects, shell, session) = framed(&app, &who, |_, _| words.t("menu-projects"), super::list).await?;
    page(&Projects { shell, projects, researcher: session.role == Some(Role::Researcher) })
}

async fn begin(app: Data<App>, who: Who, _posted: Posted) -> Result<HttpResponse, Problem> {
    let (id, _) = app.run(who.caller(), super::begin).await?;
    Ok(see_other(&format!("/register/projects/{id}")))
}

#[derive(Template)]
#[template(path = "research/project.html")]
struct ProjectPage {
    shell: Shell,
    project: ProjectView,
    application: Vec<(String, bool)>,
    assessments: Vec<String>,
    outcomes: Vec<Choice>,
    others: Vec<(String, String)>,
    committee: bool,
    assessed: bool,
    votes: [&'static str; 4],
}

async fn project(app: Data<App>, who: Who, id: Path<ProjectId>) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let words = who.words;
    let ((project, documents, assessments, outcomes, others, assessed), shell, session) = framed(&app, &who, |found: &(ProjectView, _, _, _, _, _), _| found.0.listed.number.clone(), move |tx| -> Result<_, Refused> {
        let project = super::view(tx, id)?;
        let documents = crate::forms::list(tx, &super::APPLICATION, project.compartment, None)?;
        let assessments = crate::forms::list(tx, &ASSESSMENT, project.compartment, None)?;
        let outcomes = super::project::choosable(tx);
        let others = if project.own && project.listed.state.is_written() { super::people::others(tx, id)? } else { vec![] };
        let assessed = tx.session()?.role == Some(Role::AccessCommittee) && super::assessed(tx, id)?;
        Ok((project, documents, assessments, outcomes, others, assessed))
    }).await?;
    let within = project.compartment;
    page(&ProjectPage {
        application: documents.iter().map(|listed| (format!("/rooms/{within}/{}/{}", super::APPLICATION.form, listed.id), listed.complete)).collect(),
        assessments: assessments.iter().map(|listed| format!("/rooms/{within}/{}/{}", ASSESSMENT.form, listed.id)).collect(),
        outcomes: outcomes.into_iter().map(|(outcome, label)| Choice { chosen: project.outcomes.contains(&outcome), text: told(&label, &words), id: outcome }).collect(),
        others: others.into_iter().map(|(hat, name)| (hat.to_string(), name)).collect(), committee: session.role == Some(Role::AccessCommittee), assessed, votes: ["approve", "return", "decline", "conflict"],
        shell: shell.under([("/register/projects".to_owned(), words.t("menu-projects"))]), project,
    })
}

async fn outcomes(app: Data<App>, who: Who, id: Path<ProjectId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let chosen: Vec<String> = posted.0.iter().filter(|(field, _)| field == "outcome").map(|(_, value)| value.clone()).collect();
    app.run(who.caller(), move |tx| super::choose_outcomes(tx, id, &chosen)).await?;
    Ok(see_other(&format!("/register/projects/{id}")))
}

async fn name_person(app: Data<App>, who: Who, id: Path<ProjectId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let hat = posted.get("hat").parse().map_err(|_| Problem::new(422, "faults").at("hat", "not-an-option"))?;
    app.run(who.caller(), move |tx| super::name_person(tx, id, hat)).await?;
    Ok(see_other(&format!("/register/projects/{id}")))
}

async fn hand_in(app: Data<App>, who: Who, id: Path<ProjectId>, _posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::hand_in(tx, id)).await?;
    Ok(see_other(&format!("/register/projects/{id}")))
}

async fn vote(app: Data<App>, who: Who, id: Path<ProjectId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let vote = Vote::from_word(posted.get("vote")).ok_or_else(|| Problem::new(422, "faults").at("vote", "not-an-option"))?;
    app.run(who.caller(), move |tx| super::vote(tx, id, vote)).await?;
    Ok(see_other(if vote == Vote::Conflict { "/register/projects".to_owned() } else { format!("/register/projects/{id}") }.as_str()))
}

async fn sign(app: Data<App>, who: Who, id: Path<ProjectId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    if posted.get("agree") != "on" {
        return Err(Problem::new(422, "faults").at("agree", "required"));
    }
    app.run(who.caller(), move |tx| super::sign(tx, id)).await?;
    Ok(see_other(&format!("/register/projects/{id}")))
}

async fn withdraw(app: Data<App>, who: Who, id: Path<ProjectId>, _posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| super::withdraw(tx, id)).await?;
    Ok(see_other(&format!("/register/projects/{id}")))
}

#[derive(Template)]
#[template(path = "research/requests.html")]
struct Requests {
    shell: Shell,
    requests: Vec<(Request, String)>,
    checker: bool,
    findings: &'static [&'static str],
}

async fn requests(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let (found, shell, session) = framed(&app, &who, |_, _| words.t("menu-requests"), |tx| -> Result<_, Refused> {
        let mut named = vec![];
        for request in output::requests(tx)? {
            let (outcome, keys) = tables::words_of(tx, request.snapshot, &request.outcome, request.second.as_deref())?;
            named.push((request, outcome, keys));
        }
        Ok(named)
    }).await?;
    let requests = found.into_iter().map(|(request, outcome, keys)| {
        let keys: Vec<String> = keys.iter().map(|key| told(&key.label, &words)).collect();
        (request, words.with("table-by", &[("outcome", &told(&outcome.label, &words)), ("keys", &keys.join(", "))]))
    }).collect();
    page(&Requests { shell, requests, checker: session.role == Some(Role::OutputChecker), findings: &FINDINGS })
}

async fn request(app: Data<App>, who: Who, posted: Posted) -> Result<HttpResponse, Problem> {
    let project = posted.get("project").parse().ok();
    let (outcome, second, reason) = (posted.get("outcome").to_owned(), posted.get("second").to_owned(), posted.get("reason").to_owned());
    let publication = posted.get("purpose") == "publication";
    app.run(who.caller(), move |tx| {
        let keys = keys_with(&tables::askable(tx, None)?.2, &second);
        output::request(tx, project, &Wanted { snapshot: None, outcome, keys }, publication, &reason)
    }).await?;
    Ok(see_other("/register/requests"))
}

async fn check(app: Data<App>, who: Who, id: Path<OutputRequestId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let verdict = if posted.get("verdict") == "release" { Verdict::Release } else { Verdict::Refuse };
    let finding = posted.get("finding").to_owned();
    app.run(who.caller(), move |tx| output::check(tx, id, verdict, &finding)).await?;
    Ok(see_other("/register/requests"))
}

/// A public table.
struct Open {
    drawn: Drawn,
    anchor: String,
    chart: String,
    map: String,
    practice: bool,
}

#[derive(Template)]
#[template(path = "research/public.html")]
struct PublicPage {
    shell: Shell,
    tables: Vec<Open>,
    projects: Vec<Public>,
    snapshots: Vec<Snapshot>,
}

async fn public(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let (tables, projects, snapshots) = app.run_public(|tx| -> Result<_, Refused> { Ok((tables::tables_described(tx)?, super::public_list(tx)?, register::snapshots(tx)?)) }).await?;
    let tables = (1..).zip(&tables).map(|(number, (table, outcome, keys))| Open {
        drawn: drawn(table, outcome, keys, &words), anchor: format!("cap{number}"), chart: exports::chart(table, outcome, keys, &words), map: exports::map(table, outcome, keys, &words).unwrap_or_default(), practice: table.snapshot.practice,
    }).collect();
    page(&PublicPage { shell: Shell::public(&who, words.t("register-public")), tables, projects, snapshots })
}

/// A file to be kept; its name says nothing of who asked.
fn download(file: exports::File) -> HttpResponse {
    HttpResponse::Ok().content_type(file.kind).insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", file.name))).body(file.bytes)
}

async fn file(app: Data<App>, who: Who, path: Path<(SnapshotId, String, String)>) -> Result<HttpResponse, Problem> {
    let (snapshot, id, format) = path.into_inner();
    let words = who.words;
    let (table, outcome, keys) = app.run(who.caller(), move |tx| tables::described(tx, snapshot, &id)).await?;
    Ok(download(exports::file(&table, &outcome, &keys, &format, &words)?))
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

async fn document(app: Data<App>, path: Path<(SnapshotId, String)>) -> Result<HttpResponse, Problem> {
    let (id, format) = path.into_inner();
    Ok(download(with_book(&app, id, move |book, snapshot| exports::document(book, &snapshot, &format)).await?))
}

async fn invented(app: Data<App>, who: Who, path: Path<(SnapshotId, String, String)>) -> Result<HttpResponse, Problem> {
    let (id, level, format) = path.into_inner();
    let words = who.words;
    Ok(download(with_book(&app, id, move |book, snapshot| exports::invented(book, &snapshot, &level, &format, &words)).await?))
}

#[derive(Template)]
#[template(path = "research/snapshots.html")]
struct Snapshots {
    shell: Shell,
    snapshots: Vec<Snapshot>,
}

async fn snapshots(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let (snapshots, shell, _) = framed(&app, &who, |_, _| words.t("menu-snapshots"), register::own_snapshots).await?;
    page(&Snapshots { shell, snapshots })
}

async fn take(app: Data<App>, who: Who, posted: Posted) -> Result<HttpResponse, Problem> {
    let number = |field: &str| posted.get(field).parse::<u64>().ok();
    let invented = number("cases").zip(number("seed")).map(|(cases, seed)| Invented { cases: u32::try_from(cases).unwrap_or(u32::MAX), seed });
    let taken = app.run(who.caller(), move |tx| register::take(tx, invented)).await?;
    Ok(see_other(&format!("/register/snapshots/{}", taken.id)))
}

#[derive(Template)]
#[template(path = "research/snapshot.html")]
struct SnapshotPage {
    shell: Shell,
    snapshot: Snapshot,
    left_out: i64,
    missing: Vec<(String, String)>,
    documents: Vec<(&'static str, String)>,
    levels: Vec<(String, String)>,
}

async fn snapshot(app: Data<App>, who: Who, id: Path<SnapshotId>) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let (snapshot, missing, levels) = with_book(&app, id.into_inner(), move |book, snapshot| {
        let shares = snapshot.quality.get("missing").and_then(serde_json::Value::as_object).cloned().unwrap_or_default();
        let missing = book.columns().filter_map(|column| Some((told(column.label, &words), format!("{:.1} %", shares.get(column.id)?.as_f64()? * 100.0)))).collect::<Vec<_>>();
        let levels = book.levels.iter().map(|level| (level.id.clone(), told(&level.label, &words))).collect::<Vec<_>>();
        Ok((snapshot, missing, levels))
    }).await?;
    let documents = exports::DOCUMENTS.iter().map(|format| (*format, words.t(&format!("file-{format}")))).collect();
    let left_out = snapshot.quality.get("leftOut").and_then(serde_json::Value::as_i64).unwrap_or(0);
    page(&SnapshotPage { shell: Shell::public(&who, words.a("snapshot-number", "number", snapshot.number)), left_out, missing, documents, levels, snapshot })
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
