//! Ending a hat: what hangs on it is told first, and why it ends is kept.

use super::store;
use crate::access::{Act, Kind};
use crate::ids::MembershipId;
use crate::tx::{FieldFault, Place, Refused, Tx};

/// Who ends a hat: the administrator, or whoever invited it.
pub static END: Act = Act { name: "people.end", within: Kind::System, by: &[], step_up: true };

/// Why a hat is ended.
pub const ENDED_BECAUSE: [&str; 5] = ["left", "other_role", "mistake", "safety", "asked"];

/// What hangs on a hat, in numbers: no case and no relative is named to who ends it.
#[derive(Clone, Debug, Default)]
pub struct HangsOn {
    /// Role code.
    pub role: String,
    /// Open cases they lead.
    pub led: i64,
    /// Open cases they take part in otherwise.
    pub parts: i64,
    /// Rooms of cases and organisations of which they alone hold the key.
    pub rooms_alone: i64,
    /// Relatives whose contact they are.
    pub relatives: i64,
    /// Relatives to whose place nobody else of the bureau has the key.
    pub relatives_alone: i64,
    /// The bureau's other administrators.
    pub administrators: i64,
    /// The bureau's other recovery officers; where there is a recovery key those who hold a share of it.
    pub officers: i64,
    /// Whether the bureau has a recovery key.
    pub recovery: bool,
}

impl HangsOn {
    /// Whether they alone hold a key.
    pub fn alone(&self) -> bool {
        self.rooms_alone + self.relatives_alone > 0
    }
    /// Whether it is the last administrator, who is not ended.
    pub fn last(&self) -> bool {
        self.role == "TA" && self.administrators == 0
    }
}

/// What hangs on a hat, for who may end it.
///
/// # Errors
/// `NotFound` for a hat that is not the caller's to end.
pub fn hangs_on(tx: &mut Tx, hat: MembershipId) -> Result<HangsOn, Refused> {
    tx.may(&END, Place::Hat)?;
    store::hangs_on(tx.db(), hat)?.ok_or(Refused::NotFound)
}

/// Ends a hat; its next request is refused (I-7). Its parts in cases and its places end with it, and those concerned hear that something
/// changed. Who alone holds a key is ended only where that is said once more, with `at_once`; the last administrator is not.
///
/// # Errors
/// `NotFound` for a hat that is not the caller's to end; `Faults` without a reason; `Rule("ends-alone")`; `Rule("last-administrator")`; `Rule("last-officers")`; `StepUp`.
pub fn end(tx: &mut Tx, hat: MembershipId, because: &str, at_once: bool) -> Result<(), Refused> {
    tx.permit(&END, Place::Hat, hat.uuid())?;
    // Who may not end it learns no more than that.
    store::hangs_on(tx.db(), hat)?.ok_or(Refused::NotFound)?;
    if !ENDED_BECAUSE.contains(&because) {
        return Err(Refused::Faults(vec![FieldFault::new("because", if because.is_empty() { "required" } else { "not-an-option" })]));
    }
    match store::end(tx.db(), hat, because, at_once)?.as_str() {
        "ended" => Ok(()),
        "alone" => Err(Refused::Rule("ends-alone")),
        "last" => Err(Refused::Rule("last-administrator")),
        "last_officers" => Err(Refused::Rule("last-officers")),
        _ => Err(Refused::NotFound),
    }
}

/// How many officers hold a share of the bureau's recovery key; for its administrators and officers, 0 for others.
///
/// # Errors
/// Database errors only.
pub(super) fn officers_holding(tx: &mut Tx) -> Result<i64, Refused> {
    store::officers_holding(tx.db())
}
