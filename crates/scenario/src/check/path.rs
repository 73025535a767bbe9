//! The states a file expects, as a case can go.

use super::{Checked, listed, one_of, wrong};
use crate::Scenario;

const STATES: [&str; 16] = [
    "notified", "screening", "deferred", "not_reviewed", "commissioned", "preparation", "gathering", "panel", "drafting", "consultation", "quality_review",
    "decided", "published", "closed_unpublished", "follow_up", "closed",
];
const COUNTS: [&str; 8] = ["organisations", "reflections", "nothing_known", "events", "relatives", "meetings", "findings", "recommendations"];

/// Where a case can go from a state. From `deferred` it goes back to the state it left.
fn next(state: &str) -> &'static [&'static str] {
    match state {
        "notified" => &["screening"],
        "screening" => &["commissioned", "not_reviewed", "deferred"],
        "commissioned" => &["preparation", "deferred", "not_reviewed"],
        "preparation" => &["gathering", "deferred", "not_reviewed"],
        "gathering" => &["panel", "deferred", "not_reviewed"],
        "panel" => &["drafting", "gathering", "deferred", "not_reviewed"],
        "drafting" => &["consultation", "deferred", "not_reviewed"],
        "consultation" => &["quality_review", "drafting", "deferred", "not_reviewed"],
        "quality_review" => &["decided", "drafting", "deferred", "not_reviewed"],
        "decided" => &["published", "closed_unpublished"],
        "published" | "closed_unpublished" | "closed" => &["follow_up"],
        "not_reviewed" => &["closed", "screening"],
        "follow_up" => &["closed"],
        _ => &[],
    }
}

/// States follow each other; each time of deferral and each round of quality review is told; counts have known names.
pub(super) fn check(told: &Scenario) -> Checked {
    let expect = &told.expect;
    let states: Vec<(String, &str)> = expect.states.iter().enumerate().map(|(at, state)| (format!("expect.states[{at}]"), state.as_str()))
        .chain(expect.after.iter().enumerate().map(|(at, state)| (format!("expect.after[{at}]"), state.as_str()))).collect();
    let Some((first, rest)) = states.split_first() else { return wrong("expect.states", "no state is expected; begin with `notified`") };
    if first.1 != "notified" {
        return wrong(&first.0, format!("a case begins `notified`, not `{}`", first.1));
    }
    let (mut before, mut left, mut deferrals) = (first.1, "", 0);
    for (field, state) in rest {
        one_of(field, state, &STATES)?;
        if before == "deferred" {
            if *state != left {
                return wrong(field, format!("a deferred case goes back to `{left}`, not to `{state}`"));
            }
        } else if !next(before).contains(state) {
            return wrong(field, format!("a case can't go from `{before}` to `{state}`; it can go to {}", listed(next(before))));
        }
        if *state == "deferred" {
            match told.deferral.get(deferrals) {
                None => return wrong(field, "the case is deferred more often than `deferral` tells"),
                Some(told) if told.from != before => return wrong(format!("deferral[{deferrals}].from"), format!("`{}` is not the state the case leaves then: `{before}`", told.from)),
                Some(_) => {}
            }
            (left, deferrals) = (before, deferrals + 1);
        }
        before = *state;
    }
    if deferrals < told.deferral.len() {
        return wrong(format!("deferral[{deferrals}]"), "`expect.states` has no such deferral");
    }
    rounds(told, &states)?;
    expect.counts.keys().try_for_each(|name| one_of(format!("expect.counts.{name}"), name, &COUNTS))
}

/// Each time the case leaves quality review, the file tells the result.
fn rounds(told: &Scenario, states: &[(String, &str)]) -> Checked {
    for (at, round) in told.quality.iter().enumerate() {
        one_of(format!("quality[{at}].result"), &round.result, &["sufficient", "not_sufficient"])?;
    }
    let left = states.windows(2).filter_map(|pair| match pair {
        [(_, "quality_review"), (_, "decided")] => Some("sufficient"),
        [(_, "quality_review"), (_, "drafting")] => Some("not_sufficient"),
        _ => None,
    });
    for (at, result) in left.enumerate() {
        match told.quality.get(at) {
            None => return wrong("quality", format!("round {} of quality review is missing", at + 1)),
            Some(round) if round.result != result => return wrong(format!("quality[{at}].result"), format!("`expect.states` needs `{result}` here")),
            Some(_) => {}
        }
    }
    Ok(())
}
