//! One timeline out of what was released: source beside each entry, dates as far as known, nothing merged away.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use form::Partial;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::asked::{self, RelativesQuestion};
use super::earlier::Earlier;
use super::meetings::panel_of;
use super::merging::{self, Merge, Pattern};
use crate::access::{Act, Kind, Role};
use crate::cases;
use crate::compartments;
use crate::forms::{self, Saved, sheet};
use crate::ids::{CaseId, ItemId};
use crate::names;
use crate::tx::{Permit, Place, Refused, Tx};

/// Who reads what was released.
pub static READ: Act = Act { name: "panel.read_released", within: Kind::Panel, by: &[Role::Coordinator, Role::Chair, Role::Secretary, Role::PanelMember], step_up: false };

sheet!(/// Entries the secretary adds from public sources.
    ENTRY, "chronology-entry" in Panel, "panel.entry", read [Coordinator, Chair, Secretary, PanelMember], write [Secretary], then entry_saved);

/// A released copy is another's: nobody changes it.
fn entry_saved(tx: &mut Tx, permit: &Permit, saved: &Saved) -> Result<(), Refused> {
    if saved.version > 1 && saved.subject.is_some() {
        return Err(Refused::Rule("released-copy"));
    }
    forms::have_been(tx, &saved.answers, &["when"])?;
    let case = permit.case().ok_or(Refused::NotFound)?;
    let died = died(tx, case)?;
    names::place_times(tx, case, &form::text_of(&saved.answers, "time_of_day"))?;
    forms::before_death(&saved.answers, died)
}

fn died(tx: &mut Tx, case: CaseId) -> Result<Option<Partial>, Refused> {
    Ok(cases::died_on(tx, case)?.and_then(|day| Partial::parse(&day)))
}

/// An entry.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// Its released copy.
    pub id: ItemId,
    /// Organisation, relative, the panel's own, or an earlier review.
    pub source: &'static str,
    /// Of an entry from an earlier review: the kind of organisation, and which review.
    pub earlier: Option<Earlier>,
    /// Which: an organisation's reflection or a relative.
    pub of: Option<Uuid>,
    /// The organisation.
    pub organisation: Option<Uuid>,
    /// When, as far as known.
    pub when: String,
    /// Until.
    pub until: Option<String>,
    /// Time of day.
    pub time_of_day: Option<String>,
    /// `exact`, `about`, `unknown_order`.
    pub certainty: String,
    /// Kind of event.
    pub kind: String,
    /// Whom it concerned.
    pub whom: Vec<String>,
    /// What happened.
    pub what: String,
    /// What was done.
    pub action: Option<String>,
    /// Whether it was known then.
    pub known_then: String,
    /// Whether it was an escalation.
    pub escalation: bool,
    /// Whether it tells of a contact with the victim after the death, which can be a slip: not every source knows when that was.
    pub after_death: bool,
    /// How that can be, in the words of its source.
    pub after_death_reason: Option<String>,
    /// Which correction of its source this is; none for what was released first.
    pub correction: Option<i64>,
    /// The later copy that corrects this one; both stay.
    pub corrected_by: Option<ItemId>,
    /// The document it was copied from.
    #[serde(skip)]
    document: Option<Uuid>,
    /// Entries of other sources that speak of the same day: beside, not instead.
    pub beside: Vec<ItemId>,
    /// Entries that tell of the same moment, as the chair decided; each stays.
    pub same: Vec<ItemId>,
}

impl Line {
    /// The earlier review it comes from; none for one of the case itself.
    pub(super) fn review(&self) -> Option<i32> {
        self.earlier.map(|earlier| earlier.review)
    }
}

/// A stretch without entries.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Gap {
    /// From.
    pub from: NaiveDate,
    /// To.
    pub to: NaiveDate,
    /// Days.
    pub days: i64,
}

