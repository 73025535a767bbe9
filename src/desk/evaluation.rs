//! How the review was held: the form for everyone who took part, and the outcome for who leads the case and for the nation.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use form::{Answers, Shown, check, from_form_post, to_fields};

use crate::access::Role;
use crate::documents::pages::{Field, draw, fault_lines, fields, lang};
use crate::http::{Posted, Problem, Routes, Shell, Who, framed, page_or_refused};
use crate::ids::{CaseId, RelativeId};
use crate::relatives;
use crate::reports::{self, EVALUATE, Group, READ_EVALUATION};
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/cases/{case}/evaluation", &EVALUATE, "The evaluation of a review", of_case);
    routes.act("POST", "/cases/{case}/evaluation", &EVALUATE, "Evaluates a review", give);
    routes.act("GET", "/relatives/{relative}/evaluation", &EVALUATE, "The evaluation, for a relative", of_relative);
    routes.act("POST", "/relatives/{relative}/evaluation", &EVALUATE, "Evaluates, as a relative", give_as_relative);
}

/// A group as it is drawn: its roles, how many, its means and words beside their questions.
struct Outcome {
    roles: String,
    answers: usize,
    /// Whether questions are left out that too few answered.
    left_out: bool,
    means: Vec<(String, String)>,
    words: Vec<(String, Vec<String>)>,
}

#[derive(Template)]
#[template(path = "desk/evaluation.html")]
struct EvaluationPage {
    shell: Shell,
    action: String,
    fields: Vec<Field>,
    /// What is at fault: where it stands, and what to do.
    faults: Vec<(String, String)>,
    outcome: Option<Vec<Outcome>>,
    given: bool,
}

/// Reads what may be read, and draws the form.
async fn shown(app: &App, who: &Who, action: String, case: Option<CaseId>, answers: &Answers, faults: &[form::Fault], given: bool) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let (outcome, shell, session) = framed(app, who, |_, _| words.t("evaluation"), move |tx| -> Result<_, Refused> {
        if let Some(case) = case {
            reports::may_evaluate(tx, case)?;
        }
        let reads = tx.session()?.role.is_some_and(|role| READ_EVALUATION.allows(role));
        match case.filter(|_| reads) {
            Some(case) => reports::evaluated(tx, case).map(Some),
            None => Ok(None),
        }
    }).await?;
    let parts = app.parts();
    let definition = parts.config.forms.get("evaluation").ok_or(Refused::NotFound)?;
    let (tongue, lists) = (lang(shell.w.language), parts.config.lists());
    let label = |id: &str| definition.field(id).map_or_else(|| id.to_owned(), |field| field.label.get(tongue).to_owned());
    let figures = |role: Role| reports::asked_of(definition.clone(), Some(role)).fields().filter(|field| matches!(field.kind, form::Kind::Scale | form::Kind::Number { .. } | form::Kind::Bool { .. })).count();
    let asked_in = |group: &Group| group.roles.iter().filter_map(|role| Role::from_code(role)).map(figures).max().unwrap_or_default();
    let drawn = |group: Group| Outcome {
        roles: group.roles.iter().map(|role| shell.w.t(&format!("role-{role}"))).collect::<Vec<_>>().join(", "), answers: group.answers, left_out: group.means.len() < asked_in(&group),
        means: group.means.iter().map(|(id, mean)| (label(id), mean.to_string())).collect(), words: group.words.into_iter().map(|(id, texts)| (label(&id), texts)).collect(),
    };
    let outcome = outcome.map(|groups| groups.into_iter().map(drawn).collect());
    let asked = reports::asked_of(definition.clone(), session.role);
    let fields = fields(to_fields(&asked, None, answers, &Shown { lang: tongue, lists: &lists, faults, add_to: None }), &shell.w);
    let faults = fault_lines(&asked, faults, &shell.w);
    let refused = !faults.is_empty();
    page_or_refused(&EvaluationPage { shell, action, fields, faults, outcome, given }, refused)
}

async fn of_case(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    shown(&app, &who, format!("/cases/{case}/evaluation"), Some(case), &Answers::new(), &[], false).await
}

async fn of_relative(app: Data<App>, who: Who, id: Path<RelativeId>) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| relatives::evaluated_case(tx, id)).await?;
    shown(&app, &who, format!("/relatives/{id}/evaluation"), None, &Answers::new(), &[], false).await
}

async fn keep(app: &App, who: &Who, case: CaseId, action: String, shows: Option<CaseId>, posted: &Posted) -> Result<HttpResponse, Problem> {
    let parts = app.parts().clone();
    let definition = parts.config.forms.get("evaluation").ok_or(Refused::NotFound)?;
    let answers = from_form_post(definition, None, &posted.0);
    let faults = check(definition, &answers, &parts.config.lists());
    if !faults.is_empty() {
        return shown(app, who, action, shows, &answers, &faults, false).await;
    }
    let told = answers.clone();
    app.run(who.caller(), move |tx| reports::evaluate(tx, case, &told)).await?;
    shown(app, who, action, shows, &answers, &[], true).await
}

async fn give(app: Data<App>, who: Who, case: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    keep(&app, &who, case, format!("/cases/{case}/evaluation"), Some(case), &posted).await
}

async fn give_as_relative(app: Data<App>, who: Who, id: Path<RelativeId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let case = app.run(who.caller(), move |tx| relatives::evaluated_case(tx, id)).await?;
    keep(&app, &who, case, format!("/relatives/{id}/evaluation"), None, &posted).await
}
