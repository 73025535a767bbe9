//! From notification to the adopted terms of reference (T1 to T8).

use serde_json::{Value, json};

use chrono::NaiveDate;

use super::PlayError;
use super::client::{Placed, text};
use super::stage::{Stage, language};
use crate::{Answers, Deferral, Part, Person, Scenario, answers};

/// A person of the case as a row of the notification.
fn row(person: &Person) -> Value {
    let mut named = json!({ "given": person.given, "family": person.family, "aka": person.aka, "address": person.address });
    // A child's work is not asked.
    if person.part != Part::Child {
        named["work"] = person.work.clone().into();
    }
    let mut row = json!({ "key": person.key, "person": named });
    // A file without a name means that it is not known; only of a victim the notification asks that.
    if person.part == Part::Victim && person.full_name().is_empty() {
        row["name_unknown"] = true.into();
    }
    for (field, value) in [
        ("sex", json!(person.sex)), ("age", json!(person.age)), ("birth_year", json!(person.birth_year)), ("death_date", json!(person.death_date)),
        ("status", json!(person.status)), ("where_now", json!(person.where_now)), ("authority", json!(person.authority)),
    ] {
        if !value.is_null() {
            row[field] = value;
        }
    }
    row
}

/// The lists of the notification, and whom of the file each holds.
pub(crate) const LISTS: [(Part, &str); 4] = [(Part::Victim, "victims"), (Part::Suspect, "suspects"), (Part::Child, "children"), (Part::Other, "others")];

/// The notification as it is handed in.
pub(crate) fn notification(told: &Scenario, today: NaiveDate) -> Answers {
    let mut filled = answers(&told.notification);
    // Acts happen today (ruling 34), this one too: counted from the file's own day, every term would be years late.
    filled.insert("received_at".into(), today.to_string().into());
    for (id, value) in [("time", &told.incident.time), ("place", &told.incident.place), ("facts", &told.incident.facts)] {
        if let Some(value) = value {
            filled.insert(id.into(), value.clone().into());
        }
    }
    if let (false, Some(date)) = (filled.contains_key("incident_date"), &told.incident.date) {
        filled.insert("incident_date".into(), date.as_str().into());
    }
    for (part, list) in LISTS {
        let rows: Vec<Value> = told.persons.iter().filter(|person| person.part == part).map(|person| {
            let mut row = row(person);
            // Wanted of a fatal case; a file that tells none means the day of the incident.
            if let (Part::Victim, true, Some(date)) = (part, row.get("death_date").is_none(), filled.get("incident_date")) {
                row["death_date"] = date.clone();
            }
            row
        }).collect();
        if !rows.is_empty() {
            filled.insert(list.into(), rows.into());
        }
    }
    for row in filled.get_mut("known_relatives").and_then(Value::as_array_mut).into_iter().flatten().filter_map(Value::as_object_mut) {
        if row.get("person").and_then(Value::as_str).is_none_or(|name| name.trim().is_empty()) {
            row.insert("name_unknown".into(), true.into());
        }
    }
    if !told.relations.is_empty() {
        filled.insert("relations".into(), told.relations.iter().map(|relation| Value::Object(answers(relation))).collect::<Vec<_>>().into());
    }
    filled
}

/// The screening as it is handed in with a decision.
pub(crate) fn screening(told: &Scenario, decision: &str, today: NaiveDate) -> Answers {
    let mut filled = answers(&told.screening);
    filled.insert("om_consulted_on".into(), today.to_string().into());
    filled.insert("decision".into(), decision.into());
    // The file says them by key; people write names.
    for line in filled.get_mut("known_to").and_then(Value::as_array_mut).into_iter().flatten().filter_map(Value::as_object_mut) {
        let name = line.get("organisation").and_then(Value::as_str).and_then(|key| told.organisations.iter().find(|one| one.key == key)).map(|one| one.name.clone());
        if let Some(name) = name {
            line.insert("organisation".into(), name.into());
        }
    }
    // Asked where there will be no review; a file that does not tell it gives its reason.
    if let (false, true, Some(reason)) = (decision == "review", told.screening.what_is_lost.is_none(), &told.screening.reason) {
        filled.insert("what_is_lost".into(), reason.clone().into());
    }
    if decision == "review" {
        filled.insert("profile".into(), told.profile.clone().into());
        // The public prosecutor's "wait" is answered by a deferral; what is commissioned goes by what they said after it (T6).
        if told.screening.om_answer.as_deref() == Some("wait") {
            filled.insert("om_answer".into(), if told.screening.restrictions.is_empty() { "no_objection" } else { "restrictions" }.into());
        }
    }
    filled
}

/// A deferral as it is handed in, but for the day on which it is looked at again.
pub(crate) fn deferral(told: &Deferral) -> Answers {
    let mut filled = answers(told);
    filled.retain(|id, _| !["from", "resumed_day"].contains(&id.as_str()));
    // A file that does not tell whether it was looked at says so.
    if filled.get("instead").is_none_or(Value::is_null) {
        filled.insert("instead".into(), "unknown".into());
    }
    filled
}

