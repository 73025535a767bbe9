//! The chronology: two sources of one moment are offered side by side, the chair decides, both stay; events that are one pattern get a
//! bracket; printed by month.

use lering::tx::Refused;
use lering::{forms, panels};
use serde_json::json;

use crate::support::played::Played;
use crate::support::review::{Review, answers};

#[tokio::test(flavor = "multi_thread")]
async fn the_chair_decides_and_nothing_is_merged_away() {
    let r = Review::new().await;
    let case = r.case;
    let app = &r.world.app;
    let panel = app.run(r.chair.caller(), move |tx| lering::compartments::of_case(tx, case, lering::access::Kind::Panel)).await.unwrap()[0].id;
    let entry = |when: &str, what: &str| answers(json!({ "when": when, "kind": "report", "whom": ["victim"], "what": what, "known_then": "yes", "source": "krant" }));
    let mut ids = vec![];
    for (when, what) in [("2026-03-01", "Een melding"), ("2026-04-01", "Nog een"), ("2026-05-01", "Weer een")] {
        let told = entry(when, what);
        ids.push(app.run(r.secretary.caller(), move |tx| forms::create(tx, &panels::ENTRY, panel, None, &told)).await.unwrap().id);
    }
    // The police tells of the first day as well.
    let p = r.partner().await;
    let (id, room) = (p.reflection, p.room);
    let (text, theirs) = (answers(json!({ "role": "r", "what_happened": "w", "facts_checked": true })), entry("2026-03-01", "Zij belde ons"));
    app.run(p.author.caller(), move |tx| { forms::create(tx, &lering::reflections::REFLECTION, room, None, &text)?; forms::create(tx, &lering::reflections::ENTRY, room, None, &theirs) }).await.unwrap();
    app.run(p.author.caller(), move |tx| lering::reflections::submit(tx, id)).await.unwrap();
    app.run(p.approver.caller(), move |tx| lering::reflections::approve(tx, id)).await.unwrap();
    app.run(p.approver.caller(), move |tx| lering::reflections::release(tx, id)).await.unwrap();
    let offered = async || app.run(r.secretary.caller(), move |tx| panels::suggestions(tx, case)).await.unwrap();
    let pairs = offered().await;
    assert_eq!(pairs.len(), 1, "{pairs:?}");
    let both = vec![pairs[0].0.id, pairs[0].1.id];
    let decide = async |who: &crate::support::Someone, entries: Vec<lering::ids::ItemId>, same: bool| app.run(who.caller(), move |tx| panels::merge(tx, case, &entries, same)).await;
    assert!(matches!(decide(&r.secretary, both.clone(), true).await, Err(Refused::NotYours)));
    assert!(matches!(decide(&r.chair, vec![both[0]], true).await, Err(Refused::Faults(_))));
    assert!(matches!(decide(&r.chair, vec![both[0], lering::ids::ItemId::new()], true).await, Err(Refused::Faults(_))));
    decide(&r.chair, both.clone(), true).await.unwrap();
    assert!(offered().await.is_empty());
    let told = app.run(r.chair.caller(), move |tx| panels::timeline(tx, case)).await.unwrap();
    assert_eq!(told.entries.len(), 4, "both sources stay");
    let first = told.entries.iter().find(|line| line.id == both[0]).unwrap();
    assert_eq!(first.same, [both[1]]);
    decide(&r.chair, both.clone(), false).await.unwrap();
    assert!(offered().await.is_empty(), "decided is decided, and not offered again");
    assert!(app.run(r.chair.caller(), move |tx| panels::timeline(tx, case)).await.unwrap().entries.iter().all(|line| line.same.is_empty()), "the last word holds");
    // A pattern.
    let marked = ids.clone();
    let pattern = app.run(r.secretary.caller(), move |tx| panels::mark_pattern(tx, case, "Elke maand een melding", &marked)).await.unwrap();
    let none = app.run(r.secretary.caller(), move |tx| panels::mark_pattern(tx, case, " ", &[])).await;
    assert!(matches!(none, Err(Refused::Faults(_))));
    let told = app.run(r.chair.caller(), move |tx| panels::timeline(tx, case)).await.unwrap();
    assert_eq!(told.patterns.iter().map(|one| (one.title.as_str(), one.entries.len())).collect::<Vec<_>>(), [("Elke maand een melding", 3)]);
    app.run(r.secretary.caller(), move |tx| panels::drop_pattern(tx, case, pattern)).await.unwrap();
    assert!(app.run(r.chair.caller(), move |tx| panels::timeline(tx, case)).await.unwrap().patterns.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_a_finished_case_search_close_notices_and_removal_answer_each_role_as_they_should() {
    let played = Played::new(&["panel"]).await;
    let (chair, coordinator, author, relative, officer) = (played.one("CH").await, played.one("CO").await, played.one("AU").await, played.one("RE").await, played.one("RP").await);
    let cases = played.get(&coordinator, "/api/v1/cases").await;
    let all: Vec<(String, String, String)> = cases["cases"].as_array().unwrap().iter().map(|one| (one["id"].as_str().unwrap().to_owned(), one["number"].as_str().unwrap().to_owned(), one["state"].as_str().unwrap().to_owned())).collect();
    let (case, number, _) = all.iter().find(|one| one.2 == "panel").unwrap_or_else(|| panic!("{all:?}"));
    let closed = all.iter().find(|one| one.2 == "follow_up").unwrap_or_else(|| panic!("{all:?}"));
    // The timeline by month, with what may be one moment.
    let (status, page) = played.page(&chair, &format!("/cases/{case}/timeline")).await;
    assert!(status == 200 && page.contains("scope=\"rowgroup\"") && page.contains("Patroon aanwijzen"), "{page}");
    assert_eq!(played.page(&chair, &format!("/cases/{case}/timeline/merge")).await.0, 200);
    assert_eq!(played.page(&author, &format!("/cases/{case}/timeline/merge")).await.0, 404);
    // Closing: what goes when.
    let (status, page) = played.page(&coordinator, &format!("/cases/{case}/close")).await;
    assert!(status == 200 && page.contains("12 maanden na de vaststelling van het rapport") && page.contains("nog niet bekend"), "{page}");
    let (status, page) = played.page(&coordinator, &format!("/cases/{}/close", closed.0)).await;
    let year = (chrono::Utc::now() + chrono::Duration::days(366)).format("%Y").to_string();
    assert!(status == 200 && page.contains("Nog ") && page.contains(&year), "adopted this year, reflections go next year: {page}");
    assert_eq!(played.page(&relative, &format!("/cases/{case}/close")).await.0, 404);
    // Searching: by number, by words one may read, and nothing else. No word of a document comes back.
    let found = played.get(&coordinator, &format!("/api/v1/search?q={number}")).await;
    assert_eq!(found["cases"][0]["number"].as_str(), Some(number.as_str()), "{found}");
    for (who, q) in [(&relative, number.as_str()), (&author, number.as_str())] {
        let found = played.get(who, &format!("/api/v1/search?q={q}")).await;
        assert_eq!(found["cases"].as_array().unwrap().len(), 0, "{found}");
    }
    let found = played.get(&coordinator, "/api/v1/search?q=zaterdag-dat-staat-nergens").await;
    assert!(found.as_object().unwrap().values().all(|part| part.as_array().is_some_and(Vec::is_empty)), "{found}");
    let (status, page) = played.page(&relative, "/search?q=zaterdag-dat-staat-nergens").await;
    assert!(status == 200 && page.contains("Niets gevonden in wat u mag zien"), "{page}");
    assert_eq!(played.page(&coordinator, "/search?q=x").await.0, 200);
    let answer = played.call(&coordinator, reqwest::Method::GET, "/api/v1/search?q=x").send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 422);
    // Ten a minute.
    let mut last = 0;
    for _ in 0..12 {
        last = played.call(&chair, reqwest::Method::GET, "/api/v1/search?q=melding").send().await.unwrap().status().as_u16();
    }
    assert_eq!(last, 429);
    // What is laid before others, and what owners do with recommendations.
    let (status, page) = played.page(&chair, &format!("/cases/{case}/consultation")).await;
    assert!(status == 200 && page.contains("Een deel voorleggen"), "{page}");
    assert!(matches!(played.page(&author, &format!("/cases/{case}/consultation")).await.0, 403 | 404));
    let (status, page) = played.page(&chair, &format!("/cases/{}/consultation", closed.0)).await;
    assert!(status == 200 && page.contains("afgerond"), "{page}");
    let (status, page) = played.page(&coordinator, &format!("/cases/{}/actions", closed.0)).await;
    assert!(status == 200 && page.contains("Antwoord van de eigenaar"), "{page}");
    let mut owned = 0;
    for contact in played.all("AC").await {
        let (status, page) = played.page(&contact, "/tasks").await;
        assert_eq!(status, 200);
        for part in page.split("href=\"/actions/").skip(1) {
            let id = part.split('"').next().unwrap();
            let (status, page) = played.page(&contact, &format!("/actions/{id}")).await;
            assert!(status == 200 && page.contains("name=\"status\"") && page.contains("Antwoord van de eigenaar"), "{page}");
            assert!(matches!(played.page(&author, &format!("/actions/{id}")).await.0, 403 | 404));
            owned += 1;
        }
    }
    assert!(owned > 0);
    // Notices, removals.
    let (status, page) = played.page(&coordinator, "/notices").await;
    assert!(status == 200 && page.contains("Berichten"), "{page}");
    assert_eq!(played.post(&coordinator, "/notices/read", &[]).await.0, 303);
    let (status, page) = played.page(&coordinator, &format!("/cases/{case}/removals")).await;
    assert!(status == 200 && page.contains("Verwijderen voorstellen"), "{page}");
    assert!(matches!(played.page(&chair, &format!("/cases/{case}/removals")).await.0, 403 | 404));
    let (status, page) = played.page(&officer, "/removals").await;
    assert!(status == 200 && page.contains("geen naam en geen zaak"), "{page}");
    assert_eq!(played.page(&coordinator, "/removals").await.0, 404);
}
