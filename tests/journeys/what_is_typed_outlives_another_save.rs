//! What a page called kept is there again: in a form that was never saved, and after another saved in between.

use reqwest::Method;
use serde_json::json;

use crate::support::played::Played;

#[tokio::test(flavor = "multi_thread")]
async fn a_form_never_saved_is_kept_for_its_author_and_a_draft_survives_a_newer_version() {
    let played = Played::new(&["gathering"]).await;
    let (relative, coordinator) = (played.one("RE").await, played.one("CO").await);
    let room = played.get(&relative, "/api/v1/relatives").await[0]["compartment"].as_str().unwrap().to_owned();
    let new = format!("/rooms/{room}/relative-input/new");
    assert!(played.page(&relative, &new).await.1.contains(&format!("data-autosave=\"{new}/draft\"")));

    // Kept again and again it is one text; nobody else is offered it.
    let (status, told) = played.post(&relative, &format!("{new}/draft"), &[("_part", "portrait"), ("portrait.text", "Zij zong"), ("revision", "")]).await;
    assert_eq!(status, 200, "{told}");
    let kept = |told: &str| serde_json::from_str::<serde_json::Value>(told).unwrap()["revision"].as_str().unwrap().to_owned();
    let first = kept(&told);
    let (_, told) = played.post(&relative, &format!("{new}/draft"), &[("_part", "portrait"), ("portrait.text", "Zij zong graag."), ("revision", &first)]).await;
    assert_eq!(kept(&told), first);
    assert!(played.page(&relative, &new).await.1.contains("/parked"), "the empty form says that text is kept");
    let parked = played.page(&relative, "/parked").await.1;
    assert!(parked.contains("Zij zong graag.") && parked.matches("/parked/back?text=").count() == 1, "{parked}");
    assert!(!played.page(&coordinator, "/parked").await.1.contains("Zij zong graag."));
    assert_eq!(played.page(&coordinator, &format!("/rooms/{room}/reflection/new")).await.0, 404);
    let (status, _) = played.post(&coordinator, &format!("/rooms/{}/relative-input/new/draft", uuid::Uuid::new_v4()), &[("portrait.text", "x")]).await;
    assert_eq!(status, 404, "not where one does not write");

    // Saved, it is kept no longer.
    let (status, _) = played.post(&relative, &new, &[("_part", "portrait"), ("portrait.text", "Zij zong graag."), ("portrait.use", "contact_only"), ("revision", &first), ("do", "save")]).await;
    assert_eq!(status, 303);
    assert!(!played.page(&relative, "/parked").await.1.contains("Zij zong graag."));

    // Two who write one document: the draft of the one stays when the other saves, with both texts on the page.
    let case = played.get(&coordinator, "/api/v1/cases?state=gathering").await["cases"][0]["id"].as_str().unwrap().to_owned();
    let seen = played.get(&coordinator, &format!("/api/v1/cases/{case}")).await;
    let (secretary, panel) = (played.one("SE").await, seen["compartments"]["panel"].as_str().unwrap().to_owned());
    let documents = format!("/api/v1/compartments/{panel}/documents/terms-of-reference");
    let listed = played.get(&secretary, &documents).await;
    let item = listed[0]["id"].as_str().unwrap();
    let whole = played.get(&secretary, &format!("{documents}/{item}")).await;
    let (page, version) = (format!("/rooms/{panel}/terms-of-reference/{item}"), whole["version"].as_i64().unwrap());
    let part = "scope";
    let shown = played.page(&secretary, &page).await.1;
    let part = shown.split("name=\"_part\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or(part).to_owned();
    let (status, told) = played.post(&secretary, &format!("{page}/draft"), &[("_part", &part), ("_version", &version.to_string()), ("revision", "0"), ("period_reason", "Vanaf het eerste teken."), ("outside_scope", "Niets.")]).await;
    assert_eq!(status, 200, "{told}");
    let mut other = whole["answers"].clone();
    other["period_reason"] = json!("Vijf jaar.");
    let put = played.call(&coordinator, Method::PUT, &format!("{documents}/{item}")).header("If-Match", format!("\"{version}\"")).json(&json!({ "answers": other })).send().await.unwrap();
    assert!(put.status().is_success(), "{}", put.status());
    let drawn = played.page(&secretary, &page).await.1;
    assert!(drawn.contains("Vanaf het eerste teken.") && drawn.contains("Vijf jaar.") && drawn.contains("/draft/drop"), "{drawn}");
    assert_eq!(played.post(&secretary, &format!("{page}/draft/drop"), &[("part", &part)]).await.0, 303);
    let drawn = played.page(&secretary, &page).await.1;
    assert!(drawn.contains("Vijf jaar.") && !drawn.contains("Vanaf het eerste teken."));
}
