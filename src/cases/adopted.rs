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

/// Records that a version of a document was adopted. It keeps the number it got when it was adopted first.
///
/// # Errors
/// `Internal` when the permit belongs to no case: a fault of ours.
pub fn adopt(tx: &mut Tx, permit: &Permit, name: &'static str, item: Uuid, version: i32) -> Result<(), Refused> {
    let case = permit.case().ok_or_else(|| Refused::Internal(format!("{name} adopted outside a case")))?;
    let before: Vec<(Uuid, String)> = store::details(tx.db(), case, &[name])?.into_iter().map(|(_, subject, detail)| (subject, detail)).collect();
    super::record_as(tx, permit, name, item, &kept(version, item, &before))
}

/// How an adoption is kept: version and number, `3#2`. One from before numbers were kept stays without.
fn kept(version: i32, item: Uuid, before: &[(Uuid, String)]) -> String {
    let number = match before.iter().find(|(subject, _)| *subject == item) {
        Some((_, detail)) => number_in(detail),
        None => Some(before.iter().filter_map(|(_, detail)| number_in(detail)).max().unwrap_or(0).max(before.len()) + 1),
    };
    number.map_or_else(|| version.to_string(), |number| format!("{version}#{number}"))
}

fn number_in(detail: &str) -> Option<usize> {
    detail.split_once('#').and_then(|(_, number)| number.parse().ok())
}

/// The numbers of what was adopted under a milestone, in the order in which it was adopted first: by them a reader knows it again. What was
/// adopted before numbers were kept has none, and comes first.
///
/// # Errors
/// Database errors only.
pub fn numbers(tx: &mut Tx, case: CaseId, name: &str) -> Result<BTreeMap<Uuid, usize>, Refused> {
    Ok(store::details(tx.db(), case, &[name])?.into_iter().filter_map(|(_, subject, detail)| Some((subject, number_in(&detail)?))).collect())
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
        found.entry(name).or_default().insert(subject, detail.split('#').next().and_then(|version| version.parse().ok()));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_adopted_keeps_its_number_whatever_is_adopted_later() {
        let (first, second, third) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
        let mut before = vec![];
        for item in [second, first, third] {
            let detail = kept(1, item, &before);
            before.push((item, detail));
        }
        assert_eq!(before.iter().map(|(_, detail)| detail.as_str()).collect::<Vec<_>>(), ["1#1", "1#2", "1#3"], "in the order of adoption");
        assert_eq!(kept(4, first, &before), "4#2", "adopted anew it keeps it");
        // From before numbers were kept: without one, and none of theirs is given twice.
        let old = vec![(first, "3".to_owned()), (second, String::new())];
        assert_eq!((kept(4, first, &old), kept(1, third, &old)), ("4".to_owned(), "1#3".to_owned()));
    }
}
