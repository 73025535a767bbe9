//! The round of reactions: passages placed with organisations and relatives, what they said, and what was done with it (T12 to T14); and
//! the final draft, frozen for the quality reviewer.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;

use crate::access::Kind;
use crate::cases::{self, framed_in_case};
use crate::compartments;
use crate::documents::pages::lang;
use crate::http::{Posted, Problem, Routes, Shell, Who, page, see_other};
use crate::ids::{CaseId, CompartmentId, PassageId};
use crate::reflections;
use crate::reports::{self, FREEZE, NO_ANSWER, PLACE, Placed, SETTLE};
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/cases/{case}/consultation", &PLACE, "Passages placed for reaction, and what came of them", consultation);
    routes.act("POST", "/cases/{case}/consultation", &PLACE, "Places a passage", place);
    routes.act("POST", "/cases/{case}/consultation/settle", &SETTLE, "Settles a reaction", settle);
    routes.act("POST", "/cases/{case}/consultation/no-answer", &NO_ANSWER, "Notes that nobody answered", no_answer);
    routes.act("POST", "/cases/{case}/consultation/final-draft", &FREEZE, "Freezes the draft for the quality reviewer", freeze);
}

/// A passage, with where it lies in words and what was replied.
struct Row {
    passage: Placed,
    to: String,
    due: String,
    said: Vec<(String, Vec<String>)>,
}

#[derive(Template)]
#[template(path = "desk/consultation.html")]
struct ConsultationPage {
    shell: Shell,
    case: CaseId,
    rows: Vec<Row>,
    /// Where a passage can be placed.
    places: Vec<(CompartmentId, String)>,
    may_settle: bool,
    may_note: bool,
    may_freeze: bool,
}

async fn consultation(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    let ((passages, replies, organisations, kin, read), shell, session) = framed_in_case(&app, &who, case, "consultation", move |tx| -> Result<_, Refused> {
        tx.may(&PLACE, crate::tx::Place::Case(case))?;
        let organisations: Vec<(CompartmentId, String)> = reflections::of_case(tx, case)?.into_iter().filter(|one| one.state != "recalled").map(|one| (one.compartment, one.organisation_name)).collect();
        let kin: Vec<CompartmentId> = compartments::of_case(tx, case, Kind::Kin)?.into_iter().map(|one| one.id).collect();
        let read = cases::profile_and_language(tx, case)?.0.relatives.read_draft();
        Ok((reports::placed(tx, case)?, reports::replies(tx, case)?, organisations, kin, read))
    }).await?;
    let w = shell.w;
    // Relatives are told apart by number: who they are, their contact knows.
    let relatives = kin.into_iter().zip(1..).map(|(id, number)| (id, w.a("relative-number", "number", number)));
    let mut places: Vec<(CompartmentId, String)> = organisations;
    let relatives: Vec<(CompartmentId, String)> = relatives.collect();
    let names: BTreeMap<CompartmentId, String> = places.iter().chain(&relatives).cloned().collect();
    // Nothing can be placed with relatives who read no draft in this variant.
    places.extend(relatives.into_iter().filter(|_| read));
    let config = &app.parts().config;
    let rows = passages.into_iter().map(|passage| {
        let said = replies.get(&passage.id).and_then(|(form, answers)| Some(form::summary(config.forms.get(form)?, answers, &config.lists(), lang(w.language)))).unwrap_or_default();
        Row { to: names.get(&passage.compartment).cloned().unwrap_or_default(), due: w.day(&passage.due_on), said, passage }
    }).collect();
    let may = |act: &crate::access::Act| session.role.is_some_and(|role| act.allows(role));
    page(&ConsultationPage { may_settle: may(&SETTLE), may_note: may(&NO_ANSWER), may_freeze: may(&FREEZE), shell, case, rows, places })
}

fn back(case: CaseId) -> HttpResponse {
    see_other(&format!("/cases/{case}/consultation"))
}

async fn place(app: Data<App>, who: Who, case: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    let to: Vec<CompartmentId> = posted.0.iter().filter(|(field, _)| field == "to").filter_map(|(_, id)| id.parse().ok()).collect();
    if to.is_empty() {
        return Err(Problem::new(422, "faults").at("to", "required"));
    }
    app.run(who.caller(), move |tx| to.iter().try_for_each(|within| reports::place(tx, case, *within, posted.get("about"), posted.get("title"), posted.get("text")).map(drop))).await?;
    Ok(back(case))
}

fn passage(posted: &Posted) -> Result<PassageId, Problem> {
    posted.get("passage").parse().map_err(|_| Refused::NotFound.into())
}

async fn settle(app: Data<App>, who: Who, case: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (case, id) = (case.into_inner(), passage(&posted)?);
    app.run(who.caller(), move |tx| reports::settle(tx, id, posted.get("settled"), posted.get("because"))).await?;
    Ok(back(case))
}

async fn no_answer(app: Data<App>, who: Who, case: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (case, id) = (case.into_inner(), passage(&posted)?);
    app.run(who.caller(), move |tx| reports::no_answer(tx, id)).await?;
    Ok(back(case))
}

async fn freeze(app: Data<App>, who: Who, case: Path<CaseId>, _posted: Posted) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    app.run(who.caller(), move |tx| reports::freeze(tx, case)).await?;
    Ok(back(case))
}
