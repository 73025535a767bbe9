//! The quality review of the frozen draft.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use form::Answers;
use serde_json::Value;

use super::assemble::Report;
use super::{learning, report_of};
use crate::access::{Act, Kind, Role};
use crate::cases;
use crate::compartments::{self, Written};
use crate::forms;
use crate::ids::{CaseId, ItemId};
use crate::panels;
use crate::tx::{FieldFault, Place, Refused, Tx};

/// Who freezes the draft for the quality reviewer.
pub static FREEZE: Act = Act { name: "report.freeze", within: Kind::Report, by: &[Role::Coordinator, Role::Chair], step_up: false };
static READ_TERMS: Act = Act { name: "report.read_terms", within: Kind::Panel, by: &[Role::Coordinator, Role::Chair], step_up: false };
/// Who reads what goes with it: terms of reference, restrictions, the case under pseudonyms.
pub static READ_PAPERS: Act = Act { name: "report.read_papers", within: Kind::Case, by: &[Role::QualityReviewer], step_up: false };
/// How long a reviewer's access outlives the term of the review, in days.
const GRACE_DAYS: i64 = 30;
/// Who reads the frozen draft.
pub static READ_DRAFT: Act = Act { name: "report.read_final_draft", within: Kind::Report, by: &[Role::QualityReviewer], step_up: false };
/// Who reviews it: never a writer of it.
pub static REVIEW: Act = Act { name: "report.review", within: Kind::Case, by: &[Role::QualityReviewer], step_up: false };

/// Freezes the draft, with the learning brief as far as it is written, and seals it to the case's quality reviewers.
///
/// # Errors
/// `Rule("not-in-quality-review")`: before, the text may still change under the reviewer's eyes; `Rule("no-quality-reviewer")` when
/// none is named; `NotFound`.
pub fn freeze(tx: &mut Tx, case: CaseId) -> Result<(), Refused> {
    let within = report_of(tx, case)?;
    let permit = tx.permit(&FREEZE, Place::Compartment(within), case.uuid())?;
    if !cases::is_frozen(tx, case)? {
        return Err(Refused::Rule("not-in-quality-review"));
    }
    let reviewers = cases::named_in_role(tx, case, Role::QualityReviewer)?;
    if reviewers.is_empty() {
        return Err(Refused::Rule("no-quality-reviewer"));
    }
    // With the learning brief, which is published as the report, or beside it.
    let report = learning::reviewed(tx, &permit, case)?;
    let written = Written { kind: "final-draft", subject: Some(case.uuid()), form_version: "1", ground: "public_task", complete: true };
    let mut items = vec![compartments::put(tx, &permit, &written, &report)?];
    // The reviewer reads the terms of reference and the restrictions as well (ruling 2).
    if let Some(panel) = compartments::of_case(tx, case, Kind::Panel)?.pop() {
        let read = tx.permit(&READ_TERMS, Place::Compartment(panel.id), case.uuid())?;
        if let Some(terms) = panels::adopted_terms(tx, &read)? {
            items.push(compartments::put(tx, &permit, &Written { kind: "terms-copy", form_version: &terms.form_version, ..written }, &terms.body)?);
        }
    }
    for kind in ["restrictions", "case-sheet"] {
        items.extend(compartments::list(tx, &permit, kind, None)?.pop().map(|listed| listed.id));
    }
    let until = access_until(tx, case)?;
    for reviewer in reviewers {
        for item in &items {
            compartments::grant_item(tx, &permit, *item, reviewer, "quality", Some(until))?;
        }
    }
    Ok(())
}

/// Until when a reviewer reads: the term of the review and a month more, since a late term never moves a case.
fn access_until(tx: &mut Tx, case: CaseId) -> Result<DateTime<Utc>, Refused> {
    let (profile, _) = cases::profile_and_language(tx, case)?;
    let (parts, today, calendar) = (tx.parts(), tx.today(), tx.session()?.calendar.clone());
    let last = profile.terms.quality.end(today, parts.config.calendar(&calendar)) + Duration::days(GRACE_DAYS);
    Ok(last.and_time(chrono::NaiveTime::MIN).and_utc())
}

