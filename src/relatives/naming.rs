//! The name in the report: what a relative wishes goes to who writes it; of what was decided the relative hears the outcome only.

use serde::Serialize;
use serde_json::{Value, json};

use super::store;
use crate::access::{Act, Kind, Role};
use crate::compartments::{self, Written};
use crate::ids::RelativeId;
use crate::notices;
use crate::tx::{FieldFault, Place, Refused, Tx, needed};

/// Who tells a relative what was decided of a name.
pub static TELL_NAMING: Act = Act { name: "relative.tell_naming", within: Kind::Kin, by: &[Role::Coordinator], step_up: false };
/// Who reads it: the relative, who supports them, and their contact.
pub static READ_NAMING: Act = Act { name: "relative.naming", within: Kind::Kin, by: &[Role::Relative, Role::Supporter, Role::Coordinator], step_up: false };

/// The kind of the document that says what was decided.
const OUTCOME: &str = "naming-outcome";

/// What was decided of the name of the person a relative is there for: the outcome, and nothing of how it came to be.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, schemars::JsonSchema)]
pub struct Naming {
    /// `real_first_name`, `pseudonym`, `letter`.
    pub how: String,
    /// As it stands in the report.
    pub name: String,
}

/// Tells a relative how the report names the person they are there for.
///
/// # Errors
/// `Faults` without a name; `Rule("left-alone")` for who paused or stopped; `NotFound`.
pub fn tell_naming(tx: &mut Tx, id: RelativeId, how: &str, name: &str) -> Result<(), Refused> {
    let found = store::found(tx.db(), id)?;
    let permit = tx.permit(&TELL_NAMING, Place::Compartment(found.compartment), id.uuid())?;
    if !["real_first_name", "pseudonym", "letter"].contains(&how) {
        return Err(Refused::Faults(vec![FieldFault::new("how", "not-an-option")]));
    }
    let name = needed("name", name, 60)?;
    if found.held.is_some() {
        return Err(Refused::Rule("left-alone"));
    }
    let written = Written { kind: OUTCOME, subject: Some(id.uuid()), form_version: "1", ground: "consent", complete: true };
    compartments::put(tx, &permit, &written, &json!({ "how": how, "name": name }))?;
    // A frozen place hears nothing, and not why.
    if found.state == "active" {
        for hat in compartments::owners(tx, found.compartment)? {
            notices::tell(tx, hat, notices::Kind::Placed, None, None)?;
        }
    }
    Ok(())
}

/// What a relative was told of a name, the latest.
///
/// # Errors
/// `NotFound`.
pub fn naming(tx: &mut Tx, id: RelativeId) -> Result<Option<Naming>, Refused> {
    let found = store::found(tx.db(), id)?;
    let permit = tx.permit(&READ_NAMING, Place::Compartment(found.compartment), id.uuid())?;
    let Some(last) = compartments::list(tx, &permit, OUTCOME, None)?.pop() else { return Ok(None) };
    let body = compartments::open::<Value>(tx, &permit, last.id)?.body;
    let part = |id: &str| body.get(id).and_then(Value::as_str).unwrap_or_default().to_owned();
    Ok(Some(Naming { how: part("how"), name: part("name") }))
}
