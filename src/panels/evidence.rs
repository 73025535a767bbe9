//! Evidence for coders: single released items, sealed to a coder of the case while they code (rulings 1 and 2).

use chrono::{Duration, NaiveDate};
use serde::Serialize;
use serde_json::Value;

use super::meetings::panel_of;
use crate::access::{Act, Kind, Role};
use crate::cases;
use crate::compartments::{self, ItemGrant};
use crate::ids::{CaseId, ItemId, MembershipId};
use crate::notices;
use crate::tx::{FieldFault, Place, Refused, Tx};

/// Who lets a coder read, and who ends it: who leads the panel.
pub static GRANT_EVIDENCE: Act = Act { name: "panel.grant_evidence", within: Kind::Panel, by: &[Role::Coordinator, Role::Chair, Role::Secretary], step_up: false };
/// Who reads what was sealed to them.
pub static READ_EVIDENCE: Act = Act { name: "panel.read_evidence", within: Kind::Case, by: &[Role::Coder], step_up: false };

/// What a coder may see: what was released, and what the panel found in it.
const KINDS: [&str; 5] = ["reflection", "chronology-entry", "supplementary-answer", "relative-words", "finding"];
/// The longest a grant lasts, in days; the record's completion ends it sooner.
const MOST_DAYS: i64 = 180;

/// Seals items of the panel to a coder until a day.
///
/// # Errors
/// `Faults` for a hat that does not code this case, an item that is not the panel's, a day that has passed or lies too far.
pub fn grant_evidence(tx: &mut Tx, case: CaseId, coder: MembershipId, items: &[ItemId], until: NaiveDate) -> Result<(), Refused> {
    let within = panel_of(tx, case)?;
    let permit = tx.permit(&GRANT_EVIDENCE, Place::Compartment(within), coder.uuid())?;
    let today = tx.today();
    let fault = |field: &str, rule: &str| Err(Refused::Faults(vec![FieldFault::new(field, rule)]));
    if until <= today {
        return fault("until", "in-the-past");
    }
    if until > today + Duration::days(MOST_DAYS) {
        return fault("until", "out-of-range");
    }
    if !cases::named_in_role(tx, case, Role::Coder)?.contains(&coder) {
        return fault("coder", "not-an-option");
    }
    if items.is_empty() {
        return fault("items", "required");
    }
    let mut allowed = vec![];
    for kind in KINDS {
        allowed.extend(compartments::list(tx, &permit, kind, None)?.into_iter().map(|listed| listed.id));
    }
    if items.iter().any(|item| !allowed.contains(item)) {
        return fault("items", "not-an-option");
    }
    let ends = until.and_time(chrono::NaiveTime::MIN).and_utc();
    for item in items {
        compartments::grant_item(tx, &permit, *item, coder, "evidence", Some(ends))?;
    }
    notices::tell(tx, coder, notices::Kind::Placed, Some(case), None)
}

/// Ends what a coder got, at once.
///
/// # Errors
/// `NotFound` when they had nothing.
pub fn end_evidence(tx: &mut Tx, case: CaseId, coder: MembershipId) -> Result<(), Refused> {
    let within = panel_of(tx, case)?;
    tx.permit(&GRANT_EVIDENCE, Place::Compartment(within), coder.uuid())?;
    if compartments::end_item_grants(tx, case, "evidence", Some(coder))? == 0 { Err(Refused::NotFound) } else { Ok(()) }
}

/// Who reads what, until when: for those who lead the panel.
///
/// # Errors
/// `NotFound`, `NotYours`.
pub fn evidence_granted(tx: &mut Tx, case: CaseId) -> Result<Vec<ItemGrant>, Refused> {
    let within = panel_of(tx, case)?;
    tx.permit(&GRANT_EVIDENCE, Place::Compartment(within), case.uuid())?;
    compartments::item_grants(tx, case, "evidence")
}

/// A piece of evidence.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Evidence {
    /// The item: codes refer to it by this id.
    pub id: ItemId,
    /// What it is.
    pub kind: String,
    /// Its words.
    pub body: Value,
}

/// What was sealed to the caller in a case.
///
/// # Errors
/// `NotFound` for who does not code it; `Rule("statement-first")`; `Locked`.
pub fn evidence(tx: &mut Tx, case: CaseId) -> Result<Vec<Evidence>, Refused> {
    tx.permit(&READ_EVIDENCE, Place::Case(case), case.uuid())?;
    cases::signed_first(tx, case, Role::Coder)?;
    let hat = tx.hat()?;
    compartments::item_grants(tx, case, "evidence")?.into_iter().filter(|grant| grant.hat == hat).map(|grant| {
        Ok(Evidence { id: grant.item, kind: grant.kind, body: compartments::open_granted::<Value>(tx, grant.item)?.body })
    }).collect()
}
