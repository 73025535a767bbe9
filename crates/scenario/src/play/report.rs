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
/// How often names are looked for again: what is put in a name's place can be found in its turn.
const ROUNDS: usize = 4;

/// A word as the check of names compares it, near enough: without marks and case.
fn folded(word: &str) -> String {
    word.nfkd().filter(|sign| !is_combining_mark(*sign)).flat_map(char::to_lowercase).collect::<String>().replace('ß', "ss")
}

/// Whether a word begins as a name does: with a capital, or in a script without capitals.
pub(super) fn as_a_name(word: &str) -> bool {
    word.chars().next().is_some_and(|sign| sign.is_alphabetic() && !sign.is_lowercase())
}

/// Whether what was found goes, though no file forbids it: a day, a time, an age or the name of a small place, somebody's name or address written as one. The name of an
/// organisation may be a word of the language.
fn goes(reason: &str, word: &str) -> bool {
    match reason {
        "date" | "time" | "age" | "place" => true,
        "organisation" => false,
        _ => as_a_name(word),
    }
}

/// Whether a word is one that must not appear: `Hoop` is, where `hoop` may stand.
fn is_written(never: &str, word: &str) -> bool {
    folded(never) == folded(word) && (as_a_name(word) || !as_a_name(never))
}

/// The learning brief with its cards, as its form asks it; none where the file tells nothing of it. Cards without a brief are handed in too: the form
/// says what they lack.
pub(crate) fn lessons(told: &Scenario) -> Option<Answers> {
    let told = &told.learning;
    let mut filled = told.brief.as_ref().map(answers).unwrap_or_default();
    let cards: Vec<Value> = told.cards.iter().map(|card| Value::Object(answers(card))).collect();
    let lists = [("cards", Value::from(cards)), ("audience", told.audience.clone().into()), ("languages", told.languages.clone().into())];
    filled.extend(lists.into_iter().filter(|(_, list)| list.as_array().is_some_and(|list| !list.is_empty())).map(|(id, list)| (id.to_owned(), list)));
    (!filled.is_empty()).then_some(filled)
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
            let name = told.persons.iter().find(|person| person.key == *key).map(crate::Person::full_name).map(|name| if name.is_empty() { key.clone() } else { name })
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

    /// A name, a day or an address is replaced by what the check proposes, in a relative's own words once they agree; a word of the language stands with
    /// a reason, and so does what the file wants to appear.
    pub async fn check_names(&mut self) -> Result<(), PlayError> {
        let mut left = Value::Null;
        for _ in 0..ROUNDS {
            let checked = self.act("CH", "/report/name-check", json!({})).await?;
            if checked.get("clear") == Some(&Value::Bool(true)) {
                return Ok(());
            }
            left = checked.get("hits").cloned().unwrap_or_default();
            self.mend_names(&checked).await?;
        }
        Err(PlayError::Odd(format!("the check of names still hits: {left}")))
    }

    async fn mend_names(&mut self, checked: &Value) -> Result<(), PlayError> {
        let mut hits: Vec<[String; 3]> = list(checked, "hits").map(|hit| Ok([text(hit, "section")?, text(hit, "word")?, text(hit, "reason")?])).collect::<Result<_, PlayError>>()?;
        // A whole name before the family name in it.
        hits.sort_by_key(|[_, word, _]| std::cmp::Reverse(word.len()));
        let (mut own_words, mut adopted) = (false, false);
        for [section, word, reason] in &hits {
            let never = self.told.expect.must_not_appear.iter().any(|name| name.split_whitespace().chain([name.as_str()]).any(|part| word.split_whitespace().chain([word.as_str()]).any(|word| is_written(part, word))));
            let wanted = self.told.expect.must_appear.iter().chain(&self.told.decision.allowed_names).any(|words| words.contains(word.as_str()));
            if !(never || goes(reason, word) && !wanted) {
                let reason = json!({ "section": section, "word": word, "reason": "A word of the language, or a kind of organisation; it names nobody." });
                self.act("CH", "/report/name-check/reason", reason).await?;
            } else if section == OWN_WORDS {
                own_words = true;
            } else {
                self.replace(section, word).await?;
                adopted |= !self.sections.contains_key(section);
            }
        }
        if adopted {
            self.adopt_anew().await?;
        }
        if own_words {
            self.agree_on_wordings().await?;
        }
        Ok(())
    }

    /// The proposed word, put where the found one stands by the server.
    async fn replace(&mut self, section: &str, word: &str) -> Result<(), PlayError> {
        let drafter = self.drafter();
        match self.act(drafter, "/report/name-check/replace", json!({ "section": section, "word": word })).await {
            // Two words found as one, or a word that stood beside another: it went with that.
            Err(PlayError::Refused { status: 404, .. }) => Ok(()),
            Err(PlayError::Refused { status: 409, .. }) => Err(PlayError::Odd(format!("{section} of the report holds a name that must not appear, in words that are another's: {word}"))),
            other => other.map(drop),
        }
    }

    /// Findings and recommendations that were changed since their adoption.
    async fn adopt_anew(&mut self) -> Result<(), PlayError> {
        for (form, path) in [("finding", "findings"), ("recommendation", "recommendations")] {
            let documents = format!("/compartments/{}/documents/{form}", self.room("panel")?);
            let found = self.of("CH")?.get(&documents).await?;
            for item in found.as_array().into_iter().flatten() {
                match self.act("CH", &format!("/{path}/{}/adopt", text(item, "id")?), json!({})).await {
                    // As it stood.
                    Err(PlayError::Refused { status: 409, .. }) => {}
                    other => drop(other?),
                }
            }
        }
        Ok(())
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

    #[test]
    fn a_day_goes_and_a_number_of_a_house_that_counts_months_stays() {
        assert!(goes("date", "14 maart 2024") && goes("time", "om 18.34 uur") && goes("address", "Zwarteweg") && goes("worker", "Gul") && goes("name", "Brakelveld"));
        assert!(!goes("address", "12") && !goes("worker", "pol") && !goes("organisation", "Politie"));
    }
}
