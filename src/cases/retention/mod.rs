//! What of a case is kept how long: the table of `config/retention.toml` applied to it. Pages show rule and day; the worker deletes keys
//! on the day (ruling 24).

mod store;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::State;
use crate::ids::CaseId;
use crate::settings::{Happened, Keep, Kept, Released};
use crate::tx::{Entry, Refused, Tx};

/// One line of the table as it holds for a case.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Planned {
    /// What; its texts are `retention-<what>`.
    pub what: String,
    /// The event its period counts from.
    pub from: &'static str,
    /// How long, as `12m`.
    pub keep: String,
    /// How long after the last step, where the event never comes.
    pub never: Option<String>,
    /// What the chair who stopped the review decided, where that changes the period: `return`, `shred`.
    pub stopped: Option<&'static str>,
    /// The day its keys are deleted, as far as it is known.
    pub on: Option<NaiveDate>,
    /// When that was done.
    pub done: Option<DateTime<Utc>>,
}

/// A case whose rooms may have to be emptied.
#[derive(Clone, Debug)]
struct Dated {
    state: State,
    since: DateTime<Utc>,
    adopted: Option<DateTime<Utc>>,
    /// What the chair who stopped the review decided on what was released.
    stopped: Option<Released>,
    zone: chrono_tz::Tz,
    calendar: String,
    /// What was shredded when.
    done: Vec<(String, DateTime<Utc>)>,
}

impl Dated {
    fn happened(&self) -> Happened {
        let day = |at: DateTime<Utc>| at.with_timezone(&self.zone).date_naive();
        let ended = matches!(self.state, State::NotReviewed | State::Closed).then(|| day(self.since));
        Happened { adopted: self.adopted.map(day), closed: ended.filter(|_| self.state == State::Closed), ended, stopped: self.stopped.filter(|_| self.adopted.is_none()) }
    }
    /// When a line was shredded, since the case last moved on from where its period counts.
    fn done(&self, kept: &Kept) -> Option<DateTime<Utc>> {
        let after = if kept.from == crate::settings::RetentionFrom::Adopted { self.adopted.unwrap_or(self.since) } else { self.since };
        self.done.iter().find(|(what, at)| *what == mark(kept) && *at >= after).map(|(_, at)| *at)
    }
}

fn mark(kept: &Kept) -> String {
    format!("shredded_{}", kept.id)
}

/// What of a case goes when, by the table.
///
/// # Errors
/// `NotFound` for a case the caller does not see.
pub fn planned(tx: &mut Tx, case: CaseId) -> Result<Vec<Planned>, Refused> {
    let (parts, dated) = (tx.parts(), store::dated(tx.db(), case)?);
    tx.note(Entry::done("case.view_retention").of_case(case).on(case.uuid()));
    let (happened, calendar) = (dated.happened(), parts.config.calendar(&dated.calendar));
    Ok(parts.config.retention.of_cases().map(|kept| Planned {
        what: kept.id.clone(), from: kept.from.word(), keep: match kept.keep { Some(Keep::Term(term)) => term.to_string(), _ => String::new() }, never: kept.never.map(|term| term.to_string()),
        stopped: kept.of_stopped(&happened).and(happened.ended).and(happened.stopped).map(Released::word), on: kept.day(&happened, calendar), done: dated.done(kept),
    }).collect())
}

/// Deletes the keys of what has had its time; the policies hold the least. Returns how many.
///
/// # Errors
/// Database errors only.
pub fn shred(tx: &mut Tx) -> Result<usize, Refused> {
    let (parts, now, mut shredded) = (tx.parts(), tx.now(), 0);
    for (case, dated) in store::ended(tx.db())? {
        let (happened, calendar, today) = (dated.happened(), parts.config.calendar(&dated.calendar), now.with_timezone(&dated.zone).date_naive());
        for kept in parts.config.retention.of_cases().filter(|kept| dated.done(kept).is_none()) {
            if kept.day(&happened, calendar).is_none_or(|day| day > today) {
                continue;
            }
            let keys = store::shred(tx.db(), case, kept)?;
            if keys > 0 {
                tx.note(Entry::done(if kept.from == crate::settings::RetentionFrom::Adopted { "reflection.shred" } else { "case.shred" }).of_case(case).on(case.uuid()));
            }
            store::mark_shredded(tx.db(), case, &mark(kept), now)?;
            shredded += keys;
        }
    }
    Ok(shredded)
}

#[cfg(test)]
mod tests {
    use crate::access::Kind;
    use crate::settings::Configured;

    #[test]
    fn every_sealed_room_of_a_case_stands_in_the_table_and_no_other_word_does() {
        let config = Configured::load().expect("configuration");
        let rooms: Vec<&str> = config.retention.of_cases().flat_map(|kept| kept.rooms.iter().map(String::as_str)).collect();
        assert!(rooms.iter().all(|room| Kind::from_word(room).is_some()), "{rooms:?}");
        for kind in [Kind::Case, Kind::Reflection, Kind::Panel, Kind::Kin, Kind::Report, Kind::Action, Kind::Coding, Kind::National] {
            assert!(rooms.contains(&kind.word()), "{kind:?} is kept for ever");
        }
    }
}
