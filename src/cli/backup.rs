//! `lering backup`, `lering backup-key`, `lering restore`.

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use serde_json::json;

use crate::db::backup;
use crate::start::{self, StartError};

/// A backup.
#[derive(Args)]
pub(super) struct Wanted {
    /// The folder the files go into, on storage that is not this machine's.
    #[arg(long, env = "LERING_BACKUPS")]
    to: PathBuf,
    /// Whom they are encrypted to: what `lering backup-key` printed, age1…
    #[arg(long, env = "LERING_BACKUP_RECIPIENT")]
    recipient: String,
    /// Print what was made as one JSON line.
    #[arg(long)]
    json: bool,
}

/// A restore.
#[derive(Args)]
pub(super) struct Files {
    /// The file with the content: content-….dump.age. Its manifest stands beside it.
    #[arg(long)]
    content: PathBuf,
    /// The file with the keys that was made with it.
    #[arg(long)]
    keys: PathBuf,
    /// The newest file with keys: with it, what was erased since the backup stays unreadable.
    #[arg(long)]
    newest_keys: Option<PathBuf>,
    /// The file with the secret half of the backup key.
    #[arg(long)]
    identity: PathBuf,
    /// Print what was restored as one JSON line.
    #[arg(long)]
    json: bool,
}

fn steps(quiet: bool) -> impl Fn(&str) {
    let began = Instant::now();
    move |text: &str| if !quiet { eprintln!("  {:6.1} s  {text}", began.elapsed().as_secs_f64()) }
}

pub(super) fn make(data: &Path, database_url: Option<&str>, wanted: &Wanted) -> Result<(), StartError> {
    let made = start::back_up(data, database_url, &wanted.to, &wanted.recipient, &steps(wanted.json))?;
    if wanted.json {
        println!("{}", json!(made));
    } else {
        println!("{}\n{}\n{} rows, {} bytes", made.content.display(), made.keys.display(), made.rows, made.bytes);
        made.removed.iter().for_each(|file| println!("past its time, removed: {}", file.display()));
    }
    Ok(())
}

pub(super) fn new_key(file: &Path) -> Result<(), StartError> {
    println!("{}", backup::new_key(file)?);
    Ok(())
}

pub(super) fn restore(data: &Path, database_url: Option<&str>, files: &Files) -> Result<(), StartError> {
    let began = Instant::now();
    let asked = start::Files { content: &files.content, keys: &files.keys, newest_keys: files.newest_keys.as_deref(), identity: &files.identity };
    let (restored, _) = start::restore(data, database_url, &asked, &steps(files.json))?;
    let minutes = (began.elapsed().as_secs_f64() / 6.0).round() / 10.0;
    if files.json {
        println!("{}", json!({ "at": restored.at, "rows": restored.rows, "tables": restored.tables, "log": restored.log, "erased": restored.erased, "withoutKey": restored.without_key, "minutes": minutes }));
    } else {
        println!("as of {}: {} rows in {} tables, all as backed up; the log ends at {} and is whole; {} keys of erased documents left out; {} versions of documents have no key; {minutes} minutes. Everybody signs in anew.",
            restored.at.format("%Y-%m-%d %H:%M UTC"), restored.rows, restored.tables, restored.log.seq, restored.erased, restored.without_key);
    }
    Ok(())
}
