//! What must hold between the parts of a file: keys are unique, references point to something, nobody approves their own work,
//! and the states follow each other as a case can go; whether its parts are answers to the forms they fill, and its codes codes of the codebook.

pub(crate) mod codes;
pub(crate) mod forms;
mod path;
mod people;
mod played;
mod references;

use crate::Scenario;

/// Something that is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// Path of the field.
    pub field: String,
    /// What is wrong and what would be right.
    pub why: String,
}

type Checked = Result<(), Fault>;

fn wrong(field: impl Into<String>, why: impl Into<String>) -> Checked {
    Err(Fault { field: field.into(), why: why.into() })
}

/// The first fault of a file, in the order of its parts.
pub fn first_fault(told: &Scenario) -> Option<Fault> {
    let checks: [fn(&Scenario) -> Checked; 7] = [head, people::check, keys, dates, references::check, path::check, played::check];
    checks.iter().find_map(|check| check(told).err())
}

/// One of a few options.
fn one_of(field: impl Into<String>, found: &str, known: &[&str]) -> Checked {
    if known.contains(&found) { Ok(()) } else { wrong(field, format!("`{found}` is no option; choose {}", listed(known))) }
}

fn listed(known: &[&str]) -> String {
    known.iter().map(|one| format!("`{one}`")).collect::<Vec<_>>().join(", ")
}

fn head(told: &Scenario) -> Checked {
    if told.format != 1 {
        return wrong("format", format!("format {} is not known; write 1", told.format));
    }
    // Texts may be in any language; pages of people who read none of ours are in Dutch.
    if !(2..=3).contains(&told.language.len()) || !told.language.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return wrong("language", format!("`{}` is no code of a language; write `nl`, `en` or `pap`, or another of two or three small letters", told.language));
    }
    one_of("profile", &told.profile, &["full", "light", "batch", "caribbean"])?;
    // A part of the Kingdom, or a time zone by its name.
    if told.bureau.zone.contains('/') { Ok(()) } else { one_of("bureau.zone", &told.bureau.zone, &["european", "caribbean"]) }
}

/// No key stands twice in its list.
fn keys(told: &Scenario) -> Checked {
    unique("persons", told.persons.iter().map(|one| one.key.as_str()))?;
    unique("terms_of_reference.questions", told.terms_of_reference.questions.iter().map(|one| one.key.as_str()))?;
    unique("findings", told.findings.iter().map(|one| one.key.as_str()))?;
    unique("recommendations", told.recommendations.iter().map(|one| one.key.as_str()))?;
    unique("owners_outside", told.owners_outside.iter().map(|one| one.key.as_str()))?;
    unique("organisations", told.organisations.iter().map(|one| one.key.as_str()))?;
    unique("relatives", told.relatives.iter().map(|one| one.key.as_str()))?;
    for (at, relative) in told.relatives.iter().enumerate() {
        // `mother:e1` must mean one thing.
        if told.organisations.iter().any(|one| one.key == relative.key) {
            return wrong(format!("relatives[{at}].key"), format!("`{}` is an organisation's key already", relative.key));
        }
        unique(&format!("relatives[{at}].events"), relative.events.iter().map(|one| one.key.as_str()))?;
        unique(&format!("relatives[{at}].questions"), relative.questions.iter().map(|one| one.key.as_str()))?;
    }
    for (at, organisation) in told.organisations.iter().enumerate() {
        unique(&format!("organisations[{at}].events"), organisation.events.iter().map(|one| one.key.as_str()))?;
    }
    Ok(())
}

fn unique<'a>(list: &str, keys: impl Iterator<Item = &'a str>) -> Checked {
    let mut seen = std::collections::BTreeSet::new();
    for (at, key) in keys.enumerate() {
        if key.trim().is_empty() {
            return wrong(format!("{list}[{at}].key"), "the key is empty");
        }
        if !seen.insert(key) {
            return wrong(format!("{list}[{at}].key"), format!("`{key}` stands twice; a key is used once in its list"));
        }
    }
    Ok(())
}

/// What ends does not end before it began.
fn dates(told: &Scenario) -> Checked {
    let terms = &told.terms_of_reference;
    let mut spans = vec![("terms_of_reference.period_to".to_owned(), terms.period_from.as_ref(), terms.period_to.as_ref())];
    spans.extend(told.relations.iter().enumerate().map(|(at, one)| (format!("relations[{at}].ended"), one.since.as_ref(), one.ended.as_ref())));
    let told_by = told.organisations.iter().enumerate().map(|(at, one)| (format!("organisations[{at}]"), &one.events))
        .chain(told.relatives.iter().enumerate().map(|(at, one)| (format!("relatives[{at}]"), &one.events)));
    for (place, events) in told_by {
        spans.extend(events.iter().enumerate().map(|(at, event)| (format!("{place}.events[{at}].until"), Some(&event.when), event.until.as_ref())));
    }
    for (field, from, to) in spans {
        if let (Some(from), Some(to)) = (from, to)
            && to.is_before(from)
        {
            return wrong(field, format!("{} lies before {}", to.as_str(), from.as_str()));
        }
    }
    Ok(())
}
