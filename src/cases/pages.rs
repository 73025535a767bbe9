//! The page of the case as its readers may know it: under pseudonyms, and with names for who leads it.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use form::{Answers, Lang, summary};

use super::{CaseError, END_PARTY, PartyView, READ_SHEET, STAND_IN, party};
use crate::access::Role;
use crate::http::{Posted, Problem, Routes, Shell, Who, framed, page, page_or_refused, see_other};
use crate::ids::{CaseId, MembershipId};
use crate::people::{self, EndPage, Listed};
use crate::tx::{App, Refusal, Refused, Session, Tx};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/cases/{case}/sheet", &READ_SHEET, "The case as its readers may know it", sheet);
    routes.own("GET", "/cases/{case}/people", "Who takes part in a case, and who stands in", people_page);
    routes.act("POST", "/cases/{case}/people/stand-in", &STAND_IN, "Names who stands in", stand_in);
    routes.act("POST", "/cases/{case}/people/end", &END_PARTY, "Says what hangs on somebody's part, and ends it with a reason", end_party);
}

/// A page of a case in any room: what it needs, framed, with the way to it through the case. `title` is the key of its text.
///
/// # Errors
/// `NotFound` for a case the caller does not see; `Rule("accept-first")` for who was asked and has not signed; whatever the work refuses.
pub async fn framed_in_case<T, E>(
    app: &App, who: &Who, case: CaseId, title: &'static str, work: impl FnOnce(&mut Tx) -> Result<T, E> + Send + 'static,
) -> Result<(T, Shell, Session), Problem>
where
    T: Send + 'static,
    E: Refusal + From<Refused>,
{
    let words = who.words;
    let ((number, found), shell, session) = framed(app, who, |_, _| words.t(title), move |tx| -> Result<_, E> {
        let number = super::number_of(tx, case)?;
        party::accepted_first(tx, case)?;
        Ok((number, work(tx)?))
    }).await?;
    Ok((found, under_case(shell, case, number), session))
}

/// Where somebody signs who reads in this role and has not yet; none for others.
pub async fn led_to_sign(app: &App, who: &Who, case: CaseId, reads_as: Role) -> Option<HttpResponse> {
    match app.run(who.caller(), move |tx| super::signed_first(tx, case, reads_as)).await {
        Err(Refused::Rule("statement-first")) => Some(see_other(&format!("/cases/{case}"))),
        _ => None,
    }
}

fn under_case(shell: Shell, case: CaseId, number: String) -> Shell {
    let cases = shell.w.t("menu-cases");
    shell.under([("/cases".to_owned(), cases), (format!("/cases/{case}"), number)])
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
    let (found, shell, _) = framed_in_case(&app, &who, case, "case-sheet", move |tx| super::copies(tx, case)).await?;
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
    let words = who.words;
    let ((found, others), shell, session) = framed(&app, &who, |_, _| words.t("menu-people"), move |tx| -> Result<_, CaseError> {
        party::accepted_first(tx, case)?;
        Ok((super::view(tx, case)?, people::list(tx)?))
    }).await?;
    let shell = under_case(shell, case, found.number.clone());
    let (role, own) = (session.role, session.membership);
    let leads = found.parties.iter().any(|party| Some(party.hat) == own);
    let of: Vec<PartyView> = found.parties.iter().filter(|party| leads && !party.deputy && role.is_some_and(|role| STAND_IN.allows(role)) && (role == Some(Role::Coordinator) || Some(party.hat) == own)).cloned().collect();
    // Who said no, or told of an interest, stands in for nobody: as far as the reader knows of it.
    let said_no = |hat: MembershipId| found.parties.iter().any(|party| party.hat == hat && matches!(party.answered.as_deref(), Some("conflict" | "declined")));
    let others = if of.is_empty() { vec![] } else { others.into_iter().filter(|one| one.state == "active" && !said_no(one.id) && of.iter().any(|party| party.role == one.role && party.hat != one.id)).collect() };
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
    let hat: MembershipId = posted.get("hat").parse().map_err(|_| Refused::NotFound)?;
    let typed = posted.get("reason").to_owned();
    let mut faults: Vec<(String, String)> = vec![];
    if posted.get("_sure") == "true" {
        // Who told of an interest or said no has given the reason themself.
        let reason = (posted.get("answered") != "true").then(|| typed.clone());
        match app.run(who.caller(), move |tx| super::end_party_because(tx, case, hat, reason.as_deref())).await {
            Ok(()) => return Ok(back(case)),
            // What lacks is told on the page where it can be given, and what stands in the way stands there too.
            Err(Refused::Faults(told)) => faults.extend(told.iter().map(|fault| ("#reason".to_owned(), format!("{} {}", who.words.t("ends-why"), fault.text(&who.words))))),
            Err(why @ Refused::Rule("last-coordinator" | "ends-alone-here")) => faults.push(("#main".into(), Problem::from(why).text(&who.words))),
            Err(why) => return Err(why.into()),
        }
    }
    let (found, mut shell, _) = framed_in_case(&app, &who, case, "end-access", move |tx| super::part_ends(tx, case, hat)).await?;
    let w = shell.w;
    shell.title = w.with("part-ends-title", &[("name", &found.name), ("role", &w.t(&format!("role-{}", found.role)))]);
    let mut says = vec![w.t("part-ends-final-note")];
    if found.relatives > 0 {
        says.push(w.a("part-ends-relatives", "count", found.relatives));
    }
    let warns = match (found.last, found.alone) {
        (true, _) => vec![w.t("problem-last-coordinator")],
        (_, 0) => vec![],
        _ => vec![w.t("problem-ends-alone-here")],
    };
    let refused = !faults.is_empty();
    page_or_refused(&EndPage {
        says, may: warns.is_empty(), warns, action: format!("/cases/{case}/people/end"), hat, because: vec![], words: !found.answered, answered: found.answered, at_once: false, faults, chosen: String::new(), typed,
        back: format!("/cases/{case}/people"), shell,
    }, refused)
}
