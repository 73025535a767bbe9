//! A relative's own page, and the same place as their contact sees it.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use form::{Answers, Shown, check, from_form_post, to_fields};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::access::Role;
use crate::cases::{self, PartyView};
use crate::compartments;
use crate::documents::pages::{Field, draw, fault_lines, fields, lang};
use crate::forms;
use crate::http::{Posted, Problem, Query, Routes, Shell, Who, framed, page, page_or_refused, see_other};
use crate::ids::{CaseId, PassageId, QuestionId, RelativeId};
use crate::library::{self, Beside};
use crate::people::{self, Invitation};
use crate::relatives::{self, ADD_MEMBER, ANSWER, ASK, Asked, Belongs, Card, Course, DECIDE, Decision, LET_CONTACT_IN, Mine, NAME_DEPUTY, Naming, READ_QUESTIONS, REGISTER, WITHDRAW};
use crate::reports::{self, Passage, Wordings};
use crate::tx::{App, Place, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.own("GET", "/mine", "A relative's own page", mine);
    routes.act("GET", "/cases/{case}/relatives", &REGISTER, "The relatives of a case one is contact of", of_case);
    routes.act("POST", "/cases/{case}/relatives", &REGISTER, "Registers a relative", register);
    routes.act("GET", "/relatives/{relative}", &READ_QUESTIONS, "A relative's place", one);
    routes.act("POST", "/relatives/{relative}/ask", &ASK, "Asks a question", ask);
    routes.act("POST", "/relatives/{relative}/answer/{question}", &ANSWER, "Answers a question", answer);
    routes.act("POST", "/relatives/{relative}/decision", &DECIDE, "Decides whether a relative is asked, later, or not", decide);
    routes.act("GET", "/relatives/{relative}/withdraw", &WITHDRAW, "Asks whether one's words may no longer be used", withdraw_page);
    routes.act("POST", "/relatives/{relative}/withdraw", &WITHDRAW, "Takes back that one's words are used", withdraw);
    routes.act("POST", "/relatives/{relative}/deputy", &NAME_DEPUTY, "Names who stands in for the named contact", deputy);
    routes.act("POST", "/relatives/{relative}/let-in", &LET_CONTACT_IN, "Lets a new contact who waits for the key read", let_contact_in);
    routes.act("POST", "/relatives/{relative}/until", &ADD_MEMBER, "Sets a guardian's last day", until);
    routes.act("POST", "/relatives/{relative}/invite", &ADD_MEMBER, "Lets the relative in", invite);
}

/// Whether one is here for the first time.
#[derive(Deserialize, JsonSchema)]
struct Start {
    #[serde(default)]
    first: bool,
}

async fn mine(app: Data<App>, who: Who, start: Query<Start>) -> Result<HttpResponse, Problem> {
    let (found, session) = app.run_as(who.caller(), relatives::mine).await?;
    match found.first() {
        // A relative chooses at the start whether the bureau's recovery applies to their place.
        Some(own) if start.first && session.role == Some(Role::Relative) => Ok(see_other(&format!("/relatives/{}/recovery-choice", own.id))),
        Some(own) => Ok(see_other(&format!("/relatives/{}", own.id))),
        None => Err(Refused::NotFound.into()),
    }
}

#[derive(Template)]
#[template(path = "desk/relative.html")]
struct RelativePage {
    shell: Shell,
    place: Mine,
    /// Where the case stands; since when, in words; the phases with whether each is behind, here or ahead.
    course: Course,
    since: String,
    phases: Vec<(&'static str, &'static str)>,
    questions: Vec<(Asked, String)>,
    passages: Vec<Passage>,
    /// Words that hold the report, and what was proposed instead.
    wordings: Wordings,
    people: Vec<Belongs>,
    /// The bureau's number, for where the contact gave none.
    bureau_phone: String,
    /// Coordinators of the case who do not belong here yet.
    coordinators: Vec<PartyView>,
    no_deputy: bool,
    /// Whether somebody of the bureau is there for them.
    has_contact: bool,
    contact: bool,
    /// Passages that may be read and answered.
    waiting: usize,
    /// Questions without an answer yet.
    unanswered: usize,
    /// How the report can name somebody in this variant.
    naming_ways: Vec<&'static str>,
    /// Whether it is the relative, who decides, and not who supports them.
    decides: bool,
    /// What was decided of the name.
    naming: Option<Naming>,
    /// What the relative asked to be told, for the contact: what and when; for the relative: which passages.
    asks: Vec<(String, String)>,
    asked_told: Vec<PassageId>,
    /// Whether they asked to be told of all of it.
    asked_all: bool,
    /// Who it is, and the word they use for the death: for the contact.
    name: String,
    word: String,
    /// What was published, for who belongs here.
    published: Vec<(Beside, String)>,
    withdrawn: String,
    /// What they chose of recovery; none before they did, and for who does not choose.
    recovery: Option<bool>,
    /// That what was sent has arrived; empty where nothing was.
    arrived: String,
}

