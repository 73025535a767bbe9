//! The merged chronology: entries of twelve organisations, decrypted, merged and drawn.

use serde_json::json;

use crate::Res;
use crate::figure::{Figure, number};
use crate::lists::counted;
use crate::load::{self, Request, middle};
use crate::reviewed::{self, ENTRIES};
use crate::world::World;

const TURNS: usize = 7;

/// CPU of one page.
///
/// # Errors
/// When the page fails.
pub fn page(world: &mut World) -> Res<()> {
    let path = reviewed::page_of(world.reviewed[0].case, "/timeline");
    let headers = world.people.chair.headers(&world.keys);
    let address = world.server()?.address.clone();
    let size = load::one(&address, &Request::page(&path, &headers))?.bytes;
    let (took, cpu) = counted(world, |_| {
        let mut took = vec![];
        for _ in 0..TURNS {
            let began = std::time::Instant::now();
            load::one(&address, &Request::page(&path, &headers))?;
            took.push(began.elapsed().as_secs_f64() * 1e3);
        }
        Ok(took)
    })?;
    let each = |seconds: f64| seconds / TURNS as f64 * 1e3;
    let all = each(cpu.server + cpu.database);
    Figure {
        what: &format!("chronology page of {ENTRIES} sealed entries, CPU"), ours: all, beside: None, unit: "ms", n: TURNS, aim: "under 100 ms", met: Some(all < 100.0),
        parts: json!({ "server": number(each(cpu.server)), "database": number(each(cpu.database)), "time": number(middle(took)), "bytes": size }),
    }.print();
    Ok(())
}
