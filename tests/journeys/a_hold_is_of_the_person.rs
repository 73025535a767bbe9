//! Ruling 18: what somebody answers who is asked for a case is an answer of the person. Under another hat of theirs they are accepted outwardly, and held
//! until the coordinator settles it.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use lering::access::Role;
use lering::cases::{self, Named};
use lering::ids::MembershipId;
use lering::reflections;
use lering::tx::Refused;

use crate::support::Someone;
use crate::support::review::Review;

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// How many places of the case a hat belongs to.
fn places(r: &Review, hat: MembershipId) -> i64 {
    diesel::sql_query(format!("select count(*) as n from app.compartment_member where membership_id = '{hat}'")).get_result::<Count>(&mut r.world.connection("postgres")).unwrap().n
}

async fn named(r: &Review, hat: MembershipId, role: Role) {
    let case = r.case;
    r.world.app.run(r.coordinator.caller(), move |tx| cases::name(tx, case, &Named { hat, role, sector: "health".into(), dv_expert: false })).await.unwrap();
}

/// A panel member who is asked, and another hat of theirs, which is in no case.
async fn of_two_hats(r: &Review) -> (Someone, MembershipId) {
    let member = r.world.person(&r.administrator, Role::PanelMember).await;
    named(r, member.hat, Role::PanelMember).await;
    let code = r.world.invite(&r.administrator, Role::Secretary).await;
    let other = r.world.join(&member, code).await;
    (member, other)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_told_of_an_interest_comes_in_under_no_other_hat_until_the_coordinator_settles_it() {
    let r = Review::new().await;
    let (case, app) = (r.case, &r.world.app);
    r.commissioned();
    let (member, other) = of_two_hats(&r).await;
    app.run(member.caller(), move |tx| cases::accept(tx, case, true)).await.unwrap();
    named(&r, other, Role::Secretary).await;
    assert_eq!(places(&r, other), 0, "without effect");
    let held = async |who: &Someone| app.run(who.caller(), move |tx| cases::held(tx, case)).await.unwrap().into_iter().map(|one| (one.hat, one.role, one.other, one.lifts)).collect::<Vec<_>>();
    assert_eq!(held(&r.coordinator).await, [(other, "SE".to_owned(), "PM".to_owned(), true)]);
    assert!(held(&r.chair).await.is_empty());
    // Worn, without the tick: thanked, and nothing opens, in the database neither.
    r.world.wears(&member, other).await;
    let may = async || app.run(member.caller(), move |tx| reflections::may_invite(tx, case)).await;
    assert!(matches!(may().await, Err(Refused::Rule("held-until-settled"))));
    app.run(member.caller(), move |tx| cases::accept(tx, case, false)).await.unwrap();
    let signed = async || app.run(r.coordinator.caller(), move |tx| cases::view(tx, case)).await.unwrap().parties.into_iter().find(|party| party.hat == other).unwrap().signed;
    assert!(!signed().await);
    assert!(matches!(may().await, Err(Refused::Rule("held-until-settled"))));
    diesel::sql_query(format!("delete from app.party_answer where membership_id = '{other}'")).execute(&mut r.world.connection("postgres")).unwrap();
    diesel::sql_query(format!("delete from sec.held where membership_id = '{other}'")).execute(&mut r.world.connection("postgres")).unwrap();
    let forced = diesel::sql_query(format!("update app.case_party set statement_signed_at = now() where membership_id = '{other}'")).execute(&mut r.world.connection("postgres"));
    assert!(forced.is_err(), "what they answered under the other hat holds by itself");
    assert_eq!(held(&r.coordinator).await, [(other, "SE".to_owned(), "PM".to_owned(), true)]);
    app.run(r.coordinator.caller(), move |tx| cases::admit(tx, case, other, "A cousin of a neighbour, seen once.")).await.unwrap();
    app.run(member.caller(), move |tx| cases::accept(tx, case, false)).await.unwrap();
    assert!(signed().await && places(&r, other) > 0);
    may().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_knows_somebody_is_held_under_another_hat_after_the_request_ended_and_who_had_no_time_is_not() {
    let r = Review::new().await;
    let (case, app) = (r.case, &r.world.app);
    for (why, holds) in [("knows_somebody", true), ("no_time", false)] {
        let (member, other) = of_two_hats(&r).await;
        let first = member.hat;
        app.run(member.caller(), move |tx| cases::decline(tx, case, why)).await.unwrap();
        app.run(r.coordinator.caller(), move |tx| cases::end_party(tx, case, first)).await.unwrap();
        named(&r, other, Role::Secretary).await;
        assert_eq!(places(&r, other) == 0, holds, "{why}");
        r.world.wears(&member, other).await;
        app.run(member.caller(), move |tx| cases::accept(tx, case, false)).await.unwrap();
        let party = app.run(r.coordinator.caller(), move |tx| cases::view(tx, case)).await.unwrap().parties.into_iter().find(|party| party.hat == other).unwrap();
        assert_eq!(party.signed, !holds, "{why}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_told_of_an_interest_coordinates_the_case_under_no_other_hat() {
    let r = Review::new().await;
    let (case, app) = (r.case, &r.world.app);
    let (member, _) = of_two_hats(&r).await;
    let code = r.world.invite(&r.administrator, Role::Coordinator).await;
    let hat = r.world.join(&member, code).await;
    app.run(member.caller(), move |tx| cases::accept(tx, case, true)).await.unwrap();
    let told = app.run(r.coordinator.caller(), move |tx| cases::name(tx, case, &Named { hat, role: Role::Coordinator, sector: String::new(), dv_expert: false })).await;
    assert!(matches!(told, Err(cases::CaseError::Refused(Refused::Rule("conflict-of-interest")))), "{:?}", told.err().map(|why| why.to_string()));
}