/// The merged chronology.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Timeline {
    /// Entries in order.
    pub entries: Vec<Line>,
    /// Gaps of 90 days or more (`workflow.md` 5.7).
    pub gaps: Vec<Gap>,
    /// Events marked as one pattern.
    pub patterns: Vec<Pattern>,
    /// What the chair decided of entries that may be one moment.
    #[serde(skip)]
    pub decided: Vec<Merge>,
}

const GAP_DAYS: i64 = 90;

/// The merged chronology of a case.
///
/// # Errors
/// `NotFound`; `Locked`.
pub fn timeline(tx: &mut Tx, case: CaseId) -> Result<Timeline, Refused> {
    let within = panel_of(tx, case)?;
    let permit = tx.permit(&READ, Place::Compartment(within), case.uuid())?;
    let opened = compartments::open_all::<Value>(tx, &permit, "chronology-entry")?;
    let mut told = merged(opened.iter().map(|document| line(document.listed.id, document.listed.subject, &document.body)).collect());
    (told.decided, told.patterns) = merging::of_panel(tx, &permit)?;
    let (together, died) = (merging::together(&told.decided), died(tx, case)?);
    for entry in &mut told.entries {
        // Of an earlier review it was another death.
        entry.after_death = entry.earlier.is_none() && forms::is_after_death(&entry.kind, &entry.whom, &entry.when, died);
        entry.same = together.get(&entry.id).map(|others| others.iter().copied().collect()).unwrap_or_default();
    }
    Ok(told)
}

fn line(id: ItemId, of: Option<Uuid>, body: &Value) -> Line {
    let answers = body.get("answers").unwrap_or(body);
    let text = |name: &str| answers.get(name).and_then(Value::as_str).map(str::to_owned);
    let earlier = Earlier::of(body);
    let source = if body.get("relative").is_some() { "relative" } else if body.get("organisation").is_some() { "organisation" } else if earlier.is_some() { "earlier" } else { "panel" };
    Line {
        id, source, earlier, of, organisation: body.get("organisation").and_then(Value::as_str).and_then(|id| id.parse().ok()), when: text("when").unwrap_or_default(), until: text("until"),
        time_of_day: text("time_of_day"), certainty: text("certainty").unwrap_or_else(|| "exact".into()), kind: text("kind").unwrap_or_default(),
        whom: answers.get("whom").and_then(Value::as_array).map(|whom| whom.iter().filter_map(Value::as_str).map(str::to_owned).collect()).unwrap_or_default(),
        what: text("what").unwrap_or_default(), action: text("action"), known_then: text("known_then").unwrap_or_default(),
        escalation: answers.get("escalation").and_then(Value::as_bool).unwrap_or(false), beside: vec![], same: vec![],
        after_death: false, after_death_reason: text("after_death_reason"),
        correction: body.get("correction").and_then(Value::as_i64), corrected_by: None, document: body.get("document").and_then(Value::as_str).and_then(|id| id.parse().ok()),
    }
}

/// Sorts by the first day an entry can be of, then by precision and time; finds gaps, and entries of one day from two sources.
fn merged(mut entries: Vec<Line>) -> Timeline {
    let first = |entry: &Line| Partial::parse(&entry.when).and_then(|date| date.first());
    let last = |entry: &Line| Partial::parse(entry.until.as_deref().unwrap_or(&entry.when)).and_then(|date| date.last());
    entries.sort_by_key(|entry| (first(entry), std::cmp::Reverse(entry.when.len()), entry.time_of_day.clone(), entry.id));
    let (mut gaps, mut reached): (Vec<Gap>, Option<NaiveDate>) = (vec![], None);
    for entry in &entries {
        let (Some(from), Some(to)) = (first(entry), last(entry)) else { continue };
        if let Some(before) = reached
            && (from - before).num_days() >= GAP_DAYS
        {
            gaps.push(Gap { from: before, to: from, days: (from - before).num_days() });
        }
        reached = reached.max(Some(to));
    }
    let mut days: BTreeMap<(Option<i32>, String), Vec<(ItemId, Option<Uuid>)>> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.when.len() == 10) {
        days.entry((entry.review(), entry.when.clone())).or_default().push((entry.id, entry.of));
    }
    for entry in &mut entries {
        let same_day = days.get(&(entry.review(), entry.when.clone())).map(Vec::as_slice).unwrap_or_default();
        entry.beside = same_day.iter().filter(|(id, of)| *id != entry.id && *of != entry.of).map(|(id, _)| *id).collect();
    }
    let latest = latest_copies(entries.iter().map(|entry| (entry.document, entry.correction, entry.id)));
    for entry in &mut entries {
        entry.corrected_by = entry.document.and_then(|document| latest.get(&document).copied()).filter(|copy| *copy != entry.id);
    }
    Timeline { entries, gaps, patterns: vec![], decided: vec![] }
}

