//! A practice case as a file: read, and refused with line and field.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Map, Value};

/// Answers of a form, as they stand in the file.
pub type Answers = Map<String, Value>;

/// A whole review as data.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    pub format: u32,
    pub id: String,
    pub title: String,
    pub language: String,
    pub profile: String,
    #[serde(default)]
    pub child_variant: bool,
    #[serde(default)]
    pub basis: Value,
    pub bureau: Bureau,
    pub people: Vec<Account>,
    pub persons: Vec<Person>,
    #[serde(default)]
    pub relations: Vec<Answers>,
    #[serde(default)]
    pub incident: Answers,
    pub notification: Answers,
    #[serde(default)]
    pub screening: Answers,
    #[serde(default)]
    pub deferral: Vec<Deferral>,
    #[serde(default)]
    pub terms_of_reference: Answers,
    #[serde(default)]
    pub organisations: Vec<Organisation>,
    #[serde(default)]
    pub relatives: Vec<Relative>,
    #[serde(default)]
    pub panel: Panel,
    #[serde(default)]
    pub findings: Vec<Answers>,
    #[serde(default)]
    pub recommendations: Vec<Answers>,
    #[serde(default)]
    pub owners_outside: Vec<Outside>,
    #[serde(default)]
    pub report: Report,
    #[serde(default)]
    pub consultation: Vec<Consulted>,
    #[serde(default)]
    pub quality: Vec<Quality>,
    #[serde(default)]
    pub decision: Answers,
    #[serde(default)]
    pub learning: Learning,
    #[serde(default)]
    pub evaluation: Vec<Answers>,
    #[serde(default)]
    pub register: Register,
    pub expect: Expect,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bureau {
    pub name: String,
    pub zone: String,
    #[serde(default = "dutch")]
    pub calendar: String,
}

