//! Recommendations over all cases, and one of them as the coordinator follows it: its words, what was answered, what can be recorded for an
//! owner who does not use these pages (`ux.md` section 5.7, ruling 29).

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use form::{Answers, Shown, check, from_form_post, to_fields};
use schemars::JsonSchema;
use serde::Deserialize;

use super::actions::{Told, told};
use crate::access::Role;
use crate::cases::framed_in_case;
use crate::documents::pages::{Field, draw, fault_lines, fields, lang};
use crate::findings::{self, Action, Followed, NAME_OWNER, RECORD, Recommendation};
use crate::http::{Posted, Problem, Query, Routes, Shell, Who, framed, page, page_or_refused, see_other};
use crate::ids::{CaseId, RecommendationId};
use crate::people;
use crate::tx::{App, Refused, or_first};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.own("GET", "/actions", "The recommendations of all cases one sees", all);
    routes.act("GET", "/cases/{case}/actions/{recommendation}", &NAME_OWNER, "A recommendation and what became of it", one);
    routes.act("POST", "/cases/{case}/actions/{recommendation}/record", &RECORD, "Records an answer or progress on the owner's behalf", record);
    routes.act("POST", "/cases/{case}/actions/{recommendation}/overtaken", &RECORD, "Records that time has overtaken it", overtaken);
}

/// The states one can look for.
const STATES: [&str; 9] = ["adopted", "accepted", "partly", "refused", "no_answer", "under_way", "done", "effect_shown", "overtaken"];

#[derive(Deserialize, JsonSchema)]
struct Wanted {
    #[serde(default)]
    state: String,
    #[serde(default)]
    overdue: String,
    #[serde(default)]
    cursor: String,
}

/// A recommendation in the list.
struct Line {
    of: Action,
    text: String,
    due: String,
    changed: String,
}

