//! Styles and scripts, with a hash in their address so that browsers may keep them for good.

use std::sync::OnceLock;

use actix_web::http::header;
use actix_web::{HttpResponse, web};
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
        all.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
    });
    format!("/assets/{name}?v={version}")
}

/// One file.
pub(super) async fn file(name: web::Path<String>) -> HttpResponse {
    let Some(found) = Files::get(&name) else { return HttpResponse::NotFound().content_type("text/plain").finish() };
    let kind = match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    };
    HttpResponse::Ok().content_type(kind).insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable")).body(found.data.into_owned())
}
