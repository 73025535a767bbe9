//! What the coordinator's session does once two officers have decided: the person leaves the notification, its earlier versions and the
//! copies made of them can't be opened any more, and the hashes of their names are gone.

use form::Answers;
use serde_json::Value;

use super::super::sheets::person_words;
use super::super::{NOTIFICATION, copies};
use super::{PERSONS, store};
use crate::access::{Act, Kind, Role};
use crate::compartments;
use crate::forms;
use crate::ids::{CaseId, RemovalId};
use crate::names;
use crate::tx::{Place, Refused, Tx};

/// Who carries it out.
pub static CARRY_OUT: Act = Act { name: "removal.carry_out", within: Kind::Case, by: &[Role::Coordinator], step_up: true };
static CLEAR_PANEL: Act = Act { name: "removal.clear_panel", within: Kind::Panel, by: &[Role::Coordinator], step_up: false };
static CLEAR_REPORT: Act = Act { name: "removal.clear_report", within: Kind::Report, by: &[Role::Coordinator], step_up: false };

fn rows(notification: &Answers) -> impl Iterator<Item = &Value> {
    PERSONS.into_iter().filter_map(|list| notification.get(list)?.as_array()).flatten()
}

fn is(row: &Value, key: &str) -> bool {
    row.get("key").and_then(Value::as_str) == Some(key)
}

/// Whether the notification has a person of this key.
pub(super) fn has(notification: &Answers, key: &str) -> bool {
    rows(notification).any(|row| is(row, key))
}

/// The keys of its persons.
pub(super) fn keys(notification: &Answers) -> Vec<String> {
    rows(notification).filter_map(|row| row.get("key")?.as_str().map(str::to_owned)).collect()
}

/// The notification without the person, and without the relations that named them.
fn without(notification: &Answers, key: &str) -> Answers {
    let mut kept = notification.clone();
    for list in PERSONS.into_iter().chain(["relations"]) {
        let Some(Value::Array(rows)) = kept.get_mut(list) else { continue };
        rows.retain(|row| !is(row, key) && ["victim", "suspect"].iter().all(|end| list != "relations" || row.get(*end).and_then(Value::as_str) != Some(key)));
        if rows.is_empty() {
            kept.remove(list);
        }
    }
    kept
}

/// Carries it out. A notification that lacks something afterwards, its only victim say, is incomplete until it is filled in.
///
/// # Errors
/// `NotFound`; `Rule("removal-not-decided")` before two officers have confirmed; `Locked`; `StepUp`.
pub fn carry_out(tx: &mut Tx, case: CaseId, id: RemovalId) -> Result<(), Refused> {
    let within = compartments::of_kind(tx, case, Kind::Case)?;
    let permit = tx.permit(&CARRY_OUT, Place::Compartment(within), id.uuid())?;
    let found = store::found(tx.db(), case, id)?;
    if found.state != "confirmed" {
        return Err(Refused::Rule("removal-not-decided"));
    }
    let listed = compartments::list(tx, &permit, "notification", None)?.pop().ok_or(Refused::NotFound)?;
    let before = compartments::open::<Answers>(tx, &permit, listed.id)?.body;
    // First the hashes of their names; saving places those of everybody who stays anew.
    for person in rows(&before).filter(|row| is(row, &found.subject)).filter_map(|row| row.get("person")) {
        for words in person_words(person) {
            names::take_back(tx, case, &words)?;
        }
    }
    // What the panel and the report hold of earlier versions; saving places what is true now.
    for (kind, act) in [(Kind::Panel, &CLEAR_PANEL), (Kind::Report, &CLEAR_REPORT)] {
        let Some(room) = compartments::of_case(tx, case, kind)?.pop() else { continue };
        let clear = tx.permit(act, Place::Compartment(room.id), id.uuid())?;
        for copy in copies::OF_NOTIFICATION {
            for old in compartments::list(tx, &clear, copy, None)? {
                compartments::shred(tx, &clear, old.id)?;
                compartments::remove(tx, &clear, old.id)?;
            }
        }
    }
    let saved = forms::save(tx, &NOTIFICATION, within, listed.id, listed.version, &without(&before, &found.subject))?;
    compartments::shred_before(tx, &permit, listed.id, saved.version)?;
    let now = tx.now();
    store::set_state(tx.db(), id, "done", now)?;
    super::tell_register(tx, case)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_person_goes_with_the_relations_that_named_them_and_nobody_else_does() {
        let told = json!({
            "victims": [{ "key": "v1" }], "suspects": [{ "key": "s1" }, { "key": "s2", "person": { "given": "Wim" } }],
            "relations": [{ "key": "r1", "victim": "v1", "suspect": "s1" }, { "key": "r2", "victim": "v1", "suspect": "s2" }], "safety_now": "s2",
        }).as_object().cloned().unwrap_or_default();
        assert!(has(&told, "s2") && !has(&told, "s3") && keys(&told) == ["v1", "s1", "s2"]);
        let kept = Value::Object(without(&told, "s2"));
        assert_eq!(kept, json!({ "victims": [{ "key": "v1" }], "suspects": [{ "key": "s1" }], "relations": [{ "key": "r1", "victim": "v1", "suspect": "s1" }], "safety_now": "s2" }));
        assert!(!without(&told, "v1").contains_key("victims"));
    }
}
