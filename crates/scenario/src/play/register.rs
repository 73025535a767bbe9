//! The codes of the file, by both coders.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::PlayError;
use super::client::{Session, list, text};
use super::stage::Stage;
use crate::file::Codes;
use crate::{Part, Scenario};

/// What a coder's codes are called towards that coder.
const OWN: &str = "own";
/// The missing code for what was looked for in a suitable source and not found.
const NOT_FOUND: i64 = -8;
/// How often answers can open further questions: more often than conditions lean on each other.
const OPENED_BY_ANSWERS: usize = 8;
/// Code of `factor_status`: the factor was found present.
const PRESENT: i64 = 1;

impl Stage<'_> {
    /// Both coders are named, code on top of intake, and finish: once, when the file has coders and a register manager.
    pub async fn code(&mut self) -> Result<(), PlayError> {
        let told = self.told;
        let coders = [("c1", self.keys_of("C1")), ("c2", self.keys_of("C2"))];
        if self.done.coded || self.keys_of("RM").is_empty() || coders.iter().any(|(_, keys)| keys.is_empty()) {
            return Ok(());
        }
        self.done.coded = true;
        // A case in which nobody died has no record (ruling 28).
        if told.notification.fatal == Some(false) {
            return Ok(());
        }
        let closes = told.expect.states.iter().chain(&told.expect.after).any(|state| state == "closed");
        let factors = self.factors;
        let unknown = told.register.risk_factors.iter().filter(|id| !factors.contains_key(*id)).map(|id| format!("the codebook has no factor {id}"));
        self.played.disagreements.extend(unknown);
        let record = self.path("/record");
        let record = format!("/records/{}", text(&self.of("RM")?.get(&record).await?, "id")?);
        let mut looked_up = None;
        for (slot, keys) in coders {
            let Some(key) = keys.first() else { continue };
            let hat = self.who(key)?.hat.clone();
            self.of("RM")?.post(&format!("{record}/coders"), &json!({ "hat": hat, "slot": slot })).await?;
            let coder = self.who(key)?;
            let seen = coder.get(&record).await?;
            let own = list(&seen, "slots").find(|found| found.get("slot").and_then(Value::as_str) == Some(OWN)).cloned().unwrap_or_default();
            let begun = beside(own.get("rows"), looked_up.as_ref());
            let rows = coded(Some(&begun), told, factors);
            looked_up.get_or_insert(begun);
            let kept = coder.put(&format!("{record}/codes"), &json!({ "slot": OWN, "rows": rows }), own.get("version").and_then(Value::as_i64)).await?;
            answer_open(coder, &record, kept).await?;
            finish(coder, &record).await?;
        }
        if closes {
            self.of("RM")?.post(&format!("{record}/close"), &json!({})).await?;
        }
        Ok(())
    }
}

/// Codes are final when nothing is open, and a file codes a part: what it leaves open was looked for and not found. An answer may open
/// further questions, so it is asked again until nothing is open.
async fn answer_open(coder: &mut Session, record: &str, kept: Value) -> Result<(), PlayError> {
    let mut kept = kept;
    for _ in 0..OPENED_BY_ANSWERS {
        if list(&kept, "open").next().is_none() {
            return Ok(());
        }
        let seen = coder.get(record).await?;
        let mut rows = list(&seen, "slots").find(|found| found.get("slot").and_then(Value::as_str) == Some(OWN)).and_then(|own| own.get("rows")).cloned().unwrap_or_default();
        for (level, at, variable) in list(&kept, "open").filter_map(Value::as_str).filter_map(place) {
            if let Some(row) = rows.get_mut(level).and_then(|rows| rows.get_mut(at)).and_then(Value::as_object_mut) {
                row.insert(variable.to_owned(), NOT_FOUND.into());
            }
        }
        kept = coder.put(&format!("{record}/codes"), &json!({ "slot": OWN, "rows": rows }), kept.get("version").and_then(Value::as_i64)).await?;
    }
    Ok(())
}

/// `victim[0].victim_age`, taken apart.
fn place(field: &str) -> Option<(&str, usize, &str)> {
    let (row, variable) = field.split_once("].")?;
    let (level, at) = row.split_once('[')?;
    Some((level, at.parse().ok()?, variable))
}

/// Declares codes final. A file codes a part only: where a check wants a reason, the file is it; where one stops, the codes stay open.
async fn finish(coder: &mut Session, record: &str) -> Result<(), PlayError> {
    let path = format!("{record}/final");
    let refused = match coder.post(&path, &json!({ "slot": OWN })).await {
        Err(PlayError::Refused { status: 422, body, .. }) => serde_json::from_str::<Value>(&body).unwrap_or_default(),
        other => return other.map(drop),
    };
    let faults: Vec<(&str, &str)> = list(&refused, "faults").filter_map(|fault| Some((fault.get("field")?.as_str()?, fault.get("rule")?.as_str()?))).collect();
    let reasons: Map<String, Value> = faults.iter().filter(|(_, rule)| *rule == "check-reason").filter_map(|(field, _)| Some((field.strip_prefix("reasons.")?.to_owned(), json!("As the sources of the practice case say.")))).collect();
    if reasons.len() < faults.len() {
        return Ok(());
    }
    coder.post(&path, &json!({ "slot": OWN, "reasons": reasons })).await.map(drop)
}

