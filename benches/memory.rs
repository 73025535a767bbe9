//! Memory of the server at rest and while 64 connections ask for pages.

use std::time::Duration;

use serde_json::json;

use crate::Res;
use crate::figure::{Figure, number};
use crate::lists;
use crate::processes;
use crate::world::World;

/// A new server at rest, then under load.
///
/// # Errors
/// When a page fails.
pub fn memory(world: &mut World) -> Res<()> {
    world.stop_server();
    let pid = world.server()?.pid();
    std::thread::sleep(Duration::from_secs(2));
    let rest = processes::memory(pid)?;
    Figure { what: "memory of the server at rest", ours: rest, beside: None, unit: "MB", n: 1, aim: "under 30 MB", met: Some(rest < 30.0), parts: json!({}) }.print();
    let pages = lists::of_coordinator(world)?;
    let (done, most) = processes::highest_memory(pid, || -> Res<usize> {
        let mut n = 0;
        for page in &pages {
            n += lists::load(world, page, 64, Duration::from_secs(4))?.took.len();
        }
        Ok(n)
    });
    std::thread::sleep(Duration::from_secs(1));
    let after = processes::memory(pid)?;
    Figure {
        what: "memory of the server, 64 connections", ours: most, beside: None, unit: "MB", n: done?, aim: "under 60 MB", met: Some(most < 60.0), parts: json!({ "after": number(after) }),
    }.print();
    Ok(())
}
