//! Two people grant a content role.

use super::store;
use crate::access::{Act, Kind, Role};
use crate::ids::MembershipId;
use crate::tx::{Place, Refused, Tx};

/// Who confirms a content role: a recovery officer or a coordinator, never an administrator, having just confirmed who they are.
pub static CONFIRM: Act = Act { name: "people.confirm", within: Kind::System, by: &[Role::RecoveryOfficer, Role::Coordinator], step_up: true };

/// How far the granting is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Confirmed {
    /// One more person is needed.
    Once,
    /// The role is granted; it starts once the person has an account.
    Twice,
}

/// Confirms a content role somebody was invited to.
///
/// # Errors
/// `NotFound` for a hat that is not the bureau's or needs no confirmation; `Rule("own-role")`; `Rule("same-person-twice")`;
/// `Rule("administrators-decide-not")` for an administrator of the bureau who wears another hat.
pub fn confirm(tx: &mut Tx, hat: MembershipId) -> Result<Confirmed, Refused> {
    tx.permit(&CONFIRM, Place::Hat, hat.uuid())?;
    match store::confirm(tx.db(), hat)?.as_str() {
        "first" => Ok(Confirmed::Once),
        "second" => Ok(Confirmed::Twice),
        "own" => Err(Refused::Rule("own-role")),
        "administrator" => Err(Refused::Rule("administrators-decide-not")),
        "same" => Err(Refused::Rule("same-person-twice")),
        _ => Err(Refused::NotFound),
    }
}
