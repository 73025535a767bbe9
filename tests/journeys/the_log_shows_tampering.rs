use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Text};
use lering::access::{Kind, Role};
use lering::anchors::Anchors;
use lering::compartments;
use lering::db::log_chain::{Chain, verify};
use lering::notices::Mail;
use lering::tx::{Place, Refused};
use lering::worker::{self, Settings};

use crate::support::{Someone, World, sha};

static READ: lering::access::Act = lering::access::Act { name: "test.read", within: Kind::Case, by: &[Role::Coordinator], step_up: false };
static STEP: lering::access::Act = lering::access::Act { name: "test.step", within: Kind::Case, by: &[Role::Chair], step_up: false };

#[derive(QueryableByName)]
struct Entry { #[diesel(sql_type = BigInt)] seq: i64, #[diesel(sql_type = Binary)] stored: Vec<u8>, #[diesel(sql_type = Binary)] previous: Vec<u8>, #[diesel(sql_type = Binary)] hash: Vec<u8>, #[diesel(sql_type = Text)] action: String, #[diesel(sql_type = Text)] result: String }

fn entries(db: &mut PgConnection) -> Vec<Entry> {
    diesel::sql_query("select seq, stored, previous, hash, action, result from sec.log_entry order by seq").load(db).unwrap()
}

/// Recomputes the chain as `security.md` section 7 says; the sequence of the first bad entry.
fn first_bad(entries: &[Entry]) -> Option<i64> {
    let mut head = sha(b"lering log");
    for (index, entry) in entries.iter().enumerate() {
        let expected = sha(&[head.as_slice(), &entry.seq.to_be_bytes(), &(entry.stored.len() as i64).to_be_bytes(), &entry.stored].concat());
        if entry.seq != index as i64 + 1 || entry.previous != head || entry.hash != expected {
            return Some(entry.seq);
        }
        head = expected;
    }
    None
}

#[tokio::test(flavor = "multi_thread")]
async fn i_4_i_15_reads_writes_and_refusals_stand_in_the_chain_and_a_touched_entry_shows() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let coordinator = world.person(&administrator, Role::Coordinator).await;
    let case = world.case(&coordinator).await;
    let own = world.app.run(coordinator.caller(), move |tx| compartments::create(tx, Kind::Case, Some(case), Role::Coordinator)).await.unwrap().id;
    world.app.run(coordinator.caller(), move |tx| tx.permit(&READ, Place::Compartment(own), None).map(|_| ())).await.unwrap();
    // A use case that asked, and then failed, leaves the refusal and nothing else.
    let refused: Result<(), Refused> = world.app.run(coordinator.caller(), move |tx| {
        tx.permit(&READ, Place::Compartment(own), None)?;
        Err(Refused::Rule("already-there"))
    }).await;
    assert!(refused.is_err());
    assert!(world.app.run(coordinator.caller(), move |tx| tx.permit(&STEP, Place::Compartment(own), None).map(|_| ())).await.is_err());
    // Who an entry is of comes from the context: what is appended past the program names no other.
    world.app.run(coordinator.caller(), |tx| -> Result<usize, Refused> {
        Ok(diesel::sql_query("select sec.append('[{\"action\": \"test.forged\", \"role\": \"NC\", \"membership\": null, \"at\": \"2001-01-01T00:00:00Z\"}]')").execute(tx.db())?)
    }).await.unwrap();
    let mut db = world.connection("postgres");
    let all = entries(&mut db);
    let forged = String::from_utf8(all.iter().find(|entry| entry.action == "test.forged").unwrap().stored.clone()).unwrap();
    assert!(forged.contains("\"role\": \"CO\"") && forged.contains(&coordinator.hat.to_string()) && !forged.contains("2001"), "{forged}");
    let of_read: Vec<&str> = all.iter().filter(|entry| entry.action == "test.read").map(|entry| entry.result.as_str()).collect();
    assert_eq!(of_read, ["done", "already-there"]);
    assert_eq!(first_bad(&all), None);
    // The verifier of the command line finds each touch, at the right entry, and nothing once it is undone.
    let (owner, whole) = (world.url("hr_migrate"), Chain::Whole(all.len() as i64));
    assert_eq!(verify(&owner, &[]).unwrap(), whole);
    let last = all.len() as i64;
    for (touch, undo, bad) in [
        ("update sec.log_entry set stored = stored || '\\x20' where seq = 2", "update sec.log_entry set stored = substring(stored for length(stored) - 1) where seq = 2", 2),
        ("update sec.log_entry set action = action || '!' where seq = 3", "update sec.log_entry set action = rtrim(action, '!') where seq = 3", 3),
        ("update sec.log_entry set role = role || '!' where seq = 3", "update sec.log_entry set role = rtrim(role, '!') where seq = 3", 3),
        ("update sec.log_entry set bureau_id = gen_random_uuid() where seq = 3", "update sec.log_entry set bureau_id = (convert_from(stored, 'UTF8')::jsonb ->> 'bureau')::uuid where seq = 3", 3),
        ("create table sec.cut as select * from sec.log_entry where seq = 2; delete from sec.log_entry where seq = 2", "insert into sec.log_entry select * from sec.cut; drop table sec.cut", 2),
        ("create table sec.cut as select * from sec.log_entry where seq = (select max(seq) from sec.log_entry); delete from sec.log_entry where seq = (select max(seq) from sec.log_entry)",
            "insert into sec.log_entry select * from sec.cut; drop table sec.cut", last),
        ("update sec.log_entry set seq = -seq where seq in (2, 3); update sec.log_entry set seq = 5 + seq where seq < 0", "update sec.log_entry set seq = seq - 5 where seq in (2, 3); update sec.log_entry set seq = -seq where seq < 0", 2),
    ] {
        db.batch_execute(touch).unwrap();
        assert_eq!(verify(&owner, &[]).unwrap(), Chain::Broken(bad), "{touch}");
        db.batch_execute(undo).unwrap();
        assert_eq!(verify(&owner, &[]).unwrap(), whole, "{undo}");
    }
}

