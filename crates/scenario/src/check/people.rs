//! Who takes part, and that nobody approves their own work.

use super::{Checked, one_of, unique, wrong};
use crate::{Answer, Organisation, Part, Scenario};

const ROLES: [&str; 16] = ["CO", "CH", "SE", "PM", "C1", "C2", "C3", "RM", "QA", "NC", "RP", "TA", "RC", "RS", "OC", "CD"];
const REASONS: [&str; 5] = ["beroepsgeheim", "strafzaak", "capaciteit", "eigen_onderzoek", "anders"];

/// Accounts have known roles, a coordinator is there, panel members are panel members, and organisations answer whole.
pub(super) fn check(told: &Scenario) -> Checked {
    unique("people", told.people.iter().map(|one| one.key.as_str()))?;
    for (at, person) in told.people.iter().enumerate() {
        one_of(format!("people[{at}].role"), &person.role, &ROLES)?;
        // The writer does not review, the first coder is not the second.
        let other = match person.role.as_str() {
            "QA" => &["SE", "CH", "CO"][..],
            "C2" => &["C1"],
            "C3" => &["C1", "C2"],
            _ => &[],
        };
        if let Some(same) = told.people.iter().find(|one| other.contains(&one.role.as_str()) && same_person(&one.name, &person.name)) {
            return wrong(format!("people[{at}].name"), format!("{} is {} and {}; nobody judges their own work", person.name, same.role, person.role));
        }
    }
    let needed: &[&str] = if told.expect.states.iter().any(|state| state == "preparation") { &["CO", "CH"] } else { &["CO"] };
    if let Some(role) = needed.iter().find(|role| !told.people.iter().any(|person| person.role == **role)) {
        return wrong("people", format!("nobody has the role {role}"));
    }
    if !told.persons.iter().any(|person| person.part == Part::Victim) {
        return wrong("persons", "nobody is there `as: victim`");
    }
    for (at, member) in told.panel.members.iter().enumerate() {
        if !told.people.iter().any(|person| person.key == *member && person.role == "PM") {
            return wrong(format!("panel.members[{at}]"), format!("`{member}` is nobody of `people` with the role PM"));
        }
    }
    for (at, relative) in told.relatives.iter().enumerate() {
        if !relative.preview.is_empty() && relative.plan.wants.iter().any(|want| want == "nothing") {
            return wrong(format!("relatives[{at}].preview"), format!("`{}` wants nothing (`plan.wants`), so nothing is placed with them", relative.key));
        }
    }
    told.organisations.iter().enumerate().try_for_each(|(at, organisation)| answered(at, organisation))
}

fn answered(at: usize, told: &Organisation) -> Checked {
    let field = |name: &str| format!("organisations[{at}].{name}");
    let needs = |name: &str, there: bool| if there { Ok(()) } else { wrong(field(name), format!("`{name}` is missing: {} answers so", told.key)) };
    match told.answer {
        Answer::Accept => {
            needs("author", told.author.is_some())?;
            needs("approver", told.approver.is_some())?;
            needs("reflection", told.reflection.is_some())?;
        }
        Answer::NothingKnown => needs("approver", told.approver.is_some())?,
        Answer::Decline => {
            needs("reason", told.reason.is_some())?;
            one_of(field("reason"), told.reason.as_deref().unwrap_or_default(), &REASONS)?;
        }
    }
    if let (Some(author), Some(approver)) = (&told.author, &told.approver)
        && same_person(author, approver)
    {
        return wrong(field("approver"), format!("{approver} is author and approver; nobody approves their own work"));
    }
    let known = told.reflection.as_ref().map(crate::answers).unwrap_or_default();
    for (number, name) in told.not_for_report.iter().enumerate() {
        if !known.contains_key(name) {
            return wrong(field(&format!("not_for_report[{number}]")), format!("the reflection has no answer `{name}`"));
        }
    }
    Ok(())
}

/// The same name, whatever its capitals and spaces.
fn same_person(one: &str, other: &str) -> bool {
    let plain = |name: &str| name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    plain(one) == plain(other)
}
