//! Who has seen this: the log of a compartment, for its own members (I-4). Reading it is an entry too.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::store;
use crate::ids::CompartmentId;
use crate::tx::{Entry, Refused, Tx};

/// An entry as the owner sees it: role, time, act; names on request.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Seen {
    /// Its place in the log.
    pub seq: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// In which role.
    pub role: String,
    /// What was done.
    pub action: String,
    /// To which object.
    pub object: Option<Uuid>,
    /// `done`, or why it was refused.
    pub result: String,
    /// Whether it was done in the hat that asks.
    pub own: bool,
}

/// The latest entries of a compartment, newest first; `before` pages on.
///
/// # Errors
/// `NotFound` for a compartment the caller is no member of.
pub fn log_of(tx: &mut Tx, id: CompartmentId, before: Option<i64>) -> Result<Vec<Seen>, Refused> {
    if !store::is_member(tx.db(), id)? {
        return Err(Refused::NotFound);
    }
    tx.note(Entry::done("log.read").within(id));
    store::log_of(tx.db(), id, before)
}
