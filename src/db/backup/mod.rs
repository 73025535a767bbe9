//! Backups (`security.md` section 9, I-12, ruling 14): the content and the keys of documents in files of their own, so that what is erased is
//! gone when the backups of its key are, while the content is kept longer. Each file is encrypted as a whole to a recipient whose secret half the
//! server does not hold (the age format, age-encryption.org/v1), and goes with a manifest that this installation signed: rows of every table,
//! the end of the log, the hash of the file. A restore compares with it, since a dump made under row security can be silently partial.

mod made;
mod manifest;
mod program;
mod restored;

pub use made::{BackUp, Made, back_up};
pub use manifest::{Head, Manifest};
pub use restored::{Checked, Restore, Restored, check, drop_database, holds_one, restore};

use std::io::Write;
use std::path::{Path, PathBuf};

use age::secrecy::ExposeSecret;

/// How long backups of the content are kept, in days.
pub const CONTENT_DAYS: i64 = 35;
/// How long backups of the keys are kept, in days: what was erased is unreadable everywhere after so many.
pub const KEY_DAYS: i64 = 30;

/// Why a backup or a restore stopped.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The database.
    #[error(transparent)]
    Database(#[from] super::DbError),
    /// A statement failed.
    #[error("the database refused: {0}")]
    Query(#[from] diesel::result::Error),
    /// PostgreSQL's programs are missing.
    #[error(transparent)]
    Cluster(#[from] super::cluster::ClusterError),
    /// `pg_dump` or `pg_restore` failed.
    #[error("{0}: {1}")]
    Program(&'static str, String),
    /// A file.
    #[error("{0}: {1}")]
    File(PathBuf, #[source] std::io::Error),
    /// A file is not what it should be.
    #[error("{0}: {1}")]
    NotIt(PathBuf, String),
    /// What was restored is not what was backed up.
    #[error("the restore is not whole: {0}. Nothing of it is kept")]
    NotWhole(String),
    /// Asked for what can't be done.
    #[error("{0}")]
    Refused(String),
}

/// What a backup is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// All but the keys of documents.
    Content,
    /// The keys of documents.
    Keys,
}

impl Part {
    /// The word its files begin with.
    pub fn word(self) -> &'static str {
        match self {
            Part::Content => "content",
            Part::Keys => "keys",
        }
    }
    /// How long its files are kept, in days.
    pub fn days(self) -> i64 {
        match self {
            Part::Content => CONTENT_DAYS,
            Part::Keys => KEY_DAYS,
        }
    }
}

/// How the name of a dump ends.
const DUMP: &str = ".dump.age";

/// Where a file's manifest stands: beside it.
fn manifest_of(dump: &Path) -> PathBuf {
    let path = dump.display().to_string();
    PathBuf::from(format!("{}.manifest.age", path.strip_suffix(DUMP).unwrap_or(&path)))
}

/// Makes the pair backups are encrypted to: the secret half goes into a new file that only its owner reads. Returns the recipient.
///
/// # Errors
/// When the file is there already, or can't be written.
pub fn new_key(file: &Path) -> Result<String, BackupError> {
    use std::os::unix::fs::OpenOptionsExt;
    let fault = |why| BackupError::File(file.to_owned(), why);
    let identity = age::x25519::Identity::generate();
    let recipient = identity.to_public().to_string();
    let mut out = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file).map_err(fault)?;
    writeln!(out, "# recipient: {recipient}\n{}", identity.to_string().expose_secret()).and_then(|()| out.sync_all()).map_err(fault)?;
    Ok(recipient)
}
