//! `lering codebook check`: a new version beside the one before it and the codes in use.

use std::path::{Path, PathBuf};

use ::codebook::{Codebook, Used, compare};

use crate::db::codes;
use crate::settings::Configured;
use crate::start::{Installation, StartError};

/// What is asked.
pub(super) struct Asked {
    pub(super) file: PathBuf,
    pub(super) against: Option<PathBuf>,
    pub(super) used: Option<PathBuf>,
    pub(super) json: bool,
}

fn text_of(file: &Path) -> Result<String, StartError> {
    std::fs::read_to_string(file).map_err(|why| StartError::File(file.to_owned(), why))
}

fn read(file: &Path) -> Result<Codebook, StartError> {
    Codebook::parse(&text_of(file)?).map_err(|why| StartError::Refused(format!("{}: {why}", file.display())))
}

/// Compares a codebook with the one in force, or with another file; a code in use may not go or change its meaning.
pub(super) fn check(asked: &Asked, installation: Option<&Installation>) -> Result<(), StartError> {
    let new = read(&asked.file)?;
    let old = match &asked.against {
        Some(other) => read(other)?,
        None => (*Configured::load().map_err(|why| StartError::Configuration(why.to_string()))?.codebook).clone(),
    };
    let (used, from) = match (&asked.used, installation) {
        (Some(file), _) => (Used::read(&text_of(file)?).map_err(|why| StartError::Refused(format!("{}: {why}", file.display())))?, format!("{}", file.display())),
        (None, Some(installation)) => {
            let mut used = Used::default();
            codes::in_use(&installation.migrate_url)?.values().for_each(|own| used.join(own));
            (used, "the database".to_owned())
        }
        (None, None) => (Used::default(), String::new()),
    };
    match (from.as_str(), used.is_empty()) {
        ("", _) => eprintln!("codes in use: unknown, there is no database; give one with --database-url, or a file with --used"),
        (from, true) => eprintln!("codes in use: none in {from}"),
        (from, false) => eprintln!("codes in use: read from {from}"),
    }
    let differences = compare(&old, &new, &used);
    for one in &differences {
        if asked.json {
            println!("{}", serde_json::to_string(one).map_err(|why| StartError::Refused(why.to_string()))?);
        } else {
            let times = if one.used > 0 { format!(" It stands in {} answers.", one.used) } else { String::new() };
            println!("{} {}: {}.{times} {}", if one.stops { "stops" } else { "notes" }, one.rule, one.what.en, one.why.en);
        }
    }
    let stops = differences.iter().filter(|one| one.stops).count();
    if stops == 0 { Ok(()) } else { Err(StartError::Refused(format!("{}: {stops} differences stop this version", asked.file.display()))) }
}
