//! Who stops a review decides what happens with what was released into it (T23): given back, shredded at once, or kept as long as it would have
//! been. The day follows from that and from the one table, and the database holds the least of it.

use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use lering::access::Role;
use lering::cases::{self, State, Step};
use lering::tx::{Refusal, Refused};
use lering::{forms, panels, reflections, worker};
use reqwest::Method;
use serde_json::json;

use crate::support::review::{Review, answers};
use crate::support::served::Served;

fn run(r: &Review, sql: &str) {
    diesel::sql_query(sql).bind::<SqlUuid, _>(r.case).execute(&mut r.world.connection("postgres")).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn i_12_copies_of_a_stopped_review_go_as_its_chair_decided_and_not_before() {
    let r = Review::new().await;
    let (case, p, app) = (r.case, r.partner().await, &r.world.app);
    let (room, id) = (p.room, p.reflection);
    run(&r, "update app.case_file set state = 'gathering', state_since = now() - interval '1 minute' where id = $1");
    // Nothing was released: nothing is asked.
    let lacks = async || -> Vec<String> {
        let steps = app.run(r.chair.caller(), move |tx| cases::view(tx, case)).await.unwrap().steps;
        steps.into_iter().find(|one| one.of == Step::T23).unwrap().missing.into_iter().map(|lacks| lacks.what).collect()
    };
    assert_eq!(lacks().await, ["stopped_because", "co_signature"]);
    let told = answers(json!({ "role": "We kept the file", "what_happened": "heron-lantern-4417", "facts_checked": true, "open_answers": [{ "question": "knew", "because": "The court has it" }] }));
    let text = app.run(p.author.caller(), move |tx| forms::create(tx, &reflections::REFLECTION, room, None, &told)).await.unwrap();
    app.run(p.author.caller(), move |tx| reflections::submit(tx, id)).await.unwrap();
    app.run(p.approver.caller(), move |tx| reflections::approve(tx, id)).await.unwrap();
    app.run(p.approver.caller(), move |tx| reflections::release(tx, id)).await.unwrap();
    app.run(r.chair.caller(), move |tx| cases::declare(tx, case, "stopped_because", Some("De familie vraagt erom."))).await.unwrap();
    assert_eq!(lacks().await, ["released_decided", "co_signature"]);
    let nation = r.world.person(&r.administrator, Role::NationalCoordinator).await;
    let asked = app.run(r.chair.caller(), move |tx| cases::propose(tx, case, "stopped", "De familie vraagt erom.")).await.unwrap();
    app.run(nation.caller(), move |tx| cases::settle_proposal(tx, asked, None)).await.unwrap();
    let take = async || { let seen = app.run(r.chair.caller(), move |tx| cases::view(tx, case)).await.unwrap().version; app.run(r.chair.caller(), move |tx| cases::take(tx, case, Step::T23, seen)).await };
    let refused = take().await.unwrap_err();
    assert_eq!((refused.kind(), refused.missing().len()), ("missing", 1));
    // A choice of the chair's, one of three, with the stop and not after it.
    let decide = async |who: lering::tx::Caller, choice: Option<&'static str>| app.run(who, move |tx| cases::declare_as(tx, case, "released_decided", None, choice)).await;
    for choice in [None, Some("burn")] {
        assert!(matches!(decide(r.chair.caller(), choice).await, Err(Refused::Faults(faults)) if faults[0].field == "choice"));
    }
    assert!(matches!(decide(r.coordinator.caller(), Some("shred")).await, Err(Refused::NotYours)));
    r.world.named(&r.chair, "Ans Bakker");
    let served = Served::new(&r.world);
    let shown = served.call(&r.chair, Method::GET, &format!("/cases/{case}")).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    assert!(shown.contains(r#"<select id="w-released_decided" name="choice">"#) && shown.contains("Meteen vernietigen"), "{shown}");
    let post = served.call(&r.chair, Method::POST, &format!("/cases/{case}/facts/released_decided")).header("content-type", "application/x-www-form-urlencoded").body("choice=shred");
    assert_eq!(post.send().await.unwrap().status().as_u16(), 303);
    assert!(matches!(take().await, Ok(State::NotReviewed)));
    assert!(matches!(decide(r.chair.caller(), Some("keep")).await, Err(Refused::Rule("not-to-be-stopped"))));
    assert_eq!(app.run(r.coordinator.caller(), move |tx| cases::decided_on_released(tx, case)).await.unwrap().map(|choice| choice.word()), Some("shred"));
    // The letter to organisations says it.
    r.world.named(&r.coordinator, "Cor Dekker");
    let letter = served.call(&r.coordinator, Method::GET, &format!("/cases/{case}/letters/T23/organisations")).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    assert!(letter.contains("bij het panel meteen vernietigd") && letter.contains("shredded with the panel at once"), "{letter}");
    // The day stands at once, and moves the copies only.
    let planned = async || app.run(r.coordinator.caller(), move |tx| cases::planned(tx, case)).await.unwrap();
    let today = chrono::Utc::now().date_naive();
    let of = |planned: &[cases::Planned], what: &str| planned.iter().find(|one| one.what == what).map(|one| (one.on.unwrap(), one.stopped)).unwrap();
    let told = planned().await;
    assert!((0..=4).contains(&(of(&told, "released").0 - today).num_days()) && of(&told, "released").1 == Some("shred"), "{told:?}");
    assert!((of(&told, "reflection").0 - today).num_days() > 700 && of(&told, "reflection").1.is_none(), "{told:?}");
    let reads = async || app.run(r.coordinator.caller(), move |tx| panels::released(tx, case)).await.map(|found| serde_json::to_string(&found).unwrap().contains("heron-lantern-4417")).unwrap_or(false);
    let ago = |days: i32, choice: &str| {
        run(&r, &format!("update app.case_file set state_since = now() - interval '{days} days' where id = $1"));
        run(&r, &format!("update app.case_step set at = now() - interval '{days} days' where case_id = $1 and step = 'T23'"));
        run(&r, &format!("update app.milestone set detail = '{choice}', at = now() - interval '{days} days 1 minute' where case_id = $1 and name = 'released_decided'"));
    };
    let early = async || app.run_worker(move |tx| -> Result<usize, Refused> { Ok(diesel::sql_query("delete from keys.item_key").execute(tx.db())?) }).await.unwrap();
    // Kept: nothing goes for two years. Given back: not before thirty days.
    for (days, choice) in [(60, "keep"), (29, "return")] {
        ago(days, choice);
        assert_eq!((worker::look(app).await.shredded, early().await, reads().await), (0, 0, true), "{choice} after {days} days");
    }
    ago(34, "return");
    assert_eq!(of(&planned().await, "released").1, Some("return"));
    // Shredded at once: the copies are gone, what the organisation wrote stays its own.
    ago(4, "shred");
    assert!(worker::look(app).await.shredded > 0);
    assert!(!reads().await, "the panel's copy does not open any more");
    let own = app.run(p.author.caller(), move |tx| forms::open(tx, &reflections::REFLECTION, room, text.id)).await.unwrap();
    assert_eq!(own.answers["what_happened"], "heron-lantern-4417");
    assert_eq!(worker::look(app).await.shredded, 0, "once");
}
