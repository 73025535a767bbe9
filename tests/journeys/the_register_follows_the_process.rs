//! What the steps of a case say of its record stands there; a case without a death has none; and a coordinator hears of the same case of their own
//! bureau before they notify it once more (T1, T4, T16; rulings 28 and 32).

use diesel::prelude::*;
use lering::cases::{self, Notification};
use lering::register::{self, duplicates};
use lering::tx::{Refusal, Refused};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::review::{Review, notification};
use crate::support::served::Served;
use crate::two_coders_see_nothing_of_each_other::Coding;

fn facts(fatal: bool, profile: &str) -> Notification {
    Notification {
        purpose: "review".into(), ground: "public_task".into(), zone: "european".into(), region: Some(1), profile: profile.into(), child_variant: false,
        language: "nl".into(), fatal, received_on: chrono::Utc::now().date_naive(), deputy: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_decided_and_adopted_stands_in_the_record_unless_a_coder_says_otherwise() {
    let c = Coding::new().await;
    let [first, _, _] = &c.coders;
    c.name(first, "c1").await;
    let step = |step: &str, to: &str, at: &str| {
        diesel::sql_query(format!("insert into app.case_step (id, case_id, step, to_state, role, at) values (gen_random_uuid(), '{}', '{step}', '{to}', 'CO', '{at}')", c.r.case)).execute(&mut c.r.world.connection("postgres")).unwrap();
    };
    let review = async || c.view(first).await.slots[0].rows.0["review"][0].clone();
    assert_eq!(review().await.get("review_variant"), None, "nothing is decided");
    step("T4", "not_reviewed", "2026-11-02");
    assert_eq!(review().await["review_variant"], 6);
    step("T3", "commissioned", "2026-11-03");
    step("T16", "decided", "2026-11-09");
    assert_eq!((&review().await["review_variant"], &review().await["review_adopted"]), (&json!(1), &json!("2026-11")));
    // A coder's own word stays.
    let mut rows = c.view(first).await.slots[0].rows.clone();
    rows.0.get_mut("review").unwrap()[0].insert("review_variant".into(), json!(2));
    c.code(first, "c1", &rows, None).await.unwrap();
    assert_eq!(review().await["review_variant"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_without_a_death_has_no_record_until_somebody_died() {
    let r = Review::new().await;
    diesel::sql_query("update app.bureau set profiles = array_append(profiles, 'light') where not 'light' = any(profiles)").execute(&mut r.world.connection("postgres")).unwrap();
    let mut told = notification("otter-lamp-1");
    told.insert("fatal".into(), Value::from(false));
    let answered = told.clone();
    let case = r.world.app.run(r.coordinator.caller(), move |tx| cases::notify(tx, &facts(false, "light"), &answered)).await.unwrap();
    let of_case = async || r.world.app.run(r.coordinator.caller(), move |tx| register::of_case(tx, case)).await;
    assert_eq!(of_case().await.unwrap_err().kind(), "not-found");
    let view = r.world.app.run(r.coordinator.caller(), move |tx| cases::view(tx, case)).await.unwrap();
    assert!(view.deadlines.iter().all(|term| term.kind != "intake_codes"), "no codes are due");
    // Somebody died after all.
    told.insert("fatal".into(), Value::from(true));
    r.world.app.run(r.coordinator.caller(), move |tx| -> Result<(), Refused> {
        let within = lering::compartments::of_kind(tx, case, lering::access::Kind::Case)?;
        let item = lering::forms::list(tx, &cases::NOTIFICATION, within, None)?.pop().ok_or(Refused::NotFound)?;
        lering::forms::save(tx, &cases::NOTIFICATION, within, item.id, item.version, &told).map(drop)
    }).await.unwrap();
    assert_eq!(of_case().await.unwrap().slots[0].rows.0["victim"].len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_case_of_the_own_bureau_is_told_before_it_is_notified_twice() {
    let r = Review::new().await;
    let again = notification("otter-lamp-2");
    let look = async |who: &crate::support::Someone, told: form::Answers| r.world.app.run(who.caller(), move |tx| duplicates::own_alike(tx, &told)).await;
    let found = look(&r.coordinator, again.clone()).await.unwrap();
    assert_eq!(found.iter().map(|one| one.case).collect::<Vec<_>>(), [r.case]);
    let mut other = again.clone();
    other.insert("victims".into(), json!([{ "person": { "given": "Iris", "family": "Bakker" }, "sex": "1", "age": 61 }]));
    assert!(look(&r.coordinator, other).await.unwrap().is_empty());
    assert!(look(&r.chair, again.clone()).await.is_err(), "only who notifies asks");
    r.world.named(&r.coordinator, "C. Coördinator");
    // On the page: what is looked for is compared and kept nowhere.
    let served = Served::new(&r.world);
    let post = async |fields: &[(&str, &str)]| {
        let answer = served.call(&r.coordinator, Method::POST, "/cases/new").header("content-type", "application/x-www-form-urlencoded").body(serde_urlencoded::to_string(fields).unwrap()).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let number = r.world.app.run(r.coordinator.caller(), { let case = r.case; move |tx| cases::number_of(tx, case) }).await.unwrap();
    let (status, page) = post(&[("_day", "2026-10-03"), ("_family", "Jansma"), ("do", "look")]).await;
    assert!(status == 200 && page.contains(&number) && page.contains("name=\"_sure\""), "{status}");
    let (status, page) = post(&[("_day", "2026-10-03"), ("_family", "Bakker"), ("do", "look")]).await;
    assert!(status == 200 && !page.contains(&number), "{status}");
}
