//! Every way a table is not given, over HTTP: each with a problem type of its own, and nothing spent.

use diesel::prelude::*;
use lering::http::Settings;
use lering::ids::ProjectId;
use lering::research::{self, AN_HOUR, Vote};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::register::Register;
use crate::support::served::Served;
use crate::support::{Someone, World};

struct Desk {
    world: World,
    served: Served,
    people: Register,
}

impl Desk {
    async fn new() -> Desk {
        let world = World::new().await;
        let by = world.administrator().await;
        Desk { people: Register::new(&world, &by).await, served: Served::new(&world), world }
    }
    fn researcher(&self) -> &Someone {
        &self.people.researchers[0]
    }
    fn change(&self, sql: &str) {
        diesel::sql_query(sql).execute(&mut self.world.connection("postgres")).unwrap();
    }
    async fn table(&self, project: ProjectId, outcome: &str, keys: &[&str]) -> (u16, Value) {
        let mut body = json!({ "project": project, "outcome": outcome, "keys": keys });
        let (_, preview) = self.served.post(self.researcher(), "/api/v1/register/tables/preview", &body).await;
        body["cost"] = preview["cost"].clone();
        self.served.post(self.researcher(), "/api/v1/register/tables", &body).await
    }
    async fn refused(&self, project: ProjectId, outcome: &str, keys: &[&str], status: u16, kind: &str) {
        let told = self.table(project, outcome, keys).await;
        is(&told, status, kind);
    }
}

fn is(told: &(u16, Value), status: u16, kind: &str) {
    assert_eq!((told.0, told.1["type"].as_str().unwrap_or_default()), (status, format!("urn:lering:problem:{kind}").as_str()), "{}", told.1);
    assert!(told.1["title"].as_str().is_some_and(|title| title.ends_with('.') && !title.contains("problem-")), "in words: {}", told.1);
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    n: i64,
}

fn count(world: &World, sql: &str) -> i64 {
    diesel::sql_query(sql).get_result::<Count>(&mut world.connection("postgres")).unwrap().n
}

const PERIOD: &str = "incident_period";

#[tokio::test(flavor = "multi_thread")]
async fn outside_the_project_and_its_time_and_beyond_the_list() {
    let desk = Desk::new().await;
    let (world, people) = (&desk.world, &desk.people);
    let project = people.application(world, 0, 300, vec![]).await;
    desk.refused(project, "known_to_agency", &[PERIOD], 409, "project-not-open").await;
    people.vote(world, 0, project, Vote::Approve).await.unwrap();
    people.vote(world, 1, project, Vote::Approve).await.unwrap();
    desk.refused(project, "known_to_agency", &[PERIOD], 409, "not-signed").await;
    world.app.run(desk.researcher().caller(), move |tx| research::sign(tx, project)).await.unwrap();
    desk.refused(project, "known_to_agency", &[PERIOD], 409, "no-snapshot").await;
    people.frozen(world, 300, 1).await;
    // Not of the list: each says which part.
    for (outcome, keys, field, rule) in [
        ("shoe_size", &[PERIOD][..], "outcome", "gate-no-outcome"), ("known_to_agency", &[PERIOD, "shoe_size"], "keys", "gate-no-key"), ("known_to_agency", &["country_part"], "keys", "gate-no-period"),
        ("known_to_agency", &[PERIOD, PERIOD], "keys", "gate-key-twice"), ("known_to_agency", &[PERIOD, "country_part", "case_scope_group"], "keys", "gate-too-many-keys"),
        ("known_to_agency", &[PERIOD, "victim_sex"], "keys", "gate-other-unit"), (PERIOD, &[PERIOD], "outcome", "gate-no-outcome"), ("known_to_agency", &[PERIOD, "multiple_victims"], "keys", "gate-no-key"),
    ] {
        let told = desk.table(project, outcome, keys).await;
        is(&told, 422, "faults");
        assert_eq!((told.1["faults"][0]["field"].as_str(), told.1["faults"][0]["rule"].as_str()), (Some(field), Some(rule)), "{}", told.1);
        // What is none of the list is quoted, with what is possible.
        let asked = if field == "outcome" { outcome } else { keys.last().copied().unwrap_or_default() };
        let text = told.1["faults"][0]["text"].as_str().unwrap();
        let of_list = matches!(rule, "gate-no-outcome" | "gate-no-key" | "gate-other-unit");
        assert!(!of_list || text.contains(&format!("\"{asked}\"")) && text.contains("Mogelijk zijn: "), "{text}");
    }
    desk.refused(project, "victim_formal_complaint", &[PERIOD], 409, "outcome-not-approved").await;
    // Somebody else's project is no project, absent or not.
    let foreign = people.project(world, 1, vec![]).await;
    for other in [foreign, ProjectId::new()] {
        desk.refused(other, "known_to_agency", &[PERIOD], 404, "not-found").await;
    }
    let told = desk.served.post(desk.researcher(), "/api/v1/register/tables", &json!({ "outcome": "known_to_agency", "keys": [PERIOD] })).await;
    is(&told, 422, "faults");
    // After its last day, and ended.
    desk.change(&format!("update app.project set ends_on = (now() at time zone 'Europe/Amsterdam')::date - 1 where id = '{project}'"));
    desk.refused(project, "known_to_agency", &[PERIOD], 409, "project-not-open").await;
    let (_, list) = desk.served.get(desk.researcher(), "/api/v1/register/projects").await;
    assert_eq!(list[0]["state"], "ended", "after its last day a project is over by itself");
    desk.change(&format!("update app.project set ends_on = (now() at time zone 'Europe/Amsterdam')::date where id = '{project}'"));
    assert_eq!(desk.table(project, "known_to_agency", &[PERIOD]).await.0, 200, "the last day is one of its days");
    assert_eq!(desk.served.post(desk.researcher(), &format!("/api/v1/register/projects/{project}/withdraw"), &Value::Null).await.0, 204);
    desk.refused(project, "known_to_agency", &[PERIOD], 409, "project-not-open").await;
    assert_eq!(count(world, "select count(*) as n from app.released_table"), 1, "none of the refusals gave or spent anything");
}

