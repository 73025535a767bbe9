//! What the player keeps while a case is played, and which step leads from one state to the next.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{Duration, NaiveDate, Utc};
use serde_json::{Value, json};

use super::client::{Placed, PlayError, Session, Stranger, list, text};
use super::partners::Partner;
use super::variant::Variant;
use super::{Played, relatives::Heard};
use crate::Scenario;

/// A case being played.
pub(super) struct Stage<'a> {
    pub told: &'a Scenario,
    pub folder: &'a Path,
    pub factors: &'a BTreeMap<String, i64>,
    progress: &'a (dyn Fn(&str) + Sync),
    pub stranger: Stranger,
    /// Accounts of the bureau by key, in the order of the file.
    pub people: Vec<(String, Session)>,
    pub case: String,
    rooms: BTreeMap<String, String>,
    pub version: i64,
    /// What the variant of the case asks.
    pub variant: Variant,
    /// The day of the process the case has come to.
    pub day: i64,
    pub partners: Vec<Partner>,
    /// Ids of organisations by key, owners outside included.
    pub organisations: BTreeMap<String, String>,
    pub relatives: BTreeMap<String, Heard>,
    /// What the file calls an entry, an answer or a text, as findings refer to it.
    pub references: BTreeMap<String, String>,
    /// Numbers of relatives' questions by what the file calls them.
    pub asked: BTreeMap<String, String>,
    pub findings: BTreeMap<String, String>,
    /// Ids of adopted recommendations by key.
    pub recommendations: BTreeMap<String, String>,
    /// Documents of the report's sections.
    pub sections: BTreeMap<String, String>,
    pub deferrals: usize,
    pub rounds: usize,
    pub done: Done,
    pub played: Played,
}

/// What is done once, however often its state is reached.
#[derive(Default)]
pub(super) struct Done {
    pub answered: bool,
    pub drafted: bool,
    pub consulted: bool,
    pub reviewer_named: bool,
    pub followed_up: bool,
    pub coded: bool,
}

/// A language the pages know; Dutch for the others.
pub(super) fn language(code: &str) -> &'static str {
    match code {
        "en" => "en",
        "pap" => "pap",
        _ => "nl",
    }
}