impl RelativePage {
    /// Key of what applies to whoever loses passphrase and printed code.
    fn recovery_told(&self) -> &'static str {
        match self.recovery {
            Some(true) => "recovery-chosen-with",
            Some(false) => "recovery-chosen-without",
            None => "recovery-chosen-not",
        }
    }
}

/// What was sent from this page just now.
#[derive(Deserialize, JsonSchema)]
struct Sent {
    #[serde(default)]
    sent: String,
}

/// The word that it arrived: for the relative what happens with it, for their contact that it is written down.
fn arrived(sent: &str, contact: bool) -> &'static str {
    match (sent, contact) {
        ("question" | "reply", true) => "arrived-told",
        ("question", false) => "arrived-question",
        ("reply", false) => "arrived-reply",
        _ => "",
    }
}

async fn one(app: Data<App>, who: Who, id: Path<RelativeId>, sent: Query<Sent>) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let words = who.words;
    let ((place, course, questions, passages, wordings, people, coordinators, published, naming, naming_ways, told, seen, recovery, bureau_phone), shell, session) = framed(&app, &who, |_, _| words.t("menu-mine"), move |tx| -> Result<_, Refused> {
        let place = relatives::mine(tx)?.into_iter().find(|place| place.id == id).ok_or(Refused::NotFound)?;
        let course = relatives::course(tx, id)?;
        let questions = relatives::questions(tx, id)?;
        let passages = reports::of_compartment(tx, place.compartment)?;
        let wordings = reports::wordings(tx, id)?;
        // A supporter is not shown who else belongs here.
        let people = if tx.session()?.role == Some(Role::Supporter) { vec![] } else { relatives::members(tx, id)? };
        let coordinators = match place.case.filter(|_| tx.session().is_ok_and(|session| session.role == Some(Role::Coordinator))) {
            Some(case) => cases::view(tx, case).map_err(|_| Refused::NotFound)?.parties.into_iter().filter(|party| party.role == "CO" && !people.iter().any(|one| one.hat == party.hat)).collect(),
            None => vec![],
        };
        let case = relatives::evaluated_case(tx, id)?;
        let published = library::of_case(tx, case)?;
        let phone = tx.bureau_phone()?;
        let (naming, told) = (relatives::naming(tx, id)?, cases::asked_to_be_told(tx, place.compartment)?);
        let seen = match place.case.filter(|_| tx.session().is_ok_and(|session| session.role == Some(Role::Coordinator))) {
            Some(case) => Some((relatives::card(tx, id)?, cases::number_of(tx, case)?)),
            None => None,
        };
        let naming_ways = relatives::naming_ways(tx, id)?;
        let recovery = compartments::recovery_chosen(tx, place.compartment)?;
        Ok((place, course, questions, passages, wordings, people, coordinators, published, naming, naming_ways, told, seen, recovery, phone))
    }).await?;
    // The page itself says who it is, so that nobody answers in the wrong tab; its title, which a browser remembers, does not.
    let shell = match &seen {
        Some((_, number)) => Shell { title: shell.w.a("a-relative-of", "number", number), ..shell },
        None => shell,
    };
    let arrived = match arrived(&sent.sent, seen.is_some()) {
        "" => String::new(),
        key => shell.w.t(key),
    };
    let (name, word) = seen.map(|(card, _)| (card.name, card.word_for_death)).unwrap_or_default();
    let at = relatives::phases().iter().position(|phase| *phase == course.phase).unwrap_or_default();
    let phases = relatives::phases().into_iter().enumerate().map(|(index, phase)| (phase, if index < at { "done" } else if index == at { "here" } else { "" })).collect();
    let since = shell.w.day(&course.since.with_timezone(&session.zone).date_naive());
    let waiting = passages.iter().filter(|passage| matches!(passage.state.as_str(), "placed" | "opened")).count();
    let unanswered = questions.iter().filter(|asked| asked.answer.is_none() && asked.because.is_none()).count();
    let questions = questions.into_iter().map(|asked| { let due = shell.w.day(&asked.due_on); (asked, due) }).collect();
    let published = published.into_iter().map(|one| { let day = shell.w.day(&one.published_on); (one, day) }).collect();
    let withdrawn = place.withdrawn_at.map(|at| shell.w.day(&at.with_timezone(&session.zone).date_naive())).unwrap_or_default();
    let asks = told.iter().map(|asked| {
        let what = asked.about.and_then(|about| passages.iter().find(|passage| passage.id.uuid() == about)).map_or_else(|| shell.w.t("told-all"), |passage| passage.title.clone());
        (what, shell.w.day(&asked.at.with_timezone(&session.zone).date_naive()))
    }).collect();
    let asked_all = told.iter().any(|asked| asked.about.is_none());
    let asked_told = told.into_iter().filter_map(|asked| Some(asked.about?.into())).collect();
    page(&RelativePage { decides: session.role == Some(Role::Relative), naming, naming_ways, asks, asked_told, asked_all, recovery, arrived, name, word, course, since, phases, published, withdrawn, contact: session.role == Some(Role::Coordinator), no_deputy: !people.iter().any(|one| one.deputy), has_contact: people.iter().any(|one| one.role == "CO"), waiting, unanswered, shell, place, questions, passages, wordings, people, bureau_phone, coordinators })
}

