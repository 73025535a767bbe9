//! `lering codebook check`: a new version beside the one before it and the codes in use.

use std::path::{Path, PathBuf};

use ::codebook::{Codebook, Used, compare};

use crate::db::codes;
use crate::settings::{ConfigError, Configured};
use crate::texts::{Language, Words};
use crate::start::{Installation, StartError};

/// What is asked.
pub(super) struct Asked {
    pub(super) file: PathBuf,
    pub(super) against: Option<PathBuf>,
    pub(super) used: Option<PathBuf>,
    pub(super) json: bool,
    pub(super) words: Words,
}

/// The texts of a language: the one asked for, else the terminal's; English where that is neither of ours.
pub(super) fn words(asked: Option<&str>) -> Words {
    let language = asked.map_or_else(Language::of_terminal, |asked| if asked == "nl" { Language::Nl } else { Language::En });
    Words { language }
}

fn text_of(file: &Path) -> Result<String, StartError> {
    std::fs::read_to_string(file).map_err(|why| StartError::File(file.to_owned(), why))
}

fn read(file: &Path, words: &Words) -> Result<Codebook, StartError> {
    let text = text_of(file)?;
    Codebook::parse(&text).map_err(|why| StartError::Refused(ConfigError::of_book(&file.display().to_string(), &text, why).told(words.code())))
}

/// Compares a codebook with the one in force, or with another file; a code in use may not go or change its meaning.
pub(super) fn check(asked: &Asked, installation: Option<&Installation>) -> Result<(), StartError> {
    let words = &asked.words;
    let new = read(&asked.file, words)?;
    let old = match &asked.against {
        Some(other) => read(other, words)?,
        None => (*Configured::load()?.codebook).clone(),
    };
    let (used, from) = match (&asked.used, installation) {
        (Some(file), _) => (Used::read(&text_of(file)?).map_err(|why| StartError::Refused(format!("{}: {}", file.display(), why.get(words.code()))))?, format!("{}", file.display())),
        (None, Some(installation)) => {
            let mut used = Used::default();
            codes::in_use(&installation.migrate_url)?.values().for_each(|own| used.join(own));
            (used, words.t("codebook-used-database"))
        }
        (None, None) => (Used::default(), String::new()),
    };
    match (from.as_str(), used.is_empty()) {
        ("", _) => eprintln!("{}", words.t("codebook-used-unknown")),
        (from, true) => eprintln!("{}", words.a("codebook-used-none", "from", from)),
        (from, false) => eprintln!("{}", words.a("codebook-used-from", "from", from)),
    }
    if asked.used.is_none() && installation.is_some() {
        eprintln!("{}", words.t("codebook-used-practice"));
    }
    let differences = compare(&old, &new, &used);
    for one in &differences {
        if asked.json {
            println!("{}", serde_json::to_string(one).map_err(|why| StartError::Refused(why.to_string()))?);
        } else {
            let times = if one.used > 0 { format!(" {}", words.a("codebook-stands-in", "count", one.used)) } else { String::new() };
            println!("{} {}: {}.{times} {}", words.t(if one.stops { "codebook-stops" } else { "codebook-notes" }), one.rule, one.what.get(words.code()), one.why.get(words.code()));
        }
    }
    let stops = differences.iter().filter(|one| one.stops).count();
    if stops == 0 { Ok(()) } else { Err(StartError::Refused(format!("{}: {}", asked.file.display(), words.a("codebook-stopped", "count", stops)))) }
}
