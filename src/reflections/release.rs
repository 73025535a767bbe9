//! Who may release a reflection: the organisation's approver, having just confirmed who they are. There is no way back.

use form::Answers;
use serde_json::{Value, json};

use super::write::REFLECTION;
use super::{correct, lacks, store};
use crate::access::{Act, Kind, Role};
use crate::cases;
use crate::compartments::{self, Written};
use crate::ids::{CompartmentId, ItemId, ReflectionId};
use crate::notices;
use crate::tx::{Permit, Place, Refused, Tx};

/// Who may release.
pub static RELEASE: Act = Act { name: "reflection.release", within: Kind::Reflection, by: &[Role::Approver], step_up: true };
/// Who may withdraw, until the release.
pub static WITHDRAW: Act = Act { name: "reflection.withdraw", within: Kind::Reflection, by: &[Role::Approver], step_up: false };

/// A document as the panel gets it.
#[derive(Clone, Debug)]
pub struct Shared {
    /// Its form.
    pub kind: &'static str,
    /// The organisation's own document.
    pub document: ItemId,
    /// Version of its form.
    form_version: String,
    /// What the panel reads.
    pub answers: Answers,
    /// Questions whose answers may be read but not reported.
    pub kept_out: Vec<Value>,
}

/// What the release would share at this moment, word for word, and where it lies: the approver reads it before they decide.
///
/// # Errors
/// `NotFound`, `NotYours`; `StepUp`; `Rule("wrong-reflection-state")` unless approved.
pub fn to_be_released(tx: &mut Tx, id: ReflectionId) -> Result<(CompartmentId, Vec<Shared>), Refused> {
    let found = store::seen(tx.db(), id)?;
    tx.may(&RELEASE, Place::Compartment(found.compartment))?;
    let permit = tx.permit(&REFLECTION.read, Place::Compartment(found.compartment), id.uuid())?;
    if store::inner(tx.db(), id)?.is_none_or(|inner| inner.state != "approved") {
        return Err(Refused::Rule("wrong-reflection-state"));
    }
    Ok((found.compartment, shared(tx, &permit, &found)?))
}

/// What is shared: all, or for a correction what was changed since the release.
fn shared(tx: &mut Tx, permit: &Permit, found: &store::Found) -> Result<Vec<Shared>, Refused> {
    let changed = |listed: &compartments::Listed| found.state != "released" || found.released_at.is_none_or(|at| listed.changed_at > at);
    let mut all = vec![];
    for kind in ["reflection", "chronology-entry"] {
        for listed in compartments::list(tx, permit, kind, None)?.into_iter().filter(changed) {
            let opened = compartments::open::<Answers>(tx, permit, listed.id)?;
            let (answers, kept_out) = for_panel(opened.body);
            all.push(Shared { kind, document: listed.id, form_version: opened.form_version, answers, kept_out });
        }
    }
    Ok(all)
}

/// Shares an approved reflection with the panel, as a copy nobody can change; the organisation's own text stays theirs. What the
/// case did to its workers stays inside unless they ticked it (ruling 21). A correction shares what was changed since, beside what the
/// panel has. Returns how many documents were shared.
///
/// # Errors
/// `Rule("wrong-reflection-state")` unless approved; `Rule("reflection-incomplete")` for an event that lacks an answer; `Rule("no-panel-yet")`; `Rule("nothing-corrected")`; `StepUp`.
pub fn release(tx: &mut Tx, id: ReflectionId) -> Result<usize, Refused> {
    let found = store::lock(tx.db(), id)?;
    let permit = tx.permit(&RELEASE, Place::Compartment(found.compartment), id.uuid())?;
    let now = tx.now();
    if !store::step_inner(tx.db(), id, &["approved"], "closed", now)? {
        return Err(Refused::Rule("wrong-reflection-state"));
    }
    // What was approved before this was asked goes back to who writes: released, nobody takes it back.
    if !lacks::events(tx, found.compartment)?.is_empty() {
        return Err(Refused::Rule("reflection-incomplete"));
    }
    let panel = compartments::of_case(tx, found.case, Kind::Panel)?.pop().ok_or(Refused::Rule("no-panel-yet"))?;
    let again = found.state == "released";
    let correction = if again { found.corrections + 1 } else { 0 };
    let because = if again { correct::because(tx, &permit, &found)? } else { None };
    let all = shared(tx, &permit, &found)?;
    if all.is_empty() && again {
        return Err(Refused::Rule("nothing-corrected"));
    }
    for one in &all {
        let written = Written { kind: one.kind, subject: Some(id.uuid()), form_version: &one.form_version, ground: "public_task", complete: true };
        let mut body = json!({ "organisation": found.organisation, "document": one.document, "answers": one.answers, "notForReport": one.kept_out });
        if again {
            body["correction"] = correction.into();
            body["because"] = because.clone().into();
        }
        compartments::place(tx, &permit, panel.id, &written, &body)?;
    }
    store::set_released(tx.db(), &found, correction, now)?;
    for hat in cases::leaders(tx, found.case, &[Role::Coordinator, Role::Chair, Role::Secretary])? {
        notices::tell(tx, hat, notices::Kind::Released, Some(found.case), Some(id.uuid()))?;
    }
    Ok(all.len())
}

/// What the panel gets: everything but the impact on workers, unless it was ticked; and what may be read but not reported.
fn for_panel(mut answers: Answers) -> (Answers, Vec<Value>) {
    if answers.get("impact_share").and_then(Value::as_bool) != Some(true) {
        answers.remove("impact");
    }
    answers.remove("impact_share");
    let kept_out = answers.remove("not_for_report").and_then(|value| value.as_array().cloned()).unwrap_or_default();
    (answers, kept_out)
}

/// Withdraws, before the release: what was written stays the organisation's. A correction under way is dropped the same way; what the
/// panel has stays.
///
/// # Errors
/// `Rule("reflection-settled")` after the release.
pub fn withdraw(tx: &mut Tx, id: ReflectionId) -> Result<(), Refused> {
    let found = store::lock(tx.db(), id)?;
    tx.permit(&WITHDRAW, Place::Compartment(found.compartment), id.uuid())?;
    let now = tx.now();
    if found.state == "released" && store::step_inner(tx.db(), id, &["writing", "submitted", "approved"], "closed", now)? {
        return Ok(());
    }
    if found.state != "answered" {
        return Err(Refused::Rule("reflection-settled"));
    }
    store::step_inner(tx.db(), id, &["accepted", "writing", "submitted", "approved"], "closed", now)?;
    store::set_state(tx.db(), &found, "withdrawn", None, now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_impact_on_workers_stays_inside_unless_ticked() {
        let answers = |share: bool| json!({ "role": "a", "impact": "Two colleagues left", "impact_share": share, "not_for_report": ["role"] }).as_object().cloned().unwrap_or_default();
        let (kept, kept_out) = for_panel(answers(false));
        assert!(!kept.contains_key("impact") && !kept.contains_key("not_for_report") && kept_out == [json!("role")]);
        assert!(for_panel(answers(true)).0.contains_key("impact"));
    }
}
