//! The wrong person in a case: the coordinator names a key, two officers decide and read nothing, and then nothing of the person opens.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use lering::access::{Kind, Role};
use lering::cases::{self, Decided, Subject};
use lering::ids::RemovalId;
use lering::tx::Refused;
use lering::{compartments, forms, names, relatives};
use serde_json::json;

use crate::support::Someone;
use crate::support::review::{Review, answers, notification};

#[derive(QueryableByName)]
struct Count { #[diesel(sql_type = BigInt)] n: i64 }

fn count(r: &Review, sql: &str) -> i64 {
    diesel::sql_query(sql).get_result::<Count>(&mut r.world.connection("postgres")).unwrap().n
}

async fn officers(r: &Review) -> (Someone, Someone) {
    (r.world.person(&r.administrator, Role::RecoveryOfficer).await, r.world.person(&r.administrator, Role::RecoveryOfficer).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn i_5_two_officers_decide_and_the_person_leaves_content_versions_copies_and_hashes() {
    let r = Review::new().await;
    let case = r.case;
    let app = &r.world.app;
    let own = app.run(r.coordinator.caller(), move |tx| compartments::of_case(tx, case, Kind::Case)).await.unwrap()[0].id;
    let mut told = notification("tangerine-kite-8802");
    told.insert("suspects".into(), json!([{ "person": { "given": "Willem", "family": "Verwisseld", "address": "Kade 5" }, "status": "1" }, { "person": { "given": "Bart", "family": "Jansma" } }]));
    let listed = app.run(r.coordinator.caller(), move |tx| forms::list(tx, &cases::NOTIFICATION, own, None)).await.unwrap()[0].id;
    app.run(r.coordinator.caller(), move |tx| forms::save(tx, &cases::NOTIFICATION, own, listed, 1, &told)).await.unwrap();
    assert!(app.run(r.chair.caller(), move |tx| cases::copies(tx, case)).await.unwrap().names.unwrap().to_string_pretty().contains("Verwisseld"));
    let hashed = async |word: &'static str| app.run(r.coordinator.caller(), move |tx| -> Result<bool, Refused> { let hash = names::hash(tx, case, word).to_vec(); Ok(names::of_case(tx, case)?.contains_key(&hash)) }).await.unwrap();
    assert!(hashed("verwisseld").await && hashed("jansma").await);
    // A key there is not, and one's own reasons, are refused; the chair proposes nothing.
    let propose = async |who: &Someone, key: &'static str, reason: &'static str| app.run(who.caller(), move |tx| cases::propose_removal(tx, case, &Subject::Person(key.into()), reason)).await;
    assert!(matches!(propose(&r.coordinator, "s9", "mistaken_identity").await, Err(Refused::Faults(_))));
    assert!(matches!(propose(&r.coordinator, "s1", "because").await, Err(Refused::Faults(_))));
    assert!(propose(&r.chair, "s1", "mistaken_identity").await.is_err());
    let (first, second) = officers(&r).await;
    let id = propose(&r.coordinator, "s1", "mistaken_identity").await.unwrap();
    assert!(matches!(propose(&r.coordinator, "s1", "mistaken_identity").await, Err(Refused::Rule("already-there"))));
    // Officers see a key, no name, no case, and open nothing.
    let waiting = app.run(first.caller(), |tx| cases::waiting_removals(tx)).await.unwrap();
    let seen = serde_json::to_string(&waiting).unwrap();
    assert!(waiting.len() == 1 && seen.contains("s1") && !seen.contains("Verwisseld") && !seen.contains("HG-") && !seen.contains(&case.to_string()), "{seen}");
    assert!(matches!(app.run(r.coordinator.caller(), |tx| cases::waiting_removals(tx)).await, Err(Refused::NotFound)));
    assert!(app.run(first.caller(), move |tx| forms::open_all(tx, &cases::NOTIFICATION, own)).await.is_err());
    // Neither the coordinator, nor one officer twice, nor an administrator decides.
    let confirm = async |who: &Someone, id: RemovalId| app.run(who.caller(), move |tx| cases::confirm_removal(tx, id, "source_checked")).await;
    let carry_out = async || app.run(r.coordinator.caller(), move |tx| cases::carry_out(tx, case, id)).await;
    assert!(matches!(confirm(&r.coordinator, id).await, Err(Refused::NotFound)));
    assert!(matches!(carry_out().await, Err(Refused::Rule("removal-not-decided"))));
    assert!(matches!(app.run(first.caller(), move |tx| cases::confirm_removal(tx, id, "a hunch")).await, Err(Refused::Faults(_))));
    assert_eq!(confirm(&first, id).await.unwrap(), Decided::First);
    assert!(matches!(confirm(&first, id).await, Err(Refused::Rule("same-person-twice"))));
    let by_same = r.world.invite(&r.administrator, Role::RecoveryOfficer).await;
    let by_same = r.world.join(&first, by_same).await;
    // A second hat of the same person is nobody else.
    r.world.wears(&first, by_same).await;
    assert!(matches!(confirm(&first, id).await, Err(Refused::Rule("same-person-twice"))));
    r.world.wears(&first, first.hat).await;
    // Not even the database lets one word do: the row refuses.
    let forged = diesel::sql_query("update app.removal set state = 'confirmed'").execute(&mut r.world.connection("postgres"));
    assert!(forged.is_err(), "{forged:?}");
    assert!(matches!(carry_out().await, Err(Refused::Rule("removal-not-decided"))));
    assert_eq!(confirm(&second, id).await.unwrap(), Decided::Second);
    // Decided, the coordinator's session corrects the content.
    carry_out().await.unwrap();
    assert!(matches!(carry_out().await, Err(Refused::Rule("removal-not-decided"))), "once");
    let now = app.run(r.coordinator.caller(), move |tx| forms::open_all(tx, &cases::NOTIFICATION, own)).await.unwrap().pop().unwrap();
    let text = serde_json::to_string(&now.answers).unwrap();
    assert!(!text.contains("Verwisseld") && text.contains("Bart"), "{text}");
    assert_eq!(count(&r, &format!("select count(*) as n from keys.item_key where item_id = '{listed}'")), 1, "of earlier versions no key is left");
    let copies = app.run(r.chair.caller(), move |tx| cases::copies(tx, case)).await.unwrap();
    assert!(!copies.names.unwrap().to_string_pretty().contains("Verwisseld"));
    assert!(!hashed("verwisseld").await && hashed("jansma").await, "whose name another bears stays");
    assert_eq!(count(&r, "select count(*) as n from sec.log_entry where action in ('removal.propose', 'removal.decide', 'removal.carry_out') and result = 'done'"), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relative_registered_by_mistake_is_out_at_once_and_their_place_opens_for_nobody() {
    let r = Review::new().await;
    let (case, app) = (r.case, &r.world.app);
    let plan = answers(json!({
        "person": { "name": "Fenna Hoekstra" }, "relation": "sister", "side": "victim", "identity_checked": "documents", "risk": "none", "first_contact_by": "contact", "channel": ["mail"],
        "language": "nl", "wants": ["tell"], "again_on": "2099-01-01",
    }));
    let (id, kin) = app.run(r.coordinator.caller(), move |tx| relatives::register(tx, case, &plan)).await.unwrap();
    let stranger = r.world.person(&r.coordinator, Role::Relative).await;
    let hat = stranger.hat;
    app.run(r.coordinator.caller(), move |tx| relatives::add_member(tx, id, hat, Role::Relative, None)).await.unwrap();
    let (first, second) = officers(&r).await;
    let removal = app.run(r.coordinator.caller(), move |tx| cases::propose_removal(tx, case, &Subject::Relative(id), "mistaken_identity")).await.unwrap();
    // One officer refuses another proposal; this one is confirmed by both.
    app.run(first.caller(), move |tx| cases::confirm_removal(tx, removal, "asked_by_person")).await.unwrap();
    let inside = async |who: &Someone| app.run(who.caller(), move |tx| forms::open_all(tx, &relatives::PLAN, kin)).await;
    assert!(inside(&stranger).await.is_ok(), "one word changes nothing");
    app.run(second.caller(), move |tx| cases::confirm_removal(tx, removal, "asked_by_person")).await.unwrap();
    assert!(matches!(inside(&stranger).await, Err(Refused::NoHat | Refused::NoSession)), "out at the next request");
    assert!(inside(&r.coordinator).await.is_err());
    for table in ["app.key_grant where compartment_id", "keys.item_key where compartment_id", "app.delivery where compartment_id"] {
        assert_eq!(count(&r, &format!("select count(*) as n from {table} = '{kin}'")), 0, "{table}");
    }
    let seen = app.run(r.coordinator.caller(), move |tx| cases::removals(tx, case)).await.unwrap();
    assert_eq!(seen.iter().map(|one| one.state.as_str()).collect::<Vec<_>>(), ["done"]);
    assert_eq!(count(&r, &format!("select count(*) as n from app.notice where membership_id = '{hat}' and created_at > now() - interval '1 minute' and kind = 'state_changed'")), 0, "the person is told by nobody but the coordinator");
    // Taken back, or refused, nothing happens.
    let again = app.run(r.coordinator.caller(), move |tx| cases::propose_removal(tx, case, &Subject::Person("v1".into()), "not_concerned")).await.unwrap();
    app.run(second.caller(), move |tx| cases::refuse_removal(tx, again)).await.unwrap();
    assert!(matches!(app.run(first.caller(), move |tx| cases::confirm_removal(tx, again, "court")).await, Err(Refused::NotFound)));
    let third = app.run(r.coordinator.caller(), move |tx| cases::propose_removal(tx, case, &Subject::Person("v1".into()), "not_concerned")).await.unwrap();
    app.run(r.coordinator.caller(), move |tx| cases::withdraw_removal(tx, case, third)).await.unwrap();
    assert!(matches!(app.run(first.caller(), move |tx| cases::confirm_removal(tx, third, "court")).await, Err(Refused::NotFound)));
}

trait Pretty { fn to_string_pretty(&self) -> String; }
impl Pretty for form::Answers {
    fn to_string_pretty(&self) -> String { serde_json::to_string(self).unwrap() }
}
