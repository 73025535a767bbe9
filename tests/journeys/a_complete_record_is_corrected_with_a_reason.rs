//! A complete record opens again for a reason that is kept; the codes before stay readable, and count until the new ones do (workflow section 7).

use diesel::prelude::*;
use diesel::sql_types::Text;
use lering::register;
use lering::tx::{Refusal, Refused};
use serde_json::json;

use crate::past_cases_come_from_a_file_all_or_none::{Desk, HEADER, rows};
use crate::two_coders_see_nothing_of_each_other::Coding;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

#[tokio::test(flavor = "multi_thread")]
async fn the_manager_opens_it_the_coder_corrects_it_and_both_stay() {
    let c = Coding::new().await;
    let [first, second, third] = &c.coders;
    let record = c.record;
    let mut whole = c.invented(21);
    whole.0.get_mut("case").unwrap()[0].insert("overkill".into(), json!(1));
    for (who, slot) in [(first, "c1"), (second, "c2")] {
        c.name(who, slot).await;
        c.code(who, slot, &whole, None).await.unwrap();
        c.finish(who, slot).await.unwrap();
    }
    let reopen = async |who: &crate::support::Someone, reason: &'static str| c.r.world.app.run(who.caller(), move |tx| register::reopen(tx, record, reason)).await;
    let close = async || c.r.world.app.run(c.manager.caller(), move |tx| register::close(tx, record)).await;
    assert_eq!(reopen(&c.manager, "new_facts").await.unwrap_err().kind(), "not-complete");
    close().await.unwrap();
    assert!(matches!(reopen(&c.manager, "because").await, Err(Refused::Faults(_))));
    assert!(reopen(first, "new_facts").await.is_err() && reopen(&c.r.coordinator, "new_facts").await.is_err());
    assert_eq!(c.code(first, "c1", &whole, None).await.unwrap_err().kind(), "codes-final");
    reopen(&c.manager, "new_facts").await.unwrap();
    assert_eq!(reopen(&c.manager, "new_facts").await.unwrap_err().kind(), "not-complete", "once");

    // The coder corrects; the other's codes stand as they stood; what was stays readable to whose it was, and only to them.
    let mut corrected = c.view(first).await.slots[0].rows.clone();
    corrected.0.get_mut("case").unwrap()[0].insert("overkill".into(), json!(2));
    c.code(first, "c1", &corrected, None).await.unwrap();
    assert_eq!(c.code(second, "c2", &corrected, None).await.unwrap_err().kind(), "codes-final");
    let editions = async |who: &crate::support::Someone| c.r.world.app.run(who.caller(), move |tx| register::editions(tx, record)).await;
    let own = editions(first).await.unwrap();
    let before = own.iter().find(|edition| edition.slot == "c1").unwrap();
    assert_eq!((before.why.as_str(), &before.rows.0["case"][0]["overkill"]), ("new_facts", &json!(1)));
    assert!(editions(&c.manager).await.unwrap().iter().all(|edition| edition.rows.0.is_empty() && edition.why == "new_facts"));
    assert!(editions(third).await.is_err());
    assert_eq!(close().await.unwrap_err().kind(), "record-not-settled");
    c.finish(first, "c1").await.unwrap();
    close().await.unwrap();
    // Again, without a change in between: a reason of its own, beside the first.
    reopen(&c.manager, "coding_error").await.unwrap();
    c.finish(first, "c1").await.unwrap();
    close().await.unwrap();
    let kept: Vec<Line> = diesel::sql_query("select why || ' ' || (codes -> 'case' -> 0 ->> 'overkill') as line from app.coding_before where slot = 'c1' order by kept_at").load(&mut c.r.world.connection("postgres")).unwrap();
    assert_eq!(kept.into_iter().map(|row| row.line).collect::<Vec<_>>(), ["new_facts 1", "coding_error 2"]);
    // How far coders agreed is told by what they coded, blind.
    let judged = c.r.world.app.run(c.manager.caller(), register::agreement).await.unwrap();
    assert_eq!(judged.iter().find(|row| row.variable == "overkill").map(|row| (row.units, row.exact)), Some((1, Some(1.0))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_is_being_corrected_is_frozen_as_it_was() {
    let c = Coding::new().await;
    let [first, second, _] = &c.coders;
    let record = c.record;
    let mut whole = c.invented(21);
    whole.0.get_mut("case").unwrap()[0].insert("place_type".into(), json!(11));
    for (who, slot) in [(first, "c1"), (second, "c2")] {
        c.name(who, slot).await;
        c.code(who, slot, &whole, None).await.unwrap();
        c.finish(who, slot).await.unwrap();
    }
    c.r.world.app.run(c.manager.caller(), move |tx| register::close(tx, record)).await.unwrap();
    c.r.world.app.run(c.manager.caller(), move |tx| register::reopen(tx, record, "judgment")).await.unwrap();
    whole.0.get_mut("case").unwrap()[0].insert("place_type".into(), json!(12));
    c.code(first, "c1", &whole, None).await.unwrap();
    // The country's register counts no practice; this was one until now.
    c.r.world.in_earnest();
    for table in ["record", "case_file"] {
        diesel::sql_query(format!("update app.{table} set practice = false")).execute(&mut c.r.world.connection("postgres")).unwrap();
    }
    let manager = c.r.world.national(lering::access::Role::RegisterManager).await;
    // Beside it, past cases, so that there are enough to freeze.
    let desk = Desk { world: c.r.world, manager };
    let id = desk.upload(format!("{HEADER}{}", rows(12))).await.unwrap();
    desk.checked(id).await;
    desk.loaded(id).await.unwrap();
    let snapshot = desk.world.app.run(desk.manager.caller(), |tx| register::take(tx, None)).await.unwrap();
    assert_eq!(snapshot.cases, 13, "none is lost while it is corrected");
    let frozen: Vec<Line> = diesel::sql_query("select levels -> 'case' -> 0 -> 'codes' ->> 'place_type' as line from frozen.case_row where levels -> 'case' -> 0 -> 'codes' ->> 'place_type' in ('11', '12')").load(&mut desk.world.connection("postgres")).unwrap();
    assert_eq!(frozen.into_iter().map(|row| row.line).collect::<Vec<_>>(), ["11"], "as it stood before");
}
