//! What the chair adopts holds for the version that was adopted: a later version waits to be adopted anew. Until then the report keeps
//! the words that were adopted.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::around_store::Written;
use super::store;
use crate::ids::CaseId;
use crate::tx::{Permit, Refused, Tx};

/// Which version of each document was adopted; none where it is not known, of adoptions from before versions were kept with them.
pub type Adopted = BTreeMap<Uuid, Option<i32>>;

/// What is adopted: the form, with the milestone that says so.
pub const ADOPTED: [(&str, &str); 4] =
    [("terms-of-reference", "terms_adopted"), ("meeting", "minutes_adopted"), ("finding", "finding_with_evidence"), ("recommendation", "recommendation_adopted")];

/// Asked before a document is adopted: the version that stands is the one the chair read, where they say which.
///
/// # Errors
/// `Stale` when somebody saved in between.
pub fn read_before(seen: Option<i32>, now: i32) -> Result<(), Refused> {
    if seen.is_some_and(|seen| seen != now) { Err(Refused::Stale { now }) } else { Ok(()) }
}

/// Records that a version of a document was adopted.
///
/// # Errors
/// `Internal` when the permit belongs to no case: a fault of ours.
pub fn adopt(tx: &mut Tx, permit: &Permit, name: &'static str, item: Uuid, version: i32) -> Result<(), Refused> {
    super::record_as(tx, permit, name, item, &version.to_string())
}

/// The documents adopted under a milestone, each with the version that was.
///
/// # Errors
/// Database errors only.
pub fn adopted(tx: &mut Tx, case: CaseId, name: &str) -> Result<Adopted, Refused> {
    Ok(versions(tx, case, &[name])?.remove(name).unwrap_or_default())
}

/// The same for several milestones, by name.
fn versions(tx: &mut Tx, case: CaseId, names: &[&str]) -> Result<BTreeMap<String, Adopted>, Refused> {
    let mut found: BTreeMap<String, Adopted> = BTreeMap::new();
    for (name, subject, detail) in store::details(tx.db(), case, names)? {
        found.entry(name).or_default().insert(subject, detail.parse().ok());
    }
    Ok(found)
}

/// Whether the version of a document that stands now is the one that was adopted.
pub fn holds(adopted: &Adopted, item: Uuid, version: i32) -> bool {
    adopted.get(&item).or_else(|| adopted.get(&Uuid::nil())).is_some_and(|known| known.is_none_or(|known| known == version))
}

/// Takes back the milestones of documents that were changed since their adoption. Returns whether none was. What the caller does not see
/// counts as adopted: who may not read the panel's room is told nothing of it. `written` are the documents of the case that the caller sees.
///
/// # Errors
/// Database errors only.
pub(super) fn settle(tx: &mut Tx, case: CaseId, milestones: &mut BTreeMap<String, Vec<(Uuid, DateTime<Utc>)>>, written: &[Written]) -> Result<bool, Refused> {
    let mut versions = versions(tx, case, &ADOPTED.map(|(_, name)| name))?;
    let mut all_hold = true;
    for (kind, name) in ADOPTED {
        let known = versions.remove(name).unwrap_or_default();
        let Some(found) = milestones.get_mut(name) else { continue };
        found.retain(|(subject, _)| {
            let now = written.iter().find(|one| one.id == *subject && one.kind == kind);
            let stands = now.is_none_or(|one| holds(&known, one.id, one.version));
            all_hold &= stands;
            stands
        });
        if found.is_empty() {
            milestones.remove(name);
        }
    }
    Ok(all_hold)
}
