//! Restoring a backup into an empty database, and saying whether all of it is there.

use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use ed25519_dalek::SigningKey;
use serde::Serialize;

use super::manifest::{Manifest, count, head, opened, rows};
use super::{BackupError, Head, Part, program};
use crate::db::DbError;

/// What is asked for.
pub struct Restore<'a> {
    /// The address of the new database, for a superuser.
    pub url: &'a str,
    /// The file with the content.
    pub content: &'a Path,
    /// The file with the keys of documents that was made with it.
    pub keys: &'a Path,
    /// The newest file with keys: what has been erased since `keys` was made stays erased (I-12).
    pub newest_keys: Option<&'a Path>,
    /// The file with the secret half.
    pub identity: &'a Path,
    /// The installation's key that signed the manifests.
    pub key: &'a SigningKey,
    /// The word of this installation.
    pub installation: &'a str,
}

/// What was restored.
#[derive(Debug, Serialize)]
pub struct Restored {
    /// When its view of the data was taken.
    pub at: chrono::DateTime<chrono::Utc>,
    /// Rows.
    pub rows: i64,
    /// Tables, each with as many rows as were backed up.
    pub tables: usize,
    /// The end of the log, as backed up.
    pub log: Head,
    /// Keys that were left out: their documents were erased since, or are not in this content.
    pub erased: i64,
    /// Versions of documents that no key opens.
    pub without_key: i64,
}

/// Whether a database holds an installation already.
///
/// # Errors
/// No connection.
pub fn holds_one(url: &str) -> Result<bool, BackupError> {
    let mut db = PgConnection::establish(url).map_err(DbError::from)?;
    Ok(count(&mut db, "select count(*) as found from pg_namespace where nspname = 'app'")? > 0)
}

/// Removes a database that a restore did not fill.
///
/// # Errors
/// When somebody is connected to it, or the login may not.
pub fn drop_database(admin_url: &str, name: &str) -> Result<(), BackupError> {
    PgConnection::establish(admin_url).map_err(DbError::from)?.batch_execute(&format!("drop database if exists \"{name}\" with (force)"))?;
    Ok(())
}

/// Files that were found to be what they say, for this installation and for each other.
pub struct Checked {
    content: Manifest,
    keys: Manifest,
    identity: age::x25519::Identity,
}

/// Checks the files; no database is touched.
///
/// # Errors
/// `Refused` for keys older than the content; `NotIt` for files that do not fit this installation or each other.
pub fn check(asked: &Restore<'_>, step: &dyn Fn(&str)) -> Result<Checked, BackupError> {
    let identity = identity(asked.identity)?;
    step("checking the files");
    let content = told(asked, asked.content, Part::Content, &identity)?;
    let keys = told(asked, asked.keys, Part::Keys, &identity)?;
    // Keys from before the content lack those of what was written between.
    if keys.at < content.at {
        return Err(BackupError::Refused(format!("the keys are of {}, the content is of {}: what was written between could never be opened. Give the keys that were made with it", keys.at, content.at)));
    }
    if let Some(newest) = asked.newest_keys {
        told(asked, newest, Part::Keys, &identity)?;
    }
    Ok(Checked { content, keys, identity })
}

/// Fills a database that holds none ([`holds_one`]) and compares: every table's rows, and the end of the log. `step` hears how far it is.
///
/// # Errors
/// `NotWhole` for a difference; what `pg_restore` says.
pub fn restore(asked: &Restore<'_>, checked: &Checked, step: &dyn Fn(&str)) -> Result<Restored, BackupError> {
    let Checked { content, keys, identity } = checked;
    step("tables");
    let fill = |arguments: &[&str], file: &Path| program::fill(asked.url, arguments, opened(file, identity)?, file);
    fill(&["--section=pre-data"], asked.content)?;
    step("content");
    fill(&["--section=data"], asked.content)?;
    let mut db = PgConnection::establish(asked.url).map_err(DbError::from)?;
    step("keys");
    if let Some(newest) = asked.newest_keys {
        fill(&["--data-only"], newest)?;
        db.batch_execute("create temp table still as select item_id, version from keys.item_key; truncate keys.item_key")?;
    }
    fill(&["--data-only"], asked.keys)?;
    let mut erased = 0;
    if asked.newest_keys.is_some() {
        erased += i64::try_from(diesel::sql_query("delete from keys.item_key k where not exists (select from still s where s.item_id = k.item_id and s.version = k.version)").execute(&mut db)?).unwrap_or(0);
    }
    // Keys that were made after the content open nothing here.
    erased += i64::try_from(diesel::sql_query("delete from keys.item_key k where not exists (select from app.item_version v where v.item_id = k.item_id and v.version = k.version)").execute(&mut db)?).unwrap_or(0);
    step("indexes, rules, policies");
    fill(&["--section=post-data"], asked.content)?;
    step("comparing");
    compare(&mut db, content, keys, erased)?;
    // Sessions are in no backup; what signed their contexts is made anew.
    db.batch_execute("insert into sec.context_key (key) values (public.gen_random_bytes(32)); analyze")?;
    Ok(Restored {
        at: content.at, rows: content.rows.values().sum::<i64>() + keys.rows.values().sum::<i64>() - erased, tables: content.rows.len() + keys.rows.len(), log: content.log.clone(), erased,
        without_key: count(&mut db, "select count(*) as found from app.item_version v where not exists (select from keys.item_key k where k.item_id = v.item_id and k.version = v.version)")?,
    })
}

fn told(asked: &Restore<'_>, file: &Path, part: Part, identity: &age::x25519::Identity) -> Result<Manifest, BackupError> {
    let manifest = Manifest::read(file, identity, asked.key)?;
    if manifest.part != part {
        return Err(BackupError::NotIt(file.to_owned(), format!("holds {}, not {}", manifest.part.word(), part.word())));
    }
    if manifest.installation != asked.installation {
        return Err(BackupError::NotIt(file.to_owned(), "made by an installation with another `installation.key`: put that key into the folder first, or no name of an account can be read".into()));
    }
    Ok(manifest)
}

fn compare(db: &mut PgConnection, content: &Manifest, keys: &Manifest, erased: i64) -> Result<(), BackupError> {
    let there = rows(db, Part::Content)?;
    for (table, wanted) in &content.rows {
        let found = there.get(table).copied().unwrap_or(0);
        if found != *wanted {
            return Err(BackupError::NotWhole(format!("{table} has {found} rows, and had {wanted}")));
        }
    }
    let (found, wanted) = (rows(db, Part::Keys)?.values().sum::<i64>(), keys.rows.values().sum::<i64>() - erased);
    if found != wanted {
        return Err(BackupError::NotWhole(format!("{found} keys, and there were {wanted}")));
    }
    let end = head(db)?;
    if end != content.log {
        return Err(BackupError::NotWhole(format!("the log ends at {}, and ended at {}", end.seq, content.log.seq)));
    }
    Ok(())
}

/// The secret half, as `age-keygen` and `lering backup-key` write it: comments, and one line.
fn identity(file: &Path) -> Result<age::x25519::Identity, BackupError> {
    let text = zeroize::Zeroizing::new(std::fs::read_to_string(file).map_err(|why| BackupError::File(file.to_owned(), why))?);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or_default();
    line.parse().map_err(|_| BackupError::NotIt(file.to_owned(), "not the secret half of a backup key (AGE-SECRET-KEY-1…)".into()))
}
