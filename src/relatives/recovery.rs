//! Whether the bureau's recovery applies to a relative's place: they choose at the start, and may choose otherwise later (`security.md` section 4).

use super::store;
use crate::access::{Act, Kind, Role};
use crate::compartments;
use crate::ids::RelativeId;
use crate::tx::{Place, Refused, Tx};

/// Who chooses: the relative, and nobody for them.
pub static CHOOSE_RECOVERY: Act = Act { name: "relative.choose_recovery", within: Kind::Kin, by: &[Role::Relative], step_up: false };

/// Chooses. Without recovery a new epoch starts that is sealed to the members alone.
///
/// # Errors
/// `NotFound`, `NotYours`, `Locked`.
pub fn choose_recovery(tx: &mut Tx, id: RelativeId, applies: bool) -> Result<(), Refused> {
    let found = store::found(tx.db(), id)?;
    tx.permit(&CHOOSE_RECOVERY, Place::Compartment(found.compartment), id.uuid())?;
    compartments::choose_recovery(tx, found.compartment, applies)
}
