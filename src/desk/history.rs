//! How a case went, with the reasons: steps, and for who holds the key of the case also the words given with them.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use chrono::{DateTime, Utc};
use form::text_of;

use crate::access::Role;
use crate::cases::{self, CaseError, Reason, framed_in_case};
use crate::http::{Problem, Routes, Shell, Who, page};
use crate::ids::CaseId;
use crate::people;
use crate::reflections::{self, InvitationAnswer, Outside};
use crate::reports::{self, Adoption};
use crate::texts::Words;
use crate::tx::{App, Refused, Tx};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.own("GET", "/cases/{case}/history", "How a case went, with the reasons for who holds its key", history);
}

/// What happened: when, what, who, in which words.
struct Line {
    at: DateTime<Utc>,
    when: String,
    what: String,
    who: String,
    words: String,
}

#[derive(Template)]
#[template(path = "desk/history.html")]
struct HistoryPage {
    shell: Shell,
    lines: Vec<Line>,
    /// Whether the reasons are among them.
    with_reasons: bool,
}

fn name_of<'a>(organisations: &'a [Outside], subject: Option<uuid::Uuid>) -> &'a str {
    organisations.iter().find(|one| Some(one.id.uuid()) == subject).map(|one| one.organisation_name.as_str()).unwrap_or_default()
}

/// What a reason was given for, in words.
fn what(words: &Words, reason: &Reason, organisations: &[Outside]) -> String {
    let kind = reason.kind.as_deref().unwrap_or_default();
    match reason.about.as_str() {
        "extended" => {
            let days = [reason.from, reason.until].map(|day| words.day_or_none(&day));
            words.with("reason-extended", &[("what", &words.t(&format!("term-{kind}"))), ("from", &days[0]), ("until", &days[1])])
        }
        about @ ("go_on" | "recalled") => words.a(if about == "go_on" { "reason-go-on" } else { "reason-recalled" }, "name", name_of(organisations, reason.subject)),
        "final_judgment" => {
            let days = [kind.parse().ok(), reason.from, reason.until].map(|day| words.day_or_none(&day));
            words.with("reason-final-judgment", &[("day", &days[0]), ("from", &days[1]), ("until", &days[2])])
        }
        "thematic_nothing" => words.t("reason-thematic-nothing"),
        about @ ("organisation_later" | "organisation_not") => words.a(if about == "organisation_later" { "reason-organisation-later" } else { "reason-organisation-not" }, "name", kind),
        "relative_later" => words.t("reason-relative-later"),
        "relative_not" => words.t("reason-relative-not"),
        "taken_down" => words.t("reason-taken-down"),
        "words_withdrawn" => words.t("reason-words-withdrawn"),
        "part_ended" => words.t("reason-part-ended"),
        "admitted" => words.t("reason-admitted"),
        "proposal" => words.a("reason-proposal", "what", words.t(&format!("proposal-{kind}"))),
        "proposal_refused" => words.a("reason-proposal-refused", "what", words.t(&format!("proposal-{kind}"))),
        "owner" => words.a("reason-owner", "number", kind),
        "overtaken" => words.a("reason-overtaken", "number", kind),
        fact => words.t(&format!("fact-{fact}")),
    }
}

/// The adoptions of the report, for who reads it: a fingerprint tells nothing to others, and tries a guess for nobody (decision 31).
fn adoptions(tx: &mut Tx, case: CaseId) -> Result<Vec<Adoption>, Refused> {
    if !tx.session()?.role.is_some_and(|role| reports::READ_DECISION.allows(role)) {
        return Ok(vec![]);
    }
    match reports::adoptions(tx, case) {
        Err(Refused::NotFound | Refused::NotYours | Refused::Locked | Refused::Rule(_)) => Ok(vec![]),
        found => found,
    }
}

/// A second signature that was given: when, for what, by whom, where the reader may know the name.
struct Signed {
    at: DateTime<Utc>,
    kind: String,
    by: String,
}

fn signed(tx: &mut Tx, case: CaseId) -> Result<Vec<Signed>, Refused> {
    let given: Vec<cases::AskedFor> = cases::proposals_of(tx, case)?.into_iter().filter(|one| one.state == "signed").collect();
    let names = people::names_of(tx, given.iter().filter_map(|one| one.settled_by).collect())?;
    Ok(given.into_iter().map(|one| Signed {
        at: one.settled_at.unwrap_or(one.made_at), by: one.settled_by.and_then(|hat| names.get(&hat)).cloned().unwrap_or_default(), kind: one.kind,
    }).collect())
}

async fn history(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    type Found = (Vec<cases::StepTaken>, Vec<Reason>, Vec<InvitationAnswer>, Vec<Outside>, bool, Vec<Adoption>, Vec<Signed>);
    let ((steps, reasons, answers, organisations, with_reasons, adoptions, signed), shell, session) = framed_in_case(&app, &who, case, "course-and-reasons", move |tx| -> Result<Found, CaseError> {
        let steps = cases::view(tx, case)?.history;
        let leads = tx.session()?.role == Some(Role::Coordinator) && cases::hats_in_role(tx, case, Role::Coordinator)?.contains(&tx.hat()?);
        let (reasons, answers) = if leads { (cases::reasons(tx, case)?, reflections::invitation_answers(tx, case)?) } else { (vec![], vec![]) };
        Ok((steps, reasons, answers, reflections::of_case(tx, case)?, leads, adoptions(tx, case)?, signed(tx, case)?))
    }).await?;
    let words = shell.w;
    let line = |at: DateTime<Utc>, what: String, who: String, said: String| Line { at, when: words.moment(&at, &session.zone), what, who, words: said };
    let mut lines: Vec<Line> = steps.into_iter().map(|step| line(step.at, words.t(&format!("state-{}", step.to)), words.t(&format!("role-{}", step.role)), String::new())).collect();
    lines.extend(reasons.into_iter().map(|reason| line(reason.at, what(&words, &reason, &organisations), reason.by.clone(), reason.words)));
    lines.extend(answers.into_iter().filter(|answer| text_of(&answer.answers, "answer") == "decline").map(|answer| {
        let name = name_of(&organisations, Some(answer.reflection.uuid())).to_owned();
        line(answer.at, words.a("reason-declined", "name", &name), name, text_of(&answer.answers, "reason_text"))
    }));
    lines.extend(adoptions.into_iter().map(|one| {
        let what = words.with("report-adopted-as", &[("number", &one.version.to_string()), ("fingerprint", &one.fingerprint)]);
        line(one.adopted_at, what, words.t(&format!("role-{}", Role::Chair.code())), String::new())
    }));
    lines.extend(signed.into_iter().map(|one| {
        let role = words.t(&format!("role-{}", Role::NationalCoordinator.code()));
        let who = if one.by.is_empty() { role } else { format!("{}, {role}", one.by) };
        line(one.at, words.a("reason-signed", "what", words.t(&format!("proposal-{}", one.kind))), who, String::new())
    }));
    lines.sort_by_key(|line| std::cmp::Reverse(line.at));
    page(&HistoryPage { shell, lines, with_reasons })
}
