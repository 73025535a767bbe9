//! The folder of an installation: key, worker's token, passwords of the database's roles; readable to its owner only.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;

use crate::db::cluster::ClusterError;
use crate::db::provision::Passwords;
use crate::db::{DbError, SIGNS};
use crate::settings::ConfigError;
use crate::texts::Language;

/// Why Lering does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A file of the configuration or a text can't be used.
    #[error("configuration: {0}")]
    Configuration(String),
    /// The private database does not run.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// The database refused.
    #[error(transparent)]
    Database(#[from] DbError),
    /// The database's roles can't be made with this login.
    #[error("the roles of the database are missing and this login can't make them ({why}). An administrator runs:\n\n{sql}\n")]
    Roles {
        /// What the database said.
        why: String,
        /// The statements.
        sql: String,
    },
    /// A database of a version that signed nobody, where one was signed already.
    #[error("this database is of an earlier version, in which nothing says who belongs to a room or takes part in a case, and this installation has signed such a database already. Was an \
        older copy put in its place by you, remove {0} and start again: who stands in its rooms now is signed then. If not, somebody took the change back in the \
        database: leave everything as it is and look who")]
    SignedBefore(PathBuf),
    /// Another installation made the database's roles.
    #[error("the roles of the database are there, with other passwords than those in {0}: they belong to another installation. Start with that \
        installation's folder (its keys open what is stored), or use a server of its own")]
    Others(PathBuf),
    /// The address can't be listened on.
    #[error("can't listen on {address}: {why}; is another server running? choose one with --listen")]
    Listen {
        /// The address.
        address: String,
        /// The reason.
        why: io::Error,
    },
    /// A file could not be read or written.
    #[error("{0}: {1}")]
    File(PathBuf, #[source] io::Error),
    /// Anchors of the log can't be used.
    #[error(transparent)]
    Anchors(#[from] crate::anchors::AnchorError),
    /// A backup or a restore stopped.
    #[error(transparent)]
    Backup(#[from] crate::db::backup::BackupError),
    /// Something was refused.
    #[error("{0}")]
    Refused(String),
}

/// A file of the configuration that can't be used, told in the language of the terminal.
impl From<ConfigError> for StartError {
    fn from(why: ConfigError) -> StartError {
        StartError::Configuration(why.told(Language::of_terminal().code()))
    }
}

/// The file that says that this folder's key signed who belongs to the rooms of its database.
const SIGNED: &str = "members.signed";

/// The folder.
pub struct Folder(PathBuf);

impl Folder {
    /// Opens it, made where there is none.
    ///
    /// # Errors
    /// When it can't be made.
    pub fn open(path: &Path) -> Result<Folder, StartError> {
        let fault = |why| StartError::File(path.to_owned(), why);
        fs::create_dir_all(path).map_err(fault)?;
        // The database runs as another account than root and has to reach its files inside.
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).map_err(fault)?;
        Ok(Folder(path.canonicalize().map_err(fault)?))
    }
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
    /// The installation key's 32 bytes.
    ///
    /// # Errors
    /// When the file can't be read or made.
    pub fn installation_key(&self) -> Result<Vec<u8>, StartError> {
        self.secret("installation.key")
    }
    /// The token of the worker's context.
    ///
    /// # Errors
    /// As above.
    pub fn worker_token(&self) -> Result<Vec<u8>, StartError> {
        self.secret("worker.token")
    }
    /// The key anchors of the log are signed with.
    ///
    /// # Errors
    /// As above.
    pub fn anchor_key(&self) -> Result<[u8; 32], StartError> {
        self.secret("anchor.key")?.try_into().map_err(|_| StartError::Configuration("anchor.key is not a key".into()))
    }
    /// Passwords of the roles that log in.
    ///
    /// # Errors
    /// As above.
    pub fn passwords(&self) -> Result<Passwords, StartError> {
        let hex = |bytes: Vec<u8>| HEXLOWER.encode(&bytes);
        Ok(Passwords { migrate: hex(self.secret("migrate.password")?), app: hex(self.secret("app.password")?), register: hex(self.secret("register.password")?), backup: hex(self.secret("backup.password")?) })
    }

    /// Where it stands that the rows of a database were signed with this folder's key: that happens once. Outside the database, where who
    /// administers it could make it happen again, with rows of their own.
    pub fn signed(&self) -> PathBuf {
        self.0.join(SIGNED)
    }
    /// After which migrations (`db::SIGNS`) they were: the first where there is the file, the others where it names them.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn signed_before(&self) -> Result<Vec<&'static str>, StartError> {
        let path = self.signed();
        match fs::read_to_string(&path) {
            Ok(text) => Ok(SIGNS.into_iter().enumerate().filter(|(at, version)| *at == 0 || text.contains(*version)).map(|(_, version)| version).collect()),
            Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(vec![]),
            Err(why) => Err(StartError::File(path, why)),
        }
    }
    /// Notes that they were, after all there are.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn note_signed(&self) -> Result<(), StartError> {
        if self.signed_before()?.len() == SIGNS.len() {
            return Ok(());
        }
        let path = self.signed();
        let text = format!(
            "Who belongs to the rooms of this installation's database, and takes part in its cases, was signed. See docs/operators.md, upgrades, before you remove this file.\n{}\n",
            SIGNS.join("\n"),
        );
        fs::write(&path, text).map_err(|why| StartError::File(path, why))
    }
    /// Forgets it: another database comes in its place, by an act of who holds this folder.
    ///
    /// # Errors
    /// When the file can't be removed.
    pub fn forget_signed(&self) -> Result<(), StartError> {
        let path = self.signed();
        match fs::remove_file(&path) {
            Err(why) if why.kind() != io::ErrorKind::NotFound => Err(StartError::File(path, why)),
            _ => Ok(()),
        }
    }

    fn secret(&self, name: &str) -> Result<Vec<u8>, StartError> {
        let path = self.0.join(name);
        let fault = |why| StartError::File(path.clone(), why);
        match fs::read(&path) {
            Err(why) if why.kind() == io::ErrorKind::NotFound => make(&path).map_err(fault)?,
            _ => {}
        }
        match fs::read(&path) {
            Ok(bytes) if bytes.len() == 32 => Ok(bytes),
            Ok(_) => Err(StartError::Configuration(format!("{} does not hold 32 bytes; restore it from your key backup", path.display()))),
            Err(why) => Err(fault(why)),
        }
    }
}

