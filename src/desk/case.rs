//! The page of a case: where it stands, what comes next, who must act, what lies where.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use form::{Answers, Shown, check, from_form_post, to_fields};

use super::aside::{Clock, Turn, clock, turns};
use super::course::{Told, course};
use super::lanes::Picture;
use crate::access::{Kind, Role};
use crate::bureaus::{self, Organisation};
use crate::cases::{self, ACCEPT, BY_COORDINATOR, CaseError, CaseView, DECLARED, NAME, Named, Phase, Step, EXTEND};
use crate::documents::SHEETS;
use crate::documents::pages::{Field, draw, fields, lang};
use crate::findings::{self, Recommendation};
use crate::forms;
use crate::http::{Posted, Problem, Routes, Shell, Who, framed, page, see_other};
use crate::ids::{CaseId, DeadlineId, ItemId};
use crate::panels;
use crate::people::{self, Invitation};
use crate::reflections::{self, Outside};
use crate::register::duplicates::{self, Question};
use crate::relatives;
use crate::reports::{self, Part, Report};
use crate::tx::{App, Place, Refusal, Refused, Tx};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.own("GET", "/cases/{case}", "A case", case);
    routes.own("POST", "/cases/{case}/steps/{step}", "Takes a step", step);
    routes.act("POST", "/cases/{case}/facts/{fact}", &BY_COORDINATOR, "Declares a fact; some are the chair's", fact);
    routes.act("POST", "/cases/{case}/terms/{term}/extend", &EXTEND, "Moves a term to a later day", extend);
    routes.act("POST", "/cases/{case}/proposals", &cases::PROPOSE, "Asks the national coordination to sign", propose);
    routes.act("POST", "/cases/{case}/parties", &NAME, "Names somebody", name);
    routes.act("POST", "/cases/{case}/accept", &ACCEPT, "Accepts to take part", accept);
    routes.act("GET", "/cases/{case}/invite", &reflections::INVITE, "The form of an invitation", invite_page);
    routes.act("POST", "/cases/{case}/invite", &reflections::INVITE, "Invites an organisation", invite);
    routes.act("GET", "/cases/{case}/report", &reports::READ, "The report as it stands", report);
    routes.act("GET", "/cases/{case}/report.pdf", &reports::PREVIEW, "The draft as a PDF", pdf);
    routes.act("POST", "/cases/{case}/report/name-check", &reports::CHECK, "Checks the report for names", name_check);
    routes.act("POST", "/cases/{case}/report/replace", &reports::REPLACE, "Puts the proposed word where one was found that may not stand", replace);
    routes.act("POST", "/cases/{case}/report/reason", &reports::REASON, "Lets a word stand, with a reason", reason);
    routes.act("POST", "/cases/{case}/adopt/{what}/{item}", &panels::ADOPT_MINUTES, "Adopts minutes, terms, findings, recommendations", adopt);
    routes.act("GET", "/cases/{case}/adopt", &panels::ADOPT_MINUTES, "What waits for the chair's adoption", waiting);
    routes.act("POST", "/cases/{case}/publish", &reports::PUBLISH, "Publishes", publish);
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
    reflections: Vec<(Outside, String)>,
    relatives: i64,
    recommendations: Vec<(Recommendation, String)>,
    same_case: Vec<Question>,
    links: Vec<Link>,
    facts: Vec<(&'static str, bool)>,
    history: Vec<(String, String, String)>,
    picture: Option<Picture>,
    course: Vec<Told>,
    kept: Vec<super::keeping::Line>,
    people: Vec<people::Listed>,
    must_accept: bool,
    may_see_log: bool,
    may_name: bool,
    may_invite: bool,
    may_read_panel: bool,
    may_draft: bool,
}

struct StepShown {
    /// Whether it leads on, and is no deferral, return or stop.
    onward: bool,
    step: String,
    to: String,
    by: String,
    missing: Vec<(String, String)>,
    mine: bool,
    seen: i32,
    post: String,
    /// What the national coordination is asked to sign first; nothing for other steps, and for who does not ask.
    propose: &'static str,
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
    people: Vec<people::Listed>,
    planned: Vec<cases::Planned>,
    today: chrono::NaiveDate,
}

