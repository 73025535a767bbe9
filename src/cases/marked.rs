//! Whom the program named to a case, and who was only written there: a mark under the installation key, which no database holds, says which. Keys and
//! single documents go by it to nobody else; who took a case on has none before somebody who holds the keys lets them read.

use chrono::{DateTime, Utc};

use super::party_store::{self, Stands};
use crate::access::Role;
use crate::db::signed;
use crate::ids::{CaseId, MembershipId};
use crate::tx::{Refused, Tx};

/// What the program says of whom it names.
pub(super) fn mark(tx: &Tx, case: CaseId, hat: MembershipId, role: Role, until: Option<DateTime<Utc>>) -> [u8; 32] {
    signed::party(&tx.parts().installation, case, hat, role.code(), until)
}

/// Whether it named them, in that role and for so long.
pub(super) fn is_marked(tx: &Tx, case: CaseId, one: &Stands) -> bool {
    signed::is_party(&tx.parts().installation, case, one.hat, &one.role, one.until, one.named_mac.as_deref())
}

/// Marks who stands in a case already, by an act of somebody who decided so, knowing whom.
pub(super) fn vouch(tx: &mut Tx, case: CaseId, hat: MembershipId) -> Result<(), Refused> {
    for one in party_store::stands(tx.db(), case)?.into_iter().filter(|one| one.hat == hat) {
        let mark = signed::party(&tx.parts().installation, case, hat, &one.role, one.until);
        party_store::set_mark(tx.db(), case, hat, &mark)?;
    }
    Ok(())
}

/// Whom the program named to a case in a role: to them something may be sealed by itself.
///
/// # Errors
/// Database errors only.
pub fn named_in_role(tx: &mut Tx, case: CaseId, role: Role) -> Result<Vec<MembershipId>, Refused> {
    let all = party_store::stands(tx.db(), case)?;
    Ok(all.into_iter().filter(|one| one.role == role.code() && is_marked(tx, case, one)).map(|one| one.hat).collect())
}
