//! Who administers the database writes nobody into a case: whom the chair's acceptance makes members of its rooms, who stands in beside a relative, who
//! reviews or codes goes by those the program named. Who was only written there waits, and a holder of the key decides; a row that ended does not come back.

use chrono::{Duration, Utc};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use lering::access::{Kind, Role};
use lering::cases::{self, CaseError, Named};
use lering::ids::MembershipId;
use lering::tx::Refused;
use lering::{compartments, relatives};
use serde_json::json;

use super::two_coders_see_nothing_of_each_other::Coding;
use super::who_is_a_member_is_signed::Attacked;
use crate::support::review::{answers, notification, told};

#[tokio::test(flavor = "multi_thread")]
async fn i_2_who_was_written_into_a_case_before_its_chair_accepts_waits_for_a_holder() {
    let a = Attacked::new().await;
    let (world, first) = (&a.r.world, a.r.case);
    let (coordinator, chair) = (&a.r.coordinator, &a.r.chair);
    let case = world.app.run(coordinator.caller(), |tx| cases::notify(tx, &told(), &notification("walnut-river-5521"))).await.unwrap();
    let name = async |hat: MembershipId, role: Role| {
        world.app.run(coordinator.caller(), move |tx| cases::name(tx, case, &Named { hat, role, sector: String::new(), dv_expert: false })).await.unwrap();
    };
    let person = async |role: Role| world.person(&a.r.administrator, role).await.hat;
    name(chair.hat, Role::Chair).await;
    let named = person(Role::PanelMember).await;
    name(named, Role::PanelMember).await;
    // Without a mark; with that of another; of another case; of another role; and one whose part ended, put back.
    let (written, copied, elsewhere, reviewer, ended) =
        (person(Role::PanelMember).await, person(Role::PanelMember).await, a.r.party(Role::PanelMember).await.hat, person(Role::QualityReviewer).await, person(Role::PanelMember).await);
    a.sql(&format!("insert into app.case_party (case_id, membership_id, role) values ('{case}', '{written}', 'PM')"));
    let with_mark = |hat: MembershipId, of: &str| format!("insert into app.case_party (case_id, membership_id, role, named_mac) select '{case}', '{hat}', 'PM', named_mac from app.case_party where {of}");
    a.sql(&with_mark(copied, &format!("case_id = '{case}' and membership_id = '{named}'")));
    a.sql(&with_mark(elsewhere, &format!("case_id = '{first}' and membership_id = '{elsewhere}'")));
    name(reviewer, Role::QualityReviewer).await;
    a.sql(&format!("update app.case_party set role = 'PM' where case_id = '{case}' and membership_id = '{reviewer}'"));
    name(ended, Role::PanelMember).await;
    for until in ["now()", "null"] {
        a.sql(&format!("update app.case_party set until = {until} where case_id = '{case}' and membership_id = '{ended}'"));
    }
    world.app.run(chair.caller(), move |tx| cases::accept(tx, case, false)).await.unwrap();
    let panel = world.app.run(chair.caller(), move |tx| compartments::of_kind(tx, case, Kind::Panel)).await.unwrap();
    a.all_unlock().await;
    for hat in [coordinator.hat, chair.hat, named] {
        assert_eq!((a.keys(hat, panel), a.told(hat, panel)), (1, 0));
    }
    for hat in [written, copied, elsewhere, reviewer, ended] {
        assert_eq!((a.keys(hat, panel), a.told(hat, panel)), (0, 1), "{hat}");
    }
    // The chair lets one of them in, knowing whom: a member, and a part, like any other.
    world.app.run(chair.caller(), move |tx| cases::let_read(tx, case, written)).await.unwrap();
    assert_eq!((a.keys(written, panel), a.keys(copied, panel)), (1, 0));
    assert_eq!(a.count(&format!("select count(*) as n from app.case_party where case_id = '{case}' and membership_id = '{written}' and named_mac is not null")), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn i_2_a_chair_who_was_only_written_in_brings_no_panel_to_life() {
    let a = Attacked::new().await;
    let world = &a.r.world;
    let case = world.app.run(a.r.coordinator.caller(), |tx| cases::notify(tx, &told(), &notification("walnut-river-5521"))).await.unwrap();
    let attacker = world.person(&a.r.administrator, Role::Chair).await;
    a.sql(&format!("insert into app.case_party (case_id, membership_id, role) values ('{case}', '{}', 'CH')", attacker.hat));
    let accepted = world.app.run(attacker.caller(), move |tx| cases::accept(tx, case, false)).await;
    assert!(matches!(accepted, Err(CaseError::Refused(Refused::Rule("key-waits")))), "{accepted:?}");
    assert_eq!(a.count(&format!("select count(*) as n from app.compartment where case_id = '{case}' and kind in ('panel', 'report')")), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn i_2_nobody_stands_in_beside_a_relative_or_reviews_or_codes_who_was_only_written_in() {
    let a = Attacked::new().await;
    let (world, case) = (&a.r.world, a.r.case);
    let (deputy, stranger) = (world.person(&a.r.administrator, Role::Coordinator).await.hat, world.person(&a.r.administrator, Role::Coordinator).await.hat);
    let of = a.r.coordinator.hat;
    world.app.run(a.r.coordinator.caller(), move |tx| cases::stand_in(tx, case, of, deputy, None)).await.unwrap();
    a.sql(&format!("insert into app.case_party (case_id, membership_id, role, deputy) values ('{case}', '{stranger}', 'CO', true)"));
    let plan = answers(json!({
        "person": { "name": "Fenna Hoekstra" }, "relation": "sister", "side": "victim", "identity_checked": "documents", "risk": "none", "first_contact_by": "contact", "channel": ["mail"],
        "language": "nl", "wants": ["be_informed"], "again_on": "2099-01-01",
    }));
    let (_, room) = world.app.run(a.r.coordinator.caller(), move |tx| relatives::register(tx, case, &plan)).await.unwrap();
    assert_eq!((a.keys(deputy, room), a.keys(stranger, room)), (1, 0));
    assert_eq!(a.count(&format!("select count(*) as n from app.compartment_member where compartment_id = '{room}' and membership_id = '{stranger}'")), 0);
    let reviewer = a.r.party(Role::QualityReviewer).await.hat;
    for (role, letters) in [(Role::QualityReviewer, "QA"), (Role::Coder, "CD")] {
        let written = world.person(&a.r.administrator, role).await.hat;
        a.sql(&format!("insert into app.case_party (case_id, membership_id, role) values ('{case}', '{written}', '{letters}')"));
    }
    let named = async |role: Role| world.app.run(a.r.chair.caller(), move |tx| cases::named_in_role(tx, case, role)).await.unwrap();
    assert_eq!((named(Role::QualityReviewer).await, named(Role::Coder).await), (vec![reviewer], vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn i_2_a_member_who_ended_is_none_again_by_the_row_put_back_as_it_was() {
    let a = Attacked::new().await;
    let (world, case, panel) = (&a.r.world, a.r.case, a.panel);
    let gone = a.r.party(Role::PanelMember).await.hat;
    a.all_unlock().await;
    assert_eq!(a.keys(gone, panel), 1);
    world.app.run(a.r.chair.caller(), move |tx| compartments::end_member(tx, panel, gone)).await.unwrap();
    a.sql(&format!("update app.compartment_member set until = null where compartment_id = '{panel}' and membership_id = '{gone}'"));
    a.all_unlock().await;
    assert_eq!((a.keys(gone, panel), a.told(gone, panel)), (0, 1));
    // Who stands in until a day does so until that day.
    let stands_in = world.person(&a.r.administrator, Role::Secretary).await.hat;
    let (of, day) = (a.r.secretary.hat, Utc::now().date_naive() + Duration::days(5));
    world.app.run(a.r.coordinator.caller(), move |tx| cases::stand_in(tx, case, of, stands_in, Some(day))).await.unwrap();
    a.all_unlock().await;
    let before = a.keys(stands_in, panel);
    assert!(before > 0 && a.told(stands_in, panel) == 0, "{before}");
    a.sql(&format!("update app.compartment_member set until = until + interval '1 year' where compartment_id = '{panel}' and membership_id = '{stands_in}'"));
    a.sql(&format!("delete from app.key_grant where compartment_id = '{panel}' and membership_id = '{stands_in}'"));
    a.all_unlock().await;
    assert_eq!((a.keys(stands_in, panel), a.told(stands_in, panel)), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn i_14_who_was_written_among_the_codings_gets_no_codes_of_the_notification() {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        n: i64,
    }
    let c = Coding::new().await;
    let [first, attacker, _] = &c.coders;
    let sql = |sql: String| assert_eq!(diesel::sql_query(&sql).execute(&mut c.r.world.connection("postgres")).unwrap(), 1, "{sql}");
    let sealed = |to: MembershipId| diesel::sql_query(format!("select count(*) as n from app.item_grant where membership_id = '{to}'")).get_result::<Count>(&mut c.r.world.connection("postgres")).unwrap().n;
    c.name(first, "c1").await;
    sql(format!("insert into app.case_party (case_id, membership_id, role) values ('{}', '{}', 'CD')", c.r.case, attacker.hat));
    sql(format!("insert into app.coding (record_id, case_id, slot, membership_id) values ('{}', '{}', 'c2', '{}')", c.record, c.r.case, attacker.hat));
    c.coordinator_unlocks().await;
    assert_eq!((sealed(first.hat), sealed(attacker.hat)), (1, 0));
    // With the mark of who was named neither.
    sql(format!("update app.case_party set named_mac = (select named_mac from app.case_party where case_id = '{0}' and membership_id = '{1}') where case_id = '{0}' and membership_id = '{2}'", c.r.case, first.hat, attacker.hat));
    c.coordinator_unlocks().await;
    assert_eq!(sealed(attacker.hat), 0);
}
