//! Recalling an invitation nobody redeemed: the code in the letter works no more (ruling 25).

use super::store;
use crate::access::{Act, Kind, Role};
use crate::ids::MembershipId;
use crate::tx::{Place, Refused, Tx};

/// Who recalls: whoever invited, the bureau's administrator, and the coordinator for contacts and relatives of their cases.
pub static RECALL: Act = Act {
    name: "people.recall", within: Kind::System,
    by: &[Role::Administrator, Role::Coordinator, Role::Secretary, Role::Contact, Role::Relative], step_up: false,
};

/// What became of a recall.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Recalled {
    /// The code works no more; what was sealed to it is gone.
    Done,
    /// The code was redeemed already: the role can be ended, the invitation not recalled. One that is held is recalled as if nobody had answered.
    Used,
    /// A reflection still waits for this contact: that is recalled first.
    Awaited,
}

/// Recalls an invitation. Its hat is ended, and what waited for it can't be opened with the letter any more.
///
/// # Errors
/// `NotFound` for one that is not the caller's to recall; `Rule("redeemed-already")`; `Rule("reflection-awaited")`.
pub fn recall(tx: &mut Tx, hat: MembershipId) -> Result<(), Refused> {
    match recall_if_open(tx, hat)? {
        Recalled::Done => Ok(()),
        Recalled::Used => Err(Refused::Rule("redeemed-already")),
        Recalled::Awaited => Err(Refused::Rule("reflection-awaited")),
    }
}

/// As [`recall`], for acts that recall on the way.
///
/// # Errors
/// `NotFound` for one that is not the caller's to recall.
pub fn recall_if_open(tx: &mut Tx, hat: MembershipId) -> Result<Recalled, Refused> {
    tx.permit(&RECALL, Place::Hat, hat.uuid())?;
    match store::recall(tx.db(), hat)?.as_str() {
        "recalled" => Ok(Recalled::Done),
        "used" => Ok(Recalled::Used),
        "awaited" => Ok(Recalled::Awaited),
        _ => Err(Refused::NotFound),
    }
}
