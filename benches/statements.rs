//! Where the database's time goes: the statements of a request by how long they took, plan included. For `--only statements`.

use std::collections::BTreeMap;
use std::fs;

use diesel::connection::SimpleConnection;
use serde_json::json;

use crate::Res;
use crate::figure::number;
use crate::load::{self, Request};
use crate::world::World;

/// So many requests first, until every statement is prepared; then as many are counted.
const TURNS: usize = 10;
const SHOWN: usize = 12;

/// Prints the slowest statements of a request, in milliseconds a request.
///
/// # Errors
/// When a request fails.
pub fn slowest(world: &mut World, what: &str, next: impl Fn(usize) -> Request) -> Res<()> {
    world.stop_server();
    let mut database = world.database()?;
    database.batch_execute("alter role hr_app set log_min_duration_statement = 0")?;
    let told = told(world, next);
    database.batch_execute("alter role hr_app reset log_min_duration_statement")?;
    world.stop_server();
    let (mut sums, mut all): (BTreeMap<String, (f64, usize)>, f64) = (BTreeMap::new(), 0.0);
    for line in told?.replace("\n\t", " ").lines() {
        let Some((took, rest)) = line.split_once("duration: ").and_then(|(_, rest)| rest.split_once(" ms  ")) else { continue };
        let (took, sql) = (took.parse::<f64>().unwrap_or(0.0), rest.split_once(": ").map_or(rest, |(_, sql)| sql));
        let entry = sums.entry(sql.chars().take(160).collect()).or_default();
        entry.0 += took;
        entry.1 += usize::from(rest.starts_with("execute") || rest.starts_with("statement"));
        all += took;
    }
    let each = |sum: f64| number(sum / TURNS as f64);
    let mut sums: Vec<_> = sums.into_iter().collect();
    sums.sort_by(|one, other| other.1.0.total_cmp(&one.1.0));
    let shown: Vec<_> = sums.iter().take(SHOWN).map(|(sql, (sum, times))| json!({ "ms": each(*sum), "times": *times as f64 / TURNS as f64, "statement": sql })).collect();
    println!("{}", json!({ "what": format!("statements of {what}"), "ms": each(all), "slowest": shown }));
    Ok(())
}

fn told(world: &mut World, next: impl Fn(usize) -> Request) -> Res<String> {
    let log = world.folder().join("pg.log");
    let address = world.server()?.address.clone();
    // One connection of the pool serves one client after another.
    for turn in 0..TURNS {
        load::one(&address, &next(turn))?;
    }
    let before = fs::metadata(&log)?.len();
    for turn in TURNS..2 * TURNS {
        load::one(&address, &next(turn))?;
    }
    std::thread::sleep(std::time::Duration::from_millis(200));
    Ok(String::from_utf8_lossy(fs::read(&log)?.get(before as usize..).unwrap_or_default()).into_owned())
}

/// List and case page.
///
/// # Errors
/// When a request fails.
pub fn pages(world: &mut World) -> Res<()> {
    let coordinator = world.people.coordinator.headers(&world.keys);
    for page in crate::lists::of_coordinator(world)? {
        slowest(world, page.name, |turn| Request::page(&page.paths[turn % page.paths.len()], &coordinator))?;
    }
    Ok(())
}

/// These, chronology, autosave and saved version.
///
/// # Errors
/// When a request fails.
pub fn all(world: &mut World) -> Res<()> {
    pages(world)?;
    let (chair, secretary) = (world.people.chair.headers(&world.keys), world.people.secretary.headers(&world.keys));
    let path = crate::reviewed::page_of(world.reviewed[0].case, "/timeline");
    slowest(world, "the chronology page", |_| Request::page(&path, &chair))?;
    let documents = format!("/api/v1/compartments/{}/documents/report-section", world.reviewed[1].report);
    let answers = json!({ "section": "statements", "text": "Een aantekening." });
    let address = world.server()?.address.clone();
    let made = load::one(&address, &Request::json(&format!("POST {documents}"), &secretary, &json!({ "answers": answers })))?;
    let made: serde_json::Value = serde_json::from_slice(&made.body)?;
    let path = format!("PUT {documents}/{}", made.get("id").and_then(|id| id.as_str()).ok_or("no id")?);
    slowest(world, "an autosave", |turn| Request::json(&format!("{path}/draft"), &secretary, &json!({ "seen": 1, "revision": turn, "answers": answers })))?;
    slowest(world, "a saved version", |turn| Request::json(&path, &format!("{secretary}if-match: \"{}\"\r\n", turn + 1), &json!({ "answers": answers })))
}
