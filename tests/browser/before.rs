//! States that last for a moment: what was said waits to be passed on, a reflection to be released, codes to be settled. A played case goes
//! through them without standing still.

use diesel::connection::SimpleConnection;
use lering::forms;
use reqwest::Method;
use serde_json::{Value, json};

use crate::judge::Look;
use crate::played::Signed;
use crate::states::{lines, text};
use crate::world::World;

/// The pages of those states, by their routes. The walk of every page does not come to them.
pub const PAGES: [&str; 12] = [
    "/account/code/check",
    "/cases/{case}/national", "/tasks/{reflection}/embargo", "/tasks/{reflection}/release", "/relatives/{relative}/pass-on/{passage}", "/relatives/{relative}/wordings/{wording}/take",
    "/coding/{record}/compare", "/checks/{case}", "/register/tables/confirm", "/rooms/{compartment}/{form}/{item}/remove", "/who-saw/{compartment}/ask",
    "/cases/{case}/report/sections/{section}/versions",
];

/// Missing codes of the codebook: not found in a suitable source, and not given.
const UNKNOWN: i64 = -8;
const WITHHELD: i64 = -6;

/// What stands still in this world.
struct Moments<'a> {
    world: &'a World,
    /// The case that was followed up, and the one whose partners still write.
    case: String,
    gathering: String,
    lead: Signed,
    chair: Signed,
    looks: Vec<Look>,
}

/// Every one of those pages, as who acts there sees it.
pub async fn looks(world: &World) -> Vec<Look> {
    let at = |state: &str| lines(world, &format!("select id from app.case_file where state = '{state}'")).remove(0);
    let (lead, chair) = (world.one("CO").await, world.one("CH").await);
    let mut moments = Moments { world, case: at("follow_up"), gathering: at("gathering"), lead, chair, looks: vec![] };
    moments.look("NC", "placed-nationally", format!("/cases/{}/national", moments.case));
    moments.look("RS", "confirm", "/register/tables/confirm?outcome=known_to_agency%26second=police_region".into());
    moments.sections().await;
    moments.reflections().await;
    moments.relatives().await;
    moments.reviewed().await;
    moments.codes().await;
    moments.looks
}

