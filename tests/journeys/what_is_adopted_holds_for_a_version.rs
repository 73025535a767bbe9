//! The chair adopts a version of a text: what is changed afterwards waits to be adopted anew, and the report keeps the words that were
//! adopted. Reasons given are read back by who holds the key of the case; a second signature is refused with one, or taken back.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::played::{Played, Signed};

async fn posted(played: &Played, who: &Signed, path: &str, body: Value) -> (u16, Value) {
    let answer = played.call(who, Method::POST, path).json(&body).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

/// Changes one answer of a document and gives its path and new version.
async fn changed(played: &Played, who: &Signed, path: &str, field: &str, to: Value) -> i64 {
    let found = played.get(who, path).await;
    let mut answers = found["answers"].clone();
    answers[field] = to;
    let answer = played.call(who, Method::PUT, path).header("If-Match", format!("\"{}\"", found["version"])).json(&json!({ "answers": answers })).send().await.unwrap();
    assert!(answer.status().is_success(), "{path}: {} {}", answer.status(), answer.text().await.unwrap());
    found["version"].as_i64().unwrap() + 1
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_finding_or_recommendation_waits_for_the_chair_again() {
    let played = Played::new(&["drafting"]).await;
    let (coordinator, chair, secretary) = (played.one("CO").await, played.one("CH").await, played.one("SE").await);
    let case = played.get(&coordinator, "/api/v1/cases?state=drafting").await["cases"][0]["id"].as_str().unwrap().to_owned();
    let panel = played.get(&chair, &format!("/api/v1/cases/{case}")).await["compartments"]["panel"].as_str().unwrap().to_owned();
    let documents = |form: &str| format!("/api/v1/compartments/{panel}/documents/{form}");
    let missing = async || -> Vec<String> {
        let seen = played.get(&chair, &format!("/api/v1/cases/{case}")).await;
        let step = seen["steps"].as_array().unwrap().iter().find(|step| step["step"] == "T12").unwrap().clone();
        step["missing"].as_array().unwrap().iter().map(|lacks| lacks["what"].as_str().unwrap().to_owned()).collect()
    };
    let report = async || played.get(&secretary, &format!("/api/v1/cases/{case}/report")).await.to_string();
    let first = async |form: &str| -> String { played.get(&chair, &documents(form)).await[0]["id"].as_str().unwrap().to_owned() };
    let (finding, recommendation) = (first("finding").await, first("recommendation").await);

    // The player has adopted the findings; the recommendations of a case in drafting may still wait.
    for (form, item) in [("findings", &finding), ("recommendations", &recommendation)] {
        posted(&played, &chair, &format!("/api/v1/cases/{case}/{form}/{item}/adopt"), json!(null)).await;
    }
    assert!(!missing().await.contains(&"adopted_anew".to_owned()), "{:?}", missing().await);
    let page = async || played.page(&chair, &format!("/cases/{case}/adopt")).await.1;
    let post = format!("action=\"/cases/{case}/adopt/finding/{finding}\"");
    assert!(!page().await.contains(&post));

    // Changed by the secretary: it waits, the step says so, and the report keeps the adopted words.
    changed(&played, &secretary, &format!("{}/{finding}", documents("finding")), "title", json!("Onvindbare gewijzigde kop")).await;
    assert!(missing().await.contains(&"adopted_anew".to_owned()), "{:?}", missing().await);
    assert!(page().await.contains(&post) && page().await.contains("gewijzigd na de vaststelling"));
    assert!(!report().await.contains("Onvindbare gewijzigde kop"));
    // What the chair read is what they adopt: saved in between, it is not adopted unread, from the page or by a program.
    let version = async || page().await.split(&post).nth(1).unwrap().split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let read = version().await;
    changed(&played, &secretary, &format!("{}/{finding}", documents("finding")), "title", json!("Onvindbare gewijzigde kop, nog eens")).await;
    assert_eq!(played.post(&chair, &format!("/cases/{case}/adopt/finding/{finding}"), &[("version", &read)]).await.0, 412);
    let by_program = played.call(&chair, reqwest::Method::POST, &format!("/api/v1/cases/{case}/findings/{finding}/adopt")).header("If-Match", format!("\"{read}\"")).send().await.unwrap();
    assert_eq!(by_program.status().as_u16(), 412);
    assert!(missing().await.contains(&"adopted_anew".to_owned()) && !report().await.contains("nog eens"));
    assert_eq!(played.post(&chair, &format!("/cases/{case}/adopt/finding/{finding}"), &[("version", &version().await)]).await.0, 303);
    assert!(report().await.contains("Onvindbare gewijzigde kop, nog eens"));
    changed(&played, &secretary, &format!("{}/{finding}", documents("finding")), "title", json!("Onvindbare gewijzigde kop")).await;
    assert_eq!(posted(&played, &chair, &format!("/api/v1/cases/{case}/findings/{finding}/adopt"), json!(null)).await.0, 204);
    assert!(!missing().await.contains(&"adopted_anew".to_owned()));
    assert!(report().await.contains("Onvindbare gewijzigde kop"));

    // A recommendation keeps its number; owner and day follow the version adopted.
    let listed = async || played.get(&coordinator, &format!("/api/v1/cases/{case}/recommendations")).await[0].clone();
    let before = listed().await;
    assert_eq!(posted(&played, &chair, &format!("/api/v1/cases/{case}/recommendations/{recommendation}/adopt"), json!(null)).await.1["type"].as_str().unwrap().rsplit(':').next(), Some("already-there"));
    changed(&played, &secretary, &format!("{}/{recommendation}", documents("recommendation")), "due", json!("2031-03-04")).await;
    assert_eq!(listed().await["dueOn"], before["dueOn"], "not before it is adopted anew");
    assert!(missing().await.contains(&"adopted_anew".to_owned()));
    let (status, told) = posted(&played, &chair, &format!("/api/v1/cases/{case}/recommendations/{recommendation}/adopt"), json!(null)).await;
    assert_eq!((status, &told["number"]), (201, &before["number"]), "{told}");
    assert_eq!(listed().await["dueOn"], "2031-03-04");
    assert!(!missing().await.contains(&"adopted_anew".to_owned()));

    // Terms of reference and minutes as well.
    let terms = first("terms-of-reference").await;
    changed(&played, &secretary, &format!("{}/{terms}", documents("terms-of-reference")), "outside_scope", json!("Wat wij later bedachten.")).await;
    assert!(page().await.contains(&format!("/adopt/terms-of-reference/{terms}")));
    assert_eq!(posted(&played, &chair, &format!("/api/v1/cases/{case}/terms-of-reference/{terms}/adopt"), json!(null)).await.0, 204);
    assert!(!page().await.contains(&format!("/adopt/terms-of-reference/{terms}")));
    let minutes = first("meeting").await;
    changed(&played, &secretary, &format!("{}/{minutes}", documents("meeting")), "minutes", json!("Wat er toch anders ging.")).await;
    assert!(page().await.contains(&format!("/adopt/meeting/{minutes}")));

    reasons_are_read_back(&played, &coordinator, &chair, &case).await;
    a_proposal_is_refused_with_a_reason_or_taken_back(&played, &coordinator, &chair, &case).await;
}

async fn reasons_are_read_back(played: &Played, coordinator: &Signed, chair: &Signed, case: &str) {
    let term = played.get(coordinator, &format!("/api/v1/cases/{case}")).await["deadlines"][0].clone();
    let until = (term["dueOn"].as_str().unwrap().parse::<chrono::NaiveDate>().unwrap() + chrono::Duration::days(20)).to_string();
    let (status, _) = posted(played, coordinator, &format!("/api/v1/cases/{case}/terms/{}/extend", term["id"].as_str().unwrap()), json!({ "until": until, "reason": "De schrijver was drie weken ziek." })).await;
    assert_eq!(status, 200);
    assert_eq!(posted(played, chair, &format!("/api/v1/cases/{case}/facts/stopped_because"), json!({ "words": "Een jaartal klopt niet meer." })).await.0, 204);
    let reasons = played.get(coordinator, &format!("/api/v1/cases/{case}/reasons")).await;
    let found = |about: &str| reasons.as_array().unwrap().iter().find(|one| one["about"] == about).unwrap_or_else(|| panic!("{about}: {reasons}")).clone();
    assert_eq!(found("extended")["words"], "De schrijver was drie weken ziek.");
    assert_eq!((&found("extended")["kind"], &found("extended")["from"]), (&term["kind"], &term["dueOn"]));
    assert_eq!(found("stopped_because")["words"], "Een jaartal klopt niet meer.");
    assert!(!found("stopped_because")["by"].as_str().unwrap().is_empty());
    let (status, page) = played.page(coordinator, &format!("/cases/{case}/history")).await;
    assert!(status == 200 && page.contains("De schrijver was drie weken ziek.") && page.contains("Een jaartal klopt niet meer."), "{page}");
    // The chair sees the course, and no sealed reason: that takes the key of the case.
    let (status, page) = played.page(chair, &format!("/cases/{case}/history")).await;
    assert!(status == 200 && !page.contains("drie weken ziek"));
    assert!(matches!(played.call(chair, Method::GET, &format!("/api/v1/cases/{case}/reasons")).send().await.unwrap().status().as_u16(), 403 | 404));
    assert_eq!(played.call(coordinator, Method::GET, &format!("/api/v1/cases/{case}/invitation-answers")).send().await.unwrap().status().as_u16(), 200);
}

async fn a_proposal_is_refused_with_a_reason_or_taken_back(played: &Played, coordinator: &Signed, chair: &Signed, case: &str) {
    let national = played.one("NC").await;
    let proposals = format!("/api/v1/cases/{case}/proposals");
    let (_, made) = posted(played, chair, &proposals, json!({ "kind": "stopped", "words": "De familie vraagt erom." })).await;
    let id = made["id"].as_str().unwrap_or_else(|| panic!("{made}"));
    let (_, page) = played.page(coordinator, &format!("/cases/{case}")).await;
    assert!(page.contains("nog niet getekend") && !page.contains(&format!("/proposals/{id}/withdraw")), "the coordinator sees it, and can't take back another's");
    assert_eq!(posted(played, coordinator, &format!("{proposals}/{id}/withdraw"), json!(null)).await.0, 404);
    // What waits for a signature is not offered to be asked once more: the page says since when, and leads to where it is taken back.
    let (_, page) = played.page(chair, &format!("/cases/{case}")).await;
    let asks = "name=\"kind\" value=\"stopped\"";
    assert!(!page.contains(asks) && page.contains(&format!("#ask-{id}")) && page.contains(&format!("/proposals/{id}/withdraw")), "{page}");
    let (status, told) = posted(played, &national, &format!("/api/v1/proposals/{id}/refuse"), json!({ "reason": " " })).await;
    assert_eq!((status, told["faults"][0]["rule"].as_str()), (422, Some("required")), "{told}");
    assert_eq!(posted(played, &national, &format!("/api/v1/proposals/{id}/refuse"), json!({ "reason": "Het kan met minder." })).await.0, 204);
    assert!(played.get(coordinator, &format!("/api/v1/cases/{case}/reasons")).await.to_string().contains("Het kan met minder."));
    let (_, page) = played.page(coordinator, &format!("/cases/{case}")).await;
    assert!(page.contains("niet getekend. De reden"));
    // Asked again, and taken back by who asked.
    let (_, made) = posted(played, chair, &proposals, json!({ "kind": "stopped", "words": "Toch." })).await;
    let id = made["id"].as_str().unwrap();
    assert_eq!(posted(played, chair, &format!("{proposals}/{id}/withdraw"), json!(null)).await.0, 204);
    assert_eq!(posted(played, chair, &format!("{proposals}/{id}/withdraw"), json!(null)).await.0, 404);
    assert!(played.page(chair, &format!("/cases/{case}")).await.1.contains(asks), "taken back, it can be asked again");
    assert_eq!(posted(played, &national, &format!("/api/v1/proposals/{id}/sign"), json!(null)).await.0, 404);
    let listed = played.get(coordinator, &proposals).await;
    assert_eq!((&listed[0]["state"], &listed[1]["state"]), (&json!("withdrawn"), &json!("refused")), "{listed}");
}
