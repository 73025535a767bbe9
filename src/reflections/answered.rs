//! What organisations answered to an invitation, as those who hold the key of the case read it: also why one takes no part.

use chrono::{DateTime, Utc};
use form::Answers;
use serde::Serialize;

use crate::access::{Act, Kind, Role};
use crate::compartments;
use crate::ids::{CaseId, ReflectionId};
use crate::tx::{Place, Refused, Tx};

/// Who reads it.
pub static READ_ANSWERS: Act = Act { name: "reflection.read_answers", within: Kind::Case, by: &[Role::Coordinator], step_up: false };

/// An answer to an invitation.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct InvitationAnswer {
    /// Of which reflection.
    pub reflection: ReflectionId,
    /// When it was given.
    pub at: DateTime<Utc>,
    /// The form (5.4, answer).
    pub answers: Answers,
}

/// The answers to the invitations of a case, oldest first; asked again, an organisation answers again.
///
/// # Errors
/// `NotFound`, `NotYours`; `Locked`.
pub fn invitation_answers(tx: &mut Tx, case: CaseId) -> Result<Vec<InvitationAnswer>, Refused> {
    let within = compartments::of_kind(tx, case, Kind::Case)?;
    let permit = tx.permit(&READ_ANSWERS, Place::Compartment(within), case.uuid())?;
    let all = compartments::open_all::<Answers>(tx, &permit, "invitation-answer")?;
    Ok(all.into_iter().filter_map(|opened| Some(InvitationAnswer { reflection: ReflectionId::from(opened.listed.subject?), at: opened.written_at, answers: opened.body })).collect())
}
