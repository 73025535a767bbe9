//! Publication, what owners answer and report, evaluation, and the end of the follow-up (T17, T20).

use serde_json::{Value, json};

use super::PlayError;
use super::client::{Enrolment, Placed, Session, text};
use super::stage::{Stage, language};
use crate::{Recommendation, answers};

impl Stage<'_> {
    /// T17; the PDF of the library is kept.
    pub async fn publish(&mut self) -> Result<(), PlayError> {
        let version = self.version;
        let published = self.act("CO", "/publication", json!({ "version": version })).await?;
        self.version = published.get("version").and_then(Value::as_i64).unwrap_or(version + 1);
        let pdf = self.stranger.bytes(&text(&published, "pdfUrl")?).await?;
        // Numbers of cases are unique within a bureau only; the id keeps the files of two runs apart.
        std::fs::create_dir_all(self.folder).map_err(|why| PlayError::File(self.folder.to_owned(), why))?;
        let file = self.folder.join(format!("{}-{}.pdf", self.played.case, self.case));
        std::fs::write(&file, pdf).map_err(|why| PlayError::File(file.clone(), why))?;
        self.played.report = Some(file);
        Ok(())
    }

    /// Owners answer and report, everyone who took part looks back: once, when the case is in follow-up.
    pub async fn follow_up(&mut self) -> Result<(), PlayError> {
        let told = self.told;
        if self.done.followed_up || !told.expect.after.iter().any(|state| state == "follow_up") {
            return Ok(());
        }
        self.done.followed_up = true;
        for (at, recommendation) in told.recommendations.iter().enumerate() {
            let mut owner = self.owner(&recommendation.owner).await?;
            self.report_back(at, recommendation, &mut owner).await.at(|| format!("recommendations[{at}]"))?;
        }
        self.look_back().await
    }

    /// Someone who answers for an owner: the contact of an organisation of the case, or someone invited now.
    async fn owner(&mut self, key: &str) -> Result<Session, PlayError> {
        if let Some(partner) = self.partners.iter().find(|partner| partner.key == key) {
            return Ok(partner.contact.clone());
        }
        let known = format!("owner {key}");
        if let Ok(session) = self.who(&known) {
            return Ok(session.clone());
        }
        let told = self.told;
        let name = told.owners_outside.iter().find(|owner| owner.key == key).map_or(key, |owner| owner.name.as_str());
        let organisation = self.organisations.get(key).cloned();
        let invited = self.of("CO")?.post("/invitations", &json!({ "role": "AC", "name": name, "organisation": organisation })).await?;
        let (hat, code) = (text(&invited, "hat")?, text(&invited, "code")?);
        let session = self.stranger.enrol(Enrolment { who: &known, role: "AC", hat: &hat, code: &code, second: None, name, language: language(&told.language) }).await?;
        self.people.push((known, session.clone()));
        Ok(session)
    }

    async fn report_back(&mut self, at: usize, told: &Recommendation, owner: &mut Session) -> Result<(), PlayError> {
        let Some(id) = self.recommendations.get(&told.key).cloned() else { return Ok(()) };
        self.of("CO")?.post(&format!("/recommendations/{id}/owner"), &json!({ "contact": owner.hat })).await?;
        if let Some(response) = told.response {
            let mut filled = json!({ "response": response, "what": told.what.as_ref().unwrap_or(&told.text), "lead": { "name": told.lead.as_ref().unwrap_or(&told.owner) }, "due": self.in_days(90) });
            if let Some(reason) = &told.reason {
                filled["reason"] = reason.clone().into();
            }
            owner.post(&format!("/recommendations/{id}/response"), &json!({ "answers": filled })).await?;
        }
        for (number, update) in told.updates.iter().enumerate() {
            let mut filled = answers(update);
            if let Some(day) = update.next_day {
                filled.insert("next_on".into(), self.ahead(day).into());
            }
            owner.post(&format!("/recommendations/{id}/updates"), &json!({ "answers": filled })).await.at(|| format!("recommendations[{at}].updates[{number}]"))?;
        }
        Ok(())
    }

    /// Each evaluation by another of its role, as far as there are others.
    async fn look_back(&mut self) -> Result<(), PlayError> {
        let (told, path) = (self.told, self.path("/evaluation"));
        for (at, evaluation) in told.evaluation.iter().enumerate() {
            let before = told.evaluation.iter().take(at).filter(|other| other.role == evaluation.role).count();
            let mut filled = answers(evaluation);
            filled.remove("role");
            let mut sessions: Vec<&mut Session> = match evaluation.role.as_str() {
                "AU" => self.partners.iter_mut().filter_map(|partner| partner.author.as_mut()).collect(),
                "AP" => self.partners.iter_mut().filter_map(|partner| partner.approver.as_mut()).collect(),
                "AC" => self.partners.iter_mut().map(|partner| &mut partner.contact).collect(),
                "RE" | "SU" => self.relatives.values_mut().filter_map(|heard| heard.own.as_mut()).collect(),
                role => self.people.iter_mut().map(|(_, session)| session).filter(|session| session.role == role).collect(),
            };
            let count = sessions.len().max(1);
            match sessions.get_mut(before % count) {
                Some(session) => drop(session.post(&path, &json!({ "answers": filled })).await.at(|| format!("evaluation[{at}]"))?),
                // A relative without an account answers nobody on a page.
                None => self.played.disagreements.push(format!("evaluation[{at}]: nobody of the case with the role {} has an account, so nobody answered", evaluation.role)),
            }
        }
        Ok(())
    }

    /// T20.
    pub async fn close(&mut self) -> Result<(), PlayError> {
        self.follow_up().await?;
        self.code().await?;
        self.fact("CO", "shredding_set", None).await?;
        self.fact("CO", "evaluation_done", None).await?;
        self.step("CO", "T20").await
    }
}
