//! A hat that ends, of whatever role, lets go of everything: its places, keys and documents, so that nothing new is given or told to it. A coordinator's
//! part beside relatives, and an owner's of a recommendation, end with their keys.

use diesel::prelude::*;
use lering::access::{Kind, Role};
use lering::ids::MembershipId;
use lering::{cases, compartments, people, relatives};
use serde_json::json;

use crate::support::review::{Review, answers};

fn held(r: &Review, hat: MembershipId) -> i64 {
    r.world.count(&format!(
        "select (select count(*) from app.key_grant where membership_id = '{hat}') + (select count(*) from app.compartment_member where membership_id = '{hat}' and (until is null or until > now())) \
         + (select count(*) from app.item_grant where membership_id = '{hat}' and (until is null or until > now())) as n"))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisations_author_is_out_and_its_contact_hears_of_it() {
    let r = Review::new().await;
    let p = r.partner().await;
    let (hat, run) = (p.author.hat, &r.world.app);
    let told = |of: MembershipId| r.world.count(&format!("select count(*) as n from app.notice where membership_id = '{of}' and kind = 'state_changed'"));
    let before = told(p.contact.hat);
    assert!(held(&r, hat) > 1);
    run.run(p.contact.caller(), move |tx| people::end(tx, hat, "left", false)).await.unwrap();
    assert_eq!((held(&r, hat), told(p.contact.hat)), (0, before + 1));
    // The next who unlocks begins new keys, and the author gets none.
    assert_eq!(run.run(p.approver.caller(), compartments::renew).await.unwrap(), 1);
    run.run(p.approver.caller(), compartments::complete_pending).await.unwrap();
    assert_eq!(held(&r, hat), 0);
    let case = r.case;
    assert_eq!(run.run(p.approver.caller(), move |tx| compartments::of_case(tx, case, Kind::Reflection)).await.unwrap()[0].epoch, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_given_or_told_to_a_hat_that_ended_even_where_its_place_stands() {
    let r = Review::new().await;
    let p = r.partner().await;
    let (room, approver, author, run) = (p.room, p.approver.hat, p.author.hat, &r.world.app);
    let owners = async || run.run(r.coordinator.caller(), move |tx| compartments::owners(tx, room)).await.unwrap();
    let there = async || run.run(p.author.caller(), move |tx| compartments::members(tx, room)).await.unwrap();
    assert!(owners().await.contains(&approver) && there().await.iter().any(|member| member.membership == approver));
    let sql = |sql: String| diesel::sql_query(sql).execute(&mut r.world.connection("postgres")).unwrap();
    sql(format!("update app.membership set state = 'ended' where id = '{approver}'"));
    sql(format!("delete from app.key_grant where membership_id = '{approver}'"));
    assert!(!owners().await.contains(&approver) && !there().await.iter().any(|member| member.membership == approver));
    run.run(p.author.caller(), compartments::complete_pending).await.unwrap();
    assert_eq!(r.world.count(&format!("select count(*) as n from app.key_grant where membership_id = '{approver}'")), 0);
    assert!(r.world.count(&format!("select count(*) as n from app.key_grant where membership_id = '{author}'")) > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_coordinators_part_beside_a_relative_ends_with_its_key() {
    let r = Review::new().await;
    let (case, app) = (r.case, &r.world.app);
    let deputy = r.world.person(&r.administrator, Role::Coordinator).await;
    let (hat, by) = (r.coordinator.hat, deputy.hat);
    app.run(r.coordinator.caller(), move |tx| cases::stand_in(tx, case, hat, by, None)).await.unwrap();
    let plan = answers(json!({
        "person": { "name": "Fenna Hoekstra" }, "relation": "sister", "side": "victim", "identity_checked": "documents", "risk": "none", "first_contact_by": "contact", "channel": ["mail"],
        "language": "nl", "wants": ["be_informed"], "again_on": "2099-01-01",
    }));
    let id = app.run(r.coordinator.caller(), move |tx| relatives::register(tx, case, &plan)).await.unwrap().0;
    let keys = || r.world.count(&format!("select count(*) as n from app.key_grant g join app.relative k on k.compartment_id = g.compartment_id where k.id = '{id}' and g.membership_id = '{hat}'"));
    assert!(keys() > 0);
    app.run(deputy.caller(), move |tx| cases::end_party(tx, case, hat)).await.unwrap();
    assert_eq!(keys(), 0);
    assert!(app.run(deputy.caller(), move |tx| relatives::card(tx, id)).await.is_ok());
    assert!(app.run(r.coordinator.caller(), move |tx| relatives::card(tx, id)).await.is_err());
}
