//! What the variant of the case asks, as the server tells it. A file is written for every variant: words this one asks nobody go where it
//! has room for them, so that nothing told is lost and no finding loses its evidence.

use serde_json::{Value, json};

use crate::Answers;

/// Fields of the reflection by the number of their part.
const PARTS: [(u64, &[&str]); 5] = [
    (2, &["knew", "not_known", "risk_assessed", "risk_tool", "risk_meaning", "flags_seen"]), (3, &["cooperation", "could_share", "share_obstacle"]), (4, &["conditions", "conditions_kind"]),
    (5, &["went_well", "by_whom_noticed"]), (6, &["differently", "changed", "others", "idea", "impact", "impact_share"]),
];
/// Where words go whose own part is not asked: to what happened, which always is.
const ROOM: &str = "what_happened";
/// The texts of a relative.
const TEXTS: [&str; 5] = ["portrait", "story", "helped", "missed", "wish_change"];

/// What the variant asks.
#[derive(Clone, Debug)]
pub(super) struct Variant {
    parts: Vec<u64>,
    /// How far relatives take part: `full`, `talk`, `informed`.
    relatives: String,
    naming: String,
}

impl Variant {
    /// Out of a case as the server shows it; what it does not tell is asked.
    pub fn of(case: &Value) -> Variant {
        let told = case.get("variant");
        let word = |member: &str, usual: &str| told.and_then(|told| told.get(member)).and_then(Value::as_str).unwrap_or(usual).to_owned();
        Variant {
            relatives: word("relatives", "full"), naming: word("naming", "relatives_choose"),
            parts: told.and_then(|told| told.get("reflectionParts")).and_then(Value::as_array).map_or_else(|| (1..=8).collect(), |parts| parts.iter().filter_map(Value::as_u64).collect()),
        }
    }

    /// Whether relatives read parts of the draft.
    pub fn previews(&self) -> bool {
        self.relatives == "full"
    }

    /// The field of the reflection in which words of a field stand.
    pub fn field<'a>(&self, field: &'a str) -> &'a str {
        let part = PARTS.iter().find(|(_, fields)| fields.contains(&field)).map(|(part, _)| *part);
        if part.is_some_and(|part| !self.parts.contains(&part)) { ROOM } else { field }
    }

    /// A reflection as the variant asks it.
    pub fn reflection(&self, words: &mut Answers) {
        let elsewhere: Vec<String> = words.keys().filter(|field| self.field(field) != field.as_str()).cloned().collect();
        for field in elsewhere {
            if let (Some(Value::String(text)), true) = (words.remove(&field), !is_code(&field)) {
                let before = words.get(ROOM).and_then(Value::as_str).unwrap_or_default().to_owned();
                words.insert(ROOM.into(), format!("{before}\n\n{text}").trim().into());
            }
        }
        if let Some(Value::Array(kept_out)) = words.get_mut("not_for_report") {
            for field in kept_out.iter_mut() {
                *field = self.field(&field.as_str().unwrap_or_default().to_owned()).into();
            }
            kept_out.sort_by_key(|field| field.as_str().map(str::to_owned));
            kept_out.dedup();
        }
    }

    /// A relative's words as the variant asks them: a statement that no reply to a preview can carry stands among them.
    pub fn words(&self, words: &mut Answers, statement: Option<&str>) {
        if self.naming != "relatives_choose" {
            words.remove("naming");
            words.remove("pseudonym");
        }
        if let Some(statement) = statement.filter(|_| !self.previews()) {
            let free = TEXTS.into_iter().find(|field| !words.contains_key(*field)).unwrap_or("wish_change");
            words.insert(free.into(), json!({ "text": statement, "use": "report_as_written" }));
        }
    }

    /// A publication decision as the variant takes it: where nobody stands in the report by their own name, by a pseudonym.
    pub fn decision(&self, decision: &mut Answers) {
        if self.naming == "relatives_choose" {
            return;
        }
        if let Some(Value::Object(people)) = decision.get_mut("naming_decision") {
            people.values_mut().filter(|how| *how == "real_first_name").for_each(|how| *how = "pseudonym".into());
        }
        decision.remove("allowed_names");
    }

    /// A contact plan as the variant asks it.
    pub fn plan(&self, plan: &mut Answers) {
        if self.previews() {
            return;
        }
        if let Some(Value::Array(wants)) = plan.get_mut("wants") {
            wants.retain(|want| want != "read_draft" && want != "comment");
            if wants.is_empty() {
                wants.push("be_informed".into());
            }
        }
    }
}

/// Whether a field holds a code, which has no room elsewhere.
fn is_code(field: &str) -> bool {
    matches!(field, "risk_assessed" | "could_share" | "impact")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(value: Value) -> Answers {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn words_of_a_part_that_is_not_asked_stand_with_what_happened_and_evidence_points_there() {
        let light = Variant::of(&json!({ "variant": { "reflectionParts": [1, 2, 4, 6, 7, 8], "relatives": "talk", "naming": "pseudonym" } }));
        let mut told = map(json!({ "what_happened": "A", "went_well": "B", "could_share": "no", "by_whom_noticed": ["family"], "knew": "C", "not_for_report": ["went_well", "knew"] }));
        light.reflection(&mut told);
        assert_eq!(told, map(json!({ "what_happened": "A\n\nB", "knew": "C", "not_for_report": ["knew", "what_happened"] })));
        assert_eq!((light.field("went_well"), light.field("knew")), ("what_happened", "knew"));
    }

    #[test]
    fn a_statement_without_a_preview_stands_among_the_words_and_names_are_not_chosen() {
        let light = Variant::of(&json!({ "variant": { "reflectionParts": [1], "relatives": "talk", "naming": "pseudonym" } }));
        let mut words = map(json!({ "portrait": { "text": "A", "use": "panel" }, "naming": "pseudonym", "pseudonym": "Tim" }));
        light.words(&mut words, Some("B"));
        assert_eq!(words, map(json!({ "portrait": { "text": "A", "use": "panel" }, "story": { "text": "B", "use": "report_as_written" } })));
        let mut decision = map(json!({ "naming_decision": { "v1": "real_first_name", "s1": "letter" }, "allowed_names": ["Tim"], "form": "whole" }));
        light.decision(&mut decision);
        assert_eq!(decision, map(json!({ "naming_decision": { "v1": "pseudonym", "s1": "letter" }, "form": "whole" })));
        let mut plan = map(json!({ "wants": ["read_draft"] }));
        light.plan(&mut plan);
        assert_eq!(plan, map(json!({ "wants": ["be_informed"] })));
        let full = Variant::of(&json!({}));
        let mut words = map(json!({ "naming": "letter" }));
        full.words(&mut words, Some("B"));
        assert_eq!(words, map(json!({ "naming": "letter" })));
    }
}
