//! Who takes a case on gets no key because somebody who holds it unlocks: a holder hands it over, and reads first who confirmed them. The same holds for
//! whom they name meanwhile.

use lering::access::{Kind, Role};
use lering::texts::{Language, Words};
use lering::tx::Refused;
use lering::{cases, compartments};
use reqwest::Method;

use super::a_coordinator_is_lent::Unled;
use crate::support::Someone;
use crate::support::served::Served;

#[tokio::test(flavor = "multi_thread")]
async fn who_took_a_case_on_reads_once_a_holder_lets_them() {
    let u = Unled::new().await;
    let (case, app) = (u.r.case, &u.r.world.app);
    let new = u.r.world.person(&u.r.administrator, Role::Coordinator).await;
    let friend = u.r.world.person(&u.r.administrator, Role::Coordinator).await;
    let (hat, by) = (new.hat, friend.hat);
    app.run(new.caller(), move |tx| cases::take_on(tx, case)).await.unwrap();
    app.run(new.caller(), move |tx| cases::stand_in(tx, case, hat, by, None)).await.unwrap();
    // Everybody who holds a key unlocks.
    let unlocks = async |who: &Someone| app.run(who.caller(), |tx| { compartments::renew(tx)?; compartments::complete_pending(tx) }).await.unwrap();
    for who in [&u.r.chair, &u.r.secretary, &u.r.coordinator] {
        unlocks(who).await;
    }
    for who in [&new, &friend] {
        assert_eq!(u.reads(who, case).await, (0, 0, false));
        assert_eq!(u.count(&format!("select count(*) as n from app.key_grant where membership_id = '{}'", who.hat)), 0);
    }
    // Nor past the program, by who is taken in.
    let panel = app.run(u.r.chair.caller(), move |tx| compartments::of_kind(tx, case, Kind::Panel)).await.unwrap();
    let by_hand = format!("insert into app.key_grant (compartment_id, epoch, membership_id, sealed, mac) select id, epoch, '{hat}', '\\x00', '\\x00' from app.compartment where id = '{panel}'");
    assert_eq!(u.changes(&u.r.chair, by_hand).await, None);
    // The chair is asked once, with who confirmed them.
    u.sql(&format!("update app.membership set first_confirmed_by = '{}' where id = '{hat}'", u.r.secretary.hat));
    u.r.world.name_everyone("Anna Bakker");
    u.r.world.named(&new, "Dirk Visser");
    let served = Served::new(&u.r.world);
    let seen = async || served.call(&u.r.chair, Method::GET, &format!("/cases/{case}")).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    let page = seen().await;
    assert!(page.contains("Dirk Visser wacht op de sleutel") && page.contains("Deze rol is bevestigd door Anna Bakker") && page.contains(&format!("/parties/{hat}/let-read")), "{page}");
    // Part of the keys is theirs: the page says which, before and after.
    assert!(page.contains("Dit gaat open: ") && page.contains("het panel, het rapport.") && page.contains("Dicht blijft: "), "{page}");
    u.let_read(&u.r.chair, case, hat).await.unwrap();
    assert_eq!(u.reads(&new, case).await, (0, 1, true), "in those rooms whose key the chair holds");
    let page = seen().await;
    assert!(!page.contains("Dirk Visser wacht op de sleutel") && !page.contains(&format!("/parties/{hat}/let-read")), "{page}");
    assert!(page.contains("Dirk Visser leest een deel van deze zaak") && page.contains("Open is al: ") && page.contains("de zaak, de codering."), "{page}");
    assert!(matches!(u.let_read(&new, case, hat).await, Err(Refused::NotYours)), "nobody lets themself in");
    assert!(matches!(u.let_read(&u.r.chair, case, u.r.secretary.hat).await, Err(Refused::NotFound)), "who waits for nothing");
    // Who reads now hands it on to whom they named.
    u.let_read(&new, case, by).await.unwrap();
    assert_eq!(u.reads(&friend, case).await, (0, 1, true));
    // The rest is still asked of whoever has it.
    u.sql(&format!("update app.case_party set until = null where membership_id = '{}' and case_id = '{case}'", u.r.coordinator.hat));
    let asked = served.call(&u.r.coordinator, Method::GET, &format!("/cases/{case}")).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    assert!(asked.contains(&format!("/parties/{hat}/let-read")) && asked.contains("de zaak, de codering."), "{asked}");
    u.let_read(&u.r.coordinator, case, hat).await.unwrap();
    assert!(!seen().await.contains("Dirk Visser leest een deel van deze zaak"));
}

#[test]
fn who_waits_for_a_key_reads_that_somebody_gives_it_and_not_that_signing_in_is_enough() {
    let told = |language: Language| ["1", "3"].map(|count| Words { language }.a("relatives-closed", "count", count)).into_iter().chain([Words { language }.t("problem-key-waits")]).collect::<Vec<_>>();
    for text in told(Language::Nl) {
        assert!(text.contains("laat lezen") || text.contains("laten lezen"), "{text}");
        assert!(!text.contains("inlogt"), "{text}");
    }
    for text in told(Language::En) {
        assert!(text.contains("you read") && !text.contains("signs in"), "{text}");
    }
}
