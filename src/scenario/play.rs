//! Playing: from notification to follow-up, in the order of the states the file expects.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use chrono::{Duration, NaiveDate, Utc};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::client::{PlayError, Session, Stranger, text};
use super::file::{Answers, Organisation, Relative, Scenario};

/// How to play.
pub struct Options {
    /// The server.
    pub server: String,
    /// Code of a practice bureau's first administrator.
    pub code: String,
    /// Stop the first time this state is reached.
    pub until: Option<String>,
    /// Where the PDF goes.
    pub folder: PathBuf,
    /// Whether to tell the steps on standard error.
    pub told: bool,
}

/// What was played: the line of the command.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Played {
    /// Number of the case.
    pub case: String,
    /// The state it stopped in.
    pub state: String,
    /// The states it passed.
    pub path: Vec<String>,
    /// Organisations invited.
    pub organisations: usize,
    /// Reflections released.
    pub reflections: usize,
    /// Organisations that knew nothing.
    pub nothing_known: usize,
    /// Events in the merged timeline.
    pub events: usize,
    /// Relatives.
    pub relatives: usize,
    /// Meetings with adopted minutes.
    pub meetings: usize,
    /// Findings adopted.
    pub findings: usize,
    /// Recommendations adopted.
    pub recommendations: usize,
    /// Where the PDF is.
    pub report: Option<PathBuf>,
    /// How long it took.
    pub seconds: f64,
    /// Where it differs from what the file expects.
    pub disagreements: Vec<String>,
}

/// One organisation being played.
struct Partner {
    key: String,
    id: String,
    name: String,
    contact: Session,
    approver: Option<Session>,
    author: Option<Session>,
    reflection: String,
    compartment: String,
}

struct Stage<'a> {
    told: &'a Scenario,
    options: &'a Options,
    stranger: Stranger,
    people: BTreeMap<String, Session>,
    case: String,
    rooms: BTreeMap<String, String>,
    version: i64,
    day: i64,
    partners: Vec<Partner>,
    organisations: BTreeMap<String, String>,
    relatives: BTreeMap<String, (String, String)>,
    references: BTreeMap<String, String>,
    findings: BTreeMap<String, (String, String, String)>,
    recommendations: BTreeMap<String, (String, String)>,
    owners: BTreeMap<String, Session>,
    deferrals: usize,
    qualities: usize,
    result: Played,
}

/// Plays a case.
///
/// # Errors
/// What the server refuses, with who asked what; or a file that can't be written.
pub async fn play(told: &Scenario, options: &Options) -> Result<Played, PlayError> {
    let started = Instant::now();
    let stranger = Stranger::new(&options.server)?;
    let mut stage = Stage::new(told, options, stranger, BTreeMap::new());
    stage.enrol_everyone().await?;
    stage.through().await?;
    stage.result.seconds = (started.elapsed().as_secs_f64() * 10.0).round() / 10.0;
    Ok(stage.result)
}

/// Somebody of a played bureau, with what is needed to sign in as them. For practice only.
#[derive(Clone, Debug, Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DemoAccount {
    /// Role.
    pub role: String,
    /// Name.
    pub name: String,
    /// Sign-in name.
    pub sign_in_name: String,
    /// Passphrase.
    pub passphrase: String,
    /// For the authenticator.
    pub otpauth: String,
}

/// Plays a case to its end and then, with the same people, one that stops in each of the states given. Returns the accounts of
/// the first case.
///
/// # Errors
/// As [`play`].
pub async fn play_several(told: &Scenario, options: &Options, stops: &[&str]) -> Result<Vec<DemoAccount>, PlayError> {
    let stranger = Stranger::new(&options.server)?;
    let mut stage = Stage::new(told, options, stranger.clone(), BTreeMap::new());
    stage.enrol_everyone().await?;
    stage.through().await?;
    let named = |session: &Session| DemoAccount {
        role: session.account().0, name: session.account().1, sign_in_name: session.account().2, passphrase: session.account().3, otpauth: session.account().4,
    };
    let mut accounts: Vec<DemoAccount> = stage.people.iter().filter(|(key, session)| !key.starts_with("relative ") || session.account().0 == "RE").map(|(_, session)| named(session)).collect();
    for partner in &stage.partners {
        accounts.extend([Some(&partner.contact), partner.author.as_ref(), partner.approver.as_ref()].into_iter().flatten().map(named));
    }
    let people: BTreeMap<String, Session> = stage.people.iter().filter(|(key, _)| !key.starts_with("relative ")).map(|(key, session)| (key.clone(), session.clone())).collect();
    for stop in stops {
        let options = Options { server: options.server.clone(), code: String::new(), until: Some((*stop).to_owned()), folder: options.folder.clone(), told: options.told };
        let mut stage = Stage::new(told, &options, stranger.clone(), people.clone());
        stage.through().await?;
    }
    Ok(accounts)
}

impl<'a> Stage<'a> {
    fn new(told: &'a Scenario, options: &'a Options, stranger: Stranger, people: BTreeMap<String, Session>) -> Stage<'a> {
        Stage {
            told, options, stranger, people, case: String::new(), rooms: BTreeMap::new(), version: 1, day: 0, partners: vec![], organisations: BTreeMap::new(),
            relatives: BTreeMap::new(), references: BTreeMap::new(), findings: BTreeMap::new(), recommendations: BTreeMap::new(), owners: BTreeMap::new(), deferrals: 0, qualities: 0,
            result: Played::default(),
        }
    }

    /// One case, from its notification to where it is to stop.
    async fn through(&mut self) -> Result<(), PlayError> {
        let (told, options) = (self.told, self.options);
        self.notify().await?;
        let states: Vec<String> = told.expect.states.iter().chain(&told.expect.after).cloned().collect();
        let mut reached = "notified".to_owned();
        for wanted in states.iter().skip(1) {
            if options.until.as_deref() == Some(reached.as_str()) {
                break;
            }
            self.say(&format!("{reached} → {wanted}"));
            self.advance(&reached, wanted).await?;
            reached = wanted.clone();
        }
        if reached == "follow_up" && options.until.is_none() {
            self.follow_up().await?;
        }
        self.code().await?;
        self.finish(&states).await
    }
}

fn today() -> NaiveDate {
    Utc::now().date_naive()
}

