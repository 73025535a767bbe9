//! The draft: sections, names, lessons, and the check of names (T12).

use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::PlayError;
use super::client::{Placed, list, text};
use super::stage::{Stage, language};
use crate::{Answers, Scenario, answers};

/// The section the words of relatives stand in.
pub(super) const OWN_WORDS: &str = "portrait";

/// A word as the check of names compares it, near enough: without marks and case.
fn folded(word: &str) -> String {
    word.nfkd().filter(|sign| !is_combining_mark(*sign)).flat_map(char::to_lowercase).collect::<String>().replace('ß', "ss")
}

/// Whether a word begins as a name does: with a capital, or in a script without capitals.
pub(super) fn as_a_name(word: &str) -> bool {
    word.chars().next().is_some_and(|sign| !sign.is_lowercase())
}

/// Whether a word is one that must not appear: `Hoop` is, where `hoop` may stand.
fn is_written(never: &str, word: &str) -> bool {
    folded(never) == folded(word) && (as_a_name(word) || !as_a_name(never))
}

/// The learning brief with its cards, as its form asks it; none where the file tells no brief.
pub(crate) fn lessons(told: &Scenario) -> Option<Answers> {
    let told = &told.learning;
    let mut filled = answers(told.brief.as_ref()?);
    let cards: Vec<Value> = told.cards.iter().map(|card| Value::Object(answers(card))).collect();
    let lists = [("cards", Value::from(cards)), ("audience", told.audience.clone().into()), ("languages", told.languages.clone().into())];
    filled.extend(lists.into_iter().filter(|(_, list)| list.as_array().is_some_and(|list| !list.is_empty())).map(|(id, list)| (id.to_owned(), list)));
    Some(filled)
}

impl Stage<'_> {
    pub async fn draft(&mut self) -> Result<(), PlayError> {
        if !self.done.drafted {
            self.write_sections().await?;
            self.write_names().await?;
            self.write_lessons().await.at(|| "learning".into())?;
            self.done.drafted = true;
        }
        self.check_names().await.at(|| "report.sections".into())?;
        self.step("CH", "T12").await
    }

    async fn write_sections(&mut self) -> Result<(), PlayError> {
        let told = self.told;
        for (section, words) in &told.report.sections {
            let item = self.document(self.drafter(), "report", "report-section", json!({ "section": section, "text": words })).await.at(|| format!("report.sections.{section}"))?;
            self.sections.insert(section.clone(), item);
        }
        let report = self.path("/report");
        let report = self.of("CH")?.get(&report).await?;
        for section in list(&report, "open").filter_map(Value::as_str) {
            let because = match (section.rsplit('_').next(), language(&told.language)) {
                (Some("en"), _) | (_, "en") => "Not in this case.",
                (Some("pap"), _) | (_, "pap") => "No den e kaso akí.",
                _ => "In deze zaak niet aan de orde.",
            };
            let filled = json!({ "section": section, "not_applicable": true, "because": because });
            self.document(self.drafter(), "report", "report-section", filled).await?;
        }
        Ok(())
    }

    async fn write_names(&mut self) -> Result<(), PlayError> {
        let told = self.told;
        let names: Vec<Value> = told.report.pseudonyms.iter().map(|(key, pseudonym)| {
            let name = told.persons.iter().find(|person| person.key == *key).map(crate::Person::full_name)
                .or_else(|| told.relatives.iter().find(|relative| relative.key == *key).map(|relative| relative.person.clone()))
                .or_else(|| told.organisations.iter().find(|organisation| organisation.key == *key).map(|organisation| organisation.name.clone()));
            json!({ "name": name, "pseudonym": pseudonym })
        }).collect();
        if !names.is_empty() {
            self.document(self.drafter(), "report", "pseudonyms", json!({ "names": names })).await.at(|| "report.pseudonyms".into())?;
        }
        Ok(())
    }

    async fn write_lessons(&mut self) -> Result<(), PlayError> {
        let Some(filled) = lessons(self.told) else { return Ok(()) };
        self.document(self.drafter(), "report", "learning", filled.into()).await.map(drop)
    }

    /// A name that must not appear is replaced by what the check proposes, in a relative's own words once they agree; any other hit stands with a
    /// reason, since the words of the file were written to be published.
    pub async fn check_names(&mut self) -> Result<(), PlayError> {
        let checked = self.act("CH", "/report/name-check", json!({})).await?;
        let hits: Vec<[String; 4]> = list(&checked, "hits")
            .map(|hit| Ok([text(hit, "section")?, text(hit, "word")?, text(hit, "reason")?, text(hit, "proposal").unwrap_or_default()])).collect::<Result<_, PlayError>>()?;
        let mut own_words = false;
        for [section, word, reason, proposal] in &hits {
            let never = self.told.expect.must_not_appear.iter().any(|name| name.split_whitespace().chain([name.as_str()]).any(|part| is_written(part, word)));
            let wanted = self.told.expect.must_appear.iter().chain(&self.told.decision.allowed_names).any(|words| words.contains(word.as_str()));
            // The name of a person of the case, written as a name, goes too where the file's author can have it replaced.
            let somebodys = matches!(reason.as_str(), "name" | "alias" | "relative") && as_a_name(word);
            let forbidden = never || somebodys && !wanted && (section == OWN_WORDS || self.sections.contains_key(section));
            if !forbidden {
                let reason = json!({ "section": section, "word": word, "reason": "A word of the language, or a kind of organisation; it names nobody." });
                self.act("CH", "/report/name-check/reason", reason).await?;
            } else if section == OWN_WORDS {
                own_words = true;
            } else if let (Some(item), false) = (self.sections.get(section).cloned(), proposal.is_empty()) {
                self.replace(&item, word, proposal).await?;
            } else {
                return Err(PlayError::Odd(format!("{section} of the report holds a name that must not appear: {word}")));
            }
        }
        if own_words {
            self.agree_on_wordings().await?;
        }
        if !hits.is_empty() {
            let again = self.act("CH", "/report/name-check", json!({})).await?;
            if again.get("clear") == Some(&Value::Bool(false)) {
                return Err(PlayError::Odd(format!("the check of names still hits: {}", again.get("hits").unwrap_or(&Value::Null))));
            }
        }
        Ok(())
    }

    async fn replace(&mut self, item: &str, word: &str, proposal: &str) -> Result<(), PlayError> {
        let path = format!("/compartments/{}/documents/report-section/{item}", self.room("report")?);
        let drafter = self.drafter();
        let session = self.of(drafter)?;
        let seen = session.get(&path).await?;
        let mut filled = seen.get("answers").cloned().unwrap_or_default();
        if let Some(words) = filled.get_mut("text") {
            // Who stood there with given and family name stands there once.
            let twice = format!("{proposal} {proposal}");
            *words = words.as_str().unwrap_or_default().replace(word, proposal).replace(&twice, proposal).into();
        }
        session.put(&path, &json!({ "answers": filled }), seen.get("version").and_then(Value::as_i64)).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_a_word_may_stand_as_a_word() {
        assert!(is_written("Hoop", "Hoop") && is_written("Hoop", "HOOP") && is_written("Weiß", "Weiss") && is_written("noortje", "noortje"));
        assert!(!is_written("Hoop", "hoop") && !is_written("Hoop", "Hope"));
    }
}
