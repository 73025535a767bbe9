//! One event notified twice: the register manager's list, and the question to a coordinator.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use schemars::JsonSchema;
use serde::Deserialize;

use super::completeness::region_name;
use crate::cases;
use crate::http::{Posted, Problem, Query, Routes, Shell, Who, framed, page, see_other};
use crate::ids::{CaseId, PairId, RecordId};
use crate::register::duplicates::{self, ANSWER, MERGED_FOR, PROPOSE, Pair, Question, REASONS, SEE, Side};
use crate::tx::{App, Refused, or_first};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/register/duplicates", &SEE, "Records that may be one event", list);
    routes.act("POST", "/register/duplicates", &PROPOSE, "Rejects a pair with a reason, or proposes to make it one", judge);
    routes.act("GET", "/cases/{case}/same-case", &ANSWER, "Whether another bureau notified what may be the same case", questions);
    routes.act("POST", "/cases/{case}/same-case", &ANSWER, "Agrees that it is the same case, or not; or tells that it was notified twice", reply);
}

struct PairShown {
    pair: Pair,
    kinds: String,
    sides: Vec<(Side, String, String, bool)>,
    judged: bool,
    /// Either may stay: both have a case, or neither has.
    choice: bool,
}

#[derive(Template)]
#[template(path = "desk/duplicates.html")]
struct DuplicatesPage {
    shell: Shell,
    open: Vec<PairShown>,
    settled: Vec<PairShown>,
    reasons: [&'static str; 4],
    merged_for: [&'static str; 3],
    /// The page one is on: after judging a pair one comes back to it.
    cursor: String,
    before: Option<String>,
    next: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
struct Wanted {
    #[serde(default)]
    cursor: String,
}

/// A page of the pairs.
fn place(cursor: &str) -> String {
    if cursor.is_empty() { "/register/duplicates".to_owned() } else { format!("/register/duplicates?{}", serde_urlencoded::to_string([("cursor", cursor)]).unwrap_or_default()) }
}

async fn list(app: Data<App>, who: Who, wanted: Query<Wanted>) -> Result<HttpResponse, Problem> {
    let (words, cursor) = (who.words, wanted.into_inner().cursor);
    let at = cursor.clone();
    let (found, shell, _) = framed(&app, &who, |_, _| words.t("duplicates"), move |tx| or_first(duplicates::list(tx, Some(&at)), || duplicates::list(tx, None))).await?;
    let book = &app.parts().config.codebook;
    let shown = |pair: Pair| PairShown {
        kinds: pair.kinds.iter().map(|kind| shell.w.t(&format!("mark-{kind}"))).collect::<Vec<_>>().join(", "),
        sides: pair.records.iter().map(|side| {
            let name = side.case_number.clone().unwrap_or_else(|| shell.w.t("past-case"));
            let region = side.region.map_or_else(|| shell.w.t("region-unknown"), |code| region_name(book, &shell.w, code));
            (side.clone(), name, region, side.case.is_some() || pair.records.iter().all(|side| side.case.is_none()))
        }).collect(),
        judged: !matches!(pair.state.as_str(), "open" | "refused"), choice: pair.records.iter().filter(|side| side.case.is_some()).count() != 1, pair,
    };
    let (before, next) = (found.before.map(|at| place(&at)), found.next.map(|at| place(&at)));
    let (open, settled) = found.rows.into_iter().map(shown).partition(|shown| !matches!(shown.pair.state.as_str(), "rejected" | "merged"));
    page(&DuplicatesPage { shell, open, settled, reasons: REASONS, merged_for: MERGED_FOR, cursor, before, next })
}

async fn judge(app: Data<App>, who: Who, posted: Posted) -> Result<HttpResponse, Problem> {
    let id: PairId = posted.get("pair").parse().map_err(|_| Problem::from(Refused::NotFound))?;
    if posted.get("do") == "reject" {
        let reason = posted.get("reason").to_owned();
        app.run(who.caller(), move |tx| duplicates::reject(tx, id, &reason)).await?;
    } else {
        let keeps: RecordId = posted.get("keeps").parse().map_err(|_| Problem::new(422, "faults").at("keeps", "not-an-option"))?;
        let reason = posted.get("reason").to_owned();
        app.run(who.caller(), move |tx| duplicates::propose(tx, id, keeps, &reason)).await?;
    }
    Ok(see_other(&place(posted.get("cursor"))))
}

#[derive(Template)]
#[template(path = "desk/same_case.html")]
struct SameCasePage {
    shell: Shell,
    case: CaseId,
    questions: Vec<Question>,
    /// Whether it was just told that the case was notified twice.
    told: bool,
    /// The cases it was told to be: number, and `open` or `rejected`.
    twice: Vec<(String, String)>,
}

/// What was sent from this page just now.
#[derive(Deserialize, JsonSchema)]
struct Sent {
    #[serde(default)]
    told: bool,
}

async fn questions(app: Data<App>, who: Who, case: Path<CaseId>, sent: Query<Sent>) -> Result<HttpResponse, Problem> {
    let (words, case) = (who.words, case.into_inner());
    let ((questions, number, twice), shell, _) = framed(&app, &who, |_, _| words.t("same-case"), move |tx| -> Result<_, Refused> { Ok((duplicates::questions(tx, case)?, cases::number_of(tx, case)?, duplicates::told_twice(tx, case)?)) }).await?;
    let shell = shell.under([("/cases".to_owned(), words.t("menu-cases")), (format!("/cases/{case}"), number)]);
    page(&SameCasePage { shell, case, questions, told: sent.told, twice })
}

async fn reply(app: Data<App>, who: Who, case: Path<CaseId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    if posted.get("do") == "tell" {
        app.run(who.caller(), move |tx| duplicates::tell_twice(tx, case, posted.get("number"))).await?;
        return Ok(see_other(&format!("/cases/{case}/same-case?told=true")));
    }
    let id: PairId = posted.get("pair").parse().map_err(|_| Problem::from(Refused::NotFound))?;
    let agrees = match posted.get("do") {
        "agree" => true,
        "refuse" => false,
        _ => return Err(Problem::new(422, "faults").at("do", "not-an-option")),
    };
    app.run(who.caller(), move |tx| duplicates::answer(tx, case, id, agrees)).await?;
    Ok(see_other(&format!("/cases/{case}/same-case")))
}
