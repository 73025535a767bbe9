//! What belongs together in the chronology: two sources of one moment, as the chair decides, and events that are one pattern. Both
//! sources stay; what is kept is that they belong together (`ux.md` section 5.2).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Duration, NaiveDate, NaiveTime};
use form::Partial;
use serde::{Deserialize, Serialize};

use super::meetings::panel_of;
use super::timeline::{Line, timeline};
use crate::access::{Act, Kind, Role};
use crate::compartments::{self, Written};
use crate::ids::{CaseId, ItemId};
use crate::tx::{FieldFault, Permit, Place, Refused, Tx, needed};

/// Who decides that two sources tell of one moment.
pub static MERGE: Act = Act { name: "panel.merge", within: Kind::Panel, by: &[Role::Chair], step_up: false };
/// Who marks events as one pattern, and takes the mark away.
pub static MARK_PATTERN: Act = Act { name: "panel.pattern", within: Kind::Panel, by: &[Role::Coordinator, Role::Chair, Role::Secretary], step_up: false };

/// How far apart two entries of one day may be, in minutes, to be offered as one moment.
const MINUTES: i64 = 60;
/// Fewest and most events of a pattern.
const EVENTS: std::ops::RangeInclusive<usize> = 2..=50;

/// What the chair decided of two or more entries.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Merge {
    /// The entries: released copies, or the panel's own.
    pub entries: Vec<ItemId>,
    /// Whether they tell of one moment; otherwise they are not offered again.
    pub same: bool,
}

/// Events that are one pattern.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Marked {
    /// What it is.
    pub title: String,
    /// The entries.
    pub entries: Vec<ItemId>,
}

/// A pattern as it stands.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Pattern {
    /// Its document.
    pub id: ItemId,
    /// What it is.
    pub title: String,
    /// The entries.
    pub entries: Vec<ItemId>,
}

/// The decisions and patterns of a panel.
pub(super) fn of_panel(tx: &mut Tx, permit: &Permit) -> Result<(Vec<Merge>, Vec<Pattern>), Refused> {
    let merges = compartments::open_all::<Merge>(tx, permit, "timeline-merge")?.into_iter().map(|document| document.body).collect();
    let patterns = compartments::open_all::<Marked>(tx, permit, "timeline-pattern")?.into_iter().map(|document| Pattern { id: document.listed.id, title: document.body.title, entries: document.body.entries }).collect();
    Ok((merges, patterns))
}

/// Which entries stand together: each with the others of its moment. The last decision about two entries holds.
pub(super) fn together(merges: &[Merge]) -> BTreeMap<ItemId, BTreeSet<ItemId>> {
    let mut pairs: BTreeMap<(ItemId, ItemId), bool> = BTreeMap::new();
    for merge in merges {
        for (at, one) in merge.entries.iter().enumerate() {
            for other in merge.entries.iter().skip(at + 1).filter(|other| *other != one) {
                pairs.insert((*one.min(other), *one.max(other)), merge.same);
            }
        }
    }
    let mut found: BTreeMap<ItemId, BTreeSet<ItemId>> = BTreeMap::new();
    for ((one, other), _) in pairs.into_iter().filter(|(_, same)| *same) {
        found.entry(one).or_default().insert(other);
        found.entry(other).or_default().insert(one);
    }
    found
}

fn minute(entry: &Line) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(entry.time_of_day.as_deref()?, "%H:%M").ok()
}

fn day(entry: &Line) -> Option<NaiveDate> {
    Partial::parse(&entry.when).filter(|_| entry.when.len() == 10).and_then(|date| date.first())
}

/// Whether two entries may tell of one moment: other sources, one day, and the same kind of event or nearly the same time. Where a day is
/// told as about, the day beside it counts as well.
fn may_be_one(one: &Line, other: &Line) -> bool {
    let (Some(first), Some(second)) = (day(one), day(other)) else { return false };
    if one.of == other.of || one.review() != other.review() || one.corrected_by.is_some() || other.corrected_by.is_some() {
        return false;
    }
    let apart = (first - second).num_days().abs();
    let about = one.certainty == "about" || other.certainty == "about";
    let same_kind = !one.kind.is_empty() && one.kind == other.kind;
    match (minute(one), minute(other)) {
        _ if apart > 1 => false,
        _ if apart == 1 => about && same_kind,
        (Some(a), Some(b)) => (a - b).abs() <= Duration::minutes(MINUTES),
        _ => same_kind,
    }
}

/// Pairs of entries that may tell of one moment and were not decided on, in order of time.
///
/// # Errors
/// `NotFound`; `Locked`.
pub fn suggestions(tx: &mut Tx, case: CaseId) -> Result<Vec<(Line, Line)>, Refused> {
    let told = timeline(tx, case)?;
    let decided: BTreeSet<(ItemId, ItemId)> = told.decided.iter().flat_map(|merge| {
        merge.entries.iter().enumerate().flat_map(|(at, one)| merge.entries.iter().skip(at + 1).map(|other| (*one.min(other), *one.max(other)))).collect::<Vec<_>>()
    }).collect();
    Ok(pairs(&told.entries, &decided))
}