#[derive(Template)]
#[template(path = "desk/all_actions.html")]
struct AllPage {
    shell: Shell,
    lines: Vec<Line>,
    states: Vec<(&'static str, bool)>,
    overdue: bool,
    narrowed: bool,
    before: Option<String>,
    next: Option<String>,
}

async fn all(app: Data<App>, who: Who, wanted: Query<Wanted>) -> Result<HttpResponse, Problem> {
    // What an organisation owns stands among its tasks.
    let ((), session) = app.run_as(who.caller(), |tx| -> Result<(), Refused> { tx.hat().map(drop) }).await?;
    if session.role.is_some_and(Role::of_organisation) {
        return Ok(see_other("/tasks"));
    }
    let words = who.words;
    let (state, overdue, at) = (wanted.state.trim().to_owned(), wanted.overdue == "true", Some(wanted.cursor.clone()));
    let filter = Followed { state: Some(state.clone()).filter(|state| !state.is_empty()), overdue, at };
    let ((found, texts), shell, session) = framed(&app, &who, |_, _| words.t("menu-actions"), move |tx| -> Result<_, Refused> {
        tx.for_professionals()?;
        let found = or_first(findings::all(tx, &filter), || findings::all(tx, &Followed { at: None, ..filter }))?;
        let mut texts = BTreeMap::new();
        for case in found.rows.iter().map(|one| one.case).collect::<std::collections::BTreeSet<_>>() {
            // Whose key waits, or who reads no panel, sees the process without the words.
            texts.extend(tx.attempt(|tx| findings::texts(tx, case))?.unwrap_or_default());
        }
        Ok((found, texts))
    }).await?;
    let at = |cursor: String| format!("/actions?{}", serde_urlencoded::to_string([("state", state.as_str()), ("overdue", if overdue { "true" } else { "" }), ("cursor", cursor.as_str())]).unwrap_or_default());
    let (before, next) = (found.before.map(at), found.next.map(at));
    let lines = found.rows.into_iter().map(|of| Line {
        text: texts.get(&of.id).cloned().unwrap_or_default(), due: words.day(&of.due_on), changed: words.day(&of.changed_at.with_timezone(&session.zone).date_naive()), of,
    }).collect();
    page(&AllPage { shell, lines, states: STATES.map(|known| (known, known == state)).to_vec(), overdue, narrowed: overdue || !state.is_empty(), before, next })
}

#[derive(Template)]
#[template(path = "desk/follow.html")]
struct OnePage {
    shell: Shell,
    case: CaseId,
    one: Recommendation,
    text: String,
    due: String,
    told: Vec<Told>,
    contacts: Vec<people::Listed>,
    /// What can be recorded: the form, its title, its questions.
    forms: Vec<(&'static str, String, Vec<Field>)>,
    faults: Vec<(String, String)>,
}

/// What was typed into one of the forms, with what is wrong with it.
type Typed = (&'static str, Answers, Vec<form::Fault>);

async fn drawn(app: &App, who: &Who, (case, id): (CaseId, RecommendationId), typed: Option<Typed>) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let ((of, text, said, contacts), shell, session) = framed_in_case(app, who, case, "one-recommendation", move |tx| -> Result<_, Refused> {
        let of = findings::of_case(tx, case)?.into_iter().find(|one| one.id == id).ok_or(Refused::NotFound)?;
        let said = findings::answers(tx, case, id)?;
        let text = findings::texts(tx, case)?.remove(&id).unwrap_or_default();
        let contacts = people::list(tx)?.into_iter().filter(|one| one.role == Role::Contact.code() && one.state != "ended" && one.organisation_name == of.owner_name).collect();
        Ok((of, text, said, contacts))
    }).await?;
    let parts = app.parts();
    let lists = parts.config.lists();
    let (mut forms, mut faults_told) = (vec![], vec![]);
    for name in ["action-update", "action-response"] {
        let Some(definition) = parts.config.forms.get(name) else { continue };
        let (answers, faults) = match &typed {
            Some((of, answers, faults)) if *of == name => (answers.clone(), faults.clone()),
            _ => (Answers::new(), vec![]),
        };
        faults_told.extend(fault_lines(definition, &faults, &words));
        let shown = Shown { lang: lang(shell.w.language), lists: &lists, faults: &faults, add_to: None };
        forms.push((name, definition.title.get(lang(shell.w.language)).to_owned(), fields(to_fields(definition, None, &answers, &shown), &shell.w)));
    }
    let (due, told) = (shell.w.day(&of.due_on), told(app, &shell, &session.zone, said));
    page_or_refused(&OnePage { shell, case, one: of, text, due, told, contacts, forms, faults: faults_told }, typed.is_some())
}

async fn one(app: Data<App>, who: Who, path: Path<(CaseId, RecommendationId)>) -> Result<HttpResponse, Problem> {
    drawn(&app, &who, path.into_inner(), None).await
}

fn back((case, id): (CaseId, RecommendationId)) -> HttpResponse {
    see_other(&format!("/cases/{case}/actions/{id}"))
}

async fn record(app: Data<App>, who: Who, path: Path<(CaseId, RecommendationId)>, posted: Posted) -> Result<HttpResponse, Problem> {
    let path = path.into_inner();
    let parts = app.parts();
    let form = ["action-update", "action-response"].into_iter().find(|known| *known == posted.get("form")).ok_or(Refused::NotFound)?;
    let definition = parts.config.forms.get(form).ok_or(Refused::NotFound)?;
    let answers = from_form_post(definition, None, &posted.0);
    let mut faults = check(definition, &answers, &parts.config.lists());
    faults.extend(form::missing(definition, &answers).iter().map(form::Fault::required));
    if !faults.is_empty() {
        return drawn(&app, &who, path, Some((form, answers, faults))).await;
    }
    app.run(who.caller(), move |tx| of_case(tx, path).and_then(|()| findings::record(tx, path.1, form, &answers, posted.get("words")))).await?;
    Ok(back(path))
}

/// The address names the case it belongs to.
fn of_case(tx: &mut crate::tx::Tx, (case, id): (CaseId, RecommendationId)) -> Result<(), Refused> {
    if findings::of_case(tx, case)?.iter().any(|one| one.id == id) { Ok(()) } else { Err(Refused::NotFound) }
}

async fn overtaken(app: Data<App>, who: Who, path: Path<(CaseId, RecommendationId)>, posted: Posted) -> Result<HttpResponse, Problem> {
    let path = path.into_inner();
    app.run(who.caller(), move |tx| of_case(tx, path).and_then(|()| findings::overtaken(tx, path.1, posted.get("words")))).await?;
    Ok(back(path))
}
