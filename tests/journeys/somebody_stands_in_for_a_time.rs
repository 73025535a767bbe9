//! Ruling 4 and 12: a deputy from birth, stand-ins for a period, and what ends by itself ends with new keys.

use chrono::{Duration, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Uuid as SqlUuid};
use lering::access::{Kind, Role};
use lering::tx::Refused;
use lering::{cases, compartments, panels, relatives};

use crate::support::review::{Review, answers};

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stand_in_reads_after_their_own_statement_until_the_day_and_new_keys_begin_after_it() {
    let r = Review::new().await;
    let (case, run) = (r.case, &r.world.app);
    let other = r.world.person(&r.administrator, Role::Chair).await;
    let member = r.world.person(&r.administrator, Role::PanelMember).await;
    let (of, by, wrong) = (r.chair.hat, other.hat, member.hat);
    let day = Utc::now().date_naive() + Duration::days(10);
    let name = async |who: &crate::support::Someone, of, by, until| run.run(who.caller(), move |tx| cases::stand_in(tx, case, of, by, until)).await;
    assert!(matches!(name(&r.chair, of, wrong, Some(day)).await, Err(Refused::Faults(_))), "only somebody of the same role");
    assert!(matches!(name(&r.chair, of, by, None).await, Err(Refused::Faults(_))), "a period is due");
    assert!(matches!(name(&r.chair, of, by, Some(Utc::now().date_naive() - Duration::days(3))).await, Err(Refused::Faults(_))));
    assert!(matches!(name(&r.secretary, of, by, Some(day)).await, Err(Refused::NotYours)), "for oneself, or the coordinator for anybody");
    name(&r.chair, of, by, Some(day)).await.unwrap();
    let entry = answers(serde_json::json!({ "when": "2026-03-01", "kind": "contact", "whom": ["victim"], "what": "A call", "known_then": "yes", "source": "paper" }));
    run.run(r.secretary.caller(), move |tx| -> Result<_, Refused> {
        let panel = compartments::of_case(tx, case, Kind::Panel)?.pop().unwrap().id;
        lering::forms::create(tx, &panels::ENTRY, panel, None, &entry)
    }).await.unwrap();
    let reads = async || run.run(other.caller(), move |tx| panels::timeline(tx, case)).await.map(|told| told.entries.len());
    assert_eq!(reads().await.unwrap(), 0, "nothing before the statement is signed");
    run.run(other.caller(), move |tx| cases::accept(tx, case, false)).await.unwrap();
    assert_eq!(reads().await.unwrap(), 1);
    let seen = run.run(r.coordinator.caller(), move |tx| cases::view(tx, case)).await.unwrap();
    let party = seen.parties.iter().find(|party| party.hat == by).unwrap();
    assert!(party.deputy && party.signed && party.until.is_some());
    // The day passes: the next request is refused, and the first who unlocks begins new keys, once.
    let epoch = async || run.run(r.secretary.caller(), move |tx| compartments::of_case(tx, case, Kind::Panel)).await.unwrap()[0].epoch;
    let renew = async || run.run(r.secretary.caller(), compartments::renew).await.unwrap();
    assert_eq!((renew().await, epoch().await), (0, 1));
    let mut db = r.world.connection("postgres");
    for table in ["case_party", "compartment_member"] {
        diesel::sql_query(format!("update app.{table} set until = now() where membership_id = $1")).bind::<SqlUuid, _>(by).execute(&mut db).unwrap();
    }
    assert!(reads().await.is_err());
    assert_eq!((renew().await, epoch().await), (2, 2), "panel and report");
    assert_eq!((renew().await, epoch().await), (0, 2));
    let keys = diesel::sql_query("select count(*) as n from app.key_grant g join app.compartment c on c.id = g.compartment_id where c.kind = 'panel' and g.epoch = 2 and g.membership_id = $1").bind::<SqlUuid, _>(by).get_result::<Count>(&mut db).unwrap().n;
    assert_eq!(keys, 0);
    assert!(run.run(r.chair.caller(), move |tx| panels::timeline(tx, case)).await.is_ok(), "those who stay read on");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deputy_belongs_to_case_and_relatives_from_birth_and_a_case_keeps_a_coordinator() {
    let r = Review::new().await;
    let (case, run) = (r.case, &r.world.app);
    let deputy = r.world.person(&r.administrator, Role::Coordinator).await;
    let (of, by) = (r.coordinator.hat, deputy.hat);
    run.run(r.coordinator.caller(), move |tx| cases::stand_in(tx, case, of, by, None)).await.unwrap();
    let open = run.run(deputy.caller(), move |tx| -> Result<_, Refused> {
        let own = compartments::of_case(tx, case, Kind::Case)?.pop().unwrap().id;
        lering::forms::open_all(tx, &cases::NOTIFICATION, own)
    }).await.unwrap();
    assert_eq!(open[0].answers["safety_now"], "tangerine-kite-8802");
    let plan = answers(serde_json::json!({
        "person": { "name": "Fenna Hoekstra" }, "relation": "sister", "side": "victim", "identity_checked": "documents", "risk": "none", "first_contact_by": "contact", "channel": ["mail"],
        "language": "nl", "wants": ["be_informed"], "again_on": "2027-01-01",
    }));
    let (id, kin) = run.run(r.coordinator.caller(), move |tx| relatives::register(tx, case, &plan)).await.unwrap();
    let plans = async || run.run(deputy.caller(), move |tx| lering::forms::open_all(tx, &relatives::PLAN, kin)).await;
    assert_eq!(plans().await.unwrap().len(), 1, "the deputy stands in for the named contact too");
    let belongs = run.run(r.coordinator.caller(), move |tx| relatives::members(tx, id)).await.unwrap();
    assert!(belongs.iter().any(|one| one.hat == by && one.deputy && one.may_end));
    // Ended there and named again; whoever does not coordinate this case is no deputy.
    run.run(r.coordinator.caller(), move |tx| relatives::end_member(tx, id, by)).await.unwrap();
    assert!(plans().await.is_err());
    let chair = r.chair.hat;
    assert!(matches!(run.run(r.coordinator.caller(), move |tx| relatives::name_deputy(tx, id, chair, None)).await, Err(Refused::Faults(_))));
    run.run(r.coordinator.caller(), move |tx| relatives::name_deputy(tx, id, by, None)).await.unwrap();
    assert!(plans().await.is_ok());
    // The deputy ends nobody's last part; ended, a party sees nothing more.
    let end = async |who: &crate::support::Someone, hat| run.run(who.caller(), move |tx| cases::end_party(tx, case, hat)).await;
    let secretary = r.secretary.hat;
    assert!(matches!(end(&r.chair, secretary).await, Err(Refused::NotYours)));
    end(&r.coordinator, secretary).await.unwrap();
    assert!(run.run(r.secretary.caller(), move |tx| panels::timeline(tx, case)).await.is_err());
    end(&r.coordinator, by).await.unwrap();
    assert!(matches!(end(&r.coordinator, of).await, Err(Refused::Rule("last-coordinator"))));
    assert!(matches!(run.run(deputy.caller(), move |tx| cases::copies(tx, case)).await, Err(Refused::NotFound | Refused::NotYours)));
}