impl Stage<'_> {
    /// T1: the notification, with the codes of intake.
    pub async fn notify(&mut self) -> Result<(), PlayError> {
        let told = self.told;
        let filled = notification(told, self.today());
        let body = json!({ "profile": told.profile, "childVariant": told.child_variant, "language": language(&told.language), "answers": filled });
        let made = self.of("CO")?.post("/cases", &body).await?;
        self.case = text(&made, "id")?;
        self.played.case = text(&made, "number")?;
        self.look(&made);
        self.fact("CO", "om_contact_asked", None).await
    }

    async fn screen(&mut self, decision: &str) -> Result<(), PlayError> {
        let told = self.told;
        self.on(told.screening.day);
        let filled = screening(told, decision, self.today());
        self.document("CO", "case", "screening", filled.into()).await.map(drop).at(|| "screening".into())
    }

    /// T3.
    pub async fn commission(&mut self) -> Result<(), PlayError> {
        self.screen("review").await?;
        if self.told.child_variant {
            self.fact("CO", "inspectorates_checked", Some("They examine the care that was given; the review does not.")).await?;
        }
        self.step("CO", "T3").await
    }

    /// T4.
    pub async fn decline_review(&mut self) -> Result<(), PlayError> {
        self.screen("not_reviewed").await?;
        self.fact("CO", "relatives_view_asked", Some(self.told.screening.relatives_view.as_deref().unwrap_or("Asked."))).await?;
        self.co_sign("CO", "not_reviewed").await?;
        self.step("CO", "T4").await
    }

    /// T5.
    pub async fn defer(&mut self) -> Result<(), PlayError> {
        let told = self.told;
        let at = self.deferrals;
        let one = told.deferral.get(at).ok_or_else(|| PlayError::Odd("the file tells no further deferral".into()))?;
        self.deferrals += 1;
        self.on(one.day);
        let mut filled = deferral(one);
        if let Some(day) = one.review_on_day {
            filled.insert("review_on".into(), self.ahead(day).into());
        }
        self.document("CO", "case", "deferral", filled.into()).await.at(|| format!("deferral[{at}]"))?;
        // With a chair, the chair agrees.
        if self.has_room("panel") {
            self.fact("CH", "chair_agrees_deferral", None).await?;
        }
        self.step("CO", "T5").await
    }

    /// T6.
    pub async fn resume(&mut self) -> Result<(), PlayError> {
        let told = self.told;
        self.on(told.deferral.get(self.deferrals.saturating_sub(1)).and_then(|deferral| deferral.resumed_day));
        self.fact("CO", "deferral_answered", Some("The reason has ended.")).await?;
        self.step("CO", "T6").await
    }

    /// The chair accepts, once; that makes compartments.
    pub async fn appoint_chair(&mut self) -> Result<(), PlayError> {
        if self.has_room("panel") {
            return Ok(());
        }
        for key in self.keys_of("CH") {
            self.name(key, "CH", "", false).await?;
        }
        let path = self.path("");
        let seen = self.of("CO")?.get(&path).await?;
        self.look(&seen);
        Ok(())
    }

    /// T7.
    pub async fn prepare(&mut self) -> Result<(), PlayError> {
        self.appoint_chair().await?;
        for key in self.keys_of("SE") {
            self.name(key, "SE", "", false).await?;
        }
        self.fact("CH", "conflict_checked", None).await?;
        self.step("CO", "T7").await
    }

    /// Each organisation that knew the family is decided on: those of the file are invited; the rest of the list is asked later.
    async fn decide_on_organisations(&mut self) -> Result<(), PlayError> {
        let path = self.path("/known-organisations");
        let known = self.of("CO")?.get(&path).await?;
        for one in known.as_array().into_iter().flatten().filter(|one| one.get("answer").and_then(Value::as_str) == Some("known") && one.get("decision").is_none_or(Value::is_null)) {
            let named = text(one, "organisation")?;
            let key = self.told.organisations.iter().find(|one| one.name.trim() == named.trim()).map_or(named.trim(), |one| one.key.as_str());
            let decision = match self.organisations.get(key) {
                Some(organisation) => json!({ "decision": "invited", "organisation": organisation }),
                None => json!({ "decision": "later", "reason": "It is asked when the others have told what they know." }),
            };
            self.act("CO", &format!("/known-organisations/{}/decision", text(one, "id")?), decision).await?;
        }
        Ok(())
    }

    /// T8: terms of reference, panel, organisations, relatives.
    pub async fn adopt_terms(&mut self) -> Result<(), PlayError> {
        let told = self.told;
        self.on(told.terms_of_reference.adopted_day);
        let filled = terms(told, |day| self.ahead(day));
        let item = self.document(self.drafter(), "panel", "terms-of-reference", filled.into()).await.at(|| "terms_of_reference".into())?;
        self.act("CH", &format!("/terms-of-reference/{item}/adopt"), json!({})).await.at(|| "terms_of_reference".into())?;
        // A file that names no expert on domestic violence means its first member.
        let expert = told.panel.members.iter().position(|key| told.people.iter().any(|person| person.key == *key && person.dv_expert)).unwrap_or(0);
        let sectors = super::sectors::sectors(told);
        for (at, key) in told.panel.members.iter().enumerate() {
            if let Some(person) = told.people.iter().find(|person| person.key == *key) {
                self.name(key, "PM", sectors.get(key.as_str()).copied().unwrap_or_default(), person.dv_expert || at == expert).await.at(|| format!("panel.members[{at}]"))?;
            }
        }
        for (at, relative) in told.relatives.iter().enumerate() {
            self.meet_relative(at, relative).await.at(|| format!("relatives[{at}]"))?;
        }
        if told.relatives.is_empty() {
            self.fact("CO", "relatives_decided", Some("Nobody of the family is known to the bureau.")).await?;
        }
        self.invite_organisations().await?;
        self.decide_on_organisations().await?;
        self.step("CH", "T8").await
    }
}

