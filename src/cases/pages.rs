//! The page of the case as its readers may know it: under pseudonyms, and with names for who leads it.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use form::{Answers, Lang, summary};

use super::{CaseError, END_PARTY, PartyView, READ_SHEET, STAND_IN};
use crate::access::Role;
use crate::http::{Posted, Problem, Routes, Shell, Who, page, see_other};
use crate::ids::{CaseId, MembershipId};
use crate::people::{self, Listed};
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/cases/{case}/sheet", &READ_SHEET, "The case as its readers may know it", sheet);
    routes.own("GET", "/cases/{case}/people", "Who takes part in a case, and who stands in", people_page);
    routes.act("POST", "/cases/{case}/people/stand-in", &STAND_IN, "Names who stands in", stand_in);
    routes.act("POST", "/cases/{case}/people/end", &END_PARTY, "Ends somebody's part", end_party);
}

/// Questions with their answers, as read.
type Lines = Vec<(String, Vec<String>)>;

#[derive(Template)]
#[template(path = "cases/sheet.html")]
struct SheetPage {
    shell: Shell,
    parts: Vec<(String, Lines)>,
}

async fn sheet(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    let ((name, number, found), session) = app.run_as(who.caller(), move |tx| -> Result<_, Refused> {
        Ok((tx.own_name()?, super::number_of(tx, case)?, super::copies(tx, case)?))
    }).await?;
    let shell = Shell::of(&who, &session, name, who.words.t("case-sheet")).under([("/cases".to_owned(), who.words.t("menu-cases")), (format!("/cases/{case}"), number)]);
    let config = &app.parts().config;
    let lang = Lang::from_code(shell.w.language.code()).unwrap_or_default();
    let told = |form: &str, answers: &Answers| config.forms.get(form).map(|form| summary(form, answers, &config.lists(), lang)).unwrap_or_default();
    let mut parts = vec![(shell.w.t("sheet-pseudonyms"), told("notification", &found.sheet)), (shell.w.t("sheet-restrictions"), told("screening", &found.restrictions))];
    if let Some(names) = &found.names {
        parts.push((shell.w.t("sheet-names"), told("notification", names)));
    }
    page(&SheetPage { shell, parts })
}

#[derive(Template)]
#[template(path = "cases/people.html")]
struct PeoplePage {
    shell: Shell,
    case: CaseId,
    parties: Vec<(PartyView, String)>,
    /// Those one may name a stand-in for.
    of: Vec<PartyView>,
    others: Vec<Listed>,
    no_deputy: bool,
    may_end: bool,
}

async fn people_page(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    let ((name, found, others), session) = app.run_as(who.caller(), move |tx| -> Result<_, CaseError> {
        Ok((tx.own_name()?, super::view(tx, case)?, people::list(tx)?))
    }).await?;
    let shell = Shell::of(&who, &session, name, who.words.t("menu-people")).under([("/cases".to_owned(), who.words.t("menu-cases")), (format!("/cases/{case}"), found.number.clone())]);
    let (role, own) = (session.role, session.membership);
    let leads = found.parties.iter().any(|party| Some(party.hat) == own);
    let of: Vec<PartyView> = found.parties.iter().filter(|party| leads && !party.deputy && role.is_some_and(|role| STAND_IN.allows(role)) && (role == Some(Role::Coordinator) || Some(party.hat) == own)).cloned().collect();
    let others = if of.is_empty() { vec![] } else { others.into_iter().filter(|one| one.state == "active" && of.iter().any(|party| party.role == one.role && party.hat != one.id)).collect() };
    let no_deputy = !found.parties.iter().any(|party| party.deputy && party.role == "CO");
    let parties = found.parties.into_iter().map(|party| { let until = party.until.map(|at| shell.w.day(&at.with_timezone(&session.zone).date_naive().pred_opt().unwrap_or_default())).unwrap_or_default(); (party, until) }).collect();
    page(&PeoplePage { may_end: leads && role.is_some_and(|role| END_PARTY.allows(role)), shell, case, parties, of, others, no_deputy })
}

fn back(case: CaseId) -> HttpResponse {
    see_other(&format!("/cases/{case}/people"))
}

async fn stand_in(app: Data<App>, who: Who, case: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    let hat = |field: &str| posted.get(field).parse::<MembershipId>().map_err(|_| Problem::new(422, "faults").at(field, "not-an-option"));
    let (of, by) = (hat("of")?, hat("by")?);
    let until = posted.some("until").map(|day| day.parse().map_err(|_| Problem::new(422, "faults").at("until", "impossible-date"))).transpose()?;
    app.run(who.caller(), move |tx| super::stand_in(tx, case, of, by, until)).await?;
    Ok(back(case))
}

async fn end_party(app: Data<App>, who: Who, case: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    let hat = posted.get("hat").parse().map_err(|_| Refused::NotFound)?;
    app.run(who.caller(), move |tx| super::end_party(tx, case, hat)).await?;
    Ok(back(case))
}
