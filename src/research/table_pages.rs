//! The pages of tables that have left: one table with its chart, its map and its files, and the list of what is public. What is public is read
//! by everybody, without signing in, at the address it is cited by.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Path};
use askama::Template;
use schemars::JsonSchema;
use serde::Deserialize;

use super::drawn::{Drawn, drawn, is_shown};
use super::pages::{Choice, told};
use super::tables::{self, Described, Table};
use super::{Public, exports};
use crate::access::Role;
use crate::counting::{Key, Outcome};
use crate::http::{Problem, Query, Routes, Shell, Who, framed, page, see_other};
use crate::ids::SnapshotId;
use crate::register::{self, Snapshot};
use crate::texts::Words;
use crate::tx::{App, Refused, Tx};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.open("GET", "/register/tables/{snapshot}/{table}", "A table with its chart; without a session, a public one", one);
    routes.open("GET", "/register/tables/{snapshot}/{table}/files/{format}", "A table as a file; without a session, a public one", file);
    routes.open("GET", "/register/public", "The register's public tables and the research with it", public);
    routes.open("GET", "/register/urn/{identifier}", "Leads to the table or snapshot that is cited", cited);
}

/// Reads as whoever asks: who is not signed in sees what is public, and is asked to sign in for the rest.
pub(super) async fn seen<T: Send + 'static>(app: &App, who: &Who, read: impl FnOnce(&mut Tx) -> Result<T, Refused> + Clone + Send + 'static) -> Result<T, Refused> {
    if who.signed_in() {
        match app.run(who.caller(), read.clone()).await {
            // A session that has ended is none.
            Err(Refused::NoSession) => {}
            told => return told,
        }
    }
    app.run_public(read).await.map_err(to_sign_in)
}

