//! The page of a case: where it stands, what comes next, who must act, what lies where.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;

use super::aside::{Clock, Turn, clock, turns};
use super::course::{Told, course};
use super::lanes::Picture;
use super::relative_acts::ConfirmPage;
use super::supply::{self, Need, Reader};
use crate::access::{Kind, Role};
use crate::cases::{self, ACCEPT, ADMIT, AskedFor, DECLINE, WHY_NOT, BY_COORDINATOR, Beside, CaseError, CaseView, FINAL_JUDGMENT, LET_READ, NAME, Named, PartyView, Phase, Step, EXTEND, TAKE_BACK, TAKE_ON, framed_in_case};
use crate::documents::SHEETS;
use crate::documents::pages::lang;
use crate::findings::{self, Recommendation};
use crate::http::{Posted, Problem, Routes, Shell, Who, framed, page, see_other};
use crate::ids::{CaseId, DeadlineId, MembershipId, ProposalId};
use crate::panels;
use crate::people;
use crate::reflections::{self, Outside};
use crate::register::duplicates::{self, Question};
use crate::relatives;
use crate::reports;
use crate::settings::Configured;
use crate::texts::Words;
use crate::thematic;
use crate::tx::{App, Place, Refused, Tx};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.own("GET", "/cases/{case}", "A case", case);
    routes.own("POST", "/cases/{case}/steps/{step}", "Takes a step", step);
    routes.act("POST", "/cases/{case}/facts/{fact}", &BY_COORDINATOR, "Declares a fact; some are the chair's", fact);
    routes.act("POST", "/cases/{case}/facts/{fact}/take-back", &TAKE_BACK, "Asks whether to take a declared fact back, and takes it back", take_back);
    routes.act("POST", "/cases/{case}/terms/{term}/extend", &EXTEND, "Moves a term to a later day", extend);
    routes.act("POST", "/cases/{case}/final-judgment", &FINAL_JUDGMENT, "Records when a judgment became final", final_judgment);
    routes.act("POST", "/cases/{case}/proposals", &cases::PROPOSE, "Asks the national coordination to sign", propose);
    routes.act("POST", "/cases/{case}/proposals/{proposal}/withdraw", &cases::WITHDRAW_PROPOSAL, "Takes a proposal back", withdraw);
    routes.act("POST", "/cases/{case}/parties", &NAME, "Names somebody", name);
    routes.act("POST", "/cases/{case}/take-on", &TAKE_ON, "Takes on a case that nobody coordinates", take_on);
    routes.act("POST", "/cases/{case}/parties/{hat}/let-read", &LET_READ, "Lets somebody lent read in a case", let_read);
    routes.act("POST", "/cases/{case}/accept", &ACCEPT, "Accepts to take part", accept);
    routes.act("POST", "/cases/{case}/decline", &DECLINE, "Says no to taking part", decline);
    routes.act("POST", "/cases/{case}/parties/{hat}/admit", &ADMIT, "Lets somebody take part who told of an interest or said no", admit);
}

/// A link to the documents of a form.
struct Link {
    href: String,
    title: String,
}

