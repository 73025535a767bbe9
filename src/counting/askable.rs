//! What a codebook lets be asked: which variables are keys, which are outcomes, and in which slots their codes stand.
//!
//! No variable is named here. A variable that has a coarser one is a key only in that coarser form, where both are public
//! (README of the codebook, "Release"), and an outcome likewise; an outcome that is not public is counted in approved projects only.
//! Outcomes that tell of one answer are kin: of those one leaves a snapshot. Kin are forms of one variable (coarser, or its codes merged or cut into bands),
//! a question and what is asked by its answer, and an answer that stands alone with those it stands alone from. Keys make nothing kin: who is in
//! which group is known.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, Utc};
use codebook::{Codebook, Label};
use gate::{Catalogue, Question, Role, Variable};
use serde::Serialize;
use serde_json::Value;

use super::CountingError;

/// The slot of what is missing in an outcome or a key; nobody's code.
pub const UNKNOWN: i64 = -8;
/// The slot of what does not apply.
pub const NOT_APPLICABLE: i64 = -7;

/// A category of a key or an outcome.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, schemars::JsonSchema)]
pub struct Category {
    /// The code; -8 stands for all that is missing, -7 for what does not apply.
    pub code: i64,
    /// What it means.
    pub label: Label,
}

/// A key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, schemars::JsonSchema)]
pub struct Key {
    /// The variable.
    pub id: String,
    /// Name.
    pub label: Label,
    /// Whether it is the period, which stands in every table.
    pub period: bool,
    /// Whether it is a place on a map.
    pub place: bool,
    /// Units it may be used with.
    pub units: Vec<String>,
    /// Categories, in order.
    pub categories: Vec<Category>,
}

/// An outcome.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, schemars::JsonSchema)]
pub struct Outcome {
    /// The variable, or `variable:code` for one answer of several.
    pub id: String,
    /// The variable.
    pub variable: String,
    /// Name.
    pub label: Label,
    /// What exactly is counted.
    pub definition: Label,
    /// The unit that is counted: case, victim, relation ...
    pub unit: String,
    /// Whether anybody with a project may count it.
    pub public: bool,
    /// The coarsest form of the answer, by which its other forms are known.
    pub family: String,
    /// Other outcomes that tell of the same answer, where a snapshot is loaded.
    #[serde(skip)]
    pub kin: BTreeSet<String>,
    /// Whether an answer that is no key decides to whom it applies, where a snapshot is loaded.
    #[serde(skip)]
    pub by_answer: bool,
    /// Whether it is told of the case itself.
    #[serde(skip)]
    pub outermost: bool,
    /// The coarser form that is asked instead, where both are public.
    #[serde(skip)]
    pub coarser: Option<String>,
    /// Categories, in order. The last, -7, stands for those to whom the question does not apply: no table counts them.
    pub categories: Vec<Category>,
}

impl Outcome {
    /// The categories a table counts: not those to whom the question does not apply.
    pub fn counted(&self) -> impl Iterator<Item = &Category> {
        self.categories.iter().filter(|category| category.code != NOT_APPLICABLE)
    }
    /// Whether a table of it by the period alone is one of the fixed public tables of a snapshot: it is public, told of the case itself, and
    /// asked in this form.
    pub fn is_fixed(&self) -> bool {
        self.public && self.outermost && self.coarser.is_none()
    }
}

/// A column of the counting copy: a variable and its slots.
pub(super) struct Slots<'a> {
    pub(super) id: String,
    pub(super) variable: String,
    categories: &'a [Category],
    /// One answer of several: the code that is looked for.
    answer: Option<i64>,
}

impl Slots<'_> {
    pub(super) fn codes(&self) -> u16 {
        u16::try_from(self.categories.len()).unwrap_or(u16::MAX)
    }
    /// The slot of a value; what has none stands with the unknown ones, which every column that may be missing has.
    pub(super) fn slot(&self, value: Option<&Value>) -> u16 {
        let code = match (value, self.answer) {
            (Some(Value::Array(codes)), Some(answer)) => i64::from(codes.iter().any(|code| code.as_i64() == Some(answer))),
            (value, _) => value.and_then(Value::as_i64).unwrap_or(UNKNOWN),
        };
        let at = |code: i64| self.categories.iter().position(|category| category.code == code);
        at(code).or_else(|| at(UNKNOWN)).and_then(|slot| u16::try_from(slot).ok()).unwrap_or(0)
    }
}