fn seen(tx: &mut Tx, id: CaseId) -> Result<Seen, CaseError> {
    let case = cases::view(tx, id)?;
    let role = tx.session()?.role;
    let people = if role == Some(Role::Coordinator) { people::list(tx)?.into_iter().filter(|one| one.state == "active" && matches!(one.role.as_str(), "CH" | "SE" | "PM" | "QA")).collect() } else { vec![] };
    let relatives = if role == Some(Role::Coordinator) { relatives::count(tx, id)? } else { 0 };
    Ok(Seen { reflections: reflections::of_case(tx, id)?, recommendations: findings::of_case(tx, id)?, same_case: duplicates::questions_beside(tx, id)?, relatives, people, planned: cases::planned(tx, id)?, today: tx.today(), case })
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
    let state = cases::State::from_word(found.case.state).unwrap_or(cases::State::Notified);
    let steps = found.case.steps.iter().map(|step| {
        let problem = Problem { status: 409, kind: "missing".into(), faults: vec![], missing: step.missing.clone(), words: vec![] };
        StepShown {
            to: words.t(&format!("state-{}", step.to)), by: step.by.iter().map(|role| words.t(&format!("role-{role}"))).collect::<Vec<_>>().join(", "),
            onward: step.of.leads_on(), missing: problem.missing_texts(&words), mine: role.is_some_and(|role| step.by.contains(&role.code())), seen: found.case.version,
            propose: step.of.co_signed(state).filter(|_| step.missing.iter().any(|lacks| lacks.what == "co_signature") && role.is_some_and(|role| cases::PROPOSE.allows(role))).unwrap_or_default(),
            post: if step.of == Step::T17 { format!("/cases/{id}/publish") } else { format!("/cases/{id}/steps/{}", step.step) }, step: step.step.clone(),
        }
    }).collect::<Vec<StepShown>>();
    let terms = found.case.deadlines.iter().map(|term| TermShown {
        id: term.id, what: words.t(&format!("term-{}", term.kind)), due: words.day(&term.due_on), paused: term.paused,
        extended: term.extended,
    }).collect();
    let parts = app.parts();
    let variant = parts.config.profiles.get(&found.case.profile).and_then(|profile| profile.name.get(words.code()).or_else(|| profile.name.get("nl"))).cloned().unwrap_or_else(|| found.case.profile.clone());
    let named = |code: &str, key: &str| found.case.parties.iter().find(|party| party.role == code && !party.deputy && !party.name.is_empty()).map(|party| words.a(key, "name", &party.name));
    let about = [Some(words.with("case-about", &[("variant", &variant), ("day", &words.day(&found.case.notified_on))])), named("CO", "case-coordinator"), named("CH", "case-chair")].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let rooms = &found.case.compartments;
    let links = [(Kind::Case, rooms.case), (Kind::Panel, rooms.panel), (Kind::Report, rooms.report)].into_iter()
        .filter_map(|(kind, within)| Some((kind, within?)))
        .flat_map(|(kind, within)| SHEETS.into_iter().filter(move |sheet| sheet.within() == kind && role.is_some_and(|role| sheet.read.allows(role))).map(move |sheet| (within, sheet)))
        .filter_map(|(within, sheet)| Some(Link { href: format!("/rooms/{within}/{}", sheet.form), title: parts.config.forms.get(sheet.form)?.title.get(lang(words.language)).to_owned() })).collect();
    let facts = DECLARED.iter().filter(|fact| role.is_some_and(|role| fact.act.allows(role)) && own.is_some()).map(|fact| (fact.name, fact.words)).collect();
    let history = found.case.history.iter().rev().map(|step| (words.moment(&step.at, &session.zone), words.t(&format!("state-{}", step.to)), words.t(&format!("role-{}", step.role)))).collect();
    let (picture, course) = course(&found.case, &found.reflections, found.today, &session.zone, &words);
    page(&CasePage {
        clock: clock(&found.case.deadlines, found.today, &words), turns: turns(&found.case.deadlines, &found.reflections, role.map(Role::code), found.today, &words), about,
        may_see_log: own.is_some() && rooms.case.is_some() && role == Some(Role::Coordinator),
        kept: super::keeping::lines(&app, &words, &session.zone, &found.planned), picture, course, may_extend: own.is_some() && role.is_some_and(|role| EXTEND.allows(role)),
        aside_steps: steps.iter().any(|step| !step.onward && (step.mine || !step.missing.is_empty())),
        must_accept: own.is_some_and(|party| !party.signed && party.role != "CO" && party.role != "CD"), may_name: role == Some(Role::Coordinator) && own.is_some(),
        may_invite: own.is_some() && role.is_some_and(|role| reflections::INVITE.allows(role)), may_read_panel: rooms.panel.is_some() && role.is_some_and(|role| panels::READ.allows(role)),
        may_draft: rooms.report.is_some() && role.is_some_and(|role| reports::READ.allows(role)),
        reflections: found.reflections.into_iter().map(|one| { let due = words.day(&one.due_on); (one, due) }).collect(),
        recommendations: found.recommendations.into_iter().map(|one| { let due = words.day(&one.due_on); (one, due) }).collect(),
        same_case: found.same_case, relatives: found.relatives, people: found.people, case: found.case, shell, phases, steps, terms, links, facts, history,
    })
}

