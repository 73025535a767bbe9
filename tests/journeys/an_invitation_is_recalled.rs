//! Ruling 25: what went to the wrong people is taken back, before and after the answer, and never after the release.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use lering::access::Role;
use lering::tx::Refused;
use lering::{compartments, people, reflections, relatives};

use crate::support::World;
use crate::support::review::{Review, answers};

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

fn count(world: &World, sql: &str) -> i64 {
    diesel::sql_query(sql).get_result::<Count>(&mut world.connection("postgres")).unwrap().n
}

#[tokio::test(flavor = "multi_thread")]
async fn before_the_answer_nothing_of_it_opens_any_more_and_the_code_in_the_letter_is_dead() {
    let r = Review::new().await;
    let (contact, reflection, room) = r.invite().await;
    let hat = contact.hat;
    // The code alone is not recalled while the reflection waits for its contact.
    let alone = r.world.app.run(r.coordinator.caller(), move |tx| people::recall(tx, hat)).await;
    assert!(matches!(alone, Err(Refused::Rule("reflection-awaited"))), "{alone:?}");
    let recall = |who: lering::tx::Caller, reason: &'static str| { let app = r.world.app.clone(); async move { app.run(who, move |tx| reflections::recall(tx, reflection, reason)).await } };
    assert!(matches!(recall(r.chair.caller(), "wrong unit").await, Err(Refused::NotYours)));
    assert!(matches!(recall(r.coordinator.caller(), "  ").await, Err(Refused::Faults(_))));
    let keys = format!("select count(*) as n from keys.item_key where compartment_id = '{room}'");
    assert_eq!(count(&r.world, &keys), 1);
    recall(r.coordinator.caller(), "It went to the wrong unit").await.unwrap();
    assert_eq!(count(&r.world, &keys), 0, "the invitation is shredded");
    assert_eq!(count(&r.world, &format!("select count(*) as n from app.item_grant where membership_id = '{hat}'")), 0);
    assert_eq!(count(&r.world, &format!("select count(*) as n from sec.invitation where membership_id = '{hat}' and recalled_at is not null")), 1);
    assert_eq!(count(&r.world, &format!("select count(*) as n from app.membership where id = '{hat}' and state = 'ended' and invited_public is null")), 1);
    let seen = r.world.app.run(r.coordinator.caller(), move |tx| reflections::of_case(tx, r.case)).await.unwrap();
    assert_eq!(seen.iter().map(|one| one.state.as_str()).collect::<Vec<_>>(), ["recalled"]);
    // Twice is refused, and nobody is told who never came.
    assert!(matches!(recall(r.coordinator.caller(), "again").await, Err(Refused::Rule("reflection-settled"))));
    assert_eq!(count(&r.world, "select count(*) as n from app.notice where kind = 'state_changed'"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_answer_the_invitation_closes_what_they_wrote_stays_theirs_and_a_released_one_stays() {
    let r = Review::new().await;
    let p = r.partner().await;
    let (id, room) = (p.reflection, p.room);
    let words = answers(serde_json::json!({ "role": "We kept the file" }));
    let written = r.world.app.run(p.author.caller(), move |tx| lering::forms::create(tx, &reflections::REFLECTION, room, None, &words)).await.unwrap().id;
    let read = || r.world.app.run(p.author.caller(), move |tx| reflections::invitation(tx, id));
    assert!(read().await.unwrap().contains_key("identification"));
    r.world.app.run(r.coordinator.caller(), move |tx| reflections::recall(tx, id, "Another family of the same name")).await.unwrap();
    let keys = format!("select count(*) as n from keys.item_key k join app.item i on i.id = k.item_id where i.compartment_id = '{room}' and i.kind = 'invitation'");
    assert_eq!(count(&r.world, &keys), 0, "and its key is gone");
    assert!(read().await.unwrap().is_empty(), "whom it was about is not to be read any more");
    let own = r.world.app.run(p.author.caller(), move |tx| lering::forms::open(tx, &reflections::REFLECTION, room, written)).await.unwrap();
    assert_eq!(own.answers["role"], "We kept the file");
    let more = r.world.app.run(p.author.caller(), move |tx| lering::forms::save(tx, &reflections::REFLECTION, room, written, 1, &answers(serde_json::json!({ "role": "more" })))).await;
    assert!(matches!(more, Err(Refused::Rule("wrong-reflection-state"))));
    assert_eq!(count(&r.world, &format!("select count(*) as n from app.notice where kind = 'state_changed' and membership_id = '{}'", p.contact.hat)), 1);
    // A released one is beyond recall.
    let q = r.partner().await;
    let second = q.reflection;
    diesel::sql_query(format!("update app.reflection set state = 'released' where id = '{second}'")).execute(&mut r.world.connection("postgres")).unwrap();
    let late = r.world.app.run(r.coordinator.caller(), move |tx| reflections::recall(tx, second, "too late")).await;
    assert!(matches!(late, Err(Refused::Rule("reflection-settled"))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relatives_code_is_recalled_and_a_supporter_is_thanked_by_the_relative() {
    let r = Review::new().await;
    let plan = answers(serde_json::json!({
        "person": { "name": "Fenna Hoekstra" }, "relation": "sister", "side": "victim", "identity_checked": "documents", "risk": "none", "first_contact_by": "contact", "channel": ["mail"],
        "language": "nl", "wants": ["be_informed"], "again_on": "2027-01-01",
    }));
    let case = r.case;
    let (id, kin) = r.world.app.run(r.coordinator.caller(), move |tx| relatives::register(tx, case, &plan)).await.unwrap();
    let invited = r.world.invite(&r.coordinator, Role::Relative).await;
    let hat = invited.hat;
    r.world.app.run(r.coordinator.caller(), move |tx| relatives::add_member(tx, id, hat, Role::Relative, None)).await.unwrap();
    let grants = |hat: lering::ids::MembershipId| count(&r.world, &format!("select count(*) as n from app.key_grant where membership_id = '{hat}'"));
    assert!(grants(hat) > 0);
    r.world.app.run(r.coordinator.caller(), move |tx| relatives::end_member(tx, id, hat)).await.unwrap();
    assert_eq!((grants(hat), count(&r.world, &format!("select count(*) as n from app.delivery where membership_id = '{hat}'"))), (0, 0));
    assert_eq!(count(&r.world, &format!("select count(*) as n from sec.invitation where membership_id = '{hat}' and recalled_at is not null")), 1);
    // The right person comes, with a supporter; the relative thanks the supporter, who is out at the next request.
    let relative = r.world.person(&r.coordinator, Role::Relative).await;
    let supporter = r.world.person(&r.coordinator, Role::Supporter).await;
    let (one, two) = (relative.hat, supporter.hat);
    r.world.app.run(r.coordinator.caller(), move |tx| { relatives::add_member(tx, id, one, Role::Relative, None)?; relatives::add_member(tx, id, two, Role::Supporter, None) }).await.unwrap();
    let inside = || r.world.app.run(supporter.caller(), move |tx| lering::forms::open_all(tx, &relatives::INPUT, kin));
    assert!(inside().await.is_ok());
    // A supporter ends nobody, a relative not their contact.
    assert!(r.world.app.run(supporter.caller(), move |tx| relatives::end_member(tx, id, one)).await.is_err());
    let contact = r.coordinator.hat;
    assert!(matches!(r.world.app.run(relative.caller(), move |tx| relatives::end_member(tx, id, contact)).await, Err(Refused::NotFound)));
    r.world.app.run(relative.caller(), move |tx| relatives::end_member(tx, id, two)).await.unwrap();
    assert!(matches!(inside().await, Err(Refused::NotFound | Refused::NotYours)));
    assert_eq!(grants(two), 0);
    // A new epoch began: what is written from now on was never sealed to them.
    let epoch = r.world.app.run(relative.caller(), move |tx| compartments::of_case(tx, case, lering::access::Kind::Kin)).await.unwrap().pop().unwrap().epoch;
    assert!(epoch >= 2, "{epoch}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_is_recalled_by_who_invited_while_the_code_is_unused() {
    let r = Review::new().await;
    let invited = r.world.invite(&r.administrator, Role::PanelMember).await;
    let hat = invited.hat;
    let recall = |who: lering::tx::Caller| { let app = r.world.app.clone(); async move { app.run(who, move |tx| people::recall(tx, hat)).await } };
    assert!(matches!(recall(r.coordinator.caller()).await, Err(Refused::NotFound)), "not invited by them");
    assert!(matches!(recall(r.chair.caller()).await, Err(Refused::NotFound)));
    recall(r.administrator.caller()).await.unwrap();
    assert!(matches!(recall(r.administrator.caller()).await, Err(Refused::NotFound)));
    let used = r.chair.hat;
    let tried = r.world.app.run(r.administrator.caller(), move |tx| people::recall(tx, used)).await;
    assert!(matches!(tried, Err(Refused::NotFound | Refused::Rule("redeemed-already"))), "{tried:?}");
}
