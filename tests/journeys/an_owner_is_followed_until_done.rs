//! Owners of recommendations: their contact is theirs and can be followed by another, an approver reads along, silence becomes "no answer" by
//! itself, and the coordinator records what was told otherwise. Everything stands on one page over all cases.

use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use lering::worker;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::played::{Played, Signed};

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Nullable<Text>)]
    line: Option<String>,
}

fn line(played: &Played, sql: &str) -> String {
    diesel::sql_query(sql).get_result::<Line>(&mut played.superuser()).unwrap().line.unwrap_or_default()
}

async fn posted(played: &Played, who: &Signed, path: &str, body: Value) -> (u16, Value) {
    let answer = played.call(who, Method::POST, path).json(&body).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_answers_or_is_answered_for_and_nothing_stays_open_for_ever() {
    let played = Played::new(&["follow_up"]).await;
    let coordinator = played.one("CO").await;
    let case = played.get(&coordinator, "/api/v1/cases?state=follow_up").await["cases"][0]["id"].as_str().unwrap().to_owned();
    let all = async || played.get(&coordinator, &format!("/api/v1/cases/{case}/recommendations")).await;
    let listed = all().await;
    // The people of this case were not kept; those of the finished one are signed in, so its organisation owns the first recommendation.
    let (contacts, approvers) = (played.all("AC").await, played.all("AP").await);
    let organisation = |who: &Signed| line(&played, &format!("select organisation_id::text as line from app.membership where id = '{}'", who.hat));
    let (own, approver) = contacts.iter().find_map(|contact| approvers.iter().find(|approver| organisation(approver) == organisation(contact)).map(|approver| (contact, approver))).expect("an organisation with both");
    diesel::sql_query(format!("update app.recommendation set owner_id = '{}' where id = '{}'", organisation(own), listed[0]["id"].as_str().unwrap())).execute(&mut played.superuser()).unwrap();
    let listed = all().await;
    let (first, second) = (listed[0].clone(), listed[1].clone());
    let id = |one: &Value| one["id"].as_str().unwrap().to_owned();
    let state = async |one: &Value| all().await.as_array().unwrap().iter().find(|found| found["id"] == one["id"]).unwrap()["state"].as_str().unwrap().to_owned();
    let other = contacts.iter().find(|who| organisation(who) != organisation(own)).expect("another's contact");

    // The words stand on both pages; the list says what is open.
    let words = "Vraag bij elk advies";
    for path in [format!("/cases/{case}/actions"), "/actions".to_owned(), format!("/cases/{case}/actions/{}", id(&first))] {
        let (status, page) = played.page(&coordinator, &path).await;
        assert!(status == 200 && page.contains(words), "{path}: {status} {page}");
    }
    let (_, page) = played.page(&coordinator, "/actions?state=adopted").await;
    assert!(page.contains(&first["ownerName"].as_str().unwrap().replace('&', "&#38;")), "{page}");
    assert!(!played.page(&coordinator, "/actions?overdue=true").await.1.contains(&format!("/cases/{case}/actions")), "nothing is late yet");
    assert_eq!(played.page(other, "/actions").await.0, 303, "what an organisation owns stands among its tasks");
    assert!(!played.page(other, "/actions").await.1.contains(words));

    // Only a contact of the owner; once.
    let owner = format!("/api/v1/recommendations/{}/owner", id(&first));
    let (status, told) = posted(&played, &coordinator, &owner, json!({ "contact": other.hat })).await;
    assert_eq!((status, told["faults"][0]["field"].as_str()), (422, Some("contact")), "{told}");
    assert_eq!(posted(&played, &coordinator, &owner, json!({ "contact": own.hat })).await.0, 201);
    assert_eq!(posted(&played, &coordinator, &owner, json!({ "contact": own.hat })).await.0, 409);
    assert_eq!(posted(&played, &coordinator, &format!("/api/v1/recommendations/{}/owner", id(&second)), json!({ "contact": own.hat })).await.0, 422, "another owner's");

    // The approver sees nothing until the contact names them.
    let page = format!("/actions/{}", id(&first));
    assert_eq!(played.page(own, &page).await.0, 200);
    assert_eq!(played.page(approver, &page).await.0, 404);
    let name = format!("/api/v1/recommendations/{}/approver", id(&first));
    assert_eq!(posted(&played, own, &name, json!({ "approver": other.hat })).await.0, 422);
    assert_eq!(posted(&played, own, &name, json!({ "approver": approver.hat })).await.0, 204);
    assert!(played.page(approver, &page).await.1.contains(words));

    // Silence: reminded while there is time, and no answer after it.
    let told = |hat: &str| line(&played, &format!("select count(*)::text as line from app.notice where membership_id = '{hat}' and kind = 'action_due'")).parse::<i64>().unwrap();
    let app = played.installation.app(2).unwrap();
    let before = told(&own.hat);
    let mut db = played.superuser();
    let ago = |db: &mut PgConnection, days: i64| diesel::sql_query(format!("update app.recommendation set changed_at = now() - interval '{days} days' where id = '{}'", id(&first))).execute(db).unwrap();
    ago(&mut db, 40);
    worker::look(&app).await;
    assert_eq!((told(&own.hat) - before, state(&first).await), (1, "adopted".to_owned()), "half of the sixty days");
    ago(&mut db, 80);
    worker::look(&app).await;
    assert_eq!(state(&first).await, "no_answer");
    assert!(line(&played, &format!("select count(*)::text as line from app.notice where membership_id = '{}' and kind = 'action_due'", coordinator.hat)) != "0", "the coordinator hears of it");
    assert_eq!(state(&second).await, "adopted", "whose owner was told nothing has no silence");

    // An answer is welcome all the same; evidence and what is noticed of it show the effect.
    let answers = json!({ "response": "1", "what": "Wij bouwen de vraag in.", "lead": { "name": "Een leider" }, "due": "2030-01-04" });
    let (status, now) = posted(&played, approver, &format!("/api/v1/recommendations/{}/response", id(&first)), json!({ "answers": answers })).await;
    assert_eq!((status, now["state"].as_str()), (200, Some("accepted")), "{now}");
    let update = format!("/api/v1/recommendations/{}/updates", id(&first));
    let (_, now) = posted(&played, own, &update, json!({ "answers": { "status": "1", "done": "Ingebouwd.", "proof": "Steekproef" } })).await;
    assert_eq!(now["state"], "done");
    let (_, now) = posted(&played, own, &update, json!({ "answers": { "status": "1", "done": "Ingebouwd.", "proof": "Steekproef", "effect": "Bellers merken het." } })).await;
    assert_eq!(now["state"], "effect_shown");

    // The other owner writes a letter: the coordinator records it, with how it is known; later time overtakes it.
    let record = format!("/api/v1/recommendations/{}/record", id(&second));
    let answers = json!({ "response": "2", "reason": "Voor een deel.", "what": "Een afspraak.", "lead": { "name": "Het bestuur" }, "due": "2030-01-04" });
    assert_eq!(posted(&played, &coordinator, &record, json!({ "form": "action-response", "answers": answers, "words": " " })).await.0, 422);
    assert_eq!(posted(&played, own, &record, json!({ "form": "action-response", "answers": answers, "words": "?" })).await.0, 404);
    let (status, now) = posted(&played, &coordinator, &record, json!({ "form": "action-response", "answers": answers, "words": "Brief van 3 mei." })).await;
    assert_eq!((status, now["state"].as_str()), (200, Some("partly")), "{now}");
    assert_eq!(posted(&played, &coordinator, &format!("/api/v1/recommendations/{}/overtaken", id(&second)), json!({ "words": "De wet is veranderd." })).await.0, 204);
    assert_eq!(state(&second).await, "overtaken");
    let (_, page) = played.page(&coordinator, &format!("/cases/{case}/history")).await;
    assert!(page.contains("Brief van 3 mei.") && page.contains("De wet is veranderd."), "{page}");
    let missing = played.get(&coordinator, &format!("/api/v1/cases/{case}")).await["steps"].to_string();
    assert!(!missing.contains("recommendations_settled"), "{missing}");

    // Another contact of the owner follows: who belonged to the place before is out of it at once, and their keys to it are gone.
    let room = line(&played, &format!("select compartment_id::text as line from app.recommendation where id = '{}'", id(&first)));
    let keys = || line(&played, &format!("select count(*)::text as line from app.key_grant where compartment_id = '{room}' and membership_id is not null"));
    let inside = || line(&played, &format!("select count(*)::text as line from app.compartment_member where compartment_id = '{room}' and (until is null or until > now())"));
    assert_eq!((keys().as_str(), inside().as_str()), ("2", "2"));
    diesel::sql_query(format!("update app.membership set organisation_id = '{}' where id = '{}'", organisation(own), other.hat)).execute(&mut played.superuser()).unwrap();
    let (status, told) = posted(&played, &coordinator, &owner, json!({ "contact": other.hat })).await;
    assert_eq!(status, 201, "{told}");
    assert_eq!((keys().as_str(), inside().as_str()), ("0", "0"));
    assert_ne!(line(&played, &format!("select count(*)::text as line from app.key_grant where compartment_id = '{room}' and membership_id is null")), "0", "the bureau's recovery stays");
    assert_eq!(played.page(own, &format!("/actions/{}", id(&first))).await.0, 404);
}
