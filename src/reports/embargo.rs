//! Copies under embargo: organisations read the report before it is open to all (T17). Placed in each organisation's own compartment, so
//! that no other reads it there.

use serde_json::Value;

use super::assemble::Report;
use super::{name_check, publish, report_of};
use crate::access::{Act, Kind, Role};
use crate::cases;
use crate::compartments::{self, Written};
use crate::ids::{CaseId, CompartmentId};
use crate::notices;
use crate::reflections;
use crate::tx::{FieldFault, Permit, Place, Refused, Tx};

/// Who gives copies under embargo.
pub static EMBARGO: Act = Act { name: "report.embargo", within: Kind::Report, by: &[Role::Coordinator], step_up: true };
/// Who reads one: the organisation's own people.
pub static READ_EMBARGO: Act = Act { name: "report.read_embargoed", within: Kind::Reflection, by: &[Role::Author, Role::Approver], step_up: false };

/// The text, in the form that was decided on, and the organisations that get it.
fn copies(tx: &mut Tx, case: CaseId, act: &'static Act) -> Result<(Report, Vec<reflections::Outside>, Permit), Refused> {
    let within = report_of(tx, case)?;
    let permit = tx.permit(act, Place::Compartment(within), case.uuid())?;
    let decision = publish::decision(tx, &permit)?.ok_or(Refused::Rule("no-decision-yet"))?;
    let form = decision.get("form").and_then(Value::as_str).unwrap_or_default();
    if form == "none" {
        return Err(Refused::Rule("decided-not-to-publish"));
    }
    let (whole, report) = publish::in_form(tx, &permit, case, form)?;
    let hits = name_check::hits_in(tx, &permit, case, &whole)?;
    if !hits.is_empty() {
        return Err(publish::stands(hits));
    }
    // Whom the decision names gets a copy, by its id or, in an older decision, by its name; where it names nobody, everyone who was asked.
    let named: Vec<String> = decision.get("embargo_to").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(|name| name.trim().to_lowercase()).filter(|name| !name.is_empty()).collect();
    let asked: Vec<_> = reflections::of_case(tx, case)?.into_iter().filter(|one| one.state != "recalled").collect();
    let is = |one: &reflections::Outside, name: &String| one.organisation.to_string() == *name || one.name.to_lowercase() == *name;
    if named.iter().any(|name| !asked.iter().any(|one| is(one, name))) {
        return Err(Refused::Faults(vec![FieldFault::new("embargo_to", "not-an-option")]));
    }
    let organisations = asked.into_iter().filter(|one| named.is_empty() || named.iter().any(|name| is(one, name))).collect();
    Ok((report, organisations, permit))
}

/// The text as it would be read, and by which organisations: one reads it before one gives it.
///
/// # Errors
/// As [`embargo`].
pub fn to_give(tx: &mut Tx, case: CaseId) -> Result<(Report, Vec<String>), Refused> {
    let within = report_of(tx, case)?;
    tx.may(&EMBARGO, Place::Compartment(within))?;
    let (report, organisations, _) = copies(tx, case, &name_check::CHECK)?;
    Ok((report, organisations.into_iter().map(|one| one.organisation_name).collect()))
}

/// Places a copy, in the form that was decided on, with every organisation that was asked; from today their working days count. Returns
/// with how many.
///
/// # Errors
/// `Rule("no-decision-yet")`; `Rule("decided-not-to-publish")`; `Faults` for a name in the decision that no organisation of the case has; `Faults` naming words that may not stand; `StepUp`.
pub fn embargo(tx: &mut Tx, case: CaseId) -> Result<usize, Refused> {
    let (report, organisations, permit) = copies(tx, case, &EMBARGO)?;
    for place in organisations.iter().map(|one| &one.compartment) {
        let written = Written { kind: "embargo-copy", subject: Some(case.uuid()), form_version: "1", ground: "public_task", complete: true };
        compartments::place(tx, &permit, *place, &written, &report)?;
        for hat in compartments::owners(tx, *place)? {
            notices::tell(tx, hat, notices::Kind::PublicationDate, None, None)?;
        }
    }
    cases::record(tx, &permit, "embargo_passed", None)?;
    Ok(organisations.len())
}

/// The latest copy under embargo in an organisation's compartment.
///
/// # Errors
/// `NotFound` where there is none; `NotYours`; `Locked`.
pub fn embargoed(tx: &mut Tx, within: CompartmentId) -> Result<Report, Refused> {
    let permit = tx.permit(&READ_EMBARGO, Place::Compartment(within), None)?;
    let listed = compartments::list(tx, &permit, "embargo-copy", None)?.pop().ok_or(Refused::NotFound)?;
    Ok(compartments::open::<Report>(tx, &permit, listed.id)?.body)
}

/// Whether there is one, for the page that offers it.
///
/// # Errors
/// Database errors only.
pub fn is_embargoed(tx: &mut Tx, within: CompartmentId) -> Result<bool, Refused> {
    Ok(compartments::granted(tx, within, "embargo-copy")?.is_some())
}
