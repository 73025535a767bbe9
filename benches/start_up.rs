//! From the command to the first answer, on data that are there already: with the database running, and with starting it too.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use serde_json::json;

use crate::Res;
use crate::figure::{Figure, number};
use crate::load::{self, Request, middle};
use crate::processes;
use crate::server::Server;
use crate::world::World;

const TURNS: usize = 5;

/// The program itself, as an operator starts it. Gives the seconds, and its memory a second later.
fn once(data: &Path, database: Option<&str>) -> Res<(f64, f64)> {
    let listen = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
    let mut command = Command::new(env!("CARGO_BIN_EXE_lering"));
    command.arg("--data").arg(data).args(["up", "--empty", "--listen", &listen]).env_remove("DATABASE_URL");
    if let Some(url) = database {
        command.arg("--database-url").arg(url);
    }
    let began = Instant::now();
    let server = Server::ready(command)?;
    load::one(&server.address, &Request::page("/sign-in", ""))?;
    let took = began.elapsed().as_secs_f64();
    std::thread::sleep(std::time::Duration::from_secs(1));
    let memory = processes::memory(server.pid())?;
    server.stop()?;
    Ok((took, memory))
}

/// Both figures; this comes last, since the database is given up.
///
/// # Errors
/// When the program does not start.
pub fn start(mut world: World) -> Res<()> {
    world.stop_server();
    let url = world.admin_url();
    let beside: Vec<(f64, f64)> = (0..TURNS).map(|_| once(world.folder(), Some(&url))).collect::<Res<_>>()?;
    let took = middle(beside.iter().map(|(took, _)| *took).collect());
    Figure {
        what: "start to first answer, migrated database", ours: took, beside: None, unit: "s", n: TURNS, aim: "under 0.2 s", met: Some(took < 0.2),
        parts: json!({ "memory of the program a second later, MB": number(middle(beside.iter().map(|(_, memory)| *memory).collect())) }),
    }.print();
    let (_folder, path) = world.into_folder();
    let whole: Vec<f64> = (0..3).map(|_| once(&path, None).map(|(took, _)| took)).collect::<Res<_>>()?;
    Figure { what: "the same with the private database started too", ours: middle(whole), beside: None, unit: "s", n: 3, aim: "", met: None, parts: json!({}) }.print();
    Ok(())
}
