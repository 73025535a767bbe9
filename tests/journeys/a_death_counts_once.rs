//! A thematic review reads closed cases whose deaths stand in the register already: it adds none, whatever its notification says.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use lering::access::Kind;
use lering::cases::{self, Notification};
use lering::ids::CaseId;
use lering::tx::Refused;
use lering::{compartments, forms};
use reqwest::Method;
use serde_json::json;

use crate::support::facts::another_notification;
use crate::support::review::{Review, answers, told};
use crate::support::served::Served;

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

async fn notified(r: &Review, profile: &str) -> CaseId {
    let told = Notification { profile: profile.into(), ..told() };
    r.world.app.run(r.coordinator.caller(), move |tx| cases::notify(tx, &told, &another_notification())).await.unwrap()
}

async fn screened(r: &Review, case: CaseId, profile: &'static str) -> Result<(), Refused> {
    let room = r.world.app.run(r.coordinator.caller(), move |tx| compartments::of_kind(tx, case, Kind::Case)).await.unwrap();
    let told = answers(json!({
        "criteria": { "fatal": "yes", "domestic_relation": "yes", "in_scope": "yes", "learning_expected": "yes", "covered_elsewhere": "no", "relatives_want_it": "yes" },
        "known_to": [{ "organisation": "Huisarts Veendam", "answer": "known", "level": "some" }],
        "om_consulted_on": "2026-11-02", "om_answer": "no_objection", "relatives_view": "Zij willen het weten.", "decision": "review", "profile": profile, "reason": "Wij leren hiervan.",
    }));
    r.world.app.run(r.coordinator.caller(), move |tx| forms::create(tx, &cases::SCREENING, room, None, &told)).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thematic_review_adds_no_death_to_the_register() {
    let r = Review::new().await;
    let records = |case: CaseId| diesel::sql_query(format!("select count(*) as n from app.record where case_id = '{case}'")).get_result::<Count>(&mut r.world.connection("postgres")).unwrap().n;
    // In practice one is played alone.
    assert_eq!(records(notified(&r, "batch").await), 1);
    r.world.in_earnest();
    let (death, batch) = (notified(&r, "full").await, notified(&r, "batch").await);
    assert_eq!((records(death), records(batch)), (1, 0));
    // Told more, it stays so.
    let room = r.world.app.run(r.coordinator.caller(), move |tx| compartments::of_kind(tx, batch, Kind::Case)).await.unwrap();
    let item = r.world.app.run(r.coordinator.caller(), move |tx| forms::open_all(tx, &cases::NOTIFICATION, room)).await.unwrap().pop().unwrap().id;
    r.world.app.run(r.coordinator.caller(), move |tx| forms::save(tx, &cases::NOTIFICATION, room, item, 1, &another_notification())).await.unwrap();
    assert_eq!(records(batch), 0);
    // A case whose death counts becomes no thematic review; one notified as such and reviewed as a death is counted, once.
    assert!(matches!(screened(&r, death, "batch").await, Err(Refused::Rule("thematic-counts-no-death"))));
    screened(&r, batch, "full").await.unwrap();
    assert_eq!((records(death), records(batch)), (1, 1));
    // Of a thematic review only the first part is asked: nobody makes up a victim for it.
    let first = || answers(json!({ "source": "1", "received_at": "2026-11-01", "purpose": "review", "ground": "public_task", "fatal": true, "police_region": "1", "zone": "european" }));
    for (profile, milestone) in [("batch", "notification_complete"), ("full", "notification_open")] {
        let told = Notification { profile: profile.into(), ..told() };
        let case = r.world.app.run(r.coordinator.caller(), move |tx| cases::notify(tx, &told, &first())).await.unwrap();
        let reached = r.world.app.run(r.coordinator.caller(), move |tx| cases::view(tx, case)).await.unwrap().reached;
        assert!(reached.iter().any(|(name, _)| name == milestone), "{profile} {reached:?}");
    }
    // Said where the variant is chosen.
    r.world.name_everyone("Anna Bakker");
    let page = Served::new(&r.world).call(&r.coordinator, Method::GET, "/cases/new").header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    assert!(page.contains("telt in het register geen overlijden"), "{page}");
}
