//! The panel: meetings, questions further, findings with evidence, recommendations with owners (T11).

use serde_json::{Value, json};

use super::PlayError;
use super::client::{Placed, list, text};
use super::stage::Stage;
use crate::{Answers, Meeting, Recommendation, answers};

/// Code of a kind of organisation the codebook has no name for.
const OTHER_ORGANISATION: i64 = 90;

/// Whether a dissent says that there is none (T11: "dissent recorded or 'geen'").
fn says_none(words: &str) -> bool {
    let said = words.trim().trim_end_matches('.').to_lowercase();
    ["geen", "none", "no", "nee", "niemand", "nobody", "-", ""].contains(&said.as_str())
}

impl Stage<'_> {
    pub async fn analyse(&mut self) -> Result<(), PlayError> {
        self.meet_and_ask().await?;
        self.find().await?;
        self.recommend().await?;
        self.fact("CH", "dissent_recorded", None).await?;
        self.step("CH", "T11").await
    }

    /// The meetings of the panel, and what it asked further.
    pub async fn meet_and_ask(&mut self) -> Result<(), PlayError> {
        self.find_references().await?;
        self.meet().await?;
        self.ask_further().await
    }

    /// Where released copies lie, by what the file calls them. Copies tell from which reflection they come.
    pub async fn find_references(&mut self) -> Result<(), PlayError> {
        let told = self.told;
        let (timeline, released) = (self.path("/timeline"), self.path("/released"));
        let (timeline, released) = (self.of("CH")?.get(&timeline).await?, self.of("CH")?.get(&released).await?);
        self.played.events = list(&timeline, "entries").count();
        for (organisation, partner) in told.organisations.iter().zip(&self.partners) {
            let of = |copy: &&Value| copy.get("of").and_then(Value::as_str) == Some(&partner.reflection);
            let mut entries: Vec<&Value> = list(&timeline, "entries").filter(of).collect();
            for event in &organisation.events {
                // Two events may have the same words: each entry is taken once.
                let found = entries.iter().position(|entry| entry.get("what").and_then(Value::as_str).map(str::trim) == Some(event.what.trim()));
                if let Some(found) = found {
                    let entry = entries.swap_remove(found);
                    self.references.insert(format!("{}:{}", organisation.key, event.key), format!("entry:{}", text(entry, "id")?));
                }
            }
            if let Some(copy) = list(&released, "reflections").find(of) {
                let copy = text(copy, "id")?;
                for (field, _) in organisation.reflection.iter().flat_map(answers) {
                    let at = format!("reflection:{copy}#{}", self.variant.field(&field));
                    self.references.insert(format!("{}:r.{field}", organisation.key), at);
                }
            }
        }
        Ok(())
    }

    async fn meet(&mut self) -> Result<(), PlayError> {
        let told = self.told;
        for (at, meeting) in told.panel.meetings.iter().enumerate() {
            self.on(meeting.day);
            let attendance: Vec<Value> =
                told.panel.members.iter().map(|member| json!({ "member": self.hat(member), "state": attended(meeting, member) })).collect();
            let mut filled = json!({
                "on": self.today().to_string(), "agenda": meeting.agenda, "attendance": attendance, "method": meeting.method, "care_moment": true, "minutes": meeting.minutes,
            });
            if !meeting.decisions.is_empty() {
                filled["decisions"] = meeting.decisions.iter().map(|decision| if decision.is_string() { json!({ "text": decision }) } else { decision.clone() }).collect::<Vec<_>>().into();
            }
            if let Some(place) = &meeting.place_or_online {
                filled["place_or_online"] = place.clone().into();
            }
            if !meeting.open_questions.is_empty() {
                filled["open_questions"] = meeting.open_questions.iter().map(|asked| self.question(asked)).collect::<Vec<_>>().into();
            }
            let item = self.document(self.drafter(), "panel", "meeting", filled).await.at(|| format!("panel.meetings[{at}]"))?;
            // Minutes the file says were never adopted stay a draft, and are not counted.
            if meeting.adopted != Some(false) {
                self.act("CH", &format!("/meetings/{item}/adopt"), json!({})).await.at(|| format!("panel.meetings[{at}]"))?;
                self.played.meetings += 1;
            }
        }
        Ok(())
    }

    /// The hat of a member of the panel.
    fn hat(&self, member: &str) -> String {
        self.people.iter().find(|(key, _)| key == member).map(|(_, session)| session.hat.clone()).unwrap_or_else(|| member.to_owned())
    }

    /// An open question of a meeting, with the organisation by its id.
    fn question(&self, asked: &Value) -> Value {
        let mut row = if asked.is_string() { json!({ "text": asked }) } else { asked.clone() };
        if let Some(id) = row.get("organisation").and_then(Value::as_str).and_then(|key| self.organisations.get(key)) {
            row["organisation"] = id.clone().into();
        }
        row
    }

    async fn ask_further(&mut self) -> Result<(), PlayError> {
        let told = self.told;
        for (number, asked) in told.panel.supplementary.iter().enumerate() {
            self.on(asked.day);
            let Some(at) = self.partners.iter().position(|partner| partner.key == asked.organisation) else { continue };
            let path = format!("/reflections/{}/questions", self.partners.get(at).map(|partner| partner.reflection.as_str()).unwrap_or_default());
            let item = text(&self.of("CO")?.post(&path, &json!({ "question": asked.question })).await.at(|| format!("panel.supplementary[{number}]"))?, "id")?;
            if let Some(author) = self.partners.get_mut(at).and_then(|partner| partner.author.as_mut()) {
                author.get(&path).await?;
                author.post(&format!("{path}/{item}/answer"), &json!({ "answer": asked.answer })).await.at(|| format!("panel.supplementary[{number}]"))?;
            }
        }
        Ok(())
    }

    async fn find(&mut self) -> Result<(), PlayError> {
        for (at, finding) in self.told.findings.iter().enumerate() {
            let mut filled = answers(finding);
            filled.remove("dissent");
            let mut evidence = vec![];
            for name in &finding.evidence {
                evidence.push(self.references.get(name).cloned().ok_or_else(|| PlayError::Odd(format!("{}: {name} was not released to the panel", finding.key)))?);
            }
            filled.insert("evidence".into(), evidence.into());
            let answered: Vec<String> = finding.answers.iter().map(|key| self.asked.get(key).unwrap_or(key).clone()).collect();
            if !answered.is_empty() {
                filled.insert("answers".into(), answered.into());
            }
            let item = self.document(self.drafter(), "panel", "finding", filled.into()).await.at(|| format!("findings[{at}]"))?;
            // A file may write that there is none.
            if let Some(dissent) = finding.dissent.as_ref().filter(|words| !says_none(words)) {
                self.dissent(&item, dissent).await.at(|| format!("findings[{at}].dissent"))?;
            }
            self.act("CH", &format!("/findings/{item}/adopt"), json!({})).await.at(|| format!("findings[{at}]"))?;
            self.findings.insert(finding.key.clone(), item);
            self.played.findings += 1;
        }
        Ok(())
    }

    /// A file tells what is held against a finding, not by whom: it is the first member's own, or the chair's where there is none.
    async fn dissent(&mut self, finding: &str, words: &str) -> Result<(), PlayError> {
        let path = format!("/compartments/{}/documents/dissent", self.room("panel")?);
        let member = self.told.panel.members.first();
        let session = match member {
            Some(key) => self.who(key)?,
            None => self.of("CH")?,
        };
        session.post(&path, &json!({ "answers": { "finding": finding, "text": words } })).await.map(drop)
    }

    async fn recommend(&mut self) -> Result<(), PlayError> {
        let told = self.told;
        for (at, outside) in told.owners_outside.iter().enumerate() {
            let id = self.organisation(&outside.key, &outside.name, json!(outside.kind.unwrap_or(OTHER_ORGANISATION))).await.at(|| format!("owners_outside[{at}]"))?;
            self.organisations.insert(outside.key.clone(), id);
        }
        for (at, recommendation) in told.recommendations.iter().enumerate() {
            let mut filled = advice(recommendation);
            if recommendation.asked_owner_on_day.is_some() {
                filled.insert("asked_owner_on".into(), self.today().to_string().into());
            }
            let findings: Vec<Value> = recommendation.findings.iter().filter_map(|key| self.findings.get(key)).map(|item| item.clone().into()).collect();
            filled.insert("findings".into(), findings.into());
            filled.insert("owner".into(), self.organisations.get(&recommendation.owner).cloned().unwrap_or_default().into());
            filled.insert("due".into(), self.ahead(recommendation.due_day.unwrap_or(self.day + 180)).into());
            let item = self.document(self.drafter(), "panel", "recommendation", filled.into()).await.at(|| format!("recommendations[{at}]"))?;
            let adopted = self.act("CH", &format!("/recommendations/{item}/adopt"), json!({})).await.at(|| format!("recommendations[{at}]"))?;
            self.recommendations.insert(recommendation.key.clone(), text(&adopted, "id")?);
            self.played.recommendations += 1;
        }
        Ok(())
    }
}

/// A recommendation as it is written: its reason, and what will be done, are the owner's, who answers later.
pub(crate) fn advice(told: &Recommendation) -> Answers {
    let mut filled = answers(told);
    filled.retain(|id, _| !["reason", "what", "lead"].contains(&id.as_str()));
    filled
}

/// Whether a member was there.
fn attended(meeting: &Meeting, member: &String) -> &'static str {
    if meeting.absent.contains(member) {
        "absent"
    } else if meeting.substitute.contains(member) {
        "substitute"
    } else {
        "present"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_may_write_that_there_is_no_dissent() {
        assert!(["Geen.", "none", " Nee "].iter().all(|words| says_none(words)));
        assert!(!says_none("Geen register, zegt een lid."));
    }
}
