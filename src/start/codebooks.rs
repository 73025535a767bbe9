//! Codebooks beside the codes that stand in the database, before the first request: a code in use may not go or change its meaning.

use std::collections::BTreeMap;

use codebook::{Codebook, Difference, Used, compare};

use super::{Installation, StartError};
use crate::db::codes;
use crate::settings::Configured;

/// What was found of the codebooks of an installation.
pub struct Checked {
    /// Codebooks that records stand under and that are not there.
    pub lacking: Vec<String>,
    /// What a version does to the one before it: its name, and each difference that stops it.
    pub stops: Vec<(String, Difference)>,
}

/// Compares the codebooks in force, one after the other, with what is in use.
pub fn checked(books: &[&Codebook], in_use: &BTreeMap<String, Used>) -> Checked {
    let lacking = in_use.keys().filter(|version| !books.iter().any(|book| book.version == **version)).cloned().collect();
    let (mut stops, mut used) = (vec![], Used::default());
    for (old, new) in books.iter().zip(books.iter().skip(1)) {
        // What an earlier version coded and nobody took over yet goes over through this one too.
        if let Some(own) = in_use.get(&old.version) {
            used.join(own);
        }
        stops.extend(compare(old, new, &used).into_iter().filter(|one| one.stops).map(|one| (new.version.clone(), one)));
    }
    Checked { lacking, stops }
}

/// Compares the codebooks with the database. What stops a version and touches codes in use refuses the start, by name; what touches none is told.
///
/// # Errors
/// `Refused` with the codebook, the variable and what to do.
pub(super) fn check(installation: &Installation, config: &Configured) -> Result<(), StartError> {
    let books: Vec<&Codebook> = config.codebooks().collect();
    // Every code is counted only where a version could touch it.
    let in_use = match books.as_slice() {
        [_] => codes::codebooks(&installation.migrate_url)?.into_iter().map(|version| (version, Used::default())).collect(),
        _ => codes::in_use(&installation.migrate_url)?,
    };
    let found = checked(&books, &in_use);
    if let Some(version) = found.lacking.first() {
        return Err(StartError::Refused(format!("records stand under codebook {version}, which is not among config/codebook; put {version}.toml back")));
    }
    for (version, one) in found.stops.iter().filter(|(_, one)| one.used == 0) {
        tracing::warn!("codebook {version}: {}: {} {}", one.rule, one.what.en, one.why.en);
    }
    match found.stops.iter().find(|(_, one)| one.used > 0) {
        Some((version, one)) => Err(StartError::Refused(format!("codebook {version}: {}: {}; it stands in {} answers. {}", one.rule, one.what.en, one.used, one.why.en))),
        None => Ok(()),
    }
}
