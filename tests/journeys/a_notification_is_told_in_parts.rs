//! A notification is one part a page: the first makes the case, the others follow and are kept, and the codes of intake fill up with them.

use diesel::prelude::*;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::played::Played;

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    id: uuid::Uuid,
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_part_makes_the_case_and_the_codes_fill_up_without_touching_what_was_coded() {
    let played = Played::new(&["screening"]).await;
    let coordinator = played.one("CO").await;
    // A practice case hears of its event on the day it is played: no term of it is years late.
    let listed = played.get(&coordinator, "/api/v1/cases").await;
    let today = chrono::Utc::now().date_naive().to_string();
    let late: Vec<&Value> = listed["cases"].as_array().unwrap().iter().filter(|case| case["due"].as_str().is_some_and(|due| due < today.as_str())).collect();
    assert!(late.is_empty() && listed["cases"].as_array().is_some_and(|cases| cases.len() == 2), "{listed}");
    let send = async |path: &str, fields: &[(&str, &str)]| {
        let answer = played.call(&coordinator, Method::POST, path).header("content-type", "application/x-www-form-urlencoded").body(serde_urlencoded::to_string(fields).unwrap()).send().await.unwrap();
        let to = answer.headers().get("location").and_then(|to| to.to_str().ok()).unwrap_or_default().to_owned();
        (answer.status().as_u16(), to, answer.text().await.unwrap())
    };
    // Without its ground nothing begins, and what was typed is still there.
    let before = played.rows();
    let (status, _, page) = send("/cases/new", &[("_profile", "light"), ("source", "1"), ("notifier.name", "Een wijkagent"), ("purpose", "review")]).await;
    assert!(status == 422 && page.contains("Een wijkagent") && !page.contains("name=\"safety_now\""), "{status}: only the first part is asked");
    assert_eq!(before, played.rows());
    let today = chrono::Utc::now().date_naive() - chrono::Duration::days(1);
    let (day, month, year) = (today.format("%-d").to_string(), today.format("%-m").to_string(), today.format("%Y").to_string());
    let first = [
        ("_profile", "light"), ("source", "1"), ("received_at-d", day.as_str()), ("received_at-m", &month), ("received_at-y", &year), ("purpose", "review"), ("ground", "public_task"), ("fatal", "true"),
        ("police_region", "1"), ("zone", "european"),
    ];
    // Whoever notified one a moment ago is asked whether this is another, before a second is made; what was typed stays.
    let before = played.rows();
    let (status, _, page) = send("/cases/new", &first).await;
    assert!(status == 200 && page.contains("Is dit een andere zaak?") && page.contains("name=\"do\" value=\"another\"") && page.contains("Nee, naar HG-"), "{status} {page}");
    assert!(page.contains(&format!("value=\"{year}\"")), "{page}");
    assert_eq!(before, played.rows());
    let (status, to, page) = send("/cases/new", &[&first[..], &[("do", "another")]].concat()).await;
    assert!(status == 303 && to.contains("/notification/") && to.contains("part=event"), "{status} {to} {page}");
    let document = to.split('?').next().unwrap().to_owned();
    let case = played.get(&coordinator, "/api/v1/cases?state=notified").await["cases"][0]["id"].as_str().unwrap().to_owned();
    let record: Found = diesel::sql_query(format!("select id from app.record where case_id = '{case}'")).get_result(&mut played.superuser()).unwrap();
    let codes = async || played.get(&coordinator, &format!("/api/v1/records/{}", record.id)).await["slots"][0].clone();
    let at = async |level: &str, variable: &str| codes().await["rows"][level][0][variable].clone();
    assert_eq!((at("case", "police_region").await, at("case", "place_type").await), (Value::from(1), Value::Null));
    // The next part is a page of the document, kept while one types, with a version to protect it.
    let (status, page) = played.page(&coordinator, &to).await;
    assert!(status == 200 && page.contains("data-autosave") && page.contains("name=\"incident_date-y\"") && !page.contains("name=\"ground\""), "{status}");
    let (status, onward, page) = send(&document, &[("_part", "event"), ("_version", "1"), ("incident_date-y", &year), ("place_type", "1"), ("facts", "Het gebeurde thuis."), ("do", "save")]).await;
    assert!(status == 303 && onward.contains("part=people"), "{status} {onward} {page}");
    assert_eq!((at("case", "place_type").await, at("case", "police_region").await), (Value::from(1), Value::from(1)));
    // What the coordinator coded since stays as it is; what is open is filled.
    let own = codes().await;
    let mut rows = own["rows"].clone();
    rows["case"][0]["place_type"] = 2.into();
    let kept = played.call(&coordinator, Method::PUT, &format!("/api/v1/records/{}/codes", record.id)).header("If-Match", format!("\"{}\"", own["version"])).json(&json!({ "slot": "intake", "rows": rows })).send().await.unwrap();
    assert!(kept.status().is_success(), "{}", kept.text().await.unwrap());
    // A name beside the answer that none is known: refused at both, on the page and for programs, and nothing is changed.
    let api = format!("/api/v1/compartments/{}", document.trim_start_matches("/rooms/").replacen('/', "/documents/", 1));
    let (status, _, page) = send(&document, &[("_part", "people"), ("_version", "2"), ("victims[0].person.family", "Jansma"), ("victims[0].name_unknown", "true"), ("do", "save")]).await;
    assert!(status == 422 && page.contains("Naam: Hier staat een naam") && page.contains("De naam is (nog) niet bekend: Hier staat een naam") && page.contains("Jansma"), "{status} {page}");
    let before = played.get(&coordinator, &api).await;
    let mut told = before["answers"].clone();
    told["known_relatives"] = json!([{ "person": { "name": "Ans" }, "name_unknown": true }]);
    let refused = played.call(&coordinator, Method::PUT, &api).header("If-Match", "\"2\"").json(&json!({ "answers": told })).send().await.unwrap();
    let (status, why) = (refused.status().as_u16(), refused.text().await.unwrap());
    assert!(status == 422 && why.contains("known_relatives[0].person") && why.contains("known_relatives[0].name_unknown") && why.contains("name-and-unknown"), "{status} {why}");
    let after = played.get(&coordinator, &api).await;
    assert_eq!((&after["version"], &after["answers"]), (&json!(2), &before["answers"]));
    let (status, onward, page) = send(&document, &[("_part", "people"), ("_version", "2"), ("victims[0].person.given", "Noor"), ("victims[0].person.family", "Jansma"), ("victims[0].sex", "2"), ("victims[0].age", "34"), ("victims[0].death_date-y", &year), ("do", "save")]).await;
    assert!(status == 303 && onward.contains("part=safety"), "{status} {onward} {page}");
    assert_eq!((at("victim", "victim_age").await, at("case", "place_type").await), (Value::from(34), Value::from(2)));
    // The parts together are the notification; what is missing is told on the case.
    let seen = played.get(&coordinator, &format!("/api/v1/cases/{case}")).await;
    assert!(seen["steps"][0]["missing"].as_array().unwrap().iter().any(|one| one["what"] == "notification_complete"), "{seen}");
    send(&document, &[("_part", "safety"), ("_version", "3"), ("safety_now", "Nee"), ("do", "save")]).await;
    send(&document, &[("_part", "proceedings"), ("_version", "4"), ("criminal_state", "3"), ("do", "save")]).await;
    let seen = played.get(&coordinator, &format!("/api/v1/cases/{case}")).await;
    assert!(!seen["steps"][0]["missing"].as_array().unwrap().iter().any(|one| one["what"] == "notification_complete"), "{seen}");
}
