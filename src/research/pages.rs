//! The pages of research: the table builder, the list of tables that left, and what waits for output checkers.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use codebook::Label;
use schemars::JsonSchema;
use serde::Deserialize;

use super::doubt::{NOT_RELIABLE, marked, sentence};
use super::output::{self, Beside, FINDINGS, REASONS, Request, Verdict};
use super::tables::{self, Asked, Preview, Wanted};
use super::{CHECK, Next, PREVIEW, RELEASE, REQUEST};
use crate::access::Role;
use crate::counting::{Key, Outcome};
use crate::http::{Posted, Problem, Query, Routes, Shell, Who, framed, page, see_other};
use crate::ids::{OutputRequestId, ProjectId, SnapshotId};
use crate::register::Snapshot;
use crate::texts::Words;
use crate::tx::{App, Refused, Tx};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/register/tables/new", &PREVIEW, "Chooses a table; its shape and its cost, without figures", choose);
    routes.act("POST", "/register/tables/new", &RELEASE, "Asks the table", ask);
    routes.own("GET", "/register/tables", "The tables that have left", list);
    routes.own("GET", "/register/requests", "Tables that wait for output checkers", requests);
    routes.act("POST", "/register/requests", &REQUEST, "Asks for more than the budget gives, or for publication", request);
    routes.act("POST", "/register/requests/{request}", &CHECK, "Gives a verdict on a table", check);
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
        Shape { row_head: by.iter().map(|key| told(&key.label, words)).collect::<Vec<_>>().join(", "), columns: std::iter::once(words.t("table-total-applies")).chain(outcome.counted().map(|category| told(&category.label, words))).collect(), rows }
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
    /// What stands against what was chosen, in sentences.
    doubts: Vec<String>,
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
    let ((snapshot, outcomes, keys, projects, next, spent, verdicts, preview, fault), shell, session) = framed(&app, &who, |_, _| words.t("table-new"), move |tx| -> Result<_, Refused> {
        let (snapshot, outcomes, keys) = tables::askable(tx, wanted, None)?;
        let (next, spent, verdicts) = (super::next(tx)?, tables::spent(tx, snapshot.id)?, tables::verdicts(tx, &snapshot)?);
        let mut projects = vec![];
        for listed in super::of_hat(tx)? {
            let quota = tables::quota(tx, listed.id)?;
            projects.push((listed, quota.cells.saturating_sub(quota.used)));
        }
        if outcome.is_empty() {
            return Ok((snapshot, outcomes, keys, projects, next, spent, verdicts, None, String::new()));
        }
        // What does not go together is told beside the choice, which stays as it was made.
        let (preview, fault) = match tables::preview(tx, project, &Wanted { snapshot: wanted, keys: keys_with(&keys, &second), outcome }) {
            Ok(preview) => (Some(preview), String::new()),
            Err(Refused::Faults(faults)) => (None, faults.iter().map(|fault| fault.text(&words)).collect::<Vec<_>>().join(" ")),
            Err(Refused::Rule(why)) => (None, words.t(&format!("problem-{why}"))),
            Err(other) => return Err(other),
        };
        Ok((snapshot, outcomes, keys, projects, next, spent, verdicts, preview, fault))
    }).await?;
    let unit = outcomes.iter().find(|known| known.id == chosen.outcome);
    let preview = preview.zip(unit).map(|(preview, outcome)| { let shape = Shape::of(&preview, outcome, &keys, &words); (preview, shape) });
    let definition = unit.map(|outcome| told(&outcome.definition, &words)).unwrap_or_default();
    let doubts = preview.iter().flat_map(|(preview, _)| &preview.reliability).map(|doubt| sentence(doubt, &words)).collect();
    let named = |label: &Label, variable: &str| marked(told(label, &words), verdicts.get(variable).copied(), &words);
    page(&Builder {
        outcomes: outcomes.iter().map(|known| Choice {
            id: known.id.clone(), chosen: known.id == chosen.outcome, text: named(&known.label, &known.variable),
        }).collect(),
        touched: outcomes.iter().filter_map(|known| Some((told(&known.label, &words), gate::BUDGET.saturating_sub(*spent.get(&known.id).filter(|spent| **spent > 0)?)))).collect(),
        keys: keys.iter().filter(|key| !key.period).map(|key| Choice { id: key.id.clone(), text: named(&key.label, &key.id), chosen: key.id == chosen.second }).collect(),
        projects: projects.iter().map(|(known, left)| Choice {
            id: known.id.to_string(), chosen: known.id.to_string() == chosen.project, text: words.with("table-choice-left", &[("name", &known.number), ("left", &left.to_string())]),
        }).collect(),
        preview, definition, doubts, fault, refused: chosen.refused, reasons: &REASONS, researcher: session.role == Some(Role::Researcher), manager: session.role == Some(Role::RegisterManager), pinned: wanted.is_some(), budget: gate::BUDGET, next, shell, snapshot,
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
        Err(Refused::Rule(why @ NOT_RELIABLE)) => see_other(&format!("/register/tables/new?{chosen}&refused={why}")),
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

/// A table that waits, as a checker weighs it.
struct Waiting {
    request: Request,
    caption: String,
    /// Of which snapshot, and the day it was frozen.
    of: String,
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
    /// Outcomes of a fixed set that were not proposed.
    left_out: Vec<String>,
    /// Outcomes of it that coders agree on too little.
    unreliable: Vec<String>,
}

/// What is told beside what waits.
#[derive(Deserialize, JsonSchema)]
struct Told {
    /// Outcomes of the fixed set just proposed that can't be given any more.
    #[serde(default)]
    left_out: String,
    /// Outcomes of the set that coders agree on too little.
    #[serde(default)]
    unreliable: String,
}

/// Tables beside one that waits, in words.
fn named_beside(tx: &mut Tx, snapshot: SnapshotId, left: &[Beside]) -> Result<Vec<(Beside, (Outcome, Vec<Key>))>, Refused> {
    left.iter().map(|one| Ok((one.clone(), tables::words_of(tx, snapshot, &one.outcome, one.second.as_deref())?))).collect()
}

async fn requests(app: Data<App>, who: Who, of: Query<Told>) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let Told { left_out: left, unreliable } = of.into_inner();
    let ((found, left_out, unreliable), shell, session) = framed(&app, &who, |_, _| words.t("menu-requests"), move |tx| -> Result<_, Refused> {
        let known = crate::counting::outcomes(&tx.parts().config.codebook);
        let named_all = |ids: &str| ids.split(',').filter_map(|id| known.iter().find(|outcome| outcome.id == id)).map(|outcome| told(&outcome.label, &words)).collect::<Vec<_>>();
        let (left_out, unreliable) = (named_all(&left), named_all(&unreliable));
        let mut named = vec![];
        for request in output::requests(tx)? {
            let (outcome, keys) = tables::words_of(tx, request.snapshot, &request.outcome, request.second.as_deref())?;
            let beside = match &request.adds {
                Some(adds) => [named_beside(tx, request.snapshot, &adds.same_outcome)?, named_beside(tx, request.snapshot, &adds.same_keys)?],
                None => [vec![], vec![]],
            };
            let snapshot = crate::register::snapshot(tx, request.snapshot)?;
            let of = format!("{}, {}", words.a("snapshot-number", "number", snapshot.number), words.day(&snapshot.taken_at.date_naive()));
            named.push((request, outcome, keys, beside, of));
        }
        Ok((named, left_out, unreliable))
    }).await?;
    let caption = |outcome: &Outcome, keys: &[Key]| {
        let keys: Vec<String> = keys.iter().map(|key| told(&key.label, &words)).collect();
        words.with("table-by", &[("outcome", &told(&outcome.label, &words)), ("keys", &keys.join(", "))])
    };
    let requests = found.into_iter().map(|(request, outcome, keys, beside, of)| Waiting {
        caption: caption(&outcome, &keys), of,
        shape: keys.iter().map(|key| (told(&key.label, &words), key.categories.len())).chain([(told(&outcome.label, &words), outcome.counted().count())]).collect(),
        beside: beside.map(|left| left.iter().map(|(left, (outcome, keys))| (format!("/register/tables/{}/{}", request.snapshot, left.table), caption(outcome, keys), left.public)).collect()),
        request,
    }).collect();
    page(&Requests { shell, requests, checker: session.role == Some(Role::OutputChecker), findings: &FINDINGS, left_out, unreliable })
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