fn back(id: CaseId) -> HttpResponse {
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
    app.run(who.caller(), move |tx| cases::declare(tx, id, &name, posted.some("words").as_deref())).await?;
    Ok(back(id))
}

async fn extend(app: Data<App>, who: Who, path: Path<(CaseId, DeadlineId)>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (id, term) = path.into_inner();
    let until = posted.get("until").parse().map_err(|_| Problem::new(422, "faults").at("until", "impossible-date"))?;
    app.run(who.caller(), move |tx| cases::extend(tx, id, term, until, posted.get("reason"))).await?;
    Ok(back(id))
}

async fn propose(app: Data<App>, who: Who, id: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| cases::propose(tx, id, posted.get("kind"), posted.get("words"))).await?;
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

#[derive(Template)]
#[template(path = "desk/invite.html")]
struct InvitePage {
    shell: Shell,
    case: CaseId,
    organisations: Vec<Organisation>,
    contact: String,
    fields: Vec<Field>,
    error: Option<String>,
}

async fn invite_form(app: &App, who: &Who, id: CaseId, answers: &Answers, faults: &[form::Fault], contact: String, error: Option<String>) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let (organisations, shell, _) = framed(app, who, |_, _| words.t("invite-organisation"), move |tx| {
        tx.may(&reflections::INVITE, Place::Case(id))?;
        bureaus::list(tx)
    }).await?;
    let parts = app.parts();
    let definition = parts.config.forms.get("invitation").ok_or(Refused::NotFound)?;
    let lists = parts.config.lists();
    let shown = Shown { lang: lang(shell.w.language), lists: &lists, faults, add_to: None };
    let fields = fields(to_fields(definition, None, answers, &shown), &shell.w);
    page(&InvitePage { shell, case: id, organisations, contact, fields, error })
}

async fn invite_page(app: Data<App>, who: Who, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let presets = app.parts().config.forms.get("invitation").map(|form| form.presets(lang(who.words.language))).unwrap_or_default();
    invite_form(&app, &who, id.into_inner(), &presets, &[], String::new(), None).await
}

#[derive(Template)]
#[template(path = "people/code.html")]
struct CodePage {
    shell: Shell,
    code: String,
    said: String,
}

async fn invite(app: Data<App>, who: Who, id: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let parts = app.parts().clone();
    let definition = parts.config.forms.get("invitation").ok_or(Refused::NotFound)?;
    let answers = from_form_post(definition, None, &posted.0);
    let contact = posted.get("_contact").trim().to_owned();
    let mut faults = check(definition, &answers, &parts.config.lists());
    faults.extend(form::missing(definition, &answers).iter().map(form::Fault::required));
    let Ok(organisation) = posted.get("_organisation").parse() else {
        return invite_form(&app, &who, id, &answers, &faults, contact, Some(who.words.t("choose-organisation"))).await;
    };
    if !faults.is_empty() || contact.is_empty() {
        return invite_form(&app, &who, id, &answers, &faults, contact, Some(who.words.t("errors"))).await;
    }
    let person = Invitation { role: Role::Contact, name: contact.clone(), organisation: Some(organisation), second: None };
    let stands_for = posted.get("_stands_for").parse().ok();
    let made = people::invite_and(&app, who.caller(), person, move |tx, contact| {
        reflections::invite(tx, id, &reflections::Invitation { organisation, contact, answers, stands_for }).map(drop)
    }).await?;
    let ((), shell, _) = framed(&app, &who, |(), _| who.words.t("invited"), |_| -> Result<(), Refused> { Ok(()) }).await?;
    let said = shell.w.with("code-for", &[("name", &contact), ("role", &shell.w.t("role-AC"))]);
    page(&CodePage { shell, code: made.code.to_string(), said })
}

#[derive(Template)]
#[template(path = "desk/report.html")]
struct ReportPage {
    shell: Shell,
    case: CaseId,
    report: Report,
    hits: Vec<reports::Hit>,
    checked: bool,
    may_mend: bool,
}