/// Entries, one a transaction.
async fn write(world: &World, by: &Someone, entries: usize) {
    for _ in 0..entries {
        world.app.run(by.caller(), |tx| -> Result<(), Refused> { tx.note(lering::tx::Entry::done("test.write")); Ok(()) }).await.unwrap();
    }
}

/// Five years are over for what stands first: it goes, the rest is whole, and only the chain itself can say where it begins.
#[tokio::test(flavor = "multi_thread")]
async fn i_8_what_is_older_than_five_years_goes_from_the_start_only() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    write(&world, &administrator, 14).await;
    let (owner, mut db) = (world.url("hr_migrate"), world.connection("postgres"));
    let count = |db: &mut PgConnection| entries(db).len();
    let before = count(&mut db);
    assert!(before > 12);
    // An old moment after a young one stays, whatever the clock said.
    db.batch_execute("create table sec.moments as select seq, at from sec.log_entry; update sec.log_entry set at = at - interval '6 years' where seq in (7, 8)").unwrap();
    assert_eq!(verify(&owner, &[]).unwrap(), Chain::Broken(7), "a moment is compared with what is hashed");
    assert_eq!(world.app.run_worker(lering::tx::trim_log).await.unwrap(), 0);
    db.batch_execute("update sec.log_entry set at = at - interval '6 years' where seq <= 4").unwrap();
    // Nobody but the worker.
    let coordinator = world.person(&administrator, Role::Coordinator).await;
    assert_eq!(world.app.run(coordinator.caller(), lering::tx::trim_log).await.unwrap(), 0);
    assert_eq!(world.app.run_worker(lering::tx::trim_log).await.unwrap(), 4);
    db.batch_execute("update sec.log_entry e set at = m.at from sec.moments m where m.seq = e.seq").unwrap();
    let all = entries(&mut db);
    let last = all.last().unwrap();
    assert_eq!((all[0].seq, last.action.as_str(), verify(&owner, &[]).unwrap()), (5, "log.trim", Chain::Whole(last.seq)));
    // Once more, so that two entries say where it once began.
    db.batch_execute("update sec.log_entry set at = at - interval '6 years' where seq <= 6").unwrap();
    assert_eq!(world.app.run_worker(lering::tx::trim_log).await.unwrap(), 2);
    let last = entries(&mut db).last().unwrap().seq;
    assert_eq!(verify(&owner, &[]).unwrap(), Chain::Whole(last));
    // A start set by hand is told by no entry.
    db.batch_execute("update sec.log_start set seq = 9, hash = (select hash from sec.log_entry where seq = 9); delete from sec.log_entry where seq <= 9").unwrap();
    assert_eq!(verify(&owner, &[]).unwrap(), Chain::Broken(10));
}

