//! How far each part of a form is, in words, and where one goes on.

use std::collections::BTreeMap;

use form::{Answers, FormDef, Part, missing};

use super::fields::{called, lang};
use crate::texts::Words;

/// A part in the list of parts.
pub(super) struct PartShown {
    /// Id.
    pub(super) id: String,
    /// Title.
    pub(super) title: String,
    /// Whether it is the one shown.
    pub(super) here: bool,
    /// How far it is, in words; empty where it asks nothing itself.
    pub(super) state: String,
}

/// How many required questions of each part are open, by the part's id.
fn open_by_part(definition: &FormDef, answers: &Answers) -> BTreeMap<String, usize> {
    let mut open = BTreeMap::new();
    for path in missing(definition, answers) {
        if let Some(part) = definition.part_of(&path.to_string()) {
            *open.entry(part.id.clone()).or_default() += 1;
        }
    }
    open
}

/// What is still open of a document, in the order of its form: where each question stands, and what it is called.
pub fn lacking_in(definition: &FormDef, answers: &Answers, action: &str, words: &Words) -> Vec<(String, String)> {
    let mut open = lacking(definition, answers, action, words);
    definition.parts.iter().filter_map(|part| open.remove(&part.id)).flatten().collect()
}

/// What is still open in each part, by its id: where each question stands, and what it is called, in a row with the row it is of.
pub(super) fn lacking(definition: &FormDef, answers: &Answers, action: &str, words: &Words) -> BTreeMap<String, Vec<(String, String)>> {
    let mut all: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for path in missing(definition, answers) {
        if let Some(part) = definition.part_of(&path.to_string()) {
            all.entry(part.id.clone()).or_default().push((format!("{action}?part={}#{}", part.id, path.id()), called(definition, &path, words)));
        }
    }
    all
}

/// Whether something of a part was told.
fn begun(part: &Part, answers: &Answers) -> bool {
    part.fields.iter().any(|field| answers.get(&field.id).is_some_and(|value| value != &serde_json::Value::Bool(false)))
}

/// Where one goes on while required questions are open: the first part that has some, or of which nothing was told yet.
pub(super) fn goes_on_at(definition: &FormDef, answers: &Answers) -> Option<String> {
    let open = open_by_part(definition, answers);
    let waits = |part: &&Part| open.contains_key(&part.id) || !part.fields.is_empty() && !begun(part, answers);
    definition.parts.iter().find(waits).filter(|_| !open.is_empty()).map(|part| part.id.clone())
}

/// The parts of a form with how far each is.
pub(super) fn parts_shown(definition: &FormDef, answers: &Answers, here: &str, words: &Words) -> Vec<PartShown> {
    let open = open_by_part(definition, answers);
    definition.parts.iter().map(|part| {
        let state = match open.get(&part.id) {
            Some(count) => words.a("part-open", "count", count),
            None if begun(part, answers) => words.t("part-done"),
            None if part.fields.is_empty() => String::new(),
            None => words.t("part-optional"),
        };
        PartShown { id: part.id.clone(), title: part.title.get(lang(words.language)).to_owned(), here: part.id == here, state }
    }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Configured;
    use crate::texts::Language;

    #[test]
    fn a_part_is_done_open_or_not_required_and_one_goes_on_at_the_first_open_one() {
        let config = Configured::load().unwrap();
        let form = config.forms.get("terms-of-reference").unwrap();
        let told: Answers = [("period_from", "2024-01-01"), ("period_to", "2026-01-01"), ("period_reason", "w"), ("outside_scope", "w")].map(|(name, value)| (name.to_owned(), value.into())).into_iter().collect();
        let states = |told: &Answers| parts_shown(form, told, "scope", &Words { language: Language::Nl }).into_iter().map(|part| part.state).collect::<Vec<_>>();
        assert_eq!(states(&told), ["1 vraag open", "2 vragen open"]);
        assert_eq!(goes_on_at(form, &told).as_deref(), Some("scope"));
        let whole: Answers = told.into_iter().chain([("persons_in_scope".to_owned(), vec!["v1"].into())]).collect();
        assert_eq!(states(&whole), ["Klaar", "2 vragen open"]);
        assert_eq!(goes_on_at(form, &whole).as_deref(), Some("questions"));
    }

    #[test]
    fn somebody_whose_name_is_not_known_lacks_none_and_what_lacks_is_a_link_to_its_part() {
        let config = Configured::load().unwrap();
        let form = config.forms.get("notification").unwrap();
        let open = |victim: serde_json::Value| -> Vec<(String, String)> {
            let told: Answers = [("fatal".to_owned(), false.into()), ("victims".to_owned(), serde_json::json!([victim]))].into_iter().collect();
            lacking(form, &told, "/there", &Words { language: Language::En }).remove("people").unwrap_or_default()
        };
        assert_eq!(open(serde_json::json!({ "sex": "2" })), [("/there?part=people#f-victims-0-person".to_owned(), "Victims 1: Name".to_owned())]);
        assert_eq!(open(serde_json::json!({ "sex": "2", "name_unknown": false })).len(), 1);
        assert!(open(serde_json::json!({ "sex": "2", "name_unknown": true })).is_empty());
        assert!(open(serde_json::json!({ "person": { "address": "Kade 1" }, "name_unknown": true })).is_empty(), "what else is known of them stands");
        assert!(open(serde_json::json!({ "person": { "given": "Noor" } })).is_empty());
        let relative = |told: serde_json::Value| lacking(form, &[("known_relatives".to_owned(), serde_json::json!([told]))].into_iter().collect(), "/there", &Words { language: Language::Nl }).remove("proceedings").unwrap_or_default();
        assert!(relative(serde_json::json!({ "relation": "zus" })).iter().any(|(_, label)| label == "Bekende nabestaanden 1: Wie"));
        assert!(!relative(serde_json::json!({ "relation": "zus", "name_unknown": true })).iter().any(|(_, label)| label.contains("Wie")));
    }

    #[test]
    fn one_goes_on_at_the_part_nothing_is_told_of_and_not_at_the_last_question() {
        let config = Configured::load().unwrap();
        let form = config.forms.get("reflection").unwrap();
        let told: Answers = [("role", "w"), ("what_happened", "w")].map(|(name, value)| (name.to_owned(), value.into())).into_iter().collect();
        assert_eq!(goes_on_at(form, &told).as_deref(), Some("knew"));
        let whole: Answers = told.into_iter().chain([("facts_checked".to_owned(), true.into())]).collect();
        assert_eq!(goes_on_at(form, &whole), None, "what is whole is read from its beginning");
    }
}
