//! Organisations: invited, answering, writing, approving, releasing (T9).

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::PlayError;
use super::client::{Enrolment, Placed, Session, text};
use super::stage::{Stage, language};
use super::variant::Variant;
use crate::{Answer, Event, Organisation, Part, answers};

/// An organisation that was invited.
pub(super) struct Partner {
    pub key: String,
    pub contact: Session,
    pub author: Option<Session>,
    pub approver: Option<Session>,
    pub reflection: String,
    pub compartment: String,
}

impl Stage<'_> {
    /// Everyone is invited, as on one day, before the review begins.
    pub async fn invite_organisations(&mut self) -> Result<(), PlayError> {
        let told = self.told;
        if self.partners.is_empty() {
            for (at, organisation) in told.organisations.iter().enumerate() {
                self.invite(organisation).await.at(|| format!("organisations[{at}].invitation"))?;
            }
        }
        Ok(())
    }

    /// Each who was invited answers, once.
    pub async fn hear_organisations(&mut self) -> Result<(), PlayError> {
        let told = self.told;
        if !self.done.answered {
            self.done.answered = true;
            for (at, organisation) in told.organisations.iter().enumerate() {
                self.answer(at, organisation).await.at(|| format!("organisations[{at}]"))?;
            }
        }
        Ok(())
    }

    /// T9.
    pub async fn gather(&mut self) -> Result<(), PlayError> {
        let told = self.told;
        self.hear_organisations().await?;
        self.fact("CO", "relatives_asked", None).await?;
        if told.organisations.is_empty() {
            self.fact("CH", "chair_goes_on", Some("There is no organisation to ask.")).await?;
        }
        self.step("CO", "T9").await
    }

    /// The bureau's organisation of a name: the one there is, which an earlier play added, or a new one; a second of the name in one file by its key.
    pub(super) async fn organisation(&mut self, key: &str, name: &str, kind: Value) -> Result<String, PlayError> {
        let known = self.of("CO")?.get("/organisations").await?;
        let there: Vec<&Value> = known.as_array().into_iter().flatten().filter(|one| one.get("name").and_then(Value::as_str) == Some(name)).collect();
        let free = there.iter().filter_map(|one| one.get("id").and_then(Value::as_str)).find(|id| !self.organisations.values().any(|used| used == id));
        if let Some(id) = free {
            return Ok(id.to_owned());
        }
        let place = if there.is_empty() { "" } else { key };
        let made = self.of("CO")?.post("/organisations", &json!({ "name": name, "kind": kind, "place": place })).await?;
        text(&made, "id")
    }

    async fn invite(&mut self, organisation: &Organisation) -> Result<(), PlayError> {
        let told = self.told;
        let id = self.organisation(&organisation.key, &organisation.name, json!(organisation.kind)).await?;
        let invited = self.of("CO")?.post("/invitations", &json!({ "role": "AC", "name": organisation.contact, "organisation": id })).await?;
        let (hat, code) = (text(&invited, "hat")?, text(&invited, "code")?);
        let terms = &told.terms_of_reference;
        // An organisation can be asked of somebody whose name nobody knows.
        let victim = told.persons.iter().find(|person| person.part == Part::Victim).map(crate::Person::full_name).filter(|name| !name.is_empty()).unwrap_or_else(|| "Onbekend".to_owned());
        let own = &organisation.invitation;
        let asked: Vec<&String> = if own.questions.is_empty() { terms.questions.iter().map(|question| &question.text).collect() } else { own.questions.iter().collect() };
        let filled = json!({
            "kind": organisation.kind, "identification": { "name": own.identification.as_ref().unwrap_or(&victim) },
            "period_from": own.period_from.as_ref().or(terms.period_from.as_ref()), "period_to": own.period_to.as_ref().or(terms.period_to.as_ref()),
            "questions": asked, "secure_files": own.secure_files.unwrap_or(true),
            "may_interview": own.may_interview.as_deref().unwrap_or(if told.screening.restrictions.is_empty() { "yes" } else { "after_date" }), "due": own.due_day.map_or_else(|| self.in_days(70), |day| self.ahead(day)),
            "what_happens": own.what_happens.as_deref().unwrap_or("Only your organisation reads what you write, until you release it."),
        });
        let made = self.act("CO", "/reflections", json!({ "organisation": id, "contact": hat, "answers": filled })).await?;
        let who = format!("{} contact", organisation.key);
        let spoken = language(organisation.language.as_deref().unwrap_or("nl"));
        let contact = self.stranger.enrol(Enrolment { who: &who, role: "AC", hat: &hat, code: &code, second: None, name: &organisation.contact, language: spoken }).await?;
        self.organisations.insert(organisation.key.clone(), id);
        self.partners.push(Partner { key: organisation.key.clone(), contact, author: None, approver: None, reflection: text(&made, "id")?, compartment: text(&made, "compartment")? });
        self.played.organisations += 1;
        Ok(())
    }

    /// The first organisation that takes part and names who writes answers, and writes nothing yet.
    pub async fn begin_to_write(&mut self) -> Result<(), PlayError> {
        let told = self.told;
        let first = told.organisations.iter().enumerate().find(|(_, one)| matches!(one.answer, Answer::Accept) && one.author.is_some());
        match first {
            Some((at, organisation)) => self.take_part(at, organisation).await.at(|| format!("organisations[{at}]")),
            None => Ok(()),
        }
    }

    /// Who writes and who approves is named, and the invitation answered.
    async fn take_part(&mut self, at: usize, told: &Organisation) -> Result<(), PlayError> {
        let stranger = self.stranger.clone();
        let id = self.organisations.get(&told.key).cloned().unwrap_or_default();
        let Some(partner) = self.partners.get_mut(at) else { return Ok(()) };
        let reflection = format!("/reflections/{}", partner.reflection);
        partner.contact.get(&reflection).await?;
        // Who knows nothing still needs someone to confirm that.
        let roles = match told.answer {
            Answer::Accept => &[("AU", &told.author), ("AP", &told.approver)][..],
            Answer::NothingKnown => &[("AP", &told.approver)],
            Answer::Decline => &[],
        };
        for (role, name) in roles {
            let Some(name) = name else { continue };
            let invited = partner.contact.post("/invitations", &json!({ "role": role, "name": name, "organisation": id })).await?;
            let (hat, code) = (text(&invited, "hat")?, text(&invited, "code")?);
            let (who, spoken) = (format!("{} {role}", told.key), language(told.language.as_deref().unwrap_or("nl")));
            let session = stranger.enrol(Enrolment { who: &who, role, hat: &hat, code: &code, second: None, name, language: spoken }).await?;
            if *role == "AU" { partner.author = Some(session) } else { partner.approver = Some(session) }
        }
        let mut filled = json!({ "answer": told.answer });
        for (field, value) in [("reason", &told.reason), ("reason_text", &told.reason_text), ("note", &told.note)] {
            if let Some(value) = value {
                filled[field] = value.clone().into();
            }
        }
        if told.answer == Answer::Decline && told.reason_text.is_none() {
            filled["reason_text"] = "See the reason.".into();
        }
        let hat = |session: &Option<Session>| session.as_ref().map(|session| session.hat.clone());
        partner.contact.post(&format!("{reflection}/answer"), &json!({ "answers": filled, "author": hat(&partner.author), "approver": hat(&partner.approver) })).await?;
        Ok(())
    }

    async fn answer(&mut self, at: usize, told: &Organisation) -> Result<(), PlayError> {
        self.take_part(at, told).await?;
        let Some(partner) = self.partners.get_mut(at) else { return Ok(()) };
        match told.answer {
            Answer::Accept => {
                reflect(partner, at, told, &self.told.organisations, &self.variant).await?;
                self.played.reflections += 1;
            }
            Answer::NothingKnown => {
                if let Some(approver) = &mut partner.approver {
                    approver.post(&format!("/reflections/{}/confirm", partner.reflection), &json!({})).await?;
                }
                self.played.nothing_known += 1;
            }
            Answer::Decline => {}
        }
        self.say(&format!("{} answered", told.key));
        Ok(())
    }
}