/// The last copy of each document that was copied more than once.
pub(super) fn latest_copies(copies: impl Iterator<Item = (Option<Uuid>, Option<i64>, ItemId)>) -> BTreeMap<Uuid, ItemId> {
    let mut found: BTreeMap<Uuid, (i64, ItemId)> = BTreeMap::new();
    for (document, correction, copy) in copies {
        let (Some(document), number) = (document, correction.unwrap_or(0)) else { continue };
        let last = found.entry(document).or_insert((number, copy));
        if number > last.0 {
            *last = (number, copy);
        }
    }
    found.into_iter().map(|(document, (_, copy))| (document, copy)).collect()
}

/// What was released to the panel, beside chronology entries.
#[derive(Clone, Debug, Default, Serialize, schemars::JsonSchema)]
pub struct Released {
    /// Reflections: copy, reflection, answers, what may not be reported.
    pub reflections: Vec<Value>,
    /// Words of relatives.
    pub words: Vec<Value>,
    /// Answers to supplementary questions.
    pub questions: Vec<Value>,
    /// Questions of relatives; the report answers each.
    pub relatives_questions: Vec<RelativesQuestion>,
}

/// What was released to the panel.
///
/// # Errors
/// `NotFound`; `Locked`.
pub fn released(tx: &mut Tx, case: CaseId) -> Result<Released, Refused> {
    let within = panel_of(tx, case)?;
    let permit = tx.permit(&READ, Place::Compartment(within), case.uuid())?;
    let mut all = Released::default();
    for (kind, into) in [("reflection", &mut all.reflections), ("relative-words", &mut all.words), ("supplementary-answer", &mut all.questions)] {
        for document in compartments::open_all::<Value>(tx, &permit, kind)? {
            let mut body = document.body;
            if let Some(map) = body.as_object_mut() {
                map.insert("id".into(), document.listed.id.to_string().into());
                map.insert("of".into(), document.listed.subject.map(|id| id.to_string()).into());
            }
            into.push(body);
        }
    }
    all.relatives_questions = asked::relatives_questions(tx, case)?;
    Ok(all)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use serde_json::json;

    /// An entry of a source with these answers.
    pub(in crate::panels) fn entry_of(of: u128, answers: Value) -> Line {
        line(ItemId::new(), Some(Uuid::from_u128(of)), &json!({ "organisation": "x", "answers": answers }))
    }

    fn entry(when: &str, of: u128) -> Line {
        line(ItemId::new(), Some(Uuid::from_u128(of)), &json!({ "organisation": "x", "answers": { "when": when, "what": "w" } }))
    }

    #[test]
    fn entries_stand_in_order_gaps_are_found_and_two_sources_of_one_day_stand_side_by_side() {
        let told = merged(vec![entry("2016-10-02", 1), entry("2015", 1), entry("2016-10-02", 2), entry("2016-09", 2)]);
        let order: Vec<&str> = told.entries.iter().map(|entry| entry.when.as_str()).collect();
        assert_eq!(order, ["2015", "2016-09", "2016-10-02", "2016-10-02"]);
        assert_eq!(told.gaps.len(), 1);
        assert!(told.entries.iter().skip(2).all(|entry| entry.beside.len() == 1));
    }
}