/// What a variable is a form of, and what it is asked by.
struct Related<'a> {
    forms: BTreeSet<&'a str>,
    asked_by: BTreeSet<&'a str>,
}

impl<'a> Related<'a> {
    fn of(book: &'a Codebook, id: &'a str) -> Related<'a> {
        let own = forms(book, id);
        let (mut asked_by, mut open) = (BTreeSet::new(), own.iter().copied().collect::<Vec<_>>());
        while let Some(id) = open.pop() {
            for next in book.asked_by(id).into_iter().filter(|next| !is_key(book, next)).flat_map(|next| forms(book, next)) {
                if asked_by.insert(next) {
                    open.push(next);
                }
            }
        }
        Related { forms: own, asked_by }
    }
    fn tells_of(&self, other: &Related<'_>) -> bool {
        !self.forms.is_disjoint(&other.forms) || !self.asked_by.is_disjoint(&other.forms)
    }
}

/// Whether to whom a variable applies follows from an answer, so that a total of them tells of it: it is asked by what is no key, or computed from
/// more than the codes of one variable. What never leaves counts with the key that it refines (the sex a victim is registered with).
fn by_answer(book: &Codebook, related: &Related<'_>) -> bool {
    let leaves = |id: &str| book.columns().any(|column| column.id == id && column.export != "never");
    related.asked_by.iter().any(|next| leaves(next)) || related.forms.iter().any(|form| book.computed(form).is_some() && book.made_of(form).is_none())
}

fn is_key(book: &Codebook, id: &str) -> bool {
    book.columns().any(|column| column.id == id && column.gate == "key")
}

/// A variable, its coarser ones and those whose codes it merges, however far; none that is a key.
fn forms<'a>(book: &'a Codebook, id: &'a str) -> BTreeSet<&'a str> {
    let (mut found, mut open) = (BTreeSet::from([id]), vec![id]);
    while let Some(id) = open.pop() {
        let coarser = book.columns().find(|column| column.id == id).and_then(|column| column.coarse);
        for next in coarser.into_iter().chain(book.made_of(id)).filter(|next| !is_key(book, next)) {
            if found.insert(next) {
                open.push(next);
            }
        }
    }
    found
}

/// All that may be asked under a codebook.
pub(super) struct Askable {
    pub(super) keys: Vec<Key>,
    pub(super) outcomes: Vec<Outcome>,
}

/// Whether a row of one level stands under, or links, one row of another: then it has that row's codes as well.
fn reaches(book: &Codebook, from: &str, to: &str) -> bool {
    let Some(level) = book.levels.iter().find(|level| level.id == from) else { return false };
    from == to || level.parent.iter().chain(&level.links).any(|next| reaches(book, next, to))
}

/// Whether a level hangs under no other: the case.
fn outermost(book: &Codebook, level: &str) -> bool {
    book.levels.iter().any(|known| known.id == level && known.parent.is_none())
}

fn label(nl: &str, en: &str) -> Label {
    Label { nl: nl.into(), en: en.into() }
}

/// The year in which something is frozen, where the register is.
pub(super) fn year_of(moment: DateTime<Utc>) -> i64 {
    moment.with_timezone(&chrono_tz::Europe::Amsterdam).year().into()
}

/// What may be counted under a codebook, each in the form in which it is asked.
pub fn outcomes(book: &Codebook) -> Vec<Outcome> {
    let mut all = Askable::of(book, i64::MAX).outcomes;
    all.retain(|outcome| outcome.coarser.is_none());
    all
}

/// The fixed public tables of what was frozen at a moment. The codebook alone says which they are: nothing is loaded or counted.
///
/// # Errors
/// [`CountingError::Malformed`] for a codebook the gate can't ask by.
pub fn fixed_set(book: &Codebook, frozen: DateTime<Utc>) -> Result<Vec<Question>, CountingError> {
    let askable = Askable::of(book, year_of(frozen));
    let catalogue = askable.catalogue()?;
    let by_period = |outcome: &Outcome| Question::new(&catalogue, &[catalogue.period()], &outcome.id).map_err(|why| CountingError::Malformed(why.to_string()));
    askable.outcomes.iter().filter(|outcome| outcome.is_fixed()).map(by_period).collect()
}