#[derive(Template)]
#[template(path = "desk/case.html")]
struct CasePage {
    shell: Shell,
    case: CaseView,
    /// Name, where the case is, what is still open in it.
    phases: Vec<(String, &'static str, String)>,
    /// Variant, coordinator, chair.
    about: String,
    steps: Vec<StepShown>,
    aside_steps: bool,
    clock: Option<Clock>,
    turns: Vec<Turn>,
    terms: Vec<TermShown>,
    may_extend: bool,
    /// Whether the day of a final judgment can be recorded, and the one that is.
    may_record_judgment: bool,
    final_judgment: Option<String>,
    reflections: Vec<(Outside, String)>,
    relatives: i64,
    recommendations: Vec<(Recommendation, String)>,
    same_case: Vec<Question>,
    proposals: Vec<(AskedFor, String)>,
    links: Vec<Link>,
    facts: Vec<&'static cases::Declared>,
    /// What was declared and can be taken back, with when.
    standing: Vec<(&'static cases::Declared, String)>,
    history: Vec<(String, String, String)>,
    picture: Option<Picture>,
    course: Vec<Told>,
    kept: Vec<super::keeping::Line>,
    people: Vec<people::Listed>,
    sectors: Vec<String>,
    must_accept: bool,
    /// The request to defer, for the chair who must agree to it: questions with their answers, none where it was not placed with them.
    deferral: Option<Vec<(String, Vec<String>)>>,
    /// Whether the reader was asked and has not signed: the question and their answer are all of the page.
    only_asked: bool,
    /// What the reader answered instead of accepting: `conflict`, `declined`, `admitted` where the coordinator asks them all the same; else empty.
    own_answer: String,
    /// Why one may say no.
    why_not: Vec<&'static str>,
    /// Those whose answer waits for the coordinator: the party, whether it tells of an interest.
    to_settle: Vec<(PartyView, bool)>,
    /// Roles taken with a code and held, as their person takes part in the case otherwise; for the coordinator.
    held: Vec<cases::Held>,
    /// Whether the hat worn is lent, and something of the case closed to it.
    closed_to_lent: bool,
    may_take_on: bool,
    /// Whether nobody who is there holds the key of the case any more; for coordinators of its bureau.
    key_is_lost: bool,
    /// Those lent, or waiting for the key, whom one may let read here; with who confirmed the latter.
    to_let_in: Vec<(PartyView, String, Rooms)>,
    /// Those who read a part of the case, with what is open and what is closed to them, where the reader has nothing to give.
    in_part: Vec<(PartyView, Rooms)>,
    may_see_log: bool,
    /// Purpose and ground the case was taken in for: question and answer.
    recorded: Vec<(String, String)>,
    may_name: bool,
    may_invite: bool,
    may_read_panel: bool,
    may_draft: bool,
    may_write_letters: bool,
    may_evaluate: bool,
    /// Whether it is a thematic review, and whether one asks for it; for who coordinates it.
    thematic: bool,
    asked: bool,
}

/// A step as it is drawn.
pub(super) struct StepShown {
    /// Which.
    pub(super) of: Step,
    /// Whether it leads on, and is no deferral, return or stop.
    onward: bool,
    /// `T7`.
    pub(super) step: String,
    /// Where it leads, in words.
    pub(super) to: String,
    /// Who takes it, in words.
    pub(super) by: String,
    /// What it still needs, who can supply it, and where.
    pub(super) missing: Vec<Need>,
    /// What of it the reader does first; nothing of theirs, or a step that is not the way on.
    pub(super) first: Option<Need>,
    /// Whether the role worn takes it.
    pub(super) mine: bool,
    /// The version of the case it was drawn with.
    pub(super) seen: i32,
    /// Where it is posted.
    pub(super) post: String,
    /// The page to read before it is taken; empty for one that is taken at once.
    pub(super) read_first: String,
    /// What the national coordination is asked to sign first; nothing for other steps, and for who does not ask.
    pub(super) propose: &'static str,
    /// What was asked of them already and waits, and since when; it is not asked once more.
    pub(super) waits: Option<(ProposalId, String)>,
}

/// What was asked already stands in place of asking it.
pub(super) fn asked_already(steps: &mut [StepShown], proposals: &[AskedFor], zone: &chrono_tz::Tz, words: &Words) {
    for step in steps.iter_mut().filter(|step| !step.propose.is_empty()) {
        let open = proposals.iter().find(|one| one.state == "open" && one.kind == step.propose);
        step.waits = open.map(|one| (one.id, words.a("asked-open", "day", words.day(&one.made_at.with_timezone(zone).date_naive()))));
    }
}

/// The steps that leave the state a case is in.
pub(super) fn steps_shown(case: &CaseView, reader: &Reader, config: &Configured, words: &Words) -> Vec<StepShown> {
    let role = reader.role;
    let state = cases::State::from_word(case.state).unwrap_or(cases::State::Notified);
    let read = role.is_some_and(|role| reports::READ_DECISION.allows(role)) && case.compartments.report.is_some();
    case.steps.iter().map(|step| {
        let lacking = step.missing.iter().filter(|lacks| !cases::by_the_step_itself(step.of, &lacks.what)).cloned().collect();
        let mut missing = supply::needs(case, lacking, reader, config, words);
        let mine = role.is_some_and(|role| step.by.contains(&role.code()));
        // Accepting comes before all else, and a case is closed on a page of its own.
        let first = if case.leads_on(step.of) && !reader.must_accept && !(mine && step.of == Step::T20) { supply::first(&mut missing) } else { None };
        StepShown {
            to: words.t(&format!("state-{}", step.to)), by: step.by.iter().map(|role| words.t(&format!("role-{role}"))).collect::<Vec<_>>().join(", "),
            onward: case.leads_on(step.of), missing, first, mine, seen: case.version, waits: None,
            propose: step.of.co_signed(state).filter(|_| step.missing.iter().any(|lacks| lacks.what == "co_signature") && role.is_some_and(|role| cases::PROPOSE.allows(role))).unwrap_or_default(),
            // Who decides on the publication reads what they decide on.
            read_first: if read && matches!(step.of, Step::T16 | Step::T17 | Step::T18) { format!("/cases/{}/decision", case.id) } else { String::new() },
            post: if step.of == Step::T17 { format!("/cases/{}/publish", case.id) } else { format!("/cases/{}/steps/{}", case.id, step.step) }, step: step.step.clone(), of: step.of,
        }
    }).collect()
}

/// An open term, ready to be drawn.
struct TermShown {
    id: DeadlineId,
    what: String,
    due: String,
    paused: bool,
    extended: i32,
}

struct Seen {
    case: CaseView,
    reflections: Vec<Outside>,
    relatives: i64,
    recommendations: Vec<Recommendation>,
    same_case: Vec<Question>,
    proposals: Vec<AskedFor>,
    people: Vec<people::Listed>,
    planned: Vec<cases::Planned>,
    asked: bool,
    /// Whether the national coordination has a copy of the review and the decision.
    placed: bool,
    /// Whether the caller took part, and so evaluates.
    took_part: bool,
    loans: Beside,
    /// Who confirmed those who wait for the key, by name.
    confirmed: BTreeMap<MembershipId, String>,
    key_is_lost: bool,
    /// Purpose and legal ground, as codes.
    recorded: (String, String),
    /// Whether the caller was asked to take part and has not signed.
    only_asked: bool,
    held: Vec<cases::Held>,
    /// The request to defer the caller must agree to; empty where it was not placed with them.
    deferral: Option<form::Answers>,
    today: chrono::NaiveDate,
}

/// Rooms of a case in words, of somebody to whom not all of them are open: what opens, what is open, what stays closed.
#[derive(Clone, Default)]
struct Rooms {
    opens: String,
    open: String,
    closed: String,
}

impl Rooms {
    fn of(keys: Option<&cases::Keys>, words: &Words) -> Rooms {
        let told = |kinds: &[String]| kinds.iter().map(|kind| words.t(&format!("key-room-{kind}"))).collect::<Vec<_>>().join(", ");
        keys.map(|keys| Rooms { opens: told(&keys.opens), open: told(&keys.open), closed: told(&keys.closed) }).unwrap_or_default()
    }
}

fn seen(tx: &mut Tx, id: CaseId) -> Result<Seen, CaseError> {
    let mut case = cases::view(tx, id)?;
    let lent: Vec<MembershipId> = case.parties.iter().filter(|party| party.lent_until.is_some()).map(|party| party.hat).collect();
    let loans = cases::beside_loans(tx, id, &lent)?;
    let mut confirmed = BTreeMap::new();
    for hat in loans.to_let_in.iter().filter(|hat| !lent.contains(hat)) {
        confirmed.insert(*hat, people::confirmed_by(tx, *hat)?.join(", "));
    }
    // What does not open is not offered to who is lent.
    for room in [&mut case.compartments.case, &mut case.compartments.coding, &mut case.compartments.panel, &mut case.compartments.report] {
        *room = room.filter(|room| loans.own.as_ref().is_none_or(|own| !own.closed.contains(room)));
    }
    let role = tx.session()?.role;
    let people = if role == Some(Role::Coordinator) { people::list(tx)?.into_iter().filter(|one| one.state == "active" && matches!(one.role.as_str(), "CH" | "SE" | "PM" | "QA")).collect() } else { vec![] };
    let relatives = if role == Some(Role::Coordinator) { relatives::count(tx, id)? } else { 0 };
    let agrees = role == Some(Role::Chair) && case.parties.iter().any(|party| party.role == Role::Chair.code()) && cases::offered_facts(&case).any(|fact| fact.name == cases::DEFERRAL_AGREED);
    let deferral = if agrees { Some(deferral_asked(tx, id)?) } else { None };
    Ok(Seen { reflections: reflections::of_case(tx, id)?, recommendations: findings::of_case(tx, id)?, same_case: duplicates::questions_beside(tx, id)?, proposals: cases::proposals_of(tx, id)?, relatives, people, planned: cases::planned(tx, id)?, asked: thematic::is_asked(tx, id)?, placed: reports::is_national(tx, id)?, took_part: reports::took_part(tx, id)?, recorded: cases::recorded_for(tx, id)?, only_asked: cases::only_asked(tx, id)?, held: if role == Some(Role::Coordinator) { cases::held(tx, id)? } else { vec![] }, key_is_lost: cases::key_is_lost(tx, id)?, loans, confirmed, deferral, today: tx.today(), case })
}

/// The request to defer; empty where it does not lie with the caller, or they wait for its key.
fn deferral_asked(tx: &mut Tx, id: CaseId) -> Result<form::Answers, Refused> {
    match cases::deferral_asked(tx, id) {
        Ok(request) => Ok(request.unwrap_or_default()),
        Err(Refused::NotFound | Refused::NotYours | Refused::Rule("key-waits")) => Ok(form::Answers::new()),
        Err(why) => Err(why),
    }
}

async fn case(app: Data<App>, who: Who, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let (found, shell, session) = framed(&app, &who, |found: &Seen, _| found.case.number.clone(), move |tx| seen(tx, id)).await?;
    let words = shell.w;
    let shell = shell.under([("/cases".to_owned(), words.t("menu-cases"))]);
    let role = session.role;
    let own = found.case.parties.iter().find(|party| Some(party.hat) == session.membership);
    let phase_at = Phase::ALL.iter().position(|phase| phase.word() == found.case.phase).unwrap_or(0);
    let open = found.reflections.iter().filter(|one| matches!(one.state.as_str(), "invited" | "answered")).count();
    let still = if open > 0 { words.with("still-open", &[("open", &open.to_string()), ("all", &found.reflections.len().to_string())]) } else { String::new() };
    let state = [Some(found.case.state), found.case.left_state].into_iter().flatten().map(|state| words.t(&format!("state-{state}"))).collect::<Vec<_>>().join(", ");
    let phases = Phase::ALL.iter().enumerate().map(|(at, phase)| {
        let stands = if at < phase_at { "done" } else if at == phase_at { "here" } else { "" };
        let name = words.t(&format!("phase-{}", phase.word()));
        let below = if stands != "here" { String::new() } else if phase.word() == "reflections" && !still.is_empty() { still.clone() } else { state.clone() };
        (name.clone(), stands, if below.to_lowercase() == name.to_lowercase() { String::new() } else { below })
    }).collect();
    let parts = app.parts();
    let own_answer = own.filter(|party| !party.signed).and_then(|party| party.answered.clone()).unwrap_or_default();
    let must_accept = own.is_some_and(|party| !party.signed && party.role != "CO") && matches!(own_answer.as_str(), "" | "admitted");
    let to_settle = found.case.parties.iter().filter(|party| role == Some(Role::Coordinator) && Some(party.hat) != session.membership && matches!(party.answered.as_deref(), Some("conflict" | "declined")))
        // What is held is settled where that is told.
        .filter(|party| !found.held.iter().any(|one| one.hat == party.hat))
        .map(|party| (party.clone(), party.answered.as_deref() == Some("conflict"))).collect();
    let stands = cases::State::from_word(found.case.state).unwrap_or(cases::State::Notified);
    let mut facts: Vec<&'static cases::Declared> = cases::offered_facts(&found.case).filter(|fact| role.is_some_and(|role| fact.act.allows(role)) && own.is_some() && !must_accept).collect();
    let mut steps = steps_shown(&found.case, &Reader { role, takes_part: own.is_some(), must_accept, facts: &facts }, &parts.config, &words);
    asked_already(&mut steps, &found.proposals, &session.zone, &words);
    // What stands where it is needed does not stand here once more.
    facts.retain(|fact| !steps.iter().flat_map(|step| &step.missing).any(|need| [need.fact, need.instead].into_iter().flatten().any(|shown| shown.name == fact.name)));
    let terms = found.case.deadlines.iter().map(|term| TermShown {
        id: term.id, what: words.t(&format!("term-{}", term.kind)), due: words.day(&term.due_on), paused: term.paused,
        extended: term.extended,
    }).collect();
    let variant = parts.config.profiles.get(&found.case.profile).and_then(|profile| profile.name.get(words.code()).or_else(|| profile.name.get("nl"))).cloned().unwrap_or_else(|| found.case.profile.clone());
    let named = |code: &str, key: &str| found.case.parties.iter().find(|party| party.role == code && !party.deputy && !party.name.is_empty()).map(|party| words.a(key, "name", &party.name));
    let about = [(!found.only_asked).then(|| words.with("case-about", &[("variant", &variant), ("day", &words.day(&found.case.notified_on))])), named("CO", "case-coordinator"), named("CH", "case-chair")].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let rooms = &found.case.compartments;
    let links = [(Kind::Case, rooms.case), (Kind::Panel, rooms.panel), (Kind::Report, rooms.report)].into_iter()
        .filter_map(|(kind, within)| Some((kind, within?)))
        .flat_map(|(kind, within)| SHEETS.into_iter().filter(move |sheet| sheet.within() == kind && role.is_some_and(|role| sheet.read.allows(role))).map(move |sheet| (within, sheet)))
        .filter_map(|(within, sheet)| Some(Link { href: format!("/rooms/{within}/{}", sheet.form), title: parts.config.forms.get(sheet.form)?.title.get(lang(words.language)).to_owned() }))
        .chain(found.placed.then(|| Link { href: format!("/cases/{}/national", found.case.id), title: words.t("placed-nationally") }))
        .chain((role == Some(Role::Coordinator) && own.is_some() && ["notified", "screening", "commissioned", "preparation"].contains(&found.case.state)).then(|| Link { href: format!("/cases/{}/same-case", found.case.id), title: words.t("twice-tell") })).collect();
    let recorded = recorded(&parts.config, &found.recorded, &words);
    let deferral = found.deferral.map(|request| parts.config.forms.get("deferral").filter(|_| !request.is_empty()).map(|form| form::summary(form, &request, &parts.config.lists(), lang(words.language))).unwrap_or_default());
    let standing = cases::standing(&found.case).into_iter().filter(|(fact, _)| role.is_some_and(|role| fact.act.allows(role)) && own.is_some()).map(|(fact, at)| (fact, words.moment(&at, &session.zone))).collect();
    let history = found.case.history.iter().rev().map(|step| (words.moment(&step.at, &session.zone), words.t(&format!("state-{}", step.to)), words.t(&format!("role-{}", step.role)))).collect();
    let (picture, course) = course(&found.case, &found.reflections, found.today, &session.zone, &words);
    let loans = found.loans;
    page(&CasePage {
        closed_to_lent: loans.own.is_some_and(|lent| own.is_none() || !lent.closed.is_empty()), may_take_on: loans.may_take_on, key_is_lost: found.key_is_lost,
        to_let_in: found.case.parties.iter().filter(|party| loans.to_let_in.contains(&party.hat)).map(|party| (party.clone(), found.confirmed.get(&party.hat).cloned().unwrap_or_default(), Rooms::of(loans.keys.get(&party.hat), &words))).collect(),
        in_part: found.case.parties.iter().filter(|party| !loans.to_let_in.contains(&party.hat) && loans.keys.get(&party.hat).is_some_and(|keys| !keys.open.is_empty()))
            .map(|party| (party.clone(), Rooms::of(loans.keys.get(&party.hat), &words))).collect(),
        clock: clock(&found.case.deadlines, found.today, &words), turns: turns(&found.case.deadlines, &found.reflections, role.map(Role::code), found.today, &words), about,
        may_evaluate: found.took_part, may_see_log: own.is_some() && rooms.case.is_some() && role == Some(Role::Coordinator),
        kept: super::keeping::lines(&app, &words, &session.zone, &found.planned), picture, course, may_extend: own.is_some() && !must_accept && role.is_some_and(|role| EXTEND.allows(role)),
        aside_steps: steps.iter().any(|step| !step.onward && (step.mine || !step.missing.is_empty())),
        must_accept, only_asked: found.only_asked, own_answer, why_not: WHY_NOT.to_vec(), to_settle, held: found.held, may_name: role == Some(Role::Coordinator) && own.is_some(),
        may_invite: stands.takes_invitations() && own.is_some() && !found.only_asked && role.is_some_and(|role| reflections::INVITE.allows(role)), may_read_panel: rooms.panel.is_some() && role.is_some_and(|role| panels::READ.allows(role)),
        may_write_letters: own.is_some() && role.is_some_and(|role| cases::LETTERS.allows(role)), may_draft: rooms.report.is_some() && role.is_some_and(|role| reports::READ.allows(role)),
        reflections: found.reflections.into_iter().map(|one| { let due = words.day(&one.due_on); (one, due) }).collect(),
        recommendations: found.recommendations.into_iter().map(|one| { let due = words.day(&one.due_on); (one, due) }).collect(),
        proposals: found.proposals.into_iter().filter(|one| matches!(one.state.as_str(), "open" | "refused")).map(|one| { let day = words.day(&one.settled_at.unwrap_or(one.made_at).with_timezone(&session.zone).date_naive()); (one, day) }).collect(),
        may_record_judgment: own.is_some() && role.is_some_and(|role| FINAL_JUDGMENT.allows(role)) && found.case.state == cases::State::NotReviewed.word() && found.case.deadlines.iter().any(|term| term.kind == "record_closing"),
        final_judgment: found.case.final_judgment.map(|day| words.day(&day)),
        thematic: own.is_some() && role == Some(Role::Coordinator) && parts.config.profiles.get(&found.case.profile).is_some_and(|profile| profile.thematic.is_some()),
        asked: found.asked && own.is_some() && role == Some(Role::Coordinator),
        same_case: found.same_case, relatives: found.relatives, people: found.people, sectors: parts.config.intake.sectors.clone(), case: found.case, shell, phases, steps, terms, links, facts, standing, recorded, history, deferral,
    })
}

/// Purpose and ground in the words of the notification.
fn recorded(config: &Configured, (purpose, ground): &(String, String), words: &Words) -> Vec<(String, String)> {
    let Some(form) = config.forms.get("notification") else { return vec![] };
    let told: form::Answers = [("purpose", purpose), ("ground", ground)].map(|(id, code)| (id.to_owned(), code.clone().into())).into_iter().collect();
    [("purpose", "recorded-purpose"), ("ground", "recorded-ground")].into_iter()
        .map(|(id, key)| (words.t(key), form::answer(form, id, &told, &config.lists(), lang(words.language)).join(", "))).filter(|(_, said)| !said.is_empty()).collect()
}

pub(super) fn back(id: CaseId) -> HttpResponse {
    see_other(&format!("/cases/{id}"))
}

async fn step(app: Data<App>, who: Who, path: Path<(CaseId, String)>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (id, name) = path.into_inner();
    let step = Step::ALL.into_iter().find(|step| step.name() == name).ok_or(Refused::NotFound)?;
    let seen = posted.get("version").parse().unwrap_or(0);
    app.run(who.caller(), move |tx| cases::take(tx, id, step, seen)).await?;
    Ok(back(id))
}

async fn fact(app: Data<App>, who: Who, path: Path<(CaseId, String)>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (id, name) = path.into_inner();
    // The report is adopted with its text, which this room reads and `cases` does not.
    app.run(who.caller(), move |tx| match name.as_str() {
        cases::CHAIR_ADOPTS => reports::adopt(tx, id, posted.some("fingerprint").as_deref()).map(drop),
        _ => cases::declare_as(tx, id, &name, posted.some("words").as_deref(), posted.some("choice").as_deref()),
    }).await?;
    Ok(back(id))
}

async fn take_back(app: Data<App>, who: Who, path: Path<(CaseId, String)>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (id, name) = path.into_inner();
    if posted.get("_sure") == "true" {
        app.run(who.caller(), move |tx| cases::take_back(tx, id, &name)).await?;
        return Ok(back(id));
    }
    let fact = cases::DECLARED.iter().find(|fact| fact.name == name).ok_or(Refused::NotFound)?;
    let (_, shell, _) = framed_in_case(&app, &who, id, "fact-take-back", move |tx| -> Result<_, Refused> { tx.may(&TAKE_BACK, Place::Case(id)) }).await?;
    let w = shell.w;
    page(&ConfirmPage {
        says: vec![w.t(&format!("fact-{}", fact.name)), w.t("fact-take-back-note")], action: format!("/cases/{id}/facts/{}/take-back", fact.name), fields: vec![("_sure", "true".to_owned())],
        button: w.t("fact-take-back"), keep: w.t("not-now"), back: format!("/cases/{id}"), grave: false, shell,
    })
}

async fn extend(app: Data<App>, who: Who, path: Path<(CaseId, DeadlineId)>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (id, term) = path.into_inner();
    let until = posted.get("until").parse().map_err(|_| Problem::new(422, "faults").at("until", "impossible-date"))?;
    app.run(who.caller(), move |tx| cases::extend(tx, id, term, until, posted.get("reason"))).await?;
    Ok(back(id))
}

async fn final_judgment(app: Data<App>, who: Who, id: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let on = posted.get("on").parse().map_err(|_| Problem::new(422, "faults").at("on", "impossible-date"))?;
    app.run(who.caller(), move |tx| cases::final_judgment(tx, id, on, posted.get("knownFrom"))).await?;
    Ok(back(id))
}

async fn propose(app: Data<App>, who: Who, id: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| cases::propose(tx, id, posted.get("kind"), posted.get("words"))).await?;
    Ok(back(id))
}

async fn withdraw(app: Data<App>, who: Who, path: Path<(CaseId, ProposalId)>, _posted: Posted) -> Result<HttpResponse, Problem> {
    let (id, proposal) = path.into_inner();
    app.run(who.caller(), move |tx| cases::withdraw_proposal(tx, id, proposal)).await?;
    Ok(back(id))
}

async fn name(app: Data<App>, who: Who, id: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let hat = posted.get("hat").parse().map_err(|_| Problem::new(422, "faults").at("hat", "not-an-option"))?;
    app.run(who.caller(), move |tx| -> Result<(), CaseError> {
        let role = people::list(tx)?.into_iter().find(|one| one.id == hat).and_then(|one| Role::from_code(&one.role)).ok_or(Refused::NotFound)?;
        cases::name(tx, id, &Named { hat, role, sector: posted.get("sector").to_owned(), dv_expert: posted.get("expert") == "true" })
    }).await?;
    Ok(back(id))
}

async fn accept(app: Data<App>, who: Who, id: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    if posted.get("confidentiality") != "true" {
        return Err(Problem::new(422, "faults").at("confidentiality", "required"));
    }
    app.run(who.caller(), move |tx| cases::accept(tx, id, posted.get("conflict") == "true")).await?;
    Ok(back(id))
}

async fn decline(app: Data<App>, who: Who, id: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| cases::decline(tx, id, posted.get("why"))).await?;
    Ok(back(id))
}

async fn admit(app: Data<App>, who: Who, path: Path<(CaseId, MembershipId)>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (id, hat) = path.into_inner();
    app.run(who.caller(), move |tx| cases::admit(tx, id, hat, posted.get("reason"))).await?;
    Ok(back(id))
}

async fn take_on(app: Data<App>, who: Who, id: Path<CaseId>, _posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| cases::take_on(tx, id)).await?;
    Ok(back(id))
}

async fn let_read(app: Data<App>, who: Who, path: Path<(CaseId, MembershipId)>, _posted: Posted) -> Result<HttpResponse, Problem> {
    let (id, hat) = path.into_inner();
    app.run(who.caller(), move |tx| cases::let_read(tx, id, hat)).await?;
    Ok(back(id))
}
