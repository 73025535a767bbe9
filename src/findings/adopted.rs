//! Findings and recommendations as the chair adopted them: what the report is made of.

use form::Answers;

use super::{FINDING, RECOMMENDATION, Recommendation, of_case};
use crate::cases;
use crate::compartments;
use crate::ids::ItemId;
use crate::tx::{Permit, Refused, Tx};

/// A finding as it was adopted.
pub struct Adopted {
    /// Id.
    pub item: ItemId,
    /// Words.
    pub answers: Answers,
}

/// The adopted findings, oldest first, each in the version that was adopted.
///
/// # Errors
/// `Locked`.
pub fn adopted(tx: &mut Tx, read: &Permit) -> Result<Vec<Adopted>, Refused> {
    let adopted = cases::adopted(tx, read.case().ok_or(Refused::NotFound)?, "finding_with_evidence")?;
    let all = compartments::open_all::<Answers>(tx, read, FINDING.form)?.into_iter().filter(|found| adopted.contains_key(&found.listed.id.uuid()));
    all.map(|found| {
        let found = compartments::as_of(tx, read, found, &adopted)?;
        Ok(Adopted { item: found.listed.id, answers: found.body })
    }).collect()
}

/// The adopted recommendations by their numbers, each in the version that was adopted.
///
/// # Errors
/// `Locked`.
pub fn recommended(tx: &mut Tx, read: &Permit) -> Result<Vec<(Recommendation, Answers)>, Refused> {
    let case = read.case().ok_or(Refused::NotFound)?;
    let adopted = cases::adopted(tx, case, "recommendation_adopted")?;
    let mut words = compartments::open_all::<Answers>(tx, read, RECOMMENDATION.form)?;
    of_case(tx, case)?.into_iter().map(|one| {
        let at = words.iter().position(|found| found.listed.id == one.item).ok_or(Refused::NotFound)?;
        let found = words.swap_remove(at);
        Ok((one, compartments::as_of(tx, read, found, &adopted)?.body))
    }).collect()
}