/// An outcome and the keys of a question to what was frozen at a moment, in words; nothing is loaded for it.
pub fn words(book: &Codebook, frozen: DateTime<Utc>, outcome: &str, keys: &[&str]) -> Option<(Outcome, Vec<Key>)> {
    let mut askable = Askable::of(book, year_of(frozen));
    let outcome = askable.outcomes.into_iter().find(|known| known.id == outcome)?;
    askable.keys.retain(|key| keys.contains(&key.id.as_str()) || key.period);
    Some((outcome, askable.keys))
}

impl Askable {
    /// What may be asked of a snapshot taken in a year. Periods to come are none of its groups; which of the others hold cases is an outcome and
    /// decides nothing.
    pub(super) fn of(book: &Codebook, year: i64) -> Askable {
        let missing = || Category { code: UNKNOWN, label: label("onbekend of niet verstrekt", "unknown or not supplied") };
        let outside = || Category { code: NOT_APPLICABLE, label: label("niet van toepassing", "not applicable") };
        let (mut keys, mut outcomes) = (vec![], vec![]);
        let coarser = |id: &str| book.columns().find(|column| column.id == id).and_then(|column| column.coarse).and_then(|coarse| book.columns().find(|other| other.id == coarse && other.gate == "outcome" && other.export != "never"));
        // No answer has more forms than there are variables: a circle of coarser ones ends.
        let family = |id: &str| (0..book.columns().count()).try_fold(id.to_owned(), |id, _| match coarser(&id) { Some(next) => Ok(next.id.to_owned()), None => Err(id) }).unwrap_or_else(|coarsest| coarsest);
        for found in book.columns().filter(|column| column.export != "never") {
            let codes = || found.codes.iter().map(|code| Category { code: code.code, label: code.label.clone() });
            if found.gate == "key" {
                let coarser_is_public = found.export == "public" && found.coarse.is_some_and(|coarse| book.columns().any(|other| other.id == coarse && other.gate == "key"));
                if coarser_is_public {
                    continue;
                }
                let units: Vec<String> = book.levels.iter().filter(|level| reaches(book, &level.id, found.level)).map(|level| level.id.clone()).collect();
                // A case without its own keys enters no snapshot, so that there is nothing missing in them.
                let period = book.period.as_deref() == Some(found.id);
                let codes = || codes().filter(|category| !period || book.has_begun(category.code, year));
                let categories = if outermost(book, found.level) { codes().collect() } else { codes().chain([missing(), outside()]).collect() };
                keys.push(Key { id: found.id.to_owned(), label: found.label.clone(), period, place: book.places.iter().any(|id| id == found.id), units, categories });
            } else if found.gate == "outcome" {
                let new = |id: String, label: Label, categories: Vec<Category>| Outcome {
                    id, variable: found.id.to_owned(), label, definition: book.meant(found.id), unit: found.level.to_owned(), public: found.export == "public", categories,
                    by_answer: false, outermost: outermost(book, found.level), family: String::new(), kin: BTreeSet::new(), coarser: coarser(found.id).filter(|coarse| coarse.export == "public" && found.export == "public").map(|coarse| coarse.id.to_owned()),
                };
                if found.kind == "multi" {
                    for code in found.codes {
                        let both = label(&format!("{}: {}", found.label.nl, code.label.nl), &format!("{}: {}", found.label.en, code.label.en));
                        let categories = vec![Category { code: 1, label: label("ja", "yes") }, Category { code: 0, label: label("nee", "no") }, missing(), outside()];
                        outcomes.push(new(format!("{}:{}", found.id, code.code), both, categories));
                    }
                } else {
                    outcomes.push(new(found.id.to_owned(), found.label.clone(), codes().chain([missing(), outside()]).collect()));
                }
            }
        }
        keys.sort_by_key(|key: &Key| !key.period);
        for outcome in &mut outcomes {
            // Of several answers at once each is one of its own.
            outcome.family = if outcome.id == outcome.variable { family(&outcome.variable) } else { outcome.id.clone() };
        }
        Askable { keys, outcomes }
    }

