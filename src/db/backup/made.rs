//! Making a backup: one view of the data for the counts, the content and the keys.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use ed25519_dalek::SigningKey;
use serde::Serialize;

use super::manifest::{LEFT_OUT, Manifest, head, rows, sealed};
use super::{BackupError, DUMP, Part, manifest_of, program};
use crate::db::DbError;

const STAMP: &str = "%Y%m%dT%H%M%SZ";

/// What is asked for.
pub struct BackUp<'a> {
    /// The address of `hr_backup`.
    pub url: &'a str,
    /// Where the files go.
    pub folder: &'a Path,
    /// To whom they are encrypted: `age1…`.
    pub recipient: &'a str,
    /// Signs the manifests.
    pub key: &'a SigningKey,
    /// The word of this installation.
    pub installation: &'a str,
    /// Now.
    pub now: DateTime<Utc>,
}

/// What was made.
#[derive(Debug, Serialize)]
pub struct Made {
    /// The file with the content.
    pub content: PathBuf,
    /// The file with the keys of documents.
    pub keys: PathBuf,
    /// Bytes of the two.
    pub bytes: u64,
    /// Rows in both.
    pub rows: i64,
    /// Files of this folder that went for their age.
    pub removed: Vec<PathBuf>,
}

#[derive(QueryableByName)]
struct Snapshot {
    #[diesel(sql_type = Text)]
    name: String,
}

/// Makes one, and removes those of the folder that are older than they may be. `step` hears how far it is.
///
/// # Errors
/// `Refused` for what is no recipient; what the database, `pg_dump` or the folder says. A backup that failed leaves no file under its name.
pub fn back_up(asked: &BackUp<'_>, step: &dyn Fn(&str)) -> Result<Made, BackupError> {
    let recipient: age::x25519::Recipient = asked.recipient.parse().map_err(|why| BackupError::Refused(format!("{}: {why}; `lering backup-key FILE` makes one", asked.recipient)))?;
    fs::create_dir_all(asked.folder).map_err(|why| BackupError::File(asked.folder.to_owned(), why))?;
    let mut db = PgConnection::establish(asked.url).map_err(DbError::from)?;
    // A role that policies hide rows from is refused here, and by pg_dump.
    db.batch_execute("set row_security = off; begin isolation level repeatable read, read only")?;
    let snapshot: Snapshot = diesel::sql_query("select pg_export_snapshot() as name").get_result(&mut db)?;
    let log = head(&mut db)?;
    let stamp = asked.now.format(STAMP);
    let (mut files, mut bytes, mut all) = (vec![], 0, 0);
    for part in [Part::Content, Part::Keys] {
        let rows = rows(&mut db, part)?;
        let count: i64 = rows.values().sum();
        step(&format!("{}: {count} rows of {} tables", part.word(), rows.len()));
        let file = asked.folder.join(format!("{}-{stamp}{DUMP}", part.word()));
        if file.exists() {
            return Err(BackupError::Refused(format!("{} is there already: one backup a second", file.display())));
        }
        let mut arguments = vec![format!("--snapshot={}", snapshot.name)];
        match part {
            Part::Content => arguments.extend(LEFT_OUT.iter().chain(&["keys.*"]).map(|table| format!("--exclude-table-data={table}"))),
            Part::Keys => arguments.extend(["--data-only".to_owned(), "--schema=keys".to_owned()]),
        }
        let sha256 = sealed(&file, &recipient, |out| program::dump(asked.url, &arguments, out))?;
        let manifest = Manifest { part, at: asked.now, program: env!("CARGO_PKG_VERSION").to_owned(), installation: asked.installation.to_owned(), sha256, rows, log: log.clone() };
        manifest.write(&file, &recipient, asked.key)?;
        bytes += fs::metadata(&file).map_err(|why| BackupError::File(file.clone(), why))?.len();
        all += count;
        files.push(file);
    }
    db.batch_execute("rollback")?;
    let removed = past_their_time(asked.folder, asked.now)?;
    let keys = files.pop().unwrap_or_default();
    Ok(Made { content: files.pop().unwrap_or_default(), keys, bytes, rows: all, removed })
}

/// Removes files past the days of their part; other files of the folder stay.
fn past_their_time(folder: &Path, now: DateTime<Utc>) -> Result<Vec<PathBuf>, BackupError> {
    let fault = |why| BackupError::File(folder.to_owned(), why);
    let mut removed = vec![];
    for entry in fs::read_dir(folder).map_err(fault)? {
        let path = entry.map_err(fault)?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let Some((part, at)) = made_at(name) else { continue };
        if now - at > Duration::days(part.days()) {
            let manifest = manifest_of(&path);
            fs::remove_file(&path).map_err(fault)?;
            if manifest.exists() {
                fs::remove_file(manifest).map_err(fault)?;
            }
            removed.push(path);
        }
    }
    Ok(removed)
}

/// What a file's name says.
fn made_at(name: &str) -> Option<(Part, DateTime<Utc>)> {
    let (word, stamp) = name.strip_suffix(DUMP)?.split_once('-')?;
    let part = [Part::Content, Part::Keys].into_iter().find(|part| part.word() == word)?;
    Some((part, NaiveDateTime::parse_from_str(stamp, STAMP).ok()?.and_utc()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn i_12_keys_go_after_thirty_days_and_content_after_thirty_five() {
        let folder = tempfile::tempdir().expect("a folder");
        let now: DateTime<Utc> = "2027-01-31T12:00:00Z".parse().expect("a moment");
        let name = |word: &str, days: i64| format!("{word}-{}{DUMP}", (now - Duration::days(days) - Duration::minutes(1)).format(STAMP));
        let (kept, old) = ([name("keys", 29), name("content", 34), "keys-of-the-house.txt".to_owned()], [name("keys", 30), name("content", 35)]);
        for file in kept.iter().chain(&old) {
            fs::write(folder.path().join(file), b"x").expect("written");
        }
        fs::write(manifest_of(&folder.path().join(&old[0])), b"x").expect("written");
        let mut removed = past_their_time(folder.path(), now).expect("goes");
        removed.sort();
        assert_eq!(removed, [folder.path().join(&old[1]), folder.path().join(&old[0])]);
        let mut left: Vec<String> = fs::read_dir(folder.path()).expect("read").flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        left.sort();
        let mut kept = kept;
        kept.sort();
        assert_eq!(left, kept);
    }
}
