//! The pages of removals: the coordinator's in the case, the officers' beside recovery.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;

use super::{CARRY_OUT, DECIDE_REMOVAL, GROUNDS, PROPOSE_REMOVAL, READ_REMOVALS, REASONS, Removal, Subject};
use crate::cases::{CaseError, framed_in_case};
use crate::http::{Posted, Problem, Routes, Shell, Who, framed, page, see_other};
use crate::ids::{CaseId, RemovalId};
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/cases/{case}/removals", &PROPOSE_REMOVAL, "Persons who were wrongly in a case", of_case);
    routes.act("POST", "/cases/{case}/removals", &PROPOSE_REMOVAL, "Proposes that a person is removed", propose);
    routes.act("POST", "/cases/{case}/removals/withdraw", &PROPOSE_REMOVAL, "Takes the proposal back", withdraw);
    routes.act("POST", "/cases/{case}/removals/carry-out", &CARRY_OUT, "Takes the person out", carry_out);
    routes.act("GET", "/removals", &READ_REMOVALS, "Removals that wait for two officers", waiting);
    routes.act("POST", "/removals/confirm", &DECIDE_REMOVAL, "Confirms a removal", confirm);
    routes.act("POST", "/removals/refuse", &DECIDE_REMOVAL, "Refuses a removal", refuse);
}

#[derive(Template)]
#[template(path = "cases/removals.html")]
struct CasePage {
    shell: Shell,
    case: CaseId,
    keys: Vec<String>,
    reasons: [&'static str; 3],
    removals: Vec<(Removal, String)>,
}

async fn of_case(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    let ((keys, removals), shell, session) = framed_in_case(&app, &who, case, "removals", move |tx| -> Result<_, CaseError> {
        let removals = super::removals(tx, case)?;
        Ok((super::keys_of(tx, case)?, removals))
    }).await?;
    let removals = removals.into_iter().map(|one| { let day = shell.w.moment(&one.made_at, &session.zone); (one, day) }).collect();
    page(&CasePage { shell, case, keys, reasons: REASONS, removals })
}

fn removal(posted: &Posted) -> Result<RemovalId, Problem> {
    posted.get("removal").parse().map_err(|_| Refused::NotFound.into())
}

fn back(case: CaseId) -> HttpResponse {
    see_other(&format!("/cases/{case}/removals"))
}

async fn propose(app: Data<App>, who: Who, case: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    let subject = match posted.some("relative") {
        Some(relative) => Subject::Relative(relative.parse().map_err(|_| Refused::NotFound)?),
        None => Subject::Person(posted.get("subject").to_owned()),
    };
    app.run(who.caller(), move |tx| super::propose_removal(tx, case, &subject, posted.get("reason"))).await?;
    Ok(back(case))
}

async fn withdraw(app: Data<App>, who: Who, case: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (case, id) = (case.into_inner(), removal(&posted)?);
    app.run(who.caller(), move |tx| super::withdraw_removal(tx, case, id)).await?;
    Ok(back(case))
}

async fn carry_out(app: Data<App>, who: Who, case: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (case, id) = (case.into_inner(), removal(&posted)?);
    app.run(who.caller(), move |tx| super::carry_out(tx, case, id)).await?;
    Ok(back(case))
}

#[derive(Template)]
#[template(path = "cases/removals_waiting.html")]
struct WaitingPage {
    shell: Shell,
    grounds: [&'static str; 3],
    removals: Vec<(Removal, String)>,
}

async fn waiting(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let (removals, shell, session) = framed(&app, &who, |_, _| words.t("removals"), super::waiting_removals).await?;
    let removals = removals.into_iter().map(|one| { let day = shell.w.moment(&one.made_at, &session.zone); (one, day) }).collect();
    page(&WaitingPage { shell, grounds: GROUNDS, removals })
}

async fn confirm(app: Data<App>, who: Who, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = removal(&posted)?;
    app.run(who.caller(), move |tx| super::confirm_removal(tx, id, posted.get("ground"))).await?;
    Ok(see_other("/removals"))
}

async fn refuse(app: Data<App>, who: Who, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = removal(&posted)?;
    app.run(who.caller(), move |tx| super::refuse_removal(tx, id)).await?;
    Ok(see_other("/removals"))
}