async fn let_contact_in(app: Data<App>, who: Who, id: Path<RelativeId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let hat = posted.get("hat").parse().map_err(|_| Refused::NotFound)?;
    app.run(who.caller(), move |tx| relatives::let_contact_in(tx, id, hat)).await?;
    Ok(back(id))
}

pub(super) fn back(id: RelativeId) -> HttpResponse {
    see_other(&format!("/relatives/{id}"))
}

async fn ask(app: Data<App>, who: Who, id: Path<RelativeId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| relatives::ask(tx, id, posted.get("text"), posted.get("contact_only") == "true")).await?;
    Ok(see_other(&format!("/relatives/{id}?sent=question")))
}

async fn answer(app: Data<App>, who: Who, path: Path<(RelativeId, QuestionId)>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (id, question) = path.into_inner();
    let answers: Answers = ["status", "answer", "because"].into_iter().filter_map(|field| Some((field.to_owned(), posted.some(field)?.into()))).collect();
    app.run(who.caller(), move |tx| relatives::answer(tx, question, &answers)).await?;
    Ok(back(id))
}

async fn decide(app: Data<App>, who: Who, id: Path<RelativeId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let decision = match posted.get("decision") {
        "asked" => Decision::Asked,
        "later" => Decision::Later,
        "not" => Decision::Not,
        _ => return Err(Problem::new(422, "faults").at("decision", "not-an-option")),
    };
    let case = app.run(who.caller(), move |tx| -> Result<_, Refused> {
        relatives::decide(tx, id, decision, posted.some("reason").as_deref())?;
        Ok(relatives::mine(tx)?.into_iter().find(|place| place.id == id).and_then(|place| place.case))
    }).await?;
    Ok(case.map_or_else(|| back(id), |case| see_other(&format!("/cases/{case}/relatives"))))
}

#[derive(Template)]
#[template(path = "desk/withdraw.html")]
struct WithdrawPage {
    shell: Shell,
    id: RelativeId,
}

async fn withdraw_page(app: Data<App>, who: Who, id: Path<RelativeId>) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let words = who.words;
    let ((), shell, _) = framed(&app, &who, |_, _| words.t("withdraw-words"), move |tx| -> Result<(), Refused> {
        let within = relatives::mine(tx)?.into_iter().find(|place| place.id == id).ok_or(Refused::NotFound)?.compartment;
        tx.may(&WITHDRAW, Place::Compartment(within))
    }).await?;
    page(&WithdrawPage { shell, id })
}

async fn withdraw(app: Data<App>, who: Who, id: Path<RelativeId>, _posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| relatives::withdraw(tx, id)).await?;
    Ok(back(id))
}

async fn deputy(app: Data<App>, who: Who, id: Path<RelativeId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let by = posted.get("by").parse().map_err(|_| Problem::new(422, "faults").at("by", "not-an-option"))?;
    app.run(who.caller(), move |tx| relatives::name_deputy(tx, id, by, None)).await?;
    Ok(back(id))
}

async fn until(app: Data<App>, who: Who, id: Path<RelativeId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let hat = posted.get("hat").parse().map_err(|_| Refused::NotFound)?;
    let day = posted.get("until").parse().map_err(|_| Problem::new(422, "faults").at("until", "impossible-date"))?;
    app.run(who.caller(), move |tx| relatives::set_until(tx, id, hat, day)).await?;
    Ok(back(id))
}

