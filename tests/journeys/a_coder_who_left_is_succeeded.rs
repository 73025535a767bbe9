//! A coder who leaves before their codes are final has a successor: blind as they were, with nothing of what was coded; the old codes are kept,
//! and who left is out at once.

use diesel::prelude::*;
use diesel::sql_types::Text;
use lering::access::Role;
use lering::register;
use lering::tx::Refused;

use super::two_coders_see_nothing_of_each_other::Coding;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

#[tokio::test(flavor = "multi_thread")]
async fn the_successor_begins_anew_and_who_left_is_out() {
    let c = Coding::new().await;
    let ([first, second, other], record) = (&c.coders, c.record);
    let succeed = async |who: &crate::support::Someone, slot: &'static str, hat| c.r.world.app.run(who.caller(), move |tx| register::succeed_coder(tx, record, slot, hat)).await;
    let line = |query: &str| diesel::sql_query(query).get_result::<Line>(&mut c.r.world.connection("postgres")).unwrap().line;

    // Nobody to follow yet, and nobody but the register manager names anybody.
    assert!(matches!(succeed(&c.manager, "c1", other.hat).await, Err(Refused::Rule("nobody-to-succeed"))));
    c.name(first, "c1").await;
    c.name(second, "c2").await;
    c.coordinator_unlocks().await;
    assert!(succeed(first, "c1", other.hat).await.is_err() && succeed(&c.r.coordinator, "c1", other.hat).await.is_err());
    assert!(matches!(succeed(&c.manager, "c1", second.hat).await, Err(Refused::Rule("coder-twice"))), "the second coder is not blind to themself");
    assert!(matches!(succeed(&c.manager, "intake", other.hat).await, Err(Refused::Rule("nobody-to-succeed"))));

    // The first has coded; the successor sees nothing of it and begins as the first did.
    let begun = c.view(first).await.slots[0].rows.clone();
    let whole = c.invented(11);
    c.code(first, "c1", &whole, None).await.unwrap();
    succeed(&c.manager, "c1", other.hat).await.unwrap();
    c.coordinator_unlocks().await;
    let own = c.view(other).await;
    assert_eq!((own.slots.len(), own.slots[0].slot.as_str(), own.slots[0].finished), (1, "own", false));
    assert_eq!(own.slots[0].rows, begun, "as the first began, and nothing more");
    assert!(c.r.world.app.run(first.caller(), move |tx| register::view(tx, record)).await.is_err(), "who left is out at once");
    assert!(c.code(other, "c1", &whole, None).await.is_ok());
    assert_eq!(line("select count(*)::text as line from app.item_grant g join app.coding_before b on b.membership_id = g.membership_id where g.until is null and g.purpose in ('coding', 'evidence')"), "0");
    assert_eq!(line("select string_agg(slot || ' ' || (codes::text <> '{}')::text, ',') as line from app.coding_before"), "c1 true", "what was coded is kept");
    assert_eq!(c.view(second).await.slots.len(), 1, "the second coder hears nothing of it");

    // Final codes have nobody to follow; the pair is settled as ever.
    c.finish(other, "c1").await.unwrap();
    assert!(matches!(succeed(&c.manager, "c1", first.hat).await, Err(Refused::Rule("nobody-to-succeed"))));
    c.code(second, "c2", &whole, None).await.unwrap();
    c.finish(second, "c2").await.unwrap();
    assert_eq!(c.view(&c.manager).await.state, "second_final");
    // Another register's manager does not see the record at all.
    let stranger = c.r.world.another_bureau().await;
    let manager = c.r.world.person(&stranger, Role::RegisterManager).await;
    assert!(matches!(succeed(&manager, "c2", other.hat).await, Err(Refused::NotFound)));
}