/// What a coder begins with, and what the first one found in the sources: of a tenth of the records the second coder begins without copied
/// values and looks them up again, and a practice case has one set of sources for both.
fn beside(rows: Option<&Value>, found: Option<&Value>) -> Value {
    let mut rows = rows.cloned().unwrap_or_else(|| json!({}));
    for (level, found) in found.and_then(Value::as_object).into_iter().flatten() {
        let own = rows.get_mut(level).and_then(Value::as_array_mut).into_iter().flatten();
        for (row, found) in own.zip(found.as_array().into_iter().flatten()) {
            let (Some(row), Some(found)) = (row.as_object_mut(), found.as_object()) else { continue };
            found.iter().for_each(|(id, value)| { row.entry(id.clone()).or_insert_with(|| value.clone()); });
        }
    }
    rows
}

/// The codes of the file over those of intake; a row belongs to the person at the same place of the notification.
fn coded(rows: Option<&Value>, told: &Scenario, factors: &BTreeMap<String, i64>) -> Value {
    let mut rows = rows.and_then(Value::as_object).cloned().unwrap_or_default();
    let register = &told.register;
    merge(&mut rows, "case", 0, &register.case, &[]);
    for (level, part, list) in [("victim", Part::Victim, &register.victims), ("suspect", Part::Suspect, &register.suspects), ("child", Part::Child, &register.children)] {
        for codes in list {
            let key = codes.get("person").and_then(Value::as_str);
            if let Some(at) = told.persons.iter().filter(|person| person.part == part).position(|person| Some(person.key.as_str()) == key) {
                merge(&mut rows, level, at, codes, &["person"]);
            }
        }
    }
    for codes in &register.relations {
        let named = |name: &str| codes.get(name).and_then(Value::as_str);
        let at = told.relations.iter().position(|one| named("victim") == Some(&one.victim) && named("suspect") == Some(&one.suspect));
        if let Some(at) = at {
            merge(&mut rows, "relation", at, codes, &["victim", "suspect"]);
        }
    }
    for (at, codes) in register.agency_contacts.iter().enumerate() {
        merge(&mut rows, "agency_contact", at, codes, &[]);
    }
    if !register.review.is_empty() {
        merge(&mut rows, "review", 0, &register.review, &[]);
    }
    let present: Vec<Value> =
        register.risk_factors.iter().filter_map(|id| factors.get(id)).map(|code| json!({ "factor_code": code, "factor_status": PRESENT })).collect();
    if !present.is_empty() {
        rows.insert("risk_factor".into(), present.into());
    }
    rows.into()
}

fn merge(rows: &mut Map<String, Value>, level: &str, at: usize, codes: &Codes, names: &[&str]) {
    let Some(list) = rows.entry(level.to_owned()).or_insert_with(|| json!([])).as_array_mut() else { return };
    while list.len() <= at {
        list.push(json!({}));
    }
    if let Some(row) = list.get_mut(at).and_then(Value::as_object_mut) {
        row.extend(codes.iter().filter(|(id, _)| !names.contains(&id.as_str())).map(|(id, value)| (id.clone(), value.clone())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_coder_who_begins_without_copied_values_finds_the_same_in_the_sources() {
        let first = json!({ "victim": [{ "key": "v1", "victim_age": 26, "victim_sex": 1 }], "case": [{ "case_scope": 3 }] });
        let second = json!({ "victim": [{ "key": "v1", "victim_sex": 2 }] });
        assert_eq!(beside(Some(&second), Some(&first)), json!({ "victim": [{ "key": "v1", "victim_sex": 2, "victim_age": 26 }] }));
        assert_eq!(beside(Some(&first), None), first);
    }

    #[test]
    fn codes_go_to_the_row_of_their_person_whatever_the_order() {
        let text = include_str!("../../../../config/practice/light-1.yaml");
        let mut told = crate::read("light-1.yaml", text).unwrap();
        told.register.suspects.reverse();
        told.register.relations.reverse();
        let intake = json!({ "suspect": [{ "suspect_no": 1, "suspect_age": 26 }, { "suspect_no": 2 }], "relation": [{ "suspect_key": "s1" }, { "suspect_key": "s2" }] });
        let rows = coded(Some(&intake), &told, &BTreeMap::from([("child_injuries".to_owned(), 48)]));
        assert_eq!(rows["suspect"], json!([
            { "suspect_no": 1, "suspect_status": 3, "suspect_sex": 1, "suspect_age": 27 }, { "suspect_no": 2, "suspect_status": 4, "suspect_sex": 2, "suspect_age": 24 },
        ]));
        assert_eq!(rows["relation"], json!([{ "suspect_key": "s1", "relation_type": 8 }, { "suspect_key": "s2", "relation_type": 7 }]));
        assert_eq!(rows["risk_factor"], json!([{ "factor_code": 48, "factor_status": 1 }]));
        assert_eq!(rows["case"][0]["case_scope"], 3);
    }
}
