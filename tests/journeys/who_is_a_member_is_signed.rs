//! Who administers the database, and has an ordinary account, gives themself no key: a row that makes them a member of a room, a hat put on their name,
//! a code put before another's hat carry nothing the installation key said of them. They wait, it is logged, and a holder decides by hand.

use diesel::prelude::*;
use lering::access::{Kind, Role};
use lering::cases::{self, Named};
use lering::compartments::{Access, Written};
use lering::ids::{CompartmentId, MembershipId};
use lering::sign_in::{self, SignInError};
use lering::tx::{Place, Refused};
use lering::{compartments, forms, panels, reflections};
use serde_json::json;
use vault::InvitationCode;

use super::a_coordinator_is_lent::Unled;
use crate::support::Someone;
use crate::support::review::{Review, answers};

/// A review with an entry in its panel.
pub(super) struct Attacked {
    pub(super) r: Review,
    pub(super) panel: CompartmentId,
}

impl Attacked {
    pub(super) async fn new() -> Attacked {
        let r = Review::new().await;
        let panel = Attacked::room(&r, Kind::Panel).await;
        let entry = answers(json!({ "when": "2026-03-01", "kind": "contact", "whom": ["victim"], "what": "A call about tangerine", "known_then": "yes", "source": "paper" }));
        r.world.app.run(r.secretary.caller(), move |tx| forms::create(tx, &panels::ENTRY, panel, None, &entry)).await.unwrap();
        Attacked { r, panel }
    }
    async fn room(r: &Review, kind: Kind) -> CompartmentId {
        let case = r.case;
        r.world.app.run(r.chair.caller(), move |tx| compartments::of_kind(tx, case, kind)).await.unwrap()
    }
    /// Past every policy and grant.
    pub(super) fn sql(&self, sql: &str) {
        assert!(diesel::sql_query(sql).execute(&mut self.r.world.connection("postgres")).unwrap() > 0, "{sql}");
    }
    pub(super) fn count(&self, sql: &str) -> i64 {
        self.r.world.count(sql)
    }
    pub(super) fn keys(&self, of: MembershipId, room: CompartmentId) -> i64 {
        self.count(&format!("select count(*) as n from app.key_grant where membership_id = '{of}' and compartment_id = '{room}'"))
    }
    pub(super) fn told(&self, of: MembershipId, room: CompartmentId) -> i64 {
        self.count(&format!("select count(*) as n from sec.log_entry where action = 'member.unsigned' and object_id = '{of}' and compartment_id = '{room}'"))
    }
    async fn unlocks(&self, who: &Someone) {
        self.r.world.app.run(who.caller(), |tx| { compartments::renew(tx)?; compartments::complete_pending(tx) }).await.unwrap();
    }
    pub(super) async fn all_unlock(&self) {
        for who in [&self.r.coordinator, &self.r.chair, &self.r.secretary] {
            self.unlocks(who).await;
        }
    }
    async fn reads(&self, who: &Someone) -> bool {
        let panel = self.panel;
        self.r.world.app.run(who.caller(), move |tx| forms::open_all(tx, &panels::ENTRY, panel)).await.is_ok_and(|found| !found.is_empty())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn i_2_a_row_put_into_the_database_gives_no_key_before_a_holder_decides_so() {
    let a = Attacked::new().await;
    let (case, panel) = (a.r.case, a.panel);
    let stranger = a.r.world.person(&a.r.administrator, Role::Coordinator).await;
    let hat = stranger.hat;
    a.sql(&format!("insert into app.compartment_member (compartment_id, membership_id, role, access) values ('{panel}', '{hat}', 'CO', 'full')"));
    a.all_unlock().await;
    assert_eq!((a.keys(hat, panel), a.told(hat, panel)), (0, 1), "said once, whoever else unlocks");
    assert!(!a.reads(&stranger).await && a.reads(&a.r.chair).await);
    // Who was held back and says they were not is held back anew: also by new keys.
    a.sql(&format!("update app.compartment_member set awaits = false where compartment_id = '{panel}' and membership_id = '{hat}'"));
    let gone = a.r.secretary.hat;
    a.r.world.app.run(a.r.chair.caller(), move |tx| compartments::end_member(tx, panel, gone)).await.unwrap();
    assert_eq!((a.keys(hat, panel), a.told(hat, panel), a.keys(a.r.coordinator.hat, panel)), (0, 2, 2));
    // A holder of the key lets them in, knowing whom; from then on they are a member like any other.
    a.r.world.app.run(a.r.chair.caller(), move |tx| cases::let_read(tx, case, hat)).await.unwrap();
    assert_eq!(a.keys(hat, panel), 2);
    a.all_unlock().await;
    let gone = a.r.coordinator.hat;
    a.r.world.app.run(a.r.chair.caller(), move |tx| compartments::end_member(tx, panel, gone)).await.unwrap();
    assert_eq!((a.keys(hat, panel), a.told(hat, panel)), (3, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn i_2_nor_does_it_give_one_to_whom_it_names() {
    let a = Attacked::new().await;
    let (case, panel) = (a.r.case, a.panel);
    let stranger = a.r.world.person(&a.r.administrator, Role::Coordinator).await;
    let friend = a.r.world.person(&a.r.administrator, Role::PanelMember).await.hat;
    a.sql(&format!("insert into app.case_party (case_id, membership_id, role) values ('{case}', '{}', 'CO')", stranger.hat));
    a.sql(&format!("insert into app.compartment_member (compartment_id, membership_id, role, access) values ('{panel}', '{}', 'CO', 'full')", stranger.hat));
    a.r.world.app.run(stranger.caller(), move |tx| cases::name(tx, case, &Named { hat: friend, role: Role::PanelMember, sector: "health".into(), dv_expert: false })).await.unwrap();
    a.all_unlock().await;
    assert_eq!((a.keys(friend, panel), a.told(friend, panel)), (0, 1));
    // A holder lets them in, as anybody who waits.
    a.r.world.app.run(a.r.chair.caller(), move |tx| cases::let_read(tx, case, friend)).await.unwrap();
    assert_eq!(a.keys(friend, panel), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn i_2_what_is_said_of_one_room_is_not_said_of_another() {
    let a = Attacked::new().await;
    let report = Attacked::room(&a.r, Kind::Report).await;
    let member = a.r.party(Role::PanelMember).await;
    let hat = member.hat;
    a.all_unlock().await;
    assert_eq!((a.keys(hat, a.panel), a.keys(hat, report)), (1, 0));
    let copied = |whose: MembershipId, from: CompartmentId| format!("(select m.named_mac from app.compartment_member m where m.compartment_id = '{from}' and m.membership_id = '{whose}')");
    a.sql(&format!("insert into app.compartment_member (compartment_id, membership_id, role, access, named_mac) values ('{report}', '{hat}', 'PM', 'full', {})", copied(hat, a.panel)));
    a.all_unlock().await;
    assert_eq!((a.keys(hat, report), a.told(hat, report)), (0, 1));
    a.sql(&format!("update app.compartment_member set awaits = false, named_mac = {} where compartment_id = '{report}' and membership_id = '{hat}'", copied(a.r.chair.hat, report)));
    a.all_unlock().await;
    assert_eq!((a.keys(hat, report), a.told(hat, report), a.keys(hat, a.panel)), (0, 2, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn i_2_a_hat_put_on_somebody_elses_name_gets_them_no_key() {
    let a = Attacked::new().await;
    let (case, panel) = (a.r.case, a.panel);
    let attacker = a.r.world.person(&a.r.administrator, Role::PanelMember).await;
    // Somebody is named, and has a code they have not typed.
    let waiting = a.r.world.invite(&a.r.administrator, Role::PanelMember).await.hat;
    a.r.world.app.run(a.r.coordinator.caller(), move |tx| cases::name(tx, case, &Named { hat: waiting, role: Role::PanelMember, sector: "health".into(), dv_expert: true })).await.unwrap();
    assert_eq!(a.keys(waiting, panel), 1);
    a.sql(&format!("delete from app.key_grant where membership_id = '{waiting}'"));
    let own = attacker.hat;
    a.sql(&format!("update app.membership set person_id = o.person_id, person_mac = o.person_mac, state = 'active' from (select person_id, person_mac from app.membership where id = '{own}') o where id = '{waiting}'"));
    a.all_unlock().await;
    assert_eq!((a.keys(waiting, panel), a.told(waiting, panel)), (0, 1));
    let sealed = a.r.world.app.run(a.r.chair.caller(), move |tx| compartments::recipient(tx, waiting)).await;
    assert!(matches!(sealed, Err(Refused::Sealed(_))), "nor anything else that is sealed to them");
    // Without a mark it is nobody's.
    a.sql(&format!("update app.membership set person_mac = null where id = '{waiting}'"));
    assert!(matches!(a.r.world.app.run(a.r.chair.caller(), move |tx| compartments::recipient(tx, waiting)).await, Err(Refused::Sealed(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_put_before_another_hat_is_a_code_that_is_not_there() {
    let a = Attacked::new().await;
    let attacker = a.r.world.person(&a.r.administrator, Role::PanelMember).await;
    let (own, theirs) = (a.r.world.invite(&a.r.administrator, Role::PanelMember).await, a.r.world.invite(&a.r.administrator, Role::Secretary).await.hat);
    let code = || InvitationCode::parse(own.code.normalised()).unwrap();
    let typed = async || { a.r.world.confirmed(&attacker); sign_in::join(&a.r.world.app, attacker.caller(), code(), None).await };
    a.sql(&format!("delete from sec.invitation where membership_id = '{theirs}'"));
    a.sql(&format!("update sec.invitation set membership_id = '{theirs}' where membership_id = '{}'", own.hat));
    assert!(matches!(typed().await, Err(SignInError::Code)));
    let first = code();
    assert!(matches!(a.r.world.app.run_public(move |tx| sign_in::begin(tx, &first, None).map(drop)).await, Err(SignInError::Code)), "nor does it begin an account");
    assert_eq!(a.count(&format!("select count(*) as n from app.membership where id = '{theirs}' and person_id is not null")), 0);
    a.sql(&format!("update sec.invitation set membership_id = '{}' where membership_id = '{theirs}'", own.hat));
    typed().await.unwrap();
    assert_eq!(a.count(&format!("select count(*) as n from app.membership where id = '{}' and person_id is not null and person_mac is not null", own.hat)), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn how_far_a_member_reaches_is_said_anew_but_of_nobody_it_was_not_said_of_before() {
    let a = Attacked::new().await;
    let panel = a.panel;
    let (member, stranger) = (a.r.party(Role::PanelMember).await.hat, a.r.world.person(&a.r.administrator, Role::Coordinator).await.hat);
    a.sql(&format!("insert into app.compartment_member (compartment_id, membership_id, role, access) values ('{panel}', '{stranger}', 'CO', 'read')"));
    for (hat, access) in [(member, Access::Read), (stranger, Access::Full)] {
        a.r.world.app.run(a.r.chair.caller(), move |tx| compartments::set_access(tx, panel, hat, access)).await.unwrap();
    }
    let gone = a.r.secretary.hat;
    a.r.world.app.run(a.r.chair.caller(), move |tx| compartments::end_member(tx, panel, gone)).await.unwrap();
    a.all_unlock().await;
    assert_eq!((a.keys(member, panel), a.keys(stranger, panel), a.told(stranger, panel)), (2, 0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn i_2_a_room_not_born_yet_is_nobodys_who_was_put_in_its_first_members_place() {
    let a = Attacked::new().await;
    let (contact, _, room) = a.r.invite().await;
    let attacker = a.r.world.person(&a.r.administrator, Role::Coordinator).await;
    let (case, hat) = (a.r.case, attacker.hat);
    let placed = async || {
        a.r.world.app.run(a.r.coordinator.caller(), move |tx| -> Result<_, Refused> {
            let permit = tx.permit(&reflections::INVITE, Place::Case(case), None)?;
            compartments::place(tx, &permit, room, &Written { kind: "note", subject: None, form_version: "1", ground: "public_task", complete: true }, &"x").map(drop)
        }).await.unwrap();
    };
    let granted = |of: MembershipId| a.count(&format!("select count(*) as n from app.item_grant g join app.item i on i.id = g.item_id and i.compartment_id = '{room}' where g.membership_id = '{of}'"));
    let before = granted(contact.hat);
    placed().await;
    assert_eq!(granted(contact.hat), before + 1);
    a.sql(&format!("update app.compartment set first_member_id = '{hat}' where id = '{room}'"));
    a.sql(&format!("insert into app.compartment_member (compartment_id, membership_id, role, access) values ('{room}', '{hat}', 'AC', 'full')"));
    placed().await;
    assert_eq!(granted(hat), 0);
    let born = a.r.world.app.run(attacker.caller(), move |tx| compartments::be_born(tx, room, &[]).map(drop)).await;
    assert!(matches!(born, Err(Refused::Rule("key-waits"))), "{born:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_lent_whose_role_was_put_on_another_name() {
    let u = Unled::new().await;
    let stranger = u.r.world.person(&u.r.administrator, Role::PanelMember).await;
    u.r.world.named(&stranger, "Stijn Vreemd");
    u.sql(&format!("update app.membership set person_id = (select person_id from app.membership where id = '{}') where id = '{}'", stranger.hat, u.helper.hat));
    assert!(matches!(u.lend().await, Err(Refused::Sealed(_))));
    assert_eq!(u.count("select count(*) as n from app.loan"), 0);
}
