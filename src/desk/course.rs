//! How a case went so far, as lanes: the states it stayed in, its terms, its meetings. Process facts only: nothing is opened for it.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::lanes::{self, Bar, Lane, Mark, Picture};
use crate::cases::CaseView;
use crate::reflections::Outside;
use crate::texts::Words;

/// A line of the table beside the picture: when, what kind, what.
pub(super) type Told = (String, String, String);

/// The picture of a case and the same as a table, first day first. `reflections` are those the viewer sees.
pub(super) fn course(case: &CaseView, reflections: &[Outside], today: NaiveDate, zone: &Tz, words: &Words) -> (Option<Picture>, Vec<Told>) {
    let stays: Vec<(NaiveDate, NaiveDate, String)> = case.history.iter().enumerate().map(|(at, step)| {
        let day = |at: &chrono::DateTime<chrono::Utc>| at.with_timezone(zone).date_naive();
        (day(&step.at), case.history.get(at + 1).map_or(today, |next| day(&next.at)), words.t(&format!("state-{}", step.to)))
    }).collect();
    let terms: Vec<Mark> = case.met.iter().chain(&case.deadlines).map(|term| {
        let met_late = term.done_at.is_some_and(|at| at.with_timezone(zone).date_naive() > term.due_on);
        moment(term.due_on, words.t(&format!("term-{}", term.kind)), term.late || met_late, words)
    }).collect();
    // The same day can hold the minutes of several meetings; each is a meeting.
    let meetings: Vec<Mark> = case.reached.iter().filter(|(name, _)| name == "minutes_adopted")
        .map(|(_, at)| moment(at.with_timezone(zone).date_naive(), words.t("lane-minutes"), false, words)).collect();
    let answers: Vec<Mark> = reflections.iter().map(|one| moment(one.due_on, one.organisation_name.clone(), one.late, words)).collect();
    let late = terms.iter().filter(|mark| mark.alarm).count();
    let title = words.with("course-says", &[
        ("state", &words.t(&format!("state-{}", case.state))), ("states", &stays.len().to_string()), ("terms", &terms.len().to_string()), ("late", &late.to_string()), ("meetings", &meetings.len().to_string()),
    ]);
    let states = stays.iter().map(|(from, _, name)| (*from, words.t("state"), name.clone())).collect();
    let marks = [("term", &terms), ("lane-meetings", &meetings), ("lane-answers", &answers)].into_iter()
        .flat_map(|(kind, marks)| marks.iter().map(move |mark| (mark.on, words.t(kind), mark.name.clone()))).collect();
    let told = in_order(states, marks).into_iter().map(|(day, kind, what)| (words.day(&day), kind, what)).collect();
    // A term that counts from a notification of long ago would press everything else into a corner: it stands at the edge.
    let first = case.history.first().map(|step| step.at.with_timezone(zone).date_naive()).unwrap_or(today);
    let inside = |marks: Vec<Mark>| marks.into_iter().map(|mark| Mark { on: mark.on.max(first), last: mark.last.max(first), ..mark }).collect();
    let lane = |key: &str, marks: Vec<Mark>| Lane { name: words.t(key), marks: inside(marks), ..Lane::default() };
    let states = Lane { name: words.t("state"), bars: stays.into_iter().map(|(from, to, name)| Bar { from, to, name }).collect(), ..Lane::default() };
    let mut lanes = vec![states, lane("term", terms)];
    lanes.extend([("lane-meetings", meetings), ("lane-answers", answers)].into_iter().filter(|(_, marks)| !marks.is_empty()).map(|(key, marks)| lane(key, marks)));
    (lanes::drawn(title, lanes, Some(today), "", words), told)
}

/// By day; what was on one day stays in the order in which it happened. A state is told each time the case came into it, also twice on one day; of
/// terms, meetings and answers what is said twice is told once.
fn in_order(states: Vec<(NaiveDate, String, String)>, marks: Vec<(NaiveDate, String, String)>) -> Vec<(NaiveDate, String, String)> {
    let mut said = BTreeSet::new();
    let mut told = states;
    told.extend(marks.into_iter().filter(|line| said.insert(line.clone())));
    told.sort_by_key(|(day, ..)| *day);
    told
}

fn moment(on: NaiveDate, name: String, alarm: bool, words: &Words) -> Mark {
    let name = if alarm { format!("{name}, {}", words.t("late")) } else { name };
    Mark { on, last: on, name, alarm, href: String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_on_one_day_is_told_in_the_order_in_which_it_happened() {
        let line = |day: &str, what: &str| (day.parse::<NaiveDate>().unwrap(), "Stand".to_owned(), what.to_owned());
        let states = ["Gemeld", "Beoordeling", "Aangehouden", "Beoordeling"].map(|what| line("2026-11-27", what)).to_vec();
        let marks = vec![line("2026-11-26", "Termijn"), line("2026-11-26", "Termijn")];
        // Back after a deferral is a state of its own; a term said twice is one.
        assert_eq!(in_order(states, marks).into_iter().map(|(_, _, what)| what).collect::<Vec<_>>(), ["Termijn", "Gemeld", "Beoordeling", "Aangehouden", "Beoordeling"]);
    }
}