async fn shown_report(app: &App, who: &Who, id: CaseId, checked: Option<reports::Checked>) -> Result<HttpResponse, Problem> {
    let (report, shell, session) = framed(app, who, |report: &Report, _| report.title.clone(), move |tx| reports::assemble(tx, id)).await?;
    let w = shell.w;
    let shell = shell.under([("/cases".to_owned(), w.t("menu-cases")), (format!("/cases/{id}"), w.t("the-case"))]);
    page(&ReportPage { may_mend: session.role.is_some_and(|role| reports::REPLACE.allows(role)), shell, case: id, report, checked: checked.is_some(), hits: checked.map(|checked| checked.hits).unwrap_or_default() })
}

async fn report(app: Data<App>, who: Who, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    shown_report(&app, &who, id.into_inner(), None).await
}

async fn name_check(app: Data<App>, who: Who, id: Path<CaseId>, _posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let checked = app.run(who.caller(), move |tx| reports::check(tx, id)).await?;
    shown_report(&app, &who, id, Some(checked)).await
}

async fn replace(app: Data<App>, who: Who, id: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let checked = app.run(who.caller(), move |tx| {
        reports::replace(tx, id, posted.get("section"), posted.get("word"))?;
        reports::check(tx, id)
    }).await?;
    shown_report(&app, &who, id, Some(checked)).await
}

async fn reason(app: Data<App>, who: Who, id: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| reports::reason(tx, id, posted.get("section"), posted.get("word"), posted.get("reason"))).await?;
    let checked = app.run(who.caller(), move |tx| reports::check(tx, id)).await?;
    shown_report(&app, &who, id, Some(checked)).await
}

async fn pdf(app: Data<App>, who: Who, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let bytes = reports::preview(&app, who.caller(), id.into_inner()).await?;
    Ok(HttpResponse::Ok().content_type("application/pdf").insert_header(("Content-Disposition", "inline; filename=\"draft.pdf\"")).body(bytes))
}

async fn adopt(app: Data<App>, who: Who, path: Path<(CaseId, String, ItemId)>, _posted: Posted) -> Result<HttpResponse, Problem> {
    let (id, what, item) = path.into_inner();
    app.run(who.caller(), move |tx| match what.as_str() {
        "terms-of-reference" => panels::adopt_terms(tx, id, item),
        "meeting" => panels::adopt_minutes(tx, id, item),
        "finding" => findings::adopt_finding(tx, id, item),
        "recommendation" => findings::adopt_recommendation(tx, id, item).map(|_| ()),
        _ => Err(Refused::NotFound),
    }).await?;
    Ok(back(id))
}

async fn publish(app: Data<App>, who: Who, id: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let published = reports::publish(&app, who.caller(), id, posted.get("version").parse().unwrap_or(0)).await;
    match published {
        Ok(published) => Ok(see_other(&published.url)),
        Err(why) => {
            tracing::debug!(kind = why.kind(), "not published");
            Err(why.into())
        }
    }
}

/// The documents of the panel that wait for the chair: kind, title, id.
#[derive(Template)]
#[template(path = "desk/adopt.html")]
struct AdoptPage {
    shell: Shell,
    case: CaseId,
    waiting: Vec<(String, String, ItemId)>,
}

async fn waiting(app: Data<App>, who: Who, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let words = who.words;
    let (waiting, shell, _) = framed(&app, &who, |_, _| words.t("adopt"), move |tx| -> Result<_, CaseError> {
        tx.may(&panels::ADOPT_MINUTES, Place::Case(id))?;
        let within = cases::view(tx, id)?.compartments.panel.ok_or(Refused::NotFound)?;
        let mut waiting = vec![];
        for (kind, sheet, fact) in [
            ("terms-of-reference", &panels::TERMS, "terms_adopted"), ("meeting", &panels::MEETING, "minutes_adopted"), ("finding", &findings::FINDING, "finding_with_evidence"), ("recommendation", &findings::RECOMMENDATION, ""),
        ] {
            let adopted = if fact.is_empty() { findings::of_case(tx, id)?.into_iter().map(|one| one.item.uuid()).collect() } else { cases::subjects_of(tx, id, fact)? };
            let any = kind == "terms-of-reference" && !adopted.is_empty();
            let title = forms::definition(tx, kind)?.title.get(lang(words.language)).to_owned();
            for listed in forms::list(tx, sheet, within, None)?.into_iter().filter(|listed| listed.complete && !any && !adopted.contains(&listed.id.uuid())) {
                waiting.push((kind.to_owned(), title.clone(), listed.id));
            }
        }
        Ok(waiting)
    }).await?;
    page(&AdoptPage { shell, case: id, waiting })
}