/// The answers without what belongs to the player: keys, days of the process, sources of the facts.
fn plain(answers: &Answers) -> Map<String, Value> {
    answers.iter().filter(|(id, _)| !matches!(id.as_str(), "key" | "src" | "day" | "adopted_day" | "om_consulted_on_day" | "again_on_day" | "publish_day" | "due_day" | "response" | "updates" | "on_day"))
        .map(|(id, value)| (id.clone(), value.clone())).collect()
}

impl Stage<'_> {
    fn say(&self, what: &str) {
        if self.options.told {
            eprintln!("  {what}");
        }
    }

    fn of(&mut self, role: &str) -> Result<&mut Session, PlayError> {
        self.people.values_mut().find(|session| session.role == role).ok_or_else(|| PlayError::Odd(format!("nobody has the role {role}")))
    }

    fn keys_of(&self, role: &str) -> Vec<String> {
        self.told.people.iter().filter(|person| person.role == role).map(|person| person.key.clone()).collect()
    }

    /// A day of the process to come: today and as many days as it lies ahead.
    fn ahead(&self, day: i64) -> String {
        (today() + Duration::days((day - self.day).max(1))).to_string()
    }

    fn case_path(&self, rest: &str) -> String {
        format!("/cases/{}{rest}", self.case)
    }

    fn room(&self, kind: &str) -> Result<String, PlayError> {
        self.rooms.get(kind).cloned().ok_or_else(|| PlayError::Odd(format!("the case has no {kind} compartment yet")))
    }

    async fn document(&mut self, role: &str, room: &str, form: &str, answers: Value) -> Result<String, PlayError> {
        let within = self.room(room)?;
        let made = self.of(role)?.post(&format!("/compartments/{within}/documents/{form}"), &json!({ "answers": answers })).await?;
        if made.get("complete") == Some(&Value::Bool(false)) {
            return Err(PlayError::Odd(format!("{form} is not complete: {}", made.get("missing").cloned().unwrap_or_default())));
        }
        text(&made, "id")
    }

    async fn fact(&mut self, role: &str, name: &str, words: Option<&str>) -> Result<(), PlayError> {
        let path = self.case_path(&format!("/facts/{name}"));
        self.of(role)?.post(&path, &json!({ "words": words })).await?;
        Ok(())
    }

    async fn step(&mut self, role: &str, step: &str) -> Result<(), PlayError> {
        let (path, version) = (self.case_path(&format!("/steps/{step}")), self.version);
        let done = self.of(role)?.post(&path, &json!({ "version": version })).await?;
        self.version = done.get("version").and_then(Value::as_i64).unwrap_or(version + 1);
        Ok(())
    }

    /// Administrator, officers, recovery, everyone of the file; content roles confirmed by two officers.
    async fn enrol_everyone(&mut self) -> Result<(), PlayError> {
        let language = language(&self.told.language);
        let mut administrator = self.stranger.enrol("administrator", "TA", "", &self.options.code, None, "Beheerder", language).await?;
        let mut officers = vec![];
        for number in 1..=3 {
            let invited = administrator.post("/invitations", &json!({ "role": "RP", "name": format!("Functionaris {number}") })).await?;
            officers.push(self.stranger.enrol("officer", "RP", &text(&invited, "hat")?, &text(&invited, "code")?, None, &format!("Functionaris {number}"), language).await?);
        }
        if let Some(first) = officers.first_mut() {
            first.post("/recovery", &json!({})).await?;
        }
        for person in &self.told.people {
            let role = if matches!(person.role.as_str(), "C1" | "C2" | "C3") { "CD" } else { person.role.as_str() };
            let invited = administrator.post("/invitations", &json!({ "role": role, "name": person.name })).await?;
            let hat = text(&invited, "hat")?;
            let session = self.stranger.enrol(&person.key, &person.role, &hat, &text(&invited, "code")?, None, &person.name, language).await?;
            for officer in officers.iter_mut().take(2) {
                officer.post(&format!("/hats/{hat}/confirm"), &json!({})).await?;
            }
            session.put("/session/hat", &json!({ "hat": hat }), None).await?;
            self.people.insert(person.key.clone(), session);
        }
        self.say(&format!("{} people signed in", self.people.len() + officers.len() + 1));
        Ok(())
    }

    async fn notify(&mut self) -> Result<(), PlayError> {
        let told = self.told;
        let mut answers = plain(&told.notification);
        for (from, to) in [("time", "time"), ("place", "place"), ("facts", "facts")] {
            if let Some(value) = told.incident.get(from) {
                answers.insert(to.into(), value.clone());
            }
        }
        if !answers.contains_key("incident_date") && let Some(date) = told.incident.get("date") {
            answers.insert("incident_date".into(), date.clone());
        }
        for (part, list) in [("victim", "victims"), ("suspect", "suspects"), ("child", "children"), ("other", "others")] {
            let rows: Vec<Value> = told.persons.iter().filter(|person| person.part == part).map(|person| {
                let mut named = json!({ "given": person.given, "family": person.family, "aka": person.aka, "address": person.address });
                if matches!(part, "victim" | "suspect" | "other") {
                    named["work"] = person.work.clone().into();
                }
                let mut row = json!({ "key": person.key, "person": named, "sex": person.sex, "age": person.age });
                for (field, value) in [("birth_year", json!(person.birth_year)), ("death_date", json!(person.death_date)), ("status", json!(person.status)), ("where_now", json!(person.where_now)), ("authority", json!(person.authority))] {
                    if !value.is_null() {
                        row[field] = value;
                    }
                }
                row
            }).collect();
            if !rows.is_empty() {
                answers.insert(list.into(), rows.into());
            }
        }
        if !told.relations.is_empty() {
            answers.insert("relations".into(), told.relations.iter().map(|relation| Value::Object(relation.clone())).collect::<Vec<_>>().into());
        }
        let body = json!({ "profile": told.profile, "childVariant": told.child_variant, "language": language(&told.language), "answers": answers });
        let made = self.of("CO")?.post("/cases", &body).await?;
        self.case = text(&made, "id")?;
        self.result.case = text(&made, "number")?;
        self.look(&made);
        self.fact("CO", "om_contact_asked", None).await
    }

    fn look(&mut self, seen: &Value) {
        self.version = seen.get("version").and_then(Value::as_i64).unwrap_or(self.version);
        for (kind, id) in seen.get("compartments").and_then(Value::as_object).into_iter().flatten() {
            self.rooms.insert(kind.clone(), id.as_str().unwrap_or_default().to_owned());
        }
    }

    async fn look_again(&mut self) -> Result<(), PlayError> {
        let path = self.case_path("");
        let seen = self.of("CO")?.get(&path).await?;
        self.look(&seen);
        Ok(())
    }

    async fn advance(&mut self, from: &str, to: &str) -> Result<(), PlayError> {
        match (from, to) {
            ("notified", "screening") => self.step("CO", "T2").await,
            ("screening", "commissioned") => { self.screen("review").await?; self.step("CO", "T3").await }
            ("screening", "not_reviewed") => {
                self.screen("not_reviewed").await?;
                self.fact("CO", "relatives_view_asked", Some("asked")).await?;
                self.co_sign("CO", "not_reviewed").await?;
                self.step("CO", "T4").await
            }
            (_, "deferred") => self.defer().await,
            ("deferred", _) => {
                if let Some(deferral) = self.told.deferral.get(self.deferrals.saturating_sub(1)) { self.day = self.day.max(deferral.resumed_day); }
                self.fact("CO", "deferral_answered", Some("The reason has ended.")).await?;
                self.step("CO", "T6").await
            }
            ("commissioned", "preparation") => self.prepare().await,
            ("preparation", "gathering") => self.commission().await,
            ("gathering", "panel") => self.gather().await,
            ("panel", "gathering") => { self.fact("CH", "new_round_asked", Some("A further question.")).await?; self.step("CH", "T10").await }
            ("panel", "drafting") => self.analyse().await,
            ("drafting", "consultation") => self.draft().await,
            ("consultation", "drafting") => { self.fact("CH", "reply_changes_finding", Some("A reply changes a finding.")).await?; self.step("CH", "T13").await }
            ("consultation", "quality_review") => self.consult().await,
            ("quality_review", "drafting") => { self.review("not_sufficient").await?; self.step("QA", "T15").await }
            ("quality_review", "decided") => self.decide().await,
            ("decided", "published") => self.publish().await,
            ("decided", "closed_unpublished") => {
                self.fact("CO", "unpublished_because", Some("Weighed with the relatives.")).await?;
                self.co_sign("CO", "closed_unpublished").await?;
                self.step("CO", "T18").await
            }
            (_, "follow_up") => self.step("CO", "T19").await,
            (_, "not_reviewed") => { self.fact("CH", "stopped_because", Some("Stopped.")).await?; self.co_sign("CH", "stopped").await?; self.step("CH", "T23").await }
            _ => Err(PlayError::Odd(format!("there is no step from {from} to {to}"))),
        }
    }

    async fn co_sign(&mut self, role: &str, kind: &str) -> Result<(), PlayError> {
        let path = self.case_path("/proposals");
        let made = self.of(role)?.post(&path, &json!({ "kind": kind, "words": "For the reason given." })).await?;
        let id = text(&made, "id")?;
        self.of("NC")?.get("/proposals").await?;
        self.of("NC")?.post(&format!("/proposals/{id}/sign"), &json!({})).await?;
        Ok(())
    }

    async fn screen(&mut self, decision: &str) -> Result<(), PlayError> {
        self.day = self.told.screening.get("day").and_then(Value::as_i64).unwrap_or(self.day);
        let mut answers = plain(&self.told.screening);
        answers.insert("om_consulted_on".into(), today().to_string().into());
        answers.insert("decision".into(), decision.into());
        if decision == "review" {
            answers.insert("profile".into(), self.told.profile.clone().into());
        }
        self.document("CO", "case", "screening", answers.into()).await?;
        Ok(())
    }

    async fn defer(&mut self) -> Result<(), PlayError> {
        let deferral = self.told.deferral.get(self.deferrals).cloned().ok_or_else(|| PlayError::Odd("no further deferral in the file".into()))?;
        self.deferrals += 1;
        self.day = self.day.max(deferral.day);
        let answers = json!({ "reason": deferral.reason, "asked_by": deferral.asked_by, "may_go_on": deferral.may_go_on, "note": deferral.note });
        self.document("CO", "case", "deferral", answers).await?;
        if self.rooms.contains_key("panel") {
            self.fact("CH", "chair_agrees_deferral", None).await?;
        }
        self.step("CO", "T5").await
    }

    async fn name(&mut self, key: &str, role: &str, sector: &str, expert: bool) -> Result<(), PlayError> {
        let hat = self.people.get(key).map(|session| session.hat.clone()).unwrap_or_default();
        let path = self.case_path("/parties");
        self.of("CO")?.post(&path, &json!({ "hat": hat, "role": role, "sector": sector, "dvExpert": expert })).await?;
        let accept = self.case_path("/parties/me");
        if let Some(session) = self.people.get_mut(key) {
            session.post(&accept, &json!({ "noConflict": true, "confidentiality": true })).await?;
        }
        Ok(())
    }

    async fn prepare(&mut self) -> Result<(), PlayError> {
        for key in self.keys_of("CH") {
            self.name(&key, "CH", "", false).await?;
        }
        self.look_again().await?;
        for key in self.keys_of("SE") {
            self.name(&key, "SE", "", false).await?;
        }
        self.fact("CH", "conflict_checked", None).await?;
        self.step("CO", "T7").await
    }

    fn drafter(&self) -> &'static str {
        if self.told.people.iter().any(|person| person.role == "SE") { "SE" } else { "CH" }
    }

    async fn commission(&mut self) -> Result<(), PlayError> {
        let told = self.told;
        self.day = told.terms_of_reference.get("adopted_day").and_then(Value::as_i64).unwrap_or(self.day);
        let drafter = self.drafter();
        let item = self.document(drafter, "panel", "terms-of-reference", plain(&told.terms_of_reference).into()).await?;
        let path = self.case_path(&format!("/terms-of-reference/{item}/adopt"));
        self.of("CH")?.post(&path, &json!({})).await?;
        let experts = told.people.iter().any(|person| person.dv_expert);
        for (index, key) in told.panel.members.iter().enumerate() {
            if let Some(person) = told.people.iter().find(|person| person.key == *key) {
                self.name(key, "PM", &person.sector, person.dv_expert || !experts && index == 0).await?;
            }
        }
        for relative in &told.relatives {
            self.relative(relative).await?;
        }
        self.fact("CO", "organisations_decided", None).await?;
        self.fact("CO", "relatives_decided", None).await?;
        self.step("CH", "T8").await
    }

    /// A relative: plan, own account where the plan says so, words, questions, events.
    async fn relative(&mut self, told: &Relative) -> Result<(), PlayError> {
        let mut plan = plain(&told.plan);
        plan.insert("person".into(), json!({ "name": told.person }));
        plan.insert("relation".into(), told.relation.clone().into());
        plan.insert("side".into(), told.side.clone().into());
        let again = told.plan.get("again_on_day").and_then(Value::as_i64).unwrap_or(90);
        plan.insert("again_on".into(), (today() + Duration::days(again)).to_string().into());
        if let Some(supporter) = &told.supporter {
            plan.insert("supporter".into(), json!({ "person": { "name": supporter.person }, "from": supporter.from, "scope": supporter.scope }));
        }
        let own_page = plan.get("channel").and_then(Value::as_array).is_some_and(|ways| ways.iter().any(|way| way == "portal"));
        let path = self.case_path("/relatives");
        let made = self.of("CO")?.post(&path, &json!({ "answers": plan })).await?;
        let (id, compartment) = (text(&made, "id")?, text(&made, "compartment")?);
        self.relatives.insert(told.key.clone(), (id.clone(), compartment.clone()));
        let mut writer = self.of("CO")?.clone();
        if own_page {
            let second = uuid::Uuid::new_v4().simple().to_string().get(..6).unwrap_or("000000").to_owned();
            let invited = self.of("CO")?.post("/invitations", &json!({ "role": "RE", "name": told.person, "second": second })).await?;
            let hat = text(&invited, "hat")?;
            self.of("CO")?.post(&format!("/relatives/{id}/members"), &json!({ "hat": hat, "role": "RE" })).await?;
            let spoken = told.plan.get("language").and_then(Value::as_str).unwrap_or("nl");
            writer = self.stranger.enrol(&told.key, "RE", &hat, &text(&invited, "code")?, Some(&second), &told.person, language(spoken)).await?;
        }
        let mut documents = vec![];
        if !told.input.is_empty() {
            let saved = writer.post(&format!("/compartments/{compartment}/documents/relative-input"), &json!({ "answers": plain(&told.input) })).await?;
            documents.push(text(&saved, "id")?);
        }
        let mut events = vec![];
        for event in &told.events {
            let saved = writer.post(&format!("/compartments/{compartment}/documents/chronology-entry"), &json!({ "answers": plain(event) })).await?;
            events.push((event.get("key").and_then(Value::as_str).unwrap_or_default().to_owned(), text(&saved, "id")?));
        }
        for question in &told.questions {
            let asked = writer.post(&format!("/relatives/{id}/questions"), &json!({ "text": question.text })).await?;
            if let Some(status) = &question.status {
                let answers = json!({ "status": status, "answer": question.answer, "because": question.because });
                self.of("CO")?.post(&format!("/relative-questions/{}/answer", text(&asked, "id")?), &json!({ "answers": answers })).await?;
            }
        }
        let all: Vec<&String> = documents.iter().chain(events.iter().map(|(_, id)| id)).collect();
        if !all.is_empty() {
            let placed = self.of("CO")?.post(&format!("/relatives/{id}/place"), &json!({ "documents": all })).await?;
            for copy in placed.get("placed").and_then(Value::as_array).into_iter().flatten() {
                let (item, to) = (text(copy, "item")?, text(copy, "copy")?);
                match copy.get("field").and_then(Value::as_str) {
                    Some(field) => { self.references.insert(format!("{}:{field}", told.key), format!("words:{to}#{field}")); }
                    None => if let Some((key, _)) = events.iter().find(|(_, event)| *event == item) {
                        self.references.insert(format!("{}:{key}", told.key), format!("entry:{to}"));
                    },
                }
            }
        }
        self.people.insert(format!("relative {}", told.key), writer.as_role("relative"));
        self.result.relatives += 1;
        Ok(())
    }

    async fn gather(&mut self) -> Result<(), PlayError> {
        if self.partners.is_empty() {
            for organisation in &self.told.organisations {
                self.invite(organisation).await?;
            }
            for index in 0..self.partners.len() {
                self.reflect(index).await?;
            }
        }
        self.fact("CO", "relatives_asked", None).await?;
        if self.told.organisations.is_empty() {
            self.fact("CH", "chair_goes_on", Some("There is no organisation to ask.")).await?;
        }
        self.step("CO", "T9").await
    }

    async fn invite(&mut self, told: &Organisation) -> Result<(), PlayError> {
        let made = self.of("CO")?.post("/organisations", &json!({ "name": told.name, "kind": told.kind })).await?;
        let id = text(&made, "id")?;
        self.organisations.insert(told.key.clone(), id.clone());
        let invited = self.of("CO")?.post("/invitations", &json!({ "role": "AC", "name": told.contact, "organisation": id })).await?;
        let hat = text(&invited, "hat")?;
        let terms = &self.told.terms_of_reference;
        let questions: Vec<Value> = terms.get("questions").and_then(Value::as_array).into_iter().flatten().filter_map(|row| row.get("text").cloned()).collect();
        let victim = self.told.persons.iter().find(|person| person.part == "victim").map(|person| format!("{} {}", person.given, person.family)).unwrap_or_default();
        let restricted = self.told.screening.get("restrictions").is_some();
        let answers = json!({
            "kind": told.kind, "identification": { "name": victim }, "period_from": terms.get("period_from"), "period_to": terms.get("period_to"), "questions": questions,
            "secure_files": true, "may_interview": if restricted { "after_date" } else { "yes" }, "due": (today() + Duration::days(70)).to_string(),
            "what_happens": "Only your organisation reads what you write, until you release it.",
        });
        let path = self.case_path("/reflections");
        let made = self.of("CO")?.post(&path, &json!({ "organisation": id, "contact": hat, "answers": answers })).await?;
        let spoken = language(told.language.as_deref().unwrap_or("nl"));
        let contact = self.stranger.enrol(&format!("{} contact", told.key), "AC", &hat, &text(&invited, "code")?, None, &told.contact, spoken).await?;
        self.partners.push(Partner {
            key: told.key.clone(), id, name: told.name.clone(), contact, approver: None, author: None, reflection: text(&made, "id")?, compartment: text(&made, "compartment")?,
        });
        self.result.organisations += 1;
        Ok(())
    }

    async fn reflect(&mut self, index: usize) -> Result<(), PlayError> {
        let (told, stranger) = (self.told, self.stranger.clone());
        let Some(partner) = self.partners.get_mut(index) else { return Ok(()) };
        let Some(organisation) = told.organisations.iter().find(|one| one.key == partner.key) else { return Ok(()) };
        let reflection = partner.reflection.clone();
        partner.contact.get(&format!("/reflections/{reflection}")).await?;
        let spoken = language(organisation.language.as_deref().unwrap_or("nl"));
        let mut named = BTreeMap::new();
        for (role, name) in [("AU", &organisation.author), ("AP", &organisation.approver)] {
            if let (Some(name), false) = (name, organisation.answer == "decline" || role == "AU" && organisation.answer != "accept") {
                let invited = partner.contact.post("/invitations", &json!({ "role": role, "name": name, "organisation": partner.id })).await?;
                let hat = text(&invited, "hat")?;
                let session = stranger.enrol(&format!("{} {role}", partner.key), role, &hat, &text(&invited, "code")?, None, name, spoken).await?;
                named.insert(role, session);
            }
        }
        let mut answers = json!({ "answer": organisation.answer });
        for (field, value) in [("reason", &organisation.reason), ("reason_text", &organisation.reason_text), ("note", &organisation.note)] {
            if let Some(value) = value {
                answers[field] = value.clone().into();
            }
        }
        if organisation.answer == "decline" && organisation.reason_text.is_none() {
            answers["reason_text"] = "See the reason.".into();
        }
        let hat = |role: &str| named.get(role).map(|session: &Session| session.hat.clone());
        partner.contact.post(&format!("/reflections/{reflection}/answer"), &json!({ "answers": answers, "author": hat("AU"), "approver": hat("AP") })).await?;
        (partner.author, partner.approver) = (named.remove("AU"), named.remove("AP"));
        match organisation.answer.as_str() {
            "nothing_known" => {
                if let Some(approver) = &mut partner.approver {
                    approver.post(&format!("/reflections/{reflection}/confirm"), &json!({})).await?;
                }
                self.result.nothing_known += 1;
                return Ok(());
            }
            "accept" => {}
            _ => return Ok(()),
        }
        let (Some(author), Some(approver)) = (&mut partner.author, &mut partner.approver) else { return Ok(()) };
        let documents = format!("/compartments/{}/documents", partner.compartment);
        let mut words = plain(&organisation.reflection);
        words.insert("facts_checked".into(), true.into());
        if !organisation.not_for_report.is_empty() {
            words.insert("not_for_report".into(), organisation.not_for_report.clone().into());
        }
        for event in &organisation.events {
            author.post(&format!("{documents}/chronology-entry"), &json!({ "answers": plain(event) })).await?;
        }
        let saved = author.post(&format!("{documents}/reflection"), &json!({ "answers": words })).await?;
        author.post(&format!("/reflections/{reflection}/submit"), &json!({})).await?;
        for remark in &organisation.returned {
            approver.post(&format!("/reflections/{reflection}/return"), &json!({ "remarks": remark })).await?;
            let (item, version) = (text(&saved, "id")?, 1);
            let current = author.get(&format!("{documents}/reflection/{item}")).await?;
            let seen = current.get("version").and_then(Value::as_i64).unwrap_or(version);
            author.put(&format!("{documents}/reflection/{item}"), &json!({ "answers": words }), Some(seen)).await?;
            author.post(&format!("/reflections/{reflection}/submit"), &json!({})).await?;
        }
        approver.post(&format!("/reflections/{reflection}/approve"), &json!({})).await?;
        approver.post(&format!("/reflections/{reflection}/release"), &json!({})).await?;
        self.result.reflections += 1;
        Ok(())
    }

    async fn analyse(&mut self) -> Result<(), PlayError> {
        let told = self.told;
        self.find_references().await?;
        let drafter = self.drafter();
        for meeting in &told.panel.meetings {
            self.day = self.day.max(meeting.day);
            let attendance: Vec<Value> = told.panel.members.iter().map(|member| json!({ "member": member, "state": if meeting.absent.contains(member) { "absent" } else { "present" } })).collect();
            let decisions: Vec<Value> = meeting.decisions.iter().map(|decision| json!({ "text": decision })).collect();
            let mut answers = json!({ "on": today().to_string(), "agenda": meeting.agenda, "attendance": attendance, "method": meeting.method, "care_moment": true, "minutes": meeting.minutes });
            if !decisions.is_empty() {
                answers["decisions"] = decisions.into();
            }
            let item = self.document(drafter, "panel", "meeting", answers).await?;
            let path = self.case_path(&format!("/meetings/{item}/adopt"));
            self.of("CH")?.post(&path, &json!({})).await?;
            self.result.meetings += 1;
        }
        for asked in &told.panel.supplementary {
            let Some(index) = self.partners.iter().position(|partner| partner.key == asked.organisation) else { continue };
            let reflection = self.partners.get(index).map(|partner| partner.reflection.clone()).unwrap_or_default();
            let made = self.of("CO")?.post(&format!("/reflections/{reflection}/questions"), &json!({ "question": asked.question })).await?;
            let item = text(&made, "id")?;
            if let Some(author) = self.partners.get_mut(index).and_then(|partner| partner.author.as_mut()) {
                author.get(&format!("/reflections/{reflection}/questions")).await?;
                author.post(&format!("/reflections/{reflection}/questions/{item}/answer"), &json!({ "answer": asked.answer })).await?;
            }
        }
        for finding in &told.findings {
            let mut answers = plain(finding);
            let evidence: Vec<Value> = finding.get("evidence").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
                .map(|name| self.references.get(name).cloned().ok_or_else(|| PlayError::Odd(format!("{name} was not released to the panel"))).map(Value::from)).collect::<Result<_, _>>()?;
            answers.insert("evidence".into(), evidence.into());
            let item = self.document(drafter, "panel", "finding", answers.into()).await?;
            let path = self.case_path(&format!("/findings/{item}/adopt"));
            self.of("CH")?.post(&path, &json!({})).await?;
            let part = |id: &str| finding.get(id).and_then(Value::as_str).unwrap_or_default().to_owned();
            self.findings.insert(part("key"), (item, part("title"), part("text")));
            self.result.findings += 1;
        }
        for outside in &told.owners_outside {
            let made = self.of("CO")?.post("/organisations", &json!({ "name": outside.name, "kind": outside.kind.unwrap_or(33) })).await?;
            self.organisations.insert(outside.key.clone(), text(&made, "id")?);
        }
        for recommendation in &told.recommendations {
            let mut answers = plain(recommendation);
            let part = |id: &str| recommendation.get(id).and_then(Value::as_str).unwrap_or_default().to_owned();
            answers.insert("owner".into(), self.organisations.get(&part("owner")).cloned().unwrap_or_default().into());
            let due = recommendation.get("due_day").and_then(Value::as_i64).unwrap_or(self.day + 180);
            answers.insert("due".into(), self.ahead(due).into());
            answers.remove("reason");
            let item = self.document(drafter, "panel", "recommendation", answers.into()).await?;
            let path = self.case_path(&format!("/recommendations/{item}/adopt"));
            let adopted = self.of("CH")?.post(&path, &json!({})).await?;
            self.recommendations.insert(part("key"), (text(&adopted, "id")?, part("text")));
            self.result.recommendations += 1;
        }
        self.fact("CH", "dissent_recorded", None).await?;
        self.step("CH", "T11").await
    }

    /// Where released copies lie, by what the file calls them.
    async fn find_references(&mut self) -> Result<(), PlayError> {
        let (timeline, released) = (self.case_path("/timeline"), self.case_path("/released"));
        let (timeline, released) = (self.of("CH")?.get(&timeline).await?, self.of("CH")?.get(&released).await?);
        let entries: Vec<Value> = timeline.get("entries").and_then(Value::as_array).cloned().unwrap_or_default();
        self.result.events = entries.len();
        for partner in &self.partners {
            let Some(organisation) = self.told.organisations.iter().find(|one| one.key == partner.key) else { continue };
            for event in &organisation.events {
                let found = entries.iter().find(|entry| entry.get("of").and_then(Value::as_str) == Some(&partner.reflection) && entry.get("what") == event.get("what"));
                if let (Some(found), Some(key)) = (found, event.get("key").and_then(Value::as_str)) {
                    self.references.insert(format!("{}:{key}", partner.key), format!("entry:{}", text(found, "id")?));
                }
            }
            let copy = released.get("reflections").and_then(Value::as_array).into_iter().flatten().find(|copy| copy.get("of").and_then(Value::as_str) == Some(&partner.reflection));
            if let Some(copy) = copy {
                for field in organisation.reflection.keys() {
                    self.references.insert(format!("{}:r.{field}", partner.key), format!("reflection:{}#{field}", text(copy, "id")?));
                }
            }
        }
        Ok(())
    }

    async fn draft(&mut self) -> Result<(), PlayError> {
        let told = self.told;
        let drafter = self.drafter();
        if self.result.report.is_none() && !self.references.contains_key("drafted") {
            for (section, words) in &told.report.sections {
                self.document(drafter, "report", "report-section", json!({ "section": section, "text": words })).await?;
            }
            let report = self.case_path("/report");
            let open = self.of("CH")?.get(&report).await?;
            for section in open.get("open").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
                self.document(drafter, "report", "report-section", json!({ "section": section, "not_applicable": true, "because": "Not in this case." })).await?;
            }
            let names: Vec<Value> = told.report.pseudonyms.iter().map(|(key, pseudonym)| {
                let name = told.persons.iter().find(|person| person.key == *key).map(|person| format!("{} {}", person.given, person.family))
                    .or_else(|| told.relatives.iter().find(|relative| relative.key == *key).map(|relative| relative.person.clone())).unwrap_or_else(|| key.clone());
                json!({ "name": name, "pseudonym": pseudonym })
            }).collect();
            if !names.is_empty() {
                self.document(drafter, "report", "pseudonyms", json!({ "names": names })).await?;
            }
            if !told.learning.brief.is_empty() {
                let mut answers = plain(&told.learning.brief);
                if !told.learning.cards.is_empty() {
                    answers.insert("cards".into(), told.learning.cards.iter().map(|card| Value::Object(card.clone())).collect::<Vec<_>>().into());
                }
                self.document(drafter, "report", "learning", answers.into()).await?;
            }
            self.references.insert("drafted".into(), String::new());
        }
        self.check_names().await?;
        self.step("CH", "T12").await
    }

    /// Each hit is let stand with a reason: the words are those of a published review.
    async fn check_names(&mut self) -> Result<(), PlayError> {
        let path = self.case_path("/report/name-check");
        let checked = self.of("CH")?.post(&path, &json!({})).await?;
        let hits: Vec<Value> = checked.get("hits").and_then(Value::as_array).cloned().unwrap_or_default();
        for hit in &hits {
            let forbidden = self.told.expect.must_not_appear.iter().any(|name| hit.get("word").and_then(Value::as_str).is_some_and(|word| name.split_whitespace().any(|part| part == word)));
            if forbidden {
                return Err(PlayError::Odd(format!("the report of the file holds a name: {hit}")));
            }
            let reason = self.case_path("/report/name-check/reason");
            self.of("CH")?.post(&reason, &json!({ "section": hit.get("section"), "word": hit.get("word"), "reason": "A word of the language, or a kind of organisation; it names nobody." })).await?;
        }
        if !hits.is_empty() {
            self.of("CH")?.post(&path, &json!({})).await?;
        }
        Ok(())
    }

    fn passage(&self, key: &str) -> (String, String) {
        self.findings.get(key).map(|(_, title, words)| (title.clone(), words.clone()))
            .or_else(|| self.recommendations.get(key).map(|(_, words)| (key.to_owned(), words.clone())))
            .or_else(|| self.told.report.sections.get(key).map(|words| (key.to_owned(), words.clone())))
            .unwrap_or_else(|| (key.to_owned(), key.to_owned()))
    }

    async fn consult(&mut self) -> Result<(), PlayError> {
        let told = self.told;
        if !self.references.contains_key("consulted") {
            for consulted in &told.consultation {
                let Some(index) = self.partners.iter().position(|partner| partner.key == consulted.organisation) else { continue };
                let within = self.partners.get(index).map(|partner| partner.compartment.clone()).unwrap_or_default();
                let id = self.place(&within, &consulted.passage).await?;
                if let Some(approver) = self.partners.get_mut(index).and_then(|partner| partner.approver.as_mut()) {
                    approver.get(&format!("/compartments/{within}/passages")).await?;
                    approver.post(&format!("/passages/{id}/reply"), &json!({ "answers": { "reply": consulted.reply, "text": consulted.text } })).await?;
                }
                self.settle(&id, consulted.settled.as_deref(), consulted.because.as_deref()).await?;
            }
            for relative in &told.relatives {
                let Some((_, within)) = self.relatives.get(&relative.key).cloned() else { continue };
                let mut statement = relative.statement.clone();
                for preview in &relative.preview {
                    let id = self.place(&within, &preview.passage).await?;
                    let mut answers = json!({ "reply": preview.reply, "text": preview.text });
                    if let Some(words) = statement.take() {
                        answers["statement"] = words.into();
                    }
                    self.answer_as(relative, &id, answers).await?;
                    self.settle(&id, preview.settled.as_deref(), preview.because.as_deref()).await?;
                }
                if let Some(words) = statement {
                    let id = self.place(&within, "summary").await?;
                    self.answer_as(relative, &id, json!({ "reply": "right", "statement": words })).await?;
                }
            }
            self.references.insert("consulted".into(), String::new());
        }
        self.fact("CO", "relatives_round_done", Some("Everyone who wished has read and answered.")).await?;
        self.step("CO", "T14").await?;
        if !self.references.contains_key("reviewer") {
            for key in self.keys_of("QA") {
                self.name(&key, "QA", "", false).await?;
            }
            self.references.insert("reviewer".into(), String::new());
        }
        let path = self.case_path("/final-draft");
        self.of("CO")?.post(&path, &json!({})).await?;
        Ok(())
    }

    async fn place(&mut self, within: &str, about: &str) -> Result<String, PlayError> {
        let ((title, words), path) = (self.passage(about), self.case_path("/passages"));
        let made = self.of("CH")?.post(&path, &json!({ "compartment": within, "about": about, "title": title, "text": words })).await?;
        text(&made, "id")
    }

    async fn answer_as(&mut self, relative: &Relative, passage: &str, answers: Value) -> Result<(), PlayError> {
        let co = self.of("CO")?.who.clone();
        let session = self.people.get_mut(&format!("relative {}", relative.key)).ok_or_else(|| PlayError::Odd(relative.key.clone()))?;
        let told = session.who == co;
        session.post(&format!("/passages/{passage}/reply"), &json!({ "answers": answers })).await?;
        if !told {
            self.of("CO")?.post(&format!("/passages/{passage}/pass-on"), &json!({})).await?;
        }
        Ok(())
    }

    async fn settle(&mut self, passage: &str, settled: Option<&str>, because: Option<&str>) -> Result<(), PlayError> {
        if let Some(how) = settled {
            self.of("CH")?.post(&format!("/passages/{passage}/settle"), &json!({ "settled": how, "because": because.unwrap_or("As told.") })).await?;
        }
        Ok(())
    }

    async fn review(&mut self, result: &str) -> Result<(), PlayError> {
        let found = self.told.quality.get(self.qualities).cloned();
        self.qualities += 1;
        if let Some(quality) = &found {
            self.day = self.day.max(quality.day);
        }
        let points = found.map(|quality| quality.points).unwrap_or_default();
        let mut answers = json!({ "result": result });
        if !points.is_empty() {
            answers["points"] = points.into();
        } else if result == "not_sufficient" {
            answers["points"] = json!(["To be mended"]);
        }
        let (read, path) = (self.case_path("/final-draft"), self.case_path("/quality"));
        self.of("QA")?.get(&read).await?;
        self.of("QA")?.post(&path, &json!({ "answers": answers })).await?;
        Ok(())
    }

    async fn decide(&mut self) -> Result<(), PlayError> {
        self.review("sufficient").await?;
        self.day = self.told.decision.get("day").and_then(Value::as_i64).unwrap_or(self.day);
        let mut answers = plain(&self.told.decision);
        let on = self.told.decision.get("publish_day").and_then(Value::as_i64).unwrap_or(self.day + 30);
        answers.insert("publish_on".into(), self.ahead(on).into());
        self.document("CO", "report", "publication-decision", answers.into()).await?;
        self.fact("CH", "chair_adopts", None).await?;
        self.step("CO", "T16").await
    }

    async fn publish(&mut self) -> Result<(), PlayError> {
        let (path, version) = (self.case_path("/publication"), self.version);
        let published = self.of("CO")?.post(&path, &json!({ "version": version })).await?;
        self.version = published.get("version").and_then(Value::as_i64).unwrap_or(version + 1);
        let pdf = self.stranger.bytes(&text(&published, "pdfUrl")?).await?;
        std::fs::create_dir_all(&self.options.folder).map_err(|why| PlayError::Odd(format!("{}: {why}", self.options.folder.display())))?;
        let file = self.options.folder.join(format!("{}.pdf", self.result.case));
        std::fs::write(&file, pdf).map_err(|why| PlayError::Odd(format!("{}: {why}", file.display())))?;
        self.result.report = Some(file);
        Ok(())
    }

    async fn follow_up(&mut self) -> Result<(), PlayError> {
        let told = self.told;
        for recommendation in &told.recommendations {
            let part = |id: &str| recommendation.get(id).and_then(Value::as_str).unwrap_or_default().to_owned();
            let Some((id, words)) = self.recommendations.get(&part("key")).cloned() else { continue };
            let owner = part("owner");
            if let Some(partner) = self.partners.iter().find(|partner| partner.key == owner) {
                self.owners.insert(owner.clone(), partner.contact.clone());
                self.say(&format!("{} answers", partner.name));
            } else if !self.owners.contains_key(&owner) {
                let organisation = self.organisations.get(&owner).cloned().unwrap_or_default();
                let invited = self.of("CO")?.post("/invitations", &json!({ "role": "AC", "name": owner, "organisation": organisation })).await?;
                let session = self.stranger.enrol(&owner, "AC", &text(&invited, "hat")?, &text(&invited, "code")?, None, &owner, language(&told.language)).await?;
                self.owners.insert(owner.clone(), session);
            }
            let hat = self.owners.get(&owner).map(|session| session.hat.clone()).unwrap_or_default();
            self.of("CO")?.post(&format!("/recommendations/{id}/owner"), &json!({ "contact": hat })).await?;
            let Some(session) = self.owners.get_mut(&owner) else { continue };
            if let Some(response) = recommendation.get("response") {
                let mut answers = json!({ "response": response, "what": words, "lead": { "name": owner }, "due": (today() + Duration::days(90)).to_string() });
                if let Some(reason) = recommendation.get("reason") {
                    answers["reason"] = reason.clone();
                }
                session.post(&format!("/recommendations/{id}/response"), &json!({ "answers": answers })).await?;
            }
            for update in recommendation.get("updates").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object) {
                session.post(&format!("/recommendations/{id}/updates"), &json!({ "answers": plain(update) })).await?;
            }
        }
        for evaluation in &told.evaluation {
            let role = evaluation.get("role").and_then(Value::as_str).unwrap_or_default().to_owned();
            let path = self.case_path("/evaluation");
            let answers: Map<String, Value> = evaluation.iter().filter(|(id, _)| *id != "role").map(|(id, value)| (id.clone(), value.clone())).collect();
            let session = match role.as_str() {
                "AU" => self.partners.iter_mut().find_map(|partner| partner.author.as_mut()),
                "AP" => self.partners.iter_mut().find_map(|partner| partner.approver.as_mut()),
                "AC" => self.partners.iter_mut().map(|partner| &mut partner.contact).next(),
                "RE" | "SU" => self.people.values_mut().find(|session| session.role == "relative"),
                other => self.people.values_mut().find(|session| session.role == other),
            };
            if let Some(session) = session {
                session.post(&path, &json!({ "answers": answers })).await?;
            }
        }
        Ok(())
    }

    /// The codes of the file, by both coders.
    async fn code(&mut self) -> Result<(), PlayError> {
        let coders = [("c1", self.keys_of("C1")), ("c2", self.keys_of("C2"))];
        if self.keys_of("RM").is_empty() || coders.iter().any(|(_, keys)| keys.is_empty()) {
            return Ok(());
        }
        let path = self.case_path("/record");
        let record = text(&self.of("RM")?.get(&path).await?, "id")?;
        for (slot, keys) in coders {
            let Some(key) = keys.first().cloned() else { continue };
            let hat = self.people.get(&key).map(|session| session.hat.clone()).unwrap_or_default();
            self.of("RM")?.post(&format!("/records/{record}/coders"), &json!({ "hat": hat, "slot": slot })).await?;
            let told = self.told;
            let Some(coder) = self.people.get_mut(&key) else { continue };
            let seen = coder.get(&format!("/records/{record}")).await?;
            let own = seen.get("slots").and_then(Value::as_array).into_iter().flatten().find(|found| found.get("slot").and_then(Value::as_str) == Some(slot)).cloned().unwrap_or_default();
            let rows = coded(own.get("rows").cloned().unwrap_or_default(), told);
            coder.put(&format!("/records/{record}/codes"), &json!({ "slot": slot, "rows": rows }), own.get("version").and_then(Value::as_i64)).await?;
            coder.post(&format!("/records/{record}/final"), &json!({ "slot": slot })).await?;
        }
        Ok(())
    }

    async fn finish(&mut self, states: &[String]) -> Result<(), PlayError> {
        let path = self.case_path("");
        let seen = self.of("CO")?.get(&path).await?;
        self.result.state = text(&seen, "state")?;
        self.result.path = seen.get("history").and_then(Value::as_array).into_iter().flatten().filter_map(|step| step.get("to")?.as_str().map(str::to_owned)).collect();
        let mut wrong = vec![];
        let wanted: Vec<String> = match &self.options.until {
            None => states.to_vec(),
            Some(until) => states.iter().take(states.iter().position(|state| state == until).map_or(states.len(), |at| at + 1)).cloned().collect(),
        };
        if self.result.path != wanted {
            wrong.push(format!("path: {:?} instead of {wanted:?}", self.result.path));
        }
        if self.options.until.is_none() {
            let counts = [
                ("organisations", self.result.organisations), ("reflections", self.result.reflections), ("nothing_known", self.result.nothing_known), ("events", self.result.events),
                ("relatives", self.result.relatives), ("meetings", self.result.meetings), ("findings", self.result.findings), ("recommendations", self.result.recommendations),
            ];
            for (name, count) in counts {
                if let Some(expected) = self.told.expect.counts.get(name)
                    && i64::try_from(count).unwrap_or(-1) != *expected
                {
                    wrong.push(format!("{name}: {count} instead of {expected}"));
                }
            }
            if let Some(pdf) = &self.result.report {
                wrong.extend(compare(pdf, self.told));
            }
        }
        self.result.disagreements = wrong;
        Ok(())
    }
}

