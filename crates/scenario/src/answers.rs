//! From a part of the file to the answers of a form.

use serde::Serialize;
use serde_json::{Map, Value};

/// Answers of a form by their ids.
pub type Answers = Map<String, Value>;

/// What the file calls for its own use and no form asks: keys, days of the process, where a fact was found.
const OF_THE_FILE: [&str; 16] =
    ["key", "src", "day", "adopted_day", "om_consulted_on_day", "again_on_day", "publish_day", "due_day", "on_day", "response", "updates", "next_day",
     "asked_owner_on_day", "review_again_day", "take_down_day", "review_on_day"];

/// The answers a part of the file gives to its form: what was left open is left out, and so is what only the file needs.
/// A part that is no object gives no answers.
pub fn answers<T: Serialize>(part: &T) -> Answers {
    match serde_json::to_value(part) {
        Ok(Value::Object(members)) => members.into_iter().filter(|(id, value)| !OF_THE_FILE.contains(&id.as_str()) && !empty(value)).collect(),
        _ => Answers::new(),
    }
}

fn empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}
