//! The name check proposes what could stand instead of a word; one press puts it there, as a new version.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::played::Played;

#[tokio::test(flavor = "multi_thread")]
async fn the_secretary_replaces_it_and_others_and_absent_words_are_refused() {
    let played = Played::new(&["drafting"]).await;
    let (coordinator, secretary, member) = (played.one("CO").await, played.one("SE").await, played.one("PM").await);
    let cases = played.get(&coordinator, "/api/v1/cases?state=drafting").await;
    let case = cases["cases"][0]["id"].as_str().unwrap_or_else(|| panic!("{cases}")).to_owned();
    let seen = played.get(&secretary, &format!("/api/v1/cases/{case}")).await;
    let sections = format!("/api/v1/compartments/{}/documents/report-section", seen["compartments"]["report"].as_str().unwrap());
    let notification = format!("/api/v1/compartments/{}/documents/notification", played.get(&coordinator, &format!("/api/v1/cases/{case}")).await["compartments"]["case"].as_str().unwrap());
    let listed = played.get(&coordinator, &notification).await;
    let told = played.get(&coordinator, &format!("{notification}/{}", listed[0]["id"].as_str().unwrap())).await;
    // A family name of the case's own people, and an exact day.
    let name = told["answers"]["victims"][0]["person"]["family"].as_str().unwrap().split([' ', '-']).next_back().unwrap().to_owned();
    let text = format!("{name} sprak op 12 oktober 2016 met de buurvrouw. {name}huis blijft staan. Zij belde op de 12e en woonde op de 12e verdieping.");
    let made = played.call(&secretary, Method::POST, &sections).json(&json!({ "answers": { "section": "own", "heading": "Eigen", "text": text } })).send().await.unwrap();
    let made: Value = made.json().await.unwrap();
    let item = format!("{sections}/{}", made["id"].as_str().unwrap_or_else(|| panic!("{made}")));
    let checked = |told: Value| told["hits"].as_array().unwrap().iter().filter(|hit| hit["section"] == "own").map(|hit| hit["word"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    let check = async || played.call(&secretary, Method::POST, &format!("/api/v1/cases/{case}/report/name-check")).json(&json!({})).send().await.unwrap().json::<Value>().await.unwrap();
    let mut hits = checked(check().await);
    hits.sort();
    assert_eq!(hits, [name.clone(), "op 12 oktober 2016".to_owned(), "op de 12e".to_owned()]);

    let replace = format!("/api/v1/cases/{case}/report/name-check/replace");
    let tried = async |who, word: &str| played.call(who, Method::POST, &replace).json(&json!({ "section": "own", "word": word })).send().await.unwrap().status().as_u16();
    let before = played.rows();
    assert_eq!(tried(&coordinator, &name).await, 403, "the coordinator may see the report and not mend it");
    assert_eq!(tried(&member, &name).await, 404, "a panel member is no member of the report");
    assert_eq!(tried(&secretary, "buurvrouw").await, 404, "a word the check does not find is not replaced");
    assert_eq!(before, played.rows());

    // Over the page, as it is pressed; the answer shows the check anew.
    let (status, page) = played.post(&secretary, &format!("/cases/{case}/report/name-check"), &[]).await;
    assert!(status == 200 && page.contains(&format!("action=\"/cases/{case}/report/replace\"")), "{status}");
    assert!(page.contains(", Eigen)") && !page.contains(", own)"), "a section is called by its heading: {page}");
    let (status, page) = played.post(&secretary, &format!("/cases/{case}/report/replace"), &[("section", "own"), ("word", &name)]).await;
    assert!(status == 200 && !page.contains(&format!("<mark>{name}</mark>")), "{status} {page}");
    // Pressed twice, the same page says that it is gone.
    let (status, page) = played.post(&secretary, &format!("/cases/{case}/report/replace"), &[("section", "own"), ("word", &name)]).await;
    assert!(status == 200 && page.contains("Dit staat er niet meer") && page.contains("<mark>op 12 oktober 2016</mark>"), "{status} {page}");
    assert_eq!(played.post(&member, &format!("/cases/{case}/report/replace"), &[("section", "own"), ("word", &name)]).await.0, 404);
    assert_eq!(tried(&secretary, "op 12 oktober 2016").await, 200);
    assert_eq!(tried(&secretary, "op de 12e").await, 200);
    assert_eq!(checked(check().await), Vec::<String>::new());
    let document = played.get(&secretary, &item).await;
    let written = document["answers"]["text"].as_str().unwrap();
    assert!(written.contains("in die maand en woonde op de 12e verdieping"), "what is no day stays: {written}");
    assert!(written.contains("in oktober 2016 met") && written.contains(&format!("{name}huis blijft staan")) && !written.starts_with(&name), "{written}");
    assert_eq!(document["version"], 4, "each replacement is a version of its own");

    // The learning brief is read by the same check, and its own page says so while it is written.
    let room = seen["compartments"]["report"].as_str().unwrap();
    let told = json!({ "answers": { "lessons": [format!("{name} had om hulp gevraagd"), "Vraag door", "Deel wat u ziet"], "questions": ["Wie vraagt door?", "Wie deelt het?", "Wie blijft erbij?"] } });
    let briefs = format!("/api/v1/compartments/{room}/documents/learning");
    let made: Value = played.call(&secretary, Method::POST, &briefs).json(&told).send().await.unwrap().json().await.unwrap();
    let brief = made["id"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
    let found = check().await;
    let of_brief: Vec<&Value> = found["hits"].as_array().unwrap().iter().filter(|hit| hit["section"] == "learning-lessons").collect();
    assert!(of_brief.len() == 1 && of_brief[0]["word"] == name && found["clear"] == false, "{found}");
    let (mark, press) = (format!("<mark>{name}</mark>"), format!("action=\"/cases/{case}/report/replace\""));
    for part in ["check", "brief"] {
        let (status, page) = played.page(&secretary, &format!("/rooms/{room}/learning/{brief}?part={part}")).await;
        assert!(status == 200 && page.contains(&mark) && page.contains(&press), "{part} {status} {page}");
    }
    let (_, page) = played.page(&coordinator, &format!("/rooms/{room}/learning/{brief}?part=check")).await;
    assert!(page.contains(&mark) && !page.contains(&press), "the coordinator sees the word and not the button: {page}");
    let (status, page) = played.post(&secretary, &format!("/cases/{case}/report/replace"), &[("section", "learning-lessons"), ("word", &name)]).await;
    assert!(status == 200 && !page.contains(&mark), "{status} {page}");
    let written = played.get(&secretary, &format!("{briefs}/{brief}")).await;
    assert!(written["version"] == 2 && !written["answers"]["lessons"][0].as_str().unwrap().contains(&name), "{written}");
    let (_, page) = played.page(&secretary, &format!("/rooms/{room}/learning/{brief}?part=check")).await;
    assert!(!page.contains(&mark), "{page}");
}
