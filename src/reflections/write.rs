//! Writing over days, and the approver's word: submitted, sent back with remarks, approved. Seen inside the organisation only.

use std::collections::BTreeMap;

use form::{Answers, FormDef, Partial, text_of};
use serde::{Deserialize, Serialize};

use super::{lacks, store};
use crate::access::{Act, Kind, Role};
use crate::cases;
use crate::compartments::{self, Written};
use crate::forms::{self, Saved, sheet};
use crate::ids::{CompartmentId, ItemId, ReflectionId};
use crate::names;
use crate::notices;
use crate::tx::{FieldFault, Permit, Place, Refused, Tx, needed};

sheet!(/// The reflection (5.5).
    REFLECTION, "reflection" in Reflection, "reflection.words", read [Author, Approver], write [Author], once true, asked parts_asked, then writing);
sheet!(/// A chronology entry of the organisation (5.6).
    ENTRY, "chronology-entry" in Reflection, "reflection.entry", read [Author, Approver], write [Author], rules events_asked, then entry_saved, removed before_release);
sheet!(/// The invitation, as the organisation's author and approver read it (5.4).
    INVITATION, "invitation" in Reflection, "reflection.invitation", read [Author, Approver], write []);

/// Who hands the reflection to the approver.
pub static SUBMIT: Act = Act { name: "reflection.submit", within: Kind::Reflection, by: &[Role::Author], step_up: false };
/// Who sends it back with remarks.
pub static SEND_BACK: Act = Act { name: "reflection.send_back", within: Kind::Reflection, by: &[Role::Approver], step_up: false };
/// Who approves it: never its author.
pub static APPROVE: Act = Act { name: "reflection.approve", within: Kind::Reflection, by: &[Role::Approver], step_up: false };

/// Only the parts the case's variant asks (`workflow.md` section 6): what is not asked is neither shown, nor missed, nor taken.
fn parts_asked(tx: &mut Tx, within: CompartmentId, form: FormDef) -> Result<FormDef, Refused> {
    let profile = cases::profile_of_place(tx, within)?;
    Ok(form.only_parts(|number| profile.asks_part(number)))
}

fn events_asked(tx: &mut Tx, within: CompartmentId, _: &Answers) -> Result<(), Refused> {
    if cases::profile_of_place(tx, within)?.asks_events() { Ok(()) } else { Err(Refused::Rule("events-not-asked")) }
}

/// The first words make an accepted reflection one that is written; what is handed in or released is not changed any more, unless a
/// correction was begun.
fn writing(tx: &mut Tx, permit: &Permit, _: &Saved) -> Result<(), Refused> {
    let within = permit.compartment()?;
    let found = store::of_compartment(tx.db(), within)?.ok_or(Refused::NotFound)?;
    let now = tx.now();
    if !matches!(found.state.as_str(), "answered" | "released") || !store::step_inner(tx.db(), found.id, &["accepted", "writing"], "writing", now)? {
        return Err(Refused::Rule("wrong-reflection-state"));
    }
    Ok(())
}

fn entry_saved(tx: &mut Tx, permit: &Permit, saved: &Saved) -> Result<(), Refused> {
    forms::have_been(tx, &saved.answers, &["when"])?;
    let died = died_on(tx, permit)?;
    forms::before_death(&saved.answers, died)?;
    // The time of day of an event tells as much as its day: the name check knows it.
    if let Some(case) = compartments::kind_of(tx, permit.compartment()?)?.1 {
        names::place_times(tx, case, &text_of(&saved.answers, "time_of_day"))?;
    }
    writing(tx, permit, saved)
}

/// When the victim died, as far as the invitation tells: an organisation knows no more of the case.
pub(super) fn died_on(tx: &mut Tx, permit: &Permit) -> Result<Option<Partial>, Refused> {
    let Some(invitation) = compartments::list(tx, permit, INVITATION.form, None)?.pop() else { return Ok(None) };
    Ok(forms::day_of(compartments::open::<Answers>(tx, permit, invitation.id)?.body.get("died_on")))
}

/// An entry of what was never released can be taken away while one writes. Locked, so that it is not handed in meanwhile.
fn before_release(tx: &mut Tx, permit: &Permit, _: ItemId) -> Result<(), Refused> {
    let found = store::of_compartment(tx.db(), permit.compartment()?)?.ok_or(Refused::NotFound)?;
    let found = store::lock(tx.db(), found.id)?;
    let inner = store::inner(tx.db(), found.id)?.map(|inner| inner.state);
    if found.state == "answered" && matches!(inner.as_deref(), Some("accepted" | "writing")) { Ok(()) } else { Err(Refused::Rule("wrong-reflection-state")) }
}

/// Hands the reflection to the approver.
///
/// # Errors
/// `Faults`, one for each answer that is missing, in the reflection and in its events; `Rule("reflection-incomplete")` where none is, and no reflection was saved as complete; `Rule("wrong-reflection-state")`.
pub fn submit(tx: &mut Tx, id: ReflectionId) -> Result<(), Refused> {
    let found = store::lock(tx.db(), id)?;
    tx.permit(&SUBMIT, Place::Compartment(found.compartment), id.uuid())?;
    let lacking = lacks::all(tx, found.compartment)?;
    if !lacking.is_empty() {
        let open = lacks::faults(&lacking);
        return Err(if open.is_empty() { Refused::Rule("reflection-incomplete") } else { Refused::Faults(open) });
    }
    let now = tx.now();
    if !store::step_inner(tx.db(), id, &["writing"], "submitted", now)? {
        return Err(Refused::Rule("wrong-reflection-state"));
    }
    if let Some(approver) = store::inner(tx.db(), id)?.and_then(|inner| inner.approver) {
        notices::tell(tx, approver, notices::Kind::TaskAssigned, None, Some(id.uuid()))?;
    }
    Ok(())
}

