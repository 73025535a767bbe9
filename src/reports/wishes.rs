//! How relatives wish that the report names somebody: read beside the pseudonyms and the publication decision, by who decides.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::assemble::READ;
use super::report_of;
use crate::compartments;
use crate::ids::CaseId;
use crate::tx::{Place, Refused, Tx};

/// A wish, as the relative's contact placed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct NamingWish {
    /// `real_first_name`, `pseudonym`, `letter`, `no_preference`.
    pub naming: String,
    /// The name wished for, with `pseudonym`.
    pub pseudonym: String,
}

/// The wishes that stand now: of each relative's words the latest.
///
/// # Errors
/// `NotFound` before there is a report; `Locked`.
pub fn naming_wishes(tx: &mut Tx, case: CaseId) -> Result<Vec<NamingWish>, Refused> {
    let within = report_of(tx, case)?;
    let permit = tx.permit(&READ, Place::Compartment(within), case.uuid())?;
    let mut kept: BTreeMap<String, NamingWish> = BTreeMap::new();
    for wish in compartments::open_all::<Value>(tx, &permit, "naming-wish")? {
        let part = |id: &str| wish.body.get(id).and_then(Value::as_str).unwrap_or_default().to_owned();
        kept.insert(part("item"), NamingWish { naming: part("naming"), pseudonym: part("pseudonym") });
    }
    Ok(kept.into_values().filter(|wish| !wish.naming.is_empty()).collect())
}