#[tokio::test(flavor = "multi_thread")]
async fn budget_quota_and_hour_have_problem_types_of_their_own() {
    let desk = Desk::new().await;
    let (world, people) = (&desk.world, &desk.people);
    people.frozen_late(world, 300, 2).await;
    let project = people.project(world, 0, vec![]).await;
    desk.change("update app.project set cells = 70");
    let unsaid = desk.served.post(desk.researcher(), "/api/v1/register/tables", &json!({ "project": project, "outcome": "known_to_agency", "keys": [PERIOD, "police_region"] })).await;
    is(&unsaid, 409, "cost-not-confirmed");
    assert_eq!(desk.table(project, "known_to_agency", &[PERIOD, "police_region"]).await.0, 200);
    desk.refused(project, "known_to_agency", &[PERIOD, "country_part"], 409, "gate-budget").await;
    desk.refused(project, "multiple_victims", &[PERIOD, "country_part"], 409, "gate-quota").await;
    // Both say the same as a preview, which costs nothing and refuses nothing.
    let told = desk.served.post(desk.researcher(), "/api/v1/register/tables/preview", &json!({ "project": project, "outcome": "known_to_agency", "keys": [PERIOD, "country_part"] })).await;
    assert_eq!((told.0, told.1["spent"].as_i64(), told.1["cost"].as_i64(), told.1["budget"].as_i64(), told.1["quota"].as_i64()), (200, Some(52), Some(20), Some(60), Some(18)), "{}", told.1);
    // So many questions an hour, repeated ones as well.
    let known = count(world, "select count(*) as n from app.table_query");
    desk.change(&format!(
        "insert into app.table_query (snapshot_id, project_id, membership_id, outcome, answer, cost, asked_at) select snapshot_id, project_id, membership_id, outcome, 'repeated', 0, now() - interval '20 minutes' \
         from (select * from app.table_query limit 1) q, generate_series(1, {})", AN_HOUR - known
    ));
    let body = json!({ "project": project, "outcome": "known_to_agency", "keys": [PERIOD, "police_region"] });
    let answer = desk.served.call(desk.researcher(), Method::POST, "/api/v1/register/tables").json(&body).send().await.unwrap();
    let wait: u32 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert_eq!(answer.status(), 429);
    assert!((2_300..=2_400).contains(&wait), "the first question of the hour was twenty minutes ago: {wait}");
    is(&(429, answer.json().await.unwrap()), 429, "too-many");
    let (colleague, body) = (people.project(world, 1, vec![]).await, json!({ "outcome": "known_to_agency", "keys": [PERIOD, "police_region"] }));
    let mut body = body;
    body["project"] = json!(colleague);
    assert_eq!(desk.served.post(&people.researchers[1], "/api/v1/register/tables", &body).await.0, 200, "each has an hour of their own");
    // The network's own limit says so in the same way.
    let narrow = Served::with(world, Settings { reading: 2, ..Settings::default() });
    for _ in 0..2 {
        assert_eq!(narrow.get(desk.researcher(), "/api/v1/register/outcomes").await.0, 200);
    }
    let answer = narrow.call(desk.researcher(), Method::GET, "/api/v1/register/outcomes").send().await.unwrap();
    assert_eq!(answer.status(), 429);
    assert!(answer.headers()["retry-after"].to_str().unwrap().parse::<u32>().unwrap() >= 1);
    is(&(429, answer.json().await.unwrap()), 429, "too-many");
}
