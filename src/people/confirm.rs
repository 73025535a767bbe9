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
    /// The role is granted, and starts.
    Twice,
}

/// Whether who is signed in runs the accounts here, under whatever hat: they confirm nobody.
///
/// # Errors
/// Database errors only.
pub(super) fn administers(tx: &mut Tx) -> Result<bool, Refused> {
    store::administers(tx.db())
}

/// Confirms the content role of somebody who has redeemed the code, or an officer: those by officers alone, and by the nation's where a bureau with a
/// recovery key has fewer than two left. The code of an invitation is no proof of who redeems it, so nobody is confirmed before they have.
///
/// # Errors
/// `NotFound` for a hat that is not the caller's to confirm or needs no confirmation; `Rule("own-role")`; `Rule("same-person-twice")`;
/// `Rule("administrators-decide-not")` for who is one too; `Rule("own-invitation")` for who invited; `Rule("code-unused")` while nobody has used
/// the code.
pub fn confirm(tx: &mut Tx, hat: MembershipId) -> Result<Confirmed, Refused> {
    tx.permit(&CONFIRM, Place::Hat, hat.uuid())?;
    match store::confirm(tx.db(), hat)?.as_str() {
        "first" => Ok(Confirmed::Once),
        "second" => Ok(Confirmed::Twice),
        "own" => Err(Refused::Rule("own-role")),
        "same" => Err(Refused::Rule("same-person-twice")),
        "administrator" => Err(Refused::Rule("administrators-decide-not")),
        "unredeemed" => Err(Refused::Rule("code-unused")),
        "inviter" => Err(Refused::Rule("own-invitation")),
        _ => Err(Refused::NotFound),
    }
}
