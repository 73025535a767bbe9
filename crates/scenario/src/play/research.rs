//! Research with a practice register: invented records, an application, two who decide, tables, two who check what becomes public.

use chrono::Days;
use serde_json::{Value, json};

use super::PlayError;
use super::client::text;
use super::stage::Stage;

/// Who takes part beside the people of a case: key, role, name.
pub(super) const PEOPLE: [(&str, &str, &str); 5] = [
    ("rs", "RS", "Rosa Zoeker"), ("rc1", "RC", "Toegang Een"), ("rc2", "RC", "Toegang Twee"), ("oc1", "OC", "Uitvoer Een"), ("oc2", "OC", "Uitvoer Twee"),
];
/// Records of the practice register, and which.
const INVENTED: (u32, u64) = (1200, 2026);
/// Tables asked in the project: outcome, and the key beside the period.
const ASKED: [(&str, Option<&str>); 3] = [("known_to_agency", None), ("multiple_victims", Some("country_part")), ("femicide_yn", Some("victim_age_group"))];
/// Of the fixed tables that a snapshot proposes by itself, what becomes public here; the others wait.
const FIXED: &str = "known_to_agency";
/// Other tables that become public.
const PUBLIC: [(&str, Option<&str>); 2] = [("multiple_victims", Some("police_region")), ("separation_yn", Some("relation_group"))];
/// The key that stands in every table.
const PERIOD: &str = "incident_period";

fn keys(second: Option<&str>) -> Vec<&str> {
    std::iter::once(PERIOD).chain(second).collect()
}

/// What the gate refuses stays inside: that is an answer too.
fn unless_the_gate_refuses(answer: Result<Value, PlayError>) -> Result<(), PlayError> {
    match answer {
        Err(PlayError::Refused { status: 409, body, .. }) if body.contains("urn:lering:problem:gate-") => Ok(()),
        other => other.map(drop),
    }
}

impl Stage<'_> {
    /// From an empty practice register to tables that everybody may see.
    pub(super) async fn research(&mut self) -> Result<(), PlayError> {
        if self.keys_of("RM").is_empty() {
            return Ok(());
        }
        let frozen = self.of("RM")?.post("/register/snapshots", &json!({ "invented": { "cases": INVENTED.0, "seed": INVENTED.1 } })).await?;
        let snapshot = text(&frozen, "id")?;
        let begun = self.who("rs")?.post("/register/projects", &json!({})).await?;
        let (project, within) = (text(&begun, "id")?, text(&begun, "compartment")?);
        let ends = chrono::Utc::now().date_naive().checked_add_days(Days::new(300)).unwrap_or_default();
        self.who("rs")?.post(&format!("/compartments/{within}/documents/research-application"), &json!({ "answers": {
            "title": "Wat organisaties vooraf wisten", "organisation": "Universiteit Oefenland", "summary": "Hoe vaak was geweld vooraf bekend, en bij welke zaken?",
            "purpose": "Zien waar eerder hulp mogelijk is.", "questions": ["Hoe vaak was geweld bekend?"], "why_these": "Alleen aantallen zijn nodig.", "output": ["article"],
            "ethics": "not_needed", "ethics_note": "Alleen aantallen door de poort.", "relatives": "Zij kunnen het artikel lezen; wij noemen geen zaken.", "interests": "Geen.",
            "people": [{ "person": { "name": "Rosa Zoeker" }, "does": "analyse" }], "ends_on": ends.to_string(),
        } })).await?;
        self.who("rs")?.post(&format!("/register/projects/{project}/hand-in"), &json!({})).await?;
        for member in ["rc1", "rc2"] {
            let member = self.who(member)?;
            member.post(&format!("/compartments/{within}/documents/research-assessment"), &json!({ "answers": { "purpose_fits": "yes", "least_data": "yes", "cared_for": "yes", "remarks": "Helder en zorgvuldig." } })).await?;
            member.post(&format!("/register/projects/{project}/votes"), &json!({ "vote": "approve" })).await?;
        }
        self.who("rs")?.post(&format!("/register/projects/{project}/signature"), &json!({})).await?;
        for (outcome, second) in ASKED {
            let mut asked = json!({ "project": project, "outcome": outcome, "keys": keys(second) });
            asked["cost"] = self.who("rs")?.post("/register/tables/preview", &asked).await?["cost"].clone();
            unless_the_gate_refuses(self.who("rs")?.post("/register/tables", &asked).await)?;
        }
        let waiting = self.of("RM")?.get("/register/output-requests").await?;
        let fixed = |one: &&Value| one["snapshot"] == snapshot && one["reason"] == "fixed_set" && one["outcome"] == FIXED;
        let mut requests = waiting.as_array().into_iter().flatten().filter(fixed).map(|one| text(one, "id")).collect::<Result<Vec<_>, _>>()?;
        for (outcome, second) in PUBLIC {
            let asked = self.of("RM")?.post("/register/output-requests", &json!({ "outcome": outcome, "keys": keys(second), "publication": true, "reason": "policy" })).await?;
            requests.push(text(&asked, "id")?);
        }
        for request in requests {
            for checker in ["oc1", "oc2"] {
                unless_the_gate_refuses(self.who(checker)?.post(&format!("/register/output-requests/{request}/checks"), &json!({ "release": true, "finding": "safe" })).await)?;
            }
        }
        self.say("a practice register with tables");
        Ok(())
    }
}
