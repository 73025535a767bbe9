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

/// The adopted findings, in the order in which they were adopted first, each in the version that was adopted: so each keeps its number.
///
/// # Errors
/// `Locked`.
pub fn adopted(tx: &mut Tx, read: &Permit) -> Result<Vec<Adopted>, Refused> {
    let case = read.case().ok_or(Refused::NotFound)?;
    let (adopted, numbers) = (cases::adopted(tx, case, "finding_with_evidence")?, cases::adopted_numbers(tx, case, "finding_with_evidence")?);
    let mut all: Vec<_> = compartments::open_all::<Answers>(tx, read, FINDING.form)?.into_iter().filter(|found| adopted.contains_key(&found.listed.id.uuid())).collect();
    all.sort_by_key(|found| numbers.get(&found.listed.id.uuid()).copied());
    all.into_iter().map(|found| {
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
