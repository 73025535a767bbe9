//! The national coordination's desk, and the quality reviewer's.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use form::{Answers, Shown, check, from_form_post, to_fields};

use crate::access::Role;
use crate::cases::{self, Coordinator, END_LOAN, Filter, LEND, Listed, Loan, Proposal, READ_PROPOSALS, SIGN, Unled};
use crate::documents::pages::{Field, draw, fault_lines, fields, lang};
use crate::http::{Posted, Problem, Routes, Shell, Who, framed, page, page_or_refused, see_other};
use crate::ids::{CaseId, MembershipId, ProposalId};
use super::completeness::region_name;
use crate::register::progress::{self, Tile};
use crate::reports::{self, Part, READ_DRAFT, REVIEW, Report};
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/national", &READ_PROPOSALS, "Proposals waiting for a signature", national);
    routes.act("POST", "/national/{proposal}", &SIGN, "Signs or refuses", settle);
    routes.act("POST", "/loans", &LEND, "Lends a coordinator to a bureau nobody acts in", lend);
    routes.act("POST", "/loans/{hat}/end", &END_LOAN, "Ends a loan before its day", end_loan);
    routes.own("GET", "/checks", "The reports one reviews", checks);
    routes.act("GET", "/checks/{case}", &READ_DRAFT, "A frozen draft and its review", draft);
    routes.act("POST", "/checks/{case}", &REVIEW, "Reviews the draft", review);
}

#[derive(Template)]
#[template(path = "desk/national.html")]
struct NationalPage {
    shell: Shell,
    /// Each with its words; without for who has no key to it.
    proposals: Vec<(Proposal, Option<String>)>,
    tiles: Vec<(Tile, String)>,
    unled: Vec<Waits>,
    /// Coordinators lent now, with their last day in words.
    loans: Vec<(Loan, String)>,
    /// The last day that is proposed, the first and the last that can be chosen.
    days: [String; 3],
}

/// A bureau nobody acts in.
struct Waits {
    bureau: Unled,
    /// Since when, in words.
    since: String,
    /// Who could be lent to it.
    to_lend: Vec<Coordinator>,
}

/// How long somebody is lent where no other day is chosen, in days.
const PROPOSED: i64 = 90;

async fn national(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let ((proposals, tiles, unled, coordinators, loans, today), shell, _) = framed(&app, &who, |_, _| words.t("proposals"), |tx| -> Result<_, Refused> {
        Ok((cases::waiting_proposals(tx)?, progress::national(tx)?, cases::nobody_to_act(tx)?, cases::coordinators_to_lend(tx)?, cases::loans(tx)?, tx.today()))
    }).await?;
    let book = &app.parts().config.codebook;
    let tiles = tiles.into_iter().map(|tile| { let name = region_name(book, &shell.w, tile.region); (tile, name) }).collect();
    let unled = unled.into_iter().map(|bureau| Waits { since: shell.w.day(&bureau.since), to_lend: coordinators.iter().filter(|one| bureau.may_lend && one.fits(bureau.id)).cloned().collect(), bureau }).collect();
    let loans = loans.into_iter().map(|one| { let until = shell.w.day(&one.until); (one, until) }).collect();
    let days = [PROPOSED, 0, cases::MOST_DAYS_LENT].map(|days| (today + chrono::Duration::days(days)).to_string());
    page(&NationalPage { shell, proposals, tiles, unled, loans, days })
}

async fn lend(app: Data<App>, who: Who, posted: Posted) -> Result<HttpResponse, Problem> {
    let bureau = posted.get("bureau").parse().map_err(|_| Refused::NotFound)?;
    let hat = posted.get("hat").parse().map_err(|_| Problem::new(422, "faults").at("hat", "not-an-option"))?;
    let until = posted.get("until").parse().map_err(|_| Problem::new(422, "faults").at("until", "impossible-date"))?;
    app.run(who.caller(), move |tx| cases::lend(tx, bureau, hat, until)).await?;
    Ok(see_other("/national"))
}

