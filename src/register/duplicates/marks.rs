//! What of a notification is compared with others: agreed fields, normalised. No name leaves this file but as input of a keyed hash.

use chrono::{Datelike, Days};
use form::{Answers, Partial};
use serde_json::Value;

use crate::names;

/// A normalised field.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Mark {
    /// Which kind (`config/duplicates.toml`).
    pub(super) kind: &'static str,
    /// Which victim, from 1; 0 is the event.
    pub(super) person: i32,
    /// What is hashed.
    pub(super) text: String,
}

/// Days between which two bureaus may put one night.
const NEAR: u64 = 3;
/// More victims than any event compared here has.
const MOST_VICTIMS: usize = 50;

/// The marks of a notification, each once.
pub(super) fn of(answers: &Answers) -> Vec<Mark> {
    let mut found = vec![];
    let mut add = |kind, person, text: String| found.push(Mark { kind, person, text });
    let when = words(answers.get("incident_date")).and_then(|text| Partial::parse(&text));
    let mut years = vec![];
    if let Some(when) = when {
        let days = when.first().filter(|_| when.day.is_some()).map(|day| [day.checked_sub_days(Days::new(NEAR)), Some(day), day.checked_add_days(Days::new(NEAR))]);
        for day in days.iter().flatten().flatten() {
            add("month", 0, format!("{}-{:02}", day.year(), day.month()));
            years.push(day.year());
        }
        if days.is_none() {
            years.push(when.year);
            if let Some(month) = when.month {
                add("month", 0, format!("{}-{month:02}", when.year));
            }
        }
        for year in &years {
            add("year", 0, year.to_string());
        }
    }
    if let Some(region) = words(answers.get("police_region")).filter(|code| code.parse::<u16>().is_ok()) {
        add("region", 0, region);
    }
    let victims = answers.get("victims").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if !victims.is_empty() {
        add("victims", 0, victims.len().to_string());
    }
    for (person, victim) in (1..).zip(victims.iter().take(MOST_VICTIMS)) {
        let field = |name: &str| words(victim.get(name));
        let part = |name: &str| victim.get("person").and_then(|person| person.get(name)).and_then(Value::as_str).unwrap_or_default();
        let known_as: Vec<&str> = victim.get("person").and_then(|person| person.get("aka")).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        for (kind, texts) in [("family", vec![part("family")]), ("given", vec![part("given")])] {
            // Another name may be either; who writes it, does not say.
            for (token, _) in texts.iter().chain(&known_as).flat_map(|text| names::tokens(text)) {
                add(kind, person, token);
            }
        }
        if let Some(sex) = field("sex").filter(|code| code.parse::<u8>().is_ok()) {
            add("sex", person, sex);
        }
        let born = field("birth_year").and_then(|year| year.parse::<i32>().ok());
        let age = field("age").and_then(|age| age.parse::<i32>().ok()).filter(|age| (0..=120).contains(age));
        match (born, age, when) {
            (Some(born), ..) => add("born", person, born.to_string()),
            // Whether the birthday had been that year, an age does not say.
            (None, Some(age), Some(when)) => [when.year - age, when.year - age - 1].into_iter().for_each(|born| add("born", person, born.to_string())),
            _ => {}
        }
    }
    found.sort();
    found.dedup();
    found
}

/// A text or a number as text; none for what is missing.
fn words(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(number) if number.as_i64().is_some_and(|number| number >= 0) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn marks(value: Value) -> Vec<(String, i32, String)> {
        of(value.as_object().expect("answers")).into_iter().map(|mark| (mark.kind.to_owned(), mark.person, mark.text)).collect()
    }

    #[test]
    fn two_bureaus_write_one_night_and_one_name_differently_and_still_agree() {
        let one = marks(json!({ "incident_date": "2026-10-31", "police_region": "3", "victims": [{ "person": { "given": "Hélène", "family": "van der Berg-Özil" }, "sex": "2", "age": 34 }] }));
        let other = marks(json!({ "incident_date": "2026-11-01", "police_region": 3, "victims": [{ "person": { "given": "HELENE", "family": "Ozil", "aka": ["Leni"] }, "sex": 2, "birth_year": 1991 }] }));
        for kind in ["family", "given", "sex", "born", "month", "year", "region", "victims"] {
            assert!(one.iter().any(|mark| mark.0 == kind && other.contains(mark)), "{kind}: {one:?} {other:?}");
        }
    }

    #[test]
    fn what_is_not_known_makes_no_mark() {
        assert_eq!(marks(json!({ "incident_date": "", "police_region": -8, "victims": [{ "person": {}, "sex": -6 }] })), [("victims".into(), 0, "1".into())]);
        let year = marks(json!({ "incident_date": "2019" }));
        assert_eq!(year, [("year".into(), 0, "2019".into())]);
    }
}
