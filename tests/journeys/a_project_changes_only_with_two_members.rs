//! A project lasts longer, or is ended, when two members of the committee agree; and everybody sees what left for it.

use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::World;
use crate::support::register::Register;
use crate::support::served::Served;

fn kind(told: &Value) -> &str {
    told["type"].as_str().unwrap_or_default().trim_start_matches("urn:lering:problem:")
}

#[tokio::test(flavor = "multi_thread")]
async fn longer_and_ended() {
    let world = World::new().await;
    let by = world.administrator().await;
    let people = Register::new(&world, &by).await;
    let served = Served::new(&world);
    people.frozen(&world, 300, 1).await;
    let id = people.project(&world, 0, vec![]).await;
    let (applicant, other, [first, second]) = (&people.researchers[0], &people.researchers[1], &people.committee);
    let path = |what: &str| format!("/api/v1/register/projects/{id}/{what}");
    let day = |days: i64| json!({ "until": (chrono::Utc::now() + chrono::Duration::days(days)).date_naive().to_string() });

    // Only the applicant asks, only for a later day, once at a time.
    assert_eq!(served.post(other, &path("renewal"), &day(600)).await.0, 404);
    assert_eq!(served.post(first, &path("renewal"), &day(600)).await.0, 403);
    for (days, rule) in [(100, "not-later"), (5000, "too-far-ahead")] {
        let (status, told) = served.post(applicant, &path("renewal"), &day(days)).await;
        assert_eq!((status, told["faults"][0]["rule"].as_str()), (422, Some(rule)), "{told}");
    }
    let (status, asked) = served.post(applicant, &path("renewal"), &day(600)).await;
    assert_eq!(status, 201, "{asked}");
    let (status, told) = served.post(applicant, &path("renewal"), &day(700)).await;
    assert_eq!((status, kind(&told)), (409, "already-there"));
    // One member decides nothing, nor twice; the applicant not at all.
    let change = path(&format!("changes/{}", asked["id"].as_str().unwrap()));
    assert_eq!(served.post(applicant, &change, &json!({ "agrees": true })).await.0, 403);
    let (status, told) = served.post(first, &change, &json!({ "agrees": true })).await;
    assert_eq!((status, told["state"].as_str()), (200, Some("open")));
    let (status, told) = served.post(first, &change, &json!({ "agrees": true })).await;
    assert_eq!((status, kind(&told)), (409, "already-voted"));
    let (_, told) = served.post(second, &change, &json!({ "agrees": true })).await;
    assert_eq!(told["state"], "agreed");
    let (_, list) = served.get(applicant, "/api/v1/register/projects").await;
    let view = &list[0];
    assert_eq!((&view["endsOn"], &view["state"]), (&day(600)["until"], &json!("approved")), "{list}");
    let (_, told) = served.post(second, &change, &json!({ "agrees": false })).await;
    assert_eq!(kind(&told), "already-settled");
    let public: Value = served.client.get(format!("{}/api/v1/register/projects/public", served.server)).send().await.unwrap().json().await.unwrap();
    assert_eq!(public[0]["until"], day(600)["until"]);

    // What leaves is listed for all, without a figure.
    assert_eq!(served.post(applicant, "/api/v1/register/tables", &json!({ "project": id, "outcome": "known_to_agency", "keys": ["incident_period", "country_part"], "cost": 20 })).await.0, 200);
    let outputs: Value = served.client.get(format!("{}/api/v1/register/outputs", served.server)).send().await.unwrap().json().await.unwrap();
    assert_eq!((&outputs[0]["outcome"], &outputs[0]["second"], &outputs[0]["public"], &outputs[0]["project"]), (&json!("known_to_agency"), &json!("country_part"), &json!(false), &view["number"]), "{outputs}");
    assert!(outputs[0].get("body").is_none() && outputs[0].get("cells").is_none());
    let page = served.client.get(format!("{}/register/public", served.server)).send().await.unwrap().text().await.unwrap();
    assert!(page.contains(view["number"].as_str().unwrap()) && page.contains(outputs[0]["identifier"].as_str().unwrap()));

    // The committee ends it: a reason of the list, two members; an end that one member refuses and another too goes on.
    assert_eq!(served.post(applicant, &path("end"), &json!({ "reason": "people_left" })).await.0, 403);
    assert_eq!(served.post(first, &path("end"), &json!({ "reason": "dislike" })).await.0, 422);
    let (status, proposed) = served.post(first, &path("end"), &json!({ "reason": "not_answered" })).await;
    assert_eq!(status, 201, "{proposed}");
    let ending = path(&format!("changes/{}", proposed["id"].as_str().unwrap()));
    let (_, told) = served.post(first, &ending, &json!({ "agrees": true })).await;
    assert_eq!(kind(&told), "already-voted", "who proposes has agreed, and is one");
    let (_, told) = served.post(second, &ending, &json!({ "agrees": true })).await;
    assert_eq!(told["state"], "agreed", "{told}");
    let (status, told) = served.post(applicant, "/api/v1/register/tables", &json!({ "project": id, "outcome": "known_to_agency", "keys": ["incident_period", "country_part"] })).await;
    assert_eq!((status, kind(&told)), (409, "project-not-open"), "a repeated question as well");
    let (status, told) = served.post(applicant, &path("renewal"), &day(800)).await;
    assert_eq!((status, kind(&told)), (409, "project-not-open"), "what was ended is not renewed");
    let public: Value = served.client.get(format!("{}/api/v1/register/projects/public", served.server)).send().await.unwrap().json().await.unwrap();
    // The day where the bureau is, also in the hour in which it is another one in Greenwich.
    assert_eq!(public[0]["endedOn"], json!(chrono::Utc::now().with_timezone(&chrono_tz::Europe::Amsterdam).date_naive().to_string()));
}

