//! A new version of the codebook and the records coded under the one before. A register manager starts it, record by record: the old codes stay as
//! they were, the lines of the new version take over what they can, and the rest is work for the coder whose codes were settled.
//!
//! Since a part of the codes lies apart, they go over in their coder's own session, and what follows from them is worked out anew there.

use codebook::{Codebook, Record, map_record};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::apart::{self, Whole};
use super::store::{self, Found, SlotRow};
use crate::access::{Act, Kind, Role};
use crate::ids::RecordId;
use crate::notices;
use crate::settings::Configured;
use crate::tx::{Place, Refused, Tx};

/// Who takes a record over into a new codebook.
pub static TAKE_OVER: Act = Act { name: "record.take_over", within: Kind::Coding, by: &[Role::RegisterManager], step_up: false };

/// An answer that no line takes over: a coder looks at it again.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Left {
    /// Where, as `victim[0].victim_sex`.
    pub field: String,
    /// What stood there.
    pub was: Value,
    /// The codes to choose from, if the new version names them.
    pub choices: Vec<i64>,
    /// Why, by its stable name: `split`, `broken`, or `not-in-version`.
    pub rule: String,
}

/// Takes a complete record over into the newest codebook. Its coder is told.
///
/// # Errors
/// `NotFound`; `Rule("nothing-to-take-over")` for a record that is not complete or already under the newest.
pub fn take_over(tx: &mut Tx, id: RecordId) -> Result<(), Refused> {
    let found = super::found(tx, id)?;
    tx.permit(&TAKE_OVER, Place::Case(found.case), id.uuid())?;
    let newest = tx.parts().config.codebook.version.clone();
    let slot = store::take_over(tx.db(), id, &newest)?.ok_or(Refused::Rule("nothing-to-take-over"))?;
    let coder = store::slots(tx.db(), id)?.into_iter().find(|found| found.slot == slot).ok_or(Refused::NotFound)?.membership;
    notices::tell(tx, coder, notices::Kind::TaskAssigned, Some(found.case), Some(id.uuid()))
}

/// The codebook a coding stands under: that of its record, or, final before the record went over, the one it was made with.
pub(super) fn book_of_slot<'a>(config: &'a Configured, found: &Found, slot: &SlotRow) -> Result<&'a Codebook, Refused> {
    let version = slot.worked_by.as_ref().filter(|_| slot.finished).unwrap_or(&found.codebook);
    super::coding::book_of(config, version)
}

/// A coder's own codes under the codebook of the record: as they stand, or taken over from the version they were saved with.
///
/// # Errors
/// As [`apart::whole`].
pub(super) fn current(tx: &mut Tx, found: &Found, slot: &SlotRow) -> Result<Whole, Refused> {
    let parts = tx.parts();
    let old = match slot.worked_by.as_deref() {
        Some(version) => super::coding::book_of(&parts.config, version)?,
        None => super::coding::book_of(&parts.config, &found.codebook)?,
    };
    let mut whole = apart::whole(tx, found, slot, old)?;
    if slot.finished || old.version == found.codebook {
        return Ok(whole);
    }
    let (rows, work) = gone_over(&parts.config, &whole.rows, &old.version, &found.codebook);
    let new = super::coding::book_of(&parts.config, &found.codebook)?;
    whole.beside.retain(|field, _| apart::stands(new, &rows, field));
    (whole.rows, whole.work) = (rows, work);
    Ok(whole)
}

/// Version by version, by the lines of each.
fn gone_over(config: &Configured, rows: &Record, from: &str, to: &str) -> (Record, Vec<Left>) {
    let (mut rows, mut work) = (rows.clone(), vec![]);
    let Some(last) = config.codebook_of(to) else { return (rows, work) };
    for version in last.history.iter().skip_while(|version| version.version != from).skip(1) {
        let book = config.codebook_of(&version.version).unwrap_or(last);
        let (mapped, left) = map_record(&rows, &version.mapping, book);
        rows = mapped;
        work.extend(left.into_iter().map(|left| Left { field: left.place.field(), was: left.was, choices: left.choices, rule: left.rule.to_owned() }));
        if version.version == to {
            break;
        }
    }
    (rows, work)
}
