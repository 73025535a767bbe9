//! An analysis as a script: its whole cost first, all or nothing within the budget, and the same bytes for as long as the snapshot stands.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::World;
use crate::support::register::Register;
use crate::support::served::Served;

const SCRIPT: &str = "# the paper\nknown_to_agency\nknown_to_agency country_part # figure 2\nmultiple_victims, incident_period, country_part\nknown_to_agency\n";

/// The files of a ZIP that stores them as they are, read by its local headers (APPNOTE 4.3.7).
fn unpacked(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let (mut at, mut files) = (0, BTreeMap::new());
    let number = |at: usize, wide: usize| bytes[at..at + wide].iter().rev().fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte));
    while bytes[at..].starts_with(b"PK\x03\x04") {
        assert_eq!(number(at + 8, 2), 0, "stored");
        let (size, name, extra) = (number(at + 22, 4), number(at + 26, 2), number(at + 28, 2));
        let from = at + 30 + name + extra;
        files.insert(String::from_utf8(bytes[at + 30..at + 30 + name].to_vec()).unwrap(), bytes[from..from + size].to_vec());
        at = from + size;
    }
    files
}

#[tokio::test(flavor = "multi_thread")]
async fn priced_run_and_run_again() {
    let world = World::new().await;
    let by = world.administrator().await;
    let people = Register::new(&world, &by).await;
    let served = Served::new(&world);
    let snapshot = people.frozen_late(&world, 600, 3).await;
    let project = people.project(&world, 0, vec![]).await;
    let researcher = &people.researchers[0];
    let mut asked = json!({ "project": project, "script": SCRIPT });

    let (status, priced) = served.post(researcher, "/api/v1/register/scripts/preview", &asked).await;
    assert_eq!((status, &priced["cost"], priced["tables"].as_array().map(Vec::len), &priced["refused"]), (200, &json!(4 + 20 + 20), Some(4), &Value::Null), "{priced}");
    assert_eq!(priced["tables"][3]["cost"], 0, "an equal question is free");
    let (_, none) = served.get(researcher, "/api/v1/register/tables").await;
    assert_eq!(none, json!([]), "a preview gives nothing");
    assert_eq!(priced["confirm"], true);
    for cost in [Value::Null, json!(24)] {
        asked["cost"] = cost;
        let (status, told) = served.post(researcher, "/api/v1/register/scripts", &asked).await;
        assert_eq!((status, told["type"].as_str()), (409, Some("urn:lering:problem:cost-not-confirmed")), "{told}");
    }
    asked["cost"] = priced["cost"].clone();
    let (_, none) = served.get(researcher, "/api/v1/register/tables").await;
    assert_eq!(none, json!([]), "a cost that nobody said is not spent");

    let at = &served;
    let run = |body: Value| async move { let served = at; served.call(researcher, Method::POST, "/api/v1/register/scripts").json(&body).send().await.unwrap() };
    let answer = run(asked.clone()).await;
    assert_eq!((answer.status().as_u16(), answer.headers()["content-type"].to_str().unwrap()), (200, "application/zip"));
    let first = answer.bytes().await.unwrap();
    let files = unpacked(&first);
    let of = |ending: &str| files.iter().find(|(name, _)| name.ends_with(ending)).map(|(_, bytes)| String::from_utf8(bytes.clone()).unwrap()).unwrap_or_else(|| panic!("no {ending}: {:?}", files.keys()));
    assert_eq!(files.keys().filter(|name| name.ends_with(".csv") && name.contains("/tables/")).count(), 3, "{:?}", files.keys());
    let (codes, readme, citation, script) = (of("codes.csv"), of("readme.txt"), of("citation.txt"), of("script.txt"));
    assert!(of("variables.csv").contains("known_to_agency") && !of("variables.csv").contains("victim_sex") && codes.contains("country_part"), "the part of the codebook that is used");
    for said in ["rounded to five", "afgerond op vijf", "a small fixed amount", "een klein vast beetje", "26 cases", "26 zaken", "Not counted: those to whom the question does not apply", "Niet meegeteld", "urn:lering:"] {
        assert!(readme.contains(said), "{said}: {readme}");
    }
    assert!(!readme.contains("bundle-") && !readme.contains("gate-hidden"), "{readme}");
    assert_eq!(citation.lines().filter(|line| line.contains(&format!("urn:lering:{snapshot}:"))).count(), 3);
    assert!(of("codebook.html").contains("<html lang=") && files.keys().any(|name| name.ends_with(".svg")));

    // The same script, the script of the file, the questions as JSON, another researcher, after a new snapshot: the same bytes.
    people.frozen(&world, 700, 3).await;
    let mut pinned = asked.clone();
    pinned["snapshot"] = json!(snapshot);
    let other = people.project(&world, 1, vec![]).await;
    let questions = json!({ "project": project, "snapshot": snapshot, "questions": [{ "outcome": "known_to_agency" }, { "outcome": "known_to_agency", "keys": ["country_part"] }, { "outcome": "multiple_victims", "keys": ["country_part", "incident_period"] }] });
    for body in [pinned.clone(), json!({ "project": project, "script": script }), questions] {
        assert_eq!(run(body.clone()).await.bytes().await.unwrap(), first, "{body}");
    }
    pinned["project"] = json!(other);
    let again = served.call(&people.researchers[1], Method::POST, "/api/v1/register/scripts").json(&pinned).send().await.unwrap();
    assert_eq!(again.bytes().await.unwrap(), first, "what leaves is the same for all");

    // Beyond the quota (60 cells, 44 spent) nothing is spent, and the place is told.
    let too_much = json!({ "project": project, "snapshot": snapshot, "script": "multiple_victims\nknown_to_agency case_scope_group\nmultiple_victims case_scope_group\n" });
    let (status, told) = served.post(researcher, "/api/v1/register/scripts", &too_much).await;
    assert_eq!((status, told["type"].as_str(), told["faults"][0]["field"].as_str()), (409, Some("urn:lering:problem:gate-quota"), Some("script.line2")), "{told}");
    let (_, tables) = served.get(researcher, "/api/v1/register/tables").await;
    assert_eq!(tables.as_array().map(Vec::len), Some(3), "nothing of it was given");
    for (script, field) in [("# a note\n\nshoe_size\nknown_to_agency", "script.line3.outcome"), ("known_to_agency\nvictim_formal_complaint", "script.line2.outcome"), ("", "questions"), ("snapshot x", "script.line1")] {
        let (status, told) = served.post(researcher, "/api/v1/register/scripts", &json!({ "project": project, "script": script })).await;
        assert_eq!((status, told["faults"][0]["field"].as_str()), (422, Some(field)), "{told}");
    }

    let (status, told) = served.post(researcher, "/api/v1/register/scripts/preview", &json!({ "project": project, "script": "known_to_agency\n".repeat(101) })).await;
    assert_eq!((status, told["faults"][0]["rule"].as_str()), (422, Some("script-too-long")), "{told}");

    // One table as a ZIP; the page of scripts is walked in the browser.
    let id = tables[0]["id"].as_str().unwrap();
    for path in [format!("/register/tables/{snapshot}/{id}/files/zip"), format!("/api/v1/register/snapshots/{snapshot}/tables/{id}/files/zip")] {
        let answer = served.call(researcher, Method::GET, &path).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        assert!(unpacked(&answer.bytes().await.unwrap()).keys().any(|name| name.ends_with("citation.txt")));
    }
}
