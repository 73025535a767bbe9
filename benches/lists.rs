//! Case list and case page beside pgbench running the same transactions; and the same with more and more cases.

use std::time::Duration;

use serde_json::json;

use crate::Res;
use crate::figure::{Figure, number};
use crate::load::{self, Connection, Outcome, Request, middle, share};
use crate::pgbench::{self, Script};
use crate::world::World;
use crate::{processes, seed};

/// A page that is asked for again and again.
pub struct Page {
    /// Its name in the figures.
    pub name: &'static str,
    /// Addresses that take turns.
    pub paths: Vec<String>,
}

/// The pages of the coordinator.
///
/// # Errors
/// When the database does not answer.
pub fn of_coordinator(world: &mut World) -> Res<[Page; 2]> {
    let cases = seed::own_cases(world)?;
    let mut list = vec!["/cases".to_owned(), "/cases?state=panel".to_owned()];
    // The third page and the fifth, as one comes there.
    let (headers, mut at) = (world.people.coordinator.headers(&world.keys), "/cases".to_owned());
    let mut connection = Connection::open(&world.server()?.address.clone())?;
    for page in 2..=5 {
        let shown = connection.send(&Request { line: format!("GET {at}"), headers: headers.clone(), body: String::new() })?;
        let shown = String::from_utf8_lossy(&shown.body).into_owned();
        // Of few cases there are no five pages.
        let Some(next) = shown.split("rel=\"next\" href=\"").nth(1).and_then(|rest| rest.split('"').next()) else { break };
        at = next.to_owned();
        if page % 2 == 1 {
            list.push(at.clone());
        }
    }
    Ok([Page { name: "case list", paths: list }, Page { name: "case page", paths: cases.iter().map(|id| format!("/cases/{id}")).collect() }])
}

/// Loads the server with a page.
///
/// # Errors
/// The first request that fails.
pub fn load(world: &mut World, page: &Page, connections: usize, time: Duration) -> Res<Outcome> {
    let headers = world.people.coordinator.headers(&world.keys);
    let address = world.server()?.address.clone();
    load::run(&address, connections, time, |number, turn| Request::page(&page.paths[(number * 37 + turn * 7) % page.paths.len()], &headers))
}

/// Seconds of CPU of server and database while something runs.
pub struct Cpu {
    /// The server.
    pub server: f64,
    /// The database.
    pub database: f64,
}

/// Runs something and counts.
///
/// # Errors
/// What it fails with.
pub fn counted<T>(world: &mut World, work: impl FnOnce(&mut World) -> Res<T>) -> Res<(T, Cpu)> {
    let (server, postmaster) = (world.server()?.pid(), world.postmaster()?);
    let (before, stored) = (processes::cpu(server), processes::cpu_of_database(postmaster));
    let value = work(world)?;
    Ok((value, Cpu { server: processes::cpu(server) - before, database: processes::cpu_of_database(postmaster) - stored }))
}

/// One side of a comparison: middle of its rounds, times of all.
#[derive(Default)]
struct Side {
    rates: Vec<f64>,
    cpu: Vec<f64>,
    server: Vec<f64>,
    took: Vec<f64>,
}

impl Side {
    fn add(&mut self, outcome: Outcome, server: f64, database: f64) {
        let n = outcome.took.len().max(1) as f64;
        self.rates.push(n / outcome.seconds);
        self.cpu.push((server + database) / n * 1e3);
        self.server.push(server / n * 1e3);
        self.took.extend(outcome.took);
    }
    fn at(&mut self, part: f64) -> f64 {
        self.took.sort_by(f64::total_cmp);
        share(&self.took, part)
    }
}

const ROUNDS: usize = 3;
const TIME: Duration = Duration::from_secs(4);