async fn invite(app: Data<App>, who: Who, id: Path<RelativeId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let role = if posted.get("role") == "SU" { Role::Supporter } else { Role::Relative };
    let name = posted.some("name").ok_or_else(|| Problem::new(422, "faults").at("name", "required"))?;
    let until = posted.some("until").map(|day| day.parse().map_err(|_| Problem::new(422, "faults").at("until", "impossible-date"))).transpose()?;
    let second = people::second_code();
    let person = Invitation { role, name: name.clone(), organisation: None, second: Some(second.clone()) };
    let made = people::invite_and(&app, who.caller(), person, move |tx, hat| relatives::add_member(tx, id, hat, role, until)).await?;
    // The letter to the relative goes to the address of their plan.
    let address = app.run(who.caller(), move |tx| relatives::card(tx, id)).await?.address;
    people::letter_page(&app, &who, &made, people::To { role, name, address: if role == Role::Relative { address } else { vec![] }, second: Some(second), back: format!("/relatives/{id}") }).await
}

#[derive(Template)]
#[template(path = "desk/relatives.html")]
struct RelativesPage {
    shell: Shell,
    case: CaseId,
    cards: Vec<Card>,
    /// How many relatives of the case there are whose place does not open to who looks.
    closed: i64,
    fields: Vec<Field>,
    error: Option<String>,
    /// What is at fault: where it stands, and what to do.
    faults: Vec<(String, String)>,
    /// Who goes by the name that was filled in already: asked about before somebody is registered a second time.
    same: Vec<(RelativeId, String)>,
}

async fn drawn(app: &App, who: &Who, case: CaseId, answers: &Answers, faults: &[form::Fault], error: Option<String>, same: Vec<(RelativeId, String)>) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let ((cards, closed, definition), shell, _) = framed(app, who, |_, _| words.t("relatives"), move |tx| -> Result<_, Refused> {
        tx.may(&REGISTER, Place::Case(case))?;
        let mut cards: Vec<Card> = vec![];
        for place in relatives::mine(tx)?.into_iter().filter(|place| place.case == Some(case)) {
            match relatives::card(tx, place.id) {
                Ok(card) => cards.push(card),
                // They follow somebody who left, and have no key yet.
                Err(Refused::Rule("key-waits")) => {}
                Err(why) => return Err(why),
            }
        }
        let there = i64::try_from(cards.iter().filter(|card| card.state != "ended").count()).unwrap_or_default();
        let closed = (relatives::count(tx, case)? - there).max(0);
        Ok((cards, closed, relatives::plan_form(tx, case)?))
    }).await?;
    let parts = app.parts();
    let lists = parts.config.lists();
    let shown = Shown { lang: lang(shell.w.language), lists: &lists, faults, add_to: None };
    let fields = fields(to_fields(&definition, None, answers, &shown), &shell.w);
    let faults = fault_lines(&definition, faults, &shell.w);
    let refused = error.is_some();
    page_or_refused(&RelativesPage { shell, case, cards, closed, fields, error, faults, same }, refused)
}

async fn of_case(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<HttpResponse, Problem> {
    drawn(&app, &who, case.into_inner(), &Answers::new(), &[], None, vec![]).await
}

async fn register(app: Data<App>, who: Who, case: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    let parts = app.parts().clone();
    let definition = app.run(who.caller(), move |tx| relatives::plan_form(tx, case)).await?;
    let answers = from_form_post(&definition, None, &posted.0);
    let mut faults = check(&definition, &answers, &parts.config.lists());
    faults.extend(form::missing(&definition, &answers).iter().map(form::Fault::required));
    if !faults.is_empty() {
        return drawn(&app, &who, case, &answers, &faults, Some(who.words.t("errors")), vec![]).await;
    }
    if posted.get("do") != "another" {
        let told = answers.clone();
        let same = app.run(who.caller(), move |tx| relatives::of_that_name(tx, case, &told)).await?;
        if !same.is_empty() {
            return drawn(&app, &who, case, &answers, &[], None, same).await;
        }
    }
    let told = answers.clone();
    match app.run(who.caller(), move |tx| relatives::register(tx, case, &told)).await {
        Ok((id, _)) => Ok(back(id)),
        Err(Refused::Faults(found)) => drawn(&app, &who, case, &answers, &forms::shown(found), Some(who.words.t("errors")), vec![]).await,
        Err(why) => Err(why.into()),
    }
}
