//! The description of the API is taken from the handlers: each call that reads a body has its schema, and the bodies of the proof fit.

use lering::http::open_api;
use lering::register::{self, duplicates};
use lering::research;
use lering::routes;
use serde_json::{Value, json};

#[path = "../proof/bodies.rs"]
mod bodies;
#[path = "../proof/shapes.rs"]
mod shapes;

use shapes::misfits;

/// Calls that read no body: what they do is in their path.
const WITHOUT: [&str; 47] = [
    "/api/v1/relatives/{relative}/members/{hat}/let-in",
    "/api/v1/relatives/{relative}/wordings/{wording}/take",
    "/api/v1/cases/{case}/thematic-requests/{source}/placing",
    "/api/v1/loans/{hat}/end", "/api/v1/cases/{case}/take-on", "/api/v1/cases/{case}/parties/{hat}/let-read",
    "/api/v1/account/printed-code", "/api/v1/account/authenticator",
    "/api/v1/register/projects/{project}/people/{hat}/end",
    "/api/v1/register/snapshots/{snapshot}/fixed-set",
    "/api/v1/cases/{case}/panel-draft",
    "/api/v1/notices/read", "/api/v1/notices/{notice}/read", "/api/v1/relatives/{relative}/withdraw", "/api/v1/cases/{case}/removals/{removal}/withdraw",
    "/api/v1/cases/{case}/removals/{removal}/carry-out", "/api/v1/removals/{removal}/refuse", "/api/v1/cases/{case}/embargo",
    "/api/v1/records/{record}/codebook", "/api/v1/register/past-cases/codebook",
    // The body is a file.
    "/api/v1/register/imports",
    "/api/v1/register/imports/{import}/check", "/api/v1/register/imports/{import}/load", "/api/v1/register/imports/{import}/abandon",
    "/api/v1/hats/{hat}/recall", "/api/v1/cases/{case}/publications/learning", "/api/v1/register/projects", "/api/v1/register/projects/{project}/hand-in",
    "/api/v1/register/projects/{project}/signature", "/api/v1/register/projects/{project}/withdraw",
    "/api/v1/cases/{case}/final-draft", "/api/v1/cases/{case}/report/name-check", "/api/v1/invitations/{invitation}/again", "/api/v1/hats/{hat}/confirm", "/api/v1/hats/{hat}/end",
    "/api/v1/outbox/{notice}/again", "/api/v1/passages/{passage}/no-answer", "/api/v1/passages/{passage}/pass-on", "/api/v1/cases/{case}/proposals/{proposal}/withdraw", "/api/v1/proposals/{proposal}/sign",
    "/api/v1/recovery", "/api/v1/records/{record}/close", "/api/v1/reflections/{reflection}/approve", "/api/v1/reflections/{reflection}/confirm",
    "/api/v1/reflections/{reflection}/release", "/api/v1/reflections/{reflection}/submit", "/api/v1/reflections/{reflection}/withdraw",
];

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
    // Where only some words are read, they are listed: in bodies, and as a part of the path.
    let body = |method: &str, path: &str, member: &str| described["paths"][path][method]["requestBody"]["content"]["application/json"]["schema"]["properties"][member]["enum"].clone();
    let some = |words: &[&str]| json!(words);
    assert_eq!(body("post", "/api/v1/register/duplicates/{pair}/reject", "reason"), some(&duplicates::REASONS));
    assert_eq!(body("post", "/api/v1/register/duplicates/{pair}/merge", "reason"), some(&duplicates::MERGED_FOR));
    assert_eq!(body("post", "/api/v1/records/{record}/reopen", "reason"), some(&register::CORRECTED_FOR));
    assert_eq!((body("put", "/api/v1/records/{record}/codes", "slot"), body("post", "/api/v1/records/{record}/coders", "slot")), (some(&register::SLOTS), some(&register::CODERS)));
    assert_eq!(body("post", "/api/v1/register/projects/{project}/votes", "vote"), some(&research::VOTES));
    assert_eq!(body("post", "/api/v1/register/output-requests", "reason"), some(&research::REASONS));
    assert_eq!(body("post", "/api/v1/register/output-requests/{request}/checks", "finding"), some(&research::FINDINGS));
    assert!(body("post", "/api/v1/register/projects/{project}/end", "reason").as_array().is_some_and(|words| words.contains(&json!("people_left"))));
    assert_eq!(body("post", "/api/v1/register/imports/{import}/take-back", "reason"), some(&register::import::TAKEN_BACK_FOR));
    assert_eq!(body("put", "/api/v1/register/imports/{import}/mapping", "encoding"), json!(["utf-8", "windows-1252", "utf-16le", "utf-16be", null]));
    let part = |path: &str, name: &str| described["paths"][path].as_object().unwrap().values().next().unwrap()["parameters"].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap()["schema"]["enum"].clone();
    assert!(part("/api/v1/register/snapshots/{snapshot}/tables/{table}/files/{format}", "format").as_array().is_some_and(|words| words.contains(&json!("json-stat")) && words.contains(&json!("zip"))));
    assert!(part("/api/v1/register/snapshots/{snapshot}/files/{format}", "format").as_array().is_some_and(|words| words.contains(&json!("ddi"))));
    assert_eq!(part("/api/v1/register/snapshots/{snapshot}/invented/{level}/{format}", "format"), json!(["csv", "parquet", "sav"]));
    assert_eq!(part("/api/v1/records/{record}/coders/{slot}/successor", "slot"), some(&register::CODERS));
    assert_eq!(described["components"]["schemas"]["Problem"]["required"], json!(["type", "title", "status"]));
}
