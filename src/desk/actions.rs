//! Recommendations until they are done: the owner's own page, and those of a case as its coordinator follows them (`ux.md` section 5.7).

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use form::{Answers, Lang, Shown, check, from_form_post, summary, to_fields};

use crate::access::Role;
use crate::bureaus;
use crate::cases::{self, framed_in_case};
use crate::documents::pages::{Field, draw, fault_lines, fields, lang};
use crate::findings::{self, NAME_APPROVER, NAME_OWNER, RESPOND, Recommendation, Said, UPDATE};
use crate::forms;
use crate::http::{Posted, Problem, Routes, Shell, Who, framed, page, page_or_refused, see_other};
use crate::ids::{CaseId, RecommendationId};
use crate::people;
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.own("GET", "/cases/{case}/actions", "The recommendations of a case and what became of them", of_case);
    routes.act("POST", "/cases/{case}/actions/owner", &NAME_OWNER, "Names the owner's contact", name_owner);
    routes.act("GET", "/actions/{recommendation}", &RESPOND, "A recommendation one's organisation owns", one);
    routes.act("POST", "/actions/{recommendation}/approver", &NAME_APPROVER, "Names the owner's approver", name_approver);
    routes.act("POST", "/actions/{recommendation}/response", &RESPOND, "The owner answers", respond);
    routes.act("POST", "/actions/{recommendation}/update", &UPDATE, "The owner reports progress", update);
}

/// What was said: title of the form, when, questions with their answers.
pub(super) type Told = (String, String, Vec<(String, Vec<String>)>);

pub(super) fn told(app: &App, shell: &Shell, zone: &chrono_tz::Tz, all: Vec<Said>) -> Vec<Told> {
    let config = &app.parts().config;
    let language = lang(shell.w.language);
    all.into_iter().filter_map(|(form, at, answers)| {
        let form = config.forms.get(form)?;
        Some((form.title.get(language).to_owned(), shell.w.moment(&at, zone), summary(form, &answers, &config.lists(), language)))
    }).collect()
}

#[derive(Template)]
#[template(path = "desk/actions.html")]
struct CasePage {
    shell: Shell,
    case: CaseId,
    /// With its words, where the caller reads them, and the day in words.
    rows: Vec<(Recommendation, String, String, Vec<Told>)>,
    /// Whether the caller follows them: names owners, records answers.
    follows: bool,
}

async fn of_case(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    let ((found, mut texts, follows), shell, session) = framed_in_case(&app, &who, case, "actions", move |tx| -> Result<_, Refused> {
        let leads = tx.session()?.role == Some(Role::Coordinator) && cases::hats_in_role(tx, case, Role::Coordinator)?.contains(&tx.hat()?);
        let mut rows = vec![];
        for one in findings::of_case(tx, case)? {
            let said = if leads { findings::answers(tx, case, one.id)? } else { vec![] };
            rows.push((one, said));
        }
        // Whose key waits, or who reads no panel, sees the process without the words.
        let texts = tx.attempt(|tx| findings::texts(tx, case))?.unwrap_or_default();
        Ok((rows, texts, leads))
    }).await?;
    let rows = found.into_iter().map(|(one, said)| { let (text, due) = (texts.remove(&one.id).unwrap_or_default(), shell.w.day(&one.due_on)); let told = told(&app, &shell, &session.zone, said); (one, text, due, told) }).collect();
    page(&CasePage { shell, case, rows, follows })
}

async fn name_owner(app: Data<App>, who: Who, case: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    let id = posted.get("recommendation").parse().map_err(|_| Refused::NotFound)?;
    let contact = posted.get("contact").parse().map_err(|_| Problem::new(422, "faults").at("contact", "not-an-option"))?;
    app.run(who.caller(), move |tx| findings::name_owner(tx, id, contact)).await?;
    Ok(see_other(&format!("/cases/{case}/actions/{id}")))
}

