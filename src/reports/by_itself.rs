//! What happens to reports by itself: those who were asked for a reaction are reminded; publications are taken down on the day the decision names, and those outside the bureau hear of a
//! publication and of what is added to it: relatives a day before others.

use std::collections::HashMap;

use super::store;
use crate::access::Role;
use crate::cases::{self, Marks, Waits};
use crate::compartments;
use crate::ids::PassageId;
use crate::notices::{self, Kind};
use crate::tx::{Entry, Refused, Tx};

/// Takes down what has reached its day. The library says that it was there (ruling 24). Returns how many publications.
///
/// # Errors
/// Database errors only.
pub fn take_down_due(tx: &mut Tx) -> Result<usize, Refused> {
    let due = store::to_take_down(tx.db())?;
    for one in &due {
        store::take_down_one(tx.db(), one.id, one.today)?;
        tx.note(Entry::done("report.taken_down").of_case(one.case).on(one.id));
        for role in [Role::Coordinator, Role::Chair] {
            for hat in cases::hats_in_role(tx, one.case, role)? {
                notices::remind(tx, one.bureau, hat, Kind::PublicationDate, Some(one.case), Some(one.id.uuid()))?;
            }
        }
    }
    Ok(due.len())
}

/// Tells of publications, their additions and corrections: relatives from the day before, organisations and the national
/// coordination on the day. Never what, and a relative only by their own rules. Returns how many people.
///
/// # Errors
/// Database errors only.
pub fn tell_published(tx: &mut Tx) -> Result<usize, Refused> {
    let now = tx.now();
    let mut told = 0;
    for one in store::to_tell(tx.db())? {
        if one.for_relatives {
            for hat in cases::relatives_of(tx, one.case)? {
                notices::remind(tx, one.bureau, hat, Kind::PublicationDate, None, Some(one.id.uuid()))?;
                told += 1;
            }
            store::mark_told(tx.db(), one.id, true, now)?;
        }
        if one.for_all {
            for hat in cases::organisations_of(tx, one.case)? {
                notices::remind(tx, one.bureau, hat, Kind::PublicationDate, None, Some(one.id.uuid()))?;
                told += 1;
            }
            for hat in cases::national_of(tx, one.bureau)? {
                notices::remind(tx, one.bureau, hat, Kind::PublicationDate, Some(one.case), Some(one.id.uuid()))?;
                told += 1;
            }
            store::mark_told(tx.db(), one.id, false, now)?;
        }
    }
    Ok(told)
}

/// Reminds of passages that wait for a reaction: the organisation's approver and contact; for a relative the named contact, since relatives
/// are pressed for nothing. Returns how many people were told.
///
/// # Errors
/// Database errors only.
pub fn remind(tx: &mut Tx) -> Result<usize, Refused> {
    let today = tx.today();
    let (mut found, mut all) = (HashMap::new(), vec![]);
    for one in store::passages_due(tx.db(), today)? {
        all.push(Waits { id: one.id, bureau: one.bureau_id, of: one.case_id, case_known: one.contact_id.is_some(), started: one.started, due: one.due, said: one.reminded.clone() });
        found.insert(one.id, (one.compartment_id, one.contact_id));
    }
    let whom = |tx: &mut Tx, id: PassageId| match found.get(&id) {
        Some((_, Some(contact))) => Ok(vec![*contact]),
        Some((within, None)) => Ok(compartments::members(tx, *within)?.into_iter().filter(|member| matches!(member.role, Role::Approver | Role::Contact)).map(|member| member.membership).collect()),
        None => Ok(vec![]),
    };
    cases::remind_of(tx, all, (Marks::OfTerms, Kind::TermNear, Kind::TermPassed), whom, |tx, id, said| store::mark_reminded(tx.db(), id, said))
}
