//! What is decided upon: the very text that would be published, the check of its names, and the day it would be open.

use chrono::NaiveDate;
use form::Answers;
use serde::Serialize;
use serde_json::Value;

use super::assemble::Report;
use super::name_check::{self, Hit};
use super::adoption::{self, Adoption};
use super::{publish, report_of};
use crate::access::{Act, Kind, Role};
use crate::ids::CaseId;
use crate::tx::{Place, Refused, Tx};

/// Who reads what is decided upon: who decides, and who wrote it.
pub static READ_DECISION: Act = Act { name: "report.read_decision", within: Kind::Report, by: &[Role::Coordinator, Role::Chair, Role::Secretary], step_up: false };

/// What is decided upon.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ToDecide {
    /// The text as it would be published: cut to the form decided upon, whole while nothing is decided.
    pub report: Report,
    /// The decision (form 5.17), where there is one.
    pub decision: Option<Answers>,
    /// `whole`, `summary`, `learning_brief` or `none`.
    pub form: Option<String>,
    /// Headings of what the form decided upon leaves out of the report.
    pub left_out: Vec<String>,
    /// Whether it leaves out words of relatives that would stand in the report as they wrote them: their contact tells them first.
    pub words_left_out: bool,
    /// Words that may not stand, of the whole report: none of them may be left at the publication.
    pub hits: Vec<Hit>,
    /// Fingerprint of the text: of the adopted text, it is the same.
    pub fingerprint: String,
    /// The adoption that was last, where the chair adopted a text.
    pub adopted: Option<Adoption>,
    /// The day it would be open to all; told to the coordinator, who knows the contact plans.
    pub open_on: Option<NaiveDate>,
}

/// The text, the check of its names and the day, for who decides.
///
/// # Errors
/// `NotFound`; `Locked`.
pub fn to_decide(tx: &mut Tx, case: CaseId) -> Result<ToDecide, Refused> {
    let within = report_of(tx, case)?;
    let permit = tx.permit(&READ_DECISION, Place::Compartment(within), case.uuid())?;
    let decision = publish::decision(tx, &permit)?;
    let form = decision.as_ref().and_then(|decision| decision.get("form")).and_then(Value::as_str).map(str::to_owned);
    let (whole, report) = publish::in_form(tx, &permit, case, form.as_deref().unwrap_or_default())?;
    let hits = name_check::hits_in(tx, &permit, case, &whole)?;
    let open_on = match &decision {
        Some(decision) if permit.role() == Role::Coordinator && form.as_deref() != Some("none") => Some(publish::first_day(tx, case, decision)?),
        _ => None,
    };
    let whole: Vec<(String, String, bool)> = whole.sections.iter().map(|section| (section.id.clone(), section.heading.clone(), section.id == "portrait" && !section.parts.is_empty())).collect();
    let out: Vec<&(String, String, bool)> = whole.iter().filter(|(id, ..)| form.as_deref() != Some("none") && !report.sections.iter().any(|section| section.id == *id)).collect();
    let (left_out, words_left_out) = (out.iter().map(|(_, heading, _)| heading.clone()).collect(), out.iter().any(|(.., words)| *words));
    Ok(ToDecide { left_out, words_left_out, fingerprint: adoption::fingerprint(&report)?, adopted: adoption::latest(tx, &permit)?, report, decision, form, hits, open_on })
}
