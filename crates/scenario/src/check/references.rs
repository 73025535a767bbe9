//! References point to something that stands in the file.

use std::collections::BTreeSet;

use super::{Checked, wrong};
use crate::{Answer, Part, Scenario, answers};

/// Everything a file can speak of by name.
struct Known {
    persons: BTreeSet<String>,
    relatives: BTreeSet<String>,
    organisations: BTreeSet<String>,
    owners: BTreeSet<String>,
    evidence: BTreeSet<String>,
    findings: BTreeSet<String>,
    passages: BTreeSet<String>,
    questions: BTreeSet<String>,
    relatives_questions: BTreeSet<String>,
}

/// Sections a profile fills by itself; free ones stand in the file.
const GENERATED: [&str; 9] =
    ["portrait", "people", "child", "findings", "what_went_well", "answers", "recommendations", "made_safe", "words_explained"];

impl Known {
    fn of(told: &Scenario) -> Known {
        let organisations: BTreeSet<String> = told.organisations.iter().map(|one| one.key.clone()).collect();
        let findings: BTreeSet<String> = told.findings.iter().map(|one| one.key.clone()).collect();
        let mut evidence = BTreeSet::new();
        for one in told.organisations.iter().filter(|one| one.answer == Answer::Accept) {
            evidence.extend(one.events.iter().map(|event| format!("{}:{}", one.key, event.key)));
            evidence.extend(one.reflection.iter().flat_map(|told| answers(told).into_iter().map(|(id, _)| format!("{}:r.{id}", one.key))));
        }
        for one in &told.relatives {
            evidence.extend(one.events.iter().map(|event| format!("{}:{}", one.key, event.key)));
            let input = &one.input;
            let texts = [("portrait", &input.portrait), ("story", &input.story), ("helped", &input.helped), ("missed", &input.missed), ("wish_change", &input.wish_change)];
            // What only the contact may read is no evidence.
            evidence.extend(texts.iter().filter(|(_, words)| words.as_ref().is_some_and(|words| words.used != "contact_only")).map(|(id, _)| format!("{}:{id}", one.key)));
        }
        let free = told.report.sections.keys().cloned().chain(GENERATED.map(str::to_owned));
        Known {
            persons: told.persons.iter().map(|one| one.key.clone()).collect(),
            relatives: told.relatives.iter().map(|one| one.key.clone()).collect(),
            owners: organisations.iter().cloned().chain(told.owners_outside.iter().map(|one| one.key.clone())).collect(),
            passages: findings.iter().cloned().chain(told.recommendations.iter().map(|one| one.key.clone())).chain(free).collect(),
            questions: told.terms_of_reference.questions.iter().map(|one| one.key.clone()).collect(),
            relatives_questions: told.relatives_questions().collect(),
            organisations,
            evidence,
            findings,
        }
    }
}

fn all<'a>(field: &str, names: impl IntoIterator<Item = &'a String>, known: &[&BTreeSet<String>], what: &str) -> Checked {
    names.into_iter().enumerate().try_for_each(|(at, name)| one(&format!("{field}[{at}]"), name, known, what))
}

fn one(field: &str, name: &str, known: &[&BTreeSet<String>], what: &str) -> Checked {
    if known.iter().any(|set| set.contains(name)) { Ok(()) } else { wrong(field, format!("`{name}` is no {what} of this file")) }
}

