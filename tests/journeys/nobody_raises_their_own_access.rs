//! Who decides about others decides not about themselves: nobody raises their own access to a room or takes back the end of their own part, past the
//! program too; and who told of an interest in a case does not come back to it by taking it on.

use diesel::prelude::*;
use lering::access::Role;
use lering::cases;
use lering::tx::Refused;

use super::a_coordinator_is_lent::Unled;
use crate::support::Someone;
use crate::support::review::Review;

/// What the program's own role lets a statement of somebody's session change.
async fn changes(r: &Review, who: &Someone, sql: String) -> Result<usize, Refused> {
    r.world.app.run(who.caller(), move |tx| -> Result<usize, Refused> { Ok(diesel::sql_query(sql).execute(tx.db())?) }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_gives_themself_no_key() {
    let r = Review::new().await;
    let p = r.partner().await;
    let (room, contact, author) = (p.room, p.contact.hat, p.author.hat);
    let own = format!("update app.compartment_member set access = 'full' where compartment_id = '{room}' and membership_id = '{contact}'");
    assert!(matches!(changes(&r, &p.contact, own).await, Err(Refused::NotYours)));
    // Of others the contact decides, and anybody leaves.
    let other = format!("update app.compartment_member set until = now() where compartment_id = '{room}' and membership_id = '{author}'");
    assert_eq!(changes(&r, &p.contact, other).await.unwrap(), 1);
    let until = |when: &str| format!("update app.compartment_member set until = {when} where compartment_id = '{room}' and membership_id = '{contact}'");
    assert_eq!(changes(&r, &p.contact, until("now() + interval '1 day'")).await.unwrap(), 1, "an end is set");
    assert!(matches!(changes(&r, &p.contact, until("now() + interval '2 days'")).await, Err(Refused::NotYours)), "and not moved on");
    assert!(matches!(changes(&r, &p.contact, until("null")).await, Err(Refused::NotYours)), "nor taken back");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_part_in_a_case_is_not_taken_back() {
    let r = Review::new().await;
    let member = r.party(Role::PanelMember).await;
    let (case, hat) = (r.case, member.hat);
    let own = |what: &str| format!("update app.case_party set {what} where case_id = '{case}' and membership_id = '{hat}'");
    assert_eq!(changes(&r, &member, own("until = now() + interval '1 day'")).await.unwrap(), 1);
    assert!(matches!(changes(&r, &member, own("until = null")).await, Err(Refused::NotYours)));
    assert_eq!(changes(&r, &member, own("until = now()")).await.unwrap(), 1);
    assert_eq!(changes(&r, &member, own("until = null")).await.unwrap(), 0, "what ended is theirs to change no more");
    assert_eq!(changes(&r, &member, own("accepted_at = now()")).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_told_of_an_interest_does_not_take_the_case_on() {
    let u = Unled::new().await;
    let case = u.r.case;
    let hat = u.r.coordinator.hat;
    u.sql(&format!("insert into app.party_answer (case_id, membership_id, answer, settled, settled_by_id, settled_at) values ('{case}', '{hat}', 'conflict', 'ended', '{hat}', now())"));
    let taken = u.r.world.app.run(u.r.coordinator.caller(), move |tx| cases::take_on(tx, case)).await;
    assert!(matches!(taken, Err(Refused::Rule("conflict-of-interest"))), "{taken:?}");
    // Nor who said that they know somebody in it.
    u.sql("update app.party_answer set answer = 'declined', why = 'knows_somebody'");
    let taken = u.r.world.app.run(u.r.coordinator.caller(), move |tx| cases::take_on(tx, case)).await;
    assert!(matches!(taken, Err(Refused::Rule("conflict-of-interest"))), "{taken:?}");
    u.sql("update app.party_answer set settled = 'admitted'");
    u.r.world.app.run(u.r.coordinator.caller(), move |tx| cases::take_on(tx, case)).await.unwrap();
}
