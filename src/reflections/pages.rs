//! The page of a case's organisations: what stands out, a delay, a recall, going on without.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;

use super::{ASK, Again, GO_ON, INVITE, INVITE_AGAIN, Outside, POSTPONE, RECALL, REPLACE_CONTACT};
use crate::access::Role;
use crate::cases::{self, DECIDE_KNOWN, Decision, Known, framed_in_case};
use crate::http::{Posted, Problem, Routes, Shell, Who, page, see_other};
use crate::ids::{CaseId, ReflectionId};
use crate::people::{self, Invitation};
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.own("GET", "/cases/{case}/organisations", "The organisations of a case, and what can be done with an invitation", organisations);
    routes.act("POST", "/cases/{case}/known-organisations/{known}/decision", &DECIDE_KNOWN, "Decides on an organisation that knew the family", decide);
    routes.act("POST", "/cases/{case}/organisations/{reflection}/recall", &RECALL, "Recalls an invitation", recall);
    routes.act("POST", "/cases/{case}/organisations/{reflection}/postpone", &POSTPONE, "Gives a delay", postpone);
    routes.act("POST", "/cases/{case}/organisations/{reflection}/again", &INVITE_AGAIN, "Sends an invitation again, with a new day", again);
    routes.act("POST", "/cases/{case}/organisations/{reflection}/ask", &ASK, "Asks a supplementary question", ask);
    routes.act("POST", "/cases/{case}/organisations/{reflection}/contact", &REPLACE_CONTACT, "Names another contact", replace_contact);
    routes.act("POST", "/cases/{case}/organisations/{reflection}/go-on", &GO_ON, "Goes on without it", go_on);
}

#[derive(Template)]
#[template(path = "reflections/organisations.html")]
struct OrganisationsPage {
    shell: Shell,
    case: CaseId,
    reflections: Vec<(Outside, String)>,
    /// What an organisation answered, for who holds the key of the case.
    answered: Vec<(ReflectionId, Vec<(String, Vec<String>)>)>,
    /// Contacts who may follow one who leaves, by reflection.
    contacts: Vec<(ReflectionId, Vec<people::Listed>)>,
    /// Those that knew the family, for who holds the key of the case.
    known: Vec<Known>,
    may_invite: bool,
    may_recall: bool,
    may_postpone: bool,
    may_go_on: bool,
    may_ask: bool,
    may_again: bool,
}

async fn organisations(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    let ((reflections, answered, contacts, known, inviting), shell, session) = framed_in_case(&app, &who, case, "menu-organisations", move |tx| -> Result<_, Refused> {
        let leads = tx.session()?.role == Some(Role::Coordinator) && cases::hats_in_role(tx, case, Role::Coordinator)?.contains(&tx.hat()?);
        let contacts = if leads { people::list(tx)?.into_iter().filter(|one| one.role == Role::Contact.code() && one.state != "ended").collect() } else { vec![] };
        Ok((super::of_case(tx, case)?, if leads { super::invitation_answers(tx, case)? } else { vec![] }, contacts, if leads { cases::known_organisations(tx, case)? } else { vec![] }, cases::state_and_profile(tx, case)?.0.takes_invitations()))
    }).await?;
    let parts = app.parts();
    let lang = form::Lang::from_code(shell.w.language.code()).unwrap_or_default();
    let answered = answered.into_iter().filter_map(|one| Some((one.reflection, form::summary(parts.config.forms.get("invitation-answer")?, &one.answers, &parts.config.lists(), lang)))).collect();
    let may = |act: &crate::access::Act| session.role.is_some_and(|role| act.allows(role));
    let contacts = reflections.iter().filter(|one| matches!(one.state.as_str(), "answered" | "released")).map(|one| (one.id, contacts.iter().filter(|contact| contact.organisation_name == one.organisation_name).cloned().collect())).filter(|(_, found): &(_, Vec<_>)| !found.is_empty()).collect();
    let reflections = reflections.into_iter().map(|one| { let due = shell.w.day(&one.due_on); (one, due) }).collect();
    let known = known.into_iter().filter(|one| one.answer == "known").collect();
    page(&OrganisationsPage { shell, case, known, reflections, answered, contacts, may_invite: inviting && may(&INVITE), may_recall: may(&RECALL), may_postpone: may(&POSTPONE), may_go_on: may(&GO_ON), may_ask: may(&ASK), may_again: inviting && may(&INVITE_AGAIN) })
}

