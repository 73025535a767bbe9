//! Before a review begins each organisation that knew the family and each relative who is registered is decided upon (T8): invited, later, or not,
//! with the reason. One word for all of them is not enough, and the chair, who takes the step, learns how many are open and no name.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Uuid as SqlUuid};
use lering::access::{Kind, Role};
use lering::cases::{self, Decision, Step};
use lering::ids::RelativeId;
use lering::tx::{Caller, Refused};
use lering::{compartments, forms, reflections, relatives};
use reqwest::Method;
use serde_json::json;

use crate::support::review::{Review, answers};
use crate::support::served::Served;

const FORM: &str = "application/x-www-form-urlencoded";

#[derive(QueryableByName)]
struct Count { #[diesel(sql_type = BigInt)] n: i64 }

/// What of organisations and relatives the step into gathering still needs, with how many.
async fn open(r: &Review, who: Caller) -> Vec<(String, Option<i64>)> {
    let case = r.case;
    let steps = r.world.app.run(who, move |tx| cases::view(tx, case)).await.unwrap().steps;
    let step = steps.into_iter().find(|one| one.of == Step::T8).unwrap();
    step.missing.into_iter().filter(|lacks| lacks.what.starts_with("organisations") || lacks.what.starts_with("relatives")).map(|lacks| (lacks.what, lacks.count)).collect()
}

fn screening(known_to: serde_json::Value) -> form::Answers {
    answers(json!({
        "criteria": { "fatal": "yes", "domestic_relation": "yes", "in_scope": "yes", "learning_expected": "yes", "covered_elsewhere": "no", "relatives_want_it": "yes" }, "known_to": known_to,
        "om_consulted_on": "2026-11-02", "om_answer": "no_objection", "relatives_view": "Zij willen het weten.", "decision": "review", "profile": "full", "reason": "Wij leren hiervan.",
    }))
}

async fn prepared() -> Review {
    let r = Review::new().await;
    diesel::sql_query("update app.case_file set state = 'preparation' where id = $1").bind::<SqlUuid, _>(r.case).execute(&mut r.world.connection("postgres")).unwrap();
    r
}

#[tokio::test(flavor = "multi_thread")]
async fn each_organisation_that_knew_the_family_is_invited_later_or_not_with_a_reason() {
    let r = prepared().await;
    let (case, app) = (r.case, &r.world.app);
    let organisations = async |who: Caller| -> Option<i64> { open(&r, who).await.into_iter().find(|(what, _)| what.starts_with("organisations")).map(|(_, count)| count.unwrap_or(-1)) };
    assert_eq!(organisations(r.chair.caller()).await, Some(-1), "no list was kept, and no word stands for it");
    assert!(matches!(app.run(r.coordinator.caller(), move |tx| cases::declare(tx, case, "organisations_decided", None)).await, Err(Refused::NotFound)));
    let own = app.run(r.coordinator.caller(), move |tx| compartments::of_kind(tx, case, Kind::Case)).await.unwrap();
    let told = screening(json!([
        { "organisation": "politie, eenheid  Noord-Nederland", "answer": "known", "level": "much" }, { "organisation": "Huisarts Veendam", "answer": "known", "level": "some" },
        { "organisation": "Basisschool De Wilg", "answer": "not_known", "level": "none" },
    ]));
    let saved = app.run(r.coordinator.caller(), move |tx| forms::create(tx, &cases::SCREENING, own, None, &told)).await.unwrap();
    assert_eq!((organisations(r.chair.caller()).await, organisations(r.coordinator.caller()).await), (Some(2), Some(2)), "the chair is told how many");
    // An invitation that is out decides by itself, whatever capitals and spaces the list has.
    let (_, reflection, _) = r.invite().await;
    assert_eq!(organisations(r.chair.caller()).await, Some(1));
    let served = Served::new(&r.world);
    let path = format!("/api/v1/cases/{case}/known-organisations");
    let (_, list) = served.get(&r.coordinator, &path).await;
    let line = |name: &str| list.as_array().unwrap().iter().find(|one| one["organisation"] == name).unwrap_or_else(|| panic!("{list}")).clone();
    assert_eq!((&line("politie, eenheid  Noord-Nederland")["decision"], &line("Huisarts Veendam")["decision"], &line("Basisschool De Wilg")["answer"]), (&json!("invited"), &json!(null), &json!("not_known")));
    // Later and not need the reason; an organisation that is not invited is none it can be.
    let decide = |id: &serde_json::Value| format!("{path}/{}/decision", id.as_str().unwrap());
    let doctor = decide(&line("Huisarts Veendam")["id"]);
    for (body, field) in [(json!({ "decision": "later" }), "reason"), (json!({ "decision": "not", "reason": "  " }), "reason"), (json!({ "decision": "invited", "organisation": case }), "organisation")] {
        let (status, told) = served.post(&r.coordinator, &doctor, &body).await;
        assert_eq!((status, &told["faults"][0]["field"]), (422, &json!(field)), "{told}");
    }
    assert_eq!(organisations(r.chair.caller()).await, Some(1), "a refused call decides nothing");
    let (school, nobody) = (decide(&line("Basisschool De Wilg")["id"]), format!("{path}/{}/decision", uuid::Uuid::new_v4()));
    for path in [&school, &nobody] {
        assert_eq!(served.post(&r.coordinator, path, &json!({ "decision": "not", "reason": "Zij kenden het gezin niet." })).await.0, 404, "only one that knew the family is decided on");
    }
    assert!(matches!(served.post(&r.chair, &doctor, &json!({ "decision": "not", "reason": "Ik wil dat niet." })).await.0, 403 | 404));
    assert!(matches!(served.get(&r.chair, &path).await.0, 403 | 404), "the list lies sealed in the case");
    // The page shows what is open, and decides as the programs do.
    r.world.name_everyone("Ans Bakker");
    let page = async |path: String| served.call(&r.coordinator, Method::GET, &path).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    let shown = page(format!("/cases/{case}/organisations")).await;
    assert!(shown.contains("Huisarts Veendam") && shown.contains("Nog niet besloten") && !shown.contains("De Wilg"), "{shown}");
    assert!(page(format!("/cases/{case}")).await.contains("Over één organisatie die het gezin kende, is nog niet besloten"));
    let post = served.call(&r.coordinator, Method::POST, &format!("/cases/{case}/known-organisations/{}/decision", line("Huisarts Veendam")["id"].as_str().unwrap()));
    assert_eq!(post.header("content-type", FORM).body("decision=later&reason=Na+de+zitting.").send().await.unwrap().status().as_u16(), 303);
    assert!(page(format!("/cases/{case}/organisations")).await.contains("Later vragen</span>"));
    assert_eq!(served.post(&r.coordinator, &doctor, &json!({ "decision": "not", "reason": "De praktijk bestaat niet meer; het dossier ligt bij de politie." })).await.0, 204);
    assert_eq!(organisations(r.chair.caller()).await, None);
    let reasons = app.run(r.coordinator.caller(), move |tx| cases::reasons(tx, case)).await.unwrap();
    assert!(reasons.iter().any(|one| one.about == "organisation_not" && one.kind.as_deref() == Some("Huisarts Veendam") && one.words.contains("bestaat niet meer")), "{reasons:?}");
    // A recalled invitation decides nothing; an invitation under another name is said to be this one.
    app.run(r.coordinator.caller(), move |tx| reflections::recall(tx, reflection, "Verkeerd adres.")).await.unwrap();
    assert_eq!(organisations(r.chair.caller()).await, Some(1));
    let again = screening(json!([{ "organisation": "De wijkagent", "answer": "known" }, { "organisation": "Huisarts Veendam", "answer": "known" }]));
    app.run(r.coordinator.caller(), move |tx| forms::save(tx, &cases::SCREENING, own, saved.id, 1, &again)).await.unwrap();
    assert_eq!(organisations(r.chair.caller()).await, Some(1), "what was taken off the list is not asked, what came on it is");
    r.invite().await;
    let (police, list) = (r.police, app.run(r.coordinator.caller(), move |tx| cases::known_organisations(tx, case)).await.unwrap());
    let constable = list.iter().find(|one| one.organisation == "De wijkagent").unwrap().id;
    app.run(r.coordinator.caller(), move |tx| cases::decide_on_organisation(tx, case, constable, Decision::Invited, Some(police), None)).await.unwrap();
    assert_eq!(organisations(r.chair.caller()).await, None);
    let clear = "select count(*) as n from app.milestone m where m::text ~* 'huisarts|wijkagent|politie|wilg'";
    assert_eq!(diesel::sql_query(clear).get_result::<Count>(&mut r.world.connection("postgres")).unwrap().n, 0, "no name of the list lies in the clear");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_registered_relative_is_invited_asked_later_or_not_and_the_chair_is_told_how_many_are_open() {
    let r = prepared().await;
    let (case, app) = (r.case, &r.world.app);
    let relatives_open = async || -> Option<(String, Option<i64>)> { open(&r, r.chair.caller()).await.into_iter().find(|(what, _)| what.starts_with("relatives")) };
    assert_eq!(relatives_open().await, Some(("relatives_decided".into(), None)));
    assert!(matches!(app.run(r.coordinator.caller(), move |tx| cases::declare(tx, case, "relatives_decided", None)).await, Err(Refused::Faults(_))), "that there are none has a reason");
    app.run(r.coordinator.caller(), move |tx| cases::declare(tx, case, "relatives_decided", Some("Er is geen familie bekend."))).await.unwrap();
    assert_eq!(relatives_open().await, None);
    // Whoever is registered counts for themselves, whatever was said of all.
    let register = async |name: &str, wants: serde_json::Value| -> RelativeId {
        let plan = answers(json!({
            "person": { "name": name }, "relation": "sister", "side": "victim", "identity_checked": "documents", "risk": "none", "first_contact_by": "contact", "channel": ["phone"], "language": "nl",
            "wants": wants, "again_on": "2099-01-01",
        }));
        app.run(r.coordinator.caller(), move |tx| relatives::register(tx, case, &plan)).await.unwrap().0
    };
    let told = async |id: RelativeId| app.run(r.coordinator.caller(), move |tx| relatives::card(tx, id)).await.unwrap().decision;
    let decide = async |who: Caller, id: RelativeId, decision: relatives::Decision, reason: Option<&'static str>| app.run(who, move |tx| relatives::decide(tx, id, decision, reason)).await;
    let (fenna, bart, anna, nobody) = (register("Fenna", json!(["tell"])).await, register("Bart", json!(["tell"])).await, register("Anna", json!(["tell"])).await, register("Cor", json!(["nothing"])).await);
    assert_eq!((relatives_open().await, told(nobody).await.as_deref()), (Some(("relatives_open".into(), Some(3))), Some("own_wish")));
    let hat = r.world.person(&r.coordinator, Role::Relative).await.hat;
    app.run(r.coordinator.caller(), move |tx| relatives::add_member(tx, fenna, hat, Role::Relative, None)).await.unwrap();
    assert_eq!((relatives_open().await, told(fenna).await.as_deref()), (Some(("relatives_open".into(), Some(2))), Some("invited")));
    decide(r.coordinator.caller(), bart, relatives::Decision::Asked, None).await.unwrap();
    // Later and not need the reason; nobody but their contact decides.
    assert!(matches!(decide(r.coordinator.caller(), anna, relatives::Decision::Later, Some(" ")).await, Err(Refused::Faults(_))));
    assert!(matches!(decide(r.chair.caller(), anna, relatives::Decision::Asked, None).await, Err(Refused::NotFound | Refused::NotYours)));
    assert_eq!(relatives_open().await, Some(("relatives_open".into(), Some(1))));
    r.world.named(&r.coordinator, "Ans Bakker");
    let served = Served::new(&r.world);
    let page = async || served.call(&r.coordinator, Method::GET, &format!("/cases/{case}/relatives")).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    let shown = page().await;
    assert_eq!((shown.matches("Nog niet besloten").count(), shown.matches("Heeft ingelogd").count(), shown.contains("Uitgenodigd")), (1, 1, false), "the one that is open, and the one who is in");
    // Who has a code and did not use it is invited.
    let code = r.world.invite_of(&r.coordinator, Role::Relative, None).await.hat;
    let dirk = register("Dirk", json!(["tell"])).await;
    app.run(r.coordinator.caller(), move |tx| relatives::add_member(tx, dirk, code, Role::Relative, None)).await.unwrap();
    let shown = page().await;
    assert_eq!((shown.matches("Heeft ingelogd").count(), shown.matches("Uitgenodigd").count()), (1, 1), "{shown}");
    let post = |decision: &str| served.call(&r.coordinator, Method::POST, &format!("/relatives/{anna}/decision")).header("content-type", FORM).body(format!("decision={decision}&reason=Zij+is+ziek."));
    assert_eq!(post("perhaps").send().await.unwrap().status().as_u16(), 422);
    assert_eq!(post("not").send().await.unwrap().status().as_u16(), 303);
    assert_eq!((page().await.matches("Nog niet besloten").count(), told(anna).await.as_deref()), (0, Some("not")));
    decide(r.coordinator.caller(), anna, relatives::Decision::Later, Some("Zij is in het buitenland tot mei.")).await.unwrap();
    assert_eq!((relatives_open().await, told(anna).await.as_deref(), told(bart).await.as_deref()), (None, Some("later"), Some("asked")));
    let reasons = app.run(r.coordinator.caller(), move |tx| cases::reasons(tx, case)).await.unwrap();
    assert!(reasons.iter().any(|one| one.about == "relative_later" && one.words.contains("buitenland")), "{reasons:?}");
    // Nobody outside the case is told how many there are.
    let stranger = r.world.person(&r.administrator, Role::Chair).await;
    let counted = app.run(stranger.caller(), move |tx| -> Result<i64, Refused> {
        Ok(diesel::sql_query("select count(*) as n from sec.relatives_open($1)").bind::<SqlUuid, _>(case).get_result::<Count>(tx.db())?.n)
    }).await.unwrap();
    assert_eq!(counted, 0);
}
