//! Problems for people and programs: RFC 9457 for the API, a page for browsers, both in the caller's language.

use std::collections::BTreeMap;

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use schemars::JsonSchema;
use serde::Serialize;

use crate::access::Role;
use crate::texts::{Language, Words};
use crate::tx::{FieldFault, Missing, Refusal};

/// A refusal on its way out. The outermost layer draws it, since only that knows language and kind of caller.
#[derive(Clone, Debug)]
pub struct Problem {
    /// HTTP status.
    pub status: u16,
    /// Stable kebab-case name.
    pub kind: String,
    /// Fields at fault.
    pub faults: Vec<FieldFault>,
    /// What a step still needs.
    pub missing: Vec<Missing>,
    /// Arguments of the text.
    pub words: Vec<(String, String)>,
    /// Who may do what the caller may not, where the act says so.
    pub by: &'static [Role],
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.status, self.kind)
    }
}

impl<E: Refusal> From<E> for Problem {
    fn from(why: E) -> Self {
        Problem {
            status: why.status(), kind: why.kind().into(), faults: why.faults(), missing: why.missing(),
            words: why.words().into_iter().map(|(name, value)| (name.to_owned(), value)).collect(), by: &[],
        }
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
    fn error_response(&self) -> HttpResponse<BoxBody> {
        let mut answer = HttpResponse::new(self.status_code());
        answer.extensions_mut().insert(self.clone());
        answer
    }
}

impl Problem {
    /// A problem of the network layer itself.
    pub fn new(status: u16, kind: &str) -> Problem {
        Problem { status, kind: kind.into(), faults: vec![], missing: vec![], words: vec![], by: &[] }
    }
    /// With a field at fault.
    pub fn at(mut self, field: impl Into<String>, rule: &str) -> Problem {
        self.faults.push(FieldFault::new(field, rule));
        self
    }
    /// Seconds till it may be tried again, where that is why.
    pub(super) fn wait(&self) -> Option<&str> {
        self.words.iter().find(|(name, _)| self.status == 429 && name == "seconds").map(|(_, seconds)| seconds.as_str())
    }
    /// The sentence a person reads.
    pub fn text(&self, words: &Words) -> String {
        if !self.by.is_empty() {
            let who = self.by.iter().map(|role| words.t(&format!("role-{}", role.code()))).collect::<Vec<_>>().join(", ");
            return words.with(&format!("problem-{}-by", self.kind), &[("who", &who)]);
        }
        let args: Vec<(&str, &str)> = self.words.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        words.with(&format!("problem-{}", self.kind), &args)
    }
    /// What is missing, in sentences.
    pub fn missing_texts(&self, words: &Words) -> Vec<(String, String)> {
        self.missing.iter().map(|missing| {
            let count = missing.count.unwrap_or_default().to_string();
            let by = missing.by.iter().map(|role| words.t(&format!("role-{role}"))).collect::<Vec<_>>().join(", ");
            let what = words.with(&format!("missing-{}", missing.what), &[("count", &count)]);
            let sections = missing.sections.iter().map(|section| section_in_words(section, words)).collect::<Vec<_>>().join(", ");
            (if sections.is_empty() { what } else { words.with("missing-which", &[("what", &what), ("which", &sections)]) }, by)
        }).collect()
    }
    /// The body of RFC 9457.
    pub fn told(&self, words: &Words) -> Told {
        Told {
            kind: format!("urn:lering:problem:{}", self.kind), title: self.text(words), status: self.status,
            faults: self.faults.iter().map(|fault| FaultTold { field: fault.field.clone(), rule: fault.rule.clone(), text: fault.text(words) }).collect(),
            missing: self.missing.iter().zip(self.missing_texts(words)).map(|(missing, (text, _))| MissingTold { what: missing.what.clone(), by: missing.by.clone(), text }).collect(),
            words: self.words.iter().cloned().collect(),
        }
    }
}

/// A section of the report in words; a further summary with the language it is in.
fn section_in_words(section: &str, words: &Words) -> String {
    match section.strip_prefix("summary_").and_then(Language::from_code) {
        Some(Language::Nl) => format!("{} (Nederlands)", words.t("section-summary")),
        Some(Language::En) => format!("{} (English)", words.t("section-summary")),
        Some(Language::Pap) => format!("{} (Papiamentu)", words.t("section-summary")),
        None => words.t(&format!("section-{section}")),
    }
}

/// The body of a refusal (RFC 9457).
#[derive(Serialize, JsonSchema)]
pub struct Told {
    /// `urn:lering:problem:<kind>`; stable.
    #[serde(rename = "type")]
    kind: String,
    /// One sentence, in the caller's language.
    title: String,
    /// The HTTP status.
    status: u16,
    /// Fields at fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    faults: Vec<FaultTold>,
    /// What a step still needs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    missing: Vec<MissingTold>,
    /// What the sentence speaks of, by name: the version now, seconds to wait.
    #[serde(flatten)]
    words: BTreeMap<String, String>,
}

/// A field at fault.
#[derive(Serialize, JsonSchema)]
struct FaultTold {
    /// Path of the field, `victims[0].age`.
    field: String,
    /// Stable name of the rule.
    rule: String,
    /// One sentence, in the caller's language.
    text: String,
}

/// Something that must be there first.
#[derive(Serialize, JsonSchema)]
struct MissingTold {
    /// Stable name.
    what: String,
    /// The roles that can supply it.
    by: Vec<String>,
    /// One sentence, in the caller's language.
    text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_that_lacks_is_told_by_its_name() {
        let mut problem = Problem::new(409, "missing");
        problem.missing.push(Missing::new("sections_filled", &[Role::Chair]).of_sections(vec!["what_happened".into(), "summary_en".into()]));
        let told = problem.missing_texts(&Words { language: Language::Nl });
        assert_eq!(told.into_iter().map(|(text, _)| text).collect::<Vec<_>>(), ["Niet alle onderdelen van het rapport zijn gevuld. Het gaat om: Wat er gebeurde, Samenvatting (English)."]);
    }

    #[test]
    fn only_a_call_that_came_too_soon_says_when_to_come_back() {
        let mut soon = Problem::new(429, "too-many");
        soon.words.push(("seconds".into(), "7".into()));
        assert_eq!(soon.wait(), Some("7"));
        assert_eq!(Problem { status: 409, ..soon }.wait(), None);
        assert_eq!(Problem::new(429, "too-many").wait(), None);
    }
}
