use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Text};
use lering::access::{Kind, Role};
use lering::compartments;

use crate::support::World;

#[derive(QueryableByName)]
struct Count { #[diesel(sql_type = BigInt)] n: i64 }
#[derive(QueryableByName)]
struct Tag { #[diesel(sql_type = Text)] who: String, #[diesel(sql_type = Text)] tag: String }

fn count(db: &mut PgConnection) -> QueryResult<i64> {
    diesel::sql_query("select count(*) as n from app.compartment").get_result::<Count>(db).map(|row| row.n)
}

#[tokio::test(flavor = "multi_thread")]
async fn i_3_without_a_live_context_nothing_is_seen_or_written() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let coordinator = world.person(&administrator, Role::Coordinator).await;
    let case = world.case(&coordinator).await;
    world.app.run(coordinator.caller(), move |tx| compartments::create(tx, Kind::Case, Some(case), Role::Coordinator)).await.unwrap();
    let mut db = world.connection("hr_app");
    assert_eq!(count(&mut db).unwrap(), 0, "no context");
    // A right context sees its row; its tag, replayed in a later transaction of the same backend, is refused.
    let seen = db.transaction::<_, diesel::result::Error, _>(|db| {
        diesel::sql_query("select sec.enter($1)").bind::<Binary, _>(coordinator.handle()).execute(db)?;
        assert_eq!(count(db)?, 1);
        diesel::sql_query("select current_setting('hr.who') as who, current_setting('hr.tag') as tag").get_result::<Tag>(db)
    }).unwrap();
    assert_eq!(count(&mut db).unwrap(), 0, "the context ended with its transaction");
    for (who, tag) in [(seen.who.as_str(), seen.tag.as_str()), (seen.who.as_str(), ""), (seen.who.as_str(), "00"), (&seen.who.replace("CO", "TA"), seen.tag.as_str())] {
        let refused = db.transaction::<i64, diesel::result::Error, _>(|db| {
            diesel::sql_query("select set_config('hr.who', $1, true), set_config('hr.tag', $2, true)").bind::<Text, _>(who).bind::<Text, _>(tag).execute(db)?;
            count(db)
        });
        assert!(refused.unwrap_err().to_string().contains("forged context"));
    }
    // Unknown, ended and empty handles open nothing; keys, tables and the tag itself are out of reach.
    for statement in [
        "select sec.enter('\\x00')", "select sec.enter(null)", "select * from sec.session", "select * from sec.context_key", "select sec.tag('x')",
        "select sec.set_context('x')", "truncate app.item", "create table app.mine (a int)", "create temp table mine (a int)", "set role hr_owner",
        "select sec.enter_worker('\\x00')", "alter table app.item disable row level security", "select sec.create_bureau(null, '', '', '', '', true, null, null, null, null, null, null, null)",
    ] {
        let refused = db.transaction::<(), diesel::result::Error, _>(|db| diesel::sql_query(statement).execute(db).map(|_| ()));
        assert!(refused.is_err(), "not denied: {statement}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn i_7_an_ended_session_is_refused_on_the_next_request() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let person = world.person(&administrator, Role::Coordinator).await;
    let case = world.case(&person).await;
    world.app.run(person.caller(), |tx| -> Result<(), lering::tx::Refused> {
        diesel::sql_query("select sec.end_sessions('all', 'signed_out')").execute(tx.db())?;
        Ok(())
    }).await.unwrap();
    let after = world.app.run(person.caller(), move |tx| compartments::of_case(tx, case, Kind::Case)).await;
    assert!(matches!(after, Err(lering::tx::Refused::NoSession)));
}

#[tokio::test(flavor = "multi_thread")]
async fn i_1_to_name_a_room_opens_none() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let (mine, other) = (world.person(&administrator, Role::Coordinator).await, world.person(&administrator, Role::Coordinator).await);
    let mut rooms = vec![];
    for who in [&mine, &other] {
        let case = world.case(who).await;
        rooms.push(world.app.run(who.caller(), move |tx| compartments::create(tx, Kind::Case, Some(case), Role::Coordinator)).await.unwrap().id.uuid().to_string());
    }
    let mut db = world.connection("hr_app");
    let mut seen = |named: &str, table: &str, column: &str| db.transaction::<Vec<String>, diesel::result::Error, _>(|db| {
        diesel::sql_query("select sec.enter($1)").bind::<Binary, _>(mine.handle()).execute(db)?;
        diesel::sql_query("select set_config('hr.room', $1, true)").bind::<Text, _>(named).execute(db)?;
        Ok(diesel::sql_query(format!("select {column}::text as who, '' as tag from {table} order by 1")).load::<Tag>(db)?.into_iter().map(|row| row.who).collect())
    });
    // Whatever room is named, the hat sees its own and no other.
    for (table, column) in [("app.compartment", "id"), ("app.compartment_member", "compartment_id"), ("app.key_grant", "compartment_id")] {
        for named in [rooms[0].as_str(), rooms[1].as_str(), ""] {
            let found = seen(named, table, column).unwrap();
            assert!(found.contains(&rooms[0]) && !found.contains(&rooms[1]), "{table} with {named}: {found:?}");
        }
    }
    assert!(seen("no room at all", "app.compartment", "id").is_err());
}
