//! What counts as not answered.

use serde_json::Value;

use crate::choices::person_name;

/// Nothing, blank text, or a list or object of such. The `key` of a row is no answer.
pub(crate) fn value(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.iter().all(self::value),
        Value::Object(members) => members.iter().all(|(id, member)| id == "key" || self::value(member)),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Whether a person has a name of any kind.
pub(crate) fn named(person: &Value) -> bool {
    person_name(person).is_some()
}
