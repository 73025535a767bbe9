//! What is public is had by everybody: each public table has an address, a chart and its files without signing in, by program too; what is cited is
//! found; what is hidden throughout takes one line, and the map is of the answer that has figures.

use diesel::prelude::*;
use diesel::sql_types::{Jsonb, Text, Uuid as SqlUuid};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::World;
use crate::support::register::Register;
use crate::support::served::Served;

const PERIOD: &str = "incident_period";
const REGION: &str = "police_region";

/// Status, where it leads, type and text of an answer to nobody in particular.
async fn anybody(served: &Served, path: &str) -> (u16, String, String, Vec<u8>) {
    let answer = served.client.get(format!("{}{path}", served.server)).send().await.unwrap();
    let header = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let (status, leads, kind) = (answer.status().as_u16(), header("location"), header("content-type"));
    (status, leads, kind, answer.bytes().await.unwrap().to_vec())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn without_signing_in_and_nothing_else() {
    let world = World::new().await;
    let by = world.administrator().await;
    let (people, served) = (Register::new(&world, &by).await, Served::new(&world));
    let snapshot = people.frozen(&world, 300, 4).await;
    let project = people.project(&world, 0, vec![]).await;
    let researcher = &people.researchers[0];
    world.named(researcher, "R. Zoeker");
    // One table leaves for a project; another is public, with figures of one answer only.
    let (status, own) = served.post(researcher, "/api/v1/register/tables", &json!({ "project": project, "outcome": "multiple_victims", "keys": [PERIOD] })).await;
    assert_eq!(status, 200, "{own}");
    let (_, asked) = served.get(researcher, "/api/v1/register/outcomes").await;
    let named = |list: &str, id: &str| asked[list].as_array().unwrap().iter().find(|one| one["id"] == id).unwrap()["categories"].as_array().unwrap().clone();
    let (periods, regions, answers) = (named("keys", PERIOD), named("keys", REGION), named("outcomes", "known_to_agency"));
    let (_, preview) = served.post(researcher, "/api/v1/register/tables/preview", &json!({ "outcome": "known_to_agency", "keys": [PERIOD, REGION] })).await;
    let public = preview["table"].as_str().unwrap().to_owned();
    let hidden = || json!({ "hidden": "gate-hidden-small" });
    let groups: Vec<Value> = periods.iter().flat_map(|period| regions.iter().map(move |region| (period, region))).map(|(period, region)| {
        let cells: Vec<Value> = (0..answers.len()).map(|at| if at == 1 { json!({ "shown": { "units": 15, "percent": 50 } }) } else { hidden() }).collect();
        json!({ "codes": [period["code"], region["code"]], "total": { "shown": { "units": 30, "percent": null } }, "cells": cells })
    }).collect();
    diesel::sql_query("insert into app.released_table (snapshot_id, question_id, outcome, second, cells, body, public_at) values ($1, $2, 'known_to_agency', 'police_region', 26, $3, now())")
        .bind::<SqlUuid, _>(snapshot.uuid()).bind::<Text, _>(&public).bind::<Jsonb, _>(&json!({ "groups": groups })).execute(&mut world.connection("postgres")).unwrap();

    // The list names each public table with its own address and its files; a program has the same list.
    let (page, api) = (format!("/register/tables/{snapshot}/{public}"), format!("/api/v1/register/snapshots/{snapshot}/tables/{public}"));
    let (status, _, _, list) = anybody(&served, "/register/public").await;
    let list = text(&list);
    assert!(status == 200 && list.contains(&format!("href=\"{page}\"")) && list.contains(&format!("href=\"{page}/files/xlsx\"")), "{list}");
    let (status, _, _, all) = anybody(&served, "/api/v1/register/tables").await;
    let all: Value = serde_json::from_slice(&all).unwrap();
    assert_eq!((status, all.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect::<Vec<_>>()), (200, vec![public.as_str()]));

    let (status, _, _, shown) = anybody(&served, &page).await;
    let shown = text(&shown);
    let urn = format!("urn:lering:{snapshot}:{public}");
    assert!(status == 200 && shown.contains(&urn) && shown.contains("<svg"), "{shown}");
    let down = shown.find("/files/zip").unwrap();
    assert!(down < shown.find("<table").unwrap(), "the files stand above the table");
    assert!(!shown.contains("/register/tables/new"), "nobody in particular makes no table");
    // It left when totals were of all, and stays as it left.
    assert!(shown.contains("totalen en percentages zijn van iedereen") && !shown.contains("Totaal voor wie de vraag geldt"), "{shown}");
    let column = |at: usize| format!("<th scope=\"col\" class=\"num\">{}</th>", answers[at]["label"]["nl"].as_str().unwrap());
    assert!(shown.contains(&column(1)) && !shown.contains(&column(0)), "what is hidden throughout has no column");
    // The map is of the answer with figures; another can be chosen, where it has any.
    assert!(shown.contains(&format!("<option value=\"{}\" selected>", answers[1]["code"])) || !shown.contains("name=\"map\""), "{shown}");
    let (_, _, _, other) = anybody(&served, &format!("{page}?map={}", answers[0]["code"])).await;
    let other = text(&other);
    assert!(other.contains(&format!("<option value=\"{}\" selected>", answers[0]["code"])) && other.contains(&format!("<option value=\"{}\">", answers[1]["code"])), "{other}");

    let (status, _, _, told) = anybody(&served, &api).await;
    assert_eq!((status, serde_json::from_slice::<Value>(&told).unwrap()["public"].clone()), (200, json!(true)));
    for (format, kind) in [("csv", "text/csv"), ("xlsx", "application/vnd.openxml"), ("json-stat", "application/json"), ("sdmx-csv", "application/vnd.sdmx"), ("svg", "image/svg"), ("png", "image/png"), ("zip", "application/zip")] {
        for path in [&page, &api] {
            let (status, _, found, bytes) = anybody(&served, &format!("{path}/files/{format}")).await;
            assert!(status == 200 && found.starts_with(kind) && !bytes.is_empty(), "{path} as {format}: {status} {found}");
        }
    }
    // It is cited in the reader's language, with one word for a snapshot, and nothing tells how far a figure may have been moved.
    assert!(shown.contains("Lering register, stand 1 (") && !shown.contains("Lering register, snapshot"), "{shown}");
    let (_, _, _, chart) = anybody(&served, &format!("{page}/files/svg")).await;
    assert!(text(&chart).contains("codeboek") && !text(&chart).contains("snapshot 1"));
    // Somebody signed in reads the same, and is still who they are there.
    assert_eq!(served.get(researcher, &api).await.0, 200);

    // What is not public, and what there is not, is the same to nobody in particular: sign in.
    for id in [own["id"].as_str().unwrap().to_owned(), "0".repeat(64)] {
        assert_eq!(anybody(&served, &format!("/api/v1/register/snapshots/{snapshot}/tables/{id}")).await.0, 401);
        assert_eq!(anybody(&served, &format!("/api/v1/register/snapshots/{snapshot}/tables/{id}/files/csv")).await.0, 401);
        assert_eq!(anybody(&served, &format!("/register/tables/{snapshot}/{id}")).await.0, 303);
    }

    // What is cited is found by its identifier alone.
    let (status, leads, ..) = anybody(&served, &format!("/register/urn/{urn}")).await;
    assert_eq!((status, leads), (303, page.clone()));
    let (status, leads, ..) = anybody(&served, &format!("/register/urn/urn:lering:{snapshot}")).await;
    assert_eq!((status, leads), (303, format!("/register/snapshots/{snapshot}")));
    for wrong in ["urn:isbn:9", "urn:lering:x", &format!("urn:lering:{snapshot}:..%2Faccount")] {
        assert_eq!(anybody(&served, &format!("/register/urn/{wrong}")).await.0, 404, "{wrong}");
    }
    assert_eq!(served.call(researcher, Method::GET, &page).send().await.unwrap().status(), 200);
}
