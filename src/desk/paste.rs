//! The page on which an author pastes events from a spreadsheet: shown as a table first, saved when all of it is right.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use form::summary;

use crate::documents::pages::lang;
use crate::http::{Posted, Problem, Routes, Shell, Who, framed, page, page_or_refused, see_other};
use crate::ids::ReflectionId;
use crate::reflections::{self, ENTRY, PASTE_COLUMNS, Pasted};
use crate::tx::{App, FieldFault, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/tasks/{reflection}/paste", ENTRY.write, "Events from a spreadsheet", empty);
    routes.act("POST", "/tasks/{reflection}/paste", ENTRY.write, "Shows what was pasted, or saves it", posted);
}

struct Row {
    line: usize,
    /// Questions with their answers.
    told: Vec<(String, Vec<String>)>,
    faults: Vec<String>,
}

#[derive(Template)]
#[template(path = "desk/paste.html")]
struct PastePage {
    shell: Shell,
    id: ReflectionId,
    text: String,
    columns: Vec<String>,
    rows: Vec<Row>,
    /// What is wrong with the paste as a whole.
    faults: Vec<String>,
    /// Whether all of it can be saved.
    ready: bool,
}

async fn shown(app: &App, who: &Who, id: ReflectionId, text: String) -> Result<PastePage, Problem> {
    let (words, pasted) = (who.words, text.clone());
    let (found, shell, _) = framed(app, who, |_, _| words.t("paste-title"), move |tx| -> Result<_, Refused> {
        let task = reflections::mine(tx)?.into_iter().find(|task| task.outside.id == id).ok_or(Refused::NotFound)?;
        tx.may(ENTRY.write, crate::tx::Place::Compartment(task.outside.compartment))?;
        if pasted.trim().is_empty() {
            return Ok(Ok(vec![]));
        }
        match reflections::look_at_paste(tx, id, &pasted) {
            Err(Refused::Faults(faults)) => Ok(Err(faults)),
            other => other.map(Ok),
        }
    }).await?;
    let config = &app.parts().config;
    let form = config.forms.get(ENTRY.form).ok_or(Refused::NotFound)?;
    let here = lang(shell.w.language);
    let label = |field: &str| form.field_of(field).map(|field| field.label.get(here).to_owned());
    let said = |fault: &FieldFault| label(&fault.field).map_or_else(|| fault.text(&shell.w), |label| format!("{label} {}", fault.text(&shell.w)));
    let whole = |fault: FieldFault| match fault.field.strip_prefix("rows[").and_then(|rest| rest.split(']').next()) {
        Some(row) => format!("{}: {}", shell.w.a("paste-row", "row", row), fault.text(&shell.w)),
        None => fault.text(&shell.w),
    };
    let (rows, faults): (Vec<Pasted>, Vec<String>) = match found {
        Ok(rows) => (rows, vec![]),
        Err(faults) => (vec![], faults.into_iter().map(whole).collect()),
    };
    let ready = !rows.is_empty() && rows.iter().all(|row| row.faults.is_empty());
    let rows = rows.into_iter().map(|row| Row { line: row.line, told: summary(form, &row.answers, &config.lists(), here), faults: row.faults.iter().map(said).collect() }).collect();
    let columns = PASTE_COLUMNS.iter().filter_map(|id| label(id)).collect();
    let shell = shell.under([("/tasks".to_owned(), words.t("menu-tasks")), (format!("/tasks/{id}"), words.t("the-reflection"))]);
    Ok(PastePage { shell, id, text, columns, rows, faults, ready })
}

async fn empty(app: Data<App>, who: Who, id: Path<ReflectionId>) -> Result<HttpResponse, Problem> {
    page(&shown(&app, &who, id.into_inner(), String::new()).await?)
}

async fn posted(app: Data<App>, who: Who, id: Path<ReflectionId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (id, text) = (id.into_inner(), posted.get("text").to_owned());
    if posted.get("do") == "save" {
        let pasted = text.clone();
        let saved = app.run(who.caller(), move |tx| Ok::<_, Refused>((reflections::paste(tx, id, &pasted)?, reflections::mine(tx)?))).await;
        match saved {
            Ok((_, mine)) => {
                let within = mine.into_iter().find(|task| task.outside.id == id).ok_or(Refused::NotFound)?.outside.compartment;
                return Ok(see_other(&format!("/rooms/{within}/{}", ENTRY.form)));
            }
            // What is wrong stands beside each row.
            Err(Refused::Faults(_)) => {}
            Err(why) => return Err(why.into()),
        }
    }
    let mut drawn = shown(&app, &who, id, text).await?;
    let refused = !drawn.ready;
    if refused && drawn.faults.is_empty() {
        drawn.faults = drawn.rows.iter().filter(|row| !row.faults.is_empty()).map(|row| format!("{}: {}", who.words.a("paste-row", "row", row.line), row.faults.join(", "))).collect();
    }
    if refused && drawn.faults.is_empty() {
        drawn.faults.push(format!("{}: {}", who.words.t("paste-here"), who.words.t("fault-required")));
    }
    page_or_refused(&drawn, refused)
}
