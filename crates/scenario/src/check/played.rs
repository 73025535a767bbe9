//! What the format can tell and no case can do. It is refused with its line: nothing of a file is passed over in silence.

use super::{Checked, wrong};
use crate::{Answer, Organisation, Scenario};

/// Roles of people a file names elsewhere than in `people`.
const OF_THE_CASE: [&str; 5] = ["AU", "AP", "AC", "RE", "SU"];

/// What would be read and never played.
pub(super) fn check(told: &Scenario) -> Checked {
    if let Some(profile) = told.screening.profile.as_ref().filter(|profile| **profile != told.profile) {
        return wrong("screening.profile", format!("`{profile}` is not the `profile` of the file, `{}`: a case is played in one", told.profile));
    }
    for (at, one) in told.terms_of_reference.planned.iter().enumerate() {
        if one.on.is_some() == one.day.is_some() {
            return wrong(format!("terms_of_reference.planned[{at}]"), "a phase is planned either for a date (`on`) or for a day of the process (`day`)");
        }
    }
    told.organisations.iter().enumerate().try_for_each(|(at, one)| organisation(at, one))?;
    for (at, meeting) in told.panel.meetings.iter().enumerate() {
        if meeting.care_moment == Some(false) {
            return wrong(format!("panel.meetings[{at}].care_moment"), "the form wants it of every meeting; write true, or leave it out");
        }
    }
    for (at, one) in told.consultation.iter().enumerate() {
        let declined = told.organisations.iter().any(|other| other.key == one.organisation && other.answer == Answer::Decline);
        if declined && one.reply != "no_reply" {
            return wrong(format!("consultation[{at}].reply"), format!("`{}` declined, and nobody there replies; write `no_reply`", one.organisation));
        }
    }
    for (at, one) in told.evaluation.iter().enumerate() {
        if !OF_THE_CASE.contains(&one.role.as_str()) && !told.people.iter().any(|person| person.role == one.role) {
            return wrong(format!("evaluation[{at}].role"), format!("nobody of `people` has the role `{}`", one.role));
        }
    }
    Ok(())
}

fn organisation(at: usize, one: &Organisation) -> Checked {
    let field = |name: &str| format!("organisations[{at}].{name}");
    if one.reflection.as_ref().is_some_and(|words| words.facts_checked == Some(false)) {
        return wrong(field("reflection.facts_checked"), "nothing is handed in whose facts were not checked; write true, or leave it out");
    }
    if one.answer == Answer::Accept {
        return Ok(());
    }
    let written = [("events", !one.events.is_empty()), ("reflection", one.reflection.is_some()), ("returned", !one.returned.is_empty()), ("not_for_report", !one.not_for_report.is_empty())];
    match written.into_iter().find(|(_, there)| *there) {
        Some((name, _)) => wrong(field(name), format!("`{}` takes no part (`answer`), so it writes nothing", one.key)),
        None => Ok(()),
    }
}
