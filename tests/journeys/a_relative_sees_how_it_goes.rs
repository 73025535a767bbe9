//! A relative sees where their case stands, in plain words, and nothing of who else takes part; their words are placed once.

use diesel::prelude::*;
use lering::access::{Kind, Role};
use lering::ids::RelativeId;
use lering::tx::Refused;
use lering::{cases, compartments, forms, relatives, reports};
use serde_json::json;

use crate::support::Someone;
use crate::support::review::{Review, answers};

async fn relative(r: &Review) -> (RelativeId, Someone) {
    let case = r.case;
    let plan = answers(json!({
        "person": { "name": "Fenna Hoekstra" }, "relation": "sister", "side": "victim", "identity_checked": "documents", "risk": "none", "first_contact_by": "contact", "channel": ["mail"],
        "language": "nl", "wants": ["be_informed", "tell"], "again_on": "2099-01-01",
    }));
    let (id, _) = r.world.app.run(r.coordinator.caller(), move |tx| relatives::register(tx, case, &plan)).await.unwrap();
    let one = r.world.person(&r.coordinator, Role::Relative).await;
    let hat = one.hat;
    r.world.app.run(r.coordinator.caller(), move |tx| relatives::add_member(tx, id, hat, Role::Relative, None)).await.unwrap();
    (id, one)
}

