//! Saving a note of 4 KB, sealed, log entry included, beside pgbench doing one pair of inserts; both sync to disk.

use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use serde_json::json;

use crate::Res;
use crate::figure::{Figure, number};
use crate::lists::counted;
use crate::load::{self, Request, share};
use crate::pgbench;
use crate::world::World;

const TIME: Duration = Duration::from_secs(4);
const LENGTH: usize = 4096;

/// Autosaves and saved versions, over one connection and over four.
///
/// # Errors
/// When a save fails.
pub fn saves(world: &mut World) -> Res<()> {
    let note = "Een aantekening. ".repeat(LENGTH / 17);
    let report = world.reviewed[1].report;
    let documents = format!("/api/v1/compartments/{report}/documents/report-section");
    let headers = world.people.secretary.headers(&world.keys);
    let address = world.server()?.address.clone();
    let mut items = vec![];
    for number in 0..4 {
        let answers = json!({ "section": format!("note_{number}"), "text": note });
        let made = load::one(&address, &Request::json(&format!("POST {documents}"), &headers, &json!({ "answers": answers })))?;
        let made: serde_json::Value = serde_json::from_slice(&made.body)?;
        items.push(made.get("id").and_then(|id| id.as_str()).ok_or("no id")?.to_owned());
    }
    let pair = pair(world)?;
    let url = world.admin_url();
    for (what, draft) in [("autosave of a sealed note of 4 KB", true), ("saved version of a sealed note of 4 KB", false)] {
        // Revisions of drafts begin at 0, versions of documents at 1; each connection has a document of its own.
        let seen: Vec<AtomicI32> = items.iter().map(|_| AtomicI32::new(i32::from(!draft))).collect();
        for connections in [1, 4] {
            let next = |number: usize, _: usize| {
                let at = seen[number].fetch_add(1, Ordering::Relaxed);
                let (path, answers) = (format!("PUT {documents}/{}", items[number]), json!({ "section": format!("note_{number}"), "text": note }));
                if draft {
                    Request::json(&format!("{path}/draft"), &headers, &json!({ "seen": 1, "revision": at, "answers": answers }))
                } else {
                    Request::json(&path, &format!("{headers}if-match: \"{at}\"\r\n"), &json!({ "answers": answers }))
                }
            };
            let (ours, cpu) = counted(world, |_| load::run(&address, connections, TIME, next))?;
            let theirs = pgbench::run(world, &url, std::slice::from_ref(&pair), connections, TIME)?;
            let n = ours.took.len().max(1);
            let (mean, other) = (mean(&ours.took), mean(&theirs.outcome.took));
            Figure {
                what: &format!("{what}, {connections} connections"), ours: mean, beside: Some(other), unit: "ms", n, aim: "at most 2x one pair of inserts", met: Some(mean <= 2.0 * other),
                parts: json!({
                    "p50": number(share(&ours.took, 0.5)), "p99": number(share(&ours.took, 0.99)), "server CPU": number(cpu.server / n as f64 * 1e3),
                    "database CPU": number(cpu.database / n as f64 * 1e3), "pgbench's database CPU": number(theirs.database / theirs.outcome.took.len().max(1) as f64 * 1e3),
                }),
            }.print();
        }
    }
    Ok(())
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// A body and a key, as two plain rows without policies.
fn pair(world: &World) -> Res<pgbench::Script> {
    world.database()?.batch_execute(
        "create table bench.note (id uuid primary key, body bytea not null, at timestamptz not null default now()); \
         create table bench.note_key (id uuid primary key references bench.note, sealed bytea not null)",
    )?;
    let text = "begin;\nwith made as (insert into bench.note (id, body) values (gen_random_uuid(), :body::bytea) returning id) select id from made \\gset\n\
        insert into bench.note_key (id, sealed) values (:'id', :key::bytea);\ncommit;\n";
    // pgbench has no quoting of variables; in prepared mode they are parameters.
    let text = text.replace(":'id'", ":id::uuid");
    let hex = |length: usize| format!("\\x{}", "5a".repeat(length));
    pgbench::script(world.folder(), "pair", &text, vec![("body".into(), hex(LENGTH)), ("key".into(), hex(72))])
}
