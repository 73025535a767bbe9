//! The server: routes, layers, limits.

use std::net::TcpListener;

use actix_web::dev::Server;
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{self, Data};
use actix_web::{App as Actix, HttpServer};

use std::future::Future;
use std::pin::Pin;

use uuid::Uuid;
use zeroize::Zeroizing;

use super::limits::Limits;
use super::routes::Known;
use super::{Keys, Routes, assets, who};
use crate::tx::{App, Caller};

/// How the server runs.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Threads that parse and answer; use cases have a pool of their own.
    pub workers: usize,
    /// Reads a minute of one session.
    pub reading: u32,
    /// Writes a minute of one session: autosave, coding and a practice case in a minute fit in (ruling 33).
    pub writing: u32,
    /// Calls a minute of one address without a session.
    pub strangers: u32,
    /// Searches a minute of one session (`security.md` section 9).
    pub searching: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { workers: 2, reading: 600, writing: 600, strangers: 300, searching: 10 }
    }
}

/// How long an idle connection is kept.
const KEPT: std::time::Duration = std::time::Duration::from_secs(75);

/// What came of a refresh token.
pub enum Renewed {
    /// A new one.
    Fresh(Zeroizing<Vec<u8>>),
    /// Another tab used it a moment ago; the session lives.
    Race,
    /// The session is over.
    Ended,
}

type Promise<T> = Pin<Box<dyn Future<Output = T>>>;

/// What the network layer asks of the rooms above it.
#[derive(Clone, Copy)]
pub struct Hooks {
    /// A new refresh token for an old one.
    pub refresh: fn(App, Zeroizing<Vec<u8>>) -> Promise<Renewed>,
    /// Keeps a form that came too late: session handle, path, fields. False when there is nobody to keep it for.
    pub park: fn(App, Zeroizing<Vec<u8>>, String, Vec<(String, String)>) -> Promise<bool>,
    /// Throws away what was kept of a form that has been taken.
    pub taken: fn(App, Caller, Uuid) -> Promise<()>,
}

/// The server on a bound port; it runs until it is told to stop.
///
/// # Errors
/// When the port can't be listened on.
pub fn serve(app: App, listener: TcpListener, settings: &Settings, hooks: Hooks, routes: fn() -> Routes) -> std::io::Result<Server> {
    let keys = Data::new(Keys::of(&app.parts().installation));
    let limits = Data::new(Limits::new(settings.reading, settings.writing, settings.strangers, settings.searching));
    let (app, hooks, known) = (Data::new(app), Data::new(hooks), Data::new(Known::of(routes().infos())));
    let server = HttpServer::new(move || {
        Actix::new()
            .app_data(app.clone()).app_data(keys.clone()).app_data(limits.clone()).app_data(hooks.clone()).app_data(known.clone())
            .app_data(web::PayloadConfig::new(2 * 1024 * 1024))
            .wrap(from_fn(who::layer)).wrap(Compress::default())
            .route("/assets/{name}", web::get().to(assets::file)).route("/assets/{name}", web::head().to(assets::file))
            .configure(|config| routes().install(config))
    })
    // People read for a while before they go on, and proxies keep their connections a minute: closing sooner loses what is sent into the closing.
    // A compressed page leaves in several pieces: held back until the client confirms the first, it would come 40 ms late.
    .workers(settings.workers).keep_alive(KEPT).shutdown_timeout(10).disable_signals().tcp_nodelay(true)
    .listen(listener)?
    .run();
    Ok(server)
}