fn run(r: &Review, sql: &str) {
    diesel::sql_query(sql).execute(&mut r.world.connection("postgres")).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_phase_follows_the_case_stops_where_the_place_is_frozen_and_is_nobody_elses() {
    let r = Review::new().await;
    let (id, sister) = relative(&r).await;
    let (other, brother) = relative(&r).await;
    let partner = r.partner().await;
    let seen = async |who: &Someone, id: RelativeId| r.world.app.run(who.caller(), move |tx| relatives::course(tx, id)).await;
    assert_eq!(seen(&sister, id).await.unwrap().state, "notified");
    let moved = |to: &str, from: &str| run(&r, &format!("insert into app.case_step (id, case_id, step, from_state, to_state, role, at) values (gen_random_uuid(), '{}', 'T9', '{from}', '{to}', 'CO', clock_timestamp())", r.case));
    moved("drafting", "panel");
    let course = seen(&sister, id).await.unwrap();
    assert_eq!((course.phase, course.state, course.deferred), ("report", "drafting", false));
    moved("deferred", "drafting");
    let course = seen(&sister, id).await.unwrap();
    assert_eq!((course.phase, course.state, course.deferred), ("report", "drafting", true));
    // A frozen place stays as it was, and does not say so.
    r.world.app.run(r.coordinator.caller(), move |tx| relatives::freeze(tx, other, true)).await.unwrap();
    moved("consultation", "deferred");
    assert_eq!((seen(&sister, id).await.unwrap().state, seen(&brother, other).await.unwrap().state), ("consultation", "drafting"));
    // Nobody sees another's, and an organisation none.
    for (who, place) in [(&sister, other), (&brother, id), (&partner.contact, id), (&r.chair, id)] {
        assert!(matches!(seen(who, place).await, Err(Refused::NotFound)), "hidden and absent are one");
    }
    let told: i64 = diesel::sql_query("select count(*) as n from app.case_file").get_result::<Count>(&mut r.world.connection("postgres")).unwrap().n;
    assert_eq!(told, 1);
    let own = r.world.app.run(sister.caller(), |tx| -> Result<i64, Refused> { Ok(diesel::sql_query("select count(*) as n from app.case_step").get_result::<Count>(tx.db())?.n) }).await.unwrap();
    assert_eq!(own, 0, "the steps themselves stay hidden");
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    n: i64,
}

#[tokio::test(flavor = "multi_thread")]
async fn words_placed_twice_stand_once_and_changed_words_stand_instead_of_the_earlier() {
    let r = Review::new().await;
    let (case, (id, sister)) = (r.case, relative(&r).await);
    let app = &r.world.app;
    let room = app.run(sister.caller(), |tx| relatives::mine(tx)).await.unwrap()[0].compartment;
    let said = |text: &str, used: &str| answers(json!({ "portrait": { "text": text, "use": used }, "naming": "pseudonym", "pseudonym": "Fleur" }));
    let words = said("She sang in a choir", "report_as_written");
    let item = app.run(sister.caller(), move |tx| forms::create(tx, &relatives::INPUT, room, None, &words)).await.unwrap().id;
    let event = answers(json!({ "when": "2026-03", "kind": "contact", "whom": ["victim"], "what": "She called me", "known_then": "yes", "source": "memory" }));
    let event = app.run(sister.caller(), move |tx| forms::create(tx, &relatives::ENTRY, room, None, &event)).await.unwrap().id;
    let place = async || app.run(r.coordinator.caller(), move |tx| relatives::place(tx, id, &[item, event], &[])).await;
    let quotes = async || {
        let report = app.run(r.coordinator.caller(), move |tx| reports::assemble(tx, case)).await.unwrap();
        serde_json::to_string(&report).unwrap()
    };
    assert_eq!(place().await.unwrap().len(), 2);
    assert_eq!(quotes().await.matches("She sang in a choir").count(), 1);
    let copies = || diesel::sql_query("select count(*) as n from app.item where kind in ('statement', 'relative-words') or kind = 'chronology-entry' and compartment_id in (select id from app.compartment where kind = 'panel')").get_result::<Count>(&mut r.world.connection("postgres")).unwrap().n;
    let before = copies();
    assert!(matches!(place().await, Err(Refused::Rule("placed-already"))));
    assert_eq!((copies(), quotes().await.matches("She sang in a choir").count()), (before, 1), "nothing lies there twice");
    // Changed, it stands instead of what stood there; the event keeps both, the later marked as its correction.
    let save = async |seen: i32, words: form::Answers| app.run(sister.caller(), move |tx| forms::save(tx, &relatives::INPUT, room, item, seen, &words)).await.unwrap();
    save(1, said("She loved to sing", "report_as_written")).await;
    assert_eq!(place().await.unwrap().len(), 1);
    let told = quotes().await;
    assert!(told.contains("She loved to sing") && !told.contains("choir"), "{told}");
    // Kept out of the report, it leaves the report, and the panel still reads it.
    save(2, said("She loved to sing", "panel")).await;
    place().await.unwrap();
    assert!(!quotes().await.contains("She loved to sing"));
    // Once the text stands still, no words of a relative change it.
    save(3, said("She loved to sing", "report_as_written")).await;
    run(&r, &format!("update app.case_file set state = 'quality_review', state_since = now() - interval '1 minute' where id = '{case}'"));
    assert!(matches!(place().await, Err(Refused::Rule("report-frozen"))));
    run(&r, &format!("update app.case_file set state = 'drafting' where id = '{case}'"));
    place().await.unwrap();
    assert_eq!(quotes().await.matches("She loved to sing").count(), 1);
    // A reaction is passed on once.
    let passage = app.run(r.chair.caller(), move |tx| reports::place(tx, case, room, "summary", "Summary", "What happened")).await.unwrap();
    let reply = answers(json!({ "reply": "right", "statement": "Remember her" }));
    app.run(sister.caller(), move |tx| reports::reply(tx, passage, &reply)).await.unwrap();
    app.run(r.coordinator.caller(), move |tx| reports::pass_on(tx, passage)).await.unwrap();
    assert!(matches!(app.run(r.coordinator.caller(), move |tx| reports::pass_on(tx, passage)).await, Err(Refused::Rule("passed-on-already"))));
    assert_eq!(quotes().await.matches("Remember her").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_shows_whether_it_was_entered_in_time_and_a_deferral_is_looked_at_on_its_day() {
    let r = Review::new().await;
    let case = r.case;
    let view = async || r.world.app.run(r.coordinator.caller(), move |tx| cases::view(tx, case)).await.unwrap();
    let met = view().await.met;
    let enter = met.iter().find(|term| term.kind == "enter").unwrap_or_else(|| panic!("{met:?}"));
    assert!(enter.done_at.is_some() && enter.due_on > enter.started_on && !enter.late);
    let own = r.world.app.run(r.coordinator.caller(), move |tx| compartments::of_case(tx, case, Kind::Case)).await.unwrap()[0].id;
    let day = |days: i64| chrono::Utc::now().date_naive() + chrono::Duration::days(days);
    let request = |days: i64| answers(json!({ "reason": "strafzaak", "asked_by": "Openbaar Ministerie", "instead": "no", "review_on": day(days).to_string() }));
    let asked = request(40);
    let item = r.world.app.run(r.coordinator.caller(), move |tx| forms::create(tx, &cases::DEFERRAL, own, None, &asked)).await.unwrap().id;
    let due = async || view().await.deadlines.into_iter().filter(|term| term.kind == "deferral_review").map(|term| (term.due_on, term.paused)).collect::<Vec<_>>();
    assert!(due().await.is_empty(), "no term before the case waits");
    run(&r, &format!("update app.case_file set state = 'panel', state_since = now() - interval '1 minute' where id = '{case}'"));
    r.world.app.run(r.chair.caller(), move |tx| cases::declare(tx, case, "chair_agrees_deferral", None)).await.unwrap();
    let asked = request(40);
    r.world.app.run(r.coordinator.caller(), move |tx| forms::save(tx, &cases::DEFERRAL, own, item, 1, &asked)).await.unwrap();
    r.world.app.run(r.coordinator.caller(), move |tx| { let seen = cases::view(tx, case)?.version; cases::take(tx, case, cases::Step::T5, seen) }).await.unwrap();
    let found = due().await;
    assert!(found.len() == 1 && found[0].0 >= day(40) && found[0].0 <= day(46) && !found[0].1, "{found:?}");
    // Another day in the request, while it waits, is the day that counts.
    let asked = request(80);
    r.world.app.run(r.coordinator.caller(), move |tx| forms::save(tx, &cases::DEFERRAL, own, item, 2, &asked)).await.unwrap();
    let found = due().await;
    assert!(found.len() == 1 && found[0].0 >= day(80), "{found:?}");
    r.world.app.run(r.coordinator.caller(), move |tx| cases::declare(tx, case, "deferral_answered", Some("It may go on"))).await.unwrap();
    r.world.app.run(r.coordinator.caller(), move |tx| { let seen = cases::view(tx, case)?.version; cases::take(tx, case, cases::Step::T6, seen) }).await.unwrap();
    assert!(due().await.is_empty(), "resumed, nothing of it waits");
}
