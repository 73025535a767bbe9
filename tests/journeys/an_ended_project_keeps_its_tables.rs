//! What left the register for a project is cited, and stays readable to its people when the project has ended; nothing new is asked there.

use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::register::Register;
use crate::support::served::Served;
use crate::support::{Someone, World};

const PERIOD: &str = "incident_period";

#[tokio::test(flavor = "multi_thread")]
async fn its_people_read_them_and_ask_no_more() {
    let world = World::new().await;
    let by = world.administrator().await;
    let (people, served) = (Register::new(&world, &by).await, Served::new(&world));
    let snapshot = people.frozen(&world, 300, 4).await;
    let [first, second] = &people.researchers;
    world.named(first, "R. Zoeker");
    world.named(second, "T. Zoeker");
    let (mine, theirs) = (people.project(&world, 0, vec![]).await, people.project(&world, 1, vec![]).await);
    let ask = |project, outcome: &str| json!({ "project": project, "outcome": outcome, "keys": [PERIOD] });
    let ids = |told: &Value| told["id"].as_str().unwrap().to_owned();
    let given = ids(&served.post(first, "/api/v1/register/tables", &ask(mine, "multiple_victims")).await.1);
    // A table that left for another project first, and was asked in this one as well.
    let again = ids(&served.post(second, "/api/v1/register/tables", &ask(theirs, "known_to_agency")).await.1);
    assert_eq!(served.post(first, "/api/v1/register/tables", &ask(mine, "known_to_agency")).await.0, 200);
    let of_others = ids(&served.post(second, "/api/v1/register/tables", &ask(theirs, "child_exposed")).await.1);
    let api = |id: &str| format!("/api/v1/register/snapshots/{snapshot}/tables/{id}");
    let reads = async |who: &Someone, id: &str| {
        let page = served.call(who, Method::GET, &format!("/register/tables/{snapshot}/{id}")).send().await.unwrap().status().as_u16();
        let file = served.call(who, Method::GET, &format!("{}/files/csv", api(id))).send().await.unwrap().status().as_u16();
        [served.get(who, &api(id)).await.0, page, file]
    };
    assert_eq!(reads(first, &of_others).await, [200; 3], "while it runs, what may be counted in it is read");

    assert_eq!(served.post(first, &format!("/api/v1/register/projects/{mine}/withdraw"), &Value::Null).await.0, 204);
    for id in [&given, &again] {
        assert_eq!(reads(first, id).await, [200; 3]);
    }
    assert_eq!(reads(first, &of_others).await, [404; 3], "what left for others only is theirs");
    let (_, list) = served.get(first, "/api/v1/register/tables").await;
    let mut listed: Vec<&str> = list.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    let mut expected = vec![given.as_str(), again.as_str()];
    (listed.sort_unstable(), expected.sort_unstable());
    assert_eq!(listed, expected);
    for path in ["/api/v1/register/tables", "/api/v1/register/tables/preview"] {
        let (status, told) = served.post(first, path, &ask(mine, "multiple_victims")).await;
        assert_eq!((status, told["type"].as_str()), (409, Some("urn:lering:problem:project-not-open")), "{path}: {told}");
    }
    let request = json!({ "project": mine, "outcome": "place_sphere", "keys": [PERIOD], "publication": false, "reason": "comparison" });
    assert_eq!(served.post(first, "/api/v1/register/output-requests", &request).await.0, 409);

    // Past its last day it is the same; who left it before, or never signed, reads nothing of it.
    diesel::sql_query("update app.project set ends_on = current_date - 1 where id = $1").bind::<SqlUuid, _>(theirs.uuid()).execute(&mut world.connection("postgres")).unwrap();
    assert_eq!(reads(second, &of_others).await, [200; 3]);
    for change in ["until = now() - interval '1 hour'", "until = null, signed_at = null"] {
        diesel::sql_query(format!("update app.project_person set {change} where project_id = $1")).bind::<SqlUuid, _>(theirs.uuid()).execute(&mut world.connection("postgres")).unwrap();
        assert_eq!(reads(second, &of_others).await, [404; 3], "{change}");
    }
}
