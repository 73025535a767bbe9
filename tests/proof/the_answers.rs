//! What is answered is what the description says: every call that reads, by everyone who may, over a case played to its end.

use std::collections::BTreeSet;

use lering::http::open_api;
use lering::routes;
use reqwest::Method;
use serde_json::Value;

use crate::shapes::{closed, misfits};
use crate::stand::Stand;

/// Calls that answer with a file.
const FILES: [&str; 6] = [
    "/api/v1/cases/{case}/report.pdf", "/api/v1/reflections/{reflection}/copy.pdf", "/api/v1/register/scripts", "/api/v1/register/snapshots/{snapshot}/tables/{table}/files/{format}",
    "/api/v1/register/snapshots/{snapshot}/files/{format}", "/api/v1/register/snapshots/{snapshot}/invented/{level}/{format}",
];

/// Reading calls a finished case has nothing for: the final draft is read during quality review, codings differ until they are settled,
/// copies under embargo lie between decision and publication, files of past cases were not brought, no case is a thematic review. One that must be
/// asked something. And one whose ids the stand does not know: reports in the library.
const UNREAD: [&str; 9] = [
    "/api/v1/cases/{case}/final-draft", "/api/v1/cases/{case}/sources", "/api/v1/compartments/{compartment}/embargoed", "/api/v1/library/{report}", "/api/v1/records/{record}/differences",
    "/api/v1/register/imports/{import}", "/api/v1/register/imports/{import}/columns", "/api/v1/register/imports/{import}/faults",
    "/api/v1/search",
];

#[test]
fn each_call_says_what_it_answers() {
    let described = open_api(routes::all().infos());
    let (mut shaped, mut silent) = (0, vec![]);
    for (path, methods) in described["paths"].as_object().unwrap() {
        for (method, told) in methods.as_object().unwrap() {
            let answers = told["responses"].as_object().unwrap();
            assert_eq!(answers["default"]["content"]["application/problem+json"]["schema"]["$ref"], "#/components/schemas/Problem", "{method} {path}");
            let named: Vec<&String> = answers.keys().filter(|status| *status != "default").collect();
            let whole = match named.as_slice() {
                // Nothing to say, or begun: another call tells how far it is.
                [status] if *status == "204" || *status == "202" => true,
                [status] => answers[*status]["content"]["application/json"]["schema"].is_object(),
                _ => false,
            };
            if whole { shaped += 1 } else if !FILES.contains(&path.as_str()) { silent.push(format!("{method} {path}")) }
        }
    }
    assert_eq!(silent, Vec::<String>::new(), "say nothing of their answer");
    assert!(shaped > 130, "{shaped}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_reading_call_answers_in_its_shape() {
    let stand = Stand::new(&[]).await;
    let collected = routes::all();
    let described = open_api(collected.infos());
    let problem = closed(&described["components"]["schemas"]["Problem"]);
    let (mut wrong, mut seen, mut refused, mut answers) = (BTreeSet::new(), BTreeSet::new(), 0, 0);
    let reading: Vec<_> = collected.infos().iter().filter(|info| info.method == "GET" && info.path.starts_with("/api/") && !FILES.contains(&info.path)).collect();
    for info in &reading {
        let told = &described["paths"][info.path]["get"]["responses"]["200"];
        let schema = closed(&told["content"]["application/json"]["schema"]);
        for case in &stand.cases {
            let mut paths: Vec<String> = case.paths(info.path).into_iter().map(|(real, _)| real).collect();
            if !info.path.contains('{') { paths = vec![info.path.to_owned()] }
            for person in &stand.people {
                for path in &paths {
                    let answer = stand.call(Some(person), Method::GET, path).send().await.unwrap();
                    let (status, kind, tag) = (answer.status().as_u16(), answer.headers().get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned(), answer.headers().contains_key("etag"));
                    let body: Value = answer.json().await.unwrap_or_default();
                    if status == 200 {
                        answers += 1;
                        seen.insert(info.path);
                        for misfit in misfits(&schema, &body, "answer") { wrong.insert(format!("{}: {misfit}", info.path)); }
                        if told["headers"]["ETag"].is_object() != tag { wrong.insert(format!("{}: ETag", info.path)); }
                    } else {
                        refused += 1;
                        if kind != "application/problem+json" { wrong.insert(format!("{}: {status} as {kind}", info.path)); }
                        for misfit in misfits(&problem, &body, "problem") { wrong.insert(format!("{}: {status}: {misfit}", info.path)); }
                    }
                }
            }
        }
    }
    println!("{answers} answers and {refused} refusals of {} reading calls fit their description", seen.len());
    assert_eq!(wrong, BTreeSet::new());
    let unread: BTreeSet<&str> = reading.iter().map(|info| info.path).filter(|path| !seen.contains(path)).collect();
    assert_eq!(unread, BTreeSet::from(UNREAD), "never answered with anything");
    assert!(refused > 100 && answers > 100, "{answers} {refused}");
}

#[test]
fn a_member_that_is_not_described_is_noticed() {
    let described = open_api(routes::all().infos());
    let schema = closed(&described["components"]["schemas"]["Problem"]["properties"]["faults"]);
    let fault = serde_json::json!([{ "field": "a", "rule": "b", "text": "c" }]);
    assert_eq!(misfits(&schema, &fault, "faults"), Vec::<String>::new());
    for strange in [serde_json::json!([{ "field": "a", "rule": "b", "text": "c", "more": 1 }]), serde_json::json!([{ "field": "a", "rule": "b" }]), serde_json::json!([{ "field": "a", "rule": "b", "text": 1 }])] {
        assert_eq!(misfits(&schema, &strange, "faults").len(), 1, "{strange}");
    }
}
