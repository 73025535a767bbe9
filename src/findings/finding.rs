//! A finding: a pattern, why it was logical, and where it can be seen. Adopted by the chair.

use std::collections::BTreeSet;

use form::Answers;
use serde_json::Value;
use uuid::Uuid;

use crate::access::{Act, Kind, Role};
use crate::cases;
use crate::compartments;
use crate::forms::{Saved, sheet};
use crate::ids::{CaseId, ItemId};
use crate::tx::{FieldFault, Permit, Place, Refused, Tx};

sheet!(/// A finding (5.8).
    FINDING, "finding" in Panel, "finding", read [Coordinator, Chair, Secretary, PanelMember], write [Coordinator, Chair, Secretary, PanelMember], then checked);

/// Who adopts a finding.
pub static ADOPT: Act = Act { name: "finding.adopt", within: Kind::Panel, by: &[Role::Chair], step_up: false };

/// The released documents a reference can point to: `entry:<id>`, `reflection:<id>#<field>`, `words:<id>#<field>`.
fn item_of(reference: &str) -> Option<(&'static str, ItemId)> {
    let (kind, rest) = reference.split_once(':')?;
    let kind = match kind {
        "entry" => "chronology-entry",
        "reflection" => "reflection",
        "words" => "relative-words",
        _ => return None,
    };
    Some((kind, rest.split('#').next()?.parse().ok()?))
}

/// Evidence must lie in the panel; from two sources, unless the finding is of practice or one organisation.
fn checked(tx: &mut Tx, permit: &Permit, saved: &Saved) -> Result<(), Refused> {
    let case = permit.case().ok_or(Refused::NotFound)?;
    if cases::subjects_of(tx, case, "finding_with_evidence")?.contains(&saved.id.uuid()) {
        cases::text_may_change(tx, case)?;
    }
    // Dissent is written by whose it is (`workflow.md` 5.8); what stood here before stays.
    let dissent = form::text_of(&saved.answers, "dissent");
    let before = match saved.version.checked_sub(1).filter(|version| *version > 0 && !dissent.is_empty()) {
        Some(version) => form::text_of(&compartments::open_version::<Answers>(tx, permit, saved.id, version)?.body, "dissent"),
        None => String::new(),
    };
    if before.is_empty() && !dissent.is_empty() {
        return Err(Refused::Faults(vec![FieldFault::new("dissent", "dissent-is-ones-own")]));
    }
    let evidence: Vec<String> = saved.answers.get("evidence").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    let mut sources: BTreeSet<Option<Uuid>> = BTreeSet::new();
    for (index, reference) in evidence.iter().enumerate() {
        let wrong = || Refused::Faults(vec![FieldFault::new(format!("evidence[{index}]"), "not-an-option")]);
        let (kind, item) = item_of(reference).ok_or_else(wrong)?;
        sources.insert(compartments::subject_of(tx, permit, item, kind).map_err(|_| wrong())?);
    }
    let level = saved.answers.get("level").and_then(Value::as_str).unwrap_or_default();
    if saved.complete && sources.len() < 2 && !matches!(level, "practice" | "organisation") {
        return Err(Refused::Faults(vec![FieldFault::new("evidence", "two-sources")]));
    }
    Ok(())
}

/// Adopts a finding.
///
/// # Errors
/// `Stale` when somebody saved since `seen`; `Rule("document-incomplete")`; `Rule("report-frozen")`; `NotFound`.
pub fn adopt(tx: &mut Tx, case: CaseId, item: ItemId, seen: Option<i32>) -> Result<(), Refused> {
    let within = compartments::of_kind(tx, case, Kind::Panel)?;
    let permit = tx.permit(&ADOPT, Place::Compartment(within), item.uuid())?;
    cases::text_may_change(tx, case)?;
    compartments::subject_of(tx, &permit, item, FINDING.form)?;
    let opened = compartments::open::<Answers>(tx, &permit, item)?;
    cases::read_before(seen, opened.listed.version)?;
    if !opened.listed.complete {
        return Err(Refused::Rule("document-incomplete"));
    }
    if opened.body.get("dissent").is_some() {
        cases::record(tx, &permit, "dissent_recorded", None)?;
    }
    cases::adopt(tx, &permit, "finding_with_evidence", item.uuid(), opened.listed.version)
}