    /// With what tells of the same answer.
    pub(super) fn related(mut self, book: &Codebook) -> Askable {
        let of: BTreeMap<&str, Related> = self.outcomes.iter().filter_map(|outcome| book.columns().find(|column| column.id == outcome.variable)).map(|column| (column.id, Related::of(book, column.id))).collect();
        let alone = |outcome: &Outcome| outcome.id.split_once(':').is_some_and(|(variable, code)| {
            book.columns().filter(|column| column.id == variable).flat_map(|column| column.codes).any(|known| known.exclusive && code.parse::<i64>().ok() == Some(known.code))
        });
        let are_kin = |one: &Outcome, other: &Outcome| match (of.get(one.variable.as_str()), of.get(other.variable.as_str())) {
            _ if one.id == other.id || one.unit != other.unit => false,
            // Of several answers at once each is one of its own, but those that stand alone: who has one of them has none of the others.
            _ if one.variable == other.variable => alone(one) || alone(other),
            (Some(one), Some(other)) => one.tells_of(other) || other.tells_of(one),
            _ => false,
        };
        let kin: Vec<BTreeSet<String>> = self.outcomes.iter().map(|one| self.outcomes.iter().filter(|other| are_kin(one, other)).map(|other| other.id.clone()).collect()).collect();
        for (outcome, kin) in self.outcomes.iter_mut().zip(kin) {
            outcome.kin = kin;
            outcome.by_answer = of.get(outcome.variable.as_str()).is_some_and(|related| by_answer(book, related));
        }
        self
    }

    /// The units that are counted.
    pub(super) fn units(&self) -> BTreeSet<String> {
        self.outcomes.iter().map(|outcome| outcome.unit.clone()).collect()
    }