#[derive(Template)]
#[template(path = "desk/action.html")]
struct OwnPage {
    shell: Shell,
    id: RecommendationId,
    words: Vec<(String, Vec<String>)>,
    told: Vec<Told>,
    /// The form to be filled in: where it is posted to, its title, its questions.
    forms: Vec<(&'static str, String, Vec<Field>)>,
    /// What is at fault: where it stands, and what to do.
    faults: Vec<(String, String)>,
    /// Approvers the contact may name.
    approvers: Vec<people::Listed>,
}

/// The page, with what was typed where something is wrong with it.
async fn drawn(app: &App, who: &Who, id: RecommendationId, typed: Option<(&'static str, Answers, Vec<form::Fault>)>) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let (((mut text, said, own), approvers), shell, session) = framed(app, who, |_, _| words.t("an-action"), move |tx| -> Result<_, Refused> {
        let (text, said) = findings::opened(tx, id)?;
        let contact = tx.session()?.role == Some(Role::Contact);
        let approvers = if contact { people::list(tx)?.into_iter().filter(|one| one.role == Role::Approver.code() && one.state != "ended").collect() } else { vec![] };
        Ok(((text, said, bureaus::list(tx)?), approvers))
    }).await?;
    let parts = app.parts();
    let (config, language): (_, Lang) = (&parts.config, lang(shell.w.language));
    // The owner reads their own name; findings lie with the panel, and their numbers say nothing here.
    let mut known = forms::Choices::default();
    known.put("owner", own.into_iter().map(|one| form::ListOption::new(one.id.to_string(), form::Text::new(&one.name, &one.name))).collect());
    text.remove("findings");
    let read = config.forms.get("recommendation").map(|form| summary(form, &text, &known.over(config.lists()), language)).unwrap_or_default();
    let wanted: &[(&'static str, &'static str)] = if said.is_empty() { &[("response", "action-response")] } else { &[("update", "action-update"), ("response", "action-response")] };
    let (mut forms, mut told_faults) = (vec![], vec![]);
    for (to, form) in wanted {
        let Some(definition) = config.forms.get(*form) else { continue };
        let (answers, faults) = match &typed {
            Some((of, answers, faults)) if of == form => (answers.clone(), faults.clone()),
            _ => (Answers::new(), vec![]),
        };
        told_faults.extend(fault_lines(definition, &faults, &shell.w));
        let lists = config.lists();
        let shown = Shown { lang: language, lists: &lists, faults: &faults, add_to: None };
        forms.push((*to, definition.title.get(language).to_owned(), fields(to_fields(definition, None, &answers, &shown), &shell.w)));
    }
    let told = told(app, &shell, &session.zone, said);
    page_or_refused(&OwnPage { shell, id, words: read, told, forms, faults: told_faults, approvers }, typed.is_some())
}

async fn one(app: Data<App>, who: Who, id: Path<RecommendationId>) -> Result<HttpResponse, Problem> {
    drawn(&app, &who, id.into_inner(), None).await
}

/// What was posted, checked; drawn again where something is wrong.
fn read(app: &App, form: &'static str, posted: &Posted) -> Result<(Answers, Vec<form::Fault>), Problem> {
    let parts = app.parts();
    let definition = parts.config.forms.get(form).ok_or(Refused::NotFound)?;
    let answers = from_form_post(definition, None, &posted.0);
    let mut faults = check(definition, &answers, &parts.config.lists());
    faults.extend(form::missing(definition, &answers).iter().map(form::Fault::required));
    Ok((answers, faults))
}

async fn respond(app: Data<App>, who: Who, id: Path<RecommendationId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let (answers, faults) = read(&app, "action-response", &posted)?;
    if !faults.is_empty() {
        return drawn(&app, &who, id, Some(("action-response", answers, faults))).await;
    }
    app.run(who.caller(), move |tx| findings::respond(tx, id, &answers)).await?;
    Ok(see_other(&format!("/actions/{id}")))
}

async fn update(app: Data<App>, who: Who, id: Path<RecommendationId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let (answers, faults) = read(&app, "action-update", &posted)?;
    if !faults.is_empty() {
        return drawn(&app, &who, id, Some(("action-update", answers, faults))).await;
    }
    app.run(who.caller(), move |tx| findings::update(tx, id, &answers)).await?;
    Ok(see_other(&format!("/actions/{id}")))
}

async fn name_approver(app: Data<App>, who: Who, id: Path<RecommendationId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let approver = posted.get("approver").parse().map_err(|_| Problem::new(422, "faults").at("approver", "not-an-option"))?;
    app.run(who.caller(), move |tx| findings::name_approver(tx, id, approver)).await?;
    Ok(see_other(&format!("/actions/{id}")))
}
