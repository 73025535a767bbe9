//! What coders agree on too little stays inside: as an outcome and as a key, in a preview, a release, a script, a request and the fixed set. What they
//! agree on less than is asked leaves with its mark, as does what nobody judged yet. The note of the snapshot decides.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Jsonb, Uuid as SqlUuid};
use lering::research::{self, Checked, Verdict};
use lering::tx::Refused;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::register::Register;
use crate::support::served::Served;
use crate::support::{Someone, World};

const PERIOD: &str = "incident_period";

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

fn kind(told: &Value) -> &str {
    told["type"].as_str().and_then(|kind| kind.rsplit(':').next()).unwrap_or_default()
}

async fn text(served: &Served, who: &Someone, path: &str) -> String {
    served.call(who, Method::GET, path).send().await.unwrap().text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn by_the_note_of_the_snapshot() {
    let world = World::new().await;
    let by = world.administrator().await;
    let (people, served) = (Register::new(&world, &by).await, Served::new(&world));
    let snapshot = people.frozen(&world, 300, 4).await;
    let (who, manager) = (&people.researchers[0], &people.manager);
    world.name_everyone("R. Zoeker");
    let project = people.project(&world, 0, vec![]).await;
    let ask = |outcome: &str, second: Option<&str>| json!({ "project": project, "outcome": outcome, "keys": std::iter::once(PERIOD).chain(second).collect::<Vec<_>>() });
    let publish = |outcome: &str| json!({ "outcome": outcome, "keys": [PERIOD], "publication": true, "reason": "policy" });
    // Asked for while nobody looked at agreement yet.
    let (status, old) = served.post(manager, "/api/v1/register/output-requests", &publish("place_sphere")).await;
    assert_eq!(status, 201, "{old}");
    let old: lering::ids::OutputRequestId = old["id"].as_str().unwrap().parse().unwrap();

    // Nothing of it is invented with practice records, and the page says so.
    let about = text(&served, who, &format!("/register/snapshots/{snapshot}")).await;
    assert!(about.contains("telt elke variabele hier als nog niet beoordeeld"), "{about}");

    let agreed = |variable: &str, alpha: f64, verdict: &str| json!({ "variable": variable, "units": 60, "alpha": alpha, "kappa": null, "verdict": verdict });
    let note = json!([agreed("place_type", 0.41, "withheld"), agreed("victim_sex", 0.5, "withheld"), agreed("fem_final", 0.9, "released"), agreed("method_main", 0.72, "tentative"), agreed("fatal_victims", 0.95, "released")]);
    diesel::sql_query("update frozen.snapshot set quality = jsonb_set(quality, '{agreement}', $1) where id = $2").bind::<Jsonb, _>(&note).bind::<SqlUuid, _>(snapshot.uuid()).execute(&mut world.connection("postgres")).unwrap();

    // Refused with its reason before anything is spent: what is computed of it, and what is counted by it.
    for (outcome, second, variable, alpha) in [("place_sphere", None, "place_sphere", 0.41), ("femicide_yn", Some("victim_sex"), "victim_sex", 0.5)] {
        let (status, preview) = served.post(who, "/api/v1/register/tables/preview", &ask(outcome, second)).await;
        let doubt = preview["reliability"].as_array().unwrap().iter().find(|one| one["variable"] == variable).unwrap_or_else(|| panic!("{preview}")).clone();
        assert_eq!((status, &preview["refused"], &doubt["verdict"], &doubt["alpha"], &doubt["below"]), (200, &json!("not-reliable"), &json!("withheld"), &json!(alpha), &json!(0.67)), "{preview}");
        let mut body = ask(outcome, second);
        body["cost"] = preview["cost"].clone();
        let (status, told) = served.post(who, "/api/v1/register/tables", &body).await;
        assert_eq!((status, kind(&told)), (409, "not-reliable"), "{told}");
        assert!(told.to_string().contains("grens van het codeboek"), "what lies below what: {told}");
        let mut beyond = ask(outcome, second);
        (beyond["publication"], beyond["reason"]) = (json!(false), json!("comparison"));
        let (status, told) = served.post(who, "/api/v1/register/output-requests", &beyond).await;
        assert_eq!((status, kind(&told)), (409, "not-reliable"), "{told}");
        let line = format!("{outcome} {}", second.unwrap_or_default());
        let (status, told) = served.post(who, "/api/v1/register/scripts/preview", &json!({ "project": project, "script": line })).await;
        let field = if second.is_some() { "script.line1.keys" } else { "script.line1.outcome" };
        assert_eq!((status, &told["faults"][0]["field"], &told["faults"][0]["rule"]), (422, &json!(field), &json!("not-reliable")), "{told}");
        for format in ["csv", "json-stat", "sdmx-csv", "zip"] {
            let path = format!("/api/v1/register/snapshots/{snapshot}/tables/{}/files/{format}", preview["table"].as_str().unwrap());
            assert_eq!(served.call(who, Method::GET, &path).send().await.unwrap().status(), 404, "{path}");
        }
        let page = text(&served, who, &format!("/register/tables/new?outcome={outcome}&second={}&project={project}", second.unwrap_or_default())).await;
        assert!(page.contains("0,67") && page.contains("(niet naar buiten)") && page.contains("(voorlopig)") && !page.contains("Toon de cijfers</button>"), "{page}");
    }
    let (status, told) = served.post(manager, "/api/v1/register/output-requests", &publish("place_sphere")).await;
    assert_eq!((status, kind(&told)), (409, "not-reliable"), "{told}");
    // What waited from before can be refused and nothing else.
    let checked = |verdict, finding: &'static str| world.app.run(people.checkers[0].caller(), move |tx| research::check(tx, old, verdict, finding));
    let released = checked(Verdict::Release, "safe").await;
    assert!(matches!(released, Err(Refused::Rule("not-reliable"))), "{released:?}");
    assert_eq!(checked(Verdict::Refuse, "not_needed").await.unwrap(), Checked::Refused);
    // Nor is it one of the fixed public tables; the others are proposed.
    let (status, set) = served.post(manager, &format!("/api/v1/register/snapshots/{snapshot}/fixed-set"), &Value::Null).await;
    assert_eq!((status, &set["leftOut"][0]["outcome"], &set["leftOut"][0]["why"], set["leftOut"].as_array().map(Vec::len)), (200, &json!("place_sphere"), &json!("not-reliable"), Some(1)), "{set}");
    let fixed = world.app.run(manager.caller(), move |tx| { let snapshot = lering::register::snapshot(tx, snapshot)?; research::fixed_state(tx, &snapshot) }).await.unwrap();
    assert_eq!((fixed.withheld, fixed.unproposed, fixed.inside), (1, 0, 0), "{fixed:?}");
    assert!(fixed.waiting >= 2);
    let none = diesel::sql_query("select count(*) as n from app.released_table").get_result::<Count>(&mut world.connection("postgres")).unwrap();
    assert_eq!(none.n, 0, "nothing left, nothing was spent");

    // What leaves bears its mark in every format; what coders agree on bears none.
    let (_, list) = served.get(who, "/api/v1/register/outcomes").await;
    let listed = |id: &str| list["reliability"].as_array().unwrap().iter().find(|one| one["variable"] == id).map(|one| one["verdict"].as_str().unwrap().to_owned());
    for (outcome, verdict, mark, status_of) in [("method_group", Some("tentative"), "voorlopig", ",U,F,"), ("homicide_suicide_yn", Some("unjudged"), "nog niet beoordeeld", ",V,F,"), ("multiple_victims", None, "voorlopig", ",A,F,")] {
        assert_eq!(listed(outcome).as_deref(), verdict);
        let (_, preview) = served.post(who, "/api/v1/register/tables/preview", &ask(outcome, None)).await;
        assert_eq!(preview["refused"], Value::Null, "{preview}");
        let mut body = ask(outcome, None);
        body["cost"] = preview["cost"].clone();
        let (status, table) = served.post(who, "/api/v1/register/tables", &body).await;
        let told: Vec<&str> = table["reliability"].as_array().unwrap_or_else(|| panic!("{table}")).iter().filter_map(|one| one["verdict"].as_str()).collect();
        assert_eq!((status, told), (200, verdict.into_iter().collect::<Vec<_>>()), "{table}");
        let at = format!("/register/tables/{snapshot}/{}", table["id"].as_str().unwrap());
        for format in ["csv", "csvw", "json-stat"] {
            let file = text(&served, who, &format!("{at}/files/{format}")).await;
            assert_eq!((file.contains(mark), file.contains("nog niet beoordeeld")), (verdict.is_some(), verdict == Some("unjudged")), "{outcome} as {format}: {file}");
        }
        let sdmx = text(&served, who, &format!("{at}/files/sdmx-csv")).await;
        assert!(sdmx.lines().skip(1).all(|line| line.contains(status_of) || line.contains(",,Q,")) && sdmx.contains(status_of), "{sdmx}");
        assert_eq!(text(&served, who, &at).await.contains(&format!(": {mark}.")), verdict.is_some(), "{outcome}");
    }
    // The documentation says it of each variable, of computed ones too.
    let documented = text(&served, who, &format!("/register/snapshots/{snapshot}/files/ddi")).await;
    assert!(documented.contains("Agreement (alpha), tentative") && documented.contains("Agreement (alpha), not published"), "the verdict stands with the figure");
}