/// What the reviewer reads beside the draft: form and answers.
///
/// # Errors
/// `NotFound` for who reviews nothing here; `Rule("statement-first")`.
pub fn papers(tx: &mut Tx, case: CaseId) -> Result<Vec<(String, Answers)>, Refused> {
    let permit = tx.permit(&READ_PAPERS, Place::Case(case), case.uuid())?;
    drop(permit);
    cases::signed_first(tx, case, Role::QualityReviewer)?;
    let mut latest: BTreeMap<String, ItemId> = BTreeMap::new();
    for grant in compartments::item_grants(tx, case, "quality")? {
        let form = match grant.kind.as_str() {
            "terms-copy" => "terms-of-reference",
            "restrictions" => "screening",
            "case-sheet" => "notification",
            _ => continue,
        };
        latest.insert(form.to_owned(), grant.item);
    }
    latest.into_iter().map(|(form, item)| Ok((form, compartments::open_granted::<Answers>(tx, item)?.body))).collect()
}

/// The latest frozen draft, for the reviewer it was sealed to.
///
/// # Errors
/// `NotFound`; `Rule("statement-first")`.
pub fn final_draft(tx: &mut Tx, case: CaseId) -> Result<Report, Refused> {
    cases::signed_first(tx, case, Role::QualityReviewer)?;
    let within = report_of(tx, case)?;
    let item = compartments::granted(tx, within, "final-draft")?.ok_or(Refused::NotFound)?;
    Ok(compartments::open_granted::<Report>(tx, item)?.body)
}

/// Whether a case has something for its reviewer: statements to sign, or a frozen draft that was sealed to them.
///
/// # Errors
/// Database errors only.
pub fn waits_for_reviewer(tx: &mut Tx, case: CaseId) -> Result<bool, Refused> {
    match cases::signed_first(tx, case, Role::QualityReviewer) {
        Err(Refused::Rule("statement-first")) => return Ok(true),
        signed => signed?,
    }
    match report_of(tx, case) {
        Ok(within) => Ok(compartments::granted(tx, within, "final-draft")?.is_some()),
        Err(Refused::NotFound) => Ok(false),
        Err(why) => Err(why),
    }
}

/// Reviews the draft: sufficient, or points to mend.
///
/// # Errors
/// `Faults` for an incomplete review; `Rule("no-final-draft")` while the draft of this round was not frozen; `Rule("not-in-quality-review")`.
pub fn review(tx: &mut Tx, case: CaseId, answers: &Answers) -> Result<String, Refused> {
    let permit = tx.permit(&REVIEW, Place::Case(case), case.uuid())?;
    cases::signed_first(tx, case, Role::QualityReviewer)?;
    let within = report_of(tx, case)?;
    let draft = compartments::granted(tx, within, "final-draft")?.ok_or(Refused::Rule("no-final-draft"))?;
    // Of an earlier round: what stands now was never given to the reviewer.
    let since = cases::frozen_since(tx, case)?.ok_or(Refused::Rule("not-in-quality-review"))?;
    if compartments::open_granted::<Report>(tx, draft)?.written_at < since {
        return Err(Refused::Rule("no-final-draft"));
    }
    let answers = forms::whole(tx, "quality", answers)?;
    let result = answers.get("result").and_then(Value::as_str).unwrap_or_default().to_owned();
    // Sent back for at least one item, adopted with none (T15, T16).
    let lacking = answers.get("checklist").and_then(Value::as_object).is_some_and(|items| items.values().any(|item| item == "not_sufficient"));
    if lacking == (result == "sufficient") {
        return Err(Refused::Faults(vec![FieldFault::new("result", "contradicts-list")]));
    }
    let version = forms::definition(tx, "quality")?.version;
    let written = Written { kind: "quality", subject: Some(case.uuid()), form_version: &version, ground: "public_task", complete: true };
    compartments::place(tx, &permit, within, &written, &answers)?;
    let (fact, state) = if result == "sufficient" { ("quality_sufficient", "sufficient") } else { ("quality_not_sufficient", "not_sufficient") };
    cases::record(tx, &permit, fact, None)?;
    Ok(state.to_owned())
}
