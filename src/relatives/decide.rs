//! What is decided on a relative before the review begins (T8). Who was let in is invited, and who said themselves that they want nothing has
//! decided; of everybody else their contact says it: asked in another way, later, or not, with the reason.

use serde::{Deserialize, Serialize};

use super::store::{self, Found};
use crate::access::{Act, Kind, Role};
use crate::cases::{self, ReasonOf};
use crate::compartments;
use crate::ids::RelativeId;
use crate::tx::{Place, Refused, Tx, needed};

/// Who decides: the named contact, as who leads the case.
pub static DECIDE: Act = Act { name: "relative.decide", within: Kind::Case, by: &[Role::Coordinator], step_up: false };

/// What was decided; the database counts by it (`sec.relatives_open`).
const DECIDED: &str = "relative_decided";
/// The longest reason, in characters.
const LONGEST: usize = 4_999;

/// What can be decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Asked by their contact, without an account of their own.
    Asked,
    /// Asked later.
    Later,
    /// Not asked.
    Not,
}

impl Decision {
    fn word(self) -> &'static str {
        match self {
            Decision::Asked => "asked",
            Decision::Later => "later",
            Decision::Not => "not",
        }
    }
}

/// Decides on a relative.
///
/// # Errors
/// `NotFound` for who is not their contact; `Faults` without the reason for later and not.
pub fn decide(tx: &mut Tx, id: RelativeId, decision: Decision, reason: Option<&str>) -> Result<(), Refused> {
    let found = store::found(tx.db(), id)?;
    let permit = tx.permit(&DECIDE, Place::Case(found.case), id.uuid())?;
    let about = match decision {
        Decision::Asked => None,
        Decision::Later => Some("relative_later"),
        Decision::Not => Some("relative_not"),
    };
    if let Some(about) = about {
        let reason = needed("reason", reason.unwrap_or_default(), LONGEST)?;
        cases::keep_reason(tx, &permit, found.case, about, id.uuid(), ReasonOf::default(), reason)?;
    }
    cases::record_as(tx, &permit, DECIDED, id.uuid(), decision.word())
}

/// What is decided on a relative, for their contact: `invited`, `own_wish`, `asked`, `later`, `not`; none while it is open.
pub(super) fn decided(tx: &mut Tx, found: &Found) -> Result<Option<String>, Refused> {
    if compartments::members(tx, found.compartment)?.iter().any(|member| member.role == Role::Relative) {
        return Ok(Some("invited".into()));
    }
    if found.held.is_some() || found.wants_nothing || found.withdrawn_at.is_some() {
        return Ok(Some("own_wish".into()));
    }
    cases::settled_of(tx, found.case, DECIDED, found.id.uuid())
}