async fn end_loan(app: Data<App>, who: Who, hat: Path<MembershipId>, _posted: Posted) -> Result<HttpResponse, Problem> {
    let hat = hat.into_inner();
    let ((), session) = app.run_as(who.caller(), move |tx| cases::end_loan(tx, hat)).await?;
    Ok(see_other(if session.role == Some(Role::NationalCoordinator) { "/national" } else { "/account" }))
}

async fn settle(app: Data<App>, who: Who, id: Path<ProposalId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| cases::settle_proposal(tx, id, (posted.get("do") != "sign").then(|| posted.get("words")))).await?;
    Ok(see_other("/national"))
}

#[derive(Template)]
#[template(path = "desk/checks.html")]
struct ChecksPage {
    shell: Shell,
    /// Each with whether it has something for the reviewer.
    cases: Vec<(Listed, bool)>,
}

async fn checks(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let (cases, shell, _) = framed(&app, &who, |_, _| words.t("checks"), |tx| -> Result<_, Refused> {
        if tx.session()?.role != Some(Role::QualityReviewer) {
            return Err(Refused::NotFound);
        }
        let cases = cases::list(tx, &Filter { mine: true, ..Filter::default() })?;
        cases.into_iter().map(|case| { let ready = reports::waits_for_reviewer(tx, case.id)?; Ok((case, ready)) }).collect::<Result<Vec<_>, Refused>>()
    }).await?;
    page(&ChecksPage { shell, cases })
}

#[derive(Template)]
#[template(path = "desk/check.html")]
struct CheckPage {
    shell: Shell,
    case: CaseId,
    report: Report,
    /// The learning brief behind it, under a heading of its own.
    of_brief: Option<Report>,
    /// How many words there are to read.
    length: usize,
    papers: Vec<(String, Vec<(String, Vec<String>)>)>,
    fields: Vec<Field>,
    /// What is at fault: where it stands, and what to do.
    faults: Vec<(String, String)>,
}

async fn shown(app: &App, who: &Who, case: CaseId, answers: &Answers, faults: &[form::Fault]) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let ((draft, papers), shell, _) = framed(app, who, |_, _| words.t("quality-review"), move |tx| -> Result<_, Refused> { Ok((reports::final_draft(tx, case)?, reports::papers(tx, case)?)) }).await?;
    let length = draft.length();
    let (report, of_brief) = reports::apart_from_brief(draft);
    let parts = app.parts();
    let definition = parts.config.forms.get("quality").ok_or(Refused::NotFound)?;
    let lists = parts.config.lists();
    let fields = fields(to_fields(definition, None, answers, &Shown { lang: lang(shell.w.language), lists: &lists, faults, add_to: None }), &shell.w);
    let tongue = lang(shell.w.language);
    let papers = papers.iter().filter_map(|(id, answers)| { let form = parts.config.forms.get(id)?; Some((form.title.get(tongue).to_owned(), form::summary(form, answers, &lists, tongue))) }).collect();
    let faults = fault_lines(definition, faults, &shell.w);
    let refused = !faults.is_empty();
    page_or_refused(&CheckPage { shell, case, report, of_brief, length, papers, fields, faults }, refused)
}

async fn draft(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    match cases::led_to_sign(&app, &who, case, Role::QualityReviewer).await {
        Some(led) => Ok(led),
        None => shown(&app, &who, case, &Answers::new(), &[]).await,
    }
}

async fn review(app: Data<App>, who: Who, case: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    let parts = app.parts().clone();
    let definition = parts.config.forms.get("quality").ok_or(Refused::NotFound)?;
    let answers = from_form_post(definition, None, &posted.0);
    let mut faults = check(definition, &answers, &parts.config.lists());
    faults.extend(form::missing(definition, &answers).iter().map(form::Fault::required));
    if !faults.is_empty() {
        return shown(&app, &who, case, &answers, &faults).await;
    }
    app.run(who.caller(), move |tx| reports::review(tx, case, &answers)).await?;
    Ok(see_other("/checks"))
}