fn back(case: CaseId) -> HttpResponse {
    see_other(&format!("/cases/{case}/organisations"))
}

async fn decide(app: Data<App>, who: Who, path: Path<(CaseId, uuid::Uuid)>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (case, known) = path.into_inner();
    let (decision, organisation) = match posted.get("decision") {
        "later" => (Decision::Later, None),
        "not" => (Decision::Not, None),
        other => (Decision::Invited, Some(other.parse().map_err(|_| Problem::new(422, "faults").at("decision", "not-an-option"))?)),
    };
    app.run(who.caller(), move |tx| cases::decide_on_organisation(tx, case, known, decision, organisation, posted.some("reason").as_deref())).await?;
    Ok(back(case))
}

async fn recall(app: Data<App>, who: Who, path: Path<(CaseId, ReflectionId)>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (case, id) = path.into_inner();
    app.run(who.caller(), move |tx| super::recall(tx, id, posted.get("reason"))).await?;
    Ok(back(case))
}

async fn postpone(app: Data<App>, who: Who, path: Path<(CaseId, ReflectionId)>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (case, id) = path.into_inner();
    let due = posted.get("dueOn").parse().map_err(|_| Problem::new(422, "faults").at("dueOn", "impossible-date"))?;
    app.run(who.caller(), move |tx| super::postpone(tx, id, due)).await?;
    Ok(back(case))
}

async fn ask(app: Data<App>, who: Who, path: Path<(CaseId, ReflectionId)>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (case, id) = path.into_inner();
    app.run(who.caller(), move |tx| super::ask(tx, id, posted.get("question"))).await?;
    Ok(back(case))
}

async fn go_on(app: Data<App>, who: Who, path: Path<(CaseId, ReflectionId)>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (case, id) = path.into_inner();
    app.run(who.caller(), move |tx| super::go_on(tx, id, posted.get("reason"))).await?;
    Ok(back(case))
}

async fn again(app: Data<App>, who: Who, path: Path<(CaseId, ReflectionId)>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (case, id) = path.into_inner();
    let due = posted.get("dueOn").parse().map_err(|_| Problem::new(422, "faults").at("dueOn", "impossible-date"))?;
    let question = posted.some("question");
    let (name, organisation, has_account) = app.run(who.caller(), move |tx| super::contact_of(tx, id)).await?;
    if has_account {
        app.run(who.caller(), move |tx| super::invite_again(tx, id, &Again { due, question, contact: None })).await?;
        return Ok(back(case));
    }
    // Who never came gets a new code; the letter before it works no more.
    let person = Invitation { role: Role::Contact, name: name.clone(), organisation: Some(organisation), second: None };
    let made = people::invite_and(&app, who.caller(), person, move |tx, contact| super::invite_again(tx, id, &Again { due, question, contact: Some(contact) }).map(drop)).await?;
    people::letter_page(&app, &who, &made, people::To { role: Role::Contact, name, address: vec![], second: None, back: format!("/cases/{case}") }).await
}

async fn replace_contact(app: Data<App>, who: Who, path: Path<(CaseId, ReflectionId)>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (case, id) = path.into_inner();
    let contact = posted.get("contact").parse().map_err(|_| Problem::new(422, "faults").at("contact", "not-an-option"))?;
    app.run(who.caller(), move |tx| super::replace_contact(tx, id, contact)).await?;
    Ok(back(case))
}