    /// The keys of a unit.
    fn keys_of(&self, unit: &str) -> Vec<Slots<'_>> {
        self.keys.iter().filter(|key| key.units.iter().any(|known| known == unit))
            .map(|key| Slots { id: key.id.clone(), variable: key.id.clone(), categories: &key.categories, answer: None }).collect()
    }

    /// The columns of a unit: keys first.
    pub(super) fn of_unit(&self, unit: &str) -> Vec<Slots<'_>> {
        let outcomes = self.outcomes.iter().filter(|outcome| outcome.unit == unit)
            .map(|outcome| Slots { id: outcome.id.clone(), variable: outcome.variable.clone(), categories: &outcome.categories, answer: outcome.id.split_once(':').and_then(|(_, code)| code.parse().ok()) });
        self.keys_of(unit).into_iter().chain(outcomes).collect()
    }

    /// The list as the gate wants it.
    pub(super) fn catalogue(&self) -> Result<Catalogue, CountingError> {
        let count = |categories: &[Category]| u16::try_from(categories.len()).unwrap_or(u16::MAX);
        let counted = self.units();
        let keys = self.keys.iter().map(|key| Variable {
            id: key.id.clone(), codes: count(&key.categories),
            role: if key.period { Role::Period } else { Role::Key { units: key.units.iter().filter(|unit| counted.contains(*unit)).cloned().collect() } },
        });
        let outcomes = self.outcomes.iter().map(|outcome| Variable { id: outcome.id.clone(), codes: count(&outcome.categories), role: Role::Outcome {
            unit: outcome.unit.clone(), kin: outcome.kin.clone(), outside: outcome.categories.iter().position(|category| category.code == NOT_APPLICABLE).and_then(|slot| u16::try_from(slot).ok()),
            by_answer: outcome.by_answer,
        } });
        Ok(Catalogue::new(keys.chain(outcomes))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kin() -> BTreeMap<String, BTreeSet<String>> {
        let book = crate::settings::Configured::load().expect("configuration").codebook;
        Askable::of(&book, 2026).related(&book).outcomes.into_iter().map(|outcome| (outcome.id, outcome.kin)).collect()
    }

    fn are(kin: &BTreeMap<String, BTreeSet<String>>, one: &str, other: &str) -> bool {
        assert!(kin.contains_key(one) && kin.contains_key(other), "{one} {other}");
        let (there, back) = (kin[one].contains(other), kin[other].contains(one));
        assert_eq!(there, back, "{one} {other}");
        there
    }

    #[test]
    fn what_tells_of_one_answer_is_kin() {
        let kin = kin();
        // A coarser form; two merged of one variable; a question and what is asked by its answer, in each of its forms.
        for (one, other) in [("method_main", "method_group"), ("homicide_suicide_24h", "homicide_suicide_yn"), ("homicide_suicide_24h", "homicide_suicide"), ("separation_timing", "separation_yn"), ("separation_timing", "separation_status")] {
            assert!(are(&kin, one, other), "{one} {other}");
        }
        for (one, other) in [("stalking_yn", "strangulation_yn"), ("separation_timing", "coercive_control"), ("fem_final", "method_main")] {
            assert!(!are(&kin, one, other), "{one} {other}");
        }
    }

    /// To whom separation is asked follows from the relation, a key; to whom its moment is asked from whether there was one.
    #[test]
    fn to_whom_a_question_applies_is_told_by_keys_or_by_an_answer() {
        let book = crate::settings::Configured::load().expect("configuration").codebook;
        let all = Askable::of(&book, 2026).related(&book).outcomes;
        let of = |id: &str| all.iter().find(|outcome| outcome.id == id).unwrap_or_else(|| panic!("{id}"));
        assert_eq!(["separation_status", "separation_yn", "fem_final", "femicide_yn", "method_group", "separation_timing", "known_to_agency"].map(|id| of(id).by_answer), [false, false, false, false, false, true, true]);
        assert!(all.iter().all(|outcome| outcome.counted().count() + 1 == outcome.categories.len() && outcome.counted().all(|category| category.code != NOT_APPLICABLE)));
    }

    /// Else the total of one less that of the other would tell of those few whom only one of them is asked of.
    #[test]
    fn questions_asked_by_one_answer_are_asked_of_the_same_people() {
        let book = crate::settings::Configured::load().expect("configuration").codebook;
        let (all, mut looked) = (Askable::of(&book, 2026).related(&book).outcomes, 0);
        let some: Vec<(&Outcome, Related)> = all.iter().filter(|outcome| outcome.by_answer).map(|outcome| (outcome, Related::of(&book, &outcome.variable))).collect();
        let when = |related: &Related| related.forms.iter().find_map(|form| book.asked_when(form)).map(|told| told.en);
        for (one, asked) in &some {
            for (other, also) in some.iter().filter(|(other, _)| other.unit == one.unit && other.variable != one.variable) {
                if !asked.asked_by.is_disjoint(&also.asked_by) {
                    looked += 1;
                    assert_eq!(when(asked), when(also), "{} and {}", one.id, other.id);
                }
            }
        }
        assert!(looked > 0);
    }

    #[test]
    fn of_several_answers_those_that_stand_alone_are_kin_to_all() {
        let book = crate::settings::Configured::load().expect("configuration").codebook;
        let (kin, mut with, mut among) = (kin(), 0, 0);
        for column in book.columns().filter(|column| column.kind == "multi" && column.gate == "outcome" && column.export != "never") {
            for one in column.codes {
                for other in column.codes.iter().filter(|other| other.code != one.code) {
                    let (alone, are) = (one.exclusive || other.exclusive, are(&kin, &format!("{}:{}", column.id, one.code), &format!("{}:{}", column.id, other.code)));
                    assert_eq!(are, alone, "{} {} {}", column.id, one.code, other.code);
                    if alone { with += 1 } else { among += 1 }
                }
            }
        }
        assert!(with > 0 && among > 0, "{with} {among}");
    }

    /// Two that are asked by the same answer do not tell of each other; nor does a key make anything kin.
    #[test]
    fn what_is_asked_by_one_answer_is_not_kin_among_itself() {
        let kin = kin();
        let of = |start: &str| kin.keys().find(|id| id.starts_with(start)).unwrap_or_else(|| panic!("{start}")).clone();
        let (themes, agencies) = (of("review_themes:"), of("review_agencies:"));
        assert!(are(&kin, &themes, "review_variant") && are(&kin, &agencies, "review_variant") && !are(&kin, &themes, &agencies));
    }
}
