//! Who gets a copy of the report in advance is chosen from the organisations of the case, not typed (form 5.17); the page of the decision names them.

use lering::access::Kind;
use lering::{compartments, reports};
use reqwest::Method;
use serde_json::json;

use crate::support::review::Review;
use crate::support::served::Served;

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_of_the_case_is_chosen_and_no_other() {
    let r = Review::new().await;
    r.partner().await;
    let other = r.world.organisation(&r.coordinator, "Gemeente Haren").await;
    r.world.name_everyone("Anna Bakker");
    let served = Served::new(&r.world);
    let (app, case) = (&r.world.app, r.case);
    let room = app.run(r.coordinator.caller(), move |tx| compartments::of_kind(tx, case, Kind::Report)).await.unwrap();
    let documents = format!("/api/v1/compartments/{room}/documents/publication-decision");
    let decision = |to: String| json!({ "answers": { "form": "whole", "reason": "Er valt te leren.", "publish_on": "2099-01-05", "embargo_to": [to] } });
    let (status, told) = served.post(&r.coordinator, &documents, &decision(other.to_string())).await;
    assert_eq!((status, &told["faults"][0]["field"], &told["faults"][0]["rule"]), (422, &json!("embargo_to[0]"), &json!("not-an-option")), "{told}");
    let (status, told) = served.post(&r.coordinator, &documents, &decision(r.police.to_string())).await;
    assert_eq!(status, 201, "{told}");
    let page = async |path: String| served.call(&r.coordinator, Method::GET, &path).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    let form = page(format!("/rooms/{room}/publication-decision/{}", told["id"].as_str().unwrap())).await;
    assert!(form.contains("Politie, eenheid Noord-Nederland") && !form.contains("Gemeente Haren"), "{form}");
    let decided = page(format!("/cases/{case}/decision")).await;
    assert!(decided.contains("Politie, eenheid Noord-Nederland") && !decided.contains(&r.police.to_string()), "an organisation is named, not told by its id: {decided}");
    assert_eq!(app.run(r.coordinator.caller(), move |tx| reports::embargo(tx, case)).await.unwrap(), 1);
}