fn pairs(entries: &[Line], decided: &BTreeSet<(ItemId, ItemId)>) -> Vec<(Line, Line)> {
    let mut found = vec![];
    for (at, one) in entries.iter().enumerate() {
        // Entries stand in order of their first day: further on, none is near.
        let near = entries.iter().skip(at + 1).take_while(|other| match (day(one), Partial::parse(&other.when).and_then(|date| date.first())) {
            (Some(first), Some(second)) => (second - first).num_days() <= 1,
            _ => false,
        });
        found.extend(near.filter(|other| may_be_one(one, other) && !decided.contains(&(one.id.min(other.id), one.id.max(other.id)))).map(|other| (one.clone(), other.clone())));
    }
    found
}

/// The entries named, if the chronology has all of them.
fn known(tx: &mut Tx, case: CaseId, entries: &[ItemId]) -> Result<Vec<ItemId>, Refused> {
    let named: BTreeSet<ItemId> = entries.iter().copied().collect();
    if !EVENTS.contains(&named.len()) {
        return Err(Refused::Faults(vec![FieldFault::new("entries", "two-or-more")]));
    }
    let there: BTreeSet<ItemId> = timeline(tx, case)?.entries.into_iter().map(|entry| entry.id).collect();
    if named.is_subset(&there) { Ok(named.into_iter().collect()) } else { Err(Refused::Faults(vec![FieldFault::new("entries", "not-an-option")])) }
}

fn put(tx: &mut Tx, permit: &Permit, case: CaseId, kind: &str, body: &impl Serialize) -> Result<ItemId, Refused> {
    compartments::put(tx, permit, &Written { kind, subject: Some(case.uuid()), form_version: "1", ground: "public_task", complete: true }, body)
}

/// The chair decides whether entries tell of one moment. Nothing of them is changed.
///
/// # Errors
/// `Faults` for fewer than two entries, or one the chronology does not have; `NotYours`.
pub fn merge(tx: &mut Tx, case: CaseId, entries: &[ItemId], same: bool) -> Result<(), Refused> {
    let within = panel_of(tx, case)?;
    let permit = tx.permit(&MERGE, Place::Compartment(within), case.uuid())?;
    let entries = known(tx, case, entries)?;
    put(tx, &permit, case, "timeline-merge", &Merge { entries, same }).map(drop)
}

/// Marks events as one pattern.
///
/// # Errors
/// `Faults` without a title, for fewer than two events, or one the chronology does not have.
pub fn mark_pattern(tx: &mut Tx, case: CaseId, title: &str, entries: &[ItemId]) -> Result<ItemId, Refused> {
    let within = panel_of(tx, case)?;
    let permit = tx.permit(&MARK_PATTERN, Place::Compartment(within), case.uuid())?;
    let title = needed("title", title, 120)?;
    let entries = known(tx, case, entries)?;
    put(tx, &permit, case, "timeline-pattern", &Marked { title: title.to_owned(), entries })
}

/// Takes the mark of a pattern away.
///
/// # Errors
/// `NotFound`.
pub fn drop_pattern(tx: &mut Tx, case: CaseId, id: ItemId) -> Result<(), Refused> {
    let within = panel_of(tx, case)?;
    let permit = tx.permit(&MARK_PATTERN, Place::Compartment(within), id.uuid())?;
    compartments::subject_of(tx, &permit, id, "timeline-pattern")?;
    compartments::remove(tx, &permit, id)
}

#[cfg(test)]
mod tests {
    use super::super::timeline::tests::entry_of;
    use super::*;
    use serde_json::json;

    fn id(at: usize, entries: &[Line]) -> ItemId {
        entries.get(at).map(|entry| entry.id).expect("an entry")
    }

    #[test]
    fn one_day_told_by_two_sources_is_offered_by_kind_or_by_time_and_never_within_one_source() {
        let day = |of, kind: &str, time: &str| entry_of(of, json!({ "when": "2016-10-02", "kind": kind, "time_of_day": time, "what": "w" }));
        let fits = |one: &Line, other: &Line| may_be_one(one, other) && may_be_one(other, one);
        assert!(fits(&day(1, "report", ""), &day(2, "report", "")));
        assert!(fits(&day(1, "report", "14:10"), &day(2, "contact", "14:50")));
        assert!(!fits(&day(1, "report", "09:00"), &day(2, "report", "14:50")), "hours apart");
        assert!(!fits(&day(1, "report", ""), &day(2, "contact", "")));
        assert!(!fits(&day(1, "report", ""), &day(1, "report", "")), "one source");
        let about = entry_of(3, json!({ "when": "2016-10-03", "kind": "report", "certainty": "about", "what": "w" }));
        assert!(fits(&day(1, "report", ""), &about));
        let month = entry_of(3, json!({ "when": "2016-10", "kind": "report", "what": "w" }));
        assert!(!fits(&day(1, "report", ""), &month), "a month is no moment");
    }

    #[test]
    fn what_was_decided_is_not_offered_again_and_the_last_word_holds() {
        let entries: Vec<Line> = (1..=3).map(|of| entry_of(of, json!({ "when": "2016-10-02", "kind": "report", "what": "w" }))).collect();
        assert_eq!(pairs(&entries, &BTreeSet::new()).len(), 3);
        let (one, other, third) = (id(0, &entries), id(1, &entries), id(2, &entries));
        assert_eq!(pairs(&entries, &BTreeSet::from([(one.min(other), one.max(other))])).len(), 2);
        let merges = [Merge { entries: vec![one, other, third], same: true }, Merge { entries: vec![third, one], same: false }];
        let found = together(&merges);
        assert_eq!(found.get(&one), Some(&BTreeSet::from([other])));
        assert_eq!(found.get(&other), Some(&BTreeSet::from([one, third])));
    }
}