/// Who has two hats is still one person.
#[tokio::test(flavor = "multi_thread")]
async fn one_person_agrees_once_in_whatever_hat() {
    let world = World::new().await;
    let by = world.administrator().await;
    let people = Register::new(&world, &by).await;
    let id = people.project(&world, 0, vec![]).await;
    let [first, second] = &people.committee;
    let change = world.app.run(first.caller(), move |tx| lering::research::propose_end(tx, id, "not_answered")).await.unwrap();
    // The first member's vote stands in a hat that is now the second's own: they have voted.
    diesel::sql_query("update app.membership set person_id = (select person_id from app.membership where id = $2) where id = $1")
        .bind::<diesel::sql_types::Uuid, _>(first.hat.uuid()).bind::<diesel::sql_types::Uuid, _>(second.hat.uuid()).execute(&mut world.connection("postgres")).unwrap();
    let voted = world.app.run(second.caller(), move |tx| lering::research::agree(tx, id, change, true)).await;
    assert!(matches!(voted, Err(lering::tx::Refused::Rule("already-voted"))), "{voted:?}");
}

/// Past the use cases, with the application's own database role: nobody settles or votes in another's place.
#[tokio::test(flavor = "multi_thread")]
async fn the_database_lets_nobody_vote_for_another_or_ask_for_a_project_of_others() {
    let world = World::new().await;
    let by = world.administrator().await;
    let people = Register::new(&world, &by).await;
    let id = people.project(&world, 0, vec![]).await;
    let (other, second) = (people.committee[1].hat, people.researchers[1].hat);
    let change = uuid::Uuid::new_v4();
    let try_as = |who: &crate::support::Someone, sql: String| {
        let caller = who.caller();
        world.app.run(caller, move |tx| -> Result<usize, lering::tx::Refused> { Ok(diesel::sql_query(sql).execute(tx.db())?) })
    };
    let insert = |by: lering::ids::MembershipId, kind: &str, rest: &str| format!("insert into app.project_change (id, project_id, kind, until, reason, asked_by) values ('{change}', '{id}', '{kind}', {rest}, '{by}')");
    let (applicant, first) = (&people.researchers[0], &people.committee[0]);
    assert!(try_as(&people.researchers[1], insert(second, "renewal", "current_date + 900, null")).await.is_err(), "another researcher's project");
    assert!(try_as(applicant, insert(applicant.hat, "withdrawal", "null, 'interest'")).await.is_err(), "the committee's act");
    assert!(try_as(first, insert(other, "withdrawal", "null, 'interest'")).await.is_err(), "in another's name");
    assert_eq!(try_as(first, insert(first.hat, "withdrawal", "null, 'interest'")).await.unwrap(), 1);
    let vote = |hat| format!("insert into app.project_change_vote (change_id, membership_id, agrees) values ('{change}', '{hat}', true)");
    assert!(try_as(first, vote(other)).await.is_err(), "another's vote");
    assert!(try_as(applicant, vote(applicant.hat)).await.is_err(), "no member");
    assert_eq!(try_as(applicant, format!("update app.project_change set state = 'declined' where id = '{change}'")).await.unwrap(), 0);
    assert_eq!(try_as(&people.researchers[1], "select * from app.project_change".into()).await.unwrap(), 0, "who takes no part sees no change");
    assert!(try_as(first, format!("update app.project_change set until = current_date where id = '{change}'")).await.is_err(), "what was asked stays");
}