impl Moments<'_> {
    fn look(&mut self, role: &'static str, what: &'static str, path: String) {
        self.looks.push(Look { role, what, path });
    }

    fn past(&self, change: &str) {
        self.world.superuser().batch_execute(&format!("set session_replication_role = replica; {change}")).unwrap();
    }

    /// A section is written twice, so that there are two versions.
    async fn sections(&mut self) {
        let drafting = lines(self.world, "select id from app.case_file where state = 'drafting'").remove(0);
        let (secretary, path) = (self.world.one("SE").await, format!("/api/v1/compartments/{}/documents/report-section", self.room(&drafting, "report")));
        let about = forms::named("summary").to_string();
        let before = self.world.get(&secretary, &format!("{path}?subject={about}")).await;
        let words = |text: &str| json!({ "subject": about, "answers": { "text": text } });
        let item = match before[0]["id"].as_str() {
            Some(item) => item.to_owned(),
            None => text(&self.world.done(&secretary, Method::POST, &path, &words("Wat er gebeurde, en wat wij ervan leren.")).await["id"]),
        };
        let path = format!("{path}/{item}");
        let seen = self.world.get(&secretary, &path).await;
        let told = words(&format!("{} Dit kwam erbij.", seen["answers"]["text"].as_str().unwrap_or_default()));
        let kept = self.world.call(&secretary, Method::PUT, &path).header("If-Match", format!("\"{}\"", seen["version"])).json(&told).send().await.unwrap();
        assert!(kept.status().is_success(), "{}", kept.text().await.unwrap());
        self.look("SE", "versions", format!("/cases/{drafting}/report/sections/summary/versions"));
    }

    fn room(&self, case: &str, kind: &str) -> String {
        lines(self.world, &format!("select id from app.compartment where case_id = '{case}' and kind = '{kind}'")).remove(0)
    }

    /// One is approved and not released; a copy lies under embargo; somebody else looked.
    async fn reflections(&mut self) {
        let (author, approver) = (self.world.one("AU").await, self.world.one("AP").await);
        let all = self.world.get(&approver, "/api/v1/reflections").await;
        let own = all.as_array().unwrap().iter().find(|one| one["case"] == json!(self.case)).cloned().unwrap_or_else(|| panic!("{all}"));
        let id = text(&own["id"]);
        self.past(&format!("update app.case_file set state = 'decided' where id = '{}'", self.case));
        self.world.done(&self.lead, Method::POST, &format!("/api/v1/cases/{}/embargo", self.case), &json!(null)).await;
        self.look("AU", "embargo", format!("/tasks/{id}/embargo"));
        self.past(&format!("update app.reflection set state = 'answered' where id = '{id}'; update app.reflection_inner set state = 'approved' where reflection_id = '{id}'"));
        self.look("AP", "release", format!("/tasks/{id}/release"));
        let log = self.world.get(&author, &format!("/api/v1/compartments/{}/log", text(&own["compartment"]))).await;
        let other = log.as_array().unwrap().iter().find(|one| one["own"] == json!(false)).cloned().unwrap_or_else(|| panic!("{log}"));
        self.look("AU", "asks-who", format!("/who-saw/{}/ask?entry={}", text(&own["compartment"]), other["seq"]));
    }

    /// A reaction that was not passed on, and a wording that was agreed to.
    async fn relatives(&mut self) {
        let (one, case) = (self.world.one("RE").await, self.case.clone());
        self.past(&format!("update app.case_file set state = 'consultation' where id = '{case}'"));
        let place = self.world.get(&one, "/api/v1/relatives").await[0].clone();
        let (id, within) = (text(&place["id"]), text(&place["compartment"]));
        let told = json!({ "portrait": { "text": "Zij vertelde over Jorrit.", "use": "report_as_written" }, "naming": "letter" });
        let event = json!({ "when": "2016-09-01", "kind": "contact", "whom": ["victim"], "what": "Zij belde om raad.", "known_then": "yes", "source": "eigen herinnering" });
        let event = text(&self.world.done(&one, Method::POST, &format!("/api/v1/compartments/{within}/documents/chronology-entry"), &json!({ "answers": event })).await["id"]);
        self.look("RE", "remove", format!("/rooms/{within}/chronology-entry/{event}/remove"));
        let item = text(&self.world.done(&one, Method::POST, &format!("/api/v1/compartments/{within}/documents/relative-input"), &json!({ "answers": told })).await["id"]);
        let api = format!("/api/v1/relatives/{id}");
        self.world.done(&self.lead, Method::POST, &format!("{api}/place"), &json!({ "documents": [item], "questions": [] })).await;
        let wording = json!({ "item": item, "field": "portrait", "text": "Zij vertelde over hem." });
        let wording = text(&self.world.done(&self.lead, Method::POST, &format!("{api}/wordings"), &wording).await["id"]);
        self.world.done(&one, Method::POST, &format!("{api}/wordings/{wording}/answer"), &json!({ "agrees": true })).await;
        self.look("CO", "wording", format!("/relatives/{id}/wordings/{wording}/take"));
        let passage = json!({ "compartment": within, "about": "summary", "title": "Samenvatting", "text": "Zij vertelde het aan een collega." });
        let passage = text(&self.world.done(&self.chair, Method::POST, &format!("/api/v1/cases/{case}/passages"), &passage).await["id"]);
        self.world.done(&one, Method::POST, &format!("/api/v1/passages/{passage}/reply"), &json!({ "answers": { "reply": "not_right", "text": "Het was een vriendin." } })).await;
        self.look("CO", "pass-on", format!("/relatives/{id}/pass-on/{passage}"));
    }

    /// A frozen draft with its reviewer.
    async fn reviewed(&mut self) {
        let case = self.case.clone();
        self.past(&format!("update app.case_file set state = 'quality_review' where id = '{case}'"));
        self.world.done(&self.lead, Method::POST, &format!("/api/v1/cases/{case}/final-draft"), &json!(null)).await;
        self.look("QA", "check", format!("/checks/{case}"));
    }

    /// Two final codings that differ, for who settles.
    async fn codes(&mut self) {
        let (manager, coders) = (self.world.one("RM").await, [self.world.one("C1").await, self.world.one("C2").await, self.world.one("C3").await]);
        let record = text(&self.world.get(&manager, &format!("/api/v1/cases/{}/record", self.gathering)).await["id"]);
        let api = format!("/api/v1/records/{record}");
        for (slot, coder, said) in [("c1", &coders[0], UNKNOWN), ("c2", &coders[1], WITHHELD)] {
            self.world.done(&manager, Method::POST, &format!("{api}/coders"), &json!({ "hat": coder.hat, "slot": slot })).await;
            self.coded(coder, &api, said).await;
        }
        self.world.done(&manager, Method::POST, &format!("{api}/coders"), &json!({ "hat": coders[2].hat, "slot": "c3" })).await;
        // What lay apart is handed on to who settles when they unlock.
        self.world.one("CO").await;
        self.look("C3", "compare", format!("/coding/{record}/compare"));
    }

    /// Answers what is asked until nothing is open, the first three questions with a code of its own, and declares it final.
    async fn coded(&self, coder: &Signed, api: &str, first: i64) {
        let mut left = 3;
        loop {
            let own = self.world.get(coder, api).await["slots"][0].clone();
            let open: Vec<String> = own["open"].as_array().into_iter().flatten().map(text).collect();
            if open.is_empty() {
                break;
            }
            let mut rows = own["rows"].clone();
            for field in open {
                let (level, rest) = field.split_once('[').unwrap();
                let (at, variable) = rest.split_once("].").unwrap();
                rows[level][at.parse::<usize>().unwrap()][variable] = json!(if left > 0 { first } else { UNKNOWN });
                left = (left - 1).max(0);
            }
            let kept = self.world.call(coder, Method::PUT, &format!("{api}/codes")).header("If-Match", format!("\"{}\"", own["version"])).json(&json!({ "slot": "own", "rows": rows })).send().await.unwrap();
            assert!(kept.status().is_success(), "{}", kept.text().await.unwrap());
        }
        let asked = self.world.call(coder, Method::POST, &format!("{api}/final")).json(&json!({ "slot": "own" })).send().await.unwrap();
        if !asked.status().is_success() {
            let refused: Value = asked.json().await.unwrap();
            let reasons: serde_json::Map<String, Value> = refused["faults"].as_array().unwrap().iter().filter_map(|fault| Some((fault["field"].as_str()?.strip_prefix("reasons.")?.to_owned(), json!("So say the sources.")))).collect();
            self.world.done(coder, Method::POST, &format!("{api}/final"), &json!({ "slot": "own", "reasons": reasons })).await;
        }
    }
}
