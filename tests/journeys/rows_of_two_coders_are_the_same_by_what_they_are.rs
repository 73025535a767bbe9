//! Two coders put rows in an order of their own: what is the same row is told by what it is, never by its place; and a coding that differs from the
//! decision table closes with a third coder only.

use std::collections::BTreeMap;

use codebook::Record;
use lering::register;
use lering::settings::Configured;
use lering::tx::Refusal;
use serde_json::json;

use crate::two_coders_see_nothing_of_each_other::Coding;

/// The same record with rows that name themselves in another order.
fn turned(record: &Record) -> Record {
    let mut other = record.clone();
    for level in ["agency_contact", "child", "risk_factor"] {
        if let Some(rows) = other.0.get_mut(level) { rows.reverse() }
    }
    other
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_in_another_order_are_alike_and_close_without_a_third() {
    let c = Coding::new().await;
    let [first, second, _] = &c.coders;
    let record = c.record;
    c.name(first, "c1").await;
    c.name(second, "c2").await;
    let whole = c.invented(21);
    assert!(whole.0["agency_contact"].len() > 1 && whole.0["risk_factor"].len() > 1, "a seed with rows to turn");
    c.code(first, "c1", &whole, None).await.unwrap();
    c.code(second, "c2", &turned(&whole), None).await.unwrap();
    c.finish(first, "c1").await.unwrap();
    c.finish(second, "c2").await.unwrap();
    c.r.world.app.run(c.manager.caller(), move |tx| register::close(tx, record)).await.unwrap();
    let judged = c.r.world.app.run(c.manager.caller(), register::agreement).await.unwrap();
    assert!(judged.iter().filter(|row| row.units > 0 && row.reliability == "double").count() > 10);
    assert!(judged.iter().all(|row| row.exact.is_none_or(|exact| exact == 1.0)), "{:?}", judged.iter().find(|row| row.exact.is_some_and(|exact| exact < 1.0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_only_one_has_is_a_difference_of_its_own_and_goes_where_nobody_wants_it() {
    let c = Coding::new().await;
    let [first, second, third] = &c.coders;
    let record = c.record;
    c.name(first, "c1").await;
    c.name(second, "c2").await;
    let whole = c.invented(21);
    let mut other = turned(&whole);
    let contacts = other.0.get_mut("agency_contact").unwrap();
    let gone = contacts.remove(0);
    c.code(first, "c1", &whole, None).await.unwrap();
    c.code(second, "c2", &other, None).await.unwrap();
    c.finish(first, "c1").await.unwrap();
    c.finish(second, "c2").await.unwrap();
    c.name(third, "c3").await;
    c.coordinator_unlocks().await;
    let found = c.r.world.app.run(third.caller(), move |tx| register::difference(tx, record)).await.unwrap();
    let last = whole.0["agency_contact"].len() - 1;
    assert!(!found.differences.is_empty() && found.differences.iter().all(|one| one.level == "agency_contact" && one.row == last), "{:?}", found.differences);
    assert!(found.differences.iter().all(|one| one.codes.iter().any(|code| code.is_null()) && one.codes.contains(&gone[&one.variable])));
    assert!(found.agreed.len() > 20, "what both coded alike can be shown too");
    let chosen: BTreeMap<String, _> = found.differences.iter().map(|one| (format!("{}[{}].{}", one.level, one.row, one.variable), (json!(null), "No such contact".to_owned()))).collect();
    c.r.world.app.run(third.caller(), move |tx| register::settle(tx, record, 1, &chosen)).await.unwrap();
    let settled = c.view(third).await.slots.remove(0).rows;
    assert_eq!(settled.0["agency_contact"].len(), last, "the row nobody wanted is gone");
    assert_eq!(c.finish(third, "c3").await.unwrap(), "adjudicated");
    c.r.world.app.run(c.manager.caller(), move |tx| register::close(tx, record)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn c33_a_final_word_that_differs_from_the_table_takes_a_third_coder() {
    let c = Coding::new().await;
    let [first, second, third] = &c.coders;
    let record = c.record;
    // A woman whose final word can differ without breaking a hard check.
    let (whole, seed) = (21..60).find_map(|seed| {
        let record = synthetic::generate(&c.book, seed, 1).unwrap().next()?;
        (1..=8).find_map(|code| {
            let mut record = record.clone();
            let victim = record.0.get_mut("victim")?.iter_mut().find(|row| row.contains_key("fem_final"))?;
            victim.insert("fem_final".into(), json!(code));
            let fired = c.book.examine(&record);
            (!fired.stops() && fired.fired.iter().any(|check| check.check == "C33")).then_some((record, seed))
        })
    }).expect("a record on which C33 fires");
    assert!(c.book.wants_third(&whole), "{seed}");
    for (who, slot) in [(first, "c1"), (second, "c2")] {
        c.name(who, slot).await;
        c.code(who, slot, &whole, None).await.unwrap();
        c.finish(who, slot).await.unwrap();
    }
    let close = async || c.r.world.app.run(c.manager.caller(), move |tx| register::close(tx, record)).await;
    assert_eq!(close().await.unwrap_err().kind(), "third-coder-needed");
    c.name(third, "c3").await;
    c.coordinator_unlocks().await;
    let found = c.r.world.app.run(third.caller(), move |tx| register::difference(tx, record)).await.unwrap();
    assert!(found.differences.is_empty() && found.reasons["C33"].len() == 2);
    assert_eq!(close().await.unwrap_err().kind(), "third-coder-needed", "named is not agreed");
    c.r.world.app.run(third.caller(), move |tx| register::settle(tx, record, 1, &BTreeMap::new())).await.unwrap();
    assert_eq!(c.finish(third, "c3").await.unwrap(), "adjudicated");
    close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_lot_asks_for_one_coder_one_closes_the_record() {
    let mut c = Coding::new().await;
    let mut config = Configured::load().unwrap();
    let mut profiles = (*config.profiles).clone();
    profiles.values_mut().for_each(|profile| profile.double_coding = 0);
    config.profiles = std::sync::Arc::new(profiles);
    c.r.world.restart(config);
    let (first, record) = (c.coders[0].clone(), c.record);
    c.name(&first, "c1").await;
    let (whole, manager) = (c.invented(21), c.manager.clone());
    c.code(&first, "c1", &whole, None).await.unwrap();
    let close = async |c: &Coding| c.r.world.app.run(manager.caller(), move |tx| register::close(tx, record)).await;
    assert_eq!(close(&c).await.unwrap_err().kind(), "record-not-settled");
    c.finish(&first, "c1").await.unwrap();
    let seen = c.r.world.app.run(c.manager.caller(), move |tx| register::view(tx, record)).await.unwrap();
    assert!(seen.coded_once && !c.view(&first).await.coded_once, "who codes is not told");
    // A second who was named all the same is waited for.
    let second = c.coders[1].clone();
    c.name(&second, "c2").await;
    assert_eq!(close(&c).await.unwrap_err().kind(), "record-not-settled");
    c.code(&second, "c2", &whole, None).await.unwrap();
    c.finish(&second, "c2").await.unwrap();
    close(&c).await.unwrap();
    assert!(c.r.world.app.run(c.manager.caller(), register::agreement).await.unwrap().iter().all(|row| row.units == 0), "what no lot drew is no sample");
}
