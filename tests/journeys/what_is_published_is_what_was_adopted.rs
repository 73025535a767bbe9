//! The chair adopts the report with its text, whose fingerprint is kept sealed until the publication; another text waits to be adopted anew, and
//! in the library everybody can see that it is the same.

use std::process::Command;

use diesel::prelude::*;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::played::{Played, Signed};

async fn case_in(played: &Played, who: &Signed, state: &str) -> String {
    let cases = played.get(who, &format!("/api/v1/cases?state={state}")).await;
    cases["cases"][0]["id"].as_str().unwrap_or_else(|| panic!("{state}: {cases}")).to_owned()
}

async fn posted(played: &Played, who: &Signed, path: &str, body: Value) -> (u16, Value) {
    let answer = played.call(who, Method::POST, path).json(&body).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

fn kind(told: &Value) -> &str {
    told["type"].as_str().unwrap_or_default().rsplit(':').next().unwrap_or_default()
}

fn dump(played: &Played) -> String {
    let dump = Command::new("pg_dump").arg("--dbname").arg(played.installation.cluster.as_ref().unwrap().admin_url("lering")).output().unwrap();
    assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
    String::from_utf8_lossy(&dump.stdout).into_owned()
}

/// As the documents tell everybody to do it: names sorted, no spaces.
fn sorted(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let sorted_by_name: std::collections::BTreeMap<_, _> = members.iter().collect();
            format!("{{{}}}", sorted_by_name.iter().map(|(name, value)| format!("{}:{}", json!(name), sorted(value))).collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(sorted).collect::<Vec<_>>().join(",")),
        plain => plain.to_string(),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_chair_adopts_a_text_by_its_fingerprint_and_no_other_is_published() {
    let played = Played::new(&["drafting", "quality_review", "decided"]).await;
    let (coordinator, chair, secretary, member) = (played.one("CO").await, played.one("CH").await, played.one("SE").await, played.one("PM").await);

    // While the text may change it is not adopted; nor beside the text, by another, or as it stood before.
    let drafting = case_in(&played, &coordinator, "drafting").await;
    assert_eq!(kind(&posted(&played, &chair, &format!("/api/v1/cases/{drafting}/report/adoptions"), json!({})).await.1), "not-in-quality-review");
    let reviewed = case_in(&played, &coordinator, "quality_review").await;
    let adoptions = format!("/api/v1/cases/{reviewed}/report/adoptions");
    let print = async |case: &str| played.get(&coordinator, &format!("/api/v1/cases/{case}/publication")).await["fingerprint"].as_str().unwrap().to_owned();
    let (told, before) = (print(&reviewed).await, played.rows());
    assert_eq!(kind(&posted(&played, &chair, &format!("/api/v1/cases/{reviewed}/facts/chair_adopts"), json!({})).await.1), "adopted-with-its-text");
    assert_eq!(posted(&played, &secretary, &adoptions, json!({})).await.0, 403);
    assert_eq!(posted(&played, &member, &adoptions, json!({})).await.0, 404, "who reads no report adopts none");
    assert_eq!(kind(&posted(&played, &chair, &adoptions, json!({ "fingerprint": "0".repeat(64) })).await.1), "text-read-is-old");
    assert_eq!(before, played.rows());
    let (status, first) = posted(&played, &chair, &adoptions, json!({ "fingerprint": told })).await;
    assert_eq!((status, &first["version"], &first["fingerprint"]), (200, &json!(1), &json!(told)), "{first}");
    // What is written after it takes it back: the step waits for the chair.
    let waits = async || {
        let seen = played.get(&coordinator, &format!("/api/v1/cases/{reviewed}")).await;
        let step = seen["steps"].as_array().unwrap().iter().find(|step| step["step"] == "T16").unwrap_or_else(|| panic!("{seen}")).clone();
        step["missing"].as_array().unwrap().iter().any(|lacks| lacks["what"] == "chair_adopts")
    };
    assert!(!waits().await);
    let mut superuser = played.superuser();
    diesel::sql_query(format!("update app.item i set changed_at = now() from app.compartment c where c.id = i.compartment_id and c.case_id = '{reviewed}' and i.kind = 'report-section'")).execute(&mut superuser).unwrap();
    assert!(waits().await);
    assert_eq!(posted(&played, &chair, &adoptions, json!({})).await.1["version"], 2);
    assert!(!waits().await);

    // The fingerprint lies sealed until the publication: with it a guess at a word could be tried.
    let decided = case_in(&played, &coordinator, "decided").await;
    let adopted = played.get(&secretary, &format!("/api/v1/cases/{decided}/report/adoptions")).await[0]["fingerprint"].as_str().unwrap().to_owned();
    assert_eq!(adopted, print(&decided).await);
    assert!(!dump(&played).contains(&adopted));
    for (who, reads) in [(&coordinator, true), (&chair, true), (&member, false)] {
        let (status, page) = played.page(who, &format!("/cases/{decided}/history")).await;
        assert_eq!((status, page.contains(&adopted)), (200, reads));
    }
    let (_, page) = played.page(&secretary, &format!("/cases/{decided}/decision")).await;
    assert!(page.contains(&adopted) && !page.contains("De tekst is nu anders"), "{page}");
    assert_eq!(played.call(&member, Method::GET, &format!("/api/v1/cases/{decided}/report/adoptions")).send().await.unwrap().status().as_u16(), 404);

    // Decided upon in another form, it is another text: not published before the chair adopts that.
    let room = played.get(&coordinator, &format!("/api/v1/cases/{decided}")).await["compartments"]["report"].as_str().unwrap().to_owned();
    let documents = format!("/api/v1/compartments/{room}/documents/publication-decision");
    let item = format!("{documents}/{}", played.get(&coordinator, &documents).await[0]["id"].as_str().unwrap());
    let decision = played.get(&coordinator, &item).await;
    let mut answers = decision["answers"].clone();
    answers["form"] = json!("summary");
    let saved = played.call(&coordinator, Method::PUT, &item).header("If-Match", format!("\"{}\"", decision["version"])).json(&json!({ "answers": answers })).send().await.unwrap();
    assert!(saved.status().is_success(), "{}", saved.text().await.unwrap());
    let publish = async || {
        let version = played.get(&coordinator, &format!("/api/v1/cases/{decided}")).await["version"].clone();
        posted(&played, &coordinator, &format!("/api/v1/cases/{decided}/publication"), json!({ "version": version })).await
    };
    let before = played.rows();
    let (status, refused) = publish().await;
    assert_eq!((status, kind(&refused)), (409, "not-what-was-adopted"), "{refused}");
    assert_eq!(before, played.rows());
    let (_, page) = played.page(&chair, &format!("/cases/{decided}/decision")).await;
    assert!(page.contains("De tekst is nu anders") && page.contains(&format!("action=\"/cases/{decided}/facts/chair_adopts\"")));
    let shown = page.split("name=\"fingerprint\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
    assert_eq!(played.post(&chair, &format!("/cases/{decided}/facts/chair_adopts"), &[("fingerprint", &adopted)]).await.0, 409, "the text read before");
    assert_eq!(played.post(&chair, &format!("/cases/{decided}/facts/chair_adopts"), &[("fingerprint", &shown)]).await.0, 303);
    let (status, published) = publish().await;
    assert!(status == 201 || status == 200, "{status} {published}");

    // In the library the same row of signs stands, and everybody gets it from the words and from the file themselves.
    let url = published["url"].as_str().unwrap();
    let read: Value = reqwest::get(format!("{}/api/v1{url}", played.server)).await.unwrap().json().await.unwrap();
    assert_eq!((&read["fingerprints"]["words"], &shown), (&json!(hexadecimal(sorted(&read["report"]).as_bytes())), &read["fingerprints"]["words"].as_str().unwrap().to_owned()));
    assert_ne!(shown, adopted);
    let pdf = reqwest::get(format!("{}{}", played.server, published["pdfUrl"].as_str().unwrap())).await.unwrap().bytes().await.unwrap();
    assert_eq!(read["fingerprints"]["pdf"], hexadecimal(&pdf));
    let page = reqwest::get(format!("{}{url}", played.server)).await.unwrap().text().await.unwrap();
    assert!(page.contains(&shown) && page.contains(&hexadecimal(&pdf)));
}
