//! The round of reactions: passages placed with organisations and relatives, what they said, and what was done with it (T12 to T14); and
//! the final draft, frozen for the quality reviewer.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;

use super::relative_acts::ConfirmPage;
use crate::access::{Kind, Role};
use crate::cases::{self, framed_in_case};
use crate::compartments;
use crate::documents::pages::lang;
use crate::http::{Posted, Problem, Routes, Shell, Who, page, see_other};
use crate::ids::{CaseId, CompartmentId, PassageId};
use crate::reflections;
use crate::relatives;
use crate::reports::{self, FREEZE, NO_ANSWER, PLACE, Placed, SETTLE};
use crate::texts::Words;
use crate::tx::{App, Refused, Tx};

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
    /// Whether relatives are among them.
    told: bool,
    may_settle: bool,
    may_note: bool,
    may_freeze: bool,
}

/// Whom something of a case can be laid before.
struct Around {
    organisations: Vec<(CompartmentId, String)>,
    /// Relatives, with the name for who may know it; else empty.
    relatives: Vec<(CompartmentId, String)>,
}

/// Organisations and relatives of a case; a relative's name is looked up where it is shown, since each look stands in their log.
fn around(tx: &mut Tx, case: CaseId, shown: impl Fn(CompartmentId) -> bool) -> Result<Around, Refused> {
    let organisations = reflections::of_case(tx, case)?.into_iter().filter(|one| one.state != "recalled").map(|one| (one.compartment, one.organisation_name)).collect();
    let kin: Vec<CompartmentId> = compartments::of_case(tx, case, Kind::Kin)?.into_iter().map(|one| one.id).collect();
    // Their contact knows who they are.
    let mut names: BTreeMap<CompartmentId, String> = BTreeMap::new();
    if tx.session()?.role == Some(Role::Coordinator) {
        for place in relatives::mine(tx)?.into_iter().filter(|place| place.case == Some(case) && shown(place.compartment)) {
            // A place whose card does not open to them now keeps its number.
            if let Ok(name) = relatives::name(tx, place.id) {
                names.insert(place.compartment, name);
            }
        }
    }
    Ok(Around { organisations, relatives: kin.into_iter().map(|id| (id, names.remove(&id).unwrap_or_default())).collect() })
}

impl Around {
    /// Organisations, and relatives: told apart by number, which everybody who leads the case sees alike, and by name for their contact.
    fn in_words(self, w: &Words) -> (Vec<(CompartmentId, String)>, Vec<(CompartmentId, String)>) {
        let told = |(number, (id, name)): (i32, (CompartmentId, String))| {
            let numbered = w.a("relative-number", "number", number);
            (id, if name.is_empty() { numbered } else { format!("{name} ({numbered})") })
        };
        (self.organisations, (1..).zip(self.relatives).map(told).collect())
    }
}

/// Relatives with what was laid before them already: of somebody without a name, that is what whoever lays something before them knows.
fn with_before(relatives: Vec<(CompartmentId, String)>, placed: &[Placed], w: &Words) -> Vec<(CompartmentId, String)> {
    relatives.into_iter().map(|(id, name)| {
        let before: Vec<&str> = placed.iter().filter(|passage| passage.compartment == id).map(|passage| passage.about.as_str()).collect();
        let told = if before.is_empty() { name } else { w.with("place-before", &[("name", &name), ("abouts", &before.join(", "))]) };
        (id, told)
    }).collect()
}

async fn consultation(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    let ((passages, replies, around, read), shell, session) = framed_in_case(&app, &who, case, "consultation", move |tx| -> Result<_, Refused> {
        tx.may(&PLACE, crate::tx::Place::Case(case))?;
        let read = cases::profile_and_language(tx, case)?.0.relatives.read_draft();
        let passages = reports::placed(tx, case)?;
        // A relative is named where something can be placed with them, or was.
        let laid: BTreeSet<CompartmentId> = passages.iter().map(|passage| passage.compartment).collect();
        let around = around(tx, case, |within| read || laid.contains(&within))?;
        Ok((passages, reports::replies(tx, case)?, around, read))
    }).await?;
    let w = shell.w;
    let (mut places, relatives) = around.in_words(&w);
    let names: BTreeMap<CompartmentId, String> = places.iter().chain(&relatives).cloned().collect();
    // Nothing can be placed with relatives who read no draft in this variant.
    let told = !relatives.is_empty() && read;
    places.extend(with_before(relatives, &passages, &w).into_iter().filter(|_| read));
    let config = &app.parts().config;
    let rows = passages.into_iter().map(|passage| {
        let said = replies.get(&passage.id).and_then(|(form, answers)| Some(form::summary(config.forms.get(form)?, answers, &config.lists(), lang(w.language)))).unwrap_or_default();
        Row { to: names.get(&passage.compartment).cloned().unwrap_or_default(), due: w.day(&passage.due_on), said, passage }
    }).collect();
    let may = |act: &crate::access::Act| session.role.is_some_and(|role| act.allows(role));
    page(&ConsultationPage { may_settle: may(&SETTLE), may_note: may(&NO_ANSWER), may_freeze: may(&FREEZE), shell, case, rows, places, told })
}

fn back(case: CaseId) -> HttpResponse {
    see_other(&format!("/cases/{case}/consultation"))
}

/// Before whom, and what, before it is laid there: nobody can take it back.
async fn place_page(app: &App, who: &Who, case: CaseId, to: Vec<CompartmentId>, posted: &Posted) -> Result<HttpResponse, Problem> {
    let chosen = to.clone();
    let (found, shell, _) = framed_in_case(app, who, case, "place-passage", move |tx| -> Result<_, Refused> {
        tx.may(&PLACE, crate::tx::Place::Case(case))?;
        Ok((around(tx, case, |within| chosen.contains(&within))?, reports::placed(tx, case)?))
    }).await?;
    let w = shell.w;
    let (organisations, relatives) = found.0.in_words(&w);
    let relatives = with_before(relatives, &found.1, &w);
    let names: Vec<String> = organisations.into_iter().chain(relatives).filter(|(id, _)| to.contains(id)).map(|(_, name)| name).collect();
    let part = |field: &str| posted.get(field).to_owned();
    let fields = to.iter().map(|id| ("to", id.to_string())).chain([("about", part("about")), ("title", part("title")), ("text", part("text")), ("_sure", "true".to_owned())]).collect();
    page(&ConfirmPage {
        says: [w.a("place-passage-with", "names", names.join(", ")), w.a("place-passage-about", "about", posted.get("about")), part("title"), part("text"), w.t("place-passage-undo")].into_iter().filter(|line| !line.trim().is_empty()).collect(),
        action: format!("/cases/{case}/consultation"), fields, button: w.t("place-passage"), keep: w.t("not-now"), back: format!("/cases/{case}/consultation"), grave: false, shell,
    })
}

async fn place(app: Data<App>, who: Who, case: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    let to: Vec<CompartmentId> = posted.0.iter().filter(|(field, _)| field == "to").filter_map(|(_, id)| id.parse().ok()).collect();
    if to.is_empty() {
        return Err(Problem::new(422, "faults").at("to", "required"));
    }
    if posted.get("_sure") != "true" && !posted.get("text").trim().is_empty() && !posted.get("about").is_empty() {
        return place_page(&app, &who, case, to, &posted).await;
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
