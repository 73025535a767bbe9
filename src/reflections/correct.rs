//! A correction of what was released: a further version beside the old one, which stays (ruling 25, `workflow.md` section 3).

use serde_json::{Value, json};

use super::store::{self, Found};
use crate::access::{Act, Kind, Role};
use crate::compartments::{self, Written};
use crate::ids::ReflectionId;
use crate::tx::{Permit, Place, Refused, Tx, needed};

/// The longest reason, in characters.
const LONGEST: usize = 4_000;

/// Who begins a correction: the organisation's author or approver. Releasing it is the approver's, as the first time.
pub static CORRECT: Act = Act { name: "reflection.correct", within: Kind::Reflection, by: &[Role::Author, Role::Approver], step_up: false };

/// Begins a correction: the texts can be written again, are handed in, approved and released anew. The panel keeps what it has.
///
/// # Errors
/// `Rule("not-released-yet")`; `Rule("wrong-reflection-state")` while one is being written; `Faults` without a reason.
pub fn correct(tx: &mut Tx, id: ReflectionId, because: &str) -> Result<(), Refused> {
    let found = store::lock(tx.db(), id)?;
    let permit = tx.permit(&CORRECT, Place::Compartment(found.compartment), id.uuid())?;
    if found.state != "released" {
        return Err(Refused::Rule("not-released-yet"));
    }
    let because = needed("because", because, LONGEST)?;
    let now = tx.now();
    if !store::step_inner(tx.db(), id, &["closed"], "writing", now)? {
        return Err(Refused::Rule("wrong-reflection-state"));
    }
    let written = Written { kind: "correction", subject: Some(id.uuid()), form_version: "1", ground: "public_task", complete: true };
    compartments::put(tx, &permit, &written, &json!({ "number": found.corrections + 1, "because": because }))?;
    Ok(())
}

/// Why the correction under way is made.
pub(super) fn because(tx: &mut Tx, permit: &Permit, found: &Found) -> Result<Option<String>, Refused> {
    let Some(listed) = compartments::list(tx, permit, "correction", Some(found.id.uuid()))?.pop() else { return Ok(None) };
    Ok(compartments::open::<Value>(tx, permit, listed.id)?.body.get("because").and_then(Value::as_str).map(str::to_owned))
}