impl<'a> Stage<'a> {
    pub fn new(
        told: &'a Scenario, stranger: Stranger, people: Vec<(String, Session)>, folder: &'a Path, factors: &'a BTreeMap<String, i64>, progress: &'a (dyn Fn(&str) + Sync),
    ) -> Stage<'a> {
        Stage {
            told, folder, factors, progress, stranger, people, case: String::new(), rooms: BTreeMap::new(), version: 1, variant: Variant::of(&serde_json::Value::Null), day: 0, partners: vec![],
            organisations: BTreeMap::new(), relatives: BTreeMap::new(), references: BTreeMap::new(), asked: BTreeMap::new(), findings: BTreeMap::new(), recommendations: BTreeMap::new(),
            sections: BTreeMap::new(), deferrals: 0, rounds: 0, done: Done::default(), played: Played::default(),
        }
    }

    /// Today, on which everything happens, as the bureau counts its days.
    pub fn today(&self) -> NaiveDate {
        self.told.bureau.day_at(Utc::now())
    }

    /// In a number of days.
    pub fn in_days(&self, days: i64) -> String {
        (self.today() + Duration::try_days(days).unwrap_or_default()).to_string()
    }

    /// One case, from its notification to its end or to where it is to stop.
    pub async fn through(&mut self, until: Option<&str>) -> Result<(), PlayError> {
        let states: Vec<&str> = self.told.expect.states.iter().chain(&self.told.expect.after).map(String::as_str).collect();
        if let Some(until) = until.filter(|until| *until != "notified" && !states.contains(until)) {
            return Err(PlayError::Odd(format!("the file never comes to {until}: it goes through {}", states.join(", "))));
        }
        self.notify().await.at(|| "notification".into())?;
        let mut reached = "notified";
        for (at, wanted) in states.iter().enumerate().skip(1) {
            if until == Some(reached) {
                break;
            }
            self.say(&format!("{reached} → {wanted}"));
            let before = self.told.expect.states.len();
            self.advance(reached, wanted).await.at(|| if at < before { format!("expect.states[{at}]") } else { format!("expect.after[{}]", at - before) })?;
            reached = wanted;
        }
        if until.is_none() {
            // `closed` asks for answers and codes before; a case that stays open in follow-up gets them now.
            self.follow_up().await?;
            self.code().await.at(|| "register".into())?;
        }
        self.compare(&states, until).await
    }

    pub fn say(&self, what: &str) {
        (self.progress)(what);
    }

    /// The first who has a role.
    pub fn of(&mut self, role: &str) -> Result<&mut Session, PlayError> {
        self.people.iter_mut().map(|(_, session)| session).find(|session| session.role == role).ok_or_else(|| PlayError::Odd(format!("nobody of `people` has the role {role}")))
    }

    /// Who has a key.
    pub fn who(&mut self, key: &str) -> Result<&mut Session, PlayError> {
        self.people.iter_mut().find(|(known, _)| known == key).map(|(_, session)| session).ok_or_else(|| PlayError::Odd(format!("nobody of `people` has the key {key}")))
    }

    pub fn keys_of(&self, role: &str) -> Vec<&'a str> {
        self.told.people.iter().filter(|person| person.role == role).map(|person| person.key.as_str()).collect()
    }

    /// The process has come to a day; it never goes back.
    pub fn on(&mut self, day: Option<i64>) {
        self.day = self.day.max(day.unwrap_or_default());
    }

    /// A day of the process that lies ahead; tomorrow at the least.
    pub fn ahead(&self, day: i64) -> String {
        self.in_days((day - self.day).max(1))
    }

    pub fn path(&self, rest: &str) -> String {
        format!("/cases/{}{rest}", self.case)
    }

    pub fn room(&self, kind: &str) -> Result<&str, PlayError> {
        self.rooms.get(kind).map(String::as_str).ok_or_else(|| PlayError::Odd(format!("the case has no {kind} compartment yet")))
    }

    pub fn has_room(&self, kind: &str) -> bool {
        self.rooms.contains_key(kind)
    }

    /// The secretary drafts, or the chair where there is none.
    pub fn drafter(&self) -> &'static str {
        if self.keys_of("SE").is_empty() { "CH" } else { "SE" }
    }

    /// Writes a form that must be complete, and gives its id.
    pub async fn document(&mut self, role: &str, room: &str, form: &str, answers: Value) -> Result<String, PlayError> {
        let path = format!("/compartments/{}/documents/{form}", self.room(room)?);
        let told = json!({ "answers": answers });
        let writer = self.of(role)?;
        let made = match writer.post(&path, &told).await {
            // A form that is there once is written on: a screening after one that decided otherwise.
            Err(PlayError::Refused { status: 409, body, .. }) if body.contains("already-there") => {
                let there = writer.get(&path).await?;
                let item = there.get(0).and_then(|one| one.get("id")).and_then(Value::as_str).map(|item| format!("{path}/{item}")).ok_or_else(|| PlayError::Odd(format!("{path} is there and is not listed")))?;
                let seen = writer.get(&item).await?;
                writer.put(&item, &told, seen.get("version").and_then(Value::as_i64)).await?
            }
            made => made?,
        };
        if made.get("complete") == Some(&Value::Bool(false)) {
            let open = list(&made, "missing").filter_map(|open| Some(open.get("field")?.as_str()?.to_owned())).collect();
            return Err(PlayError::Open { form: form.into(), open });
        }
        text(&made, "id")
    }

    /// Posts what needs no answer.
    pub async fn act(&mut self, role: &str, rest: &str, body: Value) -> Result<Value, PlayError> {
        let path = self.path(rest);
        self.of(role)?.post(&path, &body).await
    }

    pub async fn fact(&mut self, role: &str, name: &str, words: Option<&str>) -> Result<(), PlayError> {
        self.act(role, &format!("/facts/{name}"), json!({ "words": words })).await.map(drop)
    }

    pub async fn step(&mut self, role: &str, step: &str) -> Result<(), PlayError> {
        let version = self.version;
        let taken = self.act(role, &format!("/steps/{step}"), json!({ "version": version })).await?;
        self.version = taken.get("version").and_then(Value::as_i64).unwrap_or(version + 1);
        Ok(())
    }

    /// Keeps version, compartments and variant of the case as an answer shows them.
    pub fn look(&mut self, seen: &Value) {
        if seen.get("variant").is_some() {
            self.variant = Variant::of(seen);
        }
        self.version = seen.get("version").and_then(Value::as_i64).unwrap_or(self.version);
        for (kind, id) in seen.get("compartments").and_then(Value::as_object).into_iter().flatten() {
            self.rooms.insert(kind.clone(), id.as_str().unwrap_or_default().to_owned());
        }
    }

    /// What must be there for the next state, and the step to it.
    pub async fn advance(&mut self, from: &str, to: &str) -> Result<(), PlayError> {
        match (from, to) {
            ("notified", "screening") => self.step("CO", "T2").await,
            ("screening", "commissioned") => self.commission().await,
            ("screening", "not_reviewed") => self.decline_review().await,
            (_, "deferred") => self.defer().await,
            ("deferred", _) => self.resume().await,
            ("commissioned", "preparation") => self.prepare().await,
            ("preparation", "gathering") => self.adopt_terms().await,
            ("gathering", "panel") => self.gather().await,
            ("panel", "gathering") => {
                self.fact("CH", "new_round_asked", Some("A question that needs a new reflection.")).await?;
                self.step("CH", "T10").await
            }
            ("panel", "drafting") => self.analyse().await,
            ("drafting", "consultation") => self.draft().await,
            ("consultation", "drafting") => {
                self.hear_replies().await?;
                self.fact("CH", "reply_changes_finding", Some("A reply changes a finding.")).await?;
                self.step("CH", "T13").await
            }
            ("consultation", "quality_review") => self.send_to_quality().await,
            ("quality_review", "drafting") => {
                self.review("not_sufficient").await?;
                self.step("QA", "T15").await
            }
            ("quality_review", "decided") => self.decide().await,
            ("decided", "published") => self.publish().await,
            ("decided", "closed_unpublished") => {
                self.fact("CO", "unpublished_because", Some("Weighed with the relatives.")).await?;
                self.co_sign("CO", "closed_unpublished").await?;
                self.step("CO", "T18").await
            }
            ("published" | "closed_unpublished", "follow_up") => self.step("CO", "T19").await,
            ("follow_up", "closed") => self.close().await,
            ("not_reviewed", "closed") => {
                self.code().await?;
                self.step("RM", "T21").await
            }
            ("not_reviewed", "screening") | ("closed", "follow_up") => {
                self.fact("CO", "new_facts", Some("New facts became known.")).await?;
                self.co_sign("CO", "reopened").await?;
                self.step("CO", "T22").await
            }
            (from, "not_reviewed") => {
                self.appoint_chair().await?;
                // What had happened before it stopped.
                if from == "gathering" {
                    self.hear_organisations().await?;
                    self.find_references().await?;
                } else if from == "panel" {
                    self.meet_and_ask().await?;
                }
                self.fact("CH", "stopped_because", Some("The review can't go on.")).await?;
                // A file tells nothing of it: what was released stays as long as it would have.
                self.act("CH", "/facts/released_decided", json!({ "choice": "keep" })).await?;
                self.co_sign("CH", "stopped").await?;
                self.step("CH", "T23").await
            }
            _ => Err(PlayError::Odd(format!("there is no step from {from} to {to}"))),
        }
    }

    /// A proposal that the national coordinator signs.
    pub async fn co_sign(&mut self, role: &str, kind: &str) -> Result<(), PlayError> {
        let made = self.act(role, "/proposals", json!({ "kind": kind, "words": "For the reason given." })).await?;
        let id = text(&made, "id")?;
        let national = self.of("NC")?;
        national.get("/proposals").await?;
        national.post(&format!("/proposals/{id}/sign"), &json!({})).await.map(drop)
    }
}
