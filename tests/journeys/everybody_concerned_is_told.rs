//! Who a step, a publication or a read concerns hears that something is there: never what, and relatives by their own rules.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Jsonb, Uuid as SqlUuid};
use lering::access::Role;
use lering::cases::{self, Step};
use lering::ids::{MembershipId, NoticeId, RelativeId, ReportId};
use lering::tx::Refused;
use lering::{forms, library, notices, panels, reflections, relatives, reports, worker};
use serde_json::json;

use crate::support::Someone;
use crate::support::review::{Partner, Review, answers};

#[derive(QueryableByName)]
struct Count { #[diesel(sql_type = BigInt)] n: i64 }

fn run(r: &Review, sql: &str) {
    diesel::sql_query(sql).execute(&mut r.world.connection("postgres")).unwrap();
}

fn told(r: &Review, hat: MembershipId, kind: &str) -> i64 {
    let sql = format!("select count(*) as n from app.notice where membership_id = '{hat}' and kind = '{kind}'");
    diesel::sql_query(sql).get_result::<Count>(&mut r.world.connection("postgres")).unwrap().n
}

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

/// The police releases one event.
async fn released(r: &Review, p: &Partner) {
    let (id, room) = (p.reflection, p.room);
    let text = answers(json!({ "role": "We kept the file", "what_happened": "She called", "facts_checked": true }));
    let entry = answers(json!({ "when": "2026-03-01", "kind": "contact", "whom": ["victim"], "what": "A call at night", "known_then": "yes", "source": "file" }));
    r.world.app.run(p.author.caller(), move |tx| { forms::create(tx, &reflections::REFLECTION, room, None, &text)?; forms::create(tx, &reflections::ENTRY, room, None, &entry) }).await.unwrap();
    r.world.app.run(p.author.caller(), move |tx| reflections::submit(tx, id)).await.unwrap();
    r.world.app.run(p.approver.caller(), move |tx| reflections::approve(tx, id)).await.unwrap();
    r.world.app.run(p.approver.caller(), move |tx| reflections::release(tx, id)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn deferring_is_told_to_all_with_open_tasks_and_resuming_shifts_their_days() {
    let r = Review::new().await;
    let (case, p) = (r.case, r.partner().await);
    let (_, sister) = relative(&r).await;
    let (_, frozen) = relative(&r).await;
    let place = r.world.app.run(r.coordinator.caller(), |tx| relatives::mine(tx)).await.unwrap().pop().unwrap().id;
    r.world.app.run(r.coordinator.caller(), move |tx| relatives::freeze(tx, place, true)).await.unwrap();
    worker::look(&r.world.app).await;
    run(&r, &format!("update app.case_file set state = 'gathering', state_since = now() - interval '1 minute' where id = '{case}'"));
    let due = || diesel::sql_query("select due_on - current_date as n from (select due_on from app.reflection) x").get_result::<Days>(&mut r.world.connection("postgres")).unwrap().n;
    let before = due();
    let own = r.world.app.run(r.coordinator.caller(), move |tx| lering::compartments::of_case(tx, case, lering::access::Kind::Case)).await.unwrap()[0].id;
    let asked = answers(json!({ "reason": "strafzaak", "asked_by": "Openbaar Ministerie", "instead": "no" }));
    r.world.app.run(r.coordinator.caller(), move |tx| forms::create(tx, &cases::DEFERRAL, own, None, &asked)).await.unwrap();
    r.world.app.run(r.chair.caller(), move |tx| cases::declare(tx, case, "chair_agrees_deferral", None)).await.unwrap();
    let step = async |step: Step| { r.world.app.run(r.coordinator.caller(), move |tx| { let seen = cases::view(tx, case)?.version; cases::take(tx, case, step, seen) }).await.unwrap_or_else(|why| panic!("{step:?} {why:?}")) };
    assert!(matches!(r.world.app.run(r.coordinator.caller(), move |tx| cases::declare(tx, case, "om_asked_again", None)).await, Err(Refused::Rule("not-deferred"))));
    step(Step::T5).await;
    worker::look(&r.world.app).await;
    // Asked again, the sixty days begin anew.
    run(&r, "update app.deadline set due_on = current_date - 1 where kind = 'deferral_check'");
    r.world.app.run(r.coordinator.caller(), move |tx| cases::declare(tx, case, "om_asked_again", None)).await.unwrap();
    let open = diesel::sql_query("select count(*) as n from app.deadline where kind = 'deferral_check' and done_at is null and due_on > current_date + 50").get_result::<Count>(&mut r.world.connection("postgres")).unwrap().n;
    assert_eq!(open, 1);
    for (who, hat) in [("the contact", p.contact.hat), ("the approver", p.approver.hat), ("the chair", r.chair.hat), ("the sister", sister.hat)] {
        assert_eq!(told(&r, hat, "deferred"), 1, "{who}");
    }
    assert_eq!(told(&r, r.coordinator.hat, "deferred"), 0, "who did it knows");
    assert_eq!(told(&r, frozen.hat, "deferred"), 0, "nothing goes to a frozen place");
    worker::look(&r.world.app).await;
    assert_eq!(told(&r, sister.hat, "deferred"), 1, "once");
    run(&r, &format!("update app.case_file set state_since = state_since - interval '30 days' where id = '{case}'"));
    r.world.app.run(r.coordinator.caller(), move |tx| cases::declare(tx, case, "deferral_answered", Some("The prosecution agrees"))).await.unwrap();
    step(Step::T6).await;
    let shifted = due() - before;
    assert!((30..=34).contains(&shifted), "the reflection is due thirty days later, on a working day: {shifted}");
    worker::look(&r.world.app).await;
    assert_eq!((told(&r, sister.hat, "resumed"), told(&r, p.contact.hat, "resumed")), (1, 1));
}

#[derive(QueryableByName)]
struct Days { #[diesel(sql_type = diesel::sql_types::Integer)] n: i32 }

fn published(r: &Review, in_days: i32, take_down: Option<i32>) -> ReportId {
    let id = ReportId::new();
    let document = json!({ "title": "Leerrapport", "language": "nl", "sections": [{ "id": "summary", "heading": "Samenvatting", "parts": [{ "kind": "text", "text": "Het begon klein." }] }], "open": [] });
    diesel::sql_query("insert into app.publication (id, case_id, bureau_id, practice, language, title, form, document, pdf, digest, published_on, take_down_on) \
        select $1, id, bureau_id, practice, 'nl', 'Leerrapport', 'whole', $3, '\\x25', sha256('x'), (now() at time zone 'Europe/Amsterdam')::date + $4, (now() at time zone 'Europe/Amsterdam')::date + $5 from app.case_file where id = $2")
        .bind::<SqlUuid, _>(id).bind::<SqlUuid, _>(r.case).bind::<Jsonb, _>(&document).bind::<diesel::sql_types::Integer, _>(in_days)
        .bind::<diesel::sql_types::Nullable<diesel::sql_types::Integer>, _>(take_down).execute(&mut r.world.connection("postgres")).unwrap();
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn relatives_read_a_day_before_others_and_a_report_leaves_on_its_day_with_a_notice() {
    let r = Review::new().await;
    let p = r.partner().await;
    let (_, sister) = relative(&r).await;
    let stranger = r.world.person(&r.coordinator, Role::Relative).await;
    let id = published(&r, 1, None);
    worker::look(&r.world.app).await;
    assert_eq!((told(&r, sister.hat, "publication_date"), told(&r, p.approver.hat, "publication_date")), (1, 0));
    let reads = async |who: &Someone| r.world.app.run(who.caller(), move |tx| library::report(tx, id)).await.map(drop);
    assert!(reads(&sister).await.is_ok());
    for other in [&p.approver, &stranger] {
        assert!(matches!(reads(other).await, Err(Refused::NotFound)));
    }
    assert!(matches!(r.world.app.run_public(move |tx| library::report(tx, id)).await, Err(Refused::NotFound)));
    run(&r, "update app.publication set published_on = (now() at time zone 'Europe/Amsterdam')::date");
    worker::look(&r.world.app).await;
    worker::look(&r.world.app).await;
    assert_eq!((told(&r, sister.hat, "publication_date"), told(&r, p.approver.hat, "publication_date"), told(&r, p.contact.hat, "publication_date")), (1, 1, 1), "each once");
    assert!(r.world.app.run_public(move |tx| library::report(tx, id)).await.is_ok());
    // An addition is told to all of them as well.
    let (app, case) = (&r.world.app, r.case);
    let add = async || reports::add(app, r.coordinator.caller(), case, reports::AddendumTold { kind: "addition".into(), text: "De rechter heeft beslist.".into(), instead: false }).await.unwrap();
    // The chair hears that it lies before them, and adopts it; only then is it public, and told.
    let before = told(&r, r.chair.hat, "task_assigned");
    assert!(add().await.asked && told(&r, r.chair.hat, "task_assigned") > before);
    assert_eq!(crate::what_is_new_after_publication_stands_beside_the_old::adopted(&r).await, 1);
    let added = add().await.id.unwrap();
    worker::look(app).await;
    assert_eq!((told(&r, sister.hat, "publication_date"), told(&r, p.approver.hat, "publication_date")), (2, 2));
    // On its day both versions leave; the library says that they were there, and no word of them.
    run(&r, "update app.publication set take_down_on = (now() at time zone 'Europe/Amsterdam')::date + 1");
    assert_eq!(worker::look(app).await.taken_down, 0, "not a day sooner");
    run(&r, "update app.publication set take_down_on = (now() at time zone 'Europe/Amsterdam')::date");
    assert_eq!(worker::look(app).await.taken_down, 2);
    assert!(matches!(app.run_public(move |tx| library::report(tx, added)).await, Err(Refused::NotFound)));
    let gone = app.run_public(|tx| library::withdrawn(tx)).await.unwrap();
    assert_eq!(gone.iter().map(|one| (one.id, one.newer)).collect::<Vec<_>>(), [(added, None)]);
    assert!(!serde_json::to_string(&gone).unwrap().contains("Leerrapport"), "not even its title");
    assert!(matches!(app.run_public(move |tx| library::notice(tx, ReportId::new())).await, Err(Refused::NotFound)));
    assert!(told(&r, r.coordinator.hat, "publication_date") > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn i_4_owners_see_and_are_told_once_a_day_that_others_read_what_they_released() {
    let r = Review::new().await;
    let (case, p) = (r.case, r.partner().await);
    let member = r.party(Role::PanelMember).await;
    released(&r, &p).await;
    assert_eq!(told(&r, r.chair.hat, "released"), 1, "those who lead the case hear of a release");
    assert_eq!(worker::look(&r.world.app).await.told, 0, "nobody has read it");
    let again = || run(&r, "update sec.read_digest set ran_at = now() - interval '1 day'");
    // Their own people reading their own text is no news.
    again();
    let room = p.room;
    r.world.app.run(p.author.caller(), move |tx| forms::open_all(tx, &reflections::REFLECTION, room)).await.unwrap();
    worker::look(&r.world.app).await;
    assert_eq!(told(&r, p.approver.hat, "read_by_other"), 0);
    again();
    for _ in 0..3 {
        r.world.app.run(member.caller(), move |tx| panels::timeline(tx, case)).await.unwrap();
    }
    worker::look(&r.world.app).await;
    r.world.app.run(member.caller(), move |tx| panels::timeline(tx, case)).await.unwrap();
    worker::look(&r.world.app).await;
    assert_eq!((told(&r, p.approver.hat, "read_by_other"), told(&r, p.author.hat, "read_by_other")), (1, 1), "once a day, however often");
    again();
    worker::look(&r.world.app).await;
    assert_eq!(told(&r, p.approver.hat, "read_by_other"), 2, "what was read meanwhile is not lost");
    let mine = r.world.app.run(p.approver.caller(), |tx| notices::mine(tx)).await.unwrap();
    assert!(mine.iter().filter(|one| one.kind == "read_by_other").all(|one| one.case.is_none()), "of no case, by nobody");
    // In their own log the reads stand by role, and only since the release.
    let log = r.world.app.run(p.approver.caller(), move |tx| lering::compartments::log_of(tx, room, None)).await.unwrap();
    let reads: Vec<_> = log.iter().filter(|entry| entry.action == "panel.read_released").collect();
    assert!(reads.len() == 4 && reads.iter().all(|entry| entry.role == "PM" && !entry.own), "{reads:?}");
    let outsider = r.world.app.run(member.caller(), move |tx| lering::compartments::log_of(tx, room, None)).await;
    assert!(matches!(outsider, Err(Refused::NotFound)));
    // They ask who it was; the coordinator reads the question, and no hat learns of a name by itself.
    r.world.app.run(p.approver.caller(), move |tx| reflections::ask_log(tx, room, "who", "1 maart: panellid las", "")).await.unwrap();
    assert!(matches!(r.world.app.run(p.author.caller(), move |tx| reflections::ask_log(tx, room, "who", "x", "")).await, Err(Refused::NotYours)));
    let own = r.world.app.run(r.coordinator.caller(), move |tx| lering::compartments::of_case(tx, case, lering::access::Kind::Case)).await.unwrap()[0].id;
    let asked = r.world.app.run(r.coordinator.caller(), move |tx| forms::open_all(tx, &reflections::LOG_QUESTION, own)).await.unwrap();
    assert_eq!(asked[0].answers["about"], "who");
}

#[tokio::test(flavor = "multi_thread")]
async fn words_taken_back_open_nowhere_but_at_home_and_the_contact_hears_of_it() {
    let r = Review::new().await;
    let (case, (id, sister)) = (r.case, relative(&r).await);
    let place = r.world.app.run(sister.caller(), |tx| relatives::mine(tx)).await.unwrap().pop().unwrap().compartment;
    let words = answers(json!({ "portrait": { "text": "Zij zong altijd", "use": "report_as_written" }, "story": { "text": "Ik belde drie keer", "use": "panel" }, "naming": "letter" }));
    let written = r.world.app.run(sister.caller(), move |tx| forms::create(tx, &relatives::INPUT, place, None, &words)).await.unwrap().id;
    r.world.app.run(r.coordinator.caller(), move |tx| relatives::place(tx, id, &[written], &[])).await.unwrap();
    let seen = async || r.world.app.run(r.chair.caller(), move |tx| panels::released(tx, case)).await.unwrap().words.len();
    assert_eq!(seen().await, 2);
    let stranger = r.world.person(&r.coordinator, Role::Relative).await;
    assert!(matches!(r.world.app.run(stranger.caller(), move |tx| relatives::withdraw(tx, id)).await, Err(Refused::NotFound)));
    assert!(r.world.app.run(r.chair.caller(), move |tx| relatives::withdraw(tx, id)).await.is_err());
    assert_eq!(seen().await, 2);
    let gone = r.world.app.run(sister.caller(), move |tx| relatives::withdraw(tx, id)).await.unwrap();
    assert_eq!((gone, seen().await), (4, 0), "two copies in the panel, one and the wish on the name in the report");
    assert_eq!(told(&r, r.coordinator.hat, "task_assigned"), 1);
    let home = r.world.app.run(sister.caller(), move |tx| forms::open_all(tx, &relatives::INPUT, place)).await.unwrap();
    assert_eq!(home[0].answers["story"]["text"], "Ik belde drie keer", "their own stays");
    assert!(r.world.app.run(r.coordinator.caller(), |tx| relatives::mine(tx)).await.unwrap()[0].withdrawn_at.is_some());
    // The report draws without them.
    let report = r.world.app.run(r.chair.caller(), move |tx| reports::assemble(tx, case)).await.unwrap();
    assert!(!serde_json::to_string(&report).unwrap().contains("zong"));
}

#[tokio::test(flavor = "multi_thread")]
async fn notices_are_marked_read_by_their_own_hat_only_all_or_none() {
    let r = Review::new().await;
    let (to, case) = (r.chair.hat, r.case);
    let told = async |to: MembershipId| {
        r.world.app.run(r.coordinator.caller(), move |tx| (0..2).try_for_each(|_| notices::tell(tx, to, notices::Kind::Placed, Some(case), None))).await.unwrap();
    };
    told(to).await;
    told(r.secretary.hat).await;
    let mine = async |who: &Someone| r.world.app.run(who.caller(), notices::mine).await.unwrap();
    let (ids, others) = (mine(&r.chair).await, mine(&r.secretary).await[0].id);
    let ids: Vec<NoticeId> = ids.iter().filter(|one| one.kind == "placed").map(|one| one.id).collect();
    let read = async |who: &Someone, ids: Vec<NoticeId>| r.world.app.run(who.caller(), move |tx| notices::mark_read(tx, Some(&ids))).await;
    assert_eq!(ids.len(), 2);
    assert!(matches!(read(&r.secretary, ids.clone()).await, Err(Refused::NotFound)));
    assert!(matches!(read(&r.chair, vec![ids[0], others]).await, Err(Refused::NotFound)), "one of another's refuses all");
    assert!(mine(&r.chair).await.iter().all(|one| !one.read));
    read(&r.chair, ids.clone()).await.unwrap();
    assert!(mine(&r.chair).await.iter().filter(|one| ids.contains(&one.id)).all(|one| one.read));
    r.world.app.run(r.chair.caller(), |tx| notices::mark_read(tx, None)).await.unwrap();
    assert!(mine(&r.chair).await.iter().all(|one| one.read));
}

/// Who sees cases finds the number beside what they are told; organisations are told the same words without it.
#[tokio::test(flavor = "multi_thread")]
async fn a_notice_names_its_case_to_who_sees_cases_only() {
    let r = Review::new().await;
    let p = r.partner().await;
    let case = r.case;
    for to in [r.chair.hat, p.approver.hat] {
        r.world.app.run(r.coordinator.caller(), move |tx| notices::tell(tx, to, notices::Kind::Answered, Some(case), None)).await.unwrap();
    }
    let number = async |who: &Someone| {
        let mine = r.world.app.run(who.caller(), notices::mine).await.unwrap();
        mine.into_iter().find(|one| one.kind == "answered").map(|one| one.number)
    };
    assert!(number(&r.chair).await.unwrap().is_some_and(|number| number.starts_with("HG-")));
    assert_eq!(number(&p.approver).await, Some(None));
}
