//! Relatives: plan, an account of their own where the plan says so, words, questions, events, and what is placed of them.

use serde_json::{Value, json};

use super::PlayError;
use super::client::{Enrolment, Placed, Session, list, text};
use super::partners::entry;
use super::report::{OWN_WORDS, as_a_name};
use super::stage::{Stage, language};
use crate::{Relative, answers};

/// A relative who is heard.
pub(super) struct Heard {
    /// Their place.
    pub id: String,
    /// Their compartment.
    pub compartment: String,
    /// Their own session; `None` when the named contact writes down what they tell.
    pub own: Option<Session>,
}

impl Stage<'_> {
    pub async fn meet_relative(&mut self, at: usize, told: &Relative) -> Result<(), PlayError> {
        // The contact can be called: a number that reaches nobody.
        self.of("CO")?.put("/account/reach", &json!({ "phone": "030 000 00 02", "hours": "9.00-17.00" }), None).await?;
        let (organisations, variant) = (&self.told.organisations, self.variant.clone());
        let died = self.told.persons.iter().filter_map(|person| person.death_date.as_ref()).chain(&self.told.incident.date).map(|day| day.as_str()).max();
        let mut plan = answers(&told.plan);
        plan.insert("person".into(), json!({ "name": told.person }));
        plan.insert("relation".into(), told.relation.clone().into());
        plan.insert("side".into(), told.side.clone().into());
        plan.insert("again_on".into(), self.in_days(told.plan.again_on_day.unwrap_or(90)).into());
        if let Some(supporter) = &told.supporter {
            plan.insert("supporter".into(), json!({ "person": { "name": supporter.person }, "from": supporter.from, "scope": supporter.scope }));
        }
        if let Some(guardian) = &told.plan.guardian {
            plan.insert("guardian".into(), json!({ "name": guardian }));
        }
        self.variant.plan(&mut plan);
        let made = self.act("CO", "/relatives", json!({ "answers": plan })).await.at(|| format!("relatives[{at}].plan"))?;
        let (id, compartment) = (text(&made, "id")?, text(&made, "compartment")?);
        let mut own = None;
        if told.plan.channel.iter().any(|way| way == "portal") {
            own = Some(self.let_in(&id, "RE", &told.key, &told.person, told.plan.language.as_deref().or(told.language.as_deref())).await?);
        }
        // Who has no account is asked by their contact; who wants nothing has decided that themselves.
        if own.is_none() {
            self.of("CO")?.post(&format!("/relatives/{id}/decision"), &json!({ "decision": "asked" })).await?;
        }
        let writer = match &mut own {
            Some(session) => session,
            None => self.of("CO")?,
        };
        let documents = format!("/compartments/{compartment}/documents");
        let mut written = vec![];
        let mut words = answers(&told.input);
        variant.words(&mut words, told.statement.as_deref());
        if !words.is_empty() {
            let saved = writer.post(&format!("{documents}/relative-input"), &json!({ "answers": words })).await.at(|| format!("relatives[{at}].input"))?;
            written.push((None, text(&saved, "id")?));
        }
        for (number, event) in told.events.iter().enumerate() {
            let mut filled = entry(event, organisations);
            // The contact, who knows when the victim died, is asked how a contact can be of after that.
            if filled.get("kind").and_then(Value::as_str) == Some("contact") && filled.get("when").and_then(Value::as_str) > died {
                filled.insert("after_death_reason".into(), "As the source tells it.".into());
            }
            let saved = writer.post(&format!("{documents}/chronology-entry"), &json!({ "answers": filled })).await.at(|| format!("relatives[{at}].events[{number}]"))?;
            written.push((Some(event.key.as_str()), text(&saved, "id")?));
        }
        let mut asked = vec![];
        for (number, question) in told.questions.iter().enumerate() {
            let made = writer.post(&format!("/relatives/{id}/questions"), &json!({ "text": question.text })).await.at(|| format!("relatives[{at}].questions[{number}]"))?;
            asked.push(text(&made, "id")?);
        }
        for (number, (question, item)) in told.questions.iter().zip(&asked).enumerate() {
            if let Some(status) = &question.status {
                let answer = json!({ "status": status, "answer": question.answer, "because": question.because });
                self.of("CO")?.post(&format!("/relative-questions/{item}/answer"), &json!({ "answers": answer })).await.at(|| format!("relatives[{at}].questions[{number}]"))?;
            }
        }
        self.place_words(&id, told, &written, &asked).await?;
        if let Some(supporter) = &told.supporter {
            let session = self.let_in(&id, "SU", &format!("supporter of {}", told.key), &supporter.person, told.plan.language.as_deref().or(told.language.as_deref())).await?;
            session.get(&format!("/relatives/{id}/questions")).await?;
        }
        self.relatives.insert(told.key.clone(), Heard { id, compartment, own });
        self.played.relatives += 1;
        Ok(())
    }

    /// Words of relatives that hold the report: the contact proposes what the check proposes, the relative agrees or the contact writes down that
    /// they do, and the report takes it.
    pub async fn agree_on_wordings(&mut self) -> Result<(), PlayError> {
        let told = self.told;
        for (at, relative) in told.relatives.iter().enumerate() {
            let Some(path) = self.relatives.get(&relative.key).map(|heard| format!("/relatives/{}/wordings", heard.id)) else { continue };
            let waits = self.of("CO")?.get(&path).await?;
            for held in list(&waits, "held") {
                let place = || format!("relatives[{at}].input");
                let proposal = json!({ "item": text(held, "item")?, "field": text(held, "field")?, "text": text(held, "proposal")? });
                let mut made = self.of("CO")?.post(&path, &proposal).await;
                // What somebody is called may hold a word that stands in the case as a name: `her sister`. The chair says that it names nobody.
                if matches!(made, Err(PlayError::Refused { status: 422, .. })) {
                    for word in list(held, "hits").filter_map(|hit| hit.get("proposal")?.as_str()).flat_map(str::split_whitespace).filter(|word| !as_a_name(word)) {
                        self.act("CH", "/report/name-check/reason", json!({ "section": OWN_WORDS, "word": word, "reason": "A word of the language; it names nobody." })).await?;
                    }
                    made = self.of("CO")?.post(&path, &proposal).await;
                }
                let wording = text(&made.at(place)?, "id")?;
                let answer = format!("{path}/{wording}/answer");
                match self.relatives.get_mut(&relative.key).and_then(|heard| heard.own.as_mut()) {
                    Some(own) => {
                        own.get(&path).await?;
                        own.post(&answer, &json!({ "agrees": true })).await.at(place)?;
                        self.of("CO")?.post(&format!("{path}/{wording}/take"), &json!({})).await.at(place)?;
                    }
                    None => drop(self.of("CO")?.post(&answer, &json!({ "agrees": true })).await.at(place)?),
                }
            }
        }
        Ok(())
    }

    /// Invites a relative or who supports them with a second code that is read out in person.
    async fn let_in(&mut self, id: &str, role: &str, who: &str, name: &str, spoken: Option<&str>) -> Result<Session, PlayError> {
        let second: String = uuid::Uuid::new_v4().simple().to_string().chars().take(6).collect();
        let invited = self.of("CO")?.post("/invitations", &json!({ "role": role, "name": name, "second": second })).await?;
        let (hat, code) = (text(&invited, "hat")?, text(&invited, "code")?);
        self.of("CO")?.post(&format!("/relatives/{id}/members"), &json!({ "hat": hat, "role": role })).await?;
        let language = language(spoken.unwrap_or("nl"));
        self.stranger.enrol(Enrolment { who, role, hat: &hat, code: &code, second: Some(&second), name, language }).await
    }

    /// The contact places what the relative marked; findings refer to the copies.
    async fn place_words(&mut self, id: &str, told: &Relative, written: &[(Option<&str>, String)], asked: &[String]) -> Result<(), PlayError> {
        let documents: Vec<&String> = written.iter().map(|(_, item)| item).collect();
        if documents.is_empty() && asked.is_empty() {
            return Ok(());
        }
        let placed = self.of("CO")?.post(&format!("/relatives/{id}/place"), &json!({ "documents": documents, "questions": asked })).await?;
        // Questions get their numbers in the case in the order in which they are placed.
        for question in &told.questions {
            let number = self.asked.len() + 1;
            self.asked.insert(format!("{}:{}", told.key, question.key), format!("r{number}"));
        }
        for copy in list(&placed, "placed") {
            let (item, to) = (text(copy, "item")?, text(copy, "copy")?);
            if let Some(field) = copy.get("field").and_then(Value::as_str) {
                self.references.insert(format!("{}:{field}", told.key), format!("words:{to}#{field}"));
            } else if let Some((Some(key), _)) = written.iter().find(|(_, written)| *written == item) {
                self.references.insert(format!("{}:{key}", told.key), format!("entry:{to}"));
            }
        }
        Ok(())
    }
}
