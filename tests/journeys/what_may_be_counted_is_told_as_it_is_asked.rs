//! What may be counted, by the ids it is asked by; a preview refuses what a release would; and periods to come are no groups and cost nothing.

use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::World;
use crate::support::register::Register;
use crate::support::served::Served;

const PERIOD: &str = "incident_period";

fn kind(told: &Value) -> &str {
    told["type"].as_str().and_then(|kind| kind.rsplit(':').next()).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn in_each_project_its_own() {
    let world = World::new().await;
    let by = world.administrator().await;
    let (people, served) = (Register::new(&world, &by).await, Served::new(&world));
    people.frozen(&world, 300, 1).await;
    let who = &people.researchers[0];
    world.named(who, "R. Zoeker");
    let plain = people.project(&world, 0, vec![]).await;
    let wide = people.project(&world, 0, vec!["victim_formal_complaint".into(), "prior_violence".into()]).await;
    let asked = |project, outcome: &str| json!({ "project": project, "outcome": outcome, "keys": [PERIOD] });
    for path in ["/api/v1/register/tables/preview", "/api/v1/register/tables"] {
        let (status, told) = served.post(who, path, &asked(plain, "victim_formal_complaint")).await;
        assert_eq!((status, kind(&told)), (409, "outcome-not-approved"), "{path}: what another project of theirs may count is not this one's");
        assert_eq!(served.post(who, path, &asked(wide, "victim_formal_complaint")).await.0, 200, "{path}");
    }
    let (status, told) = served.post(who, "/api/v1/register/scripts/preview", &json!({ "project": plain, "script": "victim_formal_complaint" })).await;
    assert_eq!((status, told["faults"][0]["rule"].as_str()), (422, Some("outcome-not-approved")), "{told}");
    let (_, told) = served.post(who, "/api/v1/register/scripts/preview", &json!({ "project": plain, "script": "known_to_agency", "questions": [{ "outcome": "known_to_agency" }, { "outcome": "shoe_size" }] })).await;
    assert_eq!(told["faults"][0]["field"], "questions[1].outcome", "those of a list by their place, whatever file came with them: {told}");
    // Every id of the list is one that tables are asked by, with its name.
    let (_, view) = served.get(who, &format!("/api/v1/register/projects/{wide}")).await;
    let listed = view["outcomes"].as_array().unwrap();
    assert!(listed.iter().any(|one| one["id"].as_str().unwrap().contains(':')) && listed.iter().any(|one| one["id"] == "victim_formal_complaint"), "{listed:?}");
    for one in listed {
        assert!(!one["label"]["nl"].as_str().unwrap().is_empty() && !one["label"]["en"].as_str().unwrap().is_empty());
        let (status, told) = served.post(who, "/api/v1/register/tables/preview", &asked(wide, one["id"].as_str().unwrap())).await;
        assert_eq!(status, 200, "{one}: {told}");
    }
    // The list of one project is that project's; of all, what any of them may count; what is no question is named.
    for (project, of, may) in [("", None, true), ("wide", Some(wide), true), ("plain", Some(plain), false)] {
        let (status, told) = served.get(who, &of.map_or("/api/v1/register/outcomes".to_owned(), |id| format!("/api/v1/register/outcomes?project={id}"))).await;
        let ids: Vec<&str> = told["outcomes"].as_array().unwrap().iter().filter_map(|one| one["id"].as_str()).collect();
        assert_eq!((status, ids.contains(&"victim_formal_complaint"), ids.contains(&"known_to_agency")), (200, may, true), "{project}");
    }
    let (status, told) = served.get(who, "/api/v1/register/outcomes?surprise=1").await;
    assert_eq!((status, &told["faults"][0]["field"], &told["faults"][0]["rule"]), (422, &json!("surprise"), &json!("unknown-field")), "{told}");
    let (status, told) = served.get(who, "/api/v1/register/outcomes?snapshot=x").await;
    assert_eq!((status, &told["faults"][0]["field"], &told["faults"][0]["rule"]), (422, &json!("snapshot"), &json!("query-id")), "{told}");
    assert!(told["faults"][0]["text"].as_str().is_some_and(|text| text.contains("snapshot")), "what is wrong and what to do is said with its name: {told}");
    // Not yet approved, not signed, over: the preview says so too.
    let waiting = people.application(&world, 0, 300, vec![]).await;
    let (status, told) = served.post(who, "/api/v1/register/tables/preview", &asked(waiting, "known_to_agency")).await;
    assert_eq!((status, kind(&told)), (409, "project-not-open"));
    // Each is listed with its title: on the public list or, before that, in the application for who may open it.
    let (_, listed) = served.get(who, "/api/v1/register/projects").await;
    let titles: Vec<&str> = listed.as_array().unwrap().iter().filter_map(|one| one["title"].as_str()).collect();
    assert!(titles.len() == 3 && titles.iter().all(|title| !title.is_empty()), "{listed}");
    let page = served.call(who, reqwest::Method::GET, "/register/projects").header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    assert!(page.contains(titles[0]), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_period_to_come_is_no_group() {
    let mut world = World::new().await;
    let by = world.administrator().await;
    let people = Register::new(&world, &by).await;
    let snapshot = people.frozen(&world, 300, 1).await;
    let project = people.project(&world, 0, vec![]).await;
    let mut seen = vec![];
    // Taken in 2026, or in 2031: the day decides, whichever years have cases.
    for year in [2026, 2031] {
        diesel::sql_query(format!("update frozen.snapshot set taken_at = '{year}-06-01' where id = '{snapshot}'")).execute(&mut world.connection("postgres")).unwrap();
        world.restart(lering::settings::Configured::load().unwrap());
        let (served, who) = (Served::new(&world), &people.researchers[0]);
        let (_, list) = served.get(who, "/api/v1/register/outcomes").await;
        let period = list["keys"].as_array().unwrap().iter().find(|key| key["period"] == true).unwrap()["categories"].as_array().unwrap().len();
        let mut body = json!({ "project": project, "outcome": "known_to_agency", "keys": [PERIOD, "police_region"] });
        let (_, preview) = served.post(who, "/api/v1/register/tables/preview", &body).await;
        seen.push((period, preview["cells"].as_i64().unwrap()));
        if year == 2026 {
            body["cost"] = preview["cost"].clone();
            let (status, table) = served.post(who, "/api/v1/register/tables", &body).await;
            let groups = table["body"]["groups"].as_array().unwrap();
            assert_eq!((status, groups.len()), (200, 26));
            assert!(groups.iter().all(|group| group["codes"][0].as_i64().unwrap() <= 2));
        }
    }
    assert_eq!(seen, [(2, 2 * 13), (4, 4 * 13)]);
}

/// Both ask the gate the same: what a preview tells is what is heard when the table is asked, and the page offers no figures where there are none.
#[tokio::test(flavor = "multi_thread")]
async fn a_preview_tells_each_refusal_of_a_release() {
    let world = World::new().await;
    let by = world.administrator().await;
    let (people, served) = (Register::new(&world, &by).await, Served::new(&world));
    people.frozen_late(&world, 300, 2).await;
    let who = &people.researchers[0];
    world.named(who, "R. Zoeker");
    let project = people.project(&world, 0, vec!["place_type".into()]).await;
    let cells = |cells: i32| diesel::sql_query(format!("update app.project set cells = {cells}")).execute(&mut world.connection("postgres")).unwrap();
    let ask = |outcome: &str, second: Option<&str>| json!({ "project": project, "outcome": outcome, "keys": std::iter::once(PERIOD).chain(second).collect::<Vec<_>>() });
    let both = async |outcome: &str, second: Option<&str>| {
        let (status, preview) = served.post(who, "/api/v1/register/tables/preview", &ask(outcome, second)).await;
        assert_eq!(status, 200, "{preview}");
        let mut body = ask(outcome, second);
        body["cost"] = preview["cost"].clone();
        let (status, told) = served.post(who, "/api/v1/register/tables", &body).await;
        let page = served.call(who, reqwest::Method::GET, &format!("/register/tables/new?outcome={outcome}&second={}&project={project}", second.unwrap_or_default())).send().await.unwrap().text().await.unwrap();
        (preview["refused"].as_str().unwrap_or_default().to_owned(), if status == 200 { String::new() } else { kind(&told).to_owned() }, page, preview)
    };
    let offers = |page: &str| page.contains("Toon de cijfers</button>");
    // No cell left, fewer than it costs, the outcome's budget, another form of the same answer.
    cells(0);
    let (told, heard, page, _) = both("multiple_victims", None).await;
    assert_eq!((told.as_str(), heard.as_str(), offers(&page)), ("gate-quota", "gate-quota", false));
    cells(3);
    let (told, heard, page, _) = both("known_to_agency", Some("police_region")).await;
    assert_eq!((told.as_str(), heard.as_str(), offers(&page)), ("gate-quota", "gate-quota", false));
    cells(1000);
    let (told, heard, page, _) = both("known_to_agency", Some("police_region")).await;
    assert_eq!((told.as_str(), heard.as_str(), offers(&page)), ("", "", true));
    let (told, heard, page, _) = both("known_to_agency", Some("country_part")).await;
    assert_eq!((told.as_str(), heard.as_str(), offers(&page)), ("gate-budget", "gate-budget", false));
    // What a first table closes for others is told before it is asked, with what is public among it; and not any more once it is closed.
    let closed = |preview: &Value| preview["closes"].as_array().unwrap().iter().map(|one| (one["id"].as_str().unwrap().to_owned(), one["public"].as_bool().unwrap())).collect::<Vec<_>>();
    let (status, before) = served.post(who, "/api/v1/register/tables/preview", &ask("place_type", None)).await;
    assert_eq!((status, closed(&before)), (200, vec![("place_sphere".to_owned(), true)]));
    let page = served.call(who, reqwest::Method::GET, &format!("/register/tables/new?outcome=place_type&project={project}")).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("in geen enkel onderzoek en ook niet openbaar"), "the page says it too");
    let (told, heard, ..) = both("place_type", None).await;
    assert_eq!((told.as_str(), heard.as_str()), ("", ""));
    let (told, heard, page, after) = both("place_sphere", None).await;
    assert_eq!((told.as_str(), heard.as_str(), offers(&page), closed(&after)), ("gate-family", "gate-family", false, vec![]));
    // The fixed set names what it can't propose any more, and why.
    let (_, list) = served.get(who, "/api/v1/register/outcomes").await;
    let snapshot = list["snapshot"]["id"].as_str().unwrap();
    let (status, set) = served.post(&people.manager, &format!("/api/v1/register/snapshots/{snapshot}/fixed-set"), &Value::Null).await;
    let left = &set["leftOut"];
    assert_eq!((status, left.as_array().map(Vec::len), &left[0]["outcome"], &left[0]["why"], &left[0]["keptBy"]), (200, Some(1), &json!("place_sphere"), &json!("gate-family"), &json!("place_type")), "{set}");
    assert!(set["proposed"].as_u64().unwrap() >= 3, "{set}");
}

/// Who applies reads what each outcome counts, by unit, and hears which of their choices is none.
#[tokio::test(flavor = "multi_thread")]
async fn what_may_be_chosen_is_listed_with_what_it_counts() {
    let world = World::new().await;
    let by = world.administrator().await;
    let (people, served) = (Register::new(&world, &by).await, Served::new(&world));
    let who = &people.researchers[0];
    world.name_everyone("R. Zoeker");
    let listed: Value = served.client.get(format!("{}/api/v1/register/projects/outcomes", served.server)).send().await.unwrap().json().await.unwrap();
    let all = listed.as_array().unwrap();
    assert!(all.len() > 20 && all.iter().all(|one| ["label", "definition", "group"].iter().all(|part| !one[part]["nl"].as_str().unwrap().is_empty() && !one[part]["en"].as_str().unwrap().is_empty())), "{listed}");
    assert!(all.iter().any(|one| one["id"] == "place_type" && one["unit"] == "case") && !all.iter().any(|one| one["id"] == "known_to_agency"), "the public ones are every project's");
    let (_, begun) = served.post(who, "/api/v1/register/projects", &Value::Null).await;
    let id = begun["id"].as_str().unwrap();
    let (status, told) = served.told(served.call(who, reqwest::Method::PUT, &format!("/api/v1/register/projects/{id}/outcomes")).json(&json!({ "outcomes": ["place_type", "place_tipe"] }))).await;
    assert_eq!((status, told["faults"].as_array().map(Vec::len), told["faults"][0]["field"].as_str()), (422, Some(1), Some("outcomes[1]")), "{told}");
    let text = told["faults"][0]["text"].as_str().unwrap();
    assert!(text.contains("\"place_tipe\" is geen uitkomst") && text.contains("Mogelijk zijn: place_type, ") && text.ends_with(", …."), "what was asked, and what is possible: {text}");
    let page = served.call(who, reqwest::Method::GET, &format!("/register/projects/{id}")).send().await.unwrap().text().await.unwrap();
    let place = all.iter().find(|one| one["id"] == "place_type").unwrap();
    assert!(page.contains(place["definition"]["nl"].as_str().unwrap()) && page.contains(&format!("<legend>{}</legend>", place["group"]["nl"].as_str().unwrap())), "{page}");
}
