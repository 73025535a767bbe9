//! The name in the report: what a relative wishes goes to who writes it; of what was decided the relative hears the outcome only.

use serde::Serialize;
use serde_json::{Value, json};

use super::store;
use crate::access::{Act, Kind, Role};
use crate::cases;
use crate::compartments::{self, Written};
use crate::ids::RelativeId;
use crate::notices;
use crate::settings;
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

/// The ways in which the report can name somebody.
const WAYS: [&str; 3] = ["real_first_name", "pseudonym", "letter"];

/// The ways open in a case: a real first name only where its variant leaves the choice to relatives.
fn open_ways(tx: &mut Tx, found: &store::Found) -> Result<Vec<&'static str>, Refused> {
    let chosen = cases::profile_of_place(tx, found.compartment)?.naming == settings::Naming::RelativesChoose;
    Ok(WAYS.into_iter().filter(|way| chosen || *way != "real_first_name").collect())
}

/// The ways in which the report of a relative's case can name somebody.
///
/// # Errors
/// `NotFound`.
pub fn naming_ways(tx: &mut Tx, id: RelativeId) -> Result<Vec<&'static str>, Refused> {
    let found = store::found(tx.db(), id)?;
    tx.permit(&READ_NAMING, Place::Compartment(found.compartment), id.uuid())?;
    open_ways(tx, &found)
}

/// Tells a relative how the report names the person they are there for.
///
/// # Errors
/// `Faults` without a name; `Rule("real-name-not-in-variant")`; `Rule("left-alone")` for who paused or stopped; `NotFound`.
pub fn tell_naming(tx: &mut Tx, id: RelativeId, how: &str, name: &str) -> Result<(), Refused> {
    let found = store::found(tx.db(), id)?;
    let permit = tx.permit(&TELL_NAMING, Place::Compartment(found.compartment), id.uuid())?;
    if !WAYS.contains(&how) {
        return Err(Refused::Faults(vec![FieldFault::new("how", "not-an-option")]));
    }
    if !open_ways(tx, &found)?.contains(&how) {
        return Err(Refused::Rule("real-name-not-in-variant"));
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
