//! What is kept how long: the table for everybody, and the page on which a case is closed with what will be shredded when (`ux.md`
//! section 3).

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use calendar::Term;

use super::about::framed;
use crate::access::Role;
use crate::cases::{self, CaseError, Planned, Step, framed_in_case};
use crate::http::{Posted, Problem, Routes, Shell, Who, page, see_other};
use crate::ids::CaseId;
use crate::settings::{Keep, Kept, Released};
use crate::texts::Words;
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.own("GET", "/cases/{case}/close", "What a case still needs to be closed, and what will be shredded when", close_page);
    routes.act("POST", "/cases/{case}/close", cases::act_of(Step::T20), "Settles the days of shredding, and closes the case", close);
}

fn term(words: &Words, term: Term) -> String {
    match term {
        Term::Days(count) => words.a("days", "count", count),
        Term::Weeks(count) => words.a("weeks", "count", count),
        Term::WorkingDays(count) => words.a("working-days", "count", count),
        Term::Months(count) => words.a("months", "count", count),
    }
}

/// A rule as a sentence: from the table, or in words of its own where somebody decides.
pub(super) fn rule(words: &Words, kept: &Kept) -> String {
    let keep = match kept.keep {
        Some(Keep::Term(keep)) => term(words, keep),
        Some(Keep::Hours(count)) => words.a("hours", "count", count),
        None => return words.t(&format!("retention-{}-until", kept.id)),
    };
    let from = words.t(&format!("retention-from-{}", kept.from.word()));
    let said = words.with("retention-rule", &[("term", &keep), ("from", &from)]);
    let never = kept.never.map(|never| words.a("retention-never", "term", term(words, never)));
    let stopped = kept.stopped.get(&Released::Return).map(|back| words.a("retention-of-stopped", "term", term(words, *back)));
    [Some(said), never, stopped].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

#[derive(Template)]
#[template(path = "desk/retention.html")]
struct RetentionPage {
    shell: Shell,
    version: String,
    rows: Vec<(String, String)>,
}

/// The table, as it is configured.
pub(super) async fn table(app: &App, who: &Who) -> Result<HttpResponse, Problem> {
    let shell = framed(app, who, "retention").await;
    let retention = &app.parts().config.retention;
    let rows = retention.all().iter().map(|kept| (shell.w.t(&format!("retention-{}", kept.id)), rule(&shell.w, kept))).collect();
    page(&RetentionPage { version: retention.version.clone(), shell, rows })
}

/// A line of a case, ready to be drawn: what, rule, day.
pub(super) type Line = (String, String, String);

/// What of a case is kept how long, in words.
pub(super) fn lines(app: &App, words: &Words, zone: &chrono_tz::Tz, planned: &[Planned]) -> Vec<Line> {
    planned.iter().filter_map(|one| {
        let kept = app.parts().config.retention.all().iter().find(|kept| kept.id == one.what)?.clone();
        let day = match (&one.done, &one.on) {
            (Some(at), _) => words.a("retention-done", "day", words.day(&at.with_timezone(zone).date_naive())),
            (None, Some(on)) => words.day(on),
            (None, None) => words.t("retention-not-yet"),
        };
        // What the chair decided at the stop stands instead of the rule.
        let rule = one.stopped.map_or_else(|| rule(words, &kept), |choice| words.t(&format!("retention-stopped-{choice}")));
        Some((words.t(&format!("retention-{}", one.what)), rule, day))
    }).collect()
}

#[derive(Template)]
#[template(path = "desk/close.html")]
struct ClosePage {
    shell: Shell,
    case: CaseId,
    version: i32,
    missing: Vec<(String, String)>,
    lines: Vec<Line>,
    open: bool,
}

async fn close_page(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    let ((seen, planned), shell, session) = framed_in_case(&app, &who, case, "close-case", move |tx| -> Result<_, CaseError> {
        Ok((cases::view(tx, case)?, cases::planned(tx, case)?))
    }).await?;
    let step = seen.steps.into_iter().find(|step| step.of == Step::T20);
    let open = step.is_some() && session.role == Some(Role::Coordinator);
    // The days of shredding are settled by closing from this page; the page of the case counts as this one does.
    let missing = step.map(|step| step.missing).unwrap_or_default().into_iter().filter(|lacks| !cases::by_the_step_itself(Step::T20, &lacks.what)).collect();
    let missing = Problem { status: 409, kind: "missing".into(), faults: vec![], missing, words: vec![], by: &[] }.missing_texts(&shell.w);
    page(&ClosePage { lines: lines(&app, &shell.w, &session.zone, &planned), shell, case, version: seen.version, missing, open })
}

async fn close(app: Data<App>, who: Who, case: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    if posted.get("days") != "true" {
        return Err(Problem::new(422, "faults").at("days", "required"));
    }
    let seen = posted.get("version").parse().map_err(|_| Refused::NotFound)?;
    app.run(who.caller(), move |tx| -> Result<(), CaseError> {
        cases::declare(tx, case, "shredding_set", None)?;
        cases::take(tx, case, Step::T20, seen).map(drop)
    }).await?;
    Ok(see_other(&format!("/cases/{case}")))
}
