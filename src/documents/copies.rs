//! Released copies among a panel's documents: what was said lies one level deeper in them, beside who said it.

use form::Answers;
use serde_json::Value;

/// The answers of a document, and whether it is another's copy, which nobody changes.
pub(super) fn own_words(body: Answers) -> (Answers, bool) {
    let copied = body.contains_key("organisation") || body.contains_key("relative");
    match body.get("answers") {
        Some(Value::Object(answers)) if copied => (answers.clone(), true),
        _ => (body, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_copy_is_told_from_an_own_document() {
        let body = |value: Value| value.as_object().cloned().unwrap_or_default();
        let own = body(json!({ "what": "w" }));
        assert_eq!(own_words(own.clone()), (own.clone(), false));
        assert_eq!(own_words(body(json!({ "organisation": "x", "answers": { "what": "w" } }))), (own, true));
        let form = body(json!({ "answers": ["q1"], "title": "t" }));
        assert_eq!(own_words(form.clone()), (form, false));
    }
}
