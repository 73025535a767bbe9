//! What stands beside a case: the term that runs, who must act and how long already. Process facts only.

use chrono::NaiveDate;

use crate::cases::TermView;
use crate::reflections::Outside;
use crate::texts::Words;

/// How far away a day is, in words: `today`, `5 days left`, `3 days late`.
pub(super) fn away(due: NaiveDate, today: NaiveDate, words: &Words) -> String {
    match (due - today).num_days() {
        0 => words.t("due-today"),
        days if days > 0 => words.a("due-in", "count", days),
        days => words.a("due-past", "count", -days),
    }
}

/// The term that ends first, as a clock.
pub(super) struct Clock {
    /// What is due.
    pub(super) what: String,
    /// The last day, in words.
    pub(super) due: String,
    /// How far away it is.
    pub(super) away: String,
    /// Days gone and days in all; the bar is full once the day has passed.
    pub(super) days: (i64, i64),
    /// Whether the day has passed.
    pub(super) late: bool,
}

/// The clock of the first open term that runs.
pub(super) fn clock(terms: &[TermView], today: NaiveDate, words: &Words) -> Option<Clock> {
    let term = terms.iter().filter(|term| !term.paused).min_by_key(|term| term.due_on)?;
    let all = (term.due_on - term.started_on).num_days().max(1);
    let gone = (today - term.started_on).num_days().clamp(0, all);
    Some(Clock { what: words.t(&format!("term-{}", term.kind)), due: words.day(&term.due_on), away: away(term.due_on, today, words), days: (gone, all), late: term.late })
}

/// Somebody who must act: who, what, how far away, whether late.
pub(super) struct Turn {
    /// An organisation, or a role.
    pub(super) who: String,
    /// What for.
    pub(super) what: String,
    /// How far away.
    pub(super) away: String,
    /// Whether the day has passed.
    pub(super) late: bool,
    /// Whether it is the role of who looks.
    pub(super) own: bool,
}

/// Who must act, longest waiting first: organisations that have not answered or released, then the roles of open terms.
pub(super) fn turns(terms: &[TermView], reflections: &[Outside], role: Option<&str>, today: NaiveDate, words: &Words) -> Vec<Turn> {
    let open = reflections.iter().filter(|one| matches!(one.state.as_str(), "invited" | "answered"));
    let mut all: Vec<(NaiveDate, Turn)> = open.map(|one| {
        let what = words.t(if one.state == "invited" { "turn-answer" } else { "turn-reflection" });
        (one.due_on, Turn { who: one.organisation_name.clone(), what, away: away(one.due_on, today, words), late: one.late, own: false })
    }).collect();
    all.extend(terms.iter().filter(|term| !term.paused).map(|term| {
        let (who, what) = (words.t(&format!("role-{}", term.role)), words.t(&format!("term-{}", term.kind)));
        (term.due_on, Turn { who, what, away: away(term.due_on, today, words), late: term.late, own: role == Some(term.role.as_str()) })
    }));
    all.sort_by_key(|(due, _)| *due);
    all.into_iter().map(|(_, turn)| turn).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::DeadlineId;
    use crate::texts::Language;

    const NL: Words = Words { language: Language::Nl };

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }
    fn term(kind: &str, role: &str, from: &str, due: &str, late: bool) -> TermView {
        TermView { id: DeadlineId::new(), kind: kind.into(), role: role.into(), started_on: day(from), due_on: day(due), extended: 0, paused: false, late, done_at: None }
    }

    #[test]
    fn a_day_is_told_as_people_count() {
        assert_eq!(away(day("2026-11-26"), day("2026-11-26"), &NL), "vandaag");
        assert_eq!(away(day("2026-11-27"), day("2026-11-26"), &NL), "nog 1 dag");
        assert_eq!(away(day("2026-12-06"), day("2026-11-26"), &NL), "nog 10 dagen");
        assert_eq!(away(day("2026-11-25"), day("2026-11-26"), &NL), "1 dag te laat");
    }

    #[test]
    fn the_clock_runs_for_the_first_term_and_never_past_its_end() {
        let terms = [term("panel", "CH", "2026-11-01", "2026-12-31", false), term("gathering", "SE", "2026-11-01", "2026-11-11", true)];
        let clock = clock(&terms, day("2026-11-26"), &NL).unwrap();
        assert_eq!((clock.days, clock.late), ((10, 10), true));
        assert!(super::clock(&[], day("2026-11-26"), &NL).is_none());
        let paused = [TermView { paused: true, ..term("panel", "CH", "2026-11-01", "2026-12-31", false) }];
        assert!(super::clock(&paused, day("2026-11-26"), &NL).is_none(), "a term that stands still is nobody's clock");
    }

    #[test]
    fn who_waits_longest_stands_first_and_ones_own_turn_is_marked() {
        let terms = [term("panel", "CH", "2026-11-01", "2026-12-31", false), term("gathering", "SE", "2026-11-01", "2026-11-11", true)];
        let turns = turns(&terms, &[], Some("CH"), day("2026-11-26"), &NL);
        assert_eq!(turns.iter().map(|turn| (turn.late, turn.own)).collect::<Vec<_>>(), [(true, false), (false, true)]);
    }
}