/// Every reference of the file.
pub(super) fn check(told: &Scenario) -> Checked {
    let known = Known::of(told);
    relations(told)?;
    all("terms_of_reference.persons_in_scope", &told.terms_of_reference.persons_in_scope, &[&known.persons], "person")?;
    all("terms_of_reference.relatives_questions", &told.terms_of_reference.relatives_questions, &[&known.relatives_questions], "question of a relative")?;
    for (at, relative) in told.relatives.iter().enumerate() {
        for (number, preview) in relative.preview.iter().enumerate() {
            one(&format!("relatives[{at}].preview[{number}].passage"), &preview.passage, &[&known.passages], "finding, recommendation or section")?;
        }
    }
    let keys: BTreeSet<String> = told.people.iter().map(|one| one.key.clone()).collect();
    for (at, meeting) in told.panel.meetings.iter().enumerate() {
        all(&format!("panel.meetings[{at}].absent"), &meeting.absent, &[&keys], "key of `people`")?;
        all(&format!("panel.meetings[{at}].substitute"), &meeting.substitute, &[&keys], "key of `people`")?;
    }
    for (at, asked) in told.panel.supplementary.iter().enumerate() {
        let field = format!("panel.supplementary[{at}].organisation");
        one(&field, &asked.organisation, &[&known.organisations], "organisation")?;
        if told.organisations.iter().any(|one| one.key == asked.organisation && one.answer != Answer::Accept) {
            return wrong(field, format!("`{}` released no reflection, so it can't be asked further", asked.organisation));
        }
    }
    for (at, finding) in told.findings.iter().enumerate() {
        all(&format!("findings[{at}].evidence"), &finding.evidence, &[&known.evidence], "event, part of a reflection or text of a relative")?;
        all(&format!("findings[{at}].answers"), &finding.answers, &[&known.questions, &known.relatives_questions], "question")?;
    }
    for (at, told) in told.recommendations.iter().enumerate() {
        all(&format!("recommendations[{at}].findings"), &told.findings, &[&known.findings], "finding")?;
        one(&format!("recommendations[{at}].owner"), &told.owner, &[&known.owners], "organisation or owner outside")?;
    }
    for (at, told) in told.consultation.iter().enumerate() {
        one(&format!("consultation[{at}].organisation"), &told.organisation, &[&known.organisations], "organisation")?;
        one(&format!("consultation[{at}].passage"), &told.passage, &[&known.passages], "finding, recommendation or section")?;
    }
    all("decision.embargo_to", &told.decision.embargo_to, &[&known.organisations], "organisation")?;
    let named = told.report.pseudonyms.keys().map(|name| ("report.pseudonyms", name)).chain(told.decision.naming_decision.keys().map(|name| ("decision.naming_decision", name)));
    for (list, name) in named {
        one(&format!("{list}.{name}"), name, &[&known.persons, &known.relatives, &known.organisations], "person or relative")?;
    }
    coded(told)
}

fn relations(told: &Scenario) -> Checked {
    for (at, relation) in told.relations.iter().enumerate() {
        for (name, key, part, called) in [("victim", &relation.victim, Part::Victim, "victim"), ("suspect", &relation.suspect, Part::Suspect, "suspect")] {
            if !told.persons.iter().any(|person| person.key == *key && person.part == part) {
                return wrong(format!("relations[{at}].{name}"), format!("`{key}` is no {called} of `persons`"));
            }
        }
    }
    Ok(())
}

/// Rows of codes name their person.
fn coded(told: &Scenario) -> Checked {
    let register = &told.register;
    let lists = [
        ("victims", &register.victims, &[("person", Part::Victim)][..]), ("suspects", &register.suspects, &[("person", Part::Suspect)]),
        ("children", &register.children, &[("person", Part::Child)]), ("relations", &register.relations, &[("victim", Part::Victim), ("suspect", Part::Suspect)]),
    ];
    for (list, rows, named) in lists {
        for (at, row) in rows.iter().enumerate() {
            for (name, part) in named {
                let field = format!("register.{list}[{at}].{name}");
                match row.get(*name).and_then(serde_json::Value::as_str) {
                    None => return wrong(field, format!("`{name}` is missing: the row must say whose codes these are")),
                    Some(key) if !told.persons.iter().any(|person| person.key == key && person.part == *part) => {
                        return wrong(field, format!("`{key}` is not a {name} of `persons` with that part"));
                    }
                    Some(_) => {}
                }
            }
        }
    }
    Ok(())
}
