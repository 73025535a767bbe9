//! The quality review of the frozen draft, and the evaluation of how the review was held.

use form::Answers;
use serde_json::{Map, Value};

use super::assemble::{self, Report};
use super::{report_of, store};
use crate::access::{Act, Kind, Role};
use crate::cases;
use crate::compartments::{self, Written};
use crate::forms;
use crate::ids::CaseId;
use crate::tx::{FieldFault, Place, Refused, Tx};

/// Who freezes the draft for the quality reviewer.
pub static FREEZE: Act = Act { name: "report.freeze", within: Kind::Report, by: &[Role::Coordinator, Role::Chair], step_up: false };
/// Who reads the frozen draft.
pub static READ_DRAFT: Act = Act { name: "report.read_final_draft", within: Kind::Report, by: &[Role::QualityReviewer], step_up: false };
/// Who reviews it: never a writer of it.
pub static REVIEW: Act = Act { name: "report.review", within: Kind::Case, by: &[Role::QualityReviewer], step_up: false };
/// Who evaluates how the review was held: everyone who took part.
pub static EVALUATE: Act = Act { name: "case.evaluate", within: Kind::System, by: &[], step_up: false };

/// Freezes the draft and seals it to the case's quality reviewers.
///
/// # Errors
/// `Rule("no-quality-reviewer")` when none is named; `NotFound`.
pub fn freeze(tx: &mut Tx, case: CaseId) -> Result<(), Refused> {
    let within = report_of(tx, case)?;
    let permit = tx.permit(&FREEZE, Place::Compartment(within), case.uuid())?;
    let reviewers = cases::hats_in_role(tx, case, Role::QualityReviewer)?;
    if reviewers.is_empty() {
        return Err(Refused::Rule("no-quality-reviewer"));
    }
    let report = assemble::assemble(tx, case)?;
    let written = Written { kind: "final-draft", subject: Some(case.uuid()), form_version: "1", ground: "public_task", complete: true };
    let item = compartments::put(tx, &permit, &written, &report)?;
    for reviewer in reviewers {
        compartments::grant_item(tx, &permit, item, reviewer, "quality", None)?;
    }
    Ok(())
}

/// The latest frozen draft, for the reviewer it was sealed to.
///
/// # Errors
/// `NotFound`.
pub fn final_draft(tx: &mut Tx, case: CaseId) -> Result<Report, Refused> {
    let within = report_of(tx, case)?;
    let item = compartments::granted(tx, within, "final-draft")?.ok_or(Refused::NotFound)?;
    Ok(compartments::open_granted::<Report>(tx, item)?.body)
}

/// Reviews the draft: sufficient, or points to mend.
///
/// # Errors
/// `Faults` for an incomplete review; `Rule("no-final-draft")`.
pub fn review(tx: &mut Tx, case: CaseId, answers: &Answers) -> Result<String, Refused> {
    let permit = tx.permit(&REVIEW, Place::Case(case), case.uuid())?;
    let within = report_of(tx, case)?;
    compartments::granted(tx, within, "final-draft")?.ok_or(Refused::Rule("no-final-draft"))?;
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

/// Evaluates: figures only, by role, without person.
///
/// # Errors
/// `Faults`; `NotFound` for a case one took no part in.
pub fn evaluate(tx: &mut Tx, case: CaseId, answers: &Answers) -> Result<(), Refused> {
    tx.permit(&EVALUATE, Place::Hat, None)?;
    let answers = forms::whole(tx, "evaluation", answers)?;
    let figures: Map<String, Value> = answers.into_iter().filter(|(_, value)| value.is_number() || value.is_boolean()).collect();
    let role = tx.session()?.role.ok_or(Refused::NotFound)?;
    if tx.attempt(|tx| store::insert_evaluation(tx.db(), case, role.code(), &Value::Object(figures)))?.is_none() {
        return Err(Refused::NotFound);
    }
    Ok(())
}
