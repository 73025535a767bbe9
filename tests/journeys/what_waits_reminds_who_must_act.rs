//! Everything with a day reminds who must act at half the time, a week and a day before; when it has passed the coordinator hears, later the
//! chair and the nation. A contact or coordinator who leaves has a successor; where nobody is, the nation sees it.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use lering::access::Role;
use lering::cases::{self, Named, Step};
use lering::ids::MembershipId;
use lering::tx::Refused;
use lering::{forms, reflections, relatives, reports, worker};
use serde_json::json;

use crate::support::review::{Review, answers};

#[derive(QueryableByName)]
struct Count { #[diesel(sql_type = BigInt)] n: i64 }

fn run(r: &Review, sql: &str) {
    diesel::sql_query(sql).execute(&mut r.world.connection("postgres")).unwrap();
}

fn told(r: &Review, hat: MembershipId, kind: &str) -> i64 {
    let sql = format!("select count(*) as n from app.notice where membership_id = '{hat}' and kind = '{kind}'");
    diesel::sql_query(sql).get_result::<Count>(&mut r.world.connection("postgres")).unwrap().n
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reflection_reminds_who_writes_then_who_approves_and_what_is_late_goes_wider() {
    let r = Review::new().await;
    let (p, case) = (r.partner().await, r.case);
    let look = async || { worker::look(&r.world.app).await; };
    run(&r, "delete from app.deadline");
    run(&r, "update app.reflection set created_at = now() - interval '1 day', due_on = current_date + 60");
    look().await;
    let near = |hat| told(&r, hat, "term_near");
    assert_eq!((near(p.author.hat), near(p.contact.hat)), (0, 0), "nothing is near");
    // Half the time is over: who writes, and the contact who guards the term.
    run(&r, "update app.reflection set created_at = now() - interval '40 days', due_on = current_date + 30");
    look().await;
    look().await;
    assert_eq!((near(p.author.hat), near(p.contact.hat), near(p.approver.hat)), (1, 1, 0));
    // Handed in: now the approver must act.
    let (id, room) = (p.reflection, p.room);
    let text = answers(json!({ "role": "We kept the file", "what_happened": "She called", "facts_checked": true }));
    r.world.app.run(p.author.caller(), move |tx| forms::create(tx, &reflections::REFLECTION, room, None, &text)).await.unwrap();
    r.world.app.run(p.author.caller(), move |tx| reflections::submit(tx, id)).await.unwrap();
    run(&r, "update app.reflection set due_on = current_date + 5");
    look().await;
    assert_eq!((near(p.author.hat), near(p.approver.hat)), (1, 1));
    // Late: the coordinator too, after two weeks the chair.
    run(&r, "update app.reflection set due_on = current_date - 2");
    look().await;
    let late = |hat| told(&r, hat, "term_passed");
    assert_eq!((late(p.approver.hat), late(r.coordinator.hat), late(r.chair.hat)), (1, 1, 0));
    run(&r, "update app.reflection set due_on = current_date - 14");
    look().await;
    assert_eq!((late(p.approver.hat), late(r.coordinator.hat), late(r.chair.hat)), (2, 2, 1));

    // A passage that was placed reminds the approver as well, while the case is in consultation.
    run(&r, "update app.case_file set state = 'consultation'");
    let names = r.world.app.run(r.secretary.caller(), move |tx| reports::place(tx, case, room, "summary", "Over u", "Noor vroeg om hulp.")).await;
    assert!(matches!(names, Err(Refused::Faults(_))), "a name does not leave in a passage");
    r.world.app.run(r.secretary.caller(), move |tx| reports::place(tx, case, room, "summary", "Over u", "Zij vroeg om hulp.")).await.unwrap();
    run(&r, "update app.passage set placed_at = now() - interval '20 days', due_on = current_date + 6");
    let before = near(p.approver.hat);
    look().await;
    assert_eq!(near(p.approver.hat), before + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_decision_that_was_changed_the_latest_counts() {
    let r = Review::new().await;
    let case = r.case;
    run(&r, "update app.case_file set state = 'screening', state_since = now() - interval '1 day'");
    let own = r.world.app.run(r.coordinator.caller(), move |tx| lering::compartments::of_kind(tx, case, lering::access::Kind::Case)).await.unwrap();
    let screening = |om: &str, decision: &str| answers(json!({
        "criteria": { "fatal": "yes", "domestic_relation": "yes", "in_scope": "yes", "learning_expected": "yes", "covered_elsewhere": "no", "relatives_want_it": "yes" }, "known_to": [{ "organisation": r.police, "answer": "known", "level": "none" }], "om_consulted_on": "2026-11-02", "om_answer": om,
        "relatives_view": "Zij willen het weten.", "decision": decision, "profile": "full", "reason": "Wij leren hiervan.", "what_is_lost": "Niets.",
    }));
    let missing = async |step: Step| -> Vec<String> {
        let steps = r.world.app.run(r.coordinator.caller(), move |tx| cases::view(tx, case)).await.unwrap().steps;
        steps.into_iter().find(|one| one.of == step).unwrap().missing.into_iter().map(|lacks| lacks.what).collect()
    };
    let first = screening("no_objection", "review");
    let saved = r.world.app.run(r.coordinator.caller(), move |tx| forms::create(tx, &cases::SCREENING, own, None, &first)).await.unwrap();
    assert!(saved.complete, "{:?}", saved.missing);
    assert_eq!(missing(Step::T3).await, [""; 0]);
    assert!(missing(Step::T4).await.contains(&"decision_not_reviewed".to_owned()));
    // Changed to no: only the no counts.
    let second = screening("no_objection", "not_reviewed");
    r.world.app.run(r.coordinator.caller(), move |tx| forms::save(tx, &cases::SCREENING, own, saved.id, 1, &second)).await.unwrap();
    assert_eq!(missing(Step::T3).await, ["decision_review"]);
    assert!(!missing(Step::T4).await.contains(&"decision_not_reviewed".to_owned()));
    // Back to yes, while the prosecution asks to wait.
    let third = screening("wait", "review");
    r.world.app.run(r.coordinator.caller(), move |tx| forms::save(tx, &cases::SCREENING, own, saved.id, 2, &third)).await.unwrap();
    assert_eq!(missing(Step::T3).await, ["om_consulted"]);
    // Not complete, the decision given is the way on all the same; what lacks is named.
    let mut fourth = screening("no_objection", "not_reviewed");
    fourth.remove("what_is_lost");
    let saved = r.world.app.run(r.coordinator.caller(), move |tx| forms::save(tx, &cases::SCREENING, own, saved.id, 3, &fourth)).await.unwrap();
    assert!(!saved.complete);
    let seen = r.world.app.run(r.coordinator.caller(), move |tx| cases::view(tx, case)).await.unwrap();
    assert!(seen.leads_on(Step::T4) && !seen.leads_on(Step::T3));
    assert!(missing(Step::T4).await.contains(&"screening_complete".to_owned()) && !missing(Step::T4).await.contains(&"decision_not_reviewed".to_owned()));
    assert!(!missing(Step::T3).await.contains(&"om_consulted".to_owned()), "it was consulted");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_has_a_successor_and_where_nobody_is_the_nation_sees_it() {
    let r = Review::new().await;
    let (case, p) = (r.case, r.partner().await);
    // Another contact of the police follows, reads the invitation, and the one before no more.
    let invited = r.world.invite_of(&r.coordinator, Role::Contact, Some(r.police)).await;
    let heir = r.world.enrol(invited).await;
    let (id, hat, stranger) = (p.reflection, heir.hat, p.author.hat);
    assert!(matches!(r.world.app.run(r.coordinator.caller(), move |tx| reflections::replace_contact(tx, id, stranger)).await, Err(Refused::Faults(_))));
    r.world.app.run(r.coordinator.caller(), move |tx| reflections::replace_contact(tx, id, hat)).await.unwrap();
    let read = r.world.app.run(heir.caller(), move |tx| reflections::invitation(tx, id)).await.unwrap();
    assert_eq!(read["identification"]["name"], "Noor Jansma");
    assert!(matches!(r.world.app.run(p.contact.caller(), move |tx| reflections::invitation(tx, id)).await, Err(Refused::NotFound)));

    // The coordinator leaves: another one follows, also beside the relative.
    let plan = answers(json!({
        "person": { "name": "Fenna Hoekstra" }, "relation": "sister", "side": "victim", "identity_checked": "documents", "risk": "none", "first_contact_by": "contact", "channel": ["mail"],
        "language": "nl", "wants": ["be_informed", "tell"], "again_on": "2099-01-01",
    }));
    let (_, kin) = r.world.app.run(r.coordinator.caller(), move |tx| relatives::register(tx, case, &plan)).await.unwrap();
    let second = r.world.person(&r.administrator, Role::Coordinator).await;
    let (gone, named) = (r.coordinator.hat, Named { hat: second.hat, role: Role::Coordinator, sector: String::new(), dv_expert: false });
    r.world.app.run(r.coordinator.caller(), move |tx| cases::name(tx, case, &named)).await.unwrap();
    r.world.app.run(second.caller(), move |tx| cases::end_party(tx, case, gone)).await.unwrap();
    let n = |sql: String| diesel::sql_query(sql).get_result::<Count>(&mut r.world.connection("postgres")).unwrap().n;
    assert_eq!(n(format!("select count(*) as n from app.compartment_member where membership_id = '{gone}' and (until is null or until > now()) and compartment_id = '{kin}'")), 0, "the key is gone");
    assert_eq!(n(format!("select count(*) as n from app.relative where contact_id = '{}'", second.hat)), 1);

    // Nobody coordinates: after five working days the nation sees the bureau, not the case.
    let national = r.world.person(&r.administrator, Role::NationalCoordinator).await;
    let seen = async || r.world.app.run(national.caller(), |tx| cases::nobody_to_act(tx)).await.unwrap();
    assert!(seen().await.is_empty());
    run(&r, "update app.case_party set until = now() - interval '12 days' where role = 'CO'");
    run(&r, "update app.case_file set state_since = now() - interval '30 days'");
    assert_eq!(seen().await.iter().map(|one| one.cases).collect::<Vec<_>>(), [1]);
    assert!(r.world.app.run(r.chair.caller(), |tx| cases::nobody_to_act(tx)).await.is_err());
}
