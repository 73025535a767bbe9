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
    // The first press shows to whom it goes, and gives nothing yet.
    let press = async |fields: String| {
        let call = served.call(&r.coordinator, Method::POST, &format!("/cases/{case}/published/embargo")).header("accept", "text/html").header("content-type", "application/x-www-form-urlencoded");
        let answer = call.body(fields).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let given = || count(&r, "select count(*) as n from app.item where kind = 'embargo-copy'");
    let (status, asked) = press(String::new()).await;
    assert!(status == 200 && asked.contains("voordat het openbaar is: Politie, eenheid Noord-Nederland"), "{status} {asked}");
    assert_eq!(given(), 0);
    let seen = asked.split("name=\"_seen\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_else(|| panic!("{asked}")).to_owned();
    assert_eq!((press("_sure=true&_seen=another".into()).await.0, given()), (200, 0), "what was read is what is given");
    assert_eq!((press(format!("_sure=true&_seen={seen}")).await.0, given()), (303, 1));
    assert_eq!(app.run(r.coordinator.caller(), move |tx| reports::embargo(tx, case)).await.unwrap(), 1);
}

fn count(r: &Review, query: &str) -> i64 {
    #[derive(diesel::QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    use diesel::RunQueryDsl;
    diesel::sql_query(query).get_result::<Count>(&mut r.world.connection("postgres")).unwrap().n
}
