//! Which answers of the notification are codes of the record: `config/intake.toml`.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use codebook::{Codebook, Record, Row};
use form::Answers;
use serde::Deserialize;
use serde_json::Value;

use super::fault::Fault;

/// The mapping.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intake {
    /// The sectors a panel member may come from, codes.
    pub sectors: Vec<String>,
    /// The sector that is needed where the child-abuse variant applies.
    pub child_sector: String,
    /// From which age, in years, a relative has an account of their own.
    pub own_account_from: u32,
    case: Vec<One>,
    rows: Vec<Many>,
    #[serde(default)]
    process: Vec<Followed>,
}

/// What a step of a case tells of a variable: a code, the code of the profile, or the month it was taken in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Followed {
    level: String,
    variable: String,
    steps: Vec<String>,
    code: Option<i64>,
    #[serde(default)]
    by_profile: BTreeMap<String, i64>,
    #[serde(default)]
    month: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct One {
    answer: String,
    variable: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Many {
    answer: String,
    level: String,
    fields: BTreeMap<String, String>,
    #[serde(default)]
    links: BTreeMap<String, String>,
}

/// A code as the record holds it: lists answer codes as text, the record as numbers.
fn code(value: &Value) -> Value {
    match value.as_str().and_then(|text| text.parse::<i64>().ok()).filter(|_| value.as_str().is_some_and(|text| !text.contains('-') && text.len() < 5)) {
        Some(number) => number.into(),
        None => value.clone(),
    }
}

impl Intake {
    /// Refuses a mapping to variables the codebook lacks.
    pub(super) fn check(&self, book: &Codebook) -> Result<(), Fault> {
        let named = self.case.iter().map(|one| &one.variable).chain(self.rows.iter().flat_map(|many| many.fields.values())).chain(self.process.iter().map(|one| &one.variable));
        if !self.sectors.contains(&self.child_sector) {
            return Err(Fault::new("child_sector", format!("er is geen sector {}", self.child_sector), format!("there is no sector {}", self.child_sector)));
        }
        match named.into_iter().find(|id| book.variable(id).is_none()) {
            Some(id) => Err(Fault::new("variable", format!("er is geen variabele {id}"), format!("there is no variable {id}")).marked(format!("\"{id}\""))),
            None => Ok(()),
        }
    }

    /// The codes in the answers of a notification. Rows are numbered by level: what a notification calls a person by may be a name, and a
    /// key stands plainly.
    pub fn codes(&self, answers: &Answers) -> Record {
        let told = |many: &Many| answers.get(&many.answer).and_then(Value::as_array).cloned().unwrap_or_default();
        let numbered = |level: &str, key: &Value| {
            let many = self.rows.iter().find(|many| many.level == level)?;
            let at = told(many).iter().position(|row| row.get("key") == Some(key))?;
            Some(Value::from(format!("{level}{}", at + 1)))
        };
        let mut record = Record::default();
        let case: Row = self.case.iter().filter_map(|one| Some((one.variable.clone(), code(answers.get(&one.answer)?)))).collect();
        record.0.insert("case".into(), vec![case]);
        for many in &self.rows {
            let rows = told(many).iter().map(|row| {
                let mut coded: Row = many.fields.iter().filter_map(|(field, variable)| Some((variable.clone(), code(row.get(field)?)))).collect();
                coded.extend(row.get("key").and_then(|key| Some(("key".to_owned(), numbered(&many.level, key)?))));
                coded.extend(many.links.iter().filter_map(|(field, link)| Some((link.clone(), numbered(link.strip_suffix("_key")?, row.get(field)?)?))));
                coded
            }).collect();
            record.0.insert(many.level.clone(), rows);
        }
        record
    }

    /// What the steps of a case, in their order, tell of its record: level, variable, value.
    pub fn followed(&self, profile: &str, steps: &[(String, NaiveDate)]) -> Vec<(&str, &str, Value)> {
        let mut found: BTreeMap<(&str, &str), Value> = BTreeMap::new();
        for (step, on) in steps {
            for one in self.process.iter().filter(|one| one.steps.contains(step)) {
                let value = if one.month { Some(on.format("%Y-%m").to_string().into()) } else { one.code.or_else(|| one.by_profile.get(profile).copied()).map(Value::from) };
                match value {
                    Some(value) => { found.insert((&one.level, &one.variable), value); }
                    None => { found.remove(&(one.level.as_str(), one.variable.as_str())); }
                }
            }
        }
        found.into_iter().map(|((level, variable), value)| (level, variable, value)).collect()
    }

    /// The answers that would give these codes: what a record out of a file has in common with a notification.
    pub fn answers(&self, record: &Record) -> Answers {
        let rows = |level: &str| record.0.get(level).map(Vec::as_slice).unwrap_or_default();
        let mut answers: Answers = self.case.iter().filter_map(|one| Some((one.answer.clone(), rows("case").first()?.get(&one.variable)?.clone()))).collect();
        for many in &self.rows {
            let told: Vec<Value> = rows(&many.level).iter()
                .map(|row| many.fields.iter().filter_map(|(field, variable)| Some((field.clone(), row.get(variable)?.clone()))).collect::<Row>().into()).collect();
            answers.insert(many.answer.clone(), told.into());
        }
        answers
    }
}
