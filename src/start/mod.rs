//! What stands before the first request: the folder with the installation's secrets, the database, the running application.

mod arenas;
mod backup;
mod bootstrap;
pub mod codebooks;
mod folder;

pub use arenas::with_few_arenas;
pub use backup::{Files, back_up, restore};
pub use bootstrap::{Bureau, administrator, national, tenant, tenant_to_play};
pub use folder::{Folder, StartError, quiet};

use std::net::TcpListener;
use std::path::{Path, PathBuf};

use diesel::Connection;
use tokio::sync::Semaphore;
use vault::InstallationKey;

use crate::counting::Counting;
use crate::db::cluster::{ClusterError, PrivateCluster};
use crate::db::provision::{self, Passwords};
use crate::db;
use crate::anchors::Anchors;
use crate::http;
use crate::notices::Mail;
use crate::settings::Configured;
use crate::texts::Texts;
use crate::tx::{App, Parts};
use crate::typesetting::Typesetting;
use crate::worker;

const DATABASE: &str = "lering";

/// An installation: secrets, and a database that is up to date.
pub struct Installation {
    /// The folder with its secrets.
    pub folder: Folder,
    /// The addresses of `hr_migrate` and `hr_app`.
    pub migrate_url: String,
    /// The address of the application's role.
    pub app_url: String,
    /// The address of the role that reads frozen snapshots.
    pub register_url: String,
    /// The private server; none where one was given.
    pub cluster: Option<PrivateCluster>,
    /// The program that sets reports; without one they are set in this process.
    pub typesetter: Option<PathBuf>,
}

/// Opens an installation: makes the folder and its secrets, starts or reaches the database, makes roles where it may, migrates.
///
/// # Errors
/// What is wrong and what to do about it; `Roles` carries the SQL an administrator must run.
pub fn open(folder: &Path, database_url: Option<&str>) -> Result<Installation, StartError> {
    open_with(folder, database_url, false)
}

/// As [`open`], beside a server that may run on the same folder: for commands that do one thing.
///
/// # Errors
/// As [`open`].
pub fn open_beside(folder: &Path, database_url: Option<&str>) -> Result<Installation, StartError> {
    open_with(folder, database_url, true)
}

/// A database server, and an installation's own database on it: roles made where they may be, nothing migrated yet.
struct Reached {
    folder: Folder,
    cluster: Option<PrivateCluster>,
    /// The administrator's address of a database.
    admin: Box<dyn Fn(&str) -> String>,
    name: String,
    passwords: Passwords,
}

impl Reached {
    fn login(&self, role: &str, password: &str) -> String {
        match &self.cluster {
            Some(cluster) => cluster.url(role, password, &self.name),
            None => folder::with_login(&(self.admin)(&self.name), role, password),
        }
    }
    /// Migrates; gives the address it was done by. In a database from before, who belongs to its rooms and takes part in its cases is signed, once in the life of the folder.
    fn bring_up_to_date(&self) -> Result<String, StartError> {
        let url = self.login("hr_migrate", &self.passwords.migrate);
        let before = self.folder.signed_before()?;
        let key = if before.len() == db::SIGNS.len() { None } else { Some(key_in(&self.folder)?) };
        let done = db::migrate(&url, &self.folder.worker_token()?, key.as_ref(), &before).map_err(|why| match why {
            db::DbError::SignedBefore => StartError::SignedBefore(self.folder.signed()),
            why => why.into(),
        })?;
        self.folder.note_signed()?;
        if done.signed != db::signed::Signed::default() {
            let db::signed::Signed { members, hats, codes, parties } = done.signed;
            eprintln!("lering: this database is from before members were signed: signed now, once, {members} memberships of rooms, {parties} parts in cases, {hats} roles of people and {codes} codes");
        }
        Ok(url)
    }
    fn prepare(&self) -> Result<(), StartError> {
        provision::provision(&*self.admin, &self.name, &self.passwords)
            .map_err(|why| StartError::Roles { why: why.to_string(), sql: provision::script(&self.name, &self.passwords) })
    }
}

fn reach(folder: &Path, database_url: Option<&str>, beside: bool) -> Result<Reached, StartError> {
    Configured::load()?;
    Texts::load().map_err(|why| StartError::Configuration(why.to_string()))?;
    let folder = Folder::open(folder)?;
    let passwords = folder.passwords()?;
    let (cluster, admin): (Option<PrivateCluster>, Box<dyn Fn(&str) -> String>) = match database_url {
        None => {
            let cluster = match PrivateCluster::start(folder.path(), true) {
                Err(ClusterError::Runs(_)) if beside => PrivateCluster::join(folder.path())?,
                other => other?,
            };
            let socket = cluster.admin_url("postgres");
            (Some(cluster), Box::new(move |name| socket.replacen("/postgres?", &format!("/{name}?"), 1)))
        }
        Some(url) => {
            let url = url.to_owned();
            (None, Box::new(move |name| folder::with_database(&url, name)))
        }
    };
    let name = database_url.and_then(folder::database_of).unwrap_or_else(|| DATABASE.to_owned());
    let reached = Reached { folder, cluster, admin, name, passwords };
    let reaches = |role: &str, password: &str| diesel::PgConnection::establish(&reached.login(role, password));
    // Earlier versions made the roles without the register's login, and without one for backups.
    let known = [("hr_app", &reached.passwords.app), ("hr_register", &reached.passwords.register)].into_iter().all(|(role, password)| reaches(role, password).is_ok());
    if !known || reached.cluster.is_some() {
        // Roles belong to a whole server: those of another installation are left as they are.
        let refused = |why: diesel::ConnectionError| why.to_string().contains("password authentication failed");
        if reached.cluster.is_none() && provision::has_roles(&*reached.admin)? && reaches("hr_migrate", &reached.passwords.migrate).is_err_and(refused) {
            return Err(StartError::Others(reached.folder.path().to_owned()));
        }
        reached.prepare()?;
    }
    Ok(reached)
}

