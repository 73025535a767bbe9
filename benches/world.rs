//! Everything a measure needs: a throw-away installation that syncs to disk as a real one does, its people, a running server.

use std::path::{Path, PathBuf};

use diesel::prelude::*;
use lering::http::Keys;
use lering::ids::{BureauId, CaseId, CompartmentId};
use lering::start::{self, Installation};
use lering::tx::{App, Refusal, Refused, Tx};
use tokio::runtime::Runtime;

use crate::Res;
use crate::people::{self, Bureau, Person};
use crate::server::Server;

/// A case with compartments and keys, beside the many that have process facts only.
pub struct Reviewed {
    /// The case.
    pub case: CaseId,
    /// Its panel.
    pub panel: CompartmentId,
    /// Its report.
    pub report: CompartmentId,
}

/// What is measured.
pub struct World {
    // Fields end in this order: the server before the database it uses, the folder last.
    server: Option<Server>,
    /// The application in this process, to make what is measured.
    pub app: App,
    /// The installation, which runs the database.
    pub installation: Installation,
    /// Signs access tokens.
    pub keys: Keys,
    /// The bureau.
    pub bureau: BureauId,
    /// Its people.
    pub people: Bureau,
    /// For documents: one to read, one to write; filled by `reviewed`.
    pub reviewed: Vec<Reviewed>,
    runtime: Runtime,
    folder: tempfile::TempDir,
}

impl World {
    /// A new database with one bureau.
    ///
    /// # Errors
    /// Whatever keeps a server from starting.
    pub fn new() -> Res<World> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let folder = tempfile::Builder::new().prefix("lering-bench").tempdir()?;
        let installation = start::open(folder.path(), None)?;
        let app = installation.app(4)?;
        let keys = Keys::of(&app.parts().installation);
        let people = runtime.block_on(people::bureau(&installation, &app))?;
        let bureau = runtime.block_on(app.run(people.coordinator.caller(), |tx| tx.bureau()))?;
        Ok(World { server: None, app, installation, keys, bureau, people, reviewed: vec![], runtime, folder })
    }

    /// The installation's folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The superuser's address of the database.
    pub fn admin_url(&self) -> String {
        self.installation.cluster.as_ref().map(|cluster| cluster.admin_url("lering")).unwrap_or_default()
    }

    /// The superuser's connection: to seed, and to look past the application.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn database(&self) -> Res<PgConnection> {
        Ok(PgConnection::establish(&self.admin_url())?)
    }

    /// The first process of the database server.
    ///
    /// # Errors
    /// When it left no file.
    pub fn postmaster(&self) -> Res<u32> {
        let text = std::fs::read_to_string(self.folder.path().join("pg/postmaster.pid"))?;
        Ok(text.lines().next().unwrap_or_default().trim().parse()?)
    }

    /// The server; started when there is none.
    ///
    /// # Errors
    /// When it does not start.
    pub fn server(&mut self) -> Res<&Server> {
        if self.server.is_none() {
            self.server = Some(Server::start(self.folder.path())?);
        }
        self.server.as_ref().ok_or_else(|| "no server".into())
    }

    /// Stops the server; the next use starts a new one.
    pub fn stop_server(&mut self) {
        self.server = None;
    }

    /// Runs a use case in this process.
    ///
    /// # Errors
    /// Whatever it refuses.
    pub fn run<T, E>(&self, who: &Person, work: impl FnOnce(&mut Tx) -> Result<T, E> + Send + 'static) -> Res<T>
    where
        T: Send + 'static,
        E: Refusal + From<Refused> + Sync,
    {
        self.runtime.block_on(self.app.run(who.caller(), work)).map_err(|why| format!("{why}: {:?}", why.faults()).into())
    }

    /// Ends everything but the data, and gives their folder.
    pub fn into_folder(self) -> (tempfile::TempDir, PathBuf) {
        let World { server, app, installation, runtime, folder, .. } = self;
        drop((server, app, installation, runtime));
        let path = folder.path().to_owned();
        (folder, path)
    }
}
