//! The outbox as the administrator sees it: what waits, what did not go and why; never a relative's, never an address.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::store;
use crate::access::{Act, Kind, Role};
use crate::ids::NoticeId;
use crate::tx::{Place, Refused, Tx};

/// Who sees the outbox.
pub static OUTBOX: Act = Act { name: "outbox.read", within: Kind::System, by: &[Role::Administrator], step_up: false };
/// Who offers a message again.
pub static OFFER_AGAIN: Act = Act { name: "outbox.offer_again", within: Kind::System, by: &[Role::Administrator], step_up: false };

/// A message in the outbox.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Waiting {
    /// Id.
    pub id: NoticeId,
    /// Role of the hat it is for.
    pub role: String,
    /// `waiting`, `sent`, `held`, `failed`, `page_only`.
    pub state: String,
    /// How often it was tried.
    pub attempts: i32,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// When it is tried next, or was sent.
    pub then: DateTime<Utc>,
    /// Why it did not go: a code, or a word of our own.
    pub why: String,
}

/// The latest hundred messages of the bureau, those that did not go first.
///
/// # Errors
/// `NotFound` for other roles.
pub fn outbox(tx: &mut Tx) -> Result<Vec<Waiting>, Refused> {
    tx.permit(&OUTBOX, Place::Hat, None)?;
    store::outbox(tx.db())
}

/// Offers a held or failed message again.
///
/// # Errors
/// `NotFound`; `Rule("message-gone")` for one that waits or was sent.
pub fn offer_again(tx: &mut Tx, id: NoticeId) -> Result<(), Refused> {
    tx.permit(&OFFER_AGAIN, Place::Hat, id.uuid())?;
    let now = tx.now();
    match store::state_of(tx.db(), id)?.as_str() {
        "held" | "failed" => store::offer(tx.db(), id, now),
        _ => Err(Refused::Rule("message-gone")),
    }
}
