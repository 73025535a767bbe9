//! The description of the API is taken from the handlers: each call that reads a body has its schema, and the bodies of the proof fit.

use lering::http::open_api;
use lering::routes;
use serde_json::{Value, json};

#[path = "../proof/bodies.rs"]
mod bodies;

/// Calls that read no body: what they do is in their path.
const WITHOUT: [&str; 28] = [
    // The body is a file.
    "/api/v1/register/imports",
    "/api/v1/register/imports/{import}/check", "/api/v1/register/imports/{import}/load", "/api/v1/register/imports/{import}/abandon",
    "/api/v1/hats/{hat}/recall", "/api/v1/cases/{case}/publications/learning", "/api/v1/register/projects", "/api/v1/register/projects/{project}/hand-in",
    "/api/v1/register/projects/{project}/signature", "/api/v1/register/projects/{project}/withdraw",
    "/api/v1/cases/{case}/final-draft", "/api/v1/cases/{case}/report/name-check", "/api/v1/invitations/{invitation}/again", "/api/v1/hats/{hat}/confirm", "/api/v1/hats/{hat}/end",
    "/api/v1/outbox/{notice}/again", "/api/v1/passages/{passage}/no-answer", "/api/v1/passages/{passage}/pass-on", "/api/v1/proposals/{proposal}/refuse", "/api/v1/proposals/{proposal}/sign",
    "/api/v1/recommendations/{recommendation}/overtaken", "/api/v1/recovery", "/api/v1/records/{record}/close", "/api/v1/reflections/{reflection}/approve", "/api/v1/reflections/{reflection}/confirm",
    "/api/v1/reflections/{reflection}/release", "/api/v1/reflections/{reflection}/submit", "/api/v1/reflections/{reflection}/withdraw",
];

/// Where a value does not fit a schema, as far as our schemas go: types, members, formats of ids and days, words of a list.
fn misfits(schema: &Value, value: &Value, at: &str) -> Vec<String> {
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
        _ => {}
    }
    if rules.get("enum").and_then(Value::as_array).is_some_and(|words| !words.contains(value)) { found.push(format!("{at} is none of the words")) }
    if let Some(members) = value.as_object() {
        found.extend(rules.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).filter(|name| !members.contains_key(*name)).map(|name| format!("{at}.{name} is missing")));
        for (name, member) in members {
            let known = rules.get("properties").and_then(|known| known.get(name)).or(rules.get("additionalProperties"));
            found.extend(known.map(|known| misfits(known, member, &format!("{at}.{name}"))).unwrap_or_default());
        }
    }
    for item in value.as_array().into_iter().flatten() {
        found.extend(rules.get("items").map(|items| misfits(items, item, at)).unwrap_or_default());
    }
    found
}

#[test]
fn each_body_has_a_schema_that_the_examples_fit_and_strange_members_do_not() {
    let described = open_api(routes::all().infos());
    let (mut with, mut wrong) = (0, vec![]);
    for (path, methods) in described["paths"].as_object().unwrap() {
        for (method, told) in methods.as_object().unwrap().iter().filter(|(method, _)| matches!(method.as_str(), "post" | "put")) {
            let schema = &told["requestBody"]["content"]["application/json"]["schema"];
            if schema.is_null() {
                if !WITHOUT.contains(&path.as_str()) && !path.contains("/adopt") { wrong.push(format!("{method} {path} reads a body and does not say which")); }
                continue;
            }
            with += 1;
            let open = told["security"] == json!([]) || path.starts_with("/api/v1/session");
            let mut example = bodies::json_for(&method.to_uppercase(), path);
            if !open && example != json!({}) {
                wrong.extend(misfits(schema, &example, "").into_iter().map(|why| format!("{method} {path}: {why} in {example}")));
                example["surprise"] = Value::from(1);
                if misfits(schema, &example, "").is_empty() { wrong.push(format!("{method} {path}: a strange member fits")); }
            }
        }
    }
    assert!(with >= 40, "only {with} bodies");
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(described["paths"]["/api/v1/records/{record}/codes"]["put"]["parameters"][1]["name"], "If-Match");
    assert_eq!(described["components"]["schemas"]["Problem"]["required"], json!(["type", "title", "status"]));
}
