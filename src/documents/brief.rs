//! Words of the learning brief that may not stand, on the page where it is written: found while it is written, not when it goes out.

use crate::cases;
use crate::compartments;
use crate::ids::{CaseId, CompartmentId};
use crate::reports::{self, Hit};
use crate::tx::{Refused, Tx};

/// What the name check says of the brief as it was saved last.
pub(super) struct BriefNames {
    /// The case, for where a word is replaced.
    pub(super) case: CaseId,
    /// The words, with what could stand instead.
    pub(super) hits: Vec<Hit>,
    /// Whether the reader replaces words, or lets them stand with a reason.
    pub(super) may_mend: bool,
}

impl BriefNames {
    /// Of the brief; of any other document there is nothing to say.
    pub(super) fn of(tx: &mut Tx, within: CompartmentId, form: &str) -> Result<Option<BriefNames>, Refused> {
        if form != reports::LEARNING.form {
            return Ok(None);
        }
        let (_, case) = compartments::kind_of(tx, within)?;
        let case = case.ok_or(Refused::NotFound)?;
        let may_mend = tx.session()?.role.is_some_and(|role| reports::REPLACE.allows(role)) && !cases::is_frozen(tx, case)?;
        Ok(Some(BriefNames { case, hits: reports::brief_hits(tx, case)?, may_mend }))
    }
}
