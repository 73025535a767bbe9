//! What is kept how long: `config/retention.toml`, the one table (ruling 24).

use std::collections::BTreeMap;

use calendar::{Calendar, Term};
use chrono::{Duration, NaiveDate};
use serde::{Deserialize, Deserializer};

use super::fault::Fault;

/// The least months a reflection stays after adoption; the policies of the database hold it too.
const LEAST_ADOPTED: u32 = 12;
/// The least months anything stays after the end of a case; the policies of the database hold it too.
const LEAST_ENDED: u32 = 24;
/// The least days what goes back to an organisation stays after the stop; the policies of the database hold it too.
const LEAST_RETURNED_DAYS: u32 = 30;

/// The table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Version, shown with the table.
    pub version: String,
    kept: Vec<Kept>,
}

/// One line of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// What: its texts are `retention-<id>`.
    pub id: String,
    /// The day it counts from.
    pub from: From,
    /// How long; none stays until somebody acts.
    pub keep: Option<Keep>,
    /// How long after the last step of a case when that day never comes.
    pub never: Option<Term>,
    /// Whose keys are deleted on the day: words of kinds of compartments.
    #[serde(default)]
    pub rooms: Vec<String>,
    /// Of a room only what an organisation released into it.
    #[serde(default)]
    pub copies: bool,
    /// How long after a review was stopped, by what the chair decided on what was released into it; what is not named here goes by the rest of the line.
    #[serde(default)]
    pub stopped: BTreeMap<Released, Term>,
    /// Who sees to it.
    pub by: By,
}

/// What happens with what was released, when a review is stopped (T23).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Released {
    /// It goes back: the organisation takes it from its own place, and the copies go some time later.
    Return,
    /// The copies are shredded at once.
    Shred,
    /// It is kept as long as it would have been.
    Keep,
}

impl Released {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Released; 3] = [Released::Return, Released::Shred, Released::Keep];
    /// The word in the API, the database and behind `fact-released_decided-`.
    pub const fn word(self) -> &'static str {
        match self {
            Released::Return => "return",
            Released::Shred => "shred",
            Released::Keep => "keep",
        }
    }
    /// What a word means.
    pub fn from_word(word: &str) -> Option<Released> {
        Released::ALL.into_iter().find(|one| one.word() == word)
    }
}

/// The event a period counts from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum From {
    /// The report was adopted (T16).
    Adopted,
    /// The case was closed (T20, T21).
    Closed,
    /// It was published.
    Published,
    /// It was written.
    Written,
    /// It was handed out.
    Given,
    /// Somebody signed in.
    SignedIn,
}

impl From {
    /// The word of the file; its text is `retention-from-<word>`.
    pub fn word(self) -> &'static str {
        match self {
            From::Adopted => "adopted",
            From::Closed => "closed",
            From::Published => "published",
            From::Written => "written",
            From::Given => "given",
            From::SignedIn => "signed-in",
        }
    }
}

/// Who sees to it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// Deleted on its day.
    Worker,
    /// Refused from then on.
    Program,
    /// A function of the database holds the same period.
    Database,
    /// Somebody decides.
    People,
}

/// A period: a term, or less than a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Keep {
    /// Days, weeks, months: ends on a working day.
    Term(Term),
    /// Hours.
    Hours(u32),
}

impl<'de> Deserialize<'de> for Keep {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        match text.strip_suffix('h').and_then(|number| number.parse().ok()) {
            Some(hours) if hours <= 10_000 => Ok(Keep::Hours(hours)),
            _ => text.parse().map(Keep::Term).map_err(serde::de::Error::custom),
        }
    }
}

/// When what mattered to a period happened in a case.
#[derive(Clone, Copy, Debug, Default)]
pub struct Happened {
    /// The report was adopted, the last time.
    pub adopted: Option<NaiveDate>,
    /// The case was closed.
    pub closed: Option<NaiveDate>,
    /// The last step of a case that goes no further.
    pub ended: Option<NaiveDate>,
    /// What the chair who stopped the review decided on what was released.
    pub stopped: Option<Released>,
}

impl Kept {
    /// The day it goes, as far as it is known; none before what it counts from has happened.
    pub fn day(&self, happened: &Happened, calendar: &Calendar) -> Option<NaiveDate> {
        let from = match self.from {
            From::Adopted => happened.adopted,
            From::Closed => happened.closed,
            _ => return None,
        };
        match (from, self.keep) {
            (Some(from), Some(Keep::Term(keep))) => Some(keep.end(from, calendar)),
            (None, Some(_)) => Some(self.of_stopped(happened).or(self.never)?.end(happened.ended?, calendar)),
            _ => None,
        }
    }
}

impl Kept {
    /// How long after the stop, where the chair's decision says so for this line.
    pub fn of_stopped(&self, happened: &Happened) -> Option<Term> {
        self.stopped.get(&happened.stopped?).copied()
    }
}