/// The worker writes the head down outside the database: a chain rebuilt with its head is whole in itself, and contradicted by that.
#[tokio::test(flavor = "multi_thread")]
async fn i_8_a_rebuilt_chain_is_contradicted_by_what_stands_outside() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("anchors.jsonl");
    write(&world, &administrator, 3).await;
    let settings = Settings { anchors: Some(Anchors::new(file.clone(), &[3; 32])), ..Settings::new(Mail::Nowhere, String::new()) };
    assert!(worker::anchor(&world.app, &settings).await);
    assert!(!worker::anchor(&world.app, &settings).await, "the head has not moved");
    write(&world, &administrator, 2).await;
    assert!(worker::anchor(&world.app, &settings).await);
    assert!(world.app.run(administrator.caller(), lering::tx::log_head).await.unwrap().is_none(), "nobody but the worker learns the head");
    let (owner, mut db) = (world.url("hr_migrate"), world.connection("postgres"));
    let anchors = settings.anchors.as_ref().unwrap().read(&file).unwrap();
    let last = entries(&mut db).last().unwrap().seq;
    assert_eq!((anchors.len(), anchors[1].seq, verify(&owner, &anchors).unwrap()), (2, last, Chain::Whole(last)));
    // The last entry says something else, and everything that is hashed says so too.
    db.batch_execute("update sec.log_entry set stored = stored || '\\x20' where seq = (select seq from sec.log_head); \
        update sec.log_entry set hash = sha256(previous || int8send(seq) || int8send(length(stored)::bigint) || stored) where seq = (select seq from sec.log_head); \
        update sec.log_head h set hash = e.hash from sec.log_entry e where e.seq = h.seq").unwrap();
    assert_eq!((verify(&owner, &[]).unwrap(), verify(&owner, &anchors).unwrap()), (Chain::Whole(last), Chain::Broken(anchors[0].seq + 1)));
    // Cut off at the end, head and all.
    db.batch_execute("delete from sec.log_entry where seq = (select seq from sec.log_head); update sec.log_head h set seq = e.seq, hash = e.hash from (select * from sec.log_entry order by seq desc limit 1) e").unwrap();
    assert_eq!((verify(&owner, &[]).unwrap(), verify(&owner, &anchors).unwrap()), (Chain::Whole(last - 1), Chain::Broken(last)));
}

#[tokio::test(flavor = "multi_thread")]
async fn figure_14_many_writers_make_one_chain() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let coordinator = world.person(&administrator, Role::Coordinator).await;
    let case = world.case(&coordinator).await;
    let own = world.app.run(coordinator.caller(), move |tx| compartments::create(tx, Kind::Case, Some(case), Role::Coordinator)).await.unwrap().id;
    let before = entries(&mut world.connection("postgres")).len();
    let writers: Vec<_> = (0..8).map(|_| {
        let (app, caller) = (world.app.clone(), coordinator.caller());
        tokio::spawn(async move {
            for _ in 0..25 {
                app.run(caller.clone(), move |tx| tx.permit(&READ, Place::Compartment(own), None).map(|_| ())).await.unwrap();
            }
        })
    }).collect();
    for writer in writers { writer.await.unwrap(); }
    let all = entries(&mut world.connection("postgres"));
    assert_eq!((all.len(), first_bad(&all)), (before + 200, None));
}
