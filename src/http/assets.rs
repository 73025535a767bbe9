//! Styles and scripts, with a hash in their address so that browsers may keep them for good.

use std::collections::HashMap;
use std::io::Write;
use std::sync::{Mutex, OnceLock};

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use data_encoding::HEXLOWER;
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

#[derive(RustEmbed)]
#[folder = "web/assets"]
struct Files;

/// The address of a file: `/assets/theme.css?v=…`.
pub(super) fn address(name: &str) -> String {
    static VERSION: OnceLock<String> = OnceLock::new();
    let version = VERSION.get_or_init(|| {
        let mut all = Sha256::new();
        for file in Files::iter() {
            if let Some(found) = Files::get(&file) {
                all.update(&found.data);
            }
        }
        HEXLOWER.encode(&all.finalize()).chars().take(12).collect()
    });
    format!("/assets/{name}?v={version}")
}

/// A file as it leaves: once as it is, once compressed as small as it gets, which no answer in passing has the time for.
#[derive(Clone)]
struct Ready {
    plain: web::Bytes,
    small: web::Bytes,
}

/// The file, compressed at its first use. In development files are read anew at each use.
fn ready(name: &str) -> Option<Ready> {
    static KEPT: OnceLock<Mutex<HashMap<String, Ready>>> = OnceLock::new();
    let kept = KEPT.get_or_init(Mutex::default);
    if !cfg!(debug_assertions) && let Ok(kept) = kept.lock() && let Some(found) = kept.get(name) {
        return Some(found.clone());
    }
    let plain = web::Bytes::from(Files::get(name)?.data.into_owned());
    let mut small = GzEncoder::new(vec![], Compression::best());
    // Writing into memory does not fail; if it did, the file leaves as it is.
    let small = small.write_all(&plain).and_then(|()| small.finish()).map_or_else(|_| web::Bytes::new(), web::Bytes::from);
    let found = Ready { plain, small };
    if let Ok(mut kept) = kept.lock() {
        kept.insert(name.to_owned(), found.clone());
    }
    Some(found)
}

/// One file.
pub(super) async fn file(name: web::Path<String>, request: HttpRequest) -> HttpResponse {
    let Some(found) = ready(&name) else { return HttpResponse::NotFound().content_type("text/plain").finish() };
    let kind = match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    };
    let mut answer = HttpResponse::Ok();
    answer.content_type(kind).insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable")).insert_header((header::VARY, "accept-encoding"));
    let wants = request.headers().get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).is_some_and(|value| value.split(',').any(|part| part.trim() == "gzip"));
    if wants && !found.small.is_empty() {
        answer.insert_header((header::CONTENT_ENCODING, "gzip")).body(found.small)
    } else {
        answer.body(found.plain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_and_scripts_keep_to_their_weight() {
        let weight = |names: &[&str]| names.iter().map(|name| ready(name).unwrap().small.len()).sum::<usize>();
        let (styles, scripts) = (weight(&["theme.css"]), weight(&["app.js", "coding.js"]));
        assert!((1000..=10_000).contains(&styles) && (1000..=26_000).contains(&scripts), "styles {styles}, scripts {scripts}");
    }
}