/// The two pages over 4 and 16 connections.
///
/// # Errors
/// When a request or pgbench fails.
pub fn pages(world: &mut World) -> Res<()> {
    for page in of_coordinator(world)? {
        let headers = world.people.coordinator.headers(&world.keys);
        let step = (page.paths.len() / 8).max(1);
        let samples: Vec<Request> = page.paths.iter().step_by(step).take(8).map(|path| Request::page(path, &headers)).collect();
        let scripts = pgbench::scripts(world, if page.name == "case list" { "list" } else { "page" }, &samples)?;
        for connections in [4, 16] {
            compare(world, &page, &scripts, connections)?;
        }
    }
    Ok(())
}

fn compare(world: &mut World, page: &Page, scripts: &[Script], connections: usize) -> Res<()> {
    let (mut ours, mut theirs) = (Side::default(), Side::default());
    let url = world.installation.app_url.clone();
    load(world, page, connections, Duration::from_secs(1))?;
    // By turns, so that whatever else the machine does falls on both.
    for _ in 0..ROUNDS {
        let (outcome, cpu) = counted(world, |world| load(world, page, connections, TIME))?;
        ours.add(outcome, cpu.server, cpu.database);
        let ran = pgbench::run(world, &url, scripts, connections, TIME)?;
        theirs.add(ran.outcome, ran.client, ran.database);
    }
    let (name, n) = (page.name, ours.took.len());
    let statements = scripts.iter().map(|script| script.statements).max().unwrap_or(0);
    let (cpu, other) = (middle(ours.cpu.clone()), middle(theirs.cpu.clone()));
    let server = middle(ours.server.clone());
    Figure {
        what: &format!("{name}, CPU a request, {connections} connections"), ours: cpu, beside: Some(other), unit: "ms", n, aim: "at most 2x", met: Some(cpu <= 2.0 * other),
        parts: json!({ "server": number(server), "database": number(cpu - server), "pgbench itself": number(middle(theirs.server.clone())), "statements": statements }),
    }.print();
    let (rate, other) = (middle(ours.rates.clone()), middle(theirs.rates.clone()));
    Figure {
        what: &format!("{name}, requests a second, {connections} connections"), ours: rate, beside: Some(other), unit: "1/s", n, aim: "at least half", met: Some(rate >= 0.5 * other),
        parts: json!({}),
    }.print();
    let (half, most, others) = (ours.at(0.5), ours.at(0.99), theirs.at(0.99));
    Figure {
        what: &format!("{name}, p99, {connections} connections"), ours: most, beside: Some(others), unit: "ms", n, aim: "at most 3x p50", met: Some(most <= 3.0 * half),
        parts: json!({ "p50": number(half), "p99 by p50": number(most / half), "pgbench p50": number(theirs.at(0.5)) }),
    }.print();
    Ok(())
}

/// CPU a request of list and page at one size.
pub struct Grown {
    cpu: Vec<f64>,
}

/// Measures both pages at a size; the ratio is to the first size.
///
/// # Errors
/// When a request fails.
pub fn growth(world: &mut World, cases: u32, first: Option<&Grown>) -> Res<Grown> {
    let mut grown = vec![];
    for (at, page) in of_coordinator(world)?.into_iter().enumerate() {
        load(world, &page, 4, Duration::from_secs(1))?;
        let (outcome, cpu) = counted(world, |world| load(world, &page, 4, Duration::from_secs(5)))?;
        let n = outcome.took.len();
        let each = (cpu.server + cpu.database) / n.max(1) as f64 * 1e3;
        let beside = first.map(|first| first.cpu[at]);
        Figure {
            what: &format!("{}, CPU a request at {cases} cases (beside: at 2000)", page.name), ours: each, beside, unit: "ms", n, aim: "flat: at most 1.2x",
            met: beside.map(|beside| each <= 1.2 * beside), parts: json!({ "server": number(cpu.server / n.max(1) as f64 * 1e3), "p50": number(share(&outcome.took, 0.5)) }),
        }.print();
        grown.push(each);
    }
    Ok(Grown { cpu: grown })
}
