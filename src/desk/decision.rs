//! The page of who decides on the publication: the very text, the check of its names, the decision, and then the step.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;

use super::case::{StepShown, asked_already, steps_shown};
use super::supply::Reader;
use crate::cases::{self, AskedFor, CaseError, CaseView, Step, framed_in_case};
use crate::documents::{self, pages::lang};
use crate::forms::Choices;
use crate::http::{Posted, Problem, Routes, Shell, Who, page, see_other};
use crate::ids::CaseId;
use crate::reports::{self, Part, Report, SurePage, ToDecide};
use crate::tx::{App, Place, Refusal, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/cases/{case}/decision", &reports::READ_DECISION, "What is decided upon: the text, the check of its names, the decision", decision);
    routes.act("POST", "/cases/{case}/publish", &reports::PUBLISH, "Publishes", publish);
}

#[derive(Template)]
#[template(path = "desk/decision.html")]
struct DecisionPage {
    shell: Shell,
    case: CaseView,
    report: Report,
    /// What the form decided upon leaves out, and whether words of relatives are among it.
    left_out: String,
    words_left_out: bool,
    hits: Vec<reports::Hit>,
    /// Questions of the decision with their answers; nothing while it is not taken.
    decided: Vec<(String, Vec<String>)>,
    form: String,
    open_on: Option<String>,
    /// Where the decision is written, for who writes it.
    write: Option<String>,
    /// The steps that are decided here.
    steps: Vec<StepShown>,
    /// Whether the chair says here that they adopt the report.
    may_adopt: bool,
    /// Fingerprint of the text on the page.
    fingerprint: String,
    /// The adoption that was last, its moment, and whether it was of this text.
    adopted: Option<(reports::Adoption, String, bool)>,
    frozen: bool,
}

async fn decision(app: Data<App>, who: Who, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let (definition, words) = (app.parts().config.forms.get(reports::DECISION.form).cloned(), who.words);
    let asked = definition.clone();
    let ((found, case, frozen, known, proposals), shell, session) = framed_in_case(&app, &who, id, "decision-title", move |tx| -> Result<(ToDecide, CaseView, bool, Choices, Vec<AskedFor>), CaseError> {
        let (found, case) = (reports::to_decide(tx, id)?, cases::view(tx, id)?);
        let known = match (&asked, &found.decision, case.compartments.report) {
            (Some(form), Some(answers), Some(within)) => documents::drawn(tx, within, form, &[answers], &words)?,
            _ => Choices::default(),
        };
        Ok((found, case, cases::is_frozen(tx, id)?, known, cases::proposals_of(tx, id)?))
    }).await?;
    let (words, config, role) = (shell.w, &app.parts().config, session.role);
    let decided = definition.as_ref().zip(found.decision.as_ref()).map(|(form, answers)| form::summary(form, answers, &known.over(config.lists()), lang(words.language))).unwrap_or_default();
    let write = case.compartments.report.filter(|_| role.is_some_and(|role| reports::DECISION.write.allows(role))).map(|within| format!("/rooms/{within}/publication-decision"));
    let takes_part = case.parties.iter().any(|party| Some(party.hat) == session.membership);
    let mut steps = steps_shown(&case, &Reader { role, takes_part, must_accept: false, facts: &[] }, config, &words);
    asked_already(&mut steps, &proposals, &session.zone, &words);
    steps.retain(|step| matches!(step.of, Step::T16 | Step::T17 | Step::T18));
    for step in &mut steps {
        // What leads on stands on this page already.
        (step.read_first, step.first) = (String::new(), None);
    }
    let adopted = found.adopted.map(|adopted| { let holds = adopted.fingerprint == found.fingerprint; (adopted.clone(), words.moment(&adopted.adopted_at, &session.zone), holds) });
    // Adopted anew where the text is another by now: words a relative took back, or another form decided upon.
    let again = frozen && case.state == cases::State::Decided.word() && !adopted.as_ref().is_some_and(|(.., holds)| *holds);
    let may_adopt = (case.state == cases::State::QualityReview.word() || again) && role.is_some_and(|role| reports::ADOPT.allows(role));
    page(&DecisionPage {
        report: found.report, left_out: found.left_out.join(", "), words_left_out: found.words_left_out, hits: found.hits, decided, form: found.form.unwrap_or_default(), open_on: found.open_on.map(|day| words.day(&day)), write, steps, may_adopt, fingerprint: found.fingerprint, adopted, frozen, case, shell,
    })
}

/// What becomes public, and when, before it does: whatever was read elsewhere, the press that cannot be undone stands under the text.
async fn publish_page(app: &App, who: &Who, id: CaseId, posted: &Posted) -> Result<HttpResponse, Problem> {
    let (found, shell, _) = framed_in_case(app, who, id, "sure-publish", move |tx| -> Result<ToDecide, Refused> {
        tx.may(&reports::PUBLISH, Place::Case(id))?;
        reports::to_decide(tx, id)
    }).await?;
    let w = shell.w;
    let on = found.open_on.map(|day| w.a("decision-open-on", "day", w.day(&day)));
    let says = std::iter::once(w.t("sure-public")).chain(on).chain([w.t("sure-not-undone")]).collect();
    let fields = vec![("version", posted.get("version").to_owned()), ("_sure", "true".to_owned())];
    page(&SurePage { says, goes: vec![], added: vec![], report: Some(found.report), action: format!("/cases/{id}/publish"), fields, button: w.t("sure-publish"), back: format!("/cases/{id}/decision"), shell })
}

async fn publish(app: Data<App>, who: Who, id: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    if posted.get("_sure") != "true" {
        return publish_page(&app, &who, id, &posted).await;
    }
    let published = reports::publish(&app, who.caller(), id, posted.get("version").parse().unwrap_or(0)).await;
    match published {
        Ok(published) => Ok(see_other(&published.url)),
        Err(why) => {
            tracing::debug!(kind = why.kind(), "not published");
            Err(why.into())
        }
    }
}
