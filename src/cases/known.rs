//! What was decided on each organisation that knew the family (T8): invited, later, or not, with the reason.
//!
//! Which organisations those are says the list 'known or not' of the screening decision, which only who holds the key of the case reads. Each
//! line of it is a process fact under a keyed mark of its name: so the chair is told how many are open, and no name of the list lies in the clear.

use std::collections::BTreeSet;

use form::Answers;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::reasons::{Of, keep_reason};
use super::step::{record, record_as};
use super::{SCREENING, around_store, store};
use crate::access::{Act, Kind, Role};
use crate::compartments;
use crate::forms;
use crate::ids::{CaseId, OrganisationId};
use crate::tx::{FieldFault, Permit, Place, Refused, Tx, needed};

/// Who reads which organisations knew the family, and what was decided on each.
pub static READ_KNOWN: Act = Act { name: "case.read_known_organisations", within: Kind::Case, by: &[Role::Coordinator], step_up: false };
/// Who decides on them.
pub static DECIDE_KNOWN: Act = Act { name: "case.decide_on_organisation", within: Kind::Case, by: &[Role::Coordinator], step_up: false };

/// A line of the list: `known`, or `gone` once it is taken off.
const KNOWN: &str = "organisation_known";
/// What was decided on it: `later`, `not`, or which organisation it is.
const DECIDED: &str = "organisation_decided";
/// That a list was kept: screening decisions from before lines were have none.
pub(super) const LISTED: &str = "organisations_listed";
/// Before the id of the organisation a line is.
const IS: &str = "is:";
/// The longest reason, in characters.
const LONGEST: usize = 4_999;

/// What was decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Invited: an invitation to it is out.
    Invited,
    /// Asked later.
    Later,
    /// Not asked.
    Not,
}

impl Decision {
    /// The word in the API and behind `decided-`.
    pub fn word(self) -> &'static str {
        match self {
            Decision::Invited => "invited",
            Decision::Later => "later",
            Decision::Not => "not",
        }
    }
}

/// An organisation of the list.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Known {
    /// Its mark in this case.
    pub id: Uuid,
    /// As it was written down.
    pub organisation: String,
    /// `known`, `not_known`, `no_answer`.
    pub answer: String,
    /// `none`, `some`, `much`.
    pub level: String,
    /// What was decided on one that knew the family; none while that is open.
    pub decision: Option<Decision>,
}

/// The mark of an organisation's name in a case: keyed, so that it tells nothing to who has not the name.
fn mark(tx: &Tx, case: CaseId, name: &str) -> Uuid {
    let plain = name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let mac = tx.parts().installation.mac("known organisation", &[&case.bytes(), plain.as_bytes()]);
    Uuid::from_slice(mac.get(..16).unwrap_or_default()).unwrap_or_default()
}

/// The lines of the list: organisation, answer, level.
fn lines(screening: &Answers) -> impl Iterator<Item = (String, String, String)> + '_ {
    let word = |row: &Value, id: &str| row.get(id).and_then(Value::as_str).unwrap_or_default().trim().to_owned();
    screening.get("known_to").and_then(Value::as_array).into_iter().flatten().map(move |row| (word(row, "organisation"), word(row, "answer"), word(row, "level"))).filter(|(name, ..)| !name.is_empty())
}

/// Keeps which organisations knew the family, as the screening decision has it now.
pub(super) fn listed(tx: &mut Tx, permit: &Permit, case: CaseId, screening: &Answers) -> Result<(), Refused> {
    let knew: BTreeSet<Uuid> = lines(screening).filter(|(_, answer, _)| answer == "known").map(|(name, ..)| mark(tx, case, &name)).collect();
    let before = store::details(tx.db(), case, &[KNOWN])?;
    for (_, gone, _) in before.iter().filter(|(_, line, detail)| detail == "known" && !knew.contains(line)) {
        record_as(tx, permit, KNOWN, *gone, "gone")?;
    }
    for line in knew {
        record_as(tx, permit, KNOWN, line, "known")?;
    }
    record(tx, permit, LISTED, None)
}

/// An organisation was invited: by its name it is a line of the list, whatever was decided on that before.
///
/// # Errors
/// Database errors only.
pub fn organisation_invited(tx: &mut Tx, permit: &Permit, case: CaseId, organisation: OrganisationId, name: &str) -> Result<(), Refused> {
    let line = mark(tx, case, name);
    record_as(tx, permit, DECIDED, line, &format!("{IS}{organisation}"))
}

