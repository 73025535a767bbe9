//! What Lering costs: requests a second, CPU, memory and start, beside `pgbench` running the same statements on the same database
//! in the same run. One JSON line a figure; `docs/benches.md` says what each means. A figure that misses its aim fails nothing.
//!
//! `./dev bench` runs all of it; `./dev bench --quick` leaves out the 200,000 cases; `./dev bench --only save,sign-in` runs some,
//! `--only statements` says where the database's time goes.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod chronology;
mod figure;
mod first_page;
mod heavy;
mod lists;
mod load;
mod memory;
mod people;
mod pgbench;
mod processes;
mod register;
mod reviewed;
mod save;
mod seed;
mod server;
mod sign_in;
mod start_up;
mod statements;
mod world;

use std::path::Path;
use std::process::ExitCode;

use world::World;

/// Whatever went wrong; a bench says it and stops.
pub type Res<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// What the command line asked for.
struct Wanted {
    quick: bool,
    only: Vec<String>,
}

impl Wanted {
    fn is(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|wanted| wanted == name)
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // The bench starts itself once more as the server it measures: a process of its own, with limits that let the load through.
    let done = match arguments.as_slice() {
        [serve, folder] if serve == "serve" => server::serve(Path::new(folder)),
        // And as that server's typesetter.
        [typeset] if typeset == lering::typesetting::ARGUMENT => lering::typesetting::child().map_err(Into::into),
        told => {
            let only = told.iter().skip_while(|told| *told != "--only").nth(1).map(|names| names.split(',').map(str::to_owned).collect()).unwrap_or_default();
            run(&Wanted { quick: told.iter().any(|told| told == "--quick"), only })
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("bench: {why}");
            ExitCode::FAILURE
        }
    }
}

fn run(wanted: &Wanted) -> Res<()> {
    let began = std::time::Instant::now();
    let say = |what: &str| eprintln!("{:>4} s  {what}", began.elapsed().as_secs());
    figure::machine()?;
    say("a private database, a bureau and its people");
    let mut world = World::new()?;
    if wanted.is("register") {
        say("tables of the register");
        register::register(&world)?;
        if wanted.only.len() == 1 {
            return Ok(());
        }
    }
    say("2,000 cases");
    seed::cases(&world, 0, 2_000)?;
    let small = if wanted.is("growth") { Some(lists::growth(&mut world, 2_000, None)?) } else { None };
    say("20,000 cases");
    seed::cases(&world, 2_000, 20_000)?;
    if wanted.is("pages") {
        say("case list and case page");
        lists::pages(&mut world)?;
    }
    if let Some(small) = &small {
        lists::growth(&mut world, 20_000, Some(small))?;
    }
    say("two cases with sealed documents");
    reviewed::fill(&mut world)?;
    if wanted.only.iter().any(|only| only == "statements") {
        statements::all(&mut world)?;
    }
    if wanted.is("save") {
        say("saves");
        save::saves(&mut world)?;
    }
    if wanted.is("chronology") {
        say("the chronology");
        chronology::page(&mut world)?;
    }
    if wanted.is("report") {
        say("the report, and pages while it is set");
        heavy::report(&mut world)?;
    }
    if wanted.is("sign-in") {
        say("sign-in");
        sign_in::sign_in(&mut world)?;
    }
    if wanted.is("memory") {
        say("memory");
        memory::memory(&mut world)?;
    }
    if wanted.is("first-page") {
        first_page::bytes(&mut world)?;
    }
    if let (Some(small), false) = (&small, wanted.quick) {
        say("200,000 cases");
        if seed::cases(&world, 20_000, 200_000)? {
            if wanted.only.iter().any(|only| only == "statements") {
                statements::pages(&mut world)?;
            }
            lists::growth(&mut world, 200_000, Some(small))?;
        }
    }
    if wanted.is("start") {
        say("start");
        start_up::start(world)?;
    }
    say("done");
    Ok(())
}