/// What must and must not stand in the PDF, read back with pdftotext where that is installed.
fn compare(pdf: &std::path::Path, told: &Scenario) -> Vec<String> {
    let Ok(out) = std::process::Command::new("pdftotext").arg(pdf).arg("-").output() else { return vec!["pdftotext is not installed: the PDF was not read back".into()] };
    let words = String::from_utf8_lossy(&out.stdout).split_whitespace().collect::<Vec<_>>().join(" ");
    let missing = told.expect.must_appear.iter().filter(|wanted| !words.contains(wanted.as_str())).map(|wanted| format!("the PDF lacks: {wanted}"));
    let present = told.expect.must_not_appear.iter().chain(&told.expect.markers_never_published).filter(|banned| words.contains(banned.as_str())).map(|banned| format!("the PDF holds: {banned}"));
    missing.chain(present).collect()
}

/// The codes of the file on top of those of intake; rows are found by the person's key.
fn coded(rows: Value, told: &Scenario) -> Value {
    let mut rows = rows.as_object().cloned().unwrap_or_default();
    let mut merge = |level: &str, number: usize, codes: &Answers, skip: &[&str]| {
        let list = rows.entry(level.to_owned()).or_insert_with(|| json!([]));
        let Some(list) = list.as_array_mut() else { return };
        while list.len() <= number {
            list.push(json!({}));
        }
        if let Some(row) = list.get_mut(number).and_then(Value::as_object_mut) {
            row.extend(codes.iter().filter(|(id, _)| !skip.contains(&id.as_str())).map(|(id, value)| (id.clone(), value.clone())));
        }
    };
    merge("case", 0, &told.register.case, &[]);
    for (level, list) in [("victim", &told.register.victims), ("suspect", &told.register.suspects), ("child", &told.register.children)] {
        for (number, codes) in list.iter().enumerate() {
            merge(level, number, codes, &["person"]);
        }
    }
    for (number, codes) in told.register.relations.iter().enumerate() {
        merge("relation", number, codes, &["victim", "suspect"]);
    }
    rows.into()
}

fn language(code: &str) -> &'static str {
    match code {
        "en" => "en",
        "pap" => "pap",
        _ => "nl",
    }
}