/// What the approver has to say to a reflection: on the whole, and on parts of it.
#[derive(Clone, Debug, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Remarks {
    /// On the whole; may be empty where a part has a remark.
    #[serde(default)]
    pub text: String,
    /// On parts, by the part's id.
    #[serde(default)]
    pub parts: BTreeMap<String, String>,
}

/// The longest remark, in characters.
const LONGEST: usize = 4_000;

impl Remarks {
    /// Those that say something, trimmed; each on a part there is.
    fn checked(&self, definition: &FormDef) -> Result<Remarks, Refused> {
        let mut kept = Remarks::default();
        for (id, text) in self.parts.iter().filter(|(_, text)| !text.trim().is_empty()) {
            let field = format!("parts.{id}");
            if definition.part(id).is_none() {
                return Err(Refused::Faults(vec![FieldFault::new(&field, "not-an-option")]));
            }
            kept.parts.insert(id.clone(), needed(&field, text, LONGEST)?.to_owned());
        }
        if kept.parts.is_empty() || !self.text.trim().is_empty() {
            kept.text = needed("remarks", &self.text, LONGEST)?.to_owned();
        }
        Ok(kept)
    }
}

/// Sends it back with remarks, on the whole or on parts.
///
/// # Errors
/// `Faults` without any remark, for one that is too long, and for a part there is not; `Rule("wrong-reflection-state")`.
pub fn send_back(tx: &mut Tx, id: ReflectionId, remarks: &Remarks) -> Result<(), Refused> {
    let found = store::lock(tx.db(), id)?;
    let permit = tx.permit(&SEND_BACK, Place::Compartment(found.compartment), id.uuid())?;
    let remarks = remarks.checked(&forms::asked(tx, &REFLECTION, found.compartment)?)?;
    let now = tx.now();
    if !store::step_inner(tx.db(), id, &["submitted", "approved"], "writing", now)? {
        return Err(Refused::Rule("wrong-reflection-state"));
    }
    let written = Written { kind: "remarks", subject: Some(id.uuid()), form_version: "1", ground: "public_task", complete: true };
    compartments::put(tx, &permit, &written, &remarks)?;
    // Of "nothing is known" there is no author: the contact names one.
    let writes = store::inner(tx.db(), id)?.and_then(|inner| inner.author).unwrap_or(found.contact);
    notices::tell(tx, writes, notices::Kind::Returned, None, Some(id.uuid()))
}

/// Approves it.
///
/// # Errors
/// `Rule("wrong-reflection-state")` unless it was handed in; `Rule("reflection-incomplete")` for an event without its day or another answer it needs.
pub fn approve(tx: &mut Tx, id: ReflectionId) -> Result<(), Refused> {
    let found = store::lock(tx.db(), id)?;
    tx.permit(&APPROVE, Place::Compartment(found.compartment), id.uuid())?;
    let (hat, now) = (tx.hat()?, tx.now());
    let own = store::inner(tx.db(), id)?.ok_or(Refused::NotFound)?;
    // Nobody approves their own work, whichever hat it was written in (`workflow.md` rule f).
    let written_by_me = match own.author {
        Some(author) => store::one_person(tx.db(), author, hat)?,
        None => true,
    };
    if !lacks::events(tx, found.compartment)?.is_empty() {
        return Err(Refused::Rule("reflection-incomplete"));
    }
    if written_by_me || !store::step_inner(tx.db(), id, &["submitted"], "approved", now)? {
        return Err(Refused::Rule("wrong-reflection-state"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Configured;

    #[test]
    fn a_remark_is_on_the_whole_or_on_a_part_there_is() {
        let config = Configured::load().unwrap();
        let form = config.forms.get("reflection").unwrap();
        let told = |text: &str, parts: &[(&str, &str)]| Remarks { text: text.into(), parts: parts.iter().map(|(id, text)| ((*id).to_owned(), (*text).to_owned())).collect() };
        let refused = |remarks: Remarks| match remarks.checked(form) { Err(Refused::Faults(faults)) => faults.into_iter().map(|fault| (fault.field, fault.rule)).collect::<Vec<_>>(), other => panic!("{other:?}") };
        assert_eq!(refused(told(" ", &[("role", "  ")])), [("remarks".into(), "required".into())]);
        assert_eq!(refused(told("", &[("nowhere", "x")])), [("parts.nowhere".into(), "not-an-option".into())]);
        assert_eq!(refused(told("", &[("role", &"x".repeat(LONGEST + 1))])), [("parts.role".into(), "too-long".into())]);
        let kept = told("", &[("role", " Sinds wanneer? "), ("knew", " ")]).checked(form).unwrap();
        assert_eq!((kept.text.as_str(), kept.parts), ("", BTreeMap::from([("role".to_owned(), "Sinds wanneer?".to_owned())])));
    }
}
