//! Figures 13 and 14: every kind of tampering with the log is found at the right entry; many writers make no fork.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use lering::anchors::Anchor;
use lering::db::log_chain::{Chain, verify};
use lering::tx::{Entry, Refused};
use lering::access::Role;
use serde_json::json;

use crate::figure::Figures;
use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn figures_13_14_i_8_tampering_is_found_and_writers_make_no_fork() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let mut people = vec![];
    for _ in 0..8 { people.push(world.person(&administrator, Role::Coordinator).await) }
    let started = std::time::Instant::now();
    let each = 250_i64;
    let mut writers = tokio::task::JoinSet::new();
    for person in people {
        let (app, caller) = (world.app.clone(), person.caller());
        writers.spawn(async move {
            for _ in 0..each {
                app.run(caller.clone(), |tx| -> Result<(), Refused> { tx.note(Entry::done("proof.append")); Ok(()) }).await.unwrap();
            }
        });
    }
    writers.join_all().await;
    let seconds = started.elapsed().as_secs_f64();
    let url = world.url("hr_migrate");
    let anchors: Vec<Anchor> = vec![];
    let whole = matches!(verify(&url, &anchors).unwrap(), Chain::Whole(_));
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = BigInt)]
        n: i64,
        #[diesel(sql_type = BigInt)]
        previous: i64,
        #[diesel(sql_type = BigInt)]
        last: i64,
    }
    let found: Found = diesel::sql_query("select count(*) filter (where action = 'proof.append') as n, count(distinct previous) as previous, max(seq) as last from sec.log_entry").get_result(&mut world.connection("postgres")).unwrap();
    let mut figures = Figures::default();
    let forks = found.last - found.previous + (8 * each - found.n);
    figures.publish(14, "forks and lost entries", forks, 8 * each, "0", forks == 0 && whole, json!({ "writers": 8, "entriesEach": each, "entriesASecond": (8.0 * each as f64 / seconds).round() }));
    // Each kind of tampering, at entries all over the log, each undone before the next.
    let mut db = world.connection("postgres");
    let (mut tries, mut missed) = (0_u64, vec![]);
    let places: Vec<i64> = (1..=20).map(|n| 1 + n * (found.last - 25) / 20).collect();
    for (kind, sql) in [
        ("change", "update sec.log_entry set stored = convert_to(replace(convert_from(stored, 'UTF8'), 'done', 'dome'), 'UTF8') where seq = $1"),
        ("change of a column", "update sec.log_entry set action = 'proof.other' where seq = $1"),
        ("change of a moment", "update sec.log_entry set at = at - interval '6 years' where seq = $1"),
        ("delete", "delete from sec.log_entry where seq = $1"),
        ("insert", "insert into sec.log_entry select 900000 + seq, at, person_id, membership_id, bureau_id, organisation_id, role, action, compartment_id, case_id, object_id, result, stored, sha256(hash), sha256(previous) from sec.log_entry where seq = $1"),
        ("reorder", "update sec.log_entry set seq = case when seq = $1 then 800000 else seq end where seq = $1"),
        ("truncate", "delete from sec.log_entry where seq > $1"),
        ("rebuild of the hash", "update sec.log_entry set stored = convert_to(replace(convert_from(stored, 'UTF8'), 'done', 'dome'), 'UTF8'), \
            hash = sha256(previous || int8send(seq) || int8send(length(convert_to(replace(convert_from(stored, 'UTF8'), 'done', 'dome'), 'UTF8'))::bigint) || convert_to(replace(convert_from(stored, 'UTF8'), 'done', 'dome'), 'UTF8')) where seq = $1"),
    ] {
        for place in &places {
            diesel::sql_query("create table public.kept as table sec.log_entry").execute(&mut db).unwrap();
            diesel::sql_query(sql).bind::<BigInt, _>(*place).execute(&mut db).unwrap();
            tries += 1;
            match verify(&url, &anchors).unwrap() {
                Chain::Broken(at) if kind == "insert" || (at - place).abs() <= 1 => {}
                Chain::Broken(at) => missed.push(format!("{kind} at {place}: found at {at}")),
                Chain::Whole(_) => missed.push(format!("{kind} at {place}: not found")),
            }
            diesel::sql_query("truncate sec.log_entry").execute(&mut db).unwrap();
            diesel::sql_query("insert into sec.log_entry select * from public.kept").execute(&mut db).unwrap();
            diesel::sql_query("drop table public.kept").execute(&mut db).unwrap();
        }
    }
    // The whole chain from an entry on, rebuilt with its head: only what stands outside the database contradicts it.
    #[derive(QueryableByName)]
    struct Seen {
        #[diesel(sql_type = BigInt)]
        seq: i64,
        #[diesel(sql_type = diesel::sql_types::Binary)]
        hash: Vec<u8>,
    }
    let seen: Vec<Seen> = diesel::sql_query("select seq, hash from sec.log_entry where seq % 100 = 0 union select seq, hash from sec.log_head order by seq").load(&mut db).unwrap();
    let anchors: Vec<Anchor> = seen.into_iter().map(|seen| Anchor { seq: seen.seq, hash: seen.hash }).collect();
    for place in &places {
        db.batch_execute(&format!(
            "create table public.kept as table sec.log_entry; create table public.kept_head as table sec.log_head; do $$ declare e record; before bytea; next bytea; body bytea; begin \
               for e in select * from sec.log_entry where seq >= {place} order by seq loop \
                 before := coalesce(next, e.previous); body := case when e.seq = {place} then convert_to(replace(convert_from(e.stored, 'UTF8'), 'proof', 'prove'), 'UTF8') else e.stored end; \
                 next := sha256(before || int8send(e.seq) || int8send(length(body)::bigint) || body); \
                 update sec.log_entry set stored = body, action = convert_from(body, 'UTF8')::jsonb ->> 'action', previous = before, hash = next where seq = e.seq; end loop; \
               update sec.log_head set hash = next; end $$")).unwrap();
        tries += 1;
        if !matches!(verify(&url, &[]).unwrap(), Chain::Whole(_)) { missed.push(format!("the rebuilt chain at {place} is no whole chain: this measures nothing")) }
        match verify(&url, &anchors).unwrap() {
            Chain::Broken(at) if at <= *place && place - at < 100 => {}
            other => missed.push(format!("rebuilt chain at {place}: {other:?}")),
        }
        db.batch_execute("truncate sec.log_entry; insert into sec.log_entry select * from public.kept; update sec.log_head h set hash = k.hash from public.kept_head k; drop table public.kept, public.kept_head").unwrap();
    }
    let whole = matches!(verify(&url, &anchors).unwrap(), Chain::Whole(_));
    figures.publish(13, "tamperings not found at their entry", missed.len(), tries, "0; no false alarm", missed.is_empty() && whole, json!({ "missed": missed, "kinds": 9, "anchorsOutside": anchors.len() }));
}