/// What was decided on the lines of a case, as it holds now: an invitation that was recalled is none.
fn decided(tx: &mut Tx, case: CaseId) -> Result<Vec<(Uuid, Decision)>, Refused> {
    let invited = around_store::invited(tx.db(), case)?;
    Ok(store::details(tx.db(), case, &[DECIDED])?.into_iter().filter_map(|(_, line, detail)| match (detail.as_str(), detail.strip_prefix(IS)) {
        ("later", _) => Some((line, Decision::Later)),
        ("not", _) => Some((line, Decision::Not)),
        (_, Some(organisation)) => invited.iter().any(|one| one.to_string() == organisation).then_some((line, Decision::Invited)),
        _ => None,
    }).collect())
}

/// On how many organisations that knew the family nothing is decided; none where no list was kept.
pub(super) fn open(tx: &mut Tx, case: CaseId, was_listed: bool) -> Result<Option<i64>, Refused> {
    if !was_listed {
        return Ok(None);
    }
    let done = decided(tx, case)?;
    let open = store::details(tx.db(), case, &[KNOWN])?.into_iter().filter(|(_, line, detail)| detail == "known" && !done.iter().any(|(known, _)| known == line)).count();
    Ok(Some(i64::try_from(open).unwrap_or(i64::MAX)))
}

/// The list 'known or not', with what was decided on each organisation that knew the family.
///
/// # Errors
/// `NotFound`, `NotYours`; `Locked`.
pub fn known_organisations(tx: &mut Tx, case: CaseId) -> Result<Vec<Known>, Refused> {
    let own = compartments::of_kind(tx, case, Kind::Case)?;
    tx.permit(&READ_KNOWN, Place::Compartment(own), case.uuid())?;
    let Some(screening) = forms::open_all(tx, &SCREENING, own)?.pop() else { return Ok(vec![]) };
    let done = decided(tx, case)?;
    Ok(lines(&screening.answers).map(|(organisation, answer, level)| {
        let id = mark(tx, case, &organisation);
        let decision = done.iter().find(|(line, _)| *line == id && answer == "known").map(|(_, decision)| *decision);
        Known { id, organisation, answer, level, decision }
    }).collect())
}

/// Decides on an organisation of the list: later or not, with the reason; or which of those invited it is, where the list calls it otherwise.
///
/// # Errors
/// `NotFound` for one that is not on the list as known; `Faults` without a reason, or for an organisation that is not invited.
pub fn decide_on_organisation(tx: &mut Tx, case: CaseId, line: Uuid, decision: Decision, organisation: Option<OrganisationId>, reason: Option<&str>) -> Result<(), Refused> {
    let permit = tx.permit(&DECIDE_KNOWN, Place::Case(case), line)?;
    if !store::details(tx.db(), case, &[KNOWN])?.iter().any(|(_, known, detail)| *known == line && detail == "known") {
        return Err(Refused::NotFound);
    }
    if decision == Decision::Invited {
        let invited = around_store::invited(tx.db(), case)?;
        let organisation = organisation.filter(|one| invited.contains(one)).ok_or_else(|| Refused::Faults(vec![FieldFault::new("organisation", "not-an-option")]))?;
        return record_as(tx, &permit, DECIDED, line, &format!("{IS}{organisation}"));
    }
    let reason = needed("reason", reason.unwrap_or_default(), LONGEST)?;
    let name = known_organisations(tx, case)?.into_iter().find(|known| known.id == line).map(|known| known.organisation);
    let (about, word) = if decision == Decision::Later { ("organisation_later", "later") } else { ("organisation_not", "not") };
    keep_reason(tx, &permit, case, about, line, Of { kind: name, ..Of::default() }, reason)?;
    record_as(tx, &permit, DECIDED, line, word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_list_every_named_line_counts_once_it_says_who() {
        let told = serde_json::json!({ "known_to": [{ "organisation": " Politie ", "answer": "known", "level": "much" }, { "organisation": "  ", "answer": "known" }, { "answer": "known" }] });
        let told = told.as_object().cloned().unwrap_or_default();
        assert_eq!(lines(&told).collect::<Vec<_>>(), [("Politie".to_owned(), "known".to_owned(), "much".to_owned())]);
    }
}