/// Makes a secret, whole or not at all; of two that start at once, one makes it.
fn make(path: &Path) -> io::Result<()> {
    let mut bytes = zeroize::Zeroizing::new([0; 32]);
    rand::Rng::fill_bytes(&mut rand::rng(), bytes.as_mut_slice());
    let fresh = path.with_extension(uuid::Uuid::new_v4().simple().to_string());
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh)?;
    file.write_all(bytes.as_slice())?;
    file.sync_all()?;
    let linked = fs::hard_link(&fresh, path);
    fs::remove_file(&fresh)?;
    match linked {
        Err(why) if why.kind() != io::ErrorKind::AlreadyExists => Err(why),
        _ => Ok(()),
    }
}

/// A URL with another database.
pub(super) fn with_database(url: &str, name: &str) -> String {
    let (before, query) = url.split_once('?').map_or((url, None), |(before, query)| (before, Some(query)));
    let start = before.find("://").map_or(0, |at| at + 3);
    let (scheme, rest) = before.split_at(start);
    let host = rest.split('/').next().unwrap_or_default();
    format!("{scheme}{host}/{name}{}", query.map(|query| format!("?{query}")).unwrap_or_default())
}

/// The database a URL names.
pub(super) fn database_of(url: &str) -> Option<String> {
    let before = url.split('?').next()?;
    let name = before.split_once("://")?.1.split_once('/')?.1;
    (!name.is_empty() && name != "postgres").then(|| name.to_owned())
}

/// A URL with another login.
pub(super) fn with_login(url: &str, role: &str, password: &str) -> String {
    let start = url.find("://").map_or(0, |at| at + 3);
    let (scheme, rest) = url.split_at(start);
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    format!("{scheme}{role}:{password}@{host}/{path}")
}

/// Waits for Ctrl-C or SIGTERM.
pub async fn quiet() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_gets_another_database_and_login() {
        assert_eq!(with_database("postgres://me:x@db.example:5432/old?sslmode=require", "new"), "postgres://me:x@db.example:5432/new?sslmode=require");
        assert_eq!(with_login("postgres://me:x@db.example/old?a=b", "hr_app", "p"), "postgres://hr_app:p@db.example/old?a=b");
        assert_eq!(database_of("postgres://db.example/lering_prod").as_deref(), Some("lering_prod"));
        assert_eq!(database_of("postgres://db.example/postgres"), None);
    }

    #[test]
    fn secrets_are_made_once_and_kept_from_others() {
        let folder = tempfile::tempdir().expect("a folder");
        let (one, two) = (Folder::open(folder.path()).expect("opens"), Folder::open(folder.path()).expect("opens"));
        assert_eq!(one.installation_key().expect("a key"), two.installation_key().expect("the same"));
        let mode = fs::metadata(folder.path().join("installation.key")).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
