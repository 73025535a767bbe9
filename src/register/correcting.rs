//! A complete record that turns out wrong (`workflow.md` section 7): the register manager opens it again with a reason, its coder corrects it, and
//! all stays readable as it stood. Until it is complete again a snapshot takes what it was before.

use chrono::{DateTime, Utc};
use codebook::Record;
use serde::Serialize;

use super::{settled_store, store};
use crate::access::{Act, Kind, Role};
use crate::ids::RecordId;
use crate::notices;
use crate::tx::{FieldFault, Place, Refused, Tx};

/// Who opens a complete record again.
pub static REOPEN: Act = Act { name: "record.reopen", within: Kind::Coding, by: &[Role::RegisterManager], step_up: false };

/// Why a complete record is corrected.
pub const CORRECTED_FOR: [&str; 4] = ["new_facts", "judgment", "source_corrected", "coding_error"];

/// Codes as they stood before they were coded on.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Edition {
    /// `intake`, `c1`, `c2`, `c3`.
    pub slot: String,
    /// The codebook they stood under.
    pub codebook: String,
    /// Their version.
    pub version: i32,
    /// When they were final.
    pub final_at: Option<DateTime<Utc>>,
    /// When they were set aside.
    pub kept_at: DateTime<Utc>,
    /// Why: one of the reasons for correcting, `codebook` for a newer version of it, `successor` for another coder.
    pub why: String,
    /// The codes that may stand plainly; only the coder's own.
    #[schemars(with = "std::collections::BTreeMap<String, Vec<serde_json::Map<String, serde_json::Value>>>")]
    pub rows: Record,
}

/// Opens a complete record again, for a reason that is kept. Its coder is told; all codes stay as they stood.
///
/// # Errors
/// `NotFound`; `Faults` for a reason there is not; `Rule("not-complete")` for a record that is not complete.
pub fn reopen(tx: &mut Tx, id: RecordId, reason: &str) -> Result<(), Refused> {
    let found = super::found(tx, id)?;
    tx.permit(&REOPEN, Place::Case(found.case), id.uuid())?;
    let reason = CORRECTED_FOR.into_iter().find(|known| *known == reason).ok_or_else(|| Refused::Faults(vec![FieldFault::new("reason", "not-an-option")]))?;
    let slot = settled_store::reopen(tx.db(), id, reason)?.ok_or(Refused::Rule("not-complete"))?;
    let coder = store::slots(tx.db(), id)?.into_iter().find(|found| found.slot == slot).ok_or(Refused::NotFound)?.membership;
    notices::tell(tx, coder, notices::Kind::TaskAssigned, Some(found.case), Some(id.uuid()))
}

/// How the codes of a record stood before, the newest first: a coder reads their own; a register manager, whose task is no content, sees when and why.
///
/// # Errors
/// `NotFound` for a record the caller does not see.
pub fn editions(tx: &mut Tx, id: RecordId) -> Result<Vec<Edition>, Refused> {
    let (found, hat) = (super::found(tx, id)?, tx.hat()?);
    tx.note(crate::tx::Entry::done("record.editions").of_case(found.case).on(id));
    Ok(settled_store::editions(tx.db(), id)?.into_iter().map(|(whose, edition)| if whose == hat { edition } else { Edition { rows: Record::default(), ..edition } }).collect())
}
