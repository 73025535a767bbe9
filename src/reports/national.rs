//! What the national coordination reads of a report's making: the quality review's result and the publication decision (ruling 3).

use form::Answers;
use serde::{Deserialize, Serialize};

use super::report_of;
use crate::access::{Act, Kind, Role};
use crate::cases;
use crate::compartments::{self, Written};
use crate::ids::{CaseId, ItemId};
use crate::tx::{Place, Refused, Tx};

static PLACE: Act = Act { name: "report.place_nationally", within: Kind::Report, by: &[Role::Coordinator], step_up: false };
/// Who reads what was placed for the nation.
pub static READ_NATIONAL: Act = Act { name: "report.read_national", within: Kind::Case, by: &[Role::NationalCoordinator], step_up: false };

/// What the nation may know of the decision: no person and no day to be avoided.
const DECISION: [&str; 5] = ["form", "reason", "publish_on", "review_again_on", "take_down_on"];

/// The copy.
#[derive(Clone, Debug, Default, Serialize, Deserialize, schemars::JsonSchema)]
pub struct National {
    /// The quality review.
    pub quality: Answers,
    /// The publication decision.
    pub decision: Answers,
}

/// Places the copy, sealed to those who co-sign; where there is nobody, nothing is placed.
pub(super) fn place(tx: &mut Tx, case: CaseId) -> Result<(), Refused> {
    let signers = cases::national_coordinators(tx)?;
    let within = report_of(tx, case)?;
    let permit = tx.permit(&PLACE, Place::Compartment(within), case.uuid())?;
    if signers.is_empty() {
        return Ok(());
    }
    let mut latest = |kind| -> Result<Answers, Refused> {
        match compartments::list(tx, &permit, kind, None)?.pop() {
            Some(listed) => Ok(compartments::open::<Answers>(tx, &permit, listed.id)?.body),
            None => Ok(Answers::new()),
        }
    };
    let (quality, decision) = (latest("quality")?, latest("publication-decision")?);
    let told = National { quality, decision: DECISION.into_iter().filter_map(|id| Some((id.to_owned(), decision.get(id)?.clone()))).collect() };
    let own = compartments::of_case(tx, case, Kind::Case)?.pop().ok_or(Refused::NotFound)?;
    let written = Written { kind: "national-sheet", subject: Some(case.uuid()), form_version: "1", ground: "public_task", complete: true };
    compartments::place_for(tx, &permit, own.id, &written, &told, &signers).map(drop)
}

/// The latest copy.
///
/// # Errors
/// `NotFound` for a case of which nothing was placed, and for other roles.
pub fn national(tx: &mut Tx, case: CaseId) -> Result<National, Refused> {
    tx.permit(&READ_NATIONAL, Place::Case(case), case.uuid())?;
    let item = latest(tx, case)?.ok_or(Refused::NotFound)?;
    Ok(compartments::open_granted::<National>(tx, item)?.body)
}

fn latest(tx: &mut Tx, case: CaseId) -> Result<Option<ItemId>, Refused> {
    Ok(compartments::item_grants(tx, case, "reading")?.into_iter().rev().find(|grant| grant.kind == "national-sheet").map(|grant| grant.item))
}

/// Whether there is one for the caller, for the page that leads to it.
///
/// # Errors
/// Database errors.
pub fn is_national(tx: &mut Tx, case: CaseId) -> Result<bool, Refused> {
    Ok(tx.session()?.role.is_some_and(|role| READ_NATIONAL.allows(role)) && latest(tx, case)?.is_some())
}
