//! Replies of organisations and relatives, and the rounds of quality review (T14 to T16).

use serde_json::{Value, json};

use super::PlayError;
use super::client::{Placed, text};
use super::stage::Stage;
use crate::{Relative, answers};

/// The items of the quality list (form 5.16).
const ITEMS: [&str; 16] = [
    "independent_chair", "relatives_involved", "victim_voice", "child_visible", "no_blame",
    "evidence", "dissent_fair", "questions_answered", "control_considered", "context_considered",
    "good_practice", "recommendations_good", "anonymity", "restrictions_kept", "language_accessible",
    "time_explained",
];

/// Whether a reply is for the chair to settle: what is right, or no reply, is done with, unless names are not right.
pub(crate) fn needs_settling(reply: &str, names_ok: Option<bool>) -> bool {
    !matches!(reply, "right" | "no_reply") || names_ok == Some(false)
}

impl Stage<'_> {
    /// Passages placed, answered and settled: once, in the first round.
    pub async fn hear_replies(&mut self) -> Result<(), PlayError> {
        let told = self.told;
        if self.done.consulted {
            return Ok(());
        }
        for (number, consulted) in told.consultation.iter().enumerate() {
            let place = || format!("consultation[{number}]");
            let Some(at) = self.partners.iter().position(|partner| partner.key == consulted.organisation) else { continue };
            let within = self.partners.get(at).map(|partner| partner.compartment.clone()).unwrap_or_default();
            let passage = self.place(&within, &consulted.passage).await.at(place)?;
            match self.partners.get_mut(at).and_then(|partner| partner.approver.as_mut()) {
                Some(approver) => {
                    approver.get(&format!("/compartments/{within}/passages")).await?;
                    approver.post(&format!("/passages/{passage}/reply"), &json!({ "answers": { "reply": consulted.reply, "text": consulted.text } })).await.at(place)?;
                    if needs_settling(&consulted.reply, None) {
                        self.settle(&passage, consulted.settled.as_deref(), consulted.because.as_deref()).await.at(place)?;
                    }
                }
                // Who declined has nobody to approve a reply.
                None => drop(self.of("CO")?.post(&format!("/passages/{passage}/no-answer"), &json!({})).await?),
            }
        }
        if self.variant.previews() {
            for (at, relative) in told.relatives.iter().enumerate() {
                self.preview(at, relative).await.at(|| format!("relatives[{at}]"))?;
            }
        }
        let previewed = self.variant.previews() && told.relatives.iter().any(|one| !one.preview.is_empty() || one.statement.is_some());
        if told.consultation.is_empty() && !previewed {
            self.fact("CH", "nobody_consulted", Some("The file tells of no passage laid before anybody.")).await?;
        }
        // Words of relatives came into the report with their replies.
        if self.variant.previews() && told.relatives.iter().any(|one| one.statement.is_some()) {
            self.check_names().await.at(|| "relatives".into())?;
        }
        self.done.consulted = true;
        Ok(())
    }

    async fn preview(&mut self, at: usize, relative: &Relative) -> Result<(), PlayError> {
        let within = self.relatives.get(&relative.key).map(|heard| heard.compartment.clone()).unwrap_or_default();
        // The statement goes with the first reply.
        let mut statement = relative.statement.as_ref();
        for (number, preview) in relative.preview.iter().enumerate() {
            let place = || format!("relatives[{at}].preview[{number}]");
            let passage = self.place(&within, &preview.passage).await.at(place)?;
            let mut filled = json!({ "reply": preview.reply, "text": preview.text, "names_ok": preview.names_ok, "how_was_it": preview.how_was_it });
            if let Some(words) = statement.take() {
                filled["statement"] = words.clone().into();
            }
            self.answer_as(relative, &passage, filled).await.at(place)?;
            if needs_settling(&preview.reply, preview.names_ok) {
                self.settle(&passage, preview.settled.as_deref(), preview.because.as_deref()).await.at(place)?;
            }
        }
        if let Some(words) = statement {
            let passage = self.place(&within, "summary").await?;
            self.answer_as(relative, &passage, json!({ "reply": "right", "statement": words })).await?;
        }
        Ok(())
    }

    /// A relative answers, and the contact passes it on; or the contact writes down what was told.
    async fn answer_as(&mut self, relative: &Relative, passage: &str, mut filled: Value) -> Result<(), PlayError> {
        if let Some(members) = filled.as_object_mut() {
            members.retain(|_, value| !value.is_null());
        }
        let (path, body) = (format!("/passages/{passage}/reply"), json!({ "answers": filled }));
        match self.relatives.get_mut(&relative.key).and_then(|heard| heard.own.as_mut()) {
            Some(own) => {
                own.post(&path, &body).await?;
                self.of("CO")?.post(&format!("/passages/{passage}/pass-on"), &json!({})).await.map(drop)
            }
            None => self.of("CO")?.post(&path, &body).await.map(drop),
        }
    }

    async fn place(&mut self, within: &str, about: &str) -> Result<String, PlayError> {
        let told = self.told;
        let (title, words) = told.findings.iter().find(|finding| finding.key == about).map(|finding| (finding.title.as_str(), finding.text.as_str()))
            .or_else(|| told.recommendations.iter().find(|one| one.key == about).map(|one| (about, one.text.as_str())))
            .or_else(|| told.report.sections.get(about).map(|words| (about, words.as_str())))
            .unwrap_or((about, about));
        let (mut title, mut words) = (title.to_owned(), words.to_owned());
        // As it stands by now: a name may have been replaced since the file's words were written down.
        let stands = match (self.sections.get(about), self.findings.get(about)) {
            (Some(section), _) => Some(format!("/compartments/{}/documents/report-section/{section}", self.room("report")?)),
            (None, Some(finding)) => Some(format!("/compartments/{}/documents/finding/{finding}", self.room("panel")?)),
            (None, None) => None,
        };
        if let Some(path) = stands {
            let found = self.of("CH")?.get(&path).await?;
            let part = |id: &str| found.pointer(&format!("/answers/{id}")).and_then(Value::as_str).map(str::to_owned);
            words = part("text").unwrap_or(words);
            title = part("title").unwrap_or(title);
        }
        text(&self.act("CH", "/passages", json!({ "compartment": within, "about": about, "title": title, "text": words })).await?, "id")
    }

    async fn settle(&mut self, passage: &str, settled: Option<&str>, because: Option<&str>) -> Result<(), PlayError> {
        let Some(how) = settled else { return Ok(()) };
        self.of("CH")?.post(&format!("/passages/{passage}/settle"), &json!({ "settled": how, "because": because.unwrap_or("As told.") })).await.map(drop)
    }

    /// T14.
    pub async fn send_to_quality(&mut self) -> Result<(), PlayError> {
        self.hear_replies().await?;
        self.fact("CO", "relatives_round_done", Some("Everyone who wished has read and answered.")).await?;
        self.step("CO", "T14").await?;
        if !self.done.reviewer_named {
            for key in self.keys_of("QA") {
                self.name(key, "QA", "", false).await?;
            }
            self.done.reviewer_named = true;
        }
        // The frozen draft is given to the reviewer.
        self.act("CO", "/final-draft", json!({})).await.map(drop)
    }

    /// The next round of the file, with the result that leads on.
    pub async fn review(&mut self, result: &str) -> Result<(), PlayError> {
        let told = self.told;
        let (number, round) = (self.rounds, told.quality.get(self.rounds));
        self.rounds += 1;
        self.on(round.and_then(|round| round.day));
        // Files tell the result and the points; the list is filled so that it agrees.
        let checklist: serde_json::Map<String, Value> = ITEMS.iter().map(|item| {
            let lacks = result == "not_sufficient" && *item == "recommendations_good";
            ((*item).to_owned(), json!(if lacks { "not_sufficient" } else { "sufficient" }))
        }).collect();
        let mut filled = json!({ "result": result, "checklist": checklist });
        match round.map(|round| &round.points) {
            Some(points) if !points.is_empty() => filled["points"] = points.clone().into(),
            _ if result == "not_sufficient" => filled["points"] = json!(["To be mended."]),
            _ => {}
        }
        let draft = self.path("/final-draft");
        self.of("QA")?.get(&draft).await?;
        self.act("QA", "/quality", json!({ "answers": filled })).await.map(drop).at(|| format!("quality[{number}]"))
    }

    /// T16.
    pub async fn decide(&mut self) -> Result<(), PlayError> {
        self.review("sufficient").await?;
        let told = &self.told.decision;
        self.on(told.day);
        let mut filled = answers(told);
        self.variant.decision(&mut filled);
        filled.insert("publish_on".into(), self.ahead(told.publish_day.unwrap_or(self.day + 30)).into());
        if !told.embargo_to.is_empty() {
            let copies: Vec<&String> = told.embargo_to.iter().filter_map(|key| self.organisations.get(key)).collect();
            filled.insert("embargo_to".into(), json!(copies));
        }
        if let Some(day) = told.take_down_day {
            filled.insert("take_down_on".into(), self.ahead(day).into());
        }
        // Asked where nothing is published; a file that tells no day means a year.
        if told.form.as_deref() == Some("none") && !filled.contains_key("review_again_on") {
            filled.insert("review_again_on".into(), told.review_again_day.map_or_else(|| self.in_days(365), |day| self.ahead(day)).into());
        }
        self.document("CO", "report", "publication-decision", filled.into()).await.at(|| "decision".into())?;
        self.act("CH", "/report/adoptions", json!({})).await?;
        self.step("CO", "T16").await
    }
}
