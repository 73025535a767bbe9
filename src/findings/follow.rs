//! What owners see of their recommendations, and what those who lead the case read of their answers.

use chrono::{DateTime, Utc};
use form::Answers;

use super::actions::own;
use super::{Recommendation, store};
use crate::access::{Act, Kind, Role};
use crate::compartments;
use crate::ids::{CaseId, RecommendationId};
use crate::tx::{Entry, Permit, Place, Refused, Tx};

/// Who reads a recommendation they own.
pub static READ_OWN: Act = Act { name: "recommendation.read_own", within: Kind::Action, by: &[Role::Contact, Role::Approver], step_up: false };
/// Who reads what owners answered.
pub static READ_ANSWERS: Act = Act { name: "recommendation.read_answers", within: Kind::Case, by: &[Role::Coordinator], step_up: false };

/// What was said of a recommendation: which form, when, the answers.
pub type Said = (&'static str, DateTime<Utc>, Answers);

/// The recommendations the caller's organisation owns.
///
/// # Errors
/// `NotFound` for other roles.
pub fn mine(tx: &mut Tx) -> Result<Vec<Recommendation>, Refused> {
    if !tx.session()?.role.is_some_and(Role::of_organisation) {
        return Err(Refused::NotFound);
    }
    let hat = tx.hat()?;
    tx.note(Entry::done("recommendation.list_own"));
    store::of_hat(tx.db(), hat)
}

fn said(tx: &mut Tx, permit: &Permit, about: RecommendationId) -> Result<Vec<Said>, Refused> {
    let mut all = vec![];
    for form in ["action-response", "action-update"] {
        for listed in compartments::list(tx, permit, form, Some(about.uuid()))? {
            let opened = compartments::open::<Answers>(tx, permit, listed.id)?;
            all.push((form, opened.written_at, opened.body));
        }
    }
    all.sort_by_key(|(_, at, _)| *at);
    Ok(all)
}

/// A recommendation as its owner reads it: its words, and what was answered so far. The owner's place comes to life with the first look.
///
/// # Errors
/// `NotFound`; `Locked`.
pub fn opened(tx: &mut Tx, id: RecommendationId) -> Result<(Answers, Vec<Said>), Refused> {
    let found = store::found(tx.db(), id)?;
    let within = own(tx, &found)?;
    let permit = tx.permit(&READ_OWN, Place::Compartment(within), id.uuid())?;
    let listed = compartments::list(tx, &permit, "recommendation", Some(id.uuid()))?.pop().ok_or(Refused::NotFound)?;
    let words = compartments::open::<Answers>(tx, &permit, listed.id)?.body;
    Ok((words, said(tx, &permit, id)?))
}

/// What the owner of a recommendation of a case answered, as the coordinator reads it.
///
/// # Errors
/// `NotFound`, `NotYours`; `Locked`.
pub fn answers(tx: &mut Tx, case: CaseId, id: RecommendationId) -> Result<Vec<Said>, Refused> {
    let within = compartments::of_kind(tx, case, Kind::Case)?;
    let permit = tx.permit(&READ_ANSWERS, Place::Compartment(within), id.uuid())?;
    said(tx, &permit, id)
}
