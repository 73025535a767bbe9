//! The second wall: with the application's own database role and a real session, past every use case, nobody does alone what two do, nor
//! what another does.

use diesel::prelude::*;
use lering::research::{self, Vote, Wanted};
use lering::tx::Refused;

use crate::support::register::Register;
use crate::support::{Someone, World};
use crate::two_coders_see_nothing_of_each_other::Coding;

/// Whether a statement changed anything.
async fn changes(world: &World, who: &Someone, sql: String) -> bool {
    let done = world.app.run(who.caller(), move |tx| -> Result<usize, Refused> { Ok(diesel::sql_query(sql).execute(tx.db())?) }).await;
    matches!(done, Ok(1..))
}

fn count(world: &World, sql: &str) -> i64 {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    diesel::sql_query(sql).get_result::<Count>(&mut world.connection("postgres")).unwrap().n
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_is_decided_by_two_and_widened_by_nobody() {
    let world = World::new().await;
    let by = world.administrator().await;
    let people = Register::new(&world, &by).await;
    let id = people.application(&world, 0, 300, vec![]).await;
    let [first, second] = &people.committee;
    let applicant = &people.researchers[0];
    people.vote(&world, 0, id, Vote::Approve).await.unwrap();
    let set = |what: &str| format!("update app.project set {what} where id = '{id}'");
    for who in [first, second, &people.manager] {
        for what in ["state = 'approved'", "state = 'declined'", "state = 'returned'", "cells = 900", "outcomes = '{fem_final}'", "ends_on = ends_on + 900", "version = version + 1"] {
            assert!(!changes(&world, who, set(what)).await, "one alone: {what}");
        }
    }
    let listed = |title: &str| format!("insert into app.project_listed (project_id, number, title, summary, organisation, since) select id, number, '{title}', 'a', 'b', current_date from app.project where id = '{id}'");
    assert!(!changes(&world, first, listed("early")).await, "listed before two agreed");
    people.vote(&world, 1, id, Vote::Approve).await.unwrap();
    for what in ["state = 'ended'", "cells = 900", "outcomes = '{fem_final}'", "ends_on = ends_on + 900"] {
        assert!(!changes(&world, first, set(what)).await, "after approval, one alone: {what}");
    }
    for what in ["state = 'draft'", "state = 'submitted'", "cells = 900", "outcomes = '{fem_final}'", "ends_on = ends_on + 900"] {
        assert!(!changes(&world, applicant, set(what)).await, "the applicant: {what}");
    }
    // The public list, and who signs.
    diesel::sql_query(format!("insert into app.project_person (project_id, membership_id) values ('{id}', '{}')", people.researchers[1].hat)).execute(&mut world.connection("postgres")).unwrap();
    let colleague = &people.researchers[1];
    for who in [colleague, first, &people.manager] {
        assert!(!changes(&world, who, format!("update app.project_listed set ended_on = current_date where project_id = '{id}'")).await, "the public list, by one");
        assert!(!changes(&world, who, format!("update app.project_listed set ends_on = ends_on + 900 where project_id = '{id}'")).await);
    }
    assert!(!changes(&world, applicant, format!("update app.project_listed set ends_on = ends_on + 900 where project_id = '{id}'")).await);
    let sign = |whose: &Someone| format!("update app.project_person set signed_at = now() where project_id = '{id}' and membership_id = '{}'", whose.hat);
    assert!(!changes(&world, colleague, sign(applicant)).await && !changes(&world, applicant, sign(colleague)).await, "signed for another");
    assert!(!changes(&world, colleague, format!("update app.project_person set until = now() where project_id = '{id}' and membership_id = '{}'", applicant.hat)).await);
    assert!(changes(&world, colleague, sign(colleague)).await);
    // A change settled by one.
    let change = world.app.run(first.caller(), move |tx| research::propose_end(tx, id, "not_answered")).await.unwrap();
    for (state, who) in [("agreed", first), ("agreed", second), ("declined", second)] {
        assert!(!changes(&world, who, format!("update app.project_change set state = '{state}' where id = '{change}'")).await);
    }
    // The legal way stays open.
    world.app.run(second.caller(), move |tx| research::agree(tx, id, change, true)).await.unwrap();
    assert_eq!(count(&world, "select count(*) as n from app.project where state = 'ended'"), 1);
    assert_eq!(count(&world, "select count(*) as n from app.project_listed where ended_on = (now() at time zone 'Europe/Amsterdam')::date"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_leaves_and_becomes_public_by_a_request_for_that() {
    let world = World::new().await;
    let by = world.administrator().await;
    let people = Register::new(&world, &by).await;
    let snapshot = people.frozen(&world, 300, 4).await;
    let id = people.project(&world, 0, vec![]).await;
    let request = world.app.run(people.researchers[0].caller(), move |tx| {
        research::request(tx, Some(id), &Wanted { snapshot: Some(snapshot), outcome: "multiple_victims".into(), keys: vec!["incident_period".into()] }, false, "comparison")
    }).await.unwrap();
    let [first, second] = &people.checkers;
    let settle = |state: &str| format!("update app.output_request set state = '{state}' where id = '{request}'");
    let enter = |who: &Someone| format!("insert into app.released_table (snapshot_id, question_id, outcome, cells, body, checked, released_by) select snapshot_id, question_id, outcome, 4, '{{}}', true, '{}' from app.output_request where id = '{request}'", who.hat);
    for state in ["released", "refused"] {
        assert!(!changes(&world, first, settle(state)).await, "settled by one without a verdict: {state}");
    }
    world.app.run(first.caller(), move |tx| research::check(tx, request, research::Verdict::Release, "safe")).await.unwrap();
    assert!(!changes(&world, second, settle("released")).await && !changes(&world, second, enter(second)).await, "one agreed");
    world.app.run(second.caller(), move |tx| research::check(tx, request, research::Verdict::Release, "safe")).await.unwrap();
    assert_eq!(count(&world, "select count(*) as n from app.released_table"), 1);
    // Two agreed that it leaves for a project; nobody agreed that it becomes public.
    for who in [first, second] {
        assert!(!changes(&world, who, "update app.released_table set public_at = now()".into()).await, "public by a request for a project");
        assert!(!changes(&world, who, settle("open")).await, "a request that is over");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_that_are_final_stay_and_slots_are_given_by_the_manager() {
    let c = Coding::new().await;
    let [first, second, third] = &c.coders;
    c.name(first, "c1").await;
    let world = &c.r.world;
    let take = |who: &Someone, slot: &str| format!("insert into app.coding (record_id, case_id, slot, membership_id) values ('{}', '{}', '{slot}', '{}')", c.record, c.r.case, who.hat);
    assert!(!changes(world, first, take(first, "c2")).await, "a coder takes the other slot as well");
    assert!(!changes(world, third, take(third, "c2")).await);
    for slot in ["c2", "c3"] {
        assert!(!changes(world, &c.manager, take(&c.r.coordinator, slot)).await, "who typed the codes of the notification codes on as {slot}");
        assert!(!changes(world, &c.manager, take(first, slot)).await, "the first coder codes once more as {slot}");
    }
    c.name(second, "c2").await;
    let whole = c.invented(11);
    for (coder, slot) in [(first, "c1"), (second, "c2")] {
        c.code(coder, slot, &whole, None).await.unwrap();
        assert!(changes(world, coder, "update app.coding set changed_at = now()".into()).await, "what is open may be saved");
        c.finish(coder, slot).await.unwrap();
        for what in ["codes = '{}'", "final_at = null", "open_count = open_count + 1"] {
            assert!(!changes(world, coder, format!("update app.coding set {what}")).await, "final codes are written anew: {what}");
        }
    }
    assert!(!changes(world, &c.r.coordinator, "update app.record set state = 'complete'".into()).await, "a coordinator closes a record");
    for state in ["adjudicated", "open"] {
        assert!(!changes(world, &c.manager, format!("update app.record set state = '{state}'")).await);
    }
    // The legal way stays open.
    let record = c.record;
    world.app.run(c.manager.caller(), move |tx| lering::register::close(tx, record)).await.unwrap();
}