fn dutch() -> String {
    "nl".into()
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    pub key: String,
    pub role: String,
    pub name: String,
    #[serde(default)]
    pub sector: String,
    #[serde(default)]
    pub dv_expert: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    pub key: String,
    #[serde(rename = "as")]
    pub part: String,
    #[serde(default)]
    pub given: String,
    #[serde(default)]
    pub family: String,
    #[serde(default)]
    pub aka: Vec<String>,
    pub sex: Option<i64>,
    pub age: Option<i64>,
    pub birth_year: Option<i64>,
    pub death_date: Option<Value>,
    #[serde(default)]
    pub address: String,
    #[serde(default)]
    pub work: String,
    pub where_now: Option<String>,
    pub authority: Option<String>,
    pub status: Option<i64>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deferral {
    pub from: String,
    #[serde(default)]
    pub day: i64,
    pub reason: String,
    pub asked_by: String,
    #[serde(default)]
    pub may_go_on: Vec<String>,
    #[serde(default)]
    pub resumed_day: i64,
    pub note: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    pub key: String,
    pub name: String,
    pub kind: i64,
    pub language: Option<String>,
    pub contact: String,
    pub author: Option<String>,
    pub approver: Option<String>,
    pub answer: String,
    pub note: Option<String>,
    pub reason: Option<String>,
    pub reason_text: Option<String>,
    #[serde(default)]
    pub events: Vec<Answers>,
    #[serde(default)]
    pub reflection: Answers,
    #[serde(default)]
    pub returned: Vec<String>,
    #[serde(default)]
    pub not_for_report: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relative {
    pub key: String,
    pub person: String,
    pub relation: String,
    pub side: String,
    pub language: Option<String>,
    #[serde(default)]
    pub household: Value,
    #[serde(default)]
    pub plan: Answers,
    pub supporter: Option<Supporter>,
    #[serde(default)]
    pub input: Answers,
    #[serde(default)]
    pub questions: Vec<Asked>,
    #[serde(default)]
    pub preview: Vec<Previewed>,
    pub statement: Option<String>,
    #[serde(default)]
    pub events: Vec<Answers>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Supporter {
    pub person: String,
    pub scope: String,
    pub from: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    pub key: String,
    pub text: String,
    pub status: Option<String>,
    pub answer: Option<String>,
    pub because: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Previewed {
    pub passage: String,
    pub reply: String,
    pub text: Option<String>,
    pub settled: Option<String>,
    pub because: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consulted {
    pub organisation: String,
    pub passage: String,
    pub reply: String,
    pub text: Option<String>,
    pub settled: Option<String>,
    pub because: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Panel {
    #[serde(default)]
    pub members: Vec<String>,
    #[serde(default)]
    pub meetings: Vec<Meeting>,
    #[serde(default)]
    pub supplementary: Vec<Supplementary>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meeting {
    #[serde(default)]
    pub day: i64,
    pub method: String,
    #[serde(default)]
    pub agenda: Vec<String>,
    #[serde(default)]
    pub absent: Vec<String>,
    pub minutes: String,
    #[serde(default)]
    pub decisions: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Supplementary {
    pub organisation: String,
    pub question: String,
    pub answer: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outside {
    pub key: String,
    pub name: String,
    pub kind: Option<i64>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    #[serde(default)]
    pub pseudonyms: BTreeMap<String, String>,
    #[serde(default)]
    pub sections: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quality {
    #[serde(default)]
    pub day: i64,
    pub result: String,
    #[serde(default)]
    pub points: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Learning {
    #[serde(default)]
    pub brief: Answers,
    #[serde(default)]
    pub cards: Vec<Answers>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Register {
    #[serde(default)]
    pub case: Answers,
    #[serde(default)]
    pub victims: Vec<Answers>,
    #[serde(default)]
    pub suspects: Vec<Answers>,
    #[serde(default)]
    pub relations: Vec<Answers>,
    #[serde(default)]
    pub children: Vec<Answers>,
    #[serde(default)]
    pub risk_factors: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    pub states: Vec<String>,
    #[serde(default)]
    pub after: Vec<String>,
    #[serde(default)]
    pub counts: BTreeMap<String, i64>,
    #[serde(default)]
    pub must_appear: Vec<String>,
    #[serde(default)]
    pub must_not_appear: Vec<String>,
    #[serde(default)]
    pub markers: Vec<String>,
    #[serde(default)]
    pub markers_never_published: Vec<String>,
}

/// Why a file can't be played.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{file}{}: {field}: {why}", .line.map(|line| format!(", line {line}")).unwrap_or_default())]
pub struct FileError {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: Option<usize>,
    /// The field.
    pub field: String,
    /// What is wrong.
    pub why: String,
}

/// Reads a practice case.
///
/// # Errors
/// Line and field of the first thing that is unknown, missing, of another type, or points to something that is not there.
pub fn read(file: &str, text: &str) -> Result<Scenario, FileError> {
    let scenario: Scenario = serde_yaml_ng::from_str(text).map_err(|why| {
        let told = why.to_string();
        let field = told.split('`').nth(1).map(str::to_owned).or_else(|| told.split(": ").next().map(str::to_owned)).unwrap_or_default();
        FileError { file: file.into(), line: why.location().map(|at| at.line()), field, why: told }
    })?;
    Checker { file, text }.check(&scenario)?;
    Ok(scenario)
}

struct Checker<'a> {
    file: &'a str,
    text: &'a str,
}

impl Checker<'_> {
    fn wrong<T>(&self, field: &str, value: &str, why: &str) -> Result<T, FileError> {
        let line = self.text.lines().position(|line| line.contains(field) && line.contains(value)).or_else(|| self.text.lines().position(|line| line.contains(value)));
        Err(FileError { file: self.file.into(), line: line.map(|line| line + 1), field: field.into(), why: format!("{value}: {why}") })
    }

    fn check(&self, told: &Scenario) -> Result<(), FileError> {
        if told.format != 1 {
            return self.wrong("format", &told.format.to_string(), "only format 1 is known");
        }
        if !["full", "light", "batch", "caribbean"].contains(&told.profile.as_str()) {
            return self.wrong("profile", &told.profile, "no such profile");
        }
        let keys = |list: Vec<&str>, field: &str| -> Result<BTreeSet<String>, FileError> {
            let mut seen = BTreeSet::new();
            for key in list {
                if !seen.insert(key.to_owned()) {
                    return self.wrong(field, key, "this key stands twice");
                }
            }
            Ok(seen)
        };
        let people = keys(told.people.iter().map(|one| one.key.as_str()).collect(), "key")?;
        keys(told.persons.iter().map(|one| one.key.as_str()).collect(), "key")?;
        keys(told.organisations.iter().map(|one| one.key.as_str()).collect(), "key")?;
        for needed in ["CO", "CH"] {
            if !told.people.iter().any(|one| one.role == needed) {
                return self.wrong("people", needed, "nobody has this role");
            }
        }
        for person in &told.persons {
            if !["victim", "suspect", "child", "other"].contains(&person.part.as_str()) {
                return self.wrong("as", &person.part, "victim, suspect, child or other");
            }
        }
        for member in &told.panel.members {
            if !people.contains(member) {
                return self.wrong("members", member, "nobody of people has this key");
            }
        }
        for organisation in &told.organisations {
            match organisation.answer.as_str() {
                "accept" if organisation.author.is_none() || organisation.approver.is_none() => return self.wrong("answer", &organisation.key, "needs author and approver"),
                "nothing_known" if organisation.approver.is_none() => return self.wrong("answer", &organisation.key, "needs an approver"),
                "decline" if organisation.reason.is_none() => return self.wrong("answer", &organisation.key, "needs a reason"),
                "accept" | "nothing_known" | "decline" => {}
                other => return self.wrong("answer", other, "accept, nothing_known or decline"),
            }
            if organisation.author.is_some() && organisation.author == organisation.approver {
                return self.wrong("author", organisation.author.as_deref().unwrap_or_default(), "author and approver are one person");
            }
        }
        self.references(told)
    }

    /// References point to something: events, parts of reflections, words of relatives.
    fn references(&self, told: &Scenario) -> Result<(), FileError> {
        let mut known = BTreeSet::new();
        for organisation in &told.organisations {
            known.extend(organisation.events.iter().filter_map(|event| Some(format!("{}:{}", organisation.key, event.get("key")?.as_str()?))));
            known.extend(organisation.reflection.keys().map(|field| format!("{}:r.{field}", organisation.key)));
        }
        for relative in &told.relatives {
            known.extend(relative.events.iter().filter_map(|event| Some(format!("{}:{}", relative.key, event.get("key")?.as_str()?))));
            known.extend(relative.input.keys().map(|field| format!("{}:{field}", relative.key)));
        }
        let findings: BTreeSet<&str> = told.findings.iter().filter_map(|finding| finding.get("key")?.as_str()).collect();
        for finding in &told.findings {
            for evidence in finding.get("evidence").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
                if !known.contains(evidence) {
                    return self.wrong("evidence", evidence, "points to nothing in this file");
                }
            }
        }
        let owners: BTreeSet<&str> = told.organisations.iter().map(|one| one.key.as_str()).chain(told.owners_outside.iter().map(|one| one.key.as_str())).collect();
        for recommendation in &told.recommendations {
            for finding in recommendation.get("findings").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
                if !findings.contains(finding) {
                    return self.wrong("findings", finding, "no finding has this key");
                }
            }
            let owner = recommendation.get("owner").and_then(Value::as_str).unwrap_or_default();
            if !owners.contains(owner) {
                return self.wrong("owner", owner, "no organisation has this key");
            }
        }
        for consulted in &told.consultation {
            if !told.organisations.iter().any(|one| one.key == consulted.organisation) {
                return self.wrong("organisation", &consulted.organisation, "no organisation has this key");
            }
        }
        Ok(())
    }
}