/// An event as its form asks it: whom it was shared with is told by kind of organisation.
pub(crate) fn entry(event: &Event, all: &[Organisation]) -> crate::Answers {
    let mut filled = answers(event);
    filled.remove("shared_with");
    let kinds: BTreeSet<i64> = event.shared_with.iter().filter_map(|key| all.iter().find(|one| one.key == *key)).map(|one| one.kind).collect();
    if !kinds.is_empty() {
        filled.insert("shared_with".into(), kinds.into_iter().map(|kind| kind.to_string()).collect::<Vec<_>>().into());
    }
    filled
}

/// Events and reflection written, returned as often as the file tells, approved and released.
async fn reflect(partner: &mut Partner, at: usize, told: &Organisation, all: &[Organisation], variant: &Variant) -> Result<(), PlayError> {
    let (Some(author), Some(approver)) = (&mut partner.author, &mut partner.approver) else { return Ok(()) };
    let documents = format!("/compartments/{}/documents", partner.compartment);
    let reflection = format!("/reflections/{}", partner.reflection);
    for (number, event) in told.events.iter().enumerate() {
        let saved = author.post(&format!("{documents}/chronology-entry"), &json!({ "answers": entry(event, all) })).await;
        saved.at(|| format!("organisations[{at}].events[{number}]"))?;
    }
    let place = || format!("organisations[{at}].reflection");
    let mut words = told.reflection.as_ref().map(answers).unwrap_or_default();
    words.insert("facts_checked".into(), true.into());
    if !told.not_for_report.is_empty() {
        words.insert("not_for_report".into(), told.not_for_report.clone().into());
    }
    // What the file leaves out was left open by who filled it in; the form asks why of those it can't do without.
    let open: Vec<Value> = ["role", "what_happened"].into_iter().filter(|question| !words.contains_key(*question))
        .map(|question| json!({ "question": question, "because": "Left open by the organisation." })).collect();
    if !open.is_empty() {
        words.insert("open_answers".into(), open.into());
    }
    variant.reflection(&mut words);
    let item = format!("{documents}/reflection/{}", text(&author.post(&format!("{documents}/reflection"), &json!({ "answers": words })).await.at(place)?, "id")?);
    author.post(&format!("{reflection}/submit"), &json!({})).await.at(place)?;
    for remarks in &told.returned {
        approver.post(&format!("{reflection}/return"), &json!({ "remarks": remarks })).await?;
        let seen = author.get(&item).await?.get("version").and_then(Value::as_i64);
        author.put(&item, &json!({ "answers": words }), seen).await?;
        author.post(&format!("{reflection}/submit"), &json!({})).await?;
    }
    approver.post(&format!("{reflection}/approve"), &json!({})).await?;
    approver.post(&format!("{reflection}/release"), &json!({})).await?;
    Ok(())
}
