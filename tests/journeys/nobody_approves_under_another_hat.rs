//! One person with several hats: nobody approves, signs or reviews their own work, and nobody is professional and relative in one case.
//! And what waits for others: passages and questions with their terms.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Uuid as SqlUuid};
use lering::access::Role;
use lering::cases::{self, Named};
use lering::ids::MembershipId;
use lering::reflections::{self, Answered};
use lering::tx::Refused;
use lering::{forms, relatives, reports, worker};
use serde_json::json;

use crate::support::review::{Review, answers};

#[derive(QueryableByName)]
struct Count { #[diesel(sql_type = BigInt)] n: i64 }
#[derive(QueryableByName)]
struct Line { #[diesel(sql_type = Text)] line: String }

fn run(r: &Review, sql: &str) {
    diesel::sql_query(sql).execute(&mut r.world.connection("postgres")).unwrap();
}

fn count(r: &Review, sql: &str) -> i64 {
    diesel::sql_query(sql).get_result::<Count>(&mut r.world.connection("postgres")).unwrap().n
}

#[tokio::test(flavor = "multi_thread")]
async fn an_author_is_no_approver_a_proposer_no_signer_and_a_writer_no_reviewer() {
    let r = Review::new().await;
    let (case, app) = (r.case, &r.world.app);
    let (contact, reflection, _) = r.invite().await;
    let contact = r.world.enrol(contact).await;
    let (author, approver) = (r.world.invite_of(&contact, Role::Author, Some(r.police)).await, r.world.invite_of(&contact, Role::Approver, Some(r.police)).await);
    let author = r.world.enrol(author).await;
    let (approver, author) = (r.world.join(&author, approver).await, author.hat);
    let told = || Answered { answers: answers(json!({ "answer": "accept" })), author: Some(author), approver: Some(approver) };
    let one = told();
    assert!(matches!(app.run(contact.caller(), move |tx| reflections::answer(tx, reflection, &one)).await, Err(Refused::Rule("own-work"))));
    // The same person, once as coordinator, once for the nation.
    let nation = r.world.invite(&r.administrator, Role::NationalCoordinator).await;
    let nation = r.world.join(&r.coordinator, nation).await;
    diesel::sql_query("update app.case_file set state = 'gathering' where id = $1").bind::<SqlUuid, _>(case).execute(&mut r.world.connection("postgres")).unwrap();
    let proposal = app.run(r.coordinator.caller(), move |tx| cases::propose(tx, case, "stopped", "The court forbids it")).await.unwrap();
    r.world.wears(&r.coordinator, nation).await;
    assert!(matches!(app.run(r.coordinator.caller(), move |tx| cases::settle_proposal(tx, proposal, None)).await, Err(Refused::Rule("own-role"))));
    assert_eq!(count(&r, "select count(*) as n from app.proposal where state = 'open'"), 1);
    r.world.wears(&r.coordinator, r.coordinator.hat).await;
    // Who writes does not review the quality.
    let reviewer = r.world.invite(&r.administrator, Role::QualityReviewer).await;
    let reviewer = r.world.join(&r.secretary, reviewer).await;
    let named = Named { hat: reviewer, role: Role::QualityReviewer, sector: String::new(), dv_expert: false };
    assert!(app.run(r.coordinator.caller(), move |tx| cases::name(tx, case, &named)).await.is_err());
    assert_eq!(count(&r, &format!("select count(*) as n from app.case_party where membership_id = '{reviewer}'")), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn i_6_a_professional_who_is_kin_is_accepted_outwardly_and_held_and_a_guardian_is_in_until_a_day() {
    let r = Review::new().await;
    let (case, app) = (r.case, &r.world.app);
    let p = r.partner().await;
    let plan = answers(json!({
        "person": { "name": "Fenna Hoekstra" }, "relation": "mother", "side": "victim", "identity_checked": "documents", "risk": "none", "first_contact_by": "contact", "channel": ["mail"],
        "language": "nl", "wants": ["tell"], "again_on": "2099-01-01",
    }));
    let (id, kin) = app.run(r.coordinator.caller(), move |tx| relatives::register(tx, case, &plan)).await.unwrap();
    // The author of the police redeems a relative's code: it works for them as for anybody, and opens nothing.
    let invited = r.world.invite(&r.coordinator, Role::Relative).await;
    let hat = invited.hat;
    app.run(r.coordinator.caller(), move |tx| relatives::add_member(tx, id, hat, Role::Relative, None)).await.unwrap();
    r.world.join(&p.author, invited).await;
    let state: Line = diesel::sql_query("select state as line from app.membership where id = $1").bind::<SqlUuid, _>(hat).get_result(&mut r.world.connection("postgres")).unwrap();
    assert_eq!(state.line, "waiting", "and is held");
    assert_eq!(count(&r, &format!("select count(*) as n from app.notice where membership_id = '{}' and kind = 'task_assigned' and subject_id = '{hat}'", r.coordinator.hat)), 1, "who coordinates the case is told");
    // Known beforehand, the coordinator is told at once.
    let other = r.world.invite(&r.coordinator, Role::Relative).await;
    let other = r.world.join(&p.author, other).await;
    assert!(matches!(app.run(r.coordinator.caller(), move |tx| relatives::add_member(tx, id, other, Role::Relative, None)).await, Err(Refused::Rule("conflict-of-interest"))));
    // A guardian is in until the day before the child turns sixteen; a month before, the contact is reminded.
    let guardian = r.world.person(&r.coordinator, Role::Relative).await;
    let (hat, today) = (guardian.hat, chrono::Utc::now().date_naive());
    let let_in = async |until| app.run(r.coordinator.caller(), move |tx| relatives::add_member(tx, id, hat, Role::Relative, Some(until))).await;
    assert!(matches!(let_in(today - chrono::Duration::days(2)).await, Err(Refused::Faults(_))));
    let_in(today + chrono::Duration::days(200)).await.unwrap();
    let inside = async || app.run(guardian.caller(), move |tx| forms::open_all(tx, &relatives::PLAN, kin)).await;
    assert!(inside().await.is_ok());
    let before = worker::look(app).await.reminded;
    assert_eq!(before, 0, "not half a year ahead");
    app.run(r.coordinator.caller(), move |tx| relatives::set_until(tx, id, hat, today + chrono::Duration::days(20))).await.unwrap();
    assert_eq!(worker::look(app).await.reminded, 1);
    assert_eq!(worker::look(app).await.reminded, 0);
    run(&r, &format!("update app.compartment_member set until = now() - interval '1 hour' where membership_id = '{hat}'"));
    assert!(matches!(inside().await, Err(Refused::NotFound)), "ended by itself");
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_counts_after_its_term_and_a_supplementary_question_waits_fourteen_days() {
    let r = Review::new().await;
    let (case, app) = (r.case, &r.world.app);
    let p = r.partner().await;
    run(&r, "update app.bureau set practice = false");
    let (id, room) = (p.reflection, p.room);
    let told = |hat: MembershipId, kind: &str| count(&r, &format!("select count(*) as n from app.notice where membership_id = '{hat}' and kind = '{kind}'"));
    let before = (told(p.contact.hat, "placed"), told(p.approver.hat, "placed"));
    let passage = app.run(r.chair.caller(), move |tx| reports::place(tx, case, room, "f1", "Een bevinding", "Er werd niet gebeld.")).await.unwrap();
    assert_eq!((told(p.contact.hat, "placed"), told(p.approver.hat, "placed")), (before.0 + 1, before.1 + 1), "who answers for the organisation hears that something waits");
    let silent = async || app.run(r.coordinator.caller(), move |tx| reports::no_answer(tx, passage)).await;
    assert!(matches!(silent().await, Err(Refused::Rule("term-not-passed"))));
    run(&r, "update app.passage set due_on = current_date - 2");
    silent().await.unwrap();
    // A question after the release.
    let text = answers(json!({ "role": "We kept the file", "what_happened": "She called", "facts_checked": true }));
    app.run(p.author.caller(), move |tx| forms::create(tx, &reflections::REFLECTION, room, None, &text)).await.unwrap();
    app.run(p.author.caller(), move |tx| reflections::submit(tx, id)).await.unwrap();
    app.run(p.approver.caller(), move |tx| reflections::approve(tx, id)).await.unwrap();
    app.run(p.approver.caller(), move |tx| reflections::release(tx, id)).await.unwrap();
    let item = app.run(r.secretary.caller(), move |tx| reflections::ask(tx, id, "Wie nam op?")).await.unwrap();
    assert_eq!(count(&r, "select (question_due_on - current_date)::bigint as n from app.reflection").clamp(14, 18), count(&r, "select (question_due_on - current_date)::bigint as n from app.reflection"));
    run(&r, "update app.reflection set question_due_on = current_date - 1, changed_at = now() - interval '16 days'");
    assert_eq!(worker::look(app).await.reminded, 4, "author, approver and contact are reminded of it, and the coordinator hears that it is late");
    app.run(p.author.caller(), move |tx| reflections::answer_question(tx, id, item, "De meldkamer")).await.unwrap();
    assert_eq!(count(&r, "select count(*) as n from app.reflection where question_due_on is null"), 1);
    assert!(told(r.secretary.hat, "answered") > 0);
}