/// Whoever has no session is not told whether there is a table that is not public.
fn to_sign_in(why: Refused) -> Refused {
    if matches!(why, Refused::NotFound) { Refused::NoSession } else { why }
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
    map: String,
    /// The answers a map can be drawn of.
    mapped: Vec<Choice>,
    /// The day the snapshot was frozen.
    frozen: String,
    formats: Vec<(&'static str, String)>,
    /// Cells of its outcome that are left in its snapshot, for whoever may ask tables.
    left: Option<u32>,
    budget: u32,
}

/// What of a table is shown.
#[derive(Deserialize, JsonSchema)]
struct Of {
    /// The answer its map is of.
    map: Option<i64>,
}

/// Cells of a table's outcome that are left, for whoever may ask tables of its register.
fn left(tx: &mut Tx, table: &Table) -> Result<Option<u32>, Refused> {
    match tx.session().ok().and_then(|session| session.role) {
        Some(Role::Researcher | Role::AccessCommittee | Role::OutputChecker | Role::RegisterManager) => match tables::spent(tx, table.snapshot.id) {
            Ok(spent) => Ok(Some(gate::BUDGET.saturating_sub(spent.get(&table.outcome).copied().unwrap_or(0)))),
            // A public table of another register.
            Err(Refused::NotFound) => Ok(None),
            Err(why) => Err(why),
        },
        _ => Ok(None),
    }
}

type Found = (Described, Option<u32>);

async fn one(app: Data<App>, who: Who, path: Path<(SnapshotId, String)>, of: Query<Of>) -> Result<HttpResponse, Problem> {
    let (snapshot, id) = path.into_inner();
    let words = who.words;
    let read = move |tx: &mut Tx| -> Result<Found, Refused> {
        let found = tables::described(tx, snapshot, &id)?;
        let left = left(tx, &found.0)?;
        Ok((found, left))
    };
    let title = move |found: &Found| told(&found.0.1.label, &words);
    let signed = if who.signed_in() {
        match framed(&app, &who, |found: &Found, _| title(found), read.clone()).await {
            Ok((found, shell, _)) => Some((found, shell.under([("/register/tables".to_owned(), words.t("menu-tables"))]))),
            // A session that has ended is none.
            Err(problem) if problem.status == 401 => None,
            Err(problem) => return Err(problem),
        }
    } else {
        None
    };
    let (((table, outcome, keys), left), shell) = match signed {
        Some(found) => found,
        None => {
            let found = app.run_public(read).await.map_err(to_sign_in)?;
            let shell = Shell::public(&who, title(&found)).under([("/register/public".to_owned(), words.t("register-public"))]);
            (found, shell)
        }
    };
    let drawn = drawn(&table, &outcome, &keys, &words);
    let formats = formats(&words);
    let (map, mapped) = mapped(&table, &outcome, &keys, of.map, &words);
    page(&TablePage {
        frozen: words.day(&table.snapshot.taken_at.date_naive()), chart: exports::chart(&table, &outcome, &keys, &words), map, mapped, formats, definition: told(&outcome.definition, &words),
        citation: table.citation(&drawn.caption, words.code()), left, budget: gate::BUDGET, drawn, table, shell,
    })
}

/// The files of a table with their names.
fn formats(words: &Words) -> Vec<(&'static str, String)> {
    exports::FORMATS.iter().map(|format| (*format, words.t(&format!("file-{format}")))).collect()
}

/// The map of one answer, the one with most figures where none is chosen, and the answers there is a map of.
fn mapped(table: &Table, outcome: &Outcome, keys: &[Key], chosen: Option<i64>, words: &Words) -> (String, Vec<Choice>) {
    let Some((of, map)) = exports::map(table, outcome, keys, chosen, words) else { return (String::new(), vec![]) };
    let open = outcome.categories.iter().enumerate().filter(|(at, category)| is_shown(table, *at) || category.code == of);
    (map, open.map(|(_, category)| Choice { id: category.code.to_string(), text: told(&category.label, words), chosen: category.code == of }).collect())
}

/// A public table.
struct Open {
    drawn: Drawn,
    anchor: String,
    /// Where it stands by itself.
    address: String,
    chart: String,
    map: String,
    practice: bool,
}

#[derive(Template)]
#[template(path = "research/public.html")]
struct PublicPage {
    shell: Shell,
    tables: Vec<Open>,
    formats: Vec<(&'static str, String)>,
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
        drawn: drawn(table, outcome, keys, &words), anchor: format!("cap{number}"), address: format!("/register/tables/{}/{}", table.snapshot.id, table.id), chart: exports::chart(table, outcome, keys, &words),
        map: mapped(table, outcome, keys, None, &words).0, practice: table.snapshot.practice,
    }).collect();
    page(&PublicPage { shell: Shell::public(&who, words.t("register-public")), tables, formats: formats(&words), projects, snapshots, outputs })
}

/// Where what is cited is found: `urn:lering:` with a snapshot, and a table of it.
async fn cited(identifier: Path<String>) -> Result<HttpResponse, Problem> {
    let mut parts = identifier.strip_prefix("urn:lering:").ok_or(Refused::NotFound)?.split(':');
    let snapshot: SnapshotId = parts.next().unwrap_or_default().parse().map_err(|_| Refused::NotFound)?;
    let is_table = |id: &str| id.len() == 64 && id.bytes().all(|sign| sign.is_ascii_hexdigit());
    match (parts.next(), parts.next()) {
        (None, _) => Ok(see_other(&format!("/register/snapshots/{snapshot}"))),
        (Some(table), None) if is_table(table) => Ok(see_other(&format!("/register/tables/{snapshot}/{table}"))),
        _ => Err(Refused::NotFound.into()),
    }
}

/// A file to be kept; its name says nothing of who asked.
pub(super) fn download(file: exports::File) -> HttpResponse {
    HttpResponse::Ok().content_type(file.kind).insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", file.name))).body(file.bytes)
}

pub(super) async fn file(app: Data<App>, who: Who, path: Path<(SnapshotId, String, String)>) -> Result<HttpResponse, Problem> {
    let (snapshot, id, format) = path.into_inner();
    let words = who.words;
    Ok(download(seen(&app, &who, move |tx: &mut Tx| -> Result<_, Refused> {
        let described = tables::described(tx, snapshot, &id)?;
        if format == exports::ZIP {
            return super::script_pages::bundle(tx, &[described], &words);
        }
        let (table, outcome, keys) = described;
        exports::file(&table, &outcome, &keys, &format, &words)
    }).await?))
}
