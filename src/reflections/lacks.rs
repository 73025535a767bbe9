//! What a reflection and its events still lack: it is handed in, approved and released whole, each event with its day, kind, whom and source (5.6).

use form::{Answers, FormDef, Path, missing};

use super::store;
use super::write::{ENTRY, REFLECTION, SUBMIT};
use crate::forms::{self, Sheet};
use crate::ids::{CompartmentId, ItemId, ReflectionId};
use crate::tx::{FieldFault, Place, Refused, Tx};

/// A text that lacks required answers.
#[derive(Clone, Debug)]
pub struct Lacking {
    /// Its form.
    pub form: &'static str,
    /// The document; none where nothing was begun.
    pub document: Option<ItemId>,
    /// Which of the events it is, counted from 1; nothing for the reflection itself.
    pub number: Option<usize>,
    /// The form as it is asked there.
    pub definition: FormDef,
    /// What was told so far.
    pub answers: Answers,
}

impl Lacking {
    fn of(sheet: &'static Sheet, definition: &FormDef, number: Option<usize>, document: Option<(ItemId, Answers)>) -> Lacking {
        let (document, answers) = document.map(|(id, answers)| (Some(id), answers)).unwrap_or_default();
        Lacking { form: sheet.form, document, number, definition: definition.clone(), answers }
    }

    fn open(&self) -> Vec<Path> {
        missing(&self.definition, &self.answers)
    }
}

/// The events of a place that lack something.
pub(super) fn events(tx: &mut Tx, within: CompartmentId) -> Result<Vec<Lacking>, Refused> {
    let listed = forms::list(tx, &ENTRY, within, None)?;
    if listed.iter().all(|event| event.complete) {
        return Ok(vec![]);
    }
    let definition = forms::asked(tx, &ENTRY, within)?;
    let mut lacking = vec![];
    for (at, event) in listed.into_iter().enumerate().filter(|(_, event)| !event.complete) {
        let answers = forms::open(tx, &ENTRY, within, event.id)?.answers;
        lacking.push(Lacking::of(&ENTRY, &definition, Some(at + 1), Some((event.id, answers))));
    }
    Ok(lacking)
}

/// All that lacks something, the reflection first.
pub(super) fn all(tx: &mut Tx, within: CompartmentId) -> Result<Vec<Lacking>, Refused> {
    let mut lacking = vec![];
    if !forms::list(tx, &REFLECTION, within, None)?.iter().any(|document| document.complete) {
        let definition = forms::asked(tx, &REFLECTION, within)?;
        let begun = forms::open_all(tx, &REFLECTION, within)?.pop().map(|document| (document.id, document.answers));
        lacking.push(Lacking::of(&REFLECTION, &definition, None, begun));
    }
    lacking.extend(events(tx, within)?);
    Ok(lacking)
}

/// What lacks, answer by answer.
pub(super) fn faults(lacking: &[Lacking]) -> Vec<FieldFault> {
    lacking.iter().flat_map(|one| {
        let place = one.number.map(|number| format!("events[{}].", number - 1)).unwrap_or_default();
        one.open().into_iter().map(move |path| FieldFault::new(format!("{place}{path}"), "required"))
    }).collect()
}

/// What lacks before a reflection can be handed in, and where it lies, for who hands it in.
///
/// # Errors
/// `NotFound`, `NotYours`; `Locked`.
pub fn lacks(tx: &mut Tx, id: ReflectionId) -> Result<(CompartmentId, Vec<Lacking>), Refused> {
    let found = store::seen(tx.db(), id)?;
    tx.may(&SUBMIT, Place::Compartment(found.compartment))?;
    Ok((found.compartment, all(tx, found.compartment)?))
}
