//! An answer kept for a second press is given again only to who could ask for it now: whose hat lives, and who has just confirmed who they are where the act wanted that.

use diesel::prelude::*;
use lering::access::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::served::Served;
use crate::support::{Someone, World};

/// Status, whether it was an answer kept, and what was said.
type Said = (u16, bool, String);

async fn said(request: reqwest::RequestBuilder) -> Said {
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.headers().contains_key("idempotency-replayed"), answer.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_confirmed_no_longer_and_a_hat_that_ended_get_none() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let officer = world.person(&administrator, Role::RecoveryOfficer).await;
    let (asked, pressed) = (world.waiting(&administrator, Role::Coordinator).await, world.waiting(&administrator, Role::Chair).await);
    world.name_everyone("Anna Bakker");
    let served = Served::new(&world);
    let sql = |sql: &str| diesel::sql_query(sql).execute(&mut world.connection("postgres")).unwrap();
    let call = async |who: &Someone, path: &str, body: &Value| said(served.call(who, Method::POST, path).header("Idempotency-Key", "one").json(body)).await;
    let confirm = format!("/api/v1/hats/{asked}/confirm");
    let press = async || {
        let form = served.call(&officer, Method::POST, "/people/confirm").header("content-type", "application/x-www-form-urlencoded").header("accept", "text/html");
        said(form.body(format!("_once=press&hat={pressed}"))).await
    };
    let invite = json!({ "role": "CO", "name": "Anna" });

    // Just confirmed: the same answer once more, and nothing happens twice.
    let first = call(&officer, &confirm, &json!({})).await;
    assert_eq!((first.0, first.1), (200, false), "{first:?}");
    assert_eq!(call(&officer, &confirm, &json!({})).await, (200, true, first.2.clone()));
    assert_eq!([press().await, press().await].map(|(status, again, _)| (status, again)), [(303, false), (303, true)]);
    let invited = call(&administrator, "/api/v1/invitations", &invite).await;
    assert_eq!((invited.0, invited.1), (201, false), "{invited:?}");

    // Six minutes later it is asked for first; what was pressed waits on the page that asks. An act that wanted no confirmation wants none again.
    sql("update sec.session set stepped_up_at = now() - interval '6 minutes'");
    let late = call(&officer, &confirm, &json!({})).await;
    assert!(late.0 == 403 && !late.1 && late.2.contains("urn:lering:problem:step-up"), "{late:?}");
    let (status, again, page) = press().await;
    assert!(status == 403 && !again && page.contains("action=\"/step-up\"") && page.contains("name=\"_once\" value=\"press\"") && page.contains("action=\"/people/confirm\""), "{page}");
    assert_eq!(call(&administrator, "/api/v1/invitations", &invite).await, (201, true, invited.2));
    sql("update sec.session set stepped_up_at = now()");
    assert_eq!(call(&officer, &confirm, &json!({})).await, (200, true, first.2));
    assert_eq!(press().await.1, true);

    // Whose hat ended has no session to be answered in.
    sql(&format!("update app.membership set state = 'ended' where id = '{}'", officer.hat));
    let ended = call(&officer, &confirm, &json!({})).await;
    assert!(ended.0 == 401 && !ended.1, "{ended:?}");
}