/// The terms of reference. Questions of relatives have a number each, in the order in which they come to the panel; a phase planned for a day of
/// the process is planned for a date `ahead`.
pub(crate) fn terms(told: &Scenario, ahead: impl Fn(i64) -> String) -> Answers {
    let number = |key: &String| told.relatives_questions().position(|known| known == *key).map_or_else(|| key.clone(), |at| format!("r{}", at + 1));
    let mut filled = answers(&told.terms_of_reference);
    if !told.terms_of_reference.relatives_questions.is_empty() {
        filled.insert("relatives_questions".into(), told.terms_of_reference.relatives_questions.iter().map(number).collect::<Vec<_>>().into());
    }
    let rows = filled.get_mut("planned").and_then(Value::as_array_mut).into_iter().flatten();
    for (row, planned) in rows.zip(&told.terms_of_reference.planned) {
        if let (Some(row), Some(day)) = (row.as_object_mut(), planned.day) {
            row.insert("on".into(), ahead(day).into());
        }
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_of_relatives_are_named_by_their_numbers() {
        let told = crate::read("real-1.yaml", include_str!("../../../../config/practice/real-1.yaml")).expect("reads");
        let named = terms(&told, |_| String::new());
        let named: Vec<&str> = named.get("relatives_questions").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        assert!(!named.is_empty() && named.iter().all(|key| key.starts_with('r') && key[1..].parse::<usize>().is_ok()), "{named:?}");
    }

    #[test]
    fn a_phase_is_planned_for_its_date_or_as_many_days_ahead_as_its_day_lies() {
        let told = include_str!("../../../../config/practice/real-1.yaml").replacen("  outside_scope: \"The criminal", "  planned: [{phase: panel, on: 2030-01-15}, {phase: report, on_day: 400}]\n  outside_scope: \"The criminal", 1);
        let told = crate::read("real-1.yaml", &told).expect("reads");
        let planned = terms(&told, |day| format!("day {day}")).get("planned").cloned();
        assert_eq!(planned, Some(json!([{ "phase": "panel", "on": "2030-01-15" }, { "phase": "report", "on": "day 400" }])));
    }

    #[test]
    fn a_victim_without_a_name_in_the_file_is_one_whose_name_is_not_known() {
        let mut told = crate::read("light-1.yaml", include_str!("../../../../config/practice/light-1.yaml")).expect("reads");
        let unknown = |told: &Scenario| notification(told, NaiveDate::default()).get("victims").and_then(|victims| victims[0].get("name_unknown").cloned());
        assert_eq!(unknown(&told), None);
        for person in told.persons.iter_mut().filter(|person| person.part == Part::Victim) {
            (person.given, person.family) = (String::new(), String::new());
        }
        assert_eq!(unknown(&told), Some(true.into()));
    }

    /// A review the prosecution let wait is commissioned under what it said afterwards.
    #[test]
    fn what_was_to_wait_is_commissioned_under_its_restrictions() {
        let mut told = crate::read("light-1.yaml", include_str!("../../../../config/practice/light-1.yaml")).expect("reads");
        told.screening.om_answer = Some("wait".into());
        let answer = |told: &Scenario, decision: &str| screening(told, decision, NaiveDate::default()).get("om_answer").and_then(Value::as_str).map(str::to_owned);
        told.screening.restrictions = vec!["No talks with witnesses".into()];
        assert_eq!(answer(&told, "review").as_deref(), Some("restrictions"));
        assert_eq!(answer(&told, "not_reviewed").as_deref(), Some("wait"));
        told.screening.restrictions.clear();
        assert_eq!(answer(&told, "review").as_deref(), Some("no_objection"));
    }
}
