//! Bytes of the first page somebody loads: sign-in with everything it names.

use serde_json::json;

use crate::Res;
use crate::figure::Figure;
use crate::load::{self, Request};
use crate::world::World;

/// The addresses a page loads by itself.
fn named(html: &str) -> Vec<String> {
    let tags = html.split('<').filter(|tag| tag.starts_with("link ") || tag.starts_with("script ") || tag.starts_with("img "));
    tags.filter_map(|tag| tag.split_once("href=\"").or_else(|| tag.split_once("src=\"")).and_then(|(_, rest)| rest.split('"').next()).map(str::to_owned)).collect()
}

/// Counts them, header lines included.
///
/// # Errors
/// When one does not load.
pub fn bytes(world: &mut World) -> Res<()> {
    let address = world.server()?.address.clone();
    let plain = load::one(&address, &Request { line: "GET /sign-in".into(), headers: String::new(), body: String::new() })?;
    let named = named(&String::from_utf8_lossy(&plain.body));
    let outside = named.iter().filter(|address| !address.starts_with('/')).count();
    let mut bytes = 0;
    for path in ["/sign-in".to_owned()].into_iter().chain(named.iter().filter(|address| address.starts_with('/')).cloned()) {
        bytes += load::one(&address, &Request::page(&path, ""))?.bytes;
    }
    Figure {
        what: "first page load, gzip", ours: bytes as f64 / 1e3, beside: None, unit: "KB", n: 1 + named.len(), aim: "under 100 KB, no outside request", met: Some(bytes < 100_000 && outside == 0),
        parts: json!({ "outside requests": outside, "files": named }),
    }.print();
    Ok(())
}
