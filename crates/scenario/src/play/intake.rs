//! From notification to the adopted terms of reference (T1 to T8).

use serde_json::{Value, json};

use super::PlayError;
use super::client::text;
use super::stage::{Stage, language};
use crate::{Part, Person, answers};

/// A person of the case as a row of the notification.
fn row(person: &Person) -> Value {
    let mut named = json!({ "given": person.given, "family": person.family, "aka": person.aka, "address": person.address });
    // A child's work is not asked.
    if person.part != Part::Child {
        named["work"] = person.work.clone().into();
    }
    let mut row = json!({ "key": person.key, "person": named });
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

impl Stage<'_> {
    /// T1: the notification, with the codes of intake.
    pub async fn notify(&mut self) -> Result<(), PlayError> {
        let told = self.told;
        let mut filled = answers(&told.notification);
        // Acts happen today (ruling 34), this one too: counted from the file's own day, every term would be years late.
        filled.insert("received_at".into(), self.today().to_string().into());
        for (id, value) in [("time", &told.incident.time), ("place", &told.incident.place), ("facts", &told.incident.facts)] {
            if let Some(value) = value {
                filled.insert(id.into(), value.clone().into());
            }
        }
        if let (false, Some(date)) = (filled.contains_key("incident_date"), &told.incident.date) {
            filled.insert("incident_date".into(), date.as_str().into());
        }
        for (part, list) in [(Part::Victim, "victims"), (Part::Suspect, "suspects"), (Part::Child, "children"), (Part::Other, "others")] {
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
        if !told.relations.is_empty() {
            filled.insert("relations".into(), told.relations.iter().map(|relation| Value::Object(answers(relation))).collect::<Vec<_>>().into());
        }
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
        let mut filled = answers(&told.screening);
        filled.insert("om_consulted_on".into(), self.today().to_string().into());
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
        }
        self.document("CO", "case", "screening", filled.into()).await.map(drop)
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
        let deferral = told.deferral.get(self.deferrals).ok_or_else(|| PlayError::Odd("the file tells no further deferral".into()))?;
        self.deferrals += 1;
        self.on(deferral.day);
        let mut filled = answers(deferral);
        filled.retain(|id, _| !["from", "resumed_day"].contains(&id.as_str()));
        if let Some(day) = deferral.review_on_day {
            filled.insert("review_on".into(), self.ahead(day).into());
        }
        self.document("CO", "case", "deferral", filled.into()).await?;
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
        let item = self.document(self.drafter(), "panel", "terms-of-reference", answers(&told.terms_of_reference).into()).await?;
        self.act("CH", &format!("/terms-of-reference/{item}/adopt"), json!({})).await?;
        // A file that names no expert on domestic violence means its first member.
        let expert = told.panel.members.iter().position(|key| told.people.iter().any(|person| person.key == *key && person.dv_expert)).unwrap_or(0);
        let sectors = super::sectors::sectors(told);
        for (at, key) in told.panel.members.iter().enumerate() {
            if let Some(person) = told.people.iter().find(|person| person.key == *key) {
                self.name(key, "PM", sectors.get(key.as_str()).copied().unwrap_or_default(), person.dv_expert || at == expert).await?;
            }
        }
        for relative in &told.relatives {
            self.meet_relative(relative).await?;
        }
        if told.relatives.is_empty() {
            self.fact("CO", "relatives_decided", Some("Nobody of the family is known to the bureau.")).await?;
        }
        self.invite_organisations().await?;
        self.decide_on_organisations().await?;
        self.step("CH", "T8").await
    }
}
