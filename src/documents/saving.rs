//! Saving a document, as pages and programs do: what it refers to must be there for who writes it.

use form::{Answers, referred};
use uuid::Uuid;

use super::choices;
use crate::forms::{self, Saved, Sheet};
use crate::ids::{CompartmentId, ItemId};
use crate::tx::{Place, Refused, Tx};

/// A new document.
///
/// # Errors
/// As [`forms::create`]; `Faults` for references to what is in no list of the caller.
pub(super) fn create(tx: &mut Tx, sheet: &'static Sheet, within: CompartmentId, subject: Option<Uuid>, answers: &Answers) -> Result<Saved, Refused> {
    tx.may(sheet.write, Place::Compartment(within))?;
    choices::check(tx, sheet, within, answers, &Answers::new())?;
    forms::create(tx, sheet, within, subject, answers)
}

/// A further version. What the version before referred to may stay.
///
/// # Errors
/// As [`forms::save`]; as [`create`].
pub(super) fn save(tx: &mut Tx, sheet: &'static Sheet, within: CompartmentId, id: ItemId, seen: i32, answers: &Answers) -> Result<Saved, Refused> {
    tx.may(sheet.write, Place::Compartment(within))?;
    if !referred(&forms::definition(tx, sheet.form)?, answers).is_empty() {
        let before = forms::open(tx, sheet, within, id)?.answers;
        choices::check(tx, sheet, within, answers, &before)?;
    }
    forms::save(tx, sheet, within, id, seen, answers)
}
