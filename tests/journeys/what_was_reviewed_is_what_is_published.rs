//! The report's text stands still from the quality review to the publication; it is written beside its sources, and who decides reads what
//! they decide on.

use diesel::prelude::*;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::played::{Played, Signed};
use crate::support::review::Review;

async fn case_in(played: &Played, who: &Signed, state: &str) -> String {
    let cases = played.get(who, &format!("/api/v1/cases?state={state}")).await;
    cases["cases"][0]["id"].as_str().unwrap_or_else(|| panic!("{state}: {cases}")).to_owned()
}

fn kind(told: &Value) -> &str {
    told["type"].as_str().unwrap_or_default().rsplit(':').next().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_section_takes_over_its_sources_and_freezes_with_the_review_until_a_new_round() {
    let played = Played::new(&["drafting", "quality_review", "decided"]).await;
    let (coordinator, chair, secretary, member) = (played.one("CO").await, played.one("CH").await, played.one("SE").await, played.one("PM").await);
    let drafting = case_in(&played, &coordinator, "drafting").await;
    let page = format!("/cases/{drafting}/report/sections/what_happened");

    // Beside the section stand findings with what they rest on, recommendations, events: months, and kinds of organisations.
    let told = played.get(&secretary, &format!("/api/v1/cases/{drafting}/report/sections")).await;
    let sources = told["sources"].as_array().unwrap();
    let of = |kind: &str| sources.iter().filter(|source| source["kind"] == kind).collect::<Vec<_>>();
    assert!(!of("finding").is_empty() && !of("event").is_empty() && of("finding").iter().all(|source| !source["evidence"].as_array().unwrap().is_empty()), "{told}");
    assert!(of("event").iter().all(|source| !source["label"].as_str().unwrap().contains(char::is_numeric) || source["label"].as_str().unwrap().split([' ', ',']).all(|word| word.parse::<u32>().is_err() || word.len() == 4)), "no day stands in a label");
    assert_eq!((told["frozen"].as_bool(), told["sections"].as_array().unwrap().iter().any(|one| one["id"] == "summary")), (Some(false), true));
    // How long it took and how long it stood still, to take over where method and limits are written (5.15): the days of the case itself.
    let days = |name: &str| told["sources"].as_array().unwrap().iter().find(|source| source["kind"] == "time").and_then(|source| source[name].as_str()).unwrap().to_owned();
    let seen = played.get(&secretary, &format!("/api/v1/cases/{drafting}")).await;
    let numbers: Vec<i64> = days("text").split(|sign: char| !sign.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect();
    assert_eq!(numbers.last().copied(), seen["deferredDays"].as_i64(), "{}: {seen}", days("text"));
    let (status, drawn) = played.page(&secretary, &page).await;
    assert!(status == 200 && drawn.contains("value=\"take:finding-1\"") && drawn.contains("form=\"write\""), "{status}");
    assert_eq!(played.page(&member, &page).await.0, 404, "a panel member is no member of the report");

    // Taken over by a plain form post: typed words first, the finding under them; pressed again it stands there once.
    let version = |drawn: &str| drawn.split("name=\"_version\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
    let (status, _) = played.post(&secretary, &page, &[("_version", &version(&drawn)), ("text", "Het begon klein."), ("do", "take:finding-1")]).await;
    assert_eq!(status, 303);
    let finding = of("finding")[0]["text"].as_str().unwrap().to_owned();
    let text = async || {
        let seen = played.get(&secretary, &format!("/api/v1/cases/{drafting}")).await;
        let sections = format!("/api/v1/compartments/{}/documents/report-section", seen["compartments"]["report"].as_str().unwrap());
        for listed in played.get(&secretary, &sections).await.as_array().unwrap() {
            let found = played.get(&secretary, &format!("{sections}/{}", listed["id"].as_str().unwrap())).await;
            if found["answers"]["section"] == "what_happened" {
                return (found["answers"]["text"].as_str().unwrap().to_owned(), found["version"].as_i64().unwrap());
            }
        }
        panic!("no such section")
    };
    let (written, now) = text().await;
    assert!(written == format!("Het begon klein.\n\n{finding}"), "{written}");
    let write = async |seen: i64, words: &str, take: Option<&str>| {
        let answer = played.call(&secretary, Method::POST, &format!("/api/v1/cases/{drafting}/report/sections/what_happened")).json(&json!({ "version": seen, "answers": { "section": "what_happened", "text": words }, "take": take })).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap_or_default())
    };
    assert_eq!(write(now, &written, Some("finding-1")).await.0, 200);
    assert_eq!(text().await.0.matches(&finding).count(), 1, "once");
    assert_eq!(write(now + 1, "x", Some("finding-99")).await.0, 404, "a source there is not");
    // Somebody saved in between: both texts stand on the page, nothing is overwritten.
    let (status, both) = played.post(&secretary, &page, &[("_version", "1"), ("text", "Mijn eigen woorden."), ("do", "save")]).await;
    assert!(status == 412 && both.contains("Mijn eigen woorden.") && both.contains("Het begon klein."), "{status}");
    assert_eq!(text().await.1, now + 1);

    // The quality reviewer reads: no section, no pseudonym, no adopted finding, no question of the terms changes; nothing of it is stored.
    for state in ["quality_review", "decided"] {
        let case = case_in(&played, &coordinator, state).await;
        let rooms = played.get(&chair, &format!("/api/v1/cases/{case}")).await["compartments"].clone();
        let (report, panel) = (rooms["report"].as_str().unwrap().to_owned(), rooms["panel"].as_str().unwrap().to_owned());
        let before = played.rows();
        let mut tried = vec![];
        for (room, form) in [(&report, "report-section"), (&report, "pseudonyms"), (&panel, "finding"), (&panel, "recommendation"), (&panel, "terms-of-reference")] {
            let path = format!("/api/v1/compartments/{room}/documents/{form}");
            let listed = played.get(&chair, &path).await;
            let item = format!("{path}/{}", listed[0]["id"].as_str().unwrap_or_else(|| panic!("{form}: {listed}")));
            let found = played.get(&chair, &item).await;
            let answer = played.call(&chair, Method::PUT, &item).header("If-Match", format!("\"{}\"", found["version"])).json(&json!({ "answers": found["answers"] })).send().await.unwrap();
            tried.push((form, answer.status().as_u16(), kind(&answer.json::<Value>().await.unwrap()).to_owned()));
        }
        assert!(tried.iter().all(|(_, status, kind)| *status == 409 && kind == "report-frozen"), "{state}: {tried:?}");
        let new = played.call(&chair, Method::POST, &format!("/api/v1/cases/{case}/report/sections/own-words")).json(&json!({ "version": 0, "answers": { "text": "Later gedacht." } })).send().await.unwrap();
        assert_eq!((new.status().as_u16(), kind(&new.json::<Value>().await.unwrap())), (409, "report-frozen"), "{state}");
        assert_eq!(before, played.rows(), "{state}: nothing changed");
        let (status, drawn) = played.page(&secretary, &format!("/cases/{case}/report/sections/summary")).await;
        assert!(status == 200 && !drawn.contains("id=\"text\"") && !drawn.contains("take:") && drawn.contains("De tekst staat stil"), "{state} {status}");
    }

    // Who decides reads the very text, with the check of its names; the secretary reads, others see nothing.
    let decided = case_in(&played, &coordinator, "decided").await;
    let told = played.get(&coordinator, &format!("/api/v1/cases/{decided}/publication")).await;
    assert!(told["hits"].as_array().is_some_and(Vec::is_empty) && told["openOn"].is_string() && told["form"].is_string(), "{told}");
    let heading = told["report"]["sections"][0]["heading"].as_str().unwrap().to_owned();
    let (status, drawn) = played.page(&coordinator, &format!("/cases/{decided}/decision")).await;
    assert!(status == 200 && drawn.contains(&heading) && drawn.contains(&format!("action=\"/cases/{decided}/publish\"")), "{status}");
    let (_, case_page) = played.page(&coordinator, &format!("/cases/{decided}")).await;
    assert!(case_page.contains(&format!("href=\"/cases/{decided}/decision\"")) && !case_page.contains(&format!("action=\"/cases/{decided}/publish\"")), "the step leads to what is to be read");
    assert_eq!(played.page(&member, &format!("/cases/{decided}/decision")).await.0, 404);
    // In quality review the chair says there that they adopt it.
    let reviewed = case_in(&played, &coordinator, "quality_review").await;
    let (_, drawn) = played.page(&chair, &format!("/cases/{reviewed}/decision")).await;
    assert!(drawn.contains(&format!("action=\"/cases/{reviewed}/facts/chair_adopts\"")));

    // The way to change it: a new round, with a reason; then it is written, and reviewed, again.
    let step = async |who: &Signed, name: &str| {
        let version = played.get(&coordinator, &format!("/api/v1/cases/{decided}")).await["version"].clone();
        let answer = played.call(who, Method::POST, &format!("/api/v1/cases/{decided}/steps/{name}")).json(&json!({ "version": version })).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    let (status, told) = step(&chair, "T13").await;
    assert!(status == 409 && told["missing"][0]["what"] == "text_must_change", "{status} {told}");
    let declared = played.call(&chair, Method::POST, &format!("/api/v1/cases/{decided}/facts/text_must_change")).json(&json!({ "words": "Een jaartal klopt niet." })).send().await.unwrap();
    assert!(declared.status().is_success());
    assert_eq!(step(&chair, "T13").await.1["state"], "drafting");
    let again = played.call(&chair, Method::POST, &format!("/api/v1/cases/{decided}/report/sections/own-words")).json(&json!({ "version": 0, "answers": { "heading": "Later", "text": "Het was een jaar eerder." } })).send().await.unwrap();
    assert_eq!(again.status().as_u16(), 200);
    // What the reviewer got in the round before is no draft of this one.
    let review = json!({ "answers": { "result": "sufficient", "checklist": {} } });
    let judged = played.call(&played.one("QA").await, Method::POST, &format!("/api/v1/cases/{decided}/quality")).json(&review).send().await.unwrap();
    assert_eq!((judged.status().as_u16(), kind(&judged.json::<Value>().await.unwrap())), (409, "no-final-draft"));
    let frozen = played.call(&coordinator, Method::POST, &format!("/api/v1/cases/{decided}/final-draft")).json(&json!({})).send().await.unwrap();
    assert_eq!((frozen.status().as_u16(), kind(&frozen.json::<Value>().await.unwrap())), (409, "not-in-quality-review"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deferral_during_the_review_leaves_the_draft_as_it_was_given() {
    let r = Review::new().await;
    let case = r.case;
    let mut superuser = r.world.connection("postgres");
    let mut sql = |statement: &str| diesel::sql_query(statement.replace("{case}", &case.to_string())).execute(&mut superuser).unwrap();
    // Reviewed since three days; deferred yesterday, and resumed today.
    for (step, from, to, days) in [("T14", "consultation", "quality_review", 3), ("T5", "quality_review", "deferred", 1), ("T6", "deferred", "quality_review", 0)] {
        sql(&format!("insert into app.case_step (id, case_id, step, from_state, to_state, role, versions, at) values (gen_random_uuid(), '{{case}}', '{step}', '{from}', '{to}', 'CO', '{{}}', now() - interval '{days} days')"));
    }
    let since = async || r.world.app.run(r.coordinator.caller(), move |tx| lering::cases::frozen_since(tx, case)).await.unwrap();
    for (state, left) in [("quality_review", "null"), ("deferred", "'quality_review'")] {
        sql(&format!("update app.case_file set state = '{state}', left_state = {left}, state_since = now() where id = '{{case}}'"));
        let days = (chrono::Utc::now() - since().await.expect("the text stands still")).num_days();
        assert_eq!(days, 3, "{state}");
    }
    sql("update app.case_file set state = 'drafting', left_state = null where id = '{case}'");
    assert_eq!(since().await, None);
}