impl Retention {
    /// All lines, in order.
    pub fn all(&self) -> &[Kept] {
        &self.kept
    }
    /// The lines of a case's sealed rooms: what the worker shreds.
    pub fn of_cases(&self) -> impl Iterator<Item = &Kept> {
        self.kept.iter().filter(|kept| kept.by == By::Worker)
    }
    /// The period of a line; nothing for one there is not, which the check at start rules out for those the program asks for.
    pub fn period(&self, id: &str) -> Duration {
        match self.kept.iter().find(|kept| kept.id == id).and_then(|kept| kept.keep) {
            Some(Keep::Hours(hours)) => Duration::hours(hours.into()),
            Some(Keep::Term(Term::Days(days))) => Duration::days(days.into()),
            Some(Keep::Term(Term::Weeks(weeks))) => Duration::weeks(weeks.into()),
            _ => Duration::zero(),
        }
    }

    /// Refuses a table that contradicts itself, the policies of the database, or leaves out what the program asks for.
    pub(super) fn check(&self) -> Result<(), Fault> {
        for kept in &self.kept {
            let fault = |nl: &str, en: &str| Err(Fault::new(format!("kept.{}", kept.id), nl, en).marked(format!("id = \"{}\"", kept.id)));
            if self.kept.iter().filter(|other| other.id == kept.id).count() > 1 {
                return fault("staat er twee keer", "stands twice");
            }
            if kept.by == By::Worker {
                let months = |term: Option<Term>| if let Some(Term::Months(months)) = term { months } else { 0 };
                let keep = if let Some(Keep::Term(term)) = kept.keep { months(Some(term)) } else { 0 };
                let least = match kept.from {
                    From::Adopted => LEAST_ADOPTED,
                    From::Closed => LEAST_ENDED,
                    _ => return fault("de werker telt alleen vanaf adopted of closed", "the worker counts from adopted or closed only"),
                };
                if keep < least || months(kept.never) < LEAST_ENDED {
                    return fault("wil maanden, en niet minder dan de database bewaart", "wants months, and no fewer than the database holds");
                }
                if !kept.stopped.is_empty() && !kept.copies {
                    return fault("stopped wordt alleen gevraagd van wat is vrijgegeven", "stopped is asked of what was released only");
                }
                if kept.stopped.get(&Released::Return).is_some_and(|term| !matches!(term, Term::Days(LEAST_RETURNED_DAYS..) | Term::Months(1..))) {
                    return fault("wat teruggaat blijft niet korter dan de database het bewaart", "what goes back stays no less than the database holds");
                }
                if kept.rooms.is_empty() {
                    return fault("noemt geen kamers", "names no rooms");
                }
            }
        }
        match ["code", "session", "answer", "parked"].into_iter().find(|id| self.period(id) <= Duration::zero()) {
            Some(id) => Err(Fault::new(format!("kept.{id}"), "is er niet, of heeft geen termijn", "is not there, or without a period").marked(format!("id = \"{id}\""))),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Configured;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap_or_default()
    }

    #[test]
    fn a_day_counts_from_adoption_else_from_the_last_step_and_is_unknown_before() {
        let config = Configured::load().expect("configuration");
        let kept = |id: &str| config.retention.all().iter().find(|kept| kept.id == id).cloned().expect("a line");
        let nl = config.calendar("nl");
        let adopted = Happened { adopted: Some(day("2026-03-02")), ..Happened::default() };
        assert_eq!(kept("reflection").day(&adopted, nl), Some(day("2027-03-02")));
        assert_eq!(kept("words").day(&adopted, nl), None, "the case is not closed");
        let stopped = Happened { ended: Some(day("2026-03-02")), ..Happened::default() };
        assert_eq!((kept("reflection").day(&stopped, nl), kept("case").day(&stopped, nl)), (Some(day("2028-03-02")), Some(day("2028-03-02"))));
        // What the chair decided on what was released moves the copies, and nothing else.
        let of = |choice| Happened { stopped: Some(choice), ..stopped };
        assert_eq!([Released::Shred, Released::Return, Released::Keep].map(|choice| kept("released").day(&of(choice), nl)), [Some(day("2026-03-02")), Some(day("2026-04-01")), Some(day("2028-03-02"))]);
        assert_eq!((kept("reflection").day(&of(Released::Shred), nl), kept("released").day(&Happened { stopped: Some(Released::Shred), ..adopted }, nl)), (Some(day("2028-03-02")), Some(day("2027-03-02"))));
        let closed = Happened { adopted: Some(day("2026-03-02")), closed: Some(day("2027-03-01")), ended: Some(day("2027-03-01")), stopped: None };
        // 1 March 2032 is a Monday.
        assert_eq!((kept("reflection").day(&closed, nl), kept("case").day(&closed, nl)), (Some(day("2027-03-02")), Some(day("2032-03-01"))));
        assert_eq!(kept("log").day(&closed, nl), None);
    }

    #[test]
    fn a_table_below_the_databases_least_or_without_a_line_the_program_asks_for_is_refused() {
        let text = include_str!("../../config/retention.toml");
        let read = |text: &str| toml::from_str::<Retention>(text).is_ok_and(|table| table.check().is_ok());
        assert!(read(text));
        for (from, to) in [("keep = \"12m\"", "keep = \"11m\""), ("never = \"24m\"", "never = \"6m\""), ("id = \"session\"", "id = \"sitting\""), ("keep = \"72h\"", "keep = \"three days\""), ("id = \"released\"", "id = \"reflection\""), ("return = \"30d\"", "return = \"29d\""), ("copies = true\n", "")] {
            assert!(text.contains(from) && !read(&text.replacen(from, to, 1)), "{to}");
        }
    }
}
