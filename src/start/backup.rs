//! Backup and restore of an installation: its database with its secrets at hand. The folder's own secrets are in no backup: an operator keeps
//! them apart, since together with the database they read names of accounts.

use std::path::Path;

use chrono::Utc;
use data_encoding::HEXLOWER;
use diesel::Connection;
use ed25519_dalek::SigningKey;

use super::folder::Folder;
use super::{Installation, StartError, key_in, open_with, reach};
use crate::db::backup::{self, BackUp, Made, Restore, Restored};
use crate::db::bootstrap;
use crate::db::log_chain::{self, Chain};

/// A word that says which installation, and nothing of its key.
fn word(folder: &Folder) -> Result<String, StartError> {
    Ok(HEXLOWER.encode(&key_in(folder)?.mac("backup", &[])))
}

/// Backs up the database into a folder, encrypted to `recipient`, beside a server that may run.
///
/// # Errors
/// `Roles` with the SQL that lets `hr_backup` sign in, where it can't; what the backup says.
pub fn back_up(folder: &Path, database_url: Option<&str>, to: &Path, recipient: &str, step: &dyn Fn(&str)) -> Result<Made, StartError> {
    let reached = reach(folder, database_url, true)?;
    let url = reached.login("hr_backup", &reached.passwords.backup);
    // An existing server knows the role from before it had a password.
    if diesel::PgConnection::establish(&url).is_err() {
        reached.prepare()?;
    }
    // A database of an earlier version is brought up to date first: the role's rights come with it.
    reached.bring_up_to_date()?;
    let key = SigningKey::from_bytes(&reached.folder.anchor_key()?);
    let asked = BackUp { url: &url, folder: to, recipient, key: &key, installation: &word(&reached.folder)?, now: Utc::now() };
    Ok(backup::back_up(&asked, step)?)
}

/// The files of a restore.
pub struct Files<'a> {
    /// The content.
    pub content: &'a Path,
    /// The keys made with it.
    pub keys: &'a Path,
    /// The newest keys.
    pub newest_keys: Option<&'a Path>,
    /// The secret half they are encrypted to.
    pub identity: &'a Path,
}

/// Restores into an empty database and brings it up to date; checks the whole log, and writes into it that this happened.
///
/// # Errors
/// `Refused` for a folder without the installation's secrets, and for a database that holds something; what the restore says.
pub fn restore(folder: &Path, database_url: Option<&str>, files: &Files<'_>, step: &dyn Fn(&str)) -> Result<(Restored, Installation), StartError> {
    for secret in ["installation.key", "anchor.key"] {
        if !folder.join(secret).exists() {
            return Err(StartError::Refused(format!("{} is missing: put the installation's secrets into the folder first; they are in no backup", folder.join(secret).display())));
        }
    }
    let restored = {
        let reached = reach(folder, database_url, false)?;
        let url = (reached.admin)(&reached.name);
        if backup::holds_one(&url)? {
            return Err(StartError::Refused("there is an installation already: restore into an empty database".into()));
        }
        let key = SigningKey::from_bytes(&reached.folder.anchor_key()?);
        let asked = Restore { url: &url, content: files.content, keys: files.keys, newest_keys: files.newest_keys, identity: files.identity, key: &key, installation: &word(&reached.folder)? };
        let checked = backup::check(&asked, step)?;
        match backup::restore(&asked, &checked, step) {
            Ok(restored) => {
                // Its own signature stands for a backup of an earlier version: who belongs to its rooms is signed when it is brought up to date.
                reached.folder.forget_signed()?;
                restored
            }
            Err(why) => {
                // Half a restore is none: the database that was made for it goes.
                backup::drop_database(&(reached.admin)("postgres"), &reached.name)?;
                return Err(why.into());
            }
        }
    };
    step("bringing up to date");
    let installation = open_with(folder, database_url, false)?;
    step("checking the log");
    if let Chain::Broken(first) = log_chain::verify(&installation.migrate_url, &[])? {
        return Err(StartError::Refused(format!("all rows are there, but the log was touched before the backup was made: entry {first} was changed, moved or removed")));
    }
    bootstrap::restored(&installation.migrate_url)?;
    Ok((restored, installation))
}