fn open_with(folder: &Path, database_url: Option<&str>, beside: bool) -> Result<Installation, StartError> {
    let reached = reach(folder, database_url, beside)?;
    let (app_url, register_url) = (reached.login("hr_app", &reached.passwords.app), reached.login("hr_register", &reached.passwords.register));
    let migrate_url = reached.bring_up_to_date()?;
    Ok(Installation { folder: reached.folder, migrate_url, app_url, register_url, cluster: reached.cluster, typesetter: None })
}

/// The installation key in a folder.
fn key_in(folder: &Folder) -> Result<InstallationKey, StartError> {
    InstallationKey::from_bytes(&folder.installation_key()?).map_err(|_| StartError::Configuration("installation.key is not a key".into()))
}

/// Takes the address to listen on.
///
/// # Errors
/// When it is taken, or none of this machine's.
pub fn listen(address: &str) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).map_err(|why| StartError::Listen { address: address.to_owned(), why })
}

impl Installation {
    /// The same, with reports set by this program once more, in a process of its own. Named as the system names it, so that it is the one that
    /// runs, when a newer one lies in its place already.
    #[must_use]
    pub fn with_typesetter(self) -> Installation {
        Installation { typesetter: Some("/proc/self/exe".into()), ..self }
    }

    /// The application, ready for requests.
    ///
    /// # Errors
    /// When the pool can't be filled, or the application's role may more than it should.
    pub fn app(&self, connections: u32) -> Result<App, StartError> {
        let config = Configured::load()?;
        codebooks::check(self, &config)?;
        let parts = Parts {
            config,
            installation: self.key()?, worker_token: self.folder.worker_token()?, stretching: Semaphore::new(4), typesetting: self.typesetter.clone().map_or_else(Typesetting::here, Typesetting::by), counting: Counting::new(self.register_url.clone()),
        };
        Ok(App::new(db::pool(&self.app_url, connections)?, parts))
    }

    /// The installation key, which no database holds.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn key(&self) -> Result<InstallationKey, StartError> {
        key_in(&self.folder)
    }

    /// Anchors of the log: in a file that is kept elsewhere, or else in the folder.
    ///
    /// # Errors
    /// When the key can't be read or made.
    pub fn anchors(&self, file: Option<&Path>) -> Result<Anchors, StartError> {
        let file = file.map_or_else(|| self.folder.path().join("anchors.jsonl"), Path::to_owned);
        Ok(Anchors::new(file, &self.folder.anchor_key()?))
    }

    /// Serves on a free port of this machine, on threads of its own, as long as the process lives. Returns the address.
    ///
    /// # Errors
    /// When no port is free.
    pub fn serve_beside(&self) -> Result<String, StartError> {
        let failed = |why| StartError::Listen { address: "127.0.0.1:0".into(), why };
        let listener = listen("127.0.0.1:0")?;
        let address = listener.local_addr().map_err(failed)?;
        let app = self.app(6)?;
        std::thread::spawn(move || {
            let settings = http::Settings { reading: 100_000, writing: 100_000, strangers: 100_000, ..http::Settings::default() };
            let done = actix_web::rt::System::new().block_on(async move {
                match http::serve(app, listener, &settings, crate::routes::hooks(), crate::routes::all) {
                    Ok(server) => server.await,
                    Err(why) => Err(why),
                }
            });
            if let Err(why) = done {
                tracing::error!(%why, "the server stopped");
            }
        });
        Ok(format!("http://{address}"))
    }

    /// Serves until told to stop, with the worker beside it. Prints one line when it answers. `known_as` is the address people type.
    ///
    /// # Errors
    /// When the address can't be listened on.
    pub async fn serve(&self, listener: TcpListener, settings: &http::Settings, mail: Mail, known_as: Option<String>, anchors: Option<&Path>) -> Result<(), StartError> {
        let address = listener.local_addr().map_err(|why| StartError::Listen { address: "the address asked for".into(), why })?;
        let app = self.app(8)?;
        let server = http::serve(app.clone(), listener, settings, crate::routes::hooks(), crate::routes::all).map_err(|why| StartError::Listen { address: address.to_string(), why })?;
        let handle = server.handle();
        let known_as = known_as.unwrap_or_else(|| format!("http://{address}"));
        let working = worker::Settings { anchors: Some(self.anchors(anchors)?), ..worker::Settings::new(mail, known_as) };
        let working = tokio::spawn(worker::run(app, working));
        println!("ready http://{address}");
        let running = tokio::spawn(server);
        quiet().await;
        working.abort();
        handle.stop(true).await;
        let _ = running.await;
        Ok(())
    }
}
