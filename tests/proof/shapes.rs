//! Whether a value fits a schema: for what is read, and for what is answered.
#![allow(dead_code, reason = "shared by two tests, each uses its part")]

use serde_json::Value;

/// Where a value does not fit a schema, as far as our schemas go: types, members, formats of ids and days, words of a list.
pub fn misfits(schema: &Value, value: &Value, at: &str) -> Vec<String> {
    let Some(rules) = schema.as_object() else { return if schema == &Value::Bool(false) { vec![format!("{at} may not be there")] } else { vec![] } };
    if let Some(choices) = rules.get("anyOf").or(rules.get("oneOf")).and_then(Value::as_array) {
        return if choices.iter().any(|choice| misfits(choice, value, at).is_empty()) { vec![] } else { vec![format!("{at} fits no choice")] };
    }
    let is = |kind: &str| match kind {
        "object" => value.is_object(), "array" => value.is_array(), "string" => value.is_string(), "boolean" => value.is_boolean(), "null" => value.is_null(), "integer" => value.is_i64(), _ => value.is_number(),
    };
    let kinds: Vec<&str> = match rules.get("type") {
        Some(Value::String(kind)) => vec![kind], Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(), _ => vec![],
    };
    if !kinds.is_empty() && !kinds.iter().any(|kind| is(kind)) {
        return vec![format!("{at} is no {kinds:?}")];
    }
    let mut found = vec![];
    match (rules.get("format").and_then(Value::as_str), value.as_str()) {
        (Some("uuid"), Some(text)) if text.parse::<uuid::Uuid>().is_err() => found.push(format!("{at} is no id")),
        (Some("date"), Some(text)) if text.parse::<chrono::NaiveDate>().is_err() => found.push(format!("{at} is no day")),
        (Some("date-time"), Some(text)) if text.parse::<chrono::DateTime<chrono::Utc>>().is_err() => found.push(format!("{at} is no moment")),
        _ => {}
    }
    if rules.get("enum").and_then(Value::as_array).is_some_and(|words| !words.contains(value)) { found.push(format!("{at} is none of the words")) }
    if rules.get("const").is_some_and(|word| word != value) { found.push(format!("{at} is another word")) }
    if let Some(members) = value.as_object() {
        found.extend(rules.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).filter(|name| !members.contains_key(*name)).map(|name| format!("{at}.{name} is missing")));
        for (name, member) in members {
            let known = rules.get("properties").and_then(|known| known.get(name)).or(rules.get("additionalProperties"));
            found.extend(known.map(|known| misfits(known, member, &format!("{at}.{name}"))).unwrap_or_default());
        }
    }
    let first = rules.get("prefixItems").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    for (number, item) in value.as_array().into_iter().flatten().enumerate() {
        found.extend(first.get(number).or(rules.get("items")).map(|items| misfits(items, item, at)).unwrap_or_default());
    }
    found
}

/// The same schema, and nothing besides: members it does not name may not be there. For answers, whose description must be whole.
pub fn closed(schema: &Value) -> Value {
    match schema {
        Value::Object(rules) => {
            let mut rules: serde_json::Map<String, Value> = rules.iter().map(|(name, rule)| {
                // Inside `properties` stand names of members, not rules.
                let inner = if name == "properties" { rule.as_object().map(|members| members.iter().map(|(name, of)| (name.clone(), closed(of))).collect::<Value>()) } else { None };
                (name.clone(), inner.unwrap_or_else(|| closed(rule)))
            }).collect();
            if rules.contains_key("properties") && !rules.contains_key("additionalProperties") {
                rules.insert("additionalProperties".into(), Value::Bool(false));
            }
            Value::Object(rules)
        }
        Value::Array(all) => all.iter().map(closed).collect(),
        other => other.clone(),
    }
}
