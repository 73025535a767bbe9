//! The pages of research: the table builder, tables that left, and what waits for output checkers.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Path};
use askama::Template;
use codebook::Label;
use schemars::JsonSchema;
use serde::Deserialize;

use super::exports;
use super::output::{self, Beside, FINDINGS, REASONS, Request, Verdict};
use super::tables::{self, Asked, Cell, Preview, Table, Wanted};
use super::{CHECK, Next, PREVIEW, Public, RELEASE, REQUEST};
use crate::access::Role;
use crate::counting::{Category, Key, Outcome};
use crate::http::{Posted, Problem, Query, Routes, Shell, Who, framed, page, see_other};
use crate::ids::{OutputRequestId, ProjectId, SnapshotId};
use crate::register::{self, Snapshot};
use crate::texts::Words;
use crate::tx::{App, Refused, Tx};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/register/tables/new", &PREVIEW, "Chooses a table; its shape and its cost, without figures", choose);
    routes.act("POST", "/register/tables/new", &RELEASE, "Asks the table", ask);
    routes.own("GET", "/register/tables", "The tables that have left", list);
    routes.own("GET", "/register/tables/{snapshot}/{table}", "A table with its chart", one);
    routes.own("GET", "/register/tables/{snapshot}/{table}/files/{format}", "A table as a file", file);
    routes.own("GET", "/register/requests", "Tables that wait for output checkers", requests);
    routes.act("POST", "/register/requests", &REQUEST, "Asks for more than the budget gives, or for publication", request);
    routes.act("POST", "/register/requests/{request}", &CHECK, "Gives a verdict on a table", check);
    routes.open("GET", "/register/public", "The register's public tables and the research with it", public);
}

/// A label in the reader's language.
pub(super) fn told(label: &Label, words: &Words) -> String {
    label.get(words.code()).to_owned()
}

/// What is chosen in the builder; empty fields are what a form sends for 'none'.
#[derive(Deserialize, JsonSchema, Default)]
pub(super) struct Chosen {
    #[serde(default)]
    pub(super) outcome: String,
    #[serde(default)]
    pub(super) second: String,
    #[serde(default)]
    pub(super) project: String,
    #[serde(default)]
    pub(super) snapshot: String,
    #[serde(default)]
    refused: String,
}

/// The keys of a table as a form says them: the period goes without saying.
pub(super) fn keys_with(keys: &[Key], second: &str) -> Vec<String> {
    keys.iter().filter(|key| key.period).map(|key| key.id.clone()).chain((!second.is_empty()).then(|| second.to_owned())).collect()
}

/// A choice of a select.
pub(super) struct Choice {
    pub(super) id: String,
    pub(super) text: String,
    pub(super) chosen: bool,
}

/// A table as it is drawn.
struct Drawn {
    caption: String,
    row_head: String,
    columns: Vec<String>,
    rows: Vec<(String, Vec<Shown>)>,
    /// Why figures are hidden: the mark that stands in their place, the reason, and how many.
    reasons: Vec<(usize, String, usize)>,
    hidden: usize,
    cells: usize,
}

/// A cell as it is drawn.
struct Shown {
    column: String,
    text: String,
    share: String,
    why: String,
    /// The number of the reason below the table; 0 for a figure.
    mark: usize,
}

/// The table as it will be, without figures.
struct Shape {
    row_head: String,
    columns: Vec<String>,
    rows: Vec<String>,
}

