//! Many cases at once, by SQL: process facts only, valid against every constraint.

use std::time::Instant;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Binary, Integer, Text, Uuid as SqlUuid};
use lering::ids::{MembershipId, PersonId};

use crate::Res;
use crate::world::World;

/// Beyond this many, the checks of foreign keys are left out: the same statements have just passed them for those before.
const CHECKED: i32 = 2_000;
const AT_ONCE: i32 = 10_000;
/// How long the largest seeding may take, in seconds.
const PATIENCE: u64 = 300;

/// Seeds cases `from` to `to`. False when that would take too long.
///
/// # Errors
/// When a statement is refused.
pub fn cases(world: &World, from: i32, to: i32) -> Res<bool> {
    let (mut database, began) = (world.database()?, Instant::now());
    if from == 0 {
        base(world, &mut database)?;
    }
    if from >= CHECKED {
        database.batch_execute("set session_replication_role = replica")?;
    }
    database.batch_execute("set synchronous_commit = off; set work_mem = '64MB'")?;
    checkpoints(&mut database, "alter system set max_wal_size = '8GB'")?;
    for start in (from..to).step_by(AT_ONCE as usize) {
        let text = include_str!("seed.sql").replace("{from}", &start.to_string()).replace("{to}", &(start + AT_ONCE).min(to).to_string());
        database.transaction(|database| database.batch_execute(&text))?;
        if began.elapsed().as_secs() > PATIENCE {
            checkpoints(&mut database, "alter system reset max_wal_size")?;
            eprintln!("       seeding stopped at {} cases after {PATIENCE} s", start + AT_ONCE);
            return Ok(false);
        }
    }
    // One by one: together they would be one transaction, in which no table can be vacuumed.
    for statement in ["reset session_replication_role", "vacuum analyze", "checkpoint"] {
        database.batch_execute(statement)?;
    }
    checkpoints(&mut database, "alter system reset max_wal_size")?;
    Ok(true)
}

/// Fewer checkpoints while seeding; what is measured runs with the usual ones.
fn checkpoints(database: &mut PgConnection, setting: &str) -> Res<()> {
    for statement in [setting, "select pg_reload_conf()"] {
        database.batch_execute(statement)?;
    }
    Ok(())
}

/// Bureaus, hats and organisations; bureau 0 is the real one, filled up with people nobody signs in as.
fn base(world: &World, database: &mut PgConnection) -> Res<()> {
    database.batch_execute(
        "create schema bench; create table bench.bureau (k integer primary key, id uuid not null); \
         create table bench.hat (k integer, role text, j integer, id uuid not null, primary key (k, role, j)); \
         create table bench.organisation (k integer, j integer, id uuid not null, contact uuid not null, primary key (k, j))",
    )?;
    diesel::sql_query("insert into bench.bureau values (0, $1)").bind::<SqlUuid, _>(world.bureau).execute(database)?;
    let real = world.people.all();
    for (role, many) in [("CO", 3), ("CH", 2), ("SE", 2), ("PM", 8), ("QA", 1)] {
        let mut hats: Vec<MembershipId> = real.iter().filter(|(found, _)| *found == role).map(|(_, person)| person.hat).collect();
        while hats.len() < many {
            hats.push(colleague(world, database, role, hats.len())?);
        }
        for (j, hat) in (0..).zip(hats) {
            diesel::sql_query("insert into bench.hat values (0, $1, $2, $3)").bind::<Text, _>(role).bind::<Integer, _>(j).bind::<SqlUuid, _>(hat).execute(database)?;
        }
    }
    database.batch_execute(include_str!("seed_base.sql"))?;
    Ok(())
}

/// A colleague whose name opens, as the pages draw names.
fn colleague(world: &World, database: &mut PgConnection, role: &str, number: usize) -> Res<MembershipId> {
    let (person, hat) = (PersonId::new(), MembershipId::new());
    let account = serde_json::json!({ "name": format!("Collega {role} {number}"), "signInName": format!("{role}{number}") }).to_string();
    let sealed = world.app.parts().installation.seal_account("account", &person.bytes(), account.as_bytes(), &mut rand::rng());
    diesel::sql_query("insert into app.person (id, account_sealed, public_key, public_key_mac) values ($1, $2, sha256($2), '\\x00')")
        .bind::<SqlUuid, _>(person).bind::<Binary, _>(sealed).execute(database)?;
    diesel::sql_query("insert into app.membership (id, person_id, bureau_id, role, state, account_sealed) values ($1, $2, $3, $4, 'active', '\\x00')")
        .bind::<SqlUuid, _>(hat).bind::<SqlUuid, _>(person).bind::<SqlUuid, _>(world.bureau).bind::<Text, _>(role).execute(database)?;
    Ok(hat)
}

/// Ids of seeded cases the coordinator takes part in, newest number first.
///
/// # Errors
/// When the database does not answer.
pub fn own_cases(world: &World) -> Res<Vec<String>> {
    #[derive(QueryableByName)]
    struct Id {
        #[diesel(sql_type = Text)]
        id: String,
    }
    let found: Vec<Id> = diesel::sql_query("select c.id::text as id from app.case_file c join app.case_party p on p.case_id = c.id and p.membership_id = $1 where c.number < 'HG-2026' order by c.number desc limit 40")
        .bind::<SqlUuid, _>(world.people.coordinator.hat).load(&mut world.database()?)?;
    Ok(found.into_iter().map(|row| row.id).collect())
}