impl Shape {
    fn of(preview: &Preview, outcome: &Outcome, keys: &[Key], words: &Words) -> Shape {
        let by: Vec<&Key> = preview.keys.iter().filter_map(|id| keys.iter().find(|key| key.id == *id)).collect();
        let rows = by.iter().fold(vec![String::new()], |before, key| {
            before.iter().flat_map(|head| key.categories.iter().map(move |category| [head.as_str(), &told(&category.label, words)].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "))).collect()
        });
        Shape { row_head: by.iter().map(|key| told(&key.label, words)).collect::<Vec<_>>().join(", "), columns: std::iter::once(words.t("table-total")).chain(outcome.categories.iter().map(|category| told(&category.label, words))).collect(), rows }
    }
}

#[derive(Template)]
#[template(path = "research/builder.html")]
struct Builder {
    shell: Shell,
    snapshot: Snapshot,
    outcomes: Vec<Choice>,
    keys: Vec<Choice>,
    projects: Vec<Choice>,
    preview: Option<(Preview, Shape)>,
    definition: String,
    refused: String,
    /// Why what was chosen is no question.
    fault: String,
    reasons: &'static [&'static str],
    researcher: bool,
    manager: bool,
    /// Whether this snapshot was asked for, and not the newest.
    pinned: bool,
    /// Cells of an outcome that are given without anyone looking.
    budget: u32,
    /// Outcomes of which some were given, with the cells that are left: in a list of its own, since a choice is cut off where it is narrow.
    touched: Vec<(String, u32)>,
    /// What comes before tables can be asked.
    next: Option<Next>,
}

async fn choose(app: Data<App>, who: Who, chosen: Query<Chosen>) -> Result<HttpResponse, Problem> {
    let chosen = chosen.into_inner();
    let words = who.words;
    let wanted: SnapshotChoice = chosen.snapshot.parse().ok();
    let (project, outcome) = (chosen.project.parse::<ProjectId>().ok(), chosen.outcome.clone());
    let second = chosen.second.clone();
    let ((snapshot, outcomes, keys, projects, next, spent, preview, fault), shell, session) = framed(&app, &who, |_, _| words.t("table-new"), move |tx| -> Result<_, Refused> {
        let (snapshot, outcomes, keys) = tables::askable(tx, wanted, None)?;
        let (next, spent) = (super::next(tx)?, tables::spent(tx, snapshot.id)?);
        let mut projects = vec![];
        for listed in super::of_hat(tx)? {
            let quota = tables::quota(tx, listed.id)?;
            projects.push((listed, quota.cells.saturating_sub(quota.used)));
        }
        if outcome.is_empty() {
            return Ok((snapshot, outcomes, keys, projects, next, spent, None, String::new()));
        }
        // What does not go together is told beside the choice, which stays as it was made.
        let (preview, fault) = match tables::preview(tx, project, &Wanted { snapshot: wanted, keys: keys_with(&keys, &second), outcome }) {
            Ok(preview) => (Some(preview), String::new()),
            Err(Refused::Faults(faults)) => (None, faults.iter().map(|fault| fault.text(&words)).collect::<Vec<_>>().join(" ")),
            Err(Refused::Rule(why)) => (None, words.t(&format!("problem-{why}"))),
            Err(other) => return Err(other),
        };
        Ok((snapshot, outcomes, keys, projects, next, spent, preview, fault))
    }).await?;
    let unit = outcomes.iter().find(|known| known.id == chosen.outcome);
    let preview = preview.zip(unit).map(|(preview, outcome)| { let shape = Shape::of(&preview, outcome, &keys, &words); (preview, shape) });
    let definition = unit.map(|outcome| told(&outcome.definition, &words)).unwrap_or_default();
    page(&Builder {
        outcomes: outcomes.iter().map(|known| Choice {
            id: known.id.clone(), chosen: known.id == chosen.outcome, text: told(&known.label, &words),
        }).collect(),
        touched: outcomes.iter().filter_map(|known| Some((told(&known.label, &words), gate::BUDGET.saturating_sub(*spent.get(&known.id).filter(|spent| **spent > 0)?)))).collect(),
        keys: keys.iter().filter(|key| !key.period).map(|key| Choice { id: key.id.clone(), text: told(&key.label, &words), chosen: key.id == chosen.second }).collect(),
        projects: projects.iter().map(|(known, left)| Choice {
            id: known.id.to_string(), chosen: known.id.to_string() == chosen.project, text: words.with("table-choice-left", &[("name", &known.number), ("left", &left.to_string())]),
        }).collect(),
        preview, definition, fault, refused: chosen.refused, reasons: &REASONS, researcher: session.role == Some(Role::Researcher), manager: session.role == Some(Role::RegisterManager), pinned: wanted.is_some(), budget: gate::BUDGET, next, shell, snapshot,
    })
}

type SnapshotChoice = Option<SnapshotId>;

async fn ask(app: Data<App>, who: Who, posted: Posted) -> Result<HttpResponse, Problem> {
    let project: ProjectId = posted.get("project").parse().map_err(|_| Problem::new(422, "faults").at("project", "required"))?;
    let (outcome, second) = (posted.get("outcome").to_owned(), posted.get("second").to_owned());
    let (snapshot, cost): (SnapshotChoice, _) = (posted.get("snapshot").parse().ok(), posted.get("cost").parse().ok());
    let pinned = snapshot.map(|id| format!("&snapshot={id}")).unwrap_or_default();
    let chosen = format!("outcome={outcome}&second={second}&project={project}{pinned}");
    let asked = app.run(who.caller(), move |tx| {
        let keys = keys_with(&tables::askable(tx, snapshot, None)?.2, &second);
        tables::release(tx, project, &Wanted { snapshot, outcome, keys }, cost)
    }).await;
    Ok(match asked {
        Ok(Asked::Table(table)) => see_other(&format!("/register/tables/{}/{}", table.snapshot.id, table.id)),
        Ok(Asked::Refused(why)) => see_other(&format!("/register/tables/new?{chosen}&refused={why}")),
        Err(Refused::Rule("cost-not-confirmed")) => see_other(&format!("/register/tables/confirm?{chosen}")),
        Err(why) => return Err(why.into()),
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
    let mut kinds: Vec<(&String, usize)> = vec![];
    for cell in table.body.groups.iter().flat_map(|group| std::iter::once(&group.total).chain(&group.cells)) {
        if let Cell::Hidden(why) = cell {
            match kinds.iter_mut().find(|(known, _)| *known == why) {
                Some((_, count)) => *count += 1,
                None => kinds.push((why, 1)),
            }
        }
    }
    let mark = |why: &String| kinds.iter().position(|(known, _)| *known == why).map_or(0, |at| at + 1);
    let cell = |column: &String, cell: &Cell| match cell {
        Cell::Shown { units, percent } => Shown { column: column.clone(), text: units.to_string(), share: percent.map(|percent| format!("{percent} %")).unwrap_or_default(), why: String::new(), mark: 0 },
        Cell::Hidden(why) => Shown { column: column.clone(), text: "–".into(), share: String::new(), why: words.t(why), mark: mark(why) },
    };
    let rows: Vec<(String, Vec<Shown>)> = table.body.groups.iter().map(|group| {
        let head: Vec<String> = keys.iter().zip(&group.codes).map(|(key, code)| name(key, *code)).collect();
        (head.join(", "), std::iter::once(&group.total).chain(&group.cells).zip(&columns).map(|(found, column)| cell(column, found)).collect())
    }).collect();
    let count = |hidden: bool| table.body.groups.iter().flat_map(|group| &group.cells).filter(|cell| !hidden || matches!(cell, Cell::Hidden(_))).count();
    let names: Vec<String> = keys.iter().map(|key| told(&key.label, words)).collect();
    Drawn {
        caption: words.with("table-by", &[("outcome", &told(&outcome.label, words)), ("keys", &names.join(", "))]), row_head: names.join(", "), hidden: count(true), cells: count(false), reasons: kinds.iter().map(|(why, count)| (mark(why), words.t(why), *count)).collect(), columns, rows,
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
    /// The day the snapshot was frozen.
    frozen: String,
    formats: Vec<(&'static str, String)>,
    /// Cells of its outcome that are left in its snapshot, for whoever may ask tables.
    left: Option<u32>,
    budget: u32,
}

async fn one(app: Data<App>, who: Who, path: Path<(SnapshotId, String)>) -> Result<HttpResponse, Problem> {
    let (snapshot, id) = path.into_inner();
    let words = who.words;
    let (((table, outcome, keys), left), shell, _) = framed(&app, &who, |found: &((Table, Outcome, Vec<Key>), Option<u32>), _| told(&found.0.1.label, &words), move |tx| -> Result<_, Refused> {
        let found = tables::described(tx, snapshot, &id)?;
        let left = match tx.session()?.role {
            Some(Role::Researcher | Role::AccessCommittee | Role::OutputChecker | Role::RegisterManager) => match tables::spent(tx, snapshot) {
                Ok(spent) => Some(gate::BUDGET.saturating_sub(spent.get(&found.0.outcome).copied().unwrap_or(0))),
                // A public table of another register.
                Err(Refused::NotFound) => None,
                Err(why) => return Err(why),
            },
            _ => None,
        };
        Ok((found, left))
    }).await?;
    let drawn = drawn(&table, &outcome, &keys, &words);
    let shell = shell.under([("/register/tables".to_owned(), words.t("menu-tables"))]);
    let formats = exports::FORMATS.iter().map(|format| (*format, words.t(&format!("file-{format}")))).collect();
    page(&TablePage { frozen: words.day(&table.snapshot.taken_at.date_naive()), chart: exports::chart(&table, &outcome, &keys, &words), formats, definition: told(&outcome.definition, &words), citation: table.citation(&drawn.caption), left, budget: gate::BUDGET, drawn, table, shell })
}

/// A table that waits, as a checker weighs it.
struct Waiting {
    request: Request,
    caption: String,
    /// Its keys and outcome, each with how many categories it has.
    shape: Vec<(String, usize)>,
    /// What has left of the same outcome, and by the same keys: address and caption.
    beside: [Vec<(String, String, bool)>; 2],
}

#[derive(Template)]
#[template(path = "research/requests.html")]
struct Requests {
    shell: Shell,
    requests: Vec<Waiting>,
    checker: bool,
    findings: &'static [&'static str],
}

/// Tables beside one that waits, in words.
fn named_beside(tx: &mut Tx, snapshot: SnapshotId, left: &[Beside]) -> Result<Vec<(Beside, (Outcome, Vec<Key>))>, Refused> {
    left.iter().map(|one| Ok((one.clone(), tables::words_of(tx, snapshot, &one.outcome, one.second.as_deref())?))).collect()
}

async fn requests(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let (found, shell, session) = framed(&app, &who, |_, _| words.t("menu-requests"), |tx| -> Result<_, Refused> {
        let mut named = vec![];
        for request in output::requests(tx)? {
            let (outcome, keys) = tables::words_of(tx, request.snapshot, &request.outcome, request.second.as_deref())?;
            let beside = match &request.adds {
                Some(adds) => [named_beside(tx, request.snapshot, &adds.same_outcome)?, named_beside(tx, request.snapshot, &adds.same_keys)?],
                None => [vec![], vec![]],
            };
            named.push((request, outcome, keys, beside));
        }
        Ok(named)
    }).await?;
    let caption = |outcome: &Outcome, keys: &[Key]| {
        let keys: Vec<String> = keys.iter().map(|key| told(&key.label, &words)).collect();
        words.with("table-by", &[("outcome", &told(&outcome.label, &words)), ("keys", &keys.join(", "))])
    };
    let requests = found.into_iter().map(|(request, outcome, keys, beside)| Waiting {
        caption: caption(&outcome, &keys),
        shape: keys.iter().map(|key| (told(&key.label, &words), key.categories.len())).chain([(told(&outcome.label, &words), outcome.categories.len())]).collect(),
        beside: beside.map(|left| left.iter().map(|(left, (outcome, keys))| (format!("/register/tables/{}/{}", request.snapshot, left.table), caption(outcome, keys), left.public)).collect()),
        request,
    }).collect();
    page(&Requests { shell, requests, checker: session.role == Some(Role::OutputChecker), findings: &FINDINGS })
}

async fn request(app: Data<App>, who: Who, posted: Posted) -> Result<HttpResponse, Problem> {
    let project = posted.get("project").parse().ok();
    let (outcome, second, reason) = (posted.get("outcome").to_owned(), posted.get("second").to_owned(), posted.get("reason").to_owned());
    let publication = posted.get("purpose") == "publication";
    let snapshot: SnapshotChoice = posted.get("snapshot").parse().ok();
    app.run(who.caller(), move |tx| {
        let keys = keys_with(&tables::askable(tx, snapshot, None)?.2, &second);
        output::request(tx, project, &Wanted { snapshot, outcome, keys }, publication, &reason)
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
    outputs: Vec<Gone>,
}

/// A line of the list of what left.
struct Gone {
    caption: String,
    day: String,
    project: String,
    identifier: String,
    public: bool,
}

async fn public(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let (tables, projects, snapshots, outputs) = app.run_public(|tx| -> Result<_, Refused> {
        let mut left = vec![];
        for output in super::outputs(tx)? {
            let named = tables::words_of(tx, output.snapshot, &output.outcome, output.second.as_deref())?;
            left.push((output, named));
        }
        Ok((tables::tables_described(tx)?, super::public_list(tx)?, register::snapshots(tx)?, left))
    }).await?;
    let outputs = outputs.into_iter().map(|(output, (outcome, keys))| {
        let keys: Vec<String> = keys.iter().map(|key| told(&key.label, &words)).collect();
        Gone {
            caption: words.with("table-by", &[("outcome", &told(&outcome.label, &words)), ("keys", &keys.join(", "))]), day: words.day(&output.released_on), project: output.project.unwrap_or_default(),
            identifier: output.identifier, public: output.public,
        }
    }).collect();
    let tables = (1..).zip(&tables).map(|(number, (table, outcome, keys))| Open {
        drawn: drawn(table, outcome, keys, &words), anchor: format!("cap{number}"), chart: exports::chart(table, outcome, keys, &words), map: exports::map(table, outcome, keys, &words).unwrap_or_default(), practice: table.snapshot.practice,
    }).collect();
    page(&PublicPage { shell: Shell::public(&who, words.t("register-public")), tables, projects, snapshots, outputs })
}

/// A file to be kept; its name says nothing of who asked.
pub(super) fn download(file: exports::File) -> HttpResponse {
    HttpResponse::Ok().content_type(file.kind).insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", file.name))).body(file.bytes)
}

pub(super) async fn file(app: Data<App>, who: Who, path: Path<(SnapshotId, String, String)>) -> Result<HttpResponse, Problem> {
    let (snapshot, id, format) = path.into_inner();
    let words = who.words;
    Ok(download(app.run(who.caller(), move |tx| -> Result<_, Refused> {
        let described = tables::described(tx, snapshot, &id)?;
        if format == exports::ZIP {
            return super::script_pages::bundle(tx, &[described], &words);
        }
        let (table, outcome, keys) = described;
        exports::file(&table, &outcome, &keys, &format, &words)
    }).await?))
}
